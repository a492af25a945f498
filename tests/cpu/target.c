/* Targets by name, entries and their buffers, what is printed and emitted, what is
 * refused, and how long compiling takes. */
#include "runtime/processor.h"
#include "tests/cpu/kernel.h"

#include <string.h>
#include <time.h>

static void names(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    IrTarget v4 = cpu_target("x86-64-v4", d), v3 = cpu_target("x86-64-v3", d);
    IrTarget base = cpu_target("x86-64", d), host = cpu_target(NULL, d);
    assert_true(v4.vector_bits == 512 && v4.vector_registers == 32 && v4.fma);
    assert_true(v3.vector_bits == 256 && v3.vector_registers == 16 && v3.fma);
    assert_true(base.vector_bits == 128 && !base.fma);
    assert_string_equal(host.name, "host");
    assert_true(host.l2_bytes >= 1024);
    assert_int_equal(diag_errors(d), 0);
    cpu_target("pentium", d);
    assert_int_equal(diag_errors(d), 1);
    assert_non_null(strstr(diag_get(d, 0)->message, "pentium"));
    assert_true(cpu_can_run("host") && !cpu_can_run("pentium"));
    diag_close(d);
}

/* What passes see of a processor does not depend on the machine that compiles. */
static void other_targets(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    IrTarget arm = cpu_target_of("aarch64-linux-gnu", NULL, d);
    IrTarget v = cpu_target_of("riscv64", "rv64gcv", d);
    IrTarget plain = cpu_target_of("riscv64-unknown-elf", NULL, d);
    IrTarget v3 = cpu_target_of("x86_64-linux-gnu", "x86-64-v3", d);
    assert_string_equal(arm.name, "armv8-a");
    assert_true(arm.vector_bits == 128 && arm.vector_registers == 32 && arm.fma);
    assert_true(v.vector_bits == 128 && v.vector_registers == 32);
    assert_true(plain.lanes == 1 && plain.vector_registers == 32 && plain.fma);
    assert_true(arm.l2_bytes == v3.l2_bytes && v3.l2_bytes == 1 << 20);
    assert_int_equal(diag_errors(d), 0);
    cpu_target_of("aarch64", "host", d);
    cpu_target_of("aarch64-windows-msvc", NULL, d);
    cpu_target_of("", NULL, d);
    assert_int_equal(diag_errors(d), 3);
    assert_int_equal(diag_get(d, 1)->exit, DIAG_UNSUPPORTED);
    assert_false(cpu_can_run("armv8-a") && cpu_can_run("x86-64"));
    diag_close(d);
}

/* What programs are told that they need, they can ask the machine for; a machine runs
 * what it has all of. */
static void needs(void **state)
{
    (void)state;
    static const char *const levels[] = {"x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        Text words = {0};
        bool all = true;
        cpu_add_needs("x86_64", levels[i], &words);
        assert_int_equal(i == 0, words.length == 0);
        for (char *next, *w = i ? strtok_r(words.bytes, " ", &next) : NULL; w;
             w = strtok_r(NULL, " ", &next)) {
            size_t k = 0;
            while (rt_processor_feature(k) && strcmp(rt_processor_feature(k), w))
                k++;
            assert_non_null(rt_processor_feature(k));
            all &= rt_processor_has(w);
        }
        if (cpu_can_run("x86-64"))
            assert_int_equal(all, cpu_can_run(levels[i]));
        text_free(&words);
    }
    assert_false(rt_processor_has("none"));
}

/* out = 2 x as an entry (arena, x, out) with one result of its own. */
static Kernel open_double(void)
{
    Kernel k = kernel_open(2, (Dtype[]){DTYPE_f32, DTYPE_f32}, (int64_t[]){8, 8});
    IrBuilder *b = &k.b;
    IrValue *zero = k_index(b, 0);
    IrValue *x = k_vload(b, kernel_arg(&k, 0), 1, &zero, ir_vector(k.c, DTYPE_f32, 8));
    k_vstore(b, k_binary(b, OP_arith_addf, x, x), kernel_arg(&k, 1), 1, &zero);
    return k;
}

/* Result 0 overwrites argument 0; result 1 has its own buffer. */
static void entry_passes_results(void **state)
{
    (void)state;
    Kernel k = open_double();
    ir_op_set_attr(k.func, "descent.alias", ir_attr_i64s(k.c, 2, (int64_t[]){0, -1}));
    kernel_compile(&k, NULL);
    float x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, out[8];
    cpu_entry(k.program, "main")(NULL, (void *[]){x}, (void *[]){x, out}, NULL);
    for (int i = 0; i < 8; i++)
        assert_true(out[i] == 2 * x[i]);
    assert_null(cpu_entry(k.program, "absent"));
    kernel_close(&k);
}

