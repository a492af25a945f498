/* What ops cost, about, in simple vector operations: so large is the work that is given to a
 * thread, and what is dear is kept, not computed again. */
#include "passes/lower/lower.h"

enum { DEAR = 4 };

/* Elementwise ops that cost more than one operation. */
static const uint8_t elementwise[OP_COUNT] = {
    [OP_divide] = 4, [OP_sqrt] = 4, [OP_rsqrt] = 4,
    [OP_exponential] = 16, [OP_exponential_minus_one] = 16, [OP_log] = 16, [OP_log_plus_one] = 16,
    [OP_tanh] = 16, [OP_logistic] = 16, [OP_erf] = 16, [OP_cbrt] = 16, [OP_power] = 16,
    [OP_sine] = 16, [OP_cosine] = 16, [OP_tan] = 16,
    [OP_remainder] = 64, [OP_atan2] = 64,       /* lane by lane */
};

/* Sizes of a graph that nobody could run must not overflow. */
int64_t cost_times(int64_t a, int64_t b)
{
    const int64_t most = INT64_C(1) << 40;
    int64_t n;
    return __builtin_mul_overflow(a, b, &n) || n > most ? most : n;
}

static int64_t window_elements(const IrWindow *w)
{
    int64_t n = 1;
    for (int i = 0; i < w->rank; i++)
        n = cost_times(n, w->size[i]);
    return n;
}

/* An element asks each window that covers it what it selects. */
static int64_t selection_cost(const IrWindow *w)
{
    int64_t covering = 1;
    for (int i = 0; i < w->rank; i++)
        covering = cost_times(covering, (w->size[i] - 1) / w->stride[i] + 1);
    return cost_times(covering, 4 * window_elements(w));
}

/* Products that are added for one element. */
static int64_t contraction_depth(const IrOp *op)
{
    IrType rhs = ir_operand(op, 1)->type;
    if (op->kind == OP_dot_general)
        return cost_times(1, ir_dot_depth(op));
    int64_t outputs = rhs->dims[ir_conv_dims(op).kernel_output];
    return outputs ? ir_elements(rhs) / outputs : 0;
}

int64_t op_cost(const IrOp *op)
{
    switch (op->kind) {
    case OP_constant: case OP_return: case OP_reshape: case OP_broadcast_in_dim: return 0;
    case OP_gather: return 16;
    case OP_rng_bit_generator: return 100;
    case OP_reduce_window: {
        IrWindow w = ir_window(op);
        return 2 * window_elements(&w);
    }
    case OP_select_and_scatter: {
        IrWindow w = ir_window(op);
        return selection_cost(&w);
    }
    case OP_dot_general: case OP_convolution: return contraction_depth(op);
    case OP_reduce: {
        int64_t in = ir_elements(ir_operand(op, 0)->type), out = ir_elements(op->results[0].type);
        return out ? in / out : 0;
    }
    default: return elementwise[op->kind] ? elementwise[op->kind] : 1;
    }
}

bool op_is_dear(const IrOp *op)
{
    return op_cost(op) >= DEAR;
}

/* Walks back from the values; where a leaf stands, nothing more is computed. */
int64_t pulled_cost(Emit *e, size_t count, IrValue *const *values)
{
    int64_t cost = 2;
    bool *wanted = ARENA_ARRAY(e->arena, bool, e->id_count);
    for (size_t i = 0; i < count; i++)
        wanted[value_slot(e, values[i])] = true;
    for (const IrOp *op = ir_func_block(e->graph)->last; op; op = op->prev) {
        bool computed = false;
        for (uint32_t i = 0; i < op->result_count; i++)
            computed |= wanted[value_slot(e, &op->results[i])] && !e->leaf[op->results[i].id].get;
        if (!computed)
            continue;
        cost = cost_times(cost + op_cost(op), 1);
        for (uint32_t i = 0; i < op->operand_count; i++)
            wanted[value_slot(e, ir_operand(op, i))] = true;
    }
    return cost;
}
