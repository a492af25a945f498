/* safetensors: an 8-byte little-endian header size, a JSON header, the tensors' bytes.
 * Everything in the header is checked: types, sizes, offsets, overlaps and gaps. */
#ifndef RUNTIME_SAFETENSORS_H
#define RUNTIME_SAFETENSORS_H

#include "runtime/tensor.h"
#include "support/text.h"

/* The strings of __metadata__. */
typedef struct RtMeta {
    char **keys, **values;
    size_t count, room;
} RtMeta;

RtStatus rt_meta_set(RtMeta *m, const char *key, const char *value, DiagList *d);
RtStatus rt_meta_printf(RtMeta *m, DiagList *d, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
const char *rt_meta_get(const RtMeta *m, const char *key);    /* NULL if there is none */
void rt_meta_free(RtMeta *m);
/* Warns if weights were trained as a model that is none of these (the first is the one
 * that takes them): they may fit by chance, or be meant. Models of one description share
 * weights by calling each other. */
void rt_meta_check_model(const RtMeta *m, const char *file, const char *const *models,
                         size_t count, DiagList *d);

/* meta may be NULL. The tensors keep the order of their bytes in the file. */
RtStatus rt_safetensors_parse(const char *file, const void *bytes, size_t size,
                              RtTensors *out, RtMeta *meta, DiagList *d);
/* The same without a copy: the tensors are read from the bytes, which must outlive them. */
RtStatus rt_safetensors_view(const char *file, const void *bytes, size_t size,
                             RtTensors *out, RtMeta *meta, DiagList *d);
RtStatus rt_safetensors_read(const char *path, RtTensors *out, RtMeta *meta, DiagList *d);
/* Atomic. Tensors with larger elements come first (so that all are aligned), else the
 * order given is kept; each must have a name of its own. */
RtStatus rt_safetensors_write(const char *path, const RtTensors *tensors,
                              const RtMeta *meta, DiagList *d);

/* What such a file begins with, behind the length of it: JSON of these shapes. */
RtStatus rt_safetensors_header(const RtTensors *tensors, const RtMeta *meta, Text *out,
                               DiagList *d);
/* "F32". */
const char *rt_safetensors_type(Dtype t);

#endif
