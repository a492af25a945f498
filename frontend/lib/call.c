/* Prepared calls: tensors are checked when they are bound, so that a run checks
 * nothing. */
#include "frontend/lib/lib.h"

#include <stdlib.h>
#include <string.h>

/* A result that goes on to the state after each run. */
typedef struct Copy {
    const descent_tensor *from;
    descent_tensor *to;
} Copy;

struct descent_call {
    const descent_entry *entry;
    void *scratch;
    descent_tensor **arguments, **results; /* NULL: not set yet */
    descent_tensor **own;                  /* per result: memory of the call; or NULL */
    bool *fixed;                           /* per result: in an argument or the state */
    void **in, **out;                      /* their memory, as the code takes it */
    Copy *copies;
    size_t copy_count;
    size_t missing; /* arguments that are not set */
};

/* ----------------------------------------------------------------------------- memory */

typedef struct Range {
    uintptr_t begin, end;
} Range;

static Range range_of(const descent_tensor *t)
{
    uintptr_t at = (uintptr_t)t->value.data;
    return (Range){at, at + rt_tensor_bytes(&t->value)};
}

static bool overlaps(const descent_tensor *a, const descent_tensor *b)
{
    Range x = range_of(a), y = range_of(b);
    return x.begin < y.end && y.begin < x.end;
}

/* The tensor bound to an argument that shares memory with `t`; NULL if there is none.
 * With `written` only arguments that are overwritten count. */
static const RtSpec *clash_in(const descent_call *c, const descent_tensor *t,
                              size_t except, bool written)
{
    const RtEntry *e = c->entry->rt;
    for (size_t i = 0; i < e->arg_count; i++)
        if (i != except && c->arguments[i] && (!written || e->args[i].alias >= 0) &&
            overlaps(c->arguments[i], t))
            return &e->args[i];
    return NULL;
}

/* The same among the results that are the caller's, the call's own, or the state's. */
static const RtSpec *clash_out(const descent_call *c, const descent_tensor *t,
                               size_t except)
{
    const RtEntry *e = c->entry->rt;
    for (size_t i = 0; i < e->result_count; i++)
        if (i != except && rt_entry_donor(e, i) < 0 && c->results[i] &&
            overlaps(c->results[i], t))
            return &e->results[i];
    return NULL;
}

static descent_status report_clash(LibCall *call, const RtEntry *e, const RtSpec *s,
                                   const RtSpec *other)
{
    return lib_fail(call, DESCENT_BAD_ARGUMENT,
                    "'%s' and '%s' of @%s share memory, and one of them is written",
                    s->name, other->name, e->name);
}

/* ---------------------------------------------------------------------------- binding */

static void point_result(descent_call *c, size_t i, descent_tensor *t)
{
    c->results[i] = t;
    c->out[i] = t->value.data;
}

static void point_argument(descent_call *c, size_t i, descent_tensor *t)
{
    int alias = c->entry->rt->args[i].alias;
    c->missing -= !c->arguments[i];
    c->arguments[i] = t;
    c->in[i] = t->value.data;
    if (alias >= 0)
        point_result(c, (size_t)alias, t);
}

descent_status lib_call_argument(LibCall *call, descent_call *c, size_t i,
                                 descent_tensor *t)
{
    const RtEntry *e = c->entry->rt;
    if (i >= e->arg_count)
        return lib_fail(call, DESCENT_BAD_ARGUMENT,
                        "@%s has %zu argument%s, no number %zu", e->name, e->arg_count,
                        text_plural((long long)e->arg_count), i);
    const RtSpec *s = &e->args[i];
    if (!t)
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "argument '%s' of @%s is NULL",
                        s->name, e->name);
    descent_status st = lib_check_tensor(call, e, s, t);
    if (st)
        return st;
    const RtSpec *clash = clash_in(c, t, i, s->alias < 0);
    if (!clash)
        clash = clash_out(c, t, e->result_count);
    if (clash)
        return report_clash(call, e, s, clash);
    point_argument(c, i, t);
    return DESCENT_OK;
}

