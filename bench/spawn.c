/* bench-spawn COUNT COMMAND...: runs a command so often, with its output thrown away, and
 * prints the time from start to end and its largest resident memory:
 *
 *     {"runs": 100, "best_ms": 1.2, "median_ms": 1.4, "rss_kb": 4300}
 *
 * The memory is the command's own, or that of this small program before exec. */
#include "runtime/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void become(char **command)
{
    int null = open("/dev/null", O_WRONLY);
    dup2(null, 1);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

/* Milliseconds; -1 if it failed. */
static double run(char **command, long *rss)
{
    struct rusage usage;
    int status;
    int64_t start = rt_clock_ns();
    pid_t child = fork();
    if (!child)
        become(command);
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status)
        return -1;
    *rss = usage.ru_maxrss > *rss ? usage.ru_maxrss : *rss;
    return rt_clock_seconds(start) * 1e3;
}

int main(int argc, char **argv)
{
    enum { MOST = 10000 };
    int count = argc > 2 ? atoi(argv[1]) : 0;
    static double times[MOST];
    long rss = 0;
    if (count < 1 || count > MOST) {
        fprintf(stderr, "usage: bench-spawn COUNT COMMAND...\n");
        return 2;
    }
    for (int i = 0; i < count; i++)
        if ((times[i] = run(argv + 2, &rss)) < 0)
            return 1;
    qsort(times, (size_t)count, sizeof *times, by_value);
    printf("{\"runs\": %d, \"best_ms\": %.2f, \"median_ms\": %.2f, \"rss_kb\": %ld}\n",
           count, times[0], times[count / 2], rss);
    return 0;
}
