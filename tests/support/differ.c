#include "tests/support/differ.h"

#include "backends/cpu/cpu.h"
#include "backends/ref/ref.h"
#include "passes/pass.h"
#include "runtime/pool.h"
#include "tests/support/guarded.h"
#include "tests/support/remote.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_THREADS = 3 };

typedef struct Program {
    IrModule *kernels;
    CpuProgram *code; /* in this process, or: */
    Remote *remote;
    void *other; /* of another backend */
} Program;

struct Differ {
    const DiffBackend *backend; /* NULL: backends/cpu */
    IrModule *graph;
    DiagList *diags;
    Program donating, plain; /* plain: empty if the graph donates nothing */
};

/* ------------------------------------------------------------------------------ compiling */

bool differ_is_entry(const IrOp *func)
{
    IrAttr v = ir_op_attr(func, "sym_visibility");
    return func->kind == OP_func && (!v || strcmp(v->name, "private"));
}

/* Whether there was a donation. */
static bool drop_donations(IrModule *m)
{
    bool found = false;
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next)
        for (uint32_t i = 0; op->kind == OP_func && i < ir_func_block(op)->arg_count; i++)
            if (ir_func_arg_attr(op, i, "tf.aliasing_output")) {
                ir_func_set_arg_attr(op, i, "tf.aliasing_output", NULL);
                found = true;
            }
    return found;
}

static bool compile(Program *p, const char *target, const char *cpu, DiagList *d)
{
    size_t errors = diag_errors(d);
    IrTarget machine = cpu_target_of(target, cpu, d);
    PassContext pass = {.target = &machine, .diags = d};
    CpuOptions options = {.cpu = cpu};
    if (diag_errors(d) != errors || !pass_run(p->kernels, &pass, NULL, NULL, NULL) ||
        !ir_verify(p->kernels, d))
        return false;
    if (target)
        p->remote = remote_open(p->kernels, target, cpu, d);
    else
        p->code = cpu_compile(p->kernels, &options, d);
    return p->code || p->remote;
}

static bool compile_with(Program *p, const DiffBackend *backend, const void *option,
                         DiagList *d)
{
    size_t errors = diag_errors(d);
    IrTarget machine = backend->target(option, d);
    PassContext pass = {.target = &machine, .diags = d};
    if (diag_errors(d) != errors || !pass_run(p->kernels, &pass, NULL, NULL, NULL) ||
        !ir_verify(p->kernels, d))
        return false;
    p->other = backend->compile(p->kernels, option, d);
    return p->other;
}

static void close_program(const Differ *x, Program *p)
{
    if (x->backend)
        x->backend->close(p->other);
    cpu_program_close(p->code);
    remote_close(p->remote);
    ir_module_close(p->kernels);
}

Differ *differ_open(IrModule *graph, const char *cpu, DiagList *d)
{
    return differ_open_on(graph, NULL, cpu, d);
}

static Differ *new_differ(IrModule *graph, const DiffBackend *backend, DiagList *d,
                          bool *donates)
{
    Differ *x = calloc(1, sizeof *x);
    *x = (Differ){.backend = backend, .graph = graph, .diags = d};
    x->donating.kernels = ir_module_clone(graph);
    x->plain.kernels = ir_module_clone(graph);
    *donates = drop_donations(x->plain.kernels);
    return x;
}

Differ *differ_open_with(IrModule *graph, const DiffBackend *backend, const void *option,
                         DiagList *d)
{
    bool donates;
    Differ *x = new_differ(graph, backend, d, &donates);
    if (compile_with(&x->donating, backend, option, d) &&
        (!donates || compile_with(&x->plain, backend, option, d)))
        return x;
    differ_close(x);
    return NULL;
}

Differ *differ_open_on(IrModule *graph, const char *target, const char *cpu, DiagList *d)
{
    bool donates;
    Differ *x = new_differ(graph, NULL, d, &donates);
    if (compile(&x->donating, target, cpu, d) &&
        (!donates || compile(&x->plain, target, cpu, d)))
        return x;
    differ_close(x);
    return NULL;
}

void differ_close(Differ *x)
{
    if (!x)
        return;
    close_program(x, &x->donating);
    close_program(x, &x->plain);
    free(x);
}

/* --------------------------------------------------------------------------------- inputs */

typedef struct Case {
    const Differ *x;
    const IrOp *func;
    const char *name;
    const DiffRule *rule;
    Arena *arena;
    Guarded *buffers;
    Text *report;
    size_t args, results;
    RefTensor *arg, *wanted;
} Case;

static double greatest_float(Dtype t)
{
    switch (t) {
    case DTYPE_f16: return 65504;
    case DTYPE_f64: return DBL_MAX;
    case DTYPE_bf16: return ldexp(255, 120);
    default: return FLT_MAX;
    }
}

