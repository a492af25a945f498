/* Attention without its matrix: what is computed for pairs of rows, between the products
 * that make it and those that use it up, is never in memory as a whole. Each use becomes
 * a kernel that computes the scores again, a tile at a time; only a value for each row,
 * what was folded, is kept.
 *
 *     %s = dot_general %q, %k             : 8x512x512     in a gradient, later:
 *     %m = reduce max %s
 *     %p = exponential(%s - %m)                           %dv = dot_general %p, %dy
 *     %y = dot_general %p, %v             : 8x512x64            (sums over rows)
 *  ->
 *     %y, %m = call @f.attention.0(%q, %k, %v)            rows: %s, %m, %p, %y
 *     %dv = call @f.attention.1(%q, %k, %m, %dy)          columns: %s, %p, %dv
 *
 * A kernel runs over rows or over columns of the scores: folds and products that sum over
 * columns want whole rows, products that sum over rows whole columns. What a kernel gives
 * goes into the first one of its sort that does not need it by another way. Ops are
 * copied as they are, so the graph means the same to the bit.
 *
 * Only on GPUs; on CPUs nothing changes.
 * Needs: a verified module without calls and dead ops.  Keeps: places (fused). */
#include "passes/attention/attention.h"
#include "passes/pass.h"
#include "passes/strided.h"

#include <string.h>

typedef struct ValueList {
    IrValue **items;
    size_t count, room;
} ValueList;

typedef struct Kernel {
    int own;      /* the side it runs over: LEFT or RIGHT */
    OpList sinks; /* folds and outer products that it gives */
    bool *inside; /* by op id: computed in it */
    ValueList inputs;
    size_t inner, outer;
} Kernel;

typedef struct Outlining {
    IrModule *m;
    IrOp *func;
    Arena *arena;
    Scores s;
    Kernel *kernels;
    size_t count, room;
    int32_t *kernel_of; /* of a sink, by op id; -1: none */
    bool *reached;      /* by op id, while cycles are looked for */
} Outlining;

/* ------------------------------------------------------------- what a kernel computes */

static void add_input(const Outlining *o, Kernel *k, IrValue *v)
{
    for (size_t i = 0; i < k->inputs.count; i++)
        if (k->inputs.items[i] == v)
            return;
    ARENA_PUSH(o->arena, k->inputs.items, k->inputs.count, k->inputs.room, v);
}

static bool is_view(const IrOp *op)
{
    switch (op->kind) {
    case OP_constant:
    case OP_iota:
    case OP_broadcast_in_dim:
    case OP_reshape:
    case OP_transpose:
    case OP_slice:
    case OP_reverse: return true;
    default: return false;
    }
}

static bool is_sink(const Outlining *o, const IrOp *op)
{
    return o->kernel_of[op->id] >= 0;
}

/* Whether all that v is computed from is smaller than v: a mask of two iotas, say. */
static bool grows(Scores *s, const IrValue *v, int64_t elements)
{
    const IrOp *op = v->op;
    if (!op || (!is_view(op) && !ir_is_elementwise(op->kind)))
        return ir_elements(v->type) < elements;
    if (s->seen[op->id] == s->stamp)
        return true;
    s->seen[op->id] = s->stamp;
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (!grows(s, ir_operand(op, i), elements))
            return false;
    return true;
}

static bool is_copied(Outlining *o, const IrValue *v)
{
    if (o->s.is_score[v->id] || is_view(v->op))
        return true;
    o->s.stamp++;
    return ir_is_elementwise(v->op->kind) &&
           (o->s.is_row[v->id] || grows(&o->s, v, ir_elements(v->type)));
}

static void include(Outlining *o, Kernel *k, IrValue *v);

