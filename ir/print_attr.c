/* Attributes and literals as text. */
#include "ir/print.h"
#include "support/ascii.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Lists longer than this are written as a string of bytes. */
enum { LARGE = 100 };

/* ---------------------------------------------------------------------------- strings */

void print_string(Printer *p, const char *s)
{
    text_add(p->to, "\"");
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '\\')
            text_add(p->to, "\\\\");
        else if (c < 32 || c > 126 || c == '"')
            text_printf(p->to, "\\%02X", c);
        else
            text_printf(p->to, "%c", c);
    }
    text_add(p->to, "\"");
}

static bool is_identifier(const char *s)
{
    if (!ascii_is_alpha(*s) && *s != '_')
        return false;
    while (ascii_is_alnum(*s) || *s == '_' || *s == '$' || *s == '.')
        s++;
    return !*s;
}

void print_symbol(Printer *p, const char *s)
{
    text_add(p->to, "@");
    print_attr_name(p, s);
}

void print_attr_name(Printer *p, const char *name)
{
    if (is_identifier(name))
        text_add(p->to, name);
    else
        print_string(p, name);
}

/* ---------------------------------------------------------------------------- numbers */

void print_float(Printer *p, Dtype elem, double value)
{
    uint64_t bits = 0;
    if (isfinite(value)) {
        print_decimal(p->to, elem, value);
        return;
    }
    dtype_store(elem, &bits, value);
    text_printf(p->to, "0x%" PRIX64, bits);
}

void print_ints(Printer *p, const int64_t *ints, size_t count)
{
    text_add(p->to, "[");
    for (size_t i = 0; i < count; i++)
        text_printf(p->to, "%s%" PRId64, i ? ", " : "", ints[i]);
    text_add(p->to, "]");
}

/* --------------------------------------------------------------------------- elements */

static void print_element(Printer *p, IrAttr a, int64_t i)
{
    Dtype elem = a->type->elem;
    const void *at = ir_elements_at(a, i);
    if (dtype_is_float(elem)) {
        uint64_t bits = 0;
        double value = dtype_load(elem, at);
        memcpy(&bits, at, dtype_bytes(elem));
        if (isfinite(value))
            print_float(p, elem, value);
        else
            text_printf(p->to, "0x%" PRIX64, bits);     /* with a NaN's own bits */
    } else if (elem == DTYPE_i1) {
        text_add(p->to, dtype_load_int(elem, at) ? "true" : "false");
    } else if (dtype_kind(elem) == DTYPE_UNSIGNED) {
        text_printf(p->to, "%" PRIu64, (uint64_t)dtype_load_int(elem, at));
    } else {
        text_printf(p->to, "%" PRId64, dtype_load_int(elem, at));
    }
}

static void print_list(Printer *p, IrAttr a, int dim, int64_t *next)
{
    if (dim == a->type->rank) {
        print_element(p, a, (*next)++);
        return;
    }
    text_add(p->to, "[");
    for (int64_t i = 0; i < a->type->dims[dim]; i++) {
        text_add(p->to, i ? ", " : "");
        print_list(p, a, dim + 1, next);
    }
    text_add(p->to, "]");
}

static void print_bytes(Printer *p, const unsigned char *bytes, size_t count)
{
    static const char hex[] = "0123456789ABCDEF";
    text_add(p->to, "\"0x");
    for (size_t i = 0; i < count; i++)
        text_add_bytes(p->to, (char[]){hex[bytes[i] >> 4], hex[bytes[i] & 15]}, 2);
    text_add(p->to, "\"");
}

void print_elements(Printer *p, IrAttr a)
{
    int64_t next = 0, count = ir_elements(a->type);
    text_add(p->to, "dense<");
    if (count && a->splat)
        print_element(p, a, 0);
    else if (count > LARGE)
        print_bytes(p, a->bytes, (size_t)ir_bytes(a->type));
    else if (count)
        print_list(p, a, 0, &next);
    text_add(p->to, ">");
}

