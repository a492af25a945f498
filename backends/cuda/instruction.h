/* A helper's text with the GPU's own instruction, if it has one. Internal to backends/cuda. */
#ifndef BACKENDS_CUDA_INSTRUCTION_H
#define BACKENDS_CUDA_INSTRUCTION_H

#include "backends/c/emit.h"

const char *cuda_helper(CEmit *e, const char *name, const char *text);

#endif
