/* Stream = block { block }, bit after bit, of each byte the lowest first:
 *
 *     block  = last(1) kind(2) ( stored | coded )
 *     stored = what fills the byte, length(16) its complement(16) bytes
 *     coded  = [ lengths of the codes ] { literal | length distance } end
 *
 * Codes are canonical: their lengths say all, and in the order of (length, symbol) they
 * count upward. */
#include "runtime/native/inflate.h"

#include <stdbool.h>
#include <string.h>

enum { LONGEST = 15, LITERALS = 288, DISTANCES = 30, END = 256 };

typedef struct Code {
    uint16_t count[LONGEST + 1]; /* of codes by length */
    uint16_t symbols[LITERALS];  /* in the order of their codes */
} Code;

static RtStatus damaged(const NativeInflate *z)
{
    return rt_fail_file(z->d, RT_BAD_INPUT, z->path, "the gzip data is damaged");
}

static RtStatus cut(const NativeInflate *z)
{
    return rt_fail_file(z->d, RT_BAD_INPUT, z->path, "the gzip data is truncated");
}

/* ------------------------------------------------------------------------ in and out */

static RtStatus take(NativeInflate *z, int n, unsigned *out)
{
    *out = 0;
    for (; z->have < n; z->have += 8) {
        if (z->in == z->end)
            return cut(z);
        z->bits |= (uint32_t)*z->in++ << z->have;
    }
    *out = z->bits & ((1u << n) - 1);
    z->bits >>= n;
    z->have -= n;
    return RT_OK;
}

static RtStatus put(NativeInflate *z, unsigned char byte)
{
    RtStatus st = RT_OK;
    if (z->out->size + 1 >= z->room) {
        st = rt_file_check_growth(z->out, (size_t)(z->in - z->begin), z->path, z->d);
        if (!st)
            st = rt_file_grow(z->out, &z->room, z->path, z->limit, z->d);
    }
    if (!st)
        z->out->bytes[z->out->size++] = byte;
    return st;
}

/* ------------------------------------------------------------------------------ codes */

/* Lengths for which there are too many codes, or codes left over, are none; but a code of
 * one symbol has one bit. */
static RtStatus make_code(const NativeInflate *z, const uint8_t *lengths, unsigned count,
                          Code *out)
{
    uint16_t at[LONGEST + 2] = {0};
    int left = 1;
    *out = (Code){0};
    for (unsigned i = 0; i < count; i++)
        out->count[lengths[i]]++;
    unsigned used = count - out->count[0];
    out->count[0] = 0;
    for (int n = 1; n <= LONGEST && left >= 0; n++) {
        left = 2 * left - out->count[n];
        at[n + 1] = (uint16_t)(at[n] + out->count[n]);
    }
    for (unsigned i = 0; i < count; i++)
        if (lengths[i])
            out->symbols[at[lengths[i]]++] = (uint16_t)i;
    return left < 0 || (left && used > 1) ? damaged(z) : RT_OK;
}

/* `x` counts the codes of n bits before the one that was read. */
static RtStatus read_symbol(NativeInflate *z, const Code *c, unsigned *out)
{
    unsigned x = 0, before = 0, bit;
    for (int n = 1; n <= LONGEST; n++) {
        RtStatus st = take(z, 1, &bit);
        if (st)
            return st;
        x = 2 * x + bit;
        if (x < c->count[n]) {
            *out = c->symbols[before + x];
            return RT_OK;
        }
        x -= c->count[n];
        before += c->count[n];
    }
    return damaged(z);
}

/* How often a length is repeated: 16 is the one before, 17 and 18 are none. */
static RtStatus read_repeat(NativeInflate *z, unsigned symbol, unsigned *times)
{
    unsigned more = 0;
    RtStatus st = symbol < 16    ? RT_OK
                  : symbol == 16 ? take(z, 2, &more)
                  : symbol == 17 ? take(z, 3, &more)
                                 : take(z, 7, &more);
    *times = (symbol < 16 ? 1 : symbol < 18 ? 3 : 11) + more;
    return st;
}

static RtStatus read_lengths(NativeInflate *z, const Code *code, unsigned count,
                             uint8_t *out)
{
    RtStatus st = RT_OK;
    for (unsigned i = 0; i < count && !st;) {
        unsigned symbol, times;
        st = read_symbol(z, code, &symbol);
        if (!st)
            st = read_repeat(z, symbol, &times);
        if (!st && ((symbol == 16 && !i) || times > count - i))
            st = damaged(z);
        if (st)
            break;
        memset(out + i, symbol < 16 ? (int)symbol : symbol == 16 ? out[i - 1] : 0, times);
        i += times;
    }
    return st;
}

