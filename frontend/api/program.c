/* Programs: entry points compiled when first asked for, so that the first step comes
 * soon. */
#include "frontend/api/custom.h"
#include "frontend/api/launches.h"
#include "frontend/api/model.h"

#include "backends/cpu/cpu.h"
#include "backends/cuda/session.h"
#include "runtime/clock.h"
#include "support/guard.h"

#include <assert.h>
#include <string.h>

/* An entry point for a number of rows, in the native code that holds it. */
typedef struct Compiled {
    const RtEntry *entry;
    int64_t rows;
} Compiled;

struct ApiProgram {
    Arena *arena;
    const ApiModel *model;
    ApiSizes sizes;
    ApiTarget target;
    IrTarget machine;
    Compiled *entries;
    size_t entry_count, entry_room;
    CpuProgram **natives;
    size_t native_count, native_room;
    CudaLoaded **loaded;            /* on the GPU */
    size_t loaded_count, loaded_room;
};

void api_phase(const ApiTarget *t, const char *what, double seconds)
{
    if (t->phase)
        t->phase(t->phase_ctx, what, seconds);
}

ApiProgram *api_program_open(const ApiModel *m, const ApiSizes *s, const ApiTarget *t,
                             DiagList *d)
{
    size_t errors = diag_errors(d);
    IrTarget machine = t->device ? cuda_session_target(t->device) : cpu_target(t->cpu, d);
    if (diag_errors(d) != errors)
        return NULL;
    machine.tf32 = t->tf32;
    Arena *arena = arena_open();
    ApiProgram *p = ARENA_NEW(arena, ApiProgram);
    *p = (ApiProgram){.arena = arena, .model = m, .sizes = *s, .target = *t,
                      .machine = machine};
    return p;
}

void api_program_close(ApiProgram *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->native_count; i++)
        cpu_program_close(p->natives[i]);
    for (size_t i = 0; i < p->loaded_count; i++)
        cuda_session_unload(p->loaded[i]);
    arena_close(p->arena);
}

/* -------------------------------------------------------------------------- compiling */

static bool note_pass(void *data, const PassInfo *pass, PassResult result, double seconds,
                      IrModule *m)
{
    const ApiTarget *t = data;
    (void)result;
    api_phase(t, pass->name, seconds);
    if (t->device)
        api_note_flops(m);      /* for a profile */
    return true;
}

/* The entries of a graph, before the passes turn its tensors into buffers. */
static bool read_specs(ApiProgram *p, IrModule *m, int64_t rows, RtEntry **out,
                       DiagList *d)
{
    bool good = true;
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (api_is_entry(f)) {
            *out = api_spec(f, p->arena, d);
            good &= *out != NULL;
            Compiled one = {*out++, rows};
            ARENA_PUSH(p->arena, p->entries, p->entry_count, p->entry_room, one);
        }
    return good;
}

static size_t count_entries(IrModule *m)
{
    size_t n = 0;
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        n += api_is_entry(f);
    return n;
}

static bool run_passes(ApiProgram *p, IrModule *m, DiagList *d)
{
    PassContext context = {.target = &p->machine, .diags = d};
    return pass_run(m, &context, NULL, note_pass, &p->target);
}

static void close_native(void *native)
{
    cpu_program_close(native);
}

static void keep_native(ApiProgram *p, CpuProgram *native)
{
    GuardHold hold;
    guard_hold(&hold, close_native, native);
    ARENA_PUSH(p->arena, p->natives, p->native_count, p->native_room, native);
    guard_drop(&hold);
}

static void unload(void *loaded)
{
    cuda_session_unload(loaded);
}

static bool load_on_gpu(ApiProgram *p, IrModule *m, RtEntry **entries, size_t count,
                        DiagList *d)
{
    int64_t start = rt_clock_ns();
    GuardHold hold;
    CudaLoaded *loaded;
    if (cuda_session_load(p->target.device, m, p->model, entries, count, &loaded, d))
        return false;
    guard_hold(&hold, unload, loaded);
    ARENA_PUSH(p->arena, p->loaded, p->loaded_count, p->loaded_room, loaded);
    guard_drop(&hold);
    api_phase(&p->target, "code", rt_clock_seconds(start));
    return true;
}

/* Whether there would be memory for it. */
static bool fit_on_gpu(ApiProgram *p, IrModule *m, RtEntry **entries, size_t count,
                       DiagList *d)
{
    return !cuda_session_load(p->target.device, m, p->model, entries, count, NULL, d);
}

