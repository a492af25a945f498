/* Two passes: the first counts rows and columns and checks the shape of the text and the
 * numbers, which it writes down; the second collects the cells of the categorical
 * columns, if there are any. */
#include "runtime/csv.h"

#include "runtime/classes.h"
#include "runtime/csv_scan.h"
#include "runtime/file.h"
#include "runtime/number.h"
#include "support/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct Reader {
    const char *file, *text;
    size_t length;
    char separator;
    Arena *arena;            /* scratch */
    RtTable *table;
    bool *is_text;           /* per column */
    bool no_header;
    const RtTable *known;
    const RtColumn **as;     /* per column: the known one, NULL if it is not read */
    int64_t room;            /* rows that fit */
    size_t errors;
    DiagList *d;
} Reader;

/* More than any file's line holds; keeps sizes far from overflow. */
enum { MOST_COLUMNS = 1 << 20, FIRST_CELLS = 1 << 14 };
/* Characters of a cell shown in a message; size of the largest file that is kept for
 * messages. */
enum { SHOWN = 40, SOURCE_LIMIT = 64 << 20 };

static Place place_of(const Reader *r, const RtCell *c)
{
    return (Place){r->file, c->line, c->column};
}

__attribute__((format(printf, 3, 4)))
static void complain(Reader *r, const RtCell *c, const char *format, ...)
{
    if (!r->errors && r->length <= SOURCE_LIMIT)
        diag_source(r->d, r->file, r->text, r->length);
    if (++r->errors > RT_CSV_ERRORS)
        return;
    va_list args;
    va_start(args, format);
    diag_vadd(r->d, DIAG_ERROR, DIAG_INPUT, place_of(r, c), format, args);
    va_end(args);
}

/* The text of a cell: its own bytes, or a copy with "" made ". */
static const char *cell_text(Reader *r, const RtCell *c, size_t *length)
{
    *length = (size_t)(c->end - c->begin);
    if (!c->escaped)
        return c->begin;
    char *copy = arena_alloc(r->arena, *length + 1), *p = copy;
    for (const char *s = c->begin; s < c->end; s++) {
        *p++ = *s;
        s += *s == '"';
    }
    *length = (size_t)(p - copy);
    return copy;
}

static const char *shown(Reader *r, const RtCell *c)
{
    size_t n;
    const char *s = cell_text(r, c, &n);
    return n <= SHOWN ? arena_strndup(r->arena, s, n)
                      : arena_printf(r->arena, "%.*s...", SHOWN, s);
}

static bool one_of(const RtCell *c, const char *const *words)
{
    size_t n = (size_t)(c->end - c->begin);
    for (; *words; words++)
        if (strlen(*words) == n && !strncasecmp(*words, c->begin, n))
            return true;
    return false;
}

/* In quotes only the empty cell is missing: "NA" may be a name. */
static bool is_missing(const RtCell *c)
{
    static const char *const words[] = {"", "na", "n/a", "nan", "null", "?", NULL};
    return c->begin == c->end || (!c->quoted && one_of(c, words));
}

static bool is_infinite(const RtCell *c)
{
    static const char *const words[] = {"inf", "+inf", "-inf", "infinity", "+infinity",
                                        "-infinity", NULL};
    return one_of(c, words);
}

static bool good_scan(Reader *r, RtScan scan, const RtCell *c)
{
    if (scan == RT_SCAN_OPEN_QUOTE)
        complain(r, c, "this quote is never closed");
    else if (scan == RT_SCAN_AFTER_QUOTE)
        complain(r, c, "expected '%c' or the end of the line after a quoted value",
                 r->separator);
    return scan == RT_SCAN_CELL;
}

