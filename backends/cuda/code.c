#include "backends/cuda/code.h"

#include "runtime/tensor.h"

#include <string.h>

enum { ALIGN = 256 }; /* copies and 16-byte accesses want it */

/* ----------------------------------------------------------------------------- layout */

static size_t spec_bytes(const RtSpec *s)
{
    size_t bytes = 0;
    rt_shape_bytes(s->dtype, s->rank, s->dims, &bytes);
    return bytes;
}

static size_t place(size_t *end, size_t bytes, size_t align)
{
    size_t at = (*end + align - 1) / align * align;
    *end = at + bytes;
    return at;
}

static void place_arguments(CudaCode *c, const RtEntry *e)
{
    for (size_t i = 0; i < e->arg_count; i++) {
        CudaSlot *s = &c->args[i];
        *s = (CudaSlot){.bytes = spec_bytes(&e->args[i]),
                        .donor = -1,
                        .kept = rt_role_is_state(e->args[i].role)};
        if (s->kept)
            continue;
        s->offset = place(&c->block_bytes, s->bytes, ALIGN);
        c->inputs++;
    }
}

/* Small results lie side by side: they go out in one copy. */
static void place_results(CudaCode *c, const RtEntry *e)
{
    size_t numbers = 0;
    for (size_t i = 0; i < e->result_count; i++) {
        CudaSlot *s = &c->results[i];
        *s = (CudaSlot){.bytes = spec_bytes(&e->results[i]),
                        .donor = rt_entry_donor(e, i)};
        s->kept = rt_entry_keeps_result(e, i);
        s->number =
            !s->kept && s->donor < 0 && numbers + s->bytes + ALIGN <= CUDA_NUMBERS;
        if (s->number)
            s->offset = place(&numbers, s->bytes, 64);
        else if (!s->kept)
            s->offset = s->donor < 0 ? place(&c->block_bytes, s->bytes, ALIGN)
                                     : c->args[s->donor].offset;
    }
    c->numbers_bytes = numbers;
    c->numbers_at = place(&c->block_bytes, numbers, ALIGN);
}

void cuda_code_layout(CudaCode *c, const RtEntry *e, Arena *arena)
{
    size_t count = e->arg_count + e->result_count;
    *c = (CudaCode){
        .name = e->name, .arg_count = e->arg_count, .result_count = e->result_count};
    c->args = ARENA_ARRAY(arena, CudaSlot, e->arg_count);
    c->results = ARENA_ARRAY(arena, CudaSlot, e->result_count);
    for (int i = 0; i < CUDA_TURNS; i++) {
        c->turns[i].now = ARENA_ARRAY(arena, CudaAddress, count);
        c->turns[i].before = ARENA_ARRAY(arena, CudaAddress, count);
    }
    place_arguments(c, e);
    place_results(c, e);
}

RtStatus cuda_code_open(CudaCode *c, const Cuda *gpu, DiagList *d)
{
    RtStatus st = RT_OK;
    for (int i = 0; i < CUDA_TURNS && !st; i++) {
        st = cuda_alloc(gpu, c->block_bytes, &c->turns[i].block, d);
        if (!st)
            st = cuda_event_open(gpu, false, &c->turns[i].filled, d);
    }
    return st;
}

void cuda_code_moved(CudaCode *c, const Cuda *gpu)
{
    for (int i = 0; i < CUDA_TURNS; i++) {
        cuda_graph_close(gpu, c->turns[i].graph);
        c->turns[i].graph = NULL;
        c->turns[i].called = false;
    }
}

void cuda_code_close(CudaCode *c, const Cuda *gpu)
{
    cuda_code_moved(c, gpu);
    for (int i = 0; i < CUDA_TURNS; i++) {
        cuda_event_close(gpu, c->turns[i].filled);
        cuda_free(gpu, c->turns[i].block);
    }
}

/* ---------------------------------------------------------------------------- buffers */

static RtStatus keep(CudaLine *l, CudaSlot *s, void *host, CudaAddress *at, DiagList *d)
{
    RtStatus st = cuda_mirror_get(&l->mirrors, host, s->bytes, &s->mirror, d);
    *at = st ? 0 : s->mirror->gpu;
    return st;
}

static RtStatus place_kept(CudaCode *c, CudaLine *l, CudaTurn *u, void *const *args,
                           DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < c->arg_count && !st; i++) {
        CudaSlot *s = &c->args[i];
        if (!s->kept)
            continue;
        st = keep(l, s, args[i], &u->now[i], d);
        if (!st)
            st = cuda_mirror_send(&l->mirrors, s->mirror, d);
    }
    return st;
}

/* Once the last call that read them is done. */
static RtStatus send_inputs(CudaCode *c, const CudaLine *l, CudaTurn *u,
                            void *const *args, DiagList *d)
{
    RtStatus st = u->last ? cuda_stream_after(l->gpu, l->copies, u->last, d) : RT_OK;
    for (size_t i = 0; i < c->arg_count && !st; i++) {
        const CudaSlot *s = &c->args[i];
        if (s->kept)
            continue;
        u->now[i] = u->block + s->offset;
        st = cuda_copy_in(l->gpu, l->copies, u->now[i], args[i], s->bytes, d);
    }
    if (!st)
        st = cuda_event_record(l->gpu, l->copies, u->filled, d);
    return st ? st : cuda_stream_after(l->gpu, l->stream, u->filled, d);
}

