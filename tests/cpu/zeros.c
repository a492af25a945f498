/* Rows by matrices that are known to be finite: zeros of the row are skipped, and the
 * bits are those of taking them all. Held against the same function that may not skip, on each
 * kind of machine and with 1 to 3 threads. */
#include "backends/cpu/cpu.h"
#include "passes/pass.h"
#include "runtime/pool.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 12, MOST = 700, LONGEST = 4096, LARGEST = MOST * MOST };

static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4"};

/* -------------------------------------------------------------------------- a program */

typedef struct Program {
    IrContext *c;
    CpuProgram *native;
    void *arena;
} Program;

static Program compile(const char *text, const char *cpu)
{
    DiagList *d = diag_open();
    Program p = {.c = ir_context_open()};
    IrTarget target = cpu_target(cpu, d);
    PassContext pass = {.target = &target, .diags = d};
    CpuOptions options = {.cpu = cpu};
    IrModule *m = ir_parse(p.c, "zeros.mlir", text, strlen(text), d);
    bool good = m && pass_run(m, &pass, NULL, NULL, NULL);
    p.native = good ? cpu_compile(m, &options, d) : NULL;
    if (!p.native)
        diag_print(d, stderr);
    assert_non_null(p.native);
    int64_t bytes = ir_op_int(ir_module_func(m, "f"), "descent.arena_bytes");
    assert_int_equal(posix_memalign(&p.arena, 64, (size_t)bytes + 64), 0);
    ir_module_close(m);
    diag_close(d);
    return p;
}

static void run(Program *p, void *x, void *w, void *out, unsigned threads)
{
    RtPool *pool = rt_pool_open(threads);
    cpu_entry(p->native, "f")(p->arena, (void *[]){x, w}, (void *[]){out}, pool);
    rt_pool_close(pool);
}

static void close_program(Program *p)
{
    cpu_program_close(p->native);
    ir_context_close(p->c);
    free(p->arena);
}

/* ----------------------------------------------------------------------------- shapes */

typedef struct Shape {
    int k, n;
    const char *type; /* f32, f64 */
    bool relu;        /* before and after the product */
} Shape;

/* @f(x, w): a row by a matrix; `known`: w is said to be finite. */
static void write_module(const Shape *s, bool known, char *out, size_t room)
{
    char row[32], matrix[32], sum[32];
    snprintf(row, sizeof row, "tensor<1x%dx%s>", s->k, s->type);
    snprintf(matrix, sizeof matrix, "tensor<%dx%dx%s>", s->k, s->n, s->type);
    snprintf(sum, sizeof sum, "tensor<1x%dx%s>", s->n, s->type);
    int n = snprintf(out, room, "func.func public @f(%%x: %s, %%w: %s%s) -> %s {\n", row,
                     matrix, known ? " {descent.finite}" : "", sum);
    if (s->relu)
        n += snprintf(out + n, room - (size_t)n,
                      "  %%z = stablehlo.constant dense<0.0> : %s\n"
                      "  %%y = stablehlo.maximum %%x, %%z : %s\n",
                      row, row);
    n += snprintf(out + n, room - (size_t)n,
                  "  %%0 = stablehlo.dot_general %%%c, %%w, "
                  "contracting_dims = [1] x [0] : (%s, %s) -> %s\n",
                  s->relu ? 'y' : 'x', row, matrix, sum);
    if (s->relu)
        n += snprintf(out + n, room - (size_t)n, "  %%1 = stablehlo.negate %%0 : %s\n",
                      sum);
    snprintf(out + n, room - (size_t)n, "  return %%%d : %s\n}\n", s->relu, sum);
}

static Program compile_shape(const Shape *s, bool known, const char *cpu)
{
    char text[2000];
    write_module(s, known, text, sizeof text);
    return compile(text, cpu);
}

/* ---------------------------------------------------------------------------- numbers */

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void put(const Shape *s, void *array, int64_t i, double v)
{
    if (s->type[1] == '3')
        ((float *)array)[i] = (float)v;
    else
        ((double *)array)[i] = v;
}

/* From tiny ones, whose products vanish, to large ones. */
static double any_finite(const Shape *s, uint64_t *seed)
{
    double v = (double)next(seed) * 0x1p-30 - 1;
    int small = s->type[1] == '3' ? -140 : -1060;
    switch (next(seed) % 8) {
    case 0: return ldexp(v, small);     /* denormal */
    case 1: return ldexp(v, small / 2); /* squared: less than any */
    case 2: return v < 0 ? -0.0 : 0.0;
    default: return v;
    }
}

/* `zeros` of 8 elements are 0 or -0. */
static void fill_row(const Shape *s, void *x, unsigned zeros, bool wild, uint64_t *seed)
{
    static const double specials[] = {INFINITY, -INFINITY, NAN};
    for (int i = 0; i < s->k; i++) {
        bool zero = next(seed) % 8 < zeros;
        put(s, x, i, zero ? (next(seed) & 1 ? 0.0 : -0.0) : any_finite(s, seed));
    }
    if (wild)
        put(s, x, (int64_t)next(seed) % s->k, specials[next(seed) % 3]);
}

static void fill_matrix(const Shape *s, void *w, uint64_t *seed)
{
    for (int i = 0; i < s->k * s->n; i++)
        put(s, w, i, any_finite(s, seed));
}

