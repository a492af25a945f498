#include "runtime/array.h"

#include "runtime/file.h"

RtStatus rt_array_read(const char *path, RtParse *parse, RtTensor *out, DiagList *d)
{
    RtFile f;
    *out = (RtTensor){0};
    RtStatus st = rt_file_read(path, RT_FILE_LIMIT, &f, d);
    if (!st)
        st = parse(path, f.bytes, f.size, out, d);
    rt_file_free(&f);
    return st;
}

RtStatus rt_array_create(const char *file, Dtype t, int rank, const int64_t *dims,
                         size_t bytes, RtTensor *out, DiagList *d)
{
    size_t wanted;
    char shape[RT_SHAPE_TEXT];
    rt_shape_text(t, rank, dims, shape);
    if (!rt_shape_bytes(t, rank, dims, &wanted))
        return rt_fail_file(d, RT_BAD_INPUT, file, "the sizes %s are too large", shape);
    if (bytes != wanted)
        return rt_fail_file(d, RT_BAD_INPUT, file,
                            "%s: %zu bytes of data, but %s has %zu",
                            bytes < wanted ? "truncated" : "too long", bytes, shape,
                            wanted);
    return rt_tensor_create(NULL, t, rank, dims, out, d);
}

void rt_array_swap(RtTensor *t)
{
    unsigned char *p = t->data;
    size_t width = dtype_bytes(t->dtype), size = rt_tensor_bytes(t);
    for (size_t i = 0; i < size; i += width)
        for (size_t a = i, b = i + width - 1; a < b; a++, b--) {
            unsigned char keep = p[a];
            p[a] = p[b];
            p[b] = keep;
        }
}
