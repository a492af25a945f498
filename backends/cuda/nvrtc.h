/* NVRTC, NVIDIA's compiler of CUDA C as a library, opened at run time.
 *
 * It is the file that the environment variable DESCENT_NVRTC names, or else the first
 * that is found: by the loader, in a CUDA toolkit (CUDA_HOME, CUDA_PATH,
 * /usr/local/cuda), in the package nvidia-cuda-nvrtc of a Python environment
 * (VIRTUAL_ENV, the python3 on PATH). */
#ifndef BACKENDS_CUDA_NVRTC_H
#define BACKENDS_CUDA_NVRTC_H

#include "backends/cuda/driver.h"
#include "support/text.h"

typedef struct CudaCompiler CudaCompiler;

/* For a GPU: of a major version that its driver loads code of, and that knows its
 * architecture. NULL: any will do. RT_IO if none is found that is fit. */
RtStatus cuda_compiler_open(const CudaInfo *gpu, CudaCompiler **out, DiagList *d);
void cuda_compiler_close(CudaCompiler *c);             /* accepts NULL */
int cuda_compiler_version(const CudaCompiler *c);      /* 13000: CUDA 13.0 */
const char *cuda_compiler_path(const CudaCompiler *c); /* its file */

typedef struct CudaSource {
    const char *name; /* for the compiler's messages and debuggers */
    const char *text;
    const char *architecture;   /* sm_75, sm_90a */
    const char *const *options; /* NVRTC's, besides the architecture */
    size_t option_count;
} CudaSource;

typedef enum { CUDA_CUBIN, CUDA_PTX } CudaFormat;

/* Adds the code to `out`, and what the compiler said to `log` (may be NULL).
 * RT_IO if this NVRTC does not know the architecture; RT_FAILED, and what the
 * compiler said as an internal error, if it refuses the text. */
RtStatus cuda_compile(const CudaCompiler *c, const CudaSource *s, CudaFormat format,
                      Text *out, Text *log, DiagList *d);

#endif
