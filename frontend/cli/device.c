/* --device=cuda, --profile */
#include "frontend/cli/cli.h"

#include <string.h>

bool cli_open_device(const CliArgs *a, ApiDevice **out, DiagList *d)
{
    bool gpu = a->device && !strcmp(a->device, "cuda");
    *out = NULL;
    if (a->profile && !gpu) {
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, (Place){0},
                 "unsupported: a profile of the CPU's kernels; Linux's perf knows them "
                 "by name if DESCENT_PERF_MAP=1 is in the environment");
        return false;
    }
    if (gpu && api_device_open(0, out, d))
        return false;
    if (a->profile)
        api_device_profile(*out);
    return true;
}

void cli_close_device(const CliArgs *a, ApiDevice *device)
{
    if (device && a->profile) {
        ApiProfile profile = api_device_times(device, a->arena);
        cli_print_profile(&profile);
    }
    api_device_close(device);
}
