/* Each step of a program that uses the library, with no memory for its n-th allocation,
 * for every n: a status, a message, nothing lost, and the step succeeds as soon as there
 * is memory. LLVM's own allocations are not counted: it ends the process where they
 * fail. */
#include "tests/lib/common.h"

#include <stdatomic.h>

/* ------------------------------------------------------------------------- allocations */

static atomic_long left;      /* until one fails; below 0: none does */
static atomic_bool again;     /* all after it fail as well */
static atomic_bool failed;    /* one has */
static atomic_long blocks;    /* that are in use */

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__real_aligned_alloc(size_t, size_t);
char *__real_strdup(const char *);
char *__real_strndup(const char *, size_t);
char *__real_realpath(const char *, char *);
void __real_free(void *);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
char *__wrap_realpath(const char *path, char *to);
void __wrap_free(void *p);

static bool refuse(void)
{
    long n = atomic_load(&left) < 0 ? -1 : atomic_fetch_sub(&left, 1);
    bool now = n == 0 || (again && failed);
    if (now)
        failed = true;
    return now;
}

static void *count(void *p)
{
    if (p)
        atomic_fetch_add(&blocks, 1);
    return p;
}

void *__wrap_malloc(size_t size) { return refuse() ? NULL : count(__real_malloc(size)); }

void *__wrap_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : count(__real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t size)
{
    if (refuse())
        return NULL;
    void *moved = __real_realloc(p, size);
    return p ? moved : count(moved);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return refuse() ? NULL : count(__real_aligned_alloc(alignment, size));
}

char *__wrap_strdup(const char *s) { return refuse() ? NULL : count(__real_strdup(s)); }

char *__wrap_strndup(const char *s, size_t n)
{
    return refuse() ? NULL : count(__real_strndup(s, n));
}

char *__wrap_realpath(const char *path, char *to)
{
    return to ? __real_realpath(path, to) : count(__real_realpath(path, to));
}

void __wrap_free(void *p)
{
    if (p)
        atomic_fetch_sub(&blocks, 1);
    __real_free(p);
}

/* ------------------------------------------------------------------------------- steps */

typedef descent_status Step(void);

/* The last entry is an error about memory, unless there was none for it either. */
static void check_message(const char *name, long n)
{
    descent_diagnostic last = DESCENT_INIT(descent_diagnostic);
    size_t said = descent_diagnostics_count(diagnostics);
    assert_true(said > 0);
    for (size_t i = 0; i < said; i++) {
        descent_diagnostics_get(diagnostics, i, &last);
        if (strstr(last.message, "memory"))
            return;
    }
    print_error("%s, %ld: no word of memory: %s\n", name, n, last.message);
    fail();
}

/* Where memory is watched each allocation takes long. */
#ifdef __SANITIZE_ADDRESS__
enum { STRIDE = 7 };
#else
enum { STRIDE = 1 };
#endif

static long total, done_without;

/* One more allocation succeeds each time, until all do. Returns how many did in the end.
 * Threads for the compiler, and the fsync of a folder, are done without where there is no
 * memory for them. */
static long starve(const char *name, Step *step, void (*undo)(void), bool all)
{
    for (long n = 0;; n += all ? 7 * STRIDE : STRIDE) {
        again = all;
        failed = false;
        left = n;
        descent_status st = step();
        left = -1;
        again = false;
        if (!failed) {
            OK(st);
            return n;
        }
        if (!st) {
            undo();
            done_without++;
            continue;
        }
        if (st != DESCENT_NO_MEMORY) {
            print_error("%s, %ld%s: %s: %s\n", name, n, all ? " and all after" : "",
                        descent_status_name(st), descent_diagnostics_text(diagnostics));
            fail();
        }
        if (diagnostics)
            check_message(name, n);
        descent_diagnostics_clear(diagnostics);
    }
}


