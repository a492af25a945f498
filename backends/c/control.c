/* Loops and conditions. Values that go round a loop are variables, declared in front of
 * it and assigned at its end; afterwards they are its results. */
#include "backends/c/emit.h"

#include <string.h>

const char *c_loop_counter(CEmit *e)
{
    static const char *const letters[] = {"i", "j", "k", "l", "m", "n"};
    enum { LETTERS = sizeof letters / sizeof *letters };
    int depth = e->loops++;
    return depth < LETTERS ? letters[depth] : c_format(e, "i_%d", depth);
}

static void declare(CEmit *e, const IrValue *v, const char *name, const char *init)
{
    if (init)
        c_line(e, "%s %s = %s;", c_value_type(e, v), name, init);
    else
        c_line(e, "%s %s;", c_value_type(e, v), name);
}

/* name[i] = value i of `from` (from operand `first` on), all at once: a value that
 * names a variable which is assigned before it is taken first. NULL: not assigned. */
static void assign(CEmit *e, const IrOp *from, uint32_t first, uint32_t count,
                   const char *const *names)
{
    const char **values = ARENA_ARRAY(e->arena, const char *, count);
    for (uint32_t i = 0; i < count; i++)
        values[i] = names[i] ? c_operand_text(e, from, first + i) : NULL;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i && values[i]; k++)
            if (names[k] && strcmp(names[k], values[k]) &&
                c_mentions(values[i], names[k])) {
                const char *kept = c_numbered(e, "t");
                c_line(e, "const %s %s = %s;",
                       c_value_type(e, ir_operand(from, first + i)), kept, values[i]);
                values[i] = kept;
                break;
            }
    for (uint32_t i = 0; i < count; i++)
        if (names[i] && strcmp(names[i], values[i]))
            c_line(e, "%s = %s;", names[i], values[i]);
    e->reading = false;
}

static bool is_needed(const CEmit *e, const IrValue *v) { return e->facts[v->id].needed; }

/* ------------------------------------------------------------------------------ for */

static void pass_results(CEmit *e, const IrOp *op, const IrOp *from, uint32_t first)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        if (is_needed(e, ir_result(op, i)))
            c_alias(e, ir_result(op, i), ir_operand(from, first + i));
}

static void run_once(CEmit *e, const IrOp *op)
{
    const IrBlock *block = op->regions[0].block;
    unsigned range = c_range(e, ir_operand(op, 0));
    for (uint32_t i = 0; i < block->arg_count; i++)
        if (is_needed(e, block->args[i]))
            c_alias(e, block->args[i], ir_operand(op, i ? 2 + i : 0));
    e->values[block->args[0]->id].range = range;
    c_block(e, block);
    pass_results(e, op, block->last, 0);
}

static void open_for(CEmit *e, const IrOp *op)
{
    const IrValue *iv = op->regions[0].block->args[0];
    unsigned range = c_range(e, ir_operand(op, 0));
    int64_t step;
    const char *lo = c_operand_text(e, op, 0);
    const char *hi = c_bound(e, c_operand(e, op, 1), C_PREFIX);
    const char *by = c_bound(e, c_operand(e, op, 2), C_PREFIX), *i = c_loop_counter(e);
    bool by_one = c_known(e, ir_operand(op, 2), &step) && step == 1;
    c_set(e, iv, c_atom(i));
    e->values[iv->id].range = C_BOUNDED | (range & C_NATURAL);
    c_open(e, "for (%s %s = %s; %s < %s; %s%s) {", c_value_type(e, iv), i, lo, i, hi,
           by_one ? i : c_format(e, "%s += ", i), by_one ? "++" : by);
}

/* How often the loop runs; INT64_MAX: not known. */
static int64_t trips(CEmit *e, const IrOp *op)
{
    int64_t lo, hi, by;
    bool known = c_known(e, ir_operand(op, 0), &lo) && c_known(e, ir_operand(op, 1), &hi) &&
                 c_known(e, ir_operand(op, 2), &by);
    return known ? (hi - lo + by - 1) / by : INT64_MAX;
}

static int64_t lanes_of(const IrOp *op)
{
    return op->result_count ? c_lanes(ir_result(op, 0)->type) : 1;
}

/* The ops on one lane that an unrolled loop would be, those of loops inside included. */
static int64_t unrolled_ops(CEmit *e, const IrOp *loop, int64_t most)
{
    int64_t ops = 0, times = trips(e, loop);
    for (const IrOp *op = loop->regions[0].block->first; op && ops <= most; op = op->next)
        ops += op->kind == OP_scf_for ? unrolled_ops(e, op, most) : lanes_of(op);
    if (times <= 0)
        return 0;
    return times > most || ops > most / times ? most + 1 : times * ops;
}

static bool has_access(const IrOp *loop)
{
    for (const IrOp *op = loop->regions[0].block->first; op; op = op->next)
        if (ir_op_info(op->kind)->class == IR_CLASS_MEMORY || op->region_count)
            return true;
    return false;
}

/* A loop that runs a few times is unrolled, unless too much is in it; compilers that are
 * not told so would. Where the counter is no index, little is gained. */
static void say_unroll(CEmit *e, const IrOp *op)
{
    enum { SHORT = 16, OPS = 2048, OPS_OF_NONE = 64 };
    int64_t times = trips(e, op), most = has_access(op) ? OPS : OPS_OF_NONE;
    if (e->dialect->unroll && times <= SHORT)
        c_line(e, "%s%s", e->dialect->unroll, unrolled_ops(e, op, most) > most ? " 1" : "");
}

