/* GPUs, for those who know no backend. */
#include "frontend/api/api.h"

#include "backends/cuda/session.h"

RtStatus api_device_open(int number, ApiDevice **out, DiagList *d)
{
    return cuda_session_open(number, out, d);
}

void api_device_close(ApiDevice *device) { cuda_session_close(device); }

void api_device_profile(ApiDevice *device) { cuda_session_profile(device); }

static Place copy_place(Arena *a, Place at)
{
    at.file = at.file ? arena_strdup(a, at.file) : NULL;
    return at;
}

ApiProfile api_device_times(const ApiDevice *device, Arena *arena)
{
    CudaTime *from;
    ApiProfile p = {.count = cuda_session_times(device, arena, &from)};
    p.times = ARENA_ARRAY(arena, ApiTime, p.count);
    for (size_t i = 0; i < p.count; i++) {
        const CudaTime *t = &from[i];
        bool same = i && t->entry == from[i - 1].entry;
        p.times[i] = (ApiTime){
            .entry = same ? p.times[i - 1].entry : arena_strdup(arena, t->entry),
            .kernel = t->kernel ? arena_strdup(arena, t->kernel) : NULL,
            .rows = t->rows,
            .at = copy_place(arena, t->at),
            .calls = t->calls,
            .seconds = t->seconds,
            .bytes = t->bytes,
            .flops = t->flops};
    }
    return p;
}
