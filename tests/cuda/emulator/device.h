// What NVRTC knows without an #include, for the host's C++ compiler: it comes before a
// text of CUDA C. Nothing of the host's headers is here, so a text that needs one fails.
//
// Threads are fibers (launch.c), and the accesses of kernels are checked (check.c): the
// text is compiled with -fsanitize=thread; what must not be checked says EMU_PLAIN.

#define EMU_PLAIN __attribute__((no_sanitize("thread")))
#define EMU_INLINE static inline __attribute__((always_inline, unused))

#define __global__
#define __device__
#define __host__
#define __constant__
#define __shared__ static __attribute__((section("emu_shared")))
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(n) __attribute__((aligned(n)))
#define __builtin_align__(n) __align__(n)
#define __CUDACC_RTC__ 1
#define __DESCENT_EMULATOR__ 1

typedef __SIZE_TYPE__ size_t;

// gcc says nothing of larger ones; where clang calls memcpy, the linker has it call this.
extern "C" void *__wrap_memcpy(void *to, const void *from, size_t bytes);
#define memcpy(to, from, bytes)                                                          \
    ((bytes) > 16 ? __wrap_memcpy(to, from, bytes) : __builtin_memcpy(to, from, bytes))

/* ---------------------------------------------------------------------------- vectors */

#define EMU_VECTORS(T, base, a1, a2, a4)                                                 \
    struct __align__(a1) base##1 { T x; };                                               \
    struct __align__(a2) base##2 { T x, y; };                                            \
    struct base##3 { T x, y, z; };                                                       \
    struct __align__(a4) base##4 { T x, y, z, w; };                                      \
    EMU_INLINE base##1 make_##base##1(T x) { return {x}; }                               \
    EMU_INLINE base##2 make_##base##2(T x, T y) { return {x, y}; }                       \
    EMU_INLINE base##3 make_##base##3(T x, T y, T z) { return {x, y, z}; }               \
    EMU_INLINE base##4 make_##base##4(T x, T y, T z, T w) { return {x, y, z, w}; }
EMU_VECTORS(signed char, char, 1, 2, 4)
EMU_VECTORS(unsigned char, uchar, 1, 2, 4)
EMU_VECTORS(short, short, 2, 4, 8)
EMU_VECTORS(unsigned short, ushort, 2, 4, 8)
EMU_VECTORS(int, int, 4, 8, 16)
EMU_VECTORS(unsigned, uint, 4, 8, 16)
EMU_VECTORS(long long, longlong, 8, 16, 16)
EMU_VECTORS(unsigned long long, ulonglong, 8, 16, 16)
EMU_VECTORS(float, float, 4, 8, 16)
EMU_VECTORS(double, double, 8, 16, 16)
typedef uint3 dim3;

/* --------------------------------------------------------------- threads and barriers */

extern "C" {
uint3 emu_thread_index() __attribute__((const));
uint3 emu_block_index() __attribute__((const));
uint3 emu_block_size() __attribute__((const));
uint3 emu_grid_size() __attribute__((const));
void emu_barrier(int line);
// Waits for the lanes of the mask; then `f`, if any, is called once, with what each of
// them passed (NULL for the others).
typedef void EmuCombine(void **lanes, unsigned mask);
void emu_warp(int line, unsigned mask, void *mine, EmuCombine *f);
unsigned long long emu_shuffle(int line, int kind, unsigned mask, unsigned long long bits,
                               int argument, int width);
unsigned emu_ballot(int line, unsigned mask, int predicate);
void emu_atomic(const void *at, unsigned size);
void emu_trap(int line) __attribute__((noreturn));
}

#define threadIdx (emu_thread_index())
#define blockIdx (emu_block_index())
#define blockDim (emu_block_size())
#define gridDim (emu_grid_size())
enum { warpSize = 32 };

