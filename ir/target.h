/* The machine that kernels are made for: all that `passes/lower` may know of it. */
#ifndef IR_TARGET_H
#define IR_TARGET_H

#include <stdbool.h>
#include <stdint.h>

/* What GPUs have alike. */
enum {
    IR_GPU_REGISTERS = 64 << 10,    /* of a processor */
    IR_GPU_STATIC_BYTES = 48 << 10  /* of shared memory, that a block has without asking for more */
};

typedef struct IrTarget {
    const char *name;           /* x86-64, x86-64-v3, x86-64-v4 or the host's */
    int vector_bits;            /* 128, 256, 512 */
    int vector_registers;       /* 16 or 32 */
    bool fma;                   /* a fused multiply-add instruction */
    int64_t l2_bytes;           /* the second cache of one core */
    int lanes;                  /* elements that kernels work on at once, a power of two: 1 where
                                   threads take their place; 0: as many of 32 bits as a vector has */
    int threads;                /* of a block of a GPU at most; 0: a CPU, and what follows is 0 */
    int warp;                   /* threads that exchange values without memory */
    int processors;             /* that run blocks at the same time */
    int resident_threads;       /* that a processor holds at a time at most, */
    int resident_blocks;        /* and of how many blocks */
    int64_t shared_bytes;       /* memory that the threads of a block share */
    bool async_copies;          /* to it, beside the threads */
    bool tensor_cores;          /* products of bf16, f16 and tf32, with sums of f32 */
    bool warpgroups;            /* the same by four warps, from shared memory, where whole boxes
                                   of a matrix can be copied to (sm_90a) */
    bool tf32;                  /* operands of f32 may be cut to its 10 bits of mantissa for that */
} IrTarget;

#endif
