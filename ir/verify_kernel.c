/* Ops of the kernel level: operands and results are of the kinds and types that go
 * together. How they are written down is told in kbuild.h.
 *   K1 as many operands and results as the table of ops says.
 *   K2 integers are signless.
 *   K3 the operands and results have types that go together.
 *   K4 an index for each dimension of a buffer.
 *   K5 what a body takes, yields and gives have the same types.
 *   K6 attributes are there, of their kind, and in range.
 * Ops for GPUs are in verify_gpu.c. */
#include "ir/verify.h"

#include <string.h>

/* ------------------------------------------------------------------------------ types */

static IrType out(const Infer *f, uint32_t i) { return f->op->results[i].type; }

static bool is_index(IrType t)
{
    return t->kind == IR_INDEX || (t->kind == IR_VECTOR && t->of_index);
}

/* Of lanes; what a fragment may be used by is said in verify_gpu.c. */
static bool has_elements(IrType t)
{
    return (t->kind == IR_SCALAR || t->kind == IR_VECTOR) && t->rank < 2 && !is_index(t);
}

static bool is_float(IrType t) { return has_elements(t) && dtype_is_float(t->elem); }

static bool is_integer(IrType t) { return has_elements(t) && !dtype_is_float(t->elem); }

static bool is_scalar(IrType t, Dtype elem)
{
    return t->kind == IR_SCALAR && t->elem == elem;
}

static bool is_vector(IrType t, Dtype elem)
{
    return t->kind == IR_VECTOR && t->rank == 1 && !t->of_index && t->elem == elem;
}

/* 0: no vector */
static int64_t lanes(IrType t) { return t->kind == IR_VECTOR ? t->dims[0] : 0; }

static bool has_sign(IrType t)
{
    return t->kind != IR_INDEX && t->kind != IR_FUNCTION && t->kind < IR_TOKEN &&
           !t->of_index && dtype_kind(t->elem) == DTYPE_UNSIGNED;
}

bool verify_bad_types(const Infer *f)
{
    Text text = {0};
    for (uint32_t i = 0; i < f->op->operand_count; i++) {
        text_add(&text, i ? ", " : "");
        ir_type_print(&text, infer_in(f, i));
    }
    for (uint32_t i = 0; i < f->op->result_count; i++) {
        text_add(&text, i ? ", " : " -> ");
        ir_type_print(&text, out(f, i));
    }
    infer_fail(f, "types do not go together: %s", text.bytes ? text.bytes : "none");
    text_free(&text);
    return false;
}

static bool types(const Infer *f, bool fit) { return fit || verify_bad_types(f); }

/* ------------------------------------------------------------------------- arithmetic */

static bool all_same(const Infer *f)
{
    for (uint32_t i = 0; i < f->op->operand_count; i++)
        if (infer_in(f, i) != out(f, 0))
            return false;
    return true;
}

static bool floats(const Infer *f)
{
    return types(f, all_same(f) && is_float(out(f, 0))); /* K3 */
}

static bool integers(const Infer *f)
{
    return types(f,
                 all_same(f) && (is_integer(out(f, 0)) || is_index(out(f, 0)))); /* K3 */
}

static bool fused(const Infer *f)
{
    return types(f, all_same(f) && is_float(out(f, 0)) && /* K3 */
                        (f->op->kind == OP_math_fma || out(f, 0)->kind == IR_VECTOR));
}

static bool string_in(const Infer *f, const char *name, const char *const *values)
{
    IrAttr a = ir_op_attr(f->op, name);
    if (a && a->kind == IR_ATTR_STRING)
        for (; *values; values++)
            if (!strcmp(a->name, *values))
                return true;
    return infer_fail(f, "%s is none of its values", name); /* K6 */
}

static bool comparison(const Infer *f)
{
    static const char *const of_ints[] = {"eq",  "ne",  "slt", "sle", "sgt", "sge",
                                          "ult", "ule", "ugt", "uge", NULL};
    static const char *const of_floats[] = {"false", "oeq", "ogt", "oge",  "olt", "ole",
                                            "one",   "ord", "ueq", "ugt",  "uge", "ult",
                                            "ule",   "une", "uno", "true", NULL};
    bool real = f->op->kind == OP_arith_cmpf;
    IrType t = infer_in(f, 0), r = out(f, 0);
    bool sort = real ? is_float(t) : is_integer(t) || is_index(t);
    bool fit = sort && t == infer_in(f, 1) && is_integer(r) && r->elem == DTYPE_i1 &&
               lanes(r) == lanes(t);
    return types(f, fit) &&
           string_in(f, "predicate", real ? of_floats : of_ints); /* K3, K6 */
}