/* The lengths of both codes are coded themselves. */
static RtStatus read_codes(NativeInflate *z, Code *literals, Code *distances)
{
    static const uint8_t order[] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                    11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[LITERALS + 32] = {0};
    unsigned sizes[3], n;
    RtStatus st = take(z, 5, &sizes[0]);
    if (!st)
        st = take(z, 5, &sizes[1]);
    if (!st)
        st = take(z, 4, &sizes[2]);
    for (unsigned i = 0; !st && i < sizes[2] + 4; i++) {
        st = take(z, 3, &n);
        lengths[order[i]] = st ? 0 : (uint8_t)n;
    }
    Code code;
    if (!st)
        st = make_code(z, lengths, 19, &code);
    if (st)
        return st;
    unsigned literal_count = sizes[0] + 257, distance_count = sizes[1] + 1;
    st = read_lengths(z, &code, literal_count + distance_count, lengths);
    if (!st)
        st = make_code(z, lengths, literal_count, literals);
    return st ? st : make_code(z, lengths + literal_count, distance_count, distances);
}

static RtStatus fixed_codes(const NativeInflate *z, Code *literals, Code *distances)
{
    uint8_t lengths[LITERALS];
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    RtStatus st = make_code(z, lengths, LITERALS, literals);
    memset(lengths, 5, 32);
    return st ? st : make_code(z, lengths, 32, distances);
}

/* ----------------------------------------------------------------------------- blocks */

/* Symbols 0 to 28 are 3 4 ... 10, then four for each number of further bits; 258. */
static RtStatus read_length(NativeInflate *z, unsigned symbol, unsigned *out)
{
    unsigned extra = symbol < 8 ? 0 : (symbol - 4) / 4, more;
    if (symbol >= 28) {
        *out = 258;
        return symbol == 28 ? RT_OK : damaged(z);
    }
    RtStatus st = take(z, (int)extra, &more);
    if (!st)
        *out = 3 + more + (extra ? (4 + symbol % 4) << extra : symbol);
    return st;
}

/* Symbols 0 to 29 are 1 2 3 4, then two for each number of further bits. */
static RtStatus read_distance(NativeInflate *z, const Code *code, unsigned *out)
{
    unsigned symbol, more;
    RtStatus st = read_symbol(z, code, &symbol);
    if (!st && symbol >= DISTANCES)
        st = damaged(z);
    unsigned extra = st || symbol < 4 ? 0 : (symbol - 2) / 2;
    if (!st)
        st = take(z, (int)extra, &more);
    if (!st)
        *out = 1 + more + (extra ? (2 + symbol % 2) << extra : symbol);
    return st;
}

/* The bytes may be those that it puts there itself. */
static RtStatus repeat(NativeInflate *z, unsigned length, unsigned distance)
{
    RtStatus st = distance > z->out->size ? damaged(z) : RT_OK;
    while (length-- && !st)
        st = put(z, z->out->bytes[z->out->size - distance]);
    return st;
}

static RtStatus read_coded(NativeInflate *z, const Code *literals, const Code *distances)
{
    for (;;) {
        unsigned symbol, length, distance;
        RtStatus st = read_symbol(z, literals, &symbol);
        if (st || symbol == END)
            return st;
        if (symbol < END) {
            st = put(z, (unsigned char)symbol);
        } else {
            st = read_length(z, symbol - END - 1, &length);
            if (!st)
                st = read_distance(z, distances, &distance);
            if (!st)
                st = repeat(z, length, distance);
        }
        if (st)
            return st;
    }
}

static RtStatus read_stored(NativeInflate *z)
{
    z->bits = 0;
    z->have = 0;
    if (z->end - z->in < 4)
        return cut(z);
    unsigned length = z->in[0] | (unsigned)z->in[1] << 8;
    unsigned complement = z->in[2] | (unsigned)z->in[3] << 8;
    z->in += 4;
    if ((length ^ complement) != 0xffff)
        return damaged(z);
    if ((size_t)(z->end - z->in) < length)
        return cut(z);
    RtStatus st = RT_OK;
    while (length-- && !st)
        st = put(z, *z->in++);
    return st;
}

static RtStatus read_block(NativeInflate *z, unsigned kind)
{
    Code literals, distances;
    if (kind == 0)
        return read_stored(z);
    RtStatus st = kind == 1   ? fixed_codes(z, &literals, &distances)
                  : kind == 2 ? read_codes(z, &literals, &distances)
                              : damaged(z);
    return st ? st : read_coded(z, &literals, &distances);
}

RtStatus native_inflate(NativeInflate *z)
{
    unsigned last, kind;
    z->bits = 0;
    z->have = 0;
    for (;;) {
        RtStatus st = take(z, 1, &last);
        if (!st)
            st = take(z, 2, &kind);
        if (!st)
            st = read_block(z, kind);
        if (st || last)
            return st;
    }
}
