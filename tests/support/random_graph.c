#include "tests/support/random_graph.h"

#include "ir/build.h"

#include <assert.h>
#include <math.h>

enum { MAX_VALUES = 400, MAX_DRAW_RANK = 4 };

/* A value that further ops may take, and what is known of it. */
typedef struct Known {
    IrValue *value;
    double bound; /* no element has a greater magnitude */
    bool exact;   /* the same bits on every backend */
} Known;

typedef struct Gen {
    IrBuilder b;
    IrContext *c;
    uint64_t state;
    RandomGraphOptions options;
    Known known[MAX_VALUES];
    size_t count;
} Gen;

static const double greatest_bound = 1000;

/* ---------------------------------------------------------------------------- drawing */

/* Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014). */
static uint64_t draw(Gen *g)
{
    uint64_t z = g->state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

static int64_t below(Gen *g, int64_t n) { return (int64_t)(draw(g) % (uint64_t)n); }
static bool coin(Gen *g) { return draw(g) & 1; }

static Dtype draw_dtype(Gen *g, unsigned set)
{
    for (;;) {
        Dtype t = (Dtype)below(g, DTYPE_COUNT);
        if (set >> t & 1)
            return t;
    }
}

static IrType draw_shape(Gen *g, Dtype t)
{
    int64_t dims[MAX_DRAW_RANK], room = g->options.max_elements;
    int rank = (int)below(g, MAX_DRAW_RANK + 1);
    for (int d = 0; d < rank; d++) {
        int64_t most = room < 9 ? room : 9;
        dims[d] = 1 + below(g, most);
        room /= dims[d];
    }
    return ir_tensor(g->c, t, rank, dims);
}

static bool is_float(const Known *k) { return dtype_is_float(k->value->type->elem); }
static bool is_int(const Known *k) { return dtype_is_int(k->value->type->elem); }
static bool is_exact_float(const Known *k) { return is_float(k) && k->exact; }
static bool is_int_or_bool(const Known *k) { return !is_float(k); }
static bool is_number(const Known *k) { return k->value->type->elem != DTYPE_i1; }
static bool is_array(const Known *k) { return k->value->type->rank > 0; }
static bool is_float_array(const Known *k) { return is_float(k) && is_array(k); }
static bool is_table(const Known *k)
{
    return is_array(k) && k->value->type->dims[0] > 0;
}

/* A value that has the property; the last ones are the likelier; NULL if none is found.
 */
static const Known *pick(Gen *g, bool (*fits)(const Known *k))
{
    for (int attempt = 0; attempt < 40; attempt++) {
        int64_t i = below(g, (int64_t)g->count);
        if (coin(g))
            i = (int64_t)g->count - 1 - i / 3;
        if (!fits || fits(&g->known[i]))
            return &g->known[i];
    }
    return NULL;
}

static void keep(Gen *g, IrValue *v, double bound, bool exact)
{
    if (g->count < MAX_VALUES && ir_elements(v->type) <= g->options.max_elements)
        g->known[g->count++] = (Known){v, bound, exact};
}

static IrValue *random_constant(Gen *g, IrType t)
{
    int64_t n = ir_elements(t), size = (int64_t)dtype_bytes(t->elem);
    Arena *a = arena_open();
    char *data = arena_alloc(a, (size_t)ir_bytes(t));
    for (int64_t i = 0; i < n; i++)
        if (dtype_is_float(t->elem))
            dtype_store(t->elem, data + i * size, (double)below(g, 17) / 8 - 1);
        else
            dtype_store_int(t->elem, data + i * size,
                            below(g, t->elem == DTYPE_i1 ? 2 : 8));
    IrValue *v = ir_constant(&g->b, ir_attr_elements(g->c, t, data, false));
    arena_close(a);
    return v;
}

/* A value of exactly this type: a known one, else a constant. */
static Known pick_typed(Gen *g, IrType t)
{
    for (int attempt = 0; attempt < 40; attempt++) {
        const Known *k = &g->known[below(g, (int64_t)g->count)];
        if (k->value->type == t)
            return *k;
    }
    return (Known){random_constant(g, t), dtype_is_float(t->elem) ? 1 : INFINITY, true};
}

/* ------------------------------------------------------------------------ elementwise */

static void gen_smooth_unary(Gen *g)
{
    static const struct {
        IrValue *(*build)(IrBuilder *b, IrValue *x);
        double largest, bound; /* of the operand (0: any), of the result (0: the same) */
    } ops[] = {
        {ir_negate, 0, 0},   {ir_abs, 0, 0},           {ir_tanh, 0, 1},
        {ir_logistic, 0, 1}, {ir_erf, 0, 1},           {ir_sine, 30, 1},
        {ir_cosine, 30, 1},  {ir_exponential, 5, 150}, {ir_exponential_minus_one, 5, 150},
        {ir_cbrt, 0, 0},     {ir_tan, 1, 1.6},
    };
    const Known *k = pick(g, is_float);
    size_t i = (size_t)below(g, (int64_t)(sizeof ops / sizeof *ops));
    if (!k || (ops[i].largest && k->bound > ops[i].largest))
        return;
    bool exact = k->exact && (ops[i].build == ir_negate || ops[i].build == ir_abs);
    double bound = ops[i].bound ? ops[i].bound : fmax(k->bound, 1);
    keep(g, ops[i].build(&g->b, k->value), bound, exact);
}

/* Functions of positive numbers, given |x| + 1/2. */
static void gen_positive_unary(Gen *g)
{
    static IrValue *(*const ops[])(IrBuilder *, IrValue *) = {ir_log, ir_sqrt, ir_rsqrt,
                                                              ir_log_plus_one};
    const Known *k = pick(g, is_float);
    if (!k)
        return;
    IrValue *x = ir_abs(&g->b, k->value);
    x = ir_add(&g->b, x, ir_like(&g->b, x, 0.5));
    keep(g, ops[below(g, 4)](&g->b, x), fmax(2, k->bound), false);
}

static void gen_jump_unary(Gen *g)
{
    static IrValue *(*const ops[])(IrBuilder *, IrValue *) = {
        ir_floor, ir_ceil, ir_sign, ir_round_nearest_even, ir_round_nearest_afz};
    const Known *k = pick(g, is_exact_float);
    if (k)
        keep(g, ops[below(g, 5)](&g->b, k->value), k->bound + 1, true);
}

static void gen_int_unary(Gen *g)
{
    static IrValue *(*const ops[])(IrBuilder *, IrValue *) = {
        ir_not, ir_popcnt, ir_count_leading_zeros, ir_negate};
    const Known *k = pick(g, is_int);
    if (k)
        keep(g, ops[below(g, 4)](&g->b, k->value), INFINITY, true);
}

static void gen_float_binary(Gen *g)
{
    static IrValue *(*const ops[])(IrBuilder *, IrValue *, IrValue *) = {
        ir_add, ir_subtract, ir_maximum, ir_minimum, ir_multiply};
    const Known *k = pick(g, is_float);
    if (!k)
        return;
    Known x = *k, y = pick_typed(g, x.value->type);
    size_t i = (size_t)below(g, 5);
    double bound = i == 4  ? x.bound * y.bound
                   : i < 2 ? x.bound + y.bound
                           : fmax(x.bound, y.bound);
    if (bound <= greatest_bound)
        keep(g, ops[i](&g->b, x.value, y.value), bound, x.exact && y.exact);
}

/* x / (|y| + 1), atan2(x, |y| + 1), (|x| + 1/2) ^ y */
static void gen_guarded_binary(Gen *g)
{
    const Known *k = pick(g, is_float);
    if (!k)
        return;
    Known x = *k, y = pick_typed(g, x.value->type);
    IrValue *safe = ir_abs(&g->b, y.value);
    safe = ir_add(&g->b, safe, ir_like(&g->b, safe, 1));
    if (coin(g))
        keep(g, ir_divide(&g->b, x.value, safe), x.bound, x.exact && y.exact);
    else if (coin(g))
        keep(g, ir_atan2(&g->b, x.value, safe), 2, false);
    else if (y.bound <= 4 && x.bound <= 2)
        keep(g, ir_power(&g->b, safe, x.value), pow(y.bound + 1, x.bound), false);
}

static void gen_int_binary(Gen *g)
{
    static IrValue *(*const ops[])(IrBuilder *, IrValue *,
                                   IrValue *) = {ir_add,
                                                 ir_multiply,
                                                 ir_and,
                                                 ir_or,
                                                 ir_xor,
                                                 ir_maximum,
                                                 ir_minimum,
                                                 ir_subtract,
                                                 ir_divide,
                                                 ir_remainder,
                                                 ir_shift_left,
                                                 ir_shift_right_logical,
                                                 ir_shift_right_arithmetic,
                                                 ir_power};
    const Known *k = pick(g, is_int_or_bool);
    if (!k)
        return;
    Known x = *k, y = pick_typed(g, x.value->type);
    int64_t choices = x.value->type->elem == DTYPE_i1 ? 7 : 14;
    keep(g, ops[below(g, choices)](&g->b, x.value, y.value), INFINITY, true);
}

static void gen_choice(Gen *g)
{
    const Known *k = pick(g, NULL);
    Known x = *k, y = pick_typed(g, x.value->type);
    IrType t = x.value->type;
    IrValue *p = pick_typed(g, coin(g) ? ir_with_elem(g->c, t, DTYPE_i1)
                                       : ir_tensor(g->c, DTYPE_i1, 0, NULL))
                     .value;
    keep(g, ir_select(&g->b, p, x.value, y.value), fmax(x.bound, y.bound),
         x.exact && y.exact);
}

static void gen_compare(Gen *g)
{
    const Known *k = pick(g, NULL);
    if (!k->exact)
        return;
    Known x = *k, y = pick_typed(g, x.value->type);
    if (y.exact)
        keep(g, ir_compare(&g->b, (IrDirection)below(g, 6), x.value, y.value), 1, true);
}

static void gen_clamp(Gen *g)
{
    const Known *k = pick(g, is_float);
    if (!k)
        return;
    Dtype t = k->value->type->elem;
    IrValue *lo = ir_scalar_constant(&g->b, t, -0.75),
            *hi = ir_scalar_constant(&g->b, t, 1.5);
    keep(g, ir_clamp(&g->b, lo, k->value, hi), 1.5, k->exact);
}

/* Integers and i1 to floats only from small ones, so that the bound is known. */
static void gen_convert(Gen *g)
{
    const Known *k = pick(g, NULL);
    bool to_float = coin(g);
    if (!k->exact && !is_float(k))
        return;
    if (to_float && k->bound <= greatest_bound) {
        Dtype t = draw_dtype(g, g->options.floats);
        keep(g, ir_convert(&g->b, k->value, t), k->bound, k->exact);
    } else if (k->exact) {
        keep(g, ir_convert(&g->b, k->value, draw_dtype(g, g->options.ints)), INFINITY,
             true);
    }
}

static void gen_bitcast(Gen *g)
{
    const Known *k = pick(g, is_int);
    if (!k)
        return;
    Dtype t = k->value->type->elem;
    int width =
        DTYPE_ui8 - DTYPE_i8; /* from a signed type to the unsigned one of its size */
    Dtype other = (Dtype)(dtype_kind(t) == DTYPE_UNSIGNED ? t - width : t + width);
    keep(g, ir_bitcast_convert(&g->b, k->value, other), INFINITY, true);
}

static void gen_precision(Gen *g)
{
    const Known *k = pick(g, is_exact_float);
    if (!k)
        return;
    IrType i32 = ir_scalar(g->c, DTYPE_i32);
    IrNamedAttr attrs[] = {
        {ir_name(g->c, "exponent_bits"), ir_attr_int(g->c, i32, 5)},
        {ir_name(g->c, "mantissa_bits"), ir_attr_int(g->c, i32, 2 + below(g, 9))},
    };
    IrOp *op = ir_build_inferred(&g->b, OP_reduce_precision, 1, &k->value, 1, 2, attrs);
    keep(g, ir_result(op, 0), 2 * k->bound, true);
    keep(g, ir_is_finite(&g->b, k->value), 1, true);
}

static void gen_barrier(Gen *g)
{
    Known x = *pick(g, NULL), y = *pick(g, NULL);
    IrValue *in[] = {x.value, y.value};
    IrOp *op = ir_build_inferred(&g->b, OP_optimization_barrier, 2, in, 2, 0, NULL);
    keep(g, ir_result(op, 0), x.bound, x.exact);
    keep(g, ir_result(op, 1), y.bound, y.exact);
}

/* ----------------------------------------------------------------------------- moving */

static void gen_transpose(Gen *g)
{
    const Known *k = pick(g, is_array);
    int64_t permutation[IR_MAX_RANK] = {0};
    if (!k)
        return;
    int rank = k->value->type->rank;
    for (int d = 0; d < rank; d++) {
        int at = (int)below(g, d + 1);
        permutation[d] = permutation[at];
        permutation[at] = d;
    }
    keep(g, ir_transpose(&g->b, k->value, permutation), k->bound, k->exact);
}

static void gen_reshape(Gen *g)
{
    const Known *k = pick(g, NULL);
    int64_t n = ir_elements(k->value->type), dims[3] = {1, 1, n};
    for (int64_t f = 2 + below(g, 4), d = 0; d < 2; d++, f = 2 + below(g, 4))
        if (dims[2] % f == 0) {
            dims[d] = f;
            dims[2] /= f;
        }
    keep(g, ir_reshape(&g->b, k->value, 3, dims), k->bound, k->exact);
}

static void gen_broadcast(Gen *g)
{
    const Known *k = pick(g, NULL);
    IrType t = k->value->type;
    int64_t dims[IR_MAX_RANK], where[IR_MAX_RANK];
    int rank = 0;
    if (t->rank >= MAX_DRAW_RANK)
        return;
    int64_t extra = below(g, t->rank + 1);
    for (int d = 0; d <= t->rank; d++) {
        if (d == extra)
            dims[rank++] = 1 + below(g, 4);
        if (d < t->rank) {
            where[d] = rank;
            dims[rank++] = t->dims[d] == 1 ? 1 + below(g, 3) : t->dims[d];
        }
    }
    keep(g,
         ir_broadcast_in_dim(&g->b, k->value, ir_with_dims(g->c, t, rank, dims), where),
         k->bound, k->exact);
}

static void gen_slice(Gen *g)
{
    const Known *k = pick(g, is_array);
    int64_t start[IR_MAX_RANK], limit[IR_MAX_RANK], step[IR_MAX_RANK];
    if (!k)
        return;
    for (int d = 0; d < k->value->type->rank; d++) {
        int64_t size = k->value->type->dims[d];
        start[d] = size ? below(g, size) : 0;
        limit[d] = start[d] + (size ? 1 + below(g, size - start[d]) : 0);
        step[d] = 1 + below(g, 2);
    }
    keep(g, ir_slice(&g->b, k->value, start, limit, step), k->bound, k->exact);
}

static void gen_pad(Gen *g)
{
    const Known *k = pick(g, is_array);
    int64_t low[IR_MAX_RANK], high[IR_MAX_RANK], inner[IR_MAX_RANK];
    if (!k)
        return;
    IrType t = k->value->type;
    for (int d = 0; d < t->rank; d++) {
        low[d] = t->dims[d] > 2 ? below(g, 4) - 1 : below(g, 3);
        high[d] = t->dims[d] > 2 ? below(g, 4) - 1 : below(g, 3);
        inner[d] = below(g, 4) == 0;
    }
    IrValue *value = ir_scalar_constant(&g->b, t->elem, coin(g));
    keep(g, ir_pad(&g->b, k->value, value, low, high, inner), fmax(k->bound, 1),
         k->exact);
}

static void gen_reverse(Gen *g)
{
    const Known *k = pick(g, is_array);
    if (!k)
        return;
    int64_t dimension = below(g, k->value->type->rank);
    keep(g, ir_reverse(&g->b, k->value, 1, &dimension), k->bound, k->exact);
}

static void gen_concatenate(Gen *g)
{
    const Known *k = pick(g, is_array);
    if (!k)
        return;
    Known x = *k, y = pick_typed(g, x.value->type);
    IrValue *parts[] = {x.value, y.value, x.value};
    int64_t dimension = below(g, x.value->type->rank);
    keep(g, ir_concatenate(&g->b, 2 + (size_t)below(g, 2), parts, dimension),
         fmax(x.bound, y.bound), x.exact && y.exact);
}

static void gen_dynamic(Gen *g)
{
    const Known *k = pick(g, is_array);
    if (!k)
        return;
    Known x = *k;
    IrType t = x.value->type;
    IrValue *start[IR_MAX_RANK];
    int64_t size[IR_MAX_RANK];
    for (int d = 0; d < t->rank; d++) {
        start[d] = pick_typed(g, ir_tensor(g->c, DTYPE_i32, 0, NULL)).value;
        size[d] = t->dims[d] ? 1 + below(g, t->dims[d]) : 0;
    }
    if (coin(g)) {
        keep(g, ir_dynamic_slice(&g->b, x.value, start, size), x.bound, x.exact);
        return;
    }
    Known u = pick_typed(g, ir_with_dims(g->c, t, t->rank, size));
    keep(g, ir_dynamic_update_slice(&g->b, x.value, u.value, start),
         fmax(x.bound, u.bound), x.exact && u.exact);
}

static void gen_iota(Gen *g)
{
    IrType t = draw_shape(g, draw_dtype(g, g->options.floats | g->options.ints));
    if (t->rank > 0)
        keep(g, ir_iota(&g->b, t, below(g, t->rank)), 9, true);
}

/* -------------------------------------------------------------------- indexed, random */

/* Rows of a table by number; numbers outside are clamped. */
static void gen_gather(Gen *g)
{
    const Known *k = pick(g, is_table);
    if (!k)
        return;
    Known x = *k;
    IrType t = x.value->type;
    int64_t rows = 1 + below(g, 6), size[IR_MAX_RANK] = {1};
    IrValue *index = pick_typed(g, ir_tensor(g->c, DTYPE_i32, 1, &rows)).value;
    IrGatherDims dims = {
        .offset = (size_t)t->rank - 1, .collapsed = 1, .map = 1, .index_vector_dim = 1};
    for (int d = 1; d < t->rank; d++) {
        dims.offset_dims[d - 1] = d;
        size[d] = t->dims[d];
    }
    keep(g, ir_gather(&g->b, x.value, index, &dims, size), x.bound, x.exact);
}

static void gen_scatter(Gen *g)
{
    const Known *k = pick(g, is_table);
    if (!k || !is_number(k))
        return;
    Known x = *k;
    IrType t = x.value->type;
    int64_t rows = 1 + below(g, 6), size[IR_MAX_RANK] = {rows};
    IrValue *index = pick_typed(g, ir_tensor(g->c, DTYPE_i32, 1, &rows)).value;
    IrScatterDims dims = {
        .window = (size_t)t->rank - 1, .inserted = 1, .map = 1, .index_vector_dim = 1};
    for (int d = 1; d < t->rank; d++) {
        dims.update_window_dims[d - 1] = d;
        size[d] = t->dims[d];
    }
    Known u = pick_typed(g, ir_with_dims(g->c, t, t->rank, size));
    double bound = x.bound + (double)rows * u.bound;
    if (is_int(&x) || bound <= greatest_bound)
        keep(g, ir_scatter(&g->b, x.value, index, u.value, &dims, OP_add), bound,
             is_int(&x) && x.exact);
}

static void gen_random_bits(Gen *g)
{
    int64_t two = 2;
    uint64_t key[] = {draw(g), draw(g)};
    IrType state = ir_tensor(g->c, DTYPE_ui64, 1, &two);
    IrValue *k = ir_constant(&g->b, ir_attr_elements(g->c, state, key, false));
    IrValue *bits = ir_rng_bits(&g->b, k, draw_shape(g, DTYPE_ui32), NULL);
    IrValue *shift = ir_like(&g->b, bits, 28);
    keep(g,
         ir_convert(&g->b, ir_shift_right_logical(&g->b, bits, shift),
                    draw_dtype(g, g->options.floats)),
         16, true);
}

/* ------------------------------------------------------------------------- reductions */

static void gen_reduce(Gen *g)
{
    const Known *k = pick(g, is_array);
    int64_t dims[IR_MAX_RANK];
    size_t count = 0;
    double n = 1;
    if (!k || !is_number(k))
        return;
    for (int d = 0; d < k->value->type->rank; d++)
        if (coin(g)) {
            dims[count++] = d;
            n *= (double)k->value->type->dims[d];
        }
    IrOpKind by = (IrOpKind[]){OP_add, OP_maximum, OP_minimum}[below(g, 3)];
    double bound = by == OP_add ? n * k->bound : k->bound;
    if (n > 0 && (is_int(k) || bound <= greatest_bound))
        keep(g, ir_reduce(&g->b, k->value, by, count, dims), bound,
             k->exact && (by != OP_add || is_int(k)));
}

static IrWindow draw_window(Gen *g, IrType t)
{
    IrWindow w = {.rank = t->rank};
    for (int d = 0; d < t->rank; d++) {
        int64_t size = t->dims[d] < 3 ? t->dims[d] : 3;
        w.size[d] = 1 + below(g, size);
        w.stride[d] = 1 + below(g, 2);
        w.base_dilation[d] = w.window_dilation[d] = 1;
        w.pad_low[d] = below(g, w.size[d]);
        w.pad_high[d] = below(g, w.size[d]);
    }
    return w;
}

static bool is_dense_float_array(const Known *k)
{
    return is_float_array(k) && ir_elements(k->value->type) > 0;
}

static void gen_reduce_window(Gen *g)
{
    const Known *k = pick(g, is_dense_float_array);
    if (!k)
        return;
    IrWindow w = draw_window(g, k->value->type);
    double n = 1;
    for (int d = 0; d < w.rank; d++)
        n *= (double)w.size[d];
    bool add = coin(g);
    if (!add || n * k->bound <= greatest_bound)
        keep(g, ir_reduce_window(&g->b, k->value, add ? OP_add : OP_maximum, &w),
             add ? n * k->bound : k->bound, k->exact && !add);
}

static bool is_exact_float_array(const Known *k)
{
    return k->exact && is_dense_float_array(k);
}

static void gen_select_and_scatter(Gen *g)
{
    const Known *k = pick(g, is_exact_float_array);
    if (!k)
        return;
    Known x = *k;
    IrWindow w = draw_window(g, x.value->type);
    int64_t dims[IR_MAX_RANK];
    double n = 1;
    for (int d = 0; d < w.rank; d++) {
        int64_t padded = x.value->type->dims[d] + w.pad_low[d] + w.pad_high[d];
        dims[d] = (padded - w.size[d]) / w.stride[d] + 1;
        n *= (double)w.size[d];
    }
    Known s = pick_typed(g, ir_with_dims(g->c, x.value->type, w.rank, dims));
    if (n * s.bound <= greatest_bound)
        keep(g, ir_select_and_scatter(&g->b, x.value, s.value, IR_GE, &w), n * s.bound,
             false);
}

/* Two arrays with a common dimension, the last of one and the first of the other. */
static void gen_dot(Gen *g)
{
    const Known *k = pick(g, is_float_array);
    if (!k)
        return;
    Known x = *k;
    IrType t = x.value->type;
    int64_t shared = t->dims[t->rank - 1], dims[] = {shared, 1 + below(g, 9)};
    Known y = pick_typed(g, ir_tensor(g->c, t->elem, 2, dims));
    IrDotDims d = {.contract = 1, .lhs_contract = {t->rank - 1}, .rhs_contract = {0}};
    double bound = (double)shared * x.bound * y.bound;
    if (bound <= greatest_bound &&
        ir_elements(t) * dims[1] <= 50 * g->options.max_elements)
        keep(g, ir_dot_general(&g->b, x.value, y.value, &d), fmax(bound, 1), false);
}

static bool is_image(const Known *k)
{
    return is_dense_float_array(k) && k->value->type->rank == 4;
}

static void gen_convolution(Gen *g)
{
    const Known *k = pick(g, is_image);
    if (!k)
        return;
    Known x = *k;
    const int64_t *size = x.value->type->dims;
    int64_t kernel[] = {1 + below(g, 3), 1 + below(g, 3), size[3], 1 + below(g, 4)};
    Known w = pick_typed(g, ir_tensor(g->c, x.value->type->elem, 4, kernel));
    IrConvDims c = {.spatial = 2,
                    .input_batch = 0,
                    .input_feature = 3,
                    .kernel_input = 2,
                    .kernel_output = 3,
                    .output_batch = 0,
                    .output_feature = 3,
                    .feature_groups = 1,
                    .batch_groups = 1};
    for (int d = 0; d < 2; d++) {
        c.input_spatial[d] = c.output_spatial[d] = d + 1;
        c.kernel_spatial[d] = d;
        c.strides[d] = 1 + below(g, 2);
        c.pad_low[d] = kernel[d] / 2;
        c.pad_high[d] = kernel[d] - 1 - kernel[d] / 2;
        c.lhs_dilation[d] = c.rhs_dilation[d] = 1;
        c.reversal[d] = below(g, 4) == 0;
    }
    double bound = (double)(kernel[0] * kernel[1] * kernel[2]) * x.bound * w.bound;
    if (bound <= greatest_bound)
        keep(g, ir_convolution(&g->b, x.value, w.value, &c), fmax(bound, 1), false);
}

/* -------------------------------------------------------------------------- the graph */

typedef void Generator(Gen *g);

/* clang-format off */
static Generator *const smooth_generators[] = {
    gen_smooth_unary, gen_smooth_unary, gen_positive_unary, gen_float_binary,
    gen_float_binary, gen_guarded_binary, gen_transpose, gen_reshape, gen_broadcast,
    gen_slice, gen_pad, gen_reverse, gen_concatenate, gen_dynamic, gen_gather, gen_scatter,
    gen_reduce, gen_reduce_window, gen_dot, gen_dot, gen_convolution, gen_clamp, gen_choice,
};
static Generator *const other_generators[] = {
    gen_jump_unary, gen_int_unary, gen_int_binary, gen_int_binary, gen_compare, gen_convert,
    gen_iota, gen_random_bits, gen_select_and_scatter, gen_bitcast, gen_precision,
    gen_barrier,
};
/* clang-format on */
enum {
    SMOOTH_GENERATORS = sizeof smooth_generators / sizeof *smooth_generators,
    OTHER_GENERATORS = sizeof other_generators / sizeof *other_generators,
    ARGUMENTS = 5
};

static void add_op(Gen *g)
{
    int64_t all = SMOOTH_GENERATORS + (g->options.differentiable ? 0 : OTHER_GENERATORS);
    int64_t i = below(g, all);
    if (i < SMOOTH_GENERATORS)
        smooth_generators[i](g);
    else
        other_generators[i - SMOOTH_GENERATORS](g);
}

static void fill_in(RandomGraphOptions *o)
{
    o->ops = o->ops ? o->ops : 24;
    o->max_elements = o->max_elements ? o->max_elements : 600;
    o->floats = o->floats ? o->floats : 1u << DTYPE_f32;
    o->ints = o->ints ? o->ints : 1u << DTYPE_i32 | 1u << DTYPE_ui8;
}

/* Three floats, an image among them, integers, i1. */
static IrOp *start_function(Gen *g, IrModule *m)
{
    Dtype f = draw_dtype(g, g->options.floats);
    int64_t image[] = {1 + below(g, 2), 2 + below(g, 5), 2 + below(g, 5),
                       1 + below(g, 4)};
    IrType types[ARGUMENTS] = {draw_shape(g, f), ir_tensor(g->c, f, 4, image),
                               draw_shape(g, draw_dtype(g, g->options.floats)),
                               draw_shape(g, draw_dtype(g, g->options.ints)),
                               draw_shape(g, DTYPE_i1)};
    IrOp *func =
        ir_func_new(m, "main", false, ir_loc_unknown(g->c), ARGUMENTS, types, 0, NULL);
    IrBlock *block = ir_func_block(func);
    g->b = ir_builder_at_end(m, block, ir_loc_unknown(g->c));
    for (uint32_t i = 0; i < block->arg_count; i++) {
        double bound = dtype_is_float(types[i]->elem) ? 2 : 7;
        keep(g, block->args[i], bound, true);
    }
    return func;
}

/* All values that nothing uses. */
static void finish_with_ends(Gen *g, IrOp *func)
{
    IrValue *end[MAX_VALUES];
    IrType type[MAX_VALUES];
    size_t count = 0;
    for (size_t i = 0; i < g->count; i++)
        if (!g->known[i].value->uses && g->known[i].value->op) {
            end[count] = g->known[i].value;
            type[count] = end[count]->type;
            count++;
        }
    ir_return(&g->b, count, end);
    IrType old = ir_func_type(func);
    ir_func_set_type(func, ir_function(g->c, old->input_count, old->inputs, count, type));
}

/* The mean of each float value that nothing uses, added up. */
static void finish_with_loss(Gen *g, IrOp *func)
{
    Dtype elem = ir_func_type(func)->inputs[0]->elem;
    IrValue *loss = ir_scalar_constant(&g->b, elem, 0);
    int64_t dims[IR_MAX_RANK];
    for (size_t i = 0; i < g->count; i++) {
        IrValue *v = g->known[i].value;
        double n = (double)ir_elements(v->type);
        if (!is_float(&g->known[i]) || v->uses || n == 0)
            continue;
        for (int d = 0; d < v->type->rank; d++)
            dims[d] = d;
        IrValue *sum = ir_sum(&g->b, v, (size_t)v->type->rank, dims);
        sum = ir_multiply(&g->b, sum, ir_like(&g->b, sum, 1 / n));
        loss = ir_add(&g->b, loss, ir_convert(&g->b, sum, elem));
    }
    IrType old = ir_func_type(func);
    ir_return(&g->b, 1, &loss);
    ir_func_set_type(func,
                     ir_function(g->c, old->input_count, old->inputs, 1, &loss->type));
}

IrModule *random_graph(IrContext *c, uint64_t seed, RandomGraphOptions options)
{
    IrModule *m = ir_module_open(c, NULL);
    Gen g = {.c = c, .state = seed, .options = options};
    fill_in(&g.options);
    IrOp *func = start_function(&g, m);
    for (unsigned i = 0; i < g.options.ops; i++)
        add_op(&g);
    if (options.differentiable)
        finish_with_loss(&g, func);
    else
        finish_with_ends(&g, func);
    DiagList *d = diag_open();
    bool ok = ir_verify(m, d);
    diag_print(d, stderr);
    assert(ok);
    (void)ok;
    diag_close(d);
    return m;
}
