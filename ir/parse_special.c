/* Pretty forms that no row of ir/forms.c can say: modules, functions, calls, reduce,
 * loops, launches, globals. */
#include "ir/parse.h"

#include "ir/forms.h"

#include <string.h>

static IrAttr string_attr(Parser *p, const char *s)
{
    return ir_attr_string(p->context, s);
}

/* -------------------------------------------------------------- modules and functions */

static bool take_attrs(Parser *p, IrOp *op, const Attrs *attrs, Token at)
{
    for (size_t i = 0; i < attrs->count; i++) {
        if (ir_op_attr(op, attrs->items[i].name))
            return parse_fail(p, at, "attribute %s is given twice", attrs->items[i].name);
        ir_op_set_attr(op, attrs->items[i].name, attrs->items[i].value);
    }
    return true;
}

static bool module_dict(Parser *p)
{
    Attrs attrs;
    Token at = p->token;
    return parse_dict(p, &attrs) && take_attrs(p, p->module->op, &attrs, at);
}

/* `(` `)` (`<` dict `>`)? `(` region `)` dict? `:` `(` `)` `->` `(` `)` */
static bool generic_module(Parser *p)
{
    if (!parse_expect(p, '(') || !parse_expect(p, ')')
        || (parse_accept(p, '<') && !(module_dict(p) && parse_expect(p, '>')))
        || !parse_expect(p, '(') || !parse_region(p, &p->module->op->regions[0])
        || !parse_expect(p, ')') || (tok_is(p->token, '{') && !module_dict(p)))
        return false;
    return parse_expect(p, ':') && parse_function_type(p);
}

/* module ::= `module` @name? (`attributes` dict)? region loc? | generic */
bool parse_module(Parser *p, Token at)
{
    IrName name;
    IrOp *op = p->module->op;
    op->loc = parse_place(p, at);
    parse_advance(p);
    if (at.kind == TOK_STRING)
        return generic_module(p) && parse_loc(p, &op->loc);
    if (p->token.kind == TOK_SYMBOL) {
        if (!parse_symbol(p, &name))
            return false;
        ir_op_set_attr(op, "sym_name", string_attr(p, name));
    }
    if (parse_accept_word(p, "attributes") && !module_dict(p))
        return false;
    return parse_region(p, &op->regions[0]) && parse_loc(p, &op->loc);
}

typedef struct Slots {      /* of arguments or results: types and dictionaries */
    IrType *types;
    IrAttr *dicts;
    size_t count, room, dict_room;
    bool any;               /* a dictionary that is not empty */
} Slots;

static void add_slot(Parser *p, Slots *s, IrType type, IrAttr dict)
{
    size_t count = s->count;
    s->any = s->any || dict->count;
    ARENA_PUSH(p->scratch, s->types, s->count, s->room, type);
    ARENA_PUSH(p->scratch, s->dicts, count, s->dict_room, dict);
}

/* type dict? */
static IrType parse_slot(Parser *p, Slots *s)
{
    IrType type = parse_type(p);
    if (!type)
        return NULL;
    IrAttr dict =
        tok_is(p->token, '{') ? parse_dict_attr(p) : ir_attr_dict(p->context, 0, NULL);
    if (!dict)
        return NULL;
    add_slot(p, s, type, dict);
    return type;
}

/* param ::= %x `:` type dict? loc? */
static bool named_param(Parser *p, Slots *s, IrRegion *r)
{
    IrLoc loc = parse_place(p, p->token);
    Token name = p->token;
    IrBlock *b = ir_region_block(r);
    parse_advance(p);
    if (!parse_expect(p, ':'))
        return false;
    IrType type = parse_slot(p, s);
    return type && parse_loc(p, &loc) && parse_arg_named(p, b, name, type, loc);
}

typedef struct Params {
    Slots slots;
    ParsedOp *op;
    size_t named;
} Params;

