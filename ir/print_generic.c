/* Where MLIR's generic form writes an attribute in another way than we keep it. */
#include "ir/print.h"

#include "ir/forms.h"

#include <inttypes.h>
#include <string.h>

/* [[0, 1], [2]] */
static void print_groups(Printer *p, IrAttr a)
{
    text_add(p->to, "[");
    for (size_t i = 0; i < a->count; i++) {
        text_add(p->to, i ? ", " : "");
        print_ints(p, a->items[i]->ints, a->items[i]->count);
    }
    text_add(p->to, "]");
}

void print_generic_attr(Printer *p, const IrOp *op, const IrNamedAttr *a)
{
    bool predicate = (op->kind == OP_arith_cmpi || op->kind == OP_arith_cmpf)
        && !strcmp(a->name, "predicate");
    if (predicate)
        text_printf(p->to, "predicate = %" PRId64 " : i64",
                    ir_predicate_number(op->kind, a->value->name));
    else if (op->kind == OP_memref_atomic_rmw && !strcmp(a->name, "kind"))
        text_printf(p->to, "kind = %d : i64", IR_ATOMIC_ADDI);
    else if (op->kind == OP_vector_reduction && !strcmp(a->name, "kind")) {
        text_printf(p->to, "kind = #vector.kind<%s>", a->value->name);
    } else if (op->kind == OP_vector_shuffle && !strcmp(a->name, "mask")) {
        text_add(p->to, "mask = ");
        print_ints(p, a->value->ints, a->value->count);
    } else if (!strcmp(a->name, "reassociation")) {
        text_add(p->to, "reassociation = ");
        print_groups(p, a->value);
    } else {
        print_named_attrs(p, a, 1);
    }
}

/* to, its indices, from, its indices, how many there are */
static void print_copy_segments(Printer *p, const IrOp *op, const char *before)
{
    uint32_t n = op->operand_count;
    uint32_t to = n ? (uint32_t)ir_operand(op, 0)->type->rank : 0;
    uint32_t from = to + 1 < n ? (uint32_t)ir_operand(op, to + 1)->type->rank : 0;
    text_printf(p->to, "%soperandSegmentSizes = array<i32: 1, %u, 1, %u, %u>", before, to,
                from, to + from + 2 < n);
}

bool print_segments(Printer *p, const IrOp *op, const char *before)
{
    uint32_t n = op->operand_count / 3;
    if (op->kind == OP_memref_alloc || op->kind == OP_memref_alloca)
        text_printf(p->to, "%soperandSegmentSizes = array<i32: 0, 0>", before);
    else if (op->kind == OP_scf_parallel)
        text_printf(p->to, "%soperandSegmentSizes = array<i32: %u, %u, %u, 0>", before, n,
                    n, n);
    else if (op->kind == OP_gpu_launch) /* nothing to wait for, the sizes, no clusters */
        text_printf(p->to,
                    "%soperandSegmentSizes = "
                    "array<i32: 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0>",
                    before);
    else if (op->kind == OP_async_copy)
        print_copy_segments(p, op, before);
    else if (op->kind == OP_tensor_load) /* two coordinates, no other blocks, no condition */
        text_printf(p->to, "%soperandSegmentSizes = array<i32: 1, 1, 1, 2, 1, 0, 0>", before);
    else
        return false;
    return true;
}
