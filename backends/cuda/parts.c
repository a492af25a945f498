#include "backends/cuda/parts.h"

#include "runtime/pool.h"
#include "support/guard.h"

#include <pthread.h>
#include <stdlib.h>

/* ---------------------------------------------------------------------------- sharing */

/* What compiling takes follows the text's length roughly, 12 us a byte: 0.3 s for this.
 * Smaller parts gain nothing where one kernel has as much (the optimizer's batch of an
 * MLP), and half of this costs a tenth more in all. */
enum { PART_BYTES = 24 << 10 };

typedef struct Piece {
    size_t kernel, bytes;
} Piece;

/* The longest first; then as they stand in the text. */
static int by_length(const void *a, const void *b)
{
    const Piece *x = a, *y = b;
    if (x->bytes != y->bytes)
        return x->bytes > y->bytes ? -1 : 1;
    return x->kernel < y->kernel ? -1 : 1;
}

static size_t lightest(const size_t *bytes, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (bytes[i] < bytes[best])
            best = i;
    return best;
}

/* Each to the part that has least so far: the first, begun first, has the longest. */
static void choose(CudaParts *p, const CudaKernels *k, Arena *a)
{
    Piece *pieces = ARENA_ARRAY(a, Piece, k->count);
    size_t sum = 0;
    for (size_t i = 0; i < k->count; i++) {
        pieces[i] = (Piece){i, k->all[i].end - k->all[i].begin};
        sum += pieces[i].bytes;
    }
    p->count = (sum + PART_BYTES - 1) / PART_BYTES;
    if (p->count > k->count)
        p->count = k->count;
    size_t *bytes = ARENA_ARRAY(a, size_t, p->count);
    if (k->count)
        qsort(pieces, k->count, sizeof *pieces, by_length);
    for (size_t i = 0; i < k->count; i++) {
        size_t part = lightest(bytes, p->count);
        p->of[pieces[i].kernel] = part;
        bytes[part] += pieces[i].bytes;
    }
}

CudaParts cuda_parts_share(const Text *text, const CudaKernels *k, Arena *a)
{
    CudaParts p = {.of = ARENA_ARRAY(a, size_t, k->count)};
    choose(&p, k, a);
    p.all = ARENA_ARRAY(a, CudaPart, p.count);
    for (size_t i = 0; i < p.count; i++)
        text_add_bytes(&p.all[i].source, text->bytes, k->all[0].begin);
    for (size_t i = 0; i < k->count; i++)
        text_add_bytes(&p.all[p.of[i]].source, text->bytes + k->all[i].begin,
                       k->all[i].end - k->all[i].begin);
    return p;
}

/* -------------------------------------------------------------------------- compiling */

typedef struct Work Work;

/* One part. */
typedef struct Job {
    Work *work;
    const char *text;
    Text cubin, report;
    bool kept;
    RtStatus status;
    DiagList *diags;
} Job;

struct Work {
    const CudaCache *cache; /* NULL: compiled with a report */
    const CudaCompiler *compiler;
    const char *architecture;
    Job *jobs;
    pthread_mutex_t lock;
    size_t next, count; /* next: that nobody has begun yet */
};

static void compile(void *job)
{
    Job *j = job;
    const Work *w = j->work;
    CudaSource s = cuda_source(j->text, w->architecture, !w->cache);
    j->status = w->cache ? cuda_cache_compile(w->cache, w->compiler, &s, &j->cubin,
                                              &j->kept, j->diags)
                         : cuda_compile(w->compiler, &s, CUDA_CUBIN, &j->cubin,
                                        &j->report, j->diags);
}

/* Another thread is not to be landed past (guard.h). */
static void do_job(Job *j)
{
    size_t bytes;
    if (guard_try(compile, j, &bytes))
        return;
    j->cubin = j->report = (Text){0};
    j->status = rt_no_memory(j->diags, bytes);
}

