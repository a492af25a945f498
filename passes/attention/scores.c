/* Finds the scores that belong together, by what they are computed from and used for.
 *
 * From an inner product the labels of its dimensions are carried to all that is computed
 * from it, and back to other inner products that meet it on the way (in a gradient there
 * are two: q k^T and dy v^T). Whatever reads scores must be elementwise, a view that
 * keeps the dimensions apart, a fold of rows or an outer product: then they need not be
 * in memory. */
#include "passes/attention/attention.h"

#include <string.h>

int64_t scores_batch(const Scores *s)
{
    int64_t n = 1;
    for (int i = 0; i < s->batch; i++)
        n *= s->batch_size[i];
    return n;
}

static bool is_label_view(const IrOp *op)
{
    return op->kind == OP_transpose || op->kind == OP_reshape ||
           op->kind == OP_broadcast_in_dim;
}

/* --------------------------------------------------------------------------- products */

/* How many dimensions of operand i are free and larger than 1, and the last of them. */
static int free_dims(const IrOp *dot, uint32_t i, int *last)
{
    IrDotDims d = ir_dot_dims(dot);
    IrType t = ir_operand(dot, i)->type;
    int count = 0;
    for (int k = 0; k < t->rank; k++) {
        bool taken = t->dims[k] == 1;
        for (size_t j = 0; j < d.batch; j++)
            taken |= (i ? d.rhs_batch : d.lhs_batch)[j] == k;
        for (size_t j = 0; j < d.contract; j++)
            taken |= (i ? d.rhs_contract : d.lhs_contract)[j] == k;
        if (!taken) {
            *last = k;
            count++;
        }
    }
    return count;
}

static int contracted_dims(const IrOp *dot, int64_t *size)
{
    IrDotDims d = ir_dot_dims(dot);
    int count = 0;
    *size = 1;
    for (size_t i = 0; i < d.contract; i++) {
        int64_t n = ir_operand(dot, 0)->type->dims[d.lhs_contract[i]];
        count += n != 1;
        *size *= n;
    }
    return count;
}

/* Sums of f32, of operands of one type: f32, bf16 or f16. */
static bool is_f32_dot(const IrOp *op)
{
    if (op->kind != OP_dot_general)
        return false;
    Dtype x = ir_operand(op, 0)->type->elem, y = ir_operand(op, 1)->type->elem;
    return op->results[0].type->elem == DTYPE_f32 && x == y &&
           (x == DTYPE_f32 || attention_is_narrow(x)) &&
           ir_elements(op->results[0].type) > 0;
}

/* One free dimension on each side, and a sum that is short. */
static bool makes_scores(const IrOp *op)
{
    int dim;
    int64_t depth;
    return is_f32_dot(op) && free_dims(op, 0, &dim) == 1 && free_dims(op, 1, &dim) == 1 &&
           contracted_dims(op, &depth) <= 1 && depth > 0 && depth <= ATTENTION_DEPTH;
}

/* The labels that the first inner product gives to what it makes. */
static Labels first_labels(Scores *s, const IrOp *dot)
{
    IrDotDims d = ir_dot_dims(dot);
    IrType t = dot->results[0].type;
    Labels l = {0};
    int side = LABEL_LEFT;
    for (int i = 0; i < t->rank; i++) {
        l.of[i] = LABEL_ONE;
        if (t->dims[i] == 1)
            continue;
        if (i < (int)d.batch) {
            s->batch_size[s->batch] = t->dims[i];
            l.of[i] = (signed char)(LABEL_BATCH + s->batch++);
        } else {
            s->side[side - LABEL_LEFT] = t->dims[i];
            l.of[i] = (signed char)side++;
        }
    }
    return l;
}

/* Whether scores of these labels can come from this product: its batch is theirs. */
static bool makes_these(const IrOp *dot, const Labels *l)
{
    size_t batch = ir_dot_dims(dot).batch;
    IrType t = dot->results[0].type;
    for (int i = 0; i < t->rank; i++)
        if (t->dims[i] != 1 && (i < (int)batch) != (l->of[i] >= LABEL_BATCH))
            return false;
    return makes_scores(dot);
}

/* An outer product keeps the batch, sums over one side, and has one more dimension at
 * most. */