static bool selection(const Infer *f)
{
    IrType c = infer_in(f, 0), t = infer_in(f, 1);
    bool chooses =
        is_scalar(c, DTYPE_i1) || (is_vector(c, DTYPE_i1) && lanes(c) == lanes(t));
    return types(f, chooses && t == infer_in(f, 2) && t == out(f, 0)); /* K3 */
}

/* Whether one element type becomes another by this op. */
static bool converts(IrOpKind kind, IrType from, IrType to)
{
    bool wider = dtype_bits(to->elem) > dtype_bits(from->elem);
    bool narrower = dtype_bits(to->elem) < dtype_bits(from->elem);
    switch (kind) {
    case OP_arith_extf: return is_float(from) && is_float(to) && wider;
    case OP_arith_truncf: return is_float(from) && is_float(to) && narrower;
    case OP_arith_extsi:
    case OP_arith_extui: return is_integer(from) && is_integer(to) && wider;
    case OP_arith_trunci: return is_integer(from) && is_integer(to) && narrower;
    case OP_arith_sitofp:
    case OP_arith_uitofp: return is_integer(from) && is_float(to);
    case OP_arith_fptosi:
    case OP_arith_fptoui: return is_float(from) && is_integer(to);
    case OP_arith_bitcast:
        return has_elements(from) && has_elements(to) && !wider && !narrower;
    default:
        return (is_index(from) && is_integer(to)) || (is_integer(from) && is_index(to));
    }
}

static bool conversion(const Infer *f)
{
    IrType from = infer_in(f, 0), to = out(f, 0);
    return types(f, converts(f->op->kind, from, to) && lanes(from) == lanes(to)); /* K3 */
}

static bool constant(const Infer *f)
{
    IrAttr value = ir_op_attr(f->op, "value");
    IrType t = out(f, 0);
    bool fit = value && value->type == t &&
               (value->kind == IR_ATTR_INT ? t->kind == IR_INDEX || is_integer(t)
                : value->kind == IR_ATTR_FLOAT
                    ? is_float(t)
                    : value->kind == IR_ATTR_ELEMENTS && t->kind == IR_VECTOR);
    return fit || infer_fail(f, "value is no %s", infer_str(f, t)); /* K6 */
}

/* ----------------------------------------------------------------------------- memory */

static bool is_plain_memref(IrType t) { return t->kind == IR_MEMREF && !t->shared; }

static bool alloc(const Infer *f)
{
    return types(f, is_plain_memref(out(f, 0))); /* K3 */
}

static bool view(const Infer *f)
{
    IrType arena = infer_in(f, 0), to = out(f, 0);
    return types(f, arena->kind == IR_MEMREF && arena->rank == 1 &&
                        arena->elem == DTYPE_i8 && infer_in(f, 1)->kind == IR_INDEX &&
                        to->kind == IR_MEMREF && to->shared == arena->shared); /* K3 */
}

/* collapse_shape, expand_shape: neighbouring dimensions as one, or back. */
static bool reshaping(const Infer *f)
{
    IrType from = infer_in(f, 0), to = out(f, 0);
    IrAttr groups = ir_op_attr(f->op, "reassociation");
    if (!types(f, from->kind == IR_MEMREF && to->kind == IR_MEMREF &&
                      from->elem == to->elem && from->shared == to->shared &&
                      ir_elements(from) == ir_elements(to))) /* K3 */
        return false;
    bool collapse = f->op->kind == OP_memref_collapse_shape;
    IrType many = collapse ? from : to, few = collapse ? to : from;
    bool fit =
        groups && groups->kind == IR_ATTR_ARRAY && groups->count == (size_t)few->rank;
    int64_t next = 0;
    for (int i = 0; fit && i < few->rank; i++) {
        IrAttr group = groups->items[i];
        int64_t size = 1;
        fit = group->kind == IR_ATTR_INTS;
        for (size_t k = 0; fit && k < group->count; k++) {
            fit = group->ints[k] == next && next < many->rank;
            size *= fit ? many->dims[next++] : 1;
        }
        fit = fit && size == few->dims[i];
    }
    /* dimensions in no group: only where there is none to be grouped into */
    return (fit && (next == many->rank || few->rank == 0)) ||
           infer_fail(f, "reassociation does not make %s of %s",
                      infer_str(f, to), /* K6 */
                      infer_str(f, from));
}

