/* How many cores this process may use. */
#define _GNU_SOURCE
#include "runtime/pool.h"

#include <sched.h>
#include <stdio.h>

static unsigned by_affinity(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set))
        return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? (unsigned)n : 1;
}

/* Quota divided by period, rounded up: cgroup v2 has both in one file, v1 in two. 0: no
 * limit. */
static unsigned by_cgroup(void)
{
    long long quota = -1, period = -1;
    FILE *f = fopen("/sys/fs/cgroup/cpu.max", "r");
    if (f) {
        if (fscanf(f, "%lld %lld", &quota, &period) != 2)
            quota = -1;    /* "max": no limit */
        fclose(f);
    } else if ((f = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "r"))) {
        if (fscanf(f, "%lld", &quota) != 1)
            quota = -1;
        fclose(f);
        if ((f = fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "r"))) {
            if (fscanf(f, "%lld", &period) != 1)
                period = -1;
            fclose(f);
        }
    }
    if (quota <= 0 || period <= 0 || quota / period >= 1 << 20)
        return 0;
    return (unsigned)((quota + period - 1) / period);
}

unsigned rt_cores_allowed(void)
{
    unsigned cores = by_affinity(), quota = by_cgroup();
    return quota && quota < cores ? quota : cores;
}