static double least_float(Dtype t)
{
    return t == DTYPE_f16 ? ldexp(1, -14) : t == DTYPE_f64 ? DBL_MIN : FLT_MIN;
}

static void store_limit(Dtype t, void *at, uint64_t choice)
{
    double big = greatest_float(t), least = least_float(t);
    const double floats[] = {
        0,     -0.0,   INFINITY,   -INFINITY,   NAN,
        1,     -1,     0.5,        -0.5,        1.5,
        2.5,   -2.5,   big,        -big,        3,
        least, -least, least / 4,  127.5,       255.5,
        65504, 65520,  2147483648, -2147483648, 9223372036854775808.0};
    int64_t low =
        dtype_kind(t) == DTYPE_SIGNED ? -1 - (INT64_MAX >> (64 - dtype_bits(t))) : 0;
    int64_t ints[] = {low, low + 1, ~low, ~low - 1, 0,  1,  2, 7,
                      8,   15,      31,   32,       63, 64, -1};
    if (dtype_is_float(t))
        dtype_store(t, at, floats[choice % (sizeof floats / sizeof *floats)]);
    else if (t != DTYPE_i1)
        dtype_store_int(t, at, ints[choice % (sizeof ints / sizeof *ints)]);
}

/* Every third element, about, is a special one. */
static void mix_limits(RefTensor *t, uint64_t seed)
{
    Dtype elem = t->type->elem;
    uint64_t z = seed;
    for (int64_t i = 0; i < ir_elements(t->type); i++) {
        z = z * 6364136223846793005 + 1442695040888963407;
        if ((z >> 33) % 3 == 0)
            store_limit(elem, (char *)t->data + i * (int64_t)dtype_bytes(elem), z >> 40);
    }
}

static void make_inputs(Case *t, uint64_t seed)
{
    const DiffRule *r = t->rule;
    for (size_t i = 0; i < t->args; i++) {
        IrType type = ir_func_type(t->func)->inputs[i];
        bool given = r->low != 0 || r->high != 0;
        bool small = r->small_ints && !dtype_is_float(type->elem);
        double low = small   ? 0
                     : given ? r->low
                             : -4,
               high = small   ? 8
                      : given ? r->high
                              : 4;
        t->arg[i] = (RefTensor){type, arena_alloc(t->arena, (size_t)ir_bytes(type) + 1)};
        ref_random(&t->arg[i], seed * 1000 + i, low, high);
        if (r->limits)
            mix_limits(&t->arg[i], seed * 1000 + i);
    }
}

/* -------------------------------------------------------------------------------- running */

/* How the compiled function is run. */
typedef struct Way {
    const Program *program;
    unsigned threads;
    bool before; /* the untouchable page is in front of the buffers */
    const char *what;
} Way;

static void *fresh_buffer(Case *t, const Way *way, int64_t bytes)
{
    void *p = guarded_alloc(t->buffers, (size_t)bytes, way->before);
    memset(p, 0xff, (size_t)bytes); /* NaN: what is not written is seen */
    return p;
}

static void check_kept(Case *t, const Way *way, void **args, const bool *donated)
{
    for (size_t i = 0; i < t->args; i++)
        if (!donated[i] &&
            memcmp(args[i], t->arg[i].data, (size_t)ir_bytes(t->arg[i].type)))
            text_printf(t->report, "%s: argument %zu is overwritten (%s)\n", t->name, i,
                        way->what);
}

static void call(Case *t, const Way *way, const IrOp *host, void **args, void **results)
{
    const Program *p = way->program;
    if (p->remote) {
        if (!remote_call(p->remote, host, args, results, way->threads))
            text_printf(t->report, "%s: the process ended (%s)\n", t->name, way->what);
        return;
    }
    RtPool *pool = rt_pool_open(way->threads);
    void *work = fresh_buffer(t, way, ir_op_int(host, "descent.arena_bytes"));
    guarded_enter(t->name, way->what);
    if (p->other)
        t->x->backend->call(p->other, t->name, work, args, results, pool);
    else
        cpu_entry(p->code, t->name)(work, args, results, pool);
    guarded_leave();
    rt_pool_close(pool);
}

