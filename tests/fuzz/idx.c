/* IDX, plain or gzip. */
#include "runtime/file.h"
#include "runtime/idx.h"

#include <stdint.h>

enum { LIMIT = 1 << 24 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RtTensor t = {0};
    RtFile f = {0};
    DiagList *d = diag_open();
    bool packed = size >= 2 && data[0] == 0x1f && data[1] == 0x8b;
    RtStatus st = packed ? rt_gunzip("fuzz.idx.gz", data, size, LIMIT, &f, d) : RT_OK;
    if (!st)
        st = rt_idx_parse("fuzz.idx", packed ? f.bytes : data, packed ? f.size : size, &t,
                          d);
    if (st && !diag_errors(d))
        __builtin_trap();    /* a failure must say why */
    rt_tensor_free(&t);
    rt_file_free(&f);
    diag_close(d);
    return 0;
}
