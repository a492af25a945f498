/* Verifying the passes: a graph for a small batch is run by the reference evaluator after
 * each pass, on the same inputs, and by the CPU at the end. A difference that a pass may
 * not make ends it. Parameters and state come from @init where there is one, the rest is
 * random. */
#include "frontend/api/call.h"
#include "frontend/api/model.h"

#include "backends/cpu/cpu.h"
#include "backends/ref/ref.h"

#include <string.h>

enum { BATCH = 3 };

/* One entry: its inputs, and its results as they were last. */
typedef struct Subject {
    const char *name;
    RtEntry *spec;
    Dtype coarsest;                 /* of the float types that it computes in */
    RefTensor *args, *results;      /* results: NULL until they could be computed */
} Subject;

typedef struct Verify {
    const ApiTarget *target;
    DiagList *d;
    Arena *arena;
    Subject *subjects;
    size_t count;
    bool good;
} Verify;

/* ----------------------------------------------------------------------------- inputs */

/* Small whole numbers are labels and indices for any model; what is kept between steps
 * may be under a root, so it is not negative. */
static void fill_random(RefTensor *t, const RtSpec *s, uint64_t seed)
{
    bool kept =
        s->role == RT_ROLE_OPT || s->role == RT_ROLE_STATE || s->role == RT_ROLE_STEP;
    ref_random(t, seed, kept || dtype_is_int(s->dtype) ? 0 : -1,
               dtype_is_int(s->dtype) ? 2 : 1);
}

static void make_args(Verify *v, Subject *s, const IrOp *func)
{
    IrType type = ir_func_type(func);
    s->args = ARENA_ARRAY(v->arena, RefTensor, type->input_count);
    for (size_t i = 0; i < type->input_count; i++) {
        s->args[i] = (RefTensor){
            type->inputs[i], arena_alloc(v->arena, (size_t)ir_bytes(type->inputs[i]))};
        fill_random(&s->args[i], &s->spec->args[i], 1 + i);
    }
}

static Subject *find_subject(Verify *v, const char *name)
{
    for (size_t i = 0; i < v->count; i++)
        if (!strcmp(v->subjects[i].name, name))
            return &v->subjects[i];
    return NULL;
}

/* Gives the arguments of `s` that @init makes, which goes by the names. */
static void take_from_init(const Subject *init, Subject *s)
{
    for (size_t i = 0; i < s->spec->arg_count; i++)
        for (size_t k = 0; k < init->spec->result_count; k++)
            if (s->spec->args[i].role != RT_ROLE_INPUT
                && !strcmp(s->spec->args[i].name, init->spec->results[k].name)
                && s->args[i].type == init->results[k].type)
                s->args[i] = init->results[k];
}

static double epsilon_of(Dtype t)
{
    return t == DTYPE_f64 ? 0x1p-52 : t == DTYPE_f16 ? 0x1p-10
           : t == DTYPE_bf16 ? 0x1p-7 : 0x1p-23;
}

static void note_type(IrOp *op, void *coarsest)
{
    for (uint32_t i = 0; i < op->result_count; i++) {
        Dtype *most = coarsest, t = op->results[i].type->elem;
        if (dtype_is_float(t) && epsilon_of(t) > epsilon_of(*most))
            *most = t;
    }
}

static bool open_subjects(Verify *v, IrModule *m)
{
    bool good = true;
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        v->count += api_is_entry(f);
    v->subjects = ARENA_ARRAY(v->arena, Subject, v->count);
    Subject *s = v->subjects;
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (api_is_entry(f)) {
            s->name = arena_strdup(v->arena, ir_func_name(f));
            s->spec = api_spec(f, v->arena, v->d);
            s->coarsest = DTYPE_f64;
            ir_walk(f, note_type, &s->coarsest);
            good &= s->spec != NULL;
            if (s->spec)
                make_args(v, s, f);
            s++;
        }
    return good;
}

static bool run_subject(Verify *v, IrModule *m, const Subject *s, RefTensor *out)
{
    const IrOp *func = ir_module_func(m, s->name);
    return ref_run(func, s->spec->arg_count, s->args, s->spec->result_count, out,
                   v->arena, v->d);
}

/* @init first: what it makes is what the others start from. */
static bool start_from_init(Verify *v, IrModule *m)
{
    Subject *init = find_subject(v, "init");
    if (!init)
        return true;
    init->results = ARENA_ARRAY(v->arena, RefTensor, init->spec->result_count);
    if (!run_subject(v, m, init, init->results))
        return false;
    for (size_t i = 0; i < v->count; i++)
        if (&v->subjects[i] != init)
            take_from_init(init, &v->subjects[i]);
    return true;
}

/* ------------------------------------------------------------------------ differences */

/* The greatest difference, as a part of the greatest element, that native code may make:
 * its sums have other orders. */
static double allowed_native(Dtype coarsest)
{
    return coarsest == DTYPE_f64 ? 1e-8 : coarsest == DTYPE_f32 ? 1e-3 : 5e-2;
}

