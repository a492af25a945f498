/* Loops over the elements of results: the schedule of everything elementwise, and the pieces that
 * other schedules share (chunks for the threads, vectors with a masked tail).
 *
 *     y = maximum(x + b, 0) : 64x500    ->    parallel for rows: for j by W: load, add, max, store
 *                                             one masked vector for the last 500 mod W columns
 *
 * Where no op asks for an index (all operands have the results' shape, or are scalars) the shape is
 * flattened to one dimension. The work is cut into chunks by its size alone, never by the number of
 * threads, so the bits are the same for any number. */
#include "passes/lower/lower.h"

#include <string.h>

enum {
    MOVED = 16,             /* bytes that a thread of a GPU loads or stores at once, */
    MOST_LANES = 8,
    WAVES = 4,              /* and twice that where there are so many for each resident thread, */
    FEW = 2,                /* few operands */
    CHEAP = 32              /* and little to compute */
};

/* -------------------------------------------------------------------------------------- pieces */

Chunks chunks_begin(Emit *e, int64_t count, int64_t grain, IrValue **from, IrValue **to)
{
    int64_t chunks = grain >= count ? 1 : (count + grain - 1) / grain;
    Chunks c = {NULL, chunks > 1};
    *from = c_index(e, 0);
    *to = c_index(e, count);
    if (!c.parallel)
        return c;
    IrValue *lo = c_index(e, 0), *hi = c_index(e, chunks), *step = c_index(e, 1);
    c.loop = k_parallel_begin(&e->b, 1, &lo, &hi, &step);
    *from = k_mul_index(&e->b, k_arg(c.loop, 0), c_index(e, grain));
    *to = k_add_index(&e->b, *from, c_index(e, grain));
    if (count % grain)
        *to = k_min_index(&e->b, *to, c_index(e, count));
    return c;
}

void chunks_end(Emit *e, Chunks c)
{
    if (c.parallel)
        k_parallel_end(&e->b, c.loop);
}

static void tail_body(Emit *e, IrValue *from, IrValue *to, VectorBody *body, void *data)
{
    size_t mark = memo_mark(e);
    from = team_lane(e, from);
    IrValue *rest = k_sub_index(&e->b, to, from);
    body(e, data, from, k_mask(&e->b, rest, mask_type(e)));
    memo_release(e, mark);
}

static void whole_vectors(Emit *e, IrValue *from, IrValue *to, VectorBody *body, void *data)
{
    size_t mark = memo_mark(e);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, team_lanes(e)), 0, NULL);
    body(e, data, team_lane(e, k_arg(loop, 0)), NULL);
    k_for_end(&e->b, loop, 0, NULL);
    memo_release(e, mark);
}

void vector_loop(Emit *e, IrValue *from, IrValue *to, int64_t length, VectorBody *body, void *data)
{
    int64_t lanes = team_lanes(e);
    IrValue *w = c_index(e, lanes);
    IrValue *count = k_div_index(&e->b, k_sub_index(&e->b, to, from), w);
    IrValue *middle = k_add_index(&e->b, from, k_mul_index(&e->b, count, w));
    if (length < 0 || length >= lanes)
        whole_vectors(e, from, length >= 0 && length % lanes == 0 ? to : middle, body, data);
    if (lanes == 1 || (length >= 0 && length % lanes == 0))
        return;
    if (length >= 0) {
        tail_body(e, length < lanes ? from : middle, to, body, data);
        return;
    }
    IrOp *some = k_if_begin(&e->b, k_cmpi(&e->b, "slt", middle, to), 0, NULL);
    tail_body(e, middle, to, body, data);
    k_if_end(&e->b, some, 0, NULL);
}

/* -------------------------------------------------------------------------------- the schedule */

typedef struct Loop {
    IrType type;            /* of the results */
    int lane_dim;           /* the last dimension with more than one element */
    Index *at;              /* indices of a row, NULL where flat */
    IrValue *row;           /* position of a row's first element */
} Loop;

static bool asks_for_indices(const IrOp *op)
{
    IrOpClass class = ir_op_info(op->kind)->class;
    if (op->kind == OP_broadcast_in_dim)
        return ir_operand(op, 0)->type->rank != 0;
    if (op->kind == OP_constant)
        return false;
    return class != IR_CLASS_UNARY && class != IR_CLASS_BINARY && class != IR_CLASS_ELEMENTWISE &&
           class != IR_CLASS_BARRIER && op->kind != OP_reshape && op->kind != OP_return &&
           op->kind != OP_rng_bit_generator;
}

static bool is_flat(const IrOp *graph)
{
    for (const IrOp *op = ir_func_block(graph)->first; op; op = op->next)
        if (asks_for_indices(op))
            return false;
    return true;
}

