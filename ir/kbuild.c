#include "ir/kbuild.h"

#include "ir/forms.h"

#include <assert.h>
#include <string.h>

enum { MAX_OPERANDS = IR_MAX_RANK + 4 };

static IrContext *context(const IrBuilder *b) { return b->module->context; }

static IrNamedAttr named(const IrBuilder *b, const char *name, IrAttr value)
{
    return (IrNamedAttr){ir_name(context(b), name), value};
}

static IrValue *build1(IrBuilder *b, IrOpKind kind, size_t n, IrValue *const *in,
                       IrType type)
{
    return ir_result(ir_build(b, kind, n, in, 1, &type, 0, NULL), 0);
}

static IrValue *build1_attr(IrBuilder *b, IrOpKind kind, size_t n, IrValue *const *in,
                            IrType type, const char *name, IrAttr value)
{
    IrNamedAttr attr = named(b, name, value);
    return ir_result(ir_build(b, kind, n, in, 1, &type, 1, &attr), 0);
}

/* -------------------------------------------------------------------------- constants */

static IrValue *constant(IrBuilder *b, IrType type, IrAttr value)
{
    return build1_attr(b, OP_arith_constant, 0, NULL, type, "value", value);
}

IrValue *k_index(IrBuilder *b, int64_t value)
{
    return k_int(b, ir_index(context(b)), value);
}

IrValue *k_const(IrBuilder *b, IrType type, double value)
{
    if (type->kind == IR_VECTOR)
        return constant(b, type, ir_attr_splat(context(b), type, value));
    return constant(b, type, ir_attr_float(context(b), type, value));
}

IrValue *k_int(IrBuilder *b, IrType type, int64_t value)
{
    if (type->kind != IR_VECTOR)
        return constant(b, type, ir_attr_int(context(b), type, value));
    uint64_t bytes = 0;
    dtype_store_int(type->elem, &bytes, value);
    return constant(b, type, ir_attr_elements(context(b), type, &bytes, true));
}

bool k_index_value(const IrValue *v, int64_t *out)
{
    if (!ir_is(v, OP_arith_constant) || v->type->kind != IR_INDEX)
        return false;
    *out = ir_op_int(v->op, "value");
    return true;
}

/* ------------------------------------------------------------------------- arithmetic */

IrType k_type_like(IrContext *c, IrType like, Dtype elem)
{
    return like->kind == IR_VECTOR ? ir_vector(c, elem, like->dims[0])
                                   : ir_scalar(c, elem);
}

IrValue *k_unary(IrBuilder *b, IrOpKind kind, IrValue *x)
{
    return build1(b, kind, 1, &x, x->type);
}

IrValue *k_binary(IrBuilder *b, IrOpKind kind, IrValue *x, IrValue *y)
{
    assert(x->type == y->type);
    return build1(b, kind, 2, (IrValue *[]){x, y}, x->type);
}

static IrValue *compare(IrBuilder *b, IrOpKind kind, const char *predicate, IrValue *x,
                        IrValue *y)
{
    assert(x->type == y->type);
    IrContext *c = context(b);
    return build1_attr(b, kind, 2, (IrValue *[]){x, y}, k_type_like(c, x->type, DTYPE_i1),
                       "predicate", ir_attr_string(c, predicate));
}

IrValue *k_cmpi(IrBuilder *b, const char *predicate, IrValue *x, IrValue *y)
{
    return compare(b, OP_arith_cmpi, predicate, x, y);
}

IrValue *k_cmpf(IrBuilder *b, const char *predicate, IrValue *x, IrValue *y)
{
    return compare(b, OP_arith_cmpf, predicate, x, y);
}

IrValue *k_select(IrBuilder *b, IrValue *condition, IrValue *x, IrValue *y)
{
    assert(x->type == y->type);
    return build1(b, OP_arith_select, 3, (IrValue *[]){condition, x, y}, x->type);
}

IrValue *k_cast(IrBuilder *b, IrOpKind kind, IrValue *x, IrType to)
{
    return x->type == to ? x : build1(b, kind, 1, &x, to);
}

IrValue *k_fma(IrBuilder *b, IrValue *x, IrValue *y, IrValue *z)
{
    assert(x->type == y->type && y->type == z->type);
    IrOpKind kind = x->type->kind == IR_VECTOR ? OP_vector_fma : OP_math_fma;
    return build1(b, kind, 3, (IrValue *[]){x, y, z}, x->type);
}