/* Takes the next one; NULL: there is none. After a failure there is none any more. */
static Job *take(Work *w, const Job *done)
{
    pthread_mutex_lock(&w->lock);
    if (done && done->status)
        w->next = w->count;
    Job *j = w->next < w->count ? &w->jobs[w->next++] : NULL;
    pthread_mutex_unlock(&w->lock);
    return j;
}

static void *run(void *work)
{
    for (Job *j = NULL; (j = take(work, j));)
        do_job(j);
    return NULL;
}

/* Starts what can be started: with fewer threads it takes longer. */
static void run_all(Work *w, pthread_t *threads, size_t most)
{
    size_t started = 0;
    while (started + 1 < most && !pthread_create(&threads[started], NULL, run, w))
        started++;
    run(w);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

static void free_jobs(void *work)
{
    Work *w = work;
    for (size_t i = 0; i < w->count; i++) {
        text_free(&w->jobs[i].cubin);
        text_free(&w->jobs[i].report);
    }
}

/* What other threads have made is of no guard: it is copied into this one's. */
static RtStatus take_cubins(CudaParts *p, Work *w, DiagList *d)
{
    RtStatus st = RT_OK;
    GuardHold hold;
    guard_hold(&hold, free_jobs, w);
    for (size_t i = 0; i < w->count && !st; i++) {
        Job *j = &w->jobs[i];
        st = j->status;
        p->all[i].kept = j->kept;
        if (st) {
            diag_append(d, j->diags);
            break;
        }
        text_add_bytes(&p->all[i].cubin, j->cubin.bytes, j->cubin.length);
        text_add_bytes(&p->all[i].report, j->report.bytes, j->report.length);
    }
    guard_drop(&hold);
    free_jobs(w);
    return st;
}

static RtStatus compile_all(CudaParts *p, Work w, DiagList *d)
{
    Arena *a = arena_open();
    size_t cores = rt_cores_allowed(), most = cores < p->count ? cores : p->count;
    pthread_t *threads = ARENA_ARRAY(a, pthread_t, most);
    w.count = p->count;
    w.jobs = ARENA_ARRAY(a, Job, p->count);
    for (size_t i = 0; i < p->count; i++)
        w.jobs[i] =
            (Job){.work = &w, .text = p->all[i].source.bytes, .diags = diag_open()};
    pthread_mutex_init(&w.lock, NULL);
    run_all(&w, threads, most);
    pthread_mutex_destroy(&w.lock);
    RtStatus st = take_cubins(p, &w, d);
    for (size_t i = 0; i < p->count; i++)
        diag_close(w.jobs[i].diags);
    arena_close(a);
    return st;
}

RtStatus cuda_parts_compile(CudaParts *p, const CudaCache *cache, const CudaCompiler *c,
                            const char *architecture, DiagList *d)
{
    Work w = {.cache = cache, .compiler = c, .architecture = architecture};
    return compile_all(p, w, d);
}

RtStatus cuda_parts_report(CudaParts *p, const CudaCompiler *c, const char *architecture,
                           DiagList *d)
{
    return compile_all(p, (Work){.compiler = c, .architecture = architecture}, d);
}

RtStatus cuda_parts_renew(CudaParts *p, size_t i, const CudaCache *cache,
                          const CudaCompiler *c, const char *architecture, DiagList *d)
{
    CudaPart *part = &p->all[i];
    CudaSource s = cuda_source(part->source.bytes, architecture, false);
    cuda_cache_drop(cache, c, &s);
    text_free(&part->cubin);
    return cuda_cache_compile(cache, c, &s, &part->cubin, &part->kept, d);
}

size_t cuda_parts_bytes(const CudaParts *p)
{
    size_t sum = 0;
    for (size_t i = 0; i < p->count; i++)
        sum += p->all[i].cubin.length;
    return sum;
}

void cuda_parts_free(CudaParts *p)
{
    for (size_t i = 0; i < p->count; i++) {
        text_free(&p->all[i].source);
        text_free(&p->all[i].cubin);
        text_free(&p->all[i].report);
    }
}
