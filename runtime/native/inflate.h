/* DEFLATE (RFC 1951) for programs without zlib: small before fast. */
#ifndef RUNTIME_NATIVE_INFLATE_H
#define RUNTIME_NATIVE_INFLATE_H

#include "runtime/file.h"

typedef struct NativeInflate {
    const unsigned char *begin, *in, *end; /* what is packed, and how far it was read */
    uint32_t bits;                         /* of the byte before `in`, not yet taken */
    int have;                              /* so many */
    RtFile *out;                           /* a stream is added to it */
    size_t room, limit;
    const char *path;
    DiagList *d;
} NativeInflate;

/* One stream, up to its last block. */
RtStatus native_inflate(NativeInflate *z);

#endif