/* Takes over the name. */
static bool add_column(RtTable *t, char *name)
{
    size_t n = t->column_count;
    if (!(n & (n - 1))) {    /* room doubles at powers of two */
        RtColumn *p = realloc(t->columns, (n ? 2 * n : 1) * sizeof *p);
        if (!p)
            return false;
        t->columns = p;
    }
    t->columns[t->column_count++] = (RtColumn){.name = name};
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void check_unique(Reader *r, const RtCell *header)
{
    size_t n = r->table->column_count;
    const char **names = ARENA_ARRAY(r->arena, const char *, n);
    for (size_t i = 0; i < n; i++)
        names[i] = r->table->columns[i].name;
    qsort(names, n, sizeof *names, by_text);
    for (size_t i = 0; i + 1 < n; i++)
        if (!strcmp(names[i], names[i + 1]))
            complain(r, header, "two columns have the name '%s'", names[i]);
}

/* Reads the first row: the columns, named by it or (no_header) only counted. */
static RtStatus read_header(Reader *r, RtScanner *s, bool no_header)
{
    RtCell c, first = {.line = 1, .column = 1};
    do {
        if (!good_scan(r, rt_scan_cell(s, &c), &c))
            return RT_BAD_INPUT;
        size_t n, i = r->table->column_count;
        const char *text = cell_text(r, &c, &n);
        if (!i)
            first = c;
        if (i >= MOST_COLUMNS)
            return rt_fail(r->d, RT_UNSUPPORTED, place_of(r, &c),
                           "unsupported: more than %d columns", MOST_COLUMNS);
        char number[24];
        snprintf(number, sizeof number, "c%zu", i);
        char *name = no_header || !n ? strdup(number) : strndup(text, n);
        if (!name || !add_column(r->table, name)) {
            free(name);
            return rt_no_memory(r->d, n + i * sizeof(RtColumn));
        }
    } while (!c.last);
    check_unique(r, &first);
    return RT_OK;
}

static RtStatus make_rows(Reader *r)
{
    RtTable *t = r->table;
    if (t->rows < r->room)
        return RT_OK;
    int64_t first = FIRST_CELLS / (int64_t)t->column_count + 1;
    int64_t room = r->room ? r->room * 2 : first;
    for (size_t i = 0; i < t->column_count; i++) {
        double *p = realloc(t->columns[i].values, (size_t)room * sizeof *p);
        if (!p)
            return rt_no_memory(r->d, (size_t)room * sizeof *p);
        t->columns[i].values = p;
    }
    r->room = room;
    return RT_OK;
}

/* The class of a word that is known; false with a diagnostic if it is not. */
static bool find_class(Reader *r, const RtCell *c, const RtColumn *as, double *out)
{
    size_t n, low = 0, high = as->class_count;
    const char *text = cell_text(r, c, &n);
    const char *word = arena_strndup(r->arena, text, n);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(word, as->classes[middle]);
        *out = (double)middle;
        if (!order)
            return true;
        *(order < 0 ? &high : &low) = middle + (order > 0);
    }
    const char *near = text_nearest(word, (const char *const *)as->classes,
                                    as->class_count);
    complain(r, c, near ? "column '%s': '%s' is no value it was trained with; did you "
                          "mean '%s'?"
                        : "column '%s': '%s' is no value it was trained with",
             as->name, shown(r, c), near);
    return false;
}

/* A cell of a column that is known from another file. */
static void read_known_cell(Reader *r, const RtCell *c, size_t i, double *value)
{
    const RtColumn *as = r->as[i];
    bool number = as && !as->classes && rt_number_parse(c->begin, c->end, value);
    if (number)
        return;
    if (as && is_missing(c))
        complain(r, c, "column '%s': a value is missing", as->name);
    else if (as && !as->classes)
        complain(r, c, "column '%s': expected a finite number, found '%s'", as->name,
                 shown(r, c));
    else if (as && find_class(r, c, as, value))
        return;
    *value = 0;
}

static void read_cell(Reader *r, const RtCell *c, size_t i)
{
    RtColumn *column = &r->table->columns[i];
    int64_t row = r->table->rows;
    double *value = &column->values[row];
    if (r->known) {
        read_known_cell(r, c, i, value);
        return;
    }
    if (!r->is_text[i] && rt_number_parse(c->begin, c->end, value))
        return;
    *value = 0;
    if (is_missing(c))
        complain(r, c, "column '%s': a value is missing", column->name);
    else if (is_infinite(c))
        complain(r, c, "column '%s': '%s' is not a finite number", column->name,
                 shown(r, c));
    else if (row == 0)
        r->is_text[i] = true;
    else if (!r->is_text[i])
        complain(r, c, "column '%s': expected a number, as in the first row; found '%s'",
                 column->name, shown(r, c));
}

