/* The products of attention. One operand is in shared memory, the other comes there a
 * step at a time:
 *
 *     inner:  tile[column][row] = sum over k of kept[k][row] * staged[k][column]
 *     outer:  sums[row][column] += sum over k of tile[k][row] * staged[k][column]
 *
 * A thread reads 4 rows and 4 columns as vectors for 16 multiply-adds. The 16 threads
 * side by side read 256 bytes that follow each other, those with the same rows the same
 * 16. What is staged next comes into registers while a step is multiplied. */
#include "passes/lower/gpu/attention.h"

#include <string.h>

enum {
    SECTOR = 8,   /* elements that memory is read by */
    MOST_HELD = 8 /* copies of a thread that wait in registers */
};

/* ------------------------------------------------------------------------- arithmetic */

IrValue *sum_of(Emit *e, IrValue *x, IrValue *y) { return k_add_index(&e->b, x, y); }

IrValue *scaled(Emit *e, IrValue *x, int64_t c)
{
    return k_mul_index(&e->b, x, c_index(e, c));
}

IrValue *at_most(Emit *e, IrValue *i, int64_t last)
{
    return k_min_index(&e->b, i, c_index(e, last));
}

IrValue *exists(Emit *e, IrValue *i, int64_t size, int64_t covered)
{
    return size < covered ? k_cmpi(&e->b, "slt", i, c_index(e, size)) : NULL;
}

static IrType vector_type(Emit *e) { return ir_vector(e->c, DTYPE_f32, PER); }

static IrValue *load_vector(Emit *e, IrValue *memory, IrValue *at)
{
    return k_vload(&e->b, memory, 1, &at, vector_type(e));
}

/* ----------------------------------------------------------------------------- copies */

/* to[k][i] = a[first_k + k, first_i + i] for k of `depth` and i of `count`; 0 where there
 * is no such k, an element of the last i where there is no such i. No k is asked for from
 * `k_end` on. */
typedef struct Copy {
    const Array *a;
    int k_label, i_label;
    int64_t depth, count, k_size, k_end, i_size;
    IrValue *first_k, *first_i, *to;
    Dtype elem;   /* there */
    int64_t line; /* elements from a k to the next, */
    Half half;    /* unless it lies by this, for tensor cores */
    bool halved;
} Copy;

/* What a thread copies at once: PER elements that follow each other, if that is sure to
 * be in one go, and the direction in which neighbours in memory lie. */
static int64_t unit_of(const Copy *c, bool along_k)
{
    int64_t stride = c->a->stride[along_k ? c->k_label : c->i_label];
    int64_t size = along_k ? c->k_size : c->i_size;
    return c->a->wide && stride == 1 && size % PER == 0 ? PER : 1;
}

static IrValue *goal(Emit *e, const Copy *c, IrValue *k, IrValue *i)
{
    if (!c->halved)
        return sum_of(e, scaled(e, k, c->line), i);
    return c->half.along_k ? mma_place(e, &c->half, i, k) : mma_place(e, &c->half, k, i);
}

static void store_copy(Emit *e, const Copy *c, bool along_k, IrValue *v, IrValue *k,
                       IrValue *i)
{
    IrValue *at = goal(e, c, k, i);
    if (v->type->kind != IR_VECTOR) {
        k_store(&e->b, v, c->to, 1, &at);
    } else if (along_k == (c->halved && c->half.along_k)) {
        k_vstore(&e->b, v, c->to, 1, &at);
    } else {
        for (int64_t j = 0; j < PER; j++) {
            IrValue *more = c_index(e, j);
            IrValue *place = !c->halved ? sum_of(e, at, c_index(e, j * c->line))
                             : along_k  ? goal(e, c, sum_of(e, k, more), i)
                                        : goal(e, c, k, sum_of(e, i, more));
            k_store(&e->b, k_extract(&e->b, v, j), c->to, 1, &place);
        }
    }
}

/* Elements of a thread, one or a vector of them, in another type. */
static IrValue *converted(Emit *e, IrValue *v, int64_t count, Dtype from, Dtype to)
{
    if (from == to)
        return v;
    Lanes before = lanes_begin(e, count);
    v = emit_convert(e, k_broadcast(&e->b, v, lane_type(e, from)), from, to);
    lanes_end(e, before);
    return count > 1 ? v : k_extract(&e->b, v, 0);
}

static IrValue *load_elements(Emit *e, const Array *a, int64_t count, IrValue *at)
{
    return count > 1 ? k_vload(&e->b, a->memory, 1, &at, ir_vector(e->c, a->elem, count))
                     : k_load(&e->b, a->memory, 1, &at);
}

