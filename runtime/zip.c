/* The archive is read from its end: a record there says where the central directory is,
 * whose entries say where the members are. (APPNOTE.TXT, sections 4.3.7, 4.3.12 and
 * 4.3.16.) */
#include "runtime/zip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    END_SIGNATURE = 0x06054b50, END_SIZE = 22, MOST_COMMENT = 65535,
    ENTRY_SIGNATURE = 0x02014b50, ENTRY_SIZE = 46,
    LOCAL_SIGNATURE = 0x04034b50, LOCAL_SIZE = 30,
    STORED = 0, DEFLATED = 8, ENCRYPTED = 1,
    MOST_RATIO = 1040,    /* deflate cannot do better: a larger size is a lie */
};

static size_t get(const unsigned char *p, int bytes)
{
    size_t v = 0;
    for (int i = bytes; i-- > 0;)
        v = v << 8 | p[i];
    return v;
}

static RtStatus damaged(const RtZip *z, const char *what, DiagList *d)
{
    return rt_fail_file(d, RT_BAD_INPUT, z->file, "damaged zip archive: %s", what);
}

/* Where the end record is; SIZE_MAX if there is none. */
static size_t find_end(const unsigned char *p, size_t size)
{
    if (size < END_SIZE)
        return SIZE_MAX;
    size_t lowest = size - END_SIZE > MOST_COMMENT ? size - END_SIZE - MOST_COMMENT : 0;
    for (size_t at = size - END_SIZE + 1; at-- > lowest;)
        if (get(p + at, 4) == END_SIGNATURE)
            return at;
    return SIZE_MAX;
}

RtStatus rt_zip_open(const char *file, const void *bytes, size_t size, RtZip *out,
                     DiagList *d)
{
    *out = (RtZip){.file = file, .bytes = bytes, .size = size};
    size_t end = find_end(bytes, size);
    if (end == SIZE_MAX)
        return damaged(out, "no end record (is it truncated?)", d);
    out->left = get(out->bytes + end + 10, 2);
    out->at = get(out->bytes + end + 16, 4);
    if (out->at == UINT32_MAX || out->left == UINT16_MAX)
        return rt_fail_file(d, RT_UNSUPPORTED, file, "unsupported: zip64 archive");
    return RT_OK;
}

typedef struct Entry {
    unsigned flags, method;
    uint32_t sum;
    size_t packed, unpacked, local;
    const unsigned char *name;
    size_t name_size;
} Entry;

static RtStatus read_entry(RtZip *z, Entry *e, DiagList *d)
{
    const unsigned char *p = z->bytes + z->at;
    if (z->at > z->size || z->size - z->at < ENTRY_SIZE || get(p, 4) != ENTRY_SIGNATURE)
        return damaged(z, "the central directory is not where the end record says", d);
    *e = (Entry){(unsigned)get(p + 8, 2),  (unsigned)get(p + 10, 2),
                 (uint32_t)get(p + 16, 4), get(p + 20, 4),
                 get(p + 24, 4),           get(p + 42, 4),
                 p + ENTRY_SIZE,           get(p + 28, 2)};
    size_t rest = e->name_size + get(p + 30, 2) + get(p + 32, 2);
    if (z->size - z->at - ENTRY_SIZE < rest)
        return damaged(z, "an entry of the central directory is truncated", d);
    z->at += ENTRY_SIZE + rest;
    if (e->flags & ENCRYPTED)
        return rt_fail_file(d, RT_UNSUPPORTED, z->file,
                            "unsupported: encrypted zip member");
    if (e->packed == UINT32_MAX || e->unpacked == UINT32_MAX || e->local == UINT32_MAX)
        return rt_fail_file(d, RT_UNSUPPORTED, z->file, "unsupported: zip64 member");
    return RT_OK;
}

/* The packed bytes of a member. */
static RtStatus find_data(const RtZip *z, const Entry *e, const unsigned char **out,
                          DiagList *d)
{
    if (e->local > z->size || z->size - e->local < LOCAL_SIZE
        || get(z->bytes + e->local, 4) != LOCAL_SIGNATURE)
        return damaged(z, "a member is not where the directory says", d);
    const unsigned char *p = z->bytes + e->local;
    size_t begin = LOCAL_SIZE + get(p + 26, 2) + get(p + 28, 2);
    if (z->size - e->local < begin || z->size - e->local - begin < e->packed)
        return damaged(z, "a member is truncated", d);
    *out = p + begin;
    return RT_OK;
}

static bool unpack(const Entry *e, const unsigned char *data, unsigned char *out)
{
    if (e->method == STORED) {
        memcpy(out, data, e->unpacked);
        return true;
    }
    z_stream z = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)e->packed,
                  .next_out = out, .avail_out = (uInt)e->unpacked};
    if (inflateInit2(&z, -15) != Z_OK)    /* raw deflate */
        return false;
    int code = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return code == Z_STREAM_END && z.total_out == e->unpacked;
}

static RtStatus read_data(RtZip *z, const Entry *e, RtFile *out, DiagList *d)
{
    const unsigned char *data = NULL;
    RtStatus st = find_data(z, e, &data, d);
    if (st)
        return st;
    if (e->method != STORED && e->method != DEFLATED)
        return rt_fail_file(d, RT_UNSUPPORTED, z->file, "unsupported: zip method %u",
                            e->method);
    if (e->method == STORED ? e->packed != e->unpacked
                            : e->unpacked / MOST_RATIO > e->packed)
        return damaged(z, "a member's sizes contradict each other", d);
    if (!(out->bytes = malloc(e->unpacked + 1)))
        return rt_no_memory(d, e->unpacked + 1);
    out->size = e->unpacked;
    if (!unpack(e, data, out->bytes))
        return damaged(z, "a member's deflated data is wrong", d);
    out->bytes[out->size] = 0;
    if (crc32_z(crc32(0, NULL, 0), out->bytes, out->size) != e->sum)
        return damaged(z, "a member's sum (CRC-32) is wrong", d);
    return RT_OK;
}

RtStatus rt_zip_next(RtZip *z, RtMember *out, DiagList *d)
{
    Entry e = {0};
    *out = (RtMember){0};
    z->left--;
    RtStatus st = read_entry(z, &e, d);
    if (!st && !(out->name = strndup((const char *)e.name, e.name_size)))
        st = rt_no_memory(d, e.name_size + 1);
    if (!st)
        st = read_data(z, &e, &out->data, d);
    if (st)
        rt_member_free(out);
    return st;
}

void rt_member_free(RtMember *m)
{
    free(m->name);
    rt_file_free(&m->data);
    *m = (RtMember){0};
}
