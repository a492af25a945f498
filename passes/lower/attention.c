/* Attention on a GPU: a block of threads takes some rows of the scores (or columns: its own side) and
 * goes along the other side, a tile at a time. The scores of a tile are in shared memory only.
 *
 *     launch: a block for each R rows of each of the batch
 *       q's rows to shared memory
 *       for each stage of folds (max, then sum of exp(s - max)):       if a fold needs another
 *         for tiles of 64 columns:  s = q k^T;  each row's threads fold what they see of it
 *         threads of a row exchange what they folded: from here on a value that each of them knows
 *       for tiles of 64 columns:    s = q k^T;  p = exp(s - max) / sum over s;  y += p v
 *
 * Where whole rows fit into shared memory there is one tile, and its scores are computed once for
 * all stages. Products take 256 threads as 16 x 16, with R/16 x 4 sums each; what is done for each
 * score takes them as R teams of 256/R, one for each row. What stands between the products is whatever
 * emit_value makes of the graph. Sums are taken in the order of k, folds in one order: the bits are
 * the same each time. Rows beyond the last are copies of it and go nowhere; columns beyond count as
 * neutral elements of folds and as 0 in products. */
#include "passes/attention/attention.h"
#include "passes/lower/lower.h"
#include "passes/strided.h"

#include <assert.h>
#include <string.h>

enum {
    SIDE = 16,              /* threads of a block in each direction */
    THREADS = SIDE * SIDE,
    DEPTH = 16,             /* of an operand that is copied to shared memory at a time */
    TILE = 64,              /* columns of a product at a time */
    ACROSS = TILE / SIDE,   /* of which a thread has so many */
    SPARE = 4,              /* elements between rows in shared memory: they lie in other banks */
    MOST_ROWS = 64,         /* of a block */
    SHARED = 48 * 1024,     /* bytes that every GPU gives a block */
    MOST_SUMS = MOST_ROWS / SIDE * (ATTENTION_DEPTH / SIDE)
};

/* An array in memory, with a stride for each label. */
typedef struct Array {
    IrValue *memory;
    int64_t start, stride[LABEL_BATCH + IR_MAX_RANK];
    IrValue *begin;             /* where the block's part of the batch begins */
} Array;

typedef struct Inner {
    const IrOp *dot;
    Array own, other;
    int64_t depth;
    IrValue *kept;              /* own rows, in shared memory: [depth][rows] */
    IrValue *tile;              /* what it makes: [rows][columns] */
} Inner;

typedef struct Outer {
    const IrOp *dot;
    IrValue *scores;            /* what it sums up; in shared memory it lies at `tile` */
    Array other, out;           /* out.memory is NULL if nobody reads it */
    int64_t width, columns;     /* of the result; of a thread */
    IrValue *tile;
    IrValue *sums[MOST_SUMS];
} Outer;

typedef struct Fold {
    const IrOp *op;
    int stage;
    IrValue *acc;               /* while its pass is made; then what all gave */
    Array out;
} Fold;

typedef struct Attention {
    Scores s;
    int own, other;             /* LEFT or RIGHT */
    int64_t own_size, other_size;
    int *stage;                 /* by value slot: how many folds, one behind the other, it needs */
    int stages;
    Inner inner[ATTENTION_PRODUCTS];
    Outer outer[ATTENTION_PRODUCTS];
    size_t inner_count, outer_count, fold_count;
    Fold *folds;
    int64_t rows, columns, team, tiles;     /* of a tile; threads of a row; tiles to keep */
    bool whole;                 /* a tile has all columns */
    IrValue *staged;            /* in shared memory: what is copied for a step */
    IrValue *thread, *x, *y, *row, *lane;   /* of a product; of a team */
    IrValue *batch[IR_MAX_RANK], *first_own;
    IrValue *first;             /* column at which the tile begins */
    IrValue *at;                /* of a score in the tiles, while it is computed */
} Attention;

/* --------------------------------------------------------------------------------- arithmetic */

static IrValue *plus(Emit *e, IrValue *x, IrValue *y)
{
    return k_add_index(&e->b, x, y);
}

static IrValue *times(Emit *e, IrValue *x, int64_t c)
{
    return k_mul_index(&e->b, x, c_index(e, c));
}

static IrValue *below(Emit *e, IrValue *i, int64_t size)
{
    return k_cmpi(&e->b, "slt", i, c_index(e, size));
}

static IrValue *at_most(Emit *e, IrValue *i, int64_t last)
{
    return k_min_index(&e->b, i, c_index(e, last));
}

static int64_t round_up(int64_t n, int64_t to)
{
    return (n + to - 1) / to * to;
}

static IrType scalar(Emit *e)
{
    return ir_scalar(e->c, DTYPE_f32);
}

