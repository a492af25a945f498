/* What an outlined function of attention computes, as its schedule needs it, and the size
 * of its tiles. */
#include "passes/lower/gpu/attention.h"
#include "passes/strided.h"

#include <assert.h>

/* ----------------------------------------------------------------------------- arrays */

/* Whether 16 bytes lie together that begin at a multiple of 16, as arguments and tables
 * of constants do. */
static bool is_wide(const Array *a)
{
    bool wide = a->start % PER == 0;
    int along = 0;
    for (int i = 0; i < LABEL_BATCH + IR_MAX_RANK; i++) {
        along += a->stride[i] == 1;
        wide &= a->stride[i] == 1 || a->stride[i] % PER == 0;
    }
    return wide && along == 1;
}

static Array array_like(IrValue *memory, IrType t, const int64_t *strides, int64_t start,
                        const Labels *l)
{
    Array a = {.memory = memory, .elem = t->elem, .start = start};
    for (int i = 0; i < t->rank; i++)
        if (t->dims[i] != 1)
            a.stride[l->of[i]] = strides[i];
    a.wide = is_wide(&a);
    return a;
}

static Array operand_array(Emit *e, IrValue *v, Labels l)
{
    int64_t strides[IR_MAX_RANK], start;
    v = attention_read(v);
    IrValue *from = pass_strided(v, strides, &start);
    if (!from->op)
        return array_like(e->memref[from->index], v->type, strides, start, &l);
    IrValue *constant = k_collapse(&e->b, emit_constant_buffer(e, from->op));
    return array_like(constant, v->type, strides, start, &l);
}

static const IrUse *returned(const IrValue *v)
{
    const IrUse *u = v->uses;
    while (u && u->op->kind != OP_return)
        u = u->next;
    return u;
}

/* Where a value goes that is a result of the function, or becomes one by views; no memory
 * if it does not. */
static Array result_array(Emit *e, IrValue *v, Labels l)
{
    uint32_t args = ir_func_block(e->graph)->arg_count;
    int64_t strides[IR_MAX_RANK];
    while (!returned(v)) {
        const IrUse *u = v->uses;
        Labels moved;
        if (!u || u->next || !labels_through(u->op, &l, LABEL_NONE, &moved))
            return (Array){0};
        l = moved;
        v = ir_result(u->op, 0);
    }
    pass_row_major(v->type, strides);
    return array_like(e->memref[args + returned(v)->index], v->type, strides, 0, &l);
}

void array_begin(Emit *e, const Attention *t, Array *a)
{
    a->begin = c_index(e, a->start);
    for (int i = 0; i < t->s.batch; i++)
        a->begin =
            sum_of(e, a->begin, scaled(e, t->batch[i], a->stride[LABEL_BATCH + i]));
}

/* ---------------------------------------------------------------------- what there is */

static void find_stages(Emit *e, Attention *t)
{
    t->stage = ARENA_ARRAY(e->arena, int, e->id_count);
    for (const IrOp *op = ir_func_block(e->graph)->first; op->kind != OP_return;
         op = op->next) {
        int *stage = &t->stage[value_slot(e, &op->results[0])];
        for (uint32_t i = 0; i < op->operand_count; i++) {
            int needed = t->stage[value_slot(e, ir_operand(op, i))];
            *stage = needed > *stage ? needed : *stage;
        }
        *stage += op->kind == OP_reduce;
        t->stages = *stage > t->stages ? *stage : t->stages;
    }
}

static bool has_label(IrType t, const Labels *l, int label)
{
    for (int i = 0; i < t->rank; i++)
        if (t->dims[i] != 1 && l->of[i] == label)
            return true;
    return false;
}

/* Tensor cores have all of k at once. */
static int64_t step_of(const Attention *t, int64_t depth)
{
    int64_t few = round_up(depth, STEP / 2) % STEP ? STEP / 2 : STEP;
    return t->tensor ? mma_depth(depth) : few;
}