/* One row; a row that is wrong is reported and left. */
static void read_row(Reader *r, RtScanner *s)
{
    size_t wanted = r->table->column_count, i = 0;
    RtCell c;
    do {
        if (!good_scan(r, rt_scan_cell(s, &c), &c)) {
            rt_scan_skip_line(s);
            return;
        }
        if (i < wanted)
            read_cell(r, &c, i);
        i++;
    } while (!c.last);
    r->table->rows++;
    if (i != wanted)
        complain(r, &c, "this row has %zu value%s, the first has %zu", i,
                 text_plural((long long)i), wanted);
}

static RtStatus read_rows(Reader *r, RtScanner *s)
{
    size_t count = r->table->column_count;
    r->is_text = ARENA_ARRAY(r->arena, bool, count);
    r->as = ARENA_ARRAY(r->arena, const RtColumn *, count);
    for (size_t i = 0; r->known && i < count; i++)
        r->as[i] = rt_table_find(r->known, NULL, r->table->columns[i].name, NULL);
    while (r->errors < RT_CSV_ERRORS && rt_scan_row(s)) {
        RtStatus st = make_rows(r);
        if (st)
            return st;
        read_row(r, s);
    }
    if (r->errors)
        return RT_BAD_INPUT;
    if (!r->table->rows)
        return rt_fail_file(r->d, RT_BAD_INPUT, r->file, "no rows of data");
    return RT_OK;
}

static char **copy_names(const char *const *from, size_t count)
{
    char **names = calloc(count ? count : 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++)
        if (!(names[i] = strdup(from[i]))) {
            while (i-- > 0)
                free(names[i]);
            free(names);
            return NULL;
        }
    return names;
}

/* Turns class numbers in order of appearance into those in sorted order. */
static RtStatus finish_classes(Reader *r, RtClasses *classes)
{
    for (size_t i = 0; i < r->table->column_count; i++) {
        RtColumn *c = &r->table->columns[i];
        if (!r->is_text[i])
            continue;
        uint32_t *rank = ARENA_ARRAY(r->arena, uint32_t, classes[i].count);
        rt_classes_sort(&classes[i], rank);
        for (int64_t row = 0; row < r->table->rows; row++)
            c->values[row] = rank[(size_t)c->values[row]];
        if (!(c->classes = copy_names(classes[i].names, classes[i].count)))
            return rt_no_memory(r->d, classes[i].count * sizeof(char *));
        c->class_count = classes[i].count;
    }
    return RT_OK;
}

/* The second pass; the text is known to be well formed. */
static RtStatus read_classes(Reader *r, RtScanner *s)
{
    RtClasses *classes = ARENA_ARRAY(r->arena, RtClasses, r->table->column_count);
    for (size_t i = 0; i < r->table->column_count; i++)
        classes[i].arena = r->arena;
    for (int64_t row = 0; rt_scan_row(s); row++) {
        RtCell c;
        size_t i = 0;
        do {
            rt_scan_cell(s, &c);
            if (r->is_text[i]) {
                size_t n;
                const char *text = cell_text(r, &c, &n);
                r->table->columns[i].values[row] =
                    (double)rt_classes_add(&classes[i], text, n);
            }
            i++;
        } while (!c.last);
    }
    return finish_classes(r, classes);
}

static bool any_text(const Reader *r)
{
    for (size_t i = 0; i < r->table->column_count; i++)
        if (r->is_text[i])
            return true;
    return false;
}

static RtStatus read_table(Reader *r)
{
    RtScanner s, rows;
    rt_scan_open(&s, r->text, r->length, r->separator);
    rows = s;
    if (!rt_scan_row(&s))
        return rt_fail_file(r->d, RT_BAD_INPUT, r->file, "the file is empty");
    RtStatus st = read_header(r, &s, r->no_header);
    if (!r->no_header)
        rows = s;
    s = rows;
    if (!st)
        st = read_rows(r, &rows);
    if (!st && any_text(r))
        st = read_classes(r, &s);
    return st;
}