static Shape random_shape(uint64_t *seed)
{
    Shape s = {.k = 1 + (int)next(seed) % MOST, .n = 1 + (int)next(seed) % MOST};
    s.type = next(seed) % 4 ? "f32" : "f64";
    s.relu = next(seed) & 1;
    return s;
}

/* ------------------------------------------------------------------------------ tests */

static void hold(const Shape *s, Program *skips, Program *takes_all, uint64_t *seed)
{
    static double x[LONGEST], w[LARGEST], one[MOST], other[MOST];
    size_t bytes = (size_t)s->n * (s->type[1] == '3' ? 4 : 8);
    for (unsigned zeros = 0; zeros <= 8; zeros += 2) {
        fill_row(s, x, zeros, next(seed) % 4 == 0, seed);
        fill_matrix(s, w, seed);
        run(takes_all, x, w, one, 1);
        for (unsigned threads = 1; threads <= 3; threads++) {
            memset(other, 0x55, sizeof other);
            run(skips, x, w, other, threads);
            if (memcmp(one, other, bytes))
                fail_msg("%dx%d %s%s: other bits with %u threads, %u of 8 zeros", s->k,
                         s->n, s->type, s->relu ? " relu" : "", threads, zeros);
        }
    }
}

static void hold_on(const Shape *s, const char *cpu, uint64_t *seed)
{
    Program skips = compile_shape(s, true, cpu), all = compile_shape(s, false, cpu);
    hold(s, &skips, &all, seed);
    close_program(&skips);
    close_program(&all);
}

static void test_bits(void **state)
{
    static const Shape some[] = {{513, 64, "f32", false}, {512, 272, "f32", true},
                                 {64, 49, "f32", false},  {700, 400, "f32", false},
                                 {97, 130, "f64", true},  {64, 16, "f32", false},
                                 {4096, 70, "f32", true}, {1100, 100, "f64", false}};
    uint64_t seed = 1;
    (void)state;
    for (size_t c = 0; c < sizeof cpus / sizeof *cpus; c++) {
        if (!cpu_can_run(cpus[c]))
            continue;
        for (size_t i = 0; i < sizeof some / sizeof *some; i++)
            hold_on(&some[i], cpus[c], &seed);
        for (int i = 0; i < ROUNDS; i++) {
            Shape s = random_shape(&seed);
            hold_on(&s, cpus[c], &seed);
        }
    }
}

/* A sum whose first product is less than any number is -0; the zero behind it makes +0 of
 * that if it is taken, and it must be +0 as well if it is not. */
static void test_sign_of_zero(void **state)
{
    static float x[64], w[64 * 64], out[64];
    const Shape s = {64, 64, "f32", false};
    (void)state;
    for (int i = 0; i < 64; i++) {
        x[i] = i ? 0.0f : 0x1p-100f;
        for (int j = 0; j < 64; j++)
            w[i * 64 + j] = i ? 1.0f : -0x1p-100f;
    }
    for (int known = 0; known < 2; known++) {
        Program p = compile_shape(&s, known, NULL);
        run(&p, x, w, out, 1);
        for (int j = 0; j < 64; j++)
            assert_true(out[j] == 0 && !signbit(out[j]));
        close_program(&p);
    }
}

/* 0 * infinity is NaN where nothing is said; said wrongly, it shows what is skipped. */
static void test_infinite(void **state)
{
    static float x[64], w[64 * 64], out[64];
    const Shape s = {64, 64, "f32", false};
    (void)state;
    w[5 * 64 + 7] = INFINITY;
    for (int known = 0; known < 2; known++) {
        Program p = compile_shape(&s, known, NULL);
        run(&p, x, w, out, 1);
        assert_true(known ? out[7] == 0 : isnan(out[7]));
        close_program(&p);
    }
}

/* Constants are looked at. */
static void test_constant(void **state)
{
    static float x[64], out[64];
    static char text[40000];
    (void)state;
    for (int infinite = 0; infinite < 2; infinite++) {
        int n = snprintf(text, sizeof text,
                         "func.func @f(%%x: tensor<1x64xf32>) -> tensor<1x64xf32> {\n"
                         "  %%w = stablehlo.constant dense<\"0x");
        for (int i = 0; i < 64 * 64; i++)
            n += snprintf(text + n, sizeof text - (size_t)n, "0000%s",
                          i == 7 && infinite ? "807f" : i % 2 ? "803f" : "0040");
        snprintf(text + n, sizeof text - (size_t)n,
                 "\"> : tensor<64x64xf32>\n"
                 "  %%0 = stablehlo.dot_general %%x, %%w, contracting_dims = [1] x [0] : "
                 "(tensor<1x64xf32>, tensor<64x64xf32>) -> tensor<1x64xf32>\n"
                 "  return %%0 : tensor<1x64xf32>\n}\n");
        Program p = compile(text, NULL);
        x[9] = 3;
        run(&p, x, NULL, out, 1);
        assert_true(infinite ? isnan(out[7]) : out[7] == 3);
        assert_true(out[6] == 6);
        close_program(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_sign_of_zero),
        cmocka_unit_test(test_infinite),
        cmocka_unit_test(test_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
