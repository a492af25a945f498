/* GPUs that kernels are lowered and compiled for. */
#include "backends/cuda/cuda.h"
#include "backends/cuda/usage.h"

#include <stdlib.h>
#include <string.h>

static const IrTarget known[] = {
#define GPU(gpu, sms, most_threads, most_blocks, kib, system_kib, async, tensor, fours)      \
    {.name = gpu,                                                                            \
     .vector_bits = 128,                                                                     \
     .vector_registers = 32,                                                                 \
     .fma = true,                                                                            \
     .l2_bytes = 1 << 20,                                                                    \
     .lanes = 1,                                                                             \
     .threads = 1024,                                                                        \
     .warp = 32,                                                                             \
     .processors = sms,                                                                      \
     .resident_threads = most_threads,                                                       \
     .resident_blocks = most_blocks,                                                         \
     .shared_bytes = (kib - system_kib) << 10,                                               \
     .async_copies = async,                                                                  \
     .tensor_cores = tensor,                                                                 \
     .warpgroups = fours},
#include "ir/gpus.def"
};
enum { KNOWN = sizeof known / sizeof *known };

IrTarget cuda_target(const char *architecture, DiagList *d)
{
    for (size_t i = 0; i < KNOWN; i++)
        if (!strcmp(known[i].name, architecture))
            return known[i];
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
             "no GPU is known as '%s'; there are:"
#define GPU(name, ...) " " name
#include "ir/gpus.def"
             , architecture);
    return known[0];
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
    IrTarget t = known[best];
    t.name = gpu->architecture;
    t.processors = gpu->sms;
    t.shared_bytes = gpu->block_shared_most;
    return t;
}

/* No a * b + c is contracted that kernels do not contract themselves: the bits are those of the
 * CPU's operations. */
CudaSource cuda_source(const char *text, const char *architecture, bool report)
{
    static const char *const options[] = {CUDA_REPORT_USAGE, "--std=c++17", "--fmad=false"};
    enum { COUNT = sizeof options / sizeof *options };
    return (CudaSource){.name = "kernels.cu", .text = text, .architecture = architecture,
                        .options = options + !report, .option_count = COUNT - !report};
}
