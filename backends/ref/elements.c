/* Elements on their way in and out of ops: widening, rounding, converting, ordering. */
#include "backends/ref/eval.h"

#include <math.h>
#include <string.h>

#define WIDEN(T, field, expr)                                                            \
    for (int64_t i = 0; i < n; i++) {                                                    \
        T v = ((const T *)data)[i];                                                      \
        x[i].field = expr;                                                               \
    }                                                                                    \
    break

static void widen(Dtype t, const void *data, int64_t n, RefWide *x)
{
    switch (t) {
    case DTYPE_f32: WIDEN(float, f, (double)v);
    case DTYPE_f64: WIDEN(double, f, v);
    case DTYPE_bf16: WIDEN(uint16_t, f, (double)dtype_bf16_to_f32(v));
    case DTYPE_f16: WIDEN(uint16_t, f, (double)dtype_f16_to_f32(v));
    case DTYPE_i1: WIDEN(uint8_t, i, v != 0);
    case DTYPE_i8: WIDEN(int8_t, i, v);
    case DTYPE_i16: WIDEN(int16_t, i, v);
    case DTYPE_i32: WIDEN(int32_t, i, v);
    case DTYPE_i64: WIDEN(int64_t, i, v);
    case DTYPE_ui8: WIDEN(uint8_t, i, v);
    case DTYPE_ui16: WIDEN(uint16_t, i, v);
    case DTYPE_ui32: WIDEN(uint32_t, i, v);
    case DTYPE_ui64: WIDEN(uint64_t, i, (int64_t)v);
    case DTYPE_COUNT: break;
    }
}

#define NARROW(T, expr)                                                                  \
    for (int64_t i = 0; i < n; i++)                                                      \
        ((T *)data)[i] = (T)(expr);                                                      \
    break

static void narrow(Dtype t, const RefWide *x, int64_t n, void *data)
{
    switch (t) {
    case DTYPE_f32: NARROW(float, x[i].f);
    case DTYPE_f64: NARROW(double, x[i].f);
    case DTYPE_bf16: NARROW(uint16_t, dtype_bf16_from_f64(x[i].f));
    case DTYPE_f16: NARROW(uint16_t, dtype_f16_from_f64(x[i].f));
    case DTYPE_i1: NARROW(uint8_t, x[i].i != 0);
    case DTYPE_i8:
    case DTYPE_ui8: NARROW(uint8_t, x[i].i);
    case DTYPE_i16:
    case DTYPE_ui16: NARROW(uint16_t, x[i].i);
    case DTYPE_i32:
    case DTYPE_ui32: NARROW(uint32_t, x[i].i);
    case DTYPE_i64:
    case DTYPE_ui64: NARROW(uint64_t, x[i].i);
    case DTYPE_COUNT: break;
    }
}

RefWide *ref_wide_new(Ref *r, int64_t count)
{
    return ref_scratch(r, count, sizeof(RefWide));
}

RefWide *ref_wide(Ref *r, const RefTensor *t)
{
    int64_t n = ir_elements(t->type);
    RefWide *x = ref_wide_new(r, n);
    widen(t->type->elem, t->data, n, x);
    return x;
}

void ref_narrow(const RefTensor *t, const RefWide *x)
{
    narrow(t->type->elem, x, ir_elements(t->type), t->data);
}

/* ------------------------------------------------------------------------- conversion */

/* The nearest double, but to odd instead of to even: rounding it again to a narrower
 * format gives what rounding the integer at once would have given. */
static double double_from_magnitude(uint64_t v)
{
    unsigned excess = 0;
    bool lost = false;
    while (v >> 53) {
        lost |= v & 1;
        v >>= 1;
        excess++;
    }
    return ldexp((double)(v | lost), (int)excess);
}

static double double_from_int(Dtype from, int64_t v, Dtype to)
{
    bool is_unsigned = dtype_kind(from) == DTYPE_UNSIGNED;
    if (to == DTYPE_f64)
        return is_unsigned ? (double)(uint64_t)v : (double)v;
    if (is_unsigned || v >= 0)
        return double_from_magnitude((uint64_t)v);
    return -double_from_magnitude(0 - (uint64_t)v);
}

