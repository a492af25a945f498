/* The steps of `descent build`, up to the files it writes. */
#include "frontend/api/build/build.h"

#include "backends/c/c.h"
#include "frontend/api/build/signals.h"
#include "frontend/api/clash.h"
#include "runtime/file.h"
#include "support/guard.h"

#include <string.h>
#include <sys/utsname.h>

/* --------------------------------------------------------------------------- checks */

/* Of a triple the first part says the processor. */
static bool is_this_machine(const char *target)
{
    struct utsname u;
    size_t n = target ? strcspn(target, "-") : 0;
    bool linux_elf = !target || !target[n] || strstr(target, "linux");
    if (!target)
        return true;
    return !uname(&u) && linux_elf && strlen(u.machine) == n &&
           !strncmp(u.machine, target, n);
}

static bool check_target(const ApiBuild *o, DiagList *d)
{
    if (o->kind == API_C && (o->target || o->cpu_count)) {
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "--kind=c is for any machine: without --target and --cpu");
        return false;
    }
    if ((o->kind == API_EXE || o->kind == API_SHARED) && !is_this_machine(o->target)) {
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, (Place){0},
                 "unsupported: linking for %s on this machine; --kind=object or --kind=c "
                 "makes what a linker for it takes",
                 o->target);
        return false;
    }
    return true;
}

/* What there is not is wrong input, as a file that there is not. */
static bool check_processor(const char *target, const char *cpu, DiagList *d)
{
    DiagList *said = diag_open();
    cpu_target_of(target, cpu, said);
    for (size_t i = 0; i < diag_count(said); i++) {
        const Diag *one = diag_get(said, i);
        bool unsupported = one->exit == DIAG_UNSUPPORTED;
        diag_add(d, DIAG_ERROR, unsupported ? DIAG_UNSUPPORTED : DIAG_INPUT, (Place){0},
                 "%s", one->message);
    }
    bool good = !diag_errors(said);
    diag_close(said);
    return good;
}

static bool check_processors(const ApiBuild *o, DiagList *d)
{
    bool good = check_processor(o->target, NULL, d);
    for (size_t i = 0; i < o->cpu_count && good; i++)
        good = check_processor(o->target, o->cpus[i], d);
    if (o->cpu_count <= BUILD_CPUS)
        return good;
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "--cpu: more than %d processors",
             BUILD_CPUS);
    return false;
}

static bool check_sizes(const Build *b)
{
    if (!b->o->sizes.batch || b->model->language)
        return true;
    diag_add(b->d, DIAG_ERROR, DIAG_USAGE, api_at(b->model->file),
             "--batch: a .mlir module has its sizes already");
    return false;
}

static bool check_train(const Build *b)
{
    if (!b->o->train && (b->o->rows || b->o->data_root || b->o->sizes.epochs)) {
        diag_add(b->d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "--epochs, --data-root and --rows are for trainers: --train");
        return false;
    }
    if (b->o->train && (b->o->weights || b->o->weights_file || b->o->entry)) {
        diag_add(b->d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "--train: a trainer makes its weights and has all entry points: without "
                 "--weights, --weights-file and --entry");
        return false;
    }
    const char *wrong = !b->o->train          ? NULL
                        : !b->model->language ? "unsupported: training a .mlir module, "
                                                "which does not say on what data"
                                              : NULL;
    if (wrong)
        diag_add(b->d, DIAG_ERROR, DIAG_UNSUPPORTED, api_at(b->model->file), "%s", wrong);
    return !wrong;
}

/* Asked before anything is compiled. */
static bool check_outputs(const Build *b)
{
    const char *outputs[] = {b->names.file, b->names.header};
    bool good = build_check_header(&b->names, b->d) &&
                api_no_clash_with_model(outputs, 2, b->model, b->d) &&
                rt_no_clash(outputs, 2, &b->o->weights, 1, b->d);
    for (int i = 0; i < 2 && good; i++)
        good = !outputs[i] || !rt_file_check_writable(outputs[i], b->d);
    return good;
}

/* ---------------------------------------------------------------------------- kinds */

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Of a trainer the functions that save and load, too: they are C, in the header. */
static bool link_shared(Build *b, const Text *object, const Text *header, Text *out)
{
    const char *words[] = {
        "-shared", "-O2", "-fPIC", "-s", "-Wl,--build-id=none", "-Wl,-z,noexecstack",
        "-Wl,--as-needed", "-Xlinker", "-soname", "-Xlinker",
        base_of(b->names.file), /* which may have commas, so it does not go by -Wl */
        NULL};
    const char *files = arena_printf(
        b->arena, "#define %s_FILES __attribute__((visibility(\"default\")))\n"
        "#include \"model.h\"\n", b->names.upper);
    BuildFile all[] = {
        {.name = "model.o", .bytes = object->bytes, .size = object->length},
        {.name = "files.c", .bytes = files, .size = strlen(files)},
        {.name = "model.h",
         .bytes = header->bytes,
         .size = header->length,
         .beside = true},
    };
    return build_link(words, all, b->o->train ? 3 : 1, out, b->d);
}

