/* Letters as names and numbers of our languages have them: ASCII, whatever the locale of the
 * program that we are a library of. */
#ifndef SUPPORT_ASCII_H
#define SUPPORT_ASCII_H

#include <stdbool.h>

static inline bool ascii_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_is_alnum(char c) { return ascii_is_alpha(c) || (c >= '0' && c <= '9'); }

static inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static inline char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

#endif
