/* A pole stands on a cart; pushes to the left and to the right keep it up. Nobody tells the
 * network which: it plays, and what led to long games becomes more likely (REINFORCE).
 *     cc -std=c17 cartpole.c $(pkg-config --cflags --libs descent) -lm -o cartpole
 *     ./cartpole
 * It plays until the mean return of 100 games is at least 195 of 200.
 *
 * Sources: Barto, Sutton, Anderson, Neuronlike adaptive elements that can solve difficult
 * learning control problems (IEEE SMC-13, 1983), for the cart and the pole; Williams,
 * Simple statistical gradient-following algorithms for connectionist reinforcement
 * learning (Machine Learning 8, 1992), for the learning. */
#include <descent/descent.h>
#include <math.h>
#include <stdio.h>

/* ---------------------------------------------------------------- the cart, the pole */

enum { LONGEST = 200 }; /* a game ends after so many steps, each worth 1 */

typedef struct Cart {
    float x, speed;       /* of the cart: m, m/s */
    float angle, turning; /* of the pole, from upright: rad, rad/s */
} Cart;

/* 0.02 s by Euler's method, with a force of 10 N to one side and no friction. The cart has
 * 1 kg, the pole 0.1 kg and 1 m, of which the equations take half. */
static void cart_push(Cart *c, bool right)
{
    const float gravity = 9.8f, mass = 1.1f, pole = 0.1f, half = 0.5f, time = 0.02f;
    float force = right ? 10.0f : -10.0f, sine = sinf(c->angle), cosine = cosf(c->angle);
    float push = (force + pole * half * c->turning * c->turning * sine) / mass;
    float inertia = half * (4.0f / 3.0f - pole * cosine * cosine / mass);
    float turn = (gravity * sine - cosine * push) / inertia;
    c->x += time * c->speed;
    c->speed += time * (push - pole * half * turn * cosine / mass);
    c->angle += time * c->turning;
    c->turning += time * turn;
}

/* Off the track, or the pole leans by more than 12 degrees. */
static bool cart_fell(const Cart *c)
{
    return fabsf(c->x) > 2.4f || fabsf(c->angle) > 0.2094f;
}

/* Uniform in [0, 1): the generator of Steele, Lea, Flood, Fast splittable pseudorandom
 * number generators (OOPSLA 2014). */
static float random_unit(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (float)((z ^ (z >> 31)) >> 40) * 0x1p-24f;
}

static Cart cart_start(uint64_t *seed)
{
    float at[4];
    for (int i = 0; i < 4; i++)
        at[i] = 0.1f * random_unit(seed) - 0.05f;
    return (Cart){at[0], at[1], at[2], at[3]};
}

/* ----------------------------------------------------------------------- the network */

/* What is made small is minus the log-probability of what was done, times how much better
 * than usual it went. Each step of training takes as many rows: the last ones, which no
 * game filled, have weight 0 and change nothing. */
static const char description[] =
    "model policy(cart: f32[N, 4]) -> f32[N, 2] {\n"
    "  cart -> dense(32) -> tanh -> dense(2)\n"
    "}\n"
    "train policy(cart, action: i32[N], weight: f32[N]) {\n"
    "  let chosen = one_hot(action, 2) * log_softmax(policy(cart))\n"
    "  loss = -sum(weight * sum(chosen, 1))\n"
    "  optimizer = adam(lr = 0.01)\n"
    "}\n";

enum { GAMES = 20, ROWS = GAMES * LONGEST, TESTS = 100, ROUNDS = 200, GOAL = 195 };

/* What was seen and done, as rows to train on. */
typedef struct Memory {
    Cart cart[ROWS]; /* four floats each */
    int32_t action[ROWS];
    float weight[ROWS];
    int rows;
} Memory;

typedef struct Agent {
    descent_diagnostics *d;
    descent_context *context;
    descent_model *model;
    descent_program *program;
    descent_state *state;
    descent_trainer *trainer;
    descent_tensor *batch[3]; /* the arrays of a Memory */
    descent_tensor *now;      /* `cart` */
    descent_call *policy;     /* scores of the two pushes for it */
    Cart cart;
} Agent;

static int wrap(Agent *a, descent_dtype dtype, int64_t rows, int64_t columns, void *data,
                descent_tensor **out)
{
    int64_t dims[] = {rows, columns};
    size_t bytes = (size_t)(rows * columns) * descent_dtype_size(dtype);
    return descent_tensor_view(a->context, dtype, columns > 1 ? 2 : 1, dims, data, bytes,
                               out, a->d);
}

