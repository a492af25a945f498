/* What the kernels of a GPU need, for `check`. */
#ifndef API_LAUNCHES_H
#define API_LAUNCHES_H

#include "backends/cuda/driver.h"
#include "frontend/api/api.h"

/* Notes the operations on floats (cost.h) in each function of a fused module that
 * becomes a kernel: descent.flops. */
void api_note_flops(IrModule *m);
/* Fills the launches of out->costs from a planned module, and the peak of the GPU's
 * memory; without NVRTC what it would tell is not known, which is a warning. False with
 * diagnostics.
 *   specs    of the entries in out->costs
 *   gpu      the one that NVRTC is to fit; NULL: any */
bool api_check_launches(IrModule *m, const IrTarget *target, RtEntry *const *specs,
                        const CudaInfo *gpu, ApiCheck *out, DiagList *d);

#endif
