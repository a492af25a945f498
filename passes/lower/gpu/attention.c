/* Attention on a GPU: a block of threads takes some rows of the scores (or columns: its
 * own side) and goes along the other side, a tile at a time. The scores of a tile are in
 * shared memory only.
 *
 *     launch: a block for each R rows of each of the batch
 *       q's rows to shared memory
 *       for each stage of folds (max; then sum of exp(s - max), as it needs the first):
 *         for tiles of 64 columns:  s = q k^T;  each row's threads fold what they see
 *         threads of a row exchange what they folded, and each knows it from here on
 *       for tiles of 64 columns:  s = q k^T;  p = exp(s - max) / sum over s;  y += p v
 *
 * Where whole rows fit into shared memory there is one tile, and its scores are computed
 * once for all stages; where they do not, a softmax takes one pass (attention_online.c).
 * Products that a causal mask hides are not made (attention_mask.c). There are 4 R
 * threads. In products they are R/4 by 16, of 4 by 4 sums each; those of bf16, f16 and
 * tf32 are for tensor cores, and R/16 by 2 warps (attention_mma.c). What is done for each
 * score takes them as R teams of 4. What stands between the products is whatever
 * emit_value makes of the graph. Sums are taken in the order of k, folds in one order:
 * the bits are the same each time. Rows beyond the last are copies of it and go nowhere;
 * columns beyond count as neutral elements of folds and as 0 in products. */
#include "passes/lower/gpu/attention.h"

#include <string.h>

/* ------------------------------------------------------------------ a score at a time */

static IrValue *tile_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    const Attention *t = data;
    size_t i = 0;
    while (t->inner[i].dot != v->op)
        i++;
    return emit_load(e, t->inner[i].tile, v->type->elem, (Index){.base = t->at}, p,
                     tile_elements(t));
}

static IrValue *fold_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    (void)p;
    const Fold *f = data;
    return k_broadcast(&e->b, f->acc, lane_type(e, v->type->elem));
}

void set_fold_leaf(Emit *e, Fold *f) { set_leaf(e, ir_result(f->op, 0), fold_leaf, f); }

static IrValue *score_at(Emit *e, const Attention *t, IrValue *v, IrValue *own,
                         IrValue *other)
{
    const Labels *l = &t->s.labels[v->id];
    Index at[IR_MAX_RANK];
    for (int i = 0; i < v->type->rank; i++)
        at[i] = v->type->dims[i] == 1 ? index_const(e, 0)
                : l->of[i] == t->own  ? (Index){.base = own}
                : l->of[i] == t->other
                    ? (Index){.base = other}
                    : (Index){.base = t->batch[l->of[i] - LABEL_BATCH]};
    return emit_value(e, v, point_at(e, v->type->rank, v->type->dims, at, NULL));
}

Walk walk_begin(Emit *e, Attention *t, size_t n, IrValue **iters)
{
    Walk w = {.mark = memo_mark(e)};
    w.loop =
        k_for_begin(&e->b, t->lane, c_index(e, t->columns), c_index(e, TEAM), n, iters);
    IrValue *column = sum_of(e, t->first, k_arg(w.loop, 0)),
            *row = sum_of(e, t->first_own, t->row);
    t->at = sum_of(e, scaled(e, k_arg(w.loop, 0), t->rows + TILE_SPARE), t->row);
    w.exists = exists(e, column, t->other_size, round_up(t->other_size, t->columns));
    w.own = t->own_size % t->rows ? at_most(e, row, t->own_size - 1) : row;
    w.other = w.exists ? at_most(e, column, t->other_size - 1) : column;
    return w;
}

void walk_end(Emit *e, Walk w, size_t n, IrValue *const *yields)
{
    memo_release(e, w.mark);
    k_for_end(&e->b, w.loop, n, yields);
}

IrValue *walk_score(Emit *e, const Attention *t, const Walk *w, IrValue *v)
{
    return score_at(e, t, v, w->own, w->other);
}

/* ------------------------------------------------------------------------------ tiles */

