/* Reductions over any dimensions, in two steps: partial results of fixed parts of the input, then a
 * loop over the results that adds the parts up and goes on with whatever was fused behind.
 *
 *     sum over rows of 4096x64  ->  parallel for 8 parts: acc[64] += x[row, :]; partial[part, :] = acc
 *                                   for columns: y = f(partial[0, :] + partial[1, :] + ...)
 *
 * The input's dimensions are taken together in runs of folded and kept ones. The lanes run along
 * the last dimension: if it is kept, each lane folds a column of its own; if it is folded, W partial
 * results are folded at the end. Parts and order depend on the shape alone. */
#include "passes/lower/lower.h"

#include <math.h>
#include <string.h>

typedef struct Run {
    bool folded;
    int first, count;       /* dimensions */
    int64_t size, stride;   /* elements together, elements apart */
} Run;

typedef struct Reduction {
    const IrOp *op;
    IrOpKind by;
    IrType in;
    Dtype acc;              /* element type while folding: f32 for bf16 and f16 */
    Run runs[IR_MAX_RANK];
    int run_count;
    int64_t outputs;        /* result elements */
    int64_t parts, part_size;   /* of the first folded run */
    IrValue *partial;       /* parts x outputs, or the result itself */
    Index at[IR_MAX_RANK];  /* by run, while loops are made */
    IrValue *part_from, *part_to;
} Reduction;

enum { MOST_PARTS = 64, WAYS = 4 };     /* WAYS: folds kept going side by side */

/* ---------------------------------------------------------------------------------------- runs */

static bool is_folded(const IrOp *op, int d)
{
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    for (size_t i = 0; i < count; i++)
        if (dims[i] == d)
            return true;
    return false;
}

/* Neighbours of one kind are one run; the last dimension stands alone, so that its lanes do. */
static void find_runs(Reduction *r)
{
    int64_t stride = 1;
    int last = r->in->rank - 1;
    while (last > 0 && r->in->dims[last] == 1)
        last--;
    for (int d = r->in->rank - 1; d >= 0; d--) {
        int64_t size = r->in->dims[d];
        bool folded = is_folded(r->op, d);
        Run *run = r->run_count ? &r->runs[r->run_count - 1] : NULL;
        bool lanes = run && run->first <= last && run->first + run->count > last;
        if (run && !lanes && run->folded == folded) {
            run->count += run->first - d;       /* with dimensions of size 1 left out between */
            run->first = d;
            run->size *= size;
        } else if (size != 1 || d == last) {
            r->runs[r->run_count++] = (Run){folded, d, 1, size, stride};
        }
        stride *= size;
    }
    for (int i = 0; i < r->run_count / 2; i++) {        /* outermost first */
        Run t = r->runs[i];
        r->runs[i] = r->runs[r->run_count - 1 - i];
        r->runs[r->run_count - 1 - i] = t;
    }
}

/* -------------------------------------------------------------------------------------- folding */

Dtype fold_elem(Dtype elem)
{
    return dtype_is_float(elem) && dtype_bytes(elem) == 2 ? DTYPE_f32 : elem;
}

static IrValue *combine(Emit *e, const Reduction *r, IrValue *x, IrValue *y)
{
    return emit_fold(e, r->by, r->acc, x, y);
}

const char *reduction_kind(IrOpKind by, Dtype elem)
{
    bool is_float = dtype_is_float(elem), is_signed = dtype_kind(elem) == DTYPE_SIGNED;
    switch (by) {
    case OP_add: return elem == DTYPE_i1 ? "or" : "add";
    case OP_multiply: return elem == DTYPE_i1 ? "and" : "mul";
    case OP_maximum: return is_float ? "maximumf" : elem == DTYPE_i1 ? "or" : is_signed ? "maxsi" : "maxui";
    case OP_minimum: return is_float ? "minimumf" : elem == DTYPE_i1 ? "and" : is_signed ? "minsi" : "minui";
    case OP_and: return "and";
    case OP_or: return "or";
    default: return "xor";
    }
}

/* The input at the runs' indices, the lanes along the last run. */
static IrValue *input_at(Emit *e, const Reduction *r, IrValue *mask)
{
    Index position = index_const(e, 0), at[IR_MAX_RANK];
    for (int d = 0; d < r->in->rank; d++)
        at[d] = index_const(e, 0);
    for (int i = 0; i < r->run_count; i++) {
        const Run *run = &r->runs[i];
        position = index_add(e, position, index_mul_const(e, r->at[i], run->stride));
        if (run->count == 1) {
            at[run->first] = r->at[i];
        } else {
            Point *p = point_linear(e, run->count, r->in->dims + run->first, r->at[i], NULL);
            memcpy(at + run->first, point_indices(e, p), (size_t)run->count * sizeof *at);
        }
    }
    Point *p = point_at(e, r->in->rank, r->in->dims, at, NULL);
    p->mask = mask;
    p->linear = position;
    p->has_linear = true;
    IrValue *x = emit_value(e, ir_operand(r->op, 0), p);
    return emit_convert(e, x, r->in->elem, r->acc);
}

