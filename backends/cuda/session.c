#include "backends/cuda/session.h"

#include <stdlib.h>
#include <string.h>

/* A block of the host's memory and its copy. */
typedef struct Mirror {
    void *host;
    size_t bytes;
    CudaAddress gpu;
    bool host_newer, gpu_newer;
} Mirror;

/* An entry point: buffers of its own, and where all of them were in the last call. */
typedef struct Code {
    const CudaEntry *entry;
    size_t arg_count, result_count, scratch_bytes;
    CudaAddress *args, *results;        /* own buffers of inputs; of losses, metrics, outputs */
    CudaAddress *now, *before;          /* all addresses: args, then results */
    int *donors;                        /* by result: the argument that it overwrites, or -1 */
    bool called;
    CudaGraph *graph;                   /* of the call at `before`; NULL: not captured yet */
} Code;

struct CudaSession {
    Arena *arena;
    Cuda *gpu;
    CudaStream *stream;
    CudaCompiler *compiler;
    CudaCache cache;
    RtDevice device;
    CudaAddress scratch;                /* the arena of calls, as large as any needs */
    size_t scratch_bytes;
    Mirror *mirrors;
    size_t mirror_count, mirror_room;
    CudaProgram **programs;
    size_t program_count, program_room;
    Code **codes;
    size_t code_count, code_room;
};

/* -------------------------------------------------------------------------------- mirrors */

static Mirror *find_mirror(CudaSession *s, const void *host)
{
    for (size_t i = 0; i < s->mirror_count; i++)
        if (s->mirrors[i].host == host)
            return &s->mirrors[i];
    return NULL;
}

static void forget(void *ctx, void *host)
{
    CudaSession *s = ctx;
    Mirror *m = find_mirror(s, host);
    if (!m)
        return;
    cuda_free(s->gpu, m->gpu);
    *m = s->mirrors[--s->mirror_count];
}

static void changed(void *ctx, void *host)
{
    Mirror *m = find_mirror(ctx, host);
    if (m)
        m->host_newer = true;
}

static RtStatus fetch(void *ctx, void *host, DiagList *d)
{
    CudaSession *s = ctx;
    Mirror *m = find_mirror(s, host);
    if (!m || !m->gpu_newer)
        return RT_OK;
    RtStatus st = cuda_copy_out(s->gpu, s->stream, host, m->gpu, m->bytes, d);
    if (!st)
        st = cuda_stream_wait(s->gpu, s->stream, d);
    m->gpu_newer = st != RT_OK;
    return st;
}

/* The copy of a block, made if there is none. */
static RtStatus mirror(CudaSession *s, void *host, size_t bytes, Mirror **out, DiagList *d)
{
    *out = find_mirror(s, host);
    if (*out && (*out)->bytes == bytes)
        return RT_OK;
    forget(s, host);
    Mirror m = {.host = host, .bytes = bytes, .host_newer = true};
    RtStatus st = cuda_alloc(s->gpu, bytes, &m.gpu, d);
    if (st)
        return st;
    ARENA_PUSH(s->arena, s->mirrors, s->mirror_count, s->mirror_room, m);
    *out = &s->mirrors[s->mirror_count - 1];
    return RT_OK;
}

/* ---------------------------------------------------------------------------------- calls */

static size_t spec_bytes(const RtSpec *s)
{
    size_t bytes = 0;
    rt_shape_bytes(s->dtype, s->rank, s->dims, &bytes);
    return bytes;
}

static RtStatus own_buffer(CudaSession *s, const RtSpec *spec, CudaAddress *at, DiagList *d)
{
    return *at ? RT_OK : cuda_alloc(s->gpu, spec_bytes(spec), at, d);
}

static RtStatus place_argument(CudaSession *s, const RtSpec *spec, CudaAddress *own, void *host,
                               CudaAddress *at, DiagList *d)
{
    Mirror *m = NULL;
    size_t bytes = spec_bytes(spec);
    RtStatus st = rt_role_is_state(spec->role) ? mirror(s, host, bytes, &m, d)
                                               : own_buffer(s, spec, own, d);
    if (st)
        return st;
    *at = m ? m->gpu : *own;
    if (bytes && (!m || m->host_newer))
        st = cuda_copy_in(s->gpu, s->stream, *at, host, bytes, d);
    if (m && !st)
        m->host_newer = false;
    return st;
}

