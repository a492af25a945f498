/* Pretty forms that no row of ir/forms.c can say: reduce, loops, launches, globals. */
#include "ir/print.h"

#include "ir/forms.h"

#include <inttypes.h>
#include <string.h>

static void print_name(Printer *p, const IrOp *op)
{
    text_add(p->to, ir_op_info(op->kind)->name);
}

/* ----------------------------------------------------------------------------- reduce */

/* Whether the body is one commutative op of its two arguments, in order. */
static bool is_compact(const Printer *p, const IrOp *op)
{
    const IrBlock *b = op->regions[0].block;
    if (op->result_count != 1 || !b || b->arg_count != 2 || !b->first ||
        b->first->next != b->last)
        return false;
    const IrOp *inner = b->first, *end = b->last;
    return ir_op_info(inner->kind)->class == IR_CLASS_BINARY
        && ir_op_info(inner->kind)->traits & IR_COMMUTES && end->kind == OP_yield
        && !inner->attr_count && !end->attr_count && ir_operand(inner, 0) == b->args[0]
        && ir_operand(inner, 1) == b->args[1] && end->operand_count == 1
        && ir_operand(end, 0) == &inner->results[0]
        && (!p->options.locations || inner->loc == op->loc);
}

/* reducer(%a: T, %b: T) (%c: U, %d: U) { ... }: left and right of each operand. */
static void print_reducer(Printer *p, const IrOp *op)
{
    const IrBlock *b = op->regions[0].block;
    uint32_t n = b->arg_count / 2;
    print_newline(p);
    text_add(p->to, " reducer");
    for (uint32_t i = 0; i < n; i++) {
        text_add(p->to, i ? " (" : "(");
        print_arg(p, b->args[i]);
        text_add(p->to, ", ");
        print_arg(p, b->args[n + i]);
        text_add(p->to, ")");
    }
    text_add(p->to, "  ");
    print_region(p, &op->regions[0], false);
}

static void print_reduce(Printer *p, const IrOp *op)
{
    uint32_t n = op->operand_count / 2;
    const IrBlock *b = op->regions[0].block;
    IrAttr dims = ir_op_attr(op, "dimensions");
    if (!b || b->arg_count != 2 * n || !n || !dims || dims->kind != IR_ATTR_INTS) {
        print_generic(p, op);
        return;
    }
    print_name(p, op);
    for (uint32_t i = 0; i < n; i++) {
        text_add(p->to, i ? ", (" : "(");
        print_value(p, ir_operand(op, i));
        text_add(p->to, " init: ");
        print_value(p, ir_operand(op, n + i));
        text_add(p->to, ")");
    }
    bool compact = is_compact(p, op);
    if (compact)
        text_printf(p->to, " applies %s", ir_op_info(b->first->kind)->name);
    text_add(p->to, " across dimensions = ");
    print_ints(p, dims->ints, dims->count);
    print_attr_dict(p, op, (const char *const[]){"dimensions", NULL});
    text_add(p->to, " : ");
    print_function_type(p, op);
    if (!compact)
        print_reducer(p, op);
}

/* ------------------------------------------------------------------------------ loops */

/* %x = %a, %y = %b: the arguments of a block from `arg` on and the operands from
 * `operand` on. */
static void print_bindings(Printer *p, const IrOp *op, uint32_t arg, uint32_t operand)
{
    const IrBlock *b = op->regions[0].block;
    for (uint32_t i = 0; operand + i < op->operand_count; i++) {
        text_add(p->to, i ? ", " : "");
        print_value(p, b->args[arg + i]);
        text_add(p->to, " = ");
        print_value(p, ir_operand(op, operand + i));
    }
}

static void print_for(Printer *p, const IrOp *op)
{
    const IrBlock *b = op->regions[0].block;
    if (!b || op->operand_count < 3 || b->arg_count != op->operand_count - 2) {
        print_generic(p, op);
        return;
    }
    text_add(p->to, "scf.for ");
    print_value(p, b->args[0]);
    text_add(p->to, " = ");
    print_operands(p, op, 0, 1);
    text_add(p->to, " to ");
    print_operands(p, op, 1, 2);
    text_add(p->to, " step ");
    print_operands(p, op, 2, 3);
    if (op->operand_count > 3) {
        text_add(p->to, " iter_args(");
        print_bindings(p, op, 1, 3);
        text_add(p->to, ") -> (");
        print_operand_types(p, op, 3, op->operand_count);
        text_add(p->to, ")");
    }
    if (b->args[0]->type->kind != IR_INDEX) {
        text_add(p->to, "  : ");
        print_type(p, b->args[0]->type);
    }
    text_add(p->to, " ");
    print_region(p, &op->regions[0], true);
    print_attr_dict(p, op, NULL);
}

