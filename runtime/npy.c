#include "runtime/npy.h"

#include "runtime/array.h"
#include "runtime/file.h"
#include "support/text.h"

#include <stdlib.h>
#include <string.h>

typedef struct Header {
    Dtype dtype;
    bool swapped, fortran;
    int rank;
    int64_t dims[RT_MAX_RANK];
    bool has_descr, has_order, has_shape;
} Header;

typedef struct Cursor {
    const char *file, *at, *end;
    DiagList *d;
} Cursor;

static const struct { const char *code; Dtype dtype; } types[] = {
    {"f4", DTYPE_f32}, {"f8", DTYPE_f64},  {"f2", DTYPE_f16},  {"V2", DTYPE_bf16},
    {"b1", DTYPE_i1},  {"i1", DTYPE_i8},   {"i2", DTYPE_i16},  {"i4", DTYPE_i32},
    {"i8", DTYPE_i64}, {"u1", DTYPE_ui8},  {"u2", DTYPE_ui16}, {"u4", DTYPE_ui32},
    {"u8", DTYPE_ui64},
};

static RtStatus wrong(Cursor *c, const char *what)
{
    return rt_fail_file(c->d, RT_BAD_INPUT, c->file, "the npy header is wrong: %s", what);
}

static void skip_blanks(Cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n'))
        c->at++;
}

static bool take(Cursor *c, char wanted)
{
    skip_blanks(c);
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static bool take_word(Cursor *c, const char *word)
{
    size_t n = strlen(word);
    skip_blanks(c);
    if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n))
        return false;
    c->at += n;
    return true;
}

/* string = "'" { character } "'"  (or with double quotes); no escapes */
static bool take_string(Cursor *c, const char **text, size_t *length)
{
    skip_blanks(c);
    if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
        return false;
    char quote = *c->at++;
    const char *stop = memchr(c->at, quote, (size_t)(c->end - c->at));
    if (!stop)
        return false;
    *text = c->at;
    *length = (size_t)(stop - c->at);
    c->at = stop + 1;
    return true;
}

/* descr = "'" order kind size "'", order one of < > | = */
static RtStatus read_descr(Cursor *c, Header *h)
{
    const char *s;
    size_t n;
    if (!take_string(c, &s, &n))
        return rt_fail_file(c->d, RT_UNSUPPORTED, c->file,
                            "unsupported: an array of records (structured dtype)");
    if (n == 3 && memchr("<>|=", s[0], 4))
        for (size_t i = 0; i < sizeof types / sizeof *types; i++)
            if (!memcmp(types[i].code, s + 1, 2)) {
                h->dtype = types[i].dtype;
                h->swapped = s[0] == '>' && dtype_bytes(h->dtype) > 1;
                h->has_descr = true;
                return RT_OK;
            }
    return rt_fail_file(c->d, RT_UNSUPPORTED, c->file, "unsupported: element type '%.*s'",
                        n < 40 ? (int)n : 40, s);
}

