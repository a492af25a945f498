#include "runtime/fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void rt_fields_add(RtFields *f, int rank, const char *format, ...)
{
    va_list args;
    if (f->count == RT_FIELDS)
        return;
    f->items[f->count].rank = rank;
    va_start(args, format);
    vsnprintf(f->items[f->count++].text, RT_FIELD_TEXT, format, args);
    va_end(args);
}

static int highest_rank(const RtFields *f)
{
    int highest = 0;
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].rank > highest)
            highest = f->items[i].rank;
    return highest;
}

static uint32_t choose(const RtFields *f, size_t width, uint32_t dropped)
{
    size_t used = 0;
    int last = highest_rank(f);
    for (int rank = 0; rank <= last; rank++)
        for (size_t i = 0; i < f->count; i++) {
            uint32_t bit = (uint32_t)1 << i;
            if (f->items[i].rank != rank || (dropped & bit))
                continue;
            used += strlen(f->items[i].text);
            if (rank && used > width) {
                used -= strlen(f->items[i].text);
                dropped |= bit;
            }
        }
    return dropped;
}

void rt_fields_print(const RtFields *f, size_t width, uint32_t *dropped, Text *line)
{
    *dropped = choose(f, width, *dropped);
    for (size_t i = 0; i < f->count; i++)
        if (!(*dropped >> i & 1))
            text_add(line, f->items[i].text);
}