/* What the model keeps is newer on the GPU from now on. */
static RtStatus place_result(CudaSession *s, const RtSpec *spec, CudaAddress *own, void *host,
                             CudaAddress *at, DiagList *d)
{
    Mirror *m = NULL;
    RtStatus st = rt_role_is_state(spec->role) ? mirror(s, host, spec_bytes(spec), &m, d)
                                               : own_buffer(s, spec, own, d);
    if (st)
        return st;
    *at = m ? m->gpu : *own;
    if (m)
        *m = (Mirror){m->host, m->bytes, m->gpu, .gpu_newer = true};
    return RT_OK;
}

static RtStatus place_all(CudaSession *s, const RtEntry *e, Code *c, void *const *args,
                          void *const *results, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < e->arg_count && !st; i++)
        st = place_argument(s, &e->args[i], &c->args[i], args[i], &c->now[i], d);
    for (size_t i = 0; i < e->result_count && !st; i++) {
        int from = c->donors[i];
        CudaAddress *at = &c->now[e->arg_count + i];
        if (from < 0 || rt_role_is_state(e->args[from].role))
            st = place_result(s, &e->results[i], &c->results[i], results[i], at, d);
        if (from >= 0)
            *at = c->now[from];
    }
    return st;
}

/* Memory that all calls use in turn. */
static RtStatus make_scratch(CudaSession *s, size_t bytes, DiagList *d)
{
    if (bytes <= s->scratch_bytes)
        return RT_OK;
    RtStatus st = cuda_stream_wait(s->gpu, s->stream, d);
    cuda_free(s->gpu, s->scratch);
    s->scratch = 0;
    s->scratch_bytes = 0;
    for (size_t i = 0; i < s->code_count; i++) {     /* graphs hold the old address */
        cuda_graph_close(s->gpu, s->codes[i]->graph);
        s->codes[i]->graph = NULL;
        s->codes[i]->called = false;
    }
    if (!st)
        st = cuda_alloc(s->gpu, bytes, &s->scratch, d);
    s->scratch_bytes = st ? 0 : bytes;
    return st;
}

static RtStatus launch(CudaSession *s, const RtEntry *e, const Code *c, DiagList *d)
{
    return cuda_entry_run(c->entry, s->stream, s->scratch, c->now, c->now + e->arg_count, d);
}

static RtStatus capture(CudaSession *s, const RtEntry *e, Code *c, DiagList *d)
{
    RtStatus st = cuda_capture_begin(s->gpu, s->stream, d);
    if (st)
        return st;
    st = launch(s, e, c, d);
    RtStatus ended = cuda_capture_end(s->gpu, s->stream, &c->graph, d);
    return st ? st : ended;
}

/* The first call with its buffers is launched kernel by kernel, the next ones as a graph. */
static RtStatus run(CudaSession *s, const RtEntry *e, Code *c, DiagList *d)
{
    size_t bytes = (e->arg_count + e->result_count) * sizeof *c->now;
    bool again = c->called && !memcmp(c->now, c->before, bytes);
    RtStatus st = RT_OK;
    if (!again) {
        cuda_graph_close(s->gpu, c->graph);
        c->graph = NULL;
        st = launch(s, e, c, d);
    } else if (!c->graph) {
        st = capture(s, e, c, d);
    }
    if (!st && again)
        st = cuda_graph_launch(s->gpu, s->stream, c->graph, d);
    memcpy(c->before, c->now, bytes);
    c->called = st == RT_OK;
    return st;
}

static RtStatus fetch_results(CudaSession *s, const RtEntry *e, const Code *c, void *const *results,
                              DiagList *d)
{
    RtStatus st = RT_OK;
    bool any = false;
    for (size_t i = 0; i < e->result_count && !st; i++) {
        size_t bytes = spec_bytes(&e->results[i]);
        if (rt_role_is_state(e->results[i].role) || !bytes)
            continue;
        st = cuda_copy_out(s->gpu, s->stream, results[i], c->now[e->arg_count + i], bytes, d);
        any = true;
    }
    return st || !any ? st : cuda_stream_wait(s->gpu, s->stream, d);
}

