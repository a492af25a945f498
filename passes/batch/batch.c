/* Kernels of a GPU that need not wait for each other share a launch: a step of a small
 * net takes as long as its launches are many, and most of them are a few blocks.
 *
 *     call @product.7(%dy, %w, %dx)        call @batch.0(%dy, %w, %dy, %dx, %part)
 *     call @sum.6(%dy, %b, %new, %part) -> call @batch.1(%dx, %w0, %b, %dx0, %new, %part)
 *     call @product.10(%dx, %w0, %dx0)
 *
 * Each launch is taken by itself: the second one of a sum may go with others than the
 * first. In which order they go, and which of them go together, is found in order.c.
 *
 * Needs: kernels and host programs.  Keeps: what each kernel computes, bit for bit;
 * places. Which argument a result may overwrite is said by descent.member: one of the
 * same member. */
#include "passes/batch/batch.h"

#include <string.h>

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
    size_t named; /* batches of the host that got a name */
    Unit *units;
    size_t count, room;
} Program;

/* -------------------------------------------------------------------------- the units */

static void add_unit(Program *p, Unit u)
{
    ARENA_PUSH(p->arena, p->units, p->count, p->room, u);
}

static void add_call(Program *p, IrOp *call)
{
    IrOp *kernel = ir_symbols_callee(&p->symbols, call);
    Kernels *k = &p->kernels;
    if (!k->known[kernel->id])
        k->launches[kernel->id] = batch_launches(kernel, p->arena, &k->count[kernel->id]);
    k->known[kernel->id] = true;
    for (size_t i = 0; i < k->count[kernel->id]; i++)
        add_unit(p, (Unit){.call = call,
                           .kernel = kernel,
                           .launch = &k->launches[kernel->id][i]});
    if (!k->count[kernel->id])
        add_unit(p, (Unit){.call = call, .kernel = kernel});
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
                             : ir_namef(p->m->context, "%s.batch.%zu",
                                        ir_func_name(p->host), p->named++);
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
        members[i] = b->units[i]->launch;
        places[i] = b->units[i]->call->loc;
    }
    uint32_t count;
    BatchArg *args = batch_args(members, b->count, p->arena, &count);
    IrValue **operands = ARENA_ARRAY(p->arena, IrValue *, count);
    for (uint32_t i = 0; i < count; i++)
        operands[i] = ir_operand(b->units[args[i].member]->call, args[i].index);
    IrOp *kernel = kernel_of(p, members, b->count);
    IrNamedAttr callee = {ir_name(c, "callee"), ir_attr_symbol(c, ir_func_name(kernel))};
    IrBuilder builder = ir_builder_before(before);
    builder.loc = ir_loc_fused(c, b->count, places);
    ir_build(&builder, OP_call, count, operands, 0, NULL, 1, &callee);
}

/* Whether a batch is a call as it was. */
static bool is_whole(const Program *p, const Batch *b)
{
    const Launch *l = b->units[0]->launch;
    return b->count == 1 && (!l || p->kernels.count[l->kernel->id] == 1);
}

/* --------------------------------------------------------------------- a host program */

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
    p->units = NULL;
    p->count = p->room = 0;
    for (IrOp *op = ir_func_block(p->host)->first; op != end; op = op->next)
        if (op->kind == OP_call) {
            add_call(p, op);
            ARENA_PUSH(p->arena, calls, count, room, op);
        }
    Batches found = batch_order(p->target, p->units, p->count, end, p->arena);
    Batches batches = batch_choose(&found, p->arena);
    for (size_t i = 0; i < count; i++)
        ir_op_unlink(calls[i]);
    for (size_t i = 0; i < batches.count; i++)
        if (is_whole(p, &batches.all[i]))
            ir_op_insert_before(batches.all[i].units[0]->call, end);
        else
            call_batch(p, &batches.all[i], end);
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
    IrOp *end = ir_module_block(m)->last;
    for (IrOp *f = ir_module_block(m)->first; f; f = f == end ? NULL : f->next) {
        p.host = f;
        p.named = 0;
        if (f->kind == OP_func && ir_op_attr(f, "descent.entry"))
            batch_host(&p);
    }
    arena_close(arena);
    return PASS_CHANGED;
}
