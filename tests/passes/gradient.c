/* Every gradient rule against central finite differences in f64, before and after the
 * whole pipeline, and the gradient of the gradient too. A case is a function of f64
 * tensors: those in tests/passes/Inputs/gradient_*.mlir, and one for each elementwise
 * op of one shape. The loss is the sum of its results, each element times a weight of
 * its own. */
#include "backends/ref/ref.h"
#include "ir/build.h"
#include "passes/pass.h"
#include "tests/support/derive.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_VALUES = 16, MAX_CASES = 1000 };

typedef struct GradientCase {
    const char *name; /* of the function, or of the op */
    const char *file; /* NULL: the elementwise op `kind` */
    IrOpKind kind;
    double low, high; /* arguments are drawn from [low, high) */
} GradientCase;

typedef struct Check {
    const GradientCase *test;
    IrContext *context;
    IrModule *module;
    IrOp *func;
    Arena *arena;
    DiagList *diags;
    size_t count; /* arguments */
    RefTensor args[MAX_VALUES];
} Check;

static void stop(Check *c, const char *what)
{
    Text text = {0};
    diag_print(c->diags, stderr);
    if (c->module) {
        ir_print(c->module, (IrPrintOptions){0}, &text);
        fprintf(stderr, "%s\n", text.bytes);
    }
    text_free(&text);
    fail_msg("%s: %s", c->test->name, what);
}

/* -------------------------------------------------------- the differentiated function */

static void build_elementwise(Check *c)
{
    int64_t dims[2] = {2, 3};
    IrType t = ir_tensor(c->context, DTYPE_f64, 2, dims), in[2] = {t, t};
    size_t count = (size_t)ir_op_info(c->test->kind)->operands;
    IrLoc loc = ir_loc_unknown(c->context);
    c->module = ir_module_open(c->context, NULL);
    c->func = ir_func_new(c->module, c->test->name, false, loc, count, in, 1, &t);
    IrBlock *body = ir_func_block(c->func);
    IrBuilder b = ir_builder_at_end(c->module, body, loc);
    IrOp *op = ir_build(&b, c->test->kind, count, body->args, 1, &t, 0, NULL);
    IrValue *r = ir_result(op, 0);
    ir_return(&b, 1, &r);
}

static char *read_text(Arena *a, const char *path, size_t *length)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    *length = (size_t)ftell(f);
    rewind(f);
    char *text = arena_alloc(a, *length + 1);
    assert_int_equal(fread(text, 1, *length, f), *length);
    fclose(f);
    return text;
}

/* The case's function and no other. */
static void parse_case(Check *c)
{
    size_t length;
    const char *text = read_text(c->arena, c->test->file, &length);
    c->module = ir_parse(c->context, c->test->file, text, length, c->diags);
    if (!c->module)
        stop(c, "does not parse");
    for (IrOp *f = ir_module_block(c->module)->first, *next; f; f = next) {
        next = f->next;
        if (strcmp(ir_func_name(f), c->test->name))
            ir_op_erase(f);
    }
    c->func = ir_module_func(c->module, c->test->name);
}

static void open_case(Check *c, const GradientCase *test)
{
    *c = (Check){.test = test,
                 .context = ir_context_open(),
                 .arena = arena_open(),
                 .diags = diag_open()};
    if (test->file)
        parse_case(c);
    else
        build_elementwise(c);
    IrBlock *body = ir_func_block(c->func);
    c->count = body->arg_count;
    for (size_t i = 0; i < c->count; i++) {
        IrType t = body->args[i]->type;
        c->args[i] = (RefTensor){t, arena_alloc(c->arena, (size_t)ir_bytes(t) + 1)};
        ref_random(&c->args[i], 7 + i, test->low, test->high);
    }
}

static void close_case(Check *c)
{
    ir_module_close(c->module);
    ir_context_close(c->context);
    arena_close(c->arena);
    diag_close(c->diags);
}

/* --------------------------------------------------------------------------- checking */

static void run(Check *c, RefTensor *results)
{
    if (!ref_run(c->func, c->count, c->args, c->count + 1, results, c->arena, c->diags))
        stop(c, "does not run");
}

static double loss_at(Check *c, size_t arg, int64_t element, double step)
{
    RefTensor results[MAX_VALUES];
    double *at = (double *)c->args[arg].data + element, before = *at;
    *at += step;
    run(c, results);
    *at = before;
    return *(const double *)results[0].data;
}

static void compare_with_differences(Check *c, const char *when)
{
    const double h = 1e-5, tolerance = 2e-7;
    RefTensor results[MAX_VALUES];
    run(c, results);
    for (size_t a = 0; a < c->count; a++) {
        const double *gradient = results[a + 1].data;
        for (int64_t i = 0; i < ir_elements(c->args[a].type); i++) {
            double slope = (loss_at(c, a, i, h) - loss_at(c, a, i, -h)) / (2 * h);
            if (fabs(slope - gradient[i]) <= tolerance * (1 + fabs(slope)))
                continue;
            fprintf(stderr,
                    "%s: argument %zu, element %lld: gradient %.12g, difference %.12g\n",
                    when, a, (long long)i, gradient[i], slope);
            stop(c, "the gradient is wrong");
        }
    }
}

