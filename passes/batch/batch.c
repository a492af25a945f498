/* Kernels of a GPU that need not wait for each other share a launch: a step of a small
 * net takes as long as its launches are many, and most of them are a few blocks.
 *
 *     call @product.7(%dy, %w, %dx)          call @batch.0(%dy, %w, %dy, %dx, %part)
 *     call @sum.6(%dy, %b, %new, %part)  ->  call @batch.1(%dx, %w0, %b, %dx0, %new, %part)
 *     call @product.10(%dx, %w0, %dx0)
 *
 * Each launch is taken by itself: the second one of a sum may go with others than the
 * first. In program order each joins the first batch behind all that it needs (what it
 * reads was written, and nobody reads a donated argument any more that it overwrites) if
 * the two fit, or begins one. It moves few places only, so that buffers live about as
 * long as before.
 *
 * Needs: kernels and host programs.  Keeps: what each kernel computes, bit for bit;
 * places. Which argument a result may overwrite is said by descent.member: one of the
 * same member. */
#include "passes/batch/batch.h"

#include <string.h>

enum {
    REACH = 8, /* batches that a launch may go ahead */
    WAVES = 8  /* a launch that fills the GPU more often gains nothing */
};

typedef struct Unit { /* a launch of a call */
    IrOp *call;
    Launch *launch; /* NULL: a kernel without one */
} Unit;

typedef struct Batch {
    Unit *units;
    size_t count, room;
    uint32_t arguments;
} Batch;

typedef struct Kernels { /* by id of the function: its launches */
    Launch **launches;
    size_t *count;
    bool *known;
} Kernels;

typedef struct Made { /* a kernel that was made, and of what */
    Launch **members;
    size_t count;
    IrOp *func;
} Made;

typedef struct Program {
    IrModule *m;
    const IrTarget *target;
    Arena *arena;
    IrSymbols symbols;
    Kernels kernels;
    Made *made;
    size_t made_count, made_room;
    IrMap map;
    IrOp *host;
    Batch *batches;
    size_t count, room;
    size_t *written,
        *read;            /* by value id: behind which batch, 1 for the first; 0: none */
    IrValue **overwrites; /* by value id of a buffer: the argument that it is copied to */
} Program;

/* ----------------------------------------------------------------- what fits together */

/* Threads that the GPU can hold at once. */
static int64_t capacity(const Program *p)
{
    return 2 * (int64_t)p->target->threads * p->target->processors;
}

static int64_t all_threads(const Launch *l) { return l->blocks * l->threads; }

/* Blocks of one launch have the registers of the greediest, so a light one that fills the
 * GPU would run with fewer threads beside a heavy one, whose threads meet. */
static bool is_too_light(const Program *p, const Launch *l, const Launch *other)
{
    return !l->meets && other->meets && all_threads(l) > capacity(p);
}

static bool is_mergeable(const Program *p, const Launch *l)
{
    return l && !l->alone && all_threads(l) <= WAVES * capacity(p);
}

static bool may_join(const Program *p, const Batch *b, Launch *l)
{
    if (!is_mergeable(p, l) || b->arguments + l->use_count > BATCH_ARGUMENTS)
        return false;
    Launch **members = ARENA_ARRAY(p->arena, Launch *, b->count + 1);
    int64_t shared = l->shared_bytes;
    for (size_t i = 0; i < b->count; i++) {
        members[i] = b->units[i].launch;
        if (!is_mergeable(p, members[i]) || is_too_light(p, l, members[i]) ||
            is_too_light(p, members[i], l))
            return false;
        shared += members[i]->shared_bytes;
    }
    members[b->count] = l;
    return shared <= BATCH_SHARED_BYTES &&
           batch_width(members, b->count + 1, p->target->warp);
}

/* -------------------------------------------------------------------------- the order */

static void later(size_t *bound, size_t other)
{
    *bound = other > *bound ? other : *bound;
}

static bool is_used(const Unit *u, uint32_t i)
{
    return !u->launch || u->launch->uses[i];
}

/* The number of batches that must be over before the unit. */
static size_t must_follow(const Program *p, const Unit *u, const IrOp *kernel)
{
    size_t bound = 0;
    for (uint32_t i = 0; i < u->call->operand_count; i++) {
        const IrValue *v = ir_operand(u->call, i);
        if (!is_used(u, i))
            continue;
        later(&bound, p->written[v->id]);
        if (batch_arg_kind(kernel, i) == ARG_READ)
            continue;
        later(&bound, p->read[v->id]);
        if (p->overwrites[v->id])
            later(&bound, p->read[p->overwrites[v->id]->id]);
    }
    return bound;
}

static void note(Program *p, const Unit *u, const IrOp *kernel, size_t batch)
{
    for (uint32_t i = 0; i < u->call->operand_count; i++) {
        const IrValue *v = ir_operand(u->call, i);
        if (is_used(u, i))
            later(&(batch_arg_kind(kernel, i) == ARG_READ ? p->read : p->written)[v->id],
                  batch + 1);
    }
}

static void add_unit(Program *p, Unit u, const IrOp *kernel)
{
    size_t at = must_follow(p, &u, kernel);
    if (p->count > REACH && at < p->count - REACH)
        at = p->count - REACH;
    while (at < p->count && !may_join(p, &p->batches[at], u.launch))
        at++;
    if (at == p->count)
        ARENA_PUSH(p->arena, p->batches, p->count, p->room, ((Batch){0}));
    Batch *b = &p->batches[at];
    ARENA_PUSH(p->arena, b->units, b->count, b->room, u);
    b->arguments += u.launch ? u.launch->use_count : 0;
    note(p, &u, kernel, at);
}

