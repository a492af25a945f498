/* Lowers a fused module to kernels and host programs, in place.
 *
 *     func.func private @loop.0(%x: tensor<64x500xf32>) -> tensor<64x500xf32>
 *         attributes {descent.kind = "loop"} { ... }
 *     func.func @predict(%x) { %0 = call @loop.0(%x)  return %0 }
 *  ->
 *     func.func private @loop.0(%x: memref<64x500xf32>, %out: memref<64x500xf32>) { loops }
 *     func.func @predict(%arena, %x, %out) {
 *       %0 = memref.alloc   call @loop.0(%x, %0)   memref.copy %0, %out   return }
 *
 * A kernel takes its arguments, its results, then buffers to work in. The host program allocates
 * every result; the plan turns the allocations into places in one arena and drops copies.
 * Needs: a fused module (calls of functions with descent.kind, and return).  Keeps: places. */
#include "passes/lower/lower.h"

#include <string.h>

typedef struct Kind {
    const char *kind;
    void (*cpu)(Emit *e), (*gpu)(Emit *e);
} Kind;

static const Kind schedules[] = {
    {"loop", lower_loop, lower_loop},
    {"reduce", lower_reduce, lower_reduce},
    {"row", lower_row, lower_row},
    {"contraction", lower_contraction, lower_shared_tiles},
    {"scatter", lower_scatter, lower_scatter},
    {"attention", lower_attention, lower_attention},
    {"custom", NULL, NULL},     /* a function from outside: only declared */
};

static const char graph_suffix[] = ".graph";

/* ------------------------------------------------------------------------------------- kernels */

/* What the kernel of a graph function is called: its name before it stepped aside. */
static IrName kernel_name(IrModule *m, const char *graph)
{
    return ir_name_n(m->context, graph, strlen(graph) - strlen(graph_suffix));
}

IrValue *kernel_workspace(Emit *e, Dtype elem, int64_t elements)
{
    IrType type = ir_memref(e->c, elem, 1, &elements), old = ir_func_type(e->kernel);
    IrType *inputs = ARENA_ARRAY(e->arena, IrType, old->input_count + 1);
    memcpy(inputs, old->inputs, old->input_count * sizeof *inputs);
    inputs[old->input_count] = type;
    ir_func_set_type(e->kernel, ir_function(e->c, old->input_count + 1, inputs, 0, NULL));
    uint32_t last = (uint32_t)old->input_count;
    ir_func_set_arg_attr(e->kernel, last, "descent.workspace", ir_attr_unit(e->c));
    return ir_block_add_arg(ir_func_block(e->kernel), type, e->kernel->loc);
}

static IrOp *kernel_new(IrModule *m, const IrOp *graph, Arena *arena)
{
    IrType type = ir_func_type(graph);
    size_t count = type->input_count + type->result_count;
    IrType *inputs = ARENA_ARRAY(arena, IrType, count);
    for (size_t i = 0; i < count; i++)
        inputs[i] = memref_of(m->context, i < type->input_count
                                              ? type->inputs[i]
                                              : type->results[i - type->input_count]);
    IrOp *kernel = ir_func_new(m, kernel_name(m, ir_func_name(graph)), true, graph->loc, count,
                               inputs, 0, NULL);
    ir_op_set_attr(kernel, "descent.kind", ir_op_attr(graph, "descent.kind"));
    ir_op_set_attr(kernel, "descent.flops", ir_op_attr(graph, "descent.flops"));
    for (uint32_t i = 0; i < type->result_count; i++)
        ir_func_set_arg_attr(kernel, (uint32_t)type->input_count + i, "descent.result",
                             ir_attr_unit(m->context));
    return kernel;
}

static void flatten_arguments(Emit *e)
{
    IrBlock *block = ir_func_block(e->kernel);
    e->memref = ARENA_ARRAY(e->arena, IrValue *, block->arg_count);
    for (uint32_t i = 0; i < block->arg_count; i++)
        e->memref[i] = k_collapse(&e->b, block->args[i]);
}

/* Arguments that are read only at the place where a result is then written may share its memory. */
static void mark_elementwise(Emit *e)
{
    for (uint32_t i = 0; i < ir_func_block(e->graph)->arg_count; i++)
        if (e->only_identity[i])
            ir_func_set_arg_attr(e->kernel, i, "descent.elementwise", ir_attr_unit(e->c));
}

/* What all kernels have in common. The values of a fused function have ids of their own, so one set
 * of the arrays by value id serves all. */
static Emit shared(IrModule *m, PassContext *pass, Arena *arena)
{
    const IrTarget *t = pass->target;
    Emit e = {.pass = pass, .m = m, .c = m->context, .value_count = m->value_count};
    e.lanes = t->lanes ? t->lanes : t->vector_bits / 32;
    e.team.size = 1;
    e.leaf = ARENA_ARRAY(arena, Leaf, e.value_count);
    e.memo_head = ARENA_ARRAY(arena, int32_t, e.value_count);
    memset(e.memo_head, -1, e.value_count * sizeof *e.memo_head);
    return e;
}