IrValue *k_add_index(IrBuilder *b, IrValue *x, IrValue *y)
{
    int64_t u, v;
    bool cu = k_index_value(x, &u), cv = k_index_value(y, &v);
    if (cu && cv)
        return k_index(b, u + v);
    if (cu && u == 0)
        return y;
    if (cv && v == 0)
        return x;
    return k_binary(b, OP_arith_addi, x, y);
}

IrValue *k_sub_index(IrBuilder *b, IrValue *x, IrValue *y)
{
    int64_t u, v;
    bool cu = k_index_value(x, &u), cv = k_index_value(y, &v);
    if (cu && cv)
        return k_index(b, u - v);
    if (cv && v == 0)
        return x;
    return k_binary(b, OP_arith_subi, x, y);
}

IrValue *k_mul_index(IrBuilder *b, IrValue *x, IrValue *y)
{
    int64_t u, v;
    bool cu = k_index_value(x, &u), cv = k_index_value(y, &v);
    if (cu && cv)
        return k_index(b, u * v);
    if ((cu && u == 0) || (cv && v == 1))
        return x;
    if ((cv && v == 0) || (cu && u == 1))
        return y;
    return k_binary(b, OP_arith_muli, x, y);
}

IrValue *k_div_index(IrBuilder *b, IrValue *x, IrValue *y)
{
    int64_t u, v;
    bool cu = k_index_value(x, &u), cv = k_index_value(y, &v);
    if (cu && cv && v != 0)
        return k_index(b, u / v);
    if (cv && v == 1)
        return x;
    return k_binary(b, OP_arith_divui, x, y);
}

IrValue *k_rem_index(IrBuilder *b, IrValue *x, IrValue *y)
{
    int64_t u, v;
    bool cu = k_index_value(x, &u), cv = k_index_value(y, &v);
    if (cu && cv && v != 0)
        return k_index(b, u % v);
    if (cv && v == 1)
        return k_index(b, 0);
    return k_binary(b, OP_arith_remui, x, y);
}

IrValue *k_min_index(IrBuilder *b, IrValue *x, IrValue *y)
{
    int64_t u, v;
    if (k_index_value(x, &u) && k_index_value(y, &v))
        return u < v ? x : y;
    return k_binary(b, OP_arith_minsi, x, y);
}

/* ----------------------------------------------------------------------------- memory */

IrValue *k_alloc(IrBuilder *b, IrType memref)
{
    return build1(b, OP_memref_alloc, 0, NULL, memref);
}

IrValue *k_alloca(IrBuilder *b, IrType memref)
{
    return build1(b, OP_memref_alloca, 0, NULL, memref);
}

IrValue *k_view(IrBuilder *b, IrValue *arena, int64_t offset, IrType memref)
{
    return k_view_at(b, arena, k_index(b, offset), memref);
}

IrValue *k_view_at(IrBuilder *b, IrValue *arena, IrValue *offset, IrType memref)
{
    return build1(b, OP_memref_view, 2, (IrValue *[]){arena, offset}, memref);
}

IrValue *k_get_global(IrBuilder *b, const char *name, IrType memref)
{
    return build1_attr(b, OP_memref_get_global, 0, NULL, memref, "name",
                       ir_attr_symbol(context(b), name));
}

IrOp *k_global(IrModule *m, const char *name, IrType memref, IrAttr elements, IrLoc loc)
{
    IrContext *c = m->context;
    IrBlock *block = ir_module_block(m);
    IrBuilder b = ir_builder_at_end(m, block, loc);
    b.before = block->first;
    IrNamedAttr attrs[] = {
        named(&b, "sym_name", ir_attr_string(c, name)),
        named(&b, "type", ir_attr_type(c, memref)),
        named(&b, "initial_value", elements),
        named(&b, "sym_visibility", ir_attr_string(c, "private")),
        named(&b, "constant", ir_attr_unit(c)),
    };
    return ir_build(&b, OP_memref_global, 0, NULL, 0, NULL, sizeof attrs / sizeof *attrs,
                    attrs);
}

