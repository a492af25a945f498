#include "tests/cpu/kernel.h"

#include <time.h>

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

Kernel kernel_open(size_t count, const Dtype *elem, const int64_t *elements)
{
    Kernel k = {.c = ir_context_open(), .diags = diag_open()};
    k.m = ir_module_open(k.c, NULL);
    IrLoc loc = ir_loc_unknown(k.c);
    IrType types[1 + IR_MAX_RANK];
    types[0] = ir_memref(k.c, DTYPE_i8, 1, (int64_t[]){64});
    for (size_t i = 0; i < count; i++)
        types[1 + i] = ir_memref(k.c, elem[i], 1, &elements[i]);
    k.func = ir_func_new(k.m, "main", false, loc, 1 + count, types, 0, NULL);
    ir_op_set_attr(k.func, "descent.entry", ir_attr_unit(k.c));
    k.b = ir_builder_at_end(k.m, ir_func_block(k.func), loc);
    return k;
}

IrValue *kernel_arg(const Kernel *k, uint32_t i)
{
    return ir_func_block(k->func)->args[1 + i];
}

void kernel_compile(Kernel *k, const char *cpu)
{
    if (!ir_func_block(k->func)->last || ir_func_block(k->func)->last->kind != OP_return)
        ir_build(&k->b, OP_return, 0, NULL, 0, NULL, 0, NULL);
    double start = now_ms();
    cpu_program_close(k->program);
    k->program = cpu_compile(k->m, &(CpuOptions){.cpu = cpu}, k->diags);
    if (!k->program)
        diag_print(k->diags, stderr);
    assert_non_null(k->program);
    assert_non_null(cpu_entry(k->program, "main"));
    k->compile_ms = now_ms() - start;
}

void kernel_run(Kernel *k, void *const *buffers, RtPool *pool)
{
    cpu_entry(k->program, "main")(NULL, buffers, NULL, pool);
}

void kernel_close(Kernel *k)
{
    cpu_program_close(k->program);
    ir_module_close(k->m);
    ir_context_close(k->c);
    diag_close(k->diags);
}

const char *const *kernel_targets(void)
{
    static const char *const all[] = {"x86-64", "x86-64-v3", "x86-64-v4", "host"};
    static const char *can[5];
    int count = 0;
    for (int i = 0; i < 4; i++)
        if (cpu_can_run(all[i]))
            can[count++] = all[i];
    can[count] = NULL;
    return can;
}
