/* A shared library that is opened at run time, and a table of its functions. Internal to
 * backends/cuda. */
#ifndef BACKENDS_CUDA_LIBRARY_H
#define BACKENDS_CUDA_LIBRARY_H

#include <stddef.h>

typedef struct CudaSymbol {
    const char *name;
    size_t offset; /* of the function's pointer in the table */
} CudaSymbol;

/* NULL if the loader refuses; `why` (may be NULL) then is its message, valid until the
 * next call of the loader. */
void *cuda_library_open(const char *path, const char **why);
/* Fills the table; the name of the first function that is missing, or NULL. */
const char *cuda_library_fill(void *library, const CudaSymbol *symbols, size_t count,
                              void *table);
/* The file that it was read from; lives as long as the library. */
const char *cuda_library_path(void *library);
void cuda_library_close(void *library); /* accepts NULL */

#endif