/* A buffer of rank 0 is not collapsed but expanded: its reassociation is empty. */
static IrValue *expand_scalar(IrBuilder *b, IrValue *memref, IrType flat)
{
    IrContext *c = context(b);
    IrNamedAttr attrs[] = {
        named(b, "reassociation", ir_attr_array(c, 0, NULL)),
        named(b, "static_output_shape", ir_attr_i64s(c, 1, (int64_t[]){1})),
    };
    return ir_result(ir_build(b, OP_memref_expand_shape, 1, &memref, 1, &flat, 2, attrs),
                     0);
}

IrValue *k_collapse(IrBuilder *b, IrValue *memref)
{
    IrContext *c = context(b);
    IrType t = memref->type;
    if (t->rank == 1)
        return memref;
    int64_t count = ir_elements(t), all[IR_MAX_RANK];
    IrType flat = ir_with_dims(c, t, 1, &count);
    if (t->rank == 0)
        return expand_scalar(b, memref, flat);
    for (int i = 0; i < t->rank; i++)
        all[i] = i;
    IrAttr group = ir_attr_i64s(c, (size_t)t->rank, all);
    return build1_attr(b, OP_memref_collapse_shape, 1, &memref, flat, "reassociation",
                       ir_attr_array(c, 1, &group));
}

IrOp *k_copy(IrBuilder *b, IrValue *source, IrValue *target)
{
    return ir_build(b, OP_memref_copy, 2, (IrValue *[]){source, target}, 0, NULL, 0,
                    NULL);
}

/* first..., memref, indices, rest...: the operands of every access. Absent ones are
 * NULL. */
static size_t operands(IrValue **in, IrValue *first, IrValue *memref, size_t n,
                       IrValue *const *idx, IrValue *const rest[3])
{
    assert(memref->type->kind == IR_MEMREF && (size_t)memref->type->rank == n);
    size_t count = 0;
    if (first)
        in[count++] = first;
    in[count++] = memref;
    for (size_t i = 0; i < n; i++)
        in[count++] = idx[i];
    for (int i = 0; i < 3 && rest[i]; i++)
        in[count++] = rest[i];
    return count;
}

static IrValue *read_memory(IrBuilder *b, IrOpKind kind, IrValue *memref, size_t n,
                            IrValue *const *idx, IrValue *const rest[3], IrType type)
{
    IrValue *in[MAX_OPERANDS];
    return build1(b, kind, operands(in, NULL, memref, n, idx, rest), in, type);
}

static IrOp *write_memory(IrBuilder *b, IrOpKind kind, IrValue *value, IrValue *memref,
                          size_t n, IrValue *const *idx, IrValue *const rest[3])
{
    IrValue *in[MAX_OPERANDS];
    return ir_build(b, kind, operands(in, value, memref, n, idx, rest), in, 0, NULL, 0,
                    NULL);
}

static IrValue *const none[3] = {NULL, NULL, NULL};

IrValue *k_load(IrBuilder *b, IrValue *memref, size_t n, IrValue *const *idx)
{
    return read_memory(b, OP_memref_load, memref, n, idx, none,
                       ir_scalar(context(b), memref->type->elem));
}

IrOp *k_store(IrBuilder *b, IrValue *value, IrValue *memref, size_t n,
              IrValue *const *idx)
{
    return write_memory(b, OP_memref_store, value, memref, n, idx, none);
}

/* ---------------------------------------------------------------------------- vectors */

IrValue *k_vload(IrBuilder *b, IrValue *memref, size_t n, IrValue *const *idx,
                 IrType vector)
{
    return read_memory(b, OP_vector_load, memref, n, idx, none, vector);
}

IrOp *k_vstore(IrBuilder *b, IrValue *value, IrValue *memref, size_t n,
               IrValue *const *idx)
{
    return write_memory(b, OP_vector_store, value, memref, n, idx, none);
}

IrValue *k_maskedload(IrBuilder *b, IrValue *memref, size_t n, IrValue *const *idx,
                      IrValue *mask, IrValue *pass)
{
    return read_memory(b, OP_vector_maskedload, memref, n, idx,
                       (IrValue *[]){mask, pass, NULL}, pass->type);
}

IrOp *k_maskedstore(IrBuilder *b, IrValue *value, IrValue *memref, size_t n,
                    IrValue *const *idx, IrValue *mask)
{
    return write_memory(b, OP_vector_maskedstore, NULL, memref, n, idx,
                        (IrValue *[]){mask, value, NULL});
}

