#include "runtime/safetensors.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DiagList *d = diag_open();
    RtTensors list;
    RtMeta meta;
    RtStatus st = rt_safetensors_parse("fuzz.safetensors", data, size, &list, &meta, d);
    if (st && !diag_errors(d))
        __builtin_trap();    /* a failure must say why */
    rt_tensors_free(&list);
    rt_meta_free(&meta);
    diag_close(d);
    return 0;
}
