/* Plans memory: every buffer of a host program gets its place in one arena, or in the memory of an
 * argument or result, and copies that this makes needless go.
 *
 *     %0 = memref.alloc : memref<64x500xf32>           %0 = memref.view %arena[%c0]
 *     %1 = memref.alloc : memref<64x500xf32>    ->     call @loop.0(%x, %0)
 *     call @loop.0(%x, %0)                             call @loop.1(%0, %out)
 *     call @loop.1(%0, %1)                             return
 *     memref.copy %1, %out
 *
 * A buffer lives from the first op that names it to the last. Three steps: results are written where
 * they are wanted (a donated argument only if nobody reads its old value later); a result of an
 * elementwise kernel takes over the memory of an argument that ends there; the rest is placed by
 * size, largest first, at the lowest offset that is free in its whole life.
 * Needs: host programs of pass_lower.  Keeps: the order of calls.  Sets: descent.arena_bytes; and
 * descent.failure, if there are custom calls: the offset of the buffer in which they say that they
 * failed, which lives throughout.
 *
 * Numbers that the blocks of a GPU count up (descent.counter) are 0 whenever no kernel runs, so no
 * arena can hold them, which other programs use in turn: they are a memref.global of the module,
 * and one that is no constant. */
#include "ir/build.h"
#include "ir/kbuild.h"
#include "passes/pass.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64 };

typedef struct Buffer {
    IrValue *value;         /* of the memref.alloc */
    int64_t first, last;    /* positions of the ops that name it */
    int64_t bytes, offset;
    int32_t shares;         /* lives in this buffer's memory; -1: in its own */
} Buffer;

/* The memory of all counters of a module, 0 whenever no kernel runs. */
typedef struct Counters {
    IrOp *global;           /* NULL: there are none */
    int64_t bytes;          /* of those that have their place */
} Counters;

typedef struct Plan {
    IrModule *m;
    IrOp *func;
    Arena *arena;
    const IrSymbols *kernels;
    Buffer *buffers;
    size_t count, room;
    int64_t *position;      /* by op id */
    int32_t *buffer_of;     /* by value id, -1: none */
} Plan;

/* ---------------------------------------------------------------------------- what a call does */

static uint32_t argument_count(const IrOp *kernel)
{
    uint32_t n = 0;
    IrType t = ir_func_type(kernel);
    while (n < t->input_count && !ir_func_arg_attr(kernel, n, "descent.result") &&
           !ir_func_arg_attr(kernel, n, "descent.workspace"))
        n++;
    return n;
}

/* Whether operand i of the op is read (else only written). */
static bool reads(const Plan *p, const IrOp *op, uint32_t i)
{
    if (op->kind == OP_memref_copy)
        return i == 0;
    return i < argument_count(ir_symbols_callee(p->kernels, op));
}

/* Whether operand i is read where result `out` is written at the same moment. Of a kernel that
 * does what several did, that is so of arguments and results of the same one. */
static bool reads_in_place(const Plan *p, const IrOp *op, uint32_t i, uint32_t out)
{
    if (op->kind != OP_call)
        return false;
    const IrOp *kernel = ir_symbols_callee(p->kernels, op);
    return ir_func_arg_attr(kernel, i, "descent.elementwise") &&
           ir_func_arg_attr(kernel, i, "descent.member") ==
               ir_func_arg_attr(kernel, out, "descent.member");
}

static int64_t position(const Plan *p, const IrOp *op)
{
    return p->position[op->id];
}

/* -------------------------------------------------------------- results written where wanted */

/* The op that first writes a buffer. */
static IrOp *writer(const Plan *p, const IrValue *v)
{
    IrOp *first = NULL;
    for (const IrUse *u = v->uses; u; u = u->next)
        if (!first || position(p, u->op) < position(p, first))
            first = u->op;
    return first;
}

/* Whether `by`, whose operand `out` is a result, is the last to need the old value of `target`. */
static bool free_from(const Plan *p, const IrValue *target, const IrOp *by, uint32_t out,
                      const IrOp *copy)
{
    for (const IrUse *u = target->uses; u; u = u->next) {
        if (u->op == copy)
            continue;
        if (position(p, u->op) > position(p, by))
            return false;
        if (u->op == by && !(reads(p, by, u->index) && reads_in_place(p, by, u->index, out)))
            return false;
    }
    return true;
}

/* The only operand of the op that is v; -1 if there are several. */
static int32_t only_use(const IrValue *v, const IrOp *op)
{
    int32_t at = -1;
    for (const IrUse *u = v->uses; u; u = u->next) {
        if (u->op == op && at >= 0)
            return -1;
        if (u->op == op)
            at = (int32_t)u->index;
    }
    return at;
}

