/* The parser of MLIR text: files, blocks, ops, the generic form. */
#include "ir/parse.h"

#include "ir/forms.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------ op contents */

void parse_add_operand(Parser *p, ParsedOp *o, IrValue *v)
{
    ARENA_PUSH(p->scratch, o->operands, o->operand_count, o->operand_room, v);
}

void parse_add_type(Parser *p, ParsedOp *o, IrType t)
{
    ARENA_PUSH(p->scratch, o->types, o->type_count, o->type_room, t);
}

/* What says nothing: a default that newer or older printers write out, and what we
 * derive. */
static bool says_nothing(const char *name, IrAttr value)
{
    static const char *const none[] = {"arith.fastmath", "arith.overflow"};
    if (!strcmp(name, "operandSegmentSizes"))
        return true;
    if (!strcmp(name, "result_accuracy"))
        return value->kind == IR_ATTR_OPAQUE && strstr(value->name, "DEFAULT");
    for (size_t i = 0; i < 2; i++)
        if (value->kind == IR_ATTR_ENUM && !strcmp(value->name, none[i]))
            return !strcmp(value->value, "none");
    return false;
}

static bool changes_rounding(const char *name)
{
    return !strcmp(name, "fastmath") || !strcmp(name, "result_accuracy")
        || !strcmp(name, "overflowFlags") || !strcmp(name, "algorithm");
}

bool parse_add_attr(Parser *p, ParsedOp *o, Token at, const char *name, IrAttr value)
{
    if (says_nothing(name, value))
        return true;
    if (changes_rounding(name))
        return parse_unsupported(p, at, "attribute %s", name);
    for (size_t i = 0; i < o->attr_count; i++)
        if (!strcmp(o->attrs[i].name, name))
            return parse_fail(p, at, "attribute %s is given twice", name);
    IrNamedAttr attr = {name, value};
    ARENA_PUSH(p->scratch, o->attrs, o->attr_count, o->attr_room, attr);
    return true;
}

static bool add_dict(Parser *p, ParsedOp *o)
{
    Token at = p->token;
    Attrs attrs;
    if (!parse_dict(p, &attrs))
        return false;
    for (size_t i = 0; i < attrs.count; i++)
        if (!parse_add_attr(p, o, at, attrs.items[i].name, attrs.items[i].value))
            return false;
    return true;
}

bool parse_add_dict(Parser *p, ParsedOp *o)
{
    return !tok_is(p->token, '{') || add_dict(p, o);
}

static bool operands_item(Parser *p, void *data)
{
    IrValue *v;
    if (!parse_operand(p, &v))
        return false;
    parse_add_operand(p, data, v);
    return true;
}

bool parse_add_operands(Parser *p, ParsedOp *o, char close)
{
    return parse_list(p, close, operands_item, o);
}

bool parse_check_types(Parser *p, const ParsedOp *o, size_t first, const Types *written)
{
    for (size_t i = 0; i < written->count; i++) {
        IrType has = o->operands[first + i]->type;
        if (has == written->items[i])
            continue;
        return parse_fail(p, written->at[i],
                          "operand %zu of %s is %s, but %s is written here", first + i,
                          ir_op_info(o->kind)->name, ir_type_str(p->context, has),
                          ir_type_str(p->context, written->items[i]));
    }
    return true;
}

bool parse_op_type(Parser *p, ParsedOp *o)
{
    Types in, out;
    Token at = p->token;
    if (!parse_expect(p, '(') || !parse_types(p, ')', &in) || !parse_arrow(p)
        || !parse_result_types(p, &out))
        return false;
    if (in.count != o->operand_count)
        return parse_fail(p, at, "%zu types for %zu operands of %s", in.count,
                          o->operand_count, ir_op_info(o->kind)->name);
    for (size_t i = 0; i < out.count; i++)
        parse_add_type(p, o, out.items[i]);
    return parse_check_types(p, o, 0, &in);
}

/* ---------------------------------------------------------------------------- regions */

IrRegion *parse_holder(Parser *p, ParsedOp *o, uint32_t i)
{
    if (!o->holder)
        o->holder = ir_op_new(p->module, o->kind, parse_place(p, o->at), 0, NULL, 0, NULL,
                              0, NULL);
    return &o->holder->regions[i];
}

static bool is_our_arg(Token name)
{
    if (name.length < 5 || memcmp(name.start, "%arg", 4))
        return false;
    for (size_t i = 4; i < name.length; i++)
        if (!isdigit((unsigned char)name.start[i]))
            return false;
    return true;
}

