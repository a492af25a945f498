// What PTX's instructions do where C++ has no operator for it, by NVIDIA's "PTX ISA". In a
// text that ptx.py makes this comes behind the emulator's device.h.
typedef unsigned char uint8_t;
typedef signed char int8_t;
typedef unsigned short uint16_t;
typedef short int16_t;
typedef unsigned uint32_t;
typedef int int32_t;
typedef unsigned long uint64_t;
typedef long int64_t;

#define PTX static inline __attribute__((always_inline, no_sanitize("thread")))

template <unsigned N, unsigned A> struct __attribute__((aligned(A))) PtxBytes {
    unsigned char bytes[N];
};

// A register holds bits. Of one that is larger than T, the low ones are read.
template <typename T, typename R> PTX T ptx_get(R r)
{
    T t = 0;
    __builtin_memcpy(&t, &r, sizeof t < sizeof r ? sizeof t : sizeof r);
    return t;
}
PTX uint32_t ptx_bits(float x) { return ptx_get<uint32_t>(x); }
PTX uint64_t ptx_bits(double x) { return ptx_get<uint64_t>(x); }
template <typename T> PTX T ptx_bits(T x) { return x; }

// Addresses of shared memory have 32 bits, which count from the dynamic part of it.
PTX uint64_t ptx_shared(uint32_t at) { return (uint64_t)emu_dynamic + (int64_t)(int32_t)at; }
PTX uint64_t ptx_shared(uint64_t at) { return (uint64_t)emu_dynamic + at; }

template <typename T> PTX T ptx_shl(T a, uint32_t n) { return n < 8 * sizeof a ? (T)(a << n) : 0; }
template <typename T> PTX T ptx_shr(T a, uint32_t n)
{
    bool sign = (T)-1 < 0;
    if (n >= 8 * sizeof a)
        return sign ? (T)(a >> (8 * sizeof a - 1)) : 0;
    return (T)(a >> n);
}

template <typename T> PTX T ptx_max(T a, T b, bool nan)
{
    if (a != a || b != b)
        return nan || (a != a && b != b) ? (T)__builtin_nan("") : a != a ? b : a;
    return a > b || (a == b && __builtin_signbit(b)) ? a : b; // 0 is more than -0
}
template <typename T> PTX T ptx_min(T a, T b, bool nan)
{
    if (a != a || b != b)
        return nan || (a != a && b != b) ? (T)__builtin_nan("") : a != a ? b : a;
    return a < b || (a == b && __builtin_signbit(a)) ? a : b;
}

/* -------------------------------------------------------------------------- rounding */

// Toward 0.
PTX float ptx_toward_0(double x)
{
    float near = (float)x;
    bool far = fabs((double)near) > fabs(x);
    return far ? ptx_get<float>(ptx_bits(near) - 1) : near;
}
PTX double ptx_toward_0(long double x)
{
    double near = (double)x;
    bool far = __builtin_fabsl((long double)near) > __builtin_fabsl(x);
    return far ? ptx_get<double>(ptx_bits(near) - 1) : near;
}
PTX float ptx_add_rz(float a, float b) { return ptx_toward_0((double)a + b); }
PTX double ptx_add_rz(double a, double b) { return ptx_toward_0((long double)a + b); }
PTX float ptx_fma_rz(float a, float b, float c) { return ptx_toward_0((double)a * b + c); }

PTX uint16_t ptx_bf16(float x)
{
    uint32_t bits = ptx_bits(x);
    return x != x ? 0x7fff : (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// From a float, whose 53 bits as a double are more than enough to round once.
PTX uint16_t ptx_f16(double x)
{
    uint16_t sign = __builtin_signbit(x) ? 0x8000 : 0;
    double size = fabs(x);
    if (x != x)
        return 0x7fff;
    if (size >= 65520)
        return sign | 0x7c00;
    int exponent = (int)(ptx_bits(size) >> 52) - 1023;
    if (exponent < -14)
        exponent = -14;
    int steps = (int)rint(ldexp(size, 10 - exponent)); // may carry into the exponent
    return sign | (uint16_t)(((exponent + 14) << 10) + steps);
}

PTX float ptx_of_f16(uint16_t bits)
{
    int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    double size = ldexp(exponent ? 1024 + mantissa : mantissa, (exponent ? exponent : 1) - 25);
    if (exponent == 31)
        size = mantissa ? __builtin_nan("") : __builtin_inf();
    return (float)(bits >> 15 ? -size : size);
}

// To an integer: the nearest that there is; of NaN 0.
template <typename T> PTX T ptx_int(double x)
{
    bool sign = (T)-1 < 0;
    double end = ldexp(1, 8 * sizeof(T) - sign);
    T least = sign ? (T)((T)1 << (8 * sizeof(T) - 1)) : 0;
    return x != x ? 0 : x >= end ? (T)~least : x <= (double)least ? least : (T)x;
}

/* ------------------------------------------------------------------------------ bits */

template <typename T> PTX T ptx_bfi(T a, T b, uint32_t at, uint32_t count)
{
    T mask = ptx_shl<T>((T)(ptx_shl<T>(1, count & 255) - 1), at & 255);
    return (b & ~mask) | (ptx_shl<T>(a, at & 255) & mask);
}
PTX uint32_t ptx_bfe(uint32_t a, uint32_t at, uint32_t count)
{
    return ptx_shr<uint32_t>(a, at & 255) & (ptx_shl<uint32_t>(1, count & 255) - 1);
}
PTX uint32_t ptx_prmt(uint32_t a, uint32_t b, uint32_t which)
{
    uint64_t bytes = (uint64_t)b << 32 | a;
    uint32_t r = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t select = which >> 4 * i & 15, byte = bytes >> 8 * (select & 7) & 255;
        r |= (select & 8 ? byte & 128 ? 255u : 0u : byte) << 8 * i;
    }
    return r;
}
PTX uint32_t ptx_dp2a(uint32_t a, uint32_t b, uint32_t c)
{
    return c + (a & 0xffff) * (b & 255) + (a >> 16) * (b >> 8 & 255);
}
// Both words' bits as one, shifted.
PTX uint32_t ptx_shf_l(uint32_t low, uint32_t high, uint32_t n)
{
    return (uint32_t)((((uint64_t)high << 32 | low) << (n & 31)) >> 32);
}
PTX uint32_t ptx_shf_r(uint32_t low, uint32_t high, uint32_t n)
{
    return (uint32_t)(((uint64_t)high << 32 | low) >> (n & 31));
}
