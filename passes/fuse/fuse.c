/* Fusion: ops that can be computed together become one private function with descent.kind.
 *
 *     %0 = dot_general %x, %w          func private @f.contraction.0(%x, %w, %b) {kind = "contraction"}
 *     %1 = broadcast_in_dim %b           %0 = dot_general %x, %w
 *     %2 = add %0, %1            ->      %1 = broadcast_in_dim %b
 *     %3 = maximum %2, %zero             %2 = add %0, %1 ...
 *     return %3                        func @f: %0 = call @f.contraction.0(%x, %w, %b)  return %0
 *
 * The module stays StableHLO, so anyone can check that fusing changed nothing. Kinds: loop,
 * reduce, row (softmax, normalisation), contraction (with its epilogue), scatter,
 * custom (a call that stays alone).
 * Needs: functions without calls and without gradient markers.  Keeps: places (fused). */
#include "passes/fuse/fuse.h"

#include <math.h>
#include <string.h>

/* Kernels index with 32 bits where neighbours do not follow each other. */
static bool can_index(const IrOp *func, const IrOp *op, const IrValue *v, DiagList *d)
{
    if (ir_elements(v->type) <= INT32_MAX)
        return true;
    diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(op->loc),
             "unsupported: %s has more than 2^31 - 1 elements",
             ir_type_str(func->module->context, v->type));
    return false;
}

/* Whether a dimension with all its padding can be indexed so. */
static bool is_near(int64_t size, int64_t dilation, int64_t low, int64_t high)
{
    return (double)size * (double)dilation + fabs((double)low) + fabs((double)high) <= INT32_MAX;
}

static bool can_reach(const IrOp *op, DiagList *d)
{
    bool ok = true;
    IrType t = op->operand_count ? ir_operand(op, 0)->type : NULL;
    if (op->kind == OP_pad)
        for (int i = 0; i < t->rank; i++)
            ok &= is_near(t->dims[i], ir_op_ints(op, "interior_padding", NULL)[i] + 1,
                          ir_op_ints(op, "edge_padding_low", NULL)[i],
                          ir_op_ints(op, "edge_padding_high", NULL)[i]);
    if (op->kind == OP_reduce_window || op->kind == OP_select_and_scatter) {
        IrWindow w = ir_window(op);
        for (int i = 0; i < w.rank; i++)
            ok &= is_near(t->dims[i], w.base_dilation[i], w.pad_low[i], w.pad_high[i]);
    }
    if (!ok)
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(op->loc),
                 "unsupported: %s: a dimension of more than 2^31 - 1 elements with its padding",
                 ir_op_info(op->kind)->name);
    return ok;
}

/* Functions that are kernels already, and calls of them, stay as they are. */
static bool is_kernel(const IrOp *op)
{
    return op->kind == OP_func && ir_op_attr(op, "descent.kind") &&
           ir_op_attr(op, "sym_visibility") &&
           !strcmp(ir_op_string(op, "sym_visibility"), "private");
}

static bool is_kernel_call(const IrOp *op)
{
    return op->kind == OP_call && is_kernel(ir_module_func(op->module, ir_op_string(op, "callee")));
}

static bool can_fuse(const IrOp *func, DiagList *d)
{
    bool ok = true;
    const IrBlock *block = ir_func_block(func);
    if (!block) {
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(func->loc),
                 "unsupported: @%s has no body", ir_func_name(func));
        return false;
    }
    for (uint32_t i = 0; i < block->arg_count; i++)
        ok &= can_index(func, func, block->args[i], d);
    for (const IrOp *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; i < op->result_count; i++)
            ok &= can_index(func, op, ir_result(op, i), d);
        ok &= can_reach(op, d);
        bool custom = ir_op_attr(op, "descent.custom") != NULL;
        if (custom || is_kernel_call(op) || (op->kind != OP_call && op->kind != OP_custom_call))
            continue;
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(op->loc),
                 "unsupported: %s to %s cannot be compiled", ir_op_info(op->kind)->name,
                 ir_op_string(op, op->kind == OP_call ? "callee" : "call_target_name"));
        ok = false;
    }
    return ok;
}

static bool is_computed_with(const IrValue *v)
{
    for (const IrUse *u = v->uses; u; u = u->next)
        if (u->op->kind != OP_return)
            return true;
    return false;
}

/* A constant that is a result is a buffer, which draws all who compute with it into one
 * group: the zeros of a momentum, those to which the weights of every layer of a shape
 * are added. It stands apart from what the others compute with. Kernels for CPUs are as
 * good with both. */
static void part_constants(IrModule *m, IrOp *func)
{
    IrOp *ret = ir_func_block(func)->last;
    Arena *arena = arena_open();
    for (uint32_t i = 0; i < ret->operand_count; i++) {
        IrValue *v = ir_operand(ret, i);
        if (!ir_is(v, OP_constant) || !is_computed_with(v))
            continue;
        IrMap map = {.arena = arena};
        IrOp *copy = ir_op_clone(m, v->op, &map);
        ir_op_insert_before(copy, ret);
        for (uint32_t k = i; k < ret->operand_count; k++)
            if (ir_operand(ret, k) == v)
                ir_op_set_operand(ret, k, ir_result(copy, 0));
    }
    arena_close(arena);
}

static void fuse_function(IrModule *m, const IrTarget *target, const IrSymbols *taken,
                          IrOp *func)
{
    if (target && target->threads)
        part_constants(m, func);
    Fusion f = {.m = m, .func = func, .target = target, .taken = taken,
                .arena = arena_open(), .op_count = m->op_count};
    uint32_t count = 0;
    f.group_of = ARENA_ARRAY(f.arena, int32_t, f.op_count);
    f.position = ARENA_ARRAY(f.arena, uint32_t, f.op_count);
    for (size_t i = 0; i < f.op_count; i++)
        f.group_of[i] = INLINED;
    for (IrOp *op = ir_func_block(func)->first; op; op = op->next)
        f.position[op->id] = count++;
    fuse_group(&f);
    fuse_outline(&f);
    arena_close(f.arena);
}

PassResult pass_fuse(IrModule *m, PassContext *c)
{
    IrOp *last = ir_module_block(m)->last;
    bool ok = true, more = last != NULL;
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next)
        ok &= op->kind != OP_func || is_kernel(op) || can_fuse(op, c->diags);
    if (!ok)
        return PASS_FAILED;
    Arena *arena = arena_open();
    IrSymbols taken = ir_symbols(m, arena);
    for (IrOp *op = ir_module_block(m)->first; more; op = op->next) {
        more = op != last;
        if (op->kind == OP_func && !is_kernel(op))
            fuse_function(m, c->target, &taken, op);
    }
    arena_close(arena);
    return PASS_CHANGED;
}
