/* Rows: softmax, normalisation and the like. All that belongs to one row is done while it is in the
 * cache: each reduction is a pass over the row, and so is the writing of the results.
 *
 *     softmax : 4096x1024   ->   parallel for rows:  m = max x;  t = exp(x - m), s = sum t;  y = t / s
 *
 * Every value of the graph belongs to a stage: the number of reductions, one behind the other, that
 * it needs. What is dear and needed in a later stage again is kept in a buffer of one row.
 *
 * On a GPU a team of threads has a row (team.c). Each reads its part once, 16 bytes at a time, and
 * keeps it in registers: the later passes find it there. */
#include "passes/lower/lower.h"

#include <string.h>

typedef struct Fact {
    int stage;
    IrValue *acc;           /* of a reduction, while its pass is made */
    IrValue *kept;          /* the buffer of a row, or of a thread's part of one; or NULL */
    int asked;              /* 1 + the last pass that asks for it (of what may stay: the first) */
    bool stays;             /* in registers, from the pass that first asks for it */
    int until;              /* to the last one */
    int filled;             /* 1 + the pass that filled them; 0: none so far */
} Fact;

typedef struct Rows {
    IrType space;           /* of whole rows */
    int row_rank;
    int64_t rows, columns;
    uint32_t first_id;
    Fact *facts;            /* by value id from first_id on */
    int stages;
    IrValue *row;           /* index of the row */
    Index at[IR_MAX_RANK];  /* of the row */
    Point *row_point;
    int now;                /* the pass over the row that is made */
    bool shared;            /* by the threads of a team, on a GPU: */
    Point *here;            /* the point of a thread's piece, */
    Index slot;             /* and its place among those of the thread */
} Rows;

static Fact *fact(const Rows *r, const IrValue *v)
{
    return &r->facts[v->id - r->first_id];
}

static bool is_full(const Rows *r, const IrValue *v)
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
            if (fact(r, ir_operand(op, i))->stage > stage)
                stage = fact(r, ir_operand(op, i))->stage;
        if (op->kind == OP_reduce)
            stage++;
        for (uint32_t i = 0; i < op->result_count; i++)
            fact(r, &op->results[i])->stage = stage;
        if (stage > r->stages)
            r->stages = stage;
    }
}

/* Whether v, computed for a reduction in its own stage, is needed again later. */
static bool is_kept(const Rows *r, const IrOp *op)
{
    const IrValue *v = &op->results[0];
    bool folded = false, later = false;
    if (r->shared || !op_is_dear(op) || !is_full(r, v) || dtype_bytes(v->type->elem) < 4)
        return false;
    for (const IrUse *u = v->uses; u; u = u->next) {
        if (u->op->kind == OP_reduce)
            folded = true;
        else if (u->op->kind == OP_return || fact(r, &u->op->results[0])->stage > fact(r, v)->stage)
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
    return emit_load(e, fact(r, v)->kept, v->type->elem, j, p, r->columns);
}

/* The value as if there were no leaf. */
static IrValue *computed(Emit *e, IrValue *v, Point *p)
{
    Leaf leaf = e->leaf[v->id];
    e->leaf[v->id] = (Leaf){0};
    IrValue *x = emit_value(e, v, p);
    e->leaf[v->id] = leaf;
    return x;
}

/* On a GPU: read or computed by the first pass that asks, and found in registers by the others. */
static IrValue *staying_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    Rows *r = data;
    Fact *f = fact(r, v);
    Dtype elem = v->type->elem;
    if (p != r->here)
        return computed(e, v, p);
    if (f->filled && f->filled <= r->now)
        return emit_load(e, f->kept, elem, r->slot, &(Point){0}, 0);
    IrValue *x = computed(e, v, p);
    emit_store(e, f->kept, elem, r->slot, NULL, x);
    f->filled = r->now + 1;
    return x;
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
    return op->kind == OP_reduce && fact(r, &op->results[0])->stage == r->now + 1;
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
        fact(r, result)->acc = emit_fold(e, by, acc, fact(r, result)->acc, x);
    }
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next)
        if (op->result_count && fact(r, &op->results[0])->stage == r->now && is_kept(r, op))
            emit_store(e, fact(r, &op->results[0])->kept, op->results[0].type->elem,
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
            fact(r, &op->results[0])->acc = out[n];
        else
            out[n] = fact(r, &op->results[0])->acc;
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
        IrValue *one = team_fold(e, by, acc, fact(r, result)->acc);
        IrValue *all = k_broadcast(&e->b, one, lane_type(e, acc));
        IrValue *first = emit_convert(e, emit_value(e, init, point_scalar(e)), elem, acc);
        all = emit_convert(e, emit_fold(e, by, acc, first, all), acc, elem);
        set_leaf(e, result, known_leaf, all);
    }
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next)
        if (op->result_count && fact(r, &op->results[0])->stage == r->now && is_kept(r, op))
            set_leaf(e, &op->results[0], kept_leaf, r);
}

/* Values of the rows' shape are computed once a row, as soon as they can be. */
static void row_values(Emit *e, Rows *r, int stage)
{
    for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next) {
        if (!ir_is_elementwise(op->kind) || fact(r, &op->results[0])->stage != stage ||
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
            fact(r, v)->acc = emit_neutral(e, ir_body_op(&op->regions[0]), fold_elem(v->type->elem));
    }
}

/* ------------------------------------------------------------------------------------- results */

