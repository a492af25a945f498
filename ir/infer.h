/* What the shape rules share (private to ir/).
 *
 *   infer.c              the table of rules, attributes, structure, control
 *   infer_elementwise.c  one element at a time
 *   infer_shape.c        makes and moves elements
 *   infer_indexed.c      gather, scatter, slices at computed indices
 *   infer_window.c       reduce, reduce_window, select_and_scatter, convolution
 *   infer_dot.c          dot_general
 *
 * A rule is a function named after the op. Its constraints have labels: in the comment
 * over it, at the check, and in the name of the test that breaks it. Attributes come from
 * a file that anyone may have written: nothing is assumed of them that was not checked
 * before. */
#ifndef IR_INFER_H
#define IR_INFER_H

#include "ir/ir.h"

typedef struct Infer {
    const IrOp *op;
    IrContext *context;
    IrType *types;   /* the results' types, to be filled in */
    DiagList *diags; /* may be NULL */
} Infer;

typedef bool InferFn(const Infer *f);

#define GRAPH_OP(id, name, in, out, regions, class, ...) INFER_DECLARE_##class(id)
#define INFER_DECLARE(id)                                InferFn infer_##id;
#define INFER_DECLARE_UNARY(id)
#define INFER_DECLARE_BINARY(id)
#define INFER_DECLARE_ELEMENTWISE INFER_DECLARE
#define INFER_DECLARE_SOURCE      INFER_DECLARE
#define INFER_DECLARE_SHAPE       INFER_DECLARE
#define INFER_DECLARE_REDUCTION   INFER_DECLARE
#define INFER_DECLARE_CONTRACTION INFER_DECLARE
#define INFER_DECLARE_WINDOW      INFER_DECLARE
#define INFER_DECLARE_INDEXED     INFER_DECLARE
#define INFER_DECLARE_RANDOM      INFER_DECLARE
#define INFER_DECLARE_BARRIER     INFER_DECLARE
#define INFER_DECLARE_CONTROL     INFER_DECLARE
#include "ir/ops.def"
InferFn infer_unary, infer_binary;

/* ---- messages: each begins with the op's name and returns false ---- */
bool infer_fail(const Infer *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool infer_unsupported(const Infer *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *infer_str(const Infer *f, IrType t);

/* ---- types ---- */
/* As many operands and results as the table of ops says. */
bool infer_counts(const Infer *f);
static inline IrType infer_in(const Infer *f, uint32_t i)
{
    return ir_operand(f->op, i)->type;
}
/* Enters the type of result i; fails if it is too large. */
bool infer_result(const Infer *f, uint32_t i, Dtype elem, int rank, const int64_t *dims);
/* The same for the one result of sums of products; its own elements may be others of their sort. */
bool infer_product(const Infer *f, Dtype elem, int rank, const int64_t *dims);
/* Result i has the type that its op was given: where operands and attributes leave a
 * choice. */
bool infer_own(const Infer *f, uint32_t i);
bool infer_same_dims(IrType a, IrType b);
bool infer_is_scalar(IrType t, Dtype elem);

/* ---- attributes ---- */
/* A list of `count` integers that must be there. */
bool infer_ints(const Infer *f, const char *name, size_t count, const int64_t **out);
/* A list of any number of integers that must be there (at most IR_MAX_RANK). */
bool infer_list(const Infer *f, const char *name, size_t *count, const int64_t **out);
/* If there, `count` integers >= least. */
bool infer_optional_ints(const Infer *f, const char *name, size_t count, int64_t least);
/* If there, tensor<COUNTx2xi64>. */
bool infer_padding(const Infer *f, size_t count);
bool infer_int(const Infer *f, const char *name, int64_t *out);
/* An attribute that, if there, is one of the enum's values (a list that ends with NULL).
 * */
bool infer_optional_enum(const Infer *f, const char *name, const char *const *values,
                         const char **out);
/* If there, true or false. */
bool infer_optional_bool(const Infer *f, const char *name);
/* If there, an array of two #stablehlo<precision ...>. */
bool infer_precision(const Infer *f);

/* A structured attribute whose fields are all there: lists of at most IR_MAX_RANK
 * integers, and numbers. Each list of names ends with NULL. */
typedef struct InferStruct {
    const char *name; /* "dot" */
    const char *const *lists, *const *numbers;
} InferStruct;
bool infer_struct(const Infer *f, const char *attr, const InferStruct *shape,
                  IrAttr *out);

/* ---- lists of dimensions ---- */
/* Each is in [0, rank) and not in *seen (a bit each; NULL: none yet), where it is added.
 * */
bool infer_dims(const Infer *f, const char *what, size_t count, const int64_t *dims,
                int rank, unsigned *seen);
bool infer_sorted(const Infer *f, const char *what, size_t count, const int64_t *dims);

/* How many windows of `size` elements, `window_dilation` apart, fit into a dimension of d
 * elements, `base_dilation` apart, between paddings that may be negative; fails on sizes
 * beyond 64 bits. */
typedef struct InferWindow {
    int64_t size, stride, base_dilation, window_dilation, low, high;
} InferWindow;
bool infer_windows(const Infer *f, int64_t d, const InferWindow *w, int64_t *out);

#endif
