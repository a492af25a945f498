/* Whole files in and out. */
#ifndef RUNTIME_FILE_H
#define RUNTIME_FILE_H

#include "runtime/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct RtFile {
    unsigned char *bytes;    /* owned; followed by a 0 that does not count */
    size_t size;
} RtFile;

/* No file may become larger than this in memory, however small its compressed form. */
#define RT_FILE_LIMIT ((size_t)16 << 30)

/* Reads a file; one that begins with the gzip magic is unpacked (all members). */
RtStatus rt_file_read(const char *path, size_t limit, RtFile *out, DiagList *d);
/* Unpacks gzip bytes; `path` is for messages. */
RtStatus rt_gunzip(const char *path, const void *bytes, size_t size, size_t limit,
                   RtFile *out, DiagList *d);
void rt_file_free(RtFile *f);

/* For who fills a file piece by piece: makes room for at least one more byte besides the
 * final 0, then ends it with that. */
RtStatus rt_file_grow(RtFile *f, size_t *room, const char *path, size_t limit,
                      DiagList *d);
RtStatus rt_file_finish(RtFile *f, const char *path, size_t limit, DiagList *d);

/* For who unpacks a file: whether `out` is no bomb, after so many packed bytes. */
RtStatus rt_file_check_growth(const RtFile *out, size_t packed, const char *path,
                              DiagList *d);

/* Pieces of a file that is written in one go. */
typedef struct RtPiece {
    const void *bytes;
    size_t size;
} RtPiece;

/* Replaces or creates a file as a whole: a temporary file in the same folder, fsync,
 * rename. On failure the old file stays as it was, and the temporary one is removed. A
 * device or a pipe is written to directly. */
RtStatus rt_file_write(const char *path, const RtPiece *pieces, size_t count,
                       DiagList *d);

/* The same of a file that can be executed. */
RtStatus rt_file_write_program(const char *path, const RtPiece *pieces, size_t count,
                               DiagList *d);

/* Whether rt_file_write could work: asked before hours of training, not after. Leaves no
 * trace. */
RtStatus rt_file_check_writable(const char *path, DiagList *d);

#endif
