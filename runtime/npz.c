#include "runtime/npy.h"

#include "runtime/file.h"
#include "runtime/zip.h"

#include <string.h>

/* "x.npy" -> "x"; other members are no arrays. */
static bool array_name(char *name)
{
    size_t n = strlen(name);
    if (n <= 4 || strcmp(name + n - 4, ".npy"))
        return false;
    name[n - 4] = 0;
    return true;
}

static RtStatus add_member(const char *file, RtMember *m, RtTensors *out, DiagList *d)
{
    if (!array_name(m->name))
        return RT_OK;
    if (rt_tensors_find(out, m->name))
        return rt_fail_file(d, RT_BAD_INPUT, file, "two arrays have the name '%s'",
                            m->name);
    RtTensor t;
    RtStatus st = rt_npy_parse(file, m->data.bytes, m->data.size, &t, d);
    if (st) {
        diag_note(d, (Place){file, 0, 0}, "in the member '%s'", m->name);
        return st;
    }
    t.name = m->name;
    m->name = NULL;
    return rt_tensors_add(out, &t, d);
}

RtStatus rt_npz_parse(const char *file, const void *bytes, size_t size, RtTensors *out,
                      DiagList *d)
{
    RtZip z;
    *out = (RtTensors){0};
    RtStatus st = rt_zip_open(file, bytes, size, &z, d);
    while (!st && z.left) {
        RtMember m;
        st = rt_zip_next(&z, &m, d);
        if (!st)
            st = add_member(file, &m, out, d);
        rt_member_free(&m);
    }
    if (st)
        rt_tensors_free(out);
    return st;
}

RtStatus rt_npz_read(const char *path, RtTensors *out, DiagList *d)
{
    RtFile f;
    *out = (RtTensors){0};
    RtStatus st = rt_file_read(path, RT_FILE_LIMIT, &f, d);
    if (!st)
        st = rt_npz_parse(path, f.bytes, f.size, out, d);
    rt_file_free(&f);
    return st;
}