void make_scores(Emit *e, const Attention *t, int pass)
{
    Need n = {0};
    bool all = t->whole || t->online.used;
    for (int i = all ? 0 : pass; i <= (all ? t->stages : pass); i++) {
        Need more = pass_needs(e, t, i);
        n = (Need){n.always | more.always, n.seen | more.seen};
    }
    for (size_t i = 0; i < t->inner_count; i++)
        if ((n.always | n.seen) >> i & 1)
            inner_tile(e, t, &t->inner[i], !(n.always >> i & 1));
    k_barrier(&e->b);
}

/* ------------------------------------------------------------------------------ folds */

static size_t gather_folds(const Attention *t, int pass, Fold **out)
{
    size_t n = 0;
    for (size_t i = 0; i < t->fold_count; i++)
        if (t->folds[i].stage == pass + 1)
            out[n++] = &t->folds[i];
    return n;
}

void fold_tile(Emit *e, Attention *t, Fold **folds, size_t n)
{
    IrValue **accs = ARENA_ARRAY(e->arena, IrValue *, n);
    for (size_t i = 0; i < n; i++)
        accs[i] = folds[i]->acc;
    Walk w = walk_begin(e, t, n, accs);
    for (size_t i = 0; i < n; i++) {
        const IrOp *op = folds[i]->op;
        Dtype elem = op->results[0].type->elem, acc = fold_elem(elem);
        IrOpKind by = ir_body_op(&op->regions[0]);
        IrValue *x = walk_score(e, t, &w, ir_operand(op, 0));
        x = k_extract(&e->b, emit_convert(e, x, elem, acc), 0);
        if (w.exists)
            x = k_select(&e->b, w.exists, x,
                         k_extract(&e->b, emit_neutral(e, by, acc), 0));
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
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, t->other_size),
                             c_index(e, t->columns), n, accs);
    t->first = k_arg(loop, 0);
    for (size_t i = 0; i < n; i++)
        folds[i]->acc = k_arg(loop, (uint32_t)i + 1);
    make_scores(e, t, pass);
    if (t->online.folds)
        online_fold_tile(e, t);
    else
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
    IrValue *row = sum_of(e, t->first_own, t->row);
    IrValue *leads = k_cmpi(&e->b, "eq", t->lane, c_index(e, 0));
    leads =
        mask_and(e, leads, exists(e, row, t->own_size, round_up(t->own_size, t->rows)));
    IrOp *branch = k_if_begin(&e->b, leads, 0, NULL);
    IrValue *at = sum_of(e, f->out.begin, scaled(e, row, f->out.stride[t->own]));
    IrValue *v = k_broadcast(&e->b, f->acc, lane_type(e, f->op->results[0].type->elem));
    emit_store(e, f->out.memory, f->op->results[0].type->elem,
               (Index){.base = at, .step = 1}, NULL, v);
    k_if_end(&e->b, branch, 0, NULL);
}

void finish_fold(Emit *e, const Attention *t, Fold *f)
{
    Dtype elem = f->op->results[0].type->elem, acc = fold_elem(elem);
    IrOpKind by = ir_body_op(&f->op->regions[0]);
    IrValue *vector = k_broadcast(&e->b, f->acc, lane_type(e, acc));
    e->team = (Team){.size = TEAM, .first = t->lane};
    IrValue *all = k_broadcast(&e->b, team_fold(e, by, acc, vector), lane_type(e, acc));
    e->team = (Team){.size = 1};
    IrValue *init = emit_value(e, ir_operand(f->op, 1), point_scalar(e));
    all = emit_fold(e, by, acc, emit_convert(e, init, elem, acc), all);
    f->acc = k_extract(&e->b, emit_convert(e, all, acc, elem), 0);
    set_fold_leaf(e, f);
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
    if (t->online.folds)
        online_finish_folds(e, t);
    for (size_t i = 0; i < n && !t->online.folds; i++)
        finish_fold(e, t, folds[i]);
}

/* ---------------------------------------------------------------------------- results */

/* Each thread reads and writes the same places, and all is computed before any of it is
 * written. */