IrValue *k_gather(IrBuilder *b, IrValue *memref, size_t n, IrValue *const *idx,
                  IrValue *lanes, IrValue *mask, IrValue *pass)
{
    return read_memory(b, OP_vector_gather, memref, n, idx,
                       (IrValue *[]){lanes, mask, pass}, pass->type);
}

IrOp *k_scatter(IrBuilder *b, IrValue *value, IrValue *memref, size_t n,
                IrValue *const *idx, IrValue *lanes, IrValue *mask)
{
    return write_memory(b, OP_vector_scatter, NULL, memref, n, idx,
                        (IrValue *[]){lanes, mask, value});
}

IrValue *k_broadcast(IrBuilder *b, IrValue *x, IrType vector)
{
    return x->type == vector ? x : build1(b, OP_vector_broadcast, 1, &x, vector);
}

IrValue *k_mask(IrBuilder *b, IrValue *n, IrType mask)
{
    return build1(b, OP_vector_create_mask, 1, &n, mask);
}

IrValue *k_reduction(IrBuilder *b, const char *kind, IrValue *vector)
{
    IrContext *c = context(b);
    return build1_attr(b, OP_vector_reduction, 1, &vector,
                       ir_scalar(c, vector->type->elem), "kind", ir_attr_string(c, kind));
}

IrValue *k_extract(IrBuilder *b, IrValue *vector, int64_t lane)
{
    IrContext *c = context(b);
    IrType type = vector->type->of_index ? ir_index(c) : ir_scalar(c, vector->type->elem);
    return build1_attr(b, OP_vector_extract, 1, &vector, type, "static_position",
                       ir_attr_i64s(c, 1, &lane));
}

IrValue *k_insert(IrBuilder *b, IrValue *scalar, IrValue *vector, int64_t lane)
{
    return build1_attr(b, OP_vector_insert, 2, (IrValue *[]){scalar, vector},
                       vector->type, "static_position",
                       ir_attr_i64s(context(b), 1, &lane));
}

IrValue *k_shuffle(IrBuilder *b, IrValue *x, IrValue *y, size_t lanes,
                   const int64_t *mask)
{
    IrContext *c = context(b);
    return build1_attr(b, OP_vector_shuffle, 2, (IrValue *[]){x, y},
                       ir_vector(c, x->type->elem, (int64_t)lanes), "mask",
                       ir_attr_i64s(c, lanes, mask));
}

IrValue *k_step(IrBuilder *b, int64_t lanes)
{
    return build1(b, OP_vector_step, 0, NULL, ir_index_vector(context(b), lanes));
}

/* ----------------------------------------------------------------------- control flow */

/* The block of op's region i, with arguments of the types of `like`; the builder goes
 * there. */
static IrBlock *enter(IrBuilder *b, IrOp *op, uint32_t i, size_t n, IrValue *const *like)
{
    IrBlock *block = ir_region_block(&op->regions[i]);
    for (size_t k = 0; k < n; k++)
        ir_block_add_arg(block, like[k]->type, b->loc);
    b->block = block;
    b->before = NULL;
    return block;
}

static void end_block(IrBuilder *b, IrOpKind terminator, size_t n, IrValue *const *values)
{
    ir_build(b, terminator, n, values, 0, NULL, 0, NULL);
}

static void leave(IrBuilder *b, IrOp *op)
{
    b->block = op->block;
    b->before = op->next;
}

IrValue *k_arg(const IrOp *op, uint32_t i) { return op->regions[0].block->args[i]; }

IrOp *k_for_begin(IrBuilder *b, IrValue *lo, IrValue *hi, IrValue *step, size_t n,
                  IrValue *const *inits)
{
    Arena *a = b->module->arena;
    IrValue **in = ARENA_ARRAY(a, IrValue *, 3 + n);
    IrType *types = ARENA_ARRAY(a, IrType, n);
    memcpy(in, (IrValue *[]){lo, hi, step}, 3 * sizeof *in);
    for (size_t i = 0; i < n; i++) {
        in[3 + i] = inits[i];
        types[i] = inits[i]->type;
    }
    IrOp *op = ir_build(b, OP_scf_for, 3 + n, in, n, types, 0, NULL);
    enter(b, op, 0, 1 + n, in + 2); /* the index has the step's type */
    return op;
}

