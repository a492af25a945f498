/* How a run works. The loop is cut into chunks. One 64-bit word, the ticket, holds the
 * number of the run and which chunks nobody has taken yet: first <= chunk < last. To
 * take a chunk is to change the ticket with compare-and-swap; because the number of the
 * run is part of it, what was read about the run before (task, ctx, count) is known to
 * belong to it. The caller takes from the front and the workers from the back: with two
 * threads each tends to get the same rows in run after run, which keeps its cache warm.
 * The run is over when every chunk is done; a worker that sleeps through it is not
 * waited for. */
#include "runtime/pool.h"

#include "runtime/clock.h"
#include "runtime/tensor.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHUNKS_PER_THREAD = 4, MOST_THREADS = 1024, PAUSES = 64 };

typedef struct Ticket {
    uint32_t run;
    uint16_t first, last;
} Ticket;

/* Grouped by who writes: what shares a cache line changes together. */
struct RtPool {
    _Alignas(RT_ALIGN) _Atomic uint64_t ticket;
    RtTask *_Atomic task;    /* of this run, as the next three */
    void *_Atomic ctx;
    _Atomic int64_t count, chunks;
    _Alignas(RT_ALIGN) _Atomic int64_t done;           /* chunks that workers did */
    _Alignas(RT_ALIGN) atomic_flag busy;
    _Alignas(RT_ALIGN) atomic_bool closing;
    _Atomic unsigned sleepers;
    _Atomic int64_t spin_ns;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    unsigned threads, started;
    pthread_t *workers;
    RtPoolRun *run;          /* someone else's threads; NULL: the workers */
    void *self;
};

static uint64_t pack(Ticket t)
{
    return (uint64_t)t.run << 32 | (uint64_t)t.first << 16 | t.last;
}

static Ticket unpack(uint64_t bits)
{
    return (Ticket){(uint32_t)(bits >> 32), (uint16_t)(bits >> 16), (uint16_t)bits};
}

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

typedef struct Work {
    RtTask *task;
    void *ctx;
    int64_t count, chunks, chunk;
} Work;

/* Takes one chunk; false if there is none to take. */
static bool take(RtPool *p, bool from_front, Work *out)
{
    uint64_t seen = atomic_load_explicit(&p->ticket, memory_order_acquire);
    for (;;) {
        Ticket t = unpack(seen);
        if (t.first == t.last)
            return false;
        out->task = atomic_load_explicit(&p->task, memory_order_relaxed);
        out->ctx = atomic_load_explicit(&p->ctx, memory_order_relaxed);
        out->count = atomic_load_explicit(&p->count, memory_order_relaxed);
        out->chunks = atomic_load_explicit(&p->chunks, memory_order_relaxed);
        out->chunk = from_front ? t.first++ : --t.last;
        if (atomic_compare_exchange_weak_explicit(
                &p->ticket, &seen, pack(t), memory_order_acq_rel, memory_order_acquire))
            return true;
    }
}

/* The first count % chunks chunks have one index more than the others. */
static void do_chunk(const Work *w)
{
    int64_t size = w->count / w->chunks, rest = w->count % w->chunks;
    int64_t begin = w->chunk * size + (w->chunk < rest ? w->chunk : rest);
    w->task(w->ctx, begin, begin + size + (w->chunk < rest));
}

static bool has_work(RtPool *p)
{
    Ticket t = unpack(atomic_load(&p->ticket));
    return t.first != t.last || atomic_load(&p->closing);
}

/* Sleeping workers are counted before they look at the ticket for the last time, and the
 * caller looks at the count after it has changed the ticket: one of the two sees the
 * other. */
static void park(RtPool *p)
{
    pthread_mutex_lock(&p->lock);
    atomic_fetch_add(&p->sleepers, 1);
    while (!has_work(p))
        pthread_cond_wait(&p->wake, &p->lock);
    atomic_fetch_sub(&p->sleepers, 1);
    pthread_mutex_unlock(&p->lock);
}

static void wake_all(RtPool *p)
{
    if (!atomic_load(&p->sleepers))
        return;
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
}

