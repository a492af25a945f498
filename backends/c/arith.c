/* Constants and arithmetic: a formula of the rule, for scalars and lane by lane. */
#include "backends/c/emit.h"

#include <string.h>

/* -------------------------------------------------------------------------- constants */

/* The array of a vector's lanes; equal attributes are one. */
static const char *table_of(CEmit *e, IrAttr a, IrType t)
{
    for (size_t i = 0; i < e->table_count; i++)
        if (e->tables[i].elements == a)
            return e->tables[i].name;
    const char *stem = c_format(e, "lanes_%zu", e->table_count);
    CTable made = {a, c_table(e, stem, "static ", a, t)};
    ARENA_PUSH(e->arena, e->tables, e->table_count, e->table_room, made);
    return made.name;
}

static CText vector_constant(CEmit *e, const IrOp *op, IrAttr a)
{
    IrType t = ir_result(op, 0)->type;
    CElem elem = c_elem(t);
    if (a->splat)
        return c_atom(c_format(e, "%s(%s)", c_helper(e, "all", elem, c_lanes(t)),
                               c_element_literal(e, a, 0, false).text));
    if (t->of_index || t->elem == DTYPE_i1)
        c_fail(e, op, "unsupported: a constant of different indices or truths");
    return c_atom(c_format(e, "%s(%s, 0)", c_helper(e, "load", elem, c_lanes(t)),
                           table_of(e, a, t)));
}

void c_constant(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrAttr a = ir_op_attr(op, "value");
    IrType t = ir_result(op, 0)->type;
    if (a->kind == IR_ATTR_ELEMENTS && c_lanes(t) > 1)
        c_define(e, op, vector_constant(e, op, a));
    else if (a->kind == IR_ATTR_ELEMENTS)
        c_define(e, op, c_element_literal(e, a, 0, false));
    else if (a->kind == IR_ATTR_FLOAT)
        c_define(e, op, c_scalar_literal(e, t->elem, a->real));
    else
        c_define(e, op, c_int_literal(e, c_elem(t), a->number));
}

/* --------------------------------------------------------------------------- formulas */

static CText lanewise(CEmit *e, const CRule *rule, CElem in, CElem out, unsigned lanes,
                      unsigned count, const CText *args)
{
    const char *text = c_format(e, "%s(", c_lanewise(e, rule, in, out, lanes, count));
    for (unsigned i = 0; i < count; i++)
        text = c_format(e, "%s%s%s", text, i ? ", " : "", args[i].text);
    return c_atom(c_format(e, "%s)", text));
}

static bool are_small(CEmit *e, const IrOp *op)
{
    return c_is_small(e, ir_operand(op, 0)) && c_is_small(e, ir_operand(op, 1));
}

static CText formula(CEmit *e, const IrOp *op, const CRule *rule, CElem in)
{
    CText args[3];
    IrType t = ir_operand(op, 0)->type;
    unsigned lanes = c_lanes(t), count = op->operand_count;
    CElem out = c_wide_elem(ir_result(op, 0)->type);
    int64_t amount;
    for (unsigned i = 0; i < count; i++)
        args[i] = c_wide_operand(e, op, i);
    if (in.is_index && in.bits == 64 && count == 2 && are_small(e, op))
        args[0] = c_cast(e, in.type, args[0]);
    if (lanes > 1)
        return lanewise(e, rule, in, out, lanes, count, args);
    if ((rule->flags & C_SHIFT) && c_known(e, ir_operand(op, 1), &amount) &&
        amount >= 0 && amount < in.bits)
        args[1] = c_index_literal(e, amount);
    return c_apply(e, rule, in, out, count, args);
}

void c_formula(CEmit *e, const IrOp *op, const CRule *rule)
{
    c_define_narrow(e, op, formula(e, op, rule, c_wide_elem(ir_operand(op, 0)->type)));
}

/* ----------------------------------------------------------------------------- truths */