/* The step is left done. */
static void check_step(const char *name, Step *step, void (*undo)(void))
{
    long n = starve(name, step, undo, false);
    undo();
    n += starve(name, step, undo, true);
    total += n;
    print_message("%s: %ld\n", name, n);
}
#define STEP(name) check_step(#name, name, undo_##name)

/* ------------------------------------------------------------------------------- scene */

enum { ROWS = 6 };

static const char table[] = "length,kind,y\n1,red,2\n2,green,3\n3,red,4\n4,green,5.25\n"
                            "5,red,6.123456789012345678\n6,green,7\n7,red,8\n8,red,9\n";

static const char net[] =
    "data things = csv(\"scarce.csv\", target = \"y\", test = 0.25, standardize = true)\n"
    "model net(x: f32[N, 2]) -> f32[N, 1] {\n"
    "  x -> dense(1)\n"
    "}\n"
    "train net on things(x, y: f32[N, 1]) {\n"
    "  loss      = mse(net(x), y)\n"
    "  metric mae = mean(abs(net(x) - y))\n"
    "  optimizer = adam(lr = 0.1)\n"
    "  batch = 6  epochs = 2  seed = 1\n"
    "}\n";

static descent_model *model, *built, *module;
static descent_program *program;
static descent_state *state, *opened, *trained;
static descent_call *call;
static descent_trainer *trainer;
static descent_tensor *x, *y, *loaded;
static descent_graph *graph;
static char *printed;

static descent_status make_diagnostics(void)
{
    return descent_diagnostics_create(&diagnostics);
}

static void undo_make_diagnostics(void)
{
    descent_diagnostics_destroy(diagnostics);
    diagnostics = NULL;
}

static descent_status make_context(void)
{
    descent_context_options o = DESCENT_INIT(descent_context_options);
    o.threads = 2;
    return descent_context_create(&o, &context, diagnostics);
}

static void undo_make_context(void)
{
    descent_context_destroy(context);
    context = NULL;
}

static descent_status make_model(void)
{
    return descent_model_parse(context, "net.dsc", net, strlen(net), &model, diagnostics);
}

static void undo_make_model(void)
{
    descent_model_destroy(model);
    model = NULL;
}

static descent_status make_program(void)
{
    static const char *const names[] = {"init", "predict"};
    descent_compile_options o = DESCENT_INIT(descent_compile_options);
    o.entries = names;
    o.entry_count = 2;
    return descent_program_compile(model, &o, &program, diagnostics);
}

static void undo_make_program(void)
{
    descent_program_destroy(program);
    program = NULL;
}

static descent_status make_state(void)
{
    return descent_state_create(program, 1, &state, diagnostics);
}

static void undo_make_state(void)
{
    descent_state_destroy(state);
    state = NULL;
}

static descent_status make_tensors(void)
{
    int64_t rows[] = {ROWS, 2}, columns[] = {ROWS, 1};
    descent_status st =
        descent_tensor_create(context, DESCENT_F32, 2, rows, &x, diagnostics);
    if (!st)
        st = descent_tensor_create(context, DESCENT_F32, 2, columns, &y, diagnostics);
    if (st) {
        descent_tensor_destroy(x);
        x = NULL;
    }
    return st;
}

static void undo_make_tensors(void)
{
    descent_tensor_destroy(x);
    descent_tensor_destroy(y);
    x = y = NULL;
}

static descent_status make_call(void)
{
    const descent_entry *predict;
    descent_status st =
        descent_program_find(program, "predict", 0, &predict, diagnostics);
    return st ? st : descent_call_create(predict, state, &call, diagnostics);
}

static void undo_make_call(void)
{
    descent_call_destroy(call);
    call = NULL;
}

/* A tensor that does not fit is told with its shape. */
static descent_status run_call(void)
{
    descent_status st = descent_call_set(call, "x", x, diagnostics);
    return st ? st : descent_call_run(call, diagnostics);
}

static void undo_run_call(void) {}

