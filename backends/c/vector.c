/* Vectors: lanes, masks, reductions. */
#include "backends/c/emit.h"

#include <inttypes.h>
#include <string.h>

static bool is_truth(IrType t) { return !t->of_index && t->elem == DTYPE_i1; }

void c_broadcast(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType t = ir_result(op, 0)->type;
    CText x = c_operand(e, op, 0);
    if (c_lanes(t) == 1) {
        c_define(e, op, x);
        return;
    }
    const char *one = is_truth(t) ? c_format(e, "-%s", c_bound(e, x, C_ATOM)) : x.text;
    c_define(
        e, op,
        c_atom(c_format(e, "%s(%s)", c_helper(e, "all", c_elem(t), c_lanes(t)), one)));
}

/* A lane of vector type t as a scalar. */
static CText as_scalar(CEmit *e, IrType t, CText lane)
{
    if (is_truth(t))
        return (CText){c_format(e, "%s != 0", c_bound(e, lane, C_PREFIX)), C_BITS};
    return t->of_index ? c_cast(e, "int64_t", lane) : lane;
}

void c_extract(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType t = ir_operand(op, 0)->type;
    int64_t lane = ir_op_ints(op, "static_position", NULL)[0];
    CText v = c_operand(e, op, 0);
    if (c_lanes(t) > 1)
        v = as_scalar(e, t, c_atom(c_format(e, "LANE(%s, %" PRId64 ")", v.text, lane)));
    c_define(e, op, v);
}

void c_insert(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType t = ir_result(op, 0)->type;
    int64_t lane = ir_op_ints(op, "static_position", NULL)[0];
    CText x = c_operand(e, op, 0), v = c_operand(e, op, 1);
    if (c_lanes(t) == 1) {
        c_define(e, op, x);
        return;
    }
    const char *one = is_truth(t) ? c_format(e, "-%s", c_bound(e, x, C_ATOM)) : x.text;
    c_define(e, op,
             c_atom(c_format(e, "%s(%s, %" PRId64 ", %s)",
                             c_helper(e, "insert", c_elem(t), c_lanes(t)), v.text, lane,
                             one)));
}

/* ------------------------------------------------------------------------- shuffles */

/* Lane i of the result: of a, or of b behind it. */
static const char *source_lane(CEmit *e, int64_t at, unsigned lanes_of_a,
                               unsigned lanes_of_b)
{
    bool first = at < (int64_t)lanes_of_a;
    unsigned lanes = first ? lanes_of_a : lanes_of_b;
    const char *v = first ? "a" : "b";
    return lanes == 1 ? v
                      : c_format(e, "LANE(%s, %" PRId64 ")", v,
                                 first ? at : at - (int64_t)lanes_of_a);
}

static bool reads_b(const int64_t *mask, size_t n, unsigned lanes_of_a)
{
    for (size_t i = 0; i < n; i++)
        if (mask[i] >= (int64_t)lanes_of_a)
            return true;
    return false;
}

/* The body is the key; functions of one body are one. */
static const char *shuffle_body(CEmit *e, const IrOp *op, const int64_t *mask, size_t n)
{
    IrType ta = ir_operand(op, 0)->type, t = ir_result(op, 0)->type;
    const char *type = c_type(e, t);
    const char *body = c_format(e, "(%s a, %s b)\n{\n    %s r;\n", c_type(e, ta),
                                c_type(e, ir_operand(op, 1)->type), type);
    for (size_t i = 0; i < n; i++)
        body = c_format(
            e, "%s    %s = %s;\n", body, n == 1 ? "r" : c_format(e, "LANE(r, %zu)", i),
            source_lane(e, mask[i], c_lanes(ta), c_lanes(ir_operand(op, 1)->type)));
    return c_format(e, "%s%s    return r;\n}\n\n", body,
                    reads_b(mask, n, c_lanes(ta)) ? "" : "    (void)b;\n");
}

static const char *shuffle_function(CEmit *e, const IrOp *op)
{
    size_t n;
    const int64_t *mask = ir_op_ints(op, "mask", &n);
    IrType t = ir_result(op, 0)->type;
    const char *body = shuffle_body(e, op, mask, n);
    for (size_t i = 0; i < e->shuffle_count; i++)
        if (strcmp(e->shuffles[i].body, body) == 0)
            return e->shuffles[i].name;
    const char *name = c_format(
        e, "%s_shuffle_%zu", c_vector_name(e, c_elem(t), c_lanes(t)), e->shuffle_count);
    CShuffle made = {name, body};
    ARENA_PUSH(e->arena, e->shuffles, e->shuffle_count, e->shuffle_room, made);
    c_add_helper(e, c_lanes(ir_operand(op, 0)->type), "%s %s%s", c_type(e, t), name,
                 body);
    return name;
}