#define __syncthreads() emu_barrier(__LINE__)
EMU_INLINE unsigned emu_mask(unsigned mask = ~0u) { return mask; }
#define __syncwarp(...) emu_warp(__LINE__, emu_mask(__VA_ARGS__), 0, 0)
#define __threadfence() ((void)0)
#define __threadfence_block() ((void)0)
#define __trap() emu_trap(__LINE__)

template <typename T>
EMU_INLINE T emu_shuffle_of(int line, int kind, unsigned mask, T value, int argument,
                            int width = 32)
{
    static_assert(sizeof(T) <= 8, "a shuffle is of 8 bytes at most");
    unsigned long long bits = 0;
    __builtin_memcpy(&bits, &value, sizeof value);
    bits = emu_shuffle(line, kind, mask, bits, argument, width);
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}
#define __shfl_sync(...) emu_shuffle_of(__LINE__, 0, __VA_ARGS__)
#define __shfl_up_sync(...) emu_shuffle_of(__LINE__, 1, __VA_ARGS__)
#define __shfl_down_sync(...) emu_shuffle_of(__LINE__, 2, __VA_ARGS__)
#define __shfl_xor_sync(...) emu_shuffle_of(__LINE__, 3, __VA_ARGS__)
#define __ballot_sync(mask, p) emu_ballot(__LINE__, mask, (p) != 0)
#define __any_sync(mask, p) (emu_ballot(__LINE__, mask, (p) != 0) != 0)
#define __all_sync(mask, p) (emu_ballot(__LINE__, mask, (p) == 0) == 0)

/* ------------------------------------------------------------- copies and tensor cores
 *
 * What a text has behind functions of its own, whose bodies are assembly. It says
 * `#ifndef mma_tf32`, the function, `#endif`; ../Inputs/tensor.cu has them all. */

extern "C" {
void emu_async_copy(int line, void *to, const void *from, size_t bytes, size_t present);
void emu_async_commit();
void emu_async_wait(unsigned left);
void emu_mma(int line, int kind, float *d, const unsigned *a, const unsigned *b);
void emu_load_matrix(int line, unsigned *result, const void *row, int count, int turned);
unsigned long long emu_descriptor(int line, const void *p, unsigned across, unsigned along);
void emu_wgmma(int line, int kind, int columns, int turn_a, int turn_b, float *sums,
               unsigned long long a, unsigned long long b);
void emu_wgmma_commit();
void emu_wgmma_wait(int line, unsigned left);
void emu_fence_copies();
void emu_barrier_init(int line, const void *p, unsigned arrivals);
void emu_barrier_fence();
void emu_barrier_arrive(int line, const void *p, unsigned bytes);
void emu_barrier_wait(int line, const void *p, unsigned parity);
void emu_bulk_copy(int line, const void *to, const void *map, const void *barrier, int column,
                   int row);
}
#define barrier_init(p, arrivals) emu_barrier_init(__LINE__, p, arrivals)
#define barrier_fence() emu_barrier_fence()
#define barrier_expect(p, bytes) emu_barrier_arrive(__LINE__, p, bytes)
#define barrier_arrive(p) emu_barrier_arrive(__LINE__, p, 0)
#define barrier_wait(p, parity) emu_barrier_wait(__LINE__, p, parity)
#define bulk_copy(to, map, barrier, column, row)                                         \
    emu_bulk_copy(__LINE__, to, map, barrier, column, row)
