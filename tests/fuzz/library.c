/* Graphs by calls: each byte chooses a function of graph.h or one of its arguments, most
 * of them nonsense. What comes of it is a model, which the passes take, or a
 * diagnostic. */
#include <descent/descent.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUNCTIONS = 3, VALUES = 64, MOST_CALLS = 40, LISTS = 32,
       LIST = DESCENT_MAX_RANK + 2 };

typedef struct Fuzz {
    const uint8_t *at, *end;
    descent_graph *g;
    descent_function *functions[FUNCTIONS];
    size_t function_count;
    descent_value *values[VALUES];
    size_t value_count;
    int64_t lists[LISTS][LIST]; /* the last ones */
    size_t list_count;
} Fuzz;

/* ------------------------------------------------------------------------- arguments */

static unsigned byte(Fuzz *z) { return z->at < z->end ? *z->at++ : 0; }

/* Small ones mostly. */
static int64_t whole(Fuzz *z)
{
    static const int64_t odd[] = {-1, -2, 9, 64, 1 << 20, INT32_MAX, INT64_C(1) << 32,
                                  INT64_C(1) << 62, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    unsigned b = byte(z);
    return b < 240 ? b % 6 : odd[b % (sizeof odd / sizeof *odd)];
}

static double number(Fuzz *z)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, 1e300, -1e300, 1e19, 5e-324};
    unsigned b = byte(z);
    return b < 200 ? b / 4.0 - 2 : odd[b % (sizeof odd / sizeof *odd)];
}

static int64_t *list(Fuzz *z)
{
    int64_t *out = z->lists[z->list_count++ % LISTS];
    if (byte(z) > 250)
        return NULL;
    for (int i = 0; i < LIST; i++)
        out[i] = i < DESCENT_MAX_RANK ? whole(z) : 0;
    return out;
}

static size_t count(Fuzz *z) { return byte(z) % LIST; }
static int rank(Fuzz *z)
{
    unsigned b = byte(z);
    return b > 250 ? (int)b - 253 : (int)(b % 5);
}

static descent_dtype dtype(Fuzz *z) { return (descent_dtype)(byte(z) % 14); }

static descent_function *function(Fuzz *z)
{
    unsigned b = byte(z);
    return b > 252 ? NULL : z->functions[b % z->function_count];
}

static descent_value *value(Fuzz *z)
{
    unsigned b = byte(z);
    return b > 252 || !z->value_count ? NULL : z->values[b % z->value_count];
}

static descent_value *const *values(Fuzz *z, descent_value *out[LIST])
{
    for (int i = 0; i < LIST; i++)
        out[i] = i < 4 ? value(z) : NULL;
    return byte(z) > 250 ? NULL : out;
}

static const char *name(Fuzz *z)
{
    static const char *const all[] = {
        "add",     "maximum", "and", "tanh", "negate", "multiply", "divide",
        "power",   "x",       "y",   "convert", "not", "",         "a b",
        "1",       "cbrt",    "remainder", "shift_left", "reduce", "%",
    };
    unsigned b = byte(z);
    return b > 250 ? NULL : all[b % (sizeof all / sizeof *all)];
}

static void keep(Fuzz *z, descent_value *v)
{
    if (v)
        z->values[z->value_count++ % VALUES] = v;
    if (z->value_count > VALUES)
        z->value_count = VALUES;
}

/* ----------------------------------------------------------------------------- calls */

static descent_window window(Fuzz *z)
{
    descent_window w = DESCENT_INIT(descent_window);
    w.rank = count(z);
    w.size = list(z);
    w.strides = byte(z) & 1 ? list(z) : NULL;
    w.pad_low = byte(z) & 1 ? list(z) : NULL;
    w.pad_high = byte(z) & 1 ? list(z) : NULL;
    w.base_dilation = byte(z) & 1 ? list(z) : NULL;
    w.window_dilation = byte(z) & 1 ? list(z) : NULL;
    return w;
}

static descent_conv_options convolution(Fuzz *z)
{
    descent_conv_options o = DESCENT_INIT(descent_conv_options);
    o.strides = byte(z) & 1 ? list(z) : NULL;
    o.pad_low = byte(z) & 1 ? list(z) : NULL;
    o.pad_high = byte(z) & 1 ? list(z) : NULL;
    o.input_dilation = byte(z) & 1 ? list(z) : NULL;
    o.kernel_dilation = byte(z) & 1 ? list(z) : NULL;
    o.feature_groups = byte(z) & 1 ? whole(z) : 0;
    o.channels_first = byte(z) & 1;
    return o;
}

