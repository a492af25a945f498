/* Expressions and statements. */
#include "frontend/lang/elab.h"

#include <string.h>

IrLoc lang_loc(Elab *e, const Node *n)
{
    IrLoc here = ir_loc_file(e->ir, n->at.file, n->at.line, n->at.column);
    return e->frame && e->frame->loc ? ir_loc_call(e->ir, here, e->frame->loc) : here;
}

/* A place is decided by the node and the call, and several ops in a row have the same. */
void lang_at(Elab *e, const Node *n)
{
    IrLoc call = e->frame ? e->frame->loc : NULL;
    if (e->at_node != n || e->at_call != call || !e->at_loc)
        e->at_loc = lang_loc(e, n);
    e->at_node = n;
    e->at_call = call;
    e->b.loc = e->at_loc;
}

/* -------------------------------------------------------------------------- variables */

Variable *lang_find_variable(Elab *e, const char *name)
{
    for (size_t i = e->frame ? e->frame->count : 0; i-- > 0;)
        if (e->frame->vars[i].name == name)
            return &e->frame->vars[i];
    return NULL;
}

void lang_bind(Elab *e, const char *name, Value v)
{
    Variable var = {.name = name, .value = v};
    ARENA_PUSH(e->arena, e->frame->vars, e->frame->count, e->frame->room, var);
}

const Node *lang_find_decl(const LangProgram *p, const char *name)
{
    const Decls *from[] = {&p->user, &p->std};
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < from[i]->count; k++) {
            const Node *d = from[i]->items[k];
            if (d->name == name && d->kind != NODE_TRAIN && d->kind != NODE_DATA)
                return d;
        }
    return NULL;
}

/* Names that stand for something in every body. */
static bool ambient(Elab *e, const char *name, Value *out)
{
    Dtype t;
    e->asked_steps |= !strcmp(name, "steps_per_epoch") || !strcmp(name, "total_steps");
    if (!strcmp(name, "training"))
        *out = value_bool(e->training);
    else if (!strcmp(name, "steps_per_epoch"))
        *out = value_int(e->steps_per_epoch);
    else if (!strcmp(name, "total_steps"))
        *out = value_real((double)e->steps_per_epoch * (double)e->epochs);
    else if (!strcmp(name, "pi"))
        *out = value_real(3.14159265358979323846);
    else if (!strcmp(name, "infinity"))
        *out = value_real(__builtin_inf());
    else if (!strcmp(name, "step") && e->step)
        *out = value_tensor(e->step);
    else if (dtype_parse(name, strlen(name), &t))
        *out = (Value){.kind = V_DTYPE, .dtype = t};
    else
        return false;
    return true;
}

static Value unknown_name(Elab *e, const Node *at, const char *name)
{
    const LangProgram *p = e->program;
    size_t room = (e->frame ? e->frame->count : 0) + p->user.count + p->std.count + 1,
           count = 0;
    const char **names = ARENA_ARRAY(e->arena, const char *, room);
    for (size_t i = 0; e->frame && i < e->frame->count; i++)
        names[count++] = e->frame->vars[i].name;
    for (size_t i = 0; i < p->user.count; i++)
        names[count++] = p->user.items[i]->name;
    for (size_t i = 0; i < p->std.count; i++)
        names[count++] = p->std.items[i]->name;
    if (!strcmp(name, "step"))
        return lang_error(e, at, "`step` is known only while training");
    return lang_error(e, at, "nothing here is called `%s`%s", name,
                      lang_suggest(e, name, names, count));
}

static Value decl_value(Elab *e, const Node *decl)
{
    if (decl->kind == NODE_CONSTANT) {
        if (++e->call_depth > LANG_MAX_CALLS) {
            e->call_depth--;
            return lang_error(e, decl, "`%s` is defined by itself", decl->name);
        }
        Frame f, *frame = e->frame;
        memset(&f, 0, sizeof f);
        f.decl = decl;
        f.owner = frame ? frame->owner : NULL;
        f.caller = frame;
        e->frame = &f;
        Value v = lang_eval(e, decl->a);
        e->frame = frame;
        e->call_depth--;
        return v;
    }
    Callable *c = ARENA_NEW(e->arena, Callable);
    c->decl = decl;
    c->bound = ARENA_ARRAY(e->arena, Value, decl->count + 1);
    return (Value){.kind = V_CALLABLE, .callable = c};
}

Value lang_lookup(Elab *e, const Node *at, const char *name)
{
    Variable *v = lang_find_variable(e, name);
    if (v)
        return v->kept ? value_tensor(v->kept->value) : v->value;
    const Node *decl = lang_find_decl(e->program, name);
    if (decl)
        return decl_value(e, decl);
    Value out;
    if (ambient(e, name, &out))
        return out;
    return unknown_name(e, at, name);
}