#define shared_address(p) (p)
#define matrix_descriptor(p, across, along) emu_descriptor(__LINE__, p, across, along)
#define wgmma(type, columns, turn_a, turn_b, sums, a, b)                                 \
    emu_wgmma(__LINE__, emu_kind_##type, columns, turn_a, turn_b, sums, a, b)
enum { emu_kind_bf16 = 1, emu_kind_f16 = 2 };
#define wgmma_fence() ((void)0)
#define wgmma_commit() emu_wgmma_commit()
#define wgmma_wait(left) emu_wgmma_wait(__LINE__, left)
#define fence_copies() emu_fence_copies()
#define async_copy4(to, from) emu_async_copy(__LINE__, to, from, 4, 4)
#define async_copy8(to, from) emu_async_copy(__LINE__, to, from, 8, 8)
#define async_copy16(to, from) emu_async_copy(__LINE__, to, from, 16, 16)
#define async_part4(to, from, bytes) emu_async_copy(__LINE__, to, from, 4, bytes)
#define async_part8(to, from, bytes) emu_async_copy(__LINE__, to, from, 8, bytes)
#define async_part16(to, from, bytes) emu_async_copy(__LINE__, to, from, 16, bytes)
#define async_commit() emu_async_commit()
#define async_wait(left) emu_async_wait(left)
#define mma_tf32(d, a, b) emu_mma(__LINE__, 0, d, a, b)
#define mma_bf16(d, a, b) emu_mma(__LINE__, 1, d, a, b)
#define mma_f16(d, a, b) emu_mma(__LINE__, 2, d, a, b)
#define load_matrix1(result, row) emu_load_matrix(__LINE__, result, row, 1, 0)
#define load_matrix2(result, row) emu_load_matrix(__LINE__, result, row, 2, 0)
#define load_matrix4(result, row) emu_load_matrix(__LINE__, result, row, 4, 0)
#define load_matrix1_turned(result, row) emu_load_matrix(__LINE__, result, row, 1, 1)
#define load_matrix2_turned(result, row) emu_load_matrix(__LINE__, result, row, 2, 1)
#define load_matrix4_turned(result, row) emu_load_matrix(__LINE__, result, row, 4, 1)

/* ---------------------------------------------------------------------------- atomics */

extern "C" unsigned emu_add_in_order(int line, unsigned *p, unsigned n);
#define add_in_order(p, n) emu_add_in_order(__LINE__, p, n)

template <typename T> struct EmuSame { typedef T type; };
#define EMU_ATOMIC(name, result)                                                         \
    template <typename T> EMU_PLAIN inline T name(T *p, typename EmuSame<T>::type v)     \
    {                                                                                    \
        emu_atomic(p, sizeof *p);                                                        \
        T old = *p;                                                                      \
        *p = result;                                                                     \
        return old;                                                                      \
    }
EMU_ATOMIC(atomicAdd, old + v)
EMU_ATOMIC(atomicSub, old - v)
EMU_ATOMIC(atomicMax, old > v ? old : v)
EMU_ATOMIC(atomicMin, old < v ? old : v)
EMU_ATOMIC(atomicAnd, old & v)
EMU_ATOMIC(atomicOr, old | v)
EMU_ATOMIC(atomicXor, old ^ v)
EMU_ATOMIC(atomicExch, v)
template <typename T>
EMU_PLAIN inline T atomicCAS(T *p, typename EmuSame<T>::type expected,
                             typename EmuSame<T>::type v)
{
    emu_atomic(p, sizeof *p);
    T old = *p;
    if (old == expected)
        *p = v;
    return old;
}

/* ------------------------------------------------------------------------ mathematics */

extern "C" {
#define EMU_MATH1(name) double name(double) noexcept; float name##f(float) noexcept;
#define EMU_MATH2(name)                                                                  \
    double name(double, double) noexcept; float name##f(float, float) noexcept;
EMU_MATH1(sqrt) EMU_MATH1(cbrt) EMU_MATH1(exp) EMU_MATH1(exp2) EMU_MATH1(exp10)
EMU_MATH1(expm1) EMU_MATH1(log) EMU_MATH1(log2) EMU_MATH1(log10) EMU_MATH1(log1p)
EMU_MATH1(sin) EMU_MATH1(cos) EMU_MATH1(tan) EMU_MATH1(asin) EMU_MATH1(acos)
EMU_MATH1(atan) EMU_MATH1(sinh) EMU_MATH1(cosh) EMU_MATH1(tanh) EMU_MATH1(asinh)
EMU_MATH1(acosh) EMU_MATH1(atanh) EMU_MATH1(erf) EMU_MATH1(erfc) EMU_MATH1(lgamma)
EMU_MATH1(tgamma) EMU_MATH1(fabs) EMU_MATH1(floor) EMU_MATH1(ceil) EMU_MATH1(trunc)
EMU_MATH1(round) EMU_MATH1(rint) EMU_MATH1(nearbyint)
EMU_MATH2(pow) EMU_MATH2(atan2) EMU_MATH2(fmod) EMU_MATH2(remainder) EMU_MATH2(hypot)
EMU_MATH2(fmax) EMU_MATH2(fmin) EMU_MATH2(fdim) EMU_MATH2(copysign) EMU_MATH2(nextafter)
double fma(double, double, double) noexcept;
float fmaf(float, float, float) noexcept;
double ldexp(double, int) noexcept;
float ldexpf(float, int) noexcept;
int abs(int) noexcept;
long long llabs(long long) noexcept;
}

EMU_INLINE float rsqrtf(float x) { return 1.0f / sqrtf(x); }
EMU_INLINE double rsqrt(double x) { return 1.0 / sqrt(x); }
EMU_INLINE float __fdividef(float x, float y) { return x / y; }
EMU_INLINE float __saturatef(float x) { return x > 0 ? x < 1 ? x : 1 : 0; }
#define __expf(x) expf(x)
#define __exp10f(x) exp10f(x)
#define __logf(x) logf(x)
#define __log2f(x) log2f(x)
#define __log10f(x) log10f(x)
#define __sinf(x) sinf(x)
#define __cosf(x) cosf(x)
#define __tanf(x) tanf(x)
#define __powf(x, y) powf(x, y)
EMU_INLINE float __fadd_rn(float x, float y) { return x + y; }
EMU_INLINE float __fsub_rn(float x, float y) { return x - y; }
EMU_INLINE float __fmul_rn(float x, float y) { return x * y; }
EMU_INLINE float __fdiv_rn(float x, float y) { return x / y; }
EMU_INLINE float __frcp_rn(float x) { return 1 / x; }
EMU_INLINE float __fsqrt_rn(float x) { return sqrtf(x); }
EMU_INLINE float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
EMU_INLINE double __dadd_rn(double x, double y) { return x + y; }
EMU_INLINE double __dsub_rn(double x, double y) { return x - y; }
EMU_INLINE double __dmul_rn(double x, double y) { return x * y; }
EMU_INLINE double __ddiv_rn(double x, double y) { return x / y; }
EMU_INLINE double __fma_rn(double x, double y, double z) { return fma(x, y, z); }
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x) __builtin_signbit(x)

