/* scatter: the input is copied, then the updates are combined in, one window after the other in
 * their order, so that the bits are always the same. A window that does not fit is left out. */
#include "passes/lower/scatter.h"

static void classify(Scatter *s)
{
    size_t k;
    int n = 0;
    for (int i = 0; i < s->updates->rank; i++)
        if (listed(s->d.update_window_dims, s->d.window, i, &k))
            s->window_dims[s->window_rank++] = i;
        else
            s->batch_dims[s->batch_rank++] = i;
    for (int i = 0; i < s->input->rank; i++) {
        s->window_size[i] = 1;
        if (listed(s->d.inserted_window_dims, s->d.inserted, i, &k) ||
            listed(s->d.input_batching_dims, s->d.batching, i, &k))
            continue;
        s->input_dims[n] = i;
        s->window_size[i] = s->updates->dims[s->window_dims[n++]];
    }
}

IrValue *scatter_target(const Emit *e, uint32_t i)
{
    return e->memref[ir_func_block(e->graph)->arg_count + i];
}

/* ------------------------------------------------------------------------------------ the copy */

void scatter_copy(Emit *e, void *data, IrValue *j, IrValue *mask)
{
    Scatter *s = data;
    Index at = {.base = j, .step = 1};
    Point *p = point_linear(e, s->input->rank, s->input->dims, at, NULL);
    p->mask = mask;
    p->identity = true;
    IrValue **values = ARENA_ARRAY(e->arena, IrValue *, s->count);
    for (uint32_t i = 0; i < s->count; i++)     /* all first: a target may be an input's memory */
        values[i] = emit_value(e, ir_operand(s->op, i), p);
    for (uint32_t i = 0; i < s->count; i++)
        emit_store(e, scatter_target(e, i), ir_operand(s->op, i)->type->elem, at, mask, values[i]);
}

static void copy_input(Emit *e, Scatter *s)
{
    IrValue *from, *to;
    Chunks c = chunks_begin(e, ir_elements(s->input), TASK_COST, &from, &to);
    vector_loop(e, from, to, c.parallel ? -1 : ir_elements(s->input), scatter_copy, s);
    chunks_end(e, c);
}

/* -------------------------------------------------------------------------------- the windows */

static IrValue *index_component(Emit *e, Scatter *s, const Index *batch, size_t k)
{
    Index at[IR_MAX_RANK];
    for (int i = 0, n = 0; i < s->indices->rank; i++)
        at[i] = i == s->d.index_vector_dim ? index_const(e, (int64_t)k) : batch[n++];
    Point *p = point_at(e, s->indices->rank, s->indices->dims, at, NULL);
    IrValue *v = emit_value(e, ir_operand(s->op, s->count), p);
    Dtype elem = s->indices->elem;
    v = emit_convert(e, v, elem, DTYPE_i64);
    return k_cast(&e->b, OP_arith_index_cast, k_extract(&e->b, v, 0), ir_index(e->c));
}

IrValue *scatter_place(Emit *e, Scatter *s)
{
    Index batch[IR_MAX_RANK];
    IrValue *fits = NULL;
    for (int i = 0; i < s->batch_rank; i++)
        batch[i] = s->at[s->batch_dims[i]];
    for (int i = 0; i < s->input->rank; i++)
        s->start[i] = c_index(e, 0);
    for (size_t i = 0; i < s->d.batching; i++) {
        int64_t d = s->d.scatter_indices_batching_dims[i];
        s->start[s->d.input_batching_dims[i]] = batch[d < s->d.index_vector_dim ? d : d - 1].base;
    }
    for (size_t k = 0; k < s->d.map; k++) {
        int64_t d = s->d.scatter_dims_to_operand_dims[k];
        s->start[d] = index_component(e, s, batch, k);
        IrValue *last = c_index(e, s->input->dims[d] - s->window_size[d]);
        IrValue *low = k_cmpi(&e->b, "sge", s->start[d], c_index(e, 0));
        IrValue *high = k_cmpi(&e->b, "sle", s->start[d], last);
        IrValue *both = k_binary(&e->b, OP_arith_andi, low, high);
        fits = fits ? k_binary(&e->b, OP_arith_andi, fits, both) : both;
    }
    return fits;
}

