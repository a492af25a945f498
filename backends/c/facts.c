/* What is known before a line is printed: integers that are constants, loops that do
 * not run, and which values nobody reads, so that no statement is printed for nothing. */
#include "backends/c/emit.h"

#include <string.h>

/* -------------------------------------------------------------------------- constants */

static bool find(CEmit *e, const IrValue *v, int64_t *out);

static int64_t wrap(uint64_t x) { return (int64_t)x; }

static bool fold_binary(IrOpKind kind, int64_t x, int64_t y, int64_t *out)
{
    uint64_t a = (uint64_t)x, b = (uint64_t)y;
    switch (kind) {
    case OP_arith_addi: return *out = wrap(a + b), true;
    case OP_arith_subi: return *out = wrap(a - b), true;
    case OP_arith_muli: return *out = wrap(a * b), true;
    case OP_arith_divui: return b && (*out = wrap(a / b), true);
    case OP_arith_remui: return b && (*out = wrap(a % b), true);
    case OP_arith_minsi: return *out = x < y ? x : y, true;
    case OP_arith_maxsi: return *out = x > y ? x : y, true;
    default: return false;
    }
}

static bool compare_ints(const char *predicate, int64_t x, int64_t y, int64_t *out)
{
    uint64_t a = (uint64_t)x, b = (uint64_t)y;
    const struct {
        const char *name;
        bool holds;
    } all[] = {{"eq", x == y}, {"ne", x != y},  {"slt", x < y}, {"sle", x <= y},
               {"sgt", x > y}, {"sge", x >= y}, {"ult", a < b}, {"ule", a <= b},
               {"ugt", a > b}, {"uge", a >= b}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, predicate) == 0)
            return *out = all[i].holds, true;
    return false;
}

static bool find_constant(const IrOp *op, int64_t *out)
{
    IrAttr a = ir_op_attr(op, "value");
    if (a->kind == IR_ATTR_ELEMENTS && c_lanes(ir_result(op, 0)->type) == 1 &&
        !dtype_is_float(a->type->elem))
        return *out = ir_elements_get_int(a, 0), true;
    *out = a->number;
    return a->kind == IR_ATTR_INT || a->kind == IR_ATTR_BOOL;
}

/* Result i of a loop or branch, if it is what comes in or what is yielded. */
static bool find_passed(CEmit *e, const IrOp *op, uint32_t i, int64_t *out)
{
    int64_t condition;
    if (op->kind == OP_scf_for && c_trips(e, op) == C_NEVER)
        return find(e, ir_operand(op, 3 + i), out);
    if (op->kind == OP_scf_for && c_trips(e, op) == C_ONCE)
        return find(e, ir_operand(op->regions[0].block->last, i), out);
    if (op->kind == OP_scf_if && c_known(e, ir_operand(op, 0), &condition))
        return find(e, ir_operand(op->regions[condition ? 0 : 1].block->last, i), out);
    return false;
}

static bool find_result(CEmit *e, const IrOp *op, uint32_t i, int64_t *out)
{
    int64_t x, y;
    if (op->kind == OP_arith_constant)
        return find_constant(op, out);
    if (op->region_count)
        return find_passed(e, op, i, out);
    if (op->kind == OP_arith_select && c_known(e, ir_operand(op, 0), &x))
        return find(e, ir_operand(op, x ? 1 : 2), out);
    bool index = op->operand_count == 2 && ir_operand(op, 0)->type->kind == IR_INDEX;
    if (!index || !c_known(e, ir_operand(op, 0), &x) ||
        !c_known(e, ir_operand(op, 1), &y))
        return false;
    return op->kind == OP_arith_cmpi
               ? compare_ints(ir_op_string(op, "predicate"), x, y, out)
               : fold_binary(op->kind, x, y, out);
}

/* In a loop that runs once everything is what came in. */
static bool find_argument(CEmit *e, const IrValue *v, int64_t *out)
{
    const IrOp *op = v->block->region->op;
    if (op->kind == OP_scf_for && c_trips(e, op) == C_ONCE)
        return find(e, ir_operand(op, v->index ? 2 + v->index : 0), out);
    if (op->kind == OP_scf_parallel && c_trips(e, op) == C_ONCE)
        return find(e, ir_operand(op, v->index), out);
    return false;
}

static bool find(CEmit *e, const IrValue *v, int64_t *out)
{
    bool integer = v->type->kind == IR_INDEX ||
                   (c_lanes(v->type) == 1 && !v->type->of_index &&
                    (v->type->kind == IR_SCALAR || v->type->kind == IR_VECTOR) &&
                    !dtype_is_float(v->type->elem));
    return integer &&
           (v->op ? find_result(e, v->op, v->index, out) : find_argument(e, v, out));
}

