#include "frontend/api/range.h"

#include <math.h>
#include <string.h>

/* From an input to a lookup there are few ops: reshape, broadcast, convert. */
enum { DEPTH = 8 };

/* gather with indices of one axis only. */
static RtRange of_gather(const IrOp *op)
{
    IrAttr map = ir_attr_get(ir_op_attr(op, "dimension_numbers"), "start_index_map");
    const int64_t *sizes = ir_op_ints(op, "slice_sizes", NULL);
    if (map->count != 1)
        return (RtRange){0};
    int64_t axis = map->ints[0];
    return (RtRange){.below = (double)(ir_operand(op, 0)->type->dims[axis] - sizes[axis] + 1),
                     .at = ir_loc_place(op->loc)};
}

static RtRange of_compare(const IrOp *op, const IrValue *with)
{
    if (!ir_is(with, OP_iota) || strcmp(ir_op_string(op, "comparison_direction"), "EQ"))
        return (RtRange){0};
    int64_t axis = ir_op_int(with->op, "iota_dimension");
    return (RtRange){.low = -INFINITY, .below = (double)with->type->dims[axis],
                     .at = ir_loc_place(op->loc)};
}

static RtRange narrower(RtRange a, RtRange b)
{
    if (a.below == 0 || b.below == 0)
        return a.below == 0 ? b : a;
    RtRange r = a.below <= b.below ? a : b;
    r.low = fmax(a.low, b.low);
    return r;
}

static RtRange range(const IrValue *v, int depth)
{
    RtRange all = {0};
    for (const IrUse *u = v->uses; u && depth < DEPTH; u = u->next) {
        RtRange one = {0};
        switch (u->op->kind) {
        case OP_gather: one = u->index == 1 ? of_gather(u->op) : one; break;
        case OP_compare: one = of_compare(u->op, ir_operand(u->op, !u->index)); break;
        case OP_convert:
        case OP_reshape:
        case OP_broadcast_in_dim: one = range(ir_result(u->op, 0), depth + 1); break;
        default: break;
        }
        all = narrower(all, one);
    }
    return all;
}

RtRange api_range(const IrValue *v, Arena *arena)
{
    RtRange r = range(v, 0);
    if (r.at.file) /* it is the context's, which may be closed earlier */
        r.at.file = arena_strdup(arena, r.at.file);
    return r;
}