static IrValue *load_at(Emit *e, IrValue *memory, IrValue *at)
{
    return k_load(&e->b, memory, 1, &at);
}

static void store_at(Emit *e, IrValue *v, IrValue *memory, IrValue *at)
{
    k_store(&e->b, v, memory, 1, &at);
}

/* ------------------------------------------------------------------------------------- arrays */

static Array array_like(IrValue *memory, IrType t, const int64_t *strides, int64_t start,
                        const Labels *l)
{
    Array a = {.memory = memory, .start = start};
    for (int i = 0; i < t->rank; i++)
        if (t->dims[i] != 1)
            a.stride[l->of[i]] = strides[i];
    return a;
}

static Array operand_array(Emit *e, IrValue *v, Labels l)
{
    int64_t strides[IR_MAX_RANK], start;
    IrValue *from = pass_strided(v, strides, &start);
    IrValue *memory = from->op ? k_collapse(&e->b, emit_constant_buffer(e, from->op))
                               : e->memref[from->index];
    return array_like(memory, v->type, strides, start, &l);
}

/* Where a result of the function goes; no memory if v is none, or its result moved. */
static Array result_array(Emit *e, IrValue *v, Labels l)
{
    const IrBlock *block = ir_func_block(e->graph);
    int64_t strides[IR_MAX_RANK];
    Labels moved;
    for (;;) {
        const IrUse *u = v->uses;
        while (u && u->op->kind != OP_return)
            u = u->next;
        pass_row_major(v->type, strides);
        if (u)
            return array_like(e->memref[block->arg_count + u->index], v->type, strides, 0, &l);
        u = v->uses;
        if (!u || u->next || ir_op_info(u->op->kind)->class != IR_CLASS_SHAPE ||
            !labels_through(u->op, &l, LABEL_NONE, &moved))
            return (Array){0};
        l = moved;
        v = ir_result(u->op, 0);
    }
}

static void begin_array(Emit *e, const Attention *t, Array *a)
{
    a->begin = c_index(e, a->start);
    for (int i = 0; i < t->s.batch; i++)
        a->begin = plus(e, a->begin, times(e, t->batch[i], a->stride[LABEL_BATCH + i]));
}

static IrValue *array_at(Emit *e, const Array *a, int label, IrValue *i, int label2, IrValue *k)
{
    return plus(e, a->begin, plus(e, times(e, i, a->stride[label]), times(e, k, a->stride[label2])));
}

/* ------------------------------------------------------------------------------- what there is */

static int stage_of(const Emit *e, const Attention *t, const IrValue *v)
{
    return t->stage[value_slot(e, v)];
}

static void find_stages(Emit *e, Attention *t)
{
    t->stage = ARENA_ARRAY(e->arena, int, e->id_count);
    for (const IrOp *op = ir_func_block(e->graph)->first; op->kind != OP_return; op = op->next) {
        int stage = 0;
        for (uint32_t i = 0; i < op->operand_count; i++)
            if (stage_of(e, t, ir_operand(op, i)) > stage)
                stage = stage_of(e, t, ir_operand(op, i));
        stage += op->kind == OP_reduce;
        t->stage[value_slot(e, &op->results[0])] = stage;
        if (stage > t->stages)
            t->stages = stage;
    }
}

static int64_t contracted(const IrOp *dot)
{
    IrDotDims d = ir_dot_dims(dot);
    int64_t n = 1;
    for (size_t i = 0; i < d.contract; i++)
        n *= ir_operand(dot, 0)->type->dims[d.lhs_contract[i]];
    return n;
}

static bool has_label(IrType t, const Labels *l, int label)
{
    for (int i = 0; i < t->rank; i++)
        if (t->dims[i] != 1 && l->of[i] == label)
            return true;
    return false;
}

static Inner inner_product(Emit *e, const Attention *t, const IrOp *dot)
{
    const Labels *scores = &t->s.labels[dot->results[0].id];
    Labels l[2] = {inner_operand_labels(dot, 0, scores), inner_operand_labels(dot, 1, scores)};
    uint32_t own = !has_label(ir_operand(dot, 0)->type, &l[0], t->own);
    return (Inner){.dot = dot, .depth = contracted(dot),
                   .own = operand_array(e, ir_operand(dot, own), l[own]),
                   .other = operand_array(e, ir_operand(dot, !own), l[!own])};
}

static Outer outer_product(Emit *e, const Attention *t, const IrOp *dot)
{
    uint32_t i = outer_scores_operand(&t->s, dot);
    IrValue *x = ir_operand(dot, i), *y = ir_operand(dot, !i);
    Outer o = {.dot = dot, .scores = x};
    o.width = ir_elements(y->type) / (scores_batch(&t->s) * t->other_size);
    o.columns = round_up(o.width, SIDE) / SIDE;
    o.other = operand_array(e, y, outer_operand_labels(&t->s, dot));
    o.out = result_array(e, ir_result(dot, 0), outer_result_labels(&t->s, dot));
    return o;
}