void scatter_points(Emit *e, Scatter *s, Point **from, Point **there)
{
    Index to[IR_MAX_RANK];
    for (int i = 0; i < s->input->rank; i++)
        to[i] = (Index){.base = s->start[i]};
    for (int i = 0; i < s->window_rank; i++)
        to[s->input_dims[i]] = index_add(e, to[s->input_dims[i]], s->at[s->window_dims[i]]);
    *from = point_at(e, s->updates->rank, s->updates->dims, s->at, NULL);
    *there = point_at(e, s->input->rank, s->input->dims, to, NULL);
}

static void update_body(Emit *e, void *data, IrValue *j, IrValue *mask)
{
    Scatter *s = data;
    Point *from, *there;
    int last = s->window_rank - 1;
    if (last >= 0)
        s->at[s->window_dims[last]] = (Index){.base = j, .step = 1};
    scatter_points(e, s, &from, &there);
    from->mask = there->mask = mask;
    Index at = point_position(e, there);
    IrValue **new = ARENA_ARRAY(e->arena, IrValue *, s->count), **old = ARENA_ARRAY(e->arena, IrValue *, s->count);
    for (uint32_t i = 0; i < s->count; i++) {
        Dtype elem = ir_operand(s->op, i)->type->elem;
        new[i] = emit_value(e, ir_operand(s->op, s->count + 1 + i), from);
        old[i] = emit_load(e, scatter_target(e, i), elem, at, there, ir_elements(s->input));
    }
    for (uint32_t i = 0; i < s->count; i++)
        emit_store(e, scatter_target(e, i), ir_operand(s->op, i)->type->elem, at, mask,
                   emit_combine(e, &s->op->regions[0], s->count, old, new, i));
}

static void window_loops(Emit *e, Scatter *s, int d)
{
    if (d >= s->window_rank - 1) {
        vector_loop(e, s->from, s->to, s->length, update_body, s);
        return;
    }
    IrValue *size = c_index(e, s->updates->dims[s->window_dims[d]]);
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), size, c_index(e, 1), 0, NULL);
    s->at[s->window_dims[d]] = (Index){.base = k_arg(loop, 0)};
    window_loops(e, s, d + 1);
    k_for_end(&e->b, loop, 0, NULL);
}

static void position_loops(Emit *e, Scatter *s, int d)
{
    if (d < s->batch_rank) {
        IrValue *size = c_index(e, s->updates->dims[s->batch_dims[d]]);
        IrOp *loop = k_for_begin(&e->b, c_index(e, 0), size, c_index(e, 1), 0, NULL);
        s->at[s->batch_dims[d]] = (Index){.base = k_arg(loop, 0)};
        position_loops(e, s, d + 1);
        k_for_end(&e->b, loop, 0, NULL);
        return;
    }
    size_t mark = memo_mark(e);
    IrValue *fits = scatter_place(e, s);
    IrOp *branch = fits ? k_if_begin(&e->b, fits, 0, NULL) : NULL;
    window_loops(e, s, 0);
    if (branch)
        k_if_end(&e->b, branch, 0, NULL);
    memo_release(e, mark);
}

static int64_t column_count(const Scatter *s)
{
    return s->window_rank ? s->updates->dims[s->window_dims[s->window_rank - 1]] : 1;
}

static void all_columns(Emit *e, Scatter *s)
{
    s->length = column_count(s);
    s->from = c_index(e, 0);
    s->to = c_index(e, s->length);
}

void lower_scatter(Emit *e)
{
    const IrOp *op = ir_func_block(e->graph)->first;
    while (op->kind != OP_scatter)
        op = op->next;
    Scatter s = {.op = op, .d = ir_scatter_dims(op), .input = ir_operand(op, 0)->type,
                 .count = op->result_count};
    s.indices = ir_operand(op, s.count)->type;
    s.updates = ir_operand(op, s.count + 1)->type;
    classify(&s);
    if (e->pass->target->threads) {
        scatter_teams(e, &s);
        return;
    }
    copy_input(e, &s);
    if (!ir_elements(s.updates))
        return;
    bool rows = s.window_rank && s.window_dims[s.window_rank - 1] == s.updates->rank - 1 &&
                s.input_dims[s.window_rank - 1] == s.input->rank - 1;
    memo_release(e, 0);
    if (!rows)
        e->lanes = 1;
    all_columns(e, &s);
    position_loops(e, &s, 0);
}