typedef struct Accs {
    IrValue *v[WAYS];
    size_t count;
} Accs;

/* One step of the innermost folded run, from index `at`: a fold for each way. */
static void fold_step(Emit *e, Reduction *r, int run, IrValue *at, int64_t apart, size_t ways,
                      IrValue *mask, Accs *accs)
{
    size_t mark = memo_mark(e);
    int64_t step = run == r->run_count - 1 ? 1 : 0;
    for (size_t w = 0; w < ways; w++) {
        IrValue *i = k_add_index(&e->b, at, c_index(e, (int64_t)w * apart));
        r->at[run] = (Index){.base = i, .step = step};
        IrValue *x = input_at(e, r, mask);
        if (mask && step)
            x = k_select(&e->b, mask, x, emit_neutral(e, r->by, r->acc));
        accs->v[w] = combine(e, r, accs->v[w], x);
    }
    memo_release(e, mark);
}

static void fold_loop(Emit *e, Reduction *r, int run, IrValue *from, IrValue *to, int64_t apart,
                      size_t ways, IrValue *mask, Accs *accs)
{
    IrValue *step = c_index(e, apart * (int64_t)ways);
    IrOp *loop = k_for_begin(&e->b, from, to, step, accs->count, accs->v);
    for (size_t i = 0; i < accs->count; i++)
        accs->v[i] = k_arg(loop, (uint32_t)i + 1);
    fold_step(e, r, run, k_arg(loop, 0), apart, ways, mask, accs);
    k_for_end(&e->b, loop, accs->count, accs->v);
    for (size_t i = 0; i < accs->count; i++)
        accs->v[i] = ir_result(loop, (uint32_t)i);
}

/* The innermost folded run, over [from, to) of known or unknown (-1) length. */
static void fold_run(Emit *e, Reduction *r, int run, IrValue *from, IrValue *to, int64_t length,
                     IrValue *mask, Accs *accs)
{
    bool lanes = run == r->run_count - 1;
    int64_t apart = lanes ? e->lanes : 1;
    IrValue *count = k_sub_index(&e->b, to, from), *at = from;
    for (size_t ways = WAYS; ways >= 1; ways = ways > 1 ? 1 : 0) {
        int64_t block = apart * (int64_t)ways;
        if (length >= 0 && length < block)
            continue;
        IrValue *n = k_div_index(&e->b, count, c_index(e, block));
        IrValue *stop = k_add_index(&e->b, from, k_mul_index(&e->b, n, c_index(e, block)));
        fold_loop(e, r, run, at, stop, apart, ways, mask, accs);
        at = stop;
    }
    if (!lanes || (length >= 0 && length % e->lanes == 0))
        return;
    IrValue *tail = k_mask(&e->b, k_sub_index(&e->b, to, at), mask_type(e));
    fold_step(e, r, run, at, apart, 1, tail, accs);
}

static int innermost_folded(const Reduction *r)
{
    int i = r->run_count - 1;
    while (!r->runs[i].folded)
        i--;
    return i;
}

/* All folded runs from `run` on; the first folded one is cut to the part. */
static void fold_runs(Emit *e, Reduction *r, int run, bool first, IrValue *mask, Accs *accs)
{
    while (!r->runs[run].folded)
        run++;
    bool whole = !first || r->parts == 1;
    IrValue *from = whole ? c_index(e, 0) : r->part_from;
    IrValue *to = whole ? c_index(e, r->runs[run].size) : r->part_to;
    if (run == innermost_folded(r)) {
        fold_run(e, r, run, from, to, whole ? r->runs[run].size : -1, mask, accs);
        return;
    }
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, 1), accs->count, accs->v);
    for (size_t i = 0; i < accs->count; i++)
        accs->v[i] = k_arg(loop, (uint32_t)i + 1);
    r->at[run] = (Index){.base = k_arg(loop, 0)};
    fold_runs(e, r, run + 1, false, mask, accs);
    k_for_end(&e->b, loop, accs->count, accs->v);
    for (size_t i = 0; i < accs->count; i++)
        accs->v[i] = ir_result(loop, (uint32_t)i);
}

/* What is neutral, but for sums that begin at +0: they are +0, not -0, even of nothing but -0, and
 * begun there they need no addition at the end. */
