#include "runtime/idx.h"

#include "runtime/file.h"

#include <string.h>

static uint32_t big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool idx_dtype(unsigned char code, Dtype *out)
{
    static const struct { unsigned char code; Dtype dtype; } types[] = {
        {0x08, DTYPE_ui8}, {0x09, DTYPE_i8},  {0x0b, DTYPE_i16},
        {0x0c, DTYPE_i32}, {0x0d, DTYPE_f32}, {0x0e, DTYPE_f64},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].code == code) {
            *out = types[i].dtype;
            return true;
        }
    return false;
}

static void copy_swapped(unsigned char *to, const unsigned char *from, size_t size,
                         size_t width)
{
    for (size_t i = 0; i < size; i += width)
        for (size_t k = 0; k < width; k++)
            to[i + k] = from[i + width - 1 - k];
}

/* idx = 0 0 type rank { size } { element }, sizes and elements big-endian */
RtStatus rt_idx_parse(const char *file, const void *bytes, size_t size, RtTensor *out,
                      DiagList *d)
{
    const unsigned char *p = bytes;
    int64_t dims[RT_MAX_RANK];
    Dtype t;
    size_t wanted;
    *out = (RtTensor){0};
    if (size < 4 || p[0] || p[1] || !idx_dtype(p[2], &t))
        return rt_fail_file(d, RT_BAD_INPUT, file,
                            "not an IDX file: it does not begin with "
                            "0, 0, a type code and the number of sizes");
    int rank = p[3];
    if (rank > RT_MAX_RANK)
        return rt_fail_file(d, RT_UNSUPPORTED, file, "unsupported: %d sizes, at most %d",
                            rank, RT_MAX_RANK);
    size_t header = 4 + 4 * (size_t)rank;
    if (size < header)
        return rt_fail_file(d, RT_BAD_INPUT, file,
                            "truncated: %zu bytes, the header has %zu", size, header);
    for (int i = 0; i < rank; i++)
        dims[i] = big_endian(p + 4 + 4 * i);
    char shape[RT_SHAPE_TEXT];
    rt_shape_text(t, rank, dims, shape);
    if (!rt_shape_bytes(t, rank, dims, &wanted))
        return rt_fail_file(d, RT_BAD_INPUT, file, "the sizes %s are too large", shape);
    if (size - header != wanted)
        return rt_fail_file(d, RT_BAD_INPUT, file,
                            "%s: %zu bytes of data, but %s has %zu",
                            size - header < wanted ? "truncated" : "too long",
                            size - header, shape, wanted);
    RtStatus st = rt_tensor_create(NULL, t, rank, dims, out, d);
    if (!st)
        copy_swapped(out->data, p + header, wanted, dtype_bytes(t));
    return st;
}

RtStatus rt_idx_read(const char *path, RtTensor *out, DiagList *d)
{
    RtFile f;
    *out = (RtTensor){0};
    RtStatus st = rt_file_read(path, RT_FILE_LIMIT, &f, d);
    if (!st)
        st = rt_idx_parse(path, f.bytes, f.size, out, d);
    rt_file_free(&f);
    return st;
}
