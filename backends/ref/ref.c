/* Runs functions: frames of values, calls, regions. Each value lives from its op to its
 * last use; values of regions stay until the op that holds the region is done, so a body
 * that runs for every element takes its memory once. */
#include "backends/ref/eval.h"
#include "backends/ref/memory.h"

#include <assert.h>
#include <string.h>

enum { MAX_CALL_DEPTH = 200 };

typedef struct Slot {
    RefTensor tensor;
    uint32_t uses; /* operands that still want it */
    bool owned;    /* the data is this slot's, not lent by a caller or by a fold */
} Slot;

typedef struct Frame {
    Slot *slots; /* by number of the value in its function */
    int depth;
} Frame;

struct Ref {
    RefMemory memory;
    DiagList *diag;
    uint32_t *number;  /* by value id: its number in its function */
    uint32_t *numbers; /* by op id of a function: how many values it has */
    Frame *frame;
};

static RefRule *const rules[OP_COUNT] = {
#define GRAPH_OP(id, name, in, out, regions, class, ...) [OP_##id] = REF_RULE_##class(id),
#define REF_RULE_UNARY(id)                               ref_unary
#define REF_RULE_BINARY(id)                              ref_binary
#define REF_RULE_ELEMENTWISE(id)                         ref_##id
#define REF_RULE_SHAPE(id)                               ref_##id
#define REF_RULE_SOURCE(id)                              ref_##id
#define REF_RULE_REDUCTION(id)                           ref_##id
#define REF_RULE_CONTRACTION(id)                         ref_##id
#define REF_RULE_WINDOW(id)                              ref_##id
#define REF_RULE_INDEXED(id)                             ref_##id
#define REF_RULE_RANDOM(id)                              ref_##id
#define REF_RULE_BARRIER(id)                             ref_##id
#define REF_RULE_CONTROL(id)                             ref_##id
#include "ir/ops.def"
};

/* ----------------------------------------------------------------------------- values */

static Slot *slot_of(Ref *r, const IrValue *v)
{
    return &r->frame->slots[r->number[v->id]];
}

const RefTensor *ref_in(Ref *r, const IrOp *op, uint32_t i)
{
    return &slot_of(r, ir_operand(op, i))->tensor;
}

static uint32_t count_uses(const IrValue *v)
{
    uint32_t n = 0;
    for (const IrUse *u = v->uses; u; u = u->next)
        n++;
    return n;
}

RefTensor *ref_out(Ref *r, const IrOp *op, uint32_t i)
{
    const IrValue *v = ir_result(op, i);
    Slot *s = slot_of(r, v);
    if (!s->tensor.data) {
        s->tensor.type = v->type;
        s->tensor.data = ref_memory_take(&r->memory, (size_t)ir_bytes(v->type));
        s->uses = count_uses(v);
        s->owned = true;
    }
    return &s->tensor;
}

static void lend(Ref *r, const IrValue *v, void *data)
{
    *slot_of(r, v) = (Slot){{v->type, data}, count_uses(v), false};
}

static void drop(Ref *r, Slot *s)
{
    if (s->owned && s->tensor.data)
        ref_memory_give(&r->memory, s->tensor.data, (size_t)ir_bytes(s->tensor.type));
    s->tensor.data = NULL;
}

/* Ends the values that `op`, an op of the function's own block, or an op inside was the
 * last to use, and results that nobody uses. */
static void drop_dead(Ref *r, const IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++) {
        Slot *s = slot_of(r, ir_operand(op, i));
        if (s->uses && --s->uses == 0)
            drop(r, s);
    }
    for (uint32_t i = 0; i < op->region_count; i++)
        for (const IrOp *in = op->regions[i].block->first; in; in = in->next)
            drop_dead(r, in);
    for (uint32_t i = 0; i < op->result_count; i++)
        if (!op->results[i].uses)
            drop(r, slot_of(r, &op->results[i]));
}

void *ref_scratch(Ref *r, int64_t count, size_t size)
{
    return ref_memory_push(&r->memory, (size_t)count * size);
}

bool ref_fail(Ref *r, const IrOp *op, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_vadd(r->diag, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(op->loc), format, args);
    va_end(args);
    return false;
}

/* ---------------------------------------------------------------------------- running */

static bool run_op(Ref *r, const IrOp *op)
{
    if (!rules[op->kind])
        return ref_fail(r, op, "unsupported: the reference evaluator does not run %s",
                        ir_op_info(op->kind)->name);
    size_t depth = r->memory.depth;
    bool ok = rules[op->kind](r, op);
    ref_memory_release(&r->memory, depth);
    return ok;
}

bool ref_region_run(Ref *r, const IrRegion *region, void *const *arg)
{
    const IrBlock *b = region->block;
    for (uint32_t i = 0; i < b->arg_count; i++)
        lend(r, b->args[i], arg[i]);
    for (const IrOp *op = b->first; op != b->last; op = op->next)
        if (!run_op(r, op))
            return false;
    return true;
}

const void *ref_region_result(Ref *r, const IrRegion *region, uint32_t i)
{
    return ref_in(r, region->block->last, i)->data;
}

