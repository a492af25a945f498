/* What instructions of tensor cores do, by the layouts of PTX's manual ("Warp Level
 * Matrix Instructions"): which lane's register holds which element. Sums are exact to
 * double and then rounded, which hardware does not promise. */
#include "tests/cuda/emulator/emulator.h"

#include <string.h>

typedef enum { TF32, BF16, F16 } Kind;

enum { ROWS = 16, COLUMNS = 8 };

/* d[16,8] += a[16,k] b[k,8]; k is 8 of tf32, 16 of the others. */
typedef struct Mma {
    Kind kind;
    float *d;
    const unsigned *a, *b;
} Mma;

static double widen(Kind kind, unsigned bits)
{
    uint32_t wide = kind == TF32 ? bits & ~0x1fffu : bits << 16;
    float x;
    if (kind == F16) { /* as a double: exponent and mantissa moved */
        int exponent = bits >> 10 & 31, mantissa = bits & 1023;
        double value = exponent ? (1024 + mantissa) : mantissa;
        for (int e = exponent ? exponent : 1; e < 25; e++)
            value /= 2;
        for (int e = 25; e < exponent; e++)
            value *= 2;
        if (exponent == 31)
            value = mantissa ? __builtin_nan("") : __builtin_inf();
        return bits >> 15 ? -value : value;
    }
    memcpy(&x, &wide, sizeof x);
    return x;
}

double emu_widen(int kind, unsigned bits) { return widen((Kind)kind, bits); }

/* Element `i` of 16 bits in two's registers, or of 32. */
static double element(Kind kind, unsigned reg, int i)
{
    return widen(kind, kind == TF32 ? reg : reg >> 16 * (i % 2) & 0xffff);
}

/* How many of a lane's elements lie side by side. */
static int pack(Kind kind) { return kind == TF32 ? 1 : 2; }

static double element_a(const Mma *const *lanes, Kind kind, int row, int k)
{
    int p = pack(kind), lane = row % 8 * 4 + k % (4 * p) / p,
        reg = row / 8 + k / (4 * p) * 2;
    return element(kind, lanes[lane]->a[reg], k);
}

static double element_b(const Mma *const *lanes, Kind kind, int k, int column)
{
    int p = pack(kind), lane = column * 4 + k % (4 * p) / p, reg = k / (4 * p);
    return element(kind, lanes[lane]->b[reg], k);
}

static void multiply(void **lanes, unsigned mask)
{
    (void)mask;
    const Mma *const *all = (const Mma *const *)lanes;
    for (int row = 0; row < ROWS; row++)
        for (int column = 0; column < COLUMNS; column++) {
            Kind kind = all[0]->kind;
            float *d = &all[row % 8 * 4 + column / 2]->d[row / 8 * 2 + column % 2];
            double sum = *d;
            for (int k = 0; k < 8 * pack(kind); k++)
                sum += element_a(all, kind, row, k) * element_b(all, kind, k, column);
            *d = (float)sum;
        }
}

/* Each lane has the address of a row of 8 elements of 16 bits: lanes 0..7 those of the
 * first matrix, and so on; each gets two elements of each matrix, which are neighbours in
 * a row, or, turned, in a column. */
typedef struct LoadMatrix {
    const uint16_t *row;
    unsigned *result;
    int count, turned;
} LoadMatrix;

static unsigned element_16(void **lanes, int matrix, int row, int column)
{
    return ((const LoadMatrix *)lanes[matrix * 8 + row])->row[column];
}

static void distribute(void **lanes, unsigned mask)
{
    (void)mask;
    for (int lane = 0; lane < EMU_WARP; lane++) {
        LoadMatrix *to = lanes[lane];
        int i = lane / 4, j = lane % 4 * 2;
        for (int m = 0; m < to->count; m++) {
            unsigned low = to->turned ? element_16(lanes, m, j, i) : element_16(lanes, m, i, j);
            unsigned high =
                to->turned ? element_16(lanes, m, j + 1, i) : element_16(lanes, m, i, j + 1);
            to->result[m] = low | high << 16;
        }
    }
}

EMU_API void emu_warp(int line, unsigned mask, void *mine, EmuCombine *f);
EMU_API void emu_mma(int line, int kind, float *d, const unsigned *a, const unsigned *b);
EMU_API void emu_load_matrix(int line, unsigned *result, const void *row, int count,
                             int turned);

/* These instructions are of whole warps. */
void emu_check_warp(int line)
{
    unsigned end = (emu_run.now->number / EMU_WARP + 1) * EMU_WARP;
    bool whole = end <= emu_run.count;
    for (unsigned i = end - EMU_WARP; whole && i < end; i++)
        whole = emu_run.threads[i].state != EMU_DONE;
    if (!whole)
        emu_thread_fail(EMU_LAUNCH_FAILED, NULL, line, "lanes of the warp are not there");
}

void emu_mma(int line, int kind, float *d, const unsigned *a, const unsigned *b)
{
    Mma m = {(Kind)kind, d, a, b};
    emu_check_warp(line);
    emu_warp(line, ~0u, &m, multiply);
}

void emu_load_matrix(int line, unsigned *result, const void *row, int count, int turned)
{
    LoadMatrix m = {row, result, count, turned};
    emu_check_warp(line);
    bool names_row = emu_run.now->number % EMU_WARP < 8 * (unsigned)count;
    if (names_row && (uintptr_t)row % 16)
        emu_thread_fail(EMU_MISALIGNED, NULL, line, "misaligned: a row of 16 bytes");
    if (names_row)
        emu_check_access((uintptr_t)row, 16, false, __builtin_return_address(0));
    emu_warp(line, ~0u, &m, distribute);
}