/* On scalars of i1; NULL: the rule as it is. */
static const CRule *rule_of_truths(CEmit *e, const IrOp *op)
{
    static const CRule both = {NULL, "and", "$a && $b", C_BITS, 0},
                       either = {NULL, "or", "$a || $b", C_BITS, 0},
                       differ = {NULL, "xor", "$a != $b", C_BITS, 0},
                       negation = {NULL, "not", "!$a", C_PREFIX, 0};
    int64_t known;
    switch (op->kind) {
    case OP_arith_muli:
    case OP_arith_andi: return &both;
    case OP_arith_ori: return &either;
    case OP_arith_addi:
    case OP_arith_subi:
    case OP_arith_xori:
        return c_known(e, ir_operand(op, 1), &known) && known ? &negation : &differ;
    default: return NULL;
    }
}

/* ---------------------------------------------------------------------------- indices */

unsigned c_range(CEmit *e, const IrValue *v)
{
    int64_t n;
    if (c_known(e, v, &n))
        return n < 0 ? C_BOUNDED : C_BOUNDED | C_NATURAL;
    return e->values[v->id].range;
}

static unsigned range(CEmit *e, const IrOp *op, uint32_t i)
{
    return c_range(e, ir_operand(op, i));
}

static unsigned range_of_result(CEmit *e, const IrOp *op)
{
    unsigned a = range(e, op, 0), b = range(e, op, 1), both = a & b, either = a | b;
    switch (op->kind) {
    case OP_arith_addi:
    case OP_arith_muli: return (both & C_BOUNDED) == C_BOUNDED ? both : 0;
    case OP_arith_subi: return (both & C_BOUNDED) == C_BOUNDED ? C_BOUNDED : 0;
    case OP_arith_divui:
    case OP_arith_divsi: return both & C_NATURAL ? a : 0;
    case OP_arith_remui:
    case OP_arith_remsi:
        return both & C_NATURAL ? C_NATURAL | C_LOW | (either & C_HIGH) : 0;
    case OP_arith_minsi: return (either & C_HIGH) | (both & (C_LOW | C_NATURAL));
    case OP_arith_maxsi: return (either & (C_LOW | C_NATURAL)) | (both & C_HIGH);
    default: return 0;
    }
}

/* x + 0, x - 0, x * 1, x / 1, and 0 + x, 1 * x: the operand that is the result; -1:
 * none. */
static int neutral(CEmit *e, const IrOp *op)
{
    int64_t a, b;
    bool one = op->kind == OP_arith_muli || op->kind == OP_arith_divui;
    bool commutes = op->kind == OP_arith_muli || op->kind == OP_arith_addi;
    if (!one && op->kind != OP_arith_addi && op->kind != OP_arith_subi)
        return -1;
    if (c_known(e, ir_operand(op, 1), &b) && b == one)
        return 0;
    return commutes && c_known(e, ir_operand(op, 0), &a) && a == one ? 1 : -1;
}

/* The operands of an index op as unsigned numbers, and its result back. */
static CText unsigned_formula(CEmit *e, const IrOp *op, const CRule *rule)
{
    CElem u64 = c_elem(ir_index_vector(e->module->context, 2));
    CText args[2];
    for (unsigned i = 0; i < 2; i++)
        args[i] = c_cast(e, "uint64_t", c_operand(e, op, i));
    CElem out = rule->flags & C_TEST ? c_elem(ir_result(op, 0)->type) : u64;
    CText made = c_apply(e, rule, u64, out, 2, args);
    return rule->flags & C_TEST ? made : c_cast(e, "int64_t", made);
}

static bool are_natural(CEmit *e, const IrOp *op)
{
    return c_bounds(e, ir_operand(op, 0)).low >= 0 && c_bounds(e, ir_operand(op, 1)).low >= 0;
}

