/* What `descent build` makes below the command, piece by piece: exports the functions of a
 * StableHLO module and prints them, or writes an object.
 *
 *   descent-aot FILE [--place=pointer|constant|block] [--entries] [--prefix=P]
 *               [--target=TRIPLE] [--cpu=NAME[,NAME]...] [--emit=ir|layout|llvm|object]
 *               [-o OBJECT]
 *
 * Functions are exported as P and their name. --place says where arguments and results
 * are whose descent.role is param, state, opt, step or rng: each at a pointer of its own;
 * params and states among the constants (with values made from their names); all in one
 * block, but for the argument of @init. --entries: functions of the generic kind (no
 * prefix). Exit status as descent-opt's. */
#include "backends/cpu/cpu.h"
#include "passes/export.h"
#include "passes/pass.h"
#include "runtime/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CPUS = 8 };

typedef struct Options {
    const char *file, *place, *prefix, *target, *emit, *out;
    char cpus[256];
    bool entries;
} Options;

typedef struct Aot {
    const Options *o;
    DiagList *d;
    Arena *arena;
    IrContext *c;
    ExportEntry *entries;
    size_t entry_count, entry_room;
    ExportLayout layout;
} Aot;

/* --------------------------------------------------------------------------- what is where */

/* Each byte from the one before: what stands for trained weights. */
static const void *made_up(Aot *a, const char *name, IrType t)
{
    size_t size = (size_t)ir_bytes(t);
    unsigned char *bytes = arena_alloc(a->arena, size + 1);
    uint32_t x = 1;
    for (const char *p = name; *p; p++)
        x = x * 31 + (unsigned char)*p;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)((x = x * 1664525 + 1013904223) >> 24);
    for (size_t i = 3; i < size && t->elem == DTYPE_f32; i += 4)
        bytes[i] = (bytes[i] & 0x80) | 0x3e; /* floats from 1/8 to 1/2 */
    for (size_t i = 0; i < size && t->elem == DTYPE_i1; i++)
        bytes[i] &= 1;
    return bytes;
}

static bool is(IrAttr a, const char *word) { return a && !strcmp(a->name, word); }

static ExportTensor place(Aot *a, const char *name, IrAttr role, IrType type,
                          bool is_result)
{
    bool weight = is(role, "param") || is(role, "state");
    bool kept = weight || is(role, "opt") || is(role, "step") || is(role, "rng");
    ExportTensor t = {.name = name, .place = EXPORT_POINTER};
    if (!strcmp(a->o->place, "block") && kept)
        t.place = EXPORT_BLOCK;
    if (!strcmp(a->o->place, "constant") && weight && !is_result) {
        t.place = EXPORT_BYTES;
        t.bytes = made_up(a, name, type);
    }
    return t;
}

static const char *name_of(Aot *a, IrAttr name, const char *kind, uint32_t i)
{
    return name ? name->name : arena_printf(a->arena, "%s%u", kind, i);
}

static ExportEntry entry(Aot *a, const IrOp *f)
{
    IrType t = ir_func_type(f);
    ExportTensor *args = ARENA_ARRAY(a->arena, ExportTensor, t->input_count);
    ExportTensor *results = ARENA_ARRAY(a->arena, ExportTensor, t->result_count);
    for (uint32_t i = 0; i < t->input_count; i++) {
        const char *name = name_of(a, ir_func_arg_attr(f, i, "descent.name"), "arg", i);
        args[i] =
            place(a, name, ir_func_arg_attr(f, i, "descent.role"), t->inputs[i], false);
        if (!strcmp(ir_func_name(f), "init"))
            args[i].place = EXPORT_POINTER;
    }
    for (uint32_t i = 0; i < t->result_count; i++) {
        const char *name =
            name_of(a, ir_func_result_attr(f, i, "descent.name"), "out", i);
        results[i] = place(a, name, ir_func_result_attr(f, i, "descent.role"),
                           t->results[i], true);
    }
    const char *host = arena_strdup(a->arena, ir_func_name(f));
    return (ExportEntry){
        host, a->o->entries ? NULL : arena_printf(a->arena, "%s%s", a->o->prefix, host),
        args, results};
}

static bool is_public(const IrOp *op)
{
    IrAttr v = ir_op_attr(op, "sym_visibility");
    return op->kind == OP_func && !is(v, "private") && ir_func_block(op);
}

/* --------------------------------------------------------------------------------- making */

static void add_entries(Aot *a, IrModule *m)
{
    for (IrOp *op = ir_module_block(m)->first; op && !a->layout.functions; op = op->next)
        if (is_public(op))
            ARENA_PUSH(a->arena, a->entries, a->entry_count, a->entry_room, entry(a, op));
}

/* The module lowered for a processor and exported; NULL with diagnostics. */
static IrModule *kernels(Aot *a, const RtFile *text, const char *cpu)
{
    size_t errors = diag_errors(a->d);
    IrTarget target = cpu_target_of(a->o->target, cpu, a->d);
    PassContext context = {.target = &target, .diags = a->d};
    if (diag_errors(a->d) != errors)
        return NULL;
    IrModule *m =
        ir_parse(a->c, a->o->file, (const char *)text->bytes, text->size, a->d);
    if (m)
        add_entries(a, m);
    if (m && pass_run(m, &context, NULL, NULL, NULL) &&
        pass_export(m, a->entry_count, a->entries, a->arena, &a->layout, a->d) &&
        ir_verify(m, a->d))
        return m;
    ir_module_close(m);
    return NULL;
}

