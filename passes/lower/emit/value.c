/* Values at points: loads, stores, what was computed already, and the way to each op's rule. */
#include "passes/lower/lower.h"

#include <string.h>

/* ------------------------------------------------------------------------------ element types */

Dtype register_elem(Dtype t)
{
    switch (t) {
    case DTYPE_ui8: return DTYPE_i8;
    case DTYPE_ui16: return DTYPE_i16;
    case DTYPE_ui32: return DTYPE_i32;
    case DTYPE_ui64: return DTYPE_i64;
    default: return t;
    }
}

Dtype memory_elem(Dtype t)
{
    return t == DTYPE_i1 ? DTYPE_i8 : register_elem(t);
}

IrType memref_of(IrContext *c, IrType tensor)
{
    return ir_memref(c, memory_elem(tensor->elem), tensor->rank, tensor->dims);
}

IrType lane_type(Emit *e, Dtype graph_elem)
{
    return ir_vector(e->c, register_elem(graph_elem), e->lanes);
}

IrType mask_type(Emit *e)
{
    return ir_vector(e->c, DTYPE_i1, e->lanes);
}

/* ------------------------------------------------------------------------------ loads, stores */

/* An i1 comes from memory as an i8 that is 0 or 1. */
static IrValue *from_memory(Emit *e, Dtype elem, IrValue *v)
{
    if (elem != DTYPE_i1)
        return v;
    return k_cmpi(&e->b, "ne", v, k_int(&e->b, v->type, 0));
}

static IrValue *full_mask(Emit *e)
{
    return k_int(&e->b, mask_type(e), 1);
}

static IrValue *load_one(Emit *e, IrValue *flat, Index at, const Point *p, int64_t elements)
{
    IrValue *i = at.base;
    if (p->guarded)
        i = index_clamp(e, at, 0, elements - 1).base;
    return k_load(&e->b, flat, 1, &i);
}

/* Whether the lanes are one vector in memory. On a GPU that lies at a multiple of its size. */
static bool is_vector(const Emit *e, Index at)
{
    if (at.lanes || at.step != 1)
        return false;
    return !e->pass->target->threads || index_unit(at.base) % e->lanes == 0;
}

/* On a GPU, lanes that lie apart: each is a load from an address that is a number away. */
static IrValue *load_lanes(Emit *e, IrValue *flat, Index at, IrType type)
{
    if (is_vector(e, at))
        return k_vload(&e->b, flat, 1, &at.base, type);
    IrValue *v = k_const(&e->b, type, 0);
    for (int64_t i = 0; i < e->lanes; i++) {
        IrValue *one = k_add_index(&e->b, at.base, c_index(e, i * at.step));
        v = k_insert(&e->b, k_load(&e->b, flat, 1, &one), v, i);
    }
    return v;
}

/* A load of all lanes or none. */
static IrValue *load_if(Emit *e, IrValue *exists, IrValue *flat, Index at, IrType type)
{
    IrOp *branch = k_if_begin(&e->b, exists, 1, &type);
    IrValue *v = load_lanes(e, flat, at, type);
    k_if_else(&e->b, branch, 1, &v);
    IrValue *zero = k_const(&e->b, type, 0);
    k_if_end(&e->b, branch, 1, &zero);
    return ir_result(branch, 0);
}

IrValue *emit_load(Emit *e, IrValue *memref, Dtype elem, Index at, const Point *p, int64_t elements)
{
    IrValue *flat = k_collapse(&e->b, memref);
    IrType type = ir_vector(e->c, memory_elem(elem), e->lanes);
    IrValue *v, *zero = c_index(e, 0);
    bool on_gpu = e->pass->target->threads && !at.lanes;
    if (!at.lanes && !at.step)
        v = k_broadcast(&e->b, load_one(e, flat, at, p, elements), type);
    else if (!p->mask && (is_vector(e, at) || on_gpu))
        v = load_lanes(e, flat, at, type);
    else if (on_gpu && mask_shared(e, p->mask))
        v = load_if(e, mask_shared(e, p->mask), flat, at, type);
    else if (!at.lanes && at.step == 1 && p->mask)
        v = k_maskedload(&e->b, flat, 1, &at.base, p->mask, k_const(&e->b, type, 0));
    else
        v = k_gather(&e->b, flat, 1, &zero, index_lanes(e, at), p->mask ? p->mask : full_mask(e),
                     k_const(&e->b, type, 0));
    return from_memory(e, elem, v);
}