static Inner inner_product(Emit *e, const Attention *t, const IrOp *dot)
{
    const Labels *scores = &t->s.labels[dot->results[0].id];
    Labels l[2] = {inner_operand_labels(dot, 0, scores),
                   inner_operand_labels(dot, 1, scores)};
    uint32_t own = !has_label(ir_operand(dot, 0)->type, &l[0], t->own);
    int64_t depth = ir_dot_depth(dot);
    return (Inner){.dot = dot,
                   .depth = depth,
                   .step = step_of(t, depth),
                   .own = operand_array(e, ir_operand(dot, own), l[own]),
                   .other = operand_array(e, ir_operand(dot, !own), l[!own])};
}

static Outer outer_product(Emit *e, const Attention *t, const IrOp *dot)
{
    uint32_t i = outer_scores_operand(&t->s, dot);
    IrValue *x = ir_operand(dot, i), *y = ir_operand(dot, !i);
    Outer o = {.dot = dot, .scores = x};
    o.width = ir_elements(y->type) / (scores_batch(&t->s) * t->other_size);
    o.tiles = round_up(o.width, TILE) / TILE;
    o.other = operand_array(e, y, outer_operand_labels(&t->s, dot));
    o.out = result_array(e, ir_result(dot, 0), outer_result_labels(&t->s, dot));
    return o;
}

static Fold fold_of(Emit *e, const Attention *t, const IrOp *op)
{
    IrValue *v = ir_result(op, 0);
    return (Fold){.op = op,
                  .stage = t->stage[value_slot(e, v)],
                  .out = result_array(e, v, t->s.labels[v->id])};
}

static bool multiplies(const OpList *products, Dtype elem)
{
    for (size_t i = 0; i < products->count; i++)
        if (ir_operand(products->items[i], 0)->type->elem != elem)
            return false;
    return true;
}

/* Tensor cores take bf16 and f16, if all operands are that; and f32, if it may be cut. */
static void choose_type(Attention *t, const IrTarget *target)
{
    Dtype elem = ir_operand(t->s.inner.items[0], 0)->type->elem;
    bool narrow = attention_is_narrow(elem) && multiplies(&t->s.inner, elem) &&
                  multiplies(&t->s.outer, elem);
    t->tensor = target->tensor_cores && (narrow || target->tf32);
    t->elem = t->tensor && narrow ? elem : DTYPE_f32;
}

static void find_sides(Attention *t)
{
    t->other = t->s.outer.count ? outer_summed(&t->s, t->s.outer.items[0]) : t->s.folded;
    t->own = other_side(t->other);
    t->own_size = side_size(&t->s, t->own);
    t->other_size = side_size(&t->s, t->other);
}

static void find_parts(Emit *e, Attention *t)
{
    t->folds = ARENA_ARRAY(e->arena, Fold, t->s.folds.count);
    for (size_t i = 0; i < t->s.inner.count; i++)
        t->inner[t->inner_count++] = inner_product(e, t, t->s.inner.items[i]);
    for (size_t i = 0; i < t->s.outer.count; i++)
        t->outer[t->outer_count++] = outer_product(e, t, t->s.outer.items[i]);
    for (size_t i = 0; i < t->s.folds.count; i++)
        t->folds[t->fold_count++] = fold_of(e, t, t->s.folds.items[i]);
}

/* ------------------------------------------------------------------------------ tiles */

int64_t attention_blocks(const Attention *t)
{
    return scores_batch(&t->s) * ((t->own_size + t->rows - 1) / t->rows);
}

int64_t tile_elements(const Attention *t) { return t->columns * (t->rows + TILE_SPARE); }

int64_t kept_elements(const Attention *t, const Inner *in)
{
    return round_up(in->depth, in->step) * (t->rows + (t->tensor ? 0 : SPARE));
}

int64_t scores_elements(const Attention *t) { return t->rows * t->columns; }

int64_t staged_line(const Attention *t)
{
    int64_t most = 1;
    for (size_t i = 0; i < t->outer_count; i++)
        most = t->outer[i].tiles > most ? t->outer[i].tiles : most;
    return most * TILE + SPARE;
}