static void text_and_object(void **state)
{
    (void)state;
    Kernel k = open_double();
    ir_build(&k.b, OP_return, 0, NULL, 0, NULL, 0, NULL);
    Text llvm = {0}, assembly = {0}, object = {0};
    CpuOptions o = {.cpu = "x86-64-v3"};
    assert_true(cpu_print_llvm(k.m, &o, &llvm, k.diags));
    assert_non_null(strstr(llvm.bytes, "define void @descent_main("));
    assert_non_null(strstr(llvm.bytes, "fadd <8 x float>"));
    assert_true(cpu_print_asm(k.m, &o, &assembly, k.diags));
    assert_non_null(strstr(assembly.bytes, "vaddps"));
    assert_true(cpu_emit_object(k.m, &o, &object, k.diags));
    assert_true(object.length > 64 && memcmp(object.bytes, "\177ELF", 4) == 0);
    text_free(&llvm);
    text_free(&assembly);
    text_free(&object);
    kernel_close(&k);
}

/* A graph op among kernels is a defect, named; nothing is compiled. */
static void unknown_op(void **state)
{
    (void)state;
    Kernel k = open_double();
    IrType t = ir_tensor(k.c, DTYPE_f32, 0, NULL);
    IrNamedAttr value = {ir_name(k.c, "value"), ir_attr_splat(k.c, t, 1)};
    ir_build(&k.b, OP_constant, 0, NULL, 1, &t, 1, &value);
    ir_build(&k.b, OP_return, 0, NULL, 0, NULL, 0, NULL);
    assert_null(cpu_compile(k.m, NULL, k.diags));
    assert_int_equal(diag_exit(k.diags), DIAG_INTERNAL);
    assert_non_null(strstr(diag_get(k.diags, 0)->message, "stablehlo.constant"));
    kernel_close(&k);
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

/* count kernels of a loop of loads, a chain of arithmetic and a store each. */
static Kernel open_many(int count)
{
    enum { N = 4096, LANES = 16, CHAIN = 20 };
    Kernel k = kernel_open(2, (Dtype[]){DTYPE_f32, DTYPE_f32}, (int64_t[]){N, N});
    IrType v = ir_vector(k.c, DTYPE_f32, LANES),
           types[] = {kernel_arg(&k, 0)->type, kernel_arg(&k, 1)->type};
    for (int n = 0; n < count; n++) {
        IrOp *f =
            ir_func_new(k.m, ir_namef(k.c, "f%d", n), true, k.b.loc, 2, types, 0, NULL);
        IrBuilder b = ir_builder_at_end(k.m, ir_func_block(f), k.b.loc);
        IrValue *zero = k_index(&b, 0), *end = k_index(&b, N / LANES),
                *one = k_index(&b, 1);
        IrOp *loop = k_parallel_begin(&b, 1, &zero, &end, &one);
        IrValue *i = k_mul_index(&b, k_arg(loop, 0), k_index(&b, LANES));
        IrValue *x = k_vload(&b, ir_func_block(f)->args[0], 1, &i, v);
        for (int c = 0; c < CHAIN; c++)
            x = k_fma(&b, x, x, k_const(&b, v, c + n));
        k_vstore(&b, x, ir_func_block(f)->args[1], 1, &i);
        k_parallel_end(&b, loop);
        ir_build(&b, OP_return, 0, NULL, 0, NULL, 0, NULL);
        ir_call(&k.b, f, 2, (IrValue *[]){kernel_arg(&k, 0), kernel_arg(&k, 1)});
    }
    return k;
}

/* Printed, not asserted: the machine is shared. */
static void compile_time(void **state)
{
    (void)state;
    for (int count = 1; count <= 64; count *= 8) {
        double start = now_ms();
        Kernel k = open_many(count);
        double built = now_ms();
        kernel_compile(&k, NULL);
        print_message("%2d kernels: built in %.2f ms, compiled in %.2f ms\n", count,
                      built - start, k.compile_ms);
        kernel_close(&k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),           cmocka_unit_test(other_targets),
        cmocka_unit_test(needs),           cmocka_unit_test(entry_passes_results),
        cmocka_unit_test(text_and_object), cmocka_unit_test(unknown_op),
        cmocka_unit_test(compile_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
