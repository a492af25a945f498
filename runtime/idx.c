#include "runtime/idx.h"

#include "runtime/array.h"

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

/* idx = 0 0 type rank { size } { element }, sizes and elements big-endian */
RtStatus rt_idx_parse(const char *file, const void *bytes, size_t size, RtTensor *out,
                      DiagList *d)
{
    const unsigned char *p = bytes;
    int64_t dims[RT_MAX_RANK];
    Dtype t;
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
    RtStatus st = rt_array_create(file, t, rank, dims, size - header, out, d);
    if (!st) {
        memcpy(out->data, p + header, size - header);
        rt_array_swap(out);
    }
    return st;
}

RtStatus rt_idx_read(const char *path, RtTensor *out, DiagList *d)
{
    return rt_array_read(path, rt_idx_parse, out, d);
}
