#include "runtime/json.h"

#include "runtime/number.h"

#include <string.h>

typedef struct Reader {
    const char *at, *end;
    Arena *arena;
    int depth;
} Reader;

static bool read_value(Reader *r, RtJson *out);

static void skip_blanks(Reader *r)
{
    while (r->at < r->end && *r->at && strchr(" \t\r\n", *r->at))
        r->at++;
}

static bool take(Reader *r, char wanted)
{
    skip_blanks(r);
    if (r->at == r->end || *r->at != wanted)
        return false;
    r->at++;
    return true;
}

static bool take_word(Reader *r, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n))
        return false;
    r->at += n;
    return true;
}

/* ---------------------------------------------------------------------------- numbers */

static bool take_digits(Reader *r)
{
    const char *begin = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        r->at++;
    return r->at > begin;
}

/* number = [ "-" ] ( "0" | digits ) [ "." digits ] [ ( "e" | "E" ) [ sign ] digits ] */
static bool read_number(Reader *r, RtJson *out)
{
    const char *begin = r->at;
    out->kind = RT_JSON_NUMBER;
    take_word(r, "-");
    if (!take_word(r, "0") && !take_digits(r))
        return false;
    if (take_word(r, ".") && !take_digits(r))
        return false;
    if (take_word(r, "e") || take_word(r, "E")) {
        if (!take_word(r, "-"))
            take_word(r, "+");
        if (!take_digits(r))
            return false;
    }
    return rt_number_parse(begin, r->at, &out->number);
}

/* ---------------------------------------------------------------------------- strings */

static bool read_hex(Reader *r, unsigned *out)
{
    static const char digits[] = "0123456789abcdef";
    *out = 0;
    for (int i = 0; i < 4; i++) {
        const char *digit = r->at < r->end && *r->at ? strchr(digits, *r->at | 32) : NULL;
        if (!digit || *r->at < '0')
            return false;
        *out = *out << 4 | (unsigned)(digit - digits);
        r->at++;
    }
    return true;
}

/* A code point of at most 21 bits in UTF-8. */
static char *put_utf8(char *to, unsigned c)
{
    int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    *to++ = (char)(lead[more] | c >> 6 * more);
    while (more--)
        *to++ = (char)(0x80 | (c >> 6 * more & 0x3f));
    return to;
}

/* escape = "\u" hex hex hex hex; beyond 16 bits two of them, high and low surrogate */
static char *read_code_point(Reader *r, char *to)
{
    unsigned c, low;
    if (!read_hex(r, &c) || !c || (c >= 0xdc00 && c < 0xe000))
        return NULL;
    if (c >= 0xd800 && c < 0xdc00) {
        if (!take_word(r, "\\u") || !read_hex(r, &low) || low < 0xdc00 || low >= 0xe000)
            return NULL;
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
    return put_utf8(to, c);
}

static char *read_escape(Reader *r, char *to)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (r->at == r->end || !*r->at)
        return NULL;
    const char *name = strchr(names, *r->at);
    if (name) {
        r->at++;
        *to++ = values[name - names];
        return to;
    }
    return take_word(r, "u") ? read_code_point(r, to) : NULL;
}

/* The text behind a quote, to the next; it becomes no longer by being read. */
static bool read_string(Reader *r, const char **out)
{
    const char *stop = r->at;
    while (stop < r->end && *stop != '"')
        stop += 1 + (*stop == '\\');
    if (stop >= r->end)
        return false;
    char *to = arena_alloc(r->arena, (size_t)(stop - r->at) + 1);
    *out = to;
    while (to && *r->at != '"') {
        if ((unsigned char)*r->at < ' ')
            return false;
        if (take_word(r, "\\"))
            to = read_escape(r, to);
        else
            *to++ = *r->at++;
    }
    return to && take(r, '"');
}

/* ------------------------------------------------------------------------------ lists */

/* element = [ string ":" ] value */
static bool read_element(Reader *r, bool keyed, RtJson *out)
{
    if (keyed && (!take(r, '"') || !read_string(r, &out->key) || !take(r, ':')))
        return false;
    return read_value(r, out);
}

/* list = open [ element { "," element } ] close */
static bool read_list(Reader *r, char close, RtJson *out)
{
    const RtJson **link = &out->child;
    if (r->depth == RT_JSON_DEPTH)
        return false;
    if (take(r, close))
        return true;
    r->depth++;
    do {
        RtJson *element = ARENA_NEW(r->arena, RtJson);
        if (!read_element(r, close == '}', element))
            return false;
        *link = element;
        link = &element->next;
        out->count++;
    } while (take(r, ','));
    r->depth--;
    return take(r, close);
}

static bool read_value(Reader *r, RtJson *out)
{
    skip_blanks(r);
    if (take_word(r, "{"))
        return out->kind = RT_JSON_OBJECT, read_list(r, '}', out);
    if (take_word(r, "["))
        return out->kind = RT_JSON_ARRAY, read_list(r, ']', out);
    if (take_word(r, "\""))
        return out->kind = RT_JSON_STRING, read_string(r, &out->string);
    if (take_word(r, "null"))
        return out->kind = RT_JSON_NULL, true;
    out->kind = RT_JSON_BOOL;
    out->number = take_word(r, "true");
    return out->number || take_word(r, "false") || read_number(r, out);
}

const RtJson *rt_json_parse(const char *text, size_t length, Arena *arena)
{
    Reader r = {.at = text, .end = text + length, .arena = arena};
    RtJson *out = ARENA_NEW(arena, RtJson);
    bool good = read_value(&r, out);
    skip_blanks(&r);
    return good && r.at == r.end ? out : NULL;
}

/* ----------------------------------------------------------------------------- access */

const RtJson *rt_json_get(const RtJson *v, const char *key)
{
    const RtJson *p = v && v->kind == RT_JSON_OBJECT ? v->child : NULL;
    while (p && strcmp(p->key, key))
        p = p->next;
    return p;
}

const char *rt_json_get_string(const RtJson *v, const char *key, const char *otherwise)
{
    const RtJson *p = rt_json_get(v, key);
    return p && p->kind == RT_JSON_STRING ? p->string : otherwise;
}

double rt_json_get_number(const RtJson *v, const char *key, double otherwise)
{
    const RtJson *p = rt_json_get(v, key);
    return p && p->kind == RT_JSON_NUMBER ? p->number : otherwise;
}

bool rt_json_whole(const RtJson *v, int64_t *out)
{
    if (!v || v->kind != RT_JSON_NUMBER || !(v->number >= 0) || v->number > 0x1p53)
        return false;
    *out = (int64_t)v->number;
    return (double)*out == v->number;
}

/* ------------------------------------------------------------------------------- text */

void rt_json_add_string(Text *out, const char *s)
{
    static const char names[] = "\"\\bfnrt", values[] = "\"\\\b\f\n\r\t";
    text_add(out, "\"");
    for (; *s; s++) {
        const char *value = strchr(values, *s);
        if (value)
            text_printf(out, "\\%c", names[value - values]);
        else if ((unsigned char)*s < ' ')
            text_printf(out, "\\u%04x", *s);
        else
            text_add_bytes(out, s, 1);
    }
    text_add(out, "\"");
}
