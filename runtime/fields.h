/* A line of fields that must fit a width: what matters least is left out. Inside runtime/
 * only. */
#ifndef RUNTIME_FIELDS_H
#define RUNTIME_FIELDS_H

#include "support/text.h"

#include <stddef.h>
#include <stdint.h>

enum { RT_FIELDS = 32, RT_FIELD_TEXT = 96 };

typedef struct RtFields {
    size_t count;
    struct {
        int rank;                   /* 0 stands always; the higher the less it matters */
        char text[RT_FIELD_TEXT];   /* with the blanks before it */
    } items[RT_FIELDS];
} RtFields;

/* Behind the others. Of more than RT_FIELDS the last are left out. */
void rt_fields_add(RtFields *f, int rank, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds to a line those that fit into `width` characters, chosen by rank, in their order.
 * *dropped has a bit per field that did not fit, and keeps it: what is left out of one
 * line is left out of the next. */
void rt_fields_print(const RtFields *f, size_t width, uint32_t *dropped, Text *line);

#endif
