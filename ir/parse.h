/* What the files of the parser share (private to ir/). Recursive descent; each
 * function carries its grammar rule. A function that fails has added a diagnostic and
 * returns false (or NULL); the reader of ops then goes on at the next op, so that one
 * run reports several errors.
 *
 *   parse_base.c     errors, tokens, numbers, names
 *   parse.c          files, blocks, ops and their generic form, values
 *   parse_type.c     types
 *   parse_attr.c     attributes
 *   parse_struct.c   StableHLO's structured attributes and enums
 *   parse_dense.c    the elements of constants
 *   parse_loc.c      places
 *   parse_form.c     pretty forms that are a row of ir/forms.c
 *   parse_special.c  pretty forms that no row can say: functions, reduce, loops */
#ifndef IR_PARSE_H
#define IR_PARSE_H

#include "ir/ir.h"
#include "ir/lex.h"

/* What a name stands for: the results of an op, or one argument. */
typedef struct Binding {
    struct Binding *next_in_bucket, *before;
    IrName name;
    IrValue *values;        /* contiguous; NULL: what defines it was wrong */
    uint32_t count;
} Binding;

typedef struct LocAlias {   /* #loc1 = loc(...) */
    struct LocAlias *next;
    IrName name;
    Lexer at;               /* behind the `=` */
    IrLoc loc;              /* NULL until it is read */
    bool busy;
} LocAlias;

enum { PARSE_MAX_DEPTH = 128, PARSE_MAX_ERRORS = 20 };

typedef struct Parser {
    IrContext *context;
    IrModule *module;
    DiagList *diags;
    Arena *scratch;
    const char *file;
    Lexer lexer;
    Token token;            /* the next one */
    unsigned last_line;     /* of the token before it */
    int depth;
    size_t errors;
    size_t bucket_count;    /* of these two tables; a power of two */
    Binding **names, *last;
    LocAlias **locs;
} Parser;

/* An op being read. */
typedef struct ParsedOp {
    IrOpKind kind;
    bool square;            /* chlo.square: the operand twice */
    Token at;               /* its name */
    IrValue **operands;
    size_t operand_count, operand_room;
    IrType *types;          /* of the results */
    size_t type_count, type_room;
    IrNamedAttr *attrs;
    size_t attr_count, attr_room;
    IrOp *holder;           /* has the regions until the op itself is made */
} ParsedOp;

/* ---- tokens and errors ---- */
bool parse_fail(Parser *p, Token at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool parse_unsupported(Parser *p, Token at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool parse_wanted(Parser *p,
                  const char *what); /* "... wanted, found ..." at the next token */
void parse_advance(Parser *p);
bool parse_accept(Parser *p, char c);               /* takes the next token if it is c */
bool parse_accept_word(Parser *p, const char *word);
bool parse_expect(Parser *p, char c);
bool parse_expect_word(Parser *p, const char *word);
bool parse_arrow(Parser *p);
/* Goes one level deeper; false if that is too deep. parse_leave comes back. */
bool parse_enter(Parser *p);
void parse_leave(Parser *p);
/* item (`,` item)*, until `close`, which is taken; no item at all is fine. */
typedef bool ParseItem(Parser *p, void *data);
bool parse_list(Parser *p, char close, ParseItem *item, void *data);

/* ---- names and numbers ---- */
bool parse_symbol(Parser *p, IrName *out);
bool parse_string(Parser *p, IrName *out);          /* with its escapes resolved */
bool parse_word(Parser *p, IrName *out);
bool parse_int(Parser *p, int64_t *out);            /* `-`? (decimal | hex) */
typedef struct Ints {
    int64_t *items;
    size_t count, room;
} Ints;
bool parse_ints(Parser *p, Ints *out); /* `[` int,* `]`; true and false are 1 and 0 */

/* ---- values ---- */
bool parse_operand(Parser *p, IrValue **out);       /* %x, %x#1 */
bool parse_define(Parser *p, Token name, IrValue *values, uint32_t count);
Binding *parse_scope(Parser *p);                    /* a mark; */
void parse_scope_end(Parser *p, Binding *mark);     /* forgets the names defined since */

/* ---- types ---- */
IrType parse_type(Parser *p);
IrType parse_function_type(Parser *p);
typedef struct Types {
    IrType *items;
    Token *at;
    size_t count, room, at_room;
} Types;
bool parse_types(Parser *p, char close, Types *out);    /* type,* and `close` */
bool parse_type_list(Parser *p, Types *out);            /* type (`,` type)* */
bool parse_result_types(Parser *p, Types *out);         /* type | `(` type,* `)` */

/* ---- attributes ---- */
IrAttr parse_attr(Parser *p);
typedef struct Attrs {
    IrNamedAttr *items;
    size_t count, room;
} Attrs;
bool parse_dict(Parser *p, Attrs *out);             /* `{` entries `}` */
IrAttr parse_dict_attr(Parser *p);
IrAttr parse_dense(Parser *p); /* behind `dense`: `<` ... `>` `:` type */
IrAttr parse_dense_of(Parser *p, IrType type);      /* behind `dense`: `<` ... `>` */
bool parse_element(Parser *p, Dtype elem, void *out);
IrAttr parse_hash(Parser *p);                       /* #stablehlo... */
IrAttr parse_conv_dims(Parser *p);                  /* [b, 0, f]x[0, i, o]->[b, 0, f] */
IrAttr parse_dot_attr(Parser *p, const Ints lists[4]);

/* ---- places ---- */
bool parse_loc(Parser *p, IrLoc *out);              /* loc(...), if it is there */
IrLoc parse_place(Parser *p, Token at);
void parse_find_aliases(Parser *p); /* of the whole text, to be used before defined */
bool parse_alias(Parser *p);                        /* #loc1 = loc(...): already known */

/* ---- ops ---- */
bool parse_op(Parser *p, IrBlock *into);
bool parse_ops(Parser *p, IrBlock *into);           /* until `}` or the end */
/* `{` (^bb0(args):)? ops `}`; arguments that are already in the block stay. */
bool parse_region(Parser *p, IrRegion *r);
IrRegion *parse_holder(Parser *p, ParsedOp *o, uint32_t i); /* region i of the op to be */
/* %x `:` type loc?, as an argument of the block; the same, of a name that is read
 * already. */
bool parse_arg(Parser *p, IrBlock *b);
bool parse_arg_named(Parser *p, IrBlock *b, Token name, IrType type, IrLoc loc);
void parse_add_operand(Parser *p, ParsedOp *o, IrValue *v);
void parse_add_type(Parser *p, ParsedOp *o, IrType t);
bool parse_add_attr(Parser *p, ParsedOp *o, Token at, const char *name, IrAttr value);
bool parse_add_dict(Parser *p, ParsedOp *o);        /* {...}, if it is there */
bool parse_add_operands(Parser *p, ParsedOp *o, char close);
/* Compares the types written with those of the operands from `first` on. */
bool parse_check_types(Parser *p, const ParsedOp *o, size_t first, const Types *written);
/* (T, U) -> V: checks the operands' types, takes the results'. */
bool parse_op_type(Parser *p, ParsedOp *o);

typedef bool ParseFn(Parser *p, ParsedOp *o);
ParseFn *parse_special(IrOpKind kind);
bool parse_form(Parser *p, ParsedOp *o, const char *form);
bool parse_module(Parser *p, Token at);

#endif