/* An operand of a product is read with strides from where it lies. */
static void include_array(Outlining *o, Kernel *k, IrValue *v)
{
    int64_t strides[IR_MAX_RANK], start;
    IrValue *read = attention_read(v);
    const IrValue *array = pass_strided(read, strides, &start);
    if (read != v)
        k->inside[v->op->id] = true;
    v = read;
    if (!array || ir_is(array, OP_iota)) {
        add_input(o, k, v);
        return;
    }
    while (v != array) {
        k->inside[v->op->id] = true;
        v = ir_operand(v->op, 0);
    }
    if (ir_is(v, OP_constant))
        k->inside[v->op->id] = true;
    else
        add_input(o, k, v);
}

static void include_op(Outlining *o, Kernel *k, IrOp *op)
{
    if (k->inside[op->id])
        return;
    k->inside[op->id] = true;
    bool product = op->kind == OP_dot_general;
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (product && !o->s.is_score[ir_operand(op, i)->id])
            include_array(o, k, ir_operand(op, i));
        else
            include(o, k, ir_operand(op, i));
    k->inner += product && o->s.is_score[op->results[0].id];
    k->outer += product && !o->s.is_score[op->results[0].id];
}

static void include(Outlining *o, Kernel *k, IrValue *v)
{
    size_t mine = 0;
    while (v->op && mine < k->sinks.count && k->sinks.items[mine] != v->op)
        mine++;
    if (v->op && (mine < k->sinks.count || (!is_sink(o, v->op) && is_copied(o, v))))
        include_op(o, k, v->op);
    else
        add_input(o, k, v);
}

/* The kernel with one more sink. */
static Kernel extended(Outlining *o, const Kernel *k, int own, IrOp *sink)
{
    Kernel out = {.own = own, .inside = ARENA_ARRAY(o->arena, bool, o->m->op_count)};
    for (size_t i = 0; k && i < k->sinks.count; i++)
        ARENA_PUSH(o->arena, out.sinks.items, out.sinks.count, out.sinks.room,
                   k->sinks.items[i]);
    ARENA_PUSH(o->arena, out.sinks.items, out.sinks.count, out.sinks.room, sink);
    for (size_t i = 0; i < out.sinks.count; i++)
        include_op(o, &out, out.sinks.items[i]);
    return out;
}

/* --------------------------------------------------------------------- who needs whom */

static bool inputs_reached(const Outlining *o, const Kernel *k)
{
    for (size_t i = 0; i < k->inputs.count; i++)
        if (k->inputs.items[i]->op && o->reached[k->inputs.items[i]->op->id])
            return true;
    return false;
}

/* Ops in regions may use what is outside of them. */
static bool operands_reached(const Outlining *o, const IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (ir_operand(op, i)->op && o->reached[ir_operand(op, i)->op->id])
            return true;
    for (uint32_t r = 0; r < op->region_count; r++)
        for (const IrOp *in = op->regions[r].block->first; in; in = in->next)
            if (operands_reached(o, in))
                return true;
    return false;
}

/* Marks what is computed from what `kernel` gives; true if that was more than was
 * known. */
static bool reach(Outlining *o, int32_t kernel)
{
    bool more = false;
    for (const IrOp *op = ir_func_block(o->func)->first; op; op = op->next) {
        int32_t by = o->kernel_of[op->id];
        if (o->reached[op->id])
            continue;
        o->reached[op->id] = by == kernel || (by >= 0 ? inputs_reached(o, &o->kernels[by])
                                                      : operands_reached(o, op));
        more |= o->reached[op->id];
    }
    return more;
}

/* Whether kernel number `kernel`, with these inputs, would wait for itself. A kernel
 * waits for all its inputs before it gives anything, so one look in program order may not
 * find all. */
static bool waits_for_itself(Outlining *o, const Kernel *k, int32_t kernel)
{
    memset(o->reached, 0, o->m->op_count * sizeof *o->reached);
    while (reach(o, kernel))
        ;
    return inputs_reached(o, k);
}

static bool has_room(const Kernel *k)
{
    return k->inner <= ATTENTION_PRODUCTS && k->outer <= ATTENTION_PRODUCTS;
}

