/* Decimal digits of floats, rounded as MLIR's printer (LLVM's APFloat) rounds them, so
 * that our text is the same byte for byte. That rounding is not the nearest: the value
 * is an integer n times a power of ten, n loses as many digits as its bits surely have
 * too many, and only then is rounded half up. So 0.7f has no form of six digits (they
 * would be 699999) and is 0.699999988. */
#include "ir/print.h"
#include "support/real.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A natural number; the largest is 2^53 * 5^1074, of 2547 bits. */
enum { LIMBS = 84, DIGITS = 800 };

typedef struct Big {
    uint32_t limb[LIMBS];   /* least first */
    int count;
} Big;

static void big_multiply(Big *b, uint32_t by)
{
    uint64_t carry = 0;
    for (int i = 0; i < b->count; i++) {
        carry += (uint64_t)b->limb[i] * by;
        b->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        b->limb[b->count++] = (uint32_t)carry;
}

static uint32_t big_divide(Big *b, uint32_t by)     /* returns the remainder */
{
    uint64_t rest = 0;
    for (int i = b->count; i-- > 0;) {
        rest = rest << 32 | b->limb[i];
        b->limb[i] = (uint32_t)(rest / by);
        rest %= by;
    }
    while (b->count && !b->limb[b->count - 1])
        b->count--;
    return (uint32_t)rest;
}

static unsigned big_bits(const Big *b)
{
    return (unsigned)b->count * 32 - (unsigned)__builtin_clz(b->limb[b->count - 1]);
}

/* digit[0] . digit[1] ... * 10^exponent, without zeros at the end. */
typedef struct Decimal {
    char digit[DIGITS];
    int count, exponent;
} Decimal;

static Big exact_integer(double value, int *exponent)
{
    int e;
    uint64_t mantissa = (uint64_t)ldexp(frexp(value, &e), 53);
    e -= 53;
    int zeros = __builtin_ctzll(mantissa);
    mantissa >>= zeros;
    e += zeros;
    Big b = {{(uint32_t)mantissa, (uint32_t)(mantissa >> 32)}, mantissa >> 32 ? 2 : 1};
    for (int i = 0; i < e; i++)
        big_multiply(&b, 2);
    for (int i = e; i < 0; i++)     /* n * 2^-e is (n * 5^e) * 10^-e */
        big_multiply(&b, 5);
    *exponent = e < 0 ? e : 0;
    return b;
}

/* Digits, most significant last, of n; zeros that end n go to the exponent. */
static int take_digits(Big *b, char *digit, int *exponent)
{
    int count = 0;
    while (b->count) {
        uint32_t d = big_divide(b, 10);
        if (!count && !d)
            ++*exponent;
        else
            digit[count++] = (char)d;
    }
    return count;
}

static Decimal round_digits(double value, unsigned precision)
{
    int exponent;
    Big b = exact_integer(value, &exponent);
    unsigned bits = big_bits(&b),
             wanted = (precision * 196 + 58) / 59; /* lg 10 < 196/59 */
    unsigned excess = bits > wanted ? (bits - wanted) * 59 / 196 : 0;
    for (unsigned i = 0; i < excess; i++)
        big_divide(&b, 10);
    exponent += (int)excess;
    char digit[DIGITS];
    int count = take_digits(&b, digit, &exponent);
    int first = count > (int)precision ? count - (int)precision : 0;
    if (first && digit[first - 1] >= 5) {
        while (first < count && digit[first] == 9)
            first++;
        if (first == count)
            digit[count++] = 0;
        digit[first]++;
    } else if (first) {
        while (first < count - 1 && digit[first] == 0)
            first++;
    }
    Decimal d = {.count = count - first, .exponent = exponent + count - 1};
    for (int i = 0; i < d.count; i++)
        d.digit[i] = (char)('0' + digit[count - 1 - i]);
    return d;
}

static void print_six(Text *to, const Decimal *d)
{
    enum { PLACES = 6 };
    text_printf(to, "%c.", d->digit[0]);
    for (int i = 1; i <= PLACES; i++)
        text_printf(to, "%c", i < d->count ? d->digit[i] : '0');
    text_printf(to, "e%c%02d", d->exponent < 0 ? '-' : '+', abs(d->exponent));
}

/* Without an exponent where at most three zeros are needed for that. */
static void print_all(Text *to, const Decimal *d, int precision)
{
    int point = d->exponent + 1;    /* digits before it */
    bool plain = d->exponent >= 0 ? point <= precision && point - d->count <= 3
                                  : d->exponent >= -3;
    if (!plain) {
        text_printf(to, "%c.", d->digit[0]);
        text_add_bytes(to, d->count > 1 ? d->digit + 1 : "0",
                       d->count > 1 ? (size_t)d->count - 1 : 1);
        text_printf(to, "E%c%d", d->exponent < 0 ? '-' : '+', abs(d->exponent));
        return;
    }
    if (point <= 0)
        text_printf(to, "0.%.*s", -point, "000");
    for (int i = 0; i < d->count || i < point; i++) {
        if (i && i == point)
            text_add(to, ".");
        text_printf(to, "%c", i < d->count ? d->digit[i] : '0');
    }
}

static bool reads_back(const char *text, Dtype elem, double value)
{
    unsigned char a[8] = {0}, b[8] = {0};
    dtype_store(elem, a,
                elem == DTYPE_f32 ? (double)real_parse_single(text, NULL)
                                  : real_parse(text, NULL));
    dtype_store(elem, b, value);
    return !memcmp(a, b, sizeof a);
}

static int all_digits(Dtype elem)
{
    switch (elem) {
    case DTYPE_f64: return 17;
    case DTYPE_f32: return 9;
    case DTYPE_f16: return 5;
    default: return 4;
    }
}

static void print_digits(Text *to, Dtype elem, double value)
{
    Decimal six = round_digits(value, 6);
    print_six(to, &six);
    if (reads_back(to->bytes, elem, value))
        return;
    Decimal all = round_digits(value, (unsigned)all_digits(elem));
    to->length = 0;
    print_all(to, &all, all_digits(elem));
    if (strchr(to->bytes, '.'))
        return;
    uint64_t bits = 0;
    dtype_store(elem, &bits, value);
    to->length = 0;
    text_printf(to, "0x%" PRIX64, bits);
}

void print_decimal(Text *to, Dtype elem, double value)
{
    if (value == 0) {
        text_add(to, signbit(value) ? "-0.000000e+00" : "0.000000e+00");
        return;
    }
    Text digits = {0};
    print_digits(&digits, elem, fabs(value));
    if (value < 0 &&
        digits.bytes[1] == 'x') { /* the bits of a negative value have its sign */
        uint64_t bits = 0;
        dtype_store(elem, &bits, value);
        text_printf(to, "0x%" PRIX64, bits);
    } else {
        text_printf(to, "%s%s", value < 0 ? "-" : "", digits.bytes);
    }
    text_free(&digits);
}
