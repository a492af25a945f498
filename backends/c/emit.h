/* Kernel IR -> C. One rule per op (rules.c); what is known of a value is kept by its
 * id. Internal to backends/c.
 *
 *     scalars   float, double; i1: bool; iN: uintN_t, which wraps (signed ops cast);
 *               index: int64_t; f16 and bf16: uint16_t, arithmetic in float
 *     vectors   f32x4, u8x16 ...: see helpers.c. Those of i1 are int32 lanes of 0 or -1;
 *               one lane is a scalar
 *     memrefs   a pointer to the elements. Elements are read and written by functions
 *               that copy bytes (f32_load): an arena holds now floats, now integers,
 *               which C's aliasing rules allow only so; compilers make plain loads and
 *               stores of them
 *     kernels   static functions
 *
 * A value is a variable, or an expression in the place where it is used: once, in the
 * same block, and short. An expression that reads memory becomes a variable before
 * anything is written (c_settle). */
#ifndef BACKENDS_C_EMIT_H
#define BACKENDS_C_EMIT_H

#include "backends/c/c.h"

/* How tightly an expression is bound, loosest first. Shifts, bitwise operators and
 * comparisons are one level, and in parentheses within each other. */
typedef enum { C_CHOICE, C_BITS, C_SUM, C_PRODUCT, C_PREFIX, C_ATOM } CLevel;

typedef struct CText {
    const char *text;
    CLevel level;
} CText;

/* What is known of an index: it comes from sizes and loops only, not from data, on the
 * lower and on the upper side; it is not negative. */
enum { C_LOW = 1, C_HIGH = 2, C_BOUNDED = C_LOW | C_HIGH, C_NATURAL = 4 };

typedef struct CValue {
    CText is;         /* text NULL: not printed yet */
    const char *type; /* of a buffer: "const float *" */
    bool reads;       /* memory */
    unsigned range;
} CValue;

typedef struct CBounds {
    int64_t low, high; /* both included */
} CBounds;

typedef struct CFact {
    bool looked_at, known; /* an integer: */
    bool needed;           /* by something with an effect */
    bool has_bounds;
    int64_t number;
    CBounds bounds;
} CFact;

/* How often a loop runs. */
typedef enum { C_NEVER, C_ONCE, C_OFTEN } CTrips;

/* What the lanes of a value are in C. */
typedef struct CElem {
    const char *name; /* f32 f64 u8 u16 u32 u64 i64 bool mask */
    const char *type; /* float ... */
    unsigned bits;
    bool is_float, is_index; /* is_index: a signed scalar */
} CElem;

typedef struct CEmit CEmit;
typedef struct CRule CRule;
struct CRule {
    void (*emit)(CEmit *e, const IrOp *op, const CRule *rule);
    const char *name;    /* of the function for vectors: f32x4_NAME */
    const char *formula; /* see formula.c */
    CLevel level;
    unsigned flags;
};

/* How the operands of a formula are taken. */
enum {
    C_SIGNED = 1,   /* integers as signed ones */
    C_UNSIGNED = 2, /* an index as unsigned, unless it is known not to be negative */
    C_WRAPS = 4,    /* an index as unsigned, unless it is bounded */
    C_WHOLE = 8,    /* the formula is right for vectors of GNU C, too */
    C_SHIFT = 16,   /* $b is an amount to shift by: taken modulo the width */
    C_TEST = 32,    /* the result is a truth */
    C_HELPER = 64,  /* vectors have a helper of the rule's name */
};

