/* Transposed loops on a GPU. Where neighbours of a result are far apart in an operand,
 * a warp would read 32 elements from 32 places; so a block reads a square along the
 * operand's neighbours, keeps it in shared memory, and goes on along those of the
 * result.
 *
 *     y = transpose(x) + z   ->   blocks of 32 x 8 threads, each a square of 32 x 32:
 *                                   four rows of x each  ->  shared[row][column]
 *                                   barrier
 *                                   y[b][a] = shared[a][b] + z[b][a]
 *
 *     shared   column 0  1  2 ... 31  -    a row is longer by one word than it holds, so
 *     row 0           0  1  2 ... 31  0    elements of a column lie in different banks
 *     row 1           1  2  3 ...  0  1
 *
 * Dimensions that lie together on both sides are one: NCHW to NHWC is a transposition
 * of C with H * W for each image. */
#include "passes/lower/lower.h"

#include <string.h>

enum {
    WARP = 32,
    ROWS = 8,          /* threads of a block, side by side and below each other */
    LEAST = 24,        /* elements in each direction that are worth it */
    CHEAP = 32,        /* what an element may cost where a square is large */
    MOST_ELEMENTS = 16 /* of a thread */
};

/* Neighbouring dimensions of the result, taken as one. */
typedef struct Range {
    int first, count;
    int64_t size, stride; /* elements together, and apart in the result */
} Range;

typedef struct Tile {
    IrType type;        /* of the results */
    Range a, b;         /* the last of the result; what lies together in the operand */
    const IrOp **moved; /* the transposes that are read in squares */
    IrValue **shared;
    size_t count;
    int64_t side, pitch;   /* of a square; between its rows in shared memory */
    Index at[IR_MAX_RANK]; /* of the other dimensions */
    IrValue *from_a, *from_b, *x, *y;
    Point *here[MOST_ELEMENTS];
    IrValue *slot[MOST_ELEMENTS];
    size_t points;
} Tile;

/* ----------------------------------------------------------------- what is transposed */

static bool in_range(const Range *r, int d)
{
    return d >= r->first && d < r->first + r->count;
}

/* Dimensions of the result that end with `last` and follow each other in the operand,
 * too. */
static Range range_to(IrType type, const int64_t *permutation, int last)
{
    Range r = {last, 1, type->dims[last], 1};
    while (r.first > 0 && permutation[r.first - 1] == permutation[r.first] - 1) {
        r.size *= type->dims[--r.first];
        r.count++;
    }
    for (int d = last + 1; d < type->rank; d++)
        r.stride *= type->dims[d];
    return r;
}

/* The last dimension of more than one element. */
static int last_long(IrType t)
{
    int d = t->rank - 1;
    while (d > 0 && t->dims[d] == 1)
        d--;
    return d;
}

static bool find_ranges(const Tile *t, const IrOp *op, Range *a, Range *b)
{
    IrType type = op->kind == OP_transpose ? op->results[0].type : NULL;
    if (!type || type->rank != t->type->rank ||
        memcmp(type->dims, t->type->dims, (size_t)type->rank * sizeof *type->dims))
        return false;
    const int64_t *permutation = ir_op_ints(op, "permutation", NULL);
    int together = 0, last = last_long(type), from = last_long(ir_operand(op, 0)->type);
    while (permutation[together] != from)
        together++;
    *a = range_to(type, permutation, last);
    *b = range_to(type, permutation, together);
    return together != last && a->size >= LEAST && b->size >= LEAST;
}

/* All that have the ranges of the first. */
static bool find_moved(Emit *e, Tile *t)
{
    size_t room = 0;
    Range a, b;
    for (const IrOp *op = ir_func_block(e->graph)->first; op; op = op->next) {
        if (!find_ranges(t, op, &a, &b) || (t->count && memcmp(&a, &t->a, sizeof a)) ||
            (t->count && memcmp(&b, &t->b, sizeof b)))
            continue;
        t->a = a;
        t->b = b;
        ARENA_PUSH(e->arena, t->moved, t->count, room, op);
    }
    return t->count != 0;
}

static bool same_shapes(const Emit *e, IrType type)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    for (uint32_t i = 0; i < ret->operand_count; i++) {
        IrType t = ir_operand(ret, i)->type;
        if (t->rank != type->rank ||
            memcmp(t->dims, type->dims, (size_t)t->rank * sizeof *t->dims))
            return false;
    }
    return true;
}

