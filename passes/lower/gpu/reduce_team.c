/* Reductions on a GPU. The input lies row by row, so the lanes of a thread and the
 * threads of a warp run along its last dimension, each with 16 bytes at a time and
 * several on their way.
 *
 *     sum of rows      4096x1024 -> 4096   a team of threads for each row; its threads
 *                                          hand each other what they have (team.c)
 *     sum of columns   4096x1024 -> 1024   blocks of 32 threads side by side and 8 rows
 *                                          of such: each thread folds the rows 8 apart
 *                                          of its four columns; the 8 meet in shared
 *                                          memory
 *
 *          columns 0-3   4-7   8-11 ...
 *     y=0       t0        t1    t2         row 0, 8, 16 ...
 *     y=1       t32       t33   t34        row 1, 9, 17 ...
 *
 * Where there are fewer columns, a block has fewer threads side by side and more below
 * each other: 16 channels are 4 threads, and a warp still reads 512 bytes that lie
 * together. If the results are too few to fill the machine, what is folded is cut into
 * parts, and the last of the blocks that share a result folds these (last_block.c). What
 * follows the reduction is done by the threads that end up with its result. The order
 * depends on shape and target alone, and no sum is left to chance. */
#include "passes/lower/reduce.h"

#include <string.h>

enum {
    WAYS = 4,        /* loads on their way in each thread */
    SIDE = 32,       /* threads of a block side by side at most */
    BLOCK = 256,     /* threads of a block where there are many */
    LEAST_PART = 8,  /* elements that a thread has at least, of what is cut into parts, */
    MOST_PART = 256, /* and about so many at most; */
    ALONE = 64,      /* of what is not cut */
    BLOCKS = 8       /* on each processor, if there is so much to do */
};

typedef struct Shape {
    int64_t pieces;       /* vectors that make a row of columns */
    int64_t side, blocks; /* threads side by side; blocks for all pieces */
    int64_t below;        /* threads below each other */
} Shape;

/* The greatest power of two that is not more than n >= 1. */
static int64_t power_below(int64_t n)
{
    int64_t p = 1;
    while (2 * p <= n)
        p *= 2;
    return p;
}

/* ---------------------------------------------------------------------------- folding */

/* What the threads of a team share: each takes every `apart`-th element, from its own
 * first one. */
typedef struct Share {
    int64_t apart, step;
    IrValue *first;
} Share;

static int first_folded(const Reduction *r)
{
    int run = 0;
    while (!r->runs[run].folded)
        run++;
    return run;
}

/* Folds the element at `i`, and those of the other ways; where they are at `to` or
 * behind it (NULL: they never are) they are left out. */
static void fold_step(Emit *e, Reduction *r, int run, Share s, IrValue *i, IrValue *to,
                      IrValue **acc)
{
    size_t mark = memo_mark(e);
    for (size_t w = 0; w < r->ways; w++) {
        IrValue *at = k_add_index(&e->b, i, c_index(e, (int64_t)w * s.apart)),
                *mask = NULL;
        r->at[run] = (Index){.base = at, .step = s.step};
        if (to && w)
            mask = k_broadcast(&e->b, k_cmpi(&e->b, "slt", at, to), mask_type(e));
        IrValue *x = reduction_input(e, r, mask, mask != NULL);
        if (mask)
            x = k_select(&e->b, mask, x, emit_neutral(e, r->by, r->acc));
        acc[w] = reduction_combine(e, r, acc[w], x);
    }
    memo_release(e, mark);
}

/* The runs that are folded, from `run` on; the first is cut to the part. */
static void fold_runs(Emit *e, Reduction *r, int run, Share s, IrValue **acc)
{
    while (!r->runs[run].folded)
        run++;
    bool cut = run == first_folded(r) && r->parts > 1,
         innermost = run == reduction_innermost(r);
    int64_t size = cut ? r->part_size : r->runs[run].size;
    int64_t step = innermost ? s.apart * (int64_t)r->ways : 1;
    bool whole = size % step == 0 && (!cut || r->runs[run].size % size == 0);
    IrValue *from = cut ? r->part_from : c_index(e, 0),
            *to = cut ? r->part_to : c_index(e, size);
    if (innermost && s.first)
        from = k_add_index(&e->b, from, s.first);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, step), r->ways, acc);
    for (size_t w = 0; w < r->ways; w++)
        acc[w] = k_arg(loop, (uint32_t)w + 1);
    if (innermost) {
        fold_step(e, r, run, s, k_arg(loop, 0), whole ? NULL : to, acc);
    } else {
        r->at[run] = (Index){.base = k_arg(loop, 0)};
        fold_runs(e, r, run + 1, s, acc);
    }
    k_for_end(&e->b, loop, r->ways, acc);
    for (size_t w = 0; w < r->ways; w++)
        acc[w] = ir_result(loop, (uint32_t)w);
}

