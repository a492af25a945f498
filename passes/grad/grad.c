/* Gradients, graph to graph, in reverse.
 *
 *     %r = stablehlo.multiply %w, %x              %r = stablehlo.multiply %w, %x
 *     %l = stablehlo.reduce(%r ...) add           %l = stablehlo.reduce(%r ...) add
 *     %g = custom_call @descent.gradient(%l, %w)  %d = stablehlo.broadcast_in_dim %one
 *     return %g                                   %g = stablehlo.multiply %d, %x
 *                                                 return %g
 *
 * A marker asks for the derivatives of its first operand, the loss, with respect to
 * the others. Forwards, we mark the values that depend on one of those; backwards from
 * the marker, every op whose result has an adjoint hands shares of it to its marked
 * operands, by the rule of its kind (rules_*.c). Nothing else is computed: a value
 * that the loss does not depend on has no adjoint, and only a wrt of that sort becomes
 * a tensor of zeros.
 *
 * Markers are replaced in program order and rules use only ops of the table, so the
 * loss of a later marker may contain earlier gradients: they are ordinary ops by then.
 *
 * Needs: a verified graph, calls inlined.  Keeps: all other ops; new ones have the
 * place of the op whose adjoint they compute. */
#include "passes/grad/grad.h"
#include "passes/pass.h"

#include <assert.h>
#include <string.h>

static GradRule *const grad_rule[OP_COUNT] = {
#define GRAPH_OP(id, ...) [OP_##id] = grad_##id,
#include "ir/ops.def"
};

/* ----------------------------------------------------------------- what the rules use */

bool grad_wants(const Grad *g, const IrOp *op, uint32_t i)
{
    return g->active[ir_operand(op, i)->id];
}

IrValue *grad_of(const Grad *g, const IrOp *op, uint32_t i)
{
    return g->adjoint[ir_result(op, i)->id];
}

void grad_give(Grad *g, const IrOp *op, uint32_t i, IrValue *share)
{
    const IrValue *x = ir_operand(op, i);
    IrValue **sum = &g->adjoint[x->id];
    assert(share->type == x->type);
    *sum = *sum ? ir_add(&g->b, *sum, share) : share;
    if (x->hint && !(*sum)->hint)
        (*sum)->hint = ir_namef(g->b.module->context, "d_%s", x->hint);
}

/* The op that carries the loss's dependence on `op` on, for the message. */
static const IrOp *carrier(const Grad *g, const IrOp *op)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        for (const IrUse *u = ir_result(op, i)->uses; u; u = u->next)
            for (uint32_t k = 0; k < u->op->result_count; k++)
                if (u->op->results[k].id < g->count && grad_of(g, u->op, k))
                    return u->op;
    return g->marker;
}

void grad_unsupported(Grad *g, const IrOp *op, const char *why)
{
    const IrOp *via = carrier(g, op);
    const char *what = via == g->marker ? "its result" : ir_op_info(via->kind)->name;
    diag_add(g->diags, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(op->loc),
             "unsupported: no gradient through %s: %s; needed by the loss via %s",
             ir_op_info(op->kind)->name, why, what);
    diag_note(g->diags, ir_loc_place(g->marker->loc), "the gradient asked for here");
    g->failed = true;
}

IrValue *grad_scale(Grad *g, IrValue *x, double factor)
{
    return ir_multiply(&g->b, x, ir_like(&g->b, x, factor));
}

IrValue *grad_zeros(Grad *g, IrType type) { return ir_splat(&g->b, type, 0); }

IrValue *grad_where(Grad *g, IrValue *p, IrValue *x)
{
    return ir_select(&g->b, p, x, grad_zeros(g, x->type));
}

IrValue *grad_sum_all(Grad *g, IrValue *x)
{
    int64_t all[IR_MAX_RANK];
    for (int i = 0; i < x->type->rank; i++)
        all[i] = i;
    return x->type->rank ? ir_sum(&g->b, x, (size_t)x->type->rank, all) : x;
}

IrValue *grad_spread(Grad *g, IrValue *x, IrType type)
{
    if (x->type->rank == type->rank)
        return x;
    type = ir_with_elem(g->b.module->context, type, x->type->elem);
    return ir_broadcast_in_dim(&g->b, x, type, NULL);
}

