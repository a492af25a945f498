/* scf.parallel: the body becomes a function over a range of iterations, and the loop a
 * call of the caller's pool, or of that function if there is none:
 *
 *     struct NAME_task_context context = {captured values...};
 *     pool_run(pool, NAME_task, &context, count);     count = product of the trip counts
 *
 * Several dimensions are one range: the indices are got back by division. Each
 * iteration is the same code whoever runs it, so the number of threads changes no bit. */
#include "backends/c/emit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct Capture {
    const char *name, *type;
} Capture;

typedef struct Captures {
    CEmit *e;
    const IrOp *loop;
    Capture *all;
    size_t count, room;
} Captures;

/* Constants need no capture, nor do arrays of the file. */
static void capture(Captures *c, const IrValue *v)
{
    CEmit *e = c->e;
    int64_t known;
    if (ir_value_defined_inside(v, c->loop) || !e->facts[v->id].needed ||
        c_known(e, v, &known) || ir_is(v, OP_arith_constant) ||
        ir_is(v, OP_memref_get_global))
        return;
    const char *type = v->type->kind == IR_MEMREF
                           ? e->values[v->id].type
                           : c_format(e, "%s ", c_type(e, v->type));
    Capture made = {c_stable(e, v), type};
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->all[i].name, made.name) == 0)
            return;
    ARENA_PUSH(e->arena, c->all, c->count, c->room, made);
}

static void capture_operands(IrOp *op, void *data)
{
    Captures *c = data;
    if (c_is_needed(c->e, op))
        for (uint32_t i = 0; i < op->operand_count; i++)
            capture(c, ir_operand(op, i));
}

static uint32_t dimensions(const IrOp *loop) { return loop->regions[0].block->arg_count; }

/* ceil((hi - lo) / step), at least 0 */
static CText trip_count(CEmit *e, const IrOp *loop, uint32_t d)
{
    uint32_t n = dimensions(loop);
    int64_t lo, hi, step;
    const IrValue *low = ir_operand(loop, d), *high = ir_operand(loop, n + d);
    if (c_known(e, low, &lo) && c_known(e, high, &hi) &&
        c_known(e, ir_operand(loop, 2 * n + d), &step))
        return c_index_literal(e, hi > lo ? (hi - lo + step - 1) / step : 0);
    CElem i64 = c_elem(low->type);
    const char *by = c_stable(e, ir_operand(loop, 2 * n + d));
    return c_atom(c_format(e, "%s((%s - %s + %s - 1) / %s, 0)",
                           c_helper(e, "max", i64, 1), c_stable(e, high),
                           c_stable(e, low), by, by));
}

static const char *total_count(CEmit *e, const IrOp *loop)
{
    int64_t known = 1;
    const char *text = NULL;
    for (uint32_t d = 0; d < dimensions(loop); d++) {
        CText t = trip_count(e, loop, d);
        bool number = t.text[strspn(t.text, "0123456789")] == 0;
        if (number)
            known *= strtoll(t.text, NULL, 10);
        else
            text = text ? c_format(e, "%s * %s", text, t.text) : t.text;
    }
    if (!text)
        return c_index_literal(e, known).text;
    return known == 1 ? text : c_format(e, "%s * %" PRId64, text, known);
}

/* lo + k * step, and what it is known to be. */
static void set_index(CEmit *e, const IrOp *loop, uint32_t d, CText k)
{
    const char *counter = k.text;
    uint32_t n = dimensions(loop);
    int64_t lo, step;
    const IrValue *iv = loop->regions[0].block->args[d];
    unsigned range = C_BOUNDED | (c_range(e, ir_operand(loop, d)) & C_NATURAL);
    if (!c_known(e, ir_operand(loop, 2 * n + d), &step) || step != 1)
        k = (CText){c_format(e, "%s * %s", c_bound(e, k, C_PRODUCT),
                             c_stable(e, ir_operand(loop, 2 * n + d))),
                    C_PRODUCT};
    if (!c_known(e, ir_operand(loop, d), &lo) || lo != 0)
        k = (CText){c_format(e, "%s + %s", c_stable(e, ir_operand(loop, d)),
                             c_bound(e, k, C_PRODUCT)),
                    C_SUM};
    const char *name = k.text;
    if (name != counter || k.level != C_ATOM) {
        name = c_numbered(e, "at");
        c_line(e, "const int64_t %s = %s;", name, k.text);
    }
    c_set(e, iv, c_atom(name));
    e->values[iv->id].range = range;
}

