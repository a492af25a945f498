/* What kernels are lowered for, where nothing is run. */
#ifndef API_TARGET_H
#define API_TARGET_H

#include "backends/cuda/driver.h"
#include "ir/target.h"

/* device: NULL or "cpu", that of `cpu`; "cuda", the first GPU that is here, which stays open in
 * *gpu as long as the target is used (else NULL); or a GPU by its name. False with diagnostics. */
bool api_target_choose(const char *cpu, const char *device, IrTarget *out, Cuda **gpu,
                       DiagList *d);

#endif
