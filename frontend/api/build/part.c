/* Entry points on their way to code: lowered for each processor, planned, exported. */
#include "frontend/api/build/build.h"

#include "backends/c/c.h"
#include "runtime/bind.h"
#include "runtime/clock.h"

#include <string.h>

bool build_is_weight(const RtSpec *s)
{
    return s->role == RT_ROLE_PARAM || s->role == RT_ROLE_STATE;
}

bool build_is_state(const RtSpec *s) { return rt_role_is_state(s->role); }

/* ---------------------------------------------------------------------- the entries */

static size_t read_specs(Build *b, IrModule *m, RtEntry **out)
{
    size_t n = 0;
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (api_is_entry(f) && (out[n] = api_spec(f, b->arena, b->d)))
            n++;
    return n;
}

static size_t count_entries(IrModule *m)
{
    size_t n = 0;
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        n += api_is_entry(f);
    return n;
}

/* What the program's main calls an entry. */
static const char *host_of(const char *entry, const char *const *entries,
                           const char *const *hosts)
{
    for (size_t i = 0; entries[i]; i++)
        if (!strcmp(entries[i], entry))
            return hosts[i];
    return entry;
}

static void rename_entries(IrModule *m, const char *const *entries,
                           const char *const *hosts)
{
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (api_is_entry(f))
            ir_op_set_attr(
                f, "sym_name",
                ir_attr_string(m->context, host_of(ir_func_name(f), entries, hosts)));
}

/* ----------------------------------------------------------------- where things lie */

static ExportTensor place_argument(const Build *b, const RtEntry *e, const RtSpec *s,
                                   bool in_program)
{
    ExportTensor t = {.name = s->name, .place = EXPORT_POINTER};
    bool is_seed = !strcmp(e->name, "init");
    if (!in_program && b->o->train && build_is_state(s) && !is_seed)
        t.place = EXPORT_BLOCK;
    if (in_program || b->o->train || !build_is_weight(s))
        return t;
    t.place = b->o->weights_file ? EXPORT_BLOCK : EXPORT_BYTES;
    if (!b->o->weights_file)
        t.bytes = rt_tensors_find(&b->weights, s->name)->data;
    return t;
}

/* What a trainer keeps is in one block. */
static ExportTensor place_result(const Build *b, const RtSpec *s, bool in_program)
{
    bool kept = !in_program && b->o->train && build_is_state(s);
    return (ExportTensor){.name = s->name, .place = kept ? EXPORT_BLOCK : EXPORT_POINTER};
}

static ExportEntry place_entry(const Build *b, const RtEntry *e, bool in_program)
{
    ExportTensor *args = ARENA_ARRAY(b->arena, ExportTensor, e->arg_count + 1);
    ExportTensor *results = ARENA_ARRAY(b->arena, ExportTensor, e->result_count + 1);
    for (size_t i = 0; i < e->arg_count; i++)
        args[i] = place_argument(b, e, &e->args[i], in_program);
    for (size_t i = 0; i < e->result_count; i++)
        results[i] = place_result(b, &e->results[i], in_program);
    return (ExportEntry){.host = e->name, .args = args, .results = results};
}

static ExportEntry *place_entries(const Build *b, const BuildPart *p,
                                  const char *const *entries, const char *const *hosts)
{
    ExportEntry *out = ARENA_ARRAY(b->arena, ExportEntry, p->entry_count + 1);
    const char **symbols = ARENA_ARRAY(b->arena, const char *, p->entry_count + 1);
    for (size_t i = 0; i < p->entry_count; i++) {
        symbols[i] = build_symbol(b->names.prefix, p->entries[i]->name, symbols, i,
                                  b->arena);
        out[i] = place_entry(b, p->entries[i], hosts);
        if (hosts)
            out[i].host = host_of(p->entries[i]->name, entries, hosts);
        else
            out[i].symbol = symbols[i];
    }
    return out;
}

/* ------------------------------------------------------------------------- versions */

static void note_layout(BuildPart *p, const ExportLayout *l)
{
    if (!p->version_count)
        p->layout = *l;
    for (size_t i = 0; i < l->function_count; i++)
        if (p->layout.functions[i].arena_bytes < l->functions[i].arena_bytes)
            p->layout.functions[i].arena_bytes = l->functions[i].arena_bytes;
}

static bool note_pass(void *data, const PassInfo *pass, PassResult result, double seconds,
                      IrModule *m)
{
    const ApiBuild *o = data;
    (void)result, (void)m;
    if (o->phase)
        o->phase(o->phase_ctx, pass->name, seconds);
    return true;
}

