/* Which ops become one kernel. Ops are taken in program order; each joins the group of an operand
 * if that is possible, or starts one.
 *
 *   - constants, iota, broadcasts, reshapes, transposes, slices are in no group: every user computes
 *     for itself where it reads;
 *   - an elementwise op joins an operand's group of the same shape (loop, or the epilogue of a
 *     contraction, reduction, window); groups of one shape that meet in it become one;
 *   - a reduction over the last dimensions makes rows: what is computed from its result along the
 *     same rows (softmax, layer norm) joins it;
 *   - a group whose only results go into one reduction, pad, window or contraction is computed inside
 *     it (the latter if it is worth it: operand.c).
 *
 * A join must not make a cycle: no other operand may come, through a third group, from the group
 * that is joined. For that each group knows all groups that must run before it. */
#include "passes/fuse/fuse.h"

#include <string.h>

/* --------------------------------------------------------------------------------- kinds of ops */

bool fuse_is_view(const IrOp *op)
{
    switch (op->kind) {
    case OP_constant: case OP_iota: case OP_broadcast_in_dim: case OP_reshape: case OP_transpose:
    case OP_slice: case OP_reverse:
        return true;
    default:
        return false;
    }
}

static bool same_dims(IrType a, IrType b)
{
    return a->rank == b->rank && !memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims);
}

/* Of random bits the state is computed apart (legalize.c). */
static IrType result_type(const IrOp *op)
{
    return op->results[op->kind == OP_rng_bit_generator].type;
}

/* Padding and dilation of the input were made ops of their own (legalize.c). */
static bool is_plain_convolution(const IrOp *op)
{
    IrConvDims d = ir_conv_dims(op);
    for (size_t i = 0; i < d.spatial; i++)
        if (d.pad_low[i] || d.pad_high[i] || d.lhs_dilation[i] != 1)
            return false;
    return true;
}

/* legalize.c leaves halves only where they are multiplied as they are. */
static bool is_product_of(const IrOp *op, uint32_t i, Dtype sums)
{
    Dtype t = ir_operand(op, i)->type->elem;
    return t == sums || (sums == DTYPE_f32 && (t == DTYPE_bf16 || t == DTYPE_f16));
}

static bool is_tiled_contraction(const IrOp *op)
{
    Dtype t = result_type(op)->elem;
    return (op->kind == OP_dot_general ||
            (op->kind == OP_convolution && is_plain_convolution(op))) &&
           (t == DTYPE_f32 || t == DTYPE_f64) && is_product_of(op, 0, t) &&
           is_product_of(op, 1, t) && ir_elements(result_type(op)) > 0;
}

/* The rank of the rows if a reduction folds all dimensions from there on; -1 otherwise. */
static int rows_of(const IrOp *op)
{
    if (op->kind != OP_reduce || op->result_count != 1 || ir_body_op(&op->regions[0]) == OP_COUNT)
        return -1;
    size_t count;
    const int64_t *dims = ir_op_ints(op, "dimensions", &count);
    int rank = ir_operand(op, 0)->type->rank;
    for (size_t i = 0; i < count; i++)
        if (dims[i] < rank - (int64_t)count)
            return -1;
    return count ? rank - (int)count : -1;
}

/* -------------------------------------------------------------------------------- sets of groups */

static void set_add(uint64_t *set, size_t i)
{
    set[i / 64] |= (uint64_t)1 << (i % 64);
}

static void set_join(uint64_t *to, const uint64_t *from, size_t words)
{
    for (size_t i = 0; i < words; i++)
        to[i] |= from[i];
}

/* `first` runs before `then`, and so does all that runs before it. */
static void order(Fusion *f, size_t first, size_t then)
{
    if (first == then || fuse_has(f->groups[then].before, first))
        return;
    uint64_t *add = f->scratch;
    memcpy(add, f->groups[first].before, f->words * sizeof *add);
    set_add(add, first);
    for (size_t i = 0; i < f->count; i++)
        if (f->groups[i].alive && (i == then || fuse_has(f->groups[i].before, then)))
            set_join(f->groups[i].before, add, f->words);
}