static void write_at(Emit *e, Rows *r, Point *p)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    uint32_t args = ir_func_block(e->graph)->arg_count;
    IrValue **values = ARENA_ARRAY(e->arena, IrValue *, ret->operand_count);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        if (is_full(r, ir_operand(ret, i)))
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
        any |= is_full(r, ir_operand(ret, i));
    if (any && r->shared)
        write_pieces(e, r);
    else if (any)
        vector_loop(e, c_index(e, 0), c_index(e, r->columns), r->columns, write_vector, r);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        if (!is_full(r, ir_operand(ret, i)))
            write_row_value(e, r, e->memref[args + i], ir_operand(ret, i));
}

static void row_body(Emit *e, Rows *r, IrValue *row)
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
            fact(r, &op->results[0])->kept = k_alloca(&e->b, t);
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

/* ------------------------------------------------------------------------------------ on a GPU */

enum {
    REGISTERS = 32,         /* of a thread, for what stays: 32 warps fit a processor beside the rest */
    MOST_PIECES = 16        /* of a row's part: their loops are unrolled (backends/c/control.c) */
};

static bool may_stay(const IrValue *v)
{
    return v->type->elem != DTYPE_i1 && (!v->op || op_is_dear(v->op));
}

/* Marks what pass number `pass` asks for to have v, and what of it an earlier one had. */
static void ask(Rows *r, IrValue *v, int pass)
{
    Fact *f = fact(r, v);
    if (!is_full(r, v) || f->asked == pass + 1)
        return;
    if (may_stay(v) && f->asked) {
        f->stays = true;
        f->until = pass;
        return;
    }
    f->asked = pass + 1;
    for (uint32_t i = 0; v->op && ir_is_elementwise(v->op->kind) && i < v->op->operand_count; i++)
        ask(r, ir_operand(v->op, i), pass);
}

static void ask_all(const Emit *e, Rows *r)
{
    for (int pass = 0; pass < r->stages; pass++)
        for (const IrOp *op = first_op(e); op->kind != OP_return; op = op->next)
            if (op->kind == OP_reduce && fact(r, &op->results[0])->stage == pass + 1)
                ask(r, ir_operand(op, 0), pass);
    const IrOp *ret = ir_func_block(e->graph)->last;
    for (uint32_t i = 0; i < ret->operand_count; i++)
        ask(r, ir_operand(ret, i), r->stages);
}

/* The values of the fused function: its arguments, then results of its ops; NULL ends. */
static IrValue **all_values(const Emit *e)
{
    const IrBlock *block = ir_func_block(e->graph);
    IrValue **all = ARENA_ARRAY(e->arena, IrValue *, e->id_count + 1);
    size_t n = 0;
    for (uint32_t i = 0; i < block->arg_count; i++)
        all[n++] = block->args[i];
    for (const IrOp *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->result_count; i++)
            all[n++] = &((IrOp *)op)->results[i];
    return all;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t bytes_of(const IrValue *v)
{
    return (int64_t)dtype_bytes(v->type->elem);
}

/* Of what the kernel reads and writes. */
static int64_t widest_of_row(const Emit *e, const Rows *r)
{
    const IrBlock *block = ir_func_block(e->graph);
    int64_t widest = 1;
    for (uint32_t i = 0; i < block->arg_count; i++)
        if (is_full(r, block->args[i]))
            widest = larger(widest, bytes_of(block->args[i]));
    for (uint32_t i = 0; i < block->last->operand_count; i++)
        if (is_full(r, ir_operand(block->last, i)))
            widest = larger(widest, bytes_of(ir_operand(block->last, i)));
    return widest;
}

/* For each element of the row, between pass number `pass` and the next. */
static int64_t registers_after(const Rows *r, IrValue *const *all, int pass)
{
    int64_t count = 0;
    for (; *all; all++) {
        const Fact *f = fact(r, *all);
        if (f->stays && f->asked - 1 <= pass && f->until > pass)
            count += bytes_of(*all) > 4 ? 2 : 1;
    }
    return count;
}

/* How many elements of the row a thread has at most. */
static int64_t longest_part(const Emit *e, const Rows *r, IrValue *const *all)
{
    int64_t registers = 0;
    for (int pass = 0; pass < r->stages; pass++)
        registers = larger(registers, registers_after(r, all, pass));
    int64_t part = larger(REGISTERS / larger(registers, 1), e->lanes);
    int64_t most = MOST_PIECES * e->lanes;
    return part < most ? part : most;
}

static void make_room(Emit *e, Rows *r, IrValue *const *all)
{
    int64_t lanes = team_lanes(e), size = (r->columns + lanes - 1) / lanes * e->lanes;
    for (; *all; all++) {
        Fact *f = fact(r, *all);
        if (!f->stays)
            continue;
        f->kept = k_alloca(&e->b, ir_memref(e->c, memory_elem((*all)->type->elem), 1, &size));
        set_leaf(e, *all, staying_leaf, r);
    }
    r->slot.step = 1;
}

/* A team for each row. */
static void teams_for_rows(Emit *e, Rows *r)
{
    Dtype *elems = ARENA_ARRAY(e->arena, Dtype, count_ops(e->graph));
    size_t folds = 0;
    for (const IrOp *op = first_op(e); op; op = op->next)
        if (op->kind == OP_reduce)
            elems[folds++] = fold_elem(op->results[0].type->elem);
    IrValue *row, **all = all_values(e);
    r->shared = true;
    ask_all(e, r);
    e->lanes = piece_lanes(widest_of_row(e, r), r->columns);
    int64_t part = longest_part(e, r, all);
    Grid g = row_grid_begin(e, r->rows, r->columns, part, folds, elems, &row);
    if (r->columns <= part * e->team.size)
        make_room(e, r, all);
    row_body(e, r, row);
    grid_end(e, g);
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
        teams_for_rows(e, &r);
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
