/* x[0], x[:, 0:3], x[..., -1], x[::2]: one slice, and a reshape that drops the indexed
 * dimensions. An index that is computed becomes a dynamic slice. Lists are indexed
 * with known numbers. */
#include "frontend/lang/elab.h"

typedef struct Cut { /* of one dimension */
    int64_t start, limit, stride;
    bool drop;
    IrValue *computed; /* the start, where it is not known */
} Cut;

static Value known_int(Elab *e, const Node *n, int64_t otherwise)
{
    Value v = n ? lang_eval(e, n) : value_int(otherwise);
    if (v.kind != V_INT && v.kind != V_ERROR)
        return lang_error(e, n,
                          "found %s, wanted a whole number that is known when compiling",
                          lang_show(e, v));
    return v;
}

static int64_t from_end(int64_t i, int64_t size)
{
    return i < 0 && i >= -size ? i + size : i;
}

static bool cut_slice(Elab *e, const Node *n, int64_t size, Cut *c)
{
    Value start = known_int(e, n->a, 0), limit = known_int(e, n->b, size);
    Value stride = known_int(e, n->c, 1);
    if (start.kind != V_INT || limit.kind != V_INT || stride.kind != V_INT)
        return false;
    int64_t step = stride.integer > size + 1 ? size + 1 : stride.integer;
    *c = (Cut){from_end(start.integer, size), from_end(limit.integer, size), step, false,
               NULL};
    if (c->start >= 0 && c->start <= c->limit && c->limit <= size && c->stride > 0)
        return true;
    lang_error(e, n, "the slice %lld:%lld:%lld does not fit size %s",
               (long long)start.integer, (long long)limit.integer,
               (long long)stride.integer, lang_show(e, value_int(size)));
    return false;
}

static bool cut_index(Elab *e, const Node *n, int64_t size, Cut *c)
{
    Value v = lang_eval(e, n);
    if (v.kind == V_INT) {
        int64_t i = from_end(v.integer, size);
        if (i >= 0 && i < size) {
            *c = (Cut){i, i + 1, 1, true, NULL};
            return true;
        }
        lang_error(e, n, "index %lld does not fit size %s", (long long)v.integer,
                   lang_show(e, value_int(size)));
        return false;
    }
    bool scalar = v.kind == V_TENSOR && v.tensor->type->rank == 0 &&
                  dtype_is_int(v.tensor->type->elem);
    if (scalar && size > 0) {
        *c = (Cut){0, 1, 1, true, v.tensor};
        return true;
    }
    if (v.kind != V_ERROR)
        lang_error(e, n, "found %s, wanted an index (`take` looks up several)",
                   lang_show(e, v));
    return false;
}

static bool read_cuts(Elab *e, const Node *n, IrType t, Cut *cuts)
{
    size_t dots = n->count, rank = (size_t)t->rank;
    for (size_t i = n->count; i-- > 0;)
        if (n->items[i]->kind == NODE_ELLIPSIS)
            dots = i;
    size_t given = n->count - (dots < n->count);
    if (given > rank) {
        lang_error(e, n, "found %zu indices for a tensor of rank %zu", given, rank);
        return false;
    }
    for (size_t d = 0; d < rank; d++) {
        size_t tail = dots < n->count ? n->count - dots - 1 : 0;
        const Node *at = d < dots && d < n->count ? n->items[d]
                         : d >= rank - tail       ? n->items[n->count - (rank - d)]
                                                  : NULL;
        cuts[d] = (Cut){0, t->dims[d], 1, false, NULL};
        if (!at)
            continue;
        if (at->kind == NODE_ELLIPSIS) {
            lang_error(e, at, "`...` may stand only once among the indices");
            return false;
        }
        if (at->kind == NODE_SLICE ? !cut_slice(e, at, t->dims[d], &cuts[d])
                                   : !cut_index(e, at, t->dims[d], &cuts[d]))
            return false;
    }
    return true;
}

static IrValue *slice(Elab *e, IrValue *x, const Cut *cuts)
{
    int64_t start[IR_MAX_RANK], limit[IR_MAX_RANK], stride[IR_MAX_RANK];
    bool all = true;
    for (int d = 0; d < x->type->rank; d++) {
        start[d] = cuts[d].start;
        limit[d] = cuts[d].computed ? x->type->dims[d] : cuts[d].limit;
        stride[d] = cuts[d].stride;
        all = all && start[d] == 0 && limit[d] == x->type->dims[d] && stride[d] == 1;
    }
    return all ? x : ir_slice(&e->b, x, start, limit, stride);
}

static IrValue *dynamic_slice(Elab *e, IrValue *x, const Cut *cuts)
{
    IrValue *starts[IR_MAX_RANK];
    int64_t sizes[IR_MAX_RANK];
    bool computed = false;
    for (int d = 0; d < x->type->rank; d++) {
        computed = computed || cuts[d].computed;
        sizes[d] = cuts[d].computed ? 1 : x->type->dims[d];
        starts[d] = cuts[d].computed ? ir_convert(&e->b, cuts[d].computed, DTYPE_i64)
                                     : ir_scalar_constant(&e->b, DTYPE_i64, 0);
    }
    return computed ? ir_dynamic_slice(&e->b, x, starts, sizes) : x;
}

static bool any_computed(const Cut *cuts, int rank)
{
    for (int d = 0; d < rank; d++)
        if (cuts[d].computed)
            return true;
    return false;
}

static Value index_tensor(Elab *e, const Node *n, IrValue *x)
{
    Cut cuts[IR_MAX_RANK];
    int rank = x->type->rank, left = 0;
    int64_t dims[IR_MAX_RANK];
    if (!read_cuts(e, n, x->type, cuts))
        return value_error();
    lang_at(e, n);
    x = slice(e, x, cuts);
    if (any_computed(cuts, rank))
        x = dynamic_slice(e, x, cuts);
    for (int d = 0; d < rank; d++)
        if (!cuts[d].drop)
            dims[left++] = x->type->dims[d];
    return value_tensor(ir_reshape(&e->b, x, left, dims));
}

static Value index_list(Elab *e, const Node *n, Value v)
{
    int64_t size = (int64_t)v.list.count;
    Cut c;
    if (n->count != 1 || n->items[0]->kind == NODE_ELLIPSIS)
        return lang_error(e, n, "a list takes one index");
    bool part = n->items[0]->kind == NODE_SLICE;
    if (part ? !cut_slice(e, n->items[0], size, &c)
             : !cut_index(e, n->items[0], size, &c))
        return value_error();
    if (c.computed)
        return lang_error(e, n, "a list takes an index that is known when compiling");
    if (!part)
        return v.list.items[c.start];
    Value out = lang_list(e, (size_t)(c.limit - c.start));
    out.list.count = 0;
    for (int64_t i = c.start; i < c.limit; i += c.stride)
        out.list.items[out.list.count++] = v.list.items[i];
    return lang_filled(e, n, out);
}

Value lang_eval_index(Elab *e, const Node *n)
{
    Value v = lang_eval(e, n->a);
    if (v.kind == V_TENSOR)
        return index_tensor(e, n, v.tensor);
    if (v.kind == V_LIST)
        return index_list(e, n, v);
    if (v.kind == V_ERROR)
        return v;
    return lang_error(e, n, "found %s, wanted a tensor or a list to index",
                      lang_show(e, v));
}
