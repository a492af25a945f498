/* Launches that need not wait for each other become one. Private to passes/batch: what a
 * launch asks of a GPU (launch.c), which of them go together (order.c), whether that is
 * worth its code (choose.c), the kernel that they make (kernel.c), and what threads do
 * that one of them lacks (guard.c). */
#ifndef PASSES_BATCH_BATCH_H
#define PASSES_BATCH_BATCH_H

#include "ir/kbuild.h"
#include "passes/pass.h"

enum {
    BATCH_SHARED_BYTES = IR_GPU_STATIC_BYTES, /* of a block */
    BATCH_ARGUMENTS = 480 /* of a kernel: CUDA gives them 4 KB, a pointer has 8 bytes */
};

/* One launch of a kernel. */
typedef struct Launch {
    IrOp *kernel, *op;
    int64_t grid[3], block[3];
    int64_t blocks, threads; /* of the grid, of a block */
    int64_t shared_bytes;
    int64_t ops;    /* in its body, by lane */
    bool meets;     /* the threads of a block work together */
    bool flat;      /* batch_is_flat */
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

/* Whether all barriers stand directly in a launch, so that threads that are too many can
 * come to them; a copy of its body, less the terminator, in which they do no more. */
bool batch_is_flat(const IrOp *launch);
void batch_copy_guarded(IrModule *m, IrBuilder *b, IrMap *map, const IrBlock *body,
                        IrValue *condition);

/* The threads of a block of theirs together: as many as those have whose threads meet,
 * else as the largest has; 0 if they do not fit. */
int64_t batch_width(Launch *const *members, size_t count, int64_t warp);

/* Buffers of the workgroup's memory that serve several launches, each the largest of
 * theirs. batch_share adds those of a launch: at[i] (it may be NULL) is the place of its
 * i-th, if it is used, among them. */
typedef struct Shared {
    IrType *types;
    size_t count, room;
} Shared;
void batch_share(const Launch *l, Shared *s, Arena *arena, size_t *at);
int64_t batch_shared_bytes(const Shared *s);

/* Whether `l` may go with those that go together already. */
bool batch_fits(Launch *const *members, size_t count, Launch *l, const IrTarget *target);

/* A launch of a call, and what it waits for. */
typedef struct Unit {
    IrOp *call;
    const IrOp *kernel;
    Launch *launch; /* NULL: a kernel without one */
    size_t *needs;  /* units before it */
    size_t need_count, need_room;
    size_t height;       /* of the longest row of units that wait for it */
    size_t ready, batch; /* when it could run; when it does, 1 for the first */
} Unit;

typedef struct Batch {
    Unit **units;
    size_t count, room;
} Batch;

/* The units of a host program in batches, which run one after the other. Results are
 * copied to the arguments that they overwrite from `copies` on. */
typedef struct Batches {
    Batch *all;
    size_t count, room;
} Batches;
Batches batch_order(const IrTarget *target, Unit *units, size_t count,
                    const IrOp *copies, Arena *arena);
/* Takes those apart again whose code would be too much. */
Batches batch_choose(const Batches *from, Arena *arena);

/* A kernel with one launch, which does what the members do. `map` is empty, before and
 * after. */
IrOp *batch_kernel(IrModule *m, const char *name, Launch *const *members, size_t count,
                   int64_t width, IrMap *map);

#endif