bool parse_arg_named(Parser *p, IrBlock *b, Token name, IrType type, IrLoc loc)
{
    IrValue *arg = ir_block_add_arg(b, type, loc);
    if (!parse_define(p, name, arg, 1))
        return false;
    if (is_our_arg(name))
        arg->hint = NULL;
    return true;
}

/* arg ::= %x `:` type loc? */
bool parse_arg(Parser *p, IrBlock *b)
{
    Token name = p->token;
    IrLoc loc = parse_place(p, name);
    if (name.kind != TOK_VALUE)
        return parse_wanted(p, "a value (%name)");
    parse_advance(p);
    if (!parse_expect(p, ':'))
        return false;
    IrType type = parse_type(p);
    return type && parse_loc(p, &loc) && parse_arg_named(p, b, name, type, loc);
}

static bool block_arg(Parser *p, void *data)
{
    return parse_arg(p, data);
}

/* label ::= `^bb0` (`(` arg,* `)`)? `:` */
static bool parse_label(Parser *p, IrRegion *r)
{
    parse_advance(p);
    IrBlock *b = ir_region_block(r);
    if (parse_accept(p, '(') && !parse_list(p, ')', block_arg, b))
        return false;
    return parse_expect(p, ':');
}

static bool parse_block(Parser *p, IrRegion *r)
{
    if (p->token.kind == TOK_BLOCK && !parse_label(p, r))
        return false;
    if (!tok_is(p->token, '}') && !parse_ops(p, ir_region_block(r)))
        return false;
    if (p->token.kind == TOK_BLOCK)
        return parse_unsupported(p, p->token, "a region of several blocks");
    return parse_expect(p, '}');
}

bool parse_region(Parser *p, IrRegion *r)
{
    if (!parse_expect(p, '{') || !parse_enter(p))
        return false;
    Binding *mark = parse_scope(p);
    bool good = parse_block(p, r);
    parse_scope_end(p, mark);
    parse_leave(p);
    return good;
}

/* ----------------------------------------------------------------------- generic form */

/* MLIR's way to write an attribute, as ours. */
static IrAttr ints_of_array(Parser *p, IrAttr a)
{
    Ints ints = {0};
    for (size_t i = 0; i < a->count; i++) {
        if (a->items[i]->kind != IR_ATTR_INT)
            return a;
        ARENA_PUSH(p->scratch, ints.items, ints.count, ints.room, a->items[i]->number);
    }
    return ir_attr_i64s(p->context, ints.count, ints.items);
}

static IrAttr groups_of_array(Parser *p, IrAttr a)
{
    IrAttr *items = ARENA_ARRAY(p->scratch, IrAttr, a->count);
    for (size_t i = 0; i < a->count; i++)
        items[i] = a->items[i]->kind == IR_ATTR_ARRAY ? ints_of_array(p, a->items[i])
                                                      : a->items[i];
    return ir_attr_array(p->context, a->count, items);
}

static IrAttr our_attr(Parser *p, const ParsedOp *o, const IrNamedAttr *a)
{
    IrAttr v = a->value;
    bool predicate = (o->kind == OP_arith_cmpi || o->kind == OP_arith_cmpf)
        && !strcmp(a->name, "predicate") && v->kind == IR_ATTR_INT;
    if (predicate && ir_predicate_name(o->kind, v->number))
        return ir_attr_string(p->context, ir_predicate_name(o->kind, v->number));
    if (o->kind == OP_memref_atomic_rmw && !strcmp(a->name, "kind") &&
        v->kind == IR_ATTR_INT && v->number == IR_ATOMIC_ADDI)
        return ir_attr_string(p->context, "addi");
    if (o->kind == OP_vector_reduction && !strcmp(a->name, "kind") &&
        v->kind == IR_ATTR_ENUM)
        return ir_attr_string(p->context, v->value);
    if (o->kind == OP_vector_shuffle && !strcmp(a->name, "mask") &&
        v->kind == IR_ATTR_ARRAY)
        return ints_of_array(p, v);
    if (!strcmp(a->name, "reassociation") && v->kind == IR_ATTR_ARRAY)
        return groups_of_array(p, v);
    if (o->kind == OP_arith_constant && v->kind == IR_ATTR_BOOL)
        return ir_attr_int(p->context, ir_scalar(p->context, DTYPE_i1), v->number);
    return v;
}

typedef struct Regions {
    ParsedOp *op;
    uint32_t count;
} Regions;