/* A value that nobody reads, neither in the loop nor behind it, is no variable. */
static void run_often(CEmit *e, const IrOp *op)
{
    const IrBlock *block = op->regions[0].block;
    uint32_t count = op->result_count;
    const char **names = ARENA_ARRAY(e->arena, const char *, count);
    for (uint32_t i = 0; i < count; i++) {
        const IrValue *arg = block->args[1 + i], *result = ir_result(op, i);
        if (!is_needed(e, arg) && !is_needed(e, result))
            continue;
        names[i] = c_numbered(e, "acc");
        declare(e, arg, names[i], c_operand_text(e, op, 3 + i));
        c_set(e, arg, c_atom(names[i]));
        c_set(e, result, c_atom(names[i]));
    }
    c_settle(e);
    say_unroll(e, op);
    open_for(e, op);
    c_block(e, block);
    assign(e, block->last, 0, count, names);
    e->loops--;
    c_close(e, "}");
}

void c_for(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    c_settle(e);
    switch (c_trips(e, op)) {
    case C_NEVER: pass_results(e, op, op, 3); break;
    case C_ONCE: run_once(e, op); break;
    default: run_often(e, op);
    }
}

/* ------------------------------------------------------------------------------- if */

/* The variable of a buffer is its address. */
static const char *declare_result(CEmit *e, const IrValue *v)
{
    const char *name = c_numbered(e, "t");
    if (v->type->kind != IR_MEMREF) {
        declare(e, v, name, NULL);
        c_set(e, v, c_atom(name));
        return name;
    }
    const char *type = c_pointer_type(e, v);
    c_line(e, "%s%s;", type, name);
    e->values[v->id] = (CValue){.is = c_atom(name), .type = type};
    return name;
}

/* One that a branch around this one passes on has its variable. */
static const char *const *declare_results(CEmit *e, const IrOp *op)
{
    const char **names = ARENA_ARRAY(e->arena, const char *, op->result_count);
    for (uint32_t i = 0; i < op->result_count; i++) {
        const IrValue *v = ir_result(op, i);
        if (is_needed(e, v))
            names[i] = e->values[v->id].is.text ? e->values[v->id].is.text
                                                : declare_result(e, v);
    }
    return names;
}

/* Buffers that a branch chooses among those that its branches choose are one variable. */
static void share_variables(CEmit *e, const IrOp *op, const IrBlock *block)
{
    for (uint32_t i = 0; i < op->result_count; i++) {
        const IrValue *outer = ir_result(op, i), *inner = ir_operand(block->last, i);
        if (is_needed(e, outer) && outer->type->kind == IR_MEMREF &&
            ir_is(inner, OP_scf_if) && inner->op->block == block && !inner->uses->next)
            e->values[inner->id] = e->values[outer->id];
    }
}

/* The condition is known: only one branch is printed. */
static void choose_branch(CEmit *e, const IrOp *op, bool condition)
{
    const IrBlock *block = op->regions[condition ? 0 : 1].block;
    if (!block)
        return;
    c_block(e, block);
    pass_results(e, op, block->last, 0);
}

static void branch(CEmit *e, const IrOp *op, int r, const char *const *names)
{
    const IrBlock *block = op->regions[r].block;
    share_variables(e, op, block);
    c_block(e, block);
    assign(e, block->last, 0, op->result_count, names);
}

void c_if(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    int64_t known;
    c_settle(e);
    if (c_known(e, ir_operand(op, 0), &known)) {
        choose_branch(e, op, known);
        return;
    }
    const char *const *names = declare_results(e, op);
    c_open(e, "if (%s) {", c_operand_text(e, op, 0));
    branch(e, op, 0, names);
    if (op->regions[1].block) {
        e->indent--;
        c_open(e, "} else {");
        branch(e, op, 1, names);
    }
    c_close(e, "}");
}

/* ---------------------------------------------------------------------------- while */

/*     args = inits;
 *     for (;;) { test; results = what the condition passes on; if (!condition) break;
 *                body; args = yields; } */
void c_while(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const IrBlock *test = op->regions[0].block, *body = op->regions[1].block;
    const char **args = ARENA_ARRAY(e->arena, const char *, test->arg_count);
    const char **results = ARENA_ARRAY(e->arena, const char *, op->result_count);
    for (uint32_t i = 0; i < test->arg_count; i++) {
        args[i] = c_numbered(e, "acc");
        declare(e, test->args[i], args[i], c_operand_text(e, op, i));
        c_set(e, test->args[i], c_atom(args[i]));
    }
    for (uint32_t i = 0; i < op->result_count; i++) {
        if (!is_needed(e, ir_result(op, i)) && !is_needed(e, body->args[i]))
            continue;
        results[i] = c_numbered(e, "t");
        declare(e, ir_result(op, i), results[i], NULL);
        c_set(e, ir_result(op, i), c_atom(results[i]));
        c_set(e, body->args[i], c_atom(results[i]));
    }
    c_settle(e);
    c_open(e, "for (;;) {");
    c_block(e, test);
    assign(e, test->last, 1, op->result_count, results);
    c_line(e, "if (!%s)", c_bound(e, c_operand(e, test->last, 0), C_PREFIX));
    c_line(e, "    break;");
    c_settle(e);
    c_block(e, body);
    assign(e, body->last, 0, test->arg_count, args);
    c_close(e, "}");
}