static void add_call(Program *p, IrOp *call)
{
    IrOp *kernel = ir_symbols_callee(&p->symbols, call);
    Kernels *k = &p->kernels;
    if (!k->known[kernel->id])
        k->launches[kernel->id] = batch_launches(kernel, p->arena, &k->count[kernel->id]);
    k->known[kernel->id] = true;
    for (size_t i = 0; i < k->count[kernel->id]; i++)
        add_unit(p, (Unit){call, &k->launches[kernel->id][i]}, kernel);
    if (!k->count[kernel->id])
        add_unit(p, (Unit){call, NULL}, kernel);
}

/* -------------------------------------------------------------------------- the calls */

/* A batch of the same launches is the same kernel. */
static IrOp *kernel_of(Program *p, Launch **members, size_t count)
{
    for (size_t i = 0; i < p->made_count; i++)
        if (p->made[i].count == count &&
            !memcmp(p->made[i].members, members, count * sizeof *members))
            return p->made[i].func;
    IrName stem = count == 1 ? ir_func_name(members[0]->kernel)
                             : ir_namef(p->m->context, "%s.batch", ir_func_name(p->host));
    IrName name = ir_module_fresh(p->m, stem);
    int64_t width = batch_width(members, count, p->target->warp);
    Made made = {members, count,
                 batch_kernel(p->m, name, members, count, width, &p->map)};
    ARENA_PUSH(p->arena, p->made, p->made_count, p->made_room, made);
    return made.func;
}

static void call_batch(Program *p, const Batch *b, IrOp *before)
{
    IrContext *c = p->m->context;
    Launch **members = ARENA_ARRAY(p->arena, Launch *, b->count);
    IrLoc *places = ARENA_ARRAY(p->arena, IrLoc, b->count);
    for (size_t i = 0; i < b->count; i++) {
        members[i] = b->units[i].launch;
        places[i] = b->units[i].call->loc;
    }
    uint32_t count;
    BatchArg *args = batch_args(members, b->count, p->arena, &count);
    IrValue **operands = ARENA_ARRAY(p->arena, IrValue *, count);
    for (uint32_t i = 0; i < count; i++)
        operands[i] = ir_operand(b->units[args[i].member].call, args[i].index);
    IrOp *kernel = kernel_of(p, members, b->count);
    IrNamedAttr callee = {ir_name(c, "callee"), ir_attr_symbol(c, ir_func_name(kernel))};
    IrBuilder builder = ir_builder_before(before);
    builder.loc = ir_loc_fused(c, b->count, places);
    ir_build(&builder, OP_call, count, operands, 0, NULL, 1, &callee);
}

/* Whether a batch is a call as it was. */
static bool is_whole(const Program *p, const Batch *b)
{
    const Launch *l = b->units[0].launch;
    return b->count == 1 && (!l || p->kernels.count[l->kernel->id] == 1);
}

/* --------------------------------------------------------------------- a host program */

/* Behind the calls, results are copied to the arguments that they overwrite. */
static void find_overwritten(Program *p, const IrOp *end)
{
    for (const IrOp *op = end; op; op = op->next)
        if (op->kind == OP_memref_copy)
            p->overwrites[ir_operand(op, 0)->id] = ir_operand(op, 1);
}

static IrOp *last_call(const IrOp *host)
{
    IrOp *op = ir_func_block(host)->last;
    while (op && op->kind != OP_call)
        op = op->prev;
    return op;
}

static void batch_host(Program *p)
{
    IrOp *last = last_call(p->host);
    if (!last)
        return;
    IrOp *end = last->next, **calls = NULL;
    size_t count = 0, room = 0;
    p->batches = NULL;
    p->count = p->room = 0;
    find_overwritten(p, end);
    for (IrOp *op = ir_func_block(p->host)->first; op != end; op = op->next)
        if (op->kind == OP_call) {
            add_call(p, op);
            ARENA_PUSH(p->arena, calls, count, room, op);
        }
    for (size_t i = 0; i < count; i++)
        ir_op_unlink(calls[i]);
    for (size_t i = 0; i < p->count; i++)
        if (is_whole(p, &p->batches[i]))
            ir_op_insert_before(p->batches[i].units[0].call, end);
        else
            call_batch(p, &p->batches[i], end);
    for (size_t i = 0; i < count; i++)
        if (!calls[i]->block)
            ir_op_erase(calls[i]);
}

PassResult pass_batch(IrModule *m, PassContext *c)
{
    if (!c->target->threads)
        return PASS_UNCHANGED;
    Arena *arena = arena_open();
    Program p = {
        .m = m, .target = c->target, .arena = arena, .symbols = ir_symbols(m, arena)};
    p.map.arena = arena;
    p.kernels.launches = ARENA_ARRAY(arena, Launch *, m->op_count);
    p.kernels.count = ARENA_ARRAY(arena, size_t, m->op_count);
    p.kernels.known = ARENA_ARRAY(arena, bool, m->op_count);
    p.written = ARENA_ARRAY(arena, size_t, m->value_count);
    p.read = ARENA_ARRAY(arena, size_t, m->value_count);
    p.overwrites = ARENA_ARRAY(arena, IrValue *, m->value_count);
    IrOp *end = ir_module_block(m)->last;
    for (IrOp *f = ir_module_block(m)->first; f; f = f == end ? NULL : f->next) {
        p.host = f;
        if (f->kind == OP_func && ir_op_attr(f, "descent.entry"))
            batch_host(&p);
    }
    arena_close(arena);
    return PASS_CHANGED;
}
