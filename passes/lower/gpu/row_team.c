/* Rows on a GPU: a team of threads has a row (team.c). Each reads its part once, 16 bytes at a time,
 * and keeps it in registers, where the later passes find it:
 *
 *     softmax : 4096x1024   ->   a warp for each row, 8 pieces of 4 elements for each thread:
 *                                  x = row,  m = max x;  t = exp(x - m), s = sum t;  y = t / s
 *                                  8 loads ...                                       8 stores
 *
 * `x` and `t` are arrays of a thread's own, `float tile[32]`; as the loops over them are unrolled,
 * the compiler has them in registers. How many these are decides how many threads a team has. */
#include "passes/lower/row.h"

enum {
    REGISTERS = 32,         /* of a thread, for what stays: 32 warps fit a processor beside the rest */
    MOST_PIECES = 16,       /* of a row's part: their loops are unrolled (backends/c/control.c), */
    MOST_COST = 1024        /* as long as not too much is in them */
};

/* ---------------------------------------------------------------------------------- what stays */

static bool may_stay(const IrValue *v)
{
    return v->type->elem != DTYPE_i1 && (!v->op || op_is_dear(v->op));
}

/* Marks what pass number `pass` asks for to have v, and what of it an earlier one had. */
static void ask(Rows *r, IrValue *v, int pass)
{
    Fact *f = row_fact(r, v);
    if (!row_is_full(r, v) || f->asked == pass + 1)
        return;
    if (may_stay(v) && f->asked) {
        f->stays = true;
        f->until = pass;
        return;
    }
    f->asked = pass + 1;
    for (uint32_t i = 0; v->op && ir_is_elementwise(v->op->kind) && i < v->op->operand_count; i++)
        ask(r, ir_operand(v->op, i), pass);
}

static void ask_all(const Emit *e, Rows *r)
{
    const IrOp *first = ir_func_block(e->graph)->first, *ret = ir_func_block(e->graph)->last;
    for (int pass = 0; pass < r->stages; pass++)
        for (const IrOp *op = first; op != ret; op = op->next)
            if (op->kind == OP_reduce && row_fact(r, &op->results[0])->stage == pass + 1)
                ask(r, ir_operand(op, 0), pass);
    for (uint32_t i = 0; i < ret->operand_count; i++)
        ask(r, ir_operand(ret, i), r->stages);
}

/* The values of the fused function: its arguments, then results of its ops; NULL ends. */
static IrValue **all_values(const Emit *e)
{
    const IrBlock *block = ir_func_block(e->graph);
    IrValue **all = ARENA_ARRAY(e->arena, IrValue *, e->id_count + 1);
    size_t n = 0;
    for (uint32_t i = 0; i < block->arg_count; i++)
        all[n++] = block->args[i];
    for (const IrOp *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->result_count; i++)
            all[n++] = &((IrOp *)op)->results[i];
    return all;
}

/* The value as if there were no leaf. */
static IrValue *computed(Emit *e, IrValue *v, Point *p)
{
    Leaf leaf = e->leaf[v->id];
    e->leaf[v->id] = (Leaf){0};
    IrValue *x = emit_value(e, v, p);
    e->leaf[v->id] = leaf;
    return x;
}

/* On a GPU: read or computed by the first pass that asks, and found in registers by the others. */
static IrValue *staying_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    Rows *r = data;
    Fact *f = row_fact(r, v);
    Dtype elem = v->type->elem;
    if (p != r->here)
        return computed(e, v, p);
    if (f->filled && f->filled <= r->now)
        return emit_load(e, f->kept, elem, r->slot, &(Point){0}, 0);
    IrValue *x = computed(e, v, p);
    emit_store(e, f->kept, elem, r->slot, NULL, x);
    f->filled = r->now + 1;
    return x;
}

/* ------------------------------------------------------------------------------------ the team */

static int64_t bytes_of(const IrValue *v)
{
    return (int64_t)dtype_bytes(v->type->elem);
}

/* Of what the kernel reads and writes. */
static int64_t widest_of_row(const Emit *e, const Rows *r)
{
    const IrBlock *block = ir_func_block(e->graph);
    int64_t widest = 1;
    for (uint32_t i = 0; i < block->arg_count; i++)
        if (row_is_full(r, block->args[i]))
            widest = larger(widest, bytes_of(block->args[i]));
    for (uint32_t i = 0; i < block->last->operand_count; i++)
        if (row_is_full(r, ir_operand(block->last, i)))
            widest = larger(widest, bytes_of(ir_operand(block->last, i)));
    return widest;
}

/* For each element of the row, between pass number `pass` and the next. */
static int64_t registers_after(const Rows *r, IrValue *const *all, int pass)
{
    int64_t count = 0;
    for (; *all; all++) {
        const Fact *f = row_fact(r, *all);
        if (f->stays && f->asked - 1 <= pass && f->until > pass)
            count += bytes_of(*all) > 4 ? 2 : 1;
    }
    return count;
}

/* Pieces of a row that a thread may have for the loops over them to be unrolled. */
static int64_t most_pieces(const Emit *e)
{
    int64_t cost = 1;
    for (const IrOp *op = ir_func_block(e->graph)->first; op; op = op->next)
        cost += op->kind == OP_reduce ? 1 : op_cost(op);
    return larger(smaller(MOST_PIECES, MOST_COST / cost), 1);
}

/* How many elements of the row a thread has at most. */
static int64_t longest_part(const Emit *e, const Rows *r, IrValue *const *all)
{
    int64_t registers = 0;
    for (int pass = 0; pass < r->stages; pass++)
        registers = larger(registers, registers_after(r, all, pass));
    int64_t part = larger(REGISTERS / larger(registers, 1), e->lanes);
    return smaller(part, most_pieces(e) * e->lanes);
}

static void make_room(Emit *e, Rows *r, IrValue *const *all)
{
    int64_t lanes = team_lanes(e), size = (r->columns + lanes - 1) / lanes * e->lanes;
    for (; *all; all++) {
        Fact *f = row_fact(r, *all);
        if (!f->stays)
            continue;
        f->kept = k_alloca(&e->b, ir_memref(e->c, memory_elem((*all)->type->elem), 1, &size));
        set_leaf(e, *all, staying_leaf, r);
    }
    r->slot.step = 1;
}

/* A team for each row. */
void lower_row_teams(Emit *e, Rows *r)
{
    Dtype *elems = ARENA_ARRAY(e->arena, Dtype, e->id_count);
    size_t folds = 0;
    for (const IrOp *op = ir_func_block(e->graph)->first; op; op = op->next)
        if (op->kind == OP_reduce)
            elems[folds++] = fold_elem(op->results[0].type->elem);
    IrValue *row, **all = all_values(e);
    r->shared = true;
    ask_all(e, r);
    e->lanes = piece_lanes(widest_of_row(e, r), r->columns);
    int64_t part = longest_part(e, r, all);
    Grid g = row_grid_begin(e, r->rows, r->rows, r->columns, part, folds, elems,
                            &row);
    if (r->columns <= part * e->team.size)
        make_room(e, r, all);
    row_body(e, r, row);
    grid_end(e, g);
}
