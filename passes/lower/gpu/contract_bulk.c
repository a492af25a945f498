/* Products by warps in fours (contract_wgmma.c) of operands that lie in memory as plain
 * matrices: their tiles come in whole boxes, which one thread sends for (TMA), and the
 * warps that multiply do nothing else.
 *
 *     barriers: of each stage, "full" and "empty"
 *     if one of the first eight warps:
 *         for each tile of 64 k:  wait until its stage is full; begin to multiply it;
 *                                 wait until the one before is done: its stage is empty
 *     else, one thread:
 *         for each tile of 64 k:  wait until its stage is empty; send for its boxes
 *
 * Against copies by all threads there is no barrier of the block in the loop, none of
 * the 12 copies of each thread with their addresses, and no fence; what a stage waits
 * for is its bytes alone. All four stages are on their way or multiplied: three tiles of
 * 1024 clocks of an H100's tensor cores hide what memory takes to answer. Of 288 threads
 * each has 224 registers: that is enough for 128 sums and what stands beside them, so
 * that none have to be moved between warps (setmaxnreg).
 *
 * What limits it then is the second cache: 48 KB for 1024 clocks are 11 TB/s for all
 * processors of an H100 at full speed. Blocks that run side by side share rows and
 * columns there (find_tile), but no block has the boxes that another sent for (a
 * cluster's multicast).
 *
 * Each box is at most 256 lines of 128 bytes, in the order of a swizzle of 128 bytes, as
 * mma_place has it; beyond the matrix come zeros, which count as bytes, too. */
#include "passes/lower/gpu/contract_mma.h"

enum {
    LINE = 64, /* elements of a line */
    LINE_BYTES = 128,
    STAGES = 4,
    FULL = 0,
    EMPTY = STAGES, /* numbers of barriers */
    WARP = 32
};

/* --------------------------------------------------------------------- which operands */

/* An argument, or another shape of one. */
static bool is_argument(const IrValue *v)
{
    while (v->op && (v->op->kind == OP_memref_collapse_shape ||
                     v->op->kind == OP_memref_expand_shape))
        v = ir_operand(v->op, 0);
    return !v->op && v->type->kind == IR_MEMREF && !v->type->shared;
}

/* All of an argument, as lines of what lies side by side. */
static bool is_matrix(const Half *h)
{
    const Contraction *c = h->c;
    Dims n = {.of = {c->n}, .count = 1, .size = c->n.size};
    const Dims *rows = h->where == IN_A ? &c->m : &n;
    if (c->outer.size != 1 || c->k.count != 1 || rows->count != 1)
        return false;
    const Dim *fast = h->along_k ? c->k.of : rows->of,
              *slow = h->along_k ? rows->of : c->k.of;
    return stride_in(fast, h->where) == 1 && stride_in(slow, h->where) == fast->size &&
           h->operand.start == 0 && is_argument(h->operand.memory) &&
           ir_elements(h->operand.memory->type) == fast->size * slow->size;
}

bool bulk_fits(const Tensor *t) { return is_matrix(&t->a) && is_matrix(&t->b); }

/* ------------------------------------------------------------------------------ boxes */

static int64_t box_lines(const Half *h) { return h->along_k ? h->size : LINE; }

static IrValue *map_of(Emit *e, const Half *h)
{
    int64_t rows = h->where == IN_A ? h->c->m.size : h->c->n.size;
    return k_tensor_map(&e->b, h->operand.memory, h->along_k ? rows : h->c->k.size,
                        box_lines(h), LINE);
}

void bulk_prepare(Emit *e, Tensor *t)
{
    t->a.map = map_of(e, &t->a);
    t->b.map = map_of(e, &t->b);
}

/* One that holds all rows of the tile, or for each 64 of them one that holds all k. */
static void send_for(Emit *e, const Tensor *t, const Half *h, IrValue *k, IrValue *stage,
                     IrValue *full)
{
    const int64_t dims[] = {box_lines(h), LINE};
    IrType box = ir_shared_memref(e->c, h->elem, 2, dims);
    IrValue *origin = h->where == IN_A ? t->row : t->column;
    for (int64_t i = 0; i < h->size * LINE; i += dims[0] * LINE) {
        IrValue *at =
            plus(e, wgmma_stage(e, t, h, stage), c_index(e, i / LINE * LINE_BYTES));
        IrValue *to = k_view_at(&e->b, t->bytes, at, box),
                *first = plus(e, origin, c_index(e, i / LINE));
        k_tensor_load(&e->b, h->map, h->along_k ? first : k, h->along_k ? k : first, to,
                      t->barriers, full);
    }
}

/* ----------------------------------------------------------------------------- stages */

/* Which stage a tile has, and how often the stages had all been used before it. */
typedef struct Turn {
    IrValue *stage, *round;
} Turn;

