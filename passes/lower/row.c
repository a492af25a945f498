/* Rows: softmax, normalisation and the like. All that belongs to one row is done while it is in the
 * cache: each reduction is a pass over the row, and so is the writing of the results.
 *
 *     softmax : 4096x1024   ->   parallel for rows:  m = max x;  t = exp(x - m), s = sum t;  y = t / s
 *
 * Every value of the graph belongs to a stage: the number of reductions, one behind the other, that
 * it needs. What is dear and needed in a later stage again is kept in a buffer of one row. */
#include "passes/lower/row.h"

#include <string.h>

bool row_is_full(const Rows *r, const IrValue *v)
{
    return v->type->rank == r->space->rank &&
           !memcmp(v->type->dims, r->space->dims, (size_t)v->type->rank * sizeof(int64_t));
}

/* One value a row, or one for all. */
static bool is_row_value(const Rows *r, const IrValue *v)
{
    return v->type->rank == 0 ||
           (v->type->rank == r->row_rank &&
            !memcmp(v->type->dims, r->space->dims, (size_t)r->row_rank * sizeof(int64_t)));
}

static const IrOp *first_op(const Emit *e)
{
    return ir_func_block(e->graph)->first;
}

/* -------------------------------------------------------------------------------------- stages */

static void find_stages(const Emit *e, Rows *r)
{
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next) {
        int stage = 0;
        for (uint32_t i = 0; i < op->operand_count; i++)
            if (row_fact(r, ir_operand(op, i))->stage > stage)
                stage = row_fact(r, ir_operand(op, i))->stage;
        if (op->kind == OP_reduce)
            stage++;
        for (uint32_t i = 0; i < op->result_count; i++)
            row_fact(r, &op->results[i])->stage = stage;
        if (stage > r->stages)
            r->stages = stage;
    }
}

/* Whether v, computed for a reduction in its own stage, is needed again later. */
static bool is_kept(const Rows *r, const IrOp *op)
{
    const IrValue *v = &op->results[0];
    bool folded = false, later = false;
    if (r->shared || !op_is_dear(op) || !row_is_full(r, v) || dtype_bytes(v->type->elem) < 4)
        return false;
    for (const IrUse *u = v->uses; u; u = u->next) {
        if (u->op->kind == OP_reduce)
            folded = true;
        else if (u->op->kind == OP_return || row_fact(r, &u->op->results[0])->stage > row_fact(r, v)->stage)
            later = true;
    }
    return folded && later;
}

/* -------------------------------------------------------------------------------------- leaves */

static IrValue *known_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    (void)e, (void)v, (void)p;
    return data;
}

static IrValue *kept_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    Rows *r = data;
    Index j = point_position(e, p);
    j = index_add(e, j, index_negate(e, (Index){.base = k_mul_index(&e->b, r->row, c_index(e, r->columns))}));
    return emit_load(e, row_fact(r, v)->kept, v->type->elem, j, p, r->columns);
}

/* ----------------------------------------------------------------------------- passes over a row */

static Point *full_point(Emit *e, Rows *r, IrValue *j, IrValue *mask)
{
    IrValue *start = k_mul_index(&e->b, r->row, c_index(e, r->columns));
    Index position = {.base = k_add_index(&e->b, start, j), .step = 1};
    Point *p = point_linear(e, r->space->rank, r->space->dims, position, NULL);
    p->mask = mask;
    p->guarded = r->shared && mask;     /* threads behind the end of the row */
    p->identity = true;
    if (r->columns != r->space->dims[r->row_rank])
        return p;                               /* a row of several dimensions */
    memcpy(p->at, r->at, (size_t)r->row_rank * sizeof *p->at);
    for (int i = r->row_rank + 1; i < p->rank; i++)
        p->at[i] = index_const(e, 0);
    p->at[r->row_rank] = (Index){.base = j, .step = 1};
    p->has_at = true;
    return p;
}

static bool in_pass(const Rows *r, const IrOp *op)
{
    return op->kind == OP_reduce && row_fact(r, &op->results[0])->stage == r->now + 1;
}

/* What the elements of the row that begin at j are: a point, and a place in registers. */
static Point *piece(Emit *e, Rows *r, IrValue *j, IrValue *mask)
{
    IrValue *first = team_lane(e, j);
    int64_t lanes = team_lanes(e);
    r->here = full_point(e, r, first, mask);
    if (r->shared)
        r->slot.base = k_mul_index(&e->b, k_div_index(&e->b, j, c_index(e, lanes)), c_index(e, e->lanes));
    return r->here;
}

