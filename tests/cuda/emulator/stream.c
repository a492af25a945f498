/* Streams as queues, whose work is done as late as can be: when somebody waits for it.
 * So a program that forgets to wait sees what it would see on a slow GPU. */
#include "tests/cuda/emulator/api.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef enum { OP_LAUNCH, OP_COPY, OP_FILL, OP_WAIT, OP_RECORD } OpKind;

typedef struct Op Op;
struct Op {
    OpKind kind;
    Op *next;
    EmuLaunch launch;   /* its arguments are behind the op */
    uintptr_t to, from; /* copy, fill */
    size_t bytes;
    unsigned char value;
    CudaEvent *event;   /* record, wait */
    CudaStream *stream; /* wait: for this */
    uint64_t ticket;    /* ... up to here */
};

typedef struct Queue {
    Op *first, **last;
} Queue;

typedef struct Graph {
    Queue ops;
} Graph;

struct CudaGraph {
    Queue ops;
};

struct CudaStream {
    CudaStream *next;
    Queue ops;
    uint64_t put, done; /* how many ops came, and how many of them are done */
    Graph *capture;
    bool spoilt, strict; /* the capture; calls like cuMemAlloc spoil it */
};

struct CudaEvent {
    CudaStream *stream; /* that it was recorded on last, NULL: never */
    uint64_t ticket;
    double seconds;
};

static CudaStream *streams; /* closed ones too: events may still name them */

/* ----------------------------------------------------------------------------- queues */

static void put(Queue *q, Op *op)
{
    if (!q->first)
        q->last = &q->first;
    *q->last = op;
    q->last = &op->next;
}

static void clear(Queue *q)
{
    while (q->first) {
        Op *op = q->first;
        q->first = op->next;
        free(op);
    }
}

enum { ARGUMENT = 128 }; /* what a tensor map wants */

static uintptr_t aligned(uintptr_t n) { return (n + ARGUMENT - 1) / ARGUMENT * ARGUMENT; }

static size_t argument_bytes(const CudaFunction *f)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < f->kernel->count; i++)
        bytes += aligned(f->kernel->sizes[i]);
    return bytes + ARGUMENT;
}

/* An op of its own, with copies of the arguments' values. */
static Op *make_op(const Op *from)
{
    const CudaFunction *f = from->kind == OP_LAUNCH ? from->launch.function : NULL;
    size_t count = f ? f->kernel->count : 0;
    size_t pointers = (count * sizeof(void *) + 15) / 16 * 16;
    size_t head = (sizeof(Op) + 15) / 16 * 16;
    Op *op = calloc(1, head + pointers + (f ? argument_bytes(f) : 0));
    if (!op)
        return NULL;
    *op = *from;
    op->next = NULL;
    op->launch.arguments = (void **)((char *)op + head);
    char *to = (char *)aligned((uintptr_t)op + head + pointers);
    for (size_t i = 0; i < count; i++) {
        op->launch.arguments[i] = to;
        memcpy(to, from->launch.arguments[i], f->kernel->sizes[i]);
        to += aligned(f->kernel->sizes[i]);
    }
    return op;
}

/* ------------------------------------------------------------------------------ doing */

static void flush(CudaStream *s, uint64_t ticket);

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool in_heap(uintptr_t at) { return at - emu_heap.begin < emu_heap.size; }

/* Freeing memory of the GPU waits for nothing here: "may perform implicit
 * synchronization". */
static bool is_freed(uintptr_t at, size_t bytes)
{
    return in_heap(at) && bytes && !emu_heap_holds(at, bytes);
}

static void copy(const Op *op)
{
    if (is_freed(op->to, op->bytes) || is_freed(op->from, op->bytes))
        emu_fail(EMU_ILLEGAL_ADDRESS,
                 "a copy of %zu bytes was on its way when its memory was freed", op->bytes);
    else
        memcpy((void *)op->to, (void *)op->from, op->bytes);
}

static void do_op(const Op *op)
{
    switch (op->kind) {
    case OP_LAUNCH:
        if (!emu_count(EMU_KERNEL))
            emu_launch_run(&op->launch);
        break;
    case OP_COPY: copy(op); break;
    case OP_FILL:
        if (!is_freed(op->to, op->bytes))
            memset((void *)op->to, op->value, op->bytes);
        break;
    case OP_WAIT: flush(op->stream, op->ticket); break;
    case OP_RECORD: op->event->seconds = now(); break;
    }
}

static void flush(CudaStream *s, uint64_t ticket)
{
    while (s->done < ticket && s->ops.first) {
        Op *op = s->ops.first;
        s->ops.first = op->next;
        s->done++;
        if (!emu_error())
            do_op(op);
        free(op);
    }
}

int emu_stream_flush_all(void)
{
    for (CudaStream *s = streams; s; s = s->next)
        flush(s, s->put);
    return emu_error();
}

/* Whether a copy that is still to be done has its bytes there. */
static bool is_at(const Op *op, uintptr_t at, size_t bytes)
{
    return op->kind == OP_COPY && (op->to - at < bytes || op->from - at < bytes);
}