int64_t staged_elements(const Attention *t)
{
    int64_t most = STEP * staged_line(t);
    for (size_t i = 0; t->tensor && i < t->inner_count; i++)
        most = t->inner[i].step * TILE > most ? t->inner[i].step * TILE : most;
    return most;
}

static int64_t shared_bytes(const Attention *t)
{
    int64_t sums = t->tiles * tile_elements(t) + MOST_ROWS, n = staged_elements(t);
    for (size_t i = 0; i < t->inner_count; i++)
        n += kept_elements(t, &t->inner[i]);
    if (t->tensor)
        n += (int64_t)t->outer_count * scores_elements(t);
    return sums * (int64_t)sizeof(float) + n * (int64_t)dtype_bytes(t->elem);
}

/* As many rows as give three quarters of the processors a block: each element that is
 * copied to shared memory serves them all. */
static bool try_tile(Attention *t, const IrTarget *target, int64_t columns, int64_t bytes)
{
    t->columns = columns;
    for (t->rows = MOST_ROWS; t->rows >= LEAST_ROWS; t->rows /= 2) {
        bool enough =
            t->rows == LEAST_ROWS || 4 * attention_blocks(t) >= 3 * target->processors;
        if (enough && shared_bytes(t) <= bytes)
            return true;
    }
    return false;
}

/* The scores of whole rows, if they have to be looked at several times. Half of a
 * processor's memory at most, so that another block works while one waits: unless there
 * are no more blocks, and scores that are computed again would be dear. */
static bool try_whole(Attention *t, const IrTarget *target, bool cheap)
{
    int64_t all = round_up(t->other_size, TILE), bytes = target->shared_bytes;
    if (!t->stages)
        return false;
    return try_tile(t, target, all, bytes / 2) ||
           (!cheap && try_tile(t, target, all, bytes) &&
            attention_blocks(t) <= target->processors);
}

/* Tensor cores have soon done with a tile: many rows should share what is copied. */
static void try_tiles(Attention *t, const IrTarget *target)
{
    int64_t bytes = t->tensor ? target->shared_bytes / 2 : IR_GPU_STATIC_BYTES;
    bool fits = try_tile(t, target, TILE, bytes) ||
                try_tile(t, target, TILE, target->shared_bytes);
    assert(fits), (void)fits;
}

/* Where scores are computed once anyway, or by tensor cores, a block takes whole rows
 * only if it has as many of them as otherwise. */
static void choose_tiles(Attention *t, const IrTarget *target)
{
    bool softmax = find_softmax(t), online = softmax && sums_shares(t);
    bool cheap = online || t->tensor;
    bool apart = t->tensor || t->inner_count > t->outer_count;
    t->tiles = (int64_t)(apart ? t->inner_count : t->outer_count);
    bool whole = try_whole(t, target, cheap);
    int64_t rows = t->rows, columns = t->columns;
    if (!whole || cheap)
        try_tiles(t, target);
    if (whole && (!cheap || rows >= t->rows)) {
        t->rows = rows;
        t->columns = columns;
    }
    t->whole = t->columns >= t->other_size;
    t->online.used = online && !t->whole;
    t->online.folds = softmax && !online && !t->whole;
    if (t->online.folds)
        t->stages = t->online.sum->stage = 1;
    for (size_t i = 0; t->online.used && i < t->outer_count; i++)
        t->outer[i].scores = t->online.exp;
}

Attention attention_find(Emit *e)
{
    Attention t = {.s = scores_open(e->m, e->arena)};
    IrOp *dot = ir_func_block(e->graph)->first;
    while (dot->kind != OP_dot_general)
        dot = dot->next;
    bool found = scores_find(&t.s, dot);
    assert(found), (void)found;
    choose_type(&t, e->pass->target);
    find_sides(&t);
    find_stages(e, &t);
    find_parts(e, &t);
    find_needs(e, &t);
    choose_tiles(&t, e->pass->target);
    return t;
}
