/* In place of runtime/zip.c: a program without zlib. */
#include "runtime/zip.h"

#include <stdlib.h>

RtStatus rt_zip_open(const char *file, const void *bytes, size_t size, RtZip *out,
                     DiagList *d)
{
    (void)bytes, (void)size;
    *out = (RtZip){0};
    return rt_fail_file(d, RT_UNSUPPORTED, file,
                        "unsupported: an archive (.npz); unpack it with unzip");
}

/* There is no member: never asked for. */
RtStatus rt_zip_next(RtZip *zip, RtMember *out, DiagList *d)
{
    *out = (RtMember){0};
    return rt_fail_file(d, RT_UNSUPPORTED, zip->file, "unsupported: an archive");
}

void rt_member_free(RtMember *m)
{
    free(m->name);
    rt_file_free(&m->data);
    *m = (RtMember){0};
}
