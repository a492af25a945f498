/* What the library cannot say in the language itself: gradients, lists of parameters,
 * messages. And how intrinsics get their arguments. */
#include "frontend/lang/elab.h"

#include <math.h>
#include <string.h>

/* -------------------------------------------------------------------------- arguments */

static bool wanted(Call *c, size_t i, const char *what)
{
    if (c->args[i].kind != V_ERROR)
        lang_error(c->e, c->n, "%s: found %s, wanted %s", c->name,
                   lang_show(c->e, c->args[i]), what);
    return false;
}

bool lang_arg_tensor(Call *c, size_t i, IrValue **out)
{
    Value v = c->args[i];
    if (value_is_number(v) || v.kind == V_LIST || v.kind == V_BOOL)
        v = lang_to_tensor(c->e, c->n, v, DTYPE_f32);
    if (v.kind == V_ERROR)
        return false;
    if (v.kind != V_TENSOR)
        return wanted(c, i, "a tensor");
    *out = v.tensor;
    return true;
}

bool lang_arg_int(Call *c, size_t i, int64_t *out)
{
    if (c->args[i].kind != V_INT)
        return wanted(c, i, "a whole number");
    *out = c->args[i].integer;
    return true;
}

/* A whole number counts as a list of one. */
bool lang_arg_ints(Call *c, size_t i, int64_t *out, int *count)
{
    Value v = c->args[i];
    if (v.kind == V_INT) {
        out[0] = v.integer;
        *count = 1;
        return true;
    }
    if (v.kind != V_LIST || v.list.count > IR_MAX_RANK)
        return wanted(c, i, "a list of at most 16 whole numbers");
    for (size_t k = 0; k < v.list.count; k++) {
        if (v.list.items[k].kind != V_INT)
            return wanted(c, i, "whole numbers that are known when compiling");
        out[k] = v.list.items[k].integer;
    }
    *count = (int)v.list.count;
    return true;
}

static bool fix_axis(Call *c, int64_t *axis, int rank)
{
    int64_t given = *axis;
    if (*axis < 0)
        *axis += rank;
    if (*axis >= 0 && *axis < rank)
        return true;
    lang_error(c->e, c->n, "%s: axis %lld does not fit rank %d", c->name,
               (long long)given, rank);
    return false;
}

bool lang_arg_axis(Call *c, size_t i, int rank, int64_t *out)
{
    return lang_arg_int(c, i, out) && fix_axis(c, out, rank);
}

bool lang_arg_dims(Call *c, size_t i, Dtype t, int *rank, int64_t *dims)
{
    return lang_arg_ints(c, i, dims, rank) && lang_dims_ok(c->e, c->n, t, *rank, dims);
}

/* ------------------------------------------------------------------------ dispatching */

/* The parameter at *at of the list "x, shape, dims?"; moves on to the next. */
static bool next_param(const char **at, const char **name, size_t *length, bool *optional)
{
    *at += strspn(*at, ", ");
    *name = *at;
    *length = strcspn(*at, ",?");
    *at += *length;
    *optional = **at == '?';
    *at += *optional;
    return *length > 0;
}

static size_t find_param(const char *params, const char *wanted_name, const Value *bound)
{
    const char *name;
    size_t length, i = 0;
    bool optional;
    for (; next_param(&params, &name, &length, &optional); i++)
        if (wanted_name
                ? strlen(wanted_name) == length && !memcmp(wanted_name, name, length)
                : bound[i].kind == V_NONE)
            return i;
    return SIZE_MAX;
}

enum { MAX_PARAMS = 12 };

static bool bind_all(Elab *e, const Node *n, const Intrinsic *in, const Args *args,
                     Value *bound)
{
    for (int named = 1; named >= 0; named--)
        for (size_t i = 0; i < args->count; i++) {
            if (!!args->names[i] != named)
                continue;
            size_t at = find_param(in->params, args->names[i], bound);
            if (at == SIZE_MAX || bound[at].kind != V_NONE) {
                lang_error(e, n, "%s takes (%s)", in->name, in->params);
                return false;
            }
            if (args->values[i].kind == V_ERROR)
                return false;
            bound[at] = args->values[i];
        }
    const char *params = in->params, *name;
    size_t length;
    bool optional;
    for (size_t i = 0; next_param(&params, &name, &length, &optional); i++)
        if (!optional && bound[i].kind == V_NONE) {
            lang_error(e, n, "%s: argument `%.*s` is missing; it takes (%s)", in->name,
                       (int)length, name, in->params);
            return false;
        }
    return true;
}

