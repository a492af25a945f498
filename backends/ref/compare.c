/* For tests: how far results are apart, and inputs to compute them from. */
#include "backends/ref/eval.h"

#include <math.h>

/* The count of values from a to b; zeros are one value. */
static double ulps(Dtype t, const void *a, const void *b)
{
    if (!dtype_is_float(t))
        return fabs(dtype_load(t, a) - dtype_load(t, b));
    int64_t x = ref_total_order(t, a), y = ref_total_order(t, b);
    x += x < 0; /* -0 and +0 are neighbours in the total order */
    y += y < 0;
    return x > y ? (double)((uint64_t)x - (uint64_t)y)
                 : (double)((uint64_t)y - (uint64_t)x);
}

static RefDifference element_difference(Dtype t, const void *a, const void *b)
{
    double x = dtype_load(t, a), y = dtype_load(t, b);
    if (x == y || (isnan(x) && isnan(y)))
        return (RefDifference){.ulp = dtype_is_float(t) ? 0 : ulps(t, a, b)};
    if (isnan(x) || isnan(y) || isinf(x) || isinf(y))
        return (RefDifference){INFINITY, INFINITY, INFINITY, INFINITY, 0};
    double abs = fabs(x - y);
    return (RefDifference){abs, abs / fmax(fabs(x), fabs(y)), ulps(t, a, b), 0, 0};
}

RefDifference ref_difference(const RefTensor *a, const RefTensor *b)
{
    Dtype t = b->type->elem;
    RefDifference all = {.worst = -1};
    double greatest = 0;
    for (int64_t i = 0, n = ir_elements(b->type); i < n; i++) {
        const char *x = (const char *)a->data + i * (int64_t)dtype_bytes(t);
        const char *y = (const char *)b->data + i * (int64_t)dtype_bytes(t);
        RefDifference one = element_difference(t, x, y);
        if (one.ulp > all.ulp) {
            all.ulp = one.ulp;
            all.worst = i;
        }
        all.abs = fmax(all.abs, one.abs);
        all.rel = fmax(all.rel, one.rel);
        if (isfinite(dtype_load(t, y)))
            greatest = fmax(greatest, fabs(dtype_load(t, y)));
    }
    all.scaled = all.abs == 0 ? 0 : all.abs / greatest;
    return all;
}

/* Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

void ref_random(RefTensor *t, uint64_t seed, double low, double high)
{
    Dtype elem = t->type->elem;
    if (dtype_kind(elem) == DTYPE_UNSIGNED)
        low = fmax(low, 0);
    if (elem == DTYPE_i1)
        low = 0, high = 2;
    for (int64_t i = 0; i < ir_elements(t->type); i++) {
        double unit = ldexp((double)(next_random(&seed) >> 11), -53);
        double value = low + unit * (high - low);
        dtype_store(elem, (char *)t->data + i * (int64_t)dtype_bytes(elem),
                    dtype_is_float(elem) ? value : floor(value));
    }
}
