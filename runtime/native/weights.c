#include "runtime/native/native.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static RtStatus map_file(const char *path, NativeWeights *w, DiagList *d)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && !fstat(fd, &s);
    if (good && !S_ISREG(s.st_mode)) {
        close(fd);
        return rt_fail_file(d, RT_IO, path, "cannot be mapped: it is no regular file");
    }
    if (good && s.st_size > 0) {
        w->map_bytes = (size_t)s.st_size;
        w->map = mmap(NULL, w->map_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
        good = w->map != MAP_FAILED;
        w->map = good ? w->map : NULL;
    }
    int problem = errno;
    if (fd >= 0)
        close(fd);
    return good ? RT_OK
                : rt_fail_file(d, RT_IO, path, "cannot be read: %s", strerror(problem));
}

static RtStatus find_weight(const char *path, const RtSpec *s, const RtTensors *from,
                            const void **out, DiagList *d)
{
    char have[RT_SHAPE_TEXT], want[RT_SHAPE_TEXT];
    const RtTensor *t = rt_tensors_find(from, s->name);
    if (!t)
        return rt_fail_file(d, RT_BAD_INPUT, path, "no tensor '%s', which the model has",
                            s->name);
    if (t->dtype != s->dtype || t->rank != s->rank ||
        memcmp(t->dims, s->dims, (size_t)s->rank * sizeof *s->dims))
        return rt_fail_file(d, RT_BAD_INPUT, path, "'%s' is %s, the model has %s",
                            s->name, rt_shape_text(t->dtype, t->rank, t->dims, have),
                            rt_shape_text(s->dtype, s->rank, s->dims, want));
    *out = t->data;
    return rt_check_finite(s, path, t->data, d);
}

static RtStatus open_file(const NativeModel *m, const char *path, NativeWeights *w,
                          DiagList *d)
{
    RtStatus st = map_file(path, w, d);
    if (!st)
        st = rt_safetensors_view(path, w->map, w->map_bytes, &w->tensors, &w->own, d);
    bool readable = !st;
    for (size_t i = 0; i < m->arg_count && readable; i++)
        if (native_is_weight(&m->args[i].spec) &&
            find_weight(path, &m->args[i].spec, &w->tensors, &w->data[i], d))
            st = RT_BAD_INPUT;
    w->meta = &w->own;
    if (!st)
        rt_meta_check_model(&w->own, path, m->models, m->model_count, d);
    return st;
}

RtStatus native_weights_open(const NativeModel *m, const void *block, const char *path,
                             NativeWeights *w, DiagList *d)
{
    *w = (NativeWeights){.data = ARENA_ARRAY(m->arena, const void *, m->arg_count + 1),
                         .meta = &m->meta};
    if (path)
        return open_file(m, path, w, d);
    for (size_t i = 0; i < m->arg_count; i++) {
        const NativeArgument *a = &m->args[i];
        if (native_is_weight(&a->spec) && (a->at < 0 || !block))
            return rt_fail(d, RT_BAD_INPUT, (Place){0},
                           "the model needs its weights: --weights-file FILE");
        if (native_is_weight(&a->spec))
            w->data[i] = (const char *)block + a->at;
    }
    return RT_OK;
}

void native_weights_close(NativeWeights *w)
{
    rt_tensors_free(&w->tensors);
    rt_meta_free(&w->own);
    if (w->map)
        munmap(w->map, w->map_bytes);
}
