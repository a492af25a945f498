/* --verify=passes finds a pass that changes a result: one that is made to do so. */
#include "frontend/api/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

PassResult __real_pass_cse(IrModule *m, PassContext *c);
PassResult __wrap_pass_cse(IrModule *m, PassContext *c);

static bool broken;

static void break_op(IrOp *op, void *done)
{
    if (op->kind != OP_add || *(bool *)done)
        return;
    op->kind = OP_subtract;
    *(bool *)done = true;
}

/* Common subexpressions, and, if `broken`, one sum as a difference. */
PassResult __wrap_pass_cse(IrModule *m, PassContext *c)
{
    bool done = false;
    PassResult result = __real_pass_cse(m, c);
    if (broken)
        ir_walk(m->op, break_op, &done);
    return done ? PASS_CHANGED : result;
}

static bool verify(DiagList *d)
{
    ApiSizes sizes = {0};
    ApiTarget target = {0};
    ApiModel *m = api_open("tests/api/Inputs/sum.mlir", d);
    bool good = m && api_verify(m, &sizes, NULL, &target, d);
    api_close(m);
    return good;
}

static void test_right(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    broken = false;
    assert_true(verify(d));
    assert_int_equal(diag_errors(d), 0);
    diag_close(d);
}

static void test_wrong(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    broken = true;
    assert_false(verify(d));
    assert_int_equal(diag_exit(d), DIAG_INTERNAL);
    const char *said = diag_get(d, 0)->message;
    assert_ptr_equal(strstr(said, "the pass cse changes 'out0' of @main: element "),
                     said);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
