/* The rewrites that a row of text can say. In a pattern, a letter is any value (the
 * same letter the same value), a number a constant all of whose elements are that
 * number (0 and -0 differ), and a name an op. Operands of an op that commutes are
 * tried both ways round. A remark behind a row names the operands that make the
 * difference. */
#include "passes/simplify/simplify.h"
#include "support/real.h"

#include <assert.h>
#include <math.h>
#include <string.h>

typedef enum { ANY, FLOATS, BOOLS } Domain; /* the result's type */

typedef struct Row {
    const char *pattern, *result;
    Exactness exactness;
    Domain domain;
} Row;

/* clang-format off */
static const Row rows[] = {
    {"add(x, -0)",                   "x",              EXACT,        ANY},
    {"add(x, 0)",                    "x",              SIGN_OF_ZERO, ANY},     /* -0 */
    {"add(x, negate(y))",            "subtract(x, y)", EXACT,        ANY},
    {"subtract(x, 0)",               "x",              EXACT,        ANY},
    {"subtract(-0, x)",              "negate(x)",      EXACT,        ANY},
    {"subtract(0, x)",               "negate(x)",      SIGN_OF_ZERO, ANY},     /* 0 */
    {"subtract(x, negate(y))",       "add(x, y)",      EXACT,        ANY},
    {"subtract(x, x)",               "0",              FINITE,       ANY},     /* inf */
    {"multiply(x, 1)",               "x",              EXACT,        ANY},
    {"multiply(x, -1)",              "negate(x)",      EXACT,        ANY},
    {"multiply(x, 0)",               "0",              FINITE,       ANY},     /* inf */
    {"multiply(negate(x), negate(y))", "multiply(x, y)", EXACT,      ANY},
    {"divide(x, 1)",                 "x",              EXACT,        ANY},
    {"divide(x, -1)",                "negate(x)",      EXACT,        ANY},
    {"divide(negate(x), negate(y))", "divide(x, y)",   EXACT,        FLOATS},  /* -2^31 */
    {"power(x, 1)",                  "x",              EXACT,        ANY},
    {"power(x, 0)",                  "1",              EXACT,        ANY},     /* NaN^0 */
    {"power(x, 2)",                  "multiply(x, x)", AS_ACCURATE,  ANY},
    {"power(x, 3)",                  "multiply(multiply(x, x), x)", AS_ACCURATE, ANY},
    {"power(x, -1)",                 "divide(1, x)",   AS_ACCURATE,  FLOATS},
    {"power(x, 0.5)",                "sqrt(x)",        FINITE,       FLOATS},  /* -inf */
    {"power(x, -0.5)",               "rsqrt(x)",       FINITE,       FLOATS},
    {"divide(1, sqrt(x))",           "rsqrt(x)",       ROUNDING,     FLOATS},
    {"negate(negate(x))",            "x",              EXACT,        ANY},
    {"negate(subtract(x, y))",       "subtract(y, x)", SIGN_OF_ZERO, ANY},     /* x - x */
    {"abs(negate(x))",               "abs(x)",         EXACT,        ANY},
    {"abs(abs(x))",                  "abs(x)",         EXACT,        ANY},
    {"not(not(x))",                  "x",              EXACT,        ANY},
    {"ceil(ceil(x))",                "ceil(x)",        EXACT,        ANY},
    {"floor(floor(x))",              "floor(x)",       EXACT,        ANY},
    {"round_nearest_afz(round_nearest_afz(x))", "round_nearest_afz(x)", EXACT, ANY},
    {"round_nearest_even(round_nearest_even(x))", "round_nearest_even(x)", EXACT, ANY},
    {"sign(sign(x))",                "sign(x)",        EXACT,        ANY},
    {"maximum(x, x)",                "x",              EXACT,        ANY},
    {"maximum(maximum(x, y), y)",    "maximum(x, y)",  EXACT,        ANY},
    {"minimum(x, x)",                "x",              EXACT,        ANY},
    {"minimum(minimum(x, y), y)",    "minimum(x, y)",  EXACT,        ANY},
    {"and(x, x)",                    "x",              EXACT,        ANY},
    {"and(x, 0)",                    "0",              EXACT,        ANY},
    {"and(x, 1)",                    "x",              EXACT,        BOOLS},
    {"or(x, x)",                     "x",              EXACT,        ANY},
    {"or(x, 0)",                     "x",              EXACT,        ANY},
    {"or(x, 1)",                     "1",              EXACT,        BOOLS},
    {"xor(x, x)",                    "0",              EXACT,        ANY},
    {"xor(x, 0)",                    "x",              EXACT,        ANY},
    {"xor(x, 1)",                    "not(x)",         EXACT,        BOOLS},
    {"shift_left(x, 0)",             "x",              EXACT,        ANY},
    {"shift_right_logical(x, 0)",    "x",              EXACT,        ANY},
    {"shift_right_arithmetic(x, 0)", "x",              EXACT,        ANY},
    {"select(1, x, y)",              "x",              EXACT,        ANY},
    {"select(0, x, y)",              "y",              EXACT,        ANY},
    {"select(p, x, x)",              "x",              EXACT,        ANY},
    {"select(not(p), x, y)",         "select(p, y, x)", EXACT,       ANY},
    {"select(p, select(p, x, y), z)", "select(p, x, z)", EXACT,      ANY},
    {"select(p, x, select(p, y, z))", "select(p, x, z)", EXACT,      ANY},
};
/* clang-format on */

