/* Builders of graph ops: the builder, elementwise ops, sources, what moves elements,
 * calls. */
#include "ir/build.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

IrBuilder ir_builder_at_end(IrModule *m, IrBlock *block, IrLoc loc)
{
    return (IrBuilder){.module = m, .block = block, .loc = loc};
}

IrBuilder ir_builder_before(IrOp *op)
{
    return (IrBuilder){
        .module = op->module, .block = op->block, .before = op, .loc = op->loc};
}

static IrOp *insert(IrBuilder *b, IrOp *op)
{
    if (b->before)
        ir_op_insert_before(op, b->before);
    else
        ir_block_append(b->block, op);
    return op;
}

IrOp *ir_build(IrBuilder *b, IrOpKind kind, size_t operands, IrValue *const *in,
               size_t results, const IrType *types, size_t attrs, const IrNamedAttr *attr)
{
    return insert(
        b, ir_op_new(b->module, kind, b->loc, operands, in, results, types, attrs, attr));
}

/* Who builds an op that its own rule refuses has made a mistake that no input explains.
 * */
_Noreturn static void defect(const IrOp *op, IrType *types)
{
    DiagList *d = diag_open();
    ir_infer(op, types, d);
    diag_print(d, stderr);
    fprintf(stderr, "descent: defect: an op was built wrongly\n");
    abort();
}

/* `types` holds the result types that the op leaves open, NULL for those that follow. */
static IrOp *build_checked(IrBuilder *b, IrOpKind kind, size_t operands,
                           IrValue *const *in, size_t results, IrType *types,
                           size_t attrs, const IrNamedAttr *attr)
{
    IrOp *op =
        ir_op_new(b->module, kind, b->loc, operands, in, results, types, attrs, attr);
    if (!ir_infer(op, types, b->diags)) {
        if (!b->diags)
            defect(op, types);
        return NULL;
    }
    for (size_t i = 0; i < results; i++)
        op->results[i].type = types[i];
    return insert(b, op);
}

IrOp *ir_build_inferred(IrBuilder *b, IrOpKind kind, size_t operands, IrValue *const *in,
                        size_t results, size_t attrs, const IrNamedAttr *attr)
{
    IrType *types = ARENA_ARRAY(b->module->arena, IrType, results);
    return build_checked(b, kind, operands, in, results, types, attrs, attr);
}

/* An op of one result whose type follows (type is NULL) or is given. */
static IrValue *build_value(IrBuilder *b, IrOpKind kind, size_t operands,
                            IrValue *const *in, IrType type, size_t attrs,
                            const IrNamedAttr *attr)
{
    IrOp *op = build_checked(b, kind, operands, in, 1, &type, attrs, attr);
    return op ? ir_result(op, 0) : NULL;
}

static IrContext *context(const IrBuilder *b) { return b->module->context; }

static IrNamedAttr ints(const IrBuilder *b, const char *name, size_t count,
                        const int64_t *list)
{
    return (IrNamedAttr){name, ir_attr_i64s(context(b), count, list)};
}

static size_t rank_of(const IrValue *x) { return (size_t)x->type->rank; }

/* ------------------------------------------------------------------------ elementwise */