static IrValue *load_copy(Emit *e, const Copy *c, bool along_k, IrValue *k, IrValue *i)
{
    int64_t unit = unit_of(c, along_k);
    IrValue *is = exists(e, k, c->k_size, c->k_end);
    k = is ? at_most(e, k, c->k_size - (along_k ? unit : 1)) : k;
    i = at_most(e, i, c->i_size - (along_k ? 1 : unit));
    IrValue *at = sum_of(e, c->a->begin,
                         sum_of(e, scaled(e, k, c->a->stride[c->k_label]),
                                scaled(e, i, c->a->stride[c->i_label])));
    IrValue *v = load_elements(e, c->a, unit, at);
    v = converted(e, v, unit, c->a->elem, c->elem);
    return is ? k_select(&e->b, is, v, k_const(&e->b, v->type, 0)) : v;
}

/* Of copy `number`. Neighbouring threads read what lies side by side: if that is k, 8 of
 * them, a sector of memory, in two vectors or one by one; with lines that are 16 bytes
 * longer than a multiple of 128 what a warp writes then lies in different banks. */
static void split(Emit *e, const Copy *c, bool along_k, IrValue *number, IrValue **k,
                  IrValue **i)
{
    int64_t unit = unit_of(c, along_k);
    if (!along_k) {
        IrValue *line = c_index(e, c->count / unit);
        *k = k_div_index(&e->b, number, line);
        *i = scaled(e, k_rem_index(&e->b, number, line), unit);
        return;
    }
    int64_t together = c->halved ? c->depth : SECTOR;
    IrValue *run = c_index(e, together / unit), *lines = c_index(e, c->count);
    IrValue *low = scaled(e, k_rem_index(&e->b, number, run), unit);
    number = k_div_index(&e->b, number, run);
    *k = sum_of(e, scaled(e, k_div_index(&e->b, number, lines), together), low);
    *i = k_rem_index(&e->b, number, lines);
}

static bool runs_along_k(const Copy *c) { return c->a->stride[c->k_label] == 1; }

static IrValue *read_copy(Emit *e, const Copy *c, IrValue *number)
{
    IrValue *k, *i;
    split(e, c, runs_along_k(c), number, &k, &i);
    return load_copy(e, c, runs_along_k(c), sum_of(e, c->first_k, k),
                     sum_of(e, c->first_i, i));
}

static void write_copy(Emit *e, const Copy *c, IrValue *number, IrValue *v)
{
    IrValue *k, *i;
    split(e, c, runs_along_k(c), number, &k, &i);
    store_copy(e, c, runs_along_k(c), v, k, i);
}

static int64_t copies(const Copy *c)
{
    return c->depth * c->count / unit_of(c, runs_along_k(c));
}

static void copy(Emit *e, const Attention *t, const Copy *c)
{
    IrOp *loop = k_for_begin(&e->b, t->thread, c_index(e, copies(c)),
                             c_index(e, t->rows * TEAM), 0, NULL);
    write_copy(e, c, k_arg(loop, 0), read_copy(e, c, k_arg(loop, 0)));
    k_for_end(&e->b, loop, 0, NULL);
}

/* How many copies of each thread wait in registers; 0: they would be too many, or not the
 * same for all, and are made when they are wanted. */
static size_t held_copies(const Attention *t, const Copy *c)
{
    int64_t threads = t->rows * TEAM, n = copies(c) / threads;
    return copies(c) % threads || n > MOST_HELD ? 0 : (size_t)n;
}

static IrValue *copy_number(Emit *e, const Attention *t, size_t i)
{
    return sum_of(e, t->thread, c_index(e, (int64_t)i * t->rows * TEAM));
}

static void fetch(Emit *e, const Attention *t, const Copy *c, IrValue **held)
{
    for (size_t i = 0; i < held_copies(t, c); i++)
        held[i] = read_copy(e, c, copy_number(e, t, i));
}

static void put(Emit *e, const Attention *t, const Copy *c, IrValue *const *held)
{
    for (size_t i = 0; i < held_copies(t, c); i++)
        write_copy(e, c, copy_number(e, t, i), held[i]);
}