static void store_if(Emit *e, IrValue *exists, IrValue *flat, IrValue *at, IrValue *value)
{
    IrOp *branch = k_if_begin(&e->b, exists, 0, NULL);
    k_vstore(&e->b, value, flat, 1, &at);
    k_if_end(&e->b, branch, 0, NULL);
}

void emit_store(Emit *e, IrValue *memref, Dtype elem, Index at, IrValue *mask, IrValue *value)
{
    IrValue *flat = k_collapse(&e->b, memref);
    if (elem == DTYPE_i1)
        value = k_cast(&e->b, OP_arith_extui, value, ir_vector(e->c, DTYPE_i8, e->lanes));
    IrValue *zero = c_index(e, 0);
    if (e->lanes == 1 && !mask && !at.lanes)
        k_store(&e->b, k_extract(&e->b, value, 0), flat, 1, &at.base);
    else if (is_vector(e, at) && !mask)
        k_vstore(&e->b, value, flat, 1, &at.base);
    else if (is_vector(e, at) && mask_shared(e, mask))
        store_if(e, mask_shared(e, mask), flat, at.base, value);
    else if (!at.lanes && at.step == 1 && mask)
        k_maskedstore(&e->b, value, flat, 1, &at.base, mask);
    else
        k_scatter(&e->b, value, flat, 1, &zero, index_lanes(e, at), mask ? mask : full_mask(e));
}

void emit_store_one(Emit *e, IrValue *memref, Dtype elem, IrValue *at, IrValue *scalar)
{
    if (elem == DTYPE_i1)
        scalar = k_cast(&e->b, OP_arith_extui, scalar, ir_scalar(e->c, DTYPE_i8));
    k_store(&e->b, scalar, memref, 1, &at);
}

/* --------------------------------------------------------------------------------------- memo */

static IrValue *memo_find(Emit *e, const IrValue *v, const Point *p)
{
    for (int32_t i = e->memo_head[v->id]; i >= 0; i = e->memo[i].next)
        if (e->memo[i].point == p)
            return e->memo[i].result;
    return NULL;
}

static void memo_add(Emit *e, const IrValue *v, const Point *p, IrValue *result)
{
    MemoEntry entry = {v->id, p, result, e->memo_head[v->id]};
    ARENA_PUSH(e->arena, e->memo, e->memo_count, e->memo_room, entry);
    e->memo_head[v->id] = (int32_t)e->memo_count - 1;
}

size_t memo_mark(Emit *e)
{
    return e->memo_count;
}

void memo_release(Emit *e, size_t mark)
{
    while (e->memo_count > mark) {
        const MemoEntry *last = &e->memo[--e->memo_count];
        e->memo_head[last->value] = last->next;
    }
}

/* -------------------------------------------------------------------------------------- values */

void set_leaf(Emit *e, const IrValue *v, LeafFn *get, void *data)
{
    e->leaf[v->id] = (Leaf){get, data};
}

void emit_unsupported(Emit *e, const IrOp *op, const char *what)
{
    if (!e->failed)
        diag_add(e->pass->diags, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(op->loc),
                 "unsupported: %s: %s", ir_op_info(op->kind)->name, what);
    e->failed = true;
}

static IrValue *emit_argument(Emit *e, IrValue *v, Point *p)
{
    if (!p->identity)
        e->only_identity[v->index] = false;
    return emit_load(e, e->memref[v->index], v->type->elem, point_position(e, p), p,
                     ir_elements(v->type));
}

/* select's predicate and clamp's bounds may be scalars where the result is not. */
static IrValue *emit_operand(Emit *e, IrValue *operand, const IrValue *result, Point *p)
{
    bool scalar = operand->type->rank == 0 && result->type->rank != 0;
    return emit_value(e, operand, scalar ? point_scalar(e) : p);
}

/* The name of the global (they stand first in the module) that holds these elements: one for all
 * who read them. */
static IrName constant_name(Emit *e, const IrOp *op, IrType memref, IrAttr elements)
{
    const IrOp *g = ir_module_block(e->m)->first;
    for (; g && g->kind == OP_memref_global; g = g->next)
        if (ir_op_attr(g, "initial_value") == elements && ir_op_attr(g, "type")->type == memref)
            return ir_op_attr(g, "sym_name")->name;
    IrName stem = ir_namef(e->c, "%s.constant", ir_func_name(e->kernel));
    IrName name = ir_module_fresh(e->m, stem);
    k_global(e->m, name, memref, elements, op->loc);
    return name;
}

