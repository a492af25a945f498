/* Bits of cpuid: Intel's manual, volume 2, CPUID, and AMD's, volume 3, appendix E. */
#include "runtime/processor.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

typedef enum { A, B, C, D } Register;

/* Where cpuid says it, and which registers the system must save (xgetbv). */
typedef struct Feature {
    const char *name;
    uint32_t leaf, subleaf;
    Register where;
    int bit;
    uint32_t saved;
} Feature;

enum { AVX = 0x06, AVX512 = 0xe6 };

static const Feature features[] = {
    {"sse3", 1, 0, C, 0, 0},
    {"ssse3", 1, 0, C, 9, 0},
    {"cx16", 1, 0, C, 13, 0},
    {"sse4.1", 1, 0, C, 19, 0},
    {"sse4.2", 1, 0, C, 20, 0},
    {"movbe", 1, 0, C, 22, 0},
    {"popcnt", 1, 0, C, 23, 0},
    {"fma", 1, 0, C, 12, AVX},
    {"avx", 1, 0, C, 28, AVX},
    {"f16c", 1, 0, C, 29, AVX},
    {"bmi", 7, 0, B, 3, 0},
    {"avx2", 7, 0, B, 5, AVX},
    {"bmi2", 7, 0, B, 8, 0},
    {"avx512f", 7, 0, B, 16, AVX512},
    {"avx512dq", 7, 0, B, 17, AVX512},
    {"adx", 7, 0, B, 19, 0},
    {"avx512ifma", 7, 0, B, 21, AVX512},
    {"avx512cd", 7, 0, B, 28, AVX512},
    {"avx512bw", 7, 0, B, 30, AVX512},
    {"avx512vl", 7, 0, B, 31, AVX512},
    {"avx512vbmi", 7, 0, C, 1, AVX512},
    {"avx512vbmi2", 7, 0, C, 6, AVX512},
    {"gfni", 7, 0, C, 8, 0},
    {"avx512vnni", 7, 0, C, 11, AVX512},
    {"avx512bitalg", 7, 0, C, 12, AVX512},
    {"avx512vpopcntdq", 7, 0, C, 14, AVX512},
    {"avx512vp2intersect", 7, 0, D, 8, AVX512},
    {"avx512fp16", 7, 0, D, 23, AVX512},
    {"avxvnni", 7, 1, A, 4, AVX},
    {"avx512bf16", 7, 1, A, 5, AVX512},
    {"avxifma", 7, 1, A, 23, AVX},
    {"avxvnniint8", 7, 1, D, 4, AVX},
    {"avxneconvert", 7, 1, D, 5, AVX},
    {"avxvnniint16", 7, 1, D, 10, AVX},
    {"egpr", 7, 1, D, 21, 1u << 19},
    {"sahf", 0x80000001, 0, C, 0, 0},
    {"lzcnt", 0x80000001, 0, C, 5, 0},
    {"sse4a", 0x80000001, 0, C, 6, 0},
    {"xop", 0x80000001, 0, C, 11, AVX},
    {"fma4", 0x80000001, 0, C, 16, AVX},
    {"tbm", 0x80000001, 0, C, 21, 0},
};
enum { FEATURES = sizeof features / sizeof *features };

const char *rt_processor_feature(size_t i)
{
    return i < FEATURES ? features[i].name : NULL;
}

#if defined(__x86_64__)
/* Without osxsave there is no xgetbv, and the system saves none of them. */
static uint32_t saved_registers(void)
{
    const uint32_t osxsave = 1u << 27;
    uint32_t r[4], low, high;
    if (!__get_cpuid(1, &r[A], &r[B], &r[C], &r[D]) || !(r[C] & osxsave))
        return 0;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static bool has(const Feature *f)
{
    uint32_t r[4];
    return __get_cpuid_count(f->leaf, f->subleaf, &r[A], &r[B], &r[C], &r[D]) &&
           r[f->where] >> f->bit & 1 && (!f->saved || !(f->saved & ~saved_registers()));
}
#else
static bool has(const Feature *f)
{
    (void)f;
    return false;
}
#endif

bool rt_processor_has(const char *feature)
{
    for (size_t i = 0; i < FEATURES; i++)
        if (!strcmp(features[i].name, feature))
            return has(&features[i]);
    return false;
}
