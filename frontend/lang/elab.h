/* Elaboration: runs a program's text over values, of which some are known now (numbers,
 * shapes, layers) and some are tensors of the graph being built. What is known is
 * computed; what is not becomes ops. Layers and functions are expanded where they are
 * called.
 *
 * A mistake is reported once and gives a value of kind V_ERROR, which makes everything
 * that is computed from it silent, so that one run reports what is wrong elsewhere
 * too. */
#ifndef LANG_ELAB_H
#define LANG_ELAB_H

#include "frontend/lang/ast.h"
#include "frontend/lang/lang.h"
#include "ir/build.h"

/* ----------------------------------------------------------------------------- values */

typedef enum {
    V_NONE,
    V_ERROR,
    V_INT,
    V_REAL,
    V_BOOL,
    V_STRING,
    V_DTYPE,
    V_TENSOR,
    V_LIST,
    V_CALLABLE
} ValueKind;

typedef struct Value Value;
typedef struct Callable Callable;

struct Value {
    ValueKind kind;
    union {
        int64_t integer; /* INT, BOOL */
        double real;
        const char *string;
        Dtype dtype;
        IrValue *tensor;
        struct {
            Value *items;
            size_t count;
            int64_t held; /* with what its lists hold: they may share parts */
        } list;           /* tuples too */
        Callable *callable;
    };
};

/* A declaration with some of its arguments; of a layer, an instance that owns
 * parameters. */
struct Callable {
    const Node *decl;
    Value *bound;     /* per parameter; V_NONE: still to come */
    bool instance;    /* came from a call: calling it again shares its parameters */
    const char *path; /* where its parameters are; NULL until it has a name */
};

static inline Value value_none(void) { return (Value){.kind = V_NONE}; }
static inline Value value_error(void) { return (Value){.kind = V_ERROR}; }
static inline Value value_int(int64_t i) { return (Value){.kind = V_INT, .integer = i}; }
static inline Value value_real(double r) { return (Value){.kind = V_REAL, .real = r}; }
static inline Value value_bool(bool b) { return (Value){.kind = V_BOOL, .integer = b}; }
static inline Value value_tensor(IrValue *t)
{
    return t ? (Value){.kind = V_TENSOR, .tensor = t} : value_error();
}
static inline bool value_is_number(Value v)
{
    return v.kind == V_INT || v.kind == V_REAL;
}
static inline double value_number(Value v)
{
    return v.kind == V_INT ? (double)v.integer : v.real;
}

/* ---------------------------------------------- what a model keeps: parameters, state */

typedef enum { KEEP_PARAM, KEEP_STATE, KEEP_SLOT } KeepRole;

typedef struct Kept {
    KeepRole role;
    const char *path; /* "fc1.w" */
    IrType type;
    Value init; /* a number or an initializer; slots are made by their optimizer */
    const Node *at, *model; /* the declaration; the model it belongs to */
    IrLoc loc;
    bool used;      /* by the entry point being built */
    bool trained;   /* by the train block: has slots */
    IrValue *value; /* in the function being built: the newest */
    IrValue *first; /* of a slot, in @init: what it begins with */
} Kept;

typedef struct KeptTable {
    Kept **items;
    size_t count, room;
} KeptTable;

Kept *lang_kept_find(const KeptTable *t, const char *path);

/* ------------------------------------------------------------------------------ state */

/* A variable of a call. */
typedef struct Variable {
    const char *name;
    Value value;
    Kept *kept; /* a param, state or slot: its newest value is there */
} Variable;

/* The names given to layers and parameters in one run of a layer's or a model's body. */
typedef struct Owner {
    const char *prefix; /* "" or "block1." */
    const char **taken;
    size_t count, room;
} Owner;

typedef struct Frame Frame;
struct Frame {
    Frame *caller;
    const Node *decl; /* what runs */
    const Node *call; /* where in the caller; NULL: nowhere */
    IrLoc loc;        /* of the call; NULL at the beginning of a chain */
    Owner *owner;
    Variable *vars;
    size_t count, room;
    const int64_t *rest; /* what `...` stands for; NULL until it was matched */
    int rest_rank;
    const char *slot_path; /* in an optimizer: of the parameter */
};

/* A free size: bound by the caller of lang_lower, or a stand-in while checking. */
typedef struct Size {
    const char *name;
    int64_t value;
} Size;

typedef struct ModelCall { /* called twice on the same values, a model runs once */
    const Node *decl;
    const Value *args;
    Value result;
} ModelCall;

typedef enum { RUN_DISCOVER, RUN_BUILD, RUN_INIT } RunMode;