/* One vector of a pass: folds it into the accumulators of all reductions of this stage. */
static void fold_vector(Emit *e, Rows *r, IrValue *j, IrValue *mask)
{
    size_t mark = memo_mark(e);
    Point *p = piece(e, r, j, mask);
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next) {
        if (!in_pass(r, op))
            continue;
        IrValue *x = emit_value(e, ir_operand(op, 0), p), *result = ir_result(op, 0);
        IrOpKind by = ir_body_op(&op->regions[0]);
        Dtype elem = result->type->elem, acc = fold_elem(elem);
        x = emit_convert(e, x, elem, acc);
        if (mask)
            x = k_select(&e->b, mask, x, emit_neutral(e, by, acc));
        row_fact(r, result)->acc = emit_fold(e, by, acc, row_fact(r, result)->acc, x);
    }
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next)
        if (op->result_count && row_fact(r, &op->results[0])->stage == r->now && is_kept(r, op))
            emit_store(e, row_fact(r, &op->results[0])->kept, op->results[0].type->elem,
                       (Index){.base = j, .step = 1}, mask, emit_value(e, ir_result(op, 0), p));
    memo_release(e, mark);
}

static size_t gather_accs(Emit *e, Rows *r, IrValue **out, bool put)
{
    size_t n = 0;
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next) {
        if (!in_pass(r, op))
            continue;
        if (put)
            row_fact(r, &op->results[0])->acc = out[n];
        else
            out[n] = row_fact(r, &op->results[0])->acc;
        n++;
    }
    return n;
}

static size_t count_ops(const IrOp *graph)
{
    size_t n = 0;
    for (const IrOp *op = ir_func_block(graph)->first; op; op = op->next)
        n++;
    return n;
}

static IrValue *rest_of_row(Emit *e, const Rows *r, int64_t from)
{
    IrValue *at = team_lane(e, c_index(e, from));
    return mask_below(e, k_sub_index(&e->b, c_index(e, r->columns), at));
}

static void fold_pass(Emit *e, Rows *r)
{
    IrValue **accs = ARENA_ARRAY(e->arena, IrValue *, count_ops(e->graph));
    int64_t lanes = team_lanes(e), whole = r->columns / lanes * lanes;
    if (whole) {
        size_t n = gather_accs(e, r, accs, false);
        IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, whole), c_index(e, lanes), n, accs);
        for (size_t i = 0; i < n; i++)
            accs[i] = k_arg(loop, (uint32_t)i + 1);
        gather_accs(e, r, accs, true);
        fold_vector(e, r, k_arg(loop, 0), NULL);
        gather_accs(e, r, accs, false);
        k_for_end(&e->b, loop, n, accs);
        for (size_t i = 0; i < n; i++)
            accs[i] = ir_result(loop, (uint32_t)i);
        gather_accs(e, r, accs, true);
    }
    if (whole < r->columns) {
        IrValue *mask = rest_of_row(e, r, whole);
        fold_vector(e, r, c_index(e, whole), mask);
    }
}

/* The reductions of this stage become known scalars in every lane. */
static void finish_pass(Emit *e, Rows *r)
{
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next) {
        if (!in_pass(r, op))
            continue;
        IrValue *result = ir_result(op, 0), *init = ir_operand(op, 1);
        Dtype elem = result->type->elem, acc = fold_elem(elem);
        IrOpKind by = ir_body_op(&op->regions[0]);
        IrValue *one = team_fold(e, by, acc, row_fact(r, result)->acc);
        IrValue *all = k_broadcast(&e->b, one, lane_type(e, acc));
        IrValue *first = emit_convert(e, emit_value(e, init, point_scalar(e)), elem, acc);
        all = emit_convert(e, emit_fold(e, by, acc, first, all), acc, elem);
        set_leaf(e, result, known_leaf, all);
    }
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next)
        if (op->result_count && row_fact(r, &op->results[0])->stage == r->now && is_kept(r, op))
            set_leaf(e, &op->results[0], kept_leaf, r);
}

/* Values of the rows' shape are computed once a row, as soon as they can be. */
static void row_values(Emit *e, Rows *r, int stage)
{
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next) {
        if (!ir_is_elementwise(op->kind) || row_fact(r, &op->results[0])->stage != stage ||
            !is_row_value(r, &op->results[0]))
            continue;
        IrValue *v = ir_result(op, 0);
        set_leaf(e, v, known_leaf, emit_value(e, v, v->type->rank ? r->row_point : point_scalar(e)));
    }
}

static void begin_pass(Emit *e, Rows *r)
{
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next) {
        IrValue *v = op->result_count ? ir_result(op, 0) : NULL;
        if (in_pass(r, op))
            row_fact(r, v)->acc = emit_neutral(e, ir_body_op(&op->regions[0]), fold_elem(v->type->elem));
    }
}

/* ------------------------------------------------------------------------------------- results */

