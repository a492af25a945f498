/* Measures workloads and single functions on the first GPU.
 *
 *   bench-gpu [copy | WORKLOAD | FILE.mlir]... [--models FOLDER] [--data FOLDER]
 *             [--only NAME] [--seconds S]
 *
 * copy: of memory, what it gives at most; a workload as `bench/ours` measures it on the
 * CPU; a file: each of its functions (those whose names begin with NAME). One line of JSON each. */
#include "bench/gpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: bench-gpu [copy | WORKLOAD | FILE.mlir]... [--models FOLDER] "
    "[--data FOLDER] [--only NAME] [--seconds S]";

/* The options, which it takes out of the words; false: one is not known. */
static bool parse(int *count, char **words, BenchOptions *o)
{
    int left = 0;
    for (int i = 1; i < *count; i++) {
        const char *word = words[i], *value = i + 1 < *count ? words[i + 1] : NULL;
        const char **to = !strcmp(word, "--models") ? &o->models
                          : !strcmp(word, "--data") ? &o->data
                          : !strcmp(word, "--only") ? &o->only
                                                    : NULL;
        bool seconds = !strcmp(word, "--seconds");
        if (*word != '-') {
            words[left++] = words[i];
            continue;
        }
        if (!value || (!to && !seconds))
            return false;
        if (to)
            *to = value;
        else
            o->seconds = atof(value);
        i++;
    }
    *count = left;
    return left > 0;
}

static RtStatus measure(BenchGpu *g, const char *what, const BenchOptions *o, DiagList *d)
{
    size_t length = strlen(what);
    if (!strcmp(what, "copy"))
        return bench_gpu_copy(g, o, d);
    if (length > 5 && !strcmp(what + length - 5, ".mlir"))
        return bench_gpu_kernels(g, what, o, d);
    const BenchWorkload *w = bench_workload(what, d);
    if (w && w->trained) {
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, (Place){0},
                 "unsupported: %s is inference, of which only a CPU is measured", what);
        return RT_UNSUPPORTED;
    }
    return w ? bench_gpu_workload(g, w, o, d) : RT_BAD_INPUT;
}

int main(int argc, char **argv)
{
    BenchOptions o = {.models = "bench", .data = "../shared/data", .seconds = 2};
    if (!parse(&argc, argv, &o)) {
        fprintf(stderr, "%s\n", usage);
        return DIAG_USAGE;
    }
    DiagList *d = diag_open();
    BenchGpu g;
    RtStatus st = bench_gpu_open(&g, d);
    for (int i = 0; i < argc && !st; i++)
        st = measure(&g, argv[i], &o, d);
    bench_gpu_close(&g);
    diag_print(d, stderr);
    int status = (int)diag_exit(d);
    diag_close(d);
    return status;
}
