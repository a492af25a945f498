/* gzip as native programs unpack it: what zlib takes, they take, and it is the same. */
#define rt_gunzip native_gunzip
#include "runtime/native/gunzip.c"
#undef rt_gunzip

#include <stdbool.h>

RtStatus rt_gunzip(const char *path, const void *bytes, size_t size, size_t limit,
                   RtFile *out, DiagList *d);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { LIMIT = 1 << 20 };
    DiagList *d = diag_open();
    RtFile ours, zlibs;
    bool good = !native_gunzip("fuzz.gz", data, size, LIMIT, &ours, d);
    if (!good && !diag_errors(d))
        __builtin_trap();    /* a failure must say why */
    bool taken = !rt_gunzip("fuzz.gz", data, size, LIMIT, &zlibs, d);
    if (taken && (!good || ours.size != zlibs.size))
        __builtin_trap();
    if (taken && memcmp(ours.bytes, zlibs.bytes, ours.size))
        __builtin_trap();
    rt_file_free(&ours);
    rt_file_free(&zlibs);
    diag_close(d);
    return 0;
}