static void include_id(Emit *e, uint32_t id)
{
    uint32_t end = e->first_id + (uint32_t)e->id_count;
    if (!e->id_count || id < e->first_id) {
        e->id_count = e->id_count ? end - id : 1;
        e->first_id = id;
    } else if (id >= end) {
        e->id_count = id + 1 - e->first_id;
    }
}

static void find_ids(Emit *e)
{
    const IrBlock *block = ir_func_block(e->graph);
    for (uint32_t i = 0; i < block->arg_count; i++)
        include_id(e, block->args[i]->id);
    for (const IrOp *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->result_count; i++)
            include_id(e, op->results[i].id);
}

static bool lower_kernel(const Emit *all, const IrOp *graph, const Kind *s)
{
    Arena *arena = arena_open();
    void (*lower)(Emit *e) = all->pass->target->threads ? s->gpu : s->cpu;
    if (!lower) {
        declare_custom(all->m, kernel_name(all->m, ir_func_name(graph)), graph, arena);
        arena_close(arena);
        return true;
    }
    uint32_t args = ir_func_block(graph)->arg_count;
    Emit e = *all;
    e.arena = arena;
    e.graph = graph;
    find_ids(&e);
    e.only_identity = ARENA_ARRAY(arena, bool, args);
    memset(e.only_identity, true, args);
    e.kernel = kernel_new(e.m, graph, arena);
    e.b = ir_builder_at_end(e.m, ir_func_block(e.kernel), graph->loc);
    flatten_arguments(&e);
    lower(&e);
    ir_build(&e.b, OP_return, 0, NULL, 0, NULL, 0, NULL);
    mark_elementwise(&e);
    arena_close(arena);
    return !e.failed;
}

/* Kernels are private: what a public function calls itself does not matter. */
static const Kind *schedule_of(const IrOp *func)
{
    IrAttr kind = ir_op_attr(func, "descent.kind"), visibility = ir_op_attr(func, "sym_visibility");
    bool is_private = visibility && !strcmp(visibility->name, "private");
    for (size_t i = 0; is_private && kind && i < sizeof schedules / sizeof *schedules; i++)
        if (!strcmp(kind->name, schedules[i].kind))
            return &schedules[i];
    return NULL;
}

/* -------------------------------------------------------------------------------- host programs */

typedef struct Host {
    IrModule *m;
    IrContext *c;
    IrBuilder b;
    Arena *arena;
    const IrSymbols *kernels;
    IrValue **buffer;       /* by graph value id */
    const IrOp *graph;
    IrOp *func;
    IrValue *failure;       /* where custom calls say that they failed; NULL: there are none */
} Host;

/* The argument that result i overwrites, or -1. */
static int64_t aliased_argument(const IrOp *func, uint32_t result)
{
    for (uint32_t i = 0; i < ir_func_block(func)->arg_count; i++) {
        IrAttr a = ir_func_arg_attr(func, i, "tf.aliasing_output");
        if (a && a->number == result)
            return i;
    }
    return -1;
}

static IrOp *host_new(Host *h)
{
    IrType type = ir_func_type(h->graph);
    size_t n = 0;
    IrType *inputs = ARENA_ARRAY(h->arena, IrType, 1 + type->input_count + type->result_count);
    int64_t *alias = ARENA_ARRAY(h->arena, int64_t, type->result_count);
    int64_t none = 0;
    inputs[n++] = ir_memref(h->c, DTYPE_i8, 1, &none);          /* the plan gives it its size */
    for (size_t i = 0; i < type->input_count; i++)
        inputs[n++] = memref_of(h->c, type->inputs[i]);
    for (size_t i = 0; i < type->result_count; i++) {
        alias[i] = aliased_argument(h->graph, (uint32_t)i);
        if (alias[i] < 0)
            inputs[n++] = memref_of(h->c, type->results[i]);
    }
    IrOp *func = ir_func_new(h->m, kernel_name(h->m, ir_func_name(h->graph)), false, h->graph->loc,
                             n, inputs, 0, NULL);
    ir_op_set_attr(func, "descent.entry", ir_attr_unit(h->c));
    ir_op_set_attr(func, "descent.alias", ir_attr_i64s(h->c, type->result_count, alias));
    return func;
}

/* The buffer of the last arguments of a kernel: to work in, or where a custom call fails. */
static IrValue *host_workspace(Host *h, const IrOp *kernel, uint32_t i)
{
    bool custom = ir_func_arg_attr(kernel, i, "descent.failure") != NULL;
    if (custom && h->failure)
        return h->failure;
    IrValue *v = k_alloc(&h->b, ir_func_type(kernel)->inputs[i]);
    if (custom) {
        ir_op_set_attr(v->op, "descent.failure", ir_attr_unit(h->c));
        h->failure = v;
    }
    if (ir_func_arg_attr(kernel, i, "descent.counter"))
        ir_op_set_attr(v->op, "descent.counter", ir_attr_unit(h->c));
    return v;
}