static IrValue *fold_share(Emit *e, Reduction *r, Share s)
{
    IrValue *acc[WAYS];
    for (size_t w = 0; w < r->ways; w++)
        acc[w] = reduction_start(e, r);
    fold_runs(e, r, 0, s, acc);
    return reduction_combine_ways(e, r, acc, r->ways);
}

/* As many ways as a thread has elements. */
static void choose_ways(Reduction *r, int64_t apart)
{
    int run = reduction_innermost(r);
    int64_t size =
        run == first_folded(r) && r->parts > 1 ? r->part_size : r->runs[run].size;
    r->ways = (size_t)smaller(WAYS, power_below(ceil_div(size, apart)));
}

/* Part `part` of what is folded, and the results of row `row`. */
static void set_task(Emit *e, Reduction *r, IrValue *row, IrValue *part)
{
    int64_t size = r->runs[first_folded(r)].size;
    reduction_set_row(e, r, row, r->rows);
    r->part_from = k_mul_index(&e->b, part, c_index(e, r->part_size));
    r->part_to = k_add_index(&e->b, r->part_from, c_index(e, r->part_size));
    if (size % r->part_size)
        r->part_to = k_min_index(&e->b, r->part_to, c_index(e, size));
}

static void cut_first_run(Reduction *r, int64_t parts, int64_t unit)
{
    int64_t size = r->runs[first_folded(r)].size;
    r->part_size = smaller(ceil_div(ceil_div(size, larger(parts, 1)), unit) * unit, size);
    r->parts = ceil_div(size, r->part_size);
}

/* ------------------------------------------------------------------ what comes behind */

static IrValue *result_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    (void)e, (void)v, (void)p;
    return data;
}

bool reduction_ends_in_place(const Emit *e, const IrOp *op)
{
    const IrBlock *block = ir_func_block(e->graph);
    bool *behind = ARENA_ARRAY(e->arena, bool, e->id_count);
    for (uint32_t i = 0; i < op->result_count; i++)
        behind[value_slot(e, &op->results[i])] = true;
    for (const IrOp *o = block->first; o; o = o->next) {
        bool any = false;
        for (uint32_t i = 0; i < o->operand_count; i++)
            any |= behind[value_slot(e, ir_operand(o, i))];
        bool local =
            ir_is_elementwise(o->kind) || o->kind == OP_reshape || o->kind == OP_return;
        if (any && !local)
            return false;
        for (uint32_t i = 0; i < o->result_count; i++)
            behind[value_slot(e, &o->results[i])] |= any;
    }
    for (uint32_t i = 0; i < block->last->operand_count; i++)
        if (ir_elements(ir_operand(block->last, i)->type) !=
            ir_elements(op->results[0].type))
            return false;
    return true;
}

/* The values that the kernel returns at the place of result number `position`. */
static IrValue **values_behind(Emit *e, Index position)
{
    const IrOp *ret = ir_func_block(e->graph)->last;
    IrValue **values = ARENA_ARRAY(e->arena, IrValue *, ret->operand_count);
    for (uint32_t i = 0; i < ret->operand_count; i++) {
        IrType t = ir_operand(ret, i)->type;
        Point *p = point_linear(e, t->rank, t->dims, position, NULL);
        p->identity = true;
        values[i] = emit_value(e, ir_operand(ret, i), p);
    }
    return values;
}

/* Of columns each thread has its own results, of rows all threads of a team have the
 * same. */
static void finish_columns(Emit *e, const Reduction *r, IrValue *sum, Index position)
{
    const IrBlock *block = ir_func_block(e->graph);
    if (r->partial) {
        emit_store(e, r->partial, r->acc, position, NULL, sum);
        return;
    }
    set_leaf(e, &r->op->results[0], result_leaf, reduction_result(e, r, sum));
    IrValue **values = values_behind(e, position);
    for (uint32_t i = 0; i < block->last->operand_count; i++)
        emit_store(e, e->memref[block->arg_count + i],
                   ir_operand(block->last, i)->type->elem, position, NULL, values[i]);
}

