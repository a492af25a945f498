/* The printer of MLIR text: modules, functions, regions, the generic form, places. The
 * pretty form is the one of jaxlib's printer for the graph and of mlir-opt's for
 * kernels. */
#include "ir/print.h"

#include "ir/forms.h"

#include <string.h>

static void print_op(Printer *p, const IrOp *op);

/* ----------------------------------------------------------------------------- pieces */

void print_newline(Printer *p)
{
    text_add(p->to, "\n");
    text_indent(p->to, 2 * p->depth);
}

void print_value(Printer *p, const IrValue *v)
{
    text_add(p->to, ir_names_get(p->names, v));
}

void print_operands(Printer *p, const IrOp *op, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to && i < op->operand_count; i++) {
        text_add(p->to, i > from ? ", " : "");
        print_value(p, ir_operand(op, i));
    }
}

void print_type(Printer *p, IrType t)
{
    ir_type_print(p->to, t);
}

void print_operand_types(Printer *p, const IrOp *op, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to && i < op->operand_count; i++) {
        text_add(p->to, i > from ? ", " : "");
        print_type(p, ir_operand(op, i)->type);
    }
}

void print_result_types(Printer *p, const IrOp *op)
{
    bool bare = op->result_count == 1;
    text_add(p->to, bare ? "" : "(");
    for (uint32_t i = 0; i < op->result_count; i++) {
        text_add(p->to, i ? ", " : "");
        print_type(p, op->results[i].type);
    }
    text_add(p->to, bare ? "" : ")");
}

void print_function_type(Printer *p, const IrOp *op)
{
    text_add(p->to, "(");
    print_operand_types(p, op, 0, op->operand_count);
    text_add(p->to, ") -> ");
    print_result_types(p, op);
}

void print_arg(Printer *p, const IrValue *arg)
{
    print_value(p, arg);
    text_add(p->to, ": ");
    print_type(p, arg->type);
    print_loc(p, arg->loc);
}

static bool is_in(const char *name, const char *const *list)
{
    for (; list && *list; list++)
        if (!strcmp(*list, name))
            return true;
    return false;
}

void print_attr_dict_after(Printer *p, const IrOp *op, const char *open,
                           const char *const *elided)
{
    bool any = false;
    for (uint32_t i = 0; i < op->attr_count; i++) {
        if (is_in(op->attrs[i].name, elided))
            continue;
        text_add(p->to, any ? ", " : open);
        print_named_attrs(p, &op->attrs[i], 1);
        any = true;
    }
    text_add(p->to, any ? "}" : "");
}

void print_attr_dict(Printer *p, const IrOp *op, const char *const *elided)
{
    print_attr_dict_after(p, op, " {", elided);
}

/* ----------------------------------------------------------------------------- places */

static void print_loc_body(Printer *p, IrLoc l)
{
    switch (l->kind) {
    case IR_LOC_UNKNOWN: text_add(p->to, "unknown"); break;
    case IR_LOC_FILE:
        print_string(p, l->file);
        text_printf(p->to, ":%u:%u", l->line, l->column);
        break;
    case IR_LOC_NAME:
        print_string(p, l->name);
        if (l->child && l->child->kind != IR_LOC_UNKNOWN) {
            text_add(p->to, "(");
            print_loc_body(p, l->child);
            text_add(p->to, ")");
        }
        break;
    case IR_LOC_CALL:
        text_add(p->to, "callsite(");
        print_loc_body(p, l->child);
        text_add(p->to, " at ");
        print_loc_body(p, l->caller);
        text_add(p->to, ")");
        break;
    case IR_LOC_FUSED:
        text_add(p->to, "fused[");
        for (size_t i = 0; i < l->count; i++) {
            text_add(p->to, i ? ", " : "");
            print_loc_body(p, l->parts[i]);
        }
        text_add(p->to, "]");
        break;
    }
}

void print_loc(Printer *p, IrLoc l)
{
    if (!p->options.locations || !l)
        return;
    text_add(p->to, " loc(");
    print_loc_body(p, l);
    text_add(p->to, ")");
}

/* ---------------------------------------------------------------------------- regions */

static bool is_implicit(const IrOp *op)
{
    return (op->kind == OP_scf_yield || op->kind == OP_scf_reduce) && !op->operand_count
        && !op->attr_count;
}

