/* Times the functions of a StableHLO file, one after the other, against the machine's peak of fused
 * multiply-adds measured in the same run, interleaved.
 *
 *   bench-time FILE [--threads=N] [--cpu=NAME] [--seconds=S] [--runs=N]
 *
 * One line a function: compile ms, median and least ms of a run, GFLOP/s (products and their sums
 * count 2), share of the peak of one thread. Inputs are random; the results are not looked at. */
#include "backends/cpu/cpu.h"
#include "backends/ref/ref.h"
#include "ir/build.h"
#include "ir/kbuild.h"
#include "passes/pass.h"
#include "runtime/clock.h"
#include "runtime/file.h"
#include "runtime/pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEAK_STEPS = 20000, MOST_CHAINS = 24, MAX_RUNS = 100000 };

/* ---------------------------------------------------------------------------------------- peak */

typedef struct Peak {
    CpuProgram *program;
    double flops;           /* of one call */
} Peak;

/* Independent chains of fma in registers, as many as a tile of the matrix product has. */
static Peak peak_open(const IrTarget *target, const char *cpu, DiagList *d)
{
    IrContext *c = ir_context_open();
    IrModule *m = ir_module_open(c, NULL);
    int64_t lanes = target->vector_bits / 32, chains = target->vector_registers >= 32 ? 24 : 12;
    IrType types[] = {ir_memref(c, DTYPE_i8, 1, &(int64_t){0}),
                      ir_memref(c, DTYPE_f32, 1, &(int64_t){lanes * MOST_CHAINS})};
    IrOp *func = ir_func_new(m, "peak", false, ir_loc_unknown(c), 2, types, 0, NULL);
    ir_op_set_attr(func, "descent.entry", ir_attr_unit(c));
    ir_op_set_attr(func, "descent.alias", ir_attr_i64s(c, 1, &(int64_t){-1}));
    ir_op_set_attr(func, "descent.arena_bytes", ir_attr_i64(c, 0));
    IrBuilder b = ir_builder_at_end(m, ir_func_block(func), ir_loc_unknown(c));
    IrType v = ir_vector(c, DTYPE_f32, lanes);
    IrValue *acc[MOST_CHAINS], *x = k_const(&b, v, 0.5), *y = k_const(&b, v, 1);
    for (int64_t i = 0; i < chains; i++)
        acc[i] = k_const(&b, v, (double)i);
    IrOp *loop = k_for_begin(&b, k_index(&b, 0), k_index(&b, PEAK_STEPS), k_index(&b, 1), (size_t)chains, acc);
    for (int64_t i = 0; i < chains; i++)
        acc[i] = k_fma(&b, k_arg(loop, (uint32_t)i + 1), x, y);
    k_for_end(&b, loop, (size_t)chains, acc);
    for (int64_t i = 0; i < chains; i++) {
        IrValue *at = k_index(&b, i * lanes);
        k_vstore(&b, ir_result(loop, (uint32_t)i), b.block->args[1], 1, &at);
    }
    ir_build(&b, OP_return, 0, NULL, 0, NULL, 0, NULL);
    CpuOptions options = {.cpu = cpu};
    Peak p = {cpu_compile(m, &options, d), 2.0 * PEAK_STEPS * (double)(chains * lanes)};
    ir_module_close(m);
    ir_context_close(c);
    return p;
}

static double peak_gflops(const Peak *p)
{
    static _Alignas(64) float sink[16 * MOST_CHAINS];
    void *results[] = {sink};
    CpuEntry *entry = cpu_entry(p->program, "peak");
    double best = 0;
    for (int i = 0; i < 3; i++) {
        int64_t start = rt_clock_ns();
        entry(NULL, results, results, NULL);
        double g = p->flops / rt_clock_seconds(start) * 1e-9;
        best = g > best ? g : best;
    }
    return best;
}

/* ----------------------------------------------------------------------------------- functions */

static double op_flops(const IrOp *op)
{
    double out = (double)ir_elements(op->results[0].type), k = 1;
    if (op->kind == OP_dot_general) {
        IrDotDims d = ir_dot_dims(op);
        for (size_t i = 0; i < d.contract; i++)
            k *= (double)ir_operand(op, 0)->type->dims[d.lhs_contract[i]];
    } else if (op->kind == OP_convolution) {
        IrConvDims d = ir_conv_dims(op);
        IrType kernel = ir_operand(op, 1)->type;
        k = (double)ir_elements(kernel) / (double)kernel->dims[d.kernel_output];
    } else {
        return 0;
    }
    return 2 * out * k;
}