static IrValue *start_value(Emit *e, const Reduction *r)
{
    const IrValue *init = ir_operand(r->op, 1);
    IrAttr a = ir_is(init, OP_constant) ? ir_op_attr(init->op, "value") : NULL;
    double x = a && dtype_is_float(r->acc) ? ir_elements_get(a, 0) : 1;
    if (r->by == OP_add && x == 0 && !signbit(x))
        return k_const(&e->b, lane_type(e, r->acc), 0);
    return emit_neutral(e, r->by, r->acc);
}

static IrValue *fold_all(Emit *e, Reduction *r, IrValue *mask)
{
    Accs accs = {.count = WAYS};
    for (size_t i = 0; i < WAYS; i++)
        accs.v[i] = start_value(e, r);
    fold_runs(e, r, 0, true, mask, &accs);
    IrValue *low = combine(e, r, accs.v[0], accs.v[1]), *high = combine(e, r, accs.v[2], accs.v[3]);
    return combine(e, r, low, high);
}

/* ------------------------------------------------------------------------------ partial results */

/* Where result element of the kept runs lies (lanes along the last run if that is kept). */
static Index output_position(Emit *e, const Reduction *r, IrValue *part)
{
    Index position = {.base = k_mul_index(&e->b, part, c_index(e, r->outputs))};
    int64_t stride = r->outputs;
    for (int i = 0; i < r->run_count; i++) {
        if (r->runs[i].folded)
            continue;
        stride /= r->runs[i].size;
        position = index_add(e, position, index_mul_const(e, r->at[i], stride));
    }
    return position;
}

static void store_lane_zero(Emit *e, const Reduction *r, Index at, IrValue *scalar)
{
    if (r->acc == DTYPE_i1)
        scalar = k_cast(&e->b, OP_arith_extui, scalar, ir_scalar(e->c, DTYPE_i8));
    k_store(&e->b, scalar, r->partial, 1, &at.base);
}

typedef struct Column {
    Reduction *r;
    IrValue *part;
} Column;

static void column_body(Emit *e, void *data, IrValue *j, IrValue *mask)
{
    Column *c = data;
    Reduction *r = c->r;
    r->at[r->run_count - 1] = (Index){.base = j, .step = 1};
    IrValue *v = fold_all(e, r, mask);
    r->at[r->run_count - 1] = (Index){.base = j, .step = 1};
    emit_store(e, r->partial, r->acc, output_position(e, r, c->part), mask, v);
}

/* One part of one row of results: kept indices but for the lanes' are set. */
static void reduce_row(Emit *e, Reduction *r, IrValue *part)
{
    const Run *last = &r->runs[r->run_count - 1];
    if (!last->folded) {
        Column c = {r, part};
        vector_loop(e, c_index(e, 0), c_index(e, last->size), last->size, column_body, &c);
        return;
    }
    IrValue *v = k_reduction(&e->b, reduction_kind(r->by, r->acc), fold_all(e, r, NULL));
    store_lane_zero(e, r, output_position(e, r, part), v);
}

/* Indices of the kept runs (but for lanes) from a row number. */
static void row_to_indices(Emit *e, Reduction *r, IrValue *row, int64_t rows)
{
    for (int i = 0; i < r->run_count; i++) {
        const Run *run = &r->runs[i];
        if (run->folded || (i == r->run_count - 1))
            continue;
        rows /= run->size;
        IrValue *q = k_div_index(&e->b, row, c_index(e, rows));
        r->at[i] = (Index){.base = q};
        row = k_rem_index(&e->b, row, c_index(e, rows));
    }
}

static int64_t count_rows(const Reduction *r)
{
    const Run *last = &r->runs[r->run_count - 1];
    return last->folded ? r->outputs : r->outputs / last->size;
}

static void reduce_parts(Emit *e, Reduction *r)
{
    int64_t rows = count_rows(r), tasks = rows * r->parts;
    int64_t cost = elements_cost(e->graph, ir_elements(r->in) / tasks);
    IrValue *from, *to;
    Chunks c = chunks_begin(e, tasks, cost ? (TASK_COST + cost - 1) / cost : tasks, &from, &to);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, 1), 0, NULL);
    IrValue *task = k_arg(loop, 0), *part = k_div_index(&e->b, task, c_index(e, rows));
    r->part_from = k_mul_index(&e->b, part, c_index(e, r->part_size));
    r->part_to = k_add_index(&e->b, r->part_from, c_index(e, r->part_size));
    for (int i = 0; i < r->run_count; i++)
        if (r->runs[i].folded) {
            r->part_to = k_min_index(&e->b, r->part_to, c_index(e, r->runs[i].size));
            break;
        }
    row_to_indices(e, r, k_rem_index(&e->b, task, c_index(e, rows)), rows);
    reduce_row(e, r, part);
    k_for_end(&e->b, loop, 0, NULL);
    chunks_end(e, c);
}

