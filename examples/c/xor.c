/* XOR, the smallest problem that one layer cannot solve and two can.
 *     cc -std=c17 xor.c $(pkg-config --cflags --libs descent) -o xor
 *     ./xor */
#include <descent/descent.h>
#include <stdio.h>

static const char text[] =
    "model xor(x: f32[N, 2]) -> f32[N, 1] { x -> dense(8) -> tanh -> dense(1) }\n"
    "train xor(x, y: f32[N, 1]) {\n"
    "  loss = bce_with_logits(xor(x), y)\n"
    "  optimizer = adam(lr = 0.05)  batch = 4\n"
    "}\n";

int main(void)
{
    float x[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, y[4] = {0, 1, 1, 0}, score[4];
    descent_diagnostics *d = NULL; /* what is wrong, in words */
    descent_context *c = NULL;     /* threads and memory */
    descent_model *model = NULL;   /* the description, checked */
    descent_program *code = NULL;  /* native functions made of it */
    descent_state *state = NULL;   /* weights, and what the optimizer keeps */
    descent_trainer *trainer = NULL;
    descent_tensor *in[2] = {NULL, NULL}, *out = NULL;

    /* Each function gives a status, 0 if it went well: the first that fails is the last. */
    descent_diagnostics_create(&d);
    int bad = descent_context_create(NULL, &c, d) ||
              descent_model_parse(c, "xor.dsc", text, sizeof text - 1, &model, d) ||
              descent_program_compile(model, NULL, &code, d) ||
              descent_state_create(code, 0, &state, d) ||
              descent_trainer_create(code, state, &trainer, d) ||
              descent_tensor_view(c, DESCENT_F32, DESCENT_SHAPE(4, 2), x, sizeof x,
                                  &in[0], d) ||
              descent_tensor_view(c, DESCENT_F32, DESCENT_SHAPE(4, 1), y, sizeof y,
                                  &in[1], d) ||
              descent_tensor_view(c, DESCENT_F32, DESCENT_SHAPE(4, 1), score,
                                  sizeof score, &out, d);
    for (int i = 0; i < 300 && !bad; i++)
        bad = descent_trainer_step(trainer, in, 2, NULL, d);
    bad = bad || descent_trainer_predict(trainer, in, 1, &out, 1, d);
    for (int i = 0; i < 4 && !bad; i++)
        printf("%g xor %g = %d\n", x[i][0], x[i][1], score[i] > 0);
    fputs(descent_diagnostics_text(d), stderr);

    descent_tensor_destroy(out); /* NULL is fine, here and below */
    descent_tensor_destroy(in[1]);
    descent_tensor_destroy(in[0]);
    descent_trainer_destroy(trainer);
    descent_state_destroy(state);
    descent_program_destroy(code);
    descent_model_destroy(model);
    descent_context_destroy(c);
    descent_diagnostics_destroy(d);
    return bad;
}