static descent_dot_dims dot(Fuzz *z)
{
    descent_dot_dims d = DESCENT_INIT(descent_dot_dims);
    d.batch_count = count(z) % 3;
    d.lhs_batch = list(z);
    d.rhs_batch = list(z);
    d.contract_count = count(z) % 3;
    d.lhs_contract = list(z);
    d.rhs_contract = list(z);
    return d;
}

static descent_gather_dims gather(Fuzz *z)
{
    descent_gather_dims d = DESCENT_INIT(descent_gather_dims);
    d.offset_count = count(z);
    d.offset_dims = list(z);
    d.collapsed_count = count(z) % 3;
    d.collapsed_slice_dims = list(z);
    d.batching_count = count(z) % 2;
    d.operand_batching_dims = list(z);
    d.start_indices_batching_dims = list(z);
    d.map_count = count(z) % 3;
    d.start_index_map = list(z);
    d.index_vector_dim = whole(z);
    return d;
}

static descent_scatter_dims scatter(Fuzz *z)
{
    descent_scatter_dims d = DESCENT_INIT(descent_scatter_dims);
    d.window_count = count(z);
    d.update_window_dims = list(z);
    d.inserted_count = count(z) % 3;
    d.inserted_window_dims = list(z);
    d.batching_count = count(z) % 2;
    d.input_batching_dims = list(z);
    d.scatter_indices_batching_dims = list(z);
    d.map_count = count(z) % 3;
    d.scatter_dims_to_operand_dims = list(z);
    d.index_vector_dim = whole(z);
    return d;
}

static void add_function(Fuzz *z)
{
    static const char *const names[FUNCTIONS] = {"main", "second", "third"};
    if (z->function_count < FUNCTIONS)
        z->functions[z->function_count] =
            descent_function_create(z->g, names[z->function_count]);
    z->function_count += z->function_count < FUNCTIONS;
}

static void several(Fuzz *z, bool gradient)
{
    descent_value *in[LIST], *out[LIST] = {NULL};
    descent_function *f = function(z);
    size_t n = count(z) % 4, room = gradient ? n : count(z) % 4;
    if (gradient)
        descent_gradient(f, value(z), values(z, in), n, out);
    else
        descent_call_function(f, function(z), values(z, in), n, out, room);
    for (size_t i = 0; i < room; i++)
        keep(z, out[i]);
}

static descent_value *make(Fuzz *z, descent_function *f)
{
    static const char bytes[64] = {1, 2, 3};
    unsigned b = byte(z) % 6;
    int r = rank(z);
    switch (b) {
    case 0: return descent_splat(f, dtype(z), r, list(z), number(z));
    case 1: return descent_iota(f, dtype(z), r, list(z), whole(z));
    case 2: return descent_like(f, value(z), number(z));
    case 3: return descent_constant(f, dtype(z), r, list(z), bytes, byte(z) % 65);
    case 4: return descent_random_bits(f, value(z), dtype(z), r, list(z), NULL);
    default:
        return descent_argument(f, name(z), (descent_role)(byte(z) % 10), dtype(z), r,
                                list(z));
    }
}

static descent_value *move(Fuzz *z, descent_function *f)
{
    descent_value *in[LIST], *x = value(z);
    switch (byte(z) % 10) {
    case 0: return descent_broadcast_in(f, x, rank(z), list(z), list(z));
    case 1: return descent_broadcast(f, x, value(z));
    case 2: return descent_reshape(f, x, rank(z), list(z));
    case 3: return descent_transpose(f, x, list(z), count(z));
    case 4: return descent_reverse(f, x, list(z), count(z));
    case 5: return descent_concatenate(f, values(z, in), count(z) % 5, whole(z));
    case 6: return descent_slice(f, x, list(z), list(z), list(z), count(z));
    case 7: return descent_dynamic_slice(f, x, values(z, in), list(z), count(z));
    case 8: return descent_dynamic_update(f, x, value(z), values(z, in), count(z));
    default: return descent_pad(f, x, value(z), list(z), list(z), list(z), count(z));
    }
}

static descent_value *windowed(Fuzz *z, descent_function *f, descent_value *x,
                               descent_value *y)
{
    descent_window w = window(z);
    descent_conv_options o = convolution(z);
    switch (byte(z) % 3) {
    case 0: return descent_reduce_window(f, name(z), x, &w);
    case 1:
        return descent_select_and_scatter(f, x, y, (descent_direction)(byte(z) % 7), &w);
    default: return descent_convolution(f, x, y, &o);
    }
}