/* Where a byte of the text is. */
static RtCell cell_at(const Reader *r, const char *at)
{
    RtScanner s;
    rt_scan_open(&s, r->text, r->length, r->separator);
    for (const char *p = s.at; p < at; p++)
        if (*p == '\n' || (*p == '\r' && p[1] != '\n')) {
            s.line_begin = p + 1;
            s.line++;
        }
    return (RtCell){.line = s.line, .column = (unsigned)(at - s.line_begin) + 1};
}

/* Files of spreadsheets may be UTF-16, and others no text at all. */
static RtStatus check_text(Reader *r)
{
    const char *nul = memchr(r->text, 0, r->length);
    if (r->length >= 2 && (!memcmp(r->text, "\xff\xfe", 2)
                           || !memcmp(r->text, "\xfe\xff", 2)))
        return rt_fail_file(r->d, RT_BAD_INPUT, r->file,
                            "it is UTF-16 text: save it as UTF-8");
    if (!nul)
        return RT_OK;
    RtCell at = cell_at(r, nul);
    complain(r, &at,
             "a NUL character, which CSV cannot hold; if the file is UTF-16, save it as "
             "UTF-8");
    return RT_BAD_INPUT;
}

static RtStatus read_all(void *reader)
{
    Reader *r = reader;
    r->arena = arena_open();
    RtStatus st = check_text(r);
    if (!st)
        st = read_table(r);
    arena_close(r->arena);
    return st;
}

RtStatus rt_csv_parse(const char *file, const char *text, size_t length,
                      const RtCsvOptions *options, RtTable *out, DiagList *d)
{
    *out = (RtTable){0};
    char separator = options && options->separator ? options->separator : ',';
    Reader r = {.file = file, .text = text, .length = length, .separator = separator,
                .table = out, .d = d, .no_header = options && options->no_header,
                .known = options ? options->known : NULL};
    RtStatus st = rt_guarded(read_all, &r, d);
    if (st)
        rt_table_free(out);
    return st;
}

RtStatus rt_csv_read(const char *path, const RtCsvOptions *options, RtTable *out,
                     DiagList *d)
{
    RtFile f;
    *out = (RtTable){0};
    RtStatus st = rt_file_read(path, RT_FILE_LIMIT, &f, d);
    if (!st)
        st = rt_csv_parse(path, (const char *)f.bytes, f.size, options, out, d);
    rt_file_free(&f);
    return st;
}

const RtColumn *rt_table_find(const RtTable *t, const char *file, const char *name,
                              DiagList *d)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (!strcmp(t->columns[i].name, name))
            return &t->columns[i];
    if (!d)
        return NULL;
    const char **names = calloc(t->column_count + 1, sizeof *names);
    for (size_t i = 0; names && i < t->column_count; i++)
        names[i] = t->columns[i].name;
    const char *near = names ? text_nearest(name, names, t->column_count) : NULL;
    const char *first = t->column_count ? t->columns[0].name : "none";
    rt_fail_file(d, RT_BAD_INPUT, file,
                 near ? "no column '%s'; did you mean '%s'?"
                      : "no column '%s'; the header begins with '%s'",
                 name, near ? near : first);
    free(names);
    return NULL;
}

RtStatus rt_table_add(RtTable *t, const char *name, char *const *classes,
                      size_t class_count, DiagList *d)
{
    char *copy = strdup(name);
    char **words = classes ? copy_names((const char *const *)classes, class_count) : NULL;
    if (!copy || (classes && !words) || !add_column(t, copy)) {
        for (size_t i = 0; words && i < class_count; i++)
            free(words[i]);
        free(words);
        free(copy);
        return rt_no_memory(d, sizeof(RtColumn));
    }
    t->columns[t->column_count - 1].classes = words;
    t->columns[t->column_count - 1].class_count = class_count;
    return RT_OK;
}

void rt_table_free(RtTable *t)
{
    for (size_t i = 0; i < t->column_count; i++) {
        RtColumn *c = &t->columns[i];
        free(c->name);
        free(c->values);
        for (size_t k = 0; k < c->class_count; k++)
            free(c->classes[k]);
        free(c->classes);
    }
    free(t->columns);
    *t = (RtTable){0};
}