/* The C file agrees with its header on the types of parameters and their names. */
static void name_parameters(Build *b, const BuildPart *p)
{
    for (size_t i = 0; i < p->entry_count; i++) {
        const ExportFunction *f = &p->layout.functions[i];
        IrOp *func = ir_module_func(p->versions[0].kernels, f->symbol);
        const char *const *names = build_parameter_names(b, p->entries[i], f);
        for (uint32_t k = 0; k < f->param_count; k++) {
            const char *type = build_parameter_type(b, p->entries[i], &f->params[k]);
            ir_func_set_arg_attr(func, k, "descent.c_type",
                                 ir_attr_string(b->context, type));
            ir_func_set_arg_attr(func, k, "descent.name",
                                 ir_attr_string(b->context, names[k]));
        }
    }
}

static bool print_c(Build *b, const BuildPart *p, Text *out)
{
    name_parameters(b, p);
    COptions o = {.title = b->names.source, .header = base_of(b->names.header)};
    return c_print(p->versions[0].kernels, &o, out, b->d);
}

static bool make_file(Build *b, const BuildPart *p, const Text *header, Text *out)
{
    if (b->o->kind == API_C)
        return print_c(b, p, out);
    Text object = {0};
    bool good = build_object(b, p, &object);
    if (good && b->o->kind == API_SHARED)
        good = link_shared(b, &object, header, out);
    else if (good && b->o->kind == API_STATIC)
        build_archive(&object, &p->layout, out);
    else if (good)
        text_add_bytes(out, object.bytes, object.length);
    text_free(&object);
    return good;
}

bool build_functions(Build *b, int64_t batch, const char *const *entries, Text *file,
                     Text *header)
{
    BuildPart p = {0};
    bool good = build_part(b, batch, entries, NULL, &p) && build_header(b, &p, header) &&
                make_file(b, &p, header, file);
    build_part_close(&p);
    return good;
}

/* A description's inference; of a module all that is public. */
static bool build_library(Build *b, Text *file, Text *header)
{
    const char *name = b->o->entry;
    if (b->o->train)
        return build_trainer_library(b, file, header);
    if (!name && b->model->language)
        name = "predict";
    const char *names[] = {name, NULL};
    int64_t batch = b->o->sizes.batch ? b->o->sizes.batch : 1;
    return build_functions(b, batch, name ? names : NULL, file, header);
}

/* ---------------------------------------------------------------------------- files */

static bool replace_files(Build *b, const Text *file, const Text *header)
{
    RtPiece pieces[] = {{file->bytes, file->length}, {header->bytes, header->length}};
    if (!b->names.header)
        return !rt_file_write_program(b->names.file, pieces, 1, b->d);
    return !rt_file_write(b->names.file, pieces, 1, b->d) &&
           !rt_file_write(b->names.header, pieces + 1, 1, b->d);
}

/* Both, or none: no signal ends it between them. */
static bool write_files(Build *b, const Text *file, const Text *header)
{
    BuildSignals signals;
    build_signals_hold(&signals);
    bool good = replace_files(b, file, header);
    build_signals_release(&signals);
    return good;
}

static bool build(Build *b)
{
    Text file = {0}, header = {0};
    bool good = b->o->kind != API_EXE ? build_library(b, &file, &header)
                : b->o->train         ? build_trainer(b, &file)
                                      : build_program(b, &file);
    good = good && write_files(b, &file, &header);
    text_free(&file);
    text_free(&header);
    return good;
}

bool build_has_weights(const Build *b) { return b->o->weights || b->o->tensors; }

/* Views of the caller's tensors, and a copy of what is known of them. */
static bool take_weights(Build *b)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < b->o->tensors->count && !st; i++) {
        RtTensor view, *t = &b->o->tensors->items[i];
        st = rt_tensor_wrap(t->name, t->dtype, t->rank, t->dims, t->data, &view, b->d);
        if (!st)
            st = rt_tensors_add(&b->weights, &view, b->d);
    }
    for (size_t i = 0; b->o->meta && i < b->o->meta->count && !st; i++)
        st = rt_meta_set(&b->meta, b->o->meta->keys[i], b->o->meta->values[i], b->d);
    return !st;
}

static bool read_weights(Build *b)
{
    if (rt_safetensors_read(b->o->weights, &b->weights, &b->meta, b->d))
        return false;
    const LangModel *m =
        b->model->language ? api_model(b->model, &b->o->sizes, b->d) : NULL;
    if (m)
        api_check_weights(b->model, b->o->weights, &b->meta, m->name, b->d);
    return m || !b->model->language;
}

static void free_weights(void *build)
{
    Build *b = build;
    rt_tensors_free(&b->weights);
    rt_meta_free(&b->meta);
}

bool api_build(const ApiModel *m, const ApiBuild *o, DiagList *d)
{
    Build b = {
        .model = m, .o = o, .d = d, .arena = arena_open(), .context = ir_context_open()};
    GuardHold hold;
    guard_hold(&hold, free_weights, &b);
    b.names = build_names(m, o, b.arena);
    bool good = check_processors(o, d) && check_target(o, d) && check_sizes(&b) &&
                check_train(&b) && check_outputs(&b);
    if (good && build_has_weights(&b))
        good = o->tensors ? take_weights(&b) : read_weights(&b);
    good = good && build(&b);
    guard_drop(&hold);
    free_weights(&b);
    ir_context_close(b.context);
    arena_close(b.arena);
    return good;
}
