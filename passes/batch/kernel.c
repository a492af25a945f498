/* The kernel that launches make together: each has a range of the blocks. Those that are
 * the same but for their buffers, as the updates of parameters of one shape, share a body,
 * for which a block takes the buffers of its member first: as many questions as the
 * member's number has bits.
 *
 *     gpu.launch of 8 blocks { A }          gpu.launch of 14 blocks {
 *     gpu.launch of 3 blocks { B(x) }         if (block < 8) { A, of block }
 *     gpu.launch of 3 blocks { B(y) }  ->     if (8 <= block) {
 *                                               z = (block - 8) / 3 < 1 ? x : y
 *                                               B(z), of (block - 8) % 3 } }
 *
 * Where a block's threads have nothing to do with each other (a warp's may), they are
 * counted through and cut into blocks of the size that the others need; where they meet, the
 * block has idle threads (guard.c). Buffers of the workgroup's memory serve all, as a block
 * belongs to one of them. */
#include "passes/batch/batch.h"

enum { IDS = 6, INDICES = 12 }; /* of a launch: block and thread; with the sizes */

typedef struct Joined {
    IrModule *m;
    Arena *arena;
    IrMap *map;
    Launch *const *members;
    size_t count;
    BatchArg *args; /* of the new function */
    uint32_t arg_count;
    int64_t width, blocks; /* threads of a block, blocks of all */
    IrOp *func, *launch;
    IrBuilder b;
    Shared shared;
} Joined;

/* Members that are one launch, next to each other. */
typedef struct Group {
    const Launch *launch;
    uint32_t member, count; /* the first; how many */
    int64_t first, blocks;  /* the first block, how many each has */
} Group;

/* Of a member, in blocks of the new width. */
static int64_t blocks_of(const Joined *b, const Launch *l)
{
    return l->meets ? l->blocks : (l->blocks * l->threads + b->width - 1) / b->width;
}

/* ----------------------------------------------------------------------- the function */

BatchArg *batch_args(Launch *const *members, size_t count, Arena *arena,
                     uint32_t *arg_count)
{
    BatchArg *args = NULL;
    size_t n = 0, room = 0;
    for (ArgKind kind = ARG_READ; kind < ARG_KINDS; kind++)
        for (uint32_t k = 0; k < count; k++)
            for (uint32_t i = 0; i < ir_func_block(members[k]->kernel)->arg_count; i++)
                if (members[k]->uses[i] && batch_arg_kind(members[k]->kernel, i) == kind)
                    ARENA_PUSH(arena, args, n, room, ((BatchArg){k, i}));
    *arg_count = (uint32_t)n;
    return args;
}

static void copy_attrs(Joined *b, uint32_t to, BatchArg a)
{
    static const char *const names[] = {"descent.elementwise", "descent.result",
                                        "descent.workspace", "descent.counter"};
    const IrOp *from = b->members[a.member]->kernel;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ir_func_arg_attr(from, a.index, names[i]))
            ir_func_set_arg_attr(b->func, to, names[i], ir_attr_unit(b->m->context));
    if (b->count > 1)
        ir_func_set_arg_attr(b->func, to, "descent.member",
                             ir_attr_i64(b->m->context, a.member));
}

static IrLoc places(Joined *b)
{
    IrLoc *all = ARENA_ARRAY(b->arena, IrLoc, b->count);
    for (size_t i = 0; i < b->count; i++)
        all[i] = b->members[i]->kernel->loc;
    return ir_loc_fused(b->m->context, b->count, all);
}

static bool is_first(const Launch *l)
{
    const IrOp *op = ir_func_block(l->kernel)->first;
    while (op->kind != OP_gpu_launch)
        op = op->next;
    return op == l->op;
}

/* The operations of all members, if they are noted (for `check` and profiles): what a
 * kernel of several launches does is its first one's work. */
static void note_flops(Joined *b)
{
    int64_t sum = 0;
    for (size_t i = 0; i < b->count; i++) {
        const Launch *l = b->members[i];
        if (!ir_op_attr(l->kernel, "descent.flops"))
            return;
        sum += is_first(l) ? ir_op_int(l->kernel, "descent.flops") : 0;
    }
    ir_op_set_attr(b->func, "descent.flops", ir_attr_i64(b->m->context, sum));
}