void reduction_finish(Emit *e, IrValue *position)
{
    const IrBlock *block = ir_func_block(e->graph);
    IrValue **values = values_behind(e, (Index){.base = position});
    for (uint32_t i = 0; i < block->last->operand_count; i++)
        emit_store_one(e, e->memref[block->arg_count + i],
                       ir_operand(block->last, i)->type->elem, position,
                       k_extract(&e->b, values[i], 0));
}

/* One of them goes on alone: it may write where it has read. */
static void finish_row(Emit *e, const Reduction *r, IrValue *sum, IrValue *position)
{
    IrOp *lead = team_lead_begin(e);
    if (r->partial) {
        emit_store_one(e, r->partial, r->acc, position, sum);
    } else {
        IrValue *all =
            k_broadcast(&e->b, sum, ir_vector(e->c, sum->type->elem, e->lanes));
        set_leaf(e, &r->op->results[0], result_leaf, reduction_result(e, r, all));
        reduction_finish(e, position);
    }
    team_lead_end(e, lead);
}

/* ------------------------------------------------------------------------------ parts */

/* What is done with all parts of a result: they are columns, to be folded in order. */
typedef struct Parts {
    Reduction all;
    IrValue *counters;
    int64_t groups; /* of blocks that have the same results, a counter for each */
} Parts;

static Parts parts_begin(Emit *e, const Reduction *r, int64_t groups)
{
    Parts p = {.groups = groups,
               .all = {.op = r->op,
                       .by = r->by,
                       .in = r->in,
                       .acc = r->acc,
                       .outputs = r->outputs,
                       .rows = 1,
                       .parts = 1,
                       .source = r->partial,
                       .partial = r->folded,
                       .run_count = 2}};
    p.all.runs[0] = (Run){true, 0, 1, r->parts, r->outputs};
    p.all.runs[1] = (Run){false, 1, 1, r->outputs, 1};
    p.counters = block_counters(e, groups);
    return p;
}

/* By the last block of its group; block numbers count through the groups first. */
static IrOp *last_part_begin(Emit *e, const Parts *p, IrOp *launch)
{
    IrValue *group = k_rem_index(&e->b, k_block_id(launch, 0), c_index(e, p->groups));
    return last_block_begin(e, launch, p->counters, group, p->all.runs[0].size);
}

/* ------------------------------------------------------------------------------- rows */

static void cut_rows(const Emit *e, Reduction *r)
{
    const IrTarget *t = e->pass->target;
    int64_t unit =
        first_folded(r) == reduction_innermost(r) ? BLOCK * e->lanes * WAYS : 1;
    int64_t elements = ir_elements(r->in) / r->outputs,
            size = r->runs[first_folded(r)].size;
    int64_t tasks = (int64_t)t->processors * BLOCKS, parts = 1;
    if (elements > (int64_t)t->threads * ALONE)
        parts = smaller(tasks / r->rows,
                        unit > 1 ? size / (BLOCK * e->lanes * LEAST_PART) : size);
    cut_first_run(r, parts, unit);
}

/* A thread of the team takes every so many parts of its row. */
static void fold_parts_of_row(Emit *e, Parts *p, const IrOp *launch, IrValue *row)
{
    Lanes before = lanes_begin(e, 1);
    if (e->team.first)
        e->team.first = k_thread_id(launch, 0);
    Share s = {.apart = e->team.size, .first = e->team.first};
    p->all.at[1] = (Index){.base = row, .step = 1};
    choose_ways(&p->all, s.apart);
    IrValue *sum = team_fold(e, p->all.by, p->all.acc, fold_share(e, &p->all, s));
    finish_row(e, &p->all, sum, row);
    lanes_end(e, before);
}

static void reduce_rows(Emit *e, Reduction *r)
{
    const Run *last = &r->runs[r->run_count - 1];
    const Dtype elems[] = {r->acc, r->acc};
    bool several = r->parts > 1,
         cut = reduction_innermost(r) == first_folded(r) && several;
    IrValue *task;
    Grid g =
        row_grid_begin(e, r->rows * r->parts, r->rows, cut ? r->part_size : last->size,
                       cut ? MOST_PART : ALONE, several ? 2 : 1, elems, &task);
    Share s = {.apart = team_lanes(e), .step = 1, .first = e->team.first};
    choose_ways(r, s.apart);
    IrValue *part = k_div_index(&e->b, task, c_index(e, r->rows)),
            *row = k_rem_index(&e->b, task, c_index(e, r->rows));
    set_task(e, r, row, part);
    finish_row(e, r, team_fold(e, r->by, r->acc, fold_share(e, r, s)), task);
    if (several) {
        Parts p = parts_begin(e, r, k_launch_blocks(g.launch) / r->parts);
        IrOp *all = last_part_begin(e, &p, g.launch);
        fold_parts_of_row(e, &p, g.launch, row);
        last_block_end(e, all);
    }
    grid_end(e, g);
}

