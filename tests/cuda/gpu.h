/* A GPU, its kernels and its memory, for tests: each function fails the test if it
 * fails. */
#ifndef TESTS_CUDA_GPU_H
#define TESTS_CUDA_GPU_H

#include "backends/cuda/driver.h"
#include "backends/cuda/nvrtc.h"

#include <setjmp.h> /* what cmocka.h wants before it */
#include <stdarg.h>

#include <cmocka.h>

typedef struct Gpu {
    DiagList *diags;
    Cuda *cuda;
    CudaStream *stream;
    CudaModule *module;
} Gpu;

/* With the settings of the emulator (DESCENT_EMULATOR; NULL: none), and the kernels of
 * a file of CUDA C (NULL: none). */
Gpu gpu_open(const char *settings, const char *source);
/* The same with the kernels of a text. */
Gpu gpu_open_text(const char *settings, const char *name, const char *text);
void gpu_close(Gpu *g);

CudaAddress gpu_alloc(Gpu *g, size_t bytes);
CudaAddress gpu_upload(Gpu *g, const void *bytes, size_t size);
void gpu_download(Gpu *g, void *to, CudaAddress from, size_t size); /* waits */

/* A launch with arguments of 8 bytes (addresses) and of 4 (int), up to GPU_END. */
typedef struct GpuShape {
    unsigned gx, gy, bx, by, shared;
} GpuShape;
#define GPU_ADDRESS(a) 8, (CudaAddress)(a)
#define GPU_INT(i)     4, (int)(i)
#define GPU_END        0
RtStatus gpu_launch(Gpu *g, const char *kernel, GpuShape shape, ...);

/* The first error that was reported, "" if none was. */
const char *gpu_error(const Gpu *g);

/* A whole file, ended with 0. */
void read_text(const char *path, Text *out);

#endif