/* A language of the C family. */
typedef struct CDialect {
    const char *name;   /* for diagnostics */
    const char *helper; /* in front of a function of the prelude: "static inline " ... */
    const char *vector_helper; /* ... and in front of one for vectors */
    const char *kernel;        /* in front of a kernel: "static " */
    const char *table;         /* in front of an array of constants: "_Alignas(64) const " */
    const char *buffer;        /* in front of a buffer of a function: "_Alignas(64) " */
    const char *unroll;        /* in front of a short loop; NULL: nothing */
    bool narrow;               /* vectors beyond 16 bytes are no parameters */
    bool typed;                /* a buffer has elements of its pointer's type, aligned: x[i] */
    bool narrow_index;         /* an index is an int32_t where that holds it (bounds.c) */
    const char *(*own_helper)(CEmit *e, const char *name, const char *text); /* a helper's
                                  text in this language; NULL: as it is */
    const CRule *rules;        /* by IrOpKind: where they differ from c_rules */
    const char *const *words;  /* names that are taken besides c_words, or NULL */
} CDialect;
extern const CDialect c_dialect;
extern const CRule c_rules[OP_COUNT];
extern const char *const c_words[]; /* names that are taken; NULL ends */

/* A set of names, hashed. */
typedef struct CNames {
    const char **slots; /* NULL is free */
    size_t count, size; /* size: a power of two */
} CNames;

/* A function that picks lanes. */
typedef struct CShuffle {
    const char *name, *body;
} CShuffle;

/* The lanes of a constant vector. */
typedef struct CTable {
    IrAttr elements;
    const char *name;
} CTable;

/* A memref.global and what it is called in C; NULL: not printed yet. */
typedef struct CSymbol {
    const IrOp *global;
    const char *name;
} CSymbol;

struct CEmit {
    IrModule *module;
    IrSymbols symbols;
    const CDialect *dialect;
    DiagList *diags;
    Arena *arena;
    bool failed;
    CValue *values;              /* by value id */
    CFact *facts;                /* likewise */
    const char **function_names; /* by op id of a function; NULL: not printed yet */

    Text types, helpers, constants, functions; /* parts of the file, in this order */
    CNames made;                               /* keys of types and helpers */
    CNames globals;                            /* names of the file */
    CShuffle *shuffles;
    size_t shuffle_count, shuffle_room;
    CTable *tables;
    size_t table_count, table_room;
    CSymbol *symbol; /* of constants */
    size_t symbol_count, symbol_room;

    /* the function being printed */
    const IrOp *source;
    CNames locals;
    size_t numbered; /* names that end in a number, so far */
    const char **parameters; /* of the function: its names */
    Text *out;       /* its statements */
    int indent;
    int loops;               /* around the statement */
    const IrValue **pending; /* expressions that read memory and are not used yet */
    size_t pending_count, pending_room;
    bool reading; /* the expression being made reads memory */
};

/* ---------------------------------------------------------------------------- file.c */

/* For a file in a dialect; c_end frees what it holds. */
CEmit c_begin(IrModule *m, const CDialect *dialect, DiagList *d);
void c_end(CEmit *e);
void c_add_part(Text *out, const Text *part);

/* ------------------------------------------------------------------------ function.c */

const CRule *c_rule(const CEmit *e, IrOpKind kind); /* the dialect's, or that of C */

