#include "support/dtype.h"

#include <math.h>
#include <string.h>

typedef struct Info {
    const char *name;
    size_t bytes;
    unsigned bits;
    DtypeKind kind;
} Info;

static const Info infos[DTYPE_COUNT] = {
#define DTYPE(name, bytes, bits, kind, ctype) {#name, bytes, bits, DTYPE_##kind},
#include "support/dtype.def"
};

const char *dtype_name(Dtype t) { return infos[t].name; }
size_t dtype_bytes(Dtype t) { return infos[t].bytes; }
unsigned dtype_bits(Dtype t) { return infos[t].bits; }
DtypeKind dtype_kind(Dtype t) { return infos[t].kind; }
bool dtype_is_float(Dtype t) { return infos[t].kind == DTYPE_FLOAT; }

bool dtype_is_int(Dtype t)
{
    return infos[t].kind == DTYPE_SIGNED || infos[t].kind == DTYPE_UNSIGNED;
}

bool dtype_parse(const char *name, size_t length, Dtype *out)
{
    for (int i = 0; i < DTYPE_COUNT; i++)
        if (strlen(infos[i].name) == length && !memcmp(infos[i].name, name, length)) {
            *out = (Dtype)i;
            return true;
        }
    return false;
}

float dtype_bf16_to_f32(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float f;
    memcpy(&f, &wide, sizeof f);
    return f;
}

float dtype_f16_to_f32(uint16_t bits)
{
    unsigned sign = bits >> 15, exponent = bits >> 10 & 31, fraction = bits & 1023;
    float f;
    if (exponent == 31) {
        uint32_t wide = sign << 31 | 0x7f800000u | fraction << 13;
        memcpy(&f, &wide, sizeof f);
        return f;
    }
    f = exponent ? ldexpf((float)(fraction | 1024), (int)exponent - 25)
                 : ldexpf((float)fraction, -24);
    return sign ? -f : f;
}

/* To the nearest whole number, ties to even; 0 <= v < 2^51. Beyond 2^52 a double has no
 * fraction: so it is rounded without nearbyint, for which native programs would load libm. */
static double round_to_even(double v)
{
    return v + 0x1p52 - 0x1p52;
}

/* Rounds a finite positive value to a multiple of the unit in the last place of a format with
 * `digits` significand bits and smallest exponent `emin`; nearest, ties to even. */
static double round_to_format(double value, int digits, int emin)
{
    int exponent;
    frexp(value, &exponent);
    int unit = exponent - digits;
    if (unit < emin - digits + 1)
        unit = emin - digits + 1;
    return ldexp(round_to_even(ldexp(value, -unit)), unit);
}

uint16_t dtype_bf16_from_f64(double value)
{
    uint32_t bits;
    uint16_t sign = signbit(value) ? 0x8000 : 0;
    if (isnan(value))
        return sign | 0x7fc0;
    double r = round_to_format(fabs(value), 8, -126);
    float f = isinf(value) || r > 3.3895313892515355e38 ? INFINITY : (float)r;
    memcpy(&bits, &f, sizeof bits);
    return sign | (uint16_t)(bits >> 16);
}

uint16_t dtype_f16_from_f64(double value)
{
    uint16_t sign = signbit(value) ? 0x8000 : 0;
    if (isnan(value))
        return sign | 0x7e00;
    double r = isinf(value) ? value : round_to_format(fabs(value), 11, -14);
    r = fabs(r);
    if (r > 65504)
        return sign | 0x7c00;
    if (r < ldexp(1, -14))
        return sign | (uint16_t)ldexp(r, 24);
    int exponent;
    double m = frexp(r, &exponent);   /* 0.5 <= m < 1 */
    return sign | (uint16_t)((exponent + 14) << 10) | ((uint16_t)ldexp(m, 11) & 1023);
}