void keep_own(Emit *e, const Attention *t, const Inner *in)
{
    Copy c = {.a = &in->own,
              .k_label = LABEL_DEPTH,
              .i_label = t->own,
              .depth = round_up(in->depth, in->step),
              .count = t->rows,
              .k_size = in->depth,
              .k_end = round_up(in->depth, in->step),
              .i_size = t->own_size,
              .first_k = c_index(e, 0),
              .first_i = t->first_own,
              .to = in->kept,
              .elem = t->elem,
              .line = t->rows + SPARE,
              .half = own_half(t, in),
              .halved = t->tensor};
    copy(e, t, &c);
}

/* --------------------------------------------------------------------------- products */

typedef struct Product {
    IrValue *a; /* in shared memory: [k][row], lines of `a_line` */
    int64_t a_line, depth;
    Half half;       /* how it lies for tensor cores */
    int64_t tiles;   /* of columns */
    bool by_column;  /* sums are vectors of rows, for each column; else the other way */
    Copy copy;       /* of the other operand: so much of it at a time */
    int64_t further; /* behind the last step: so many i further, from the first k on */
} Product;

static size_t product_sums(const Product *p) { return (size_t)(PER * p->tiles); }

/* What goes round in a product's loop: its sums, then what is held of the next step. */
static size_t product_values(const Attention *t, const Product *p)
{
    return product_sums(p) + held_copies(t, &p->copy);
}

/* The sums of 4 x 4 products: `one` gives an element each, `all` a vector. */
static void multiply_add(Emit *e, IrValue *one, IrValue *all, IrValue **sums,
                         int64_t apart)
{
    for (int64_t i = 0; i < PER; i++) {
        IrValue *each = k_broadcast(&e->b, k_extract(&e->b, one, i), all->type);
        sums[i * apart] = emit_fma(e, each, all, sums[i * apart]);
    }
}

static void step(Emit *e, const Attention *t, const Product *p, IrValue *first,
                 IrValue *k, IrValue **sums)
{
    IrValue *a_at = sum_of(e, scaled(e, sum_of(e, first, k), p->a_line), t->y);
    IrValue *b_at = sum_of(e, scaled(e, k, p->copy.line), t->x);
    IrValue *a = load_vector(e, p->a, a_at);
    for (int64_t i = 0; i < p->tiles; i++) {
        IrValue *b = load_vector(e, t->staged, sum_of(e, b_at, c_index(e, i * TILE)));
        if (p->by_column)
            multiply_add(e, b, a, sums, 1);
        else
            multiply_add(e, a, b, sums + i, p->tiles);
    }
}

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

/* The step behind the one at k. */
static Copy next_step(Emit *e, const Product *p, IrValue *k)
{
    Copy c = p->copy;
    IrValue *next = sum_of(e, k, c_index(e, c.depth)), *zero = c_index(e, 0);
    IrValue *more = k_cmpi(&e->b, "slt", next, c_index(e, p->depth));
    c.first_k = sum_of(e, c.first_k, k_select(&e->b, more, next, zero));
    if (p->further)
        c.first_i =
            sum_of(e, c.first_i, k_select(&e->b, more, zero, c_index(e, p->further)));
    return c;
}

static void stage_step(Emit *e, const Attention *t, const Product *p, IrValue *k,
                       IrValue **held)
{
    Copy c = p->copy, next = next_step(e, p, k);
    if (!held_copies(t, &c)) {
        c.first_k = sum_of(e, c.first_k, k);
        copy(e, t, &c);
    }
    put(e, t, &c, held);
    k_barrier(&e->b);
    fetch(e, t, &next, held);
}

static void steps(Emit *e, const Attention *t, const Product *p, IrValue *first,
                  IrValue **values)
{
    size_t n = product_sums(p);
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, p->copy.depth),
                             c_index(e, 1), n, values);
    begin_sums(loop, values, n);
    step(e, t, p, first, k_arg(loop, 0), values);
    end_sums(e, loop, values, n);
}

static void multiply(Emit *e, const Attention *t, const Product *p, IrValue **values)
{
    size_t n = product_sums(p), all = product_values(t, p);
    IrOp *outer = k_for_begin(&e->b, c_index(e, 0), c_index(e, p->depth),
                              c_index(e, p->copy.depth), all, values);
    begin_sums(outer, values, all);
    stage_step(e, t, p, k_arg(outer, 0), values + n);
    if (t->tensor)
        mma_step(e, t, &p->half, &p->copy.half, k_arg(outer, 0), p->tiles, values);
    else
        steps(e, t, p, k_arg(outer, 0), values);
    k_barrier(&e->b);
    end_sums(e, outer, values, all);
}