descent_status lib_call_result(LibCall *call, descent_call *c, size_t i,
                               descent_tensor *t)
{
    const RtEntry *e = c->entry->rt;
    if (i >= e->result_count)
        return lib_fail(call, DESCENT_BAD_ARGUMENT,
                        "@%s has %zu result%s, no number %zu", e->name, e->result_count,
                        text_plural((long long)e->result_count), i);
    const RtSpec *s = &e->results[i];
    if (!t)
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "result '%s' of @%s is NULL", s->name,
                        e->name);
    if (c->fixed[i])
        return lib_fail(call, DESCENT_BAD_ARGUMENT,
                        "result '%s' of @%s is kept in an argument or in the state",
                        s->name, e->name);
    descent_status st = lib_check_tensor(call, e, s, t);
    if (st)
        return st;
    const RtSpec *clash = clash_in(c, t, e->arg_count, false);
    if (!clash)
        clash = clash_out(c, t, i);
    if (clash)
        return report_clash(call, e, s, clash);
    point_result(c, i, t);
    return DESCENT_OK;
}

void lib_call_forget(descent_call *c)
{
    const RtEntry *e = c->entry->rt;
    for (size_t i = 0; i < e->arg_count; i++)
        if (!lib_is_kept(e->args[i].role) && c->arguments[i]) {
            c->arguments[i] = NULL;
            c->missing++;
        }
    for (size_t i = 0; i < e->result_count; i++)
        if (!c->fixed[i])
            c->results[i] = NULL;
    for (size_t i = 0; i < e->result_count; i++)
        if (c->own[i])
            point_result(c, i, c->own[i]);
}

/* ---------------------------------------------------------------------------- opening */

descent_status lib_check_kept(LibCall *call, const RtEntry *e, const RtSpec *s,
                              const descent_state *in)
{
    const descent_tensor *t = descent_state_find(in, s->name);
    return t ? lib_check_tensor(call, e, s, t)
             : lib_fail(call, DESCENT_BAD_INPUT, "@%s takes '%s', which the state lacks",
                        e->name, s->name);
}

static descent_status bind_state(LibCall *call, descent_call *c, descent_state *s)
{
    const RtEntry *e = c->entry->rt;
    descent_status st = DESCENT_OK;
    for (size_t i = 0; i < e->arg_count && !st; i++) {
        const RtSpec *spec = &e->args[i];
        if (!lib_is_kept(spec->role))
            continue;
        st = lib_check_kept(call, e, spec, s);
        if (!st)
            st = lib_call_argument(call, c, i, descent_state_find(s, spec->name));
    }
    return st;
}

static bool takes(const RtEntry *e, const char *name)
{
    for (size_t i = 0; i < e->arg_count; i++)
        if (!strcmp(e->args[i].name, name))
            return true;
    return false;
}

static descent_status open_own(LibCall *call, descent_call *c, size_t i)
{
    const RtSpec *s = &c->entry->rt->results[i];
    descent_status st = lib_tensor_new(call, c->entry->program->context, s->dtype,
                                       s->rank, s->dims, &c->own[i]);
    if (!st)
        point_result(c, i, c->own[i]);
    return st;
}

/* A result that is kept in the state is written there at once, if the entry does not read
 * that value; else it is copied there after each run. */
static descent_status keep_result(LibCall *call, descent_call *c, descent_state *s,
                                  size_t i)
{
    const RtEntry *e = c->entry->rt;
    const RtSpec *spec = &e->results[i];
    descent_tensor *home =
        lib_is_kept(spec->role) ? descent_state_find(s, spec->name) : NULL;
    descent_status st = home ? lib_check_tensor(call, e, spec, home) : DESCENT_OK;
    if (st || !home)
        return st;
    c->fixed[i] = true;
    if (!takes(e, spec->name)) {
        point_result(c, i, home);
        return st;
    }
    st = open_own(call, c, i);
    if (!st)
        c->copies[c->copy_count++] = (Copy){c->own[i], home};
    return st;
}

