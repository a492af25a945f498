/* Machine code of GPUs as text, by NVIDIA's nvdisasm: the program that the environment
 * variable DESCENT_NVDISASM names, or else the first that is found on PATH, in a CUDA
 * toolkit or in the package nvidia-cuda-nvdisasm of a Python environment (the places
 * of nvrtc.h). */
#ifndef BACKENDS_CUDA_DISASSEMBLE_H
#define BACKENDS_CUDA_DISASSEMBLE_H

#include "runtime/status.h"
#include "support/text.h"

/* Adds the instructions of a cubin to `out`. RT_IO if there is no nvdisasm,
 * RT_FAILED and what it said if it refuses the code. */
RtStatus cuda_disassemble(const Text *cubin, Text *out, DiagList *d);

#endif