/* A square's row is 128 bytes where that is not too many elements for a thread. */
static bool choose_square(Tile *t, int64_t cost)
{
    int64_t least = 8, bytes = 0;
    for (size_t k = 0; k < t->count; k++) {
        int64_t size = (int64_t)dtype_bytes(t->moved[k]->results[0].type->elem);
        least = size < least ? size : least;
    }
    t->side = least < 4 && cost <= CHEAP && t->a.size >= 2 * WARP && t->b.size >= 2 * WARP
                  ? 2 * WARP
                  : WARP;
    t->pitch = t->side + (least < 4 ? 4 / least : 1);
    for (size_t k = 0; k < t->count; k++)
        bytes +=
            t->side * t->pitch * (int64_t)dtype_bytes(t->moved[k]->results[0].type->elem);
    return bytes <= IR_GPU_STATIC_BYTES;
}

/* ---------------------------------------------------------------------------- squares */

/* Where dimension d of the result lies among the dimensions of the operand, in
 * elements. */
static int64_t operand_stride(const IrOp *op, int d)
{
    IrType from = ir_operand(op, 0)->type;
    int64_t stride = 1;
    for (int i = from->rank - 1; i > ir_op_ints(op, "permutation", NULL)[d]; i--)
        stride *= from->dims[i];
    return stride;
}

/* The part of a position that the other dimensions give; op NULL: in the result. */
static Index outer_position(Emit *e, const Tile *t, const IrOp *op)
{
    Index position = index_const(e, 0);
    int64_t stride = 1;
    for (int d = t->type->rank - 1; d >= 0; d--) {
        if (!in_range(&t->a, d) && !in_range(&t->b, d) && t->type->dims[d] != 1)
            position = index_add(
                e, position,
                index_mul_const(e, t->at[d], op ? operand_stride(op, d) : stride));
        stride *= t->type->dims[d];
    }
    return position;
}

/* Whether element (a, b) of the ranges exists; NULL: it does. */
static IrValue *exists(Emit *e, const Tile *t, IrValue *a, IrValue *b)
{
    IrValue *in_a = NULL, *in_b = NULL;
    if (t->a.size % t->side)
        in_a = k_cmpi(&e->b, "slt", a, c_index(e, t->a.size));
    if (t->b.size % t->side)
        in_b = k_cmpi(&e->b, "slt", b, c_index(e, t->b.size));
    IrValue *both = mask_and(e, in_a, in_b);
    return both ? k_broadcast(&e->b, both, mask_type(e)) : NULL;
}

/* Element i of those that a thread has: `along` its row of threads, `across` them. */
static void element(Emit *e, const Tile *t, int64_t i, IrValue **along, IrValue **across)
{
    int64_t wide = t->side / WARP;
    *along = k_add_index(&e->b, t->x, c_index(e, i % wide * WARP));
    *across = k_add_index(&e->b, t->y, c_index(e, i / wide * ROWS));
}

static IrValue *slot_of(Emit *e, const Tile *t, IrValue *row, IrValue *column)
{
    return k_add_index(&e->b, k_mul_index(&e->b, row, c_index(e, t->pitch)), column);
}

/* Element i of what lies together, and j of what lies `stride` apart. */
static Point *point_in(Emit *e, IrType type, Index outer, IrValue *i, int64_t stride,
                       IrValue *j)
{
    Index at = index_add(e, outer, (Index){.base = i});
    at = index_add(e, at, index_mul_const(e, (Index){.base = j}, stride));
    at.step = 1;
    return point_linear(e, type->rank, type->dims, at, NULL);
}

/* Along the operand's neighbours. */
static void fill_square(Emit *e, const Tile *t, size_t k)
{
    const IrOp *op = t->moved[k];
    IrValue *from = ir_operand(op, 0), *along, *across, *value[MOST_ELEMENTS],
            *slot[MOST_ELEMENTS];
    int64_t count = t->side * t->side / (WARP * ROWS);
    int64_t stride = operand_stride(op, t->a.first + t->a.count - 1);
    Index outer = outer_position(e, t, op);
    for (int64_t i = 0; i < count; i++) {
        element(e, t, i, &along, &across);
        slot[i] = slot_of(e, t, across, along);
        IrValue *b = k_add_index(&e->b, t->from_b, along),
                *a = k_add_index(&e->b, t->from_a, across);
        Point *p = point_in(e, from->type, outer, b, stride, a);
        p->mask = exists(e, t, a, b);
        p->guarded = p->mask != NULL;
        value[i] = emit_value(e, from, p);
    }
    for (int64_t i = 0; i < count; i++)
        emit_store(e, t->shared[k], from->type->elem, (Index){.base = slot[i], .step = 1},
                   NULL, value[i]);
}