static bool global(const Infer *f)
{
    IrAttr type = ir_op_attr(f->op, "type"), value = ir_op_attr(f->op, "initial_value");
    if (!type || type->kind != IR_ATTR_TYPE || type->type->kind != IR_MEMREF) /* K6 */
        return infer_fail(f, "type is no memref");
    if (type->type->shared) /* K6 */
        return infer_fail(f, "a constant in the memory of a workgroup");
    bool fit = value && value->kind == IR_ATTR_ELEMENTS &&
               value->type->kind == IR_TENSOR && value->type->elem == type->type->elem &&
               infer_same_dims(value->type, type->type);
    return fit || infer_fail(f, "initial_value does not fit %s",
                             infer_str(f, type->type)); /* K6 */
}

static bool copy(const Infer *f)
{
    return types(f, is_plain_memref(infer_in(f, 0)) &&
                        infer_in(f, 0) == infer_in(f, 1)); /* K3 */
}

/* How each op that reads or writes memory lists its operands. `before` and `after` count
 * those around the memref and its indices; the others are positions counted from the end.
 * */
typedef struct Access {
    unsigned before, after;
    unsigned value, mask, index; /* 0: there is none (a load's value is its result) */
    bool vector;
} Access;

static Access access_of(IrOpKind kind)
{
    switch (kind) {
    case OP_memref_load: return (Access){0};
    case OP_memref_store: return (Access){.before = 1};
    case OP_vector_load: return (Access){.vector = true};
    case OP_vector_store: return (Access){.before = 1, .vector = true};
    case OP_vector_maskedload:
    case OP_vector_maskedstore:
        return (Access){.after = 2, .mask = 2, .value = 1, .vector = true};
    default: /* vector.gather, vector.scatter */
        return (Access){.after = 3, .index = 3, .mask = 2, .value = 1, .vector = true};
    }
}

/* An operand counted from the end; NULL if there is none. */
static IrType from_end(const Infer *f, unsigned i)
{
    return i ? infer_in(f, f->op->operand_count - i) : NULL;
}

static bool access_types_fit(const Infer *f, Access a, IrType memref)
{
    IrType value = f->op->result_count ? out(f, 0)
                   : a.value           ? from_end(f, a.value)
                                       : infer_in(f, 0);
    IrType given = from_end(f, a.value), mask = from_end(f, a.mask),
           index = from_end(f, a.index);
    bool fits =
        a.vector ? is_vector(value, memref->elem) : is_scalar(value, memref->elem);
    return fits && (!given || given == value) &&
           (!mask || (is_vector(mask, DTYPE_i1) && lanes(mask) == lanes(value))) &&
           (!index ||
            ((is_index(index) || is_integer(index)) && lanes(index) == lanes(value)));
}

static bool memory_access(const Infer *f)
{
    Access a = access_of(f->op->kind);
    uint32_t n = f->op->operand_count, around = a.before + a.after;
    if (n < around + 1) /* K1 */
        return infer_fail(f, "has %u operands, but takes at least %u", n, around + 1);
    IrType memref = infer_in(f, a.before);
    if (memref->kind != IR_MEMREF) /* K3 */
        return verify_bad_types(f);
    if (n - around - 1 != (uint32_t)memref->rank) /* K4 */
        return infer_fail(f, "%u indices for %s", n - around - 1, infer_str(f, memref));
    for (uint32_t i = 0; i < (uint32_t)memref->rank; i++)
        if (infer_in(f, a.before + 1 + i)->kind != IR_INDEX) /* K4 */
            return verify_bad_types(f);
    if (a.vector && !memref->rank) /* K4 */
        return infer_fail(f, "a vector from a buffer of rank 0");
    return types(f, access_types_fit(f, a, memref)); /* K3 */
}

/* ---------------------------------------------------------------------------- vectors */

/* The type of a lane. */
static bool lane_of(IrType lane, IrType vector)
{
    return vector->kind == IR_VECTOR && vector->rank == 1 &&
           (vector->of_index ? lane->kind == IR_INDEX : is_scalar(lane, vector->elem));
}

static bool broadcast(const Infer *f)
{
    return types(f, lane_of(infer_in(f, 0), out(f, 0))); /* K3 */
}

