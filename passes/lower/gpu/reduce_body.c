/* Reductions by a body of their own on a GPU, of several values at once, such as argmax.
 * Neither has the body to commute nor is the init to be neutral, so a thread of a team
 * takes what lies together, and neighbours are combined, the one in front first:
 *
 *     1000 elements, 32 threads    thread 0: 0 to 31;  thread 1: 32 to 63;  ...
 *     then 1, 2, 4, 8, 16 apart    x = body(x, x of the thread that many behind)
 *     several warps                the same with what each warp has, in shared memory
 *     at the end                   body(init, x)
 *
 * Which of two equal elements wins is for the body to say, and the same on a CPU. */
#include "passes/lower/reduce.h"

#include <string.h>

enum {
    SHORT = 16,
    PART = 64
}; /* elements that a thread folds alone; of a team's at most */

typedef struct Fold {
    const IrOp *op;
    size_t count;              /* values that are folded at once */
    const int64_t *dimensions; /* that are folded */
    size_t dimension_count;
    int64_t sizes[IR_MAX_RANK]; /* of these */
    int64_t length, part;       /* elements of a result, of a thread */
    const Index *kept;          /* indices of the result */
    IrValue *thread;            /* in its team */
} Fold;

/* --------------------------------------------------------------------------- elements */

/* The values at place `i` of what is folded. */
static void element(Emit *e, const Fold *f, IrValue *i, IrValue **out)
{
    IrType from = ir_operand(f->op, 0)->type;
    Index at[IR_MAX_RANK];
    Point *folded =
        point_linear(e, (int)f->dimension_count, f->sizes, (Index){.base = i}, NULL);
    const Index *of_folded = point_indices(e, folded);
    size_t kept = 0, where;
    for (int d = 0; d < from->rank; d++)
        at[d] = listed(f->dimensions, f->dimension_count, d, &where) ? of_folded[where]
                                                                     : f->kept[kept++];
    Point *p = point_at(e, from->rank, from->dims, at, NULL);
    for (uint32_t k = 0; k < f->count; k++)
        out[k] = emit_value(e, ir_operand(f->op, k), p);
}

/* acc = body(acc, x), where `valid` (NULL: everywhere). */
static void combine(Emit *e, const Fold *f, IrValue **acc, IrValue *const *x,
                    IrValue *valid)
{
    IrValue **next = ARENA_ARRAY(e->arena, IrValue *, f->count);
    for (size_t k = 0; k < f->count; k++) {
        next[k] = emit_combine(e, &f->op->regions[0], f->count, acc, x, k);
        if (valid)
            next[k] = k_select(&e->b, valid, next[k], acc[k]);
    }
    memcpy(acc, next, f->count * sizeof *next);
}

/* Those of the thread; of one that has none, the last. */
static void fold_own(Emit *e, const Fold *f, IrValue **acc)
{
    IrValue *x[IR_MAX_RANK], *part = c_index(e, f->part), *one = c_index(e, 1);
    IrValue *first = k_min_index(&e->b, k_mul_index(&e->b, f->thread, part),
                                 c_index(e, f->length - 1));
    IrValue *end =
        k_min_index(&e->b, k_add_index(&e->b, first, part), c_index(e, f->length));
    element(e, f, first, acc);
    IrOp *loop =
        k_for_begin(&e->b, k_add_index(&e->b, first, one), end, one, f->count, acc);
    size_t mark = memo_mark(e);
    for (uint32_t k = 0; k < f->count; k++)
        acc[k] = k_arg(loop, k + 1);
    element(e, f, k_arg(loop, 0), x);
    combine(e, f, acc, x, NULL);
    memo_release(e, mark);
    k_for_end(&e->b, loop, f->count, acc);
    for (uint32_t k = 0; k < f->count; k++)
        acc[k] = ir_result(loop, k);
}

/* ------------------------------------------------------------------------------ teams */

/* Of the first `active` of a row of threads, of which `width` are in a warp; its first
 * thread has it. */
static void fold_neighbours(Emit *e, const Fold *f, IrValue *number, int64_t width,
                            int64_t active, IrValue **acc)
{
    IrValue *x[IR_MAX_RANK];
    for (int64_t apart = 1; apart < width && apart < active; apart *= 2) {
        IrValue *behind = k_add_index(&e->b, number, c_index(e, apart));
        for (size_t k = 0; k < f->count; k++)
            x[k] = k_broadcast(
                &e->b,
                team_exchange(e, "down", k_extract(&e->b, acc[k], 0), apart, width),
                acc[k]->type);
        combine(e, f, acc, x, k_cmpi(&e->b, "slt", behind, c_index(e, active)));
    }
}

static void fold_warps(Emit *e, const Fold *f, int64_t active, IrValue **acc)
{
    int64_t warp = e->pass->target->warp, warps = e->team.size / warp;
    IrValue *lane = k_rem_index(&e->b, f->thread, c_index(e, warp));
    Index at = {.base = k_div_index(&e->b, f->thread, c_index(e, warp))};
    IrOp *branch = k_if_begin(&e->b, k_cmpi(&e->b, "eq", lane, c_index(e, 0)), 0, NULL);
    for (uint32_t k = 0; k < f->count; k++)
        emit_store(e, e->team.shared[k], f->op->results[k].type->elem, at, NULL, acc[k]);
    k_if_end(&e->b, branch, 0, NULL);
    k_barrier(&e->b);
    at.base = k_rem_index(&e->b, lane, c_index(e, warps));
    for (uint32_t k = 0; k < f->count; k++)
        acc[k] = emit_load(e, e->team.shared[k], f->op->results[k].type->elem, at,
                           &(Point){0}, 0);
    fold_neighbours(e, f, at.base, warps, ceil_div(active, warp), acc);
}