static void host_call(Host *h, const IrOp *call)
{
    IrOp *kernel =
        ir_symbols_func(h->kernels, kernel_name(h->m, ir_op_string(call, "callee")));
    uint32_t n = 0, count = (uint32_t)ir_func_type(kernel)->input_count;
    IrValue **args = ARENA_ARRAY(h->arena, IrValue *, count);
    for (uint32_t i = 0; i < call->operand_count; i++)
        args[n++] = h->buffer[ir_operand(call, i)->id];
    for (uint32_t i = 0; i < call->result_count; i++) {
        args[n] = k_alloc(&h->b, memref_of(h->c, call->results[i].type));
        h->buffer[call->results[i].id] = args[n++];
    }
    for (; n < count; n++)
        args[n] = host_workspace(h, kernel, n);
    IrNamedAttr callee = {"callee", ir_attr_symbol(h->c, ir_func_name(kernel))};
    h->b.loc = call->loc;
    ir_build(&h->b, OP_call, count, args, 0, NULL, 1, &callee);
}

/* Where result i goes. */
static IrValue *host_target(Host *h, uint32_t result, uint32_t *next)
{
    IrBlock *block = ir_func_block(h->func);
    int64_t alias = ir_op_ints(h->func, "descent.alias", NULL)[result];
    return alias >= 0 ? block->args[1 + alias] : block->args[(*next)++];
}

/* Copies results to their places; an argument that moves is saved before anything is written. */
static void host_return(Host *h, const IrOp *ret)
{
    IrValue **sources = ARENA_ARRAY(h->arena, IrValue *, ret->operand_count);
    IrValue **targets = ARENA_ARRAY(h->arena, IrValue *, ret->operand_count);
    uint32_t next = 1 + ir_func_block(h->graph)->arg_count;
    for (uint32_t i = 0; i < ret->operand_count; i++) {
        sources[i] = h->buffer[ir_operand(ret, i)->id];
        targets[i] = host_target(h, i, &next);
        if (sources[i]->op || sources[i] == targets[i])
            continue;
        IrValue *saved = k_alloc(&h->b, sources[i]->type);
        k_copy(&h->b, sources[i], saved);
        sources[i] = saved;
    }
    for (uint32_t i = 0; i < ret->operand_count; i++)
        if (sources[i] != targets[i])
            k_copy(&h->b, sources[i], targets[i]);
    ir_build(&h->b, OP_return, 0, NULL, 0, NULL, 0, NULL);
}

static void lower_host(IrModule *m, const IrSymbols *kernels, const IrOp *graph)
{
    Arena *arena = arena_open();
    Host h = {.m = m, .c = m->context, .arena = arena, .kernels = kernels, .graph = graph};
    h.buffer = ARENA_ARRAY(arena, IrValue *, m->value_count);
    h.func = host_new(&h);
    h.b = ir_builder_at_end(m, ir_func_block(h.func), graph->loc);
    IrBlock *from = ir_func_block(graph);
    for (uint32_t i = 0; i < from->arg_count; i++)
        h.buffer[from->args[i]->id] = ir_func_block(h.func)->args[1 + i];
    for (const IrOp *op = from->first; op; op = op->next)
        if (op->kind == OP_call)
            host_call(&h, op);
        else
            host_return(&h, op);
    arena_close(arena);
}

/* ------------------------------------------------------------------------------------ the pass */

/* The graph functions step aside under other names while their kernels are made. */
static size_t rename_functions(IrModule *m, IrOp ***out, Arena *arena)
{
    IrOp **funcs = NULL;
    size_t count = 0, room = 0;
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next) {
        if (op->kind != OP_func)
            continue;
        ARENA_PUSH(arena, funcs, count, room, op);
        IrName name = ir_namef(m->context, "%s%s", ir_func_name(op), graph_suffix);
        ir_op_set_attr(op, "sym_name", ir_attr_string(m->context, name));
    }
    for (size_t i = 0; i < count; i++)
        for (IrOp *op = ir_func_block(funcs[i])->first; op; op = op->next)
            if (op->kind == OP_call)
                ir_op_set_attr(op, "callee", ir_attr_symbol(m->context,
                               ir_namef(m->context, "%s%s", ir_op_string(op, "callee"), graph_suffix)));
    *out = funcs;
    return count;
}

PassResult pass_lower(IrModule *m, PassContext *c)
{
    Arena *arena = arena_open();
    IrOp **funcs;
    bool ok = true;
    size_t count = rename_functions(m, &funcs, arena);
    Emit all = shared(m, c, arena);
    for (size_t i = 0; i < count; i++) {
        const Kind *s = schedule_of(funcs[i]);
        if (s)
            ok &= lower_kernel(&all, funcs[i], s);
    }
    IrSymbols kernels = ir_symbols(m, arena);
    for (size_t i = 0; ok && i < count; i++)
        if (!schedule_of(funcs[i]))
            lower_host(m, &kernels, funcs[i]);
    for (size_t i = 0; i < count; i++)
        ir_op_erase(funcs[i]);
    arena_close(arena);
    return ok ? PASS_CHANGED : PASS_FAILED;
}