static void print_parallel(Printer *p, const IrOp *op)
{
    static const char *const before[] = {") = (", ") to (", ") step ("};
    const IrBlock *b = op->regions[0].block;
    uint32_t n = op->operand_count / 3;
    if (!b || b->arg_count != n) {
        print_generic(p, op);
        return;
    }
    text_add(p->to, "scf.parallel (");
    for (uint32_t i = 0; i < n; i++) {
        text_add(p->to, i ? ", " : "");
        print_value(p, b->args[i]);
    }
    for (uint32_t i = 0; i < 3; i++) {
        text_add(p->to, before[i]);
        print_operands(p, op, i * n, (i + 1) * n);
    }
    text_add(p->to, ") ");
    print_region(p, &op->regions[0], true);
    print_attr_dict(p, op, NULL);
}

static void print_if(Printer *p, const IrOp *op)
{
    text_add(p->to, "scf.if ");
    print_operands(p, op, 0, 1);
    if (op->result_count) {
        text_add(p->to, " -> (");
        for (uint32_t i = 0; i < op->result_count; i++) {
            text_add(p->to, i ? ", " : "");
            print_type(p, op->results[i].type);
        }
        text_add(p->to, ")");
    }
    text_add(p->to, " ");
    print_region(p, &op->regions[0], true);
    if (op->regions[1].block) {
        text_add(p->to, " else ");
        print_region(p, &op->regions[1], true);
    }
    print_attr_dict(p, op, NULL);
}

/* scf.while (%x = %a) : (T) -> U { ... } do { ^bb0(%y: U): ... } */
static void print_while(Printer *p, const IrOp *op)
{
    const IrBlock *before = op->regions[0].block, *after = op->regions[1].block;
    if (!before || !after || before->arg_count != op->operand_count) {
        print_generic(p, op);
        return;
    }
    text_add(p->to, "scf.while ");
    if (op->operand_count) {
        text_add(p->to, "(");
        print_bindings(p, op, 0, 0);
        text_add(p->to, ") ");
    }
    text_add(p->to, ": ");
    print_function_type(p, op);
    text_add(p->to, " ");
    print_region(p, &op->regions[0], false);
    text_add(p->to, " do ");
    print_block(p, &op->regions[1]);
    print_attr_dict_after(p, op, " attributes {", NULL);
}

static void print_condition(Printer *p, const IrOp *op)
{
    text_add(p->to, "scf.condition(");
    print_operands(p, op, 0, 1);
    text_add(p->to, ")");
    print_attr_dict(p, op, NULL);
    if (op->operand_count < 2)
        return;
    text_add(p->to, " ");
    print_operands(p, op, 1, op->operand_count);
    text_add(p->to, " : ");
    print_operand_types(p, op, 1, op->operand_count);
}

/* --------------------------------------------------------------------------- launches */

/* (%x, %y, %z) in (%gx = %a, %gy = %b, %gz = %c): three indices of the body, the
 * arguments for their ends, and the operands that these are. */
static void print_grid(Printer *p, const IrOp *op, uint32_t first)
{
    const IrBlock *b = op->regions[0].block;
    for (uint32_t i = 0; i < 3; i++) {
        text_add(p->to, i ? ", " : "(");
        print_value(p, b->args[first + i]);
    }
    for (uint32_t i = 0; i < 3; i++) {
        text_add(p->to, i ? ", " : ") in (");
        print_value(p, b->args[LAUNCH_SIZES + first + i]);
        text_add(p->to, " = ");
        print_value(p, ir_operand(op, first + i));
    }
    text_add(p->to, ")");
}

static void print_buffers(Printer *p, const IrBlock *b)
{
    for (uint32_t i = LAUNCH_INDICES; i < b->arg_count; i++) {
        text_add(p->to, i > LAUNCH_INDICES ? ", " : " workgroup(");
        print_value(p, b->args[i]);
        text_add(p->to, " : ");
        print_type(p, b->args[i]->type);
    }
    text_add(p->to, b->arg_count > LAUNCH_INDICES ? ")" : "");
}

