/* What calls under way have promised: their small results (losses, metrics) go to
 * pinned memory when they are done, and from there to where the caller wants them when
 * he asks. */
#ifndef BACKENDS_CUDA_FLIGHT_H
#define BACKENDS_CUDA_FLIGHT_H

#include "backends/cuda/driver.h"

enum { CUDA_NUMBERS = 1024 }; /* bytes of small results of a call, at most */

typedef struct CudaFlight {
    CudaEvent *done; /* the call is, and its numbers are there */
    char *numbers;   /* pinned, CUDA_NUMBERS bytes */
    const struct CudaCode *code;
    void *const *results;           /* of the host */
    struct CudaFlight *next, *made; /* in the lists of unused ones, and of all */
} CudaFlight;

typedef struct CudaFlights {
    const Cuda *gpu;
    CudaFlight *unused, *all;
} CudaFlights;

void cuda_flights_close(CudaFlights *f);
RtStatus cuda_flight_take(CudaFlights *f, CudaFlight **out, DiagList *d);
void cuda_flight_return(CudaFlights *f, CudaFlight *one);

#endif