/* `pass`: NULL for native code. A pass that rounds otherwise may change last bits. */
static double allowed(const PassInfo *pass, Dtype coarsest)
{
    double most = allowed_native(coarsest), bits = 64 * epsilon_of(coarsest);
    return !pass ? most : !pass->rounds ? 0 : bits < most ? bits : most;
}

static void report(Verify *v, const PassInfo *pass, const Subject *s, size_t i,
                   const RefTensor *now, const RefTensor *before, RefDifference by)
{
    Dtype t = now->type->elem;
    size_t at = (size_t)by.worst * dtype_bytes(t);
    diag_add(
        v->d, DIAG_ERROR, DIAG_INTERNAL, (Place){0},
        "%s%s changes '%s' of @%s: element %lld is %.9g, was %.9g (%g of the greatest "
        "element, %g allowed)",
        pass ? "the pass " : "native code", pass ? pass->name : "", s->spec->results[i].name,
        s->name, (long long)by.worst, dtype_load(t, (char *)now->data + at),
        dtype_load(t, (char *)before->data + at), by.scaled,
        allowed(pass, s->coarsest));
}

static bool compare(Verify *v, const PassInfo *pass, const Subject *s, const RefTensor *now)
{
    bool good = true;
    for (size_t i = 0; i < s->spec->result_count; i++) {
        RefDifference by = ref_difference(&now[i], &s->results[i]);
        bool is_float = dtype_is_float(now[i].type->elem);
        if (by.worst < 0 || (is_float && by.scaled <= allowed(pass, s->coarsest)))
            continue;
        report(v, pass, s, i, &now[i], &s->results[i], by);
        good = false;
    }
    return good;
}

/* ----------------------------------------------------------------------- the pipeline */

/* Entries that ask for a gradient have to wait for the pass that writes it out. */
static bool check_graph(Verify *v, const PassInfo *pass, IrModule *m)
{
    for (size_t i = 0; i < v->count; i++) {
        Subject *s = &v->subjects[i];
        if (api_wants_gradient(ir_module_func(m, s->name)))
            continue;
        RefTensor *now = ARENA_ARRAY(v->arena, RefTensor, s->spec->result_count);
        if (!run_subject(v, m, s, now) || (s->results && !compare(v, pass, s, now)))
            return false;
        s->results = now;
    }
    return true;
}

/* Graphs end where kernels begin. */
static bool is_graph(IrModule *m, const Verify *v)
{
    const IrOp *f = ir_module_func(m, v->subjects[0].name);
    return !ir_op_attr(f, "descent.entry");
}

static bool after_pass(void *data, const PassInfo *pass, PassResult result,
                       double seconds, IrModule *m)
{
    Verify *v = data;
    api_phase(v->target, pass->name, seconds);
    if (result == PASS_CHANGED && v->count && is_graph(m, v))
        v->good = check_graph(v, pass, m);
    return v->good && result != PASS_FAILED;
}

/* ------------------------------------------------------------------------ native code */

static bool check_native(Verify *v, ApiProgram *p, const Subject *s)
{
    const RtEntry *e = api_program_entry(p, s->name, 0, v->d);
    void **args = ARENA_ARRAY(v->arena, void *, s->spec->arg_count + 1);
    RefTensor *now = ARENA_ARRAY(v->arena, RefTensor, s->spec->result_count);
    RtTensors results;
    for (size_t i = 0; i < s->spec->arg_count; i++)
        args[i] = s->args[i].data;
    if (!e || api_call(e, args, NULL, &results, v->d))
        return false;
    for (size_t i = 0; i < s->spec->result_count; i++)
        now[i] = (RefTensor){s->results[i].type, results.items[i].data};
    bool good = compare(v, NULL, s, now);
    rt_tensors_free(&results);
    return good;
}

static bool check_code(Verify *v, const ApiModel *m, const ApiSizes *sizes)
{
    ApiProgram *p = api_program_open(m, sizes, v->target, v->d);
    bool good = p != NULL;
    for (size_t i = 0; i < v->count && good; i++)
        good = check_native(v, p, &v->subjects[i]);
    api_program_close(p);
    return good;
}

static bool verify_module(Verify *v, IrModule *m)
{
    IrTarget machine = cpu_target(v->target->cpu, v->d);
    PassContext context = {.target = &machine, .diags = v->d};
    return open_subjects(v, m) && start_from_init(v, m) && check_graph(v, NULL, m)
        && pass_run(m, &context, NULL, after_pass, v);
}

bool api_verify(const ApiModel *m, const ApiSizes *s, const char *const *entries,
                const ApiTarget *t, DiagList *d)
{
    Verify v = {.target = t, .d = d, .arena = arena_open(), .good = true};
    ApiSizes small = *s;
    small.batch = BATCH;
    small.steps_per_epoch = 1;
    IrContext *c = ir_context_open();
    IrModule *module = api_lower(m, c, &small, entries, d);
    bool good =
        module && verify_module(&v, module) && v.good && check_code(&v, m, &small);
    ir_module_close(module);
    ir_context_close(c);
    arena_close(v.arena);
    return good;
}