void c_fail(CEmit *e, const IrOp *op, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void c_block(CEmit *e, const IrBlock *block); /* all ops but the terminator */
/* Gives the arguments of a function names (e->parameters) and types. */
void c_name_arguments(CEmit *e, const IrOp *func);
/* What a name is made of where the function needs one: loop_0. */
const char *c_function_stem(CEmit *e, const IrOp *func);
/* A comment: the lines of the model that a function comes from. */
void c_comment(CEmit *e, const IrOp *func, Text *out);
const char *c_shape(CEmit *e, IrType t); /* 2x3 */
/* Whether a function runs parallel loops, and so takes a pool. */
bool c_needs_pool(CEmit *e, const IrOp *func);
/* Whether a function writes to its argument i. */
bool c_writes(CEmit *e, const IrOp *func, uint32_t i);
/* Of a buffer: "const float *", or "float *" if it is written. */
const char *c_pointer_type(CEmit *e, const IrValue *v);
/* Adds a function to e->functions, those that it calls first, unless it is there. */
void c_kernel(CEmit *e, const IrOp *func);
/* The name of a function that is printed already, or is printed now. */
const char *c_function(CEmit *e, const IrOp *func);

/* ---------------------------------------------------------------------------- file.c */

/* The array of a memref.global; NULL: there is none. */
const char *c_global(CEmit *e, const char *name);

/* --------------------------------------------------------------------------- names.c */

bool c_names_add(CEmit *e, CNames *names,
                 const char *name); /* false: was there already */
/* A C identifier like `stem`, that no other is in `names`. */
const char *c_names_fresh(CEmit *e, CNames *names, const char *stem);
/* stem0, stem1 ... of the function. */
const char *c_numbered(CEmit *e, const char *stem);
/* Whether identifier `name` occurs in a text. */
bool c_mentions(const char *text, const char *name);

/* -------------------------------------------------------------------------- memory.c */

/* The address of the element of memref (operand `first`) at the indices behind it. */
const char *c_place(CEmit *e, const IrOp *op, uint32_t first);

/* ------------------------------------------------------------------------- control.c */

/* i, j, k ...: no other loop around has it. */
const char *c_loop_counter(CEmit *e);

/* --------------------------------------------------------------------------- facts.c */

/* Whether an integer is known now. */
bool c_known(CEmit *e, const IrValue *v, int64_t *number);
CTrips c_trips(CEmit *e, const IrOp *loop); /* scf.for, scf.parallel */
void c_mark_needed(CEmit *e, const IrOp *func);
bool c_is_needed(const CEmit *e, const IrOp *op);

/* -------------------------------------------------------------------------- bounds.c */

CBounds c_bounds(CEmit *e, const IrValue *v); /* of an index */
bool c_is_small(CEmit *e, const IrValue *v);  /* an index that is an int32_t */

/* --------------------------------------------------------------------------- value.c */

CElem c_elem(IrType t);
CElem c_value_elem(CEmit *e, const IrValue *v); /* c_elem of its type, but for small indices */
CElem c_memory_elem(IrType memref);
CElem c_wide_elem(IrType t); /* the same, but float for f16 and bf16 */
CElem c_signed(CElem t);
bool c_is_half(IrType t);
unsigned c_lanes(IrType t); /* 1: a scalar */
const char *c_type(CEmit *e, IrType t);
const char *c_value_type(CEmit *e, const IrValue *v);

/* Uses operand i in the expression being made. */
CText c_operand(CEmit *e, const IrOp *op, uint32_t i);
const char *c_operand_text(CEmit *e, const IrOp *op, uint32_t i);
CText c_use(CEmit *e, const IrValue *v);
/* The same as a constant or a variable, which may be used again. */
const char *c_stable(CEmit *e, const IrValue *v);
/* Arithmetic on f16 and bf16 is done in float. */
CText c_wide_operand(CEmit *e, const IrOp *op, uint32_t i);
void c_define_narrow(CEmit *e, const IrOp *op, CText text);
/* The first result of op: prints a variable, or keeps the expression for its user. */
void c_define(CEmit *e, const IrOp *op, CText text);
void c_set(CEmit *e, const IrValue *v, CText text);
void c_alias(CEmit *e, const IrValue *v, const IrValue *of); /* c_stable */
/* Reads that wait become variables: to be called between the use of a statement's
 * operands and its printing, if it writes memory or holds other statements. */
void c_settle(CEmit *e);

/* A statement, indented. */
void c_line(CEmit *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
void c_open(CEmit *e, const char *format, ...) __attribute__((format(printf, 2, 3)));
void c_close(CEmit *e, const char *end); /* } */
const char *c_format(CEmit *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* In parentheses if it is bound more loosely than `least`. */
const char *c_bound(CEmit *e, CText t, CLevel least);
/* condition ? x : y. Compilers ask for parentheses around a | b in front of ?. */
CText c_choose(CEmit *e, CText condition, CText x, CText y);
CText c_atom(const char *text);
CText c_cast(CEmit *e, const char *type, CText t);

/* ------------------------------------------------------------------------- literal.c */

CText c_int_literal(CEmit *e, CElem t, int64_t value);
CText c_float_literal(CEmit *e, CElem t, double value);
CText c_index_literal(CEmit *e, int64_t value);
/* A scalar constant of f16 or bf16, as a float. */
CText c_half_literal(CEmit *e, const IrOp *constant);
/* One of type f32, f64, or the bits of f16 or bf16. */
CText c_scalar_literal(CEmit *e, Dtype t, double value);
/* Element i of dense<...>, as it lies in memory if `memory`. */
CText c_element_literal(CEmit *e, IrAttr elements, int64_t i, bool memory);
/* bytes.c: a constant that is written as its bytes; returns its name. */
bool c_is_long(IrAttr elements, IrType type);
const char *c_byte_table(CEmit *e, const char *stem, IrAttr elements, IrType type);
/* An array for the whole file; returns its name. */
const char *c_table(CEmit *e, const char *stem, const char *linkage, IrAttr elements,
                    IrType type);

/* --------------------------------------------------------------------------- arith.c */

/* C_LOW ... of an index that is printed already. */
unsigned c_range(CEmit *e, const IrValue *v);

/* ------------------------------------------------------------------------- formula.c */

CText c_expand(CEmit *e, const CRule *rule, CElem t, bool whole, unsigned count,
               const CText *args);
/* The same with casts of operands and result, as the rule's flags ask. */
CText c_apply(CEmit *e, const CRule *rule, CElem in, CElem out, unsigned count,
              const CText *args);
/* The rule lane by lane: the name of the function. */
const char *c_lanewise(CEmit *e, const CRule *rule, CElem in, CElem out, unsigned lanes,
                       unsigned count);

/* ------------------------------------------------------------------------- helpers.c */

/* f32x4, declared. */
const char *c_vector(CEmit *e, CElem t, unsigned lanes);
const char *c_vector_name(CEmit *e, CElem t, unsigned lanes);
/* f32_NAME or f32x4_NAME: the function of the table, declared. */
const char *c_helper(CEmit *e, const char *name, CElem t, unsigned lanes);
/* A function of the prelude: its type, name, parameters and body. */
void c_add_helper(CEmit *e, unsigned lanes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, with its vectors beyond 16 bytes by pointer. */
void c_add_wide(CEmit *e, const char *function);
/* Whether something of this name is still to be written; from now on it is not. */
bool c_is_new(CEmit *e, const char *name);

/* ------------------------------------------------------------------------- prelude.c */

void c_prelude(CEmit *e, const COptions *o, Text *out);

/* ------------------------------------------------------------------------- the rules */

#define C_RULE(name) void name(CEmit *e, const IrOp *op, const CRule *rule)
/* control.c, parallel.c */
C_RULE(c_for);
C_RULE(c_if);
C_RULE(c_while);
C_RULE(c_parallel);
C_RULE(c_call);
/* memory.c */
C_RULE(c_alloca);
C_RULE(c_view);
C_RULE(c_same_buffer);
C_RULE(c_get_global);
C_RULE(c_load);
C_RULE(c_store);
C_RULE(c_masked_load);
C_RULE(c_masked_store);
C_RULE(c_gather);
C_RULE(c_scatter);
C_RULE(c_copy);
/* vector.c */
C_RULE(c_broadcast);
C_RULE(c_reduction);
C_RULE(c_create_mask);
C_RULE(c_extract);
C_RULE(c_insert);
C_RULE(c_shuffle);
C_RULE(c_step);
/* arith.c */
C_RULE(c_constant);
C_RULE(c_formula);
C_RULE(c_index_op);
C_RULE(c_compare);
C_RULE(c_select);
/* convert.c */
C_RULE(c_extend_float);
C_RULE(c_truncate_float);
C_RULE(c_int_to_float);
C_RULE(c_float_to_int);
C_RULE(c_resize_int);
C_RULE(c_bitcast);
#undef C_RULE

#endif