void c_shuffle(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const char *f = shuffle_function(e, op);
    const char *a = c_operand_text(e, op, 0), *b = c_operand_text(e, op, 1);
    c_define(e, op, c_atom(c_format(e, "%s(%s, %s)", f, a, b)));
}

void c_step(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType t = ir_result(op, 0)->type;
    c_define(
        e, op,
        c_atom(c_lanes(t) == 1
                   ? "0"
                   : c_format(e, "%s()", c_helper(e, "step", c_elem(t), c_lanes(t)))));
}

void c_create_mask(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType t = ir_result(op, 0)->type;
    CText n = c_operand(e, op, 0);
    if (c_lanes(t) == 1)
        c_define(e, op, (CText){c_format(e, "%s > 0", c_bound(e, n, C_PREFIX)), C_BITS});
    else
        c_define(e, op,
                 c_atom(c_format(e, "%s(%s)", c_helper(e, "first", c_elem(t), c_lanes(t)),
                                 n.text)));
}

/* ------------------------------------------------------------------------- reductions */

static const struct {
    const char *kind;
    IrOpKind ints, floats;
} combines[] = {
    {"add", OP_arith_addi, OP_arith_addf},     {"mul", OP_arith_muli, OP_arith_mulf},
    {"and", OP_arith_andi, OP_COUNT},          {"or", OP_arith_ori, OP_COUNT},
    {"xor", OP_arith_xori, OP_COUNT},          {"minsi", OP_arith_minsi, OP_COUNT},
    {"minui", OP_arith_minui, OP_COUNT},       {"maxsi", OP_arith_maxsi, OP_COUNT},
    {"maxui", OP_arith_maxui, OP_COUNT},       {"minimumf", OP_COUNT, OP_arith_minimumf},
    {"maximumf", OP_COUNT, OP_arith_maximumf},
};

/* NULL: there is none. */
static const CRule *find_combine(CEmit *e, const char *kind, bool floats)
{
    for (size_t i = 0; i < sizeof combines / sizeof *combines; i++) {
        IrOpKind op = floats ? combines[i].floats : combines[i].ints;
        if (strcmp(combines[i].kind, kind) == 0 && op != OP_COUNT)
            return c_rule(e, op);
    }
    return NULL;
}

/* The upper half of the lanes onto the lower, until one is left: a fixed tree, that of
 * the LLVM backend. */
static const char *reduce_function(CEmit *e, const CRule *combine, const char *kind,
                                   CElem t, unsigned lanes)
{
    const char *type = c_vector(e, t, lanes);
    const char *name = c_format(e, "%s_reduce_%s", type, kind);
    if (!c_is_new(e, name))
        return name;
    CText args[] = {c_atom("LANE(a, i)"), c_atom("LANE(a, n + i)")};
    const char *lane = c_apply(e, combine, t, t, 2, args).text;
    c_add_helper(e, lanes,
                 "%s %s(%s a)\n{\n"
                 "    for (int n = %u; n > 0; n /= 2)\n"
                 "        for (int i = 0; i < n; i++)\n"
                 "            LANE(a, i) = %s;\n"
                 "    return LANE(a, 0);\n}\n\n",
                 t.type, name, type, lanes / 2, lane);
    return name;
}

/* Halves are added up in float and rounded once. */
void c_reduction(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType t = ir_operand(op, 0)->type;
    CElem elem = c_wide_elem(t), out = c_wide_elem(ir_result(op, 0)->type);
    unsigned lanes = c_lanes(t);
    const char *kind = ir_op_string(op, "kind");
    const CRule *combine = find_combine(e, kind, elem.is_float);
    if (!combine || (lanes & (lanes - 1))) {
        c_fail(e, op, "no code for kind %s of %u lanes", kind, lanes);
        return;
    }
    CText v = c_wide_operand(e, op, 0);
    if (lanes > 1)
        v = as_scalar(
            e, t,
            c_atom(c_format(e, "%s(%s)", reduce_function(e, combine, kind, elem, lanes),
                            v.text)));
    if (op->operand_count > 1)
        v = c_apply(e, combine, out, out, 2, (CText[]){v, c_wide_operand(e, op, 1)});
    c_define_narrow(e, op, v);
}