/* Code for the module, and the addresses of its entries. */
static bool link_entries(ApiProgram *p, IrModule *m, RtEntry **entries, size_t count,
                         DiagList *d)
{
    int64_t start = rt_clock_ns();
    CpuOptions options = {.cpu = p->target.cpu};
    bool bound = api_custom_bind(p->target.customs, m, p->arena, &options, d);
    CpuProgram *native = bound ? cpu_compile(m, &options, d) : NULL;
    if (!native)
        return false;
    keep_native(p, native);
    for (size_t i = 0; i < count; i++) {
        const IrOp *host = ir_module_func(m, entries[i]->name);
        CpuEntry *code = cpu_entry(native, entries[i]->name);
        if (!host || !code) {
            diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0},
                     "@%s was compiled to nothing", entries[i]->name);
            return false;
        }
        entries[i]->arena_bytes = (size_t)ir_op_int(host, "descent.arena_bytes");
        entries[i]->may_fail = ir_op_attr(host, "descent.failure") != NULL;
        if (entries[i]->may_fail)
            entries[i]->failure_offset = (size_t)ir_op_int(host, "descent.failure");
        entries[i]->call = (void (*)(void *, void *const *, void *const *, RtPool *))code;
    }
    api_phase(&p->target, "code", rt_clock_seconds(start));
    return true;
}

/* Those that a compilation has added are forgotten. */
typedef struct Known {
    ApiProgram *program;
    size_t count;
} Known;

static void forget(void *known)
{
    const Known *k = known;
    k->program->entry_count = k->count;
}

typedef bool Finish(ApiProgram *p, IrModule *m, RtEntry **entries, size_t count,
                    DiagList *d);

/* Compiles some entries together, up to `finish`; they are known afterwards, or none of
 * them is. */
static bool compile(ApiProgram *p, const char *const *names, int64_t rows, Finish *finish,
                    DiagList *d)
{
    int64_t start = rt_clock_ns();
    GuardHold hold;
    Known known = {p, p->entry_count};
    guard_hold(&hold, forget, &known);
    ApiSizes sizes = p->sizes;
    if (rows)
        sizes.batch = rows;
    IrContext *c = ir_context_open();
    IrModule *m = api_lower(p->model, c, &sizes, names, d);
    if (m && p->target.finite_weights)
        api_mark_finite(m);
    api_phase(&p->target, "graph", rt_clock_seconds(start));
    size_t count = m ? count_entries(m) : 0;
    RtEntry **entries = ARENA_ARRAY(p->arena, RtEntry *, count);
    bool good = m && read_specs(p, m, rows, entries, d) && run_passes(p, m, d)
                && finish(p, m, entries, count, d);
    ir_module_close(m);
    ir_context_close(c);
    guard_drop(&hold);
    if (!good)
        forget(&known);
    return good;
}

static Finish *finish_of(const ApiProgram *p)
{
    return p->target.device ? load_on_gpu : link_entries;
}

static const RtEntry *find(const ApiProgram *p, const char *name, int64_t rows)
{
    for (size_t i = 0; i < p->entry_count; i++)
        if (p->entries[i].rows == rows && !strcmp(p->entries[i].entry->name, name))
            return p->entries[i].entry;
    return NULL;
}

const RtEntry *api_program_at(const ApiProgram *p, size_t i)
{
    return i < p->entry_count ? p->entries[i].entry : NULL;
}

bool api_program_compile(ApiProgram *p, const char *const *entries, DiagList *d)
{
    return compile(p, entries, 0, finish_of(p), d);
}

bool api_program_fits(ApiProgram *p, const char *entry, int64_t rows, DiagList *d)
{
    if (!p->target.device)
        return true;
    Known known = {p, p->entry_count};
    bool good = compile(p, (const char *[]){entry, NULL}, rows, fit_on_gpu, d);
    forget(&known);
    return good;
}

typedef struct Wanted {
    ApiProgram *program;
    const char *name;
    int64_t rows;
    DiagList *d;
} Wanted;

static void compile_one(void *wanted)
{
    const Wanted *w = wanted;
    compile(w->program, (const char *[]){w->name, NULL}, w->rows, finish_of(w->program),
            w->d);
}

/* The training loop of the runtime asks as well, which is not to be landed past. */
const RtEntry *api_program_entry(void *ctx, const char *name, int64_t rows, DiagList *d)
{
    ApiProgram *p = ctx;
    size_t bytes;
    Wanted w = {p, name, rows == p->sizes.batch ? 0 : rows, d};
    const RtEntry *e = find(p, name, w.rows);
    if (!e && !guard_try(compile_one, &w, &bytes))
        diag_no_memory(d, bytes);
    return e ? e : find(p, name, w.rows);
}