/* The indices of iteration i: the last dimension runs fastest. */
static void set_indices(CEmit *e, const IrOp *loop, const char *counter)
{
    CText i = c_atom(counter);
    for (uint32_t d = dimensions(loop); d-- > 0;) {
        CText k = i;
        if (d > 0) {
            const char *count = trip_count(e, loop, d).text;
            k = (CText){c_format(e, "%s %% %s", c_bound(e, i, C_PRODUCT), count),
                        C_PRODUCT};
            i = (CText){c_format(e, "%s / %s", c_bound(e, i, C_PRODUCT), count),
                        C_PRODUCT};
        }
        if (e->facts[loop->regions[0].block->args[d]->id].needed)
            set_index(e, loop, d, k);
    }
}

/* The task is printed in front of the function we are in. */
static void print_task(Captures *c, const char *name)
{
    CEmit *e = c->e;
    Text *outer = e->out, body = {0};
    int indent = e->indent, loops = e->loops;
    e->out = &body;
    e->indent = 1;
    const char *i = c_loop_counter(e);
    c_open(e, "for (int64_t %s = begin; %s < end; %s++) {", i, i, i);
    set_indices(e, c->loop, i);
    c_block(e, c->loop->regions[0].block);
    c_close(e, "}");
    if (c->count) {
        text_printf(&e->functions, "struct %s_context {\n", name);
        for (size_t i = 0; i < c->count; i++)
            text_printf(&e->functions, "    %s%s;\n", c->all[i].type, c->all[i].name);
        text_add(&e->functions, "};\n\n");
    }
    text_printf(&e->functions,
                "static void %s(void *ctx, int64_t begin, int64_t end)\n{\n", name);
    if (c->count)
        text_printf(&e->functions, "    const struct %s_context *const c = ctx;\n", name);
    else
        text_add(&e->functions, "    (void)ctx;\n");
    for (size_t i = 0; i < c->count; i++)
        text_printf(&e->functions, "    %sconst %s = c->%s;\n", c->all[i].type,
                    c->all[i].name, c->all[i].name);
    text_printf(&e->functions, "%s}\n\n", body.bytes);
    text_free(&body);
    e->out = outer;
    e->indent = indent;
    e->loops = loops;
}

static const char *call_context(Captures *c, const char *task)
{
    CEmit *e = c->e;
    if (!c->count)
        return "NULL";
    const char *name = c_numbered(e, "context");
    c_open(e, "struct %s_context %s = {", task, name);
    for (size_t i = 0; i < c->count; i++)
        c_line(e, "%s,", c->all[i].name);
    c_close(e, "};");
    return c_format(e, "&%s", name);
}

static void call_pool(CEmit *e, const IrOp *op)
{
    Captures c = {.e = e, .loop = op};
    ir_walk((IrOp *)op, capture_operands, &c);
    for (uint32_t i = 0; i < op->operand_count; i++)
        capture(&c, ir_operand(op, i));
    const char *task = c_names_fresh(
        e, &e->globals, c_format(e, "%s_task", e->function_names[e->source->id]));
    const char *run = c_helper(e, "run", c_elem(ir_index(e->module->context)), 1);
    const char *count = total_count(e, op);
    print_task(&c, task);
    const char *context = call_context(&c, task);
    c_line(e, "%s(pool, %s, %s, %s);", run, task, context, count);
}

/* One iteration needs no pool, none needs no code. */
void c_parallel(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const IrBlock *block = op->regions[0].block;
    CTrips trips = c_trips(e, op);
    c_settle(e);
    if (trips == C_OFTEN) {
        call_pool(e, op);
    } else if (trips == C_ONCE) {
        for (uint32_t d = 0; d < block->arg_count; d++)
            if (e->facts[block->args[d]->id].needed)
                c_alias(e, block->args[d], ir_operand(op, d));
        c_block(e, block);
    }
}
