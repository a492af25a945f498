/* Objects for foreign callers: linked by cc into a library, loaded, and held against the
 * same functions run in this process, bit for bit. */
#include "tests/cpu/kernel.h"
#include "tests/support/exporter.h"

#include "runtime/file.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

enum { MAX_BUFFERS = 32, STEPS = 5 };

/* As cpu.h and the headers of built models have it. */
struct descent_pool {
    void (*run)(struct descent_pool *self, RtTask *task, void *ctx, int64_t count);
};

typedef struct Pool {
    struct descent_pool base;
    RtPool *threads;
} Pool;

static void run_on_threads(struct descent_pool *self, RtTask *task, void *ctx,
                           int64_t count)
{
    rt_pool_run(((Pool *)self)->threads, task, ctx, count);
}

/* ---------------------------------------------------------------------------- a world */

typedef struct World {
    RtFile file;
    Exporter x;
    char folder[64];
    void *library;
} World;

static World open_world(ExportPlace place)
{
    World w = {.folder = P_tmpdir "/descent-aot-XXXXXX"};
    w.x = (Exporter){.file = "trainer.mlir",
                     .place = place,
                     .prefix = "t_",
                     .context = ir_context_open(),
                     .arena = arena_open(),
                     .diags = diag_open()};
    assert_int_equal(
        rt_file_read("tests/cpu/Inputs/trainer.mlir", RT_FILE_LIMIT, &w.file, w.x.diags),
        RT_OK);
    w.x.text = (const char *)w.file.bytes;
    w.x.length = w.file.size;
    assert_non_null(mkdtemp(w.folder));
    return w;
}

static char *path_of(const World *w, const char *name)
{
    return arena_printf(w->x.arena, "%s/%s", w->folder, name);
}

static void close_world(World *w)
{
    static const char *const files[] = {"t.o", "t.so", "shim.c"};
    diag_print(w->x.diags, stderr);
    if (w->library)
        dlclose(w->library);
    for (int i = 0; i < 3; i++)
        remove(path_of(w, files[i]));
    rmdir(w->folder);
    rt_file_free(&w->file);
    ir_context_close(w->x.context);
    arena_close(w->x.arena);
    diag_close(w->x.diags);
}