Value lang_call_intrinsic(Elab *e, const Node *n, const Intrinsic *in, const Args *args)
{
    Value bound[MAX_PARAMS] = {{.kind = V_NONE}};
    for (int i = 0; i < MAX_PARAMS; i++)
        bound[i] = value_none();
    if (!bind_all(e, n, in, args, bound))
        return value_error();
    lang_at(e, n);
    return in->run(&(Call){e, n, bound, in->name});
}

static const Intrinsic *find_in(const Intrinsic *table, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    return NULL;
}

const Intrinsic *lang_find_intrinsic(const char *name, bool op)
{
    if (!op)
        return find_in(lang_intrinsics, lang_intrinsic_count, name);
    const Intrinsic *i = find_in(lang_op_intrinsics, lang_op_intrinsic_count, name);
    return i ? i : find_in(lang_window_intrinsics, lang_window_intrinsic_count, name);
}

/* ------------------------------------------------------------ elementwise ops by name */

static const struct {
    const char *name;
    IrOpKind op;
    int operands;
} elementwise[] = {
#define GRAPH_OP(id, name, in, out, regions, class, ...) ROW_##class(id)
#define ROW_UNARY(id)                                    {#id, OP_##id, 1},
#define ROW_BINARY(id)                                   {#id, OP_##id, 2},
#define ROW_ELEMENTWISE(id)
#define ROW_SHAPE(id)
#define ROW_SOURCE(id)
#define ROW_REDUCTION(id)
#define ROW_CONTRACTION(id)
#define ROW_WINDOW(id)
#define ROW_INDEXED(id)
#define ROW_RANDOM(id)
#define ROW_BARRIER(id)
#define ROW_CONTROL(id)
#include "ir/ops.def"
};
enum { ELEMENTWISE = sizeof elementwise / sizeof *elementwise };

bool lang_is_op_name(const char *name, IrOpKind *out)
{
    for (size_t i = 0; i < ELEMENTWISE; i++)
        if (!strcmp(elementwise[i].name, name)) {
            *out = elementwise[i].op;
            return true;
        }
    return false;
}

/* Of a number that is known: computed now. False if this op is not among them. */
static bool fold(IrOpKind op, double x, double *out)
{
    switch (op) {
    case OP_abs: *out = fabs(x); return true;
    case OP_ceil: *out = ceil(x); return true;
    case OP_cosine: *out = cos(x); return true;
    case OP_exponential: *out = exp(x); return true;
    case OP_exponential_minus_one: *out = expm1(x); return true;
    case OP_floor: *out = floor(x); return true;
    case OP_log: *out = log(x); return true;
    case OP_log_plus_one: *out = log1p(x); return true;
    case OP_sine: *out = sin(x); return true;
    case OP_sqrt: *out = sqrt(x); return true;
    case OP_tanh: *out = tanh(x); return true;
    default: return false;
    }
}

static Value fold_two(Elab *e, const Node *n, IrOpKind op, Value x, Value y)
{
    bool greater = value_number(x) > value_number(y);
    if (op == OP_maximum)
        return greater ? x : y;
    if (op == OP_minimum)
        return greater ? y : x;
    return lang_binary(e, n, op, x, y);
}

static Value elementwise_call(Elab *e, const Node *n, IrOpKind op, const Args *a)
{
    size_t operands = ir_op_info(op)->operands == 2 ? 2 : 1;
    for (size_t i = 0; i < a->count; i++) {
        if (a->values[i].kind == V_ERROR)
            return value_error();
        if (a->names[i])
            return lang_error(e, n, "this op's arguments have no names");
    }
    if (a->count != operands)
        return lang_error(e, n, "found %zu argument%s, wanted %zu", a->count,
                          text_plural((long long)a->count), operands);
    double folded;
    if (operands == 1 && value_is_number(a->values[0]) &&
        fold(op, value_number(a->values[0]), &folded))
        return value_real(folded);
    if (operands == 2 && value_is_number(a->values[0]) && value_is_number(a->values[1]))
        return fold_two(e, n, op, a->values[0], a->values[1]);
    return operands == 1 ? lang_unary(e, n, op, a->values[0])
                         : lang_binary(e, n, op, a->values[0], a->values[1]);
}

