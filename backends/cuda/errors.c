/* The driver's errors, in its words and ours: what it says and what to do about it. */
#include "backends/cuda/gpu.h"

#define FAULTY \
    "a kernel of Descent is wrong, most likely: please report it, and use the CPU"

/* By CUDA's numbers. */
static const struct {
    int error;
    const char *text;
} advice[] = {
    {CUDA_OUT_OF_MEMORY,
     "`nvidia-smi` tells who has the GPU's memory; a smaller batch needs less"},
    {46, "another process has the GPU to itself, says `nvidia-smi -q` (Compute Mode)"},
    {214,
     "the GPU's memory is faulty: `nvidia-smi -q -d ECC` tells more, a reset may help"},
    {700, FAULTY}, /* ILLEGAL_ADDRESS */
    {701, FAULTY}, /* LAUNCH_OUT_OF_RESOURCES */
    {702, "it took too long for a GPU that has a screen as well"},
    {714, FAULTY}, /* HARDWARE_STACK_ERROR */
    {715, FAULTY}, /* ILLEGAL_INSTRUCTION */
    {716, FAULTY}, /* MISALIGNED_ADDRESS */
    {717, FAULTY}, /* INVALID_ADDRESS_SPACE */
    {718, FAULTY}, /* INVALID_PC */
    {719, FAULTY}, /* LAUNCH_FAILED */
    {802, "GPUs that are linked need nvidia-fabricmanager: start that service"},
    {803, "libcuda.so.1 is not of the driver that is loaded: restart the machine"},
    {804, "a libcuda.so.1 for other GPUs is found first: look into LD_LIBRARY_PATH for a "
          "folder `compat`"},
    {999, "the kernel's log (dmesg) may tell more; often nvidia_uvm is not loaded"},
};

static const char *find_advice(int error)
{
    for (size_t i = 0; i < sizeof advice / sizeof *advice; i++)
        if (advice[i].error == error)
            return advice[i].text;
    return NULL;
}

/* The driver's words may be missing: it knows only the errors of its own time. */
RtStatus cuda_check(const Cuda *gpu, int error, const char *what, DiagList *d)
{
    if (!error)
        return RT_OK;
    RtStatus st = error == CUDA_OUT_OF_MEMORY ? RT_NO_MEMORY : RT_FAILED;
    const char *name = NULL, *text = NULL, *more = find_advice(error);
    if (!d)
        return st;
    gpu->api.error_name(error, &name);
    gpu->api.error_string(error, &text);
    return rt_fail(d, st, (Place){0}, "cuda: %s: %s (%s, %d)%s%s", what,
                   text ? text : "unknown error", name ? name : "error", error,
                   more ? "; " : "", more ? more : "");
}
