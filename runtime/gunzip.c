/* gzip, by zlib. A native program without zlib has native/gunzip.c instead. */
#include "runtime/file.h"

#include <zlib.h>

static RtStatus inflate_members(z_stream *z, const char *path, size_t limit, RtFile *out,
                                DiagList *d)
{
    const Bytef *begin = z->next_in;
    size_t room = 0;
    for (;;) {
        RtStatus st = rt_file_check_growth(out, (size_t)(z->next_in - begin), path, d);
        if (!st)
            st = rt_file_grow(out, &room, path, limit, d);
        if (st)
            return st;
        size_t space = room - out->size - 1;
        uInt step = space > 1u << 30 ? 1u << 30 : (uInt)space;
        z->next_out = out->bytes + out->size;
        z->avail_out = step;
        int code = inflate(z, Z_NO_FLUSH);
        out->size += step - z->avail_out;
        if (code == Z_STREAM_END) {
            /* another member may follow; anything else is ignored, as gzip does */
            if (z->avail_in < 2 || z->next_in[0] != 0x1f || z->next_in[1] != 0x8b)
                return rt_file_finish(out, path, limit, d);
            inflateReset(z);
        } else if (code == Z_BUF_ERROR && !z->avail_in) {
            return rt_fail_file(d, RT_BAD_INPUT, path, "the gzip data is truncated");
        } else if (code != Z_OK && code != Z_BUF_ERROR) {
            return rt_fail_file(d, RT_BAD_INPUT, path, "the gzip data is damaged (%s)",
                                z->msg ? z->msg : "unknown error");
        }
    }
}

RtStatus rt_gunzip(const char *path, const void *bytes, size_t size, size_t limit,
                   RtFile *out, DiagList *d)
{
    enum { GZIP_ONLY = 15 + 16 };
    *out = (RtFile){0};
    if (size > UINT32_MAX)
        return rt_fail_file(d, RT_UNSUPPORTED, path,
                            "unsupported: compressed file over 4 GiB");
    z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)size};
    if (inflateInit2(&z, GZIP_ONLY) != Z_OK)
        return rt_no_memory(d, sizeof z);
    RtStatus st = inflate_members(&z, path, limit, out, d);
    inflateEnd(&z);
    if (st)
        rt_file_free(out);
    return st;
}
