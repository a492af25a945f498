/* A convolutional network learns to read digits, which this program draws: from arrays of
 * C, by the library's training loop, with callbacks for each batch and each epoch.
 *     cc -std=c17 cnn.c $(pkg-config --cflags --libs descent) -o cnn
 *     ./cnn
 * Of the digits that it has not seen it then reads at least 97 %. With the word cuda it does
 * both on a GPU of NVIDIA. */
#include <descent/descent.h>
#include <stdio.h>

enum { SIDE = 12, ROWS = 2000, UNSEEN = 1000 };

typedef float Image[SIDE][SIDE];

/* -------------------------------------------------------------------------- the data */

/* Uniform in [low, high): the generator of Steele, Lea, Flood, Fast splittable
 * pseudorandom number generators (OOPSLA 2014). */
static float uniform(uint64_t *seed, float low, float high)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return low + (high - low) * (float)((z ^ (z >> 31)) >> 40) * 0x1p-24f;
}

/* Five columns by seven rows of a digit: a number per row, a bit per column. */
static const unsigned char font[10][7] = {
    // clang-format off
    {14, 17, 17, 17, 17, 17, 14}, { 4, 12,  4,  4,  4,  4, 14},
    {14, 17,  1,  6,  8, 16, 31}, {14, 17,  1,  6,  1, 17, 14},
    { 2,  6, 10, 18, 31,  2,  2}, {31, 16, 30,  1,  1, 17, 14},
    {14, 16, 16, 30, 17, 17, 14}, {31,  1,  2,  2,  4,  4,  4},
    {14, 17, 17, 14, 17, 17, 14}, {14, 17, 17, 15,  1,  1, 14},
    // clang-format on
};

/* Draws a digit, anywhere, with more or less ink. */
static void draw(Image image, int digit, uint64_t *seed)
{
    int left = (int)uniform(seed, 0, SIDE - 4), top = (int)uniform(seed, 0, SIDE - 6);
    float ink = uniform(seed, 0.6f, 1);
    for (int y = 0; y < 7; y++)
        for (int x = 0; x < 5; x++)
            if (font[digit][y] >> (4 - x) & 1)
                image[top + y][left + x] = ink;
}

/* What a bad camera adds. */
static void add_noise(float *pixels, int64_t count, uint64_t *seed)
{
    for (int64_t i = 0; i < count; i++)
        pixels[i] += uniform(seed, -0.2f, 0.2f);
}

static void make_data(int rows, Image *images, int32_t *labels, uint64_t seed)
{
    for (int i = 0; i < rows; i++) {
        labels[i] = i % 10;
        draw(images[i], labels[i], &seed);
        add_noise(images[i][0], SIDE * SIDE, &seed);
    }
}

/* ------------------------------------------------------------------------- callbacks */

/* Before each step: more noise, on the copy that it takes, so no image comes twice. */
static bool on_batch(void *user, int64_t step, descent_tensor *const *inputs,
                     size_t count)
{
    (void)step, (void)count;
    add_noise(descent_tensor_data(inputs[0]), descent_tensor_count(inputs[0]), user);
    return true;
}

/* After each epoch: false ends the training. */
static bool on_epoch(void *user, const descent_progress *p)
{
    (void)user;
    printf("epoch %2d: loss %.4f, test accuracy %.4f\n", (int)p->epoch, p->loss,
           p->test[0]);
    return p->test[0] < 0.995;
}

/* -------------------------------------------------------------------------- training */

static const char description[] =
    "model digit(x: f32[N, 12, 12, 1]) -> f32[N, 10] {\n"
    "  x -> conv2d(16, 3) -> relu -> max_pool(2)\n"
    "    -> conv2d(32, 3) -> relu -> max_pool(2)\n"
    "    -> flatten -> dense(64) -> relu -> dense(10)\n"
    "}\n"
    "train digit(x, y: i32[N]) {\n"
    "  loss      = cross_entropy(digit(x), y)\n"
    "  metric accuracy = accuracy(digit(x), y)\n"
    "  optimizer = adam(lr = 2e-3)\n"
    "  batch = 25  epochs = 20\n"
    "}\n"
    "model reader(x: f32[N, 12, 12, 1]) -> i32[N] { argmax(digit(x)) }\n";

