/* Reductions over any dimensions, in two steps: partial results of fixed parts of the input, then a
 * loop over the results that adds the parts up and goes on with whatever was fused behind.
 *
 *     sum over rows of 4096x64  ->  parallel for 8 parts: acc[64] += x[row, :]; partial[part, :] = acc
 *                                   for columns: y = f(partial[0, :] + partial[1, :] + ...)
 *
 * The input's dimensions are taken together in runs of folded and kept ones. The lanes run along
 * the last dimension: if it is kept, each lane folds a column of its own; if it is folded, W partial
 * results are folded at the end. Where the kept ones are too few tasks for the threads, wide rows of
 * results are cut into blocks of columns, then the folded ones into parts. Blocks, parts and order
 * depend on the shape and the target alone. */
#include "passes/lower/reduce.h"

#include <math.h>
#include <string.h>

enum {
    WAYS = 4,               /* folds kept going side by side, of neighbours */
    WIDE_WAYS = 2, WIDE = 4,    /* or of so many neighbours in so many vectors of columns */
    CHEAP = 4,              /* what an element may cost where they are WIDE */
    MOST_TASKS = 64,
    BLOCK = 8,              /* vectors that a block of columns has at least */
    PART = 64,              /* elements folded by a part at least, if there are enough, by lane */
    PANEL = 16,             /* by a panel at least */
    TERMS = 4096,           /* by a part at most, by lane */
    ROW = 1024              /* elements folded at a stretch that are worth a part */
};

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

/* Neighbours of one kind are one run; on a CPU the last dimension stands alone, so that its lanes
 * do. */