static bool place_sink(Outlining *o, IrOp *sink, int own)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->kernels[i].own != own)
            continue;
        Kernel k = extended(o, &o->kernels[i], own, sink);
        o->kernel_of[sink->id] = (int32_t)i;
        if (has_room(&k) && !waits_for_itself(o, &k, (int32_t)i)) {
            o->kernels[i] = k;
            return true;
        }
        o->kernel_of[sink->id] = -1;
    }
    Kernel k = extended(o, NULL, own, sink);
    o->kernel_of[sink->id] = (int32_t)o->count;
    bool fits = has_room(&k) && !waits_for_itself(o, &k, (int32_t)o->count);
    ARENA_PUSH(o->arena, o->kernels, o->count, o->room, k);
    return fits;
}

static bool has_op(const OpList *list, const IrOp *op)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == op)
            return true;
    return false;
}

/* In program order, so that a kernel is there before those who need it. */
static bool place_sinks(Outlining *o)
{
    const Scores *s = &o->s;
    for (IrOp *op = ir_func_block(o->func)->first; op; op = op->next)
        if (has_op(&s->folds, op) && !place_sink(o, op, other_side(s->folded)))
            return false;
        else if (has_op(&s->outer, op) &&
                 !place_sink(o, op, other_side(outer_summed(s, op))))
            return false;
    return true;
}

/* ------------------------------------------------------------------- making functions */

static bool is_inside(const Outlining *o, const IrOp *op)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->kernels[i].inside[op->id])
            return true;
    return false;
}

/* Whether it only moves elements, or rounds them, or makes rounded ones wide again. */
static bool moves(const IrOp *op)
{
    Dtype to = op->kind == OP_convert ? op->results[0].type->elem : DTYPE_f32;
    return op->kind == OP_transpose || op->kind == OP_reshape ||
           (op->kind == OP_convert && (to == DTYPE_f32 || attention_is_narrow(to)));
}

/* What follows a product and only moves its elements; as far as it can be followed, or to
 * where they are last rounded: so fewer bytes are written. */
static IrValue *moved(const Outlining *o, IrValue *v)
{
    IrValue *best = v;
    for (;;) {
        const IrOp *user = v->uses && !v->uses->next ? v->uses->op : NULL;
        Labels from = {0}, to;
        if (!user || !moves(user) || is_inside(o, user) ||
            !labels_through(user, &from, LABEL_NONE, &to))
            return best;
        v = ir_result(user, 0);
        Dtype was = best->type->elem, is = v->type->elem;
        if (was == DTYPE_f32 || was == is)
            best = v;
        else if (is != DTYPE_f32)
            return best;
    }
}

static IrValue *output_of(const Outlining *o, IrOp *sink)
{
    IrValue *v = ir_result(sink, 0);
    return has_op(&o->s.outer, sink) ? moved(o, v) : v;
}

/* Whether it is read by a kernel that does not compute it, or by anyone else. */
static bool is_read(const Outlining *o, const IrValue *v)
{
    for (size_t i = 0; i < o->count; i++)
        for (size_t k = 0; k < o->kernels[i].inputs.count; k++)
            if (o->kernels[i].inputs.items[k] == v)
                return true;
    for (const IrUse *u = v->uses; u; u = u->next)
        if (!is_inside(o, u->op))
            return true;
    return false;
}

static ValueList outputs_of(const Outlining *o, const Kernel *k, OpList *views)
{
    ValueList out = {0};
    for (size_t i = 0; i < k->sinks.count; i++) {
        IrValue *v = output_of(o, k->sinks.items[i]);
        for (IrValue *w = v; w->op != k->sinks.items[i]; w = ir_operand(w->op, 0))
            ARENA_PUSH(o->arena, views->items, views->count, views->room, w->op);
        if (is_read(o, v))
            ARENA_PUSH(o->arena, out.items, out.count, out.room, v);
    }
    return out;
}

static IrType *types_of(const Outlining *o, const ValueList *list)
{
    IrType *types = ARENA_ARRAY(o->arena, IrType, list->count);
    for (size_t i = 0; i < list->count; i++)
        types[i] = list->items[i]->type;
    return types;
}