/* ------------------------------------------------------------------------- structures */

static void print_field(Printer *p, IrAttr a, const char *name, bool *any)
{
    IrAttr f = ir_attr_get(a, name);
    bool absent = !f || (f->kind == IR_ATTR_INTS ? !f->count : !f->number);
    if (absent)
        return;
    text_printf(p->to, "%s%s = ", *any ? ", " : "", name);
    *any = true;
    if (f->kind == IR_ATTR_INTS)
        print_ints(p, f->ints, f->count);
    else
        text_printf(p->to, "%" PRId64, f->number);
}

/* Fields in the order of StableHLO's printer, without empty ones. */
static void print_struct(Printer *p, IrAttr a)
{
    static const char *const fields[] = {"lhs_batching_dimensions",
                                         "rhs_batching_dimensions",
                                         "lhs_contracting_dimensions",
                                         "rhs_contracting_dimensions",
                                         "offset_dims",
                                         "collapsed_slice_dims",
                                         "operand_batching_dims",
                                         "start_indices_batching_dims",
                                         "start_index_map",
                                         "update_window_dims",
                                         "inserted_window_dims",
                                         "input_batching_dims",
                                         "scatter_indices_batching_dims",
                                         "scatter_dims_to_operand_dims",
                                         "index_vector_dim"};
    text_printf(p->to, "#stablehlo.%s<", a->name);
    bool any = false;
    if (!strcmp(a->name, "conv"))
        print_conv_dims(p, a);
    else
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
            print_field(p, a, fields[i], &any);
    text_add(p->to, ">");
}

static void put_letter(char *slots, size_t rank, IrAttr at, char letter)
{
    if (at && at->number >= 0 && (size_t)at->number < rank)
        slots[at->number] = letter;
}

/* One of input, kernel, output: a letter or number for every dimension. */
static void print_conv_part(Printer *p, IrAttr conv, const char *const names[3],
                            const char letters[2])
{
    IrAttr spatial = ir_attr_get(conv, names[2]);
    size_t rank = spatial ? spatial->count + 2 : 2;
    char slots[IR_MAX_RANK + 2] = {0};
    int64_t numbers[IR_MAX_RANK + 2] = {0};
    if (rank > IR_MAX_RANK)
        return;
    put_letter(slots, rank, ir_attr_get(conv, names[0]), letters[0]);
    put_letter(slots, rank, ir_attr_get(conv, names[1]), letters[1]);
    for (size_t i = 0; i + 2 < rank; i++)
        if (spatial->ints[i] >= 0 && (size_t)spatial->ints[i] < rank)
            numbers[spatial->ints[i]] = (int64_t)i;
    text_add(p->to, "[");
    for (size_t i = 0; i < rank; i++)
        if (slots[i])
            text_printf(p->to, "%s%c", i ? ", " : "", slots[i]);
        else
            text_printf(p->to, "%s%" PRId64, i ? ", " : "", numbers[i]);
    text_add(p->to, "]");
}

void print_conv_dims(Printer *p, IrAttr conv)
{
    print_conv_part(p, conv, (const char *const[]){"input_batch_dimension",
                    "input_feature_dimension", "input_spatial_dimensions"}, "bf");
    text_add(p->to, "x");
    print_conv_part(p, conv,
                    (const char *const[]){"kernel_input_feature_dimension",
                                          "kernel_output_feature_dimension",
                                          "kernel_spatial_dimensions"},
                    "io");
    text_add(p->to, "->");
    print_conv_part(p, conv, (const char *const[]){"output_batch_dimension",
                    "output_feature_dimension", "output_spatial_dimensions"}, "bf");
}

/* ------------------------------------------------------------------------- attributes */