/* ------------------------------------------------------------------------ expressions */

static bool is_false(Elab *e, const Node *n, Value v, bool *known)
{
    *known = v.kind == V_BOOL;
    if (!*known && v.kind != V_ERROR)
        lang_error(e, n, "found %s, wanted true or false that is known when compiling",
                   lang_show(e, v));
    return *known && !v.integer;
}

static Value if_value(Elab *e, const Node *n)
{
    bool known, no = is_false(e, n->a, lang_eval(e, n->a), &known);
    if (!known)
        return value_error();
    if (no)
        return n->c ? lang_eval(e, n->c) : value_none();
    return lang_eval(e, n->b);
}

static Value for_value(Elab *e, const Node *n)
{
    Value over = lang_eval(e, n->a);
    if (over.kind == V_ERROR)
        return over;
    if (over.kind != V_LIST)
        return lang_error(e, n->a, "found %s, wanted a range or a list to go over",
                          lang_show(e, over));
    Value out = lang_list(e, over.list.count);
    size_t given = 0, mark = e->frame->count;
    for (size_t i = 0; i < over.list.count && e->work <= LANG_MAX_WORK; i++) {
        lang_bind(e, n->name, over.list.items[i]);
        Value v = lang_eval(e, n->b);
        e->frame->count = mark;
        if (v.kind == V_ERROR)
            return v;
        if (v.kind != V_NONE)
            out.list.items[given++] = v;
    }
    if (e->work > LANG_MAX_WORK)
        return value_error();
    out.list.count = given;
    return lang_filled(e, n, out);
}

static Value items_value(Elab *e, const Node *n)
{
    Value out = lang_list(e, n->count);
    for (size_t i = 0; i < n->count; i++) {
        out.list.items[i] = lang_eval(e, n->items[i]);
        if (out.list.items[i].kind == V_ERROR)
            out.kind = V_ERROR;
    }
    return out.kind == V_ERROR ? out : lang_filled(e, n, out);
}

static Value unary_value(Elab *e, const Node *n)
{
    Value v = lang_eval(e, n->a);
    if (v.kind == V_ERROR)
        return v;
    if (n->op == TOKEN_MINUS)
        return v.kind == V_INT || v.kind == V_REAL || v.kind == V_TENSOR
                   ? lang_unary(e, n, OP_negate, v)
                   : lang_error(e, n, "found %s, wanted a number or a tensor after -",
                                lang_show(e, v));
    if (v.kind == V_BOOL)
        return value_bool(!v.integer);
    if (v.kind == V_TENSOR && v.tensor->type->elem == DTYPE_i1)
        return lang_unary(e, n, OP_not, v);
    return lang_error(e, n, "found %s, wanted true or false after `not`",
                      lang_show(e, v));
}

/* `and`, `or` of what is known stop at the first operand that decides. */
static Value binary_value(Elab *e, const Node *n)
{
    Value x = lang_eval(e, n->a);
    if (x.kind == V_BOOL && n->op == TOKEN_AND && !x.integer)
        return x;
    if (x.kind == V_BOOL && n->op == TOKEN_OR && x.integer)
        return x;
    Value y = lang_eval(e, n->b);
    return lang_operator(e, n, n->op, x, y);
}

static Value pipe_value(Elab *e, const Node *n)
{
    Value x = lang_eval(e, n->a);
    if (n->b->kind == NODE_CALL)
        return lang_eval_call(e, n->b, &x);
    Value f = lang_eval(e, n->b);
    if (f.kind == V_ERROR || x.kind == V_ERROR)
        return value_error();
    bool spread = f.kind == V_CALLABLE && x.kind == V_LIST &&
                  lang_input_count(f.callable->decl) > 1;
    Args args = {.count = spread ? x.list.count : 1,
                 .values = spread ? x.list.items : &x};
    args.names = ARENA_ARRAY(e->arena, const char *, args.count + 1);
    return lang_call(e, n->b, f, &args);
}

static Value field_value(Elab *e, const Node *n)
{
    Value v = lang_eval(e, n->a);
    if (v.kind == V_ERROR)
        return v;
    if (v.kind == V_TENSOR && !strcmp(n->name, "shape"))
        return lang_dims_value(e, v.tensor->type->rank, v.tensor->type->dims);
    if (v.kind == V_TENSOR && !strcmp(n->name, "rank"))
        return value_int(v.tensor->type->rank);
    if (v.kind == V_TENSOR && !strcmp(n->name, "dtype"))
        return (Value){.kind = V_DTYPE, .dtype = v.tensor->type->elem};
    return lang_error(e, n, "%s has no `.%s`; a tensor has .shape, .rank and .dtype",
                      lang_show(e, v), n->name);
}

