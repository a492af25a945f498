#include "runtime/csv_scan.h"

#include <string.h>

void rt_scan_open(RtScanner *s, const char *text, size_t length, char separator)
{
    bool bom = length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3);
    const char *begin = bom ? text + 3 : text;
    *s = (RtScanner){begin, text + length, begin, 1, separator ? separator : ','};
}

/* Steps over the end of a line: LF, CRLF or a lone CR. */
static void next_line(RtScanner *s)
{
    if (s->at < s->end && *s->at == '\r')
        s->at++;
    if (s->at < s->end && *s->at == '\n')
        s->at++;
    s->line_begin = s->at;
    s->line++;
}

static bool at_line_end(const RtScanner *s)
{
    return s->at == s->end || *s->at == '\n' || *s->at == '\r';
}

bool rt_scan_row(RtScanner *s)
{
    while (s->at < s->end && at_line_end(s))
        next_line(s);
    return s->at < s->end;
}

void rt_scan_skip_line(RtScanner *s)
{
    while (!at_line_end(s))
        s->at++;
    if (s->at < s->end)
        next_line(s);
}

static bool is_blank(const RtScanner *s, char c)
{
    return (c == ' ' || c == '\t') && c != s->separator;
}

/* Steps over what ends a cell. */
static RtScan finish(RtScanner *s, RtCell *out)
{
    out->last = at_line_end(s);
    if (!out->last)
        s->at++;
    else if (s->at < s->end)
        next_line(s);
    return RT_SCAN_CELL;
}

/* plain = { any character but the separator and line ends } */
static RtScan scan_plain(RtScanner *s, RtCell *out)
{
    const char *p = s->at, *end = s->end;
    char separator = s->separator;
    while (p < end && *p != separator && *p != '\n' && *p != '\r')
        p++;
    s->at = p;
    out->end = p;
    while (out->begin < out->end && is_blank(s, out->end[-1]))
        out->end--;
    return finish(s, out);
}

/* quoted = '"' { any character but '"' | '""' } '"' */
static RtScan scan_quoted(RtScanner *s, RtCell *out)
{
    out->quoted = true;
    out->begin = ++s->at;
    for (;; s->at++) {
        if (s->at == s->end)
            return RT_SCAN_OPEN_QUOTE;
        if (*s->at == '\n') {
            s->line_begin = s->at + 1;
            s->line++;
        } else if (*s->at == '"') {
            if (s->at + 1 == s->end || s->at[1] != '"')
                break;
            out->escaped = true;
            s->at++;
        }
    }
    out->end = s->at++;
    while (s->at < s->end && is_blank(s, *s->at))
        s->at++;
    if (!at_line_end(s) && *s->at != s->separator) {
        out->line = s->line;
        out->column = (unsigned)(s->at - s->line_begin) + 1;
        return RT_SCAN_AFTER_QUOTE;
    }
    return finish(s, out);
}

RtScan rt_scan_cell(RtScanner *s, RtCell *out)
{
    while (s->at < s->end && is_blank(s, *s->at))
        s->at++;
    *out = (RtCell){s->at, s->at, s->line, (unsigned)(s->at - s->line_begin) + 1,
                    false, false, false};
    return s->at < s->end && *s->at == '"' ? scan_quoted(s, out) : scan_plain(s, out);
}
