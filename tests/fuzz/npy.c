/* npy, and npz for what begins as a zip archive does. */
#include "runtime/npy.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DiagList *d = diag_open();
    RtTensor t = {0};
    RtTensors list = {0};
    RtStatus st = size && data[0] == 'P' ? rt_npz_parse("fuzz.npz", data, size, &list, d)
                                         : rt_npy_parse("fuzz.npy", data, size, &t, d);
    if (st && !diag_errors(d))
        __builtin_trap();    /* a failure must say why */
    rt_tensor_free(&t);
    rt_tensors_free(&list);
    diag_close(d);
    return 0;
}