static bool run_function_block(Ref *r, const IrBlock *b)
{
    for (const IrOp *op = b->first; op != b->last; op = op->next) {
        if (!run_op(r, op))
            return false;
        drop_dead(r, op);
    }
    return true;
}

/* Runs a function on arguments in place; `result` has memory. */
static bool run_function(Ref *r, const IrOp *func, const RefTensor *const *arg,
                         RefTensor *const *result)
{
    const IrBlock *b = ir_func_block(func);
    uint32_t count = r->numbers[func->id];
    Frame *caller = r->frame;
    Frame frame = {ref_scratch(r, count, sizeof(Slot)), caller ? caller->depth + 1 : 0};
    memset(frame.slots, 0, count * sizeof(Slot));
    r->frame = &frame;
    for (uint32_t i = 0; i < b->arg_count; i++)
        lend(r, b->args[i], arg[i]->data);
    bool ok = run_function_block(r, b);
    for (uint32_t i = 0; ok && i < b->last->operand_count; i++)
        memcpy(result[i]->data, ref_in(r, b->last, i)->data,
               (size_t)ir_bytes(result[i]->type));
    for (uint32_t i = 0; i < count; i++)
        drop(r, &frame.slots[i]);
    r->frame = caller;
    return ok;
}

bool ref_call(Ref *r, const IrOp *op)
{
    const IrOp *callee = ir_module_func(op->module, ir_op_string(op, "callee"));
    if (!ir_func_block(callee))
        return ref_fail(r, op, "unsupported: @%s has no body", ir_func_name(callee));
    if (r->frame->depth == MAX_CALL_DEPTH)
        return ref_fail(r, op, "unsupported: more than %d calls inside each other",
                        MAX_CALL_DEPTH);
    const RefTensor **arg = ref_scratch(r, op->operand_count, sizeof *arg);
    RefTensor **result = ref_scratch(r, op->result_count, sizeof *result);
    for (uint32_t i = 0; i < op->operand_count; i++)
        arg[i] = ref_in(r, op, i);
    for (uint32_t i = 0; i < op->result_count; i++)
        result[i] = ref_out(r, op, i);
    return run_function(r, callee, arg, result);
}

bool ref_optimization_barrier(Ref *r, const IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++) {
        const RefTensor *in = ref_in(r, op, i);
        memcpy(ref_out(r, op, i)->data, in->data, (size_t)ir_bytes(in->type));
    }
    return true;
}

bool ref_custom_call(Ref *r, const IrOp *op)
{
    return ref_fail(r, op, "unsupported: custom_call @%s has no reference meaning",
                    ir_op_string(op, "call_target_name"));
}

/* These four only hold or end blocks; whoever runs the block reads their operands. */
static bool not_an_expression(Ref *r, const IrOp *op)
{
    return ref_fail(r, op, "unsupported: %s in the middle of a block",
                    ir_op_info(op->kind)->name);
}

bool ref_module(Ref *r, const IrOp *op) { return not_an_expression(r, op); }
bool ref_func(Ref *r, const IrOp *op) { return not_an_expression(r, op); }
bool ref_return(Ref *r, const IrOp *op) { return not_an_expression(r, op); }
bool ref_yield(Ref *r, const IrOp *op) { return not_an_expression(r, op); }

/* ------------------------------------------------------------------------------ entry */

static uint32_t number_block(Ref *r, const IrBlock *b, uint32_t next)
{
    for (uint32_t i = 0; b && i < b->arg_count; i++)
        r->number[b->args[i]->id] = next++;
    for (const IrOp *op = b ? b->first : NULL; op; op = op->next) {
        for (uint32_t i = 0; i < op->result_count; i++)
            r->number[op->results[i].id] = next++;
        for (uint32_t i = 0; i < op->region_count; i++)
            next = number_block(r, op->regions[i].block, next);
    }
    return next;
}

static void number_values(Ref *r, IrModule *m)
{
    r->number = ARENA_ARRAY(r->memory.arena, uint32_t, m->value_count + 1);
    r->numbers = ARENA_ARRAY(r->memory.arena, uint32_t, m->op_count + 1);
    for (const IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (f->kind == OP_func)
            r->numbers[f->id] = number_block(r, ir_func_block(f), 0);
}

bool ref_run(const IrOp *func, size_t args, const RefTensor *arg, size_t results,
             RefTensor *result, Arena *arena, DiagList *d)
{
    IrType type = ir_func_type(func);
    assert(args == type->input_count && results == type->result_count);
    Ref r = {.memory = {.arena = arena_open()}, .diag = d};
    number_values(&r, func->module);
    const RefTensor **in = ref_scratch(&r, (int64_t)args, sizeof *in);
    RefTensor **out = ref_scratch(&r, (int64_t)results, sizeof *out);
    for (size_t i = 0; i < args; i++)
        in[i] = &arg[i];
    for (size_t i = 0; i < results; i++) {
        result[i] = (RefTensor){type->results[i],
                                arena_alloc(arena, (size_t)ir_bytes(type->results[i]))};
        out[i] = &result[i];
    }
    bool ok = ir_func_block(func) ? run_function(&r, func, in, out)
                                  : ref_fail(&r, func, "unsupported: @%s has no body",
                                             ir_func_name(func));
    arena_close(r.memory.arena);
    return ok;
}