static bool reduction(const Infer *f)
{
    static const char *const of_floats[] = {"add",     "mul",     "minimumf", "maximumf",
                                            "minnumf", "maxnumf", NULL};
    static const char *const of_ints[] = {"add",   "mul", "minsi", "minui", "maxsi",
                                          "maxui", "and", "or",    "xor",   NULL};
    uint32_t n = f->op->operand_count;
    if (n != 1 && n != 2) /* K1 */
        return infer_fail(f, "has %u operands, but takes 1 or 2", n);
    IrType t = infer_in(f, 0);
    return types(f, t->kind == IR_VECTOR && !t->of_index && lane_of(out(f, 0), t) &&
                        (n == 1 || infer_in(f, 1) == out(f, 0))) && /* K3 */
           string_in(f, "kind", is_float(t) ? of_floats : of_ints); /* K6 */
}

static bool create_mask(const Infer *f)
{
    return types(f, infer_in(f, 0)->kind == IR_INDEX &&
                        is_vector(out(f, 0), DTYPE_i1)); /* K3 */
}

/* A list of `count` lanes, each below `end`. */
static bool positions(const Infer *f, const char *name, int64_t count, int64_t end)
{
    IrAttr a = ir_op_attr(f->op, name);
    bool fit = a && a->kind == IR_ATTR_INTS && a->count == (size_t)count;
    for (int64_t i = 0; fit && i < count; i++)
        fit = a->ints[i] >= 0 && a->ints[i] < end;
    return fit ||
           infer_fail(f, "%s is no list of %lld lanes", name, (long long)count); /* K6 */
}

static bool extract(const Infer *f)
{
    if (f->op->operand_count != 1) /* K1 */
        return infer_unsupported(f, "a lane that is computed");
    if (infer_in(f, 0)->rank == 2)
        return verify_fragment_element(f, infer_in(f, 0), out(f, 0));
    return types(f, lane_of(out(f, 0), infer_in(f, 0))) &&            /* K3 */
           positions(f, "static_position", 1, lanes(infer_in(f, 0))); /* K6 */
}

static bool insert(const Infer *f)
{
    if (f->op->operand_count != 2) /* K1 */
        return infer_unsupported(f, "a lane that is computed");
    if (out(f, 0)->rank == 2 && infer_in(f, 1) == out(f, 0))
        return verify_fragment_element(f, out(f, 0), infer_in(f, 0));
    return types(f, infer_in(f, 1) == out(f, 0) &&
                        lane_of(infer_in(f, 0), out(f, 0))) &&   /* K3 */
           positions(f, "static_position", 1, lanes(out(f, 0))); /* K6 */
}

static bool shuffle(const Infer *f)
{
    IrType a = infer_in(f, 0), b = infer_in(f, 1), r = out(f, 0);
    bool fit = a->kind == IR_VECTOR && b->kind == IR_VECTOR && r->kind == IR_VECTOR &&
               a->rank == 1 && b->rank == 1 && r->rank == 1 && a->elem == b->elem && a->elem == r->elem && a->of_index == b->of_index &&
               a->of_index == r->of_index;
    return types(f, fit) &&
           positions(f, "mask", lanes(r), lanes(a) + lanes(b)); /* K3, K6 */
}

static bool step(const Infer *f)
{
    return types(f, out(f, 0)->kind == IR_VECTOR && out(f, 0)->of_index); /* K3 */
}

/* ----------------------------------------------------------------------- control flow */

/* A body yields at its end as many values as `op` gives, from its operand `first` on, of
 * the same types. (That a body has its end is checked before.) */
static bool end_gives(const Infer *f, uint32_t region, uint32_t first)
{
    const IrOp *end = f->op->regions[region].block->last;
    bool fit = end->operand_count == f->op->result_count + first;
    for (uint32_t i = 0; fit && i < f->op->result_count; i++)
        fit = ir_operand(end, first + i)->type == out(f, i);
    return fit ||
           infer_fail(f, "what region %u yields are not the results", region); /* K5 */
}

/* A body takes, from its argument `first` on, the types of the op's operands from `from`
 * on. */
static bool body_takes(const Infer *f, uint32_t region, uint32_t first, uint32_t from)
{
    const IrBlock *body = f->op->regions[region].block;
    uint32_t n = f->op->operand_count - from;
    bool fit = body->arg_count == first + n;
    for (uint32_t i = 0; fit && i < n; i++)
        fit = body->args[first + i]->type == infer_in(f, from + i);
    return fit ||
           infer_fail(f, "what region %u takes are not the operands", region); /* K5 */
}