/* ------------------------------------------------------------------------------ operands, users */

void fuse_bases(Fusion *f, IrValue *v, FuseBaseFn *fn, void *data)
{
    if (fuse_is_buffer(f, v)) {
        fn(f, v, data);
        return;
    }
    for (uint32_t i = 0; i < v->op->operand_count; i++)
        fuse_bases(f, ir_operand(v->op, i), fn, data);
}

static int32_t group_of_value(const Fusion *f, const IrValue *v)
{
    return v->op ? f->group_of[v->op->id] : -1;
}

typedef struct Legal {
    size_t group;
    bool ok;
} Legal;

static void check_base(Fusion *f, IrValue *base, void *data)
{
    Legal *l = data;
    int32_t g = group_of_value(f, base);
    if (g >= 0 && (size_t)g != l->group && fuse_has(f->groups[g].before, l->group))
        l->ok = false;
}

static void check_other_base(Fusion *f, IrValue *base, void *data)
{
    Legal *l = data;
    check_base(f, base, data);
    if (group_of_value(f, base) == (int32_t)l->group)
        l->ok = false;                      /* read elsewhere than where it is computed */
}

/* A row's value spread over the row: broadcast_in_dim from the rows' dimensions to the space's. */
static bool is_row_broadcast(const Fusion *f, const IrValue *v, const Group *g)
{
    if (!ir_is(v, OP_broadcast_in_dim) || g->row_rank < 0 || !same_dims(v->type, g->space))
        return false;
    IrValue *from = ir_operand(v->op, 0);
    const int64_t *dims = ir_op_ints(v->op, "broadcast_dimensions", NULL);
    if (from->type->rank != g->row_rank || group_of_value(f, from) < 0)
        return false;
    for (int i = 0; i < g->row_rank; i++)
        if (dims[i] != i || from->type->dims[i] != g->space->dims[i])
            return false;
    return true;
}

/* Whether op, of the group's shape, can be computed in group g. */
static bool may_join(Fusion *f, const IrOp *op, size_t g)
{
    Legal l = {g, true};
    for (uint32_t i = 0; i < op->operand_count && l.ok; i++) {
        IrValue *v = ir_operand(op, i);
        bool here = group_of_value(f, v) == (int32_t)g;
        bool spread = is_row_broadcast(f, v, &f->groups[g]) &&
                      group_of_value(f, ir_operand(v->op, 0)) == (int32_t)g;
        if (here && !same_dims(v->type, result_type(op)) && v->type->rank != 0)
            l.ok = false;
        else if (here && v->type->rank == 0 && result_type(op)->rank != 0)
            l.ok = false;                   /* a scalar of the group: only its own points */
        else if (!spread)
            fuse_bases(f, v, here ? check_base : check_other_base, &l);
    }
    return l.ok;
}

/* --------------------------------------------------------------------------------------- groups */

static void add_edge(Fusion *f, IrValue *base, void *data)
{
    int32_t g = group_of_value(f, base);
    if (g >= 0)
        order(f, (size_t)g, *(size_t *)data);
}

static void add_op(Fusion *f, size_t g, IrOp *op)
{
    Group *group = &f->groups[g];
    ARENA_PUSH(f->arena, group->ops, group->count, group->room, op);
    f->group_of[op->id] = (int32_t)g;
    for (uint32_t i = 0; i < op->operand_count; i++)
        fuse_bases(f, ir_operand(op, i), add_edge, &g);
}

static size_t new_group(Fusion *f, FuseKind kind, IrOp *op)
{
    Group g = {.kind = kind, .alive = true, .space = result_type(op), .row_rank = -1};
    g.before = ARENA_ARRAY(f->arena, uint64_t, f->words);
    ARENA_PUSH(f->arena, f->groups, f->count, f->room, g);
    add_op(f, f->count - 1, op);
    return f->count - 1;
}

