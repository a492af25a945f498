/* Work shared out on a GPU: a launch has a team of threads for each item, and a team goes through a
 * row as one wide vector.
 *
 *     sum of rows : 4096x1024   ->   launch: 4096 teams of 32 threads, 8 to a block
 *                                      for j by 32: acc += x[row, j + thread]
 *                                      acc += acc of the thread 16, 8, 4, 2, 1 apart
 *
 * Short rows are one thread's; long ones, or rows too few to fill the machine, are shared by several
 * warps, which exchange what they folded through shared memory. The size of a team depends on the
 * shape and the target alone, and each fold is taken in one order: the bits are the same each time. */
#include "passes/lower/lower.h"

enum {
    BLOCK = 256,            /* threads of a block, and of a team where there are few */
    SHORT = 16,             /* elements that a thread goes through rather than a team; */
    PART = 64               /* of longer rows a thread has so many, if there are enough rows */
};

/* ------------------------------------------------------------------------------------ the launch */

/* Enough threads for the row; more than a warp where their part would be long, or where there are
 * not enough rows to fill the machine. Teams smaller than a warp fill warps: all of its threads
 * have to be there when they exchange values. */
static int64_t team_size(const Emit *e, int64_t count, int64_t together, int64_t width,
                         int64_t part)
{
    const IrTarget *t = e->pass->target;
    int64_t pieces = ceil_div(width, e->lanes), block = BLOCK < t->threads ? BLOCK : t->threads;
    bool few = count * t->warp < (int64_t)t->processors * block;
    int64_t size = t->warp;
    if (width <= SHORT && (together == count || together % t->warp == 0))
        return 1;
    while (size / 2 >= pieces && together % (2 * t->warp / size) == 0)
        size /= 2;
    while (size < block && few && size < pieces)
        size *= 2;
    while (size < t->threads && size * part < width)
        size *= 2;
    return size;
}

Grid row_grid_begin(Emit *e, int64_t count, int64_t together, int64_t width, int64_t part,
                    size_t folds, const Dtype *elems, IrValue **item)
{
    Grid g = {.mark = memo_mark(e)};
    int64_t warp = e->pass->target->warp, size = team_size(e, count, together, width, part);
    int64_t warps = size / warp, teams = size > warp ? 1 : BLOCK / size;
    teams = teams < count ? teams : count;
    while (together < count && together % teams)
        teams /= 2;
    if (warps <= 1)
        folds = 0;
    IrType *shared = ARENA_ARRAY(e->arena, IrType, folds);
    for (size_t i = 0; i < folds; i++)
        shared[i] = ir_shared_memref(e->c, memory_elem(elems[i]), 1, &warps);
    const int64_t grid[] = {ceil_div(count, teams), 1, 1}, block[] = {size, teams, 1};
    g.launch = k_launch_begin(&e->b, grid, block, folds, shared);
    e->team = (Team){.size = size};
    if (size > 1)
        e->team.first = k_mul_index(&e->b, k_thread_id(g.launch, 0), c_index(e, e->lanes));
    e->team.shared = ARENA_ARRAY(e->arena, IrValue *, folds);
    for (size_t i = 0; i < folds; i++)
        e->team.shared[i] = k_launch_shared(g.launch, i);
    *item = k_block_id(g.launch, 0);
    if (teams > 1)
        *item = k_add_index(&e->b, k_mul_index(&e->b, *item, c_index(e, teams)),
                            k_thread_id(g.launch, 1));
    if (count % teams) {
        IrValue *exists = k_cmpi(&e->b, "slt", *item, c_index(e, count));
        g.exists = k_if_begin(&e->b, exists, 0, NULL);
    }
    return g;
}

Grid grid_begin(Emit *e, int64_t count, int64_t width, size_t folds, const Dtype *elems,
                IrValue **item)
{
    return row_grid_begin(e, count, count, width, PART, folds, elems, item);
}

void grid_end(Emit *e, Grid g)
{
    if (g.exists)
        k_if_end(&e->b, g.exists, 0, NULL);
    k_launch_end(&e->b, g.launch);
    memo_release(e, g.mark);
    e->team = (Team){.size = 1};
}

