/* --device=cuda */
#include "frontend/cli/cli.h"

#include <string.h>

bool cli_open_device(const CliArgs *a, ApiDevice **out, DiagList *d)
{
    *out = NULL;
    return !a->device || strcmp(a->device, "cuda") || !api_device_open(0, out, d);
}