static void print_layout(const ExportLayout *l, Text *out)
{
    static const char *const kinds[] = {"block", "argument", "result", "arena"};
    text_printf(out, "block: %" PRId64 " bytes\n", l->block_bytes);
    for (size_t i = 0; i < l->slot_count; i++)
        text_printf(out, "  %s: %" PRId64 " bytes at %" PRId64 "\n", l->slots[i].name,
                    l->slots[i].bytes, l->slots[i].offset);
    for (size_t i = 0; i < l->function_count; i++) {
        const ExportFunction *f = &l->functions[i];
        text_printf(out, "%s: arena %" PRId64 "\n", f->symbol, f->arena_bytes);
        for (size_t k = 0; k < f->param_count; k++)
            text_printf(out, "  %s %u: %" PRId64 " bytes,%s%s\n",
                        kinds[f->params[k].kind], f->params[k].index, f->params[k].bytes,
                        f->params[k].read ? " read" : "",
                        f->params[k].written ? " written" : "");
    }
}

static bool print(Aot *a, size_t count, const CpuVersion *v, Text *out)
{
    CpuOptions o = {.cpu = v->cpu, .target = a->o->target, .file = true};
    if (!strcmp(a->o->emit, "ir"))
        ir_print(v->kernels, (IrPrintOptions){0}, out);
    else if (!strcmp(a->o->emit, "layout"))
        print_layout(&a->layout, out);
    else if (!strcmp(a->o->emit, "llvm"))
        return cpu_print_llvm(v->kernels, &o, out, a->d);
    else
        return cpu_emit_versions(count, v, &o, out, a->d);
    return true;
}

static bool write_out(const char *path, const Text *out)
{
    FILE *f = path ? fopen(path, "wb") : stdout;
    bool good = f && fwrite(out->bytes, 1, out->length, f) == out->length;
    return f && (path ? fclose(f) : fflush(f)) == 0 && good;
}

static bool make(Aot *a, const RtFile *text)
{
    CpuVersion versions[MAX_CPUS] = {0};
    char words[sizeof a->o->cpus], *next = NULL;
    size_t count = 0;
    Text out = {0};
    strcpy(words, a->o->cpus);
    bool good = true;
    for (char *w = strtok_r(words, ",", &next); (w || !count) && good && count < MAX_CPUS;
         w = strtok_r(NULL, ",", &next)) {
        versions[count] = (CpuVersion){w, kernels(a, text, w)};
        good = versions[count++].kernels != NULL;
    }
    good = good && print(a, count, versions, &out) && write_out(a->o->out, &out);
    for (size_t i = 0; i < count; i++)
        ir_module_close(versions[i].kernels);
    text_free(&out);
    return good;
}

/* -------------------------------------------------------------------------------- command */

static bool option(const char *word, const char *name, const char **out)
{
    size_t n = strlen(name);
    if (strncmp(word, name, n) || word[n] != '=')
        return false;
    *out = word + n + 1;
    return true;
}

static bool parse_options(int argc, char **argv, Options *o)
{
    const char *cpus = "";
    for (int i = 1; i < argc; i++) {
        const char *w = argv[i];
        if (!strcmp(w, "--entries"))
            o->entries = true;
        else if (!strcmp(w, "-o") && i + 1 < argc)
            o->out = argv[++i];
        else if (option(w, "--place", &o->place) || option(w, "--prefix", &o->prefix) ||
                 option(w, "--target", &o->target) || option(w, "--emit", &o->emit) ||
                 option(w, "--cpu", &cpus))
            continue;
        else if (w[0] != '-' && !o->file)
            o->file = w;
        else
            return false;
    }
    snprintf(o->cpus, sizeof o->cpus, "%s", cpus);
    return o->file != NULL;
}

int main(int argc, char **argv)
{
    Options o = {.place = "pointer", .prefix = "", .emit = "ir"};
    if (!parse_options(argc, argv, &o)) {
        fputs("usage: descent-aot FILE [--place=pointer|constant|block] [--entries] "
              "[--prefix=P] [--target=TRIPLE] [--cpu=NAME[,NAME]...] "
              "[--emit=ir|layout|llvm|object] [-o OBJECT]\n",
              stderr);
        return DIAG_USAGE;
    }
    Aot a = {.o = &o, .d = diag_open(), .arena = arena_open(), .c = ir_context_open()};
    RtFile file = {0};
    bool good =
        rt_file_read(o.file, RT_FILE_LIMIT, &file, a.d) == RT_OK && make(&a, &file);
    diag_print(a.d, stderr);
    int status = good ? 0 : diag_exit(a.d) ? (int)diag_exit(a.d) : 1;
    rt_file_free(&file);
    ir_context_close(a.c);
    arena_close(a.arena);
    diag_close(a.d);
    return status;
}
