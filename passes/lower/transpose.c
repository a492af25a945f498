/* Transposed loops. Where the neighbours of a result are far apart in an operand, a vector would be
 * a gather; so squares of W x W elements are read along the operand's neighbours, transposed in
 * registers, and kept until the square's rows are computed.
 *
 *     y = transpose(x) + z   ->   for squares:  16 vectors of x  ->  16 rows in a buffer
 *                                               for rows: load, add, store
 *
 * Squares are taken in blocks, so that the pages and lines of both sides are met again soon. */
#include "passes/lower/lower.h"

#include <string.h>

enum { SQUARES = 4 };       /* of a block, in each direction */

typedef struct Tiles {
    IrType type;            /* of the results */
    int a, b;               /* dimensions: of the lanes; of the rows of a square */
    const IrOp **moved;     /* the transposes that are read in squares, */
    IrValue **buffer;       /* W * W elements of each */
    size_t count;
    Index at[IR_MAX_RANK];  /* of a square's first element */
    IrValue *lanes_left, *rows_left;
    Point *row;             /* where a row of the square is computed */
    IrValue *number;        /* of the row in the square */
} Tiles;

/* ----------------------------------------------------------------------------------- registers */

/* Swaps blocks of `apart` lanes between pairs of rows. */
static void swap_blocks(Emit *e, IrValue **rows, int64_t apart)
{
    int64_t *low = ARENA_ARRAY(e->arena, int64_t, e->lanes);
    int64_t *high = ARENA_ARRAY(e->arena, int64_t, e->lanes);
    for (int64_t l = 0; l < e->lanes; l++) {
        low[l] = l & apart ? e->lanes + l - apart : l;
        high[l] = l & apart ? e->lanes + l : l + apart;
    }
    for (int64_t i = 0; i < e->lanes; i++) {
        if (i & apart)
            continue;
        IrValue *x = rows[i], *y = rows[i + apart];
        rows[i] = k_shuffle(&e->b, x, y, (size_t)e->lanes, low);
        rows[i + apart] = k_shuffle(&e->b, x, y, (size_t)e->lanes, high);
    }
}

void transpose_registers(Emit *e, IrValue **rows)
{
    for (int64_t apart = 1; apart < e->lanes; apart *= 2)
        swap_blocks(e, rows, apart);
}

/* ----------------------------------------------------------------------------- what is transposed */

static int last_long(IrType t)
{
    int d = t->rank - 1;
    while (d > 0 && t->dims[d] == 1)
        d--;
    return d;
}

/* The result's dimension in which the operand's neighbours lie. */
static int neighbours(const IrOp *op)
{
    const int64_t *permutation = ir_op_ints(op, "permutation", NULL);
    int d = 0, last = last_long(ir_operand(op, 0)->type);
    while (permutation[d] != last)
        d++;
    return d;
}

static bool is_moved(const Emit *e, const Tiles *t, const IrOp *op)
{
    IrType type = op->kind == OP_transpose ? op->results[0].type : NULL;
    return type && type->rank == t->type->rank && type->elem != DTYPE_i1 &&
           !memcmp(type->dims, t->type->dims, (size_t)type->rank * sizeof *type->dims) &&
           neighbours(op) != t->a && t->type->dims[neighbours(op)] >= e->lanes / 2;
}

/* All that have the same neighbours as the first. */
static bool find_moved(Emit *e, Tiles *t)
{
    size_t room = 0;
    t->a = last_long(t->type);
    if (e->lanes == 1 || t->type->dims[t->a] < e->lanes / 2)
        return false;
    for (const IrOp *op = ir_func_block(e->graph)->first; op; op = op->next) {
        if (!is_moved(e, t, op) || (t->count && neighbours(op) != t->b))
            continue;
        t->b = neighbours(op);
        ARENA_PUSH(e->arena, t->moved, t->count, room, op);
    }
    t->buffer = ARENA_ARRAY(e->arena, IrValue *, t->count);
    return t->count != 0;
}

