/* What becomes of the sums of a product on a GPU: what was fused behind it is computed
 * where they are, 16 bytes at a time if c lies so; or, where blocks share a sum's k, they
 * go to a workspace, and another launch adds them:
 *
 *     launch: a block for 32 vectors of c
 *       warp w:  sums of parts w, w + warps ...;  to shared memory;  barrier
 *       warp 0:  adds the warps' sums;  epilogue
 *
 * The order is the same each time, and so are the bits. It is a launch of its own, and not
 * left to the block of a tile that comes last (last_block.c), because sums are many: 47 parts
 * of 64 by 64 are 770 KB for one block, and here are blocks for all processors. */
#include "passes/lower/gpu/contract_shared.h"

/* ----------------------------------------------------------------------- the epilogue */

static IrValue *sum_leaf(Emit *e, IrValue *v, Point *p, void *data)
{
    (void)p;
    const Results *r = data;
    IrType type = lane_type(e, v->type->elem);
    return r->sum->type == type ? r->sum : k_broadcast(&e->b, r->sum, type);
}

/* Whether vectors of c's columns lie at multiples of their size. */
static bool is_wide(const Contraction *c, int64_t width)
{
    const Dims *rows[] = {&c->outer, &c->m};
    bool wide = c->n.size % width == 0;
    for (int i = 0; i < 2; i++)
        for (int d = 0; d < rows[i]->count; d++)
            wide &= rows[i]->of[d].c % width == 0;
    return wide;
}

static int64_t result_elements(const Results *r)
{
    return ir_elements(r->c->op->results[0].type);
}

void results_begin(Emit *e, const Contraction *c, int64_t parts, int64_t width,
                   Results *out)
{
    *out = (Results){.c = c, .parts = parts, .width = is_wide(c, width) ? width : 1};
    if (parts > 1)
        out->workspace = kernel_workspace(e, c->elem, parts * result_elements(out));
    set_leaf(e, ir_result(c->op, 0), sum_leaf, out);
}

static void compute_results(Emit *e, Results *r, IrValue *at, IrValue *sum)
{
    IrType type = r->c->op->results[0].type;
    Lanes before = lanes_begin(e, r->width);
    size_t mark = memo_mark(e);
    Index position = {.base = at, .step = r->width > 1};
    Point *p = point_linear(e, type->rank, type->dims, position, NULL);
    p->identity = true;
    r->sum = sum;
    emit_results(e, p, position);
    memo_release(e, mark);
    lanes_end(e, before);
}

static void store(Emit *e, const Results *r, IrValue *memory, IrValue *at, IrValue *sum)
{
    if (r->width > 1)
        k_vstore(&e->b, sum, memory, 1, &at);
    else
        k_store(&e->b, sum, memory, 1, &at);
}

IrValue *place_in_c(Emit *e, const Contraction *c, IrValue *outer, IrValue *row,
                    IrValue *column)
{
    return plus(e,
                plus(e, offset_of(e, &c->outer, outer, IN_C),
                     offset_of(e, &c->m, row, IN_C)),
                column);
}

IrValue *in_bounds(Emit *e, IrValue *i, int64_t size, int64_t tile)
{
    return size % tile ? k_cmpi(&e->b, "slt", i, c_index(e, size)) : NULL;
}

void results_store(Emit *e, Results *r, IrValue *part, IrValue *at, IrValue *sum)
{
    if (r->workspace)
        store(e, r, r->workspace, plus(e, times(e, part, result_elements(r)), at), sum);
    else
        compute_results(e, r, at, sum);
}

/* ------------------------------------------------------------------- the sum of parts */

typedef struct PartSums {
    Results *r;
    IrType type; /* of what a thread sums */
    int64_t warps;
    IrValue *lane, *warp;
    IrValue *shared; /* [warp][lane] */
} PartSums;

enum { WARP = 32 };

static IrValue *load(Emit *e, const PartSums *p, IrValue *memory, IrValue *at)
{
    return p->r->width > 1 ? k_vload(&e->b, memory, 1, &at, p->type)
                           : k_load(&e->b, memory, 1, &at);
}

/* Of every so many parts, at a place of c. */
static IrValue *own_sum(Emit *e, const PartSums *p, IrValue *at)
{
    IrValue *sum = k_const(&e->b, p->type, 0);
    IrOp *loop = k_for_begin(&e->b, p->warp, c_index(e, p->r->parts),
                             c_index(e, p->warps), 1, &sum);
    IrValue *place = plus(e, times(e, k_arg(loop, 0), result_elements(p->r)), at);
    sum = k_binary(&e->b, OP_arith_addf, k_arg(loop, 1),
                   load(e, p, p->r->workspace, place));
    k_for_end(&e->b, loop, 1, &sum);
    return ir_result(loop, 0);
}

static IrValue *place_of_warp(Emit *e, const PartSums *p, IrValue *warp)
{
    return times(e, plus(e, times(e, warp, WARP), p->lane), p->r->width);
}

static IrValue *sum_of_warps(Emit *e, const PartSums *p)
{
    IrValue *sum = NULL;
    for (int64_t i = 0; i < p->warps; i++) {
        IrValue *v = load(e, p, p->shared, place_of_warp(e, p, c_index(e, i)));
        sum = sum ? k_binary(&e->b, OP_arith_addf, sum, v) : v;
    }
    return sum;
}

static IrOp *launch(Emit *e, PartSums *p)
{
    const Results *r = p->r;
    int64_t elements = p->warps * WARP * r->width;
    IrType shared = ir_shared_memref(e->c, r->c->elem, 1, &elements);
    const int64_t grid[] = {ceil_div(result_elements(r), WARP * r->width), 1, 1};
    const int64_t block[] = {WARP, p->warps, 1};
    IrOp *op = k_launch_begin(&e->b, grid, block, 1, &shared);
    p->lane = k_thread_id(op, 0);
    p->warp = k_thread_id(op, 1);
    p->shared = k_launch_shared(op, 0);
    return op;
}

void results_sum_parts(Emit *e, Results *r)
{
    enum { MOST_WARPS = 8, OF_A_WARP = 4 };
    int64_t elements = result_elements(r), warps = 1;
    while (warps < MOST_WARPS && warps * OF_A_WARP < r->parts)
        warps *= 2;
    PartSums p = {.r = r,
                  .warps = warps,
                  .type = r->width > 1 ? ir_vector(e->c, r->c->elem, r->width)
                                       : ir_scalar(e->c, r->c->elem)};
    IrOp *op = launch(e, &p);
    IrValue *unit = plus(e, times(e, k_block_id(op, 0), WARP), p.lane),
            *at = times(e, unit, r->width);
    IrValue *last = k_min_index(&e->b, at, c_index(e, elements - r->width));
    store(e, r, p.shared, place_of_warp(e, &p, p.warp), own_sum(e, &p, last));
    k_barrier(&e->b);
    IrValue *first = k_cmpi(&e->b, "eq", p.warp, c_index(e, 0));
    IrValue *exists = k_cmpi(&e->b, "slt", at, c_index(e, elements));
    IrOp *branch =
        k_if_begin(&e->b, k_binary(&e->b, OP_arith_andi, first, exists), 0, NULL);
    compute_results(e, r, at, sum_of_warps(e, &p));
    k_if_end(&e->b, branch, 0, NULL);
    k_launch_end(&e->b, op);
}