static Value eval(Elab *e, const Node *n)
{
    switch (n->kind) {
    case NODE_INT: return value_int(n->integer);
    case NODE_REAL: return value_real(n->real);
    case NODE_BOOL: return value_bool(n->integer);
    case NODE_STRING: return (Value){.kind = V_STRING, .string = n->name};
    case NODE_NAME: return lang_lookup(e, n, n->name);
    case NODE_TUPLE:
    case NODE_LIST: return items_value(e, n);
    case NODE_UNARY: return unary_value(e, n);
    case NODE_BINARY: return binary_value(e, n);
    case NODE_PIPE: return pipe_value(e, n);
    case NODE_CALL: return lang_eval_call(e, n, NULL);
    case NODE_INDEX: return lang_eval_index(e, n);
    case NODE_FIELD: return field_value(e, n);
    case NODE_IF: return if_value(e, n);
    case NODE_FOR: return for_value(e, n);
    case NODE_BLOCK: return lang_eval_block(e, n);
    default: return lang_eval_statement(e, n);
    }
}

bool lang_work(Elab *e, const Node *n, int64_t evaluations)
{
    if (e->work > LANG_MAX_WORK)
        return false;
    e->work += evaluations;
    if (e->work > LANG_MAX_WORK)
        lang_error(e, n, "the model unrolls to too much: more than %d evaluations",
                   LANG_MAX_WORK);
    return e->work <= LANG_MAX_WORK;
}

Value lang_eval(Elab *e, const Node *n)
{
    if (!lang_work(e, n, 1))
        return value_error();
    if (e->depth >= LANG_MAX_DEPTH)
        return lang_error(e, n, "calls and expressions nest too deeply here");
    e->depth++;
    Value v = eval(e, n);
    e->depth--;
    return v;
}

/* ------------------------------------------------------------------------- statements */

static Value let_value(Elab *e, const Node *n)
{
    Value v = lang_eval(e, n->a);
    if (n->op == TOKEN_NAME) {
        lang_name_instance(e, v, n->items[0]->name);
        lang_bind(e, n->items[0]->name, v);
        return value_none();
    }
    bool fits = v.kind == V_LIST && v.list.count == n->count;
    if (!fits && v.kind != V_ERROR)
        lang_error(e, n, "found %s, wanted %zu value%s", lang_show(e, v), n->count,
                   text_plural((long long)n->count));
    for (size_t i = 0; i < n->count; i++) {
        Value part = fits ? v.list.items[i] : value_error();
        lang_name_instance(e, part, n->items[i]->name);
        lang_bind(e, n->items[i]->name, part);
    }
    return value_none();
}

static Value assign_value(Elab *e, const Node *n)
{
    Value v = lang_eval(e, n->a);
    Variable *var = lang_find_variable(e, n->name);
    if (!var)
        return lang_error(e, n,
                          "nothing here is called `%s`: a new variable begins with `let`",
                          n->name);
    if (n->type)
        return lang_error(e, n->type, "a type has no place in an assignment");
    if (var->kept)
        lang_assign_kept(e, n, var->kept, v);
    else
        var->value = v;
    return value_none();
}

Value lang_eval_statement(Elab *e, const Node *n)
{
    switch (n->kind) {
    case NODE_LET: return let_value(e, n);
    case NODE_DECLARE: return lang_eval_declare(e, n);
    case NODE_ASSIGN: return assign_value(e, n);
    case NODE_METRIC: return lang_error(e, n, "`metric` belongs in a train block");
    default: return lang_eval(e, n);
    }
}

/* An empty list is what a loop gives that was there for what it does. */
static bool says_something(Value v)
{
    return v.kind != V_NONE && v.kind != V_ERROR &&
           !(v.kind == V_LIST && !v.list.count);
}

/* The value of a block is that of its last statement. */
Value lang_eval_block(Elab *e, const Node *block)
{
    size_t mark = e->frame->count;
    Value v = value_none();
    for (size_t i = 0; i < block->count && e->work <= LANG_MAX_WORK; i++) {
        v = lang_eval_statement(e, block->items[i]);
        if (v.kind == V_ERROR && block->std)
            break; /* one message for each mistake of the user */
        if (i + 1 < block->count && says_something(v) &&
            block->items[i]->kind != NODE_FOR && block->items[i]->kind != NODE_IF)
            lang_error(e, block->items[i], "the value of this line is not used");
    }
    e->frame->count = mark;
    return e->work > LANG_MAX_WORK ? value_error() : v;
}