static void find_sides(Attention *t)
{
    t->other = t->s.outer.count ? outer_summed(&t->s, t->s.outer.items[0]) : t->s.folded;
    t->own = other_side(t->other);
    t->own_size = side_size(&t->s, t->own);
    t->other_size = side_size(&t->s, t->other);
}

static Attention find_attention(Emit *e)
{
    Attention t = {.s = scores_open(e->m, e->arena)};
    IrOp *dot = ir_func_block(e->graph)->first;
    while (dot->kind != OP_dot_general)
        dot = dot->next;
    bool found = scores_find(&t.s, dot);
    assert(found), (void)found;
    find_sides(&t);
    find_stages(e, &t);
    for (size_t i = 0; i < t.s.inner.count; i++)
        t.inner[t.inner_count++] = inner_product(e, &t, t.s.inner.items[i]);
    for (size_t i = 0; i < t.s.outer.count; i++)
        t.outer[t.outer_count++] = outer_product(e, &t, t.s.outer.items[i]);
    t.folds = ARENA_ARRAY(e->arena, Fold, t.s.folds.count);
    for (size_t i = 0; i < t.s.folds.count; i++) {
        IrValue *v = ir_result(t.s.folds.items[i], 0);
        t.folds[t.fold_count++] = (Fold){.op = v->op, .stage = stage_of(e, &t, v),
                                         .out = result_array(e, v, t.s.labels[v->id])};
    }
    return t;
}

/* -------------------------------------------------------------------------------------- tiling */

static int64_t staged_columns(const Attention *t)
{
    int64_t most = TILE;
    for (size_t i = 0; i < t->outer_count; i++)
        most = t->outer[i].columns * SIDE > most ? t->outer[i].columns * SIDE : most;
    return most + SPARE;
}

static int64_t tile_elements(const Attention *t)
{
    return t->rows * (t->columns + t->team);
}

static int64_t kept_elements(const Attention *t, const Inner *in)
{
    return round_up(in->depth, DEPTH) * (t->rows + SPARE);
}

static int64_t shared_bytes(const Attention *t)
{
    int64_t n = t->tiles * tile_elements(t) + DEPTH * staged_columns(t);
    for (size_t i = 0; i < t->inner_count; i++)
        n += kept_elements(t, &t->inner[i]);
    return n * 4;
}

static int64_t blocks(const Attention *t)
{
    return scores_batch(&t->s) * ((t->own_size + t->rows - 1) / t->rows);
}

/* As many rows as give three quarters of the processors a block: each element that is copied to
 * shared memory serves them all. */
static bool try_tile(Attention *t, const IrTarget *target, int64_t columns)
{
    t->columns = columns;
    for (t->rows = MOST_ROWS; t->rows >= SIDE; t->rows /= 2) {
        t->team = THREADS / t->rows;
        bool enough = t->rows == SIDE || 4 * blocks(t) >= 3 * target->processors;
        if (enough && shared_bytes(t) <= SHARED)
            return true;
    }
    return false;
}

/* The scores of whole rows, if they have to be looked at several times. */
static void choose_tile(Attention *t, const IrTarget *target)
{
    int64_t all = round_up(t->other_size, TILE);
    t->tiles = (int64_t)(t->inner_count > t->outer_count ? t->inner_count : t->outer_count);
    bool fits = (t->stages && try_tile(t, target, all)) || try_tile(t, target, TILE);
    assert(fits), (void)fits;
    t->whole = t->columns >= t->other_size;
}

/* ------------------------------------------------------------------------------ shared memory */

static IrValue *exists(Emit *e, IrValue *i, int64_t size, int64_t covered)
{
    return size < covered ? below(e, i, size) : NULL;
}

/* shared[k][i] = a[k, i] for k of `depth` and i of `count`, 0 where k is beyond k_size. What lies side
 * by side is read by neighbouring threads. */
typedef struct Copy {
    const Array *a;
    int k_label, i_label;
    int64_t depth, count, k_size, i_size;
    IrValue *first_k, *first_i, *to;
} Copy;

