/* Moves what does not change in a loop in front of it.
 *
 *     scf.for %i ... {                           %c16 = arith.constant 16 : index
 *       %c16 = arith.constant 16 : index         scf.for %i ... {
 *       %0 = arith.muli %i, %c16           ->      %0 = arith.muli %i, %c16
 *
 * A pure op goes in front of the outermost loop (or scf.if) in which none of its operands is
 * defined. A call of libm stays in its scf.if, which is there because few elements need it
 * (passes/lower/emit/approx.c). Nothing leaves scf.parallel or gpu.launch: what their tasks
 * share travels through memory.
 * Needs: kernels.  Keeps: places, the order of ops with effects. */
#include "passes/pass.h"

static bool calls_libm(const IrOp *op)
{
    switch (op->kind) {
    case OP_math_exp: case OP_math_expm1: case OP_math_log: case OP_math_log1p:
    case OP_math_sin: case OP_math_cos: case OP_math_tan: case OP_math_tanh:
    case OP_math_erf: case OP_math_cbrt: case OP_math_powf: case OP_math_atan2:
        return true;
    default:
        return false;
    }
}

/* The loop or branch around `place` that `op` may leave; NULL if there is none. */
static IrOp *around(const IrOp *op, const IrOp *place)
{
    IrOp *parent = place->block->region->op;
    bool branch = parent->kind == OP_scf_if && !calls_libm(op);
    return parent->kind == OP_scf_for || branch ? parent : NULL;
}

static bool depends_on(const IrOp *op, const IrOp *loop)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (ir_value_defined_inside(ir_operand(op, i), loop))
            return true;
    return false;
}

static void hoist_op(IrOp *op, void *data)
{
    IrOp *out = NULL;
    if (!(ir_op_info(op->kind)->traits & IR_PURE) || op->region_count)
        return;
    for (IrOp *loop = around(op, op); loop && !depends_on(op, loop); loop = around(op, loop))
        out = loop;
    if (!out)
        return;
    ir_op_unlink(op);
    ir_op_insert_before(op, out);
    *(bool *)data = true;
}

PassResult pass_hoist(IrModule *m, PassContext *c)
{
    (void)c;
    bool changed = false;
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (f->kind == OP_func)
            ir_walk(f, hoist_op, &changed);
    return changed ? PASS_CHANGED : PASS_UNCHANGED;
}
