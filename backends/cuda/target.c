/* GPUs that kernels are lowered for. */
#include "backends/cuda/cuda.h"

#include <string.h>

IrTarget cuda_target(const char *architecture, DiagList *d)
{
    static const struct {
        const char *name;
        int processors, shared_kib;     /* of the usual card: Turing, A100, H100, B200 */
    } known[] = {{"sm_75", 40, 64}, {"sm_80", 108, 163}, {"sm_86", 84, 99}, {"sm_89", 128, 99},
                 {"sm_90", 132, 227}, {"sm_90a", 132, 227}, {"sm_100", 148, 227}};
    size_t i = 0, count = sizeof known / sizeof *known;
    while (i < count && strcmp(known[i].name, architecture))
        i++;
    if (i == count) {
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "no GPU is known as '%s': sm_75, sm_80, sm_86, sm_89, sm_90, sm_90a and sm_100 are",
                 architecture);
        i = 0;
    }
    return (IrTarget){.name = known[i].name, .vector_bits = 128, .vector_registers = 32, .fma = true,
                      .l2_bytes = 1 << 20, .lanes = 1, .threads = 1024, .warp = 32,
                      .processors = known[i].processors,
                      .shared_bytes = (int64_t)known[i].shared_kib << 10,
                      .async_copies = strcmp(known[i].name, "sm_75") != 0};
}