static IrLoc place_of(const Outlining *o, const Kernel *k)
{
    IrLoc *locs = NULL;
    size_t count = 0, room = 0;
    for (const IrOp *op = ir_func_block(o->func)->first; op; op = op->next)
        if (k->inside[op->id] && !is_view(op))
            ARENA_PUSH(o->arena, locs, count, room, op->loc);
    return ir_loc_fused(o->m->context, count, locs);
}

static IrName kernel_name(const Outlining *o)
{
    IrName name;
    int i = 0;
    do {
        name = ir_namef(o->m->context, "%s.attention.%d", ir_func_name(o->func), i++);
    } while (ir_module_func(o->m, name));
    return name;
}

/* A copy of op behind those of what it needs, so that the same kernel of two layers is
 * the same text, wherever their ops stood. */
static void copy_op(Outlining *o, const Kernel *k, IrMap *map, IrBlock *to, IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++) {
        IrValue *v = ir_operand(op, i);
        if (ir_map_get(map, v) == v && v->op && k->inside[v->op->id])
            copy_op(o, k, map, to, v->op);
    }
    ir_block_append(to, ir_op_clone(o->m, op, map));
}

/* The function of a kernel, with copies of its ops. */
static IrOp *outline(Outlining *o, const Kernel *k, const ValueList *outputs,
                     const OpList *views)
{
    IrOp *func =
        ir_func_new(o->m, kernel_name(o), true, place_of(o, k), k->inputs.count,
                    types_of(o, &k->inputs), outputs->count, types_of(o, outputs));
    ir_op_set_attr(func, "descent.kind", ir_attr_string(o->m->context, "attention"));
    IrBuilder b = ir_builder_at_end(o->m, ir_func_block(func), func->loc);
    IrMap map = {.arena = o->arena};
    for (size_t i = 0; i < k->inputs.count; i++) {
        ir_map_set(&map, k->inputs.items[i], b.block->args[i]);
        b.block->args[i]->hint = k->inputs.items[i]->hint;
    }
    for (size_t i = 0; i < k->sinks.count; i++)
        if (ir_map_get(&map, ir_result(k->sinks.items[i], 0)) ==
            ir_result(k->sinks.items[i], 0))
            copy_op(o, k, &map, b.block, k->sinks.items[i]);
    for (size_t i = views->count; i-- > 0;)
        ir_block_append(b.block, ir_op_clone(o->m, views->items[i], &map));
    IrValue **results = ARENA_ARRAY(o->arena, IrValue *, outputs->count);
    for (size_t i = 0; i < outputs->count; i++)
        results[i] = ir_map_get(&map, outputs->items[i]);
    ir_return(&b, outputs->count, results);
    return func;
}

static void replace(Outlining *o)
{
    IrBlock *block = ir_func_block(o->func);
    ValueList *outputs = ARENA_ARRAY(o->arena, ValueList, o->count);
    IrOp **funcs = ARENA_ARRAY(o->arena, IrOp *, o->count);
    IrOp **calls = ARENA_ARRAY(o->arena, IrOp *, o->count);
    for (size_t i = 0; i < o->count; i++) {
        OpList views = {0};
        outputs[i] = outputs_of(o, &o->kernels[i], &views);
        funcs[i] = outline(o, &o->kernels[i], &outputs[i], &views);
    }
    for (size_t i = 0; i < o->count; i++) {
        IrBuilder b = ir_builder_before(block->last);
        b.loc = funcs[i]->loc;
        calls[i] =
            ir_call(&b, funcs[i], o->kernels[i].inputs.count, o->kernels[i].inputs.items);
    }
    for (size_t i = 0; i < o->count; i++)
        for (size_t k = 0; k < outputs[i].count; k++)
            ir_replace_uses(outputs[i].items[k], ir_result(calls[i], (uint32_t)k));
}