static void zero(Emit *e, const Attention *t, IrValue **sums, size_t n)
{
    IrType type = t->tensor ? ir_fragment(e->c, DTYPE_f32, 2, 2) : vector_type(e);
    for (size_t i = 0; i < n; i++)
        sums[i] = k_const(&e->b, type, 0);
}

/* ------------------------------------------------------------------------------ inner */

/* A product if `condition` holds for the block; else its sums stay, and the next step is
 * fetched. */
static void multiply_if(Emit *e, const Attention *t, const Product *p, IrValue *condition,
                        IrValue **values)
{
    IrValue *stay[PER + MOST_HELD];
    IrType types[PER + MOST_HELD];
    size_t n = product_sums(p), all = product_values(t, p);
    memcpy(stay, values, all * sizeof *stay);
    for (size_t i = 0; i < all; i++)
        types[i] = values[i]->type;
    IrOp *branch = k_if_begin(&e->b, condition, all, types);
    multiply(e, t, p, values);
    k_if_else(&e->b, branch, all, values);
    Copy next = next_step(e, p, c_index(e, round_up(p->depth, p->copy.depth)));
    fetch(e, t, &next, stay + n);
    k_if_end(&e->b, branch, all, stay);
    for (uint32_t i = 0; i < all; i++)
        values[i] = ir_result(branch, i);
}

static Product inner_product(Emit *e, const Attention *t, const Inner *in,
                             IrValue *column)
{
    Copy c = {.a = &in->other,
              .k_label = LABEL_DEPTH,
              .i_label = t->other,
              .depth = in->step,
              .count = TILE,
              .k_size = in->depth,
              .k_end = round_up(in->depth, in->step),
              .i_size = t->other_size,
              .first_k = c_index(e, 0),
              .first_i = sum_of(e, t->first, column),
              .to = t->staged,
              .elem = t->elem,
              .line = staged_line(t),
              .half = other_half(t, in),
              .halved = t->tensor};
    return (Product){.a = in->kept,
                     .a_line = t->rows + SPARE,
                     .half = own_half(t, in),
                     .depth = in->depth,
                     .tiles = 1,
                     .by_column = true,
                     .copy = c,
                     .further = TILE};
}

/* To the tile, from `column` on. */
static void store_scores(Emit *e, const Attention *t, const Inner *in, IrValue *column,
                         IrValue *const *sums)
{
    for (int64_t c = 0; c < PER; c++) {
        IrValue *line = sum_of(e, sum_of(e, column, t->x), c_index(e, c));
        IrValue *at = sum_of(e, scaled(e, line, t->rows + TILE_SPARE), t->y);
        k_vstore(&e->b, sums[c], in->tile, 1, &at);
    }
}

static void store_fragments(Emit *e, const Attention *t, const Inner *in, IrValue *column,
                            IrValue *const *sums)
{
    for (int64_t i = 0; i < PER; i++)
        for (int64_t row = 0; row < 2; row++)
            for (int64_t c = 0; c < 2; c++) {
                IrValue *line = sum_of(e, mma_column(e, t, 1, i), c_index(e, c));
                line = scaled(e, sum_of(e, column, line), t->rows + TILE_SPARE);
                IrValue *at = sum_of(e, line, mma_row(e, t, row));
                IrValue *pair = k_fragment_row(&e->b, sums[i], row);
                k_store(&e->b, k_extract(&e->b, pair, c), in->tile, 1, &at);
            }
}

/* The scores of TILE columns from `column` of the tile on; `held` is what they begin
 * with, then what the next ones do. */
static void inner_columns(Emit *e, const Attention *t, const Inner *in, bool masked,
                          IrValue *column, IrValue **held)
{
    IrValue *values[PER + MOST_HELD];
    Product p = inner_product(e, t, in, column);
    size_t h = held_copies(t, &p.copy);
    zero(e, t, values, PER);
    memcpy(values + PER, held, h * sizeof *held);
    if (masked)
        multiply_if(e, t, &p, sees(e, t, p.copy.first_i), values);
    else
        multiply(e, t, &p, values);
    memcpy(held, values + PER, h * sizeof *held);
    if (t->tensor)
        store_fragments(e, t, in, column, values);
    else
        store_scores(e, t, in, column, values);
}

void inner_tile(Emit *e, const Attention *t, const Inner *in, bool masked)
{
    IrValue *held[MOST_HELD];
    Product first = inner_product(e, t, in, c_index(e, 0));
    size_t h = held_copies(t, &first.copy);
    fetch(e, t, &first.copy, held);
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, t->columns),
                             c_index(e, TILE), h, held);
    begin_sums(loop, held, h);
    inner_columns(e, t, in, masked, k_arg(loop, 0), held);
    end_sums(e, loop, held, h);
}