static void print_launch(Printer *p, const IrOp *op)
{
    const IrBlock *b = op->regions[0].block;
    if (!b || op->operand_count != LAUNCH_SIZES || b->arg_count < LAUNCH_INDICES) {
        print_generic(p, op);
        return;
    }
    text_add(p->to, "gpu.launch blocks");
    print_grid(p, op, 0);
    text_add(p->to, " threads");
    print_grid(p, op, LAUNCH_SIZES / 2);
    print_buffers(p, b);
    text_add(p->to, " ");
    print_region(p, &op->regions[0], false);
    print_attr_dict(p, op, (const char *const[]){"workgroup_attributions", NULL});
}

/* ------------------------------------------------------------------ asynchronous copies */

static void print_place(Printer *p, const IrOp *op, uint32_t first)
{
    print_value(p, ir_operand(op, first));
    text_add(p->to, "[");
    print_operands(p, op, first + 1, first + 1 + (uint32_t)ir_operand(op, first)->type->rank);
    text_add(p->to, "]");
}

/* %from[%i], %to[%j], 4, %present {bypassL1} : T to U; the operands are the other way
 * round */
static void print_async_copy(Printer *p, const IrOp *op)
{
    static const char *const elided[] = {"dstElements", NULL};
    IrAttr elements = ir_op_attr(op, "dstElements");
    uint32_t n = op->operand_count;
    uint32_t from = n ? 1 + (uint32_t)ir_operand(op, 0)->type->rank : 0;
    uint32_t end = from < n ? from + 1 + (uint32_t)ir_operand(op, from)->type->rank : n + 1;
    if (end > n || end + 1 < n || !elements || elements->kind != IR_ATTR_INT) {
        print_generic(p, op);
        return;
    }
    text_add(p->to, "nvgpu.device_async_copy ");
    print_place(p, op, from);
    text_add(p->to, ", ");
    print_place(p, op, 0);
    text_printf(p->to, ", %lld%s", (long long)elements->number, end < n ? ", " : "");
    print_operands(p, op, end, n);
    print_attr_dict(p, op, elided);
    text_add(p->to, " : ");
    print_type(p, ir_operand(op, from)->type);
    text_add(p->to, " to ");
    print_type(p, ir_operand(op, 0)->type);
}

/* Without operands the name would be followed by that of the next line's result. */
static void print_async_group(Printer *p, const IrOp *op)
{
    if (!op->operand_count) {
        print_generic(p, op);
        return;
    }
    text_add(p->to, ir_op_info(op->kind)->name);
    print_form(p, op, ir_op_form(op->kind));
}

/* ----------------------------------------------------------------------------- memory */

static void print_global(Printer *p, const IrOp *op)
{
    static const char *const elided[] = {
        "sym_name", "sym_visibility", "type", "initial_value", "constant", NULL};
    IrAttr visibility = ir_op_attr(op, "sym_visibility"),
           value = ir_op_attr(op, "initial_value");
    IrAttr name = ir_op_attr(op, "sym_name"), type = ir_op_attr(op, "type");
    text_add(p->to, "memref.global ");
    if (visibility) {
        print_string(p, visibility->name);
        text_add(p->to, " ");
    }
    text_add(p->to, ir_op_attr(op, "constant") ? "constant " : "");
    print_symbol(p, name ? name->name : "");
    text_add(p->to, " : ");
    if (type)
        print_type(p, type->type);
    if (value && value->kind == IR_ATTR_ELEMENTS) {
        text_add(p->to, " = ");
        print_elements(p, value);
    }
    print_attr_dict(p, op, elided);
}

PrintFn *print_special(IrOpKind kind)
{
    switch (kind) {
    case OP_reduce: return print_reduce;
    case OP_scf_for: return print_for;
    case OP_scf_parallel: return print_parallel;
    case OP_scf_if: return print_if;
    case OP_scf_while: return print_while;
    case OP_scf_condition: return print_condition;
    case OP_gpu_launch: return print_launch;
    case OP_async_copy: return print_async_copy;
    case OP_async_group: return print_async_group;
    case OP_memref_global: return print_global;
    default: return NULL;
    }
}