/* Large inputs with few result rows are cut along the first folded run. */
static void choose_parts(Emit *e, Reduction *r)
{
    int first = 0;
    while (!r->runs[first].folded)
        first++;
    int64_t size = r->runs[first].size, cost = elements_cost(e->graph, ir_elements(r->in));
    int64_t parts = cost / TASK_COST / count_rows(r);
    if (parts > MOST_PARTS)
        parts = MOST_PARTS;
    if (parts > size)
        parts = size;
    bool lanes = first == r->run_count - 1;
    r->part_size = parts > 1 ? (size + parts - 1) / parts : size;
    if (parts > 1 && lanes)         /* whole vectors in all parts but the last */
        r->part_size = (r->part_size + e->lanes - 1) / e->lanes * e->lanes;
    r->parts = size ? (size + r->part_size - 1) / r->part_size : 1;
}

/* ------------------------------------------------------------------------------------ the result */

static bool is_neutral(const IrValue *init, IrOpKind by)
{
    IrAttr a = ir_is(init, OP_constant) ? ir_op_attr(init->op, "value") : NULL;
    Dtype t = init->type->elem;
    if (!a)
        return false;
    double x = ir_elements_get(a, 0);
    switch (by) {
    case OP_add: return x == 0;         /* of either sign: see start_value */
    case OP_or: case OP_xor: return x == 0;
    case OP_multiply: return x == 1;
    case OP_maximum: return dtype_is_float(t) && x == -INFINITY;
    case OP_minimum: return dtype_is_float(t) && x == INFINITY;
    default: return false;
    }
}

/* The reduce's result at a point of the second step: all parts in order, then the init. */
static IrValue *parts_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    const Reduction *r = data;
    Index at = point_position(e, p);
    IrValue *sum = emit_load(e, r->partial, r->acc, at, p, r->outputs * r->parts);
    if (r->parts > 1) {
        IrOp *loop = k_for_begin(&e->b, c_index(e, 1), c_index(e, r->parts), c_index(e, 1), 1, &sum);
        IrValue *skip = k_mul_index(&e->b, k_arg(loop, 0), c_index(e, r->outputs));
        Index next = index_add(e, at, (Index){.base = skip});
        IrValue *x = emit_load(e, r->partial, r->acc, next, p, r->outputs * r->parts);
        sum = combine(e, r, k_arg(loop, 1), x);
        k_for_end(&e->b, loop, 1, &sum);
        sum = ir_result(loop, 0);
    }
    IrValue *init = ir_operand(r->op, 1);
    if (!is_neutral(init, r->by)) {
        IrValue *first = emit_value(e, init, point_scalar(e));
        sum = combine(e, r, emit_convert(e, first, init->type->elem, r->acc), sum);
    }
    return emit_convert(e, sum, r->acc, v->type->elem);
}

static const IrOp *find_reduce(const IrOp *graph)
{
    for (const IrOp *op = ir_func_block(graph)->first; op; op = op->next)
        if (op->kind == OP_reduce)
            return op;
    return NULL;
}

void lower_reduce(Emit *e)
{
    const IrOp *op = find_reduce(e->graph);
    Reduction r = {.op = op, .in = ir_operand(op, 0)->type, .by = ir_body_op(&op->regions[0])};
    r.acc = fold_elem(r.in->elem);
    r.outputs = ir_elements(op->results[0].type);
    find_runs(&r);
    bool folds = false;
    for (int i = 0; i < r.run_count; i++)
        folds |= r.runs[i].folded;
    if (op->result_count != 1 || r.by == OP_COUNT || !ir_elements(r.in) || !folds) {
        lower_loop(e);                  /* folded in place, one result after the other */
        return;
    }
    choose_parts(e, &r);
    const IrOp *ret = ir_func_block(e->graph)->last;
    bool plain = ret->operand_count == 1 && ir_operand(ret, 0) == &op->results[0] && r.parts == 1 &&
                 r.acc == r.in->elem && is_neutral(ir_operand(op, 1), r.by);
    r.partial = plain ? e->memref[ir_func_block(e->graph)->arg_count]
                      : kernel_workspace(e, memory_elem(r.acc), r.outputs * r.parts);
    reduce_parts(e, &r);
    if (plain)
        return;
    set_leaf(e, &op->results[0], parts_leaf, &r);
    lower_loop(e);
}
