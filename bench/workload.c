/* The table of workloads, and the numbers they are made of. */
#include "bench/workload.h"

#include "support/text.h"

#include <string.h>

float bench_uniform(uint64_t stream, uint64_t i)
{
    uint64_t z = ((stream << 40) + i + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return (float)(z >> 40) * 0x1p-24f;
}

float bench_between(uint64_t stream, uint64_t i, float low, float high)
{
    return low + (high - low) * bench_uniform(stream, i);
}

static const BenchWorkload workloads[] = {
    {"T1", 32, 866304, bench_read_spam, NULL, 0, 0, NULL, 0},
    {"T2", 128, 410779648, bench_read_digits, NULL, 0, 0, NULL, 0},
    {"T3", 64, 4580179968, bench_read_digits, "fc1.w", 64, 12 * 12, NULL, 0},
    {"T4", 32, 7807819776, bench_make_noise, NULL, 0, 0, NULL, 0},
    {"T6", 8, 21040201728, bench_read_text, NULL, 0, 0, NULL, 2},
    {"T7", 128, 134742016, bench_read_images, NULL, 0, 0, NULL, 0},
    {"T8", 64, 2292940800, bench_read_digits, "fc.w", 88, 4 * 4, NULL, 0},
    {"I1", 1, 1337344, bench_read_images, NULL, 0, 0, "T2", 0},
    {"I1-256", 256, 342360064, bench_read_images, NULL, 0, 0, "T2", 0},
    {"T3-1", 1, 23984896, bench_read_images, "fc1.w", 64, 12 * 12, "T3", 0},
};

enum { WORKLOADS = sizeof workloads / sizeof *workloads };

const BenchWorkload *bench_workload(const char *name, DiagList *d)
{
    for (size_t i = 0; i < WORKLOADS; i++)
        if (!strcmp(workloads[i].name, name))
            return &workloads[i];
    Text names = {0};
    for (size_t i = 0; i < WORKLOADS; i++)
        text_printf(&names, " %s", workloads[i].name);
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "there is no workload '%s'; there are:%s", name,
             names.bytes);
    text_free(&names);
    return NULL;
}