/* ---------------------------------------------------------------------------- columns */

static Shape shape_of(const Emit *e, const Reduction *r, int64_t threads)
{
    Shape s = {.pieces = r->runs[r->run_count - 1].size / e->lanes};
    s.blocks = ceil_div(s.pieces, SIDE);
    s.side = ceil_div(s.pieces, s.blocks);
    int64_t below = power_below(threads / s.side),
            size = r->runs[reduction_innermost(r)].size;
    s.below = smaller(below, power_below(larger(size / 2, 1)));
    return s;
}

/* No parts, if each thread of a large block has few enough vectors, ALONE elements, or
 * there are blocks for all processors. A thread has WAYS loads on their way: more than
 * four rounds of these take longer than what parts ask for, an addition that others see
 * and one round for what they left. */
static Shape cut_columns(const Emit *e, Reduction *r)
{
    const IrTarget *t = e->pass->target;
    int64_t elements = ir_elements(r->in) / r->outputs;
    Shape s = shape_of(e, r, BLOCK), large = shape_of(e, r, t->threads);
    int64_t tasks = r->rows * s.blocks, all = (int64_t)t->processors * BLOCKS, parts = 1;
    bool inner = first_folded(r) == reduction_innermost(r);
    if (elements <= large.below * (ALONE / 4) || tasks >= all / 2) {
        cut_first_run(r, 1, 1);
        return tasks >= all / 2 ? s : large;
    }
    int64_t size = r->runs[first_folded(r)].size, unit = inner ? s.below * WAYS : 1;
    parts = smaller(all / tasks, inner ? size / (s.below * LEAST_PART) : size);
    cut_first_run(r, parts, unit);
    return s;
}

/* Threads below each other fold what they have: half of them take what the other half
 * gives, in turn. Nobody gives where another may still read: one barrier each time is
 * enough. */
static IrValue *fold_below(Emit *e, const Reduction *r, Shape s, const IrOp *launch,
                           IrValue *sum)
{
    if (s.below == 1)
        return sum;
    IrValue *shared = k_launch_shared(launch, 0), *y = k_thread_id(launch, 1);
    IrValue *pieces = c_index(e, s.side), *lanes = c_index(e, e->lanes);
    IrValue *own =
        k_add_index(&e->b, k_mul_index(&e->b, y, pieces), k_thread_id(launch, 0));
    Index at = {.base = k_mul_index(&e->b, own, lanes), .step = 1};
    for (int64_t half = s.below / 2; half; half /= 2) {
        IrValue *lower = k_cmpi(&e->b, "sge", y, c_index(e, half));
        IrValue *upper = k_cmpi(&e->b, "slt", y, c_index(e, 2 * half));
        IrOp *gives = k_if_begin(&e->b, mask_and(e, lower, upper), 0, NULL);
        emit_store(e, shared, r->acc, at, NULL, sum);
        k_if_end(&e->b, gives, 0, NULL);
        k_barrier(&e->b);
        IrOp *takes =
            k_if_begin(&e->b, k_cmpi(&e->b, "slt", y, c_index(e, half)), 1, &sum->type);
        Index other = index_add_const(e, at, half * s.side * e->lanes);
        IrValue *x = emit_load(e, shared, r->acc, other, &(Point){0}, 0);
        x = reduction_combine(e, r, sum, x);
        k_if_else(&e->b, takes, 1, &x);
        k_if_end(&e->b, takes, 1, &sum);
        sum = ir_result(takes, 0);
    }
    return sum;
}

/* The threads that are there: all of a block fold, those on top have the sum. */
typedef struct Columns {
    IrOp *launch;
    IrValue *column, *is_top; /* the thread's first; whether it has results */
    Share share;
} Columns;