/* ------------------------------------------------------------------------- a function */

/* Whether scores are made of what was folded from them, as softmax is: two dense layers
 * and the gradient of a bias between them have no need of rows. */
static bool uses_folds(const Scores *s)
{
    for (size_t i = 0; i < s->row_count; i++)
        for (const IrUse *u = s->rows[i]->uses; u; u = u->next)
            if (u->op->result_count && s->is_score[ir_result(u->op, 0)->id])
                return true;
    return false;
}

/* Blocks of rows by themselves should fill the machine, unless there is little to do. */
static bool is_worth_it(const Scores *s, const IrTarget *t)
{
    enum { ROWS = 16, LITTLE = 1 << 16 };
    int64_t left = s->side[0], right = s->side[1], less = left < right ? left : right;
    int64_t blocks = scores_batch(s) * ((less + ROWS - 1) / ROWS);
    return uses_folds(s) && s->outer.count > 0 && less >= ROWS &&
           (2 * blocks >= t->processors || left * right <= LITTLE);
}

/* Afterwards what the kernels compute is dead. True: look again. */
static bool outline_scores(IrModule *m, IrOp *func, Scores *s, IrOp *inner,
                           const IrTarget *target)
{
    if (!scores_find(s, inner) || !is_worth_it(s, target))
        return false;
    if (attention_raise(s))
        return true;
    Outlining o = {.m = m, .func = func, .arena = s->arena, .s = *s};
    o.kernel_of = ARENA_ARRAY(o.arena, int32_t, m->op_count);
    o.reached = ARENA_ARRAY(o.arena, bool, m->op_count);
    memset(o.kernel_of, -1, m->op_count * sizeof *o.kernel_of);
    bool good = place_sinks(&o);
    if (good)
        replace(&o);
    return good;
}

static bool outline_first(IrModule *m, IrOp *func, const IrTarget *target)
{
    Arena *arena = arena_open();
    Scores s = scores_open(m, arena);
    bool found = false;
    for (IrOp *op = ir_func_block(func)->first; op && !found; op = op->next)
        found = op->kind == OP_dot_general && outline_scores(m, func, &s, op, target);
    arena_close(arena);
    return found;
}

/* ------------------------------------------------------------------------------ order */

static void put_after_operands(IrBlock *block, IrOp *op, bool *done)
{
    for (uint32_t i = 0; i < op->operand_count; i++) {
        IrOp *from = ir_operand(op, i)->op;
        if (!from || from->block != block || done[from->id])
            continue;
        done[from->id] = true;
        put_after_operands(block, from, done);
    }
    for (uint32_t r = 0; r < op->region_count; r++)
        for (IrOp *in = op->regions[r].block->first; in; in = in->next)
            put_after_operands(block, in, done);
    if (op->block != block)
        return;
    ir_op_unlink(op);
    ir_block_append(block, op);
}

/* Ops after those that they need, else in the order that they had. */
static void sort(IrModule *m, IrBlock *block)
{
    Arena *arena = arena_open();
    bool *done = ARENA_ARRAY(arena, bool, m->op_count);
    IrOp **ops = NULL;
    size_t count = 0, room = 0;
    for (IrOp *op = block->first; op; op = op->next)
        ARENA_PUSH(arena, ops, count, room, op);
    for (size_t i = 0; i < count; i++)
        if (!done[ops[i]->id]) {
            done[ops[i]->id] = true;
            put_after_operands(block, ops[i], done);
        }
    arena_close(arena);
}

PassResult pass_attention(IrModule *m, PassContext *c)
{
    bool changed = false;
    if (!c->target || !c->target->threads)
        return PASS_UNCHANGED;
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next)
        while (op->kind == OP_func && ir_func_block(op) &&
               !ir_op_attr(op, "descent.kind") && outline_first(m, op, c->target)) {
            sort(m, ir_func_block(op));
            pass_dce(m, c);
            changed = true;
        }
    return changed ? PASS_CHANGED : PASS_UNCHANGED;
}
