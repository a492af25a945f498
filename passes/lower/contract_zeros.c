/* One row by a matrix that is known to be finite: where the row is 0, the matrix is not
 * read. Pixels are 0, and so is much that relu gives; such a product is bound by reading
 * the matrix.
 *
 *     for blocks of k:
 *       if enough of their a[k] are 0:
 *         list the k where a[k] is not 0
 *         for k in the list:  load NV vectors of b, broadcast a[k], NV times fma
 *       else the same for all k
 *
 * This changes no bit. A step is s' = fma(a, b, s), or with product and sum rounded
 * apart. If a is +0 or -0 and b is finite, the product is a zero, and s' is s (infinities
 * and NaN, too), except that a zero s may get the other sign. Later steps cannot tell the
 * sign of a zero s: if their product is not 0, its sum with +0 and with -0 is the same,
 * and if it is 0, the sum is a zero again. So both ways lead to the same bits, or to two
 * zeros (-0 comes of a product that underflows in an fma). Adding +0 at the end makes +0
 * of both zeros and leaves all else; it is done where b is not known to be finite, too,
 * so that no result depends on what is known.
 *
 * If b is infinite or NaN, 0 * b is NaN, and each step counts. Known to be finite are
 * constants that are, and arguments that are said to be (descent.finite). */
#include "passes/lower/contract.h"
#include "passes/strided.h"

enum {
    LEAST_VECTORS = 4, LEAST_DEPTH = 64, /* less of b is read before a is looked at */
    WORTH_ZEROS = 8                      /* one zero of so many pays for the list */
};

bool may_skip_zeros(const Schedule *s)
{
    const Dim *k = s->c.k.count ? &s->c.k.of[s->c.k.count - 1] : NULL;
    return !s->dots && s->c.m.size == 1 && s->t.vectors >= LEAST_VECTORS && k &&
           k->size >= LEAST_DEPTH && (!s->c.a.memory || k->a == 1);
}

bool is_finite_operand(const Emit *e, const Operand *o)
{
    int64_t strides[IR_MAX_RANK], start;
    const IrValue *x = pass_strided(o->value, strides, &start);
    if (x && !x->op)
        return ir_func_arg_attr(e->graph, x->index, "descent.finite") != NULL;
    if (!x || x->op->kind != OP_constant)
        return false;
    IrAttr value = ir_op_attr(x->op, "value");
    return dtype_all_finite(x->type->elem, value->bytes,
                            value->splat ? 1 : ir_elements(x->type));
}

IrValue *without_sign_of_zero(Emit *e, IrValue *sum)
{
    return k_binary(&e->b, OP_arith_addf, sum, k_const(&e->b, sum->type, 0));
}

static IrValue *row_of_a(const Schedule *s)
{
    return s->staged ? s->staged : s->c.a.memory;
}

/* 0 if x is: the bits of +0 and -0 are 0 but for the first. As integers, because it takes
 * two flags of the processor to say that floats are equal. */
static IrValue *magnitude_bits(Emit *e, IrValue *x)
{
    Dtype bits = dtype_bytes(x->type->elem) == 8 ? DTYPE_i64 : DTYPE_i32;
    IrValue *i = k_cast(&e->b, OP_arith_bitcast, x, k_type_like(e->c, x->type, bits));
    return k_binary(&e->b, OP_arith_addi, i, i);
}

/* 1 or 0, in so many lanes as x has. */
static IrValue *is(Emit *e, const char *what, IrValue *x)
{
    IrValue *bits = magnitude_bits(e, x);
    IrValue *flag = k_cmpi(&e->b, what, bits, k_int(&e->b, bits->type, 0));
    return k_cast(&e->b, OP_arith_extui, flag, k_type_like(e->c, x->type, DTYPE_i32));
}

/* In whole vectors: it makes no difference to the result what is done about the rest. */
IrValue *has_zeros(Emit *e, const Schedule *s, IrValue *row, IrValue *from, IrValue *to)
{
    IrType type = lane_type(e, s->c.elem);
    IrValue *w = c_index(e, e->lanes);
    IrValue *none = k_int(&e->b, k_type_like(e->c, type, DTYPE_i32), 0);
    IrValue *size = k_sub_index(&e->b, to, from);
    IrValue *end = plus(e, from, times(e, k_div_index(&e->b, size, w), e->lanes));
    IrOp *loop = k_for_begin(&e->b, from, end, w, 1, &none);
    IrValue *at = plus(e, row, k_arg(loop, 0));
    IrValue *zeros = is(e, "eq", k_vload(&e->b, row_of_a(s), 1, &at, type));
    IrValue *sum = k_binary(&e->b, OP_arith_addi, k_arg(loop, 1), zeros);
    k_for_end(&e->b, loop, 1, &sum);
    IrValue *all = k_reduction(&e->b, "add", ir_result(loop, 0));
    all = k_cast(&e->b, OP_arith_index_cast, all, ir_index(e->c));
    return k_cmpi(&e->b, "sgt", all, k_div_index(&e->b, size, c_index(e, WORTH_ZEROS)));
}

/* Each i is written at the end of the list, which then grows or not: nothing to guess. */
IrValue *list_nonzero(Emit *e, const Schedule *s, IrValue *row, IrValue *from,
                      IrValue *to)
{
    IrValue *none = c_index(e, 0);
    IrOp *loop = k_for_begin(&e->b, from, to, c_index(e, 1), 1, &none);
    IrValue *i = k_arg(loop, 0), *count = k_arg(loop, 1), *at = plus(e, row, i);
    k_store(&e->b, k_cast(&e->b, OP_arith_index_cast, i, ir_scalar(e->c, DTYPE_i32)),
            s->nonzero, 1, &count);
    IrValue *more = is(e, "ne", k_load(&e->b, row_of_a(s), 1, &at));
    more = k_cast(&e->b, OP_arith_index_cast, more, ir_index(e->c));
    IrValue *next = plus(e, count, more);
    k_for_end(&e->b, loop, 1, &next);
    return ir_result(loop, 0);
}

IrValue *nonzero_at(Emit *e, const Schedule *s, IrValue *i)
{
    IrValue *k = k_load(&e->b, s->nonzero, 1, &i);
    return k_cast(&e->b, OP_arith_index_cast, k, ir_index(e->c));
}