/* ------------------------------------------------------------------------------ outer */

size_t sum_count(const Outer *o) { return (size_t)(PER * o->tiles); }

void outer_begin(Emit *e, const Attention *t, Outer *o)
{
    zero(e, t, o->sums, sum_count(o));
}

void outer_tile(Emit *e, const Attention *t, Outer *o)
{
    IrValue *values[MOST_SUMS + MOST_HELD];
    Product p = {.a = o->tile,
                 .a_line = t->rows + TILE_SPARE,
                 .half = scores_half(t, o),
                 .depth = t->columns,
                 .tiles = o->tiles};
    p.copy = (Copy){.a = &o->other,
                    .k_label = t->other,
                    .i_label = LABEL_DEPTH,
                    .depth = STEP,
                    .count = o->tiles * TILE,
                    .k_size = t->other_size,
                    .k_end = round_up(t->other_size, t->columns),
                    .i_size = o->width,
                    .first_k = t->first,
                    .first_i = c_index(e, 0),
                    .to = t->staged,
                    .elem = t->elem,
                    .line = staged_line(t),
                    .half = summed_half(t, o),
                    .halved = t->tensor};
    memcpy(values, o->sums, sum_count(o) * sizeof *values);
    fetch(e, t, &p.copy, values + sum_count(o));
    multiply(e, t, &p, values);
    memcpy(o->sums, values, sum_count(o) * sizeof *values);
}

/* `count` sums side by side, from `column` on. */
static void store_elements(Emit *e, const Outer *o, IrValue *base, IrValue *column,
                           IrValue *sums, int64_t count)
{
    int64_t stride = o->out.stride[LABEL_DEPTH];
    for (int64_t j = 0; j < count; j++) {
        IrValue *c = sum_of(e, column, c_index(e, j));
        IrValue *is = exists(e, c, o->width, o->tiles * TILE);
        IrOp *branch = is ? k_if_begin(&e->b, is, 0, NULL) : NULL;
        IrValue *at = sum_of(e, base, scaled(e, c, stride));
        k_store(&e->b, k_extract(&e->b, sums, j), o->out.memory, 1, &at);
        if (branch)
            k_if_end(&e->b, branch, 0, NULL);
    }
}

static void store_vector(Emit *e, const Outer *o, IrValue *base, IrValue *column,
                         IrValue *sums, int64_t count)
{
    sums = converted(e, sums, count, DTYPE_f32, o->out.elem);
    if (!o->out.wide || o->out.stride[LABEL_DEPTH] != 1 || o->width % PER) {
        store_elements(e, o, base, column, sums, count);
        return;
    }
    IrValue *is = exists(e, column, o->width, o->tiles * TILE);
    IrOp *branch = is ? k_if_begin(&e->b, is, 0, NULL) : NULL;
    IrValue *at = sum_of(e, base, column);
    k_vstore(&e->b, sums, o->out.memory, 1, &at);
    if (branch)
        k_if_end(&e->b, branch, 0, NULL);
}

/* What the thread has of a row, `r` of its 4, or of its 2 of fragments. */
static void store_row(Emit *e, const Attention *t, const Outer *o, int64_t r,
                      IrValue *base)
{
    for (int64_t i = 0; !t->tensor && i < o->tiles; i++)
        store_vector(e, o, base, sum_of(e, t->x, c_index(e, i * TILE)),
                     o->sums[r * o->tiles + i], PER);
    for (int64_t i = 0; t->tensor && i < PER * o->tiles; i++)
        store_vector(e, o, base, mma_column(e, t, o->tiles, i),
                     k_fragment_row(&e->b, o->sums[i], r), 2);
}

void outer_store(Emit *e, const Attention *t, const Outer *o)
{
    for (int64_t r = 0; o->out.memory && r < (t->tensor ? 2 : PER); r++) {
        IrValue *of_thread =
            t->tensor ? mma_row(e, t, r) : sum_of(e, t->y, c_index(e, r));
        IrValue *row = sum_of(e, t->first_own, of_thread);
        IrValue *is = exists(e, row, t->own_size, round_up(t->own_size, t->rows));
        IrOp *branch = is ? k_if_begin(&e->b, is, 0, NULL) : NULL;
        IrValue *base = sum_of(e, o->out.begin, scaled(e, row, o->out.stride[t->own]));
        store_row(e, t, o, r, base);
        if (branch)
            k_if_end(&e->b, branch, 0, NULL);
    }
}