static RefTensor *run_compiled(Case *t, const Way *way)
{
    IrOp *host = ir_module_func(way->program->kernels, t->name);
    const int64_t *alias = ir_op_ints(host, "descent.alias", NULL);
    void **args = ARENA_ARRAY(t->arena, void *, t->args);
    void **results = ARENA_ARRAY(t->arena, void *, t->results);
    bool *donated = ARENA_ARRAY(t->arena, bool, t->args);
    RefTensor *got = ARENA_ARRAY(t->arena, RefTensor, t->results);
    for (size_t i = 0; i < t->args; i++) {
        args[i] = fresh_buffer(t, way, ir_bytes(t->arg[i].type));
        memcpy(args[i], t->arg[i].data, (size_t)ir_bytes(t->arg[i].type));
    }
    for (size_t i = 0; i < t->results; i++) {
        int64_t bytes = ir_bytes(t->wanted[i].type);
        results[i] = alias[i] >= 0 ? args[alias[i]] : fresh_buffer(t, way, bytes);
        got[i] = (RefTensor){t->wanted[i].type, results[i]};
        if (alias[i] >= 0)
            donated[alias[i]] = true;
    }
    call(t, way, host, args, results);
    check_kept(t, way, args, donated);
    return got;
}

/* ------------------------------------------------------------------------------ comparing */

static bool same_bits(const RefTensor *a, const RefTensor *b)
{
    return !memcmp(a->data, b->data, (size_t)ir_bytes(a->type));
}

static const void *element(const RefTensor *t, int64_t i)
{
    return (const char *)t->data + i * (int64_t)dtype_bytes(t->type->elem);
}

/* The first element that is neither the same bits nor NaN in both; -1 if there is none. */
static int64_t first_other(const RefTensor *a, const RefTensor *b)
{
    Dtype t = a->type->elem;
    for (int64_t i = 0; i < ir_elements(a->type); i++) {
        const void *x = element(a, i), *y = element(b, i);
        if (memcmp(x, y, dtype_bytes(t)) &&
            !(dtype_is_float(t) && isnan(dtype_load(t, x)) && isnan(dtype_load(t, y))))
            return i;
    }
    return -1;
}

static void compare_result(Case *t, size_t i, const RefTensor *got)
{
    const RefTensor *want = &t->wanted[i];
    Dtype elem = want->type->elem;
    bool exact = !dtype_is_float(elem) || (t->rule->ulp == 0 && t->rule->scale == 0);
    int64_t at = first_other(got, want);
    if (at < 0)
        return;
    RefDifference x = ref_difference(got, want);
    bool close = x.ulp <= t->rule->ulp || x.scaled <= t->rule->scale || x.abs <= t->rule->abs;
    if (!exact && close && x.abs < INFINITY)
        return;
    if (x.worst >= 0)
        at = x.worst;
    text_printf(t->report,
                "%s: result %zu %s: element %" PRId64 " is %.17g, not %.17g; at most: "
                "abs %.3g, rel %.3g, scaled %.3g, ulp %.3g\n",
                t->name, i, ir_type_str(t->x->graph->context, want->type), at,
                dtype_load(elem, element(got, at)), dtype_load(elem, element(want, at)),
                x.abs, x.rel, x.scaled, x.ulp);
}

static void compare_ways(Case *t)
{
    const Program *donating = &t->x->donating;
    const Way ways[] = {
        {donating, 1, false, "1 thread"},
        {donating, 2, true, "2 threads, guarded in front"},
        {donating, MAX_THREADS, false, "3 threads"},
        {&t->x->plain, 2, false, "nothing donated"},
    };
    bool no_pool = t->x->backend && t->x->backend->no_pool;
    RefTensor *first = run_compiled(t, &ways[0]);
    for (size_t i = 0; i < t->results; i++)
        compare_result(t, i, &first[i]);
    for (size_t w = 1; w < sizeof ways / sizeof *ways; w++) {
        const Program *p = ways[w].program;
        if ((!p->code && !p->remote && !p->other) || (no_pool && p == donating))
            continue;
        RefTensor *other = run_compiled(t, &ways[w]);
        for (size_t i = 0; i < t->results; i++)
            if (!same_bits(&first[i], &other[i]))
                text_printf(t->report, "%s: result %zu: other bits (%s)\n", t->name, i,
                            ways[w].what);
    }
}

bool differ_run(Differ *x, const IrOp *func, const DiffRule *rule, uint64_t seed,
                Text *report)
{
    IrType type = ir_func_type(func);
    size_t length = report->length;
    Case t = {.x = x,
              .func = func,
              .name = ir_func_name(func),
              .rule = rule,
              .report = report,
              .arena = arena_open(),
              .args = type->input_count,
              .results = type->result_count};
    t.buffers = guarded_open(t.arena);
    t.arg = ARENA_ARRAY(t.arena, RefTensor, t.args);
    t.wanted = ARENA_ARRAY(t.arena, RefTensor, t.results);
    make_inputs(&t, seed);
    if (ref_run(func, t.args, t.arg, t.results, t.wanted, t.arena, x->diags))
        compare_ways(&t);
    else
        text_printf(report, "%s: the reference evaluator cannot run it\n", t.name);
    guarded_close(t.buffers);
    arena_close(t.arena);
    return report->length == length;
}
