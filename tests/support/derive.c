#include "tests/support/derive.h"

#include "backends/ref/ref.h"
#include "ir/build.h"

static IrValue *weights_of(IrBuilder *b, IrType t, uint64_t seed, Arena *arena)
{
    RefTensor w = {t, arena_alloc(arena, (size_t)ir_bytes(t) + 1)};
    ref_random(&w, seed, 0.5, 1.5);
    return ir_constant(b, ir_attr_elements(b->module->context, t, w.data, false));
}

static IrValue *weighted_sum(IrBuilder *b, IrValue *x, uint64_t seed, Arena *arena)
{
    int64_t all[IR_MAX_RANK];
    for (int i = 0; i < x->type->rank; i++)
        all[i] = i;
    x = ir_multiply(b, x, weights_of(b, x->type, seed, arena));
    return x->type->rank ? ir_sum(b, x, (size_t)x->type->rank, all) : x;
}

/* Of the type of the first result that counts; NULL without any. */
static IrValue *loss_of(IrBuilder *b, const IrOp *end, uint32_t first, uint64_t seed,
                        Arena *arena)
{
    IrValue *loss = NULL;
    for (uint32_t i = first; i < end->operand_count; i++) {
        IrValue *x = ir_operand(end, i);
        if (!dtype_is_float(x->type->elem))
            continue;
        x = weighted_sum(b, x, seed + 10 * i, arena);
        loss = loss ? ir_add(b, loss, ir_convert(b, x, loss->type->elem)) : x;
    }
    return loss;
}

static void return_values(IrModule *m, IrOp *func, size_t count, IrValue **values,
                          Arena *arena)
{
    IrBlock *body = ir_func_block(func);
    IrType *in = ARENA_ARRAY(arena, IrType, body->arg_count);
    IrType *out = ARENA_ARRAY(arena, IrType, count);
    for (uint32_t i = 0; i < body->arg_count; i++)
        in[i] = body->args[i]->type;
    for (size_t i = 0; i < count; i++)
        out[i] = values[i]->type;
    ir_op_erase(body->last);
    IrBuilder b = ir_builder_at_end(m, body, func->loc);
    ir_return(&b, count, values);
    ir_func_set_type(func, ir_function(m->context, body->arg_count, in, count, out));
}

void derive(IrModule *m, IrOp *func, uint32_t first, uint64_t seed)
{
    Arena *arena = arena_open();
    IrBlock *body = ir_func_block(func);
    IrBuilder b = ir_builder_before(body->last);
    IrValue **wrt = ARENA_ARRAY(arena, IrValue *, body->arg_count);
    IrValue **values = ARENA_ARRAY(arena, IrValue *, 1 + body->arg_count);
    size_t count = 0;
    for (uint32_t i = 0; i < body->arg_count; i++)
        if (dtype_is_float(body->args[i]->type->elem))
            wrt[count++] = body->args[i];
    values[0] = loss_of(&b, body->last, first, seed, arena);
    if (values[0] && count) {
        IrOp *marker = ir_gradient(&b, values[0], count, wrt);
        for (uint32_t i = 0; i < count; i++)
            values[1 + i] = ir_result(marker, i);
        return_values(m, func, 1 + count, values, arena);
    }
    arena_close(arena);
}