/* Compiles the step of training. */
static descent_status make_trainer(void)
{
    return descent_trainer_create(program, state, &trainer, diagnostics);
}

static void undo_make_trainer(void)
{
    descent_trainer_destroy(trainer);
    trainer = NULL;
}

static descent_status train_step(void)
{
    descent_tensor *batch[] = {x, y};
    return descent_trainer_step(trainer, batch, 2, NULL, diagnostics);
}

static void undo_train_step(void) {}

/* With the compilation of its own. */
static descent_status evaluate(void)
{
    descent_score score = DESCENT_INIT(descent_score);
    return descent_trainer_evaluate(trainer, (descent_tensor *[]){x, y}, 2, &score,
                                    diagnostics);
}

static void undo_evaluate(void) {}

static descent_status save_state(void)
{
    return descent_state_save(state, "scarce.safetensors", DESCENT_SAVE_ALL, diagnostics);
}

static void undo_save_state(void) {}

static descent_status open_state(void)
{
    return descent_state_open(context, "scarce.safetensors", &opened, diagnostics);
}

static void undo_open_state(void)
{
    descent_state_destroy(opened);
    opened = NULL;
}

static descent_status load_state(void)
{
    return descent_state_load(state, "scarce.safetensors", diagnostics);
}

static void undo_load_state(void) {}

static descent_status save_tensor(void)
{
    return descent_tensor_save(x, "scarce.npy", diagnostics);
}

static void undo_save_tensor(void) {}

static descent_status load_tensor(void)
{
    return descent_tensor_load(context, "scarce.npy", &loaded, diagnostics);
}

static void undo_load_tensor(void)
{
    descent_tensor_destroy(loaded);
    loaded = NULL;
}

static bool go_on(void *user, int64_t step, descent_tensor *const *inputs, size_t n)
{
    (void)user, (void)step, (void)inputs, (void)n;
    return true;
}

/* Our loop, with all that it reads, compiles and writes. */
static descent_status train(void)
{
    descent_train_options o = DESCENT_INIT(descent_train_options);
    o.on_batch = go_on;
    o.out = "scarce-trained.safetensors";
    o.checkpoint = "scarce.checkpoint";
    return descent_train(model, &o, &trained, NULL, diagnostics);
}

static void undo_train(void)
{
    descent_state_destroy(trained);
    trained = NULL;
}

static descent_status print_stage(void)
{
    descent_print_options o = DESCENT_INIT(descent_print_options);
    size_t length;
    o.entry = "predict";
    o.stage = "asm";
    return descent_model_print(model, &o, &printed, &length, diagnostics);
}

static void undo_print_stage(void)
{
    descent_text_free(printed);
    printed = NULL;
}

static descent_status cost(void)
{
    descent_cost c = DESCENT_INIT(descent_cost);
    return descent_model_cost(model, NULL, &c, NULL, 0, diagnostics);
}

static void undo_cost(void) {}

static descent_status optimise(void)
{
    descent_print_options o = DESCENT_INIT(descent_print_options);
    o.entry = "predict";
    o.stage = "simplified";
    return descent_model_optimise(model, &o, &module, diagnostics);
}

static void undo_optimise(void)
{
    descent_model_destroy(module);
    module = NULL;
}

static int keep_type(void *user, const descent_type *operands, size_t operand_count,
                     descent_type *results, size_t result_count)
{
    (void)user, (void)operand_count, (void)result_count;
    results[0] = operands[0];
    return 0;
}

static int copy(void *user, const descent_custom_call *c, void *const *operands,
                void *const *results)
{
    (void)user;
    memcpy(results[0], operands[0], (size_t)c->results[0].elements * sizeof(float));
    return 0;
}

static descent_status register_op(void)
{
    static int number;
    char name[32];
    snprintf(name, sizeof name, "copy%d", number);
    descent_custom_op op = DESCENT_INIT(descent_custom_op);
    op.name = name;
    op.shape = keep_type;
    op.forward = copy;
    descent_status st = descent_custom_register(context, &op, diagnostics);
    number += !st;
    return st;
}

