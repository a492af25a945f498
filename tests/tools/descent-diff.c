/* Compiles every public function of a StableHLO file and compares its results with the reference
 * evaluator's, on reproducible random inputs; with 1, 2 and 3 threads, whose bits must be equal.
 *
 *   descent-diff FILE [--cpu=NAME] [--tolerance=T] [--low=L] [--high=H] [--pass=LAST] [--seed=N]
 *
 * T bounds the difference relative to the value, or to the greatest value of the tensor (sums that
 * cancel); 0 asks for equal bits. Exit status: 0 equal, 1 not, otherwise that of the diagnostics. */
#include "backends/cpu/cpu.h"
#include "backends/ref/ref.h"
#include "passes/pass.h"
#include "runtime/file.h"
#include "runtime/pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_THREADS = 3 };

typedef struct Options {
    const char *file, *cpu;
    double tolerance, low, high;
    uint64_t seed;
} Options;

typedef struct Case {
    const Options *o;
    IrContext *c;
    IrOp *graph;            /* for the reference */
    IrModule *kernels;
    CpuProgram *program;
    Arena *arena;
    DiagList *d;
    size_t args, results;
    RefTensor *arg, *wanted;
} Case;

static void *buffer(Arena *a, int64_t bytes)
{
    char *p = arena_alloc(a, (size_t)bytes + 128);
    return p + (64 - (uintptr_t)p % 64) % 64;
}

static void make_inputs(Case *t)
{
    IrType type = ir_func_type(t->graph);
    t->args = type->input_count;
    t->results = type->result_count;
    t->arg = ARENA_ARRAY(t->arena, RefTensor, t->args);
    t->wanted = ARENA_ARRAY(t->arena, RefTensor, t->results);
    for (size_t i = 0; i < t->args; i++) {
        t->arg[i] = (RefTensor){type->inputs[i], buffer(t->arena, ir_bytes(type->inputs[i]))};
        ref_random(&t->arg[i], t->o->seed * 1000 + i, t->o->low, t->o->high);
    }
}

/* The compiled function on copies of the inputs; donated arguments are overwritten. */
static RefTensor *run_compiled(Case *t, const char *name, unsigned threads)
{
    IrOp *host = ir_module_func(t->kernels, name);
    const int64_t *alias = ir_op_ints(host, "descent.alias", NULL);
    void **args = ARENA_ARRAY(t->arena, void *, t->args);
    void **results = ARENA_ARRAY(t->arena, void *, t->results);
    RefTensor *got = ARENA_ARRAY(t->arena, RefTensor, t->results);
    RtPool *pool = rt_pool_open(threads);
    for (size_t i = 0; i < t->args; i++) {
        args[i] = buffer(t->arena, ir_bytes(t->arg[i].type));
        memcpy(args[i], t->arg[i].data, (size_t)ir_bytes(t->arg[i].type));
    }
    for (size_t i = 0; i < t->results; i++) {
        results[i] = alias[i] >= 0 ? args[alias[i]] : buffer(t->arena, ir_bytes(t->wanted[i].type));
        got[i] = (RefTensor){t->wanted[i].type, results[i]};
    }
    void *work = buffer(t->arena, ir_op_int(host, "descent.arena_bytes"));
    memset(work, 0xff, (size_t)ir_op_int(host, "descent.arena_bytes"));     /* NaN everywhere */
    cpu_entry(t->program, name)(work, args, results, pool);
    rt_pool_close(pool);
    return got;
}

static bool close_enough(const Case *t, const RefDifference *x)
{
    return x->abs == 0 || (t->o->tolerance > 0 && (x->rel <= t->o->tolerance || x->scaled <= t->o->tolerance));
}

