#include "backends/cuda/flight.h"

#include <stdlib.h>

static void close_flight(const Cuda *gpu, CudaFlight *one)
{
    cuda_event_close(gpu, one->done);
    cuda_host_free(gpu, one->numbers);
    free(one);
}

void cuda_flights_close(CudaFlights *f)
{
    while (f->all) {
        CudaFlight *one = f->all;
        f->all = one->made;
        close_flight(f->gpu, one);
    }
    f->unused = NULL;
}

static RtStatus make(CudaFlights *f, CudaFlight **out, DiagList *d)
{
    void *numbers = NULL;
    CudaFlight *one = calloc(1, sizeof *one);
    if (!one)
        return rt_no_memory(d, sizeof *one);
    RtStatus st = cuda_event_open(f->gpu, false, &one->done, d);
    if (!st)
        st = cuda_host_alloc(f->gpu, CUDA_NUMBERS, &numbers, d);
    one->numbers = numbers;
    if (st) {
        close_flight(f->gpu, one);
        return st;
    }
    one->made = f->all;
    f->all = *out = one;
    return RT_OK;
}

RtStatus cuda_flight_take(CudaFlights *f, CudaFlight **out, DiagList *d)
{
    *out = f->unused;
    if (!*out)
        return make(f, out, d);
    f->unused = (*out)->next;
    return RT_OK;
}

void cuda_flight_return(CudaFlights *f, CudaFlight *one)
{
    one->next = f->unused;
    f->unused = one;
}