static IrTarget target_of(const Build *b, const char *cpu)
{
    return b->o->kind == API_C ? c_target(NULL, b->d)
                               : cpu_target_of(b->o->target, cpu, b->d);
}

static bool export(Build *b, IrModule *m, const char *const *names,
                   const char *const *hosts, BuildPart *p)
{
    ExportLayout layout;
    const ExportEntry *entries = place_entries(b, p, names, hosts);
    if (!pass_export(m, p->entry_count, entries, b->arena, &layout, b->d))
        return false;
    note_layout(p, &layout);
    return true;
}

/* Weights must be there and fit before they become constants. */
static bool check_weights(Build *b, const BuildPart *p)
{
    RtTensors checked = {0};
    bool good = true;
    for (size_t i = 0; i < p->entry_count && build_has_weights(b); i++)
        good &= rt_state_load(p->entries[i], b->o->weights, &b->weights, false, &checked,
                              b->d) == RT_OK;
    rt_tensors_free(&checked);
    return good;
}

static bool report_no_weights(const Build *b, const BuildPart *p)
{
    bool none = !build_has_weights(b) && !b->o->weights_file;
    for (size_t i = 0; i < p->entry_count && none; i++)
        for (size_t k = 0; k < p->entries[i]->arg_count; k++)
            if (build_is_weight(&p->entries[i]->args[k])) {
                diag_error(b->d, api_at(b->model->file),
                           "@%s needs trained weights, as `descent train` writes them: "
                           "--weights FILE, or --weights-file to give them when it runs",
                           p->entries[i]->name);
                return true;
            }
    return false;
}

static bool find_entries(Build *b, IrModule *m, BuildPart *p)
{
    size_t count = count_entries(m);
    p->entries = ARENA_ARRAY(b->arena, RtEntry *, count + 1);
    p->entry_count = read_specs(b, m, p->entries);
    if (!count)
        diag_error(b->d, api_at(b->model->file), "there is no entry point in it");
    if (b->o->train)
        return count && p->entry_count == count;
    return count && p->entry_count == count && !report_no_weights(b, p) &&
           check_weights(b, p);
}

static bool add_version(Build *b, int64_t batch, const char *const *entries,
                        const char *const *hosts, const char *cpu, BuildPart *p)
{
    size_t errors = diag_errors(b->d);
    IrTarget target = target_of(b, cpu);
    if (diag_errors(b->d) != errors)
        return false;
    ApiSizes sizes = b->o->sizes;
    sizes.batch = batch;
    IrModule *m = api_lower(b->model, b->context, &sizes, entries, b->d);
    PassContext context = {.target = &target, .diags = b->d};
    bool inside = build_has_weights(b) && !b->o->weights_file;
    if (m && inside && rt_tensors_finite(&b->weights))
        api_mark_finite(m);
    bool good = m && (p->version_count || find_entries(b, m, p));
    if (good && hosts)
        rename_entries(m, entries, hosts);
    good = good && pass_run(m, &context, NULL, note_pass, (void *)(uintptr_t)b->o) &&
           export(b, m, entries, hosts, p);
    p->versions[p->version_count++] = (CpuVersion){cpu, m};
    return good;
}

bool build_part(Build *b, int64_t batch, const char *const *entries,
                const char *const *hosts, BuildPart *out)
{
    *out = (BuildPart){0};
    size_t count = b->o->cpu_count;
    bool good = add_version(b, batch, entries, hosts, count ? b->o->cpus[0] : NULL, out);
    for (size_t i = 1; i < count && good; i++)
        good = add_version(b, batch, entries, hosts, b->o->cpus[i], out);
    return good;
}

void build_part_close(BuildPart *p)
{
    for (size_t i = 0; i < p->version_count; i++)
        ir_module_close(p->versions[i].kernels);
    p->version_count = 0;
}

/* -------------------------------------------------------------------------- objects */

bool build_object(Build *b, const BuildPart *p, Text *out)
{
    int64_t start = rt_clock_ns();
    CpuOptions o = {.cpu = p->versions[0].cpu, .target = b->o->target, .file = true};
    bool good = cpu_emit_versions(p->version_count, p->versions, &o, out, b->d);
    if (b->o->phase)
        b->o->phase(b->o->phase_ctx, "code", rt_clock_seconds(start));
    return good;
}

bool build_constants(Build *b, const BuildBytes *constants, size_t count, Text *out)
{
    CpuOptions o = {.target = b->o->target, .file = true};
    IrModule *m = ir_module_open(b->context, NULL);
    for (size_t i = 0; i < count; i++)
        pass_export_bytes(m, constants[i].symbol, constants[i].bytes, constants[i].size);
    bool good = cpu_emit_object(m, &o, out, b->d);
    ir_module_close(m);
    return good;
}
