/* Data of the caller as the weights of a state want it. */
#include "frontend/lib/lib.h"

#include "runtime/transform.h"

#include <string.h>

static descent_status check_rows(LibCall *call, const char *input, const RtTensor *raw,
                                 const RtTensor *to)
{
    char have[RT_SHAPE_TEXT], want[RT_SHAPE_TEXT];
    if (raw->rank && to->rank && raw->dims[0] == to->dims[0] &&
        rt_row_elements(raw->rank, raw->dims) == rt_row_elements(to->rank, to->dims))
        return DESCENT_OK;
    return lib_fail(call, DESCENT_BAD_SHAPE,
                    "'%s': 'raw' is %s, its rows do not fit those of 'to', %s", input,
                    rt_shape_text(raw->dtype, raw->rank, raw->dims, have),
                    rt_shape_text(to->dtype, to->rank, to->dims, want));
}

static descent_status prepare(LibCall *call, const descent_state *s, const char *input,
                              const RtTensor *raw, RtTensor *to)
{
    RtSpec spec = {.name = input, .dtype = to->dtype, .rank = to->rank};
    RtTransform t = {.scale = 1};
    RtTensor made = {0};
    memcpy(spec.dims, to->dims, sizeof spec.dims);
    descent_status st = check_rows(call, input, raw, to);
    if (!st)
        st = lib_rt(call, rt_transform_from_meta(&s->meta, NULL, input, &t, call->d));
    if (!st)
        st = lib_rt(call, rt_transform_apply(&t, raw, &spec, &made, call->d));
    if (!st)
        memcpy(to->data, made.data, rt_tensor_bytes(to));
    rt_tensor_free(&made);
    rt_transform_free(&t);
    return st;
}

descent_status descent_state_prepare(const descent_state *s, const char *input,
                                     const descent_tensor *raw, descent_tensor *to,
                                     descent_diagnostics *d)
{
    LIB_ENTER(call, s ? s->context : NULL, d);
    descent_status st =
        lib_need(&call, "s", s, "input", input, "raw", raw, "to", to, NULL);
    if (!st)
        st = lib_tensor_fetch(&call, raw);
    if (!st)
        st = prepare(&call, s, input, &raw->value, &to->value);
    if (!st)
        lib_tensor_changed(to);
    return lib_end(&call, st);
}
