/* Prints what a row of ir/forms.c says. */
#include "ir/print.h"

#include "ir/forms.h"

#include <inttypes.h>
#include <string.h>

typedef struct Attr {       /* <kind name> of a form */
    const char *kind, *name;
    size_t kind_length, name_length;
} Attr;

static const char *read_attr(const char *form, Attr *out)
{
    out->kind = form + 1;
    out->kind_length = strcspn(out->kind, " ");
    out->name = out->kind + out->kind_length + 1;
    out->name_length = strcspn(out->name, ">");
    return out->name + out->name_length + 1;
}

static IrAttr attr_named(const IrOp *op, const char *name, size_t length)
{
    for (uint32_t i = 0; i < op->attr_count; i++)
        if (strlen(op->attrs[i].name) == length &&
            !memcmp(op->attrs[i].name, name, length))
            return op->attrs[i].value;
    return NULL;
}

/* Ints of an attribute; none if it is absent (a module that is not verified is printed
 * too). */
static const int64_t *ints_of(IrAttr a, size_t *count)
{
    *count = a && a->kind == IR_ATTR_INTS ? a->count : 0;
    return *count ? a->ints : NULL;
}

static void print_ints_of(Printer *p, IrAttr a)
{
    size_t count;
    const int64_t *ints = ints_of(a, &count);
    print_ints(p, ints, count);
}

/* ----------------------------------------------------------------- attributes by kind */

typedef void PrintAttrFn(Printer *p, const IrOp *op, IrAttr a);

static void print_ints_kind(Printer *p, const IrOp *op, IrAttr a)
{
    (void)op;
    print_ints_of(p, a);
}

static void print_int_kind(Printer *p, const IrOp *op, IrAttr a)
{
    (void)op;
    text_printf(p->to, "%" PRId64, a ? a->number : 0);
}

static void print_enum_kind(Printer *p, const IrOp *op, IrAttr a)
{
    (void)op;
    text_add(p->to, a && a->kind == IR_ATTR_ENUM ? a->value : "?");
}

static void print_symbol_kind(Printer *p, const IrOp *op, IrAttr a)
{
    (void)op;
    print_symbol(p, a && a->name ? a->name : "");
}

static void print_word_kind(Printer *p, const IrOp *op, IrAttr a)
{
    (void)op;
    text_add(p->to, a && a->name ? a->name : "?");
}

static void print_kind_kind(Printer *p, const IrOp *op, IrAttr a)
{
    text_add(p->to, "<");
    print_word_kind(p, op, a);
    text_add(p->to, ">");
}

static void print_groups_kind(Printer *p, const IrOp *op, IrAttr a)
{
    (void)op;
    text_add(p->to, "[");
    for (size_t i = 0; a && i < a->count; i++) {
        text_add(p->to, i ? ", " : "");
        print_ints_of(p, a->items[i]);
    }
    text_add(p->to, "]");
}

static void print_conv_kind(Printer *p, const IrOp *op, IrAttr a)
{
    (void)op;
    print_conv_dims(p, a);
}

static void print_value_kind(Printer *p, const IrOp *op, IrAttr a)
{
    (void)op;
    if (a)
        print_attr(p, a);
}

static void print_slice_kind(Printer *p, const IrOp *op, IrAttr a)
{
    size_t count, n;
    const int64_t *start = ints_of(a, &count);
    const int64_t *limit = ints_of(ir_op_attr(op, "limit_indices"), &n);
    if (n < count)
        count = n;
    const int64_t *stride = ints_of(ir_op_attr(op, "strides"), &n);
    text_add(p->to, "[");
    for (size_t i = 0; i < count; i++) {
        text_printf(p->to, "%s%" PRId64 ":%" PRId64, i ? ", " : "", start[i], limit[i]);
        if (i < n && stride[i] != 1)
            text_printf(p->to, ":%" PRId64, stride[i]);
    }
    text_add(p->to, "]");
}

static void print_format_kind(Printer *p, const IrOp *op, IrAttr a)
{
    IrAttr mantissa = ir_op_attr(op, "mantissa_bits");
    text_printf(p->to, "e%" PRId64 "m%" PRId64, a ? a->number : 0,
                mantissa ? mantissa->number : 0);
}

static void print_pair(Printer *p, IrAttr dot, const char *label, const char *lhs,
                       const char *rhs)
{
    text_add(p->to, label);
    print_ints_of(p, ir_attr_get(dot, lhs));
    text_add(p->to, " x ");
    print_ints_of(p, ir_attr_get(dot, rhs));
}

static void print_dot_kind(Printer *p, const IrOp *op, IrAttr a)
{
    IrAttr batch = ir_attr_get(a, "lhs_batching_dimensions");
    IrAttr precision = ir_op_attr(op, "precision_config");
    if (batch && batch->count)
        print_pair(p, a, "batching_dims = ", "lhs_batching_dimensions",
                   "rhs_batching_dimensions");
    text_add(p->to, batch && batch->count ? ", " : "");
    print_pair(p, a, "contracting_dims = ", "lhs_contracting_dimensions",
               "rhs_contracting_dimensions");
    if (!precision)
        return;
    text_add(p->to, ", precision = [");
    for (size_t i = 0; i < precision->count; i++) {
        text_add(p->to, i ? ", " : "");
        print_enum_kind(p, op, precision->items[i]);
    }
    text_add(p->to, "]");
}

static void print_padding(Printer *p, IrAttr a)
{
    text_add(p->to, "[");
    for (int64_t i = 0; i < ir_elements(a->type) / 2; i++)
        text_printf(p->to, "%s[%" PRId64 ", %" PRId64 "]", i ? ", " : "",
                    ir_elements_get_int(a, 2 * i), ir_elements_get_int(a, 2 * i + 1));
    text_add(p->to, "]");
}