static Columns columns_begin(Emit *e, const Reduction *r, Shape s)
{
    int64_t room = s.side * s.below * e->lanes;
    const int64_t grid[] = {s.blocks * r->rows * r->parts, 1, 1},
                  block[] = {s.side, s.below, 1};
    IrType shared = ir_shared_memref(e->c, memory_elem(r->acc), 1, &room);
    IrOp *launch = k_launch_begin(&e->b, grid, block, s.below > 1, &shared);
    IrValue *y = k_thread_id(launch, 1),
            *piece = k_mul_index(
                &e->b, k_rem_index(&e->b, k_block_id(launch, 0), c_index(e, s.blocks)),
                c_index(e, s.side));
    piece = k_add_index(&e->b, piece, k_thread_id(launch, 0));
    IrValue *exists = k_cmpi(&e->b, "slt", piece, c_index(e, s.pieces));
    piece = k_min_index(&e->b, piece, c_index(e, s.pieces - 1));
    return (Columns){.launch = launch,
                     .column = k_mul_index(&e->b, piece, c_index(e, e->lanes)),
                     .is_top = mask_and(e, k_cmpi(&e->b, "eq", y, c_index(e, 0)), exists),
                     .share = {.apart = s.below, .first = s.below > 1 ? y : NULL}};
}

/* Folds what the block has of r's columns, and goes on with it. */
static void fold_columns(Emit *e, Reduction *r, Shape s, const Columns *c, Index position)
{
    choose_ways(r, s.below);
    IrValue *sum = fold_below(e, r, s, c->launch, fold_share(e, r, c->share));
    IrOp *branch = k_if_begin(&e->b, c->is_top, 0, NULL);
    finish_columns(e, r, sum, position);
    k_if_end(&e->b, branch, 0, NULL);
}

static void fold_parts_of_columns(Emit *e, const Reduction *r, Shape s, const Columns *c)
{
    Parts p = parts_begin(e, r, s.blocks * r->rows);
    IrOp *last = last_part_begin(e, &p, c->launch);
    p.all.at[1] = reduction_position(e, r, c_index(e, 0));
    fold_columns(e, &p.all, s, c, p.all.at[1]);
    last_block_end(e, last);
}

static void reduce_columns(Emit *e, Reduction *r, Shape s)
{
    size_t mark = memo_mark(e);
    Columns c = columns_begin(e, r, s);
    IrValue *rest = k_div_index(&e->b, k_block_id(c.launch, 0), c_index(e, s.blocks));
    IrValue *part = k_div_index(&e->b, rest, c_index(e, r->rows));
    set_task(e, r, k_rem_index(&e->b, rest, c_index(e, r->rows)), part);
    r->at[r->run_count - 1] = (Index){.base = c.column, .step = 1};
    fold_columns(e, r, s, &c, reduction_position(e, r, part));
    if (r->parts > 1)
        fold_parts_of_columns(e, r, s, &c);
    k_launch_end(&e->b, c.launch);
    memo_release(e, mark);
}

/* ----------------------------------------------------------------------- the schedule */

/* The widest element that is read for the fold, or folded. */
static int64_t widest_read(const Emit *e, const Reduction *r)
{
    const IrBlock *block = ir_func_block(e->graph);
    int64_t widest = (int64_t)dtype_bytes(r->acc);
    for (uint32_t i = 0; i < block->arg_count; i++)
        if (ir_elements(block->args[i]->type) >= ir_elements(r->in))
            widest = larger(widest, (int64_t)dtype_bytes(block->args[i]->type->elem));
    return widest;
}

/* Where parts and, if another launch goes on with them, results lie until then. */
static void take_memory(Emit *e, Reduction *r, bool in_place)
{
    Dtype elem = memory_elem(r->acc);
    if (!in_place)
        r->folded = kernel_workspace(e, elem, r->outputs);
    r->partial =
        r->parts > 1 ? kernel_workspace(e, elem, r->outputs * r->parts) : r->folded;
}

void lower_reduce_teams(Emit *e, Reduction *r)
{
    bool in_place = reduction_ends_in_place(e, r->op), columns = reduction_has_columns(r);
    Shape s = {0};
    e->lanes = piece_lanes(widest_read(e, r), r->runs[r->run_count - 1].size);
    if (columns)
        s = cut_columns(e, r);
    else
        cut_rows(e, r);
    take_memory(e, r, in_place);
    if (columns)
        reduce_columns(e, r, s);
    else
        reduce_rows(e, r);
    if (in_place)
        return;
    r->partial = r->folded;
    r->parts = 1;
    set_leaf(e, &r->op->results[0], reduction_leaf, r);
    lower_loop(e);
}
