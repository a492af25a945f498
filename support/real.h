/* Real numbers as text in the C locale, whatever that of the program is: elsewhere one half
 * may be written 0,5. */
#ifndef SUPPORT_REAL_H
#define SUPPORT_REAL_H

#include <stddef.h>

/* As strtod and strtof; `end` may be NULL. */
double real_parse(const char *s, char **end);
float real_parse_single(const char *s, char **end);
/* With so many significant digits, as %g has them; 0: exactly, as %a does. `room` bytes at
 * `out` are enough from 40 on. */
void real_print(char *out, size_t room, int digits, double v);

#endif
