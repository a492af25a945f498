/* Everything made and ended twice: run by valgrind, which must find nothing lost. */
#include <descent/descent.h>

#include <string.h>

static const char text[] = "data points = table(rows = 4) {\n"
                           "  x: f32[rows, 2] = uniform()\n"
                           "  y: f32[rows, 1] = uniform()\n"
                           "}\n"
                           "model net(x: f32[N, 2]) -> f32[N, 1] {\n"
                           "  x -> dense(3) -> tanh -> dense(1)\n"
                           "}\n"
                           "train net on points(x, y: f32[N, 1]) {\n"
                           "  loss      = mse(net(x), y)\n"
                           "  optimizer = sgd(lr = 0.1)\n"
                           "  batch = 4\n"
                           "}\n";

static descent_status run(descent_context *c)
{
    descent_model *m = NULL, *wrong = NULL;
    descent_program *p = NULL;
    descent_state *s = NULL;
    descent_trainer *t = NULL;
    descent_tensor *batch[2] = {NULL, NULL};
    int64_t x[] = {4, 2}, y[] = {4, 1};
    const char *entries[] = {"init", "train_step"};
    descent_compile_options o = DESCENT_INIT(descent_compile_options);
    o.entries = entries;
    o.entry_count = 2;
    descent_model_parse(c, "wrong.dsc", text, strlen(text) - 9, &wrong, NULL);
    descent_status st = descent_model_parse(c, "net.dsc", text, strlen(text), &m, NULL);
    if (!st)
        st = descent_program_compile(m, &o, &p, NULL);
    if (!st)
        st = descent_state_create(p, 1, &s, NULL);
    if (!st)
        st = descent_trainer_create(p, s, &t, NULL);
    if (!st)
        st = descent_tensor_create(c, DESCENT_F32, 2, x, &batch[0], NULL);
    if (!st)
        st = descent_tensor_create(c, DESCENT_F32, 2, y, &batch[1], NULL);
    if (!st)
        st = descent_trainer_step(t, batch, 2, NULL, NULL);
    descent_tensor_destroy(batch[0]);
    descent_tensor_destroy(batch[1]);
    descent_trainer_destroy(t);
    descent_state_destroy(s);
    descent_program_destroy(p);
    descent_model_destroy(m);
    descent_model_destroy(wrong);
    return st;
}

int main(void)
{
    descent_status st = DESCENT_OK;
    for (int i = 0; i < 2 && !st; i++) {
        descent_context *c;
        st = descent_context_create(NULL, &c, NULL);
        if (!st)
            st = run(c);
        descent_context_destroy(c);
    }
    return st != DESCENT_OK;
}
