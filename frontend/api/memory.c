#include "frontend/api/memory.h"

#include "runtime/memory.h"
#include "runtime/number.h"

static double bytes_of(const RtSpec *s)
{
    double n = (double)dtype_bytes(s->dtype);
    for (int i = 0; i < s->rank; i++)
        n *= (double)s->dims[i];
    return n;
}

/* What is kept from step to step. */
static double state_bytes(const RtEntry *step, bool keeps_best)
{
    double sum = 0;
    for (size_t i = 0; i < step->arg_count; i++) {
        const RtSpec *s = &step->args[i];
        bool weight = s->role == RT_ROLE_PARAM || s->role == RT_ROLE_STATE;
        sum += bytes_of(s) * (1 + (weight && keeps_best));
    }
    return sum;
}

RtStatus api_memory_check(const RtEntry *step, bool keeps_best, const char *file,
                          DiagList *d)
{
    char all[RT_NUMBER_TEXT], left[RT_NUMBER_TEXT], kept[RT_NUMBER_TEXT],
        batch[RT_NUMBER_TEXT];
    double state = state_bytes(step, keeps_best), scratch = (double)step->arena_bytes;
    double available = (double)rt_memory_available();
    if (state + scratch <= available)
        return RT_OK;
    return rt_fail_file(
        d, RT_NO_MEMORY, file,
        "training needs %s of memory, %s are available; it keeps %s (weights, the "
        "optimizer's) and a batch takes %s",
        rt_bytes_text(state + scratch, all), rt_bytes_text(available, left),
        rt_bytes_text(state, kept), rt_bytes_text(scratch, batch));
}
