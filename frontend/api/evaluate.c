/* Calls without code. */
#include "frontend/api/call.h"

#include "backends/ref/ref.h"

#include <string.h>

static RtStatus copy_result(const RtSpec *s, const RefTensor *from, RtTensors *results,
                            DiagList *d)
{
    RtTensor t;
    RtStatus st = rt_tensor_create(s->name, s->dtype, s->rank, s->dims, &t, d);
    if (st)
        return st;
    memcpy(t.data, from->data, rt_tensor_bytes(&t));
    return rt_tensors_add(results, &t, d);
}

RtStatus api_evaluate(const IrOp *func, const RtEntry *e, void *const *args,
                      RtTensors *results, DiagList *d)
{
    Arena *a = arena_open();
    IrType type = ir_func_type(func);
    RefTensor *in = ARENA_ARRAY(a, RefTensor, e->arg_count);
    RefTensor *out = ARENA_ARRAY(a, RefTensor, e->result_count);
    for (size_t i = 0; i < e->arg_count; i++)
        in[i] = (RefTensor){type->inputs[i], args[i]};
    bool good = ref_run(func, e->arg_count, in, e->result_count, out, a, d);
    RtStatus st = good ? RT_OK : RT_BAD_INPUT;
    for (size_t i = 0; i < e->result_count && !st; i++)
        st = copy_result(&e->results[i], &out[i], results, d);
    arena_close(a);
    return st;
}