static bool uses_up(const Scores *s, const IrOp *dot, uint32_t operand)
{
    const IrValue *x = ir_operand(dot, operand), *y = ir_operand(dot, !operand);
    int left, width = -1;
    int64_t size;
    if (!is_f32_dot(dot) || s->is_score[y->id] || x == y ||
        contracted_dims(dot, &size) != 1 || free_dims(dot, operand, &left) != 1 ||
        free_dims(dot, !operand, &width) > 1)
        return false;
    int kept = s->labels[x->id].of[left], summed = outer_summed(s, dot);
    return (width < 0 || y->type->dims[width] <= ATTENTION_DEPTH) && kept < LABEL_DEPTH &&
           summed == other_side(kept);
}

/* ------------------------------------------------------------------------ the closure */

static void fail(Scores *s) { s->ok = false; }

static void add_op(Scores *s, OpList *list, IrOp *op)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == op)
            return;
    ARENA_PUSH(s->arena, list->items, list->count, list->room, op);
}

static void add_score(Scores *s, IrValue *v, const Labels *l)
{
    if (s->is_score[v->id]) {
        if (!labels_equal(v->type, &s->labels[v->id], l))
            fail(s);
        return;
    }
    s->is_score[v->id] = true;
    s->labels[v->id] = *l;
    ARENA_PUSH(s->arena, s->all, s->count, s->room, v);
}

static bool add_row(Scores *s, IrValue *v, const Labels *l)
{
    if (s->is_row[v->id])
        return labels_equal(v->type, &s->labels[v->id], l);
    s->is_row[v->id] = true;
    s->labels[v->id] = *l;
    ARENA_PUSH(s->arena, s->rows, s->row_count, s->row_room, v);
    return true;
}

static bool same_dims(IrType a, IrType b)
{
    return a->rank == b->rank &&
           !memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims);
}

/* Whether v is computed from a product that makes as many scores as v has elements. */
static bool comes_from_inner(Scores *s, const IrValue *v, int64_t elements)
{
    const IrOp *op = v->op;
    if (!op || ir_elements(v->type) != elements || s->seen[op->id] == s->stamp)
        return false;
    s->seen[op->id] = s->stamp;
    if (makes_scores(op))
        return true;
    if (!is_label_view(op) && !ir_is_elementwise(op->kind))
        return false;
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (comes_from_inner(s, ir_operand(op, i), elements))
            return true;
    return false;
}

/* An operand that must have these labels: scores, or anything that is read or computed
 * where it is wanted. */
static void join_operand(Scores *s, IrValue *v, const Labels *l)
{
    s->stamp++;
    if (s->is_score[v->id] || comes_from_inner(s, v, ir_elements(v->type)))
        add_score(s, v, l);
}

static void follow_source(Scores *s, IrValue *v)
{
    IrOp *op = v->op;
    const Labels *l = &s->labels[v->id];
    Labels from;
    if (op->kind == OP_dot_general) {
        if (!makes_these(op, l))
            fail(s);
        add_op(s, &s->inner, op);
    } else if (is_label_view(op)) {
        if (ir_elements(ir_operand(op, 0)->type) == ir_elements(v->type)) {
            if (labels_back(op, l, &from))
                join_operand(s, ir_operand(op, 0), &from);
            else
                fail(s);
        }
    } else {
        for (uint32_t i = 0; i < op->operand_count; i++)
            if (same_dims(ir_operand(op, i)->type, v->type))
                join_operand(s, ir_operand(op, i), l);
    }
}

/* A fold of one side; what it gives has the labels that are left. */
static void follow_fold(Scores *s, IrOp *op, uint32_t operand)
{
    size_t count;
    const int64_t *dims = operand ? NULL : ir_op_ints(op, "dimensions", &count);
    const IrValue *v = ir_operand(op, operand);
    const Labels *l = &s->labels[v->id];
    int folded = LABEL_NONE, out = 0;
    if (operand || op->result_count != 1 || ir_body_op(&op->regions[0]) == OP_COUNT) {
        fail(s);
        return;
    }
    Labels rest = {0};
    for (int i = 0; i < v->type->rank; i++) {
        bool gone = false;
        for (size_t k = 0; k < count; k++)
            gone |= dims[k] == i;
        if (!gone)
            rest.of[out++] = l->of[i];
        else if (v->type->dims[i] != 1)
            folded = folded == LABEL_NONE ? l->of[i] : LABEL_BATCH;
    }
    if (s->folded == LABEL_NONE)
        s->folded = folded;
    if (folded != s->folded || (folded != LABEL_LEFT && folded != LABEL_RIGHT))
        fail(s);
    add_row(s, ir_result(op, 0), &rest);
    add_op(s, &s->folds, op);
}

