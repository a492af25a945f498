/* Architectures and processors: the tables, and looking things up in them. A new
 * processor is a row. */
#include "backends/cpu/target.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
static const CpuLevel x86_64[] = {
    {"x86-64-v4", "x86-64-v4", "",
     {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd", "fma", "f16c"},
     512, 32, true, true, 0},
    {"x86-64-v3", "x86-64-v3", "",
     {"avx2", "fma", "f16c", "bmi", "bmi2", "lzcnt", "movbe"},
     256, 16, true, true, 0},
    {"x86-64-v2", "x86-64-v2", "", {"sse4.2", "ssse3", "popcnt", "cx16", "sahf"},
     128, 16, false, false, 0},
    {"x86-64", "x86-64", "", {NULL}, 128, 16, false, false, 0},
};

static const CpuLevel aarch64[] = {
    {"armv8-a", "generic", "", {NULL}, 128, 32, true, true, 0},
};

/* Without V there are no vectors: kernels have one lane. */
static const CpuLevel riscv64[] = {
    {"rv64gcv", "generic-rv64", "+m,+a,+f,+d,+c,+v", {"v"}, 128, 32, true, false, 0},
    {"rv64gc", "generic-rv64", "+m,+a,+f,+d,+c", {NULL}, 32, 32, true, false, 1},
};
/* clang-format on */

#define ARCH(name)                                                                       \
    {                                                                                    \
#name, #name "-unknown-linux-gnu", name, sizeof name / sizeof *name              \
    }
static const CpuArch archs[] = {ARCH(x86_64), ARCH(aarch64), ARCH(riscv64)};
enum { ARCHS = sizeof archs / sizeof *archs };

const CpuArch *cpu_arch_at(int i) { return i < ARCHS ? &archs[i] : NULL; }

const CpuArch *cpu_arch(const char *triple)
{
    size_t length = strcspn(triple, "-");
    for (int i = 0; i < ARCHS; i++)
        if (strlen(archs[i].name) == length && !memcmp(archs[i].name, triple, length))
            return &archs[i];
    return NULL;
}

const CpuArch *cpu_host_arch(void)
{
#if defined(__x86_64__)
    return cpu_arch("x86_64");
#elif defined(__aarch64__)
    return cpu_arch("aarch64");
#elif defined(__riscv) && __riscv_xlen == 64
    return cpu_arch("riscv64");
#else
    return NULL;
#endif
}

const CpuLevel *cpu_level(const CpuArch *a, const char *name)
{
    for (int i = 0; i < a->level_count; i++)
        if (strcmp(a->levels[i].name, name) == 0)
            return &a->levels[i];
    return NULL;
}

/* Whether "+sse2,-avx,+fma" holds +feature. */
static bool has_feature(const char *features, const char *feature)
{
    size_t length = strlen(feature);
    for (const char *at = strstr(features, feature); at; at = strstr(at + 1, feature))
        if (at > features && at[-1] == '+' && (at[length] == ',' || at[length] == 0))
            return true;
    return false;
}

bool cpu_has_level(const char *features, const CpuLevel *l)
{
    for (int i = 0; i < 8 && l->needs[i]; i++)
        if (!has_feature(features, l->needs[i]))
            return false;
    return true;
}

void cpu_add_level_needs(const CpuArch *a, const CpuLevel *l, Text *out)
{
    for (; l < a->levels + a->level_count; l++)
        for (int i = 0; i < 8 && l->needs[i]; i++)
            text_printf(out, "%s ", l->needs[i]);
}

const CpuLevel *cpu_best_level(const CpuArch *a, const char *features)
{
    const CpuLevel *l = a->levels;
    while (!cpu_has_level(features, l))
        l++;
    return l;
}
