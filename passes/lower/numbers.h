/* Whole numbers. Private to passes/lower. */
#ifndef PASSES_LOWER_NUMBERS_H
#define PASSES_LOWER_NUMBERS_H

#include <stdint.h>

static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
static inline int64_t round_up(int64_t n, int64_t to) { return ceil_div(n, to) * to; }

#endif