static void undo_register_op(void) {}

/* A graph that ran out of memory is given up. */
static descent_status build_graph(void)
{
    int64_t dims[] = {3}, all[] = {0};
    descent_value *dv = NULL, *v2 = NULL;
    descent_status st = descent_graph_create(context, "squares", &graph, diagnostics);
    if (st)
        return st;
    DESCENT_HERE(graph);
    descent_function *f = descent_function_create(graph, "main");
    descent_value *v = descent_argument(f, "x", DESCENT_INPUT, DESCENT_F32, 1, dims);
    descent_custom(f, "copy0", &v, 1, &v2, 1);
    descent_value *sum = descent_reduce(
        f, "add", descent_multiply(f, v, descent_add(f, v2, descent_like(f, v, 2))), all,
        1);
    descent_value *square = descent_multiply(f, v, v);
    descent_gradient(f, descent_reduce(f, "add", square, all, 1), &v, 1, &dv);
    descent_result(f, "sum", DESCENT_OUTPUT, sum);
    descent_result(f, "dx", DESCENT_OUTPUT, dv);
    st = descent_graph_finish(graph, &built, diagnostics);
    descent_graph_destroy(graph);
    return st;
}

static void undo_build_graph(void)
{
    descent_model_destroy(built);
    built = NULL;
}

static descent_status build_object(void)
{
    descent_build_options o = DESCENT_INIT(descent_build_options);
    o.state = trained;
    return descent_build(model, "scarce.o", &o, diagnostics);
}

static void undo_build_object(void) {}

static descent_status build_c(void)
{
    descent_build_options o = DESCENT_INIT(descent_build_options);
    o.state = trained;
    return descent_build(model, "scarce.c", &o, diagnostics);
}

static void undo_build_c(void) {}

/* Linked by the C compiler. */
static descent_status build_program(void)
{
    descent_build_options o = DESCENT_INIT(descent_build_options);
    o.state = trained;
    return descent_build(model, "scarce", &o, diagnostics);
}

static void undo_build_program(void) {}

static descent_status build_trainer(void)
{
    descent_build_options o = DESCENT_INIT(descent_build_options);
    o.train = true;
    return descent_build(model, "scarce-trainer.o", &o, diagnostics);
}

static void undo_build_trainer(void) {}

static void test_steps(void **unused)
{
    long before = blocks;
    (void)unused;
    assert_int_equal(enter_folder(), 0);
    FILE *to = fopen("scarce.csv", "w");
    assert_true(to && fputs(table, to) >= 0 && !fclose(to));
    STEP(make_diagnostics);
    STEP(make_context);
    STEP(make_model);
    STEP(make_program);
    STEP(make_state);
    STEP(make_tensors);
    STEP(make_call);
    STEP(run_call);
    STEP(make_trainer);
    STEP(train_step);
    STEP(evaluate);
    STEP(save_state);
    STEP(open_state);
    STEP(load_state);
    STEP(save_tensor);
    STEP(load_tensor);
    STEP(train);
    STEP(build_object);
    STEP(build_c);
    STEP(build_program);
    STEP(build_trainer);
    STEP(print_stage);
    STEP(cost);
    STEP(optimise);
    STEP(register_op);
    STEP(build_graph);
    print_message("%ld in all; done without: %ld\n", total, done_without);
    assert_true(done_without * 100 < total);
    undo_build_graph();
    undo_optimise();
    undo_print_stage();
    undo_train();
    undo_load_tensor();
    undo_open_state();
    undo_make_trainer();
    undo_make_call();
    undo_make_tensors();
    undo_make_state();
    undo_make_program();
    undo_make_model();
    undo_make_context();
    undo_make_diagnostics();
    assert_int_equal(leave_folder(), 0);
    assert_int_equal(blocks, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_steps)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
