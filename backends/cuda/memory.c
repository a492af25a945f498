/* Memory of the GPU, memory of the host that it reaches, and copies. */
#include "backends/cuda/gpu.h"

/* How much there was and how much is left, which the driver's own words do not tell. */
static RtStatus no_memory(const Cuda *gpu, size_t bytes, DiagList *d)
{
    size_t free = 0, total = 0;
    gpu->api.memory_info(&free, &total);
    return rt_fail(d, RT_NO_MEMORY, (Place){0},
                   "cuda: out of memory on %s: %zu bytes wanted, %zu of %zu are free; a "
                   "smaller batch needs less, `nvidia-smi` tells who has the rest",
                   gpu->info.name, bytes, free, total);
}

static RtStatus no_pinned(size_t bytes, DiagList *d)
{
    return rt_fail(d, RT_NO_MEMORY, (Place){0},
                   "cuda: out of pinned host memory: %zu bytes wanted, of the machine's "
                   "memory, not of the GPU's; a smaller batch needs less, other programs "
                   "or a limit of the container may hold the rest",
                   bytes);
}

RtStatus cuda_memory(const Cuda *gpu, size_t *free, size_t *total, DiagList *d)
{
    return cuda_check(gpu, gpu->api.memory_info(free, total), "free memory", d);
}

RtStatus cuda_alloc(const Cuda *gpu, size_t bytes, CudaAddress *out, DiagList *d)
{
    *out = 0;
    if (!bytes)
        return RT_OK;
    int error = gpu->api.memory_alloc(out, bytes);
    if (error)
        *out = 0;
    return error == CUDA_OUT_OF_MEMORY ? no_memory(gpu, bytes, d)
                                       : cuda_check(gpu, error, "allocation", d);
}

void cuda_free(const Cuda *gpu, CudaAddress at)
{
    if (at)
        gpu->api.memory_free(at);
}

RtStatus cuda_host_alloc(const Cuda *gpu, size_t bytes, void **out, DiagList *d)
{
    *out = NULL;
    if (!bytes)
        return RT_OK;
    int error = gpu->api.host_alloc(out, bytes, 0);
    if (error)
        *out = NULL;
    return error == CUDA_OUT_OF_MEMORY ? no_pinned(bytes, d)
                                       : cuda_check(gpu, error, "pinned host memory", d);
}

void cuda_host_free(const Cuda *gpu, void *at)
{
    if (at)
        gpu->api.host_free(at);
}

RtStatus cuda_copy_in(const Cuda *gpu, CudaStream *s, CudaAddress to, const void *from,
                      size_t bytes, DiagList *d)
{
    return bytes ? cuda_check(gpu, gpu->api.copy_in(to, from, bytes, s),
                              "copy to the GPU", d)
                 : RT_OK;
}

RtStatus cuda_copy_out(const Cuda *gpu, CudaStream *s, void *to, CudaAddress from,
                       size_t bytes, DiagList *d)
{
    return bytes ? cuda_check(gpu, gpu->api.copy_out(to, from, bytes, s),
                              "copy from the GPU", d)
                 : RT_OK;
}

RtStatus cuda_copy(const Cuda *gpu, CudaStream *s, CudaAddress to, CudaAddress from,
                   size_t bytes, DiagList *d)
{
    return bytes
               ? cuda_check(gpu, gpu->api.copy(to, from, bytes, s), "copy on the GPU", d)
               : RT_OK;
}

RtStatus cuda_fill(const Cuda *gpu, CudaStream *s, CudaAddress to, unsigned char value,
                   size_t bytes, DiagList *d)
{
    return bytes ? cuda_check(gpu, gpu->api.fill(to, value, bytes, s), "fill", d) : RT_OK;
}