static descent_status wrap_images(descent_context *c, int64_t rows, Image *images,
                                  descent_tensor **out, descent_diagnostics *d)
{
    return descent_tensor_view(c, DESCENT_F32, DESCENT_SHAPE(rows, SIDE, SIDE, 1), images,
                               rows * sizeof *images, out, d);
}

/* Holds a tenth of the rows back as a test, and gives the weights that did best on it. */
static descent_status train(descent_model *m, const char *device, descent_tensor *images,
                            descent_tensor *labels, descent_state **weights,
                            descent_diagnostics *d)
{
    uint64_t noise = 3;
    descent_column columns[] = {{"x", images, false}, {"y", labels, true}};
    descent_train_options options = DESCENT_INIT(descent_train_options);
    options.device = device;
    options.columns = columns;
    options.column_count = 2;
    options.test = 0.1;
    options.on_batch = on_batch;
    options.on_epoch = on_epoch;
    options.user = &noise;
    descent_status st = descent_train(m, &options, weights, NULL, d);
    return st == DESCENT_STOPPED ? DESCENT_OK : st; /* on_epoch was content */
}

/* --------------------------------------------------------------------------- reading */

/* Reads all UNSEEN images in one call, and counts those that are read right. */
static descent_status read_images(descent_model *m, const char *device,
                                  descent_state *weights, descent_tensor *images,
                                  const int32_t *labels, int *right,
                                  descent_diagnostics *d)
{
    descent_program *program = NULL;
    const descent_entry *predict = NULL;
    descent_call *call = NULL;
    descent_sizes sizes = DESCENT_INIT(descent_sizes);
    descent_compile_options options = DESCENT_INIT(descent_compile_options);
    sizes.model = "reader";
    sizes.batch = UNSEEN;
    options.sizes = &sizes;
    options.device = device;

    descent_status st = descent_program_compile(m, &options, &program, d);
    if (!st)
        st = descent_program_find(program, "predict", 0, &predict, d);
    if (!st)
        st = descent_call_create(predict, weights, &call, d);
    if (!st)
        st = descent_call_set(call, "x", images, d);
    if (!st)
        st = descent_call_run(call, d);
    if (!st) {
        const int32_t *digit = descent_tensor_data(descent_call_result(call, 0));
        for (int i = 0; i < UNSEEN; i++)
            *right += digit[i] == labels[i];
    }
    descent_call_destroy(call);
    descent_program_destroy(program);
    return st;
}

int main(int argc, char **argv)
{
    const char *device = argc > 1 ? argv[1] : "cpu";
    static Image images[ROWS], unseen[UNSEEN];
    static int32_t labels[ROWS], unseen_labels[UNSEEN];
    int right = 0;
    descent_diagnostics *d = NULL;
    descent_context *c = NULL;
    descent_model *model = NULL;
    descent_state *weights = NULL;
    descent_tensor *x = NULL, *y = NULL, *unseen_x = NULL;
    make_data(ROWS, images, labels, 1);
    make_data(UNSEEN, unseen, unseen_labels, 2);

    descent_diagnostics_create(&d);
    descent_status st = descent_context_create(NULL, &c, d);
    if (!st)
        st = descent_model_parse(c, "digit.dsc", description, sizeof description - 1,
                                 &model, d);
    if (!st)
        st = wrap_images(c, ROWS, images, &x, d);
    if (!st)
        st = descent_tensor_view(c, DESCENT_I32, DESCENT_SHAPE(ROWS), labels,
                                 sizeof labels, &y, d);
    if (!st)
        st = train(model, device, x, y, &weights, d);
    if (!st)
        st = wrap_images(c, UNSEEN, unseen, &unseen_x, d);
    if (!st)
        st = read_images(model, device, weights, unseen_x, unseen_labels, &right, d);
    if (!st)
        printf("%.1f %% of %d unseen digits are read\n", 100.0 * right / UNSEEN, UNSEEN);
    fputs(descent_diagnostics_text(d), stderr);

    descent_tensor_destroy(unseen_x);
    descent_tensor_destroy(y);
    descent_tensor_destroy(x);
    descent_state_destroy(weights);
    descent_model_destroy(model);
    descent_context_destroy(c);
    descent_diagnostics_destroy(d);
    return right < 0.97 * UNSEEN;
}