void k_for_end(IrBuilder *b, IrOp *op, size_t n, IrValue *const *yields)
{
    end_block(b, OP_scf_yield, n, yields);
    leave(b, op);
}

IrOp *k_parallel_begin(IrBuilder *b, size_t dims, IrValue *const *lo, IrValue *const *hi,
                       IrValue *const *step)
{
    assert(dims <= IR_MAX_RANK);
    IrValue *in[3 * IR_MAX_RANK] = {0};
    for (size_t i = 0; i < dims; i++) {
        in[i] = lo[i];
        in[dims + i] = hi[i];
        in[2 * dims + i] = step[i];
    }
    IrOp *op = ir_build(b, OP_scf_parallel, 3 * dims, in, 0, NULL, 0, NULL);
    enter(b, op, 0, dims, lo);
    return op;
}

void k_parallel_end(IrBuilder *b, IrOp *op)
{
    end_block(b, OP_scf_reduce, 0, NULL);
    leave(b, op);
}

IrOp *k_if_begin(IrBuilder *b, IrValue *condition, size_t results, const IrType *types)
{
    IrOp *op = ir_build(b, OP_scf_if, 1, &condition, results, types, 0, NULL);
    enter(b, op, 0, 0, NULL);
    return op;
}

void k_if_else(IrBuilder *b, IrOp *op, size_t n, IrValue *const *yields)
{
    end_block(b, OP_scf_yield, n, yields);
    enter(b, op, 1, 0, NULL);
}

void k_if_end(IrBuilder *b, IrOp *op, size_t n, IrValue *const *yields)
{
    end_block(b, OP_scf_yield, n, yields);
    leave(b, op);
}

IrOp *k_while_begin(IrBuilder *b, size_t n, IrValue *const *inits, size_t results,
                    const IrType *types)
{
    IrOp *op = ir_build(b, OP_scf_while, n, inits, results, types, 0, NULL);
    enter(b, op, 0, n, inits);
    return op;
}

void k_while_do(IrBuilder *b, IrOp *op, IrValue *condition, size_t n,
                IrValue *const *args)
{
    IrValue **in = ARENA_ARRAY(b->module->arena, IrValue *, 1 + n);
    in[0] = condition;
    for (size_t i = 0; i < n; i++)
        in[1 + i] = args[i];
    end_block(b, OP_scf_condition, 1 + n, in);
    enter(b, op, 1, n, args);
}

IrValue *k_while_arg(const IrOp *op, uint32_t i) { return op->regions[1].block->args[i]; }

void k_while_end(IrBuilder *b, IrOp *op, size_t n, IrValue *const *yields)
{
    end_block(b, OP_scf_yield, n, yields);
    leave(b, op);
}

/* ------------------------------------------------------------------------------- GPUs */

/* The body's arguments, with names that a reader knows them by. */
static void add_launch_args(IrBuilder *b, IrOp *op, size_t n, const IrType *shared)
{
    static const char *const names[LAUNCH_INDICES] = {"bx", "by", "bz", "tx", "ty", "tz",
                                                      "gx", "gy", "gz", "sx", "sy", "sz"};
    IrBlock *block = ir_region_block(&op->regions[0]);
    for (size_t i = 0; i < LAUNCH_INDICES + n; i++) {
        bool index = i < LAUNCH_INDICES;
        IrType type = index ? ir_index(context(b)) : shared[i - LAUNCH_INDICES];
        IrValue *arg = ir_block_add_arg(block, type, b->loc);
        arg->hint = ir_name(context(b), index ? names[i] : "shared");
    }
}

IrOp *k_launch_begin(IrBuilder *b, const int64_t grid[3], const int64_t block[3],
                     size_t n, const IrType *shared)
{
    IrValue *sizes[LAUNCH_SIZES];
    for (int i = 0; i < LAUNCH_SIZES; i++)
        sizes[i] = k_index(b, i < 3 ? grid[i] : block[i - 3]);
    IrNamedAttr buffers =
        named(b, "workgroup_attributions", ir_attr_i64(context(b), (int64_t)n));
    IrOp *op = ir_build(b, OP_gpu_launch, LAUNCH_SIZES, sizes, 0, NULL, 1, &buffers);
    add_launch_args(b, op, n, shared);
    enter(b, op, 0, 0, NULL);
    return op;
}

