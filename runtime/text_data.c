#include "runtime/text_data.h"

#include "runtime/file.h"

#include <string.h>

RtStatus rt_text_read(const char *path, RtTensor *out, RtAlphabet *alphabet, DiagList *d)
{
    RtFile f;
    bool seen[256] = {false};
    unsigned char number[256];
    *out = (RtTensor){0};
    *alphabet = (RtAlphabet){0};
    RtStatus st = rt_file_read(path, RT_FILE_LIMIT, &f, d);
    if (!st && !f.size)
        st = rt_fail_file(d, RT_BAD_INPUT, path, "the file is empty");
    int64_t dims[] = {(int64_t)f.size};
    if (!st)
        st = rt_tensor_create(NULL, DTYPE_ui8, 1, dims, out, d);
    for (size_t i = 0; !st && i < f.size; i++)
        seen[f.bytes[i]] = true;
    for (int c = 0; c < 256; c++)
        if (seen[c]) {
            number[c] = (unsigned char)alphabet->count;
            alphabet->bytes[alphabet->count++] = (unsigned char)c;
        }
    for (size_t i = 0; !st && i < f.size; i++)
        ((unsigned char *)out->data)[i] = number[f.bytes[i]];
    rt_file_free(&f);
    return st;
}
