/* The data sets of the workloads, cut into batches. */
#include "bench/workload.h"

#include "runtime/csv.h"
#include "runtime/idx.h"
#include "runtime/text_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { EPISODE = 100, CLASSES = 10, PATH_SIZE = 4096 };

/* The streams of data; those below are the parameters'. */
enum { ORDER_STREAM = 1000, NOISE_STREAM = 1001 };

/* ---------------------------------------------------------------------------------- tables */

static RtStatus add_input(BenchData *data, Dtype type, int rank, const int64_t *dims, DiagList *d)
{
    RtStatus st = rt_tensor_create(NULL, type, rank, dims, &data->inputs[data->input_count], d);
    data->input_count += !st;
    return st;
}

/* How many whole batches of so many rows there are, at most one for each step. */
static void cut(BenchData *data, int64_t rows, int64_t total)
{
    data->rows = rows;
    data->count = total / rows < EPISODE ? total / rows : EPISODE;
}

RtStatus bench_data_read(const BenchWorkload *w, const char *folder, BenchData *out, DiagList *d)
{
    *out = (BenchData){0};
    RtStatus st = w->read(folder, w->rows, out, d);
    if (st)
        bench_data_free(out);
    return st;
}

void bench_data_free(BenchData *data)
{
    for (size_t k = 0; k < data->input_count; k++)
        rt_tensor_free(&data->inputs[k]);
    *data = (BenchData){0};
}

void *bench_batch(const BenchData *data, size_t k, int64_t batch)
{
    const RtTensor *t = &data->inputs[k];
    size_t row = rt_tensor_bytes(t) / (size_t)t->dims[0];
    return (char *)t->data + (size_t)(batch * data->rows) * row;
}

/* ------------------------------------------------------------------------------------ spambase */

typedef struct Ranked {
    float key;
    int64_t row;
} Ranked;

static int by_key(const void *a, const void *b)
{
    const Ranked *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* The rows in the order of a stream, so that the two classes mix. */
static Ranked *mixed_order(int64_t rows)
{
    Ranked *order = malloc((size_t)rows * sizeof *order);
    for (int64_t i = 0; order && i < rows; i++)
        order[i] = (Ranked){bench_uniform(ORDER_STREAM, (uint64_t)i), i};
    if (order)
        qsort(order, (size_t)rows, sizeof *order, by_key);
    return order;
}

/* Less its mean, divided by its standard deviation, over all rows. */
static void standardize(RtColumn *c, int64_t rows)
{
    double mean = 0, square = 0;
    for (int64_t i = 0; i < rows; i++)
        mean += c->values[i] / (double)rows;
    for (int64_t i = 0; i < rows; i++)
        square += (c->values[i] - mean) * (c->values[i] - mean) / (double)rows;
    for (int64_t i = 0; i < rows; i++)
        c->values[i] = (c->values[i] - mean) / sqrt(square);
}

static RtStatus fill_spam(const RtTable *t, BenchData *out, DiagList *d)
{
    size_t features = t->column_count - 1;
    int64_t rows = out->count * out->rows;
    RtStatus st = add_input(out, DTYPE_f32, 2, (int64_t[]){rows, (int64_t)features}, d);
    if (!st)
        st = add_input(out, DTYPE_f32, 2, (int64_t[]){rows, 1}, d);
    Ranked *order = mixed_order(t->rows);
    if (!st && !order)
        st = rt_no_memory(d, (size_t)t->rows * sizeof *order);
    for (int64_t i = 0; !st && i < rows; i++) {
        float *x = (float *)out->inputs[0].data + (size_t)i * features;
        for (size_t k = 0; k < features; k++)
            x[k] = (float)t->columns[k].values[order[i].row];
        ((float *)out->inputs[1].data)[i] = (float)t->columns[features].values[order[i].row];
    }
    free(order);
    return st;
}

RtStatus bench_read_spam(const char *folder, int64_t rows, BenchData *out, DiagList *d)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/spambase.csv.gz", folder);
    RtTable table;
    RtCsvOptions options = {0};
    RtStatus st = rt_csv_read(path, &options, &table, d);
    if (st)
        return st;
    for (size_t k = 0; k + 1 < table.column_count; k++)
        standardize(&table.columns[k], table.rows);
    cut(out, rows, table.rows);
    st = fill_spam(&table, out, d);
    rt_table_free(&table);
    return st;
}

/* --------------------------------------------------------------------------------------- MNIST */

