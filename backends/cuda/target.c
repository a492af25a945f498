/* GPUs that kernels are lowered and compiled for. */
#include "backends/cuda/cuda.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int processors, shared_kib;     /* of the usual card: Turing, A100, H100, B200 */
} known[] = {{"sm_75", 40, 64}, {"sm_80", 108, 163}, {"sm_86", 84, 99}, {"sm_89", 128, 99},
             {"sm_90", 132, 227}, {"sm_90a", 132, 227}, {"sm_100", 148, 227}};
enum { KNOWN = sizeof known / sizeof *known };

static IrTarget target(size_t i)
{
    return (IrTarget){.name = known[i].name, .vector_bits = 128, .vector_registers = 32, .fma = true,
                      .l2_bytes = 1 << 20, .lanes = 1, .threads = 1024, .warp = 32,
                      .processors = known[i].processors,
                      .shared_bytes = (int64_t)known[i].shared_kib << 10,
                      .async_copies = strcmp(known[i].name, "sm_75") != 0,
                      .tensor_cores = strcmp(known[i].name, "sm_75") != 0};
}

IrTarget cuda_target(const char *architecture, DiagList *d)
{
    for (size_t i = 0; i < KNOWN; i++)
        if (!strcmp(known[i].name, architecture))
            return target(i);
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
             "no GPU is known as '%s': sm_75, sm_80, sm_86, sm_89, sm_90, sm_90a and sm_100 are",
             architecture);
    return target(0);
}

static int capability(const char *architecture)
{
    return atoi(architecture + strcspn(architecture, "0123456789"));
}

/* Of a later GPU only what all GPUs since an earlier one have is known: not what only sm_90a has. */
IrTarget cuda_target_of(const CudaInfo *gpu)
{
    size_t best = 0;
    for (size_t i = 0; i < KNOWN; i++) {
        bool same = !strcmp(known[i].name, gpu->architecture), special = strchr(known[i].name, 'a');
        if (same || (!special && capability(known[i].name) <= capability(gpu->architecture)))
            best = i;
        if (same)
            break;
    }
    IrTarget t = target(best);
    t.name = gpu->architecture;
    t.processors = gpu->sms;
    t.shared_bytes = gpu->block_shared_most;
    return t;
}

CudaSource cuda_source(const char *text, const char *architecture)
{
    return (CudaSource){.name = "kernels.cu", .text = text, .architecture = architecture,
                        .options = cuda_options, .option_count = CUDA_OPTIONS};
}
