/* Kernels on the GPU that DESCENT_CUDA_DRIVER names, which is the emulator: a backend for
 * tests/support/differ.h. Every buffer is an allocation of its own. */
#ifndef TESTS_CUDA_EMULATED_H
#define TESTS_CUDA_EMULATED_H

#include "tests/support/differ.h"

extern const DiffBackend emulated_backend; /* option: a bool, whether tf32 is allowed; or NULL */

#endif
