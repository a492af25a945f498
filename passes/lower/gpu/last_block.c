/* Work that blocks share in two steps of one launch: each leaves its part in a workspace
 * and counts itself; the one that finds that all others have come does what is done with
 * all parts, in their order, so the bits do not depend on which block it is.
 *
 *     every block:   part[block] = ...
 *                    barrier;  thread 0: n = counter++;  barrier
 *                    if (n == blocks - 1) { thread 0: counter = 0;  fold part[...] }
 *
 * Nobody waits, so it does not matter how many blocks the GPU runs at once. The addition
 * orders memory (memref.atomic_rmw): what the threads of a block wrote before its
 * barrier, those of the last block read behind theirs. Counters are 0 whenever no kernel
 * runs: where they lie is in passes/plan.c. */
#include "passes/lower/lower.h"

IrValue *block_counters(Emit *e, int64_t count)
{
    IrValue *counters = kernel_workspace(e, DTYPE_i32, count);
    ir_func_set_arg_attr(e->kernel, counters->index, "descent.counter",
                         ir_attr_unit(e->c));
    return counters;
}

static IrValue *is_first_thread(Emit *e, const IrOp *launch)
{
    IrValue *zero = c_index(e, 0);
    return k_binary(&e->b, OP_arith_andi,
                    k_cmpi(&e->b, "eq", k_thread_id(launch, 0), zero),
                    k_cmpi(&e->b, "eq", k_thread_id(launch, 1), zero));
}

IrOp *last_block_begin(Emit *e, IrOp *launch, IrValue *counters, IrValue *at,
                       int64_t blocks)
{
    const int64_t one = 1;
    IrType word = ir_scalar(e->c, DTYPE_i32);
    IrType shared = ir_shared_memref(e->c, DTYPE_i32, 1, &one);
    IrValue *first = is_first_thread(e, launch), *zero = c_index(e, 0);
    IrValue *before = k_launch_add_shared(&e->b, launch, shared);
    k_barrier(&e->b);
    IrOp *counts = k_if_begin(&e->b, first, 0, NULL);
    k_store(&e->b, k_atomic_next(&e->b, counters, at), before, 1, &zero);
    k_if_end(&e->b, counts, 0, NULL);
    k_barrier(&e->b);
    IrValue *come = k_load(&e->b, before, 1, &zero);
    IrOp *last = k_if_begin(
        &e->b, k_cmpi(&e->b, "eq", come, k_int(&e->b, word, blocks - 1)), 0, NULL);
    IrOp *resets = k_if_begin(&e->b, first, 0, NULL);
    k_store(&e->b, k_int(&e->b, word, 0), counters, 1, &at);
    k_if_end(&e->b, resets, 0, NULL);
    return last;
}

void last_block_end(Emit *e, IrOp *last) { k_if_end(&e->b, last, 0, NULL); }
