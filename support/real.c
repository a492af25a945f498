#define _GNU_SOURCE /* strtod_l, strtof_l */
#include "support/real.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the C locale the C library has one copy: this allocates nothing. */
static locale_t open_c(void) { return newlocale(LC_ALL_MASK, "C", (locale_t)0); }

double real_parse(const char *s, char **end)
{
    locale_t c = open_c();
    double v = strtod_l(s, end, c);
    freelocale(c);
    return v;
}

float real_parse_single(const char *s, char **end)
{
    locale_t c = open_c();
    float v = strtof_l(s, end, c);
    freelocale(c);
    return v;
}

void real_print(char *out, size_t room, int digits, double v)
{
    locale_t c = open_c(), old = uselocale(c);
    if (digits)
        snprintf(out, room, "%.*g", digits, v);
    else
        snprintf(out, room, "%a", v);
    uselocale(old);
    freelocale(c);
}
