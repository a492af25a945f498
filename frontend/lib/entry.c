/* Entry points: what they take and give, and a single call of one. */
#include "frontend/lib/lib.h"

#include <string.h>

const char *descent_entry_name(const descent_entry *e) { return e ? e->rt->name : NULL; }

size_t descent_entry_argument_count(const descent_entry *e)
{
    return e ? e->rt->arg_count : 0;
}

size_t descent_entry_result_count(const descent_entry *e)
{
    return e ? e->rt->result_count : 0;
}

size_t descent_entry_scratch_bytes(const descent_entry *e)
{
    return e ? e->rt->arena_bytes : 0;
}

static descent_status give_slot(const RtSpec *s, int alias, descent_slot *out)
{
    descent_slot all = {.name = s->name,
                        .role = (descent_role)s->role,
                        .dtype = (descent_dtype)s->dtype,
                        .rank = s->rank,
                        .alias = alias};
    memcpy(all.dims, s->dims, sizeof all.dims);
    return lib_give(&all, sizeof all, out);
}

descent_status descent_entry_argument(const descent_entry *e, size_t index,
                                      descent_slot *out)
{
    if (!e || index >= e->rt->arg_count)
        return DESCENT_BAD_ARGUMENT;
    return give_slot(&e->rt->args[index], e->rt->args[index].alias, out);
}

descent_status descent_entry_result(const descent_entry *e, size_t index,
                                    descent_slot *out)
{
    if (!e || index >= e->rt->result_count)
        return DESCENT_BAD_ARGUMENT;
    return give_slot(&e->rt->results[index], rt_entry_donor(e->rt, index), out);
}

/* --------------------------------------------------------------------------- one call */

static descent_status check_finite(LibCall *call, const RtSpec *s,
                                   const descent_tensor *t)
{
    descent_status st = s->finite ? lib_tensor_fetch(call, t) : DESCENT_OK;
    return st ? st : lib_rt(call, rt_check_finite(s, NULL, t->value.data, call->d));
}

descent_status lib_check_tensor(LibCall *call, const RtEntry *e, const RtSpec *s,
                                const descent_tensor *t)
{
    char have[RT_SHAPE_TEXT], want[RT_SHAPE_TEXT];
    const RtTensor *v = &t->value;
    if (v->dtype == s->dtype && v->rank == s->rank &&
        !memcmp(v->dims, s->dims, (size_t)s->rank * sizeof *s->dims))
        return check_finite(call, s, t);
    return lib_fail(call, DESCENT_BAD_SHAPE, "'%s' of @%s is %s, the tensor is %s",
                    s->name, e->name, rt_shape_text(s->dtype, s->rank, s->dims, want),
                    rt_shape_text(v->dtype, v->rank, v->dims, have));
}

static descent_status check_count(LibCall *call, const RtEntry *e, const char *what,
                                  size_t have, size_t want)
{
    if (have == want)
        return DESCENT_OK;
    return lib_fail(call, DESCENT_BAD_ARGUMENT, "%zu %s%s given: @%s has %zu", have, what,
                    text_plural((long long)have), e->name, want);
}

/* A result that overwrites an argument needs no tensor, but may be given that
 * argument. */
static descent_status set_result(LibCall *call, descent_call *c, const RtEntry *e,
                                 size_t i, descent_tensor *const *arguments,
                                 descent_tensor *t)
{
    int from = rt_entry_donor(e, i);
    if (from < 0)
        return lib_call_result(call, c, i, t);
    if (!t || t == arguments[from])
        return DESCENT_OK;
    return lib_fail(call, DESCENT_BAD_ARGUMENT,
                    "result '%s' of @%s overwrites argument '%s': give that, or NULL",
                    e->results[i].name, e->name, e->args[from].name);
}

static descent_status call_once(LibCall *call, const descent_entry *e,
                                descent_tensor *const *arguments,
                                descent_tensor *const *results)
{
    descent_call *c = NULL;
    descent_status st = lib_call_new(call, e, NULL, &c);
    for (size_t i = 0; i < e->rt->arg_count && !st; i++)
        st = lib_call_argument(call, c, i, arguments[i]);
    for (size_t i = 0; i < e->rt->result_count && !st; i++)
        st = set_result(call, c, e->rt, i, arguments, results[i]);
    if (!st)
        st = lib_call_run(call, c);
    descent_call_destroy(c);
    return st;
}

descent_status descent_entry_call(const descent_entry *e,
                                  descent_tensor *const *arguments, size_t argument_count,
                                  descent_tensor *const *results, size_t result_count,
                                  descent_diagnostics *d)
{
    LIB_ENTER(call, e ? e->program->context : NULL, d);
    descent_status st = lib_need(&call, "e", e, NULL);
    if (!st && argument_count)
        st = lib_need(&call, "arguments", arguments, NULL);
    if (!st && result_count)
        st = lib_need(&call, "results", results, NULL);
    if (!st)
        st = check_count(&call, e->rt, "argument", argument_count, e->rt->arg_count);
    if (!st)
        st = check_count(&call, e->rt, "result", result_count, e->rt->result_count);
    if (!st)
        st = call_once(&call, e, arguments, results);
    return lib_end(&call, st);
}
