/* The pretty form of ops as rows that the printer and the parser both follow (private to
 * ir/), and what else the two share. */
#ifndef IR_FORMS_H
#define IR_FORMS_H

#include "ir/ir.h"

/* gpu.launch has a size of the grid and of a block for each of three dimensions. Its body
 * takes the indices of the block and of the thread, the sizes again, and then buffers. */
enum { LAUNCH_SIZES = 6, LAUNCH_INDICES = 12 };

/* What follows the op's name. Letters stand for themselves, and:
 *   $.       the next operand
 *   $*       all others but those that follow, with commas
 *   $?       the form ends here if the op has no operands
 *   $D       the attributes that the form does not say, as " {a = 1}"
 *   $R       the type of the result
 *   $T       the types of the operands, with commas
 *   $F       a function type
 *   $S       one type if all are the same, else a function type
 *   $A       the one type of all operands and results
 *   $P       the types of select: a predicate's and the rest's
 *   $0 $1    the type of operand 0, 1
 *   $a $b $c the type of the last, last but one, last but two operand
 *   <kind name>  an attribute:
 *       ints    [1, 2]
 *       int     3
 *       enum    THREE_FRY
 *       type    ", FLOAT" of a comparison, nothing if there is none
 *       mode    xor of a shuffle
 *       symbol  @name
 *       word    slt
 *       kind    <add>
 *       lane    [3]
 *       groups  [[0, 1], [2]]
 *       value   dense<1> : T; gives the type of the result, too
 *       slice   [0:2, 0:3:2]
 *       format  e5m10
 *       dot     batching_dims = [0] x [0], contracting_dims = [1] x [1], precision = []
 *       conv    [b, 0, f]x[0, i, o]->[b, 0, f]
 *       window  {stride = [2, 2], ...}
 * NULL: the op is written in generic form, or by a function of its own. */
const char *ir_op_form(IrOpKind kind);

/* The attributes that a kind says, beside the one it names; ends with NULL. */
const char *const *ir_form_attrs(const char *kind, size_t length);

/* What memref.atomic_rmw does, addi, is a number in generic form. */
enum { IR_ATOMIC_ADDI = 1 };

/* Predicates of arith.cmpi and arith.cmpf; in generic form they are numbers. */
const char *ir_predicate_name(IrOpKind kind, int64_t number); /* NULL if there is none */
int64_t ir_predicate_number(IrOpKind kind, const char *name); /* -1 if there is none */

#endif
