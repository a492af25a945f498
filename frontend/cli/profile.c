/* Where the time of a GPU goes. */
#include "frontend/cli/cli.h"

#include <stdlib.h>
#include <string.h>

const char *cli_kernel(const char *kernel, const char *entry, size_t width,
                       char out[CLI_NUMBER])
{
    size_t n = strlen(entry), length = kernel ? strlen(kernel) : 0;
    if (!kernel)
        return "copy";
    if (!strncmp(kernel, entry, n) && kernel[n] == '_')
        return kernel + n + 1;
    if (length <= width)
        return kernel;
    snprintf(out, CLI_NUMBER, "..%s", kernel + length - width + 2);
    return out;
}

const char *cli_line(Place at, char out[CLI_NUMBER])
{
    if (at.file && !strncmp(at.file, "std/", 4))
        return "std";
    snprintf(out, CLI_NUMBER, "%u", at.line);
    return out;
}

static int by_time(const void *a, const void *b)
{
    double x = ((const ApiTime *)a)->seconds, y = ((const ApiTime *)b)->seconds;
    return (x < y) - (x > y);
}

static void print_time(const ApiTime *t, double all)
{
    enum { WIDTH = 32 };
    char line[CLI_NUMBER], name[CLI_NUMBER], rate[CLI_NUMBER], flops[CLI_NUMBER];
    double seconds = t->seconds > 0 ? t->seconds : -1; /* no clock is that fine */
    fprintf(stderr, "%4s %-*.*s %10.1f %5.1f%% %10s %10s\n", cli_line(t->at, line),
            WIDTH, WIDTH, cli_kernel(t->kernel, t->entry, WIDTH, name), 1e6 * t->seconds,
            all > 0 ? 100 * t->seconds / all : 0,
            cli_amount((double)t->bytes / seconds, rate),
            cli_amount(t->flops < 0 ? -1 : (double)t->flops / seconds, flops));
}

/* The launches of one entry, which lie side by side. */
static void print_entry(ApiTime *times, size_t count)
{
    double all = 0;
    for (size_t i = 0; i < count; i++)
        all += times[i].seconds;
    fprintf(stderr, "\n@%s", times->entry);
    if (times->rows)
        fprintf(stderr, ", %lld row%s", (long long)times->rows, text_plural(times->rows));
    fprintf(stderr, ": %.1f us in %zu launch%s (the median of %zu call%s)\n", 1e6 * all,
            count, count == 1 ? "" : "es", times->calls,
            text_plural((long long)times->calls));
    fprintf(stderr, "%4s %-32s %10s %6s %10s %10s\n", "line", "kernel", "us", "share",
            "bytes/s", "ops/s");
    qsort(times, count, sizeof *times, by_time);
    for (size_t i = 0; i < count; i++)
        print_time(&times[i], all);
}

void cli_print_profile(const ApiProfile *p)
{
    for (size_t i = 0, n = 0; i < p->count; i += n) {
        for (n = 1; i + n < p->count && p->times[i + n].entry == p->times[i].entry;)
            n++;
        print_entry(&p->times[i], n);
    }
    if (p->count)
        fputs("\nEach launch is timed by itself; without --profile a call is one graph.\n",
              stderr);
}
