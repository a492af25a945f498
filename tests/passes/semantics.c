/* Random graphs mean the same before and after every pass of the graph level, bit for
 * bit where the rewrites are exact; and their gradients are the slopes of finite
 * differences. */
#include "backends/ref/ref.h"
#include "ir/build.h"
#include "passes/pass.h"
#include "tests/support/random_graph.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_VALUES = 64, GRAPHS = 150 };

typedef struct Run {
    uint64_t seed;
    IrContext *context;
    IrModule *module;
    Arena *arena;
    DiagList *diags;
    size_t arg_count, result_count;
    RefTensor args[MAX_VALUES], expected[MAX_VALUES];
    Text printed;   /* before the next pass */
    bool has_power; /* whose rewrites are as accurate, not equal */
} Run;

static void stop(Run *r, const char *what)
{
    Text text = {0};
    diag_print(r->diags, stderr);
    ir_print(r->module, (IrPrintOptions){0}, &text);
    fprintf(stderr, "%s\n", text.bytes);
    text_free(&text);
    fail_msg("seed %llu: %s", (unsigned long long)r->seed, what);
}

static IrOp *entry(const Run *r) { return ir_module_func(r->module, "main"); }

static void note_power(IrOp *op, void *data)
{
    Run *r = data;
    r->has_power |= op->kind == OP_power;
}

static void evaluate(Run *r, RefTensor *results)
{
    r->result_count = ir_func_type(entry(r))->result_count;
    if (!ref_run(entry(r), r->arg_count, r->args, r->result_count, results, r->arena,
                 r->diags))
        stop(r, "does not run");
}

static void open_run(Run *r, uint64_t seed, RandomGraphOptions options)
{
    *r = (Run){.seed = seed,
               .context = ir_context_open(),
               .arena = arena_open(),
               .diags = diag_open()};
    r->module = random_graph(r->context, seed, options);
    ir_walk(r->module->op, note_power, r);
    IrType type = ir_func_type(entry(r));
    r->arg_count = type->input_count;
    for (size_t i = 0; i < r->arg_count; i++) {
        IrType t = type->inputs[i];
        double high = dtype_is_float(t->elem) ? 2 : 8,
               low = dtype_is_float(t->elem) ? -2 : 0;
        r->args[i] = (RefTensor){t, arena_alloc(r->arena, (size_t)ir_bytes(t) + 1)};
        ref_random(&r->args[i], seed + i, low, high);
    }
}

static void close_run(Run *r)
{
    text_free(&r->printed);
    ir_module_close(r->module);
    ir_context_close(r->context);
    arena_close(r->arena);
    diag_close(r->diags);
}

/* ----------------------------------------------------------------------- same results */

/* Equal bits (so -0 is not 0), or two NaNs. */
static bool same_bits(const RefTensor *a, const RefTensor *b)
{
    size_t size = dtype_bytes(a->type->elem);
    for (int64_t i = 0; i < ir_elements(a->type); i++) {
        const char *x = (const char *)a->data + (size_t)i * size;
        const char *y = (const char *)b->data + (size_t)i * size;
        bool nans = dtype_is_float(a->type->elem) &&
                    isnan(dtype_load(a->type->elem, x)) &&
                    isnan(dtype_load(a->type->elem, y));
        if (memcmp(x, y, size) && !nans)
            return false;
    }
    return true;
}

/* A pass that says it changed nothing left the same text. */
static void check_report(Run *r, const PassInfo *pass, PassResult result)
{
    Text text = {0};
    ir_print(r->module, (IrPrintOptions){0}, &text);
    if (result == PASS_UNCHANGED && r->printed.bytes &&
        strcmp(text.bytes, r->printed.bytes))
        stop(r, pass->name);
    text_free(&r->printed);
    r->printed = text;
}

static bool compare_after(void *data, const PassInfo *pass, PassResult result,
                          double seconds, IrModule *m)
{
    Run *r = data;
    RefTensor now[MAX_VALUES];
    (void)seconds, (void)m;
    if (result == PASS_FAILED)
        stop(r, pass->name);
    check_report(r, pass, result);
    evaluate(r, now);
    for (size_t i = 0; i < r->result_count; i++) {
        bool same = same_bits(&now[i], &r->expected[i]);
        if (!same &&
            !(r->has_power && ref_difference(&now[i], &r->expected[i]).scaled < 1e-5))
            stop(r, pass->name);
    }
    return true;
}

static void passes_keep_meaning(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        Run r;
        RandomGraphOptions o = {.ops = 40,
                                .floats = 1 << DTYPE_f32 | 1 << DTYPE_f64,
                                .ints = 1 << DTYPE_i32 | 1 << DTYPE_ui8 | 1 << DTYPE_i64};
        open_run(&r, seed, o);
        evaluate(&r, r.expected);
        PassContext context = {.diags = r.diags};
        if (!pass_run(r.module, &context, "dce", compare_after, &r))
            stop(&r, "the passes failed");
        close_run(&r);
    }
}