/* Quotients of unsigned numbers of 32 bits take fewer instructions than signed ones. */
static CText small_quotient(CEmit *e, const IrOp *op, const CRule *rule)
{
    CElem u32 = c_elem(ir_scalar(e->module->context, DTYPE_i32));
    CText args[2] = {c_cast(e, u32.type, c_operand(e, op, 0)), c_operand(e, op, 1)};
    return c_cast(e, "int32_t", c_apply(e, rule, u32, u32, 2, args));
}

/* An index is signed in C. Arithmetic on sizes and counters cannot overflow; that on
 * numbers that come from data might, and is done as unsigned numbers, which wrap. */
static bool as_unsigned(CEmit *e, const IrOp *op, const CRule *rule)
{
    if (are_small(e, op))
        return (rule->flags & C_UNSIGNED) && !are_natural(e, op);
    unsigned both = range(e, op, 0) & range(e, op, 1);
    return ((rule->flags & C_UNSIGNED) && !(both & C_NATURAL)) ||
           ((rule->flags & C_WRAPS) && (both & C_BOUNDED) != C_BOUNDED);
}

static CText index_formula(CEmit *e, const IrOp *op, const CRule *rule)
{
    CElem out = c_value_elem(e, ir_result(op, 0));
    bool quotient = op->kind == OP_arith_divui || op->kind == OP_arith_remui;
    if (out.bits == 32 && are_small(e, op))
        return quotient ? small_quotient(e, op, rule) : formula(e, op, rule, out);
    CElem wide = c_elem(ir_operand(op, 0)->type);
    CText made = as_unsigned(e, op, rule) ? unsigned_formula(e, op, rule)
                                          : formula(e, op, rule, wide);
    return out.bits == 32 ? c_cast(e, out.type, made) : made;
}

void c_index_op(CEmit *e, const IrOp *op, const CRule *rule)
{
    CElem t = c_elem(ir_operand(op, 0)->type);
    if (!t.is_index) {
        const CRule *truths = t.bits == 1 ? rule_of_truths(e, op) : NULL;
        c_formula(e, op, truths ? truths : rule);
        return;
    }
    int same = neutral(e, op);
    if (same >= 0) {
        unsigned known = range(e, op, (uint32_t)same);
        c_alias(e, ir_result(op, 0), ir_operand(op, (uint32_t)same));
        e->values[ir_result(op, 0)->id].range = known;
        return;
    }
    unsigned known = range_of_result(e, op);
    c_define(e, op, index_formula(e, op, rule));
    e->values[ir_result(op, 0)->id].range = known;
}

/* ------------------------------------------------------------------------ comparisons */

typedef struct Predicate {
    const char *name;
    CRule rule;
    bool negated;
} Predicate;

#define TEST(NAME, FORMULA, FLAGS, NEGATED)                                              \
    {                                                                                    \
        NAME, {NULL, NAME, FORMULA, C_BITS, C_TEST | C_WHOLE | (FLAGS)}, NEGATED         \
    }
static const Predicate of_ints[] = {
    TEST("eq", "$a == $b", 0, false),          TEST("ne", "$a != $b", 0, false),
    TEST("slt", "$a < $b", C_SIGNED, false),   TEST("sle", "$a <= $b", C_SIGNED, false),
    TEST("sgt", "$a > $b", C_SIGNED, false),   TEST("sge", "$a >= $b", C_SIGNED, false),
    TEST("ult", "$a < $b", C_UNSIGNED, false), TEST("ule", "$a <= $b", C_UNSIGNED, false),
    TEST("ugt", "$a > $b", C_UNSIGNED, false), TEST("uge", "$a >= $b", C_UNSIGNED, false),
};
/* Where both operands are numbers; or (unordered) negated: not both are, or ... */
static const Predicate of_floats[] = {
    TEST("oeq", "$a == $b", 0, false),
    TEST("une", "$a != $b", 0, false),
    TEST("olt", "$a < $b", 0, false),
    TEST("uge", "$a < $b", 0, true),
    TEST("ole", "$a <= $b", 0, false),
    TEST("ugt", "$a <= $b", 0, true),
    TEST("ogt", "$a > $b", 0, false),
    TEST("ule", "$a > $b", 0, true),
    TEST("oge", "$a >= $b", 0, false),
    TEST("ult", "$a >= $b", 0, true),
    TEST("ord", "($a == $a) & ($b == $b)", 0, false),
    TEST("uno", "($a != $a) | ($b != $b)", 0, false),
    TEST("one", "($a < $b) | ($a > $b)", 0, false),
    TEST("ueq", "($a < $b) | ($a > $b)", 0, true),
};
#undef TEST