/* memref.copy %alloc, %target: the alloc becomes the target. */
static void write_in_place(Plan *p, IrOp *copy)
{
    IrValue *source = ir_operand(copy, 0), *target = ir_operand(copy, 1);
    if (!ir_is(source, OP_memref_alloc) || source->type != target->type)
        return;
    IrOp *by = writer(p, source);
    int32_t out = only_use(source, by);
    if (by == copy || by->kind != OP_call || out < 0 ||
        !free_from(p, target, by, (uint32_t)out, copy))
        return;
    IrOp *alloc = source->op;
    ir_op_erase(copy);
    ir_replace_uses(source, target);
    ir_op_erase(alloc);
}

static void place_results(Plan *p)
{
    for (IrOp *op = ir_func_block(p->func)->first, *next; op; op = next) {
        next = op->next;
        if (op->kind == OP_memref_copy)
            write_in_place(p, op);
    }
}

/* --------------------------------------------------------------------------------------- lives */

static int64_t align_up(int64_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static bool is_counter(const IrOp *op)
{
    return op->kind == OP_memref_alloc && ir_op_attr(op, "descent.counter");
}

static void find_buffers(Plan *p)
{
    for (IrOp *op = ir_func_block(p->func)->first; op; op = op->next) {
        if (op->kind != OP_memref_alloc || is_counter(op))
            continue;
        IrValue *v = ir_result(op, 0);
        Buffer b = {.value = v, .first = INT64_MAX, .last = -1, .bytes = align_up(ir_bytes(v->type)),
                    .shares = -1};
        for (const IrUse *u = v->uses; u; u = u->next) {
            int64_t at = position(p, u->op);
            b.first = at < b.first ? at : b.first;
            b.last = at > b.last ? at : b.last;
        }
        if (ir_op_attr(op, "descent.failure")) {
            b.first = 0;                    /* it is set before and read after the program */
            b.last = INT64_MAX;
        }
        p->buffer_of[v->id] = (int32_t)p->count;
        ARENA_PUSH(p->arena, p->buffers, p->count, p->room, b);
    }
}

static Buffer *root(Plan *p, Buffer *b)
{
    while (b->shares >= 0)
        b = &p->buffers[b->shares];
    return b;
}

/* Operand `result` of a call takes the memory of an argument that ends there. */
static void share(Plan *p, IrOp *call, uint32_t result, bool *taken)
{
    IrValue *out = ir_operand(call, result);
    Buffer *b = &p->buffers[p->buffer_of[out->id]];
    for (uint32_t i = 0; i < call->operand_count; i++) {
        IrValue *in = ir_operand(call, i);
        int32_t k = p->buffer_of[in->id];
        if (taken[i] || k < 0 || !reads(p, call, i) || !reads_in_place(p, call, i, result) ||
            only_use(in, call) < 0)
            continue;
        Buffer *a = root(p, &p->buffers[k]);
        if (a->last != position(p, call) || ir_bytes(in->type) != ir_bytes(out->type) ||
            dtype_bytes(in->type->elem) != dtype_bytes(out->type->elem))
            continue;                       /* element i must lie where element i lay */
        a->last = b->last;
        b->shares = (int32_t)(a - p->buffers);
        taken[i] = true;
        return;
    }
}

static void share_buffers(Plan *p)
{
    for (IrOp *op = ir_func_block(p->func)->first; op; op = op->next) {
        if (op->kind != OP_call)
            continue;
        bool *taken = ARENA_ARRAY(p->arena, bool, op->operand_count);
        const IrOp *kernel = ir_symbols_callee(p->kernels, op);
        for (uint32_t i = 0; i < op->operand_count; i++) {
            int32_t k = p->buffer_of[ir_operand(op, i)->id];
            if (k >= 0 && ir_func_arg_attr(kernel, i, "descent.result") &&
                p->buffers[k].first == position(p, op))
                share(p, op, i, taken);
        }
    }
}

/* ------------------------------------------------------------------------------------- placing */

static int by_size(const void *a, const void *b)
{
    const Buffer *x = *(Buffer *const *)a, *y = *(Buffer *const *)b;
    if (x->bytes != y->bytes)
        return x->bytes > y->bytes ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

static bool lives_overlap(const Buffer *a, const Buffer *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* Gives every buffer that owns memory an offset; returns the arena's size. */
static int64_t place(Plan *p)
{
    Buffer **order = ARENA_ARRAY(p->arena, Buffer *, p->count);
    Buffer **placed = ARENA_ARRAY(p->arena, Buffer *, p->count);
    size_t n = 0, done = 0;
    int64_t total = 0;
    for (size_t i = 0; i < p->count; i++)
        if (p->buffers[i].shares < 0)
            order[n++] = &p->buffers[i];
    if (n)
        qsort(order, n, sizeof *order, by_size);
    for (size_t i = 0; i < n; i++) {
        Buffer *b = order[i];
        for (size_t k = 0; k < done; k++)                   /* placed is sorted by offset */
            if (lives_overlap(b, placed[k]) && placed[k]->offset < b->offset + b->bytes &&
                b->offset < placed[k]->offset + placed[k]->bytes)
                b->offset = placed[k]->offset + placed[k]->bytes;
        size_t at = done++;
        for (; at && placed[at - 1]->offset > b->offset; at--)
            placed[at] = placed[at - 1];
        placed[at] = b;
        if (b->offset + b->bytes > total)
            total = b->offset + b->bytes;
    }
    return total;
}

static void replace_allocs(Plan *p, int64_t total)
{
    IrContext *c = p->m->context;
    IrBlock *block = ir_func_block(p->func);
    IrType old = ir_func_type(p->func), arena = ir_memref(c, DTYPE_i8, 1, &total);
    IrType *inputs = arena_copy(p->arena, old->inputs, old->input_count * sizeof *inputs);
    inputs[0] = arena;
    ir_func_set_type(p->func, ir_function(c, old->input_count, inputs, 0, NULL));
    block->args[0]->type = arena;
    for (size_t i = 0; i < p->count; i++) {
        IrOp *alloc = p->buffers[i].value->op;
        IrBuilder b = ir_builder_before(alloc);
        int64_t offset = root(p, &p->buffers[i])->offset;
        if (ir_op_attr(alloc, "descent.failure"))
            ir_op_set_attr(p->func, "descent.failure", ir_attr_i64(c, offset));
        ir_replace_uses(ir_result(alloc, 0), k_view(&b, block->args[0], offset, alloc->results[0].type));
        ir_op_erase(alloc);
    }
    ir_op_set_attr(p->func, "descent.arena_bytes", ir_attr_i64(c, total));
}

static void number_ops(Plan *p)
{
    int64_t n = 0;
    p->position = ARENA_ARRAY(p->arena, int64_t, p->m->op_count);
    for (IrOp *op = ir_func_block(p->func)->first; op; op = op->next)
        p->position[op->id] = n++;
}

/* ------------------------------------------------------------------------------------ counters */

static bool is_host(const IrOp *op)
{
    return op->kind == OP_func && ir_op_attr(op, "descent.entry");
}

static int64_t counter_bytes(const IrOp *func)
{
    int64_t bytes = 0;
    for (const IrOp *op = ir_func_block(func)->first; op; op = op->next)
        bytes += is_counter(op) ? ir_bytes(op->results[0].type) : 0;
    return bytes;
}

static Counters counters_open(IrModule *m)
{
    int64_t bytes = 0;
    for (const IrOp *op = ir_module_block(m)->first; op; op = op->next)
        bytes += is_host(op) ? counter_bytes(op) : 0;
    if (!bytes)
        return (Counters){0};
    IrContext *c = m->context;
    IrAttr zeros = ir_attr_splat(c, ir_tensor(c, DTYPE_i8, 1, &bytes), 0);
    IrOp *global = k_global(m, ir_module_fresh(m, "counters"),
                            ir_memref(c, DTYPE_i8, 1, &bytes), zeros, ir_loc_unknown(c));
    ir_op_set_attr(global, "constant", NULL);
    return (Counters){.global = global};
}

/* Each buffer of counters has a place of its own: kernels of one launch count at once. */
static void place_counters(Counters *counters, IrOp *func)
{
    IrValue *all = NULL;
    for (IrOp *op = ir_func_block(func)->first, *next; op; op = next) {
        next = op->next;
        if (!is_counter(op))
            continue;
        IrBuilder b = ir_builder_before(op);
        if (!all)
            all = k_get_global(&b, ir_op_string(counters->global, "sym_name"),
                               ir_op_attr(counters->global, "type")->type);
        ir_replace_uses(ir_result(op, 0),
                        k_view(&b, all, counters->bytes, op->results[0].type));
        counters->bytes += ir_bytes(op->results[0].type);
        ir_op_erase(op);
    }
}

/* ------------------------------------------------------------------------------------- the pass */

static void plan_function(IrModule *m, const IrSymbols *kernels, IrOp *func)
{
    Plan p = {.m = m, .func = func, .arena = arena_open(), .kernels = kernels};
    p.buffer_of = ARENA_ARRAY(p.arena, int32_t, m->value_count);
    memset(p.buffer_of, -1, m->value_count * sizeof *p.buffer_of);
    number_ops(&p);
    place_results(&p);
    find_buffers(&p);
    share_buffers(&p);
    replace_allocs(&p, place(&p));
    arena_close(p.arena);
}

PassResult pass_plan(IrModule *m, PassContext *c)
{
    (void)c;
    Arena *arena = arena_open();
    IrSymbols kernels = ir_symbols(m, arena);
    Counters counters = counters_open(m);
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (is_host(op)) {
            plan_function(m, &kernels, op);
            place_counters(&counters, op);
        }
    arena_close(arena);
    return PASS_CHANGED;
}