static bool take_size(Cursor *c, int64_t *out)
{
    skip_blanks(c);
    const char *begin = c->at;
    for (*out = 0; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
        if (__builtin_mul_overflow(*out, 10, out)
            || __builtin_add_overflow(*out, *c->at - '0', out))
            return false;
    if (c->at < c->end && *c->at == 'L')    /* Python 2 */
        c->at++;
    return c->at > begin;
}

/* shape = "(" [ size { "," size } [ "," ] ] ")" */
static RtStatus read_shape(Cursor *c, Header *h)
{
    if (!take(c, '('))
        return wrong(c, "expected '(' after 'shape'");
    h->has_shape = true;
    while (!take(c, ')')) {
        if (h->rank == RT_MAX_RANK)
            return rt_fail_file(c->d, RT_UNSUPPORTED, c->file,
                                "unsupported: more than %d sizes", RT_MAX_RANK);
        if (!take_size(c, &h->dims[h->rank++]))
            return wrong(c, "expected a size in 'shape'");
        if (!take(c, ',') && (c->at == c->end || *c->at != ')'))
            return wrong(c, "expected ',' or ')' in 'shape'");
    }
    return RT_OK;
}

static RtStatus read_order(Cursor *c, Header *h)
{
    h->fortran = take_word(c, "True");
    h->has_order = h->fortran || take_word(c, "False");
    return h->has_order ? RT_OK
                        : wrong(c, "expected True or False after 'fortran_order'");
}

/* header = "{" { string ":" value "," } "}" */
static RtStatus read_header(Cursor *c, Header *h)
{
    RtStatus st = take(c, '{') ? RT_OK : wrong(c, "expected '{'");
    while (!st && !take(c, '}')) {
        const char *key;
        size_t n;
        if (!take_string(c, &key, &n) || !take(c, ':'))
            return wrong(c, "expected a key and ':'");
        if (n == 5 && !memcmp(key, "descr", n) && !h->has_descr)
            st = read_descr(c, h);
        else if (n == 13 && !memcmp(key, "fortran_order", n) && !h->has_order)
            st = read_order(c, h);
        else if (n == 5 && !memcmp(key, "shape", n) && !h->has_shape)
            st = read_shape(c, h);
        else
            return wrong(c, "an unknown or repeated key");
        if (!st && !take(c, ',') && (c->at == c->end || *c->at != '}'))
            return wrong(c, "expected ',' or '}'");
    }
    if (!st && !(h->has_descr && h->has_order && h->has_shape))
        st = wrong(c, "it must have 'descr', 'fortran_order' and 'shape'");
    return st;
}

/* Column-major elements into row-major order: walks the result, stepping through the
 * input with the strides of the other order. */
static void from_fortran(const Header *h, const unsigned char *in, unsigned char *out,
                         int64_t count)
{
    size_t width = dtype_bytes(h->dtype);
    int64_t index[RT_MAX_RANK] = {0}, stride[RT_MAX_RANK], at = 0;
    for (int i = 0; i < h->rank; i++)
        stride[i] = i ? stride[i - 1] * h->dims[i - 1] : 1;
    for (int64_t n = 0; n < count; n++) {
        memcpy(out + (size_t)n * width, in + (size_t)at * width, width);
        for (int i = h->rank - 1; i >= 0; i--) {
            at += stride[i];
            if (++index[i] < h->dims[i])
                break;
            at -= stride[i] * h->dims[i];
            index[i] = 0;
        }
    }
}

static RtStatus fill(const char *file, const Header *h, const unsigned char *data,
                     size_t size, RtTensor *out, DiagList *d)
{
    RtStatus st = rt_array_create(file, h->dtype, h->rank, h->dims, size, out, d);
    if (st)
        return st;
    if (h->fortran && h->rank > 1)
        from_fortran(h, data, out->data, rt_tensor_count(out));
    else
        memcpy(out->data, data, size);
    if (h->swapped)
        rt_array_swap(out);
    rt_tensor_normalize(out);
    return RT_OK;
}

/* npy = "\x93NUMPY" major minor length header data; length has 2 bytes in version 1,
 * else 4 */
RtStatus rt_npy_parse(const char *file, const void *bytes, size_t size, RtTensor *out,
                      DiagList *d)
{
    const unsigned char *p = bytes;
    *out = (RtTensor){0};
    if (size < 10 || memcmp(p, "\x93NUMPY", 6))
        return rt_fail_file(d, RT_BAD_INPUT, file, "not an npy file");
    if (p[6] < 1 || p[6] > 3)
        return rt_fail_file(d, RT_UNSUPPORTED, file, "unsupported: npy version %d", p[6]);
    size_t begin = p[6] == 1 ? 10 : 12, length = p[8] | (size_t)p[9] << 8;
    if (size >= begin && p[6] > 1)
        length |= (size_t)p[10] << 16 | (size_t)p[11] << 24;
    if (size < begin || size - begin < length)
        return rt_fail_file(d, RT_BAD_INPUT, file,
                            "truncated: the header is not complete");
    Header h = {0};
    Cursor c = {file, (const char *)p + begin, (const char *)p + begin + length, d};
    RtStatus st = read_header(&c, &h);
    if (!st)
        st = fill(file, &h, p + begin + length, size - begin - length, out, d);
    return st;
}

RtStatus rt_npy_read(const char *path, RtTensor *out, DiagList *d)
{
    return rt_array_read(path, rt_npy_parse, out, d);
}

static const char *type_code(Dtype t)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].dtype == t)
            return types[i].code;
    return NULL;
}

void rt_npy_add_header(const RtTensor *t, Text *head)
{
    enum { PREFIX = 10, UNIT = 64 };
    bool plain = dtype_bytes(t->dtype) == 1 || t->dtype == DTYPE_bf16;
    text_add_bytes(head, "\x93NUMPY\x01\x00\x00\x00", PREFIX);
    text_printf(head, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                plain ? '|' : '<', type_code(t->dtype));
    for (int i = 0; i < t->rank; i++)
        text_printf(head, i ? " %lld," : "%lld,", (long long)t->dims[i]);
    if (t->rank > 1)
        head->bytes[--head->length] = 0;    /* (2, 3), but (2,) */
    text_add(head, "), }");
    text_indent(head, (int)(UNIT - 1 - head->length % UNIT));
    text_add(head, "\n");
    head->bytes[8] = (char)((head->length - PREFIX) & 255);
    head->bytes[9] = (char)((head->length - PREFIX) >> 8);
}

RtStatus rt_npy_write(const char *path, const RtTensor *t, DiagList *d)
{
    Text head = {0};
    rt_npy_add_header(t, &head);
    RtPiece pieces[] = {{head.bytes, head.length}, {t->data, rt_tensor_bytes(t)}};
    RtStatus st = rt_file_write(path, pieces, 2, d);
    text_free(&head);
    return st;
}