#define EMU_MIN_MAX(T)                                                                   \
    EMU_INLINE T min(T a, T b) { return a < b ? a : b; }                                 \
    EMU_INLINE T max(T a, T b) { return a > b ? a : b; }
EMU_MIN_MAX(int) EMU_MIN_MAX(unsigned) EMU_MIN_MAX(long) EMU_MIN_MAX(unsigned long)
EMU_MIN_MAX(long long) EMU_MIN_MAX(unsigned long long)
EMU_INLINE float min(float a, float b) { return fminf(a, b); }
EMU_INLINE float max(float a, float b) { return fmaxf(a, b); }
EMU_INLINE double min(double a, double b) { return fmin(a, b); }
EMU_INLINE double max(double a, double b) { return fmax(a, b); }

/* ------------------------------------------------------------------------------- bits */

template <typename To, typename From> EMU_INLINE To emu_bits(From from)
{
    static_assert(sizeof(To) == sizeof(From), "");
    To to;
    __builtin_memcpy(&to, &from, sizeof to);
    return to;
}
EMU_INLINE int __float_as_int(float x) { return emu_bits<int>(x); }
EMU_INLINE unsigned __float_as_uint(float x) { return emu_bits<unsigned>(x); }
EMU_INLINE float __int_as_float(int x) { return emu_bits<float>(x); }
EMU_INLINE float __uint_as_float(unsigned x) { return emu_bits<float>(x); }
EMU_INLINE long long __double_as_longlong(double x) { return emu_bits<long long>(x); }
EMU_INLINE double __longlong_as_double(long long x) { return emu_bits<double>(x); }
EMU_INLINE int __popc(unsigned x) { return __builtin_popcount(x); }
EMU_INLINE int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
EMU_INLINE int __clz(int x) { return x ? __builtin_clz((unsigned)x) : 32; }
EMU_INLINE int __clzll(long long x) { return x ? __builtin_clzll(x) : 64; }
EMU_INLINE int __ffs(int x) { return __builtin_ffs(x); }
EMU_INLINE unsigned __umulhi(unsigned x, unsigned y)
{
    return (unsigned)((unsigned long long)x * y >> 32);
}
EMU_INLINE unsigned long long __umul64hi(unsigned long long x, unsigned long long y)
{
    return (unsigned long long)((unsigned __int128)x * y >> 64);
}
EMU_INLINE unsigned __funnelshift_l(unsigned low, unsigned high, unsigned n)
{
    return (unsigned)((((unsigned long long)high << 32 | low) << (n & 31)) >> 32);
}
EMU_INLINE unsigned __funnelshift_r(unsigned low, unsigned high, unsigned n)
{
    return (unsigned)(((unsigned long long)high << 32 | low) >> (n & 31));
}
template <typename T> EMU_INLINE T __ldg(const T *p) { return *p; }
template <typename T> EMU_INLINE T __ldcs(const T *p) { return *p; }
template <typename T> EMU_INLINE T __ldcg(const T *p) { return *p; }
template <typename T> EMU_INLINE void __stcs(T *p, T v) { *p = v; }