/* -------------------------------------------------------------------------- gradients */

/* Makes @main return its loss and the gradients by its float arguments; their places
 * in `wrt`. */
static size_t add_gradients(Run *r, size_t *wrt)
{
    IrOp *func = entry(r);
    IrBlock *body = ir_func_block(func);
    IrValue *values[MAX_VALUES], *returned[MAX_VALUES];
    IrType in[MAX_VALUES], out[MAX_VALUES];
    size_t count = 0;
    for (uint32_t i = 0; i < body->arg_count; i++) {
        in[i] = body->args[i]->type;
        if (dtype_is_float(in[i]->elem)) {
            wrt[count] = i;
            values[count++] = body->args[i];
        }
    }
    IrBuilder b = ir_builder_before(body->last);
    returned[0] = ir_operand(body->last, 0);
    IrOp *marker = ir_gradient(&b, returned[0], count, values);
    for (uint32_t i = 0; i < count; i++)
        returned[i + 1] = ir_result(marker, i);
    for (size_t i = 0; i <= count; i++)
        out[i] = returned[i]->type;
    ir_op_erase(body->last);
    b = ir_builder_at_end(r->module, body, func->loc);
    ir_return(&b, count + 1, returned);
    ir_func_set_type(func, ir_function(r->context, body->arg_count, in, count + 1, out));
    return count;
}

/* Moves the argument by `step` along its direction. */
static void move(RefTensor *arg, const RefTensor *direction, double step)
{
    for (int64_t i = 0; i < ir_elements(arg->type); i++)
        ((double *)arg->data)[i] += step * ((const double *)direction->data)[i];
}

static double loss_along(Run *r, size_t arg, const RefTensor *direction, double step)
{
    RefTensor results[MAX_VALUES];
    move(&r->args[arg], direction, step);
    evaluate(r, results);
    move(&r->args[arg], direction, -step);
    return *(const double *)results[0].data;
}

/* False at a pole: a graph may take the cube root of x - x. */
static bool check_slope(Run *r, size_t arg, const RefTensor *gradient)
{
    const double h = 1e-6;
    size_t bytes = (size_t)ir_bytes(gradient->type) + 1;
    RefTensor direction = {gradient->type, arena_alloc(r->arena, bytes)};
    double expected = 0;
    ref_random(&direction, r->seed * 31 + arg, -1, 1);
    for (int64_t i = 0; i < ir_elements(gradient->type); i++)
        expected +=
            ((const double *)gradient->data)[i] * ((const double *)direction.data)[i];
    if (isnan(expected))
        return false;
    double slope =
        (loss_along(r, arg, &direction, h) - loss_along(r, arg, &direction, -h)) /
        (2 * h);
    if (fabs(slope - expected) > 1e-5 * (1 + fabs(expected))) {
        fprintf(stderr, "argument %zu: gradient %.10g, difference %.10g\n", arg, expected,
                slope);
        stop(r, "the gradient is wrong");
    }
    return true;
}

static void gradients_are_slopes(void **state)
{
    (void)state;
    size_t poles = 0;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        Run r;
        size_t wrt[MAX_VALUES];
        RandomGraphOptions o = {.ops = 20,
                                .max_elements = 120,
                                .floats = 1 << DTYPE_f64,
                                .differentiable = true};
        open_run(&r, seed, o);
        size_t count = add_gradients(&r, wrt);
        PassContext context = {.diags = r.diags};
        if (!pass_run(r.module, &context, "grad", NULL, NULL))
            stop(&r, "the passes failed");
        evaluate(&r, r.expected);
        for (size_t i = 0; i < count; i++)
            poles += !check_slope(&r, wrt[i], &r.expected[i + 1]);
        if (!pass_run(r.module, &context, "dce", compare_after, &r))
            stop(&r, "the passes failed");
        close_run(&r);
    }
    assert_in_range(poles, 0, GRAPHS / 20);
}

/* Gradients have the types of what they are of, and mean the same after every pass. */
static void gradients_keep_meaning(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        Run r;
        size_t wrt[MAX_VALUES];
        RandomGraphOptions o = {.floats = 1 << DTYPE_f32 | 1 << DTYPE_bf16 |
                                          1 << DTYPE_f16 | 1 << DTYPE_f64,
                                .differentiable = true};
        open_run(&r, seed, o);
        add_gradients(&r, wrt);
        PassContext context = {.diags = r.diags};
        if (!pass_run(r.module, &context, "grad", NULL, NULL))
            stop(&r, "the passes failed");
        evaluate(&r, r.expected);
        if (!pass_run(r.module, &context, "dce", compare_after, &r))
            stop(&r, "the passes failed");
        close_run(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_keep_meaning),
        cmocka_unit_test(gradients_are_slopes),
        cmocka_unit_test(gradients_keep_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