/* Compiles the network, and binds it to the memory and to the cart of the agent. */
static int agent_open(Agent *a, Memory *m, uint64_t seed)
{
    const descent_entry *predict = NULL;
    descent_context_options alone = DESCENT_INIT(descent_context_options);
    descent_sizes sizes = DESCENT_INIT(descent_sizes);
    descent_compile_options options = DESCENT_INIT(descent_compile_options);
    alone.threads = 1; /* more are not worth it for so small a network */
    sizes.batch = ROWS;
    options.sizes = &sizes;
    descent_diagnostics_create(&a->d);
    return descent_context_create(&alone, &a->context, a->d) ||
           descent_model_parse(a->context, "policy.dsc", description,
                               sizeof description - 1, &a->model, a->d) ||
           descent_program_compile(a->model, &options, &a->program, a->d) ||
           descent_state_create(a->program, seed, &a->state, a->d) ||
           descent_trainer_create(a->program, a->state, &a->trainer, a->d) ||
           wrap(a, DESCENT_F32, ROWS, 4, m->cart, &a->batch[0]) ||
           wrap(a, DESCENT_I32, ROWS, 1, m->action, &a->batch[1]) ||
           wrap(a, DESCENT_F32, ROWS, 1, m->weight, &a->batch[2]) ||
           wrap(a, DESCENT_F32, 1, 4, &a->cart, &a->now) ||
           descent_program_find(a->program, "predict", 1, &predict, a->d) ||
           descent_call_create(predict, a->state, &a->policy, a->d) ||
           descent_call_set(a->policy, "cart", a->now, a->d);
}

static void agent_close(Agent *a)
{
    fputs(descent_diagnostics_text(a->d), stderr);
    descent_call_destroy(a->policy);
    descent_tensor_destroy(a->now);
    for (int i = 0; i < 3; i++)
        descent_tensor_destroy(a->batch[i]);
    descent_trainer_destroy(a->trainer);
    descent_state_destroy(a->state);
    descent_program_destroy(a->program);
    descent_model_destroy(a->model);
    descent_context_destroy(a->context);
    descent_diagnostics_destroy(a->d);
}

/* The probability of a push to the right: softmax of two scores. */
static float agent_right(Agent *a)
{
    descent_call_run(a->policy, a->d);
    const float *score = descent_tensor_data(descent_call_result(a->policy, 0));
    return 1 / (1 + expf(score[0] - score[1]));
}

/* -------------------------------------------------------------------------- learning */

/* Plays a game in which pushes are drawn by their probability, and remembers it. A step's
 * weight is for now its return: the steps from it on, later ones counting less. */
static int play(Agent *a, Memory *m, uint64_t *seed)
{
    int begin = m->rows;
    float value = 0;
    a->cart = cart_start(seed);
    while (m->rows < begin + LONGEST && !cart_fell(&a->cart)) {
        bool right = random_unit(seed) < agent_right(a);
        m->cart[m->rows] = a->cart;
        m->action[m->rows++] = right;
        cart_push(&a->cart, right);
    }
    for (int i = m->rows - 1; i >= begin; i--)
        m->weight[i] = value = 1 + 0.99f * value;
    return m->rows - begin;
}

/* Makes weights of returns: better than the mean is good, worse is bad. */
static void weigh(Memory *m)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < m->rows; i++) {
        sum += m->weight[i];
        squares += m->weight[i] * m->weight[i];
    }
    double mean = sum / m->rows, deviation = sqrt(squares / m->rows - mean * mean) + 1e-6;
    for (int i = 0; i < m->rows; i++)
        m->weight[i] = (float)((m->weight[i] - mean) / deviation / m->rows);
    for (int i = m->rows; i < ROWS; i++)
        m->weight[i] = 0;
}

/* The mean return of games in which the more probable push is chosen. */
static float test(Agent *a, uint64_t *seed)
{
    int steps = 0;
    for (int game = 0; game < TESTS; game++) {
        a->cart = cart_start(seed);
        for (int i = 0; i < LONGEST && !cart_fell(&a->cart); i++, steps++)
            cart_push(&a->cart, agent_right(a) > 0.5f);
    }
    return (float)steps / TESTS;
}

int main(void)
{
    static Memory memory;
    Agent agent = {0};
    uint64_t seed = 1;
    float result = 0;
    int bad = agent_open(&agent, &memory, seed);
    for (int round = 1; round <= ROUNDS && result < GOAL && !bad; round++) {
        int steps = 0;
        memory.rows = 0;
        for (int game = 0; game < GAMES; game++)
            steps += play(&agent, &memory, &seed);
        weigh(&memory);
        bad = descent_trainer_step(agent.trainer, agent.batch, 3, NULL, agent.d);
        printf("round %d: mean return %.1f\n", round, (float)steps / GAMES);
        if (steps >= GOAL * GAMES && !bad)
            result = test(&agent, &seed);
    }
    if (result >= GOAL)
        printf("the mean return of %d games is %.1f of %d\n", TESTS, result, LONGEST);
    agent_close(&agent);
    return result < GOAL;
}