void finish_scores(Emit *e, Attention *t, IrValue **total)
{
    IrValue *x[ATTENTION_PRODUCTS];
    size_t totals = total ? 1 : 0;
    Walk w = walk_begin(e, t, totals, total);
    for (size_t i = 0; i < t->outer_count; i++) {
        IrValue *v = t->outer[i].scores;
        x[i] = walk_score(e, t, &w, v);
        x[i] = k_extract(&e->b, emit_convert(e, x[i], v->type->elem, t->elem), 0);
        if (w.exists)
            x[i] = k_select(&e->b, w.exists, x[i], k_const(&e->b, x[i]->type, 0));
    }
    for (size_t i = 0; i < t->outer_count; i++) {
        Half h = scores_half(t, &t->outer[i]);
        IrValue *at = t->tensor ? mma_place(e, &h, t->row, k_arg(w.loop, 0)) : t->at;
        k_store(&e->b, x[i], t->outer[i].tile, 1, &at);
    }
    if (total)
        *total = emit_fold(e, OP_add, DTYPE_f32, k_arg(w.loop, 1), x[0]);
    walk_end(e, w, totals, total);
    if (total)
        *total = ir_result(w.loop, 0);
    k_barrier(&e->b);
}

static void outer_tiles(Emit *e, Attention *t, bool make)
{
    if (make)
        make_scores(e, t, t->stages);
    finish_scores(e, t, NULL);
    for (size_t i = 0; i < t->outer_count; i++)
        outer_tile(e, t, &t->outer[i]);
}

size_t gather_sums(Attention *t, IrValue **sums, bool put)
{
    size_t n = 0;
    for (size_t i = 0; i < t->outer_count; i++)
        for (size_t k = 0; k < sum_count(&t->outer[i]); k++, n++)
            if (put)
                t->outer[i].sums[k] = sums[n];
            else
                sums[n] = t->outer[i].sums[k];
    return n;
}

/* A loop over the tiles in which they go round. */
static void outer_loop(Emit *e, Attention *t)
{
    IrValue *sums[ATTENTION_PRODUCTS * MOST_SUMS];
    size_t n = gather_sums(t, sums, false);
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, t->other_size),
                             c_index(e, t->columns), n, sums);
    t->first = k_arg(loop, 0);
    for (size_t i = 0; i < n; i++)
        sums[i] = k_arg(loop, (uint32_t)i + 1);
    gather_sums(t, sums, true);
    outer_tiles(e, t, true);
    gather_sums(t, sums, false);
    k_for_end(&e->b, loop, n, sums);
    for (size_t i = 0; i < n; i++)
        sums[i] = ir_result(loop, (uint32_t)i);
    gather_sums(t, sums, true);
}

/* ----------------------------------------------------------------------------- launch */

typedef struct Shared {
    IrType types[2 + 3 * ATTENTION_PRODUCTS];
    size_t count;
} Shared;

static size_t add_shared(Emit *e, Shared *s, Dtype elem, int64_t elements)
{
    s->types[s->count] = ir_shared_memref(e->c, elem, 1, &elements);
    return s->count++;
}

static IrOp *launch(Emit *e, Attention *t)
{
    Shared s = {0};
    size_t staged = add_shared(e, &s, t->elem, staged_elements(t)), tile = s.count;
    for (int64_t i = 0; i < t->tiles; i++)
        add_shared(e, &s, DTYPE_f32, tile_elements(t));
    size_t kept = s.count;
    for (size_t i = 0; i < t->inner_count; i++)
        add_shared(e, &s, t->elem, kept_elements(t, &t->inner[i]));
    size_t scores = t->tensor ? s.count : tile;
    for (size_t i = 0; t->tensor && i < t->outer_count; i++)
        add_shared(e, &s, t->elem, scores_elements(t));
    size_t by_row = t->online.used ? add_shared(e, &s, DTYPE_f32, t->rows) : 0;
    const int64_t grid[] = {attention_blocks(t), 1, 1}, block[] = {t->rows * TEAM, 1, 1};
    IrOp *op = k_launch_begin(&e->b, grid, block, s.count, s.types);
    t->staged = k_launch_shared(op, (uint32_t)staged);
    for (uint32_t i = 0; i < t->inner_count; i++) {
        t->inner[i].tile = k_launch_shared(op, (uint32_t)tile + i);
        t->inner[i].kept = k_launch_shared(op, (uint32_t)kept + i);
    }
    for (uint32_t i = 0; i < t->outer_count; i++)
        t->outer[i].tile = k_launch_shared(op, (uint32_t)scores + i);
    t->online.by_row = t->online.used ? k_launch_shared(op, (uint32_t)by_row) : NULL;
    return op;
}

