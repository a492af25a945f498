/* What the rules of the gradient pass share. A rule is called for an op whose result
 * has an adjoint, d loss / d result, and gives each operand that matters its share:
 * the sum over the result's elements of adjoint times derivative (a vector-Jacobian
 * product). In the formulas over the rules d is the adjoint of the result r, and dx
 * what operand x is given. */
#ifndef PASSES_GRAD_GRAD_H
#define PASSES_GRAD_GRAD_H

#include "ir/build.h"

typedef struct Grad {
    IrBuilder b; /* new ops go before the marker, at the place of the op at hand */
    const IrOp *marker;
    DiagList *diags;
    Arena *arena;
    size_t count;      /* the values that were there when the walk began */
    bool *active;      /* by value id: depends on one of the marker's wrt */
    IrValue **adjoint; /* by value id; NULL: the loss does not depend on it, so far */
    bool failed;
} Grad;

typedef void GradRule(Grad *g, const IrOp *op);

#define GRAPH_OP(id, ...) GradRule grad_##id;
#include "ir/ops.def"

#define RULE(id) void grad_##id(Grad *g, const IrOp *op)
/* A rule that gives its operands nothing, by mathematics and not by omission. */
#define RULE_ZERO(id)                                                                    \
    RULE(id) { (void)g, (void)op; }

/* Whether operand i leads to a wrt; a rule computes nothing for the others. */
bool grad_wants(const Grad *g, const IrOp *op, uint32_t i);
/* The adjoint of result i; NULL if the loss does not depend on it (never for an only
 * result). */
IrValue *grad_of(const Grad *g, const IrOp *op, uint32_t i);
/* Adds `share`, of the operand's type, to the adjoint of operand i. */
void grad_give(Grad *g, const IrOp *op, uint32_t i, IrValue *share);
/* Reports, at the op's place, that there is no gradient through it. */
void grad_unsupported(Grad *g, const IrOp *op, const char *why);

/* x times a number, in x's type. */
IrValue *grad_scale(Grad *g, IrValue *x, double factor);
IrValue *grad_zeros(Grad *g, IrType type);
/* p ? x : 0 */
IrValue *grad_where(Grad *g, IrValue *p, IrValue *x);
/* The sum of all elements: a scalar. */
IrValue *grad_sum_all(Grad *g, IrValue *x);
/* A scalar in the shape of `type` (of any element type); x itself if it has that
 * shape. */
IrValue *grad_spread(Grad *g, IrValue *x, IrType type);
/* x, whose dimensions are those of `type` that `dimensions` leaves out, repeated along
 * these. */
IrValue *grad_spread_along(Grad *g, IrValue *x, IrType type, const int64_t *dimensions,
                           size_t count);

static inline IrValue *grad_x(const IrOp *op) { return ir_operand(op, 0); }
static inline IrValue *grad_y(const IrOp *op) { return ir_operand(op, 1); }
static inline IrValue *grad_r(const IrOp *op) { return ir_result(op, 0); }
static inline IrValue *grad_d(const Grad *g, const IrOp *op) { return grad_of(g, op, 0); }

#endif
