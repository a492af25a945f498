#include "runtime/bind.h"

#include "runtime/device.h"
#include "support/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static RtStatus check_spec(const RtSpec *s, const char *file, const RtTensor *t,
                           DiagList *d)
{
    char want[RT_SHAPE_TEXT], have[RT_SHAPE_TEXT];
    if (t->dtype == s->dtype && t->rank == s->rank
        && !memcmp(t->dims, s->dims, (size_t)s->rank * sizeof s->dims[0]))
        return RT_OK;
    return rt_fail_file(d, RT_BAD_INPUT, file, "'%s' is %s, the model has %s", s->name,
                        rt_shape_text(t->dtype, t->rank, t->dims, have),
                        rt_shape_text(s->dtype, s->rank, s->dims, want));
}

static RtStatus bind_args(RtBinding *b, const RtTensors *state, DiagList *d)
{
    RtStatus worst = RT_OK;
    for (size_t i = 0; i < b->entry->arg_count; i++) {
        const RtSpec *s = &b->entry->args[i];
        assert(s->alias < (int)b->entry->result_count);
        if (!rt_role_is_state(s->role))
            continue;
        const RtTensor *t = rt_tensors_find(state, s->name);
        RtStatus st = t ? check_spec(s, NULL, t, d)
                        : rt_fail(d, RT_BAD_INPUT, (Place){0},
                                  "@%s takes '%s', which the model's state lacks",
                                  b->entry->name, s->name);
        if (!st)
            st = rt_check_finite(s, NULL, t->data, d);
        if (st)
            worst = st;
        else
            b->args[i] = t->data;
    }
    return worst;
}

static bool takes(const RtEntry *e, const char *name)
{
    for (size_t i = 0; i < e->arg_count; i++)
        if (!strcmp(e->args[i].name, name))
            return true;
    return false;
}

/* A state value that the entry does not read is written where it belongs; one that it
 * reads and does not overwrite is copied there after the call. */
static RtStatus own_result(RtBinding *b, size_t i, const RtTensors *state, DiagList *d)
{
    const RtSpec *s = &b->entry->results[i];
    const RtTensor *home = rt_role_is_state(s->role) ? rt_tensors_find(state, s->name) : NULL;
    RtTensor t;
    RtStatus st = home ? check_spec(s, NULL, home, d) : RT_OK;
    if (!st && home && !takes(b->entry, s->name)) {
        b->results[i] = home->data;
        return RT_OK;
    }
    if (!st)
        st = rt_tensor_create(s->name, s->dtype, s->rank, s->dims, &t, d);
    if (st)
        return st;
    b->results[i] = t.data;
    b->copies[i] = home ? home->data : NULL;
    return rt_tensors_add(&b->own, &t, d);
}

static RtStatus bind_results(RtBinding *b, const RtTensors *state, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < b->entry->result_count && !st; i++) {
        int j = rt_entry_donor(b->entry, i);
        if (j < 0)
            st = own_result(b, i, state, d);
        else
            b->results[i] = b->args[j];
    }
    return st;
}

RtStatus rt_bind(const RtEntry *entry, const RtTensors *state, RtBinding *out,
                 DiagList *d)
{
    *out = (RtBinding){.entry = entry};
    out->args = calloc(entry->arg_count + 1, sizeof *out->args);
    out->results = calloc(entry->result_count + 1, sizeof *out->results);
    out->copies = calloc(entry->result_count + 1, sizeof *out->copies);
    RtStatus st = out->args && out->results && out->copies
                ? RT_OK : rt_no_memory(d, entry->arg_count * sizeof(void *));
    if (!st)
        st = bind_args(out, state, d);
    if (!st)
        st = bind_results(out, state, d);
    if (st)
        rt_binding_free(out);
    return st;
}

void rt_binding_free(RtBinding *b)
{
    if (b->entry)
        rt_device_forget(b->entry->device, &b->own);
    free(b->args);
    free(b->results);
    free(b->copies);
    rt_tensors_free(&b->own);
    *b = (RtBinding){0};
}

void rt_binding_input(RtBinding *b, size_t i, void *data)
{
    const RtEntry *e = b->entry;
    for (size_t j = 0; j < e->arg_count; j++)
        if (e->args[j].role == RT_ROLE_INPUT && !i--) {
            b->args[j] = data;
            if (e->args[j].alias >= 0)
                b->results[e->args[j].alias] = data;
            return;
        }
}

size_t rt_binding_inputs(const RtBinding *b)
{
    size_t n = 0;
    for (size_t j = 0; j < b->entry->arg_count; j++)
        n += b->entry->args[j].role == RT_ROLE_INPUT;
    return n;
}

void *rt_binding_result(const RtBinding *b, size_t i)
{
    return b->results[i];
}

/* A result of the binding's own goes to its place in the state, in the host's memory. */
static RtStatus copy_home(const RtDevice *device, void *home, const RtTensor *own,
                          DiagList *d)
{
    RtStatus st =
        device ? device->fetch(device->ctx, (void *[]){own->data}, 1, d) : RT_OK;
    if (st)
        return st;
    memcpy(home, own->data, rt_tensor_bytes(own));
    if (device)
        device->changed(device->ctx, home);
    return RT_OK;
}