static void run_passes(Check *c, const char *last)
{
    PassContext context = {.diags = c->diags};
    if (!pass_run(c->module, &context, last, NULL, NULL))
        stop(c, "the passes failed");
    c->func = ir_module_func(c->module, c->test->name);
}

/* Differentiates `order` times at once, so that one gradient is of another. */
static void check_order(const GradientCase *test, uint64_t order)
{
    Check c;
    open_case(&c, test);
    for (uint64_t i = 1; i <= order; i++)
        derive(c.module, c.func, i == 2, i); /* not the first loss again */
    run_passes(&c, "grad");
    compare_with_differences(&c, "after grad");
    run_passes(&c, "dce");
    compare_with_differences(&c, "after dce");
    close_case(&c);
}

static void check_case(void **state)
{
    const GradientCase *test = *state;
    check_order(test, 1);
    check_order(test, 2);
}

/* ------------------------------------------------------------------------ all of them */

/* Where ops are defined and smooth; the rest is tested from -2 to 2. */
static void elementwise_range(IrOpKind kind, double *low, double *high)
{
    *low = -2;
    *high = 2;
    switch (kind) {
    case OP_log:
    case OP_rsqrt:
    case OP_sqrt:
    case OP_power:
    case OP_cbrt:
    case OP_divide: *low = 0.3; break;
    case OP_log_plus_one: *low = -0.7; break;
    case OP_tan: *low = -1, *high = 1; break;
    default: break;
    }
}

/* Bitwise ops have no floats to test with. */
static bool takes_floats(IrOpKind kind)
{
    switch (kind) {
    case OP_and:
    case OP_count_leading_zeros:
    case OP_not:
    case OP_or:
    case OP_popcnt:
    case OP_shift_left:
    case OP_shift_right_arithmetic:
    case OP_shift_right_logical:
    case OP_xor: return false;
    default: return true;
    }
}

static size_t elementwise_cases(GradientCase *out)
{
    size_t count = 0;
    for (int kind = 0; kind < OP_COUNT; kind++) {
        const IrOpInfo *info = ir_op_info((IrOpKind)kind);
        if (info->kernel ||
            (info->class != IR_CLASS_UNARY && info->class != IR_CLASS_BINARY) ||
            !takes_floats((IrOpKind)kind))
            continue;
        GradientCase *c = &out[count++];
        *c = (GradientCase){.name = info->name, .kind = (IrOpKind)kind};
        elementwise_range(c->kind, &c->low, &c->high);
    }
    return count;
}

static void note_kind(IrOp *op, void *data)
{
    bool *covered = data;
    covered[op->kind] = true;
}

/* The functions of a file; marks the kinds of their ops. */
static size_t file_cases(const char *file, IrContext *context, GradientCase *out,
                         bool *covered)
{
    size_t length, count = 0;
    DiagList *diags = diag_open();
    const char *text = read_text(ir_context_arena(context), file, &length);
    IrModule *m = ir_parse(context, file, text, length, diags);
    diag_print(diags, stderr);
    for (const IrOp *f = m ? ir_module_block(m)->first : NULL; f; f = f->next)
        out[count++] =
            (GradientCase){.name = ir_func_name(f), .file = file, .low = -2, .high = 2};
    if (m)
        ir_walk(m->op, note_kind, covered);
    ir_module_close(m);
    diag_close(diags);
    return count;
}

/* Every op of the graph level has a case; those on integers and those that carry no
 * values apart. */
static bool all_covered(const bool *covered)
{
    bool all = true;
    for (int kind = 0; kind < OP_COUNT; kind++) {
        const IrOpInfo *info = ir_op_info((IrOpKind)kind);
        bool one_shape = info->class == IR_CLASS_UNARY || info->class == IR_CLASS_BINARY;
        bool structure = info->class == IR_CLASS_CONTROL;
        if (info->kernel || one_shape || structure || covered[kind])
            continue;
        fprintf(stderr, "no gradient case for %s\n", info->name);
        all = false;
    }
    return all;
}

int main(void)
{
    static const char *const files[] = {
        "tests/passes/Inputs/gradient_elementwise.mlir",
        "tests/passes/Inputs/gradient_shape.mlir",
        "tests/passes/Inputs/gradient_reduce.mlir",
        "tests/passes/Inputs/gradient_contraction.mlir",
        "tests/passes/Inputs/gradient_indexed.mlir",
    };
    static GradientCase cases[MAX_CASES];
    static struct CMUnitTest tests[MAX_CASES];
    IrContext *names = ir_context_open();
    static bool covered[OP_COUNT];
    size_t count = elementwise_cases(cases);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        count += file_cases(files[i], names, cases + count, covered);
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){
            .name = cases[i].name, .test_func = check_case, .initial_state = &cases[i]};
    int failed = _cmocka_run_group_tests("gradient", tests, count, NULL, NULL);
    ir_context_close(names);
    return failed || !all_covered(covered);
}