static bool same_shapes(const Emit *e, IrType type)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    for (uint32_t i = 0; i < ret->operand_count; i++) {
        IrType t = ir_operand(ret, i)->type;
        if (t->rank != type->rank || memcmp(t->dims, type->dims, (size_t)t->rank * sizeof *t->dims))
            return false;
    }
    return true;
}

/* --------------------------------------------------------------------------------------- squares */

/* Lane by lane along the operand's neighbours; past the end of the lanes' dimension its last element
 * is read again. */
static IrValue *read_neighbours(Emit *e, Tiles *t, const IrOp *op, int64_t i, bool edge)
{
    const int64_t *permutation = ir_op_ints(op, "permutation", NULL);
    IrType from = ir_operand(op, 0)->type;
    Index at[IR_MAX_RANK];
    for (int d = 0; d < t->type->rank; d++)
        at[permutation[d]] = t->at[d];
    Index *along = &at[permutation[t->a]];
    *along = index_add_const(e, *along, i);
    if (edge)
        *along = index_clamp(e, *along, 0, t->type->dims[t->a] - 1);
    at[permutation[t->b]].step = 1;
    Point *p = point_at(e, from->rank, from->dims, at, NULL);
    p->mask = edge ? k_mask(&e->b, t->rows_left, mask_type(e)) : NULL;
    return emit_value(e, ir_operand(op, 0), p);
}

static void fill_buffer(Emit *e, Tiles *t, size_t k, bool edge)
{
    IrValue **rows = ARENA_ARRAY(e->arena, IrValue *, e->lanes);
    Dtype elem = t->moved[k]->results[0].type->elem;
    for (int64_t i = 0; i < e->lanes; i++)
        rows[i] = read_neighbours(e, t, t->moved[k], i, edge);
    transpose_registers(e, rows);
    for (int64_t i = 0; i < e->lanes; i++)
        emit_store(e, t->buffer[k], elem, (Index){.base = c_index(e, i * e->lanes), .step = 1}, NULL, rows[i]);
}

static IrValue *row_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    Tiles *t = data;
    size_t k = 0;
    if (p != t->row)
        return emit_shape(e, v->op, p);
    while (t->moved[k] != v->op)
        k++;
    Index at = {.base = k_mul_index(&e->b, t->number, c_index(e, e->lanes)), .step = 1};
    return emit_load(e, t->buffer[k], v->type->elem, at, &(Point){0}, e->lanes * e->lanes);
}

static void write_row(Emit *e, Tiles *t, IrValue *mask)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    uint32_t args = ir_func_block(e->graph)->arg_count;
    IrValue **values = ARENA_ARRAY(e->arena, IrValue *, ret->operand_count);
    t->row = point_at(e, t->type->rank, t->type->dims, t->at, NULL);
    t->row->at[t->b] = index_add(e, t->at[t->b], (Index){.base = t->number});
    t->row->at[t->a].step = 1;
    t->row->mask = mask;
    t->row->identity = true;
    for (uint32_t i = 0; i < ret->operand_count; i++)
        values[i] = emit_value(e, ir_operand(ret, i), t->row);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        emit_store(e, e->memref[args + i], ir_operand(ret, i)->type->elem,
                   point_position(e, t->row), mask, values[i]);
}

static void make_square(Emit *e, Tiles *t, bool edge)
{
    size_t mark = memo_mark(e);
    for (size_t k = 0; k < t->count; k++)
        fill_buffer(e, t, k, edge);
    IrValue *rows = c_index(e, e->lanes);
    IrValue *mask = edge ? k_mask(&e->b, t->lanes_left, mask_type(e)) : NULL;
    if (edge)
        rows = k_min_index(&e->b, rows, t->rows_left);
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), rows, c_index(e, 1), 0, NULL);
    t->number = k_arg(loop, 0);
    write_row(e, t, mask);
    k_for_end(&e->b, loop, 0, NULL);
    memo_release(e, mark);
}