static Point *loop_point(Emit *e, Loop *l, IrValue *j, IrValue *mask)
{
    Index position = {.base = l->row ? k_add_index(&e->b, l->row, j) : j, .step = 1};
    Point *p = point_linear(e, l->type->rank, l->type->dims, position, NULL);
    p->mask = mask;
    p->identity = true;
    if (l->at) {
        for (int i = 0; i < l->type->rank; i++)
            p->at[i] = l->at[i];
        p->at[l->lane_dim] = (Index){.base = j, .step = 1};
        p->has_at = true;
    }
    return p;
}

/* All that the loop returns, at p. */
static IrValue **loop_values(Emit *e, const Loop *l, Point *p)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    IrValue **values = ARENA_ARRAY(e->arena, IrValue *, ret->operand_count);
    for (uint32_t i = 0; i < ret->operand_count; i++) {
        Point *q = p;
        IrType t = ir_operand(ret, i)->type;
        if (t != l->type && (t->rank != l->type->rank)) {       /* the same elements, reshaped */
            q = point_linear(e, t->rank, t->dims, p->linear, p);
            q->identity = true;
        }
        values[i] = emit_value(e, ir_operand(ret, i), q);
    }
    return values;
}

static void store_values(Emit *e, const Point *p, IrValue *const *values)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    uint32_t args = ir_func_block(e->graph)->arg_count;
    for (uint32_t i = 0; i < ret->operand_count; i++)
        emit_store(e, e->memref[args + i], ir_operand(ret, i)->type->elem, p->linear, p->mask, values[i]);
}

static void loop_body(Emit *e, void *data, IrValue *j, IrValue *mask)
{
    Loop *l = data;
    Point *p = loop_point(e, l, j, mask);
    store_values(e, p, loop_values(e, l, p));
}

static void lower_flat(Emit *e, Loop *l, int64_t grain)
{
    int64_t count = ir_elements(l->type);
    IrValue *from, *to;
    Chunks c = chunks_begin(e, count, grain, &from, &to);
    vector_loop(e, from, to, c.parallel ? -1 : count, loop_body, l);
    chunks_end(e, c);
}

/* Indices of row r (all dimensions before the lanes', none behind it) */
static void row_indices(Emit *e, Loop *l, IrValue *r)
{
    Point *p = point_linear(e, l->lane_dim, l->type->dims, (Index){.base = r}, NULL);
    const Index *at = point_indices(e, p);
    for (int i = 0; i < l->type->rank; i++)
        l->at[i] = i < l->lane_dim ? at[i] : index_const(e, 0);
}

static void lower_rows(Emit *e, Loop *l, int64_t grain)
{
    int64_t columns = l->type->dims[l->lane_dim], rows = ir_elements(l->type) / columns;
    int64_t grain_rows = grain / columns ? grain / columns : 1;
    IrValue *from, *to;
    l->at = ARENA_ARRAY(e->arena, Index, l->type->rank);
    Chunks c = chunks_begin(e, rows, grain_rows, &from, &to);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, 1), 0, NULL);
    row_indices(e, l, k_arg(loop, 0));
    l->row = k_mul_index(&e->b, k_arg(loop, 0), c_index(e, columns));
    vector_loop(e, c_index(e, 0), c_index(e, columns), columns, loop_body, l);
    k_for_end(&e->b, loop, 0, NULL);
    chunks_end(e, c);
}

/* One row: the chunks cut it. */
static void lower_one_row(Emit *e, Loop *l, int64_t grain)
{
    int64_t columns = l->type->dims[l->lane_dim];
    IrValue *from, *to;
    Chunks c = chunks_begin(e, columns, grain, &from, &to);
    l->at = ARENA_ARRAY(e->arena, Index, l->type->rank);
    for (int i = 0; i < l->type->rank; i++)
        l->at[i] = index_const(e, 0);
    vector_loop(e, from, to, c.parallel ? -1 : columns, loop_body, l);
    chunks_end(e, c);
}

/* ------------------------------------------------------------------------------------ on a GPU
 *
 * A thread for each 16 bytes of the results, which is what one instruction moves; the elements of
 * a row that lie there are its lanes. Memory is kept busy by the threads that wait for it: 2048 on
 * a processor, with 16 bytes each, are 32 KiB on their way, twice what an H100 needs (3.3 TB/s for
 * 0.7 us, shared by 132). So there is no loop: blocks that are done make room for others. Where
 * little is read, and there are threads to spare, each takes two such pieces, and reads both
 * before it writes. */

static int64_t resident_threads(const IrTarget *t)
{
    return (int64_t)t->processors * t->resident_threads;
}