void k_launch_end(IrBuilder *b, IrOp *op)
{
    end_block(b, OP_gpu_terminator, 0, NULL);
    leave(b, op);
}

int64_t k_launch_blocks(const IrOp *launch)
{
    int64_t blocks = 1, size;
    for (uint32_t i = 0; i < 3; i++)
        blocks *= k_index_value(ir_operand(launch, i), &size) ? size : 0;
    return blocks;
}

IrValue *k_block_id(const IrOp *launch, uint32_t dimension)
{
    return k_arg(launch, dimension);
}

IrValue *k_thread_id(const IrOp *launch, uint32_t dimension)
{
    return k_arg(launch, 3 + dimension);
}

IrValue *k_launch_shared(const IrOp *launch, uint32_t i)
{
    return k_arg(launch, LAUNCH_INDICES + i);
}

IrValue *k_launch_add_shared(IrBuilder *b, IrOp *launch, IrType shared)
{
    IrValue *buffer = ir_block_add_arg(launch->regions[0].block, shared, b->loc);
    int64_t count = (int64_t)buffer->index + 1 - LAUNCH_INDICES;
    buffer->hint = ir_name(context(b), "shared");
    ir_op_set_attr(launch, "workgroup_attributions", ir_attr_i64(context(b), count));
    return buffer;
}

IrOp *k_barrier(IrBuilder *b)
{
    return ir_build(b, OP_gpu_barrier, 0, NULL, 0, NULL, 0, NULL);
}

IrValue *k_atomic_next(IrBuilder *b, IrValue *memref, IrValue *at)
{
    IrType word = ir_scalar(context(b), DTYPE_i32);
    IrValue *in[] = {k_int(b, word, 1), memref, at};
    return build1_attr(b, OP_memref_atomic_rmw, 3, in, word, "kind",
                       ir_attr_string(context(b), "addi"));
}

IrValue *k_warp_shuffle(IrBuilder *b, const char *mode, IrValue *value, IrValue *offset,
                        IrValue *width)
{
    IrNamedAttr attr = named(b, "mode", ir_attr_enum(context(b), "shuffle_mode", mode));
    IrType types[] = {value->type, ir_scalar(context(b), DTYPE_i1)};
    IrValue *in[] = {value, offset, width};
    return ir_result(ir_build(b, OP_gpu_shuffle, 3, in, 2, types, 1, &attr), 0);
}

static size_t add_place(IrValue **in, size_t count, IrValue *memref, size_t n,
                        IrValue *const *at)
{
    assert((size_t)memref->type->rank == n);
    in[count++] = memref;
    for (size_t i = 0; i < n; i++)
        in[count++] = at[i];
    return count;
}

IrValue *k_async_copy(IrBuilder *b, const KCopy *copy)
{
    IrContext *c = context(b);
    IrValue *in[2 * IR_MAX_RANK + 3];
    size_t n = add_place(in, 0, copy->to, copy->to_rank, copy->to_at);
    n = add_place(in, n, copy->from, copy->from_rank, copy->from_at);
    if (copy->present)
        in[n++] = copy->present;
    IrNamedAttr attrs[] = {
        named(b, "dstElements", ir_attr_int(c, ir_index(c), copy->elements)),
        named(b, "bypassL1", ir_attr_unit(c)),
    };
    bool whole = copy->elements * (int64_t)dtype_bytes(copy->to->type->elem) == 16;
    IrType token = ir_token(c);
    return ir_result(ir_build(b, OP_async_copy, n, in, 1, &token, whole ? 2 : 1, attrs), 0);
}

IrValue *k_async_group(IrBuilder *b, size_t n, IrValue *const *copies)
{
    return build1(b, OP_async_group, n, copies, ir_token(context(b)));
}

void k_async_wait(IrBuilder *b, IrValue *group, int64_t left)
{
    IrContext *c = context(b);
    IrNamedAttr attr =
        named(b, "numGroups", ir_attr_int(c, ir_scalar(c, DTYPE_i32), left));
    ir_build(b, OP_async_wait, 1, &group, 0, NULL, 1, &attr);
}