static void copy(Emit *e, const Attention *t, Copy c, int64_t row)
{
    int64_t all = c.depth * c.count;
    bool along_k = c.a->stride[c.k_label] == 1;
    IrOp *loop = k_for_begin(&e->b, t->thread, c_index(e, all), c_index(e, THREADS), 0, NULL);
    IrValue *inner = c_index(e, along_k ? c.depth : c.count), *number = k_arg(loop, 0);
    IrValue *slow = k_div_index(&e->b, number, inner), *fast = k_rem_index(&e->b, number, inner);
    IrValue *k = along_k ? fast : slow, *i = along_k ? slow : fast;
    IrValue *from_k = plus(e, c.first_k, k), *from_i = plus(e, c.first_i, i);
    IrValue *is = below(e, from_k, c.k_size);
    from_k = at_most(e, from_k, c.k_size - 1);
    from_i = at_most(e, from_i, c.i_size - 1);
    IrValue *v = load_at(e, c.a->memory, array_at(e, c.a, c.k_label, from_k, c.i_label, from_i));
    v = k_select(&e->b, is, v, k_const(&e->b, v->type, 0));
    store_at(e, v, c.to, plus(e, times(e, k, row), i));
    k_for_end(&e->b, loop, 0, NULL);
}

static void keep_own(Emit *e, const Attention *t, const Inner *in)
{
    Copy c = {.a = &in->own, .k_label = LABEL_DEPTH, .i_label = t->own,
              .depth = round_up(in->depth, DEPTH), .count = t->rows, .k_size = in->depth,
              .i_size = t->own_size, .first_k = c_index(e, 0), .first_i = t->first_own,
              .to = in->kept};
    copy(e, t, c, t->rows + SPARE);
}

/* ------------------------------------------------------------------------------------ products */

typedef struct Product {
    IrValue *a;                     /* shared: element (row, k) at row * a_row + k * a_k */
    int64_t a_row, a_k;
    int64_t rows, columns;          /* of a thread */
    int64_t b_row;                  /* of the staged operand, [k][column] */
    Copy copy;                      /* of `DEPTH` of it */
    int64_t depth;
} Product;

static void begin_sums(IrOp *loop, IrValue **sums, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sums[i] = k_arg(loop, (uint32_t)i + 1);
}

static void end_sums(Emit *e, IrOp *loop, IrValue **sums, size_t n)
{
    k_for_end(&e->b, loop, n, sums);
    for (size_t i = 0; i < n; i++)
        sums[i] = ir_result(loop, (uint32_t)i);
}

static void step(Emit *e, const Attention *t, const Product *p, IrValue *first, IrValue *k,
                 IrValue **sums)
{
    IrValue *a[MOST_ROWS / SIDE], *b[ATTENTION_DEPTH / SIDE];
    IrValue *a_at = times(e, plus(e, first, k), p->a_k), *b_at = plus(e, times(e, k, p->b_row), t->x);
    for (int64_t r = 0; r < p->rows; r++) {
        IrValue *row = plus(e, times(e, t->y, p->rows), c_index(e, r));
        a[r] = load_at(e, p->a, plus(e, a_at, times(e, row, p->a_row)));
    }
    for (int64_t c = 0; c < p->columns; c++)
        b[c] = load_at(e, t->staged, plus(e, b_at, c_index(e, c * SIDE)));
    for (int64_t r = 0; r < p->rows; r++)
        for (int64_t c = 0; c < p->columns; c++)
            sums[r * p->columns + c] = emit_fma(e, a[r], b[c], sums[r * p->columns + c]);
}

/* sums += a * b, DEPTH of k at a time; a is in shared memory, b comes there. */
static void multiply(Emit *e, const Attention *t, const Product *p, IrValue **sums)
{
    size_t n = (size_t)(p->rows * p->columns);
    IrOp *outer = k_for_begin(&e->b, c_index(e, 0), c_index(e, p->depth), c_index(e, DEPTH), n, sums);
    begin_sums(outer, sums, n);
    Copy c = p->copy;
    c.first_k = plus(e, c.first_k, k_arg(outer, 0));
    copy(e, t, c, p->b_row);
    k_barrier(&e->b);
    IrOp *inner = k_for_begin(&e->b, c_index(e, 0), c_index(e, DEPTH), c_index(e, 1), n, sums);
    begin_sums(inner, sums, n);
    step(e, t, p, k_arg(outer, 0), k_arg(inner, 0), sums);
    end_sums(e, inner, sums, n);
    k_barrier(&e->b);
    end_sums(e, outer, sums, n);
}

static void zero_sums(Emit *e, IrValue **sums, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        sums[i] = k_const(&e->b, scalar(e), 0);
}