static RtStatus read_idx(const char *folder, const char *name, RtTensor *out, DiagList *d)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/mnist/%s", folder, name);
    return rt_idx_read(path, out, d);
}

/* [n, 28, 28] as the model takes it: a row of pixels, or an image with one channel, are the same in
 * memory. */
RtStatus bench_read_images(const char *folder, int64_t rows, BenchData *out, DiagList *d)
{
    RtTensor images;
    RtStatus st = read_idx(folder, "t10k-images-idx3-ubyte.gz", &images, d);
    if (st)
        return st;
    cut(out, rows, images.dims[0]);
    int64_t pixels = rt_tensor_count(&images) / images.dims[0];
    st = add_input(out, DTYPE_f32, 2, (int64_t[]){out->count * rows, pixels}, d);
    const uint8_t *from = images.data;
    for (int64_t i = 0; !st && i < out->count * rows * pixels; i++)
        ((float *)out->inputs[0].data)[i] = (float)(from[i] / 255.0);
    rt_tensor_free(&images);
    return st;
}

RtStatus bench_read_digits(const char *folder, int64_t rows, BenchData *out, DiagList *d)
{
    RtTensor labels;
    RtStatus st = bench_read_images(folder, rows, out, d);
    if (!st)
        st = read_idx(folder, "t10k-labels-idx1-ubyte.gz", &labels, d);
    if (st)
        return st;
    st = add_input(out, DTYPE_i32, 1, (int64_t[]){out->count * rows}, d);
    if (!st)
        rt_convert(DTYPE_ui8, labels.data, DTYPE_i32, out->inputs[1].data, out->count * rows);
    rt_tensor_free(&labels);
    return st;
}

/* --------------------------------------------------------------------------------------- noise */

/* An image [channels, pixels] of a stream, stored as [pixels, channels]. */
static void fill_image(float *to, uint64_t stream, uint64_t first, uint64_t channels,
                       uint64_t pixels)
{
    for (uint64_t p = 0; p < pixels; p++)
        for (uint64_t c = 0; c < channels; c++)
            *to++ = bench_between(stream, first + c * pixels + p, -1, 1);
}

RtStatus bench_make_noise(const char *folder, int64_t rows, BenchData *out, DiagList *d)
{
    enum { BATCHES = 10, CHANNELS = 3, SIDE = 32, IMAGE = CHANNELS * SIDE * SIDE };
    (void)folder;
    cut(out, rows, BATCHES * rows);
    RtStatus st = add_input(out, DTYPE_f32, 4, (int64_t[]){BATCHES * rows, SIDE, SIDE, CHANNELS},
                            d);
    if (!st)
        st = add_input(out, DTYPE_i32, 1, (int64_t[]){BATCHES * rows}, d);
    for (int64_t i = 0; !st && i < BATCHES * rows; i++) {
        uint64_t stream = (uint64_t)(NOISE_STREAM + 2 * (i / rows)), row = (uint64_t)(i % rows);
        fill_image((float *)out->inputs[0].data + i * IMAGE, stream, row * IMAGE, CHANNELS,
                   SIDE * SIDE);
        ((int32_t *)out->inputs[1].data)[i] = (int32_t)(bench_uniform(stream + 1, row) * CLASSES);
    }
    return st;
}

/* ---------------------------------------------------------------------------------------- text */

/* Windows of T + 1 characters one after the other: the first T are an input, the last T what
 * should follow each of them. */
static void fill_windows(const uint8_t *from, int64_t windows, int64_t tokens, BenchData *out)
{
    int32_t *x = out->inputs[0].data, *y = out->inputs[1].data;
    for (int64_t w = 0; w < windows; w++, from += tokens + 1)
        for (int64_t t = 0; t < tokens; t++) {
            *x++ = from[t];
            *y++ = from[t + 1];
        }
}

RtStatus bench_read_text(const char *folder, int64_t rows, BenchData *out, DiagList *d)
{
    enum { TOKENS = 128 };
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/tinyshakespeare.txt.gz", folder);
    RtTensor text;
    RtAlphabet alphabet;
    RtStatus st = rt_text_read(path, &text, &alphabet, d);
    if (st)
        return st;
    cut(out, rows, text.dims[0] / (TOKENS + 1));
    int64_t windows = out->count * rows;
    for (int k = 0; k < BENCH_INPUTS && !st; k++)
        st = add_input(out, DTYPE_i32, 2, (int64_t[]){windows, TOKENS}, d);
    if (!st)
        fill_windows(text.data, windows, TOKENS, out);
    rt_tensor_free(&text);
    return st;
}