static IrAttr int_list(IrBuilder *b, size_t n, const int64_t *ints)
{
    IrAttr items[3];
    for (size_t i = 0; i < n; i++)
        items[i] = ir_attr_i64(context(b), ints[i]);
    return ir_attr_array(context(b), n, items);
}

IrValue *k_load_matrix(IrBuilder *b, IrValue *memref, size_t n, IrValue *const *at,
                       int64_t count, bool turned)
{
    IrContext *c = context(b);
    IrValue *in[MAX_OPERANDS];
    IrNamedAttr attrs[] = {
        named(b, "numTiles", ir_attr_int(c, ir_scalar(c, DTYPE_i32), count)),
        named(b, "transpose", ir_attr_bool(c, turned)),
    };
    Dtype elem = memref->type->elem;
    IrType type = ir_fragment(c, elem, count, 4 / (int64_t)dtype_bytes(elem));
    return ir_result(ir_build(b, OP_ldmatrix, add_place(in, 0, memref, n, at), in, 1, &type,
                              2, attrs), 0);
}

IrValue *k_mma(IrBuilder *b, IrValue *x, IrValue *y, IrValue *sums)
{
    bool cut = x->type->elem == DTYPE_f32;
    IrNamedAttr attrs[] = {
        named(b, "mmaShape", int_list(b, 3, (int64_t[]){16, 8, cut ? 8 : 16})),
        named(b, "tf32Enabled", ir_attr_unit(context(b))),
    };
    return ir_result(ir_build(b, OP_mma_sync, 3, (IrValue *[]){x, y, sums}, 1, &sums->type,
                              cut ? 2 : 1, attrs), 0);
}

IrValue *k_fragment_words(IrBuilder *b, IrValue *fragment, int64_t first, int64_t count)
{
    IrNamedAttr attrs[] = {
        named(b, "offsets", int_list(b, 1, &first)),
        named(b, "sizes", int_list(b, 1, &count)),
        named(b, "strides", int_list(b, 1, (int64_t[]){1})),
    };
    IrType t = fragment->type;
    IrType type = ir_fragment(context(b), t->elem, count, t->dims[1]);
    return ir_result(ir_build(b, OP_vector_slice, 1, &fragment, 1, &type, 3, attrs), 0);
}

IrValue *k_fragment_row(IrBuilder *b, IrValue *fragment, int64_t row)
{
    IrContext *c = context(b);
    return build1_attr(b, OP_vector_extract, 1, &fragment,
                       ir_vector(c, fragment->type->elem, fragment->type->dims[1]),
                       "static_position", ir_attr_i64s(c, 1, &row));
}

IrValue *k_fragment_insert(IrBuilder *b, IrValue *scalar, IrValue *fragment, int64_t row)
{
    return build1_attr(b, OP_vector_insert, 2, (IrValue *[]){scalar, fragment},
                       fragment->type, "static_position",
                       ir_attr_i64s(context(b), 2, (int64_t[]){row, 0}));
}

IrValue *k_matrix(IrBuilder *b, IrValue *buffer, int64_t rows, int64_t columns)
{
    return build1(b, OP_matrix_cast, 1, &buffer,
                  ir_descriptor(context(b), buffer->type->elem, rows, columns));
}

IrValue *k_warpgroup_zero(IrBuilder *b, int64_t columns)
{
    return build1(b, OP_warpgroup_zero, 0, NULL, ir_accumulator(context(b), 64, columns));
}

static IrAttr count(IrBuilder *b, int64_t n)
{
    return ir_attr_int(context(b), ir_scalar(context(b), DTYPE_i32), n);
}

IrValue *k_warpgroup_mma(IrBuilder *b, IrValue *x, IrValue *y, IrValue *sums, bool x_by_k,
                         bool y_by_k, int64_t left)
{
    IrNamedAttr attrs[3] = {named(b, "waitGroup", count(b, left))};
    size_t n = 1;
    if (x_by_k)
        attrs[n++] = named(b, "transposeA", ir_attr_unit(context(b)));
    if (y_by_k)
        attrs[n++] = named(b, "transposeB", ir_attr_unit(context(b)));
    return ir_result(ir_build(b, OP_warpgroup_mma, 3, (IrValue *[]){x, y, sums}, 1,
                              &sums->type, n, attrs), 0);
}

