/* GPUs of a context, and where the newest value of a tensor is. What a model keeps stays
 * in the memory of the GPU that a call of it ran on, until somebody else wants to see it:
 * the caller, a file, a call on another device. */
#include "frontend/lib/lib.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------- opening */

struct LibDevice {
    int64_t number;
    ApiDevice *api;
    LibDevice *next;
};

static descent_status find_device(LibCall *call, descent_context *c, int64_t number,
                                  ApiDevice **out)
{
    LibDevice *all = atomic_load(&c->devices), *one = all;
    while (one && one->number != number)
        one = one->next;
    *out = one ? one->api : NULL;
    if (one)
        return DESCENT_OK;
    if (!(one = calloc(1, sizeof *one)))
        return lib_no_memory(call, sizeof *one);
    descent_status st = lib_rt(call, api_device_open((int)number, out, call->d));
    *one = (LibDevice){number, *out, all};
    if (st)
        free(one);
    else
        atomic_store(&c->devices, one);
    return st;
}

static descent_status open_device(LibCall *call, descent_context *c, int64_t number,
                                  ApiDevice **out)
{
    GuardHold held;
    lib_lock(c, &held);
    descent_status st = find_device(call, c, number, out);
    lib_unlock(c, &held);
    return st;
}

descent_status lib_device(LibCall *call, descent_context *c, const char *name,
                          int64_t number, ApiDevice **out)
{
    *out = NULL;
    if (!name || !strcmp(name, "cpu"))
        return DESCENT_OK;
    if (strcmp(name, "cuda"))
        return lib_fail(call, DESCENT_BAD_ARGUMENT,
                        "there is no device '%s'; there are: cpu, cuda", name);
    if (number < 0 || number > INT_MAX)
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "there is no device 'cuda' %lld",
                        (long long)number);
    return open_device(call, c, number, out);
}

void lib_devices_close(descent_context *c)
{
    LibDevice *all = atomic_load(&c->devices);
    while (all) {
        LibDevice *one = all;
        all = one->next;
        api_device_close(one->api);
        free(one);
    }
}

/* ---------------------------------------------------------------------------- tensors */

static RtStatus fetch(const descent_tensor *t, DiagList *d)
{
    const RtDevice *device = atomic_load(&t->device);
    return device ? device->fetch(device->ctx, (void *[]){t->value.data}, 1, d) : RT_OK;
}

descent_status lib_tensor_fetch(LibCall *call, const descent_tensor *t)
{
    return lib_rt(call, fetch(t, call->d));
}

descent_status lib_state_fetch(LibCall *call, const descent_state *s)
{
    descent_status st = DESCENT_OK;
    for (size_t i = 0; i < s->names.count && !st; i++)
        st = lib_tensor_fetch(call, s->tensors[i]);
    return st;
}

void lib_tensor_changed(const descent_tensor *t)
{
    const RtDevice *device = atomic_load(&t->device);
    if (device)
        device->changed(device->ctx, t->value.data);
}

void lib_tensor_leave(descent_tensor *t)
{
    const RtDevice *device = atomic_exchange(&t->device, NULL);
    if (device)
        device->forget(device->ctx, t->value.data);
}

/* ------------------------------------------------------------------------------ calls */

/* The newest value goes to where a call wants it; NULL: into the host's memory. */
static RtStatus bring(descent_tensor *t, const RtDevice *to, DiagList *d)
{
    if (atomic_load(&t->device) == to)
        return RT_OK;
    RtStatus st = fetch(t, d);
    if (st || !to)
        return st;
    lib_tensor_leave(t);
    atomic_store(&t->device, to);
    return RT_OK;
}

RtStatus lib_bring_home(const descent_tensor *from, const descent_tensor *to, DiagList *d)
{
    lib_tensor_changed(to);
    return fetch(from, d);
}

RtStatus lib_bring(const RtEntry *e, descent_tensor *const *arguments,
                   descent_tensor *const *results, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < e->arg_count && !st; i++)
        st = bring(arguments[i], lib_is_kept(e->args[i].role) ? e->device : NULL, d);
    for (size_t i = 0; i < e->result_count && !st; i++)
        if (rt_entry_keeps_result(e, i))
            st = bring(results[i], e->device, d);
    return st;
}

void lib_wrote(const RtEntry *e, descent_tensor *const *results)
{
    for (size_t i = 0; i < e->result_count; i++)
        if (!e->device || !rt_entry_keeps_result(e, i))
            lib_tensor_changed(results[i]);
}
