#include "frontend/api/memory.h"

#include "runtime/memory.h"

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
    const double giga = 1 << 30;
    double state = state_bytes(step, keeps_best), scratch = (double)step->arena_bytes;
    double available = (double)rt_memory_available();
    if (state + scratch <= available)
        return RT_OK;
    return rt_fail_file(d, RT_NO_MEMORY, file,
                        "training needs %.1f GB of memory, %.1f GB are available; it "
                        "keeps %.1f GB (weights, the optimizer's) and a batch takes %.1f GB",
                        (state + scratch) / giga, available / giga, state / giga,
                        scratch / giga);
}
