#include "backends/cuda/session.h"

#include "backends/cuda/code.h"
#include "backends/cuda/need.h"
#include "support/guard.h"

#include <pthread.h>
#include <stdlib.h>

/* A module's code. */
struct CudaLoaded {
    CudaSession *session;
    Arena *arena;
    CudaProgram *program;
    CudaCode *codes; /* by entry */
    size_t count;
    CudaKept *kept; /* of its model */
    size_t known;   /* how much of that was there before */
    CudaLoaded *next, **prev;
};

/* The lock is held while a call is put together, not while it is waited for (but the
 * driver copies inputs that are not pinned, and large results, before it goes on); nothing
 * in it takes memory of an arena, which may not return. Loading takes long, and has a lock
 * of its own. */
struct CudaSession {
    Arena *arena;
    pthread_mutex_t lock, loading;
    Cuda *gpu;
    CudaCompiler *compiler;
    CudaCache cache;
    RtDevice device;
    CudaLine line;
    CudaFlights flights;
    CudaKept *kept; /* by model */
    CudaLoaded *loaded;
};

static RtStatus enter(CudaSession *s, DiagList *d)
{
    pthread_mutex_lock(&s->lock);
    return cuda_use(s->gpu, d);
}

static RtStatus leave(CudaSession *s, RtStatus st)
{
    pthread_mutex_unlock(&s->lock);
    return st;
}

/* ------------------------------------------------------------------------------ calls */

static RtStatus start(void *ctx, const RtEntry *e, void *const *args,
                      void *const *results, void **out, DiagList *d)
{
    CudaSession *s = ctx;
    CudaFlight *f = NULL;
    RtStatus st = enter(s, d);
    if (!st)
        st = cuda_flight_take(&s->flights, &f, d);
    if (!st) {
        f->results = results;
        st = cuda_code_start(e->code, &s->line, args, f, d);
    }
    if (st && f)
        cuda_flight_return(&s->flights, f);
    *out = st ? NULL : f;
    return leave(s, st);
}

static RtStatus take(void *ctx, void *call, DiagList *d)
{
    CudaSession *s = ctx;
    CudaFlight *f = call;
    RtStatus st = cuda_use(s->gpu, d);
    if (!st)
        st = cuda_event_wait(s->gpu, f->done, d);
    if (!st)
        cuda_code_deliver(f);
    else if (d)
        diag_note(d, (Place){0},
                  "the results of @%s were waited for: it, or what ran before or "
                  "beside it, has failed; compute-sanitizer tells where",
                  f->code->name);
    pthread_mutex_lock(&s->lock);
    cuda_flight_return(&s->flights, f);
    return leave(s, st);
}

static RtStatus fetch(void *ctx, void *const *blocks, size_t count, DiagList *d)
{
    CudaSession *s = ctx;
    RtStatus st = enter(s, d);
    for (size_t i = 0; i < count && !st; i++)
        st = cuda_mirror_fetch(&s->line.mirrors, blocks[i], d);
    if (!st)
        st = cuda_stream_wait(s->gpu, s->line.stream, d);
    return leave(s, st);
}

static void changed(void *ctx, void *block)
{
    CudaSession *s = ctx;
    pthread_mutex_lock(&s->lock);
    cuda_mirror_changed(&s->line.mirrors, block);
    leave(s, RT_OK);
}

static void forget(void *ctx, void *block)
{
    CudaSession *s = ctx;
    if (!enter(s, NULL))
        cuda_mirror_forget(&s->line.mirrors, block);
    leave(s, RT_OK);
}

static RtStatus alloc_pinned(void *ctx, size_t bytes, void **out, DiagList *d)
{
    CudaSession *s = ctx;
    RtStatus st = cuda_use(s->gpu, d);
    return st ? st : cuda_host_alloc(s->gpu, bytes ? bytes : 1, out, d);
}

static void free_pinned(void *ctx, void *memory)
{
    CudaSession *s = ctx;
    cuda_use(s->gpu, NULL);
    cuda_host_free(s->gpu, memory);
}

/* ----------------------------------------------------------------------------- public */

static RtStatus open_line(CudaSession *s, DiagList *d)
{
    CudaLine *l = &s->line;
    RtStatus st = cuda_stream_open(s->gpu, &l->stream, d);
    if (!st)
        st = cuda_stream_open(s->gpu, &l->copies, d);
    l->gpu = s->gpu;
    l->mirrors = (CudaMirrors){.gpu = s->gpu, .stream = l->stream};
    s->flights.gpu = s->gpu;
    return st;
}

