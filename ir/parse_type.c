/* Types. */
#include "ir/parse.h"

#include <ctype.h>
#include <string.h>

static bool is_integer(Token t)     /* i7, ui4, si8 */
{
    size_t letters = t.kind == TOK_WORD && *t.start != 'i';
    return t.kind == TOK_WORD && t.length > letters + 1 && t.start[letters] == 'i'
        && isdigit((unsigned char)t.start[letters + 1]);
}

/* A type of MLIR that we have not, or a misspelt one. */
static bool no_such_type(Parser *p, Token t, const char *what)
{
    static const char *const whole[] = {"complex", "tuple", "none",
                                        "f80",     "f128",  "tf32"};
    static const char *const begins[] = {"f4E", "f6E", "f8E"};
    bool known = false;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        known = known || tok_is_word(t, whole[i]);
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        known = known || (t.length > 3 && !memcmp(t.start, begins[i], 3));
    known = known || is_integer(t);
    if (known)
        return parse_unsupported(p, t, "%s %.*s", what, (int)t.length, t.start);
    return parse_wanted(p, what);
}

/* elem ::= `f32` | `i1` | ... | `index` */
static bool parse_elem(Parser *p, Dtype *elem, bool *index)
{
    Token t = p->token;
    *index = tok_is_word(t, "index");
    if (*index)
        *elem = DTYPE_i64;
    else if (t.kind != TOK_WORD || !dtype_parse(t.start, t.length, elem))
        return no_such_type(p, t, "element type");
    parse_advance(p);
    return true;
}

/* dims ::= (int `x`)*: `2x3xf32` is read as 2, x, 3, x, f32 */
static bool parse_dims(Parser *p, int64_t dims[IR_MAX_RANK], int *rank)
{
    for (*rank = 0;; ++*rank) {
        Token t = p->token;
        if (tok_is(t, '?') || tok_is(t, '*'))
            return parse_unsupported(p, t, "a dynamic shape");
        if (t.kind != TOK_INT && t.kind != TOK_HEX)
            return true;
        if (*rank == IR_MAX_RANK)
            return parse_unsupported(p, t, "more than %d dimensions", IR_MAX_RANK);
        if (t.kind == TOK_HEX) {        /* 0x4xf32 */
            lex_back(&p->lexer, t.start + 1);
            dims[*rank] = 0;
            parse_advance(p);
        } else if (!parse_int(p, &dims[*rank])) {
            return false;
        }
        t = p->token;
        if (t.kind != TOK_WORD || *t.start != 'x')
            return parse_wanted(p, "x");
        lex_back(&p->lexer, t.start + 1);
        parse_advance(p);
    }
}

static bool is_named(Token t, const char *name)
{
    return t.length == strlen(name) && !memcmp(t.start, name, strlen(name));
}

static const char space_name[] = "#gpu.address_space";

/* `#gpu.address_space` `<` `workgroup` `>` */
static bool parse_workgroup(Parser *p)
{
    if (!is_named(p->token, space_name))
        return parse_wanted(p, space_name);
    parse_advance(p);
    if (!parse_expect(p, '<'))
        return false;
    Token at = p->token;
    if (at.kind == TOK_WORD && !tok_is_word(at, "workgroup"))
        return parse_unsupported(p, at, "memory space %.*s", (int)at.length, at.start);
    return parse_expect_word(p, "workgroup") && parse_expect(p, '>');
}

/* space ::= (`,` `#gpu.address_space` `<` `workgroup` `>`)? of a memref */
static bool parse_space(Parser *p, IrTypeKind kind, bool *shared)
{
    Token at = p->token;
    *shared = parse_accept(p, ',');
    if (!*shared)
        return true;
    if (kind != IR_MEMREF || !is_named(p->token, space_name))
        return parse_unsupported(p, at, "an encoding or a layout of a type");
    return parse_workgroup(p);
}

/* unranked ::= `memref` `<` `*` `x` elem `>`, from the star on */
static IrType parse_unranked(Parser *p)
{
    Dtype elem;
    bool index;
    parse_advance(p);
    Token at = p->token;
    if (at.kind != TOK_WORD || *at.start != 'x') {
        parse_wanted(p, "x");
        return NULL;
    }
    lex_back(&p->lexer, at.start + 1);
    parse_advance(p);
    at = p->token;
    if (!parse_elem(p, &elem, &index) || !parse_expect(p, '>'))
        return NULL;
    if (index) {
        parse_unsupported(p, at, "a memref of index");
        return NULL;
    }
    return ir_unranked(p->context, elem);
}