Lanes lanes_begin(Emit *e, int64_t lanes)
{
    Lanes before = {e->lanes, e->scalar};
    e->lanes = lanes;
    e->scalar = NULL;
    return before;
}

void lanes_end(Emit *e, Lanes before)
{
    e->lanes = before.lanes;
    e->scalar = before.scalar;
}

int64_t team_lanes(const Emit *e)
{
    return e->lanes * e->team.size;
}

IrValue *team_lane(Emit *e, IrValue *i)
{
    return e->team.first ? k_add_index(&e->b, i, e->team.first) : i;
}

/* -------------------------------------------------------------------------------------- folding */

/* What threads can hand each other: 32 or 64 bits. */
IrValue *team_exchange(Emit *e, const char *mode, IrValue *x, int64_t apart, int64_t width)
{
    IrType type = x->type, word = ir_scalar(e->c, DTYPE_i32);
    bool narrow = dtype_bits(type->elem) < 32;
    if (narrow)
        x = k_cast(&e->b, OP_arith_extui, x, word);
    x = k_warp_shuffle(&e->b, mode, x, k_int(&e->b, word, apart), k_int(&e->b, word, width));
    return narrow ? k_cast(&e->b, OP_arith_trunci, x, type) : x;
}

/* Of `size` neighbours in a warp: each pair that is `apart` folds the same two values, in turn. */
static IrValue *fold_apart(Emit *e, IrOpKind by, Dtype elem, IrValue *x, int64_t size)
{
    for (int64_t apart = size / 2; apart; apart /= 2)
        x = emit_fold(e, by, elem, x,
                      team_exchange(e, "xor", x, apart, e->pass->target->warp));
    return x;
}

static IrValue *from_shared(Emit *e, Dtype elem, IrValue *x)
{
    return elem == DTYPE_i1 ? k_cmpi(&e->b, "ne", x, k_int(&e->b, x->type, 0)) : x;
}

/* Every warp leaves its value; then every warp folds them all, in pairs as before. Each fold has
 * room of its own, so no thread can be late in reading. */
static IrValue *fold_warps(Emit *e, IrOpKind by, Dtype elem, IrValue *x)
{
    int64_t warp = e->pass->target->warp, warps = e->team.size / warp;
    IrValue *shared = e->team.shared[e->team.folds++];
    IrValue *thread = k_div_index(&e->b, e->team.first, c_index(e, e->lanes));
    IrValue *lane = k_rem_index(&e->b, thread, c_index(e, warp));
    IrValue *at = k_div_index(&e->b, thread, c_index(e, warp));
    IrOp *branch = k_if_begin(&e->b, k_cmpi(&e->b, "eq", lane, c_index(e, 0)), 0, NULL);
    emit_store_one(e, shared, elem, at, x);
    k_if_end(&e->b, branch, 0, NULL);
    k_barrier(&e->b);
    at = k_rem_index(&e->b, lane, c_index(e, warps));
    return fold_apart(e, by, elem, from_shared(e, elem, k_load(&e->b, shared, 1, &at)), warps);
}

IrOp *team_lead_begin(Emit *e)
{
    IrValue *first = e->team.first;
    return first ? k_if_begin(&e->b, k_cmpi(&e->b, "eq", first, c_index(e, 0)), 0, NULL) : NULL;
}

void team_lead_end(Emit *e, IrOp *lead)
{
    if (lead)
        k_if_end(&e->b, lead, 0, NULL);
}

void team_store(Emit *e, IrValue *memref, Dtype elem, IrValue *at, IrValue *scalar)
{
    IrOp *lead = team_lead_begin(e);
    emit_store_one(e, memref, elem, at, scalar);
    team_lead_end(e, lead);
}

IrValue *team_fold(Emit *e, IrOpKind by, Dtype elem, IrValue *vector)
{
    IrValue *x = k_reduction(&e->b, reduction_kind(by, elem), vector);
    if (e->team.size == 1)
        return x;
    int64_t warp = e->pass->target->warp, size = e->team.size;
    x = fold_apart(e, by, elem, x, size < warp ? size : warp);
    return size > warp ? fold_warps(e, by, elem, x) : x;
}