typedef struct Elab {
    const LangProgram *program;
    Arena *arena;
    IrContext *ir;
    IrBuilder b;
    const Node *at_node;        /* the last place asked for, see lang_at */
    IrLoc at_call, at_loc;
    DiagList *diags;
    size_t errors_before;
    Frame *frame;
    KeptTable *kept;
    RunMode mode;
    bool training;
    const Node *primary; /* the model whose parameters have no prefix */
    IrValue *rng, *step; /* NULL where there is none */
    int64_t steps_per_epoch, epochs;
    bool asked_steps; /* the text asked for them */
    Size *sizes;
    size_t size_count, size_room;
    bool checking; /* sizes are stand-ins: name them in messages */
    ModelCall *calls;
    size_t call_count, call_room;
    int depth, call_depth;
    int64_t work; /* evaluations so far */
} Elab;

enum {
    LANG_MAX_DEPTH = 1500,   /* nested evaluations */
    LANG_MAX_CALLS = 64,     /* nested calls */
    LANG_MAX_WORK = 3000000, /* evaluations: beyond, the model unrolls to too much */
    LANG_ITEMS = 4,          /* so many items of a list are the work of an evaluation */
    LANG_MAX_LOOP = 20000,   /* turns; what a list holds */
    LANG_MAX_ERRORS = 20,
};

/* --------------------------------------------------------------------------- messages */

