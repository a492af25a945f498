#include "frontend/api/call.h"

#include "runtime/device.h"

#include <stdlib.h>
#include <string.h>

static RtStatus make_results(const RtEntry *e, RtTensors *results, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < e->result_count && !st; i++) {
        const RtSpec *s = &e->results[i];
        RtTensor t;
        st = rt_tensor_create(s->name, s->dtype, s->rank, s->dims, &t, d);
        if (!st)
            st = rt_tensors_add(results, &t, d);
    }
    return st;
}

/* The arrays that the entry is called with. */
static void point(const RtEntry *e, void *const *args, const RtTensors *results,
                  void **in, void **out)
{
    for (size_t i = 0; i < e->result_count; i++)
        out[i] = results->items[i].data;
    for (size_t i = 0; i < e->arg_count; i++) {
        int alias = e->args[i].alias;
        in[i] = alias < 0 ? args[i] : out[alias];
        if (alias >= 0)
            memcpy(in[i], args[i], rt_tensor_bytes(&results->items[alias]));
    }
}

RtStatus api_call(const RtEntry *e, void *const *args, RtPool *pool, RtTensors *results,
                  DiagList *d)
{
    *results = (RtTensors){0};
    void *scratch = rt_alloc(e->arena_bytes);
    void **in = calloc(e->arg_count + e->result_count + 1, sizeof *in);
    RtStatus st =
        scratch && in ? make_results(e, results, d) : rt_no_memory(d, e->arena_bytes);
    if (!st) {
        point(e, args, results, in, in + e->arg_count);
        st = rt_entry_call(e, scratch, in, in + e->arg_count, pool, d);
    }
    if (!st)
        st = rt_device_fetch(e->device, results, d);
    rt_device_forget(e->device, results);
    for (size_t i = 0; e->device && i < e->arg_count; i++)
        e->device->forget(e->device->ctx, args[i]);
    if (st)
        rt_tensors_free(results);
    free(in);
    free(scratch);
    return st;
}
