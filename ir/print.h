/* What the files of the printer share (private to ir/).
 *
 *   print.c          modules, functions, regions, the generic form, places
 *   print_attr.c     attributes and literals
 *   print_float.c    decimal digits of floats
 *   print_names.c    names of values
 *   print_form.c     pretty forms that are a row of ir/forms.c
 *   print_special.c  pretty forms that no row can say
 *   print_generic.c  attributes that the generic form writes in another way
 *   print_dot.c      Graphviz */
#ifndef IR_PRINT_H
#define IR_PRINT_H

#include "ir/ir.h"

/* Names of the values of one function (or of the module): unique where they can be
 * seen. */
typedef struct IrNames IrNames;

IrNames *ir_names_open(const IrModule *m);
void ir_names_close(IrNames *n);
/* Names everything below `op`, forgetting what was named before. */
void ir_names_assign(IrNames *n, const IrOp *op);
/* "%0", "%x", "%0#1"; "%?" of a value that was not named. */
const char *ir_names_get(const IrNames *n, const IrValue *v);
/* How many results from `first` on share one name (%0:2). */
uint32_t ir_names_group(const IrOp *op, uint32_t first);

typedef struct Printer {
    Text *to;
    IrPrintOptions options;
    IrNames *names;
    int depth;
} Printer;

typedef void PrintFn(Printer *p, const IrOp *op);

/* The pretty form of an op that no row of ir/forms.c can say, from its name on; NULL
 * if one can. */
PrintFn *print_special(IrOpKind kind);
void print_form(Printer *p, const IrOp *op, const char *form);

/* ---- print.c ---- */
void print_newline(Printer *p);                     /* and the indent of the next line */
void print_value(Printer *p, const IrValue *v);
void print_operands(Printer *p, const IrOp *op, uint32_t from, uint32_t to); /* %a, %b */
void print_type(Printer *p, IrType t);
void print_operand_types(Printer *p, const IrOp *op, uint32_t from, uint32_t to);
void print_result_types(Printer *p, const IrOp *op);            /* -> T or (T, U) */
void print_function_type(Printer *p, const IrOp *op);           /* (T, U) -> V */
void print_arg(Printer *p, const IrValue *arg);                 /* %x: T loc(...) */
/* " {a = 1, b}": the attributes that are not in `elided` (ends with NULL); nothing if
 * none. */
void print_attr_dict(Printer *p, const IrOp *op, const char *const *elided);
void print_attr_dict_after(Printer *p, const IrOp *op, const char *open,
                           const char *const *elided);
/* "{", the ops on lines of their own, "}". An empty scf.yield or scf.reduce at the end
 * is left out if `implicit_end`. */
void print_region(Printer *p, const IrRegion *r, bool implicit_end);
/* The same with ^bb0(...): where the block has arguments. */
void print_block(Printer *p, const IrRegion *r);
void print_generic(Printer *p, const IrOp *op); /* from the quoted name on */
void print_loc(Printer *p, IrLoc l);            /* " loc(...)" if asked for */

/* ---- print_generic.c: where MLIR's generic form differs from what we keep ---- */
void print_generic_attr(Printer *p, const IrOp *op, const IrNamedAttr *a); /* a = 1 */
/* The attributes that only the generic form has (operandSegmentSizes), after `before`;
 * whether there are any. */
bool print_segments(Printer *p, const IrOp *op, const char *before);

/* ---- print_attr.c ---- */
void print_attr(Printer *p, IrAttr a);
void print_elements(Printer *p, IrAttr a);                      /* dense<...>, no type */
void print_float(Printer *p, Dtype elem, double value);
void print_string(Printer *p, const char *s);                   /* quoted */
void print_symbol(Printer *p, const char *s);                   /* @name or @"na me" */
void print_attr_name(Printer *p, const char *name);
void print_named_attrs(Printer *p, const IrNamedAttr *attrs, size_t count); /* a = 1, b */
void print_ints(Printer *p, const int64_t *ints, size_t count);             /* [1, 2] */
void print_conv_dims(Printer *p, IrAttr conv); /* [b, 0, f]x[0, i, o]->[b, 0, f] */

/* ---- print_float.c ---- */
/* A finite value as MLIR writes it: six digits if these are enough for the type, else
 * all that it has, else (nothing with a point does) its bits in hexadecimal. */
void print_decimal(Text *to, Dtype elem, double value);

#endif