static void write_at(Emit *e, Rows *r, Point *p)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    uint32_t args = ir_func_block(e->graph)->arg_count;
    IrValue **values = ARENA_ARRAY(e->arena, IrValue *, ret->operand_count);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        if (row_is_full(r, ir_operand(ret, i)))
            values[i] = emit_value(e, ir_operand(ret, i), p);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        if (values[i])
            emit_store(e, e->memref[args + i], ir_operand(ret, i)->type->elem, p->linear, p->mask, values[i]);
}

static void write_vector(Emit *e, void *data, IrValue *j, IrValue *mask)
{
    write_at(e, data, full_point(e, data, j, mask));
}

/* The same by a team. */
static void write_pieces(Emit *e, Rows *r)
{
    int64_t lanes = team_lanes(e), whole = r->columns / lanes * lanes;
    size_t mark = memo_mark(e);
    if (whole) {
        IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, whole), c_index(e, lanes), 0, NULL);
        write_at(e, r, piece(e, r, k_arg(loop, 0), NULL));
        k_for_end(&e->b, loop, 0, NULL);
        memo_release(e, mark);
    }
    if (whole < r->columns) {
        IrValue *rest = rest_of_row(e, r, whole);
        write_at(e, r, piece(e, r, c_index(e, whole), rest));
    }
    memo_release(e, mark);
}

static void write_row_value(Emit *e, Rows *r, IrValue *memref, IrValue *v)
{
    IrValue *one = r->shared ? NULL : k_mask(&e->b, c_index(e, 1), mask_type(e));
    IrValue *x = emit_value(e, v, r->row_point);
    if (r->shared)
        team_store(e, memref, v->type->elem, r->row, k_extract(&e->b, x, 0));
    else
        emit_store(e, memref, v->type->elem, (Index){.base = r->row, .step = 1}, one, x);
}

static void write_results(Emit *e, Rows *r)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    uint32_t args = ir_func_block(e->graph)->arg_count;
    bool any = false;
    for (uint32_t i = 0; i < ret->operand_count; i++)
        any |= row_is_full(r, ir_operand(ret, i));
    if (any && r->shared)
        write_pieces(e, r);
    else if (any)
        vector_loop(e, c_index(e, 0), c_index(e, r->columns), r->columns, write_vector, r);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        if (!row_is_full(r, ir_operand(ret, i)))
            write_row_value(e, r, e->memref[args + i], ir_operand(ret, i));
}

void row_body(Emit *e, Rows *r, IrValue *row)
{
    r->row = row;
    Point *p = point_linear(e, r->row_rank, r->space->dims, (Index){.base = row}, NULL);
    p->identity = !r->shared;       /* a thread may write before the others have read */
    memcpy(r->at, point_indices(e, p), (size_t)r->row_rank * sizeof *r->at);
    r->row_point = p;
    row_values(e, r, 0);
    for (r->now = 0; r->now < r->stages; r->now++) {
        begin_pass(e, r);
        fold_pass(e, r);
        finish_pass(e, r);
        row_values(e, r, r->now + 1);
    }
    write_results(e, r);
}

static void make_buffers(Emit *e, Rows *r)
{
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next)
        if (op->result_count && is_kept(r, op)) {
            IrType t = ir_memref(e->c, memory_elem(op->results[0].type->elem), 1, &r->columns);
            row_fact(r, &op->results[0])->kept = k_alloca(&e->b, t);
        }
}

/* Each reduction is one operation for an element of the row. */
static int64_t row_cost(const Emit *e, const Rows *r)
{
    int64_t cost = 2;
    for (const IrOp *op = first_op(e); op; op = op->next)
        cost += op->kind == OP_reduce ? 1 : op_cost(op);
    return cost_times(cost, r->columns);
}

void lower_row(Emit *e)
{
    const IrOp *reduce = first_op(e);
    while (reduce->kind != OP_reduce)
        reduce = reduce->next;
    Rows r = {.space = ir_operand(reduce, 0)->type};
    size_t folded;
    ir_op_ints(reduce, "dimensions", &folded);
    r.row_rank = r.space->rank - (int)folded;
    r.rows = ir_elements(reduce->results[0].type);
    r.columns = ir_elements(r.space) / (r.rows ? r.rows : 1);
    r.first_id = e->first_id;
    r.facts = ARENA_ARRAY(e->arena, Fact, e->id_count);
    find_stages(e, &r);
    if (e->pass->target->threads) {
        lower_row_teams(e, &r);
        return;
    }
    int64_t cost = row_cost(e, &r);
    IrValue *from, *to;
    Chunks c = chunks_begin(e, r.rows, cost ? (TASK_COST + cost - 1) / cost : r.rows, &from, &to);
    make_buffers(e, &r);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, 1), 0, NULL);
    row_body(e, &r, k_arg(loop, 0));
    k_for_end(&e->b, loop, 0, NULL);
    chunks_end(e, c);
}
