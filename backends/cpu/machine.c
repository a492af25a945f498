/* Which machine is meant: a target and a processor by name, or the host by its own
 * account of its features (the name a virtual machine gives its processor is not to be
 * trusted). */
#include "backends/cpu/machine.h"

#include "support/guard.h"

#include <string.h>
#include <unistd.h>

static bool is_host(const char *name) { return !name || strcmp(name, "host") == 0; }

/* ---------------------------------------------------------------------------- targets */

static bool fail(DiagList *d, Text *message)
{
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "%s", message->bytes);
    text_free(message);
    return false;
}

static bool unknown_target(DiagList *d, const char *name)
{
    Text t = {0};
    text_printf(&t, "no target is called '%s': there is", name);
    for (int i = 0; cpu_arch_at(i); i++)
        text_printf(&t, "%s %s", i ? "," : "", cpu_arch_at(i)->triple);
    return fail(d, &t);
}

/* Object files are ELF: for Linux, the BSDs, or no system at all. */
static bool is_elf(const char *triple)
{
    static const char *const systems[] = {"linux", "none", "elf", "bsd"};
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (strstr(triple, systems[i]))
            return true;
    return strchr(triple, '-') == NULL;
}

static bool set_target(CpuMachine *m, const char *target, DiagList *d)
{
    m->arch = target ? cpu_arch(target) : cpu_host_arch();
    if (!m->arch)
        return unknown_target(d, target ? target : "host");
    if (target && !is_elf(target)) {
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, (Place){0},
                 "unsupported: the target '%s': object files are ELF, for Linux or no "
                 "system (-none-elf)",
                 target);
        return false;
    }
    if (target)
        m->triple = cpu_full_triple(strchr(target, '-') ? target : m->arch->triple);
    else
        m->triple = cpu_host_triple();
    return true;
}

/* ------------------------------------------------------------------------- processors */

static bool unknown_cpu(const CpuArch *a, DiagList *d, const char *name)
{
    Text t = {0};
    text_printf(&t, "no processor is called '%s': there is", name);
    for (int i = a->level_count - 1; i >= 0; i--)
        text_printf(&t, " %s,", a->levels[i].name);
    if (a == cpu_host_arch())
        text_add(&t, " and host");
    else
        t.bytes[--t.length] = 0;
    return fail(d, &t);
}

static bool set_host(CpuMachine *m)
{
    m->name = "host";
    m->features = m->host_features = cpu_host_features();
    m->level = cpu_best_level(m->arch, m->features);
    m->cpu = m->arch->levels[m->arch->level_count - 1].cpu;
    return true;
}

/* Without a name: this machine, or the least of another target. */
static bool set_cpu(CpuMachine *m, const char *target, const char *cpu, DiagList *d)
{
    if (is_host(cpu) && !(target && !cpu) && m->arch == cpu_host_arch())
        return set_host(m);
    const CpuLevel *least = &m->arch->levels[m->arch->level_count - 1];
    m->level = cpu ? cpu_level(m->arch, cpu) : least;
    if (!m->level)
        return unknown_cpu(m->arch, d, cpu);
    m->name = m->level->name;
    m->cpu = m->level->cpu;
    m->features = m->level->features;
    return true;
}

bool cpu_machine_open(CpuMachine *m, const char *target, const char *cpu, DiagList *d)
{
    GuardHold hold;
    *m = (CpuMachine){0};
    guard_hold(&hold, cpu_machine_release, m);
    bool good = set_target(m, target, d) && set_cpu(m, target, cpu, d);
    guard_drop(&hold);
    return good;
}

void cpu_machine_release(void *machine) { cpu_machine_close(machine); }

void cpu_machine_close(CpuMachine *m)
{
    if (m->host_features)
        cpu_words_free(m->host_features);
    if (m->triple)
        cpu_words_free(m->triple);
    *m = (CpuMachine){0};
}

bool cpu_can_run(const char *name)
{
    const CpuArch *host = cpu_host_arch();
    if (is_host(name) || !host)
        return is_host(name);
    const CpuLevel *level = cpu_level(host, name);
    char *features = cpu_host_features();
    bool can = level && cpu_has_level(features, level);
    cpu_words_free(features);
    return can;
}

/* Of "+sse2,-avx,+fma" what it has. */
static void add_features(const char *features, Text *out)
{
    for (const char *at = features; *at; at += strspn(at, ",")) {
        size_t length = strcspn(at, ",");
        if (*at == '+') {
            text_add_bytes(out, at + 1, length - 1);
            text_add(out, " ");
        }
        at += length;
    }
}

void cpu_add_needs(const char *target, const char *cpu, Text *out)
{
    CpuMachine m;
    GuardHold hold;
    DiagList *ignored = diag_open();
    bool good = cpu_machine_open(&m, target, cpu, ignored);
    guard_hold(&hold, cpu_machine_release, &m);
    if (good && m.host_features)
        add_features(m.host_features, out);
    else if (good)
        cpu_add_level_needs(m.arch, m.level, out);
    guard_drop(&hold);
    cpu_machine_close(&m);
    diag_close(ignored);
}

/* -------------------------------------------------------------------- what passes see */

/* The host's own size would make the code for a named processor depend on the machine
 * that compiles it. */
static int64_t l2_bytes(const CpuMachine *m)
{
    const int64_t common = 1 << 20;
    long size = m->host_features ? sysconf(_SC_LEVEL2_CACHE_SIZE) : 0;
    return size > 0 ? size : common;
}

IrTarget cpu_target_of(const char *target, const char *cpu, DiagList *d)
{
    CpuMachine m;
    if (!cpu_machine_open(&m, target, cpu, d)) {
        cpu_machine_close(&m);
        cpu_machine_open(&m, "x86_64", NULL, d);
    }
    IrTarget t = {
        .name = m.name,
        .vector_bits = m.level->vector_bits,
        .vector_registers = m.level->vector_registers,
        .fma = m.level->fma,
        .l2_bytes = l2_bytes(&m),
        .lanes = m.level->lanes,
    };
    cpu_machine_close(&m);
    return t;
}

IrTarget cpu_target(const char *name, DiagList *d)
{
    return cpu_target_of(NULL, name, d);
}
