/* Cuts CSV text into cells. Inside runtime/ only. */
#ifndef RUNTIME_CSV_SCAN_H
#define RUNTIME_CSV_SCAN_H

#include "runtime/csv.h"

typedef struct RtCell {
    const char *begin, *end;    /* without the quotes */
    unsigned line, column;      /* where it begins; both count from 1 */
    bool quoted, escaped;       /* escaped: holds "" that stands for one " */
    bool last;                  /* of its row */
} RtCell;

typedef struct RtScanner {
    const char *at, *end, *line_begin;
    unsigned line;
    char separator;
} RtScanner;

typedef enum { RT_SCAN_CELL, RT_SCAN_OPEN_QUOTE, RT_SCAN_AFTER_QUOTE } RtScan;

void rt_scan_open(RtScanner *s, const char *text, size_t length, char separator);
/* Goes to the next line that is not empty; false at the end of the text. */
bool rt_scan_row(RtScanner *s);
/* The next cell of the row. For the two errors the cell tells where. */
RtScan rt_scan_cell(RtScanner *s, RtCell *out);
/* Leaves the rest of a row that is wrong. */
void rt_scan_skip_line(RtScanner *s);

#endif
