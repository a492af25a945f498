/* GPUs, for those who know no backend. */
#include "frontend/api/api.h"

#include "backends/cuda/session.h"

RtStatus api_device_open(int number, ApiDevice **out, DiagList *d)
{
    return cuda_session_open(number, out, d);
}

void api_device_close(ApiDevice *device) { cuda_session_close(device); }