bool c_known(CEmit *e, const IrValue *v, int64_t *number)
{
    CFact *f = &e->facts[v->id];
    if (!f->looked_at) {
        f->looked_at = true; /* a value does not depend on itself, but through a loop */
        f->known = find(e, v, &f->number);
    }
    *number = f->number;
    return f->known;
}

/* ------------------------------------------------------------------------------ loops */

/* The trips of dimension d of n. */
static CTrips trips_of(CEmit *e, const IrOp *op, uint32_t d, uint32_t n)
{
    int64_t lo, hi, step;
    if (!c_known(e, ir_operand(op, d), &lo) || !c_known(e, ir_operand(op, n + d), &hi) ||
        !c_known(e, ir_operand(op, 2 * n + d), &step))
        return C_OFTEN;
    return hi <= lo ? C_NEVER : hi - lo <= step ? C_ONCE : C_OFTEN;
}

CTrips c_trips(CEmit *e, const IrOp *loop)
{
    uint32_t n = loop->kind == OP_scf_for ? 1 : loop->regions[0].block->arg_count;
    CTrips all = C_ONCE;
    for (uint32_t d = 0; d < n; d++) {
        CTrips t = trips_of(e, loop, d, n);
        if (t == C_NEVER)
            return C_NEVER;
        if (t == C_OFTEN)
            all = C_OFTEN;
    }
    return all;
}

/* --------------------------------------------------------------------------- liveness */

static void mark_block(CEmit *e, const IrBlock *block);

static void need(CEmit *e, const IrValue *v) { e->facts[v->id].needed = true; }

static void need_operands(CEmit *e, const IrOp *op)
{
    int64_t known;
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (!c_known(e, ir_operand(op, i), &known))
            need(e, ir_operand(op, i));
}

/* Reading memory is no effect. */
static bool has_effect(const IrOp *op)
{
    switch (op->kind) {
    case OP_memref_load:
    case OP_vector_load:
    case OP_vector_maskedload:
    case OP_vector_gather:
    case OP_memref_alloca: return false;
    default: return !(ir_op_info(op->kind)->traits & IR_PURE);
    }
}

bool c_is_needed(const CEmit *e, const IrOp *op)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        if (e->facts[ir_result(op, i)->id].needed)
            return true;
    return has_effect(op);
}

static void need_if(CEmit *e, const IrValue *v, const IrValue *user)
{
    if (e->facts[user->id].needed)
        need(e, v);
}

/* Whether op's region is printed without a loop or branch around it: values are passed
 * on by name. */
static bool is_inlined(CEmit *e, const IrOp *op)
{
    int64_t condition;
    return op->kind == OP_scf_for  ? c_trips(e, op) == C_ONCE
           : op->kind == OP_scf_if ? c_known(e, ir_operand(op, 0), &condition)
                                   : false;
}

static void mark_yield(CEmit *e, const IrOp *yield, const IrOp *parent)
{
    for (uint32_t i = 0; i < yield->operand_count; i++)
        need_if(e, ir_operand(yield, i), ir_result(parent, i));
}

static void mark_for(CEmit *e, const IrOp *op)
{
    const IrBlock *body = op->regions[0].block;
    CTrips trips = c_trips(e, op);
    if (trips != C_NEVER)
        mark_block(e, body);
    if (trips == C_OFTEN)
        need_operands(e, op);
    for (uint32_t i = 0; i < op->result_count; i++)
        need_if(e, ir_operand(op, 3 + i),
                trips == C_NEVER ? ir_result(op, i) : body->args[1 + i]);
}

static void mark_if(CEmit *e, const IrOp *op)
{
    int64_t condition = 0;
    bool known = c_known(e, ir_operand(op, 0), &condition);
    for (int r = 0; r < 2; r++)
        if (op->regions[r].block && !(known && r != (condition ? 0 : 1)))
            mark_block(e, op->regions[r].block);
    need_operands(e, op);
}

static void mark(CEmit *e, const IrOp *op)
{
    const IrOp *parent = op->block->region->op;
    if (!c_is_needed(e, op))
        return;
    if (op->kind == OP_scf_yield && is_inlined(e, parent)) {
        mark_yield(e, op, parent);
    } else if (op->kind == OP_scf_for) {
        mark_for(e, op);
    } else if (op->kind == OP_scf_if) {
        mark_if(e, op);
    } else {
        bool runs = op->kind != OP_scf_parallel || c_trips(e, op) != C_NEVER;
        for (uint32_t r = op->region_count; runs && r-- > 0;)
            mark_block(e, op->regions[r].block);
        need_operands(e, op);
    }
}

static void mark_block(CEmit *e, const IrBlock *block)
{
    for (const IrOp *op = block->last; op; op = op->prev)
        mark(e, op);
}

void c_mark_needed(CEmit *e, const IrOp *func) { mark_block(e, ir_func_block(func)); }
