/* Reads the members of a zip archive: stored or deflated, sums checked. Inside runtime/
 * only. */
#ifndef RUNTIME_ZIP_H
#define RUNTIME_ZIP_H

#include "runtime/file.h"

typedef struct RtZip {
    const char *file;
    const unsigned char *bytes;
    size_t size, at;           /* at: the next entry of the central directory */
    size_t left;               /* entries */
} RtZip;

typedef struct RtMember {
    char *name;                /* owned, as is data */
    RtFile data;
} RtMember;

RtStatus rt_zip_open(const char *file, const void *bytes, size_t size, RtZip *out,
                     DiagList *d);
/* The next member; only while zip->left is not 0. */
RtStatus rt_zip_next(RtZip *zip, RtMember *out, DiagList *d);
void rt_member_free(RtMember *m);

#endif