#define GRAPH_OP(id, name, in, out, regions, class, ...) BUILD_##class(id)
#define BUILD_UNARY(id)                                                                  \
    IrValue *ir_##id(IrBuilder *b, IrValue *x)                                           \
    {                                                                                    \
        return build_value(b, OP_##id, 1, &x, NULL, 0, NULL);                            \
    }
#define BUILD_BINARY(id)                                                                 \
    IrValue *ir_##id(IrBuilder *b, IrValue *x, IrValue *y)                               \
    {                                                                                    \
        return build_value(b, OP_##id, 2, (IrValue *[]){x, y}, NULL, 0, NULL);           \
    }
#define BUILD_ELEMENTWISE(id)
#define BUILD_SHAPE(id)
#define BUILD_SOURCE(id)
#define BUILD_REDUCTION(id)
#define BUILD_CONTRACTION(id)
#define BUILD_WINDOW(id)
#define BUILD_INDEXED(id)
#define BUILD_RANDOM(id)
#define BUILD_BARRIER(id)
#define BUILD_CONTROL(id)
#include "ir/ops.def"

IrValue *ir_convert(IrBuilder *b, IrValue *x, Dtype to)
{
    if (x->type->elem == to)
        return x;
    return build_value(b, OP_convert, 1, &x, ir_with_elem(context(b), x->type, to), 0,
                       NULL);
}

IrValue *ir_bitcast_convert(IrBuilder *b, IrValue *x, Dtype to)
{
    if (x->type->elem == to)
        return x;
    return build_value(b, OP_bitcast_convert, 1, &x,
                       ir_with_elem(context(b), x->type, to), 0, NULL);
}

IrValue *ir_compare(IrBuilder *b, IrDirection d, IrValue *x, IrValue *y)
{
    static const char *const directions[] = {
        [IR_EQ] = "EQ", [IR_NE] = "NE", [IR_GE] = "GE",
        [IR_GT] = "GT", [IR_LE] = "LE", [IR_LT] = "LT"};
    static const char *const kinds[] = {[DTYPE_FLOAT] = "FLOAT",
                                        [DTYPE_SIGNED] = "SIGNED",
                                        [DTYPE_UNSIGNED] = "UNSIGNED",
                                        [DTYPE_BOOL] = "UNSIGNED"};
    IrContext *c = context(b);
    IrNamedAttr attrs[] = {
        {"comparison_direction", ir_attr_enum(c, "comparison_direction", directions[d])},
        {"compare_type",
         ir_attr_enum(c, "comparison_type", kinds[dtype_kind(x->type->elem)])},
    };
    return build_value(b, OP_compare, 2, (IrValue *[]){x, y}, NULL, 2, attrs);
}

IrValue *ir_select(IrBuilder *b, IrValue *p, IrValue *x, IrValue *y)
{
    return build_value(b, OP_select, 3, (IrValue *[]){p, x, y}, NULL, 0, NULL);
}

IrValue *ir_clamp(IrBuilder *b, IrValue *lo, IrValue *x, IrValue *hi)
{
    return build_value(b, OP_clamp, 3, (IrValue *[]){lo, x, hi}, NULL, 0, NULL);
}

IrValue *ir_is_finite(IrBuilder *b, IrValue *x)
{
    return build_value(b, OP_is_finite, 1, &x, NULL, 0, NULL);
}

/* ---------------------------------------------------------------------------- sources */

IrValue *ir_constant(IrBuilder *b, IrAttr elements)
{
    IrNamedAttr attr = {"value", elements};
    return build_value(b, OP_constant, 0, NULL, NULL, 1, &attr);
}

IrValue *ir_splat(IrBuilder *b, IrType type, double value)
{
    return ir_constant(b, ir_attr_splat(context(b), type, value));
}

IrValue *ir_scalar_constant(IrBuilder *b, Dtype elem, double value)
{
    return ir_splat(b, ir_tensor(context(b), elem, 0, NULL), value);
}

IrValue *ir_like(IrBuilder *b, IrValue *like, double value)
{
    return ir_splat(b, like->type, value);
}

IrValue *ir_iota(IrBuilder *b, IrType type, int64_t dimension)
{
    IrNamedAttr attr = {"iota_dimension", ir_attr_i64(context(b), dimension)};
    return build_value(b, OP_iota, 0, NULL, type, 1, &attr);
}

/* The integer that `by` leaves others as they are with. */
static int64_t neutral_int(IrOpKind by, Dtype elem)
{
    bool is_signed = dtype_kind(elem) == DTYPE_SIGNED;
    unsigned shift = 64 - dtype_bits(elem);
    switch (by) {
    case OP_add:
    case OP_or:
    case OP_xor: return 0;
    case OP_multiply: return 1;
    case OP_and: return -1;
    case OP_maximum: return is_signed ? INT64_MIN >> shift : 0;
    case OP_minimum: return is_signed ? INT64_MAX >> shift : -1;
    default: assert(!"an op without a neutral element"); return 0;
    }
}

IrValue *ir_neutral(IrBuilder *b, IrOpKind by, Dtype elem)
{
    if (dtype_is_float(elem) && (by == OP_maximum || by == OP_minimum))
        return ir_scalar_constant(b, elem, by == OP_maximum ? -INFINITY : INFINITY);
    unsigned char bytes[8] = {0};
    dtype_store_int(elem, bytes, neutral_int(by, elem));
    return ir_constant(
        b,
        ir_attr_elements(context(b), ir_tensor(context(b), elem, 0, NULL), bytes, true));
}

/* --------------------------------------------------------------------- moves elements */

IrValue *ir_broadcast_in_dim(IrBuilder *b, IrValue *x, IrType to, const int64_t *dims)
{
    IrNamedAttr attr = ints(b, "broadcast_dimensions", rank_of(x), dims);
    return build_value(b, OP_broadcast_in_dim, 1, &x, to, 1, &attr);
}

IrValue *ir_reshape(IrBuilder *b, IrValue *x, int rank, const int64_t *dims)
{
    IrType to = ir_tensor(context(b), x->type->elem, rank, dims);
    return x->type == to ? x : build_value(b, OP_reshape, 1, &x, to, 0, NULL);
}

IrValue *ir_transpose(IrBuilder *b, IrValue *x, const int64_t *permutation)
{
    IrNamedAttr attr = ints(b, "permutation", rank_of(x), permutation);
    return build_value(b, OP_transpose, 1, &x, NULL, 1, &attr);
}

IrValue *ir_reverse(IrBuilder *b, IrValue *x, size_t count, const int64_t *dimensions)
{
    IrNamedAttr attr = ints(b, "dimensions", count, dimensions);
    return build_value(b, OP_reverse, 1, &x, NULL, 1, &attr);
}

IrValue *ir_concatenate(IrBuilder *b, size_t count, IrValue *const *xs, int64_t dimension)
{
    IrNamedAttr attr = {"dimension", ir_attr_i64(context(b), dimension)};
    return build_value(b, OP_concatenate, count, xs, NULL, 1, &attr);
}

static void fill(int64_t *list, int64_t value)
{
    for (int i = 0; i < IR_MAX_RANK; i++)
        list[i] = value;
}

IrValue *ir_slice(IrBuilder *b, IrValue *x, const int64_t *start, const int64_t *limit,
                  const int64_t *strides)
{
    int64_t ones[IR_MAX_RANK];
    fill(ones, 1);
    IrNamedAttr attrs[] = {
        ints(b, "start_indices", rank_of(x), start),
        ints(b, "limit_indices", rank_of(x), limit),
        ints(b, "strides", rank_of(x), strides ? strides : ones),
    };
    return build_value(b, OP_slice, 1, &x, NULL, 3, attrs);
}

IrValue *ir_dynamic_slice(IrBuilder *b, IrValue *x, IrValue *const *starts,
                          const int64_t *sizes)
{
    IrValue *in[1 + IR_MAX_RANK] = {x};
    for (size_t i = 0; i < rank_of(x); i++)
        in[1 + i] = starts[i];
    IrNamedAttr attr = ints(b, "slice_sizes", rank_of(x), sizes);
    return build_value(b, OP_dynamic_slice, 1 + rank_of(x), in, NULL, 1, &attr);
}

IrValue *ir_dynamic_update_slice(IrBuilder *b, IrValue *x, IrValue *update,
                                 IrValue *const *starts)
{
    IrValue *in[2 + IR_MAX_RANK] = {x, update};
    for (size_t i = 0; i < rank_of(x); i++)
        in[2 + i] = starts[i];
    return build_value(b, OP_dynamic_update_slice, 2 + rank_of(x), in, NULL, 0, NULL);
}

IrValue *ir_pad(IrBuilder *b, IrValue *x, IrValue *value, const int64_t *low,
                const int64_t *high, const int64_t *interior)
{
    int64_t zeros[IR_MAX_RANK];
    fill(zeros, 0);
    IrNamedAttr attrs[] = {
        ints(b, "edge_padding_low", rank_of(x), low),
        ints(b, "edge_padding_high", rank_of(x), high),
        ints(b, "interior_padding", rank_of(x), interior ? interior : zeros),
    };
    return build_value(b, OP_pad, 2, (IrValue *[]){x, value}, NULL, 3, attrs);
}

/* ------------------------------------------------------------ random numbers, control */

IrValue *ir_rng_bits(IrBuilder *b, IrValue *state, IrType bits, IrValue **new_state)
{
    IrNamedAttr attr = {"rng_algorithm",
                        ir_attr_enum(context(b), "rng_algorithm", "THREE_FRY")};
    IrOp *op = build_checked(b, OP_rng_bit_generator, 1, &state, 2,
                             (IrType[]){state->type, bits}, 1, &attr);
    if (new_state)
        *new_state = op ? ir_result(op, 0) : NULL;
    return op ? ir_result(op, 1) : NULL;
}

IrOp *ir_call(IrBuilder *b, IrOp *func, size_t count, IrValue *const *args)
{
    IrType t = ir_func_type(func);
    IrNamedAttr attr = {"callee", ir_attr_symbol(context(b), ir_func_name(func))};
    assert(count == t->input_count);
    for (size_t i = 0; i < count; i++)
        assert(args[i]->type == t->inputs[i]);
    return ir_build(b, OP_call, count, args, t->result_count, t->results, 1, &attr);
}

IrOp *ir_return(IrBuilder *b, size_t count, IrValue *const *values)
{
    return ir_build(b, OP_return, count, values, 0, NULL, 0, NULL);
}

IrOp *ir_gradient(IrBuilder *b, IrValue *loss, size_t count, IrValue *const *wrt)
{
    IrNamedAttr attr = {"call_target_name",
                        ir_attr_string(context(b), "descent.gradient")};
    IrValue **in = ARENA_ARRAY(b->module->arena, IrValue *, 1 + count);
    in[0] = loss;
    for (size_t i = 0; i < count; i++)
        in[1 + i] = wrt[i];
    return ir_build_inferred(b, OP_custom_call, 1 + count, in, count, 1, &attr);
}