static void write_file(const char *path, const char *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

static Text emit(World *w, size_t count, const char *const *cpus)
{
    CpuVersion versions[4];
    Text out = {0};
    for (size_t i = 0; i < count; i++) {
        versions[i] = (CpuVersion){cpus[i], exporter_export(&w->x, cpus[i])};
        assert_non_null(versions[i].kernels);
    }
    assert_true(cpu_emit_versions(count, versions, NULL, &out, w->x.diags));
    for (size_t i = 0; i < count; i++)
        ir_module_close(versions[i].kernels);
    return out;
}

static void load(World *w, size_t count, const char *const *cpus, const char *shim)
{
    Text object = emit(w, count, cpus);
    write_file(path_of(w, "t.o"), object.bytes, object.length);
    write_file(path_of(w, "shim.c"), shim, strlen(shim));
    text_free(&object);
    const char *command =
        arena_printf(w->x.arena, "cc -shared -fPIC -Wl,-z,defs -o %s %s %s -lm",
                     path_of(w, "t.so"), path_of(w, "shim.c"), path_of(w, "t.o"));
    assert_int_equal(system(command), 0);
    w->library = dlopen(path_of(w, "t.so"), RTLD_NOW | RTLD_LOCAL);
    assert_non_null(w->library);
}

/* ----------------------------------------------------------------------- calling both */

/* What a function is called with: buffers for inputs and outputs, one block. */
typedef struct Buffers {
    char *block;
    float *in[MAX_BUFFERS], *out[MAX_BUFFERS];
    uint64_t rng[2];
} Buffers;

static const ExportFunction *function(const World *w, const char *name)
{
    for (size_t i = 0; i < w->x.layout.function_count; i++)
        if (!strcmp(w->x.layout.functions[i].symbol, name))
            return &w->x.layout.functions[i];
    fail_msg("no function %s", name);
    return NULL;
}

typedef void Call3(void *, void *, void *, void *),
    Call4(void *, void *, void *, void *, void *);
typedef void Call6(void *, void *, void *, void *, void *, void *, void *);

static void call_code(void *code, size_t params, void **p, void *pool)
{
    if (params == 3)
        ((Call3 *)code)(p[0], p[1], p[2], pool);
    else if (params == 4)
        ((Call4 *)code)(p[0], p[1], p[2], p[3], pool);
    else
        ((Call6 *)code)(p[0], p[1], p[2], p[3], p[4], p[5], pool);
}

static void call_built(World *w, void *code, const char *name, Buffers *b, void *pool)
{
    const ExportFunction *f = function(w, name);
    void *p[MAX_BUFFERS],
        *work = aligned_alloc(64, (size_t)f->arena_bytes / 64 * 64 + 64);
    memset(work, 0xff, (size_t)f->arena_bytes);
    for (size_t i = 0; i < f->param_count; i++) {
        uint32_t k = f->params[i].index;
        switch (f->params[i].kind) {
        case EXPORT_OF_BLOCK: p[i] = b->block; break;
        case EXPORT_OF_ARENA: p[i] = work; break;
        case EXPORT_OF_RESULT: p[i] = b->out[k]; break;
        default: p[i] = strcmp(name, "t_init") ? (void *)b->in[k] : b->rng; break;
        }
    }
    assert_true(f->param_count == 3 || f->param_count == 4 || f->param_count == 6);
    call_code(code, f->param_count, p, pool);
    free(work);
}

static void call_library(World *w, const char *name, Buffers *b, void *pool)
{
    void *code = dlsym(w->library, name);
    assert_non_null(code);
    call_built(w, code, name, b, pool);
}

typedef struct Jit {
    IrModule *m;
    CpuProgram *program;
} Jit;

static Jit open_jit(World *w, const char *cpu)
{
    Jit j = {.m = exporter_plan(&w->x, cpu)};
    assert_non_null(j.m);
    j.program = cpu_compile(j.m, &(CpuOptions){.cpu = cpu}, w->x.diags);
    assert_non_null(j.program);
    return j;
}

static void close_jit(Jit *j)
{
    cpu_program_close(j->program);
    ir_module_close(j->m);
}

static void *slot(const World *w, const Buffers *b, const char *name)
{
    for (size_t i = 0; i < w->x.layout.slot_count; i++)
        if (!strcmp(w->x.layout.slots[i].name, name))
            return b->block + w->x.layout.slots[i].offset;
    fail_msg("no slot %s", name);
    return NULL;
}

static const ExportEntry *entry(const World *w, const char *name)
{
    for (size_t i = 0; i < w->x.entry_count; i++)
        if (!strcmp(w->x.entries[i].host, name))
            return &w->x.entries[i];
    fail_msg("no entry %s", name);
    return NULL;
}

/* The entry in this process, on tensors at the same places. */
static void call_jit(World *w, Jit *j, const char *name, Buffers *b)
{
    const ExportEntry *e = entry(w, name);
    const IrOp *host = ir_module_func(j->m, name);
    size_t results, inputs = ir_func_type(host)->input_count;
    const int64_t *alias = ir_op_ints(host, "descent.alias", &results);
    void *args[MAX_BUFFERS], *out[MAX_BUFFERS];
    size_t own = 0;
    for (size_t r = 0; r < results; r++)
        own += alias[r] < 0;
    for (size_t a = 0; a < inputs - 1 - own; a++) {
        const ExportTensor *t = &e->args[a];
        args[a] = t->place == EXPORT_BLOCK   ? slot(w, b, t->name)
                  : t->place == EXPORT_BYTES ? (void *)t->bytes
                                             : (void *)b->in[a];
    }
    if (!strcmp(name, "init"))
        args[0] = memcpy(slot(w, b, "rng"), b->rng, sizeof b->rng);
    for (size_t r = 0; r < results; r++)
        out[r] = e->results[r].place == EXPORT_BLOCK ? slot(w, b, e->results[r].name)
                                                     : b->out[r];
    void *work =
        aligned_alloc(64, (size_t)ir_op_int(host, "descent.arena_bytes") / 64 * 64 + 64);
    cpu_entry(j->program, name)(work, args, out, NULL);
    free(work);
}

/* -------------------------------------------------------------------------- comparing */

enum { BATCH = 32, PIXELS = BATCH * 64, SCORES = BATCH * 10, BLOCK = 1 << 21 };

static Buffers make_buffers(World *w)
{
    Buffers b = {.block = arena_alloc(w->x.arena, BLOCK + 64), .rng = {7, 11}};
    b.block += 64 - (uintptr_t)b.block % 64;
    for (int i = 0; i < MAX_BUFFERS; i++) {
        b.in[i] = ARENA_ARRAY(w->x.arena, float, PIXELS);
        b.out[i] = ARENA_ARRAY(w->x.arena, float, SCORES);
        for (int k = 0; k < PIXELS; k++)
            b.in[i][k] = (float)((k * 37 + i * 11) % 101) / 101;
    }
    return b;
}

static void same(const Buffers *a, const Buffers *b)
{
    assert_memory_equal(a->block, b->block, BLOCK);
    for (int i = 0; i < MAX_BUFFERS; i++) {
        assert_memory_equal(a->in[i], b->in[i], PIXELS * sizeof(float));
        assert_memory_equal(a->out[i], b->out[i], SCORES * sizeof(float));
    }
    assert_true(a->rng[0] == 7 && a->rng[1] == 11);
}

/* A row of predictions is a softmax: it computed something. */
static void check_scores(const Buffers *b)
{
    float sum = 0;
    for (int i = 0; i < 10; i++)
        sum += b->out[0][i];
    assert_float_equal(sum, 1, 1e-5);
}

static const char *const trainer[] = {"init",       "train_step", "train_step",
                                      "train_step", "train_step", "eval_step",
                                      "predict"};
enum { CALLS = sizeof trainer / sizeof *trainer };

static void train(World *w, Buffers *b, void *pool)
{
    for (int i = 0; i < CALLS; i++)
        call_library(w, arena_printf(w->x.arena, "t_%s", trainer[i]), b, pool);
}

/* Training through the block, on 1, 2 and 3 threads. */
static void trainer_has_the_jits_bits(void **state)
{
    (void)state;
    World w = open_world(EXPORT_BLOCK);
    load(&w, 1, (const char *[]){NULL}, "");
    Jit j = open_jit(&w, NULL);
    Buffers wanted = make_buffers(&w);
    for (int i = 0; i < CALLS; i++)
        call_jit(&w, &j, trainer[i], &wanted);
    for (unsigned threads = 1; threads <= 3; threads++) {
        Buffers got = make_buffers(&w);
        Pool pool = {{run_on_threads}, threads > 1 ? rt_pool_open(threads) : NULL};
        train(&w, &got, threads > 1 ? &pool : NULL);
        rt_pool_close(pool.threads);
        same(&got, &wanted);
    }
    check_scores(&wanted);
    close_jit(&j);
    close_world(&w);
}

/* Weights among the constants; two threads use the code at the same time. */
static int predict_once(void *ctx)
{
    World *w = ((void **)ctx)[0];
    Buffers *b = ((void **)ctx)[1];
    call_library(w, "t_predict", b, NULL);
    return 0;
}

static void constants_have_the_jits_bits(void **state)
{
    (void)state;
    World w = open_world(EXPORT_BYTES);
    load(&w, 1, (const char *[]){NULL}, "");
    Jit j = open_jit(&w, NULL);
    Buffers wanted = make_buffers(&w), got[2] = {make_buffers(&w), make_buffers(&w)};
    call_jit(&w, &j, "predict", &wanted);
    thrd_t other;
    assert_int_equal(thrd_create(&other, predict_once, (void *[]){&w, &got[0]}),
                     thrd_success);
    predict_once((void *[]){&w, &got[1]});
    thrd_join(other, NULL);
    same(&got[0], &wanted);
    same(&got[1], &wanted);
    check_scores(&wanted);
    close_jit(&j);
    close_world(&w);
}

/* --------------------------------------------------------------------------- versions */

static const char *const levels[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
static const char shim[] =
    "void t_predict_x86_64(void), t_predict_x86_64_v3(void), t_predict_x86_64_v4(void);\n"
    "void *const t_versions[] = {(void *)t_predict_x86_64, (void *)t_predict_x86_64_v3,\n"
    "                            (void *)t_predict_x86_64_v4};\n";

/* Each version gives its processor's bits; the loader takes the best that runs here. */
static void versions(void **state)
{
    (void)state;
    World w = open_world(EXPORT_BLOCK);
    if (cpu_can_run("x86-64") == false)
        skip();
    load(&w, 3, (const char *[]){"x86-64-v3", "x86-64-v4", "x86-64"}, shim);
    void *const *code = dlsym(w.library, "t_versions"), *best = NULL;
    for (int i = 0; i < 3 && cpu_can_run(levels[i]); i++) {
        Jit j = open_jit(&w, levels[i]);
        Buffers got = make_buffers(&w), wanted = make_buffers(&w);
        call_jit(&w, &j, "init", &wanted);
        memcpy(got.block, wanted.block, BLOCK);
        call_jit(&w, &j, "predict", &wanted);
        call_built(&w, code[i], "t_predict", &got, NULL);
        same(&got, &wanted);
        best = code[i];
        close_jit(&j);
    }
    assert_ptr_equal(dlsym(w.library, "t_predict"), best);
    close_world(&w);
}

/* Its status is the version that was chosen. */
static const char chosen[] =
    "void t_predict(void), t_predict_x86_64(void), t_predict_x86_64_v2(void),\n"
    "    t_predict_x86_64_v3(void), t_predict_x86_64_v4(void);\n"
    "int main(void)\n"
    "{\n"
    "    void (*const all[])(void) = {t_predict_x86_64, t_predict_x86_64_v2,\n"
    "                                 t_predict_x86_64_v3, t_predict_x86_64_v4};\n"
    "    for (int i = 0; i < 4; i++)\n"
    "        if (t_predict == all[i])\n"
    "            return 1 + i;\n"
    "    return 0;\n"
    "}\n";

/* The choice on machines that are not here. `way`: how cc links. */
static void check_choices(World *w, const char *way)
{
    static const struct {
        const char *machine;
        int version;
    } machines[] = {{"qemu64", 1},       {"Nehalem", 2},        {"Haswell", 3},
                    {"Haswell,-fma", 2}, {"Haswell,-xsave", 2}, {"Haswell,-avx2", 2}};
    const char *link =
        arena_printf(w->x.arena, "cc %s -o %s %s %s -lm", way, path_of(w, "t.so"),
                     path_of(w, "shim.c"), path_of(w, "t.o"));
    assert_int_equal(system(link), 0);
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        const char *run = arena_printf(w->x.arena, "qemu-x86_64 -cpu %s %s 2>/dev/null",
                                       machines[i].machine, path_of(w, "t.so"));
        int status = system(run);
        if (WEXITSTATUS(status) != machines[i].version)
            fail_msg("%s, linked with '%s', takes version %d", machines[i].machine, way,
                     WEXITSTATUS(status));
    }
}

static void choices(void **state)
{
    (void)state;
    if (system("command -v qemu-x86_64 >/dev/null 2>&1") || !cpu_can_run("x86-64")) {
        print_message(
            "qemu-x86_64 is not installed: which version other machines take is "
            "not tested\n");
        skip();
    }
    World w = open_world(EXPORT_BLOCK);
    Text object =
        emit(&w, 4, (const char *[]){"x86-64-v2", "x86-64-v3", "x86-64-v4", "x86-64"});
    write_file(path_of(&w, "t.o"), object.bytes, object.length);
    write_file(path_of(&w, "shim.c"), chosen, strlen(chosen));
    text_free(&object);
    check_choices(&w, "-pie -fPIE");
    check_choices(&w, "-static");
    close_world(&w);
}

/* --------------------------------------------------------------------- the same bytes */

static int emit_apart(void *out)
{
    World w = open_world(EXPORT_BLOCK);
    *(Text *)out = emit(&w, 1, (const char *[]){"x86-64-v3"});
    close_world(&w);
    return 0;
}

static void same_bytes(void **state)
{
    (void)state;
    Text first = {0}, second = {0}, third = {0};
    thrd_t other;
    emit_apart(&first);
    assert_int_equal(thrd_create(&other, emit_apart, &second), thrd_success);
    emit_apart(&third);
    thrd_join(other, NULL);
    assert_true(first.length == second.length && first.length == third.length);
    assert_memory_equal(first.bytes, second.bytes, first.length);
    assert_memory_equal(first.bytes, third.bytes, first.length);
    text_free(&first);
    text_free(&second);
    text_free(&third);
}

/* ---------------------------------------------------------------------- single things */

static void absent_entry(void **state)
{
    (void)state;
    World w = open_world(EXPORT_BLOCK);
    IrModule *m = exporter_plan(&w.x, NULL);
    assert_false(pass_export(m, 1, &(ExportEntry){.host = "absent", .symbol = "a"},
                             w.x.arena, &w.x.layout, w.x.diags));
    assert_string_equal(diag_get(w.x.diags, 0)->message,
                        "there is no entry point 'absent'");
    diag_clear(w.x.diags);
    ir_module_close(m);
    close_world(&w);
}

/* A constant that the linker sees. */
static void public_bytes(void **state)
{
    (void)state;
    World w = open_world(EXPORT_BLOCK);
    IrModule *m = exporter_export(&w.x, NULL);
    Text object = {0};
    pass_export_bytes(m, "t_text", "layers and words", 17);
    assert_true(ir_verify(m, w.x.diags));
    assert_true(cpu_emit_object(m, NULL, &object, w.x.diags));
    write_file(path_of(&w, "t.o"), object.bytes, object.length);
    assert_int_equal(system(arena_printf(w.x.arena, "cc -shared -o %s %s -lm",
                                         path_of(&w, "t.so"), path_of(&w, "t.o"))),
                     0);
    w.library = dlopen(path_of(&w, "t.so"), RTLD_NOW | RTLD_LOCAL);
    assert_non_null(w.library);
    const char *text = dlsym(w.library, "t_text");
    assert_string_equal(text, "layers and words");
    assert_int_equal((uintptr_t)text % 64, 0);
    text_free(&object);
    ir_module_close(m);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trainer_has_the_jits_bits),
        cmocka_unit_test(constants_have_the_jits_bits),
        cmocka_unit_test(versions),
        cmocka_unit_test(choices),
        cmocka_unit_test(same_bytes),
        cmocka_unit_test(absent_entry),
        cmocka_unit_test(public_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