/* Towards 0, clamped to the range of `to`; NaN is 0. */
static int64_t int_from_double(double v, Dtype to)
{
    if (to == DTYPE_i1)
        return v != 0;
    if (isnan(v))
        return 0;
    int bits = (int)dtype_bits(to);
    v = trunc(v);
    if (dtype_kind(to) == DTYPE_UNSIGNED) {
        if (v >= ldexp(1, bits))
            return (int64_t)(UINT64_MAX >> (64 - bits));
        return v <= 0 ? 0 : (int64_t)(uint64_t)v;
    }
    if (v >= ldexp(1, bits - 1))
        return INT64_MAX >> (64 - bits);
    return v <= -ldexp(1, bits - 1) ? INT64_MIN >> (64 - bits) : (int64_t)v;
}

static RefWide convert(Dtype from, RefWide v, Dtype to)
{
    if (dtype_is_float(from) == dtype_is_float(to))
        return !dtype_is_float(to) && to == DTYPE_i1 ? (RefWide){.i = v.i != 0} : v;
    return dtype_is_float(from) ? (RefWide){.i = int_from_double(v.f, to)}
                                : (RefWide){.f = double_from_int(from, v.i, to)};
}

void ref_convert_elements(Dtype from, const void *x, Dtype to, void *y, int64_t count)
{
    enum { CHUNK = 256 };
    RefWide part[CHUNK];
    const char *in = x;
    char *out = y;
    for (int64_t done = 0; done < count; done += CHUNK) {
        int64_t n = count - done < CHUNK ? count - done : CHUNK;
        widen(from, in + done * (int64_t)dtype_bytes(from), n, part);
        for (int64_t i = 0; i < n; i++)
            part[i] = convert(from, part[i], to);
        narrow(to, part, n, out + done * (int64_t)dtype_bytes(to));
    }
}

/* ------------------------------------------------------------------- order, positions */

int64_t ref_index(const RefTensor *t, int64_t i)
{
    Dtype elem = t->type->elem;
    int64_t v =
        dtype_load_int(elem, (const char *)t->data + i * (int64_t)dtype_bytes(elem));
    return elem == DTYPE_ui64 && v < 0 ? INT64_MAX : v;
}

bool ref_less(int64_t a, int64_t b, Dtype t)
{
    return dtype_kind(t) == DTYPE_SIGNED ? a < b : (uint64_t)a < (uint64_t)b;
}

int64_t ref_total_order(Dtype t, const void *at)
{
    uint64_t bits = 0;
    unsigned width = dtype_bits(t);
    memcpy(&bits, at, dtype_bytes(t));
    uint64_t sign = (uint64_t)1 << (width - 1);
    return bits & sign ? -(int64_t)(bits & ~sign) - 1 : (int64_t)bits;
}

void ref_strides(IrType t, int64_t *stride)
{
    int64_t step = 1;
    for (int d = t->rank; d-- > 0;) {
        stride[d] = step;
        step *= t->dims[d];
    }
}

static void move_line(int64_t n, size_t size, char *to, int64_t to_step, const char *from,
                      int64_t from_step)
{
    for (int64_t i = 0; i < n; i++)
        memcpy(to + i * to_step, from + i * from_step, size);
}

void ref_move(int rank, const int64_t *dims, size_t size, void *to,
              const int64_t *to_stride, const void *from, const int64_t *from_stride)
{
    char *out = to;
    const char *in = from;
    int64_t bytes = (int64_t)size;
    if (rank == 0) {
        memcpy(to, from, size);
        return;
    }
    for (int d = 0; d < rank; d++)
        if (dims[d] <= 0)
            return;
    int64_t to_step = to_stride[0] * bytes, from_step = from_stride[0] * bytes;
    if (rank == 1) {
        move_line(dims[0], size, out, to_step, in, from_step);
        return;
    }
    for (int64_t i = 0; i < dims[0]; i++)
        ref_move(rank - 1, dims + 1, size, out + i * to_step, to_stride + 1,
                 in + i * from_step, from_stride + 1);
}