static void new_function(Joined *b, const char *name)
{
    uint32_t count = b->arg_count;
    const BatchArg *args = b->args;
    IrType *types = ARENA_ARRAY(b->arena, IrType, count);
    for (uint32_t i = 0; i < count; i++)
        types[i] =
            ir_func_type(b->members[args[i].member]->kernel)->inputs[args[i].index];
    b->func = ir_func_new(b->m, name, true, places(b), count, types, 0, NULL);
    const IrOp *first = b->members[0]->kernel;
    IrAttr kind = b->count > 1 ? ir_attr_string(b->m->context, "batch")
                               : ir_op_attr(first, "descent.kind");
    ir_op_set_attr(b->func, "descent.kind", kind);
    note_flops(b);
    for (uint32_t i = 0; i < count; i++)
        copy_attrs(b, i, args[i]);
    b->b = ir_builder_at_end(b->m, ir_func_block(b->func), b->func->loc);
}

/* ---------------------------------------------------------------------------- the map */

/* What the launch of a member uses, in the order of the new function. */
static IrValue **buffers_of(Joined *b, uint32_t member)
{
    IrValue **all = ARENA_ARRAY(b->arena, IrValue *, b->members[member]->use_count);
    for (uint32_t i = 0, n = 0; i < b->arg_count; i++)
        if (b->args[i].member == member)
            all[n++] = ir_func_block(b->func)->args[i];
    return all;
}

static void name_arguments(Joined *b)
{
    for (uint32_t i = 0; i < b->arg_count; i++) {
        BatchArg a = b->args[i];
        ir_func_block(b->func)->args[i]->hint =
            ir_func_block(b->members[a.member]->kernel)->args[a.index]->hint;
    }
}

/* Those that the first member uses are `buffers`. */
static void map_arguments(Joined *b, uint32_t member, IrValue *const *buffers)
{
    const IrBlock *from = ir_func_block(b->members[member]->kernel);
    for (uint32_t i = 0, n = 0; i < b->arg_count; i++)
        if (b->args[i].member == member)
            ir_map_set(b->map, from->args[b->args[i].index], buffers[n++]);
}

static void forget_block(IrMap *map, const IrBlock *block)
{
    for (uint32_t i = 0; i < block->arg_count; i++)
        ir_map_set(map, block->args[i], NULL);
}

static void forget_op(IrOp *op, void *data)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        ir_map_set(data, &op->results[i], NULL);
    for (uint32_t i = 0; i < op->region_count; i++)
        if (op->regions[i].block)
            forget_block(data, op->regions[i].block);
}

static void forget(IrMap *map, IrOp *kernel)
{
    forget_block(map, ir_func_block(kernel));
    ir_walk(kernel, forget_op, map);
}

/* ------------------------------------------------------------------------- the launch */

static void copy_op(Joined *b, const IrOp *op)
{
    IrOp *copy = ir_op_clone(b->m, op, b->map);
    if (b->b.before)
        ir_op_insert_before(copy, b->b.before);
    else
        ir_block_append(b->b.block, copy);
}

typedef struct Around {
    Joined *b;
    const IrOp *launch;
} Around;

/* What stands in front of a launch is copied as far as it is needed. */
static void copy_outside(Joined *b, IrValue *v)
{
    if (!v->op || ir_map_get(b->map, v) != v)
        return;
    for (uint32_t i = 0; i < v->op->operand_count; i++)
        copy_outside(b, ir_operand(v->op, i));
    copy_op(b, v->op);
}

static void copy_operands(IrOp *op, void *data)
{
    Around *a = data;
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (!ir_value_defined_inside(ir_operand(op, i), a->launch))
            copy_outside(a->b, ir_operand(op, i));
}

/* What a launch needs from in front of it. */
static void copy_around(Joined *b, const Launch *l)
{
    ir_walk(l->op, copy_operands, &(Around){b, l->op});
}