static bool compare_case(Case *t, const char *name)
{
    RefTensor *got[MAX_THREADS + 1];
    bool ok = true;
    for (unsigned n = 1; n <= MAX_THREADS; n++)
        got[n] = run_compiled(t, name, n);
    for (size_t i = 0; i < t->results; i++) {
        RefDifference x = ref_difference(&got[1][i], &t->wanted[i]);
        if (!close_enough(t, &x)) {
            int64_t k = x.worst >= 0 ? x.worst : 0;
            size_t size = dtype_bytes(t->wanted[i].type->elem);
            printf("%s: result %zu %s differs: abs %.3g rel %.3g scaled %.3g ulp %.3g; element %" PRId64
                   " is %.9g, wanted %.9g\n", name, i, ir_type_str(t->c, t->wanted[i].type), x.abs, x.rel,
                   x.scaled, x.ulp, k, dtype_load(t->wanted[i].type->elem, (char *)got[1][i].data + (size_t)k * size),
                   dtype_load(t->wanted[i].type->elem, (char *)t->wanted[i].data + (size_t)k * size));
            ok = false;
        }
        for (unsigned n = 2; n <= MAX_THREADS; n++)
            if (memcmp(got[1][i].data, got[n][i].data, (size_t)ir_bytes(t->wanted[i].type))) {
                printf("%s: result %zu: other bits with %u threads\n", name, i, n);
                ok = false;
            }
    }
    if (ok)
        printf("%s: ok\n", name);
    return ok;
}

static bool run_case(Case *t)
{
    const char *name = ir_func_name(t->graph);
    t->arena = arena_open();
    make_inputs(t);
    bool ok = ref_run(t->graph, t->args, t->arg, t->results, t->wanted, t->arena, t->d) &&
              compare_case(t, name);
    arena_close(t->arena);
    return ok;
}

static bool compile(const Options *o, IrModule *m, CpuProgram **out, DiagList *d)
{
    IrTarget target = cpu_target(o->cpu, d);
    PassContext pass = {.target = &target, .diags = d};
    CpuOptions options = {.cpu = o->cpu};
    if (!pass_run(m, &pass, NULL, NULL, NULL) || !ir_verify(m, d))
        return false;
    *out = cpu_compile(m, &options, d);
    return *out != NULL;
}

static bool is_public(const IrOp *func)
{
    IrAttr v = ir_op_attr(func, "sym_visibility");
    return func->kind == OP_func && (!v || strcmp(v->name, "private"));
}

static bool run_file(const Options *o, const char *text, size_t length, DiagList *d)
{
    IrContext *c = ir_context_open();
    IrModule *graph = ir_parse(c, o->file, text, length, d);
    IrModule *kernels = graph ? ir_module_clone(graph) : NULL;
    Case t = {.o = o, .c = c, .kernels = kernels, .d = d};
    bool ok = kernels && compile(o, kernels, &t.program, d);
    for (IrOp *op = ok ? ir_module_block(graph)->first : NULL; op; op = op->next)
        if (is_public(op)) {
            t.graph = op;
            ok &= run_case(&t);
        }
    cpu_program_close(t.program);
    ir_module_close(kernels);
    ir_module_close(graph);
    ir_context_close(c);
    return ok;
}

static bool number_option(const char *word, const char *name, double *out)
{
    size_t n = strlen(name);
    if (strncmp(word, name, n))
        return false;
    *out = strtod(word + n, NULL);
    return true;
}

int main(int argc, char **argv)
{
    Options o = {.tolerance = 1e-5, .low = -2, .high = 2};
    double seed = 1;
    for (int i = 1; i < argc; i++)
        if (!strncmp(argv[i], "--cpu=", 6))
            o.cpu = argv[i] + 6;
        else if (!number_option(argv[i], "--tolerance=", &o.tolerance) &&
                 !number_option(argv[i], "--low=", &o.low) && !number_option(argv[i], "--high=", &o.high) &&
                 !number_option(argv[i], "--seed=", &seed))
            o.file = argv[i];
    o.seed = (uint64_t)seed;
    DiagList *d = diag_open();
    RtFile file = {0};
    bool ok = o.file && rt_file_read(o.file, RT_FILE_LIMIT, &file, d) == RT_OK && run_file(&o, (char *)file.bytes, file.size, d);
    diag_print(d, stderr);
    int status = ok ? 0 : diag_exit(d) ? (int)diag_exit(d) : 1;
    diag_close(d);
    rt_file_free(&file);
    return status;
}
