/* Measures one workload, and prints the result as one line of JSON.
 *
 *   bench-ours WORKLOAD --models FOLDER --data FOLDER [--threads N] [--seconds S] [--phases]
 *
 * `bench/ours` calls it with the folders. The rules are those of the other systems' measurement:
 * steps come in episodes of 100 from the same initial state, restored outside of the timed part;
 * the first episode warms up and gives the losses (the check, of inference); then steps are timed one by one, for at least S
 * seconds (2) and 20 steps. `first_step_s` begins when the data are in memory: reading the model,
 * compiling, one step. The initial values are made in between and are not part of it, as they lie in
 * memory for others too. `first_result_s` holds everything since the process began. */
#include "bench/session.h"
#include "runtime/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LEAST_RUNS = 20, MOST_RUNS = 1 << 22, PATH_SIZE = 4096 };

typedef struct Options {
    const char *workload, *models, *data;
    double threads, seconds;
    bool phases;
} Options;

typedef struct Result {
    double first_step, first_result;
    float losses[BENCH_EPISODE];
    double check;               /* of inference: mean absolute value of the first result */
    double *times;              /* sorted seconds */
    size_t runs;
} Result;

/* --------------------------------------------------------------------------------------- memory */

/* The most memory that this process had, in MB. Not getrusage's number: that counts what the parent
 * had when it forked. */
static double peak_mb(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];
    double kb = 0;
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmHWM: %lf", &kb);
    if (f)
        fclose(f);
    return kb / 1024;
}

/* What the process has computed so far: at the start of main, that is the loading of it. */
static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ------------------------------------------------------------------------------------ measuring */

static void print_phase(void *ctx, const char *what, double seconds)
{
    (void)ctx;
    fprintf(stderr, "%10.3f ms  %s\n", seconds * 1e3, what);
}

static void first_step(BenchSession *s, Result *r)
{
    bench_session_step(s, 0);
    r->losses[0] = *s->first;
    for (int64_t i = 0; i < s->first_count; i++)
        r->check += fabs((double)s->first[i]) / (double)s->first_count;
}

static void first_episode(BenchSession *s, Result *r)
{
    for (int i = 1; i < BENCH_EPISODE; i++) {
        bench_session_step(s, i);
        r->losses[i] = *s->first;
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void time_steps(BenchSession *s, double seconds, Result *r)
{
    double total = 0;
    for (; r->runs < MOST_RUNS && (total < seconds || r->runs < LEAST_RUNS); r->runs++) {
        int64_t i = (int64_t)r->runs % BENCH_EPISODE;
        if (!i)
            bench_session_reset(s);
        int64_t start = rt_clock_ns();
        bench_session_step(s, i);
        r->times[r->runs] = rt_clock_seconds(start);
        total += r->times[r->runs];
    }
    qsort(r->times, r->runs, sizeof *r->times, by_value);
}

/* Everything between data in memory and the last step. */
static RtStatus measure(const Options *o, const BenchWorkload *w, const BenchData *data,
                        int64_t begin, Result *r, DiagList *d)
{
    char file[PATH_SIZE];
    snprintf(file, sizeof file, "%s/%s.dsc", o->models, w->trained ? w->trained : w->name);
    BenchSession s;
    int64_t start = rt_clock_ns();
    RtStatus st = bench_session_open(w, file, data, (unsigned)o->threads,
                                     o->phases ? print_phase : NULL, &s, d);
    if (st)
        return st;
    r->first_step = rt_clock_seconds(start);
    st = bench_session_fill(&s, w, d);
    if (!st) {
        start = rt_clock_ns();
        first_step(&s, r);
        r->first_step += rt_clock_seconds(start);
        r->first_result += rt_clock_seconds(begin);
        first_episode(&s, r);
        time_steps(&s, o->seconds, r);
    }
    bench_session_close(&s);
    return st;
}

static void print_result(const Options *o, const BenchWorkload *w, const Result *r)
{
    double median = r->times[r->runs / 2];
    printf("{\"workload\": \"%s\", \"threads\": %.0f, \"step_ms_min\": %.6f, "
           "\"step_ms_median\": %.6f, \"step_ms_p90\": %.6f, \"runs\": %zu, \"gflops\": %.3f, "
           "\"first_step_s\": %.6f, \"first_result_s\": %.6f, ",
           w->name, o->threads, r->times[0] * 1e3, median * 1e3, r->times[r->runs * 9 / 10] * 1e3,
           r->runs, (double)w->flops / median * 1e-9, r->first_step, r->first_result);
    if (w->trained)
        printf("\"check\": %.7g, ", r->check);
    else
        printf("\"loss_1\": %.7g, \"loss_10\": %.7g, \"loss_100\": %.7g, ", (double)r->losses[0],
               (double)r->losses[9], (double)r->losses[BENCH_EPISODE - 1]);
    printf("\"peak_rss_mb\": %.2f}\n", peak_mb());
}

static RtStatus run(const Options *o, const BenchWorkload *w, int64_t begin, DiagList *d)
{
    double loading = cpu_seconds();
    BenchData data;
    RtStatus st = bench_data_read(w, o->data, &data, d);
    if (st)
        return st;
    Result r = {.first_result = loading, .times = malloc(MOST_RUNS * sizeof *r.times)};
    st = r.times ? measure(o, w, &data, begin, &r, d) : rt_no_memory(d, MOST_RUNS * sizeof *r.times);
    if (!st)
        print_result(o, w, &r);
    free(r.times);
    bench_data_free(&data);
    return st;
}

/* -------------------------------------------------------------------------------------- options */

static bool usage(const char *word, DiagList *d)
{
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "%s: usage: bench-ours WORKLOAD "
             "--models FOLDER --data FOLDER [--threads N] [--seconds S] [--phases]", word);
    return false;
}

static bool number(const char *word, double *out, DiagList *d)
{
    char *end;
    *out = strtod(word, &end);
    return (end != word && !*end && *out >= 0) || usage(word, d);
}

static bool parse(int argc, char **argv, Options *o, DiagList *d)
{
    bool good = true;
    for (int i = 1; i < argc && good; i++) {
        const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
        if (*word != '-')
            o->workload = word;
        else if (!strcmp(word, "--phases"))
            o->phases = true;
        else if (!strcmp(word, "--models"))
            o->models = argv[++i];
        else if (!strcmp(word, "--data"))
            o->data = argv[++i];
        else if (!strcmp(word, "--threads"))
            good = number(value, &o->threads, d), i++;
        else if (!strcmp(word, "--seconds"))
            good = number(value, &o->seconds, d), i++;
        else
            good = usage(word, d);
    }
    return good && ((o->workload && o->models && o->data) || usage("bench-ours", d));
}

int main(int argc, char **argv)
{
    int64_t begin = rt_clock_ns();
    DiagList *d = diag_open();
    Options o = {.seconds = 2};
    const BenchWorkload *w = NULL;
    if (parse(argc, argv, &o, d) && (w = bench_workload(o.workload, d)))
        run(&o, w, begin, d);
    diag_print(d, stderr);
    int status = (int)diag_exit(d);
    diag_close(d);
    return status;
}