static descent_value *indexed(Fuzz *z, descent_function *f, descent_value *x,
                              descent_value *y)
{
    descent_gather_dims in = gather(z);
    descent_scatter_dims out = scatter(z);
    switch (byte(z) % 3) {
    case 0: return descent_gather(f, x, y, &in, list(z), count(z));
    case 1: return descent_take(f, x, y);
    default: return descent_scatter(f, name(z), x, y, value(z), &out);
    }
}

static descent_value *fold(Fuzz *z, descent_function *f)
{
    descent_value *x = value(z), *y = value(z);
    descent_dot_dims d = dot(z);
    switch (byte(z) % 5) {
    case 0: return descent_reduce(f, name(z), x, list(z), count(z));
    case 1: return descent_matmul(f, x, y);
    case 2: return descent_dot(f, x, y, &d);
    case 3: return windowed(z, f, x, y);
    default: return indexed(z, f, x, y);
    }
}

static descent_value *pointwise(Fuzz *z, descent_function *f)
{
    descent_value *x = value(z);
    switch (byte(z) % 9) {
    case 0: return descent_unary(f, name(z), x);
    case 1: return descent_binary(f, name(z), x, value(z));
    case 2: return descent_compare(f, (descent_direction)(byte(z) % 7), x, value(z));
    case 3: return descent_select(f, x, value(z), value(z));
    case 4: return descent_clamp(f, x, value(z), value(z));
    case 5: return descent_is_finite(f, x);
    case 6: return descent_convert(f, x, dtype(z));
    case 7: return descent_bitcast(f, x, dtype(z));
    default: return descent_reduce_precision(f, x, (int)whole(z), (int)whole(z));
    }
}

static void call(Fuzz *z)
{
    unsigned b = byte(z) % 16;
    descent_function *f = b > 2 ? function(z) : NULL;
    if (b == 0)
        add_function(z);
    else if (b < 3)
        several(z, b == 2);
    else if (b == 3)
        descent_result(f, name(z), (descent_role)(byte(z) % 10), value(z));
    else
        keep(z, b < 7    ? make(z, f)
                : b < 10 ? move(z, f)
                : b < 13 ? fold(z, f)
                         : pointwise(z, f));
}

/* Something to compute with. */
static void add_arguments(Fuzz *z)
{
    static const struct {
        const char *name;
        descent_dtype dtype;
        int rank;
        int64_t dims[4];
    } all[] = {
        {"a", DESCENT_F32, 2, {2, 3}},        {"b", DESCENT_F32, 2, {3, 4}},
        {"c", DESCENT_F32, 0, {0}},           {"d", DESCENT_I32, 1, {2}},
        {"e", DESCENT_BOOL, 2, {2, 3}},       {"f", DESCENT_U64, 1, {2}},
        {"g", DESCENT_F16, 4, {1, 4, 4, 2}},  {"h", DESCENT_F16, 4, {2, 2, 2, 3}},
        {"i", DESCENT_I64, 0, {0}},           {"j", DESCENT_I8, 3, {4, 0, 1}},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        keep(z, descent_argument(z->functions[0], all[i].name, DESCENT_INPUT,
                                 all[i].dtype, all[i].rank, all[i].dims));
}

/* ------------------------------------------------------------------------------ model */

/* The passes take what the builder let through; code for it would take too long. */
static void use(descent_model *m, descent_diagnostics *d)
{
    descent_print_options o = DESCENT_INIT(descent_print_options);
    char *text;
    size_t length;
    o.stage = "kernels";
    descent_model_print(m, &o, &text, &length, d);
    descent_text_free(text);
}

static void finish(Fuzz *z, descent_diagnostics *d)
{
    descent_model *m;
    descent_status st = descent_graph_finish(z->g, &m, d);
    if (!st != !!m || (st && !descent_diagnostics_count(d)) || st == DESCENT_INTERNAL)
        __builtin_trap(); /* a failure must say why */
    if (m)
        use(m, d);
    descent_model_destroy(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Fuzz z = {.at = data, .end = data + size};
    descent_context *c;
    descent_diagnostics *d;
    descent_context_options o = DESCENT_INIT(descent_context_options);
    o.threads = 1;
    if (descent_diagnostics_create(&d) || descent_context_create(&o, &c, d)
        || descent_graph_create(c, "fuzz", &z.g, d))
        abort();
    add_function(&z);
    add_arguments(&z);
    for (int i = 0; i < MOST_CALLS && z.at < z.end; i++)
        call(&z);
    finish(&z, d);
    descent_graph_destroy(z.g);
    descent_context_destroy(c);
    descent_diagnostics_destroy(d);
    return 0;
}