static void fold_team(Emit *e, Fold *f, IrValue *row, IrValue **acc)
{
    IrType to = f->op->results[0].type;
    int64_t warp = e->pass->target->warp, size = e->team.size, active;
    f->kept =
        point_indices(e, point_linear(e, to->rank, to->dims, (Index){.base = row}, NULL));
    f->thread = e->team.first ? e->team.first : c_index(e, 0);
    f->part = ceil_div(f->length, size);
    active = ceil_div(f->length, f->part);
    fold_own(e, f, acc);
    fold_neighbours(e, f, f->thread, smaller(size, warp), active, acc);
    if (size > warp)
        fold_warps(e, f, active, acc);
    IrValue *init[IR_MAX_RANK];
    for (uint32_t k = 0; k < f->count; k++)
        init[k] =
            emit_value(e, ir_operand(f->op, (uint32_t)f->count + k), point_scalar(e));
    combine(e, f, init, acc, NULL);
    memcpy(acc, init, f->count * sizeof *acc);
}

/* ---------------------------------------------------------------------------- results */

static IrValue *folded_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    (void)e, (void)p;
    return ((IrValue **)data)[v->index];
}

static IrValue *stored_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    IrValue *memory = ((IrValue **)data)[v->index];
    return emit_load(e, memory, v->type->elem, point_position(e, p), p,
                     ir_elements(v->type));
}

static void set_leaves(Emit *e, const Fold *f, LeafFn *get, IrValue **data)
{
    for (uint32_t k = 0; k < f->count; k++)
        set_leaf(e, &f->op->results[k], get, data);
}

/* By one of the team's threads: what is computed from a result, or the result itself. */
static void finish(Emit *e, const Fold *f, IrValue *row, IrValue **acc, IrValue **stored)
{
    IrOp *lead = team_lead_begin(e);
    set_leaves(e, f, folded_leaf, acc);
    if (!stored)
        reduction_finish(e, row);
    for (uint32_t k = 0; stored && k < f->count; k++)
        emit_store_one(e, stored[k], f->op->results[k].type->elem, row,
                       k_extract(&e->b, acc[k], 0));
    team_lead_end(e, lead);
}

static void fold_rows(Emit *e, Fold *f, IrValue **stored)
{
    IrValue *acc[IR_MAX_RANK], *row;
    Dtype elems[IR_MAX_RANK];
    int64_t rows = ir_elements(f->op->results[0].type);
    for (uint32_t k = 0; k < f->count; k++)
        elems[k] = f->op->results[k].type->elem;
    Grid g = row_grid_begin(e, rows, rows, f->length, PART, f->count, elems, &row);
    fold_team(e, f, row, acc);
    finish(e, f, row, acc, stored);
    grid_end(e, g);
}

/* Numbers that a shuffle moves; as many as there is room for. */
static bool can_exchange(const Fold *f)
{
    bool can = f->count <= IR_MAX_RANK;
    for (uint32_t k = 0; can && k < f->count; k++) {
        Dtype t = f->op->results[k].type->elem;
        can = !dtype_is_float(t) || dtype_bytes(t) >= 4;
    }
    return can;
}

/* Results that lie side by side, and so does what they are folded of, are a thread's each,
 * if they are many. */
static bool wants_teams(const Emit *e, const Fold *f)
{
    const IrTarget *t = e->pass->target;
    IrType from = ir_operand(f->op, 0)->type;
    int64_t results = ir_elements(f->op->results[0].type);
    bool rows = listed(f->dimensions, f->dimension_count, from->rank - 1, NULL);
    return f->length > SHORT && (rows || results < (int64_t)t->processors * t->warp);
}

bool lower_reduce_body(Emit *e, const IrOp *op)
{
    IrValue *stored[IR_MAX_RANK];
    Fold f = {.op = op, .count = op->result_count};
    IrType from = ir_operand(op, 0)->type, to = op->results[0].type;
    f.dimensions = ir_op_ints(op, "dimensions", &f.dimension_count);
    for (size_t i = 0; i < f.dimension_count; i++)
        f.sizes[i] = from->dims[f.dimensions[i]];
    f.length = ir_elements(from) / ir_elements(to);
    if (!can_exchange(&f) || !wants_teams(e, &f))
        return false;
    bool in_place = reduction_ends_in_place(e, op);
    for (uint32_t k = 0; k < f.count && !in_place; k++)
        stored[k] =
            kernel_workspace(e, memory_elem(op->results[k].type->elem), ir_elements(to));
    Lanes before = lanes_begin(e, 1);
    fold_rows(e, &f, in_place ? NULL : stored);
    lanes_end(e, before);
    if (!in_place) {
        set_leaves(e, &f, stored_leaf, stored);
        lower_loop(e);
    }
    return true;
}
