/* The syntax tree. One struct for all nodes; the table says which fields a kind uses. */
#ifndef LANG_AST_H
#define LANG_AST_H

#include "frontend/lang/token.h"

typedef enum {
    /* expressions */
    NODE_INT,           /* integer */
    NODE_REAL,          /* real */
    NODE_STRING,        /* name */
    NODE_BOOL,          /* integer */
    NODE_NAME,          /* name */
    NODE_TUPLE,         /* items */
    NODE_LIST,          /* items */
    NODE_UNARY,         /* op (NOT, MINUS), a */
    NODE_BINARY,        /* op, a, b */
    NODE_PIPE,          /* a -> b */
    NODE_CALL,          /* a(items), items are ARG */
    NODE_ARG,           /* name (or NULL) = a */
    NODE_INDEX,         /* a[items], items are expressions, SLICE or ELLIPSIS */
    NODE_SLICE,         /* a:b:c, each may be NULL */
    NODE_ELLIPSIS,
    NODE_FIELD,         /* a.name */
    NODE_IF,            /* if a b else c; c may be NULL */
    NODE_FOR,           /* for name in a b */
    NODE_BLOCK,         /* items */
    /* statements */
    NODE_LET,           /* let items (NAME) = a */
    NODE_DECLARE,       /* name (param, state, slot in `word`): type = a */
    NODE_METRIC,        /* metric name = a */
    NODE_ASSIGN,        /* name: type = a; the type may be NULL */
    /* types */
    NODE_TYPE,          /* name[items]: element type or symbol; items: sizes, ELLIPSIS */
    NODE_TYPES,         /* (items) */
    /* declarations: name(items are PARAM) -> type b */
    NODE_PARAM,         /* name: type = a; type and a may be NULL */
    NODE_MODEL, NODE_LAYER, NODE_FN, NODE_INITIALIZER, NODE_OPTIMIZER,
    NODE_DATA,          /* data name = a b; b (of a table) may be NULL */
    NODE_TRAIN,         /* train name on a (NAME, or NULL: none) (items are PARAM) b */
    NODE_CONSTANT,      /* let name = a */
} NodeKind;

typedef struct Node Node;
struct Node {
    NodeKind kind;
    TokenKind op;
    bool std;               /* of the standard library */
    Place at;
    const char *name, *word;
    int64_t integer;
    double real;
    Node *type, *a, *b, *c;
    Node **items;
    size_t count;
};

/* The declarations of one file, in order. Errors go to `d`; what could be read is
 * returned. */
typedef struct Decls {
    Node **items;
    size_t count, room;
} Decls;
void lang_parse_file(Arena *a, Names *n, const char *file, const char *text,
                     size_t length, bool is_std, DiagList *d, Decls *out);

/* "model", "layer" ... */
const char *lang_decl_word(NodeKind kind);

#endif
