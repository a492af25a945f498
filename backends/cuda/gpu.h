/* What the files around driver.h share. Internal to backends/cuda. */
#ifndef BACKENDS_CUDA_GPU_H
#define BACKENDS_CUDA_GPU_H

#include "backends/cuda/driver.h"

typedef struct CudaApi {
#define CUDA(field, symbol, arguments) int(*field) arguments;
#include "backends/cuda/driver.def"
} CudaApi;

struct Cuda {
    void *library;
    CudaApi api;
    CudaInfo info;
    int device;
    void *context; /* the device's primary one, or NULL */
};

/* The numbers of CUDA's enumerations that are used. */
enum { CUDA_OUT_OF_MEMORY = 2, CUDA_STUB = 34, CUDA_NO_DEVICE = 100 };

/* RT_OK for 0; else an error, "cuda: WHAT: the driver's words (its name of the error);
 * what to do". d: NULL where nobody is told. errors.c */
RtStatus cuda_check(const Cuda *gpu, int error, const char *what, DiagList *d);

#endif