/* Reports at the user's line that led to `n`, with notes on the way there. */
Value lang_error(Elab *e, const Node *n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
Value lang_unsupported(Elab *e, const Node *n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const char *lang_show(Elab *e, Value v); /* f32[N, 57], 3, "a", layer dense */
const char *lang_show_tensor(Elab *e, IrType t);
const char *lang_show_dims(Elab *e, int rank, const int64_t *dims);
const char *lang_show_type(Elab *e, const Node *type); /* as written */
const char *lang_kind_name(Value v);                   /* "a number", "a tensor" ... */
/* "; did you mean `x`?" or "" */
const char *lang_suggest(Elab *e, const char *word, const char *const *names,
                         size_t count);
/* "; did you mean `x`?" or all of them: " (there is: x, y)" */
const char *lang_suggest_or_list(Elab *e, const char *word, const char *const *names,
                                 size_t count);

/* ------------------------------------------------------------------------- evaluation */

Value lang_eval(Elab *e, const Node *n);
Value lang_eval_block(Elab *e, const Node *block);
Value lang_eval_statement(Elab *e, const Node *n);
void lang_at(Elab *e, const Node *n); /* ops made from now on come from n */
IrLoc lang_loc(Elab *e, const Node *n);
Variable *lang_find_variable(Elab *e, const char *name);
void lang_bind(Elab *e, const char *name, Value v); /* a new variable */
const Node *lang_find_decl(const LangProgram *p, const char *name);
Value lang_lookup(Elab *e, const Node *at, const char *name);

/* Calls (call.c) */
typedef struct Args { /* evaluated; named ones have a name */
    const char **names;
    Value *values;
    size_t count;
} Args;
Value lang_eval_call(Elab *e, const Node *n, const Value *piped);
Value lang_call(Elab *e, const Node *at, Value callee, const Args *args);
size_t lang_input_count(const Node *decl);
void lang_name_instance(Elab *e, Value v, const char *name);
const char *lang_claim_name(Elab *e, const char *stem, bool number_first);
Value lang_call_std(Elab *e, const Node *at, const char *name, size_t count,
                    const Value *args);
/* The parameters of a declaration as variables of the frame: given ones are matched
 * with their types, the others take their defaults. */
bool lang_bind_parameters(Elab *e, const Node *decl, const Node *at, Value *bound);
bool lang_push_frame(Elab *e, Frame *f, const Node *decl, const Node *call);
void lang_pop_frame(Elab *e);

/* Types (type.c) */
bool lang_eval_type(Elab *e, const Node *type, IrType *out); /* all sizes known or free */
bool lang_match(Elab *e, const Node *at, const char *what, const Node *type, Value *v);
bool lang_eval_dtype(Elab *e, const Node *type, Dtype *out);

/* Parameters, state, slots (keep.c) */
Value lang_eval_declare(Elab *e, const Node *n);
bool lang_assign_kept(Elab *e, const Node *n, Kept *k, Value v);
/* A tensor of `type` from an initializer, a number or a tensor. */
Value lang_initial(Elab *e, const Node *n, Value init, IrType type);

/* Tensors (tensor.c, arith.c, index.c) */
bool lang_dims_ok(Elab *e, const Node *n, Dtype t, int rank, const int64_t *dims);
Value lang_to_tensor(Elab *e, const Node *n, Value v, Dtype number_type);
IrValue *lang_broadcast(Elab *e, const Node *n, IrValue *x, int rank,
                        const int64_t *dims);
/* The shape that both broadcast to (trailing dimensions align); false if they clash. */
bool lang_broadcast_dims(IrType a, IrType b, int *rank, int64_t *dims);
Value lang_unary(Elab *e, const Node *n, IrOpKind op, Value x);
Value lang_binary(Elab *e, const Node *n, IrOpKind op, Value x, Value y);
Value lang_compare(Elab *e, const Node *n, IrDirection d, Value x, Value y);
Value lang_select(Elab *e, const Node *n, Value p, Value x, Value y);
Value lang_operator(Elab *e, const Node *n, TokenKind op, Value x, Value y);
Value lang_matmul(Elab *e, const Node *n, Value x, Value y);
Value lang_eval_index(Elab *e, const Node *n);
Value lang_dims_value(Elab *e, int rank, const int64_t *dims);
Value lang_list(Elab *e, size_t count);
/* Counts work; false, and an error the first time, if it is too much in all. */
bool lang_work(Elab *e, const Node *n, int64_t evaluations);
/* A list whose items are there now; an error if there are too many in all. */
Value lang_filled(Elab *e, const Node *n, Value list);
bool lang_same_value(Value a, Value b);

/* Intrinsics (intrinsic*.c): grad, params, len, fail and op.<name>. */
typedef struct Call { /* of an intrinsic */
    Elab *e;
    const Node *n;
    const Value *args; /* per parameter; V_NONE: not given */
    const char *name;
} Call;
typedef struct Intrinsic {
    const char *name;
    const char *params; /* "x, shape, dims?": ? marks those that may be left out */
    Value (*run)(Call *c);
} Intrinsic;
const Intrinsic *lang_find_intrinsic(const char *name, bool op);
bool lang_is_op_name(const char *name,
                     IrOpKind *out); /* elementwise, one or two operands */
Value lang_call_intrinsic(Elab *e, const Node *n, const Intrinsic *i, const Args *args);
Value lang_call_op(Elab *e, const Node *n, const char *name, const Args *args);
/* Arguments as what an intrinsic needs; false after a message. */
bool lang_arg_tensor(Call *c, size_t i, IrValue **out);
bool lang_arg_int(Call *c, size_t i, int64_t *out);
bool lang_arg_ints(Call *c, size_t i, int64_t *out, int *count); /* at most IR_MAX_RANK */
bool lang_arg_axis(Call *c, size_t i, int rank, int64_t *out);
bool lang_arg_dims(Call *c, size_t i, Dtype t, int *rank, int64_t *dims);
extern const Intrinsic lang_intrinsics[], lang_op_intrinsics[], lang_window_intrinsics[];
extern const size_t lang_intrinsic_count, lang_op_intrinsic_count,
    lang_window_intrinsic_count;

/* ---------------------------------------------------------------------------- program */

struct LangProgram {
    Arena *arena;
    Names *names;
    const char *file, *folder;
    size_t folder_length;
    Decls std, user;
    LangModel *models;
    LangData *data;
    LangTrain *trains;
    const Node **model_decls, **data_decls, **train_decls;
    size_t model_count, data_count, train_count;
};

/* What data and train blocks and the inputs of models say, as plain structs
 * (settings*.c). */
void lang_read_settings(LangProgram *p, Elab *e);
void lang_read_data(Elab *e, const LangProgram *p, const Node *n, LangData *out);
bool lang_is_train_setting(const char *name);
bool lang_unknown_symbol(Elab *e, const Node *size, const char **out);
/* Runs every declaration that can be run alone, with stand-ins for free sizes
 * (check.c). */
void lang_check(LangProgram *p, DiagList *d);

/* What lang_lower does, on a given elaborator: check.c has its own sizes. */
typedef struct Lowering {
    Elab e;
    IrModule *module;
    const Node *model, *train; /* train may be NULL */
    const Node *data;          /* of a table; may be NULL */
} Lowering;
void lang_elab_open(Elab *e, const LangProgram *p, IrContext *c, DiagList *d);
void lang_elab_close(Elab *e);
bool lang_lower_entries(Lowering *l, unsigned entries);

/* Free sizes (sizes.c) */
typedef struct Symbols {
    const char **items;
    size_t count, room;
} Symbols;
Size *lang_find_size(Elab *e, const char *name);
void lang_add_size(Elab *e, const char *name, int64_t value);
/* The names in a type that stand for nothing else, each once. NULL: no type. */
void lang_add_symbols(Elab *e, const Node *type, Symbols *out);
/* Gives each free size its value from outside; false after a message. */
bool lang_bind_sizes(Lowering *l, const LangOptions *o);

/* The body of each entry point (entry_train.c): its results, in order. */
typedef struct Result {
    IrValue *value;
    const char *name, *role;
    Kept *kept; /* that it updates */
} Result;
typedef struct Results {
    Result *items;
    size_t count, room;
} Results;
/* The type of input i of a train block or a model. NULL after a message. */
IrType lang_input_type(Elab *e, const Node *owner, const Node *model, size_t i);
bool lang_run_train(Lowering *l, IrValue *const *inputs, bool training, Results *out);
bool lang_run_init(Lowering *l, Results *out);
/* Names that are not declared anywhere, in all declarations of the user
 * (names_check.c). */
void lang_check_names(LangProgram *p, DiagList *d);

#endif