double dtype_load(Dtype t, const void *at)
{
    switch (t) {
    case DTYPE_f32: { float v; memcpy(&v, at, sizeof v); return (double)v; }
    case DTYPE_f64: { double v; memcpy(&v, at, sizeof v); return v; }
    case DTYPE_bf16: { uint16_t v; memcpy(&v, at, sizeof v); return (double)dtype_bf16_to_f32(v); }
    case DTYPE_f16: { uint16_t v; memcpy(&v, at, sizeof v); return (double)dtype_f16_to_f32(v); }
    case DTYPE_ui64: { uint64_t v; memcpy(&v, at, sizeof v); return (double)v; }
    default: return (double)dtype_load_int(t, at);
    }
}

int64_t dtype_load_int(Dtype t, const void *at)
{
    switch (t) {
    case DTYPE_i1: return *(const uint8_t *)at != 0;
    case DTYPE_i8: return *(const int8_t *)at;
    case DTYPE_ui8: return *(const uint8_t *)at;
    case DTYPE_i16: { int16_t v; memcpy(&v, at, sizeof v); return v; }
    case DTYPE_ui16: { uint16_t v; memcpy(&v, at, sizeof v); return v; }
    case DTYPE_i32: { int32_t v; memcpy(&v, at, sizeof v); return v; }
    case DTYPE_ui32: { uint32_t v; memcpy(&v, at, sizeof v); return v; }
    case DTYPE_i64:
    case DTYPE_ui64: { int64_t v; memcpy(&v, at, sizeof v); return v; }
    default: return (int64_t)dtype_load(t, at);
    }
}

void dtype_store(Dtype t, void *at, double value)
{
    switch (t) {
    case DTYPE_f32: { float v = (float)value; memcpy(at, &v, sizeof v); return; }
    case DTYPE_f64: memcpy(at, &value, sizeof value); return;
    case DTYPE_bf16: { uint16_t v = dtype_bf16_from_f64(value); memcpy(at, &v, sizeof v); return; }
    case DTYPE_f16: { uint16_t v = dtype_f16_from_f64(value); memcpy(at, &v, sizeof v); return; }
    case DTYPE_i1: *(uint8_t *)at = value != 0; return;
    case DTYPE_ui64:
        if (value >= 9223372036854775808.0) {
            uint64_t v = (uint64_t)value;
            memcpy(at, &v, sizeof v);
            return;
        }
        /* fall through */
    default: dtype_store_int(t, at, (int64_t)value); return;
    }
}

void dtype_store_int(Dtype t, void *at, int64_t value)
{
    switch (dtype_bytes(t)) {
    case 1: {
        uint8_t v = t == DTYPE_i1 ? value != 0 : (uint8_t)value;
        memcpy(at, &v, sizeof v);
        return;
    }
    case 2:
        if (!dtype_is_float(t)) {
            uint16_t v = (uint16_t)value;
            memcpy(at, &v, sizeof v);
            return;
        }
        break;
    case 4:
        if (!dtype_is_float(t)) {
            uint32_t v = (uint32_t)value;
            memcpy(at, &v, sizeof v);
            return;
        }
        break;
    default:
        if (!dtype_is_float(t)) {
            memcpy(at, &value, sizeof value);
            return;
        }
    }
    dtype_store(t, at, (double)value);
}

/* Loads and tests of 32 and 64 bits that compilers make vectors of. */
bool dtype_all_finite(Dtype t, const void *elements, int64_t count)
{
    const char *at = elements, *end = at + count * (int64_t)dtype_bytes(t);
    bool good = true;
    switch (t) {
    case DTYPE_f32:
        for (float v; at < end; at += sizeof v)
            good &= (memcpy(&v, at, sizeof v), isfinite(v));
        break;
    case DTYPE_f64:
        for (double v; at < end; at += sizeof v)
            good &= (memcpy(&v, at, sizeof v), isfinite(v));
        break;
    case DTYPE_bf16:
    case DTYPE_f16:
        for (; at < end; at += sizeof(uint16_t))
            good &= isfinite(dtype_load(t, at));
        break;
    default: break;
    }
    return good;
}