/* ------------------------------------------ kernels, as launch.c finds and calls them */

struct EmuKernel {   // emulator.h has the same
    void (*call)(void **arguments);
    const unsigned *sizes;      // of the parameters
    unsigned count, threads;    // of parameters; of a block at most, 0: not said
};

template <unsigned... I> struct EmuList {};
template <unsigned N, unsigned... I> struct EmuCount : EmuCount<N - 1, N - 1, I...> {};
template <unsigned... I> struct EmuCount<0, I...> { typedef EmuList<I...> type; };

// Hidden: what is unique in C++ would be that of another module's kernel of this name.
#define EMU_HIDDEN __attribute__((visibility("hidden")))
template <auto F> struct EMU_HIDDEN EmuEntry;
template <typename... A, void (*F)(A...)> struct EMU_HIDDEN EmuEntry<F> {
    static constexpr unsigned count = sizeof...(A);
    static constexpr unsigned sizes[] = {sizeof(A)..., 0};
    template <unsigned... I> EMU_PLAIN static void apply(void **p, EmuList<I...>)
    {
        F(*(A *)p[I]...);
    }
    EMU_PLAIN static void call(void **p) { apply(p, typename EmuCount<count>::type()); }
};
constexpr unsigned emu_first(unsigned first = 0, unsigned = 0) { return first; }
#define EMU_SHOWN __attribute__((visibility("default")))
#define EMU_KERNEL(name, ...)                                                            \
    extern "C" EMU_SHOWN const EmuKernel emu_kernel_##name = {                           \
        EmuEntry<&name>::call, EmuEntry<&name>::sizes, EmuEntry<&name>::count,           \
        emu_first(__VA_ARGS__)};

// All of `extern __shared__ T name[]`: the bytes that a launch adds to a block.
extern "C" {
EMU_SHOWN __align__(1024) char emu_dynamic[232448];
}
#define EMU_DYNAMIC(name) asm(".globl " #name "\n.set " #name ", emu_dynamic");