static Turn turn_of(Emit *e, IrValue *from, IrValue *k)
{
    IrValue *number = k_div_index(&e->b, k_sub_index(&e->b, k, from), c_index(e, LINE));
    return (Turn){k_rem_index(&e->b, number, c_index(e, STAGES)),
                  k_div_index(&e->b, number, c_index(e, STAGES))};
}

static IrValue *barrier(Emit *e, IrValue *stage, int64_t first)
{
    return plus(e, stage, c_index(e, first));
}

static IrValue *is_odd(Emit *e, IrValue *round, int64_t more)
{
    IrValue *low = k_rem_index(&e->b, plus(e, round, c_index(e, more)), c_index(e, 2));
    return k_cmpi(&e->b, "ne", low, c_index(e, 0));
}

/* A stage is full when one thread has said how many bytes come, and they are there; and
 * empty when each warp that multiplies has said so. */
static void make_barriers(Emit *e, Tensor *t)
{
    t->barriers = k_barriers(&e->b, 2 * STAGES);
    IrValue *first = k_cmpi(&e->b, "eq", t->thread, c_index(e, 0));
    IrOp *branch = k_if_begin(&e->b, first, 0, NULL);
    for (int64_t i = 0; i < STAGES; i++) {
        k_barrier_init(&e->b, t->barriers, c_index(e, FULL + i), 1);
        k_barrier_init(&e->b, t->barriers, c_index(e, EMPTY + i), t->a.threads / WARP);
    }
    k_barrier_fence(&e->b);
    k_if_end(&e->b, branch, 0, NULL);
    k_barrier(&e->b);
}

/* ------------------------------------------------------------------------------ roles */

/* Before a barrier's first phase has ended, the one before counts as ended: its parity
 * is odd. */
static void fill_stages(Emit *e, const Tensor *t, IrValue *from, IrValue *to)
{
    IrValue *one = k_cmpi(&e->b, "eq", t->thread, c_index(e, t->a.threads));
    IrOp *branch = k_if_begin(&e->b, one, 0, NULL);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, LINE), 0, NULL);
    IrValue *k = k_arg(loop, 0);
    Turn turn = turn_of(e, from, k);
    IrValue *full = barrier(e, turn.stage, FULL);
    k_barrier_wait(&e->b, t->barriers, barrier(e, turn.stage, EMPTY),
                   is_odd(e, turn.round, 1));
    k_barrier_arrive(&e->b, t->barriers, full, (t->m + t->n) * LINE_BYTES);
    send_for(e, t, &t->a, k, turn.stage, full);
    send_for(e, t, &t->b, k, turn.stage, full);
    k_for_end(&e->b, loop, 0, NULL);
    k_if_end(&e->b, branch, 0, NULL);
}

/* The tile before is done: a lane says so for its warp, which has waited. */
static void release_before(Emit *e, const Tensor *t, IrValue *there, IrValue *stage)
{
    IrValue *one = k_cmpi(&e->b, "eq", t->lane, c_index(e, 0));
    IrValue *before =
        k_rem_index(&e->b, plus(e, stage, c_index(e, STAGES - 1)), c_index(e, STAGES));
    IrOp *branch = k_if_begin(&e->b, k_binary(&e->b, OP_arith_andi, there, one), 0, NULL);
    k_barrier_arrive(&e->b, t->barriers, barrier(e, before, EMPTY), 0);
    k_if_end(&e->b, branch, 0, NULL);
}

static IrValue *multiply_stages(Emit *e, const Tensor *t, IrValue *from, IrValue *to)
{
    IrValue *sums = k_warpgroup_zero(&e->b, t->n);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, LINE), 1, &sums);
    IrValue *k = k_arg(loop, 0);
    Turn turn = turn_of(e, from, k);
    k_barrier_wait(&e->b, t->barriers, barrier(e, turn.stage, FULL),
                   is_odd(e, turn.round, 0));
    sums = wgmma_multiply(e, t, turn.stage, k_arg(loop, 1));
    release_before(e, t, k_cmpi(&e->b, "slt", from, k), turn.stage);
    k_for_end(&e->b, loop, 1, &sums);
    k_warpgroup_wait(&e->b, 0);
    return ir_result(loop, 0);
}

void bulk_sum_up(Emit *e, Tensor *t)
{
    IrValue *from, *to;
    make_barriers(e, t);
    mma_part_of_k(e, t, &from, &to);
    IrType type = ir_accumulator(e->c, 64, t->n);
    IrOp *roles = k_if_begin(&e->b, mma_has_sums(e, t), 1, &type);
    IrValue *sums = multiply_stages(e, t, from, to);
    k_if_else(&e->b, roles, 1, &sums);
    fill_stages(e, t, from, to);
    sums = k_warpgroup_zero(&e->b, t->n);
    k_if_end(&e->b, roles, 1, &sums);
    k_fragments(&e->b, ir_result(roles, 0), t->sums);
}
