/* On a GPU, cheap loops that each of their users computes for itself: a launch takes as
 * long as reading a megabyte, and often what the loop reads is no more than what it
 * wrote.
 *
 *     kernel: c = x - mean; s = c * c        kernel: v = sum((x - mean) * (x - mean))
 *     kernel: v = sum(s)               ->    kernel: y = (x - mean) * scale
 *     kernel: y = c * scale
 *
 * A loop goes if its few ops are cheap, its users compute what they need where they need
 * it (elementwise, sums, padding), and all of them together read no more than was read
 * and written before. */
#include "passes/fuse/fuse.h"

enum { MOST_OPS = 8 }; /* that are computed again */

static bool is_cheap_op(const IrOp *op)
{
    switch (op->kind) {
    case OP_add:
    case OP_subtract:
    case OP_multiply:
    case OP_negate:
    case OP_abs:
    case OP_maximum:
    case OP_minimum:
    case OP_and:
    case OP_or:
    case OP_xor:
    case OP_not:
    case OP_compare:
    case OP_select:
    case OP_convert:
    case OP_clamp: return true;
    default: return false;
    }
}

typedef struct Traffic {
    Fusion *f;
    size_t group;
    IrValue **read; /* what the loop reads, each once */
    size_t read_count, read_room;
    size_t *users; /* groups, each once */
    size_t user_count, user_room;
    int64_t bytes; /* of results: written, and read by each user */
    bool ok;
} Traffic;

/* ---------------------------------------------------------------- what the loop reads */

static void add_read(Fusion *f, IrValue *base, void *data)
{
    Traffic *t = data;
    if (base->op && f->group_of[base->op->id] == (int32_t)t->group)
        return;
    for (size_t i = 0; i < t->read_count; i++)
        if (t->read[i] == base)
            return;
    ARENA_PUSH(f->arena, t->read, t->read_count, t->read_room, base);
}

/* The ops that would be computed for a value; those of other loops that went, too. */
static int64_t ops_behind(const Fusion *f, const IrValue *v, size_t group)
{
    if (!v->op || (fuse_is_buffer(f, v) && f->group_of[v->op->id] != (int32_t)group))
        return 0;
    int64_t n = !fuse_is_view(v->op);
    for (uint32_t i = 0; i < v->op->operand_count && n <= MOST_OPS; i++)
        n += ops_behind(f, ir_operand(v->op, i), group);
    return n;
}

/* -------------------------------------------------------------------------- its users */

static bool may_compute(const IrOp *user, FuseKind kind)
{
    return kind < KIND_SCATTER &&
           (ir_is_elementwise(user->kind) || user->kind == OP_pad ||
            (user->kind == OP_reduce && user->result_count == 1));
}

static void add_user(Traffic *t, const IrOp *user, const IrValue *result)
{
    int32_t g = t->f->group_of[user->id];
    t->ok &= g >= 0 && may_compute(user, t->f->groups[g].kind);
    for (size_t i = 0; i < t->user_count; i++)
        if (t->users[i] == (size_t)g)
            return;
    if (t->ok)
        ARENA_PUSH(t->f->arena, t->users, t->user_count, t->user_room, (size_t)g);
    t->bytes += ir_bytes(result->type);
}

static void add_users(Traffic *t, const IrValue *v, const IrValue *result)
{
    for (const IrUse *u = v->uses; u && t->ok; u = u->next) {
        int32_t g = t->f->group_of[u->op->id];
        if (g == (int32_t)t->group)
            continue;
        if (g == INLINED && u->op->kind != OP_return)
            add_users(t, ir_result(u->op, 0), result);
        else
            add_user(t, u->op, result);
    }
}

/* -------------------------------------------------------------------------- all of it */

/* Whether a user runs after the group that overwrites the argument, so that it would need
 * the old value too late. */
static bool is_too_late(const Traffic *t, const IrValue *argument)
{
    const Fusion *f = t->f;
    IrAttr result = ir_func_arg_attr(f->func, argument->index, "tf.aliasing_output");
    if (!result)
        return false;
    const IrOp *ret = ir_func_block(f->func)->last;
    const IrValue *new = ir_operand(ret, (uint32_t)result->number);
    int32_t writer = new->op ? f->group_of[new->op->id] : INLINED;
    for (size_t i = 0; writer >= 0 && i < t->user_count; i++)
        if (fuse_has(f->groups[t->users[i]].before, (size_t)writer))
            return true;
    return false;
}

static bool pays(Traffic *t)
{
    const Group *g = &t->f->groups[t->group];
    int64_t in = 0;
    for (size_t i = 0; i < g->count && t->ok; i++) {
        const IrOp *op = g->ops[i];
        t->ok =
            is_cheap_op(op) && ops_behind(t->f, ir_result(op, 0), t->group) <= MOST_OPS;
        for (uint32_t k = 0; k < op->operand_count; k++)
            fuse_bases(t->f, ir_operand(op, k), add_read, t);
        size_t before = t->user_count;
        add_users(t, ir_result(op, 0), ir_result(op, 0));
        if (t->user_count > before)
            t->bytes += ir_bytes(op->results[0].type);
    }
    for (size_t i = 0; i < t->read_count; i++) {
        in += ir_bytes(t->read[i]->type);
        t->ok &= t->read[i]->op || !is_too_late(t, t->read[i]);
    }
    return t->ok && (int64_t)t->user_count * in <= in + t->bytes;
}

void fuse_recompute(Fusion *f)
{
    for (size_t i = 0; i < f->count; i++) {
        Group *g = &f->groups[i];
        if (!g->alive || g->kind != KIND_LOOP || g->count > MOST_OPS)
            continue;
        Traffic t = {.f = f, .group = i, .ok = true};
        if (!pays(&t))
            continue;
        g->alive = false;
        for (size_t k = 0; k < g->count; k++)
            f->group_of[g->ops[k]->id] = INLINED;
    }
}
