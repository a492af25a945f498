/* Shape rules: the table of them, what they share, and the rules of structural ops. */
#include "ir/infer.h"

#include <stdlib.h>
#include <string.h>

static InferFn *const rules[OP_COUNT] = {
#define GRAPH_OP(id, name, in, out, regions, class, ...)                                 \
    [OP_##id] = INFER_RULE_##class(id),
#define INFER_RULE(id)         infer_##id
#define INFER_RULE_UNARY(id)   infer_unary
#define INFER_RULE_BINARY(id)  infer_binary
#define INFER_RULE_ELEMENTWISE INFER_RULE
#define INFER_RULE_SOURCE      INFER_RULE
#define INFER_RULE_SHAPE       INFER_RULE
#define INFER_RULE_REDUCTION   INFER_RULE
#define INFER_RULE_CONTRACTION INFER_RULE
#define INFER_RULE_WINDOW      INFER_RULE
#define INFER_RULE_INDEXED     INFER_RULE
#define INFER_RULE_RANDOM      INFER_RULE
#define INFER_RULE_BARRIER     INFER_RULE
#define INFER_RULE_CONTROL     INFER_RULE
#include "ir/ops.def"
};

bool infer_counts(const Infer *f)
{
    const IrOpInfo *info = ir_op_info(f->op->kind);
    if (info->operands >= 0 && f->op->operand_count != (uint32_t)info->operands)
        return infer_fail(f, "has %u operands, but takes %d", f->op->operand_count,
                          info->operands);
    if (info->results >= 0 && f->op->result_count != (uint32_t)info->results)
        return infer_fail(f, "has %u results, but gives %d", f->op->result_count,
                          info->results);
    return true;
}

/* Structural ops work on both levels; everything else at this level works on tensors. */
static bool operands_fit(const Infer *f)
{
    if (ir_op_info(f->op->kind)->class == IR_CLASS_CONTROL &&
        f->op->kind != OP_custom_call)
        return true;
    for (uint32_t i = 0; i < f->op->operand_count; i++)
        if (infer_in(f, i)->kind != IR_TENSOR)
            return infer_fail(f, "operand %u is no tensor: %s", i,
                              infer_str(f, infer_in(f, i)));
    return true;
}

bool ir_infer(const IrOp *op, IrType *types, DiagList *d)
{
    Infer f = {op, op->module->context, types, d};
    if (!rules[op->kind])
        return infer_fail(&f, "is an op of the kernel level");
    return infer_counts(&f) && operands_fit(&f) && rules[op->kind](&f);
}

/* --------------------------------------------------------------------------- messages */

static void add_message(const Infer *f, DiagExit exit, const char *before,
                        const char *format, va_list args)
{
    const IrOpInfo *info = ir_op_info(f->op->kind);
    const char *name = info->kernel ? info->name : strchr(info->name, '.') + 1;
    Text text = {0};
    text_vprintf(&text, format, args);
    diag_add(f->diags, DIAG_ERROR, exit, ir_loc_place(f->op->loc), "%s%s: %s", before,
             name, text.bytes);
    text_free(&text);
}

bool infer_fail(const Infer *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (f->diags)
        add_message(f, DIAG_INPUT, "", format, args);
    va_end(args);
    return false;
}

bool infer_unsupported(const Infer *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (f->diags)
        add_message(f, DIAG_UNSUPPORTED, "unsupported: ", format, args);
    va_end(args);
    return false;
}

const char *infer_str(const Infer *f, IrType t) { return ir_type_str(f->context, t); }

/* ------------------------------------------------------------------------------ types */

bool infer_result(const Infer *f, uint32_t i, Dtype elem, int rank, const int64_t *dims)
{
    if (rank > IR_MAX_RANK)
        return infer_unsupported(f, "a result of rank %d (at most %d)", rank,
                                 IR_MAX_RANK);
    if (!ir_dims_ok(elem, rank, dims))
        return infer_unsupported(f, "a result of more than 2^59 bytes");
    f->types[i] = ir_tensor(f->context, elem, rank, dims);
    return true;
}

bool infer_product(const Infer *f, Dtype elem, int rank, const int64_t *dims)
{
    IrType own = f->op->results[0].type;
    if (!own || own->kind != IR_TENSOR || own->elem == elem)
        return infer_result(f, 0, elem, rank, dims);
    bool floats = dtype_is_float(own->elem) && dtype_is_float(elem);
    bool ints = dtype_is_int(own->elem) && dtype_is_int(elem);
    if (!floats && !ints)
        return infer_unsupported(f, "a result of %s from operands of %s",
                                 dtype_name(own->elem), dtype_name(elem));
    return infer_result(f, 0, own->elem, rank, dims);
}

bool infer_own(const Infer *f, uint32_t i)
{
    IrType own = f->op->results[i].type;
    if (!own || own->kind != IR_TENSOR)
        return infer_fail(f, "result %u is no tensor%s%s", i, own ? ": " : "",
                          own ? infer_str(f, own) : "");
    f->types[i] = own;
    return true;
}

bool infer_same_dims(IrType a, IrType b)
{
    for (int i = 0; i < a->rank && a->rank == b->rank; i++)
        if (a->dims[i] != b->dims[i])
            return false;
    return a->rank == b->rank;
}

bool infer_is_scalar(IrType t, Dtype elem) { return t->rank == 0 && t->elem == elem; }

/* ------------------------------------------------------------------------- attributes */

bool infer_list(const Infer *f, const char *name, size_t *count, const int64_t **out)
{
    IrAttr a = ir_op_attr(f->op, name);
    if (!a)
        return infer_fail(f, "attribute %s is missing", name);
    if (a->kind != IR_ATTR_INTS)
        return infer_fail(f, "attribute %s is no list of integers", name);
    if (a->count > IR_MAX_RANK)
        return infer_fail(f, "attribute %s has %zu entries (at most %d)", name, a->count,
                          IR_MAX_RANK);
    *count = a->count;
    *out = a->ints;
    return true;
}

bool infer_ints(const Infer *f, const char *name, size_t count, const int64_t **out)
{
    size_t n = 0;
    if (!infer_list(f, name, &n, out))
        return false;
    return n == count ||
           infer_fail(f, "attribute %s has %zu entries, but needs %zu", name, n, count);
}

bool infer_optional_ints(const Infer *f, const char *name, size_t count, int64_t least)
{
    const int64_t *ints = NULL;
    if (!ir_op_attr(f->op, name))
        return true;
    if (!infer_ints(f, name, count, &ints))
        return false;
    for (size_t i = 0; i < count; i++)
        if (ints[i] < least)
            return infer_fail(f, "entry %zu of %s is %lld, but must be at least %lld", i,
                              name, (long long)ints[i], (long long)least);
    return true;
}

bool infer_padding(const Infer *f, size_t count)
{
    IrAttr a = ir_op_attr(f->op, "padding");
    if (!a)
        return true;
    if (a->kind != IR_ATTR_ELEMENTS || a->type->elem != DTYPE_i64 || a->type->rank != 2 ||
        a->type->dims[0] != (int64_t)count || a->type->dims[1] != 2)
        return infer_fail(f, "attribute padding is no tensor<%zux2xi64>", count);
    return true;
}

bool infer_int(const Infer *f, const char *name, int64_t *out)
{
    IrAttr a = ir_op_attr(f->op, name);
    if (!a)
        return infer_fail(f, "attribute %s is missing", name);
    if (a->kind != IR_ATTR_INT)
        return infer_fail(f, "attribute %s is no integer", name);
    *out = a->number;
    return true;
}

static bool one_of(const char *value, const char *const *values)
{
    while (*values && strcmp(*values, value))
        values++;
    return *values;
}

bool infer_optional_enum(const Infer *f, const char *name, const char *const *values,
                         const char **out)
{
    IrAttr a = ir_op_attr(f->op, name);
    *out = NULL;
    if (!a)
        return true;
    if (a->kind != IR_ATTR_ENUM)
        return infer_fail(f, "attribute %s is none of its values", name);
    if (!one_of(a->value, values))
        return infer_fail(f, "attribute %s cannot be %s", name, a->value);
    *out = a->value;
    return true;
}

bool infer_optional_bool(const Infer *f, const char *name)
{
    IrAttr a = ir_op_attr(f->op, name);
    return !a || a->kind == IR_ATTR_BOOL ||
           infer_fail(f, "attribute %s is no bool", name);
}

bool infer_precision(const Infer *f)
{
    static const char *const values[] = {"DEFAULT", "HIGH", "HIGHEST", NULL};
    IrAttr a = ir_op_attr(f->op, "precision_config");
    if (!a)
        return true;
    bool fits = a->kind == IR_ATTR_ARRAY && (a->count == 0 || a->count == 2);
    for (size_t i = 0; fits && i < a->count; i++)
        fits = a->items[i]->kind == IR_ATTR_ENUM && one_of(a->items[i]->value, values);
    return fits ||
           infer_fail(f, "attribute precision_config is no list of two precisions");
}

static bool field_fits(const Infer *f, const char *attr, IrAttr fields, const char *name,
                       IrAttrKind kind)
{
    IrAttr a = ir_attr_get(fields, name);
    if (!a || a->kind != kind)
        return infer_fail(f, "%s of %s is %s", name, attr,
                          !a                    ? "missing"
                          : kind == IR_ATTR_INT ? "no integer"
                                                : "no list of integers");
    if (kind == IR_ATTR_INTS && a->count > IR_MAX_RANK)
        return infer_fail(f, "%s of %s has %zu entries (at most %d)", name, attr,
                          a->count, IR_MAX_RANK);
    return true;
}

bool infer_struct(const Infer *f, const char *attr, const InferStruct *shape, IrAttr *out)
{
    IrAttr a = ir_op_attr(f->op, attr);
    if (!a)
        return infer_fail(f, "attribute %s is missing", attr);
    if (a->kind != IR_ATTR_STRUCT || strcmp(a->name, shape->name))
        return infer_fail(f, "attribute %s is no #stablehlo.%s", attr, shape->name);
    for (const char *const *name = shape->lists; *name; name++)
        if (!field_fits(f, attr, a, *name, IR_ATTR_INTS))
            return false;
    for (const char *const *name = shape->numbers; *name; name++)
        if (!field_fits(f, attr, a, *name, IR_ATTR_INT))
            return false;
    *out = a;
    return true;
}

/* ---------------------------------------------------------------- lists of dimensions */

bool infer_dims(const Infer *f, const char *what, size_t count, const int64_t *dims,
                int rank, unsigned *seen)
{
    unsigned none = 0;
    if (!seen)
        seen = &none;
    for (size_t i = 0; i < count; i++) {
        if (dims[i] < 0 || dims[i] >= rank)
            return infer_fail(f, "%s: no dimension %lld in a tensor of rank %d", what,
                              (long long)dims[i], rank);
        if (*seen >> dims[i] & 1)
            return infer_fail(f, "%s: dimension %lld occurs twice", what,
                              (long long)dims[i]);
        *seen |= 1u << dims[i];
    }
    return true;
}

bool infer_sorted(const Infer *f, const char *what, size_t count, const int64_t *dims)
{
    for (size_t i = 1; i < count; i++)
        if (dims[i - 1] > dims[i])
            return infer_fail(f, "%s is not sorted", what);
    return true;
}

/* n elements, `dilation` apart, take (n - 1) * dilation + 1. */
static bool dilate(int64_t n, int64_t dilation, int64_t *out)
{
    *out = 0;
    return n == 0 || (!__builtin_mul_overflow(n - 1, dilation, out) &&
                      !__builtin_add_overflow(*out, 1, out));
}

bool infer_windows(const Infer *f, int64_t d, const InferWindow *w, int64_t *out)
{
    int64_t base, window;
    if (!dilate(d, w->base_dilation, &base) ||
        !dilate(w->size, w->window_dilation, &window) ||
        __builtin_add_overflow(base, w->low, &base) ||
        __builtin_add_overflow(base, w->high, &base))
        return infer_unsupported(f, "a window or padding of more than 2^63 elements");
    *out = base <= 0 || window > base ? 0 : (base - window) / w->stride + 1;
    return true;
}

/* -------------------------------------------------------------------- rules of structure
 * What the verifier checks of these needs the whole module: see verify.c. */

bool infer_module(const Infer *f)
{
    (void)f;
    return true;
}

bool infer_func(const Infer *f)
{
    (void)f;
    return true;
}

bool infer_return(const Infer *f)
{
    (void)f;
    return true;
}

bool infer_yield(const Infer *f)
{
    (void)f;
    return true;
}

/* The types are those of the function called. */
bool infer_call(const Infer *f)
{
    for (uint32_t i = 0; i < f->op->result_count; i++)
        if (!(f->types[i] = f->op->results[i].type))
            return infer_fail(f, "result %u has no type", i);
    return true;
}

bool infer_optimization_barrier(const Infer *f)
{
    if (f->op->result_count != f->op->operand_count)
        return infer_fail(f, "has %u operands and %u results", f->op->operand_count,
                          f->op->result_count);
    for (uint32_t i = 0; i < f->op->result_count; i++)
        f->types[i] = infer_in(f, i);
    return true;
}

/* custom_call @NAME(...) {descent.custom}: a function of the program that compiles the graph,
 * which gives the types when the graph is built.
 * C5 it has a result.  C6 descent.backward, if there, is the name of another. */
static bool infer_custom_op(const Infer *f)
{
    IrAttr backward = ir_op_attr(f->op, "descent.backward");
    if (!f->op->result_count) /* C5 */
        return infer_fail(f, "a custom op needs a result");
    if (backward && backward->kind != IR_ATTR_STRING) /* C6 */
        return infer_fail(f, "attribute descent.backward is no string");
    for (uint32_t i = 0; i < f->op->result_count; i++)
        if (!infer_own(f, i))
            return false;
    return true;
}

/* custom_call @descent.gradient(loss, wrt...) -> types of wrt.
 * C1 the target is one that we know.  C2 the loss is a float scalar.  C3 a result for
 * each of wrt.
 * C4 each of wrt is of floats. */
bool infer_custom_call(const Infer *f)
{
    IrAttr target = ir_op_attr(f->op, "call_target_name");
    if (!target || target->kind != IR_ATTR_STRING) /* C1 */
        return infer_fail(f, "attribute call_target_name is no string");
    if (ir_op_attr(f->op, "descent.custom"))
        return infer_custom_op(f);
    if (strcmp(target->name, "descent.gradient")) /* C1 */
        return infer_unsupported(f, "target @%s", target->name);
    if (!f->op->operand_count) /* C2 */
        return infer_fail(f, "descent.gradient needs a loss");
    IrType loss = infer_in(f, 0);
    if (loss->rank || !dtype_is_float(loss->elem)) /* C2 */
        return infer_fail(f, "the loss is no float scalar: %s", infer_str(f, loss));
    if (f->op->result_count != f->op->operand_count - 1) /* C3 */
        return infer_fail(f, "%u results for %u gradients", f->op->result_count,
                          f->op->operand_count - 1);
    for (uint32_t i = 0; i < f->op->result_count; i++) {
        f->types[i] = infer_in(f, i + 1);
        if (!dtype_is_float(f->types[i]->elem)) /* C4 */
            return infer_fail(f, "no gradient with respect to %s",
                              infer_str(f, f->types[i]));
    }
    return true;
}

/* rng_bit_generator: tensor<2xui64> -> tensor<2xui64>, bits.
 * C1 the algorithm is THREE_FRY.  C2 its state is tensor<2xui64>.  C3 the bits are ui32
 * or ui64. */
bool infer_rng_bit_generator(const Infer *f)
{
    static const char *const algorithms[] = {"DEFAULT", "THREE_FRY", "PHILOX", NULL};
    const char *algorithm;
    IrType state = infer_in(f, 0);
    if (!infer_optional_enum(f, "rng_algorithm", algorithms, &algorithm)) /* C1 */
        return false;
    if (!algorithm) /* C1 */
        return infer_fail(f, "attribute rng_algorithm is missing");
    if (strcmp(algorithm, "THREE_FRY")) /* C1 */
        return infer_unsupported(f, "algorithm %s (only THREE_FRY)", algorithm);
    if (state->elem != DTYPE_ui64 || state->rank != 1 || state->dims[0] != 2) /* C2 */
        return infer_fail(f, "the state is no tensor<2xui64>: %s", infer_str(f, state));
    f->types[0] = state;
    if (!infer_own(f, 1))
        return false;
    Dtype bits = f->types[1]->elem;
    if (bits != DTYPE_ui32 && bits != DTYPE_ui64) /* C3 */
        return infer_unsupported(f, "bits of %s (only ui32 and ui64)", dtype_name(bits));
    return true;
}