static void follow_use(Scores *s, IrValue *v, const IrUse *u)
{
    IrOp *op = u->op;
    Labels to;
    if (op->block != v->op->block) {
        fail(s);
    } else if (ir_is_elementwise(op->kind)) {
        if (same_dims(op->results[0].type, v->type))
            add_score(s, ir_result(op, 0), &s->labels[v->id]);
        else
            fail(s);
    } else if (is_label_view(op)) {
        if (labels_through(op, &s->labels[v->id], LABEL_NONE, &to))
            add_score(s, ir_result(op, 0), &to);
        else
            fail(s);
    } else if (op->kind == OP_reduce) {
        follow_fold(s, op, u->index);
    } else if (op->kind == OP_dot_general) {
        add_op(s, &s->outer, op); /* looked at when all scores are known */
    } else {
        fail(s);
    }
}

/* --------------------------------------------------------------------- what must hold */

static bool is_carrier(const IrOp *op)
{
    return ir_is_elementwise(op->kind) || ir_op_info(op->kind)->class == IR_CLASS_SHAPE;
}

static bool comes_from_fold(Scores *s, const IrValue *v)
{
    const IrOp *op = v->op;
    if (!op || s->is_score[v->id] || s->seen[op->id] == s->stamp)
        return false;
    s->seen[op->id] = s->stamp;
    if (s->is_row[v->id])
        return true;
    for (uint32_t i = 0; is_carrier(op) && i < op->operand_count; i++)
        if (comes_from_fold(s, ir_operand(op, i)))
            return true;
    return false;
}

/* Whether v, wanted with these labels, gives what folds gave at the same rows only. */
static bool keeps_rows(Scores *s, IrValue *v, const Labels *l)
{
    const IrOp *op = v->op;
    Labels from = *l;
    s->stamp++;
    if (!comes_from_fold(s, v))
        return true;
    if (s->is_row[v->id])
        return add_row(s, v, l);
    if (!ir_is_elementwise(op->kind) && !labels_back(op, l, &from))
        return false;
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (!keeps_rows(s, ir_operand(op, i), &from))
            return false;
    return add_row(s, v, l);
}

static bool operands_fit(Scores *s, const IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (!keeps_rows(s, ir_operand(op, i), &s->labels[op->results[0].id]))
            return false;
    return true;
}

static bool outer_fit(Scores *s)
{
    for (size_t i = 0; i < s->outer.count; i++) {
        IrOp *dot = s->outer.items[i];
        if (!uses_up(s, dot, outer_scores_operand(s, dot)) ||
            s->is_score[dot->results[0].id])
            return false;
    }
    return true;
}

static void forget(Scores *s)
{
    for (size_t i = 0; i < s->count; i++)
        s->is_score[s->all[i]->id] = false;
    for (size_t i = 0; i < s->row_count; i++)
        s->is_row[s->rows[i]->id] = false;
    s->count = s->row_count = s->inner.count = s->folds.count = s->outer.count = 0;
    s->batch = 0;
    s->folded = LABEL_NONE;
    s->ok = true;
}

Scores scores_open(IrModule *m, Arena *arena)
{
    Scores s = {.arena = arena};
    s.labels = ARENA_ARRAY(arena, Labels, m->value_count);
    s.is_score = ARENA_ARRAY(arena, bool, m->value_count);
    s.is_row = ARENA_ARRAY(arena, bool, m->value_count);
    s.seen = ARENA_ARRAY(arena, uint32_t, m->op_count);
    return s;
}

bool scores_find(Scores *s, IrOp *inner)
{
    if (!makes_scores(inner))
        return false;
    forget(s);
    Labels first = first_labels(s, inner);
    add_score(s, ir_result(inner, 0), &first);
    for (size_t i = 0; s->ok && i < s->count; i++) {
        IrValue *v = s->all[i];
        follow_source(s, v);
        for (const IrUse *u = v->uses; s->ok && u; u = u->next)
            follow_use(s, v, u);
    }
    for (size_t i = 0; s->ok && i < s->count; i++)
        s->ok = operands_fit(s, s->all[i]->op);
    return s->ok && outer_fit(s);
}
