/* Kernels on the GPU that DESCENT_CUDA_DRIVER names, which is the emulator: a backend for
 * tests/support/differ.h. Every buffer is an allocation of its own. */
#ifndef TESTS_CUDA_EMULATED_H
#define TESTS_CUDA_EMULATED_H

#include "tests/support/differ.h"

typedef struct EmulatedOption {
    bool tf32;      /* is allowed */
    int processors; /* that kernels are made for; 0: those of the GPU */
} EmulatedOption;

extern const DiffBackend emulated_backend; /* option: an EmulatedOption or NULL */

#endif