/* All of `from` moves to `into`. */
static void merge(Fusion *f, size_t into, size_t from)
{
    Group *a = &f->groups[into], *b = &f->groups[from];
    b->alive = false;
    for (size_t i = 0; i < b->count; i++) {
        ARENA_PUSH(f->arena, a->ops, a->count, a->room, b->ops[i]);
        f->group_of[b->ops[i]->id] = (int32_t)into;
    }
    uint64_t *add = f->scratch;
    memcpy(add, a->before, f->words * sizeof *add);
    set_join(add, b->before, f->words);
    add[into / 64] &= ~((uint64_t)1 << (into % 64));
    add[from / 64] &= ~((uint64_t)1 << (from % 64));
    set_join(a->before, add, f->words);
    a->before[from / 64] &= ~((uint64_t)1 << (from % 64));
    set_add(add, into);
    for (size_t i = 0; i < f->count; i++)
        if (i != into && f->groups[i].alive &&
            (fuse_has(f->groups[i].before, into) || fuse_has(f->groups[i].before, from)))
            set_join(f->groups[i].before, add, f->words);
}

/* Two groups can be one if no third one lies between them. */
static bool may_merge(const Fusion *f, size_t a, size_t b)
{
    for (size_t i = 0; i < f->count; i++) {
        if (!f->groups[i].alive || i == a || i == b)
            continue;
        bool after_a = fuse_has(f->groups[i].before, a), after_b = fuse_has(f->groups[i].before, b);
        if ((after_a && fuse_has(f->groups[b].before, i)) ||
            (after_b && fuse_has(f->groups[a].before, i)))
            return false;
    }
    return true;
}

/* ---------------------------------------------------------------------------------- elementwise */

static bool is_row_value(const Group *g, IrType t)
{
    return g->row_rank >= 0 && t->rank == g->row_rank &&
           !memcmp(t->dims, g->space->dims, (size_t)t->rank * sizeof *t->dims);
}

/* LLVM's time for one function grows faster than its length. */
enum { MOST_OPS = 256 };

/* Whether the group computes v or reads it; numbers are everywhere. */
static bool has_or_reads(const Fusion *f, int32_t g, const IrValue *v)
{
    const Group *group = &f->groups[g];
    if (ir_is(v, OP_constant) || group_of_value(f, v) == g)
        return true;
    if (ir_is(v, OP_broadcast_in_dim))
        return has_or_reads(f, g, ir_operand(v->op, 0));
    for (size_t i = 0; i < group->count; i++)
        for (uint32_t k = 0; k < group->ops[i]->operand_count; k++)
            if (ir_operand(group->ops[i], k) == v)
                return true;
    return false;
}

/* On a GPU a row is one block's. Where rows are few, it is not to do what all processors could: a
 * row's value is spread over what was folded, but not over other tensors, as gradients that are
 * clipped by the norm of them all. */
static bool may_spread(const Fusion *f, const IrOp *op, int32_t g)
{
    const IrTarget *t = f->target;
    int64_t rows = 1;
    bool near = true;
    for (int d = 0; d < f->groups[g].row_rank; d++)
        rows *= f->groups[g].space->dims[d];
    if (!t || !t->threads || rows >= t->processors)
        return true;
    for (uint32_t i = 0; i < op->operand_count; i++)
        near = near && has_or_reads(f, g, ir_operand(op, i));
    return near;
}

/* The group through which elementwise `op` could continue operand i; -1 if there is none. */
static int32_t continues(Fusion *f, const IrOp *op, uint32_t i)
{
    IrValue *v = ir_operand(op, i);
    if (ir_is(v, OP_broadcast_in_dim) && v->op && !fuse_is_buffer(f, v)) {
        int32_t g = group_of_value(f, ir_operand(v->op, 0));
        bool rows = g >= 0 && is_row_broadcast(f, v, &f->groups[g]);
        return rows && f->groups[g].kind != KIND_CONTRACTION && may_spread(f, op, g) ? g : -1;
    }
    int32_t g = group_of_value(f, v);
    if (g < 0 || v->type->rank != result_type(op)->rank || !same_dims(v->type, result_type(op)))
        return -1;
    const Group *group = &f->groups[g];
    bool fits = group->kind == KIND_REDUCE || group->kind == KIND_ROW
                    ? is_row_value(group, v->type) || same_dims(v->type, group->space)
                    : same_dims(v->type, group->space);
    if (group->kind == KIND_REDUCE && group->row_rank < 0)
        fits = same_dims(v->type, result_type(group->ops[0]));
    return fits && group->kind < KIND_SCATTER ? g : -1;
}