/* At once: the next call reads the state. */
RtStatus rt_binding_start(RtBinding *b, void *arena, RtPool *pool, void **out,
                          DiagList *d)
{
    RtStatus st = rt_entry_start(b->entry, arena, b->args, b->results, pool, out, d);
    size_t own = 0;
    for (size_t i = 0; i < b->entry->result_count && !st; i++) {
        if (own == b->own.count || b->results[i] != b->own.items[own].data)
            continue;
        if (b->copies[i])
            st = copy_home(b->entry->device, b->copies[i], &b->own.items[own], d);
        own++;
    }
    return st;
}

RtStatus rt_binding_take(RtBinding *b, void *call, DiagList *d)
{
    return rt_entry_take(b->entry, call, d);
}

RtStatus rt_binding_call(RtBinding *b, void *arena, RtPool *pool, DiagList *d)
{
    void *call;
    RtStatus st = rt_binding_start(b, arena, pool, &call, d);
    return st ? st : rt_binding_take(b, call, d);
}

/* ---- the table of state values ---- */

static RtStatus add_zeroed(const RtSpec *specs, size_t count, RtTensors *out, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < count && !st; i++) {
        const RtSpec *s = &specs[i];
        RtTensor t;
        if (!rt_role_is_state(s->role) || rt_tensors_find(out, s->name))
            continue;
        st = rt_tensor_create(s->name, s->dtype, s->rank, s->dims, &t, d);
        if (!st)
            st = rt_tensors_add(out, &t, d);
    }
    return st;
}

RtStatus rt_state_create(const RtEntry *entry, RtTensors *out, DiagList *d)
{
    *out = (RtTensors){0};
    RtStatus st = add_zeroed(entry->results, entry->result_count, out, d);
    if (!st)
        st = add_zeroed(entry->args, entry->arg_count, out, d);
    if (st)
        rt_tensors_free(out);
    return st;
}

RtStatus rt_state_init(const RtEntry *init, uint64_t seed, RtPool *pool, RtTensors *out,
                       DiagList *d)
{
    RtBinding b = {0};
    void *arena = NULL;
    RtStatus st = rt_state_create(init, out, d);
    for (size_t i = 0; i < init->arg_count && !st; i++)
        if (init->args[i].role == RT_ROLE_RNG)
            *(uint64_t *)rt_tensors_find(out, init->args[i].name)->data = seed;
    if (!st && !(arena = rt_alloc(init->arena_bytes)))
        st = rt_no_memory(d, init->arena_bytes);
    if (!st)
        st = rt_bind(init, out, &b, d);
    if (!st)
        st = rt_binding_call(&b, arena, pool, d);
    rt_binding_free(&b);
    free(arena);
    if (st) {
        rt_device_forget(init->device, out);
        rt_tensors_free(out);
    }
    return st;
}

static bool is_weight(const RtSpec *s)
{
    return s->role == RT_ROLE_PARAM || s->role == RT_ROLE_STATE;
}

static void report_missing(const RtSpec *s, const char *file, const RtTensors *from,
                           DiagList *d)
{
    const char **names = calloc(from->count + 1, sizeof *names);
    for (size_t i = 0; names && i < from->count; i++)
        names[i] = from->items[i].name;
    const char *near = names ? text_nearest(s->name, names, from->count) : NULL;
    rt_fail_file(d, RT_BAD_INPUT, file,
                 near ? "no tensor '%s', which the model has; did you mean '%s'?"
                      : "no tensor '%s', which the model has",
                 s->name, near);
    free(names);
}

static bool is_wanted(const RtEntry *e, const char *name)
{
    for (size_t i = 0; i < e->arg_count; i++)
        if (is_weight(&e->args[i]) && !strcmp(e->args[i].name, name))
            return true;
    return false;
}

static RtStatus check_strict(const RtEntry *e, const char *file, const RtTensors *from,
                             DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < from->count; i++)
        if (!is_wanted(e, from->items[i].name))
            st = rt_fail_file(d, RT_BAD_INPUT, file, "tensor '%s' is not the model's",
                              from->items[i].name);
    return st;
}

RtStatus rt_state_load(const RtEntry *entry, const char *file, const RtTensors *from,
                       bool strict, RtTensors *out, DiagList *d)
{
    RtStatus st = strict ? check_strict(entry, file, from, d) : RT_OK;
    for (size_t i = 0; i < entry->arg_count; i++) {
        const RtSpec *s = &entry->args[i];
        if (!is_weight(s))
            continue;
        const RtTensor *t = rt_tensors_find(from, s->name);
        if (!t)
            report_missing(s, file, from, d);
        if (!t || check_spec(s, file, t, d))
            st = RT_BAD_INPUT;
    }
    for (size_t i = 0; i < entry->arg_count && !st; i++) {
        const RtSpec *s = &entry->args[i];
        RtTensor *to = rt_tensors_find(out, s->name), copy;
        if (!is_weight(s))
            continue;
        const RtTensor *t = rt_tensors_find(from, s->name);
        if (to) {
            memcpy(to->data, t->data, rt_tensor_bytes(t));
        } else {
            st = rt_tensor_copy(t, &copy, d);
            if (!st)
                st = rt_tensors_add(out, &copy, d);
        }
    }
    return st;
}
