/* Decimal numbers in and out, the same in any locale. */
#ifndef RUNTIME_NUMBER_H
#define RUNTIME_NUMBER_H

#include <stdbool.h>

/* A decimal number that fills the text [s, end), correctly rounded. False if it is none,
 * or is too large for a double. */
bool rt_number_parse(const char *s, const char *end, double *out);

enum { RT_NUMBER_TEXT = 40 };
/* The number with so many significant digits (17 give the same number back): "%.*g". */
const char *rt_number_text(double v, int digits, char out[RT_NUMBER_TEXT]);
/* The fewest digits that give the same double back, or (single) the same float. */
const char *rt_number_shortest(double v, bool single, char out[RT_NUMBER_TEXT]);
/* A size of memory: "64 bytes", "1.5 GB" (of 1024^3). */
const char *rt_bytes_text(double bytes, char out[RT_NUMBER_TEXT]);

#endif
