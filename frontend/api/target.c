#include "frontend/api/target.h"

#include "backends/cpu/cpu.h"
#include "backends/cuda/cuda.h"

#include <string.h>

static bool find_gpu(Cuda **gpu, DiagList *d)
{
    if (!cuda_open(0, gpu, d))
        return true;
    diag_note(d, (Place){0},
              "a GPU by its name need not be here, as nothing is run: --device=sm_90a");
    return false;
}

bool api_target_choose(const char *cpu, const char *device, IrTarget *out, Cuda **gpu,
                       DiagList *d)
{
    size_t errors = diag_errors(d);
    *gpu = NULL;
    if (!device || !strcmp(device, "cpu"))
        *out = cpu_target(cpu, d);
    else if (strcmp(device, "cuda"))
        *out = cuda_target(device, d);
    else if (find_gpu(gpu, d))
        *out = cuda_target_of(cuda_info(*gpu));
    return diag_errors(d) == errors;
}