static void find_runs(Reduction *r, bool alone)
{
    int64_t stride = 1;
    int last = r->in->rank - 1;
    while (last > 0 && r->in->dims[last] == 1)
        last--;
    for (int d = r->in->rank - 1; d >= 0; d--) {
        int64_t size = r->in->dims[d];
        bool folded = is_folded(r->op, d);
        Run *run = r->run_count ? &r->runs[r->run_count - 1] : NULL;
        bool lanes = alone && run && run->first <= last && run->first + run->count > last;
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

IrValue *reduction_combine(Emit *e, const Reduction *r, IrValue *x, IrValue *y)
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

static IrValue *source_at(Emit *e, const Reduction *r, IrValue *mask)
{
    Index at = index_const(e, 0);
    for (int i = 0; i < r->run_count; i++)
        at = index_add(e, at, index_mul_const(e, r->at[i], r->runs[i].stride));
    return emit_load(e, r->source, r->acc, at, &(Point){.mask = mask}, 0);
}

IrValue *reduction_input(Emit *e, const Reduction *r, IrValue *mask, bool guarded)
{
    Index position = index_const(e, 0), at[IR_MAX_RANK];
    if (r->source)
        return source_at(e, r, mask);
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
    p->guarded = guarded;
    p->linear = position;
    p->has_linear = true;
    IrValue *x = emit_value(e, ir_operand(r->op, 0), p);
    return emit_convert(e, x, r->in->elem, r->acc);
}

/* The folds of vector i of the columns begin at v[i * ways]. */
typedef struct Accs {
    IrValue *v[WIDE * WAYS];
    size_t count;
} Accs;

bool reduction_has_columns(const Reduction *r)
{
    return !r->runs[r->run_count - 1].folded;
}

/* The next element of each vector of columns goes to fold number `way`. */
static void fold_columns(Emit *e, Reduction *r, size_t way, IrValue *mask, Accs *accs)
{
    Index *last = &r->at[r->run_count - 1], first = *last;
    for (size_t i = 0; i < r->wide; i++) {
        IrValue **acc = &accs->v[i * r->ways + way];
        *last = index_add_const(e, first, (int64_t)i * e->lanes);
        *acc = reduction_combine(e, r, *acc, reduction_input(e, r, mask, false));
    }
    *last = first;
}

static void fold_lanes(Emit *e, Reduction *r, size_t way, IrValue *mask, Accs *accs)
{
    IrValue *x = reduction_input(e, r, mask, false);
    if (mask)
        x = k_select(&e->b, mask, x, emit_neutral(e, r->by, r->acc));
    accs->v[way] = reduction_combine(e, r, accs->v[way], x);
}

/* One step of the innermost folded run, from index `at`: a fold for each way. */
static void fold_step(Emit *e, Reduction *r, int run, IrValue *at, int64_t apart, size_t ways,
                      IrValue *mask, Accs *accs)
{
    size_t mark = memo_mark(e);
    int64_t step = run == r->run_count - 1 ? 1 : 0;
    for (size_t w = 0; w < ways; w++) {
        IrValue *i = k_add_index(&e->b, at, c_index(e, (int64_t)w * apart));
        r->at[run] = (Index){.base = i, .step = step};
        (step ? fold_lanes : fold_columns)(e, r, w, mask, accs);
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
    for (size_t ways = r->ways; ways >= 1; ways = ways > 1 ? 1 : 0) {
        int64_t block = apart * (int64_t)ways;
        if (length >= 0 && length < block)
            continue;
        IrValue *n = k_div_index(&e->b, count, c_index(e, block));
        IrValue *stop = k_add_index(&e->b, from, k_mul_index(&e->b, n, c_index(e, block)));
        fold_loop(e, r, run, at, stop, apart, ways, mask, accs);
        at = stop;
    }
    if (!lanes || (length >= 0 && length % apart == 0))
        return;
    IrValue *tail = k_mask(&e->b, k_sub_index(&e->b, to, at), mask_type(e));
    fold_step(e, r, run, at, apart, 1, tail, accs);
}

int reduction_innermost(const Reduction *r)
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
    bool whole = !first || (r->parts == 1 && r->panel == r->part_size);
    IrValue *from = whole ? c_index(e, 0) : r->part_from;
    IrValue *to = whole ? c_index(e, r->runs[run].size) : r->part_to;
    if (run == reduction_innermost(r)) {
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
IrValue *reduction_start(Emit *e, const Reduction *r)
{
    const IrValue *init = ir_operand(r->op, 1);
    IrAttr a = ir_is(init, OP_constant) ? ir_op_attr(init->op, "value") : NULL;
    double x = a && dtype_is_float(r->acc) ? ir_elements_get(a, 0) : 1;
    if (r->by == OP_add && x == 0 && !signbit(x))
        return k_const(&e->b, lane_type(e, r->acc), 0);
    return emit_neutral(e, r->by, r->acc);
}

IrValue *reduction_combine_ways(Emit *e, const Reduction *r, IrValue *const *v, size_t ways)
{
    if (ways == 1)
        return v[0];
    IrValue *low = reduction_combine_ways(e, r, v, ways / 2);
    return reduction_combine(e, r, low, reduction_combine_ways(e, r, v + ways / 2, ways / 2));
}

/* `folded`: r->wide vectors of what was folded before, then of all. */
static void fold_more(Emit *e, Reduction *r, IrValue *mask, IrValue **folded)
{
    Accs accs = {.count = r->wide * r->ways};
    for (size_t i = 0; i < accs.count; i++)
        accs.v[i] = i % r->ways ? reduction_start(e, r) : folded[i / r->ways];
    fold_runs(e, r, 0, true, mask, &accs);
    for (size_t i = 0; i < r->wide; i++)
        folded[i] = reduction_combine_ways(e, r, accs.v + i * r->ways, r->ways);
}

/* ------------------------------------------------------------------------------ partial results */

/* Where result element of the kept runs lies (lanes along the last run if that is kept). */
Index reduction_position(Emit *e, const Reduction *r, IrValue *part)
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

typedef struct Column {
    Reduction *r;
    IrValue *part;
    bool begun;             /* the partial result has what was folded before */
} Column;

static void column_body(Emit *e, void *data, IrValue *j, IrValue *mask)
{
    Column *c = data;
    Reduction *r = c->r;
    IrValue *v[WIDE];
    Index to[WIDE];
    Point p = {.mask = mask};
    r->at[r->run_count - 1] = (Index){.base = j, .step = 1};
    for (size_t i = 0; i < r->wide; i++) {
        to[i] = index_add_const(e, reduction_position(e, r, c->part), (int64_t)i * e->lanes);
        v[i] = c->begun ? emit_load(e, r->partial, r->acc, to[i], &p, 0) : reduction_start(e, r);
    }
    fold_more(e, r, mask, v);
    for (size_t i = 0; i < r->wide; i++)
        emit_store(e, r->partial, r->acc, to[i], mask, v[i]);
}

static void begin_column(Emit *e, void *data, IrValue *j, IrValue *mask)
{
    Column *c = data;
    Reduction *r = c->r;
    r->at[r->run_count - 1] = (Index){.base = j, .step = 1};
    emit_store(e, r->partial, r->acc, reduction_position(e, r, c->part), mask, reduction_start(e, r));
}

/* Several vectors at a time, then what is left one by one. */
static void sweep_columns(Emit *e, Reduction *r, Column *c, IrValue *from, IrValue *to, int64_t length)
{
    if (r->wide > 1) {
        IrValue *step = c_index(e, (int64_t)r->wide * e->lanes);
        IrValue *whole = k_div_index(&e->b, k_sub_index(&e->b, to, from), step);
        IrValue *middle = k_add_index(&e->b, from, k_mul_index(&e->b, whole, step));
        IrOp *loop = k_for_begin(&e->b, from, middle, step, 0, NULL);
        column_body(e, c, k_arg(loop, 0), NULL);
        k_for_end(&e->b, loop, 0, NULL);
        from = middle;
        length = length < 0 ? -1 : length % ((int64_t)r->wide * e->lanes);
    }
    size_t wide = r->wide;
    r->wide = 1;
    if (length)
        vector_loop(e, from, to, length, column_body, c);
    r->wide = wide;
}

static void reduce_columns(Emit *e, Reduction *r, IrValue *part, IrValue *block)
{
    Column c = {r, part, false};
    int64_t columns = r->runs[r->run_count - 1].size, size = r->block_size;
    int64_t length = columns % size ? -1 : size;
    IrValue *from = k_mul_index(&e->b, block, c_index(e, size));
    IrValue *to = k_add_index(&e->b, from, c_index(e, size));
    if (columns % size)
        to = k_min_index(&e->b, to, c_index(e, columns));
    if (r->panel == r->part_size) {
        sweep_columns(e, r, &c, from, to, length);
        return;
    }
    vector_loop(e, from, to, length, begin_column, &c);
    c.begun = true;
    IrValue *panel = c_index(e, r->panel), *end = r->part_to;
    IrOp *loop = k_for_begin(&e->b, r->part_from, end, panel, 0, NULL);
    r->part_from = k_arg(loop, 0);
    r->part_to = k_min_index(&e->b, k_add_index(&e->b, r->part_from, panel), end);
    sweep_columns(e, r, &c, from, to, length);
    k_for_end(&e->b, loop, 0, NULL);
}

/* One part of one row of results: kept indices but for the lanes' are set. */
static void reduce_row(Emit *e, Reduction *r, IrValue *part, IrValue *block)
{
    if (reduction_has_columns(r)) {
        reduce_columns(e, r, part, block);
        return;
    }
    IrValue *v = reduction_start(e, r);
    fold_more(e, r, NULL, &v);
    v = team_fold(e, r->by, r->acc, v);
    team_store(e, r->partial, r->acc, reduction_position(e, r, part).base, v);
}

/* Indices of the kept runs (but for lanes) from a row number. */
void reduction_set_row(Emit *e, Reduction *r, IrValue *row, int64_t rows)
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

/* The bounds of a part of the first folded run. */
static void set_part(Emit *e, Reduction *r, IrValue *part)
{
    int first = 0;
    while (!r->runs[first].folded)
        first++;
    r->part_from = k_mul_index(&e->b, part, c_index(e, r->part_size));
    r->part_to = k_add_index(&e->b, r->part_from, c_index(e, r->part_size));
    r->part_to = k_min_index(&e->b, r->part_to, c_index(e, r->runs[first].size));
}

static void reduce_task(Emit *e, Reduction *r, IrValue *task)
{
    int64_t blocks = r->rows * r->blocks;
    IrValue *part = k_div_index(&e->b, task, c_index(e, blocks));
    IrValue *block = k_rem_index(&e->b, task, c_index(e, blocks));
    set_part(e, r, part);
    reduction_set_row(e, r, k_div_index(&e->b, block, c_index(e, r->blocks)), r->rows);
    reduce_row(e, r, part, k_rem_index(&e->b, block, c_index(e, r->blocks)));
}

static void reduce_parts(Emit *e, Reduction *r)
{
    int64_t tasks = r->rows * r->blocks * r->parts, cost = r->cost / tasks + 1;
    IrValue *from, *to;
    Chunks c = chunks_begin(e, tasks, (TASK_COST + cost - 1) / cost, &from, &to);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, 1), 0, NULL);
    reduce_task(e, r, k_arg(loop, 0));
    k_for_end(&e->b, loop, 0, NULL);
    chunks_end(e, c);
}

/* ------------------------------------------------------------------------------- cutting the work */

/* About so many pieces, of at most so many elements each, that are multiples of `unit`. */
static int64_t cut(int64_t size, int64_t pieces, int64_t most, int64_t unit, int64_t *piece)
{
    pieces = larger(pieces, ceil_div(size, most));
    *piece = pieces > 1 ? ceil_div(ceil_div(size, pieces), unit) * unit : size;
    return ceil_div(size, *piece);
}

/* How long a part of the first folded run may be. Sums of very many terms are inexact. Where rows of
 * results take turns in memory, a part is short, so that all is read in the order in which it lies. */
static int64_t longest_part(const Emit *e, const Reduction *r, const Run *first, bool is_last)
{
    if (is_last)
        return TERMS * e->lanes;
    if (!reduction_has_columns(r))
        return ceil_div(ROW, ir_elements(r->in) / r->outputs / first->size);
    return TERMS;
}

/* What is gone through column by column has to stay in the cache meanwhile. */
static int64_t panel_size(const Emit *e, const Reduction *r, const Run *first)
{
    int64_t bytes = first->stride * (int64_t)dtype_bytes(r->in->elem);
    int64_t cached = larger(e->pass->target->l2_bytes / 4 / bytes, PANEL);
    return reduction_has_columns(r) ? smaller(cached, r->part_size) : r->part_size;
}

static void cut_reduction(Emit *e, Reduction *r)
{
    const Run *last = &r->runs[r->run_count - 1], *first = r->runs;
    while (!first->folded)
        first++;
    IrValue *input = ir_operand(r->op, 0);
    int64_t unit = first == last ? e->lanes : 1, cost = pulled_cost(e, 1, &input);
    bool wide = reduction_has_columns(r) && cost <= CHEAP && last->size >= WIDE * e->lanes;
    r->wide = wide ? WIDE : 1;
    r->ways = wide ? WIDE_WAYS : WAYS;
    r->cost = cost_times(cost, ir_elements(r->in));
    int64_t tasks = smaller(r->cost / TASK_COST, MOST_TASKS) / r->rows;
    r->parts = cut(first->size, smaller(tasks, first->size / (PART * unit)),
                   longest_part(e, r, first, first == last), unit, &r->part_size);
    r->panel = panel_size(e, r, first);
    r->blocks = 1;
    if (reduction_has_columns(r))
        r->blocks = cut(last->size, smaller(tasks / r->parts, last->size / (BLOCK * e->lanes)),
                        last->size, e->lanes * (int64_t)r->wide, &r->block_size);
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
    case OP_add: return x == 0;         /* of either sign: see reduction_start */
    case OP_or: case OP_xor: return x == 0;
    case OP_multiply: return x == 1;
    case OP_maximum: return dtype_is_float(t) && x == -INFINITY;
    case OP_minimum: return dtype_is_float(t) && x == INFINITY;
    default: return false;
    }
}

IrValue *reduction_result(Emit *e, const Reduction *r, IrValue *sum)
{
    IrValue *init = ir_operand(r->op, 1);
    if (!is_neutral(init, r->by)) {
        IrValue *first = emit_value(e, init, point_scalar(e));
        sum = reduction_combine(e, r, emit_convert(e, first, init->type->elem, r->acc), sum);
    }
    return emit_convert(e, sum, r->acc, r->op->results[0].type->elem);
}

/* The reduce's result at a point of the second step: all parts in order, then the init. */
IrValue *reduction_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    (void)v;
    const Reduction *r = data;
    Index at = point_position(e, p);
    IrValue *sum = emit_load(e, r->partial, r->acc, at, p, r->outputs * r->parts);
    if (r->parts > 1) {
        IrOp *loop = k_for_begin(&e->b, c_index(e, 1), c_index(e, r->parts), c_index(e, 1), 1, &sum);
        IrValue *skip = k_mul_index(&e->b, k_arg(loop, 0), c_index(e, r->outputs));
        Index next = index_add(e, at, (Index){.base = skip});
        IrValue *x = emit_load(e, r->partial, r->acc, next, p, r->outputs * r->parts);
        sum = reduction_combine(e, r, k_arg(loop, 1), x);
        k_for_end(&e->b, loop, 1, &sum);
        sum = ir_result(loop, 0);
    }
    return reduction_result(e, r, sum);
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
    find_runs(&r, !e->pass->target->threads);
    bool folds = false;
    for (int i = 0; i < r.run_count; i++)
        folds |= r.runs[i].folded;
    bool any = ir_elements(r.in) && folds;
    if (op->result_count != 1 || r.by == OP_COUNT || !any) {
        if (!any || !e->pass->target->threads || !lower_reduce_body(e, op))
            lower_loop(e);              /* folded in place, one result after the other */
        return;
    }
    r.rows = reduction_has_columns(&r) ? r.outputs / r.runs[r.run_count - 1].size : r.outputs;
    if (e->pass->target->threads) {
        lower_reduce_teams(e, &r);
        return;
    }
    cut_reduction(e, &r);
    const IrOp *ret = ir_func_block(e->graph)->last;
    bool plain = ret->operand_count == 1 && ir_operand(ret, 0) == &op->results[0] && r.parts == 1 &&
                 r.acc == r.in->elem && is_neutral(ir_operand(op, 1), r.by);
    r.partial = plain ? e->memref[ir_func_block(e->graph)->arg_count]
                      : kernel_workspace(e, memory_elem(r.acc), r.outputs * r.parts);
    reduce_parts(e, &r);
    if (plain)
        return;
    set_leaf(e, &op->results[0], reduction_leaf, &r);
    lower_loop(e);
}
