/* What a launch asks of a GPU, and which arguments of its kernel it uses. */
#include "passes/batch/batch.h"

enum {
    INDICES = 12, /* that a launch's body takes before its buffers */
    FEW = 64,     /* blocks that may have idle threads */
    WAVES = 8,    /* a launch that fills the GPU more often gains nothing */
    MOST_OPS = 6144 /* by lane, of one kernel: NVRTC's time grows faster than they do */
};

ArgKind batch_arg_kind(const IrOp *kernel, uint32_t i)
{
    if (ir_func_arg_attr(kernel, i, "descent.result"))
        return ARG_RESULT;
    return ir_func_arg_attr(kernel, i, "descent.workspace") ? ARG_WORK : ARG_READ;
}

/* The arguments that a value from outside of the launch is made of. */
static void use(Launch *l, const IrValue *v)
{
    if (!v->op && v->block == ir_func_block(l->kernel)) {
        l->use_count += !l->uses[v->index];
        l->uses[v->index] = true;
    }
    for (uint32_t i = 0; v->op && i < v->op->operand_count; i++)
        use(l, ir_operand(v->op, i));
}

static int64_t lanes_of(const IrOp *op)
{
    IrType t = op->result_count ? op->results[0].type : NULL;
    return t && t->kind == IR_VECTOR ? ir_elements(t) : 1;
}

static void visit(IrOp *op, void *data)
{
    Launch *l = data;
    l->ops += lanes_of(op);
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (!ir_value_defined_inside(ir_operand(op, i), l->op))
            use(l, ir_operand(op, i));
    switch (op->kind) {
    case OP_gpu_barrier: l->meets = true; break;
    case OP_gpu_shuffle:
    case OP_mma_sync:
    case OP_ldmatrix: l->exchanges = true; break;
    case OP_gpu_terminator:
    case OP_async_copy:
    case OP_async_group:
    case OP_async_wait: break;
    default: l->alone |= ir_op_info(op->kind)->class == IR_CLASS_GPU;
    }
}

static void measure(Launch *l)
{
    const IrBlock *body = l->op->regions[0].block;
    for (uint32_t i = 0; i < 6; i++)
        l->alone |=
            !k_index_value(ir_operand(l->op, i), i < 3 ? &l->grid[i] : &l->block[i - 3]);
    l->blocks = l->grid[0] * l->grid[1] * l->grid[2];
    l->threads = l->block[0] * l->block[1] * l->block[2];
    for (uint32_t i = INDICES; i < body->arg_count; i++) {
        if (body->args[i]->uses)
            l->shared_bytes += ir_bytes(body->args[i]->type);
        l->alone |= body->args[i]->type->rank != 1;
    }
    l->meets = l->shared_bytes > 0;
    l->alone |= l->shared_bytes > BATCH_SHARED_BYTES || l->op->attr_count > 1;
}

Launch *batch_launches(IrOp *kernel, Arena *arena, size_t *count)
{
    Launch *all = NULL;
    size_t room = 0;
    *count = 0;
    for (IrOp *op = ir_func_block(kernel) ? ir_func_block(kernel)->first : NULL; op;
         op = op->next) {
        if (op->kind != OP_gpu_launch)
            continue;
        Launch l = {.kernel = kernel, .op = op};
        l.uses = ARENA_ARRAY(arena, bool, ir_func_block(kernel)->arg_count);
        measure(&l);
        l.flat = batch_is_flat(op);
        ir_walk(op, visit, &l);
        ARENA_PUSH(arena, all, *count, room, l);
    }
    return all;
}

/* Whole warps are cut off and, of blocks whose threads meet, not many, as they have
 * registers. */
static bool fits_width(const Launch *l, int64_t width, int64_t warp)
{
    if (l->threads == width)
        return true;
    bool warps = l->threads % warp == 0 && width % warp == 0;
    return (!l->exchanges || warps) && (!l->meets || (l->flat && l->blocks <= FEW));
}

int64_t batch_width(Launch *const *members, size_t count, int64_t warp)
{
    int64_t met = 0, most = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t n = members[i]->threads;
        if (members[i]->meets && n > met)
            met = n;
        most = n > most ? n : most;
    }
    int64_t width = met ? met : most;
    for (size_t i = 0; i < count; i++)
        if (!fits_width(members[i], width, warp))
            return 0;
    return width;
}

/* A buffer that is larger than asked for is as good: nobody asks how large it is. */
void batch_share(const Launch *l, Shared *s, Arena *arena, size_t *at)
{
    const IrBlock *body = l->op->regions[0].block;
    bool *taken = ARENA_ARRAY(arena, bool, s->count + body->arg_count);
    for (uint32_t i = INDICES; i < body->arg_count; i++) {
        IrType type = body->args[i]->type;
        size_t k = 0;
        if (!body->args[i]->uses)
            continue;
        while (k < s->count && (taken[k] || s->types[k]->elem != type->elem))
            k++;
        if (k == s->count)
            ARENA_PUSH(arena, s->types, s->count, s->room, type);
        else if (type->dims[0] > s->types[k]->dims[0])
            s->types[k] = type;
        taken[k] = true;
        if (at)
            at[i - INDICES] = k;
    }
}

int64_t batch_shared_bytes(const Shared *s)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < s->count; i++)
        bytes += ir_bytes(s->types[i]);
    return bytes;
}

/* ----------------------------------------------------------------- what fits together */

/* Threads that the GPU can hold at once. */
static int64_t capacity(const IrTarget *t)
{
    return (int64_t)t->resident_threads * t->processors;
}

static int64_t all_threads(const Launch *l) { return l->blocks * l->threads; }

/* Blocks of one launch have the registers of the greediest, so a light one that fills the
 * GPU would run with fewer threads beside a heavy one, whose threads meet. */
static bool is_too_light(const IrTarget *t, const Launch *l, const Launch *other)
{
    return !l->meets && other->meets && all_threads(l) > capacity(t);
}

static bool is_mergeable(const IrTarget *t, const Launch *l)
{
    return l && !l->alone && all_threads(l) <= WAVES * capacity(t);
}

static bool is_listed(Launch *const *all, size_t count, const Launch *l)
{
    size_t i = 0;
    while (i < count && all[i] != l)
        i++;
    return i < count;
}

bool batch_fits(Launch *const *members, size_t count, Launch *l, const IrTarget *target)
{
    Arena *arena = arena_open();
    Launch **all = ARENA_ARRAY(arena, Launch *, count + 1);
    Shared shared = {0};
    uint32_t arguments = 0;
    int64_t ops = 0;
    bool fit = is_mergeable(target, l);
    for (size_t i = 0; i <= count && fit; i++) {
        all[i] = i < count ? members[i] : l;
        fit = is_mergeable(target, all[i]) && !is_too_light(target, l, all[i]) &&
              !is_too_light(target, all[i], l);
        if (fit)
            batch_share(all[i], &shared, arena, NULL);
        arguments += fit ? all[i]->use_count : 0;
        ops += fit && !is_listed(all, i, all[i]) ? all[i]->ops : 0;
    }
    fit = fit && ops <= MOST_OPS && arguments <= BATCH_ARGUMENTS &&
          batch_shared_bytes(&shared) <= BATCH_SHARED_BYTES &&
          batch_width(all, count + 1, target->warp);
    arena_close(arena);
    return fit;
}
