/* Comma-separated values (RFC 4180): quoting, CRLF, a header line.
 *
 * The first row decides what a column is: numeric if its cell there is a number, and
 * then all its cells must be; else categorical: its cells become class numbers, the
 * places of the values among the sorted distinct values of the column. Missing values
 * (an empty cell or, without quotes, NA, N/A, NaN, null, ?) and infinities are refused.
 * Spaces and tabs around a cell that is not quoted are dropped, as are empty lines.
 * Numbers are read as C writes them, in any locale, correctly rounded. */
#ifndef RUNTIME_CSV_H
#define RUNTIME_CSV_H

#include "runtime/status.h"

#include <stdint.h>

typedef struct RtColumn {
    char *name;
    double *values;       /* one per row: the number, or the class number */
    char **classes;       /* the sorted distinct values; NULL for a numeric column */
    size_t class_count;
} RtColumn;

typedef struct RtTable {
    int64_t rows;
    size_t column_count;
    RtColumn *columns;
} RtTable;

typedef struct RtCsvOptions {
    char separator;       /* 0 means ',' */
    bool no_header;       /* columns are then named c0, c1, ... */
    /* Columns, without values, as they were in another file: only those of these names
     * are read, numbers stay numbers, and a word must be one of the classes. NULL: all
     * are, by the first row. */
    const RtTable *known;
} RtCsvOptions;

enum { RT_CSV_ERRORS = 20 };   /* reading goes on after an error, up to this many */

RtStatus rt_csv_parse(const char *file, const char *text, size_t length,
                      const RtCsvOptions *options, RtTable *out, DiagList *d);
RtStatus rt_csv_read(const char *path, const RtCsvOptions *options, RtTable *out,
                     DiagList *d);   /* .csv, .csv.gz */
/* NULL if there is none; a diagnostic with a suggestion is then added when d is given. */
const RtColumn *rt_table_find(const RtTable *t, const char *file, const char *name,
                              DiagList *d);
/* Adds a column without values; the names are copied. */
RtStatus rt_table_add(RtTable *t, const char *name, char *const *classes,
                      size_t class_count, DiagList *d);
void rt_table_free(RtTable *t);

#endif