static void print_ops(Printer *p, const IrBlock *b, bool implicit_end)
{
    p->depth++;
    for (const IrOp *op = b->first; op; op = op->next) {
        if (implicit_end && !op->next && is_implicit(op))
            break;
        print_newline(p);
        print_op(p, op);
    }
    p->depth--;
}

void print_region(Printer *p, const IrRegion *r, bool implicit_end)
{
    text_add(p->to, "{");
    if (r->block)
        print_ops(p, r->block, implicit_end);
    print_newline(p);
    text_add(p->to, "}");
}

void print_block(Printer *p, const IrRegion *r)
{
    text_add(p->to, "{");
    if (r->block && r->block->arg_count) {
        print_newline(p);
        text_add(p->to, "^bb0(");
        for (uint32_t i = 0; i < r->block->arg_count; i++) {
            text_add(p->to, i ? ", " : "");
            print_arg(p, r->block->args[i]);
        }
        text_add(p->to, "):");
    }
    if (r->block)
        print_ops(p, r->block, false);
    print_newline(p);
    text_add(p->to, "}");
}

/* ----------------------------------------------------------------------- generic form */

/* What belongs to the op itself has no dialect's prefix. */
static bool is_property(const IrNamedAttr *a)
{
    return !strchr(a->name, '.') && strcmp(a->name, "workgroup_attributions");
}

static bool print_some(Printer *p, const IrOp *op, bool properties, const char *open)
{
    bool any = false;
    for (uint32_t i = 0; i < op->attr_count; i++) {
        if (is_property(&op->attrs[i]) != properties)
            continue;
        text_add(p->to, any ? ", " : open);
        print_generic_attr(p, op, &op->attrs[i]);
        any = true;
    }
    return any;
}

static void print_properties(Printer *p, const IrOp *op)
{
    bool any = print_some(p, op, true, " <{");
    any = print_segments(p, op, any ? ", " : " <{") || any;
    text_add(p->to, any ? "}>" : "");
}

void print_generic(Printer *p, const IrOp *op)
{
    text_printf(p->to, "\"%s\"(", ir_op_info(op->kind)->name);
    print_operands(p, op, 0, op->operand_count);
    text_add(p->to, ")");
    print_properties(p, op);
    for (uint32_t i = 0; i < op->region_count; i++) {
        text_add(p->to, i ? ", " : " (");
        print_block(p, &op->regions[i]);
    }
    text_add(p->to, op->region_count ? ")" : "");
    if (print_some(p, op, false, " {"))
        text_add(p->to, "}");
    text_add(p->to, " : ");
    print_function_type(p, op);
}

/* -------------------------------------------------------------- modules and functions */

static void print_module(Printer *p, const IrOp *op)
{
    IrAttr name = ir_op_attr(op, "sym_name");
    text_add(p->to, "module ");
    if (name) {
        print_symbol(p, name->name);
        text_add(p->to, " ");
    }
    size_t before = p->to->length;
    print_attr_dict_after(p, op, "attributes {", (const char *const[]){"sym_name", NULL});
    text_add(p->to, p->to->length > before ? " " : "");
    print_region(p, &op->regions[0], false);
}

static IrAttr slot(const IrOp *func, const char *list, size_t i)
{
    IrAttr a = ir_op_attr(func, list);
    bool there = a && a->kind == IR_ATTR_ARRAY && i < a->count && a->items[i]->count;
    return there ? a->items[i] : NULL;
}

static void print_slot(Printer *p, IrAttr dict)
{
    if (!dict)
        return;
    text_add(p->to, " ");
    print_attr(p, dict);
}

static void print_params(Printer *p, const IrOp *func, IrType type)
{
    const IrBlock *b = func->regions[0].block;
    text_add(p->to, "(");
    for (size_t i = 0; i < type->input_count; i++) {
        text_add(p->to, i ? ", " : "");
        if (b && i < b->arg_count) {
            print_value(p, b->args[i]);
            text_add(p->to, ": ");
        }
        print_type(p, type->inputs[i]);
        print_slot(p, slot(func, "arg_attrs", i));
        if (b && i < b->arg_count)
            print_loc(p, b->args[i]->loc);
    }
    text_add(p->to, ")");
}

