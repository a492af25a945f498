/* Threads that share the work of one loop. Compiled code calls rt_pool_run: plain C ABI.
 *
 * One index of the loop is the unit of work, and the compiler fixes what it is: sums
 * never cross from one index to another, so the bits of a result do not depend on the
 * number of threads nor on who got which chunk. */
#ifndef RUNTIME_POOL_H
#define RUNTIME_POOL_H

#include <stdint.h>

typedef struct RtPool RtPool;

/* Works on the indices begin <= i < end. Tasks of one run write disjoint memory. */
typedef void RtTask(void *ctx, int64_t begin, int64_t end);

/* threads counts the caller; 0 means the cores allowed to the process (affinity and
 * cgroup). NULL if the machine gives no threads or no memory. */
RtPool *rt_pool_open(unsigned threads);
/* A pool that has the runs done by `run`, which gets `self`; it has no threads of its own.
 * NULL without memory. */
typedef void RtPoolRun(void *self, RtTask *task, void *ctx, int64_t count);
RtPool *rt_pool_over(RtPoolRun *run, void *self);
void rt_pool_close(RtPool *pool);                /* accepts NULL */
unsigned rt_pool_threads(const RtPool *pool);    /* NULL counts as 1 */

/* Runs the task over [0, count), the caller takes part; returns when all of it is done,
 * and what the tasks wrote is visible then. A NULL pool, one thread or one index: a
 * plain call. A run inside a task, or from a second thread at the same time, is done by
 * its caller alone. */
void rt_pool_run(RtPool *pool, RtTask *task, void *ctx, int64_t count);

/* How long an idle worker spins before it parks (default 50 us). A parked worker costs
 * some 60 us to wake, a spinning one half a microsecond. */
void rt_pool_set_spin(RtPool *pool, int64_t nanoseconds);

/* The cores this process may use: affinity mask and cgroup quota, at least 1. */
unsigned rt_cores_allowed(void);

#endif