/* What the model keeps is newer on the GPU from now on. */
static RtStatus place_results_of(CudaCode *c, CudaLine *l, CudaTurn *u,
                                 void *const *results, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < c->result_count && !st; i++) {
        CudaSlot *s = &c->results[i];
        CudaAddress *at = &u->now[c->arg_count + i];
        if (s->kept)
            st = keep(l, s, results[i], at, d);
        else
            *at = u->block + (s->number ? c->numbers_at : 0) + s->offset;
        if (s->kept && !st) {
            s->mirror->gpu_newer = true;
            s->mirror->host_newer = false;
        }
    }
    return st;
}

/* -------------------------------------------------------------------------------- run */

static RtStatus launch(const CudaCode *c, const CudaLine *l, const CudaTurn *u,
                       DiagList *d)
{
    return cuda_entry_run(c->entry, l->stream, l->scratch, u->now, u->now + c->arg_count,
                          NULL, d);
}

static RtStatus capture(const CudaCode *c, const CudaLine *l, CudaTurn *u, DiagList *d)
{
    RtStatus st = cuda_capture_begin(l->gpu, l->stream, d);
    if (st)
        return st;
    st = launch(c, l, u, d);
    RtStatus ended = cuda_capture_end(l->gpu, l->stream, &u->graph, st ? NULL : d);
    return st ? st : ended;
}

/* The first call of a turn with its buffers is launched kernel by kernel, the next ones
 * as a graph: who calls once need not make one. */
static RtStatus run(const CudaCode *c, const CudaLine *l, CudaTurn *u, DiagList *d)
{
    size_t bytes = (c->arg_count + c->result_count) * sizeof *u->now;
    if (l->profile && cuda_profile_wants(l->profile, c->entry))
        return cuda_profile_run(l->profile, c->entry, l->stream, l->scratch, u->now,
                                u->now + c->arg_count, d);
    bool again = u->called && !memcmp(u->now, u->before, bytes);
    RtStatus st = RT_OK;
    if (!again) {
        cuda_graph_close(l->gpu, u->graph);
        u->graph = NULL;
        st = launch(c, l, u, d);
    } else if (!u->graph) {
        st = capture(c, l, u, d);
    }
    if (!st && again)
        st = cuda_graph_launch(l->gpu, l->stream, u->graph, d);
    if (st && again)
        diag_note(d, (Place){0}, "the graph of @%s was to be launched", c->name);
    memcpy(u->before, u->now, bytes);
    u->called = st == RT_OK;
    return st;
}

/* Small ones are on their way; large ones are there now. */
static RtStatus send_results(const CudaCode *c, const CudaLine *l, const CudaTurn *u,
                             const CudaFlight *f, DiagList *d)
{
    RtStatus st = cuda_copy_out(l->gpu, l->stream, f->numbers, u->block + c->numbers_at,
                                c->numbers_bytes, d);
    for (size_t i = 0; i < c->result_count && !st; i++) {
        const CudaSlot *s = &c->results[i];
        if (!s->kept && !s->number)
            st = cuda_copy_out(l->gpu, l->stream, f->results[i], u->now[c->arg_count + i],
                               s->bytes, d);
    }
    return st;
}

/* What a call began that could not be put together still reads its inputs: the caller's,
 * which may be freed next, and the turn's, which the turn's next call overwrites. */
static void give_up(const CudaLine *l, CudaTurn *u)
{
    cuda_stream_wait(l->gpu, l->copies, NULL);
    cuda_stream_wait(l->gpu, l->stream, NULL);
    u->last = NULL;
}

RtStatus cuda_code_start(CudaCode *c, CudaLine *l, void *const *args, CudaFlight *f,
                         DiagList *d)
{
    CudaTurn *u = &c->turns[c->calls++ % CUDA_TURNS];
    f->code = c;
    RtStatus st = c->inputs ? send_inputs(c, l, u, args, d) : RT_OK;
    if (!st)
        st = place_kept(c, l, u, args, d);
    if (!st)
        st = place_results_of(c, l, u, f->results, d);
    if (!st)
        st = run(c, l, u, d);
    if (!st)
        st = send_results(c, l, u, f, d);
    if (!st)
        st = cuda_event_record(l->gpu, l->stream, f->done, d);
    if (st)
        give_up(l, u);
    else
        u->last = f->done;
    return st;
}

void cuda_code_deliver(const CudaFlight *f)
{
    const CudaCode *c = f->code;
    for (size_t i = 0; i < c->result_count; i++)
        if (c->results[i].number)
            memcpy(f->results[i], f->numbers + c->results[i].offset, c->results[i].bytes);
}