static void print_results(Printer *p, const IrOp *func, IrType type)
{
    if (!type->result_count)
        return;
    bool bare = type->result_count == 1 && !slot(func, "res_attrs", 0);
    text_add(p->to, bare ? " -> " : " -> (");
    for (size_t i = 0; i < type->result_count; i++) {
        text_add(p->to, i ? ", " : "");
        print_type(p, type->results[i]);
        print_slot(p, slot(func, "res_attrs", i));
    }
    text_add(p->to, bare ? "" : ")");
}

static void print_func(Printer *p, const IrOp *op)
{
    static const char *const elided[] = {
        "sym_name", "sym_visibility", "function_type", "arg_attrs", "res_attrs", NULL};
    IrAttr visibility = ir_op_attr(op, "sym_visibility");
    IrType type = ir_func_type(op);
    text_add(p->to, "func.func ");
    if (visibility)
        text_printf(p->to, "%s ", visibility->name);
    print_symbol(p, ir_func_name(op));
    print_params(p, op, type);
    print_results(p, op, type);
    print_attr_dict_after(p, op, " attributes {", elided);
    if (!op->regions[0].block)
        return;
    text_add(p->to, " ");
    print_region(p, &op->regions[0], false);
}

/* Directly in a function its own dialect's ops go without prefix. */
static const char *func_prefix(const IrOp *op)
{
    return op->block && op->block->region->op->kind == OP_func ? "" : "func.";
}

static void print_call(Printer *p, const IrOp *op)
{
    IrAttr callee = ir_op_attr(op, "callee");
    text_printf(p->to, "%scall ", func_prefix(op));
    print_symbol(p, callee ? callee->name : "");
    text_add(p->to, "(");
    print_operands(p, op, 0, op->operand_count);
    text_add(p->to, ")");
    print_attr_dict(p, op, (const char *const[]){"callee", NULL});
    text_add(p->to, " : ");
    print_function_type(p, op);
}

static void print_return(Printer *p, const IrOp *op)
{
    text_printf(p->to, "%sreturn", func_prefix(op));
    print_attr_dict(p, op, NULL);
    if (!op->operand_count)
        return;
    text_add(p->to, " ");
    print_operands(p, op, 0, op->operand_count);
    text_add(p->to, " : ");
    print_operand_types(p, op, 0, op->operand_count);
}

static PrintFn *special_form(IrOpKind kind)
{
    switch (kind) {
    case OP_module: return print_module;
    case OP_func: return print_func;
    case OP_call: return print_call;
    case OP_return: return print_return;
    default: return print_special(kind);
    }
}

static void print_body(Printer *p, const IrOp *op)
{
    PrintFn *special = special_form(op->kind);
    const char *form = ir_op_form(op->kind);
    if (p->options.generic || (!special && !form)) {
        print_generic(p, op);
    } else if (special) {
        special(p, op);
    } else {
        text_add(p->to, ir_op_info(op->kind)->name);
        print_form(p, op, form);
    }
}

/* -------------------------------------------------------------------------------- ops */

static void print_result_names(Printer *p, const IrOp *op)
{
    for (uint32_t i = 0, size; i < op->result_count; i += size) {
        const char *name = ir_names_get(p->names, &op->results[i]);
        size = ir_names_group(op, i);
        text_add(p->to, i ? ", " : "");
        text_add_bytes(p->to, name, strcspn(name, "#"));
        if (size > 1)
            text_printf(p->to, ":%u", size);
    }
    text_add(p->to, op->result_count ? " = " : "");
}

static void print_op(Printer *p, const IrOp *op)
{
    if (op->kind == OP_func)
        ir_names_assign(p->names, op);
    print_result_names(p, op);
    print_body(p, op);
    print_loc(p, op->loc);
}

void ir_print(IrModule *m, IrPrintOptions o, Text *to)
{
    Printer p = {to, o, ir_names_open(m), 0};
    print_op(&p, m->op);
    text_add(to, "\n");
    ir_names_close(p.names);
}

void ir_print_op(const IrOp *op, Text *to)
{
    Printer p = {.to = to, .names = ir_names_open(op->module)};
    const IrOp *root = op;
    while (root->kind != OP_func && root->block)
        root = root->block->region->op;
    ir_names_assign(p.names, root);
    print_op(&p, op);
    text_add(to, "\n");
    ir_names_close(p.names);
}