static bool region_item(Parser *p, void *data)
{
    Regions *r = data;
    if (r->count == (uint32_t)ir_op_info(r->op->kind)->regions)
        return parse_fail(p, p->token, "%s has %u regions", ir_op_info(r->op->kind)->name,
                          r->count);
    return parse_region(p, parse_holder(p, r->op, r->count++));
}

/* `(` region,* `)` */
static bool parse_regions(Parser *p, ParsedOp *o)
{
    Regions r = {o, 0};
    Token at = p->token;
    if (parse_accept(p, '(') && !parse_list(p, ')', region_item, &r))
        return false;
    uint32_t wanted = (uint32_t)ir_op_info(o->kind)->regions;
    return r.count == wanted || parse_fail(p, at, "%u regions of %s wanted", wanted,
                                           ir_op_info(o->kind)->name);
}

/* generic ::= string `(` operand,* `)` (`<` dict `>`)? (`(` region,* `)`)? dict? `:`
 * type */
static bool parse_generic(Parser *p, ParsedOp *o)
{
    if (!parse_expect(p, '(') || !parse_add_operands(p, o, ')'))
        return false;
    if (parse_accept(p, '<') && (!add_dict(p, o) || !parse_expect(p, '>')))
        return false;
    if (!parse_regions(p, o) || !parse_add_dict(p, o) || !parse_expect(p, ':')
        || !parse_op_type(p, o))
        return false;
    for (size_t i = 0; i < o->attr_count; i++)
        o->attrs[i].value = our_attr(p, o, &o->attrs[i]);
    return true;
}

/* --------------------------------------------------------------------------- op names */

/* StableHLO's ops that we have not. */
static bool is_known(const char *name)
{
    static const char *const ops[] = {
        "after_all", "all_gather", "all_reduce", "all_to_all", "async_done",
        "async_start", "batch_norm_grad", "batch_norm_inference", "batch_norm_training",
        "broadcast", "case", "cholesky", "collective_broadcast", "collective_permute",
        "complex", "composite", "create_token", "cross-replica-sum", "dot",
        "dynamic_broadcast_in_dim", "dynamic_conv", "dynamic_gather", "dynamic_iota",
        "dynamic_pad", "dynamic_reshape", "einsum", "fft", "get_dimension_size",
        "get_tuple_element", "if", "imag", "infeed", "map", "outfeed", "partition_id",
        "real", "real_dynamic_slice", "recv", "reduce_scatter", "replica_id", "rng",
        "send", "set_dimension_size", "sort", "torch_index_select", "triangular_solve",
        "tuple", "unary_einsum", "uniform_dequantize", "uniform_quantize", "while"};
    if (!strncmp(name, "chlo.", 5))
        return true;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (!strncmp(name, "stablehlo.", 10) && !strcmp(name + 10, ops[i]))
            return true;
    return false;
}

/* Dialects of MLIR of which we have some ops or none. */
static bool is_dialect(const char *name)
{
    static const char *const dialects[] = {
        "affine", "amx", "arith", "bufferization", "cf", "func", "gpu", "linalg", "llvm",
        "math", "memref", "mhlo", "nvgpu", "scf", "sdy", "shape", "tensor", "tosa", "ub",
        "vector", "vhlo"};
    size_t length = strcspn(name, ".");
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
        if (strlen(dialects[i]) == length && !memcmp(dialects[i], name, length))
            return name[length];
    return false;
}

static bool unknown_op(Parser *p, Token at, const char *name)
{
    const char *names[OP_COUNT];
    if (is_known(name))
        return parse_unsupported(p, at, "op %s", name);
    for (int i = 0; i < OP_COUNT; i++)
        names[i] = ir_op_info((IrOpKind)i)->name;
    const char *near = text_nearest(name, names, OP_COUNT);
    if (near)
        return parse_fail(p, at, "there is no op %s; did you mean %s?", name, near);
    if (is_dialect(name))
        return parse_unsupported(p, at, "op %s", name);
    return parse_fail(p, at, "there is no op %s", name);
}

/* The op that a name (quoted in generic form) stands for. */
static bool parse_op_name(Parser *p, ParsedOp *o, bool *generic)
{
    Token t = o->at = p->token;
    IrName name;
    *generic = t.kind == TOK_STRING;
    if (t.kind != TOK_STRING && t.kind != TOK_WORD)
        return parse_wanted(p, "an op");
    if (*generic ? !parse_string(p, &name) : !parse_word(p, &name))
        return false;
    if (!strcmp(name, "module"))
        name = "builtin.module";
    o->square = !strcmp(name, "chlo.square");
    if (o->square)
        o->kind = OP_multiply;
    else if (!ir_op_kind(name, strlen(name), &o->kind))
        return unknown_op(p, t, name);
    return true;
}