/* The scores of TILE columns from `column` of the tile on. */
static void inner_columns(Emit *e, const Attention *t, const Inner *in, IrValue *column)
{
    int64_t rows = t->rows / SIDE, width = t->columns + t->team;
    IrValue *sums[MOST_ROWS / SIDE * ACROSS];
    Product p = {.a = in->kept, .a_row = 1, .a_k = t->rows + SPARE, .rows = rows, .columns = ACROSS,
                 .b_row = staged_columns(t), .depth = in->depth};
    p.copy = (Copy){.a = &in->other, .k_label = LABEL_DEPTH, .i_label = t->other, .depth = DEPTH,
                    .count = TILE, .k_size = in->depth, .i_size = t->other_size,
                    .first_k = c_index(e, 0), .first_i = plus(e, t->first, column),
                    .to = t->staged};
    zero_sums(e, sums, rows * ACROSS);
    multiply(e, t, &p, sums);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < ACROSS; c++) {
            IrValue *row = plus(e, times(e, t->y, rows), c_index(e, r));
            IrValue *at = plus(e, plus(e, column, t->x), c_index(e, c * SIDE));
            store_at(e, sums[r * ACROSS + c], in->tile, plus(e, times(e, row, width), at));
        }
}

static void inner_tile(Emit *e, const Attention *t, const Inner *in)
{
    if (t->columns == TILE) {
        inner_columns(e, t, in, c_index(e, 0));
        return;
    }
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, t->columns), c_index(e, TILE), 0, NULL);
    inner_columns(e, t, in, k_arg(loop, 0));
    k_for_end(&e->b, loop, 0, NULL);
}

static void outer_tile(Emit *e, const Attention *t, Outer *o)
{
    Product p = {.a = o->tile, .a_row = t->columns + t->team, .a_k = 1, .rows = t->rows / SIDE,
                 .columns = o->columns, .b_row = staged_columns(t), .depth = t->columns};
    p.copy = (Copy){.a = &o->other, .k_label = t->other, .i_label = LABEL_DEPTH, .depth = DEPTH,
                    .count = o->columns * SIDE, .k_size = t->other_size, .i_size = o->width,
                    .first_k = t->first, .first_i = c_index(e, 0), .to = t->staged};
    multiply(e, t, &p, o->sums);
}

/* -------------------------------------------------------------------------- a score at a time */

static IrValue *tile_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    const Attention *t = data;
    size_t i = 0;
    while (t->inner[i].dot != v->op)
        i++;
    return emit_load(e, t->inner[i].tile, v->type->elem, (Index){.base = t->at}, p, tile_elements(t));
}

static IrValue *fold_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    (void)p;
    const Fold *f = data;
    return k_broadcast(&e->b, f->acc, lane_type(e, v->type->elem));
}

/* Value v of the scores' labels, at a row and a column. */
static IrValue *score_at(Emit *e, const Attention *t, IrValue *v, IrValue *own, IrValue *other)
{
    const Labels *l = &t->s.labels[v->id];
    Index at[IR_MAX_RANK];
    for (int i = 0; i < v->type->rank; i++)
        at[i] = v->type->dims[i] == 1  ? index_const(e, 0)
                : l->of[i] == t->own   ? (Index){.base = own}
                : l->of[i] == t->other ? (Index){.base = other}
                                       : (Index){.base = t->batch[l->of[i] - LABEL_BATCH]};
    return emit_value(e, v, point_at(e, v->type->rank, v->type->dims, at, NULL));
}

/* A loop of a row's threads over the columns of the tile; the body computes a score. */
typedef struct Walk {
    IrOp *loop;
    size_t mark;
    IrValue *own, *other, *exists;      /* where the score is; NULL: it always does */
} Walk;

static Walk walk_begin(Emit *e, Attention *t, size_t n, IrValue **iters)
{
    Walk w = {.mark = memo_mark(e)};
    w.loop = k_for_begin(&e->b, t->lane, c_index(e, t->columns), c_index(e, t->team), n, iters);
    IrValue *column = plus(e, t->first, k_arg(w.loop, 0)), *row = plus(e, t->first_own, t->row);
    t->at = plus(e, times(e, t->row, t->columns + t->team), k_arg(w.loop, 0));
    w.exists = exists(e, column, t->other_size, round_up(t->other_size, t->columns));
    w.own = t->own_size % t->rows ? at_most(e, row, t->own_size - 1) : row;
    w.other = w.exists ? at_most(e, column, t->other_size - 1) : column;
    return w;
}

static void walk_end(Emit *e, Walk w, size_t n, IrValue *const *yields)
{
    memo_release(e, w.mark);
    k_for_end(&e->b, w.loop, n, yields);
}

/* ------------------------------------------------------------------------------------- tiles */

/* Whether what a pass computes needs this product. */
static bool needed_by(const IrValue *v, const IrOp *dot)
{
    if (!v->op || v->op->kind == OP_reduce)
        return false;
    if (v->op->kind == OP_dot_general)
        return v->op == dot;
    for (uint32_t i = 0; i < v->op->operand_count; i++)
        if (needed_by(ir_operand(v->op, i), dot))
            return true;
    return false;
}