static bool for_loop(const Infer *f)
{
    uint32_t n = f->op->operand_count;
    if (n < 3 || n - 3 != f->op->result_count) /* K1 */
        return infer_fail(f, "has %u operands and %u results", n, f->op->result_count);
    IrType t = infer_in(f, 0);
    bool fit = t == infer_in(f, 1) && t == infer_in(f, 2) &&
               (t->kind == IR_INDEX || (t->kind == IR_SCALAR && dtype_is_int(t->elem)));
    for (uint32_t i = 3; i < n; i++)
        fit = fit && infer_in(f, i) == out(f, i - 3);
    if (!types(f, fit) || !body_takes(f, 0, 1, 3) || !end_gives(f, 0, 0)) /* K3, K5 */
        return false;
    return f->op->regions[0].block->args[0]->type == t || /* K5 */
           infer_fail(f, "the loop's index is no %s", infer_str(f, t));
}

static bool parallel_loop(const Infer *f)
{
    uint32_t n = f->op->operand_count / 3;
    if (!n || f->op->operand_count % 3) /* K1 */
        return infer_fail(f, "has %u operands", f->op->operand_count);
    for (uint32_t i = 0; i < 3 * n; i++)
        if (infer_in(f, i)->kind != IR_INDEX) /* K3 */
            return verify_bad_types(f);
    return body_takes(f, 0, 0, 2 * n) && verify_outside(f); /* K5, G5 */
}

static bool no_args(const Infer *f, uint32_t region)
{
    return !f->op->regions[region].block->arg_count ||
           infer_fail(f, "region %u takes arguments", region); /* K5 */
}

static bool branch(const Infer *f)
{
    if (!types(f, is_scalar(infer_in(f, 0), DTYPE_i1)) || !no_args(f, 0) ||
        !end_gives(f, 0, 0))
        return false;
    return !f->op->regions[1].block || (no_args(f, 1) && end_gives(f, 1, 0));
}

static bool while_loop(const Infer *f)
{
    const IrBlock *after = f->op->regions[1].block;
    if (!body_takes(f, 0, 0, 0) || !end_gives(f, 0, 1)) /* K5 */
        return false;
    bool fit = after->arg_count == f->op->result_count;
    for (uint32_t i = 0; fit && i < after->arg_count; i++)
        fit = after->args[i]->type == out(f, i);
    fit = fit && after->last->operand_count == f->op->operand_count;
    for (uint32_t i = 0; fit && i < f->op->operand_count; i++)
        fit = ir_operand(after->last, i)->type == infer_in(f, i);
    return fit || infer_fail(f, "what region 1 takes or yields does not fit"); /* K5 */
}

static bool condition(const Infer *f)
{
    return types(f, f->op->operand_count && is_scalar(infer_in(f, 0), DTYPE_i1)); /* K3 */
}

static bool anything(const Infer *f)
{
    (void)f;
    return true;
}

/* ------------------------------------------------------------------------------ rules */

