/* gzip (RFC 1952) in place of runtime/gunzip.c: for a program without zlib, which would
 * nearly double it. */
#include "runtime/native/inflate.h"

#include <string.h>

enum { HAS_SUM = 2, HAS_EXTRA = 4, HAS_NAME = 8, HAS_COMMENT = 16, RESERVED = 0xe0 };

/* What is behind a text that ends with 0; NULL: it does not end. */
static const unsigned char *behind_text(const unsigned char *p, const unsigned char *end)
{
    const unsigned char *zero = p ? memchr(p, 0, (size_t)(end - p)) : NULL;
    return zero ? zero + 1 : NULL;
}

static const unsigned char *behind(const unsigned char *p, const unsigned char *end,
                                   size_t n)
{
    return p && (size_t)(end - p) >= n ? p + n : NULL;
}

/* NULL: it is cut, or of no kind that there is. */
static const unsigned char *behind_head(const unsigned char *p, const unsigned char *end)
{
    if (end - p < 10 || p[2] != 8 || p[3] & RESERVED)
        return NULL;
    unsigned has = p[3];
    p += 10;
    if (has & HAS_EXTRA)
        p = end - p < 2 ? NULL : behind(p + 2, end, p[0] | (size_t)p[1] << 8);
    if (has & HAS_NAME)
        p = behind_text(p, end);
    if (has & HAS_COMMENT)
        p = behind_text(p, end);
    return has & HAS_SUM ? behind(p, end, 2) : p;
}

/* CRC-32: the remainder of a division of polynomials, four bits at a time. */
static uint32_t sum(const unsigned char *p, size_t n)
{
    static const uint32_t steps[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    uint32_t r = UINT32_MAX;
    for (; n--; p++) {
        r = steps[(r ^ *p) & 15] ^ r >> 4;
        r = steps[(r ^ *p >> 4) & 15] ^ r >> 4;
    }
    return ~r;
}

static uint32_t read_32(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static RtStatus read_member(NativeInflate *z)
{
    size_t begin = z->out->size;
    const unsigned char *p = behind_head(z->in, z->end);
    if (!p)
        return rt_fail_file(z->d, RT_BAD_INPUT, z->path,
                            "the gzip data is damaged or truncated");
    z->in = p;
    RtStatus st = native_inflate(z);
    if (!st && z->end - z->in < 8)
        st = rt_fail_file(z->d, RT_BAD_INPUT, z->path, "the gzip data is truncated");
    if (st)
        return st;
    size_t size = z->out->size - begin;
    bool good = read_32(z->in + 4) == (uint32_t)size &&
                (!size || read_32(z->in) == sum(z->out->bytes + begin, size));
    z->in += 8;
    return good ? RT_OK
                : rt_fail_file(z->d, RT_BAD_INPUT, z->path,
                               "the gzip data is damaged (its checksum is another)");
}

/* Another member may follow; anything else is ignored, as gzip does. */
RtStatus rt_gunzip(const char *path, const void *bytes, size_t size, size_t limit,
                   RtFile *out, DiagList *d)
{
    const unsigned char *begin = bytes;
    NativeInflate z = {.begin = begin, .in = begin, .end = begin + size, .out = out,
                       .limit = limit, .path = path, .d = d};
    *out = (RtFile){0};
    RtStatus st = rt_file_grow(out, &z.room, path, limit, d);
    do {
        if (!st)
            st = read_member(&z);
    } while (!st && z.end - z.in >= 2 && z.in[0] == 0x1f && z.in[1] == 0x8b);
    if (!st)
        st = rt_file_finish(out, path, limit, d);
    if (st)
        rt_file_free(out);
    return st;
}