/* ---------------------------------------------------------------------------- reading */

/* expr = letter | number | name "(" expr { "," expr } ")" . */
typedef struct Expr {
    enum { LETTER, NUMBER, OP } is;
    int letter;
    double number;
    IrOpKind kind;
    int count;
    struct Expr *operand[3];
} Expr;

typedef struct Pattern {
    const Row *row;
    Expr *from, *to;
    struct Pattern *next; /* with the same root */
} Pattern;

static IrOpKind kind_of(const char *name, size_t length)
{
    static const char *const ids[OP_COUNT] = {
#define GRAPH_OP(id, ...) [OP_##id] = #id,
#include "ir/ops.def"
    };
    int kind = 0;
    while (kind < OP_COUNT &&
           (!ids[kind] || strlen(ids[kind]) != length || memcmp(ids[kind], name, length)))
        kind++;
    assert(kind < OP_COUNT);
    return (IrOpKind)kind;
}

static Expr *read_expr(Arena *a, const char **at)
{
    Expr *e = ARENA_NEW(a, Expr);
    const char *start = *at;
    size_t length = strspn(start, "abcdefghijklmnopqrstuvwxyz_");
    *at += length;
    if (length == 1) {
        e->is = LETTER;
        e->letter = *start - 'a';
    } else if (!length) {
        char *end;
        e->is = NUMBER;
        e->number = real_parse(start, &end);
        *at = end;
    } else {
        e->is = OP;
        e->kind = kind_of(start, length);
        do {
            *at += 1 + strspn(*at + 1, " "); /* over ( or , */
            e->operand[e->count++] = read_expr(a, at);
        } while (**at == ',');
        ++*at;
    }
    return e;
}

void simplify_read_rows(Simplify *s)
{
    for (size_t i = sizeof rows / sizeof *rows; i-- > 0;) {
        Pattern *p = ARENA_NEW(s->arena, Pattern);
        const char *from = rows[i].pattern, *to = rows[i].result;
        p->row = &rows[i];
        p->from = read_expr(s->arena, &from);
        p->to = read_expr(s->arena, &to);
        p->next = s->rows[p->from->kind];
        s->rows[p->from->kind] = p;
    }
}

/* --------------------------------------------------------------------------- matching */

typedef struct Binding {
    IrValue *letter[26];
} Binding;

static bool is_number(const IrValue *v, double number)
{
    if (!ir_is(v, OP_constant))
        return false;
    IrAttr value = ir_op_attr(v->op, "value");
    if (!value->splat)
        return false;
    double held = ir_elements_get(value, 0);
    return held == number && signbit(held) == signbit(number);
}

static bool match(const Expr *e, IrValue *v, Binding *b);

static bool match_operands(const Expr *e, const IrOp *op, bool swapped, Binding *b)
{
    for (int i = 0; i < e->count; i++)
        if (!match(e->operand[i], ir_operand(op, (uint32_t)(swapped ? 1 - i : i)), b))
            return false;
    return true;
}

static bool match_op(const Expr *e, const IrOp *op, Binding *b)
{
    Binding before = *b;
    if (match_operands(e, op, false, b))
        return true;
    *b = before;
    return (ir_op_info(op->kind)->traits & IR_COMMUTES) && match_operands(e, op, true, b);
}

static bool match(const Expr *e, IrValue *v, Binding *b)
{
    switch (e->is) {
    case LETTER:
        if (!b->letter[e->letter])
            b->letter[e->letter] = v;
        return b->letter[e->letter] == v;
    case NUMBER: return is_number(v, e->number);
    case OP: return ir_is(v, e->kind) && match_op(e, v->op, b);
    }
    return false;
}

static IrValue *make(Simplify *s, const Expr *e, IrType type, const Binding *b)
{
    IrValue *in[3];
    if (e->is == LETTER)
        return b->letter[e->letter];
    if (e->is == NUMBER)
        return ir_splat(&s->b, type, e->number);
    for (int i = 0; i < e->count; i++)
        in[i] = make(s, e->operand[i], type, b);
    IrOp *op = ir_build(&s->b, e->kind, (size_t)e->count, in, 1, &type, 0, NULL);
    return ir_result(op, 0);
}

static bool in_domain(Domain d, IrType t)
{
    return d == ANY || (d == FLOATS ? dtype_is_float(t->elem) : t->elem == DTYPE_i1);
}

IrValue *simplify_by_rows(Simplify *s, const IrOp *op)
{
    IrType type = op->results[0].type;
    for (const Pattern *p = s->rows[op->kind]; p; p = p->next) {
        Binding b = {0};
        if (in_domain(p->row->domain, type) &&
            simplify_allows(s, p->row->exactness, type) && match_op(p->from, op, &b))
            return make(s, p->to, type, &b);
    }
    return NULL;
}