/* Two groups of one shape, at least one of them a loop, that do not feed each other. */
static bool may_unite(const Fusion *f, size_t x, size_t y)
{
    const Group *a = &f->groups[x], *b = &f->groups[y];
    bool loops = a->kind == KIND_LOOP || b->kind == KIND_LOOP;
    return loops && a->count + b->count < MOST_OPS && same_dims(a->space, b->space) &&
           !fuse_has(a->before, y) && !fuse_has(b->before, x) && may_merge(f, x, y);
}

static size_t unite(Fusion *f, size_t x, size_t y)
{
    bool keep = f->groups[y].kind == KIND_LOOP;
    merge(f, keep ? x : y, keep ? y : x);
    return keep ? x : y;
}

static void join_elementwise(Fusion *f, IrOp *op)
{
    int32_t joined = -1;
    for (uint32_t i = 0; i < op->operand_count; i++) {
        int32_t g = continues(f, op, i);
        if (g < 0 || g == joined || f->groups[g].count >= MOST_OPS ||
            !may_join(f, op, (size_t)g))
            continue;
        if (joined < 0)
            joined = g;
        else if (may_unite(f, (size_t)joined, (size_t)g))
            joined = (int32_t)unite(f, (size_t)joined, (size_t)g);
    }
    if (joined < 0) {
        new_group(f, KIND_LOOP, op);
        return;
    }
    Group *group = &f->groups[joined];
    if (group->kind == KIND_REDUCE && group->row_rank >= 0 &&
        same_dims(result_type(op), group->space) && !is_row_value(group, result_type(op)))
        group->kind = KIND_ROW;
    add_op(f, (size_t)joined, op);
}

/* ------------------------------------------------------------------- producers inside consumers */

static bool used_only_by(const Fusion *f, const IrValue *v, int32_t g, const IrOp *user)
{
    for (const IrUse *u = v->uses; u; u = u->next) {
        if (u->op == user || f->group_of[u->op->id] == g)
            continue;
        if (!fuse_is_view(u->op) || !used_only_by(f, ir_result(u->op, 0), g, user))
            return false;
    }
    return true;
}

static bool is_cheap(const Group *g)
{
    for (size_t i = 0; i < g->count; i++)
        if (!ir_is_elementwise(g->ops[i]->kind))
            return false;
    return true;
}

typedef struct Absorb {
    size_t into;
    const IrOp *user;
} Absorb;

/* Takes the loop that computes `base` into the group of its only user. */
static void absorb(Fusion *f, IrValue *base, void *data)
{
    Absorb *a = data;
    int32_t g = group_of_value(f, base);
    if (g < 0 || (size_t)g == a->into)
        return;
    const Group *group = &f->groups[g];
    if (group->kind != KIND_LOOP || !is_cheap(group) || !may_merge(f, a->into, (size_t)g) ||
        group->count + f->groups[a->into].count > MOST_OPS)
        return;
    if (f->groups[a->into].kind == KIND_CONTRACTION && !fuse_may_stage(f, a->user, base))
        return;
    for (size_t i = 0; i < group->count; i++)
        if (!used_only_by(f, ir_result(group->ops[i], 0), g, a->user))
            return;
    merge(f, a->into, (size_t)g);
}

static void absorb_operands(Fusion *f, size_t g, const IrOp *op, uint32_t operands)
{
    Absorb a = {g, op};
    for (uint32_t i = 0; i < operands; i++)
        fuse_bases(f, ir_operand(op, i), absorb, &a);
}

/* --------------------------------------------------------------------------------- reductions */

/* One row of many elements is better cut among the threads than kept whole. */
enum { LONGEST_ROW = 16 * 1024 };

