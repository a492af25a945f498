/* Graphviz: the ops of a function as boxes, values as arrows. */
#include "ir/ir.h"

#include <string.h>

static void add_escaped(Text *to, const char *s)
{
    for (; *s; s++)
        if (*s == '"' || *s == '\\')
            text_printf(to, "\\%c", *s);
        else
            text_add_bytes(to, s, 1);
}

/* "add\ntensor<2x3xf32>" */
static void add_label(Text *to, const IrOp *op)
{
    const char *name = ir_op_info(op->kind)->name, *dot = strchr(name, '.');
    IrAttr callee = ir_op_attr(op, "callee");
    text_add(to, dot ? dot + 1 : name);
    if (callee) {
        text_add(to, " @");
        add_escaped(to, callee->name);
    }
    for (uint32_t i = 0; i < op->result_count; i++) {
        text_add(to, "\\n");
        ir_type_print(to, op->results[i].type);
    }
}

static void add_arrows(Text *to, const IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++) {
        const IrValue *v = ir_operand(op, i);
        if (v->op && v->op->block == op->block)
            text_printf(to, "  op%u -> op%u;\n", v->op->id, op->id);
        else
            text_printf(to, "  arg%u -> op%u;\n", v->id, op->id);
    }
}

/* Without a name, as the text form calls it. */
static void add_arg_name(Text *to, const IrOp *func, uint32_t i)
{
    IrAttr name = ir_func_arg_attr(func, i, "descent.name");
    const char *hint = ir_func_block(func)->args[i]->hint;
    if (name || hint)
        add_escaped(to, name ? name->name : hint);
    else
        text_printf(to, "arg%u", i);
}

void ir_print_dot(const IrOp *func, Text *to)
{
    const IrBlock *b = ir_func_block(func);
    text_add(to, "digraph \"");
    add_escaped(to, ir_func_name(func));
    text_add(to, "\" {\n  node [shape=box, fontname=monospace];\n");
    for (uint32_t i = 0; b && i < b->arg_count; i++) {
        text_printf(to, "  arg%u [shape=ellipse, label=\"", b->args[i]->id);
        add_arg_name(to, func, i);
        text_add(to, "\\n");
        ir_type_print(to, b->args[i]->type);
        text_add(to, "\"];\n");
    }
    for (const IrOp *op = b ? b->first : NULL; op; op = op->next) {
        text_printf(to, "  op%u [label=\"", op->id);
        add_label(to, op);
        text_add(to, "\"];\n");
        add_arrows(to, op);
    }
    text_add(to, "}\n");
}
