/* Diagnostics: what is wrong with the user's input, where, and what was wanted.
 *
 *     mlp.dsc:7:9: error: matmul: inner sizes differ: f32[32,784] x f32[128,10]
 *         7 |     z = matmul(x, w2)
 *           |         ^
 *
 * A list collects them, so that one run reports several. It owns copies of all its strings.
 * Adding to it never lands anywhere (support/guard.h): without memory for a message the list
 * says that, and counts it. */
#ifndef SUPPORT_DIAG_H
#define SUPPORT_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE } DiagKind;

/* What an error means for the exit status of the command. */
typedef enum {
    DIAG_INPUT = 1,         /* the input is wrong */
    DIAG_USAGE = 2,         /* the command line is wrong */
    DIAG_UNSUPPORTED = 3,   /* well formed, but not supported; the message begins with `unsupported` */
    DIAG_INTERNAL = 70,     /* a defect of ours */
} DiagExit;

/* A place in a file. line and column count from 1; 0 means the whole file (or line). */
typedef struct Place {
    const char *file;
    unsigned line, column;
} Place;

typedef struct Diag {
    DiagKind kind;
    DiagExit exit;
    Place place;
    const char *message;
    const char *source;     /* the line of the file, without its end; NULL if unknown */
    bool no_memory;         /* it was the machine's fault */
} Diag;

typedef struct DiagList DiagList;

DiagList *diag_open(void);
void diag_close(DiagList *d);
/* Who speaks where no file is named: the last part of a path; else it is descent. */
void diag_program(DiagList *d, const char *path);

/* Gives the text of a file, so that diagnostics in it can show their line (copied). */
void diag_source(DiagList *d, const char *file, const char *text, size_t length);

/* Adds an error (exit status 1) / a note to the error before / any. */
void diag_error(DiagList *d, Place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_note(DiagList *d, Place at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_add(DiagList *d, DiagKind kind, DiagExit exit, Place at, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void diag_vadd(DiagList *d, DiagKind kind, DiagExit exit, Place at, const char *format,
               va_list args);

/* Adds the error that so many bytes were asked for in vain. */
void diag_no_memory(DiagList *d, size_t bytes);
void diag_mark_no_memory(DiagList *d);      /* that is what the entry added last tells of */

/* Adds all entries of another list, with the lines they show. */
void diag_append(DiagList *to, const DiagList *from);

size_t diag_errors(const DiagList *d);           /* how many errors */
size_t diag_count(const DiagList *d);            /* how many entries of any kind */
const Diag *diag_get(const DiagList *d, size_t i);
DiagExit diag_exit(const DiagList *d);           /* 0, or that of the gravest error */
void diag_clear(DiagList *d);                    /* forgets the entries, keeps the sources */
void diag_print(const DiagList *d, FILE *to);    /* all entries, as above */

#endif