static void join_reduce(Fusion *f, IrOp *op)
{
    IrValue *x = ir_operand(op, 0);
    int rows = rows_of(op);
    int32_t g = group_of_value(f, x);
    bool short_rows = rows >= 0 && ir_elements(result_type(op)) > 0 &&
                      ir_elements(x->type) / ir_elements(result_type(op)) <= LONGEST_ROW;
    if (g >= 0 && short_rows) {
        Group *group = &f->groups[g];
        bool fits = group->kind == KIND_ROW ? group->row_rank == rows : group->kind == KIND_LOOP;
        Legal init = {(size_t)g, true};
        fuse_bases(f, ir_operand(op, 1), check_other_base, &init);
        if (fits && same_dims(group->space, x->type) && init.ok) {
            group->kind = KIND_ROW;
            group->row_rank = rows;
            add_op(f, (size_t)g, op);
            return;
        }
    }
    size_t own = new_group(f, KIND_REDUCE, op);
    if (short_rows) {
        f->groups[own].space = x->type;
        f->groups[own].row_rank = rows;
    }
    absorb_operands(f, own, op, op->result_count);
}

/* ------------------------------------------------------------------------------------ all of it */

static void join(Fusion *f, IrOp *op)
{
    if (op->kind == OP_reduce) {
        join_reduce(f, op);
    } else if (is_tiled_contraction(op)) {
        absorb_operands(f, new_group(f, KIND_CONTRACTION, op), op, op->operand_count);
    } else if (op->kind == OP_scatter) {
        new_group(f, KIND_SCATTER, op);
    } else if (op->kind == OP_custom_call) {
        new_group(f, KIND_CUSTOM, op);
    } else if (op->kind == OP_call) {
        new_group(f, KIND_CALL, op);
    } else if (ir_is_elementwise(op->kind)) {
        join_elementwise(f, op);
    } else {
        size_t g = new_group(f, KIND_LOOP, op);
        if (op->kind == OP_pad || op->kind == OP_reduce_window || op->kind == OP_concatenate)
            absorb_operands(f, g, op, op->operand_count);
    }
}

/* Views that must be computed: results of the function, operands of calls, operands that a
 * contraction cannot read. */
static bool is_computed_view(const IrOp *op)
{
    for (const IrUse *u = op->results[0].uses; u; u = u->next)
        if (u->op->kind == OP_return || u->op->kind == OP_custom_call ||
            u->op->kind == OP_call ||
            (is_tiled_contraction(u->op) && !fuse_reads_view(u->op, u->index)))
            return true;
    return false;
}

static void order_readers(Fusion *f, const IrValue *v, size_t writer)
{
    for (const IrUse *u = v->uses; u; u = u->next) {
        int32_t reader = f->group_of[u->op->id];
        if (reader == INLINED && ir_is_elementwise(u->op->kind))
            order_readers(f, ir_result(u->op, 0), writer);
        else if (reader >= 0 && (size_t)reader != writer &&
                 !fuse_has(f->groups[reader].before, writer))
            order(f, (size_t)reader, writer);
    }
}

/* An argument that is overwritten should have been read by all who need the old value. */
static void order_overwrites(Fusion *f)
{
    IrBlock *block = ir_func_block(f->func);
    for (uint32_t i = 0; i < block->arg_count; i++) {
        IrAttr result = ir_func_arg_attr(f->func, i, "tf.aliasing_output");
        if (!result)
            continue;
        int32_t writer = group_of_value(f, ir_operand(block->last, (uint32_t)result->number));
        if (writer >= 0)
            order_readers(f, block->args[i], (size_t)writer);
    }
}

void fuse_group(Fusion *f)
{
    IrBlock *block = ir_func_block(f->func);
    size_t most = 0;
    for (IrOp *op = block->first; op != block->last; op = op->next)
        if (!fuse_is_view(op) || is_computed_view(op)) {
            f->group_of[op->id] = INLINED - 1;          /* to be grouped */
            most++;
        }
    f->words = most / 64 + 1;
    f->scratch = ARENA_ARRAY(f->arena, uint64_t, f->words);
    for (IrOp *op = block->first; op != block->last; op = op->next)
        if (f->group_of[op->id] != INLINED)
            fuse_is_view(op) ? (void)new_group(f, KIND_LOOP, op) : join(f, op);
    if (f->target && f->target->threads)
        fuse_recompute(f);
    order_overwrites(f);
}