/* ids[d] of `index` = (z * sizes[1] + y) * sizes[0] + x. */
static void split(IrBuilder *b, IrValue *index, const int64_t sizes[3], IrValue **ids)
{
    IrValue *x = k_index(b, sizes[0]), *y = k_index(b, sizes[1]);
    bool plane = sizes[2] > 1, line = !plane && sizes[1] == 1;
    ids[0] = line ? index : k_rem_index(b, index, x);
    IrValue *rest = line ? NULL : k_div_index(b, index, x);
    ids[1] = line ? k_index(b, 0) : plane ? k_rem_index(b, rest, y) : rest;
    ids[2] = plane ? k_div_index(b, rest, y) : k_index(b, 0);
}

/* The numbers of a member's own block and thread, `block` being its block in blocks of the
 * new width; the branch that there is for threads beyond, or NULL. */
static IrOp *own_ids(Joined *b, const Launch *l, IrValue *block, IrValue **ids)
{
    IrBuilder *k = &b->b;
    IrValue *thread = k_thread_id(b->launch, 0);
    IrOp *branch = NULL;
    if (l->threads != b->width && !l->meets) {
        int64_t count = l->blocks * l->threads;
        IrValue *number =
            k_add_index(k, k_mul_index(k, block, k_index(k, b->width)), thread);
        if (count % b->width)
            branch = k_if_begin(k, k_cmpi(k, "slt", number, k_index(k, count)), 0, NULL);
        block = k_div_index(k, number, k_index(k, l->threads));
        thread = k_rem_index(k, number, k_index(k, l->threads));
    }
    split(k, block, l->grid, ids);
    split(k, thread, l->block, ids + 3);
    return branch;
}

static void map_ids(Joined *b, const Launch *l, IrValue *const *ids)
{
    const IrBlock *body = l->op->regions[0].block;
    for (uint32_t i = 0; i < IDS; i++) {
        ir_map_set(b->map, body->args[i], ids[i]);
        ir_map_set(b->map, body->args[IDS + i],
                   k_index(&b->b, i < 3 ? l->grid[i] : l->block[i - 3]));
    }
}

static void copy_body(Joined *b, const Launch *l, const size_t *shared)
{
    const IrBlock *body = l->op->regions[0].block;
    for (uint32_t i = INDICES; i < body->arg_count; i++)
        if (body->args[i]->uses)
            ir_map_set(b->map, body->args[i],
                       k_launch_shared(b->launch, shared[i - INDICES]));
    if (l->meets && l->threads < b->width) {
        IrValue *works =
            k_cmpi(&b->b, "slt", k_thread_id(b->launch, 0), k_index(&b->b, l->threads));
        batch_copy_guarded(b->m, &b->b, b->map, body, works);
        return;
    }
    for (const IrOp *op = body->first; op != body->last; op = op->next)
        copy_op(b, op);
}

/* Whether the block is a group's; NULL: all are. */
static IrValue *is_own(Joined *b, const Group *g)
{
    IrValue *block = k_block_id(b->launch, 0), *low = NULL;
    int64_t end = g->first + g->count * g->blocks;
    if (g->first)
        low = k_cmpi(&b->b, "sge", block, k_index(&b->b, g->first));
    if (end == b->blocks)
        return low;
    IrValue *high = k_cmpi(&b->b, "slt", block, k_index(&b->b, end));
    return low ? k_binary(&b->b, OP_arith_andi, low, high) : high;
}

/* The buffers of that of the members [from, end) of a group which is the `number`-th. */
static IrValue **choose_buffers(Joined *b, const Group *g, IrValue *number, uint32_t from,
                                uint32_t end)
{
    IrValue **one = buffers_of(b, g->member + from);
    uint32_t half = from + (end - from) / 2, count = g->launch->use_count;
    if (end - from == 1)
        return one;
    IrType *types = ARENA_ARRAY(b->arena, IrType, count);
    for (uint32_t i = 0; i < count; i++)
        types[i] = one[i]->type;
    IrValue *lower = k_cmpi(&b->b, "slt", number, k_index(&b->b, half));
    IrOp *branch = k_if_begin(&b->b, lower, count, types);
    k_if_else(&b->b, branch, count, choose_buffers(b, g, number, from, half));
    k_if_end(&b->b, branch, count, choose_buffers(b, g, number, half, end));
    for (uint32_t i = 0; i < count; i++)
        one[i] = ir_result(branch, i);
    return one;
}

