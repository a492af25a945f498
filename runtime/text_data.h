/* A text file as class numbers: each byte becomes its place among the sorted distinct
 * bytes. */
#ifndef RUNTIME_TEXT_DATA_H
#define RUNTIME_TEXT_DATA_H

#include "runtime/tensor.h"

typedef struct RtAlphabet {
    int count;
    unsigned char bytes[256];    /* the distinct bytes, ascending */
} RtAlphabet;

/* out: ui8[n], one class number per byte. Plain or .gz. */
RtStatus rt_text_read(const char *path, RtTensor *out, RtAlphabet *alphabet, DiagList *d);

#endif