/* param ::= named | type dict? */
static bool param_item(Parser *p, void *data)
{
    Params *params = data;
    Token at = p->token;
    if (at.kind == TOK_VALUE) {
        if (params->named++ != params->slots.count)
            return parse_fail(p, at, "all parameters have names, or none");
        return named_param(p, &params->slots, parse_holder(p, params->op, 0));
    }
    if (params->named)
        return parse_wanted(p, "a parameter (%name: type)");
    return parse_slot(p, &params->slots);
}

static bool result_item(Parser *p, void *data)
{
    return parse_slot(p, data);
}

/* (`->` (type | `(` (type dict?),* `)`))? */
static bool parse_func_results(Parser *p, Slots *out)
{
    if (p->token.kind != TOK_ARROW)
        return true;
    parse_advance(p);
    if (parse_accept(p, '('))
        return parse_list(p, ')', result_item, out);
    IrType type = parse_type(p);    /* a `{` behind it begins the body */
    if (type)
        add_slot(p, out, type, ir_attr_dict(p->context, 0, NULL));
    return type;
}

static bool add_func_attrs(Parser *p, ParsedOp *o, const Slots *in, const Slots *out)
{
    IrContext *c = p->context;
    IrType type = ir_function(c, in->count, in->types, out->count, out->types);
    return parse_add_attr(p, o, o->at, "function_type", ir_attr_type(c, type))
        && (!in->any || parse_add_attr(p, o, o->at, "arg_attrs",
                                       ir_attr_array(c, in->count, in->dicts)))
        && (!out->any || parse_add_attr(p, o, o->at, "res_attrs",
                                        ir_attr_array(c, out->count, out->dicts)));
}

static bool parse_visibility(Parser *p, ParsedOp *o)
{
    static const char *const words[] = {"public", "private", "nested"};
    for (size_t i = 0; i < 3; i++)
        if (parse_accept_word(p, words[i]))
            return parse_add_attr(p, o, o->at, "sym_visibility",
                                  string_attr(p, words[i]));
    return true;
}

/* func ::= visibility? @name `(` param,* `)` results (`attributes` dict)? region? */
static bool parse_func_body(Parser *p, ParsedOp *o)
{
    IrName name;
    Params params = {.op = o};
    Slots results = {0};
    if (!parse_visibility(p, o) || !parse_symbol(p, &name) ||
        !parse_add_attr(p, o, o->at, "sym_name", string_attr(p, name)) ||
        !parse_expect(p, '(') || !parse_list(p, ')', param_item, &params) ||
        !parse_func_results(p, &results) ||
        !add_func_attrs(p, o, &params.slots, &results) ||
        (parse_accept_word(p, "attributes") && !parse_add_dict(p, o)))
        return false;
    if (tok_is(p->token, '{')) {
        ir_region_block(parse_holder(p, o, 0));
        return parse_region(p, parse_holder(p, o, 0));
    }
    return !params.named || parse_wanted(p, "the function's body");
}

static bool parse_func(Parser *p, ParsedOp *o)
{
    Binding *mark = parse_scope(p);
    bool good = parse_func_body(p, o);
    parse_scope_end(p, mark);
    return good;
}

/* call ::= @name `(` operand,* `)` dict? `:` function-type */
static bool parse_call(Parser *p, ParsedOp *o)
{
    IrName name;
    return parse_symbol(p, &name)
        && parse_add_attr(p, o, o->at, "callee", ir_attr_symbol(p->context, name))
        && parse_expect(p, '(') && parse_add_operands(p, o, ')') && parse_add_dict(p, o)
        && parse_expect(p, ':') && parse_op_type(p, o);
}