static double func_flops(const IrOp *func)
{
    double sum = 0;
    for (const IrOp *op = ir_func_block(func)->first; op; op = op->next)
        if (op->result_count)
            sum += op_flops(op);
    return sum;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void *aligned(Arena *a, int64_t bytes)
{
    char *p = arena_alloc(a, (size_t)bytes + 128);
    return p + (64 - (uintptr_t)p % 64) % 64;
}

typedef struct Options {
    const char *file, *cpu;
    double seconds, threads, runs;
} Options;

static void time_function(const Options *o, IrModule *kernels, CpuProgram *program, const IrOp *func,
                          const Peak *peak, double compile_ms)
{
    Arena *a = arena_open();
    const char *name = ir_func_name(func);
    IrOp *host = ir_module_func(kernels, name);
    const int64_t *alias = ir_op_ints(host, "descent.alias", NULL);
    IrType type = ir_func_type(func);
    void **args = ARENA_ARRAY(a, void *, type->input_count), **results = ARENA_ARRAY(a, void *, type->result_count);
    double *times = ARENA_ARRAY(a, double, MAX_RUNS), total = 0, most = 0;
    for (size_t i = 0; i < type->input_count; i++) {
        RefTensor t = {type->inputs[i], aligned(a, ir_bytes(type->inputs[i]))};
        ref_random(&t, i, -1, 1);
        args[i] = t.data;
    }
    for (size_t i = 0; i < type->result_count; i++)
        results[i] = alias[i] >= 0 ? args[alias[i]] : aligned(a, ir_bytes(type->results[i]));
    void *arena = aligned(a, ir_op_int(host, "descent.arena_bytes"));
    RtPool *pool = rt_pool_open((unsigned)o->threads);
    size_t n = 0;
    cpu_entry(program, name)(arena, args, results, pool);
    while (n < MAX_RUNS && (total < o->seconds || n < o->runs)) {
        if (n % 64 == 0) {
            double g = peak_gflops(peak);
            most = g > most ? g : most;
        }
        int64_t start = rt_clock_ns();
        cpu_entry(program, name)(arena, args, results, pool);
        times[n] = rt_clock_seconds(start);
        total += times[n++];
    }
    qsort(times, n, sizeof *times, by_value);
    double flops = func_flops(func), median = times[n / 2];
    printf("%-24s compile %6.1f ms  median %9.4f ms  min %9.4f ms  %7.1f GFLOP/s  %5.1f%% of the peak %.0f\n",
           name, compile_ms, median * 1e3, times[0] * 1e3, flops / median * 1e-9,
           100 * flops / median * 1e-9 / most, most);
    rt_pool_close(pool);
    arena_close(a);
}

static bool time_file(const Options *o, const char *text, size_t length, DiagList *d)
{
    IrContext *c = ir_context_open();
    IrTarget target = cpu_target(o->cpu, d);
    Peak peak = peak_open(&target, o->cpu, d);
    IrModule *graph = ir_parse(c, o->file, text, length, d);
    IrModule *kernels = graph ? ir_module_clone(graph) : NULL;
    PassContext pass = {.target = &target, .diags = d};
    CpuOptions options = {.cpu = o->cpu};
    int64_t start = rt_clock_ns();
    CpuProgram *program = NULL;
    if (kernels && pass_run(kernels, &pass, NULL, NULL, NULL))
        program = cpu_compile(kernels, &options, d);
    double compile_ms = rt_clock_seconds(start) * 1e3;
    for (IrOp *op = program ? ir_module_block(graph)->first : NULL; op; op = op->next)
        if (op->kind == OP_func && ir_module_func(kernels, ir_func_name(op)) &&
            ir_op_attr(ir_module_func(kernels, ir_func_name(op)), "descent.entry"))
            time_function(o, kernels, program, op, &peak, compile_ms);
    bool ok = program != NULL;
    cpu_program_close(peak.program);
    cpu_program_close(program);
    ir_module_close(kernels);
    ir_module_close(graph);
    ir_context_close(c);
    return ok;
}

static bool number_option(const char *word, const char *name, double *out)
{
    size_t n = strlen(name);
    if (strncmp(word, name, n))
        return false;
    *out = strtod(word + n, NULL);
    return true;
}

int main(int argc, char **argv)
{
    Options o = {.seconds = 1, .threads = 1, .runs = 5};
    for (int i = 1; i < argc; i++)
        if (!strncmp(argv[i], "--cpu=", 6))
            o.cpu = argv[i] + 6;
        else if (!number_option(argv[i], "--threads=", &o.threads) &&
                 !number_option(argv[i], "--seconds=", &o.seconds) && !number_option(argv[i], "--runs=", &o.runs))
            o.file = argv[i];
    DiagList *d = diag_open();
    RtFile file = {0};
    bool ok = o.file && rt_file_read(o.file, RT_FILE_LIMIT, &file, d) == RT_OK &&
              time_file(&o, (char *)file.bytes, file.size, d);
    diag_print(d, stderr);
    int status = ok ? 0 : diag_exit(d) ? (int)diag_exit(d) : 2;
    diag_close(d);
    rt_file_free(&file);
    return status;
}
