/* Element types of tensors, as StableHLO names them, and conversions between them.
 * bf16 and f16 are kept as their 16 bits; i1 takes one byte, 0 or 1. */
#ifndef SUPPORT_DTYPE_H
#define SUPPORT_DTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
#define DTYPE(name, ...) DTYPE_##name,
#include "support/dtype.def"
    DTYPE_COUNT
} Dtype;

typedef enum { DTYPE_FLOAT, DTYPE_BOOL, DTYPE_SIGNED, DTYPE_UNSIGNED } DtypeKind;

const char *dtype_name(Dtype t);
size_t dtype_bytes(Dtype t);
unsigned dtype_bits(Dtype t);
DtypeKind dtype_kind(Dtype t);
bool dtype_is_float(Dtype t);
bool dtype_is_int(Dtype t);                     /* signed or unsigned, not i1 */
bool dtype_parse(const char *name, size_t length, Dtype *out);

/* 16-bit floats: exact widening, narrowing rounds to nearest even, NaN stays NaN. */
float dtype_f16_to_f32(uint16_t bits);
uint16_t dtype_f16_from_f64(double value);
float dtype_bf16_to_f32(uint16_t bits);
uint16_t dtype_bf16_from_f64(double value);

/* One element at `at` (any alignment) as a double / from a double. Integers out of range wrap on
 * the way in only if `value` fits 64 bits; i1 is value != 0. Exact for everything but ui64 and i64
 * beyond 2^53: use dtype_load_int for those. */
double dtype_load(Dtype t, const void *at);
void dtype_store(Dtype t, void *at, double value);
int64_t dtype_load_int(Dtype t, const void *at);        /* the bits of ui64 as int64 */
void dtype_store_int(Dtype t, void *at, int64_t value); /* wraps; floats: rounds to nearest */
/* Whether none of `count` elements (any alignment) is infinite or NaN. */
bool dtype_all_finite(Dtype t, const void *elements, int64_t count);

#endif
