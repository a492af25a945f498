/* Launches that need not wait for each other become one. Private to passes/batch: what a
 * launch asks of a GPU (launch.c), which of them go together (batch.c), the kernel that
 * they make (kernel.c). */
#ifndef PASSES_BATCH_BATCH_H
#define PASSES_BATCH_BATCH_H

#include "ir/kbuild.h"
#include "passes/pass.h"

enum {
    BATCH_SHARED_BYTES = 48 << 10, /* of a block, that every GPU has */
    BATCH_ARGUMENTS = 480 /* of a kernel: CUDA gives them 4 KB, a pointer has 8 bytes */
};

/* One launch of a kernel. */
typedef struct Launch {
    IrOp *kernel, *op;
    int64_t grid[3], block[3];
    int64_t blocks, threads; /* of the grid, of a block */
    int64_t shared_bytes;
    bool meets;     /* the threads of a block work together */
    bool exchanges; /* those of a warp do */
    bool alone;     /* it does what this pass does not know */
    bool *uses;     /* by argument of the kernel */
    uint32_t use_count;
} Launch;

/* The launches of a kernel, in order; *count of them. */
Launch *batch_launches(IrOp *kernel, Arena *arena, size_t *count);

/* What an argument of a kernel is: read, a result, memory to work in. */
typedef enum { ARG_READ, ARG_RESULT, ARG_WORK, ARG_KINDS } ArgKind;
ArgKind batch_arg_kind(const IrOp *kernel, uint32_t i);

/* Argument `index` of launch `member` is one of the new kernel's: those that are read
 * come first, then results, then memory to work in. */
typedef struct BatchArg {
    uint32_t member, index;
} BatchArg;
BatchArg *batch_args(Launch *const *members, size_t count, Arena *arena,
                     uint32_t *arg_count);

/* The threads of a block of theirs together: as many as those have whose threads meet,
 * else as the largest has; 0 if they do not fit. */
int64_t batch_width(Launch *const *members, size_t count, int64_t warp);

/* A kernel with one launch, which does what the members do. `map` is empty, before and
 * after. */
IrOp *batch_kernel(IrModule *m, const char *name, Launch *const *members, size_t count,
                   int64_t width, IrMap *map);

#endif