/* Whether a pass (t->stages: the last, with the products) needs it. */
static bool is_needed(const Attention *t, const Inner *in, int pass)
{
    for (size_t i = 0; i < t->fold_count; i++)
        if (t->folds[i].stage == pass + 1 && needed_by(ir_operand(t->folds[i].op, 0), in->dot))
            return true;
    for (size_t i = 0; pass == t->stages && i < t->outer_count; i++)
        if (needed_by(t->outer[i].scores, in->dot))
            return true;
    return false;
}

/* All threads are here before and after. */
static void make_scores(Emit *e, const Attention *t, int pass)
{
    for (size_t i = 0; i < t->inner_count; i++)
        if (t->whole || is_needed(t, &t->inner[i], pass))
            inner_tile(e, t, &t->inner[i]);
    k_barrier(&e->b);
}

/* ------------------------------------------------------------------------------------- folds */

static size_t gather_folds(const Attention *t, int pass, Fold **out)
{
    size_t n = 0;
    for (size_t i = 0; i < t->fold_count; i++)
        if (t->folds[i].stage == pass + 1)
            out[n++] = &t->folds[i];
    return n;
}

static void fold_tile(Emit *e, Attention *t, Fold **folds, size_t n)
{
    IrValue **accs = ARENA_ARRAY(e->arena, IrValue *, n);
    for (size_t i = 0; i < n; i++)
        accs[i] = folds[i]->acc;
    Walk w = walk_begin(e, t, n, accs);
    for (size_t i = 0; i < n; i++) {
        const IrOp *op = folds[i]->op;
        Dtype elem = op->results[0].type->elem, acc = fold_elem(elem);
        IrOpKind by = ir_body_op(&op->regions[0]);
        IrValue *x = score_at(e, t, ir_operand(op, 0), w.own, w.other);
        x = k_extract(&e->b, emit_convert(e, x, elem, acc), 0);
        if (w.exists)
            x = k_select(&e->b, w.exists, x, k_extract(&e->b, emit_neutral(e, by, acc), 0));
        accs[i] = emit_fold(e, by, acc, k_arg(w.loop, (uint32_t)i + 1), x);
    }
    walk_end(e, w, n, accs);
    for (size_t i = 0; i < n; i++)
        folds[i]->acc = ir_result(w.loop, (uint32_t)i);
}

static void fold_tiles(Emit *e, Attention *t, Fold **folds, size_t n, int pass)
{
    if (t->whole) {
        fold_tile(e, t, folds, n);
        return;
    }
    IrValue **accs = ARENA_ARRAY(e->arena, IrValue *, n);
    for (size_t i = 0; i < n; i++)
        accs[i] = folds[i]->acc;
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, t->other_size), c_index(e, t->columns),
                             n, accs);
    t->first = k_arg(loop, 0);
    for (size_t i = 0; i < n; i++)
        folds[i]->acc = k_arg(loop, (uint32_t)i + 1);
    make_scores(e, t, pass);
    fold_tile(e, t, folds, n);
    k_barrier(&e->b);
    for (size_t i = 0; i < n; i++)
        accs[i] = folds[i]->acc;
    k_for_end(&e->b, loop, n, accs);
    for (size_t i = 0; i < n; i++)
        folds[i]->acc = ir_result(loop, (uint32_t)i);
}

static void store_fold(Emit *e, const Attention *t, const Fold *f)
{
    if (!f->out.memory)
        return;
    IrValue *row = plus(e, t->first_own, t->row);
    IrValue *leads = k_cmpi(&e->b, "eq", t->lane, c_index(e, 0));
    leads = mask_and(e, leads, exists(e, row, t->own_size, round_up(t->own_size, t->rows)));
    IrOp *branch = k_if_begin(&e->b, leads, 0, NULL);
    IrValue *at = plus(e, f->out.begin, times(e, row, f->out.stride[t->own]));
    IrValue *v = k_broadcast(&e->b, f->acc, lane_type(e, f->op->results[0].type->elem));
    emit_store(e, f->out.memory, f->op->results[0].type->elem, (Index){.base = at, .step = 1}, NULL, v);
    k_if_end(&e->b, branch, 0, NULL);
}

/* What the threads of a row found becomes one value, which all of them have. */
static void finish_fold(Emit *e, const Attention *t, Fold *f)
{
    Dtype elem = f->op->results[0].type->elem, acc = fold_elem(elem);
    IrOpKind by = ir_body_op(&f->op->regions[0]);
    IrValue *vector = k_broadcast(&e->b, f->acc, lane_type(e, acc));
    e->team = (Team){.size = t->team, .first = t->lane};
    IrValue *all = k_broadcast(&e->b, team_fold(e, by, acc, vector), lane_type(e, acc));
    e->team = (Team){.size = 1};
    IrValue *init = emit_value(e, ir_operand(f->op, 1), point_scalar(e));
    all = emit_fold(e, by, acc, emit_convert(e, init, elem, acc), all);
    f->acc = k_extract(&e->b, emit_convert(e, all, acc, elem), 0);
    set_leaf(e, ir_result(f->op, 0), fold_leaf, f);
    store_fold(e, t, f);
}