/* shaped ::= (`tensor` | `vector` | `memref`) `<` dims elem space `>` */
static IrType parse_shaped(Parser *p, IrTypeKind kind)
{
    IrContext *c = p->context;
    int64_t dims[IR_MAX_RANK];
    int rank;
    Dtype elem;
    bool index, shared;
    parse_advance(p);
    Token at = p->token;
    if (!parse_expect(p, '<'))
        return NULL;
    if (kind == IR_MEMREF && tok_is(p->token, '*'))
        return parse_unranked(p);
    if (!parse_dims(p, dims, &rank) || !parse_elem(p, &elem, &index) ||
        !parse_space(p, kind, &shared) || !parse_expect(p, '>'))
        return NULL;
    if (index && kind != IR_VECTOR) {
        parse_unsupported(p, at, "a tensor or memref of index");
        return NULL;
    }
    if (!ir_dims_ok(elem, rank, dims)) {
        parse_unsupported(p, at, "a type of this size");
        return NULL;
    }
    bool lanes = rank == 1 || (rank == 2 && !index && dims[1]);
    if (kind == IR_VECTOR && (!lanes || !dims[0])) {
        parse_unsupported(p, at, "a vector that has not one dimension of lanes, or two");
        return NULL;
    }
    if (kind == IR_VECTOR && rank == 2)
        return ir_fragment(c, elem, dims[0], dims[1]);
    if (kind == IR_TENSOR)
        return ir_tensor(c, elem, rank, dims);
    if (kind == IR_MEMREF)
        return (shared ? ir_shared_memref : ir_memref)(c, elem, rank, dims);
    return index ? ir_index_vector(c, dims[0]) : ir_vector(c, elem, dims[0]);
}

static bool types_item(Parser *p, void *data)
{
    Types *types = data;
    Token at = p->token;
    IrType t = parse_type(p);
    if (!t)
        return false;
    ARENA_PUSH(p->scratch, types->items, types->count, types->room, t);
    size_t count = types->count - 1;
    ARENA_PUSH(p->scratch, types->at, count, types->at_room, at);
    return true;
}

bool parse_types(Parser *p, char close, Types *out)
{
    *out = (Types){0};
    return parse_list(p, close, types_item, out);
}

bool parse_type_list(Parser *p, Types *out)
{
    *out = (Types){0};
    do
        if (!types_item(p, out))
            return false;
    while (parse_accept(p, ','));
    return true;
}

bool parse_result_types(Parser *p, Types *out)
{
    *out = (Types){0};
    if (parse_accept(p, '('))
        return parse_types(p, ')', out);
    return types_item(p, out);
}

/* function-type ::= `(` type,* `)` `->` (type | `(` type,* `)`) */
IrType parse_function_type(Parser *p)
{
    Types in, out;
    if (!parse_expect(p, '(') || !parse_types(p, ')', &in) || !parse_arrow(p)
        || !parse_result_types(p, &out))
        return NULL;
    return ir_function(p->context, in.count, in.items, out.count, out.items);
}

/* warpgroup ::= `<` (`tensor` | `fragmented`) `=` type `>`, of a matrix */
static IrType parse_warpgroup(Parser *p, bool sums)
{
    IrContext *c = p->context;
    parse_advance(p);
    if (!parse_expect(p, '<') || !parse_expect_word(p, sums ? "fragmented" : "tensor") ||
        !parse_expect(p, '='))
        return NULL;
    Token at = p->token;
    IrType t = parse_type(p);
    if (!t || !parse_expect(p, '>'))
        return NULL;
    bool fits = sums ? t->kind == IR_VECTOR && t->elem == DTYPE_f32 : t->kind == IR_MEMREF && t->shared;
    if (!fits || t->rank != 2) {
        parse_unsupported(p, at, "a matrix of %s", ir_type_str(c, t));
        return NULL;
    }
    return sums ? ir_accumulator(c, t->dims[0], t->dims[1])
                : ir_descriptor(c, t->elem, t->dims[0], t->dims[1]);
}

