/* An object with several versions of its functions, one for each processor. */
#include "backends/cpu/compile.h"
#include "backends/cpu/emit.h"
#include "support/guard.h"

#include <string.h>

enum { MAX_VERSIONS = 8 };

typedef struct Versions {
    size_t count;
    CpuMachine machines[MAX_VERSIONS]; /* best first */
    IrModule *kernels[MAX_VERSIONS];
} Versions;

const char *cpu_suffix(Arena *a, const CpuMachine *m)
{
    char *suffix = arena_printf(a, "_%s", m->name);
    for (char *p = suffix; *p; p++)
        if (*p == '-')
            *p = '_';
    return suffix;
}

static bool has(const Versions *v, const CpuLevel *level)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->machines[i].level == level)
            return true;
    return false;
}

/* In the order of the architecture's table. */
static void insert(Versions *v, const CpuMachine *m, IrModule *kernels)
{
    size_t at = v->count++;
    for (; at && v->machines[at - 1].level > m->level; at--) {
        v->machines[at] = v->machines[at - 1];
        v->kernels[at] = v->kernels[at - 1];
    }
    v->machines[at] = *m;
    v->kernels[at] = kernels;
}

/* musl's loader knows no ifunc. */
static bool check(const CpuMachine *m, const char *cpu, DiagList *d)
{
    if (cpu_can_dispatch(m) && strstr(m->triple, "linux") && !strstr(m->triple, "musl"))
        return true;
    diag_add(
        d, DIAG_ERROR, DIAG_UNSUPPORTED, (Place){0},
        "unsupported: '%s' among several processors for %s: one can be chosen at start "
        "only among x86-64, x86-64-v2, x86-64-v3 and x86-64-v4, on Linux with glibc",
        cpu, m->triple);
    return false;
}

static bool add(Versions *v, const CpuVersion *version, const char *target, DiagList *d)
{
    CpuMachine m;
    bool good =
        cpu_machine_open(&m, target, version->cpu, d) && check(&m, version->cpu, d);
    if (good && (v->count == MAX_VERSIONS || has(v, m.level))) {
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "the processor '%s' is named twice", version->cpu);
        good = false;
    }
    if (good)
        insert(v, &m, version->kernels);
    else
        cpu_machine_close(&m);
    return good;
}

static bool emit(const Versions *v, const CpuOptions *o, Text *out, DiagList *d)
{
    CpuUnit u = {0};
    GuardHold hold;
    guard_hold(&hold, cpu_unit_release, &u);
    bool good = cpu_unit_open(&u, &v->machines[v->count - 1], o, d) &&
                cpu_unit_translate_all(&u, v->count, v->kernels, v->machines) &&
                cpu_unit_print(&u, LLVMObjectFile, out);
    guard_drop(&hold);
    cpu_unit_close(&u);
    return good;
}

static void close_machines(void *versions)
{
    Versions *v = versions;
    for (size_t i = 0; i < v->count; i++)
        cpu_machine_close(&v->machines[i]);
}

bool cpu_emit_versions(size_t count, const CpuVersion *versions,
                       const CpuOptions *options, Text *out, DiagList *d)
{
    Versions v = {0};
    CpuOptions o = options ? *options : (CpuOptions){0};
    bool good = true;
    if (count == 1) {
        o.cpu = versions->cpu;
        return cpu_emit_object(versions->kernels, &o, out, d);
    }
    o.file = true;
    GuardHold hold;
    guard_hold(&hold, close_machines, &v);
    for (size_t i = 0; i < count && good; i++)
        good = add(&v, &versions[i], o.target, d);
    good = good && emit(&v, &o, out, d);
    guard_drop(&hold);
    close_machines(&v);
    return good;
}