static void fold_pass(Emit *e, Attention *t, int pass)
{
    Fold **folds = ARENA_ARRAY(e->arena, Fold *, t->fold_count);
    size_t n = gather_folds(t, pass, folds);
    for (size_t i = 0; i < n; i++) {
        Dtype acc = fold_elem(folds[i]->op->results[0].type->elem);
        IrValue *neutral = emit_neutral(e, ir_body_op(&folds[i]->op->regions[0]), acc);
        folds[i]->acc = k_extract(&e->b, neutral, 0);
    }
    fold_tiles(e, t, folds, n, pass);
    for (size_t i = 0; i < n; i++)
        finish_fold(e, t, folds[i]);
}

/* ------------------------------------------------------------------------------------ results */

/* What the outer products sum up takes the place of the scores that it is computed from: each thread
 * reads and writes the same places, and all is computed before any of it is written. */
static void finish_scores(Emit *e, Attention *t)
{
    IrValue *x[ATTENTION_PRODUCTS];
    Walk w = walk_begin(e, t, 0, NULL);
    for (size_t i = 0; i < t->outer_count; i++) {
        x[i] = k_extract(&e->b, score_at(e, t, t->outer[i].scores, w.own, w.other), 0);
        if (w.exists)
            x[i] = k_select(&e->b, w.exists, x[i], k_const(&e->b, x[i]->type, 0));
    }
    for (size_t i = 0; i < t->outer_count; i++)
        store_at(e, x[i], t->outer[i].tile, t->at);
    walk_end(e, w, 0, NULL);
    k_barrier(&e->b);
}

static size_t sums_of(const Attention *t, const Outer *o)
{
    return (size_t)(t->rows / SIDE * o->columns);
}

static void outer_tiles(Emit *e, Attention *t, bool make)
{
    if (make)
        make_scores(e, t, t->stages);
    finish_scores(e, t);
    for (size_t i = 0; i < t->outer_count; i++)
        outer_tile(e, t, &t->outer[i]);
}

/* A loop over the tiles in which the sums of all outer products go round. */
static void outer_loop(Emit *e, Attention *t)
{
    IrValue *sums[ATTENTION_PRODUCTS * MOST_SUMS];
    size_t n = 0;
    for (size_t i = 0; i < t->outer_count; n += sums_of(t, &t->outer[i]), i++)
        memcpy(sums + n, t->outer[i].sums, sums_of(t, &t->outer[i]) * sizeof *sums);
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, t->other_size), c_index(e, t->columns),
                             n, sums);
    t->first = k_arg(loop, 0);
    begin_sums(loop, sums, n);
    n = 0;
    for (size_t i = 0; i < t->outer_count; n += sums_of(t, &t->outer[i]), i++)
        memcpy(t->outer[i].sums, sums + n, sums_of(t, &t->outer[i]) * sizeof *sums);
    outer_tiles(e, t, true);
    n = 0;
    for (size_t i = 0; i < t->outer_count; n += sums_of(t, &t->outer[i]), i++)
        memcpy(sums + n, t->outer[i].sums, sums_of(t, &t->outer[i]) * sizeof *sums);
    end_sums(e, loop, sums, n);
    n = 0;
    for (size_t i = 0; i < t->outer_count; n += sums_of(t, &t->outer[i]), i++)
        memcpy(t->outer[i].sums, sums + n, sums_of(t, &t->outer[i]) * sizeof *sums);
}

static void store_sum(Emit *e, const Outer *o, IrValue *base, IrValue *column, IrValue *sum)
{
    IrValue *is = exists(e, column, o->width, o->columns * SIDE);
    IrOp *branch = is ? k_if_begin(&e->b, is, 0, NULL) : NULL;
    store_at(e, sum, o->out.memory, plus(e, base, times(e, column, o->out.stride[LABEL_DEPTH])));
    if (branch)
        k_if_end(&e->b, branch, 0, NULL);
}

