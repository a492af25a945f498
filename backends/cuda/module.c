/* Cubins and their kernels. */
#include "backends/cuda/gpu.h"

/* CU_FUNC_ATTRIBUTE_... */
enum {
    MAX_THREADS = 0,
    SHARED_BYTES = 1,
    LOCAL_BYTES = 3,
    REGISTERS = 4,
    ADDED_SHARED = 8
};

RtStatus cuda_module_open(const Cuda *gpu, const void *image, CudaModule **out,
                          DiagList *d)
{
    int error = gpu->api.module_load(out, image);
    if (error)
        *out = NULL;
    return cuda_check(gpu, error, "loading compiled kernels", d);
}

void cuda_module_close(const Cuda *gpu, CudaModule *m)
{
    if (m)
        gpu->api.module_unload(m);
}

RtStatus cuda_function(const Cuda *gpu, CudaModule *m, const char *name,
                       CudaFunction **out, DiagList *d)
{
    return cuda_check(gpu, gpu->api.module_function(out, m, name), name, d);
}

RtStatus cuda_function_info(const Cuda *gpu, CudaFunction *f, CudaFunctionInfo *out,
                            DiagList *d)
{
    const struct {
        int attribute, *to;
    } wanted[] = {
        {MAX_THREADS, &out->threads},
        {REGISTERS, &out->registers},
        {LOCAL_BYTES, &out->local_bytes},
        {SHARED_BYTES, &out->shared_bytes},
    };
    RtStatus st = RT_OK;
    for (size_t i = 0; !st && i < sizeof wanted / sizeof *wanted; i++)
        st = cuda_check(gpu, gpu->api.function_get(wanted[i].to, wanted[i].attribute, f),
                        "attribute of a kernel", d);
    return st;
}

RtStatus cuda_function_allow(const Cuda *gpu, CudaFunction *f, int shared_bytes,
                             DiagList *d)
{
    return cuda_check(gpu, gpu->api.function_set(f, ADDED_SHARED, shared_bytes),
                      "shared memory of a kernel", d);
}

RtStatus cuda_occupancy(const Cuda *gpu, CudaFunction *f, int threads,
                        size_t shared_bytes, int *blocks, DiagList *d)
{
    return cuda_check(gpu, gpu->api.occupancy(blocks, f, threads, shared_bytes),
                      "occupancy", d);
}

RtStatus cuda_launch(const Cuda *gpu, CudaStream *s, CudaFunction *f, const CudaLaunch *l,
                     DiagList *d)
{
    return cuda_check(gpu,
                      gpu->api.launch(f, l->grid[0], l->grid[1], l->grid[2], l->block[0],
                                      l->block[1], l->block[2], l->shared_bytes, s,
                                      l->arguments, NULL),
                      "launch", d);
}
