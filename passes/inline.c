/* Replaces calls by the bodies of the functions, then drops those that are private.
 *
 *     func @f(%x) { %y = call @g(%x) ... }        func @f(%x) { %y = tanh %x ... }
 *     func private @g(%x) { %y = tanh %x ... }
 *
 * A call is inlined where it stands and what it brought in is looked at next, so calls
 * in calls unfold from the outside in. The functions being unfolded at a point form a
 * stack; one that is called while on it calls itself, which no finite graph can say:
 * an error. Functions with descent.kind are fusion groups: they stay.
 *
 * Needs: a verified graph.  Keeps: order; the place of an inlined op is a call chain. */
#include "passes/pass.h"

#include <string.h>

/* A few functions that each call the next one twice would fill any memory. */
enum { MOST_OPS = 1000000 };

/* A call being unfolded: its function, and the first op after what it brought in. */
typedef struct Frame {
    const IrOp *func, *end;
} Frame;

typedef struct Inline {
    PassContext *context;
    Arena *arena;
    Frame *stack;
    size_t count, room;
    size_t made;                /* ops, of MOST_OPS */
    bool changed, failed;
} Inline;

static bool inlinable(const IrOp *func)
{
    return func->kind == OP_func && ir_func_block(func) &&
           !ir_op_attr(func, "descent.kind");
}

static bool is_private(const IrOp *func)
{
    return ir_op_attr(func, "sym_visibility") &&
           !strcmp(ir_op_string(func, "sym_visibility"), "private");
}

static void place_below(IrOp *op, IrLoc caller)
{
    IrContext *c = op->module->context;
    op->loc = ir_loc_call(c, op->loc, caller);
}

/* Puts a copy of the body of `func` before `call` and its results in place of the
 * call's. Returns the first op of the copy, or the one after the call if the body is
 * empty. */
static IrOp *unfold(Inline *in, IrOp *call, const IrOp *func)
{
    IrBlock *body = ir_func_block(func);
    IrMap map = {.arena = in->arena};
    IrOp *first = NULL;
    for (uint32_t i = 0; i < body->arg_count; i++)
        ir_map_set(&map, body->args[i], ir_operand(call, i));
    for (IrOp *op = body->first; op != body->last; op = op->next) {
        IrOp *copy = ir_op_clone(call->module, op, &map);
        place_below(copy, call->loc);
        ir_op_insert_before(copy, call);
        in->made++;
        first = first ? first : copy;
    }
    for (uint32_t i = 0; i < call->result_count; i++)
        ir_replace_uses(ir_result(call, i), ir_map_get(&map, ir_operand(body->last, i)));
    first = first ? first : call->next;
    ir_op_erase(call);
    return first;
}

static bool is_open(const Inline *in, const IrOp *func)
{
    for (size_t i = 0; i < in->count; i++)
        if (in->stack[i].func == func)
            return true;
    return false;
}

static void report_recursion(Inline *in, const IrOp *call)
{
    diag_error(in->context->diags, ir_loc_place(call->loc), "@%s calls itself",
               ir_op_string(call, "callee"));
    in->failed = true;
}

static void report_size(Inline *in, const IrOp *call)
{
    diag_add(in->context->diags, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(call->loc),
             "unsupported: calls that unfold to more than %d operations", MOST_OPS);
    in->failed = true;
}

static void inline_in(Inline *in, IrOp *func)
{
    in->count = 0;
    ARENA_PUSH(in->arena, in->stack, in->count, in->room, ((Frame){func, NULL}));
    for (IrOp *op = ir_func_block(func)->first, *next; op && !in->failed; op = next) {
        while (in->stack[in->count - 1].end == op)
            in->count--;
        next = op->next;
        if (op->kind != OP_call)
            continue;
        const IrOp *callee = ir_module_func(op->module, ir_op_string(op, "callee"));
        if (is_open(in, callee)) {
            report_recursion(in, op);
        } else if (in->made > MOST_OPS) {
            report_size(in, op);
        } else if (inlinable(callee)) {
            ARENA_PUSH(in->arena, in->stack, in->count, in->room,
                       ((Frame){callee, op->next}));
            next = unfold(in, op, callee);
            in->changed = true;
        }
    }
}

static void drop_inlined(Inline *in, IrModule *m)
{
    for (IrOp *f = ir_module_block(m)->first, *next; f; f = next) {
        next = f->next;
        if (!inlinable(f) || !is_private(f))
            continue;
        ir_op_erase(f);
        in->changed = true;
    }
}

/* Also in fusion groups, which a file may hold: what they call is dropped afterwards. */
static bool stays(const IrOp *f)
{
    return f->kind == OP_func && ir_func_block(f) && !(inlinable(f) && is_private(f));
}

PassResult pass_inline(IrModule *m, PassContext *c)
{
    Inline in = {.context = c, .arena = arena_open()};
    for (IrOp *f = ir_module_block(m)->first; f && !in.failed; f = f->next)
        if (stays(f))
            inline_in(&in, f);
    if (!in.failed)
        drop_inlined(&in, m);
    arena_close(in.arena);
    return in.failed ? PASS_FAILED : in.changed ? PASS_CHANGED : PASS_UNCHANGED;
}
