#include "runtime/memory.h"

#include <stdbool.h>
#include <stdio.h>

/* Lines like "MemAvailable:   22422500 kB". */
static int64_t by_machine(void)
{
    char line[128];
    long long kilobytes, sum = 0;
    bool known = false;
    FILE *f = fopen("/proc/meminfo", "r");
    while (f && fgets(line, sizeof line, f)) {
        bool memory = sscanf(line, "MemAvailable: %lld", &kilobytes) == 1;
        known |= memory;
        if (memory || sscanf(line, "SwapFree: %lld", &kilobytes) == 1)
            sum += kilobytes;
    }
    if (f)
        fclose(f);
    return known ? (int64_t)sum * 1024 : INT64_MAX;
}

/* The whole limit: what is used of it may be files, which give way. */
static int64_t by_cgroup(void)
{
    long long limit;
    FILE *f = fopen("/sys/fs/cgroup/memory.max", "r");
    if (!f)
        f = fopen("/sys/fs/cgroup/memory/memory.limit_in_bytes", "r");
    if (!f)
        return INT64_MAX;
    if (fscanf(f, "%lld", &limit) != 1 || limit <= 0)    /* "max": no limit */
        limit = INT64_MAX;
    fclose(f);
    return limit;
}

int64_t rt_memory_available(void)
{
    int64_t machine = by_machine(), group = by_cgroup();
    return machine < group ? machine : group;
}
