/* Helpers of the language's tests. */
#ifndef TESTS_LANG_CHECK_H
#define TESTS_LANG_CHECK_H

#include "frontend/lang/lang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A parsed file with all that belongs to it. */
typedef struct Parsed {
    DiagList *d;
    LangProgram *p;
    IrContext *c;
    IrModule *m;
} Parsed;

Parsed check_parse(const char *file, const char *text);
/* Parses, which must succeed, and lowers with N = 4 and what `options` says (may be
 * NULL). */
Parsed check_lower(const char *text, const LangOptions *options);
void check_close(Parsed *p);
/* A whole file; ends the test if it cannot be read. Heap. */
char *check_read(const char *path);
/* How many ops of a kind a function has. */
size_t check_count(IrModule *m, const char *func, IrOpKind kind);
/* The index of the argument (or result) of that descent.name; fails if there is none. */
uint32_t check_arg(IrModule *m, const char *func, const char *name);
uint32_t check_result(IrModule *m, const char *func, const char *name);

#endif
