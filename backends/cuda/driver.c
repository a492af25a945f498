/* Opening a GPU: the library, its version, the device, what it can do, its context. */
#include "backends/cuda/gpu.h"
#include "backends/cuda/library.h"

#include <stdio.h>
#include <stdlib.h>

enum { OLDEST_DRIVER = 12000, OLDEST_CAPABILITY = 75 };

static const CudaSymbol symbols[] = {
#define CUDA(field, symbol, arguments) {#symbol, offsetof(CudaApi, field)},
#include "backends/cuda/driver.def"
};

static const struct {
    int attribute; /* CU_DEVICE_ATTRIBUTE_... */
    size_t offset;
} attributes[] = {
    {75, offsetof(CudaInfo, major)},             /* COMPUTE_CAPABILITY_MAJOR */
    {76, offsetof(CudaInfo, minor)},             /* COMPUTE_CAPABILITY_MINOR */
    {16, offsetof(CudaInfo, sms)},               /* MULTIPROCESSOR_COUNT */
    {10, offsetof(CudaInfo, warp)},              /* WARP_SIZE */
    {1, offsetof(CudaInfo, block_threads)},      /* MAX_THREADS_PER_BLOCK */
    {8, offsetof(CudaInfo, block_shared)},       /* MAX_SHARED_MEMORY_PER_BLOCK */
    {97, offsetof(CudaInfo, block_shared_most)}, /* ..._PER_BLOCK_OPTIN */
    {12, offsetof(CudaInfo, block_registers)},   /* MAX_REGISTERS_PER_BLOCK */
    {39, offsetof(CudaInfo, sm_threads)},        /* MAX_THREADS_PER_MULTIPROCESSOR */
    {106, offsetof(CudaInfo, sm_blocks)},        /* MAX_BLOCKS_PER_MULTIPROCESSOR */
    {81, offsetof(CudaInfo, sm_shared)},    /* MAX_SHARED_MEMORY_PER_MULTIPROCESSOR */
    {82, offsetof(CudaInfo, sm_registers)}, /* MAX_REGISTERS_PER_MULTIPROCESSOR */
    {38, offsetof(CudaInfo, l2_bytes)},     /* L2_CACHE_SIZE */
};

static RtStatus no_driver(const char *path, const char *why, DiagList *d)
{
    if (path)
        return rt_fail(d, RT_IO, (Place){0},
                       "cuda: DESCENT_CUDA_DRIVER names no driver: %s", why);
    return rt_fail(d, RT_IO, (Place){0},
                   "cuda: no NVIDIA driver: libcuda.so.1 was not found (%s); install the "
                   "driver of the GPU, or use the CPU",
                   why);
}

static RtStatus open_library(Cuda *gpu, DiagList *d)
{
    const char *path = getenv("DESCENT_CUDA_DRIVER"), *why = NULL;
    if (path && !*path)
        path = NULL;
    gpu->library = cuda_library_open(path ? path : "libcuda.so.1", &why);
    if (!gpu->library)
        return no_driver(path, why, d);
    const char *missing = cuda_library_fill(gpu->library, symbols,
                                            sizeof symbols / sizeof *symbols, &gpu->api);
    if (missing)
        return rt_fail(d, RT_IO, (Place){0},
                       "cuda: the NVIDIA driver (%s) has no function %s; one that "
                       "supports CUDA %d.%d or newer is needed",
                       path ? path : "libcuda.so.1", missing, OLDEST_DRIVER / 1000,
                       OLDEST_DRIVER % 1000 / 10);
    return RT_OK;
}

static RtStatus check_version(Cuda *gpu, DiagList *d)
{
    int *version = &gpu->info.driver_version;
    int error = gpu->api.driver_version(version);
    if (error == CUDA_STUB)
        return rt_fail(
            d, RT_IO, (Place){0},
            "cuda: no NVIDIA driver: what the loader finds is the stub of a CUDA "
            "toolkit; take its folder out of LD_LIBRARY_PATH");
    RtStatus st = cuda_check(gpu, error, "driver version", d);
    if (!st && *version < OLDEST_DRIVER)
        st = rt_fail(
            d, RT_IO, (Place){0},
            "cuda: the NVIDIA driver supports CUDA %d.%d; %d.%d or newer is needed: "
            "update the driver",
            *version / 1000, *version % 1000 / 10, OLDEST_DRIVER / 1000,
            OLDEST_DRIVER % 1000 / 10);
    return st;
}