IrValue *emit_constant_buffer(Emit *e, const IrOp *op)
{
    IrAttr value = ir_op_attr(op, "value");
    IrType memref = value->splat ? ir_memref(e->c, memory_elem(value->type->elem), 0, NULL)
                                 : memref_of(e->c, value->type);
    IrAttr stored = ir_attr_elements(
        e->c, ir_tensor(e->c, memref->elem, memref->rank, memref->dims), value->bytes, false);
    return k_get_global(&e->b, constant_name(e, op, memref, stored), memref);
}

static IrValue *emit_constant(Emit *e, const IrOp *op, Point *p)
{
    IrAttr value = ir_op_attr(op, "value");
    Dtype elem = value->type->elem;
    IrType type = lane_type(e, elem);
    if (value->splat && dtype_is_float(elem))
        return k_const(&e->b, type, ir_elements_get(value, 0));
    if (value->splat)
        return k_int(&e->b, type, ir_elements_get_int(value, 0));
    return emit_load(e, emit_constant_buffer(e, op), elem, point_position(e, p), p,
                     ir_elements(value->type));
}

static IrValue *emit_op(Emit *e, IrValue *v, Point *p)
{
    const IrOp *op = v->op;
    switch (ir_op_info(op->kind)->class) {
    case IR_CLASS_UNARY:
    case IR_CLASS_BINARY:
    case IR_CLASS_ELEMENTWISE: {
        IrValue *in[3];
        for (uint32_t i = 0; i < op->operand_count; i++)
            in[i] = emit_operand(e, ir_operand(op, i), v, p);
        return emit_elementwise(e, op, in);
    }
    case IR_CLASS_SHAPE: return emit_shape(e, op, p);
    case IR_CLASS_SOURCE: return op->kind == OP_constant ? emit_constant(e, op, p) : emit_shape(e, op, p);
    case IR_CLASS_BARRIER: return emit_value(e, ir_operand(op, v->index), p);
    case IR_CLASS_RANDOM: return emit_random(e, op, v->index, p);
    case IR_CLASS_CONTRACTION: return emit_contraction(e, op, p);
    case IR_CLASS_REDUCTION: return emit_reduce_serial(e, op, v->index, p);
    case IR_CLASS_WINDOW:
        return op->kind == OP_reduce_window ? emit_reduce_window(e, op, v->index, p)
                                            : emit_select_and_scatter(e, op, p);
    default:
        if (op->kind == OP_gather)
            return emit_gather(e, op, p);
        emit_unsupported(e, op, "not inside a fused loop");
        return k_const(&e->b, lane_type(e, v->type->elem), 0);
    }
}

IrValue *emit_value(Emit *e, IrValue *v, Point *p)
{
    IrValue *known = memo_find(e, v, p);
    if (known)
        return known;
    const Leaf *leaf = &e->leaf[v->id];
    IrLoc outer = e->b.loc;
    if (v->op)
        e->b.loc = v->op->loc;
    IrValue *result = leaf->get ? leaf->get(e, v, p, leaf->data)
                      : v->op   ? emit_op(e, v, p)
                                : emit_argument(e, v, p);
    e->b.loc = outer;
    memo_add(e, v, p, result);
    return result;
}

void emit_results(Emit *e, Point *p, Index position)
{
    const IrBlock *block = ir_func_block(e->graph);
    const IrOp *ret = block->last;
    IrValue **values = ARENA_ARRAY(e->arena, IrValue *, ret->operand_count);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        values[i] = emit_value(e, ir_operand(ret, i), p);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        emit_store(e, e->memref[block->arg_count + i], ir_operand(ret, i)->type->elem, position,
                   p->mask, values[i]);
}

/* The region's arguments are known at a point of this combination alone; what it returns is then a
 * value like any other. */
IrValue *emit_combine(Emit *e, const IrRegion *body, size_t n, IrValue *const *lhs,
                      IrValue *const *rhs, size_t which)
{
    const IrBlock *block = body->block;
    size_t mark = memo_mark(e);
    Point *p = point_at(e, 0, NULL, NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        memo_add(e, block->args[i], p, lhs[i]);
        memo_add(e, block->args[n + i], p, rhs[i]);
    }
    IrValue *result = emit_value(e, ir_operand(block->last, (uint32_t)which), p);
    memo_release(e, mark);
    return result;
}

IrValue *emit_scalar(Emit *e, IrValue *v)
{
    return k_extract(&e->b, emit_value(e, v, point_scalar(e)), 0);
}

IrValue *emit_fma(Emit *e, IrValue *x, IrValue *y, IrValue *z)
{
    if (e->pass->target->fma)
        return k_fma(&e->b, x, y, z);
    return k_binary(&e->b, OP_arith_addf, k_binary(&e->b, OP_arith_mulf, x, y), z);
}