RtStatus cuda_session_open(int gpu, CudaSession **out, DiagList *d)
{
    Arena *arena = arena_open();
    CudaSession *s = ARENA_NEW(arena, CudaSession);
    *s = (CudaSession){.arena = arena, .cache = cuda_cache_default(arena)};
    s->device =
        (RtDevice){s, start, take, fetch, changed, forget, alloc_pinned, free_pinned};
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->loading, NULL);
    RtStatus st = cuda_open(gpu, &s->gpu, d);
    if (!st)
        st = open_line(s, d);
    if (!st)
        st = cuda_compiler_open(cuda_info(s->gpu), &s->compiler, d);
    *out = st ? NULL : s;
    if (st)
        cuda_session_close(s);
    return st;
}

static void free_memory(CudaSession *s)
{
    cuda_use(s->gpu, NULL);
    cuda_profile_close(s->line.profile);
    cuda_mirrors_close(&s->line.mirrors);
    cuda_flights_close(&s->flights);
    cuda_free(s->gpu, s->line.scratch);
    cuda_stream_close(s->gpu, s->line.copies);
    cuda_stream_close(s->gpu, s->line.stream);
}

void cuda_session_close(CudaSession *s)
{
    if (!s)
        return;
    if (s->gpu)
        free_memory(s);
    cuda_compiler_close(s->compiler);
    cuda_close(s->gpu);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->loading);
    arena_close(s->arena);
}

void cuda_session_profile(CudaSession *s) { s->line.profile = cuda_profile_open(s->gpu); }

size_t cuda_session_times(const CudaSession *s, Arena *a, CudaTime **out)
{
    *out = NULL;
    return s->line.profile ? cuda_profile_times(s->line.profile, a, out) : 0;
}

IrTarget cuda_session_target(const CudaSession *s)
{
    return cuda_target_of(cuda_info(s->gpu));
}

const RtDevice *cuda_session_device(const CudaSession *s) { return &s->device; }

/* ---------------------------------------------------------------------------- loading */

/* Memory that all calls use in turn. What there is goes once there is more: programs that
 * were loaded before need it. */
static RtStatus make_scratch(CudaSession *s, size_t bytes, DiagList *d)
{
    CudaLine *l = &s->line;
    CudaAddress more;
    if (bytes <= l->scratch_bytes)
        return RT_OK;
    RtStatus st = cuda_alloc(s->gpu, bytes, &more, d);
    if (st)
        return st;
    st = cuda_stream_wait(s->gpu, l->stream, d);
    cuda_free(s->gpu, l->scratch);
    for (CudaLoaded *p = s->loaded; p; p = p->next)
        for (size_t i = 0; i < p->count; i++)
            cuda_code_moved(&p->codes[i], s->gpu);
    l->scratch = more;
    l->scratch_bytes = bytes;
    return st;
}

/* What is there already is not needed again. Who keeps it is not known: where a state has
 * outlived its program less is asked for than there may have to be, never more. */
static CudaNeed need_of(CudaSession *s, const CudaLoaded *l, IrModule *m,
                        RtEntry *const *entries)
{
    CudaNeed n = {.program = l->program ? cuda_program_bytes(l->program) : 0};
    cuda_need_add(&n, m, entries, l->codes, l->count);
    pthread_mutex_lock(&s->lock);
    size_t promised = cuda_kept_sum(s->kept), there = cuda_mirrors_bytes(&s->line.mirrors);
    pthread_mutex_unlock(&s->lock);
    n.state = promised > there ? promised - there : 0;
    if (n.scratch <= s->line.scratch_bytes)
        n.scratch = 0;
    return n;
}

/* Lays codes out; *scratch: how large it has to be. */
static RtStatus check_need(CudaSession *s, CudaLoaded *l, IrModule *m,
                           RtEntry *const *entries, size_t *scratch, DiagList *d)
{
    l->codes = ARENA_ARRAY(l->arena, CudaCode, l->count);
    for (size_t i = 0; i < l->count; i++)
        cuda_code_layout(&l->codes[i], entries[i], l->arena);
    RtStatus st = cuda_kept_add(l->kept, entries, l->codes, l->count, d);
    CudaNeed n = need_of(s, l, m, entries);
    *scratch = n.scratch;
    return st ? st : cuda_need_check(&n, s->gpu, m, entries, l->count, d);
}

