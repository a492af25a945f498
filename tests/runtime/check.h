/* What the tests of the runtime share. */
#ifndef TESTS_RUNTIME_CHECK_H
#define TESTS_RUNTIME_CHECK_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "runtime/file.h"
#include "support/diag.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A fresh folder for the files of this program, removed by check_cleanup. */
const char *check_folder(void);
int check_cleanup(void **state);
/* The path of a file in that folder: a new string, freed by check_cleanup. */
const char *check_path(const char *name);
void check_write(const char *path, const void *bytes, size_t size);
void check_write_text(const char *path, const char *text);
void check_write_gz(const char *path, const void *bytes, size_t size);
int check_exists(const char *path);
/* Files in the folder: shows leftovers. */
int check_files(void);
const char *check_data(const char *name);    /* in DESCENT_DATA */

/* The list holds a diagnostic whose printed form contains the text. */
void check_says(const DiagList *d, const char *text);
void check_no_errors(const DiagList *d);

#endif