/* value,* `:` type,* from operand `first` on */
static bool parse_typed_operands(Parser *p, ParsedOp *o, size_t first)
{
    Types types;
    do {
        IrValue *v;
        if (!parse_operand(p, &v))
            return false;
        parse_add_operand(p, o, v);
    } while (parse_accept(p, ','));
    Token at = p->token;
    if (!parse_expect(p, ':') || !parse_type_list(p, &types))
        return false;
    if (types.count != o->operand_count - first)
        return parse_fail(p, at, "%zu types for %zu operands", types.count,
                          o->operand_count - first);
    return parse_check_types(p, o, first, &types);
}

/* return ::= dict? (value,* `:` type,*)? */
static bool parse_return(Parser *p, ParsedOp *o)
{
    if (!parse_add_dict(p, o))
        return false;
    return p->token.kind != TOK_VALUE || parse_typed_operands(p, o, 0);
}

/* ----------------------------------------------------------------------------- reduce */

typedef struct Inits {
    IrValue **items;
    size_t count, room;
} Inits;

/* (`(` value `init` `:` value `)`),* */
static bool parse_reduce_operands(Parser *p, ParsedOp *o)
{
    Inits inits = {0};
    do {
        IrValue *in, *init;
        if (!parse_expect(p, '(') || !parse_operand(p, &in) ||
            !parse_expect_word(p, "init") || !parse_expect(p, ':') ||
            !parse_operand(p, &init) || !parse_expect(p, ')'))
            return false;
        parse_add_operand(p, o, in);
        ARENA_PUSH(p->scratch, inits.items, inits.count, inits.room, init);
    } while (parse_accept(p, ','));
    for (size_t i = 0; i < inits.count; i++)
        parse_add_operand(p, o, inits.items[i]);
    return true;
}

/* The body of `applies op`: the op of the two arguments. */
static bool build_applied(Parser *p, ParsedOp *o, Token at, IrOpKind kind)
{
    IrLoc loc = parse_place(p, o->at);
    IrType t = o->operands[1]->type;
    if (o->operand_count != 2)
        return parse_fail(p, at, "`applies` with %zu operands", o->operand_count / 2);
    IrBlock *b = ir_region_block(parse_holder(p, o, 0));
    IrValue *args[] = {ir_block_add_arg(b, t, loc), ir_block_add_arg(b, t, loc)};
    IrOp *op = ir_op_new(p->module, kind, loc, 2, args, 1, &t, 0, NULL);
    IrValue *result = ir_result(op, 0);
    ir_block_append(b, op);
    ir_block_append(b, ir_op_new(p->module, OP_yield, loc, 1, &result, 0, NULL, 0, NULL));
    return true;
}

/* `reducer` (`(` lhs `,` rhs `)`)+ region: the block's arguments are all lhs, then all
 * rhs */
static bool parse_reducer(Parser *p, ParsedOp *o)
{
    size_t n = o->operand_count / 2;
    IrRegion *r = parse_holder(p, o, 0);
    IrBlock *b = ir_region_block(r);
    Binding *mark = parse_scope(p);
    bool good = parse_expect_word(p, "reducer");
    for (size_t i = 0; good && i < n; i++)
        good = parse_expect(p, '(') && parse_arg(p, b) && parse_expect(p, ',')
            && parse_arg(p, b) && parse_expect(p, ')');
    if (good) {
        IrValue **args = ARENA_ARRAY(p->scratch, IrValue *, 2 * n);
        memcpy(args, b->args, 2 * n * sizeof *args);
        for (size_t i = 0; i < 2 * n; i++) {
            b->args[i % 2 * n + i / 2] = args[i];
            args[i]->index = (uint32_t)(i % 2 * n + i / 2);
        }
        good = parse_region(p, r);
    }
    parse_scope_end(p, mark);
    return good;
}

/* reduce ::= operands (`applies` op)? `across` `dimensions` `=` ints dict? `:` type
 * reducer? */