static IrValue *square_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    const Tile *t = data;
    size_t i = 0, k = 0;
    while (i < t->points && t->here[i] != p)
        i++;
    while (t->moved[k] != v->op)
        k++;
    if (i == t->points)
        return emit_shape(e, v->op, p);
    return emit_load(e, t->shared[k], v->type->elem,
                     (Index){.base = t->slot[i], .step = 1}, &(Point){0}, 0);
}

/* Along those of the result: all is computed before any of it is stored. */
static void write_square(Emit *e, Tile *t)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    uint32_t args = ir_func_block(e->graph)->arg_count, n = ret->operand_count;
    int64_t count = t->side * t->side / (WARP * ROWS);
    IrValue *along, *across,
        **values = ARENA_ARRAY(e->arena, IrValue *, (size_t)count * n);
    Index outer = outer_position(e, t, NULL);
    for (int64_t i = 0; i < count; i++) {
        element(e, t, i, &along, &across);
        t->slot[i] = slot_of(e, t, along, across);
        IrValue *a = k_add_index(&e->b, t->from_a, along),
                *b = k_add_index(&e->b, t->from_b, across);
        Point *p = t->here[i] = point_in(e, t->type, outer, a, t->b.stride, b);
        t->points++;
        p->mask = exists(e, t, a, b);
        p->guarded = p->mask != NULL;
        p->identity = true;
        for (uint32_t r = 0; r < n; r++)
            values[i * n + r] = emit_value(e, ir_operand(ret, r), p);
    }
    for (int64_t i = 0; i < count; i++)
        for (uint32_t r = 0; r < n; r++)
            emit_store(e, e->memref[args + r], ir_operand(ret, r)->type->elem,
                       t->here[i]->linear, t->here[i]->mask, values[i * n + r]);
}

/* ----------------------------------------------------------------------- the schedule */

static int64_t squares(const Tile *t, const Range *r)
{
    return (r->size + t->side - 1) / t->side;
}

/* Block number -> the square's first element: squares along b come first, then along
 * a. */
static void place_block(Emit *e, Tile *t, IrValue *number)
{
    int64_t dims[IR_MAX_RANK];
    IrValue *along_a = c_index(e, squares(t, &t->a)),
            *along_b = c_index(e, squares(t, &t->b));
    IrValue *side = c_index(e, t->side), *rest = k_div_index(&e->b, number, along_b);
    t->from_b = k_mul_index(&e->b, k_rem_index(&e->b, number, along_b), side);
    t->from_a = k_mul_index(&e->b, k_rem_index(&e->b, rest, along_a), side);
    for (int d = 0; d < t->type->rank; d++)
        dims[d] = in_range(&t->a, d) || in_range(&t->b, d) ? 1 : t->type->dims[d];
    Index outer = {.base = k_div_index(&e->b, rest, along_a)};
    Point *p = point_linear(e, t->type->rank, dims, outer, NULL);
    memcpy(t->at, point_indices(e, p), (size_t)t->type->rank * sizeof *t->at);
}

bool lower_transposed_tiles(Emit *e, IrType type, int64_t cost)
{
    Tile t = {.type = type};
    if (type->rank < 2 || !same_shapes(e, type) || !find_moved(e, &t) ||
        !choose_square(&t, cost))
        return false;
    int64_t blocks = squares(&t, &t.a) * squares(&t, &t.b), room = t.side * t.pitch;
    for (int d = 0; d < type->rank; d++)
        blocks *= in_range(&t.a, d) || in_range(&t.b, d) ? 1 : type->dims[d];
    const int64_t grid[] = {blocks, 1, 1}, block[] = {WARP, ROWS, 1};
    IrType *shared = ARENA_ARRAY(e->arena, IrType, t.count);
    t.shared = ARENA_ARRAY(e->arena, IrValue *, t.count);
    for (size_t k = 0; k < t.count; k++)
        shared[k] = ir_shared_memref(e->c, memory_elem(t.moved[k]->results[0].type->elem),
                                     1, &room);
    size_t mark = memo_mark(e);
    IrOp *launch = k_launch_begin(&e->b, grid, block, t.count, shared);
    t.x = k_thread_id(launch, 0);
    t.y = k_thread_id(launch, 1);
    place_block(e, &t, k_block_id(launch, 0));
    for (size_t k = 0; k < t.count; k++) {
        t.shared[k] = k_launch_shared(launch, k);
        fill_square(e, &t, k);
        set_leaf(e, &((IrOp *)t.moved[k])->results[0], square_leaf, &t);
    }
    k_barrier(&e->b);
    write_square(e, &t);
    k_launch_end(&e->b, launch);
    memo_release(e, mark);
    return true;
}
