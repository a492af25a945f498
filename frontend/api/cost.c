#include "frontend/api/cost.h"

#include "ir/build.h"

/* At most 2^50: sums of them over a graph fit. */
static int64_t product(int64_t a, int64_t b)
{
    const int64_t most = INT64_C(1) << 50;
    int64_t p;
    return __builtin_mul_overflow(a, b, &p) || p > most ? most : p;
}

static int64_t dot_flops(const IrOp *op)
{
    return product(2 * ir_dot_depth(op), ir_elements(ir_result(op, 0)->type));
}

static int64_t convolution_flops(const IrOp *op)
{
    IrConvDims dims = ir_conv_dims(op);
    IrType kernel = ir_operand(op, 1)->type;
    int64_t features = kernel->dims[dims.kernel_output];
    int64_t depth = features ? ir_elements(kernel) / features : 0;
    return product(2 * depth, ir_elements(ir_result(op, 0)->type));
}

static int64_t window_flops(const IrOp *op, IrType windows)
{
    IrWindow w = ir_window(op);
    int64_t size = 1;
    for (int i = 0; i < w.rank; i++)
        size = product(size, w.size[i]);
    return product(size, ir_elements(windows));
}

int64_t api_flops(const IrOp *op)
{
    if (!op->operand_count || !op->result_count ||
        !dtype_is_float(ir_operand(op, 0)->type->elem))
        return 0;
    switch (op->kind) {
    case OP_dot_general: return dot_flops(op);
    case OP_convolution: return convolution_flops(op);
    case OP_reduce_window: return window_flops(op, ir_result(op, 0)->type);
    case OP_select_and_scatter: return window_flops(op, ir_operand(op, 1)->type);
    case OP_reduce: return ir_elements(ir_operand(op, 0)->type);
    case OP_scatter: return ir_elements(ir_operand(op, op->operand_count - 1)->type);
    default: return ir_is_elementwise(op->kind) ? ir_elements(ir_result(op, 0)->type) : 0;
    }
}