/* -------------------------------------------------------------------------------- ops */

enum { MAX_GROUPS = 256 };

typedef struct ResultNames {    /* %a:2, %b = */
    Token name[MAX_GROUPS];
    uint32_t size[MAX_GROUPS], count, total;
} ResultNames;

/* names ::= (%x (`:` int)?),* `=` */
static bool parse_result_names(Parser *p, ResultNames *n)
{
    n->count = n->total = 0;
    if (p->token.kind != TOK_VALUE)
        return true;
    do {
        int64_t size = 1;
        Token t = p->token;
        if (t.kind != TOK_VALUE)
            return parse_wanted(p, "a value (%name)");
        parse_advance(p);
        if (parse_accept(p, ':') && !parse_int(p, &size))
            return false;
        if (n->count == MAX_GROUPS || size < 1 || size > INT32_MAX / MAX_GROUPS)
            return parse_unsupported(p, t, "this number of results");
        n->name[n->count] = t;
        n->size[n->count++] = (uint32_t)size;
        n->total += (uint32_t)size;
    } while (parse_accept(p, ','));
    return parse_expect(p, '=');
}

/* Gives the names to the results; `results` NULL: what they name is wrong, say no more
 * of it. */
static bool define_results(Parser *p, const ResultNames *n, IrValue *results)
{
    uint32_t next = 0;
    bool good = true;
    for (uint32_t i = 0; i < n->count; next += n->size[i++])
        good = parse_define(p, n->name[i], results ? results + next : NULL, n->size[i]) &&
               good;
    return good;
}

static bool check_counts(Parser *p, const ParsedOp *o, const ResultNames *n)
{
    const IrOpInfo *info = ir_op_info(o->kind);
    if (info->operands >= 0 && (size_t)info->operands != o->operand_count)
        return parse_fail(p, o->at, "%s has %d operands, not %zu", info->name,
                          info->operands, o->operand_count);
    if (info->results >= 0 && (size_t)info->results != o->type_count)
        return parse_fail(p, o->at, "%s has %d results, not %zu", info->name,
                          info->results, o->type_count);
    if (n->count && n->total != o->type_count)
        return parse_fail(p, n->name[0], "%u name%s for %zu result%s of %s", n->total,
                          text_plural(n->total), o->type_count,
                          text_plural((long long)o->type_count), info->name);
    return true;
}

static IrOp *make_op(Parser *p, const ParsedOp *o, IrLoc loc)
{
    IrOp *op = ir_op_new(p->module, o->kind, loc, o->operand_count, o->operands,
                         o->type_count, o->types, o->attr_count, o->attrs);
    for (uint32_t i = 0; o->holder && i < op->region_count; i++) {
        op->regions[i].block = o->holder->regions[i].block;
        if (op->regions[i].block)
            op->regions[i].block->region = &op->regions[i];
    }
    return op;
}

static bool parse_pretty(Parser *p, ParsedOp *o)
{
    ParseFn *special = parse_special(o->kind);
    const char *form = o->square ? ir_op_form(OP_erf) : ir_op_form(o->kind);
    if (special)
        return special(p, o);
    if (form)
        return parse_form(p, o, form);
    return parse_fail(p, o->at, "%s is written in generic form: \"%s\"(...)",
                      ir_op_info(o->kind)->name, ir_op_info(o->kind)->name);
}

/* Functions and globals stand in a module, and nothing else does. */
static bool check_level(Parser *p, const ParsedOp *o, const IrBlock *into)
{
    bool top = into == ir_module_block(p->module);
    bool global = o->kind == OP_func || o->kind == OP_memref_global;
    if (o->kind == OP_module)
        return parse_unsupported(p, o->at, "a module in a module");
    if (top == global)
        return true;
    return parse_fail(p, o->at, top ? "a function wanted, found %s" : "%s in a function",
                      ir_op_info(o->kind)->name);
}

static IrOp *parse_op_body(Parser *p, IrBlock *into, const ResultNames *names)
{
    ParsedOp o = {0};
    bool generic;
    if (!parse_op_name(p, &o, &generic) || !check_level(p, &o, into))
        return NULL;
    IrLoc loc = parse_place(p, o.at);
    if (!(generic ? parse_generic : parse_pretty)(p, &o))
        return NULL;
    if (o.square && o.operand_count == 1)
        parse_add_operand(p, &o, o.operands[0]);
    if (!parse_loc(p, &loc) || !check_counts(p, &o, names))
        return NULL;
    return make_op(p, &o, loc);
}