static RtStatus find_codes(const CudaLoaded *l, RtEntry *const *entries, DiagList *d)
{
    for (size_t i = 0; i < l->count; i++) {
        l->codes[i].entry = cuda_program_entry(l->program, entries[i]->name);
        if (!l->codes[i].entry) {
            diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0},
                     "@%s was compiled to nothing", entries[i]->name);
            return RT_FAILED;
        }
    }
    return RT_OK;
}

/* Takes the GPU's memory. */
static RtStatus load(CudaSession *s, CudaLoaded *l, size_t scratch, DiagList *d)
{
    RtStatus st = enter(s, d);
    if (!st)
        st = make_scratch(s, scratch, d);
    if (!st)
        st = cuda_program_load(l->program, s->line.stream, d);
    for (size_t i = 0; i < l->count && !st; i++)
        st = cuda_code_open(&l->codes[i], s->gpu, d);
    l->next = s->loaded;
    l->prev = &s->loaded;
    if (l->next)
        l->next->prev = &l->next;
    s->loaded = l;
    return leave(s, st);
}

static void give_codes(CudaSession *s, CudaLoaded *l, RtEntry *const *entries)
{
    for (size_t i = 0; i < l->count; i++) {
        entries[i]->arena_bytes = 0; /* of the host's memory */
        entries[i]->device = &s->device;
        entries[i]->code = &l->codes[i];
    }
}

static RtStatus load_entries(CudaSession *s, CudaLoaded *l, RtEntry *const *entries,
                             size_t scratch, DiagList *d)
{
    RtStatus st = find_codes(l, entries, d);
    for (size_t i = 0; i < l->count && s->line.profile && !st; i++)
        st = cuda_profile_add(s->line.profile, l->codes[i].entry,
                              rt_entry_rows(entries[i]), d);
    if (!st)
        st = load(s, l, scratch, d);
    if (!st)
        give_codes(s, l, entries);
    return st;
}

static RtStatus join(CudaSession *s, CudaLoaded *l, const void *model, DiagList *d)
{
    pthread_mutex_lock(&s->lock);
    RtStatus st = cuda_kept_join(&s->kept, model, &l->kept, d);
    l->known = l->kept ? l->kept->count : 0;
    return leave(s, st);
}

static void give_up(void *loaded)
{
    CudaLoaded *l = loaded;
    if (l->kept)
        cuda_kept_cut(l->kept, l->known);
    cuda_session_unload(l);
}

static RtStatus load_module(CudaSession *s, IrModule *m, const void *model,
                            RtEntry *const *entries, size_t count, CudaLoaded **out,
                            DiagList *d)
{
    size_t scratch = 0;
    GuardHold hold;
    Arena *arena = arena_open();
    CudaLoaded *l = ARENA_NEW(arena, CudaLoaded);
    *l = (CudaLoaded){.session = s, .arena = arena, .count = count};
    guard_hold(&hold, give_up, l);
    RtStatus st = cuda_use(s->gpu, d);
    if (!st)
        st = join(s, l, model, d);
    if (!st && out)
        st = cuda_program_open(s->gpu, s->compiler, &s->cache, m, &l->program, d);
    if (!st)
        st = check_need(s, l, m, entries, &scratch, d);
    if (!st && out)
        st = load_entries(s, l, entries, scratch, d);
    guard_drop(&hold);
    if (out)
        *out = st ? NULL : l;
    if (st || !out)
        give_up(l);
    return st;
}

static void unlock(void *mutex) { pthread_mutex_unlock(mutex); }

RtStatus cuda_session_load(CudaSession *s, IrModule *m, const void *model,
                           RtEntry *const *entries, size_t count, CudaLoaded **out,
                           DiagList *d)
{
    GuardHold hold;
    pthread_mutex_lock(&s->loading);
    guard_hold(&hold, unlock, &s->loading);
    RtStatus st = load_module(s, m, model, entries, count, out, d);
    guard_drop(&hold);
    unlock(&s->loading);
    return st;
}

void cuda_session_unload(CudaLoaded *l)
{
    CudaSession *s = l->session;
    enter(s, NULL);
    if (l->prev) {
        *l->prev = l->next;
        if (l->next)
            l->next->prev = l->prev;
    }
    for (size_t i = 0; l->codes && i < l->count; i++) {
        if (s->line.profile)
            cuda_profile_drop(s->line.profile, l->codes[i].entry);
        cuda_code_close(&l->codes[i], s->gpu);
    }
    cuda_program_close(l->program);
    if (l->kept)
        cuda_kept_leave(&s->kept, l->kept);
    leave(s, RT_OK);
    arena_close(l->arena);
}