static bool parse_reduce(Parser *p, ParsedOp *o)
{
    Ints dims;
    IrOpKind kind = OP_COUNT;
    Token applied = {0};
    if (!parse_reduce_operands(p, o))
        return false;
    if (parse_accept_word(p, "applies")) {
        applied = p->token;
        if (applied.kind != TOK_WORD || !ir_op_kind(applied.start, applied.length, &kind)
            || ir_op_info(kind)->class != IR_CLASS_BINARY)
            return parse_wanted(p, "an op of two operands");
        parse_advance(p);
    }
    if (!parse_expect_word(p, "across") || !parse_expect_word(p, "dimensions")
        || !parse_expect(p, '=') || !parse_ints(p, &dims)
        || !parse_add_attr(p, o, o->at, "dimensions",
                           ir_attr_i64s(p->context, dims.count, dims.items))
        || !parse_add_dict(p, o) || !parse_expect(p, ':') || !parse_op_type(p, o))
        return false;
    return kind == OP_COUNT ? parse_reducer(p, o) : build_applied(p, o, applied, kind);
}

/* ------------------------------------------------------------------------------ loops */

/* A region of a loop; its end may be left out. */
static bool parse_loop_region(Parser *p, IrRegion *r, IrOpKind end)
{
    IrLoc loc = parse_place(p, p->token);
    if (!parse_region(p, r))
        return false;
    IrBlock *b = ir_region_block(r);
    if (!b->last || !(ir_op_info(b->last->kind)->traits & IR_TERMINATOR))
        ir_block_append(b, ir_op_new(p->module, end, loc, 0, NULL, 0, NULL, 0, NULL));
    return true;
}

typedef struct Names {
    Token *items;
    size_t count, room;
} Names;

static bool name_item(Parser *p, void *data)
{
    Names *names = data;
    Token t = p->token;
    if (t.kind != TOK_VALUE)
        return parse_wanted(p, "a value (%name)");
    parse_advance(p);
    ARENA_PUSH(p->scratch, names->items, names->count, names->room, t);
    return true;
}

typedef struct Bindings {
    Names names;
    ParsedOp *op;
} Bindings;

/* %x `=` value */
static bool binding_item(Parser *p, void *data)
{
    Bindings *b = data;
    IrValue *v;
    if (!name_item(p, &b->names) || !parse_expect(p, '=') || !parse_operand(p, &v))
        return false;
    parse_add_operand(p, b->op, v);
    return true;
}

static bool define_args(Parser *p, IrBlock *b, const Names *names, IrType *const types)
{
    for (size_t i = 0; i < names->count; i++)
        if (!parse_arg_named(p, b, names->items[i], types[i],
                             parse_place(p, names->items[i])))
            return false;
    return true;
}

static bool check_results(Parser *p, ParsedOp *o, Token at, size_t first)
{
    if (o->type_count != o->operand_count - first)
        return parse_fail(p, at, "%zu types for %zu values", o->type_count,
                          o->operand_count - first);
    for (size_t i = 0; i < o->type_count; i++)
        if (o->types[i] != o->operands[first + i]->type)
            return parse_fail(p, at, "%s is written for a value of %s",
                              ir_type_str(p->context, o->types[i]),
                              ir_type_str(p->context, o->operands[first + i]->type));
    return true;
}

static bool arrow_types(Parser *p, ParsedOp *o)
{
    Types types;
    if (!parse_arrow(p) || !parse_expect(p, '(') || !parse_types(p, ')', &types))
        return false;
    for (size_t i = 0; i < types.count; i++)
        parse_add_type(p, o, types.items[i]);
    return true;
}

static bool operand_after(Parser *p, ParsedOp *o)
{
    IrValue *v;
    if (!parse_operand(p, &v))
        return false;
    parse_add_operand(p, o, v);
    return true;
}

/* for ::= %i `=` lower `to` upper `step` step (`iter_args` `(` bindings `)` `->` types)?
 *         (`:` type)? region dict? */
