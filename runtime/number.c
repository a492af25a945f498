/* Decimal numbers, correctly rounded. The fast way (Clinger, How to Read Floating Point
 * Numbers Accurately, 1990): digits that fit 53 bits and a power of ten up to 22 are
 * both exact doubles, so one multiplication or division rounds once. Everything else
 * goes to strtod in the C locale. */
#include "runtime/number.h"

#include "support/real.h"
#include "support/text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MOST_DIGITS = 19, EXACT_POWER = 22 };

static const double powers[EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

typedef struct Decimal {
    bool negative, exact;    /* exact: digits holds all digits */
    uint64_t digits;
    int64_t exponent;        /* value = digits * 10^exponent */
} Decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads digits; those after the point lower the exponent. Returns where they end. */
static const char *scan_digits(const char *s, const char *end, int step, int *used,
                               Decimal *n)
{
    for (; s < end && is_digit(*s); s++) {
        if (*used < MOST_DIGITS) {
            n->digits = n->digits * 10 + (uint64_t)(*s - '0');
            n->exponent -= step;
            *used += n->digits != 0;    /* leading zeros cost nothing */
        } else {
            n->exact = false;
        }
    }
    return s;
}

/* exponent = ( "e" | "E" ) [ "+" | "-" ] digit { digit } */
static const char *scan_exponent(const char *s, const char *end, Decimal *n)
{
    bool negative = s < end && *s == '-';
    int value = 0;
    s += s < end && (*s == '-' || *s == '+');
    if (s == end || !is_digit(*s))
        return NULL;
    for (; s < end && is_digit(*s); s++)
        value = value < 100000 ? value * 10 + (*s - '0') : value;
    n->exponent += negative ? -value : value;
    return s;
}

/* number = [ "+" | "-" ] ( digits [ "." [ digits ] ] | "." digits ) [ exponent ] */
static bool scan(const char *s, const char *end, Decimal *n)
{
    *n = (Decimal){.negative = s < end && *s == '-', .exact = true};
    int used = 0;
    s += s < end && (*s == '-' || *s == '+');
    const char *whole = s;
    s = scan_digits(s, end, 0, &used, n);
    bool any = s > whole;
    if (s < end && *s == '.') {
        const char *fraction = ++s;
        s = scan_digits(s, end, 1, &used, n);
        any |= s > fraction;
    }
    if (any && s < end && (*s == 'e' || *s == 'E'))
        s = scan_exponent(s + 1, end, n);
    return any && s == end;
}

static double slow(const char *s, const char *end)
{
    Text t = {0};
    text_add_bytes(&t, s, (size_t)(end - s));
    double v = real_parse(t.bytes, NULL);
    text_free(&t);
    return v;
}

bool rt_number_parse(const char *s, const char *end, double *out)
{
    Decimal n;
    if (!scan(s, end, &n))
        return false;
    if (n.exact && n.digits <= (uint64_t)1 << 53 && n.exponent <= EXACT_POWER
        && n.exponent >= -EXACT_POWER) {
        double v = (double)n.digits;
        v = n.exponent < 0 ? v / powers[-n.exponent] : v * powers[n.exponent];
        *out = n.negative ? -v : v;
    } else {
        *out = slow(s, end);
    }
    return isfinite(*out);
}

const char *rt_number_text(double v, int digits, char out[RT_NUMBER_TEXT])
{
    real_print(out, RT_NUMBER_TEXT, digits, v);
    return out;
}

const char *rt_number_shortest(double v, bool single, char out[RT_NUMBER_TEXT])
{
    int most = single ? 9 : 17;
    for (int digits = single ? 6 : 15; digits <= most; digits++) {
        double back;
        const char *text = rt_number_text(v, digits, out);
        if (!rt_number_parse(text, text + strlen(text), &back))
            break;      /* not finite */
        if (single ? (float)back == (float)v : back == v)
            break;
    }
    return out;
}

const char *rt_bytes_text(double bytes, char out[RT_NUMBER_TEXT])
{
    static const char *const units[] = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};
    int unit = 0, last = sizeof units / sizeof *units - 1;
    for (; bytes >= 1024 && unit < last; unit++)
        bytes /= 1024;
    snprintf(out, RT_NUMBER_TEXT, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
    return out;
}
