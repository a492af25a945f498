/* Programs: what entry points say of themselves, what is compiled when, and reported. */
#include "frontend/api/api.h"
#include "frontend/api/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Fixture {
    DiagList *d;
    ApiModel *m;
    ApiProgram *p;
    int passes;         /* how often the pipeline ran */
} Fixture;

static void count_passes(void *ctx, const char *what, double seconds)
{
    (void)seconds;
    ((Fixture *)ctx)->passes += !strcmp(what, "plan");
}

static void open_fixture(Fixture *f, const char *file)
{
    *f = (Fixture){.d = diag_open()};
    f->m = api_open(file, f->d);
    diag_print(f->d, stderr);
    assert_non_null(f->m);
    ApiSizes sizes = {.batch = 8};
    ApiTarget target = {.phase = count_passes, .phase_ctx = f};
    f->p = api_program_open(f->m, &sizes, &target, f->d);
    assert_non_null(f->p);
}

static void close_fixture(Fixture *f)
{
    api_program_close(f->p);
    api_close(f->m);
    diag_close(f->d);
}

static const RtSpec *arg_named(const RtEntry *e, const char *name)
{
    for (size_t i = 0; i < e->arg_count; i++)
        if (!strcmp(e->args[i].name, name))
            return &e->args[i];
    return NULL;
}

static void test_specs(void **state)
{
    (void)state;
    Fixture f;
    open_fixture(&f, "examples/spam.dsc");
    const RtEntry *e = api_program_entry(f.p, "train_step", 8, f.d);
    assert_non_null(e);
    const RtSpec *w = arg_named(e, "dense1.w"), *x = arg_named(e, "x");
    assert_non_null(w);
    assert_int_equal(w->role, RT_ROLE_PARAM);
    assert_int_equal(w->dtype, DTYPE_f32);
    assert_true(w->rank == 2 && w->dims[0] == 57 && w->dims[1] == 64);
    assert_string_equal(e->results[w->alias].name, "dense1.w");
    assert_non_null(x);
    assert_int_equal(x->role, RT_ROLE_INPUT);
    assert_int_equal(x->alias, -1);
    assert_int_equal(x->dims[0], 8);
    assert_int_equal(arg_named(e, "rng")->role, RT_ROLE_RNG);
    assert_int_equal(arg_named(e, "step")->role, RT_ROLE_STEP);
    close_fixture(&f);
}

/* An entry is compiled once for each number of rows, and not before it is wanted. */
static void test_on_demand(void **state)
{
    (void)state;
    Fixture f;
    open_fixture(&f, "examples/spam.dsc");
    assert_int_equal(f.passes, 0);
    const RtEntry *e = api_program_entry(f.p, "predict", 8, f.d);
    assert_int_equal(f.passes, 1);
    assert_ptr_equal(api_program_entry(f.p, "predict", 8, f.d), e);
    assert_ptr_equal(api_program_entry(f.p, "predict", 0, f.d), e);
    assert_int_equal(f.passes, 1);
    const RtEntry *last = api_program_entry(f.p, "predict", 3, f.d);
    assert_int_equal(f.passes, 2);
    assert_int_equal(arg_named(last, "x")->dims[0], 3);
    static const char *const both[] = {"init", "train_step", NULL};
    assert_true(api_program_compile(f.p, both, f.d));
    assert_int_equal(f.passes, 3);
    assert_non_null(api_program_entry(f.p, "init", 0, f.d));
    assert_int_equal(f.passes, 3);
    close_fixture(&f);
}

static void test_unknown_entry(void **state)
{
    (void)state;
    Fixture f;
    open_fixture(&f, "examples/spam.dsc");
    assert_null(api_program_entry(f.p, "predikt", 0, f.d));
    assert_int_equal(diag_errors(f.d), 1);
    assert_non_null(strstr(diag_get(f.d, 0)->message, "did you mean @predict?"));
    diag_clear(f.d);
    assert_non_null(api_program_entry(f.p, "predict", 0, f.d));
    close_fixture(&f);
}

/* A call leaves its arguments as they are, though the entry overwrites them. */
static void test_call_keeps_arguments(void **state)
{
    (void)state;
    Fixture f;
    open_fixture(&f, "tests/api/Inputs/donated.mlir");
    const RtEntry *e = api_program_entry(f.p, "main", 0, f.d);
    assert_non_null(e);
    assert_int_equal(e->args[0].alias, 0);
    float x[] = {1, 2, 3};
    void *args[] = {x};
    RtTensors results;
    assert_int_equal(api_call(e, args, NULL, &results, f.d), RT_OK);
    for (int i = 0; i < 3; i++) {
        assert_true(x[i] == (float)(i + 1));
        assert_true(((float *)results.items[0].data)[i] == (float)(2 * (i + 1)));
    }
    rt_tensors_free(&results);
    close_fixture(&f);
}

static void test_verify(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    ApiModel *m = api_open("examples/spam.dsc", d);
    ApiSizes sizes = {0};
    ApiTarget target = {0};
    bool good = m && api_verify(m, &sizes, NULL, &target, d);
    diag_print(d, stderr);
    assert_true(good);
    api_close(m);
    diag_close(d);
}

/* Only what no call writes stays finite because it once was. */
static void test_finite_weights(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    ApiModel *m = api_open("tests/api/Inputs/finite.mlir", d);
    ApiSizes sizes = {0};
    for (int finite = 0; finite < 2; finite++) {
        ApiTarget target = {.finite_weights = finite};
        ApiProgram *p = api_program_open(m, &sizes, &target, d);
        const RtEntry *e = api_program_entry(p, "main", 0, d);
        diag_print(d, stderr);
        assert_non_null(e);
        assert_int_equal(arg_named(e, "w")->finite, finite);
        assert_false(arg_named(e, "s")->finite);
        assert_false(arg_named(e, "d")->finite);
        assert_false(arg_named(e, "x")->finite);
        api_program_close(p);
    }
    api_close(m);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_specs),
        cmocka_unit_test(test_on_demand),
        cmocka_unit_test(test_unknown_entry),
        cmocka_unit_test(test_call_keeps_arguments),
        cmocka_unit_test(test_verify),
        cmocka_unit_test(test_finite_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