static descent_status fix_results(LibCall *call, descent_call *c, descent_state *s)
{
    const RtEntry *e = c->entry->rt;
    descent_status st = DESCENT_OK;
    for (size_t i = 0; i < e->arg_count; i++)
        if (e->args[i].alias >= 0)
            c->fixed[e->args[i].alias] = true;
    for (size_t i = 0; s && i < e->result_count && !st; i++)
        if (!c->fixed[i])
            st = keep_result(call, c, s, i);
    return st;
}

descent_status lib_call_own_results(LibCall *call, descent_call *c)
{
    descent_status st = DESCENT_OK;
    for (size_t i = 0; i < c->entry->rt->result_count && !st; i++)
        if (!c->fixed[i] && !c->results[i])
            st = open_own(call, c, i);
    return st;
}

static bool open_tables(descent_call *c)
{
    const RtEntry *e = c->entry->rt;
    size_t args = e->arg_count + 1, results = e->result_count + 1;
    c->arguments = calloc(args, sizeof *c->arguments);
    c->results = calloc(results, sizeof *c->results);
    c->own = calloc(results, sizeof *c->own);
    c->fixed = calloc(results, sizeof *c->fixed);
    c->in = calloc(args, sizeof *c->in);
    c->out = calloc(results, sizeof *c->out);
    c->copies = calloc(results, sizeof *c->copies);
    c->scratch = lib_alloc(c->entry->program->context, e->arena_bytes);
    return c->arguments && c->results && c->own && c->fixed && c->in && c->out &&
           c->copies && c->scratch;
}

descent_status lib_call_new(LibCall *call, const descent_entry *e, descent_state *s,
                            descent_call **out)
{
    descent_call *c = calloc(1, sizeof *c);
    if (!c)
        return lib_no_memory(call, sizeof *c);
    *c = (descent_call){.entry = e, .missing = e->rt->arg_count};
    descent_status st =
        open_tables(c) ? DESCENT_OK : lib_no_memory(call, e->rt->arena_bytes);
    if (!st)
        st = fix_results(call, c, s);
    if (!st && s)
        st = bind_state(call, c, s);
    if (st)
        descent_call_destroy(c);
    else
        *out = c;
    return st;
}

descent_status descent_call_create(const descent_entry *e, descent_state *state,
                                   descent_call **out, descent_diagnostics *d)
{
    LIB_ENTER(call, e ? e->program->context : NULL, d);
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "e", e, NULL);
    if (!st)
        st = lib_call_new(&call, e, state, out);
    if (!st)
        st = lib_call_own_results(&call, *out);
    if (st && out) {
        descent_call_destroy(*out);
        *out = NULL;
    }
    return lib_end(&call, st);
}

void descent_call_destroy(descent_call *c)
{
    if (!c)
        return;
    for (size_t i = 0; c->own && i < c->entry->rt->result_count; i++)
        descent_tensor_destroy(c->own[i]);
    lib_release(c->entry->program->context, c->scratch, c->entry->rt->arena_bytes);
    free(c->arguments);
    free(c->results);
    free(c->own);
    free(c->fixed);
    free(c->in);
    free(c->out);
    free(c->copies);
    free(c);
}

/* -------------------------------------------------------------------------------- use */

descent_status descent_call_set_argument(descent_call *c, size_t index, descent_tensor *t,
                                         descent_diagnostics *d)
{
    LIB_ENTER(call, c ? c->entry->program->context : NULL, d);
    descent_status st = lib_need(&call, "call", c, NULL);
    if (!st)
        st = lib_call_argument(&call, c, index, t);
    return lib_end(&call, st);
}

/* An input hides a tensor of the state that has its name. */
static size_t find_argument(const RtEntry *e, const char *name)
{
    size_t found = e->arg_count;
    for (size_t i = 0; i < e->arg_count; i++)
        if (!strcmp(e->args[i].name, name) &&
            (found == e->arg_count || !lib_is_kept(e->args[i].role)))
            found = i;
    return found;
}

