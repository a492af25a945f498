/* The exchange structs of DLPack, version 0.x, by its specification:
 * https://dmlc.github.io/dlpack/latest/c_api.html. Names and layout are given there. */
#ifndef LIB_DLPACK_H
#define LIB_DLPACK_H

#include <stdint.h>

typedef struct DLDevice {
    int32_t type; /* DL_CPU ... */
    int32_t id;
} DLDevice;

typedef struct DLDataType {
    uint8_t code; /* DL_INT ... */
    uint8_t bits;
    uint16_t lanes; /* above 1: vectors */
} DLDataType;

typedef struct DLTensor {
    void *data;
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape;
    int64_t *strides; /* in elements; NULL: row-major without gaps */
    uint64_t byte_offset;
} DLTensor;

typedef struct DLManagedTensor {
    DLTensor dl_tensor;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensor *self); /* may be NULL */
} DLManagedTensor;

enum { DL_CPU = 1, DL_CUDA_HOST = 3 };
enum { DL_INT = 0, DL_UINT = 1, DL_FLOAT = 2, DL_BFLOAT = 4, DL_BOOL = 6 };

#endif
