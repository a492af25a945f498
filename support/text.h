/* A string that grows, on the heap. */
#ifndef SUPPORT_TEXT_H
#define SUPPORT_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Text {
    char *bytes;           /* ends with 0; NULL while nothing was added */
    size_t length, room;
} Text;

void text_add(Text *t, const char *s);
void text_add_bytes(Text *t, const void *bytes, size_t length);
void text_printf(Text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(Text *t, const char *format, va_list args);
void text_indent(Text *t, int spaces);
void text_free(Text *t);

/* "did you mean": the candidate nearest to `word`, NULL if none is near (edit distance <= 2 and
 * less than half of the word). */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);

/* What a noun behind a number ends in: 1 row, 2 rows. */
static inline const char *text_plural(long long count) { return count == 1 ? "" : "s"; }

#endif
