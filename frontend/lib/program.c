/* Compiled models. */
#include "frontend/lib/lib.h"

#include <stdlib.h>
#include <string.h>

static void unlock(void *mutex) { pthread_mutex_unlock(mutex); }

void lib_lock(descent_context *c, GuardHold *hold)
{
    pthread_mutex_lock(&c->compiling);
    guard_hold(hold, unlock, &c->compiling);
}

void lib_unlock(descent_context *c, GuardHold *hold)
{
    guard_drop(hold);
    unlock(&c->compiling);
}

/* Entries of the driver's program that have no handle yet get one. */
static void note_entries(descent_program *p)
{
    const RtEntry *rt;
    while ((rt = api_program_at(p->api, p->count))) {
        descent_entry *e = ARENA_NEW(p->arena, descent_entry);
        *e = (descent_entry){rt, p};
        ARENA_PUSH(p->arena, p->entries, p->count, p->room, (const descent_entry *)e);
    }
}

/* The names as a list that ends in NULL; NULL for all. */
static descent_status take_names(LibCall *call, const descent_compile_options *o,
                                 Arena *arena, const char ***out)
{
    *out = NULL;
    if (!o->entries)
        return DESCENT_OK;
    const char **names = ARENA_ARRAY(arena, const char *, o->entry_count + 1);
    descent_status st = DESCENT_OK;
    for (size_t i = 0; i < o->entry_count && !st; i++) {
        st = lib_need(call, "options->entries[]", o->entries[i], NULL);
        names[i] = o->entries[i];
    }
    *out = names;
    return st;
}

/* An empty list of names compiles nothing yet. */
static descent_status compile(LibCall *call, descent_program *p, ApiDevice *device,
                              const descent_compile_options *o)
{
    ApiSizes sizes;
    const char **names;
    ApiTarget target = {.cpu = o->cpu ? arena_strdup(p->arena, o->cpu) : NULL,
                        .device = device,
                        .tf32 = o->tf32,
                        .phase = lib_log_phase,
                        .phase_ctx = p->context,
                        .customs = &p->context->customs,
                        .finite_weights = o->finite_weights};
    descent_status st = lib_sizes(call, o->sizes, p->arena, &sizes);
    if (!st)
        st = take_names(call, o, p->arena, &names);
    if (st)
        return st;
    LibCall inner = lib_inner(call, p->model);
    p->api = api_program_open(p->model->api, &sizes, &target, inner.d);
    bool good =
        p->api && ((names && !*names) || api_program_compile(p->api, names, inner.d));
    return lib_outer(call, &inner, lib_good(&inner, good));
}

static void destroy(void *program) { descent_program_destroy(program); }

static descent_status open_program(LibCall *call, descent_model *m,
                                   const descent_compile_options *o,
                                   descent_program **out)
{
    GuardHold hold, held;
    ApiDevice *device;
    descent_status st =
        lib_device(call, m->context, o->device, o->device_number, &device);
    if (st)
        return st;
    Arena *arena = arena_open();
    descent_program *p = ARENA_NEW(arena, descent_program);
    *p = (descent_program){.context = m->context, .model = m, .arena = arena};
    guard_hold(&hold, destroy, p);
    lib_lock(p->context, &held);
    st = compile(call, p, device, o);
    if (!st)
        note_entries(p);
    lib_unlock(p->context, &held);
    guard_drop(&hold);
    if (st)
        descent_program_destroy(p);
    else
        *out = p;
    return st;
}

descent_status descent_program_compile(descent_model *m,
                                       const descent_compile_options *options,
                                       descent_program **out, descent_diagnostics *d)
{
    LIB_ENTER(call, m ? m->context : NULL, d);
    descent_compile_options o;
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "m", m, NULL);
    if (!st)
        st = lib_take(&call, "options", options, &o, sizeof o);
    if (!st)
        st = open_program(&call, m, &o, out);
    return lib_end(&call, st);
}

void descent_program_destroy(descent_program *p)
{
    if (!p)
        return;
    api_program_close(p->api);
    arena_close(p->arena);
}

size_t descent_program_count(const descent_program *p) { return p ? p->count : 0; }

const descent_entry *descent_program_entry(const descent_program *p, size_t index)
{
    return p && index < p->count ? p->entries[index] : NULL;
}

descent_status lib_find_entry(LibCall *call, descent_program *p, const char *name,
                              int64_t rows, const descent_entry **out)
{
    GuardHold held;
    if (rows < 0)
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "'rows' is %lld: expected 0 or more",
                        (long long)rows);
    lib_lock(p->context, &held);
    LibCall inner = lib_inner(call, p->model);
    const RtEntry *rt = api_program_entry(p->api, name, rows, inner.d);
    descent_status st = lib_outer(call, &inner, lib_good(&inner, rt != NULL));
    note_entries(p);
    for (size_t i = 0; rt && i < p->count; i++)
        if (p->entries[i]->rt == rt)
            *out = p->entries[i];
    lib_unlock(p->context, &held);
    return st;
}

descent_status lib_need_entry(LibCall *call, descent_program *p, const char *name,
                              int64_t rows, const descent_entry **out)
{
    descent_status st = lib_find_entry(call, p, name, rows, out);
    return st == DESCENT_BAD_ARGUMENT ? DESCENT_BAD_INPUT : st;
}

descent_status descent_program_find(descent_program *p, const char *name, int64_t rows,
                                    const descent_entry **out, descent_diagnostics *d)
{
    LIB_ENTER(call, p ? p->context : NULL, d);
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "p", p, "name", name, NULL);
    if (!st)
        st = lib_find_entry(&call, p, name, rows, out);
    return lib_end(&call, st);
}