/* Which of the batch the block belongs to, and where that lies in each array. */
static void place_batch(Emit *e, Attention *t, IrValue *number)
{
    for (int i = t->s.batch - 1; i >= 0; i--) {
        IrValue *size = c_index(e, t->s.batch_size[i]);
        t->batch[i] = i ? k_rem_index(&e->b, number, size) : number;
        number = i ? k_div_index(&e->b, number, size) : number;
    }
    for (size_t i = 0; i < t->inner_count; i++) {
        array_begin(e, t, &t->inner[i].own);
        array_begin(e, t, &t->inner[i].other);
    }
    for (size_t i = 0; i < t->outer_count; i++) {
        array_begin(e, t, &t->outer[i].other);
        array_begin(e, t, &t->outer[i].out);
    }
    for (size_t i = 0; i < t->fold_count; i++)
        array_begin(e, t, &t->folds[i].out);
}

static void place(Emit *e, Attention *t, const IrOp *op)
{
    IrValue *block = k_block_id(op, 0);
    IrValue *per = c_index(e, attention_blocks(t) / scores_batch(&t->s));
    t->thread = k_thread_id(op, 0);
    t->x = scaled(e, k_rem_index(&e->b, t->thread, c_index(e, ACROSS)), PER);
    t->y = scaled(e, k_div_index(&e->b, t->thread, c_index(e, ACROSS)), PER);
    IrValue *warp = k_div_index(&e->b, t->thread, c_index(e, 32));
    t->warp_lane = k_rem_index(&e->b, t->thread, c_index(e, 32));
    t->warp_row = scaled(e, k_div_index(&e->b, warp, c_index(e, 2)), MMA_M);
    t->warp_column = scaled(e, k_rem_index(&e->b, warp, c_index(e, 2)), TILE / 2);
    t->row = k_div_index(&e->b, t->thread, c_index(e, TEAM));
    t->lane = k_rem_index(&e->b, t->thread, c_index(e, TEAM));
    t->first_own = scaled(e, k_rem_index(&e->b, block, per), t->rows);
    t->first = c_index(e, 0);
    place_batch(e, t, k_div_index(&e->b, block, per));
}

static void all_passes(Emit *e, Attention *t)
{
    if (t->whole)
        make_scores(e, t, 0);
    for (int pass = 0; pass < t->stages; pass++)
        fold_pass(e, t, pass);
    if (t->whole)
        outer_tiles(e, t, false);
    else
        outer_loop(e, t);
}

static void body(Emit *e, Attention *t)
{
    for (size_t i = 0; i < t->inner_count; i++)
        keep_own(e, t, &t->inner[i]);
    k_barrier(&e->b);
    for (size_t i = 0; i < t->outer_count; i++)
        outer_begin(e, t, &t->outer[i]);
    (t->online.used ? online_pass : all_passes)(e, t);
    for (size_t i = 0; i < t->outer_count; i++)
        outer_store(e, t, &t->outer[i]);
}

void lower_attention(Emit *e)
{
    const IrBlock *block = ir_func_block(e->graph);
    if (!e->pass->target->threads) {
        emit_unsupported(e, block->first, "attention is a kernel of GPUs");
        return;
    }
    memset(e->only_identity, false, block->arg_count * sizeof *e->only_identity);
    Attention t = attention_find(e);
    for (size_t i = 0; i < t.inner_count; i++)
        set_leaf(e, ir_result(t.inner[i].dot, 0), tile_leaf, &t);
    IrOp *op = launch(e, &t);
    size_t mark = memo_mark(e);
    place(e, &t, op);
    body(e, &t);
    memo_release(e, mark);
    k_launch_end(&e->b, op);
}