/* op ::= names? (generic | pretty) loc? */
bool parse_op(Parser *p, IrBlock *into)
{
    ResultNames names;
    if (!parse_result_names(p, &names))
        return false;
    IrOp *op = parse_op_body(p, into, &names);
    if (op)
        ir_block_append(into, op);
    return define_results(p, &names, op ? op->results : NULL) && op;
}

static bool begins_op(const Parser *p)
{
    Token t = p->token;
    bool named =
        t.kind == TOK_WORD && (memchr(t.start, '.', t.length) ||
                               tok_is_word(t, "return") || tok_is_word(t, "call"));
    return t.line > p->last_line &&
           (named || t.kind == TOK_VALUE || t.kind == TOK_STRING);
}

/* After an error in the op that begins at `start`: to the next line that begins like
 * an op, or to the `}` of this region. What the op's own braces hold is skipped. */
static void skip_op(Parser *p, Lexer lexer, Token start)
{
    const char *error = p->token.start;
    p->lexer = lexer;
    p->token = start;
    for (int depth = 0; p->token.kind != TOK_END; parse_advance(p)) {
        bool behind =
            p->token.start > start.start && p->token.start >= error && depth <= 0;
        if (behind && (begins_op(p) || tok_is(p->token, '}')))
            return;
        depth += tok_is(p->token, '{') - tok_is(p->token, '}');
    }
}

bool parse_ops(Parser *p, IrBlock *into)
{
    while (p->token.kind != TOK_END && !tok_is(p->token, '}') &&
           p->token.kind != TOK_BLOCK) {
        Lexer lexer = p->lexer;
        Token start = p->token;
        if (start.kind == TOK_HASH ? parse_alias(p) : parse_op(p, into))
            continue;
        if (p->errors >= PARSE_MAX_ERRORS)
            return false;
        skip_op(p, lexer, start);
    }
    return true;
}

/* ------------------------------------------------------------------------------ files */

/* file ::= alias* (module | op*) alias* */
static void parse_file(Parser *p)
{
    while (p->token.kind == TOK_HASH)
        if (!parse_alias(p))
            return;
    Token at = p->token;
    if (!tok_is_word(at, "module") && !tok_is_word(at, "builtin.module") &&
        !(at.kind == TOK_STRING && at.length == 16 &&
          !memcmp(at.start, "\"builtin.module\"", 16))) {
        parse_ops(p, ir_module_block(p->module));
        if (p->token.kind != TOK_END)
            parse_wanted(p, "a function");
        return;
    }
    if (!parse_module(p, at))
        return;
    if (ir_module_block(p->module)->arg_count)
        parse_fail(p, at, "a module takes no arguments");
    while (p->token.kind == TOK_HASH)
        if (!parse_alias(p))
            return;
    if (p->token.kind != TOK_END)
        parse_wanted(p, "the end of the file");
}

static Parser *open_parser(IrContext *c, const char *file, const char *text,
                           size_t length, DiagList *d)
{
    Arena *scratch = arena_open();
    Parser *p = ARENA_NEW(scratch, Parser);
    p->context = c;
    p->module = ir_module_open(c, NULL);
    p->diags = d;
    p->scratch = scratch;
    p->file = file;
    for (p->bucket_count = 64; p->bucket_count < length / 64;) /* about a name per line */
        p->bucket_count *= 2;
    p->names = ARENA_ARRAY(scratch, Binding *, p->bucket_count);
    p->locs = ARENA_ARRAY(scratch, LocAlias *, p->bucket_count);
    p->lexer = lex_open(arena_strndup(scratch, text, length), length);
    return p;
}

IrModule *ir_parse(IrContext *c, const char *file, const char *text, size_t length,
                   DiagList *d)
{
    diag_source(d, file, text, length);
    Parser *p = open_parser(c, file, text, length, d);
    IrModule *m = p->module;
    m->op->loc = ir_loc_file(c, file, 1, 1);
    parse_find_aliases(p);
    parse_advance(p);
    parse_file(p);
    bool good = !p->errors;
    if (p->errors > PARSE_MAX_ERRORS)
        diag_note(d, (Place){file, 0, 0}, "there are more errors; these are the first %d",
                  PARSE_MAX_ERRORS);
    arena_close(p->scratch);
    if (good && ir_verify(m, d))
        return m;
    ir_module_close(m);
    return NULL;
}