bool emu_stream_needs(uintptr_t at, size_t bytes)
{
    for (CudaStream *s = streams; s; s = s->next)
        for (const Op *op = s->ops.first; op; op = op->next)
            if (is_at(op, at, bytes))
                return true;
    return false;
}

int emu_stream_may_call(void)
{
    for (CudaStream *s = streams; s; s = s->next)
        if (s->capture && s->strict) {
            s->spoilt = true;
            return EMU_CAPTURE_UNSUPPORTED;
        }
    return EMU_OK;
}

/* Puts an op where it belongs: in the graph that is captured, or in the queue. */
static int put_op(CudaStream *s, const Op *op)
{
    if (!s)
        return EMU_INVALID_HANDLE; /* a GPU has a stream NULL; nobody should use it */
    Op *copy = make_op(op);
    if (!copy)
        return EMU_OUT_OF_MEMORY;
    put(s->capture ? &s->capture->ops : &s->ops, copy);
    if (!s->capture)
        s->put++;
    return s->spoilt ? EMU_CAPTURE_INVALIDATED : EMU_OK;
}

/* ----------------------------------------------------------------------------- copies */

/* A driver may copy memory that is not pinned while it is called; nobody may count on
 * that ("might be synchronous"), so it is later here. */
int cuMemcpyHtoDAsync_v2(CudaAddress to, const void *from, size_t bytes, CudaStream *s)
{
    int error = emu_enter();
    Op op = {
        .kind = OP_COPY, .to = (uintptr_t)to, .from = (uintptr_t)from, .bytes = bytes};
    if (!error && !emu_heap_holds(op.to, bytes))
        error = EMU_INVALID_VALUE;
    if (!error)
        error = emu_count(EMU_COPY_IN);
    return emu_leave(error ? error : put_op(s, &op));
}

int cuMemcpyDtoHAsync_v2(void *to, CudaAddress from, size_t bytes, CudaStream *s)
{
    int error = emu_enter();
    Op op = {
        .kind = OP_COPY, .to = (uintptr_t)to, .from = (uintptr_t)from, .bytes = bytes};
    if (!error && !emu_heap_holds(op.from, bytes))
        error = EMU_INVALID_VALUE;
    if (!error)
        error = emu_count(EMU_COPY_OUT);
    return emu_leave(error ? error : put_op(s, &op));
}

int cuMemcpyDtoDAsync_v2(CudaAddress to, CudaAddress from, size_t bytes, CudaStream *s)
{
    int error = emu_enter();
    Op op = {
        .kind = OP_COPY, .to = (uintptr_t)to, .from = (uintptr_t)from, .bytes = bytes};
    bool overlap = op.to - op.from < bytes || op.from - op.to < bytes; /* undefined */
    if (!error && (overlap || !(emu_heap_holds(op.to, bytes) && emu_heap_holds(op.from, bytes))))
        error = EMU_INVALID_VALUE;
    return emu_leave(error ? error : put_op(s, &op));
}

int cuMemsetD8Async(CudaAddress to, unsigned char value, size_t bytes, CudaStream *s)
{
    int error = emu_enter();
    Op op = {.kind = OP_FILL, .to = (uintptr_t)to, .bytes = bytes, .value = value};
    if (!error && !emu_heap_holds(op.to, bytes))
        error = EMU_INVALID_VALUE;
    return emu_leave(error ? error : put_op(s, &op));
}

int cuLaunchKernel(CudaFunction *f, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                   unsigned block_x, unsigned block_y, unsigned block_z,
                   unsigned dynamic_bytes, CudaStream *s, void **arguments, void **extra)
{
    int error = emu_enter();
    Op op = {.kind = OP_LAUNCH,
             .launch = {.function = f,
                        .grid = {grid_x, grid_y, grid_z},
                        .block = {block_x, block_y, block_z},
                        .dynamic_bytes = dynamic_bytes,
                        .arguments = arguments}};
    if (!error && extra)
        error = EMU_NOT_SUPPORTED;
    if (!error)
        error = emu_launch_check(&op.launch);
    if (!error)
        error = emu_count(EMU_LAUNCH);
    return emu_leave(error ? error : put_op(s, &op));
}

/* ---------------------------------------------------------------------------- streams */

int cuStreamCreate(CudaStream **out, unsigned flags)
{
    (void)flags;
    int error = emu_enter();
    CudaStream *s = error ? NULL : calloc(1, sizeof *s);
    if (!s)
        return emu_leave(error ? error : EMU_OUT_OF_MEMORY);
    s->next = streams;
    streams = *out = s;
    return emu_leave(EMU_OK);
}

int cuStreamDestroy_v2(CudaStream *s)
{
    int error = emu_enter();
    if (!error)
        flush(s, s->put);
    return emu_leave(error ? error : emu_error());
}

void emu_stream_close_all(void)
{
    while (streams) {
        CudaStream *s = streams;
        streams = s->next;
        clear(&s->ops);
        if (s->capture)
            clear(&s->capture->ops);
        free(s->capture);
        free(s);
    }
}