static InferFn *const rules[OP_COUNT] = {
    [OP_scf_for] = for_loop,
    [OP_scf_parallel] = parallel_loop,
    [OP_scf_if] = branch,
    [OP_scf_while] = while_loop,
    [OP_scf_condition] = condition,
    [OP_scf_yield] = anything,
    [OP_scf_reduce] = anything,

    [OP_gpu_launch] = verify_launch,
    [OP_gpu_terminator] = anything,
    [OP_gpu_barrier] = verify_inside,
    [OP_gpu_shuffle] = verify_shuffle,

    [OP_async_copy] = verify_async_copy,
    [OP_async_group] = verify_async_group,
    [OP_async_wait] = verify_async_wait,

    [OP_ldmatrix] = verify_ldmatrix,
    [OP_mma_sync] = verify_mma,

    [OP_matrix_cast] = verify_matrix_cast,
    [OP_warpgroup_zero] = verify_warpgroup_zero,
    [OP_warpgroup_mma] = verify_warpgroup_mma,
    [OP_warpgroup_wait] = verify_warpgroup_wait,
    [OP_fence_proxy] = verify_fence_proxy,

    [OP_memref_cast] = verify_memref_cast,
    [OP_tensor_map] = verify_tensor_map,
    [OP_barriers] = verify_barriers,
    [OP_barrier_init] = verify_barrier_init,
    [OP_barrier_fence] = verify_inside,
    [OP_barrier_arrive] = verify_barrier_arrive,
    [OP_barrier_wait] = verify_barrier_wait,
    [OP_tensor_load] = verify_tensor_load,

    [OP_memref_alloc] = alloc,
    [OP_memref_alloca] = alloc,
    [OP_memref_view] = view,
    [OP_memref_collapse_shape] = reshaping,
    [OP_memref_expand_shape] = reshaping,
    [OP_memref_get_global] = alloc,
    [OP_memref_global] = global,
    [OP_memref_load] = memory_access,
    [OP_memref_store] = memory_access,
    [OP_memref_atomic_rmw] = verify_atomic,
    [OP_memref_copy] = copy,

    [OP_vector_load] = memory_access,
    [OP_vector_store] = memory_access,
    [OP_vector_maskedload] = memory_access,
    [OP_vector_maskedstore] = memory_access,
    [OP_vector_gather] = memory_access,
    [OP_vector_scatter] = memory_access,
    [OP_vector_broadcast] = broadcast,
    [OP_vector_fma] = fused,
    [OP_vector_reduction] = reduction,
    [OP_vector_create_mask] = create_mask,
    [OP_vector_extract] = extract,
    [OP_vector_insert] = insert,
    [OP_vector_slice] = verify_fragment_slice,
    [OP_vector_shuffle] = shuffle,
    [OP_vector_step] = step,

    [OP_arith_constant] = constant,
    [OP_arith_addf] = floats,
    [OP_arith_subf] = floats,
    [OP_arith_mulf] = floats,
    [OP_arith_divf] = floats,
    [OP_arith_remf] = floats,
    [OP_arith_negf] = floats,
    [OP_arith_maximumf] = floats,
    [OP_arith_minimumf] = floats,
    [OP_arith_cmpf] = comparison,
    [OP_arith_addi] = integers,
    [OP_arith_subi] = integers,
    [OP_arith_muli] = integers,
    [OP_arith_divsi] = integers,
    [OP_arith_divui] = integers,
    [OP_arith_remsi] = integers,
    [OP_arith_remui] = integers,
    [OP_arith_andi] = integers,
    [OP_arith_ori] = integers,
    [OP_arith_xori] = integers,
    [OP_arith_shli] = integers,
    [OP_arith_shrsi] = integers,
    [OP_arith_shrui] = integers,
    [OP_arith_maxsi] = integers,
    [OP_arith_maxui] = integers,
    [OP_arith_minsi] = integers,
    [OP_arith_minui] = integers,
    [OP_arith_cmpi] = comparison,
    [OP_arith_select] = selection,
    [OP_arith_extf] = conversion,
    [OP_arith_truncf] = conversion,
    [OP_arith_sitofp] = conversion,
    [OP_arith_uitofp] = conversion,
    [OP_arith_fptosi] = conversion,
    [OP_arith_fptoui] = conversion,
    [OP_arith_extsi] = conversion,
    [OP_arith_extui] = conversion,
    [OP_arith_trunci] = conversion,
    [OP_arith_index_cast] = conversion,
    [OP_arith_index_castui] = conversion,
    [OP_arith_bitcast] = conversion,
    [OP_math_absf] = floats,
    [OP_math_absi] = integers,
    [OP_math_ceil] = floats,
    [OP_math_floor] = floats,
    [OP_math_round] = floats,
    [OP_math_roundeven] = floats,
    [OP_math_trunc] = floats,
    [OP_math_sqrt] = floats,
    [OP_math_ctpop] = integers,
    [OP_math_ctlz] = integers,
    [OP_math_copysign] = floats,
    [OP_math_fma] = fused,
    [OP_math_exp] = floats,
    [OP_math_expm1] = floats,
    [OP_math_log] = floats,
    [OP_math_log1p] = floats,
    [OP_math_sin] = floats,
    [OP_math_cos] = floats,
    [OP_math_tan] = floats,
    [OP_math_tanh] = floats,
    [OP_math_erf] = floats,
    [OP_math_cbrt] = floats,
    [OP_math_powf] = floats,
    [OP_math_atan2] = floats,
};

static bool signless(const Infer *f)
{
    for (uint32_t i = 0; i < f->op->operand_count; i++)
        if (has_sign(infer_in(f, i))) /* K2 */
            return infer_fail(f, "operand %u is not signless: %s", i,
                              infer_str(f, infer_in(f, i)));
    for (uint32_t i = 0; i < f->op->result_count; i++)
        if (has_sign(out(f, i))) /* K2 */
            return infer_fail(f, "result %u is not signless: %s", i,
                              infer_str(f, out(f, i)));
    return true;
}

bool verify_kernel(const Infer *f)
{
    return infer_counts(f) && signless(f) && rules[f->op->kind](f); /* K1, K2 */
}
