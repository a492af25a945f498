/* One function of kernel ops, built by a test and run. */
#ifndef TESTS_CPU_KERNEL_H
#define TESTS_CPU_KERNEL_H

#include "backends/cpu/cpu.h"
#include "ir/kbuild.h"
#include "runtime/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct Kernel {
    IrContext *c;
    IrModule *m;
    IrBuilder b; /* in the body of @main(arena, buffers...) */
    IrOp *func;
    DiagList *diags;
    CpuProgram *program;
    double compile_ms;
} Kernel;

/* @main with `count` buffers of these types, which are its arguments. */
Kernel kernel_open(size_t count, const Dtype *elem, const int64_t *elements);
IrValue *kernel_arg(const Kernel *k, uint32_t i); /* buffer i */
/* Adds the return and compiles; prints the diagnostics and fails the test if that
 * fails. */
void kernel_compile(Kernel *k, const char *cpu);
void kernel_run(Kernel *k, void *const *buffers, RtPool *pool);
void kernel_close(Kernel *k);

/* The names of the targets that this machine runs, host last; NULL ends. */
const char *const *kernel_targets(void);

#endif