static bool parse_for_head(Parser *p, ParsedOp *o, Names *names)
{
    Bindings b = {.op = o};
    if (!name_item(p, &b.names) || !parse_expect(p, '=') || !operand_after(p, o) ||
        !parse_expect_word(p, "to") || !operand_after(p, o) ||
        !parse_expect_word(p, "step") || !operand_after(p, o))
        return false;
    Token at = p->token;
    if (parse_accept_word(p, "iter_args"))
        if (!parse_expect(p, '(') || !parse_list(p, ')', binding_item, &b) ||
            !arrow_types(p, o) || !check_results(p, o, at, 3))
            return false;
    at = p->token;
    if (parse_accept(p, ':')) {
        IrType t = parse_type(p);
        if (!t)
            return false;
        if (t != o->operands[2]->type)
            return parse_fail(p, at, "the step is %s",
                              ir_type_str(p->context, o->operands[2]->type));
    }
    *names = b.names;
    return true;
}

static bool parse_for(Parser *p, ParsedOp *o)
{
    Names names = {0};
    Binding *mark = parse_scope(p);
    if (!parse_for_head(p, o, &names))
        return false;
    IrType *types = ARENA_ARRAY(p->scratch, IrType, names.count);
    for (size_t i = 0; i < names.count; i++)
        types[i] = o->operands[i + 2]->type;    /* the index has the step's */
    IrRegion *r = parse_holder(p, o, 0);
    bool good = define_args(p, ir_region_block(r), &names, types)
        && parse_loop_region(p, r, OP_scf_yield);
    parse_scope_end(p, mark);
    return good && parse_add_dict(p, o);
}

/* parallel ::= `(` %i,* `)` `=` `(` lower,* `)` `to` `(` upper,* `)` `step` `(` step,*
 * `)` region
 *              dict? */
static bool parse_parallel_head(Parser *p, ParsedOp *o, Names *names)
{
    Token at = p->token;
    if (!parse_expect(p, '(') || !parse_list(p, ')', name_item, names) ||
        !parse_expect(p, '='))
        return false;
    for (int i = 0; i < 3; i++) {
        if ((i && !parse_expect_word(p, i == 1 ? "to" : "step")) || !parse_expect(p, '(')
            || !parse_add_operands(p, o, ')'))
            return false;
        if (o->operand_count != (size_t)(i + 1) * names->count)
            return parse_fail(p, at, "%zu indices with other numbers of bounds or steps",
                              names->count);
    }
    if (tok_is_word(p->token, "init"))
        return parse_unsupported(p, p->token, "scf.parallel with results");
    return true;
}

static bool parse_parallel(Parser *p, ParsedOp *o)
{
    Names names = {0};
    Binding *mark = parse_scope(p);
    if (!parse_parallel_head(p, o, &names))
        return false;
    IrType *types = ARENA_ARRAY(p->scratch, IrType, names.count);
    for (size_t i = 0; i < names.count; i++)
        types[i] = ir_index(p->context);
    IrRegion *r = parse_holder(p, o, 0);
    bool good = define_args(p, ir_region_block(r), &names, types)
        && parse_loop_region(p, r, OP_scf_reduce);
    parse_scope_end(p, mark);
    return good && parse_add_dict(p, o);
}

/* if ::= value (`->` types)? region (`else` region)? dict? */
static bool parse_if(Parser *p, ParsedOp *o)
{
    if (!operand_after(p, o) || (p->token.kind == TOK_ARROW && !arrow_types(p, o))
        || !parse_loop_region(p, parse_holder(p, o, 0), OP_scf_yield))
        return false;
    if (parse_accept_word(p, "else")
        && !parse_loop_region(p, parse_holder(p, o, 1), OP_scf_yield))
        return false;
    return parse_add_dict(p, o);
}

