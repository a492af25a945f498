/* The IR: operations, values, blocks, regions, types, attributes and places, as in MLIR. One
 * structure serves both levels: tensors and StableHLO ops above, memrefs, loops and vectors below.
 *
 * A context owns what is shared and immutable: types, attributes, places and names are interned, so
 * two are equal exactly if their pointers are. A module owns its ops; erased ops are unlinked and
 * their memory goes with the module. Ops and values carry ids, dense in their module, so a pass
 * keeps its own facts in arrays indexed by id and not in the ops. Not thread-safe: one context, one
 * thread. */
#ifndef IR_IR_H
#define IR_IR_H

#include "support/arena.h"
#include "support/diag.h"
#include "support/dtype.h"
#include "support/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct IrContext IrContext;
typedef struct IrModule IrModule;
typedef struct IrOp IrOp;
typedef struct IrValue IrValue;
typedef struct IrBlock IrBlock;
typedef struct IrRegion IrRegion;
typedef const struct IrTypeRec *IrType;
typedef const struct IrAttrRec *IrAttr;
typedef const struct IrLocRec *IrLoc;
typedef const char *IrName;             /* interned: compare by pointer */

enum { IR_MAX_RANK = 16 };

/* ------------------------------------------------------------------------------------ context */

IrContext *ir_context_open(void);
void ir_context_close(IrContext *c);    /* after its modules; accepts NULL */
Arena *ir_context_arena(IrContext *c);  /* for what lives as long as the context */
IrName ir_name(IrContext *c, const char *s);
IrName ir_name_n(IrContext *c, const char *s, size_t length);
IrName ir_namef(IrContext *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* -------------------------------------------------------------------------------------- types */

typedef enum {
    IR_SCALAR, IR_INDEX, IR_TENSOR, IR_VECTOR, IR_MEMREF, IR_FUNCTION,
    IR_TOKEN,               /* of a copy that goes on beside the threads of a GPU */
    IR_DESCRIPTOR,          /* says to four warps of a GPU where a matrix of elem lies: dims */
    IR_ACCUMULATOR,         /* a matrix of sums that these hold: f32, dims */
    IR_UNRANKED,            /* a memref whose dims are not said */
    IR_TENSOR_MAP,          /* how boxes of a memref are copied: elem, dims of a box */
    IR_BARRIERS             /* in a block's memory, for what is copied there: dims[0] of them */
} IrTypeKind;

struct IrTypeRec {
    IrTypeKind kind;
    Dtype elem;             /* SCALAR, TENSOR, VECTOR, MEMREF (unless of_index) */
    bool of_index;          /* a VECTOR of index */
    int rank;               /* TENSOR, VECTOR (1; of a fragment 2), MEMREF */
    const int64_t *dims;    /* row-major, no layout map */
    bool shared;            /* a MEMREF that the threads of a block share */
    size_t input_count, result_count;   /* FUNCTION */
    const IrType *inputs, *results;
};

IrType ir_scalar(IrContext *c, Dtype elem);
IrType ir_index(IrContext *c);
IrType ir_tensor(IrContext *c, Dtype elem, int rank, const int64_t *dims);
IrType ir_vector(IrContext *c, Dtype elem, int64_t lanes);
IrType ir_index_vector(IrContext *c, int64_t lanes);
IrType ir_memref(IrContext *c, Dtype elem, int rank, const int64_t *dims);
IrType ir_shared_memref(IrContext *c, Dtype elem, int rank, const int64_t *dims);
/* What one lane of a warp holds of a matrix that the lanes hold together: so many words of 32 bits
 * (or pairs of them), of so many elements each. */
IrType ir_fragment(IrContext *c, Dtype elem, int64_t rows, int64_t columns);
IrType ir_token(IrContext *c);
IrType ir_descriptor(IrContext *c, Dtype elem, int64_t rows, int64_t columns);
IrType ir_accumulator(IrContext *c, int64_t rows, int64_t columns);
IrType ir_unranked(IrContext *c, Dtype elem);
IrType ir_tensor_map(IrContext *c, Dtype elem, int64_t rows, int64_t columns);
IrType ir_barriers(IrContext *c, int64_t count);
IrType ir_function(IrContext *c, size_t inputs, const IrType *in, size_t results, const IrType *out);
/* The same kind, shape and memory with another element type (an index type keeps its kind). */
IrType ir_with_elem(IrContext *c, IrType t, Dtype elem);
IrType ir_with_dims(IrContext *c, IrType t, int rank, const int64_t *dims);
int64_t ir_elements(IrType t);          /* of a tensor, vector, memref; a scalar has 1 */
int64_t ir_bytes(IrType t);             /* elements * element size */
/* dims multiply to at most 2^47 bytes, so that sums of sizes do not overflow; for readers of
 * untrusted text */
bool ir_dims_ok(Dtype elem, int rank, const int64_t *dims);
void ir_type_print(Text *to, IrType t);             /* tensor<2x3xf32> */
const char *ir_type_str(IrContext *c, IrType t);    /* the same, in the context's arena */

/* --------------------------------------------------------------------------------- attributes */

typedef enum {
    IR_ATTR_UNIT,
    IR_ATTR_BOOL,       /* number */
    IR_ATTR_INT,        /* number, type */
    IR_ATTR_FLOAT,      /* real, type */
    IR_ATTR_STRING,     /* name */
    IR_ATTR_SYMBOL,     /* name, without @ */
    IR_ATTR_TYPE,       /* type */
    IR_ATTR_ARRAY,      /* items: [a, b] */
    IR_ATTR_INTS,       /* ints, elem: array<i64: 1, 2> (elem i1: array<i1: true>) */
    IR_ATTR_ELEMENTS,   /* bytes, type, splat: dense<...> : tensor<...> */
    IR_ATTR_DICT,       /* entries, sorted by name */
    IR_ATTR_ENUM,       /* name, value: #stablehlo<comparison_direction LT>, #gpu<shuffle_mode xor>,
                           #arith.fastmath<none> */
    IR_ATTR_STRUCT,     /* name, entries: #stablehlo.dot<...>, conv, gather, scatter: see below */
    IR_ATTR_OPAQUE,     /* name: the text of a discardable attribute we keep but do not know */
} IrAttrKind;

typedef struct IrNamedAttr {
    IrName name;
    IrAttr value;
} IrNamedAttr;

/* Structured attributes hold what their text holds, every field an IR_ATTR_INTS or IR_ATTR_INT:
 *   "dot"      lhs_batching_dimensions rhs_batching_dimensions lhs_contracting_dimensions
 *              rhs_contracting_dimensions
 *   "conv"     input_batch_dimension input_feature_dimension input_spatial_dimensions
 *              kernel_input_feature_dimension kernel_output_feature_dimension
 *              kernel_spatial_dimensions output_batch_dimension output_feature_dimension
 *              output_spatial_dimensions
 *   "gather"   offset_dims collapsed_slice_dims operand_batching_dims start_indices_batching_dims
 *              start_index_map index_vector_dim
 *   "scatter"  update_window_dims inserted_window_dims input_batching_dims
 *              scatter_indices_batching_dims scatter_dims_to_operand_dims index_vector_dim
 * All fields are always present (the parser fills in defaults). */
struct IrAttrRec {
    IrAttrKind kind;
    IrType type;
    Dtype elem;
    int64_t number;
    double real;
    IrName name, value;
    size_t count;                   /* items, ints, entries */
    const IrAttr *items;
    const int64_t *ints;
    const IrNamedAttr *entries;
    const void *bytes;              /* ELEMENTS: row-major, one element if splat */
    bool splat;
};

IrAttr ir_attr_unit(IrContext *c);
IrAttr ir_attr_bool(IrContext *c, bool value);
IrAttr ir_attr_int(IrContext *c, IrType type, int64_t value);
IrAttr ir_attr_i64(IrContext *c, int64_t value);
IrAttr ir_attr_float(IrContext *c, IrType type, double value);
IrAttr ir_attr_string(IrContext *c, const char *s);
IrAttr ir_attr_symbol(IrContext *c, const char *s);
IrAttr ir_attr_type(IrContext *c, IrType t);
IrAttr ir_attr_array(IrContext *c, size_t count, const IrAttr *items);
IrAttr ir_attr_ints(IrContext *c, Dtype elem, size_t count, const int64_t *ints);   /* i64, i1 */
IrAttr ir_attr_i64s(IrContext *c, size_t count, const int64_t *ints);
/* type is a tensor (or vector); bytes hold one element if splat. A tensor all of whose bytes are
 * one element's is stored as a splat, so equal constants are one attribute. Tensors without
 * elements are splats of 0. */
IrAttr ir_attr_elements(IrContext *c, IrType type, const void *bytes, bool splat);
IrAttr ir_attr_splat(IrContext *c, IrType type, double value);
IrAttr ir_attr_dict(IrContext *c, size_t count, const IrNamedAttr *entries);
IrAttr ir_attr_enum(IrContext *c, const char *name, const char *value);
IrAttr ir_attr_struct(IrContext *c, const char *name, size_t count, const IrNamedAttr *entries);
IrAttr ir_attr_opaque(IrContext *c, const char *text);
/* An entry of a DICT or STRUCT; NULL if absent. */
IrAttr ir_attr_get(IrAttr a, const char *name);
/* Element i of ELEMENTS (splat or not). */
double ir_elements_get(IrAttr a, int64_t i);
int64_t ir_elements_get_int(IrAttr a, int64_t i);
const void *ir_elements_at(IrAttr a, int64_t i);

/* ------------------------------------------------------------------------------------- places */

typedef enum { IR_LOC_UNKNOWN, IR_LOC_FILE, IR_LOC_NAME, IR_LOC_CALL, IR_LOC_FUSED } IrLocKind;

struct IrLocRec {
    IrLocKind kind;
    IrName file;                /* FILE */
    unsigned line, column;
    IrName name;                /* NAME: what the thing is called, child its place */
    IrLoc child;                /* NAME; CALL: the place in the layer called */
    IrLoc caller;               /* CALL: where it was called from */
    size_t count;               /* FUSED */
    const IrLoc *parts;
};

IrLoc ir_loc_unknown(IrContext *c);
IrLoc ir_loc_file(IrContext *c, const char *file, unsigned line, unsigned column);
IrLoc ir_loc_name(IrContext *c, const char *name, IrLoc child);
IrLoc ir_loc_call(IrContext *c, IrLoc callee, IrLoc caller);
IrLoc ir_loc_fused(IrContext *c, size_t count, const IrLoc *parts);  /* flat, without repeats */
/* The user's own line: the outermost caller's file place, the first part of a fused one. */
Place ir_loc_place(IrLoc l);

/* ---------------------------------------------------------------------------------------- ops */

typedef enum {
#define GRAPH_OP(id, ...) OP_##id,
#define KERNEL_OP(id, ...) OP_##id,
#include "ir/ops.def"
    OP_COUNT
} IrOpKind;

typedef enum {
    IR_CLASS_UNARY, IR_CLASS_BINARY, IR_CLASS_ELEMENTWISE, IR_CLASS_SHAPE, IR_CLASS_SOURCE,
    IR_CLASS_REDUCTION, IR_CLASS_CONTRACTION, IR_CLASS_WINDOW, IR_CLASS_INDEXED, IR_CLASS_RANDOM,
    IR_CLASS_BARRIER, IR_CLASS_CONTROL,
    IR_CLASS_LOOP, IR_CLASS_GPU, IR_CLASS_MEMORY, IR_CLASS_VECTOR, IR_CLASS_ARITH
} IrOpClass;

enum { IR_PURE = 1, IR_COMMUTES = 2, IR_TERMINATOR = 4, IR_ISOLATED = 8 };

typedef struct IrOpInfo {
    const char *name;           /* stablehlo.add */
    int operands, results;      /* -1: any number */
    int regions;
    IrOpClass class;
    unsigned traits;
    bool kernel;                /* of the kernel level */
    const char *meaning;
} IrOpInfo;

const IrOpInfo *ir_op_info(IrOpKind kind);
/* By name; stablehlo's `func.return` may be written `return`. False if there is none. */
bool ir_op_kind(const char *name, size_t length, IrOpKind *out);
bool ir_is_elementwise(IrOpKind kind);      /* UNARY, BINARY, ELEMENTWISE */

typedef struct IrUse IrUse;
struct IrUse {                  /* an operand: a value and who uses it */
    IrValue *value;
    IrOp *op;
    uint32_t index;
    IrUse *next, **prev;        /* the other uses of the value */
};

struct IrValue {
    IrType type;
    IrUse *uses;
    IrOp *op;                   /* the op it results from; NULL: an argument of `block` */
    IrBlock *block;             /* arguments only */
    uint32_t index;             /* among the results or arguments */
    uint32_t id;
    IrName hint;                /* a name to print it by; NULL: numbered */
    IrLoc loc;                  /* arguments only */
};

struct IrOp {
    IrOpKind kind;
    uint32_t id;
    IrLoc loc;
    IrModule *module;
    IrBlock *block;             /* NULL while not inserted */
    IrOp *prev, *next;
    uint32_t operand_count, result_count, region_count, attr_count;
    IrUse *operands;
    IrValue *results;
    IrRegion *regions;
    IrNamedAttr *attrs;         /* sorted by name (strcmp) */
};

struct IrBlock {
    IrRegion *region;
    uint32_t arg_count;
    IrValue **args;
    IrOp *first, *last;
};

/* Structured control flow only: a region has one block, or none (a declared function). */
struct IrRegion {
    IrOp *op;
    IrBlock *block;
};

static inline IrValue *ir_operand(const IrOp *op, uint32_t i) { return op->operands[i].value; }
static inline IrValue *ir_result(const IrOp *op, uint32_t i)
{
    return (IrValue *)&op->results[i];
}
static inline bool ir_is(const IrValue *v, IrOpKind kind) { return v->op && v->op->kind == kind; }

/* Attributes of an op, by name. The typed ones assert that the attribute is there and of the kind
 * (a verified op always has them). */
IrAttr ir_op_attr(const IrOp *op, const char *name);            /* NULL if absent */
void ir_op_set_attr(IrOp *op, const char *name, IrAttr value);  /* NULL removes */
int64_t ir_op_int(const IrOp *op, const char *name);
const int64_t *ir_op_ints(const IrOp *op, const char *name, size_t *count);   /* INTS; count may be NULL */
const char *ir_op_string(const IrOp *op, const char *name);     /* STRING, SYMBOL, the value of ENUM */
/* The discardable attribute descent.<...> etc. of argument / result i of a function. */
IrAttr ir_func_arg_attr(const IrOp *func, uint32_t i, const char *name);
IrAttr ir_func_result_attr(const IrOp *func, uint32_t i, const char *name);
void ir_func_set_arg_attr(IrOp *func, uint32_t i, const char *name, IrAttr value);
void ir_func_set_result_attr(IrOp *func, uint32_t i, const char *name, IrAttr value);

/* ------------------------------------------------------------------------- making and changing */

struct IrModule {
    IrContext *context;
    Arena *arena;
    IrOp *op;                   /* builtin.module */
    uint32_t op_count, value_count;     /* ids given out so far */
};

IrModule *ir_module_open(IrContext *c, const char *name);   /* name may be NULL */
void ir_module_close(IrModule *m);      /* accepts NULL */
IrModule *ir_module_clone(IrModule *m);
IrBlock *ir_module_block(IrModule *m);
IrOp *ir_module_func(IrModule *m, const char *name);    /* NULL if there is none */
/* The functions of a module as they are when the table is made, for those who look up many. */
typedef struct IrSymbols {
    IrOp **slots;               /* hashed by name; NULL is free */
    size_t size;                /* a power of two */
} IrSymbols;
IrSymbols ir_symbols(IrModule *m, Arena *a);
IrOp *ir_symbols_func(const IrSymbols *s, IrName name);         /* NULL if there is none */
IrOp *ir_symbols_callee(const IrSymbols *s, const IrOp *call);  /* likewise */
/* A name that no function has yet: stem, stem.1, stem.2 ... */
IrName ir_module_fresh(IrModule *m, const char *stem);

/* An op, not yet in a block. Regions are empty. attrs may be in any order. */
IrOp *ir_op_new(IrModule *m, IrOpKind kind, IrLoc loc, size_t operands, IrValue *const *in,
                size_t results, const IrType *types, size_t attrs, const IrNamedAttr *attr);
IrBlock *ir_region_block(IrRegion *r);                      /* makes the block if there is none */
IrValue *ir_block_add_arg(IrBlock *b, IrType type, IrLoc loc);
void ir_block_append(IrBlock *b, IrOp *op);
void ir_op_insert_before(IrOp *op, IrOp *before);
void ir_op_insert_after(IrOp *op, IrOp *after);
void ir_op_unlink(IrOp *op);            /* out of its block, operands kept */
void ir_op_erase(IrOp *op);             /* its results must be unused */
void ir_op_set_operand(IrOp *op, uint32_t i, IrValue *v);
void ir_op_add_operand(IrOp *op, IrValue *v);
void ir_replace_uses(IrValue *from, IrValue *to);       /* of all uses of `from` */
/* A function with its block of arguments, at the end of the module. */
IrOp *ir_func_new(IrModule *m, const char *name, bool is_private, IrLoc loc, size_t inputs,
                  const IrType *in, size_t results, const IrType *out);
static inline IrBlock *ir_func_block(const IrOp *func) { return func->regions[0].block; }
IrType ir_func_type(const IrOp *func);
void ir_func_set_type(IrOp *func, IrType t);
const char *ir_func_name(const IrOp *func);
/* A host program (descent.entry) takes the arena, the arguments of its graph and, last, a buffer
 * for each result that overwrites none of these. Which results that are, by descent.alias; returns
 * how many. */
uint32_t ir_own_results(const IrOp *host, Arena *arena, uint32_t **out);
/* A copy with operands through `map` (indexed by value id of the source module; NULL entries and
 * ids past the end stay themselves, which is right only in the same module), regions too; results
 * and block arguments of the copy are entered in the map. Not inserted. */
typedef struct IrMap {
    IrValue **to;
    size_t room;
    Arena *arena;
} IrMap;
void ir_map_set(IrMap *map, const IrValue *from, IrValue *to);
IrValue *ir_map_get(const IrMap *map, IrValue *from);
IrOp *ir_op_clone(IrModule *into, const IrOp *op, IrMap *map);

/* Calls `visit` for every op below `op`, regions included, in order; `visit` may erase the op it
 * is given. */
void ir_walk(IrOp *op, void (*visit)(IrOp *op, void *data), void *data);

/* Operands of an op in a region may come from outside: */
bool ir_value_defined_inside(const IrValue *v, const IrOp *op);

/* -------------------------------------------------------------------------------- verification */

/* Checks structure (uses before definitions, types, terminators, symbols) and every op's own
 * constraints. Adds what is wrong to `d`. */
bool ir_verify(IrModule *m, DiagList *d);

/* The result types of a graph op from its operands and attributes; false with a diagnostic at the
 * op's place (`d` may be NULL). `types` holds op->result_count entries. */
bool ir_infer(const IrOp *op, IrType *types, DiagList *d);

/* ---------------------------------------------------------------------------------------- text */

typedef struct IrPrintOptions {
    bool generic;               /* "stablehlo.add"(%0, %1) : ... */
    bool locations;             /* loc(...) */
} IrPrintOptions;

void ir_print(IrModule *m, IrPrintOptions o, Text *to);
void ir_print_op(const IrOp *op, Text *to);             /* one op (a function, say), pretty form */
/* NULL and diagnostics if the text is wrong. `file` is for the places. The result is verified. */
IrModule *ir_parse(IrContext *c, const char *file, const char *text, size_t length, DiagList *d);
/* Graphviz: the ops of a function as boxes, values as arrows. */
void ir_print_dot(const IrOp *func, Text *to);

#endif