static IrValue *left(Emit *e, const Tiles *t, int d)
{
    return k_sub_index(&e->b, c_index(e, t->type->dims[d]), t->at[d].base);
}

static IrValue *is_whole(Emit *e, const Tiles *t, int d, IrValue *rest)
{
    if (t->type->dims[d] % e->lanes == 0)
        return NULL;
    return k_cmpi(&e->b, "sge", rest, c_index(e, e->lanes));
}

static void square(Emit *e, Tiles *t)
{
    t->rows_left = left(e, t, t->b);
    t->lanes_left = left(e, t, t->a);
    IrValue *whole = mask_and(e, is_whole(e, t, t->a, t->lanes_left), is_whole(e, t, t->b, t->rows_left));
    IrOp *branch = whole ? k_if_begin(&e->b, whole, 0, NULL) : NULL;
    make_square(e, t, false);
    if (!branch)
        return;
    k_if_else(&e->b, branch, 0, NULL);
    make_square(e, t, true);
    k_if_end(&e->b, branch, 0, NULL);
}

/* Squares of dimension d from t->at[d] on, as many as a block has. */
static IrOp *squares_begin(Emit *e, Tiles *t, int d)
{
    IrValue *end = k_add_index(&e->b, t->at[d].base, c_index(e, SQUARES * e->lanes));
    end = k_min_index(&e->b, end, c_index(e, t->type->dims[d]));
    IrOp *loop = k_for_begin(&e->b, t->at[d].base, end, c_index(e, e->lanes), 0, NULL);
    t->at[d] = (Index){.base = k_arg(loop, 0)};
    return loop;
}

/* ---------------------------------------------------------------------------------- the schedule */

static int64_t blocks_of(const Emit *e, const Tiles *t, int d)
{
    int64_t size = SQUARES * e->lanes;
    return d == t->a || d == t->b ? (t->type->dims[d] + size - 1) / size : t->type->dims[d];
}

/* The indices of a block's first element, from its number. */
static void place_block(Emit *e, Tiles *t, IrValue *number)
{
    int64_t blocks[IR_MAX_RANK];
    for (int d = 0; d < t->type->rank; d++)
        blocks[d] = blocks_of(e, t, d);
    Point *p = point_linear(e, t->type->rank, blocks, (Index){.base = number}, NULL);
    memcpy(t->at, point_indices(e, p), (size_t)t->type->rank * sizeof *t->at);
    t->at[t->a] = index_mul_const(e, t->at[t->a], SQUARES * e->lanes);
    t->at[t->b] = index_mul_const(e, t->at[t->b], SQUARES * e->lanes);
}

static void make_buffers(Emit *e, Tiles *t)
{
    int64_t size = e->lanes * e->lanes;
    for (size_t k = 0; k < t->count; k++) {
        IrValue *v = ir_result(t->moved[k], 0);
        t->buffer[k] = k_alloca(&e->b, ir_memref(e->c, memory_elem(v->type->elem), 1, &size));
        set_leaf(e, v, row_leaf, t);
    }
}

bool lower_transposed(Emit *e, IrType type, int64_t grain)
{
    Tiles t = {.type = type};
    int64_t count = 1, size = SQUARES * e->lanes;
    if (type->rank < 2 || !same_shapes(e, type) || !find_moved(e, &t))
        return false;
    for (int d = 0; d < type->rank; d++)
        count *= blocks_of(e, &t, d);
    IrValue *from, *to;
    Chunks c = chunks_begin(e, count, grain / (size * size) + 1, &from, &to);
    make_buffers(e, &t);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, 1), 0, NULL);
    place_block(e, &t, k_arg(loop, 0));
    IrOp *rows = squares_begin(e, &t, t.b), *columns = squares_begin(e, &t, t.a);
    square(e, &t);
    k_for_end(&e->b, columns, 0, NULL);
    k_for_end(&e->b, rows, 0, NULL);
    k_for_end(&e->b, loop, 0, NULL);
    chunks_end(e, c);
    return true;
}
