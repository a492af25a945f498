#include "backends/cuda/profile.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST = 2, /* calls that load code and fill caches */
    MOST = 50 + FIRST
};

typedef struct Timed {
    const CudaEntry *entry; /* NULL: dropped, its times stay */
    size_t steps, calls;
    CudaTime *times;
    float *samples;    /* MOST of each step */
    CudaEvent **marks; /* one more than steps */
} Timed;

struct CudaProfile {
    Arena *arena;
    const Cuda *gpu;
    Timed **all;
    size_t count, room;
};

CudaProfile *cuda_profile_open(const Cuda *gpu)
{
    Arena *arena = arena_open();
    CudaProfile *p = ARENA_NEW(arena, CudaProfile);
    *p = (CudaProfile){.arena = arena, .gpu = gpu};
    return p;
}

static void close_marks(const CudaProfile *p, Timed *t)
{
    for (size_t i = 0; t->entry && i <= t->steps; i++)
        cuda_event_close(p->gpu, t->marks[i]);
    t->entry = NULL;
}

void cuda_profile_close(CudaProfile *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->count; i++)
        close_marks(p, p->all[i]);
    arena_close(p->arena);
}

static Timed *find(const CudaProfile *p, const CudaEntry *e)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->all[i]->entry == e)
            return p->all[i];
    return NULL;
}

void cuda_profile_drop(CudaProfile *p, const CudaEntry *e)
{
    Timed *t = find(p, e);
    if (t)
        close_marks(p, t);
}

/* What is known of a step outlives its program. */
static CudaTime copy_step(Arena *a, const char *entry, const CudaStep *s)
{
    const CudaKernel *k = s->kernel;
    return (CudaTime){
        .entry = entry,
        .kernel = k ? arena_strdup(a, k->name) : NULL,
        .at = {s->at.file ? arena_strdup(a, s->at.file) : NULL, s->at.line, s->at.column},
        .bytes = k ? k->bytes : 2 * (int64_t)s->bytes,
        .flops = k ? k->flops : 0};
}

RtStatus cuda_profile_add(CudaProfile *p, const CudaEntry *e, int64_t rows, DiagList *d)
{
    Timed *t = ARENA_NEW(p->arena, Timed);
    const char *name = arena_strdup(p->arena, cuda_entry_name(e));
    *t = (Timed){.entry = e, .steps = cuda_entry_steps(e)};
    t->times = ARENA_ARRAY(p->arena, CudaTime, t->steps);
    t->samples = ARENA_ARRAY(p->arena, float, MOST * t->steps);
    t->marks = ARENA_ARRAY(p->arena, CudaEvent *, t->steps + 1);
    for (size_t i = 0; i < t->steps; i++) {
        t->times[i] = copy_step(p->arena, name, cuda_entry_step(e, i));
        t->times[i].rows = rows;
    }
    ARENA_PUSH(p->arena, p->all, p->count, p->room, t);
    RtStatus st = RT_OK;
    for (size_t i = 0; i <= t->steps && !st; i++)
        st = cuda_event_open(p->gpu, true, &t->marks[i], d);
    return st;
}

bool cuda_profile_wants(const CudaProfile *p, const CudaEntry *e)
{
    const Timed *t = find(p, e);
    return t && t->calls < MOST;
}

RtStatus cuda_profile_run(CudaProfile *p, const CudaEntry *e, CudaStream *s,
                          CudaAddress arena, const CudaAddress *args,
                          const CudaAddress *results, DiagList *d)
{
    Timed *t = find(p, e);
    RtStatus st = cuda_entry_run(e, s, arena, args, results, t->marks, d);
    if (!st)
        st = cuda_event_wait(p->gpu, t->marks[t->steps], d);
    for (size_t i = 0; i < t->steps && !st; i++) {
        double seconds = 0;
        st = cuda_event_seconds(p->gpu, t->marks[i], t->marks[i + 1], &seconds, d);
        t->samples[i * MOST + t->calls] = (float)seconds;
    }
    t->calls += !st;
    return st;
}

/* ------------------------------------------------------------------------------- the
 * times */

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double median(const float *samples, size_t count)
{
    float sorted[MOST];
    memcpy(sorted, samples, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_size);
    return ((double)sorted[(count - 1) / 2] + (double)sorted[count / 2]) / 2;
}

size_t cuda_profile_times(const CudaProfile *p, Arena *a, CudaTime **out)
{
    CudaTime *all = NULL;
    size_t count = 0, room = 0;
    for (size_t i = 0; i < p->count; i++) {
        const Timed *t = p->all[i];
        size_t skip = t->calls > 2 * FIRST ? FIRST : 0;
        for (size_t k = 0; t->calls && k < t->steps; k++) {
            CudaTime one = t->times[k];
            one.calls = t->calls - skip;
            one.seconds = median(&t->samples[k * MOST + skip], one.calls);
            ARENA_PUSH(a, all, count, room, one);
        }
    }
    *out = all;
    return count;
}
