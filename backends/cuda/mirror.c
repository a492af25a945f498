#include "backends/cuda/mirror.h"

#include <stdlib.h>

static CudaMirror *find(const CudaMirrors *m, const void *host)
{
    CudaMirror *one = m->used;
    while (one && one->host != host)
        one = one->next;
    return one;
}

static void free_list(const CudaMirrors *m, CudaMirror *list)
{
    while (list) {
        CudaMirror *one = list;
        list = one->next;
        cuda_free(m->gpu, one->gpu);
        free(one);
    }
}

void cuda_mirrors_close(CudaMirrors *m)
{
    free_list(m, m->used);
    free_list(m, m->unused);
    m->used = m->unused = NULL;
}

static CudaMirror *take_unused(CudaMirrors *m)
{
    CudaMirror *one = m->unused ? m->unused : calloc(1, sizeof *one);
    if (m->unused)
        m->unused = one->next;
    return one;
}

static RtStatus make(CudaMirrors *m, void *host, size_t bytes, CudaMirror **out,
                     DiagList *d)
{
    CudaMirror *one = take_unused(m);
    if (!one)
        return rt_no_memory(d, sizeof *one);
    CudaAddress gpu;
    RtStatus st = cuda_alloc(m->gpu, bytes, &gpu, d);
    CudaMirror **list = st ? &m->unused : &m->used;
    *one = (CudaMirror){.host = st ? NULL : host,
                        .bytes = bytes,
                        .gpu = gpu,
                        .host_newer = true,
                        .next = *list};
    *list = *out = one;
    return st;
}

RtStatus cuda_mirror_get(CudaMirrors *m, void *host, size_t bytes, CudaMirror **at,
                         DiagList *d)
{
    if (!*at || (*at)->host != host)
        *at = find(m, host);
    if (*at && (*at)->bytes == bytes)
        return RT_OK;
    cuda_mirror_forget(m, host);
    return make(m, host, bytes, at, d);
}

RtStatus cuda_mirror_send(const CudaMirrors *m, CudaMirror *one, DiagList *d)
{
    if (!one->host_newer)
        return RT_OK;
    RtStatus st = cuda_copy_in(m->gpu, m->stream, one->gpu, one->host, one->bytes, d);
    one->host_newer = st != RT_OK;
    return st;
}

RtStatus cuda_mirror_fetch(const CudaMirrors *m, const void *host, DiagList *d)
{
    CudaMirror *one = find(m, host);
    if (!one || !one->gpu_newer)
        return RT_OK;
    RtStatus st = cuda_copy_out(m->gpu, m->stream, one->host, one->gpu, one->bytes, d);
    one->gpu_newer = st != RT_OK;
    return st;
}

void cuda_mirror_changed(const CudaMirrors *m, const void *host)
{
    CudaMirror *one = find(m, host);
    if (!one)
        return;
    one->host_newer = true;
    one->gpu_newer = false;
}

size_t cuda_mirrors_bytes(const CudaMirrors *m)
{
    size_t sum = 0;
    for (const CudaMirror *one = m->used; one; one = one->next)
        sum += one->bytes;
    return sum;
}

void cuda_mirror_forget(CudaMirrors *m, const void *host)
{
    CudaMirror **at = &m->used;
    while (*at && (*at)->host != host)
        at = &(*at)->next;
    CudaMirror *one = *at;
    if (!one)
        return;
    *at = one->next;
    cuda_free(m->gpu, one->gpu);
    *one = (CudaMirror){.next = m->unused};
    m->unused = one;
}