static void print_bools(Printer *p, IrAttr a)
{
    text_add(p->to, "[");
    for (size_t i = 0; i < a->count; i++)
        text_printf(p->to, "%s%s", i ? ", " : "", a->ints[i] ? "true" : "false");
    text_add(p->to, "]");
}

static void print_window_kind(Printer *p, const IrOp *op, IrAttr strides)
{
    static const struct { const char *key, *name; } keys[] = {
        {"stride", "window_strides"}, {"pad", "padding"}, {"lhs_dilate", "lhs_dilation"},
        {"rhs_dilate", "rhs_dilation"}, {"reverse", "window_reversal"}};
    const char *separator = "";
    (void)strides;
    text_add(p->to, "{");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        IrAttr a = ir_op_attr(op, keys[i].name);
        if (!a)
            continue;
        text_printf(p->to, "%s%s = ", separator, keys[i].key);
        separator = ", ";
        if (a->kind == IR_ATTR_ELEMENTS)
            print_padding(p, a);
        else if (a->elem == DTYPE_i1)
            print_bools(p, a);
        else
            print_ints_of(p, a);
    }
    text_add(p->to, "}");
}

static void print_type_kind(Printer *p, const IrOp *op, IrAttr a)
{
    if (!a)
        return;
    text_add(p->to, ", ");
    print_enum_kind(p, op, a);
}

static void print_attr_kind(Printer *p, const IrOp *op, const Attr *attr)
{
    static const struct {
        const char *kind;
        PrintAttrFn *print;
    } kinds[] = {{"ints", print_ints_kind},   {"int", print_int_kind},
                 {"enum", print_enum_kind},   {"symbol", print_symbol_kind},
                 {"word", print_word_kind},   {"kind", print_kind_kind},
                 {"lane", print_ints_kind},   {"groups", print_groups_kind},
                 {"conv", print_conv_kind},   {"value", print_value_kind},
                 {"slice", print_slice_kind}, {"format", print_format_kind},
                 {"dot", print_dot_kind},     {"window", print_window_kind},
                 {"type", print_type_kind},   {"mode", print_enum_kind}};
    IrAttr a = attr_named(op, attr->name, attr->name_length);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].kind) == attr->kind_length
            && !memcmp(kinds[i].kind, attr->kind, attr->kind_length))
            kinds[i].print(p, op, a);
}

/* --------------------------------------------------------------------- the rest of it */

/* $D: the attributes that no <kind name> of the form says. */
static void print_unsaid(Printer *p, const IrOp *op, const char *form)
{
    const char *elided[8] = {NULL};
    char names[4][32];
    size_t count = 0, named = 0;
    for (form = strchr(form, '<'); form; form = strchr(form, '<')) {
        Attr a;
        form = read_attr(form, &a);
        memcpy(names[named], a.name, a.name_length);
        names[named][a.name_length] = 0;
        elided[count++] = names[named++];
        for (const char *const *more = ir_form_attrs(a.kind, a.kind_length); *more;
             more++)
            elided[count++] = *more;
    }
    elided[count] = NULL;
    print_attr_dict(p, op, elided);
}

static bool all_same_type(const IrOp *op)
{
    IrType t = op->result_count ? op->results[0].type : NULL;
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (ir_operand(op, i)->type != t)
            return false;
    return op->result_count == 1;
}

static void print_select_types(Printer *p, const IrOp *op)
{
    IrType predicate = ir_operand(op, 0)->type, result = op->results[0].type;
    if (op->kind == OP_select || predicate->kind != IR_SCALAR) {
        print_type(p, predicate);
        text_add(p->to, ", ");
    }
    print_type(p, result);
}

static void print_operand_type(Printer *p, const IrOp *op, uint32_t i)
{
    print_operand_types(p, op, i, i + 1);
}

/* How many operands the form wants one by one from here on. */
static uint32_t single_operands(const char *form)
{
    uint32_t count = 0;
    while ((form = strstr(form, "$."))) {
        count++;
        form += 2;
    }
    return count;
}

static void print_directive(Printer *p, const IrOp *op, const char *form,
                            const char *whole, uint32_t *next)
{
    uint32_t last;
    switch (*form) {
    case '.':
        print_operands(p, op, *next, *next + 1);
        ++*next;
        break;
    case '*':
        last = single_operands(form);
        last = op->operand_count > *next + last ? op->operand_count - last : *next;
        print_operands(p, op, *next, last);
        *next = last;
        break;
    case 'D': print_unsaid(p, op, whole); break;
    case 'R': case 'A': print_result_types(p, op); break;
    case 'T': print_operand_types(p, op, 0, op->operand_count); break;
    case 'F': print_function_type(p, op); break;
    case 'S':
        (all_same_type(op) ? print_result_types : print_function_type)(p, op);
        break;
    case 'P': print_select_types(p, op); break;
    case '0': case '1': print_operand_type(p, op, (uint32_t)(*form - '0')); break;
    case 'a': case 'b': case 'c':
        print_operand_type(p, op, op->operand_count - 1 - (uint32_t)(*form - 'a'));
        break;
    }
}

void print_form(Printer *p, const IrOp *op, const char *form)
{
    const char *whole = form;
    uint32_t next = 0;
    while (*form) {
        Attr attr;
        if (!strncmp(form, "$?", 2) && !op->operand_count)
            return;
        if (*form == '$') {
            print_directive(p, op, form + 1, whole, &next);
            form += 2;
        } else if (*form == '<') {
            form = read_attr(form, &attr);
            print_attr_kind(p, op, &attr);
        } else {
            text_add_bytes(p->to, form++, 1);
        }
    }
}