void k_warpgroup_wait(IrBuilder *b, int64_t left)
{
    IrNamedAttr attr = named(b, "group", count(b, left));
    ir_build(b, OP_warpgroup_wait, 0, NULL, 0, NULL, 1, &attr);
}

void k_fence_proxy(IrBuilder *b)
{
    IrNamedAttr attrs[] = {
        named(b, "kind", ir_attr_enum(context(b), "nvvm.proxy_kind", "async.shared")),
        named(b, "space", ir_attr_enum(context(b), "nvvm.shared_space", "cta")),
    };
    ir_build(b, OP_fence_proxy, 0, NULL, 0, NULL, 2, attrs);
}

/* A buffer of one dimension as lines. */
static IrValue *lines_of(IrBuilder *b, IrValue *flat, int64_t lines)
{
    IrContext *c = context(b);
    int64_t dims[] = {lines, flat->type->dims[0] / lines};
    IrType type = ir_with_dims(c, flat->type, 2, dims);
    IrAttr group = ir_attr_i64s(c, 2, (int64_t[]){0, 1});
    IrNamedAttr attrs[] = {
        named(b, "reassociation", ir_attr_array(c, 1, &group)),
        named(b, "static_output_shape", ir_attr_i64s(c, 2, dims)),
    };
    return ir_result(ir_build(b, OP_memref_expand_shape, 1, &flat, 1, &type, 2, attrs), 0);
}

IrValue *k_tensor_map(IrBuilder *b, IrValue *memref, int64_t lines, int64_t rows,
                      int64_t columns)
{
    IrContext *c = context(b);
    Dtype elem = memref->type->elem;
    IrValue *matrix = lines_of(b, k_collapse(b, memref), lines);
    IrValue *any = build1(b, OP_memref_cast, 1, &matrix, ir_unranked(c, elem));
    return build1(b, OP_tensor_map, 3,
                  (IrValue *[]){any, k_index(b, rows), k_index(b, columns)},
                  ir_tensor_map(c, elem, rows, columns));
}

IrValue *k_barriers(IrBuilder *b, int64_t count)
{
    return build1(b, OP_barriers, 0, NULL, ir_barriers(context(b), count));
}

void k_barrier_init(IrBuilder *b, IrValue *barriers, IrValue *which, int64_t arrivals)
{
    ir_build(b, OP_barrier_init, 3, (IrValue *[]){barriers, k_index(b, arrivals), which}, 0,
             NULL, 0, NULL);
}

void k_barrier_fence(IrBuilder *b) { ir_build(b, OP_barrier_fence, 0, NULL, 0, NULL, 0, NULL); }

void k_barrier_arrive(IrBuilder *b, IrValue *barriers, IrValue *which, int64_t bytes)
{
    ir_build(b, OP_barrier_arrive, 3, (IrValue *[]){barriers, k_index(b, bytes), which}, 0,
             NULL, 0, NULL);
}

/* What is asked for again after so many ticks means nothing here: who waits goes on asking. */
void k_barrier_wait(IrBuilder *b, IrValue *barriers, IrValue *which, IrValue *parity)
{
    enum { TICKS = 10000000 };
    ir_build(b, OP_barrier_wait, 4, (IrValue *[]){barriers, parity, k_index(b, TICKS), which},
             0, NULL, 0, NULL);
}

/* Coordinates begin with the dimension whose elements are neighbours. */
void k_tensor_load(IrBuilder *b, IrValue *map, IrValue *row, IrValue *column, IrValue *to,
                   IrValue *barriers, IrValue *which)
{
    ir_build(b, OP_tensor_load, 6, (IrValue *[]){to, barriers, map, column, row, which}, 0, NULL,
             0, NULL);
}

void k_fragments(IrBuilder *b, IrValue *sums, IrValue **out)
{
    IrType types[32] = {0};
    size_t n = (size_t)sums->type->dims[1] / 8;
    assert(n <= sizeof types / sizeof *types);
    for (size_t i = 0; i < n; i++)
        types[i] = ir_fragment(context(b), DTYPE_f32, 2, 2);
    IrOp *op = ir_build(b, OP_matrix_cast, 1, &sums, n, types, 0, NULL);
    for (size_t i = 0; i < n; i++)
        out[i] = ir_result(op, (uint32_t)i);
}
