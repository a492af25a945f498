/* Element type conversion of whole blocks. Integers go to integers through 64 bits, so
 * that ui64 and i64 stay exact; everything else goes through double, which holds all
 * other types exactly. The pairs that data loading meets have loops of their own. */
#include "runtime/tensor.h"

#include <string.h>

static void convert_ints(Dtype from, const unsigned char *in, Dtype to,
                         unsigned char *out, int64_t count)
{
    size_t a = dtype_bytes(from), b = dtype_bytes(to);
    for (int64_t i = 0; i < count; i++)
        dtype_store_int(to, out + (size_t)i * b,
                        dtype_load_int(from, in + (size_t)i * a));
}

/* A double outside the range of an integer type has no defined conversion: it is
 * clamped, and NaN becomes 0. */
static double clamp_to_int(Dtype to, double v)
{
    unsigned bits = dtype_bits(to);
    bool is_signed = dtype_kind(to) == DTYPE_SIGNED;
    double top = 1.0;
    for (unsigned i = is_signed; i < bits; i++)
        top *= 2;
    double low = is_signed ? -top : 0.0;
    /* top itself is out of range: the next double below it for 64 bits, else top - 1 */
    double high = bits == 64 ? top * (1.0 - 0x1p-53) : top - 1;
    if (v != v)
        return 0;
    return v < low ? low : v > high ? high : v;
}

static void convert_any(Dtype from, const unsigned char *in, Dtype to, unsigned char *out,
                        int64_t count)
{
    size_t a = dtype_bytes(from), b = dtype_bytes(to);
    bool whole = dtype_is_int(to);
    for (int64_t i = 0; i < count; i++) {
        double v = dtype_load(from, in + (size_t)i * a);
        dtype_store(to, out + (size_t)i * b, whole ? clamp_to_int(to, v) : v);
    }
}

#define LOOP(from_t, to_t)                                                               \
    do {                                                                                 \
        const from_t *restrict a = in;                                                   \
        to_t *restrict b = out;                                                          \
        for (int64_t i = 0; i < count; i++)                                              \
            b[i] = (to_t)a[i];                                                           \
    } while (0)

void rt_convert(Dtype from, const void *in, Dtype to, void *out, int64_t count)
{
    if (from == to)
        memcpy(out, in, (size_t)count * dtype_bytes(from));
    else if (from == DTYPE_f64 && to == DTYPE_f32)
        LOOP(double, float);
    else if (from == DTYPE_f32 && to == DTYPE_f64)
        LOOP(float, double);
    else if (from == DTYPE_ui8 && to == DTYPE_f32)
        LOOP(uint8_t, float);
    else if (from == DTYPE_ui8 && to == DTYPE_f64)
        LOOP(uint8_t, double);
    else if (from == DTYPE_ui8 && to == DTYPE_i32)
        LOOP(uint8_t, int32_t);
    else if (!dtype_is_float(from) && !dtype_is_float(to))
        convert_ints(from, in, to, out, count);
    else
        convert_any(from, in, to, out, count);
}