static descent_status report_no_argument(LibCall *call, const RtEntry *e,
                                         const char *name)
{
    Text inputs = {0};
    for (size_t i = 0; i < e->arg_count; i++)
        if (!lib_is_kept(e->args[i].role))
            text_printf(&inputs, inputs.length ? ", '%s'" : "'%s'", e->args[i].name);
    descent_status st = lib_fail(call, DESCENT_BAD_ARGUMENT,
                                 "@%s has no argument '%s'; its inputs: %s", e->name,
                                 name, inputs.length ? inputs.bytes : "none");
    text_free(&inputs);
    return st;
}

descent_status descent_call_set(descent_call *c, const char *name, descent_tensor *t,
                                descent_diagnostics *d)
{
    LIB_ENTER(call, c ? c->entry->program->context : NULL, d);
    descent_status st = lib_need(&call, "call", c, "name", name, NULL);
    size_t at = st ? 0 : find_argument(c->entry->rt, name);
    if (!st && at == c->entry->rt->arg_count)
        st = report_no_argument(&call, c->entry->rt, name);
    if (!st)
        st = lib_call_argument(&call, c, at, t);
    return lib_end(&call, st);
}

descent_status descent_call_set_result(descent_call *c, size_t index, descent_tensor *t,
                                       descent_diagnostics *d)
{
    LIB_ENTER(call, c ? c->entry->program->context : NULL, d);
    descent_status st = lib_need(&call, "call", c, NULL);
    if (!st)
        st = lib_call_result(&call, c, index, t);
    return lib_end(&call, st);
}

/* Apart, so that a run that goes well does not pay for it. */
static descent_status report_unset(const descent_call *c, descent_diagnostics *d)
{
    LIB_ENTER(call, c ? c->entry->program->context : NULL, d);
    descent_status st = lib_need(&call, "call", c, NULL);
    for (size_t i = 0; !st; i++)
        if (!c->arguments[i])
            st = lib_fail(&call, DESCENT_BAD_ARGUMENT,
                          "argument '%s' of @%s was never set",
                          c->entry->rt->args[i].name, c->entry->rt->name);
    return lib_end(&call, st);
}

bool lib_call_is_set(const descent_call *c) { return !c->missing; }

static RtStatus call_entry(const descent_call *c, DiagList *d)
{
    return rt_entry_call(c->entry->rt, c->scratch, c->in, c->out,
                         c->entry->program->context->pool, d);
}

/* Where some of the tensors may be on a device. */
static RtStatus call_with_devices(const descent_call *c, DiagList *d)
{
    const RtEntry *e = c->entry->rt;
    RtStatus st = lib_bring(e, c->arguments, c->results, d);
    if (!st)
        st = call_entry(c, d);
    if (!st)
        lib_wrote(e, c->results);
    return st;
}

static RtStatus run(descent_call *c, DiagList *d)
{
    bool devices = atomic_load(&c->entry->program->context->devices);
    RtStatus st = devices ? call_with_devices(c, d) : call_entry(c, d);
    for (size_t i = 0; i < c->copy_count && !st; i++) {
        const Copy *copy = &c->copies[i];
        if (devices)
            st = lib_bring_home(copy->from, copy->to, d);
        memcpy(copy->to->value.data, copy->from->value.data,
               rt_tensor_bytes(&copy->from->value));
    }
    return st;
}

descent_status lib_call_run(LibCall *call, descent_call *c)
{
    return lib_rt(call, run(c, call->d));
}

/* A call that may fail needs a list for what it has to say. */
static descent_status run_telling(descent_call *c, descent_diagnostics *d)
{
    LIB_ENTER(call, c->entry->program->context, d);
    return lib_end(&call, lib_call_run(&call, c));
}

descent_status descent_call_run(descent_call *c, descent_diagnostics *d)
{
    if (!c || c->missing)
        return report_unset(c, d);
    if (c->entry->rt->may_fail || atomic_load(&c->entry->program->context->devices))
        return run_telling(c, d);
    run(c, NULL); /* which has nothing to say */
    return DESCENT_OK;
}

descent_tensor *descent_call_result(descent_call *c, size_t index)
{
    return c && index < c->entry->rt->result_count ? c->results[index] : NULL;
}