static RtStatus no_device(DiagList *d)
{
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");
    if (visible)
        return rt_fail(d, RT_IO, (Place){0},
                       "cuda: no GPU: the driver is there, but shows none "
                       "(CUDA_VISIBLE_DEVICES is '%s'): name another in it, or none",
                       visible);
    return rt_fail(d, RT_IO, (Place){0},
                   "cuda: no GPU: the NVIDIA driver is there, but no device: `nvidia-smi` "
                   "lists those that a machine or container has; or use the CPU");
}

static RtStatus find_device(Cuda *gpu, int index, DiagList *d)
{
    int error = gpu->api.init(0), count = 0;
    if (error == CUDA_NO_DEVICE)
        return no_device(d);
    RtStatus st = cuda_check(gpu, error, "the driver does not start", d);
    if (!st)
        st = cuda_check(gpu, gpu->api.device_count(&count), "number of devices", d);
    if (!st && !count)
        return no_device(d);
    if (!st && (index < 0 || index >= count))
        return rt_fail(d, RT_BAD_INPUT, (Place){0},
                       "cuda: no GPU %d: there %s %d, counted from 0", index,
                       count == 1 ? "is" : "are", count);
    return st ? st
              : cuda_check(gpu, gpu->api.device_get(&gpu->device, index), "device", d);
}

/* The `a` of sm_90a lets its matrix instructions be used; code for others with an `a`
 * would run on less than code without. */
static void name_architecture(CudaInfo *i)
{
    int capability = 10 * i->major + i->minor;
    snprintf(i->architecture, sizeof i->architecture, "sm_%d%s", capability,
             capability == 90 ? "a" : "");
}

static RtStatus read_info(Cuda *gpu, DiagList *d)
{
    CudaInfo *i = &gpu->info;
    RtStatus st =
        cuda_check(gpu, gpu->api.device_name(i->name, sizeof i->name, gpu->device),
                   "device name", d);
    if (!st)
        st = cuda_check(gpu, gpu->api.device_memory(&i->memory, gpu->device),
                        "device memory", d);
    for (size_t k = 0; !st && k < sizeof attributes / sizeof *attributes; k++) {
        int *to = (int *)((char *)i + attributes[k].offset);
        st = cuda_check(
            gpu, gpu->api.device_attribute(to, attributes[k].attribute, gpu->device),
            "device attribute", d);
    }
    name_architecture(i);
    return st;
}

static RtStatus check_device(const Cuda *gpu, DiagList *d)
{
    const CudaInfo *i = &gpu->info;
    if (10 * i->major + i->minor >= OLDEST_CAPABILITY)
        return RT_OK;
    return rt_fail(
        d, RT_IO, (Place){0},
        "cuda: %s has compute capability %d.%d; %d.%d or newer is needed: use the CPU",
        i->name, i->major, i->minor, OLDEST_CAPABILITY / 10, OLDEST_CAPABILITY % 10);
}

static RtStatus open_context(Cuda *gpu, DiagList *d)
{
    int error = gpu->api.context_retain(&gpu->context, gpu->device);
    if (error)
        gpu->context = NULL;
    RtStatus st = cuda_check(gpu, error, "the device cannot be used", d);
    return st ? st : cuda_use(gpu, d);
}

RtStatus cuda_open(int index, Cuda **out, DiagList *d)
{
    Cuda *gpu = calloc(1, sizeof *gpu);
    RtStatus st = gpu ? RT_OK : rt_no_memory(d, sizeof *gpu);
    if (!st)
        st = open_library(gpu, d);
    if (!st)
        st = check_version(gpu, d);
    if (!st)
        st = find_device(gpu, index, d);
    if (!st)
        st = read_info(gpu, d);
    if (!st)
        st = check_device(gpu, d);
    if (!st)
        st = open_context(gpu, d);
    if (st) {
        cuda_close(gpu);
        gpu = NULL;
    }
    *out = gpu;
    return st;
}

void cuda_close(Cuda *gpu)
{
    if (!gpu)
        return;
    if (gpu->context)
        gpu->api.context_release(gpu->device);
    cuda_library_close(gpu->library);
    free(gpu);
}

const CudaInfo *cuda_info(const Cuda *gpu) { return &gpu->info; }

RtStatus cuda_use(const Cuda *gpu, DiagList *d)
{
    return cuda_check(gpu, gpu->api.context_use(gpu->context),
                      "the device cannot be used", d);
}