static void store_outer(Emit *e, const Attention *t, const Outer *o)
{
    int64_t rows = t->rows / SIDE;
    for (int64_t r = 0; o->out.memory && r < rows; r++) {
        IrValue *row = plus(e, t->first_own, plus(e, times(e, t->y, rows), c_index(e, r)));
        IrValue *is = exists(e, row, t->own_size, round_up(t->own_size, t->rows));
        IrOp *branch = is ? k_if_begin(&e->b, is, 0, NULL) : NULL;
        IrValue *base = plus(e, o->out.begin, times(e, row, o->out.stride[t->own]));
        for (int64_t c = 0; c < o->columns; c++)
            store_sum(e, o, base, plus(e, t->x, c_index(e, c * SIDE)), o->sums[r * o->columns + c]);
        if (branch)
            k_if_end(&e->b, branch, 0, NULL);
    }
}

/* ------------------------------------------------------------------------------------- launch */

static IrOp *launch(Emit *e, Attention *t)
{
    enum { MOST = 1 + 2 * ATTENTION_PRODUCTS };
    int64_t size[MOST], n = 0, tile = tile_elements(t);
    IrType types[MOST];
    size[n++] = DEPTH * staged_columns(t);
    for (int64_t i = 0; i < t->tiles; i++)
        size[n++] = tile;
    for (size_t i = 0; i < t->inner_count; i++)
        size[n++] = kept_elements(t, &t->inner[i]);
    for (int64_t i = 0; i < n; i++)
        types[i] = ir_shared_memref(e->c, DTYPE_f32, 1, &size[i]);
    const int64_t grid[] = {blocks(t), 1, 1}, block[] = {THREADS, 1, 1};
    IrOp *op = k_launch_begin(&e->b, grid, block, (size_t)n, types);
    t->staged = k_launch_shared(op, 0);
    for (size_t i = 0; i < t->inner_count; i++) {
        t->inner[i].tile = k_launch_shared(op, 1 + i);
        t->inner[i].kept = k_launch_shared(op, 1 + (size_t)t->tiles + i);
    }
    for (size_t i = 0; i < t->outer_count; i++)
        t->outer[i].tile = k_launch_shared(op, 1 + i);
    return op;
}

static void place(Emit *e, Attention *t, const IrOp *op)
{
    t->thread = k_thread_id(op, 0);
    t->x = k_rem_index(&e->b, t->thread, c_index(e, SIDE));
    t->y = k_div_index(&e->b, t->thread, c_index(e, SIDE));
    t->row = k_div_index(&e->b, t->thread, c_index(e, t->team));
    t->lane = k_rem_index(&e->b, t->thread, c_index(e, t->team));
    IrValue *block = k_block_id(op, 0), *per = c_index(e, blocks(t) / scores_batch(&t->s));
    t->first_own = times(e, k_rem_index(&e->b, block, per), t->rows);
    t->first = c_index(e, 0);
    IrValue *number = k_div_index(&e->b, block, per);
    for (int i = t->s.batch - 1; i >= 0; i--) {
        IrValue *size = c_index(e, t->s.batch_size[i]);
        t->batch[i] = i ? k_rem_index(&e->b, number, size) : number;
        number = i ? k_div_index(&e->b, number, size) : number;
    }
    for (size_t i = 0; i < t->inner_count; i++) {
        begin_array(e, t, &t->inner[i].own);
        begin_array(e, t, &t->inner[i].other);
    }
    for (size_t i = 0; i < t->outer_count; i++) {
        begin_array(e, t, &t->outer[i].other);
        begin_array(e, t, &t->outer[i].out);
    }
    for (size_t i = 0; i < t->fold_count; i++)
        begin_array(e, t, &t->folds[i].out);
}

void lower_attention(Emit *e)
{
    if (!e->pass->target->threads) {
        emit_unsupported(e, ir_func_block(e->graph)->first, "attention is a kernel of GPUs");
        return;
    }
    Attention t = find_attention(e);
    memset(e->only_identity, false, ir_func_block(e->graph)->arg_count * sizeof *e->only_identity);
    choose_tile(&t, e->pass->target);
    for (size_t i = 0; i < t.inner_count; i++)
        set_leaf(e, ir_result(t.inner[i].dot, 0), tile_leaf, &t);
    IrOp *op = launch(e, &t);
    size_t mark = memo_mark(e);
    place(e, &t, op);
    for (size_t i = 0; i < t.inner_count; i++)
        keep_own(e, &t, &t.inner[i]);
    k_barrier(&e->b);
    if (t.whole)
        make_scores(e, &t, 0);
    for (int pass = 0; pass < t.stages; pass++)
        fold_pass(e, &t, pass);
    for (size_t i = 0; i < t.outer_count; i++)
        zero_sums(e, t.outer[i].sums, (int64_t)sums_of(&t, &t.outer[i]));
    if (t.whole)
        outer_tiles(e, &t, false);
    else
        outer_loop(e, &t);
    for (size_t i = 0; i < t.outer_count; i++)
        store_outer(e, &t, &t.outer[i]);
    memo_release(e, mark);
    k_launch_end(&e->b, op);
}
