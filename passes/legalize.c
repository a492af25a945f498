/* Brings ops to the forms that kernels are made for; the graph stays StableHLO.
 *
 *     dot_general, convolution of bf16, f16,    ->   converts to f32 (f64, the result's integers),
 *     or from one type to another                    one of these types, convert of the result
 *         (where tensor cores take bf16 and f16: only the result is converted)
 *     convolution with padding or a dilated input   ->   pad, convolution without
 *     the state after rng_bit_generator             ->   add(state, [0, number of blocks])
 *     optimization_barrier                          ->   its operands: rewriting ends here
 *
 * May change: the last bit of bf16 and f16 results, which are rounded to f32 on the way. */
#include "ir/build.h"
#include "passes/pass.h"

/* The type in which a product is computed. */
static Dtype product_elem(Dtype from, Dtype to)
{
    return !dtype_is_float(to)                      ? to
           : from == DTYPE_f64 || to == DTYPE_f64 ? DTYPE_f64
                                                    : DTYPE_f32;
}

/* Tensor cores take operands of 16 bits as they are. */
static bool takes_halves(const IrTarget *target, const IrOp *op, Dtype wide)
{
    Dtype x = ir_operand(op, 0)->type->elem, y = ir_operand(op, 1)->type->elem;
    return target && target->tensor_cores && wide == DTYPE_f32 && x == y &&
           (x == DTYPE_bf16 || x == DTYPE_f16);
}

/* Returns the new op, or `op`. */
static IrOp *widen(IrOp *op, const IrTarget *target)
{
    IrValue *x = ir_operand(op, 0), *y = ir_operand(op, 1);
    Dtype from = x->type->elem, to = op->results[0].type->elem, wide = product_elem(from, to);
    bool halves = takes_halves(target, op, wide);
    if ((from == wide || halves) && to == wide)
        return op;
    IrBuilder b = ir_builder_before(op);
    IrType type = ir_with_elem(op->module->context, op->results[0].type, wide);
    IrValue *in[] = {halves ? x : ir_convert(&b, x, wide), halves ? y : ir_convert(&b, y, wide)};
    IrOp *product = ir_build(&b, op->kind, 2, in, 1, &type, op->attr_count, op->attrs);
    ir_replace_uses(ir_result(op, 0), ir_convert(&b, ir_result(product, 0), to));
    ir_op_erase(op);
    return product;
}

static void pad_convolution(IrOp *op)
{
    IrConvDims d = ir_conv_dims(op);
    IrType t = ir_operand(op, 0)->type;
    int64_t low[IR_MAX_RANK] = {0}, high[IR_MAX_RANK] = {0}, interior[IR_MAX_RANK] = {0};
    bool needed = false;
    for (size_t i = 0; i < d.spatial; i++) {
        int64_t s = d.input_spatial[i];
        low[s] = d.pad_low[i];
        high[s] = d.pad_high[i];
        interior[s] = d.lhs_dilation[i] - 1;
        needed |= low[s] || high[s] || interior[s];
        d.pad_low[i] = d.pad_high[i] = 0;
        d.lhs_dilation[i] = 1;
    }
    if (!needed)
        return;
    IrBuilder b = ir_builder_before(op);
    IrValue *zero = ir_scalar_constant(&b, t->elem, 0);
    IrValue *x = ir_pad(&b, ir_operand(op, 0), zero, low, high, interior);
    IrValue *y = ir_convolution(&b, x, ir_operand(op, 1), &d);
    y->type = op->results[0].type;  /* sums may be wider than what is multiplied */
    ir_replace_uses(ir_result(op, 0), y);
    ir_op_erase(op);
}

static void split_state(IrOp *op)
{
    IrValue *state = ir_operand(op, 0), *next = ir_result(op, 0);
    if (!next->uses || state->type->elem != DTYPE_ui64)
        return;
    IrBuilder b = ir_builder_before(op);
    uint64_t blocks[2] = {0, (uint64_t)ir_rng_blocks(op->results[1].type)};
    IrAttr by = ir_attr_elements(op->module->context, state->type, blocks, false);
    ir_replace_uses(next, ir_add(&b, state, ir_constant(&b, by)));
}

static void remove_barrier(IrOp *op)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        if (op->results[i].uses)
            ir_replace_uses(ir_result(op, i), ir_operand(op, i));
    ir_op_erase(op);
}

PassResult pass_legalize(IrModule *m, PassContext *c)
{
    for (IrOp *func = ir_module_block(m)->first; func; func = func->next) {
        if (func->kind != OP_func || !ir_func_block(func))
            continue;
        for (IrOp *op = ir_func_block(func)->first, *next; op; op = next) {
            next = op->next;
            if (op->kind == OP_dot_general)
                widen(op, c->target);
            else if (op->kind == OP_convolution)
                pad_convolution(widen(op, c->target));
            else if (op->kind == OP_rng_bit_generator)
                split_state(op);
            else if (op->kind == OP_optimization_barrier)
                remove_barrier(op);
        }
    }
    return PASS_CHANGED;
}
