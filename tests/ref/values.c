/* Hand-checked values: each function of Inputs/values/ returns what ops give and what
 * they must give, in pairs, to the bit (any NaN is like any other). */
#include "backends/ref/ref.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *read_text(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    *size = (size_t)ftell(f);
    rewind(f);
    char *text = malloc(*size + 1);
    assert_int_equal(fread(text, 1, *size, f), *size);
    text[*size] = 0;
    fclose(f);
    return text;
}

static bool same_element(Dtype t, const void *a, const void *b)
{
    bool nan = dtype_is_float(t) && isnan(dtype_load(t, a)) && isnan(dtype_load(t, b));
    return nan || !memcmp(a, b, dtype_bytes(t));
}

static void check_pair(const char *function, size_t pair, const RefTensor *got,
                       const RefTensor *want)
{
    Dtype t = got->type->elem;
    assert_ptr_equal(got->type, want->type);
    for (int64_t i = 0; i < ir_elements(got->type); i++) {
        const char *a = (const char *)got->data + i * (int64_t)dtype_bytes(t);
        const char *b = (const char *)want->data + i * (int64_t)dtype_bytes(t);
        if (!same_element(t, a, b))
            fail_msg("@%s, pair %zu, element %ld: %.17g, not %.17g", function, pair,
                     (long)i, dtype_load(t, a), dtype_load(t, b));
    }
}

static void check_function(const IrOp *func, DiagList *d)
{
    IrType type = ir_func_type(func);
    Arena *a = arena_open();
    RefTensor *result = ARENA_ARRAY(a, RefTensor, type->result_count);
    bool ok = ref_run(func, 0, NULL, type->result_count, result, a, d);
    diag_print(d, stderr);
    assert_true(ok);
    for (size_t i = 0; i + 1 < type->result_count; i += 2)
        check_pair(ir_func_name(func), i / 2, &result[i], &result[i + 1]);
    arena_close(a);
}

static void check_file(const char *path)
{
    size_t size;
    char *text = read_text(path, &size);
    DiagList *d = diag_open();
    IrContext *c = ir_context_open();
    IrModule *m = ir_parse(c, path, text, size, d);
    diag_print(d, stderr);
    assert_non_null(m);
    for (const IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (op->kind == OP_func && ir_func_type(op)->input_count == 0)
            check_function(op, d);
    ir_module_close(m);
    ir_context_close(c);
    diag_close(d);
    free(text);
}

static void test_elementwise(void **state)
{
    (void)state;
    check_file("tests/ref/Inputs/values/elementwise.mlir");
}

static void test_shape(void **state)
{
    (void)state;
    check_file("tests/ref/Inputs/values/shape.mlir");
}

static void test_structured(void **state)
{
    (void)state;
    check_file("tests/ref/Inputs/values/structured.mlir");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elementwise),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_structured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
