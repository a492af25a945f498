/* Where NVRTC and the disassembler may be. Internal to backends/cuda. */
#ifndef BACKENDS_CUDA_SEARCH_H
#define BACKENDS_CUDA_SEARCH_H

#include "support/arena.h"

typedef struct CudaPaths {
    Arena *arena; /* owns the strings */
    const char **items;
    size_t count, room;
} CudaPaths;

/* Adds what to give to the loader, in this order: the loader's own path, CUDA_HOME,
 * CUDA_PATH, /usr/local/cuda and CONDA_PREFIX as toolkits, the Python packages of
 * VIRTUAL_ENV, CONDA_PREFIX, of the python3 on PATH and of the user. The newest version
 * of a place comes first. */
void cuda_search_nvrtc(CudaPaths *paths);
/* The same of nvdisasm, with PATH in place of the loader's. */
void cuda_search_nvdisasm(CudaPaths *paths);

#endif
