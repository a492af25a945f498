/* Memory: all that is large comes from the caller's allocator; none there, at any time, is a
 * status and leaves nothing behind; steps and calls ask for none. */
#include "tests/lib/common.h"

static size_t allocations; /* of everything that is linked in */

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__real_aligned_alloc(size_t, size_t);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    allocations++;
    return __real_realloc(p, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    allocations++;
    return __real_aligned_alloc(alignment, size);
}

/* ------------------------------------------------------------------- the caller's memory */

typedef struct Store {
    size_t bytes, blocks;
    int left; /* allocations until there is none; below 0: no end */
} Store;

static void *take(void *user, size_t size, size_t alignment)
{
    Store *s = user;
    if (s->left == 0)
        return NULL;
    s->left--;
    s->bytes += size;
    s->blocks++;
    return aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

static void give_back(void *user, void *memory, size_t size)
{
    Store *s = user;
    s->bytes -= size;
    s->blocks--;
    free(memory);
}

/* A program for the model, in a context with that memory. */
typedef struct Setting {
    Store store;
    descent_context *c;
    descent_model *m;
    descent_program *p;
} Setting;

static void open_setting(Setting *s)
{
    descent_context_options o = DESCENT_INIT(descent_context_options);
    *s = (Setting){.store.left = -1};
    o.threads = 1;
    o.allocator = (descent_allocator){&s->store, take, give_back};
    OK(descent_context_create(&o, &s->c, diagnostics));
    OK(descent_model_parse(s->c, "line.dsc", line_model, strlen(line_model), &s->m,
                           diagnostics));
    OK(descent_program_compile(s->m, NULL, &s->p, diagnostics));
}

static void close_setting(Setting *s)
{
    descent_program_destroy(s->p);
    descent_model_destroy(s->m);
    descent_context_destroy(s->c);
    assert_int_equal(s->store.bytes, 0);
    assert_int_equal(s->store.blocks, 0);
}

/* State, trainer, one step of it, and one prediction. */
static descent_status use(const Setting *s)
{
    descent_state *state = NULL;
    descent_trainer *t = NULL;
    descent_tensor *x = NULL, *y = NULL;
    int64_t dims[] = {16, 1};
    descent_status st = descent_state_create(s->p, 1, &state, diagnostics);
    if (!st)
        st = descent_trainer_create(s->p, state, &t, diagnostics);
    if (!st)
        st = descent_tensor_create(s->c, DESCENT_F32, 2, dims, &x, diagnostics);
    if (!st)
        st = descent_tensor_create(s->c, DESCENT_F32, 2, dims, &y, diagnostics);
    if (!st)
        st = descent_trainer_step(t, (descent_tensor *[]){x, y}, 2, NULL, diagnostics);
    if (!st)
        st = descent_trainer_predict(t, &x, 1, &y, 1, diagnostics);
    descent_tensor_destroy(x);
    descent_tensor_destroy(y);
    descent_trainer_destroy(t);
    descent_state_destroy(state);
    return st;
}

static void test_none_left(void **state)
{
    Setting s;
    int failures = 0;
    (void)state;
    open_setting(&s);
    OK(use(&s));
    assert_int_equal(s.store.blocks, 0);
    for (int n = 0;; n++) {
        s.store.left = n;
        descent_status st = use(&s);
        assert_int_equal(s.store.blocks, 0);
        if (!st)
            break;
        FAILS(DESCENT_NO_MEMORY, "out of memory", st);
        failures++;
    }
    assert_true(failures > 5);
    close_setting(&s);
}

static void test_steps(void **state)
{
    Setting s;
    descent_state *kept;
    descent_trainer *t;
    descent_tensor *in[2], *out;
    descent_score score = DESCENT_INIT(descent_score);
    int64_t dims[] = {16, 1};
    (void)state;
    open_setting(&s);
    OK(descent_state_create(s.p, 1, &kept, diagnostics));
    OK(descent_trainer_create(s.p, kept, &t, diagnostics));
    OK(descent_tensor_create(s.c, DESCENT_F32, 2, dims, &in[0], diagnostics));
    OK(descent_tensor_create(s.c, DESCENT_F32, 2, dims, &in[1], diagnostics));
    OK(descent_tensor_create(s.c, DESCENT_F32, 2, dims, &out, diagnostics));
    for (int i = 0; i < 3; i++) {
        size_t before = allocations, blocks = s.store.blocks;
        OK(descent_trainer_step(t, in, 2, &score, diagnostics));
        OK(descent_trainer_evaluate(t, in, 2, &score, diagnostics));
        OK(descent_trainer_predict(t, in, 1, &out, 1, diagnostics));
        if (i) { /* the first time binds them */
            assert_int_equal(allocations, before);
            assert_int_equal(s.store.blocks, blocks);
        }
    }
    descent_tensor_destroy(in[0]);
    descent_tensor_destroy(in[1]);
    descent_tensor_destroy(out);
    descent_trainer_destroy(t);
    descent_state_destroy(kept);
    close_setting(&s);
}

static void test_call(void **state)
{
    Setting s;
    descent_state *kept;
    descent_call *call;
    const descent_entry *e;
    descent_tensor *x;
    int64_t dims[] = {16, 1};
    (void)state;
    open_setting(&s);
    OK(descent_state_create(s.p, 1, &kept, diagnostics));
    OK(descent_program_find(s.p, "predict", 0, &e, diagnostics));
    OK(descent_call_create(e, kept, &call, diagnostics));
    OK(descent_tensor_create(s.c, DESCENT_F32, 2, dims, &x, diagnostics));
    OK(descent_call_set(call, "x", x, diagnostics));
    size_t before = allocations;
    for (int i = 0; i < 3; i++)
        assert_int_equal(descent_call_run(call, NULL), DESCENT_OK);
    assert_int_equal(allocations, before);
    descent_call_destroy(call);
    descent_tensor_destroy(x);
    descent_state_destroy(kept);
    close_setting(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none_left),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_call),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