static void print_int(Printer *p, IrAttr a)
{
    if (a->type->kind == IR_SCALAR && dtype_kind(a->type->elem) == DTYPE_UNSIGNED)
        text_printf(p->to, "%" PRIu64, (uint64_t)a->number);
    else
        text_printf(p->to, "%" PRId64, a->number);
}

/* In a list, i64 and f64 are what a number is if nothing else is said. */
static bool is_default_type(IrAttr a)
{
    return a->type->kind == IR_SCALAR
        && a->type->elem == (a->kind == IR_ATTR_INT ? DTYPE_i64 : DTYPE_f64);
}

static void print_number(Printer *p, IrAttr a, bool in_list)
{
    if (a->kind == IR_ATTR_INT && a->type->kind == IR_SCALAR &&
        a->type->elem == DTYPE_i1) {
        text_add(p->to, a->number ? "true" : "false");
        return;
    }
    if (a->kind == IR_ATTR_INT)
        print_int(p, a);
    else
        print_float(p, a->type->elem, a->real);
    if (in_list && is_default_type(a))
        return;
    text_add(p->to, " : ");
    print_type(p, a->type);
}

static void print_array(Printer *p, IrAttr a)
{
    text_add(p->to, "[");
    for (size_t i = 0; i < a->count; i++) {
        IrAttr item = a->items[i];
        text_add(p->to, i ? ", " : "");
        if (item->kind == IR_ATTR_INT || item->kind == IR_ATTR_FLOAT)
            print_number(p, item, true);
        else
            print_attr(p, item);
    }
    text_add(p->to, "]");
}

static void print_int_array(Printer *p, IrAttr a)
{
    text_printf(p->to, "array<%s", dtype_name(a->elem));
    for (size_t i = 0; i < a->count; i++)
        if (a->elem == DTYPE_i1)
            text_printf(p->to, "%s%s", i ? ", " : ": ", a->ints[i] ? "true" : "false");
        else
            text_printf(p->to, "%s%" PRId64, i ? ", " : ": ", a->ints[i]);
    text_add(p->to, ">");
}

void print_named_attrs(Printer *p, const IrNamedAttr *attrs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_add(p->to, i ? ", " : "");
        print_attr_name(p, attrs[i].name);
        if (attrs[i].value->kind == IR_ATTR_UNIT)
            continue;
        text_add(p->to, " = ");
        print_attr(p, attrs[i].value);
    }
}

static void print_enum(Printer *p, IrAttr a)
{
    const char *dialect = strcmp(a->name, "shuffle_mode") ? "stablehlo" : "gpu";
    if (strchr(a->name, '.'))
        text_printf(p->to, "#%s<%s>", a->name, a->value);
    else
        text_printf(p->to, "#%s<%s %s>", dialect, a->name, a->value);
}

void print_attr(Printer *p, IrAttr a)
{
    switch (a->kind) {
    case IR_ATTR_UNIT: text_add(p->to, "unit"); break;
    case IR_ATTR_BOOL: text_add(p->to, a->number ? "true" : "false"); break;
    case IR_ATTR_INT:
    case IR_ATTR_FLOAT: print_number(p, a, false); break;
    case IR_ATTR_STRING: print_string(p, a->name); break;
    case IR_ATTR_SYMBOL: print_symbol(p, a->name); break;
    case IR_ATTR_TYPE: print_type(p, a->type); break;
    case IR_ATTR_ARRAY: print_array(p, a); break;
    case IR_ATTR_INTS: print_int_array(p, a); break;
    case IR_ATTR_ELEMENTS:
        print_elements(p, a);
        text_add(p->to, " : ");
        print_type(p, a->type);
        break;
    case IR_ATTR_DICT:
        text_add(p->to, "{");
        print_named_attrs(p, a->entries, a->count);
        text_add(p->to, "}");
        break;
    case IR_ATTR_ENUM: print_enum(p, a); break;
    case IR_ATTR_STRUCT: print_struct(p, a); break;
    case IR_ATTR_OPAQUE: text_add(p->to, a->name); break;
    }
}