/* while ::= (`(` bindings `)`)? `:` type region `do` region (`attributes` dict)? */
static bool parse_while(Parser *p, ParsedOp *o)
{
    Bindings b = {.op = o};
    Binding *mark = parse_scope(p);
    if ((parse_accept(p, '(') && !parse_list(p, ')', binding_item, &b)) ||
        !parse_expect(p, ':') || !parse_op_type(p, o))
        return false;
    IrType *types = ARENA_ARRAY(p->scratch, IrType, o->operand_count);
    for (size_t i = 0; i < o->operand_count; i++)
        types[i] = o->operands[i]->type;
    IrRegion *before = parse_holder(p, o, 0);
    bool good = define_args(p, ir_region_block(before), &b.names, types) &&
                parse_region(p, before);
    parse_scope_end(p, mark);
    return good && parse_expect_word(p, "do")
        && parse_loop_region(p, parse_holder(p, o, 1), OP_scf_yield)
        && (!parse_accept_word(p, "attributes") || parse_add_dict(p, o));
}

/* condition ::= `(` value `)` dict? (value,* `:` type,*)? */
static bool parse_condition(Parser *p, ParsedOp *o)
{
    if (!parse_expect(p, '(') || !operand_after(p, o) || !parse_expect(p, ')')
        || !parse_add_dict(p, o))
        return false;
    return p->token.kind != TOK_VALUE || parse_typed_operands(p, o, 1);
}

/* --------------------------------------------------------------------------- launches */

