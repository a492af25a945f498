/* In place of runtime/gunzip.c: a program without zlib. */
#include "runtime/file.h"

RtStatus rt_gunzip(const char *path, const void *bytes, size_t size, size_t limit,
                   RtFile *out, DiagList *d)
{
    (void)bytes, (void)size, (void)limit;
    *out = (RtFile){0};
    return rt_fail_file(d, RT_UNSUPPORTED, path,
                        "unsupported: a compressed file; unpack it with gunzip");
}
