/* Native files. */
#include "frontend/lib/lib.h"

#include "backends/cpu/cpu.h"
#include "frontend/api/build.h"

_Static_assert((int)DESCENT_BUILD_PROGRAM - 1 == (int)API_EXE &&
                   (int)DESCENT_BUILD_OBJECT - 1 == (int)API_OBJECT &&
                   (int)DESCENT_BUILD_C - 1 == (int)API_C,
               "kinds have one numbering");

static descent_status check(LibCall *call, const descent_build_options *o)
{
    if ((unsigned)o->kind > DESCENT_BUILD_C)
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "there is no kind %d", (int)o->kind);
    if (o->rows < 0)
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "'rows' is %lld: expected 0 or more",
                        (long long)o->rows);
    if (!!o->state + !!o->weights + o->weights_apart > 1)
        return lib_fail(call, DESCENT_BAD_ARGUMENT,
                        "'options' has more than one of state, weights and "
                        "weights_apart");
    if (o->train && o->state)
        return lib_fail(call, DESCENT_BAD_ARGUMENT,
                        "'options' has a state, but a trainer makes its weights");
    descent_status st =
        o->cpu_count ? lib_need(call, "options->cpus", o->cpus, NULL) : DESCENT_OK;
    for (size_t i = 0; i < o->cpu_count && !st; i++)
        st = lib_need(call, "options->cpus[]", o->cpus[i], NULL);
    return st;
}

/* What there is not is the caller's mistake here, as in descent_program_compile(). */
static descent_status check_processors(LibCall *call, const descent_build_options *o)
{
    size_t before = diag_count(call->d);
    cpu_target_of(o->target, NULL, call->d);
    for (size_t i = 0; i < o->cpu_count && diag_count(call->d) == before; i++)
        cpu_target_of(o->target, o->cpus[i], call->d);
    return lib_good(call, diag_count(call->d) == before);
}

static bool take_kind(descent_build_kind kind, const char *path, ApiKind *out,
                      DiagList *d)
{
    if (kind == DESCENT_BUILD_BY_NAME)
        return api_kind_of(path, out, d);
    *out = (ApiKind)(kind - 1);
    return true;
}

static descent_status build(LibCall *call, const descent_model *m, const char *path,
                            const descent_build_options *o)
{
    Arena *arena = arena_open();
    ApiBuild b = {
        .target = o->target,
        .cpus = o->cpus,
        .cpu_count = o->cpu_count,
        .phase = lib_log_phase,
        .phase_ctx = m->context,
        .entry = o->entry,
        .weights = o->weights,
        .tensors = o->state ? &o->state->names : NULL,
        .meta = o->state ? &o->state->meta : NULL,
        .train = o->train,
        .rows = o->rows,
        .data_root = o->data_root,
        .weights_file = o->weights_apart,
        .out = path,
    };
    descent_status st = lib_sizes(call, o->sizes, arena, &b.sizes);
    if (!st) {
        LibCall inner = lib_inner(call, m);
        bool good = take_kind(o->kind, path, &b.kind, inner.d) &&
                    api_build(m->api, &b, inner.d);
        st = lib_outer(call, &inner, lib_good(&inner, good));
    }
    arena_close(arena);
    return st;
}

descent_status descent_build(const descent_model *m, const char *path,
                             const descent_build_options *options, descent_diagnostics *d)
{
    LIB_ENTER(call, m ? m->context : NULL, d);
    descent_build_options o;
    descent_status st = lib_need(&call, "m", m, "path", path, NULL);
    if (!st)
        st = lib_take(&call, "options", options, &o, sizeof o);
    if (!st)
        st = check(&call, &o);
    if (!st)
        st = check_processors(&call, &o);
    if (!st && o.state)
        st = lib_state_fetch(&call, o.state);
    if (!st)
        st = build(&call, m, path, &o);
    return lib_end(&call, st);
}
