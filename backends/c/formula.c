/* Formulas of the rules: C with these signs in it.
 *
 *     $a $b $c   operands
 *     $f         f, in float, after a function of math.h
 *     $w         1u *, where C would compute in int and overflow
 *     @NAME(     the helper of helpers.c for the type
 *
 * One formula serves a scalar, a lane and, if the rule says so (C_WHOLE), a vector of
 * GNU C. */
#include "backends/c/emit.h"
#include "support/ascii.h"

#include <string.h>

static bool is_mask(CElem t) { return strcmp(t.name, "mask") == 0; }

static bool is_narrow(CElem t) { return !t.is_float && (t.bits == 8 || t.bits == 16); }

static bool casts_sign(const CRule *rule, CElem t)
{
    return (rule->flags & C_SIGNED) && !t.is_float && !t.is_index && t.bits > 1 &&
           !is_mask(t);
}

/* The least level of operand i, so that the formula is grouped as it is meant. */
static CLevel operand_level(CLevel formula, unsigned i)
{
    switch (formula) {
    case C_ATOM: return C_CHOICE; /* an argument of a function */
    case C_PREFIX: return C_ATOM; /* - -x */
    case C_PRODUCT: return i == 0 ? C_PRODUCT : C_PREFIX;
    case C_SUM: return i == 0 ? C_SUM : C_PRODUCT;
    default: return C_PREFIX;
    }
}

static void add_helper(CEmit *e, Text *to, const char **at, CElem t)
{
    const char *name = *at;
    while (ascii_is_alnum(**at) || **at == '_')
        ++*at;
    text_add(to, c_helper(e, arena_strndup(e->arena, name, (size_t)(*at - name)), t, 1));
}

CText c_expand(CEmit *e, const CRule *rule, CElem t, bool whole, unsigned count,
               const CText *args)
{
    Text to = {0};
    for (const char *p = rule->formula; *p;) {
        if (*p == '@') {
            p++;
            add_helper(e, &to, &p, t);
        } else if (*p != '$') {
            text_add_bytes(&to, p++, 1);
        } else {
            unsigned i = (unsigned)(p[1] - 'a');
            if (i < count)
                text_add(&to, c_bound(e, args[i], operand_level(rule->level, i)));
            else if (p[1] == 'f' && t.bits == 32)
                text_add(&to, "f");
            else if (p[1] == 'w' && is_narrow(t) && !whole)
                text_add(&to, "1u * ");
            p += 2;
        }
    }
    CText made = {arena_strdup(e->arena, to.bytes), rule->level};
    text_free(&to);
    return made;
}

/* Shifting by the width or more is undefined in C: nobody asks for the result. */
static CText shift_amount(CEmit *e, CElem t, CText amount)
{
    if (amount.text[strspn(amount.text, "0123456789")] == 0)
        return amount; /* a number: c_formula has looked at it */
    return (CText){c_format(e, "%s & %u", c_bound(e, amount, C_PREFIX), t.bits - 1),
                   C_BITS};
}

CText c_apply(CEmit *e, const CRule *rule, CElem in, CElem out, unsigned count,
              const CText *args)
{
    CText taken[3];
    bool sign = casts_sign(rule, in);
    for (unsigned i = 0; i < count; i++)
        taken[i] = sign ? c_cast(e, c_signed(in).type, args[i]) : args[i];
    if (rule->flags & C_SHIFT)
        taken[1] = shift_amount(e, in, args[1]);
    CText made = c_expand(e, rule, sign ? c_signed(in) : in, false, count, taken);
    if (rule->flags & C_TEST)
        return is_mask(out)
                   ? (CText){c_format(e, "-%s", c_bound(e, made, C_ATOM)), C_PREFIX}
                   : made;
    bool same = strcmp(in.name, out.name) == 0;
    return same && (sign || is_narrow(out)) ? c_cast(e, out.type, made) : made;
}

/* ---------------------------------------------------------------------------- vectors */

static const char *const letters[] = {"a", "b", "c"};

/* The formula on whole vectors. */
static const char *whole_formula(CEmit *e, const CRule *rule, CElem in, CElem out,
                                 unsigned lanes, unsigned count)
{
    CText args[3];
    bool sign = casts_sign(rule, in);
    for (unsigned i = 0; i < count; i++) {
        args[i] = c_atom(letters[i]);
        if (sign)
            args[i] = c_cast(e, c_vector(e, c_signed(in), lanes), args[i]);
    }
    if (rule->flags & C_SHIFT)
        args[1] = shift_amount(e, in, c_atom("b"));
    CText made = c_expand(e, rule, in, true, count, args);
    const char *type = c_vector(e, out, lanes);
    if ((rule->flags & C_TEST) && in.bits != 32)
        return c_format(e, "__builtin_convertvector(%s, %s)", made.text, type);
    return sign || (rule->flags & C_TEST) ? c_cast(e, type, made).text : made.text;
}

static const char *lane_formula(CEmit *e, const CRule *rule, CElem in, CElem out,
                                unsigned count)
{
    CText args[3] = {{0}};
    for (unsigned i = 0; i < count; i++)
        args[i] = c_atom(c_format(e, "LANE(%s, i)", letters[i]));
    return c_apply(e, rule, in, out, count, args).text;
}

const char *c_lanewise(CEmit *e, const CRule *rule, CElem in, CElem out, unsigned lanes,
                       unsigned count)
{
    if (rule->flags & C_HELPER)
        return c_helper(e, rule->name, in, lanes);
    const char *from = c_vector(e, in, lanes), *to = c_vector(e, out, lanes);
    const char *name = c_format(e, "%s_%s", from, rule->name);
    if (!c_is_new(e, name))
        return name;
    const char *lane = lane_formula(e, rule, in, out, count);
    const char *params = "";
    for (unsigned i = 0; i < count; i++)
        params = c_format(e, "%s%s%s %s", params, i ? ", " : "", from, letters[i]);
    const char *body = rule->flags & C_WHOLE
                           ? c_format(e, "EITHER(%s, %u, %s, %s)", to, lanes,
                                      whole_formula(e, rule, in, out, lanes, count), lane)
                           : c_format(e, "LANES(%s, %u, %s)", to, lanes, lane);
    c_add_helper(e, lanes, "%s %s(%s)\n{\n    %s;\n}\n\n", to, name, params, body);
    return name;
}
