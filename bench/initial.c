/* Initial values. Parameter k of a net takes stream k, also where its value is a constant; those of
 * a weight belong to its elements in PyTorch's layout, so each is computed for the index that the
 * element has there. */
#include "bench/workload.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "block1.batch_norm1.scale" -> "scale" */
static const char *leaf(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

/* Between the channels of an image [c, pixel] and ours, [pixel, c]. */
static int64_t unflattened(const BenchWorkload *w, const char *name, int64_t i)
{
    bool behind_image = w->flattened && !strcmp(w->flattened, name);
    return behind_image ? i % w->channels * w->pixels + i / w->channels : i;
}

/* A weight whose last sizes are [in, out], those before them (if any) the window: in PyTorch
 * [out, in, window]. It is uniform within `bound`. */
static void fill_weight(const BenchWorkload *w, const RtTensor *t, uint64_t stream, float bound)
{
    int64_t in = t->dims[t->rank - 2], out = t->dims[t->rank - 1];
    int64_t window = rt_tensor_count(t) / (in * out);
    float *to = t->data;
    for (int64_t k = 0; k < window; k++)
        for (int64_t i = 0; i < in; i++) {
            int64_t there = unflattened(w, t->name, i);
            for (int64_t o = 0; o < out; o++)
                *to++ = bench_between(stream, (uint64_t)((o * in + there) * window + k), -bound,
                                      bound);
        }
}

static float weight_bound(const RtTensor *t)
{
    int64_t in = t->dims[t->rank - 2], out = t->dims[t->rank - 1];
    int64_t window = rt_tensor_count(t) / (in * out);
    return (float)sqrt(6.0 / (double)(t->rank == 2 ? in + out : in * window));
}

/* Rows by number: [n, d] in PyTorch too. */
static void fill_table(const RtTensor *t, uint64_t stream)
{
    float bound = (float)(0.02 * sqrt(3)), *to = t->data;
    for (int64_t i = 0; i < rt_tensor_count(t); i++)
        to[i] = bench_between(stream, (uint64_t)i, -bound, bound);
}

static void fill_constant(const RtTensor *t, float value)
{
    float *to = t->data;
    for (int64_t i = 0; i < rt_tensor_count(t); i++)
        to[i] = value;
}

/* The value of what is no weight. */
static float constant(const char *name)
{
    return !strcmp(name, "scale") || !strcmp(name, "running_variance") ? 1 : 0;
}

/* How many streams a parameter uses up: a batch norm's running mean and variance follow its shift,
 * and are no parameters here. */
static uint64_t streams(const RtTensors *state, const char *name)
{
    int layer = (int)(leaf(name) - name);
    char running[256];
    snprintf(running, sizeof running, "%.*srunning_mean", layer, name);
    return !strcmp(leaf(name), "shift") && rt_tensors_find(state, running) ? 3 : 1;
}

void bench_initial(const BenchWorkload *w, const RtEntry *step, const RtTensors *state)
{
    uint64_t stream = 0;
    for (size_t i = 0; i < step->arg_count; i++) {
        const RtSpec *s = &step->args[i];
        if (s->role != RT_ROLE_PARAM && s->role != RT_ROLE_STATE)
            continue;
        const RtTensor *t = rt_tensors_find(state, s->name);
        if (stream < w->tables)
            fill_table(t, stream);
        else if (!strcmp(leaf(s->name), "w"))
            fill_weight(w, t, stream, weight_bound(t));
        else
            fill_constant(t, constant(leaf(s->name)));
        if (s->role == RT_ROLE_PARAM)
            stream += streams(state, s->name);
    }
}
