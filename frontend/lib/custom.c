/* Custom ops: registered with a context, taken up by graphs. */
#include "frontend/lib/graph.h"
#include "support/ascii.h"

#include <ctype.h>
#include <string.h>

/* ------------------------------------------------------------------------ registering */

/* Without a dot: NAME.backward is the gradient. */
static bool is_name(const char *s)
{
    size_t n = 0;
    while (ascii_is_alnum(s[n]) || s[n] == '_')
        n++;
    return n && n < 200 && !s[n] && !isdigit((unsigned char)*s);
}

static descent_status check_op(LibCall *call, const descent_context *c,
                               const descent_custom_op *op)
{
    descent_status st = lib_need(call, "op->name", op->name, NULL);
    if (!st && !is_name(op->name))
        return lib_fail(call, DESCENT_BAD_ARGUMENT,
                        "'%s' is no name of a custom op: letters, digits and '_' are",
                        op->name);
    if (!st && (!op->shape || !op->forward))
        return lib_fail(call, DESCENT_BAD_ARGUMENT,
                        "the custom op '%s' has no function '%s'", op->name,
                        op->shape ? "forward" : "shape");
    if (!st && api_custom_find(&c->customs, op->name))
        return lib_fail(call, DESCENT_BAD_ARGUMENT, "there is a custom op '%s' already",
                        op->name);
    return st;
}

static void add_op(descent_context *c, const descent_custom_op *op)
{
    descent_custom_op *copy = arena_copy(c->arena, op, sizeof *op);
    copy->name = arena_strdup(c->arena, op->name);
    ARENA_PUSH(c->arena, c->customs.ops, c->customs.count, c->customs.room,
               (const descent_custom_op *)copy);
}

descent_status descent_custom_register(descent_context *c, const descent_custom_op *op,
                                       descent_diagnostics *d)
{
    LIB_ENTER(call, c, d);
    descent_custom_op o;
    descent_status st = lib_need(&call, "c", c, "op", op, NULL);
    if (!st)
        st = lib_take(&call, "op", op, &o, sizeof o);
    if (!st)
        st = check_op(&call, c, &o);
    if (!st)
        add_op(c, &o);
    return lib_end(&call, st);
}

/* -------------------------------------------------------------------------- in graphs */

static const descent_custom_op *find_op(descent_graph *g, const char *name)
{
    const descent_custom_op *op = api_custom_find(&g->context->customs, name);
    if (!op)
        graph_mistake(g, "there is no custom op '%s' in this context", name);
    return op;
}

/* The types that its shape function gives; NULL after a mistake. */
static IrType *result_types(descent_graph *g, const descent_custom_op *op, size_t count,
                            descent_value *const *operands, size_t room)
{
    IrType *in = ARENA_ARRAY(g->arena, IrType, count);
    IrType *out = ARENA_ARRAY(g->arena, IrType, room);
    for (size_t i = 0; i < count; i++)
        in[i] = graph_in(operands[i])->type;
    bool good = api_custom_types(op, g->ir, count, in, room, out,
                                 (Place){g->file, g->line, 0}, g->call.d);
    return good ? out : NULL;
}

static IrOp *build(descent_function *f, const descent_custom_op *op, size_t count,
                   descent_value *const *operands, size_t room)
{
    IrContext *c = f->graph->ir;
    const IrType *types = result_types(f->graph, op, count, operands, room);
    IrName backward = op->backward ? ir_namef(c, "%s" API_BACKWARD, op->name) : NULL;
    IrNamedAttr attrs[] = {
        {"call_target_name", ir_attr_string(c, op->name)},
        {"descent.custom", ir_attr_unit(c)},
        {"descent.backward", backward ? ir_attr_string(c, backward) : NULL},
    };
    if (!types)
        return NULL;
    return ir_build(graph_at(f), OP_custom_call, count, graph_list(operands), room, types,
                    backward ? 3 : 2, attrs);
}

void descent_custom(descent_function *f, const char *name, descent_value *const *operands,
                    size_t count, descent_value **results, size_t room)
{
    GRAPH_ENTER(f->graph, return);
    const descent_custom_op *op = NULL;
    bool ready = graph_ready(f, name, count, operands);
    if (ready && (!room || !results))
        graph_mistake(f->graph, "%s: there is no room for a result", name);
    else if (ready)
        op = find_op(f->graph, name);
    IrOp *call = op ? build(f, op, count, operands, room) : NULL;
    for (size_t i = 0; results && i < room; i++)
        results[i] = call ? graph_out(ir_result(call, (uint32_t)i)) : NULL;
}