/* The number of the block in its member, clamped, so that it is known where it ends. The
 * member's buffers are found on the way. */
static IrValue *enter_member(Joined *b, const Group *g)
{
    IrBuilder *k = &b->b;
    IrValue *zero = k_index(k, 0), *each = k_index(k, g->blocks);
    IrValue *block = k_sub_index(k, k_block_id(b->launch, 0), k_index(k, g->first));
    IrValue *last = k_index(k, g->count * g->blocks - 1);
    block = k_min_index(k, k_binary(k, OP_arith_maxsi, block, zero), last);
    IrValue *number = g->blocks > 1 ? k_div_index(k, block, each) : block;
    map_arguments(b, g->member, choose_buffers(b, g, number, 0, g->count));
    if (g->count == 1)
        return block;
    return g->blocks > 1 ? k_rem_index(k, block, each) : zero;
}

static void copy_group(Joined *b, const Group *g, const size_t *shared)
{
    IrValue *ids[IDS], *own = is_own(b, g);
    IrOp *branch = own ? k_if_begin(&b->b, own, 0, NULL) : NULL;
    IrValue *block = enter_member(b, g);
    copy_around(b, g->launch);
    IrOp *inner = own_ids(b, g->launch, block, ids);
    map_ids(b, g->launch, ids);
    copy_body(b, g->launch, shared);
    if (inner)
        k_if_end(&b->b, inner, 0, NULL);
    if (branch)
        k_if_end(&b->b, branch, 0, NULL);
}

/* The only one stays as it is. */
static void copy_alone(Joined *b, const Launch *l, const size_t *shared)
{
    IrValue *ids[IDS];
    map_arguments(b, 0, buffers_of(b, 0));
    copy_around(b, l);
    for (uint32_t d = 0; d < 3; d++) {
        ids[d] = k_block_id(b->launch, d);
        ids[3 + d] = k_thread_id(b->launch, d);
    }
    map_ids(b, l, ids);
    copy_body(b, l, shared);
}

static void begin_launch(Joined *b)
{
    const int64_t grid[] = {b->blocks, 1, 1}, block[] = {b->width, 1, 1};
    const Launch *l = b->count == 1 ? b->members[0] : NULL;
    b->launch = k_launch_begin(&b->b, l ? l->grid : grid, l ? l->block : block,
                               b->shared.count, b->shared.types);
}

/* The group that begins with a member. */
static Group group_at(Joined *b, uint32_t member, int64_t first)
{
    const Launch *l = b->members[member];
    Group g = {l, member, 0, first, blocks_of(b, l)};
    while (member + g.count < b->count && b->members[member + g.count] == l)
        g.count++;
    return g;
}

static void copy_members(Joined *b, size_t *const *shared)
{
    int64_t first = 0;
    for (uint32_t i = 0; i < b->count;) {
        Group g = group_at(b, i, first);
        b->b.loc = g.launch->kernel->loc;
        if (b->count > 1)
            copy_group(b, &g, shared[i]);
        else
            copy_alone(b, g.launch, shared[i]);
        forget(b->map, g.launch->kernel);
        first += g.count * g.blocks;
        i += g.count;
    }
}

IrOp *batch_kernel(IrModule *m, const char *name, Launch *const *members, size_t count,
                   int64_t width, IrMap *map)
{
    Joined b = {.m = m,
                .arena = arena_open(),
                .map = map,
                .members = members,
                .count = count,
                .width = width};
    size_t **shared = ARENA_ARRAY(b.arena, size_t *, count);
    b.args = batch_args(members, count, b.arena, &b.arg_count);
    new_function(&b, name);
    name_arguments(&b);
    for (uint32_t i = 0; i < count; i++) {
        const IrBlock *body = members[i]->op->regions[0].block;
        shared[i] = ARENA_ARRAY(b.arena, size_t, body->arg_count);
        batch_share(members[i], &b.shared, b.arena, shared[i]);
        b.blocks += blocks_of(&b, members[i]);
    }
    begin_launch(&b);
    copy_members(&b, shared);
    k_launch_end(&b.b, b.launch);
    ir_build(&b.b, OP_return, 0, NULL, 0, NULL, 0, NULL);
    arena_close(b.arena);
    return b.func;
}