static const Predicate *find_predicate(const char *name, bool floats)
{
    const Predicate *all = floats ? of_floats : of_ints;
    size_t count =
        floats ? sizeof of_floats / sizeof *of_floats : sizeof of_ints / sizeof *of_ints;
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

static CText negate(CEmit *e, CText test, unsigned lanes)
{
    if (lanes == 1)
        return (CText){c_format(e, "!%s", c_bound(e, test, C_PREFIX)), C_PREFIX};
    static const CRule rule = {NULL, "not", "~$a", C_PREFIX, C_WHOLE};
    CElem mask = {"mask", "int32_t", 32, false, false};
    return lanewise(e, &rule, mask, mask, lanes, 1, &test);
}

/* A truth is 0 or 1 as a scalar, and 0 or -1 as a lane. Compared the other way (signed,
 * as a scalar; unsigned, as a lane) the order is the reverse. */
static const char *order_of_truths(const char *predicate, unsigned lanes)
{
    static const char *const reverse[][2] = {
        {"ult", "sgt"}, {"ule", "sge"}, {"ugt", "slt"}, {"uge", "sle"}};
    for (size_t i = 0; i < sizeof reverse / sizeof *reverse; i++)
        if (strcmp(predicate, reverse[i][lanes == 1]) == 0)
            return reverse[i][lanes > 1];
    return predicate;
}

void c_compare(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    IrType t = ir_operand(op, 0)->type;
    const char *predicate = ir_op_string(op, "predicate");
    if (t->kind != IR_INDEX && !t->of_index && t->elem == DTYPE_i1)
        predicate = order_of_truths(predicate, c_lanes(t));
    const Predicate *p = find_predicate(predicate, op->kind == OP_arith_cmpf);
    if (!p) {
        c_fail(e, op, "no code for predicate %s", ir_op_string(op, "predicate"));
        return;
    }
    bool wraps = c_elem(t).is_index && as_unsigned(e, op, &p->rule);
    CElem in = are_small(e, op) ? c_value_elem(e, ir_operand(op, 0)) : c_wide_elem(t);
    CText made =
        wraps ? unsigned_formula(e, op, &p->rule) : formula(e, op, &p->rule, in);
    if (p->negated)
        made = negate(e, made, c_lanes(t));
    c_define(e, op, made);
}

/* ----------------------------------------------------------------------------- select */

void c_select(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const IrValue *result = ir_result(op, 0);
    int64_t condition;
    if (c_known(e, ir_operand(op, 0), &condition)) {
        c_alias(e, result, ir_operand(op, condition ? 1 : 2));
        return;
    }
    CText c = c_operand(e, op, 0), x = c_operand(e, op, 1), y = c_operand(e, op, 2);
    unsigned both = range(e, op, 1) & range(e, op, 2);
    if (c_lanes(ir_operand(op, 0)->type) > 1)
        c_define(e, op,
                 c_atom(c_format(
                     e, "%s(%s, %s, %s)",
                     c_helper(e, "select", c_elem(result->type), c_lanes(result->type)),
                     c.text, x.text, y.text)));
    else
        c_define(e, op, c_choose(e, c, x, y));
    e->values[result->id].range = both;
}