/* Fails at what MLIR's launches may have here and ours have not. */
static bool launch_goes_on(Parser *p)
{
    static const char *const parts[] = {"async", "clusters", "dynamic_shared_memory_size",
                                        "private"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (tok_is_word(p->token, parts[i]))
            return parse_unsupported(p, p->token, "%s of gpu.launch", parts[i]);
    return true;
}

/* grid ::= word `(` %x `,` %y `,` %z `)` `in`
 *          `(` %gx `=` a `,` %gy `=` b `,` %gz `=` c `)` */
static bool parse_grid(Parser *p, const char *word, Names *indices, Bindings *ends)
{
    Token at = p->token;
    size_t count = indices->count + 3;
    if (!parse_expect_word(p, word) || !parse_expect(p, '(') ||
        !parse_list(p, ')', name_item, indices) || !parse_expect_word(p, "in") ||
        !parse_expect(p, '(') || !parse_list(p, ')', binding_item, ends))
        return false;
    return (indices->count == count && ends->names.count == count) ||
           parse_fail(p, at, "%s of gpu.launch have three dimensions", word);
}

static bool buffer_item(Parser *p, void *data)
{
    return parse_arg(p, data);
}

/* The indices, and (`workgroup` `(` (%s `:` memref),* `)`)? */
static bool define_body(Parser *p, ParsedOp *o, IrBlock *b, const Names *indices,
                        const Names *ends)
{
    IrType types[LAUNCH_SIZES];
    for (size_t i = 0; i < LAUNCH_SIZES; i++)
        types[i] = ir_index(p->context);
    Token at = p->token;
    if (!define_args(p, b, indices, types) || !define_args(p, b, ends, types))
        return false;
    if (parse_accept_word(p, "workgroup") &&
        !(parse_expect(p, '(') && parse_list(p, ')', buffer_item, b)))
        return false;
    return parse_add_attr(p, o, at, "workgroup_attributions",
                          ir_attr_i64(p->context, b->arg_count - LAUNCH_INDICES));
}

/* launch ::= grid(`blocks`) grid(`threads`) buffers region dict? */
static bool parse_launch(Parser *p, ParsedOp *o)
{
    Names indices = {0};
    Bindings ends = {.op = o};
    Binding *mark = parse_scope(p);
    if (!launch_goes_on(p) || !parse_grid(p, "blocks", &indices, &ends) ||
        !parse_grid(p, "threads", &indices, &ends) || !launch_goes_on(p))
        return false;
    IrRegion *r = parse_holder(p, o, 0);
    bool good = define_body(p, o, ir_region_block(r), &indices, &ends.names) &&
                launch_goes_on(p) && parse_region(p, r);
    parse_scope_end(p, mark);
    return good && parse_add_dict(p, o);
}

/* ------------------------------------------------------------------ asynchronous copies */

/* place ::= %m `[` index,* `]` */
static bool parse_place_of(Parser *p, ParsedOp *o)
{
    return operand_after(p, o) && parse_expect(p, '[') && parse_add_operands(p, o, ']');
}

static bool copy_type(Parser *p, const ParsedOp *o, size_t operand)
{
    Token at = p->token;
    IrType t = parse_type(p);
    Types written = {.items = &t, .at = &at, .count = 1};
    return t && parse_check_types(p, o, operand, &written);
}

/* copy ::= from `,` to `,` int (`,` %present)? dict? `:` type `to` type; the op has
 * to, from, present */
static bool parse_async_copy(Parser *p, ParsedOp *o)
{
    IrContext *c = p->context;
    ParsedOp from = {.kind = o->kind, .at = o->at};
    int64_t elements;
    if (!parse_place_of(p, &from) || !parse_expect(p, ',') || !parse_place_of(p, o) ||
        !parse_expect(p, ','))
        return false;
    size_t second = o->operand_count;
    for (size_t i = 0; i < from.operand_count; i++)
        parse_add_operand(p, o, from.operands[i]);
    Token at = p->token;
    if (!parse_int(p, &elements) ||
        !parse_add_attr(p, o, at, "dstElements", ir_attr_int(c, ir_index(c), elements)) ||
        (parse_accept(p, ',') && !operand_after(p, o)) || !parse_add_dict(p, o))
        return false;
    parse_add_type(p, o, ir_token(c));
    return parse_expect(p, ':') && copy_type(p, o, second) &&
           parse_expect_word(p, "to") && copy_type(p, o, 0);
}

/* ----------------------------------------------------------------------------- memory */

/* global ::= string? `constant`? @name `:` memref (`=` dense)? dict? */
static bool parse_global(Parser *p, ParsedOp *o)
{
    IrContext *c = p->context;
    IrName word;
    if (p->token.kind == TOK_STRING
        && !(parse_string(p, &word)
             && parse_add_attr(p, o, o->at, "sym_visibility", string_attr(p, word))))
        return false;
    if (parse_accept_word(p, "constant")
        && !parse_add_attr(p, o, o->at, "constant", ir_attr_unit(c)))
        return false;
    if (!parse_symbol(p, &word) ||
        !parse_add_attr(p, o, o->at, "sym_name", string_attr(p, word)) ||
        !parse_expect(p, ':'))
        return false;
    Token at = p->token;
    IrType type = parse_type(p);
    if (!type || !parse_add_attr(p, o, o->at, "type", ir_attr_type(c, type)))
        return false;
    if (type->kind != IR_MEMREF)
        return parse_fail(p, at, "a memref wanted, found %s", ir_type_str(c, type));
    if (parse_accept(p, '=')) {
        if (!tok_is_word(p->token, "dense"))
            return parse_wanted(p, "dense<...>");
        parse_advance(p);
        IrAttr a = parse_dense_of(p, ir_tensor(c, type->elem, type->rank, type->dims));
        if (!a || !parse_add_attr(p, o, o->at, "initial_value", a))
            return false;
    }
    return parse_add_dict(p, o);
}

ParseFn *parse_special(IrOpKind kind)
{
    switch (kind) {
    case OP_func: return parse_func;
    case OP_call: return parse_call;
    case OP_return: return parse_return;
    case OP_reduce: return parse_reduce;
    case OP_scf_for: return parse_for;
    case OP_scf_parallel: return parse_parallel;
    case OP_scf_if: return parse_if;
    case OP_scf_while: return parse_while;
    case OP_scf_condition: return parse_condition;
    case OP_gpu_launch: return parse_launch;
    case OP_async_copy: return parse_async_copy;
    case OP_memref_global: return parse_global;
    default: return NULL;
    }
}