Value lang_call_op(Elab *e, const Node *n, const char *name, const Args *args)
{
    IrOpKind op;
    if (lang_is_op_name(name, &op))
        return elementwise_call(e, n, op, args);
    const Intrinsic *i = lang_find_intrinsic(name, true);
    if (i)
        return lang_call_intrinsic(e, n, i, args);
    const char *names[ELEMENTWISE + 64];
    size_t count = 0;
    for (size_t k = 0; k < ELEMENTWISE; k++)
        names[count++] = elementwise[k].name;
    for (size_t k = 0; k < lang_op_intrinsic_count; k++)
        names[count++] = lang_op_intrinsics[k].name;
    for (size_t k = 0; k < lang_window_intrinsic_count; k++)
        names[count++] = lang_window_intrinsics[k].name;
    return lang_error(e, n, "there is no op `%s`%s", name,
                      lang_suggest(e, name, names, count));
}

/* ------------------------------------------------------------ grad, params, len, fail */

static size_t count_tensors(Value v)
{
    size_t n = v.kind == V_TENSOR;
    for (size_t i = 0; v.kind == V_LIST && i < v.list.count; i++)
        n += count_tensors(v.list.items[i]);
    return n;
}

static bool collect(Call *c, Value v, IrValue **out, size_t *count)
{
    if (v.kind == V_TENSOR && dtype_is_float(v.tensor->type->elem)) {
        out[(*count)++] = v.tensor;
        return true;
    }
    if (v.kind != V_LIST)
        return wanted(c, 1, "tensors of floats, or params(model)");
    for (size_t i = 0; i < v.list.count; i++)
        if (!collect(c, v.list.items[i], out, count))
            return false;
    return true;
}

static Value in_form_of(Elab *e, Value form, const IrOp *op, uint32_t *next)
{
    if (form.kind == V_TENSOR)
        return value_tensor(ir_result(op, (*next)++));
    Value v = lang_list(e, form.list.count);
    for (size_t i = 0; i < v.list.count; i++)
        v.list.items[i] = in_form_of(e, form.list.items[i], op, next);
    return v;
}

/* grad(loss, wrt): d loss / d wrt, in the form of wrt: a tensor or a list of them. */
static Value run_grad(Call *c)
{
    IrValue *loss,
        **wrt = ARENA_ARRAY(c->e->arena, IrValue *, count_tensors(c->args[1]) + 1);
    size_t count = 0;
    uint32_t next = 0;
    if (!lang_arg_tensor(c, 0, &loss) || !collect(c, c->args[1], wrt, &count))
        return value_error();
    if (loss->type->rank || !dtype_is_float(loss->type->elem))
        return wanted(c, 0, "a scalar of floats as what is differentiated"),
               value_error();
    if (!count)
        return lang_list(c->e, 0);
    return in_form_of(c->e, c->args[1], ir_gradient(&c->e->b, loss, count, wrt), &next);
}

/* params(model): the parameters that the calls of the model so far have used. */
static Value run_params(Call *c)
{
    Value m = c->args[0];
    if (m.kind != V_CALLABLE || m.callable->decl->kind != NODE_MODEL)
        return wanted(c, 0, "a model"), value_error();
    Value v = lang_list(c->e, c->e->kept->count);
    v.list.count = 0;
    for (size_t i = 0; i < c->e->kept->count; i++) {
        Kept *k = c->e->kept->items[i];
        if (k->role == KEEP_PARAM && k->used && k->model == m.callable->decl)
            v.list.items[v.list.count++] = value_tensor(k->value);
    }
    return v;
}

static Value run_len(Call *c)
{
    Value v = c->args[0];
    if (v.kind == V_LIST)
        return value_int((int64_t)v.list.count);
    if (v.kind == V_TENSOR && v.tensor->type->rank)
        return value_int(v.tensor->type->dims[0]);
    return wanted(c, 0, "a list or a tensor with dimensions"), value_error();
}

static Value run_fail(Call *c)
{
    if (c->args[0].kind != V_STRING)
        return wanted(c, 0, "a string"), value_error();
    const char *more = c->args[1].kind == V_NONE ? "" : lang_show(c->e, c->args[1]);
    return lang_error(c->e, c->n, "%s%s", c->args[0].string, more);
}

static Value run_is_number(Call *c) { return value_bool(value_is_number(c->args[0])); }

static Value run_is_list(Call *c) { return value_bool(c->args[0].kind == V_LIST); }

static Value run_is_string(Call *c) { return value_bool(c->args[0].kind == V_STRING); }

const Intrinsic lang_intrinsics[] = {
    {"grad", "loss, wrt", run_grad},
    {"params", "model", run_params},
    {"len", "x", run_len},
    {"fail", "message, value?", run_fail},
    {"is_number", "x", run_is_number},
    {"is_list", "x", run_is_list},
    {"is_string", "x", run_is_string},
};
const size_t lang_intrinsic_count = sizeof lang_intrinsics / sizeof *lang_intrinsics;
