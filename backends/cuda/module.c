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

/* CU_TENSOR_MAP_...; strides are in bytes and leave out the first. */
RtStatus cuda_boxes_encode(const Cuda *gpu, const CudaBoxes *boxes, CudaTensorMap *out,
                         DiagList *d)
{
    enum { FLOAT16 = 6, BFLOAT16 = 9, NO_INTERLEAVE = 0, SWIZZLE_128B = 3, L2_128B = 2, ZEROS = 0 };
    const uint64_t sizes[] = {boxes->line, boxes->lines}, strides[] = {2 * boxes->line};
    const uint32_t box[] = {boxes->box_line, boxes->box_lines}, all[] = {1, 1};
    int error = gpu->api.map_encode(out, boxes->bf16 ? BFLOAT16 : FLOAT16, 2,
                                    (void *)(uintptr_t)boxes->at, sizes, strides, box, all,
                                    NO_INTERLEAVE, SWIZZLE_128B, L2_128B, ZEROS);
    return cuda_check(gpu, error, "tensor map of a matrix", d);
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