int cuStreamSynchronize(CudaStream *s)
{
    int error = emu_enter();
    if (!error && s->capture) {
        s->spoilt = true;
        error = EMU_CAPTURE_UNSUPPORTED;
    }
    if (!error) {
        emu_count(EMU_STREAM_WAIT);
        flush(s, s->put);
        error = emu_error();
    }
    return emu_leave(error);
}

int cuStreamWaitEvent(CudaStream *s, CudaEvent *event, unsigned flags)
{
    (void)flags;
    int error = emu_enter();
    Op op = {.kind = OP_WAIT, .stream = event->stream, .ticket = event->ticket};
    if (!error && s->capture)
        error = EMU_NOT_SUPPORTED; /* graphs of several streams are not emulated */
    if (!error && event->stream)
        error = put_op(s, &op);
    return emu_leave(error);
}

/* ----------------------------------------------------------------------------- graphs */

int cuStreamBeginCapture_v2(CudaStream *s, int mode)
{
    int error = emu_enter();
    if (!error && s->capture)
        error = EMU_INVALID_VALUE;
    if (!error)
        error = emu_count(EMU_CAPTURE);
    Graph *g = error ? NULL : calloc(1, sizeof *g);
    if (!g)
        return emu_leave(error ? error : EMU_OUT_OF_MEMORY);
    s->capture = g;
    s->spoilt = false;
    s->strict = mode != 2; /* relaxed */
    return emu_leave(EMU_OK);
}

int cuStreamEndCapture(CudaStream *s, void **graph)
{
    int error = emu_enter();
    *graph = NULL;
    if (!error && !s->capture)
        error = EMU_INVALID_VALUE;
    Graph *g = s->capture;
    if (!error && s->spoilt) {
        error = EMU_CAPTURE_INVALIDATED;
        clear(&g->ops);
        free(g);
        g = NULL;
    }
    s->capture = NULL;
    s->spoilt = false;
    *graph = g;
    return emu_leave(error);
}

static int copy_ops(Queue *to, const Queue *from)
{
    for (const Op *op = from->first; op; op = op->next) {
        Op *copy = make_op(op);
        if (!copy)
            return EMU_OUT_OF_MEMORY;
        put(to, copy);
    }
    return EMU_OK;
}

int cuGraphInstantiateWithFlags(CudaGraph **out, void *graph, unsigned long long flags)
{
    (void)flags;
    int error = emu_enter();
    CudaGraph *g = error ? NULL : calloc(1, sizeof *g);
    if (!g)
        return emu_leave(error ? error : EMU_OUT_OF_MEMORY);
    *out = g;
    return emu_leave(copy_ops(&g->ops, &((Graph *)graph)->ops));
}

int cuGraphDestroy(void *graph)
{
    emu_enter();
    clear(&((Graph *)graph)->ops);
    free(graph);
    return emu_leave(EMU_OK);
}

int cuGraphLaunch(CudaGraph *graph, CudaStream *s)
{
    int error = emu_enter();
    if (!error && s->capture)
        error = EMU_NOT_SUPPORTED;
    if (!error)
        error = emu_count(EMU_GRAPH_LAUNCH);
    for (const Op *op = graph->ops.first; op && !error; op = op->next)
        error = put_op(s, op);
    return emu_leave(error);
}

int cuGraphExecDestroy(CudaGraph *graph)
{
    emu_enter();
    clear(&graph->ops);
    free(graph);
    return emu_leave(EMU_OK);
}

/* ----------------------------------------------------------------------------- events */

int cuEventCreate(CudaEvent **out, unsigned flags)
{
    (void)flags;
    int error = emu_enter();
    CudaEvent *e = error ? NULL : calloc(1, sizeof *e);
    if (!e)
        return emu_leave(error ? error : EMU_OUT_OF_MEMORY);
    *out = e;
    return emu_leave(EMU_OK);
}

/* Ops may still name it. */
int cuEventDestroy_v2(CudaEvent *event)
{
    int error = emu_enter();
    emu_stream_flush_all();
    free(event);
    return emu_leave(error);
}

int cuEventRecord(CudaEvent *event, CudaStream *s)
{
    int error = emu_enter();
    Op op = {.kind = OP_RECORD, .event = event};
    if (!error && s->capture)
        error = EMU_NOT_SUPPORTED;
    if (!error)
        error = put_op(s, &op);
    if (!error) {
        event->stream = s;
        event->ticket = s->put;
    }
    return emu_leave(error);
}

int cuEventSynchronize(CudaEvent *event)
{
    int error = emu_enter();
    if (!error && event->stream) {
        emu_count(EMU_EVENT_WAIT);
        flush(event->stream, event->ticket);
        error = emu_error();
    }
    return emu_leave(error);
}

int cuEventElapsedTime(float *milliseconds, CudaEvent *begin, CudaEvent *end)
{
    int error = emu_enter();
    if (!error &&
        !(begin->stream && end->stream && begin->stream->done >= begin->ticket &&
          end->stream->done >= end->ticket))
        error = 600; /* not ready */
    *milliseconds = (float)(1e3 * (end->seconds - begin->seconds));
    return emu_leave(error);
}