static void wait_for_work(RtPool *p)
{
    int64_t start = rt_clock_ns();
    do {
        for (int i = 0; i < PAUSES; i++) {
            if (has_work(p))
                return;
            relax();
        }
    } while (rt_clock_ns() - start <
             atomic_load_explicit(&p->spin_ns, memory_order_relaxed));
    park(p);
}

static void *work(void *arg)
{
    RtPool *p = arg;
    Work w;
    while (!atomic_load(&p->closing))
        if (take(p, false, &w)) {
            do_chunk(&w);
            atomic_fetch_add_explicit(&p->done, 1, memory_order_release);
        } else {
            wait_for_work(p);
        }
    return NULL;
}

/* A worker that has a chunk may have lost its core: after a while the caller offers its
 * own. */
static void wait_until_done(RtPool *p, int64_t chunks)
{
    for (int i = 0; atomic_load_explicit(&p->done, memory_order_acquire) != chunks; i++)
        if (i < 100 * PAUSES)
            relax();
        else
            sched_yield();
}

/* Offers all chunks but the first, which the caller does itself. */
static void publish(RtPool *p, const Work *w)
{
    uint32_t run = unpack(atomic_load_explicit(&p->ticket, memory_order_relaxed)).run + 1;
    atomic_store_explicit(&p->task, w->task, memory_order_relaxed);
    atomic_store_explicit(&p->ctx, w->ctx, memory_order_relaxed);
    atomic_store_explicit(&p->count, w->count, memory_order_relaxed);
    atomic_store_explicit(&p->chunks, w->chunks, memory_order_relaxed);
    atomic_store_explicit(&p->done, 0, memory_order_relaxed);
    atomic_store(&p->ticket, pack((Ticket){run, 1, (uint16_t)w->chunks}));
    wake_all(p);
}

void rt_pool_run(RtPool *p, RtTask *task, void *ctx, int64_t count)
{
    if (count <= 0)
        return;
    if (p && p->run) {
        p->run(p->self, task, ctx, count);
        return;
    }
    if (!p || p->started == 0 || count == 1
        || atomic_flag_test_and_set_explicit(&p->busy, memory_order_acquire)) {
        task(ctx, 0, count);
        return;
    }
    int64_t most = (int64_t)p->threads * CHUNKS_PER_THREAD, done = 0;
    Work w = {task, ctx, count, count < most ? count : most, 0};
    publish(p, &w);
    do {
        do_chunk(&w);
        done++;
    } while (take(p, true, &w));
    wait_until_done(p, w.chunks - done);
    atomic_flag_clear_explicit(&p->busy, memory_order_release);
}

/* Starts what can be started: with fewer workers the results are the same. */
static void start_workers(RtPool *p)
{
    for (unsigned i = 0; i + 1 < p->threads; i++)
        if (!pthread_create(&p->workers[p->started], NULL, work, p))
            p->started++;
}

RtPool *rt_pool_open(unsigned threads)
{
    if (!threads)
        threads = rt_cores_allowed();
    if (threads > MOST_THREADS)
        threads = MOST_THREADS;
    RtPool *p = rt_alloc(sizeof *p);
    if (!p)
        return NULL;
    p->threads = threads;
    p->workers = calloc(threads, sizeof *p->workers);
    if (!p->workers) {
        free(p);
        return NULL;
    }
    atomic_flag_clear(&p->busy);
    rt_pool_set_spin(p, 50000);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    start_workers(p);
    return p;
}

RtPool *rt_pool_over(RtPoolRun *run, void *self)
{
    RtPool *p = rt_pool_open(1);
    if (p) {
        p->run = run;
        p->self = self;
    }
    return p;
}

void rt_pool_close(RtPool *p)
{
    if (!p)
        return;
    atomic_store(&p->closing, true);
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->started; i++)
        pthread_join(p->workers[i], NULL);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->wake);
    free(p->workers);
    free(p);
}

unsigned rt_pool_threads(const RtPool *p)
{
    return p ? p->threads : 1;
}

void rt_pool_set_spin(RtPool *p, int64_t nanoseconds)
{
    atomic_store_explicit(&p->spin_ns, nanoseconds, memory_order_relaxed);
}