/* Operands as large as the result, and the bytes of the widest element that is moved. */
static int64_t count_moved(const Emit *e, const Loop *l, int64_t *widest)
{
    const IrBlock *block = ir_func_block(e->graph);
    int64_t full = 0;
    *widest = (int64_t)dtype_bytes(l->type->elem);
    for (uint32_t i = 0; i < block->last->operand_count; i++) {
        int64_t bytes = (int64_t)dtype_bytes(ir_operand(block->last, i)->type->elem);
        *widest = bytes > *widest ? bytes : *widest;
    }
    for (uint32_t i = 0; i < block->arg_count; i++) {
        IrType t = block->args[i]->type;
        int64_t bytes = (int64_t)dtype_bytes(t->elem);
        if (ir_elements(t) < ir_elements(l->type))
            continue;
        full++;
        *widest = bytes > *widest ? bytes : *widest;
    }
    return full;
}

int64_t piece_lanes(int64_t widest, int64_t row)
{
    int64_t lanes = MOVED / widest < MOST_LANES ? MOVED / widest : MOST_LANES;
    while (row % lanes)
        lanes /= 2;
    return lanes;
}

static Point *piece_point(Emit *e, Loop *l, IrValue *piece)
{
    Index position = {.base = k_mul_index(&e->b, piece, c_index(e, e->lanes)), .step = 1};
    Point *p = point_linear(e, l->type->rank, l->type->dims, position, NULL);
    p->identity = true;
    if (!l->at)
        return p;
    IrValue *pieces = c_index(e, l->type->dims[l->lane_dim] / e->lanes);
    row_indices(e, l, k_div_index(&e->b, piece, pieces));
    memcpy(p->at, l->at, (size_t)p->rank * sizeof *p->at);
    IrValue *j = k_mul_index(&e->b, k_rem_index(&e->b, piece, pieces), c_index(e, e->lanes));
    p->at[l->lane_dim] = (Index){.base = j, .step = 1};
    p->has_at = true;
    return p;
}

static bool draws_numbers(const IrOp *graph)
{
    for (const IrOp *op = ir_func_block(graph)->first; op; op = op->next)
        if (op->kind == OP_rng_bit_generator)
            return true;
    return false;
}

/* Random bits take longer to compute than to store, however wide, and NVRTC takes its
 * time for the code of each lane. */
static int64_t lanes_of_piece(Emit *e, int64_t widest, int64_t row)
{
    return draws_numbers(e->graph) ? 1 : piece_lanes(widest, row);
}

static void lower_threads(Emit *e, Loop *l, int64_t cost)
{
    enum { MOST_PIECES = 2 };
    bool flat = l->type->rank == 0 || is_flat(e->graph);
    int64_t count = ir_elements(l->type), widest, full = count_moved(e, l, &widest);
    e->lanes = lanes_of_piece(e, widest, flat ? count : l->type->dims[l->lane_dim]);
    int64_t all = count / e->lanes, threads = resident_threads(e->pass->target);
    bool twice = all % 2 == 0 && all >= WAVES * threads && full <= FEW && cost <= CHEAP;
    int64_t pieces = twice ? 2 : 1;
    l->at = flat ? NULL : ARENA_ARRAY(e->arena, Index, l->type->rank);
    IrValue *item, **values[MOST_PIECES];
    Point *p[MOST_PIECES];
    Grid g = grid_begin(e, all / pieces, 1, 0, NULL, &item);
    for (int64_t i = 0; i < pieces; i++) {
        p[i] = piece_point(e, l, k_add_index(&e->b, item, c_index(e, i * (all / pieces))));
        values[i] = loop_values(e, l, p[i]);
    }
    for (int64_t i = 0; i < pieces; i++)
        store_values(e, p[i], values[i]);
    grid_end(e, g);
}

void lower_loop(Emit *e)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    IrValue **results = ARENA_ARRAY(e->arena, IrValue *, ret->operand_count);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        results[i] = ir_operand(ret, i);
    Loop l = {.type = results[0]->type, .lane_dim = results[0]->type->rank - 1};
    int64_t cost = pulled_cost(e, ret->operand_count, results);
    int64_t grain = TASK_COST / cost / e->lanes * e->lanes;
    if (grain < e->lanes)
        grain = e->lanes;
    while (l.lane_dim > 0 && l.type->dims[l.lane_dim] == 1)
        l.lane_dim--;
    if (!ir_elements(l.type))
        return;
    if (ir_elements(l.type) == 1) {     /* scalars: no lane works for nothing */
        memo_release(e, 0);
        e->lanes = 1;
    }
    if (e->pass->target->threads) {
        if (!lower_transposed_tiles(e, l.type, cost))
            lower_threads(e, &l, cost);
        return;
    }
    if (lower_transposed(e, l.type, grain))
        return;
    if (l.type->rank == 0 || is_flat(e->graph))
        lower_flat(e, &l, grain);
    else if (ir_elements(l.type) == l.type->dims[l.lane_dim])
        lower_one_row(e, &l, grain);
    else
        lower_rows(e, &l, grain);
}
