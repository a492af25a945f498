/* Streams, graphs of what was captured on them, events. */
#include "backends/cuda/gpu.h"

enum { NON_BLOCKING = 1, CAPTURE_THREAD_LOCAL = 1, WITHOUT_TIMING = 2 };

RtStatus cuda_stream_open(const Cuda *gpu, CudaStream **out, DiagList *d)
{
    int error = gpu->api.stream_create(out, NON_BLOCKING);
    if (error)
        *out = NULL;
    return cuda_check(gpu, error, "stream", d);
}

void cuda_stream_close(const Cuda *gpu, CudaStream *s)
{
    if (s)
        gpu->api.stream_destroy(s);
}

RtStatus cuda_stream_wait(const Cuda *gpu, CudaStream *s, DiagList *d)
{
    return cuda_check(gpu, gpu->api.stream_synchronize(s), "waiting for the GPU", d);
}

RtStatus cuda_stream_after(const Cuda *gpu, CudaStream *s, CudaEvent *e, DiagList *d)
{
    return cuda_check(gpu, gpu->api.stream_wait(s, e, 0), "waiting for an event", d);
}

/* Other threads may call the driver meanwhile, as the loader of data does. */
RtStatus cuda_capture_begin(const Cuda *gpu, CudaStream *s, DiagList *d)
{
    return cuda_check(gpu, gpu->api.capture_begin(s, CAPTURE_THREAD_LOCAL), "capture", d);
}

RtStatus cuda_capture_end(const Cuda *gpu, CudaStream *s, CudaGraph **out, DiagList *d)
{
    void *captured = NULL;
    RtStatus st = cuda_check(gpu, gpu->api.capture_end(s, &captured), "capture", d);
    if (!st)
        st = cuda_check(gpu, gpu->api.graph_instantiate(out, captured, 0), "graph", d);
    if (st)
        *out = NULL;
    if (captured)
        gpu->api.graph_destroy(captured);
    return st;
}

RtStatus cuda_graph_launch(const Cuda *gpu, CudaStream *s, CudaGraph *g, DiagList *d)
{
    return cuda_check(gpu, gpu->api.graph_launch(g, s), "launch of a graph", d);
}

void cuda_graph_close(const Cuda *gpu, CudaGraph *g)
{
    if (g)
        gpu->api.graph_close(g);
}

RtStatus cuda_event_open(const Cuda *gpu, bool timed, CudaEvent **out, DiagList *d)
{
    int error = gpu->api.event_create(out, timed ? 0 : WITHOUT_TIMING);
    if (error)
        *out = NULL;
    return cuda_check(gpu, error, "event", d);
}

void cuda_event_close(const Cuda *gpu, CudaEvent *e)
{
    if (e)
        gpu->api.event_destroy(e);
}

RtStatus cuda_event_record(const Cuda *gpu, CudaStream *s, CudaEvent *e, DiagList *d)
{
    return cuda_check(gpu, gpu->api.event_record(e, s), "event", d);
}

RtStatus cuda_event_wait(const Cuda *gpu, CudaEvent *e, DiagList *d)
{
    return cuda_check(gpu, gpu->api.event_synchronize(e), "waiting for an event", d);
}

RtStatus cuda_event_seconds(const Cuda *gpu, CudaEvent *begin, CudaEvent *end,
                            double *seconds, DiagList *d)
{
    float milliseconds = 0;
    RtStatus st = cuda_check(gpu, gpu->api.event_elapsed(&milliseconds, begin, end),
                             "elapsed time", d);
    *seconds = milliseconds * 1e-3;
    return st;
}