IrValue *grad_spread_along(Grad *g, IrValue *x, IrType type, const int64_t *dimensions,
                           size_t count)
{
    bool spread[IR_MAX_RANK] = {false};
    int64_t kept[IR_MAX_RANK];
    int n = 0;
    for (size_t i = 0; i < count; i++)
        spread[dimensions[i]] = true;
    for (int i = 0; i < type->rank; i++)
        if (!spread[i])
            kept[n++] = i;
    type = ir_with_elem(g->b.module->context, type, x->type->elem);
    return ir_broadcast_in_dim(&g->b, x, type, kept);
}

/* ------------------------------------------------------------------------- one marker */

static bool any_active(const Grad *g, const IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (grad_wants(g, op, i))
            return true;
    return false;
}

/* Only floats carry derivatives: a comparison, an index or a random bit ends the
 * dependence. */
static void mark_active(Grad *g)
{
    for (uint32_t i = 1; i < g->marker->operand_count; i++)
        g->active[ir_operand(g->marker, i)->id] = true;
    for (const IrOp *op = g->marker->block->first; op != g->marker; op = op->next)
        if (any_active(g, op))
            for (uint32_t i = 0; i < op->result_count; i++)
                g->active[op->results[i].id] |= dtype_is_float(op->results[i].type->elem);
}

/* A result without elements has no effect, so its adjoint needs no rule. */
static bool has_adjoint(const Grad *g, const IrOp *op)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        if (grad_of(g, op, i) && ir_elements(op->results[i].type))
            return true;
    return false;
}

static void walk_back(Grad *g)
{
    IrOp *next;
    for (IrOp *op = g->marker->prev; op; op = next) {
        next = op->prev;
        if (op->result_count && op->results[0].id >= g->count)
            continue; /* one that a rule has made */
        if (has_adjoint(g, op) && any_active(g, op)) {
            g->b.loc = op->loc;
            grad_rule[op->kind](g, op);
        }
    }
}

static void replace_marker(Grad *g, IrOp *marker)
{
    g->b.loc = marker->loc;
    for (uint32_t i = 0; i < marker->result_count; i++) {
        IrValue *wrt = ir_operand(marker, i + 1), *d = g->adjoint[wrt->id];
        ir_replace_uses(ir_result(marker, i), d ? d : grad_zeros(g, wrt->type));
    }
    ir_op_erase(marker);
}

static bool differentiate(IrOp *marker, PassContext *c, Arena *arena)
{
    size_t count = marker->module->value_count;
    Grad g = {
        .b = ir_builder_before(marker),
        .marker = marker,
        .diags = c->diags,
        .arena = arena,
        .count = count,
        .active = ARENA_ARRAY(arena, bool, count),
        .adjoint = ARENA_ARRAY(arena, IrValue *, count),
    };
    mark_active(&g);
    IrValue *loss = ir_operand(marker, 0);
    if (g.active[loss->id])
        g.adjoint[loss->id] = ir_splat(&g.b, loss->type, 1);
    walk_back(&g);
    if (!g.failed)
        replace_marker(&g, marker);
    return !g.failed;
}

/* --------------------------------------------------------------------------- the pass */

static bool is_marker(const IrOp *op)
{
    return op->kind == OP_custom_call &&
           !strcmp(ir_op_string(op, "call_target_name"), "descent.gradient");
}

/* A few gradients of gradients would fill any memory; and each gradient looks at all the
 * ops before it, so that many small ones would take any time. */
enum { MOST_OPS = 1000000, MOST_LOOKS = 300000000 };

static bool too_many(const IrOp *marker, PassContext *c, size_t made, size_t looks)
{
    if (made <= MOST_OPS && looks <= MOST_LOOKS)
        return false;
    diag_add(c->diags, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(marker->loc),
             "unsupported: gradients that %s more than %d operations",
             made > MOST_OPS ? "unfold to" : "look at",
             made > MOST_OPS ? MOST_OPS : MOST_LOOKS);
    return true;
}

PassResult pass_grad(IrModule *m, PassContext *c)
{
    PassResult result = PASS_UNCHANGED;
    size_t begin = m->value_count, looks = 0;
    Arena *scratch = arena_open();
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next) {
        IrBlock *body = f->kind == OP_func ? ir_func_block(f) : NULL;
        for (IrOp *op = body ? body->first : NULL, *next; op; op = next) {
            next = op->next;
            if (!is_marker(op))
                continue;
            looks += m->value_count;
            if (too_many(op, c, m->value_count - begin, looks)) {
                arena_close(scratch);
                return PASS_FAILED;
            }
            bool done = differentiate(op, c, scratch);
            result = !done || result == PASS_FAILED ? PASS_FAILED : PASS_CHANGED;
            arena_reset(scratch);
        }
    }
    arena_close(scratch);
    return result;
}