static RtStatus call(void *ctx, const RtEntry *e, void *const *args, void *const *results,
                     DiagList *d)
{
    CudaSession *s = ctx;
    Code *c = e->code;
    RtStatus st = make_scratch(s, c->scratch_bytes, d);
    if (!st)
        st = place_all(s, e, c, args, results, d);
    if (!st)
        st = run(s, e, c, d);
    return st ? st : fetch_results(s, e, c, results, d);
}

/* --------------------------------------------------------------------------------- public */

RtStatus cuda_session_open(int gpu, CudaSession **out, DiagList *d)
{
    Arena *arena = arena_open();
    CudaSession *s = ARENA_NEW(arena, CudaSession);
    *s = (CudaSession){.arena = arena, .cache = cuda_cache_default(arena)};
    s->device = (RtDevice){.ctx = s, .call = call, .fetch = fetch, .changed = changed,
                           .forget = forget};
    RtStatus st = cuda_open(gpu, &s->gpu, d);
    if (!st)
        st = cuda_stream_open(s->gpu, &s->stream, d);
    if (!st)
        st = cuda_compiler_open(cuda_info(s->gpu), &s->compiler, d);
    *out = st ? NULL : s;
    if (st)
        cuda_session_close(s);
    return st;
}

static void close_code(CudaSession *s, const Code *c)
{
    cuda_graph_close(s->gpu, c->graph);
    for (size_t i = 0; i < c->arg_count; i++)
        cuda_free(s->gpu, c->args[i]);
    for (size_t i = 0; i < c->result_count; i++)
        cuda_free(s->gpu, c->results[i]);
}

static void free_memory(CudaSession *s)
{
    for (size_t i = 0; i < s->code_count; i++)
        close_code(s, s->codes[i]);
    for (size_t i = 0; i < s->mirror_count; i++)
        cuda_free(s->gpu, s->mirrors[i].gpu);
    for (size_t i = 0; i < s->program_count; i++)
        cuda_program_close(s->programs[i]);
    cuda_free(s->gpu, s->scratch);
    cuda_stream_close(s->gpu, s->stream);
}

void cuda_session_close(CudaSession *s)
{
    if (!s)
        return;
    if (s->gpu)
        free_memory(s);
    cuda_compiler_close(s->compiler);
    cuda_close(s->gpu);
    arena_close(s->arena);
}

/* The number of processors and their memory are those of this very GPU. */
IrTarget cuda_session_target(const CudaSession *s, DiagList *d)
{
    (void)d;
    return cuda_target_of(cuda_info(s->gpu));
}

static RtStatus give_code(CudaSession *s, const CudaProgram *p, const IrOp *host, RtEntry *e,
                          DiagList *d)
{
    Code *c = ARENA_NEW(s->arena, Code);
    size_t count = e->arg_count + e->result_count;
    *c = (Code){.entry = cuda_program_entry(p, e->name), .arg_count = e->arg_count,
                .result_count = e->result_count,
                .scratch_bytes = (size_t)ir_op_int(host, "descent.arena_bytes")};
    c->args = ARENA_ARRAY(s->arena, CudaAddress, e->arg_count);
    c->results = ARENA_ARRAY(s->arena, CudaAddress, e->result_count);
    c->donors = ARENA_ARRAY(s->arena, int, e->result_count);
    for (size_t i = 0; i < e->result_count; i++)
        c->donors[i] = rt_entry_donor(e, i);
    c->now = ARENA_ARRAY(s->arena, CudaAddress, count);
    c->before = ARENA_ARRAY(s->arena, CudaAddress, count);
    if (!c->entry) {
        diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0}, "@%s was compiled to nothing", e->name);
        return RT_FAILED;
    }
    ARENA_PUSH(s->arena, s->codes, s->code_count, s->code_room, c);
    e->arena_bytes = 0;         /* of the host's memory */
    e->device = &s->device;
    e->code = c;
    return RT_OK;
}

RtStatus cuda_session_load(CudaSession *s, IrModule *m, RtEntry *const *entries, size_t count,
                           DiagList *d)
{
    CudaProgram *p;
    RtStatus st = cuda_program_open(s->gpu, s->compiler, &s->cache, m, &p, d);
    if (st)
        return st;
    ARENA_PUSH(s->arena, s->programs, s->program_count, s->program_room, p);
    for (size_t i = 0; i < count && !st; i++)
        st = give_code(s, p, ir_module_func(m, entries[i]->name), entries[i], d);
    return st;
}