/* `,` name `=` value */
static bool parse_setting(Parser *p, const char *name, const char *value)
{
    return parse_expect(p, ',') && parse_expect_word(p, name) && parse_expect(p, '=') &&
           parse_expect_word(p, value);
}

/* map ::= `<` `tensor` `=` type settings `>`: only those settings that there are */
static IrType parse_tensor_map(Parser *p)
{
    parse_advance(p);
    if (!parse_expect(p, '<') || !parse_expect_word(p, "tensor") || !parse_expect(p, '='))
        return NULL;
    Token at = p->token;
    IrType t = parse_type(p);
    if (!t || !parse_setting(p, "swizzle", "swizzle_128b") ||
        !parse_setting(p, "l2promo", "l2promo_128b") || !parse_setting(p, "oob", "zero") ||
        !parse_setting(p, "interleave", "none") || !parse_expect(p, '>'))
        return NULL;
    if (t->kind != IR_MEMREF || !t->shared || t->rank != 2) {
        parse_unsupported(p, at, "a box of %s", ir_type_str(p->context, t));
        return NULL;
    }
    return ir_tensor_map(p->context, t->elem, t->dims[0], t->dims[1]);
}

/* (`,` `num_barriers` `=` int)?: else there is one */
static bool parse_count(Parser *p, int64_t *count)
{
    *count = 1;
    return !parse_accept(p, ',') || (parse_expect_word(p, "num_barriers") &&
                                     parse_expect(p, '=') && parse_int(p, count));
}

/* barriers ::= `<` `memorySpace` `=` space count `>` */
static IrType parse_barriers(Parser *p)
{
    int64_t count;
    parse_advance(p);
    if (!parse_expect(p, '<') || !parse_expect_word(p, "memorySpace") || !parse_expect(p, '=') ||
        !parse_workgroup(p))
        return NULL;
    Token at = p->token;
    if (!parse_count(p, &count) || !parse_expect(p, '>'))
        return NULL;
    if (count < 1 || count > 1024) {
        parse_unsupported(p, at, "%lld barriers", (long long)count);
        return NULL;
    }
    return ir_barriers(p->context, count);
}

/* The types with a dialect's name. */
static IrType parse_dialect_type(Parser *p)
{
    Token t = p->token;
    if (is_named(t, "!nvgpu.warpgroup.descriptor") || is_named(t, "!nvgpu.warpgroup.accumulator"))
        return parse_warpgroup(p, t.start[strlen("!nvgpu.warpgroup.")] == 'a');
    if (is_named(t, "!nvgpu.tensormap.descriptor"))
        return parse_tensor_map(p);
    if (is_named(t, "!nvgpu.mbarrier.group"))
        return parse_barriers(p);
    if (!is_named(t, "!nvgpu.device.async.token")) {
        parse_unsupported(p, t, "type %.*s", (int)t.length, t.start);
        return NULL;
    }
    parse_advance(p);
    return ir_token(p->context);
}

static IrType parse_plain_type(Parser *p)
{
    static const struct { const char *name; IrTypeKind kind; } shaped[] = {
        {"tensor", IR_TENSOR}, {"vector", IR_VECTOR}, {"memref", IR_MEMREF}};
    Token t = p->token;
    Dtype elem;
    if (tok_is(t, '('))
        return parse_function_type(p);
    if (t.kind == TOK_BANG)
        return parse_dialect_type(p);
    for (size_t i = 0; i < 3; i++)
        if (tok_is_word(t, shaped[i].name))
            return parse_shaped(p, shaped[i].kind);
    if (parse_accept_word(p, "index"))
        return ir_index(p->context);
    if (t.kind == TOK_WORD && dtype_parse(t.start, t.length, &elem)) {
        parse_advance(p);
        return ir_scalar(p->context, elem);
    }
    no_such_type(p, t, "type");
    return NULL;
}

/* type ::= elem | shaped | function-type */
IrType parse_type(Parser *p)
{
    if (!parse_enter(p))
        return NULL;
    IrType t = parse_plain_type(p);
    parse_leave(p);
    return t;
}
