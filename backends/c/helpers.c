/* The functions that a file needs besides its own, written down where they are first
 * asked for.
 *
 * Vectors: f32x4 is a vector of GNU C, if the compiler is gcc or clang, and a struct of
 * an array, if not. Everything done with them is a small function. LANES(type, lanes,
 * value) computes a result lane by lane, which is right for both; EITHER has one more
 * argument, the same for the vector as a whole. So there is one description of each,
 * DESCENT_NO_VECTORS shows that they agree, and neither an intrinsic nor a target's
 * name is in the file. */
#include "backends/c/emit.h"
#include "support/ascii.h"

#include <assert.h>
#include <string.h>

enum { SCALAR = 1, VECTOR = 2, ANY = SCALAR | VECTOR, INT = 4, FLOAT = 8 };

/* In the text:
 *     $N f32 or f32x4    $T the lane's type   $V the whole type   $x x4 or nothing
 *     $L lanes           $B bits    $S bytes  $f f for float      $A a, a, a, a
 *     $U $I              unsigned and signed integers of the same size
 *     $M $H $K $J        maskx4, u16x4, u32x4, u64x4
 *     $F $D              float or f32x4, double or f64x4
 *     $W mask m in the width of the lanes
 *     @NAME              the helper for one lane */
typedef struct Helper {
    const char *key;
    unsigned when;
    const char *name, *text;
} Helper;

/* clang-format off */
static const Helper helpers[] = {
/* --------------------------------------------------------------------------- memory */
{"load", SCALAR, "$N_load",
"$T $N_load(const void *from, int64_t at)\n{\n"
"    $T r;\n"
"    memcpy(&r, (const char *)from + at * $S, $S);\n"
"    return r;\n}\n"},
{"load", VECTOR, "$N_load",
"$V $N_load(const void *from, int64_t at)\n{\n"
"    $V r;\n"
"    memcpy(&r, (const char *)from + at * $S, sizeof r);\n"
"    return r;\n}\n"},
{"store", ANY, "$N_store",
"void $N_store(void *to, int64_t at, $V a)\n{\n"
"    memcpy((char *)to + at * $S, &a, sizeof a);\n}\n"},
{"masked_load", VECTOR, "$N_masked_load",
"$V $N_masked_load(const void *from, int64_t at, $M mask, $V rest)\n{\n"
"    LANES($V, $L, LANE(mask, i) ? @load(from, at + i) : LANE(rest, i));\n}\n"},
{"masked_store", VECTOR, "$N_masked_store",
"void $N_masked_store(void *to, int64_t at, $M mask, $V a)\n{\n"
"    for (int i = 0; i < $L; i++)\n"
"        if (LANE(mask, i))\n"
"            @store(to, at + i, LANE(a, i));\n}\n"},
{"gather_32", VECTOR, "$N_gather",
"$V $N_gather(const void *from, int64_t at, $K index, $M mask, $V rest)\n{\n"
"    LANES($V, $L, LANE(mask, i) ? @load(from, at + (int32_t)LANE(index, i))\n"
"                                : LANE(rest, i));\n}\n"},
{"gather_64", VECTOR, "$N_gather_far",
"$V $N_gather_far(const void *from, int64_t at, $J index, $M mask, $V rest)\n{\n"
"    LANES($V, $L, LANE(mask, i) ? @load(from, at + (int64_t)LANE(index, i))\n"
"                                : LANE(rest, i));\n}\n"},
{"scatter_32", VECTOR, "$N_scatter",
"void $N_scatter(void *to, int64_t at, $K index, $M mask, $V a)\n{\n"
"    for (int i = 0; i < $L; i++)\n"
"        if (LANE(mask, i))\n"
"            @store(to, at + (int32_t)LANE(index, i), LANE(a, i));\n}\n"},
{"scatter_64", VECTOR, "$N_scatter_far",
"void $N_scatter_far(void *to, int64_t at, $J index, $M mask, $V a)\n{\n"
"    for (int i = 0; i < $L; i++)\n"
"        if (LANE(mask, i))\n"
"            @store(to, at + (int64_t)LANE(index, i), LANE(a, i));\n}\n"},

/* ---------------------------------------------------------------------------- lanes */
{"all", VECTOR, "$N_all",
"$V $N_all($T a)\n{\n"
"    EITHER($V, $L, (($V){$A}), a);\n}\n"},
{"insert", VECTOR, "$N_insert",
"$V $N_insert($V a, int i, $T x)\n{\n"
"    LANE(a, i) = x;\n"
"    return a;\n}\n"},
{"step", VECTOR, "$N_step",
"$V $N_step(void)\n{\n"
"    LANES($V, $L, ($T)i);\n}\n"},
{"first", VECTOR, "$N_first",
"/* The first n lanes. */\n"
"$V $N_first(int64_t n)\n{\n"
"    LANES($V, $L, -(i < n));\n}\n"},
{"select", VECTOR, "$N_select",
"$V $N_select($M m, $V a, $V b)\n{\n"
"    EITHER($V, $L, ($V)((($U)a & ($U)$W) | (($U)b & ~($U)$W)),\n"
"           LANE(m, i) ? LANE(a, i) : LANE(b, i));\n}\n"},

/* ------------------------------------------------------------------------- integers */
{"max", INT | SCALAR, "$N_max",
"$T $N_max($T a, $T b)\n{\n    return a > b ? a : b;\n}\n"},
{"min", INT | SCALAR, "$N_min",
"$T $N_min($T a, $T b)\n{\n    return a < b ? a : b;\n}\n"},
{"abs", INT | SCALAR, "$N_abs",
"/* Of a two's complement; the least stays as it is. */\n"
"$U $N_abs($U a)\n{\n    return a >> ($B - 1) ? ($U)(0u - a) : a;\n}\n"},
{"ones", INT | SCALAR, "$N_ones",
"$T $N_ones($T a)\n{\n"
"    $T n = 0;\n"
"    for (; a; a &= ($T)(a - 1u))\n"
"        n++;\n"
"    return n;\n}\n"},
{"leading_zeros", INT | SCALAR, "$N_leading_zeros",
"$T $N_leading_zeros($T a)\n{\n"
"    $T n = $B;\n"
"    for (; a; a >>= 1)\n"
"        n--;\n"
"    return n;\n}\n"},

/* --------------------------------------------------------------------------- floats */
{"max", FLOAT | SCALAR, "$N_max",
"/* NaN if either is; 0 is more than -0. */\n"
"$T $N_max($T a, $T b)\n{\n"
"    return a > b ? a : a < b ? b : a == b ? (signbit(a) ? b : a) : a + b;\n}\n"},
{"min", FLOAT | SCALAR, "$N_min",
"/* NaN if either is; -0 is less than 0. */\n"
"$T $N_min($T a, $T b)\n{\n"
"    return a < b ? a : a > b ? b : a == b ? (signbit(a) ? a : b) : a + b;\n}\n"},
{"max", FLOAT | VECTOR, "$N_max",
"$V $N_max($V a, $V b)\n{\n"
"#ifdef DESCENT_VECTORS\n"
"    const $U above = ($U)(a > b), below = ($U)(a < b), same = ($U)(a == b);\n"
"    return ($V)((above & ($U)a) | (below & ($U)b) | (same & ($U)a & ($U)b) |\n"
"                (~(above | below | same) & ($U)(a + b)));\n"
"#else\n"
"    LANES($V, $L, @max(LANE(a, i), LANE(b, i)));\n"
"#endif\n}\n"},
{"min", FLOAT | VECTOR, "$N_min",
"$V $N_min($V a, $V b)\n{\n"
"#ifdef DESCENT_VECTORS\n"
"    const $U above = ($U)(a > b), below = ($U)(a < b), same = ($U)(a == b);\n"
"    return ($V)((below & ($U)a) | (above & ($U)b) | (same & (($U)a | ($U)b)) |\n"
"                (~(above | below | same) & ($U)(a + b)));\n"
"#else\n"
"    LANES($V, $L, @min(LANE(a, i), LANE(b, i)));\n"
"#endif\n}\n"},
{"abs", FLOAT | VECTOR, "$N_abs",
"$V $N_abs($V a)\n{\n"
"    EITHER($V, $L, ($V)(($U)a & ~($U)-($V){0}), fabs$f(LANE(a, i)));\n}\n"},
{"copysign", FLOAT | VECTOR, "$N_copysign",
"$V $N_copysign($V a, $V b)\n{\n"
"    EITHER($V, $L, ($V)((($U)a & ~($U)-($V){0}) | (($U)b & ($U)-($V){0})),\n"
"           copysign$f(LANE(a, i), LANE(b, i)));\n}\n"},
{"bits", FLOAT | SCALAR, "$N_bits",
"$U $N_bits($T a)\n{\n    $U r;\n    memcpy(&r, &a, sizeof r);\n    return r;\n}\n"},
{"bits", FLOAT | VECTOR, "$N_bits",
"$U $N_bits($V a)\n{\n    EITHER($U, $L, ($U)a, @bits(LANE(a, i)));\n}\n"},
{"of_bits", FLOAT | SCALAR, "$N_of_bits",
"$T $N_of_bits($U a)\n{\n    $T r;\n    memcpy(&r, &a, sizeof r);\n    return r;\n}\n"},
{"of_bits", FLOAT | VECTOR, "$N_of_bits",
"$V $N_of_bits($U a)\n{\n    EITHER($V, $L, ($V)a, @of_bits(LANE(a, i)));\n}\n"},

/* -------------------------------------------------------------------- 16-bit floats */
{"of_bf16", SCALAR, "f32_of_bf16",
"float f32_of_bf16(uint16_t a)\n{\n    return @of_bits((uint32_t)a << 16);\n}\n"},
{"of_bf16", VECTOR, "f32$x_of_bf16$x",
"$V f32$x_of_bf16$x($H a)\n{\n"
"    EITHER($V, $L, ($V)(__builtin_convertvector(a, $U) << 16), @of_bf16(LANE(a, i)));\n}\n"},
{"of_f16", SCALAR, "f32_of_f16",
"/* The product mends the exponent, also of what is denormal in f16. */\n"
"float f32_of_f16(uint16_t a)\n{\n"
"    const uint32_t size = a & 0x7fffu, sign = (a & 0x8000u) << 16, moved = size << 13;\n"
"    const uint32_t finite = @bits(@of_bits(moved) * 0x1p112f);\n"
"    return @of_bits((size >= 0x7c00 ? moved | 0x7f800000 : finite) | sign);\n}\n"},
{"of_f16", VECTOR, "f32$x_of_f16$x",
"$V f32$x_of_f16$x($H a)\n{\n    LANES($V, $L, @of_f16(LANE(a, i)));\n}\n"},
{"bf16_of_f32", SCALAR, "bf16_of_f32",
"/* To nearest, of two the even one; NaN stays NaN. */\n"
"uint16_t bf16_of_f32(float a)\n{\n"
"    const uint32_t bits = @f32_bits(a), odd = bits >> 16 & 1;\n"
"    if (a != a)\n"
"        return (uint16_t)(bits >> 16 | 0x40);\n"
"    return (uint16_t)((bits + 0x7fff + odd) >> 16);\n}\n"},
{"bf16_of_f32", VECTOR, "bf16$x_of_f32$x",
"$V bf16$x_of_f32$x($F a)\n{\n    LANES($V, $L, @bf16_of_f32(LANE(a, i)));\n}\n"},
{"f16_of_f32", SCALAR, "f16_of_f32",
"/* To nearest, of two the even one; NaN stays NaN. Below 2^-14 the sum with 1/2 rounds to\n"
" * a multiple of 2^-24. */\n"
"uint16_t f16_of_f32(float a)\n{\n"
"    const uint32_t bits = @f32_bits(a), size = bits & 0x7fffffff;\n"
"    const uint32_t small = @f32_bits(@f32_of_bits(size) + 0.5f) - 0x3f000000;\n"
"    const uint32_t normal = ((size + 0xfff + (size >> 13 & 1)) >> 13) - (112u << 10);\n"
"    const uint32_t r = size > 0x7f800000    ? 0x7e00\n"
"                       : size >= 0x47800000 ? 0x7c00\n"
"                       : size >= 0x38800000 ? normal\n"
"                                            : small;\n"
"    return (uint16_t)(r | (bits >> 16 & 0x8000));\n}\n"},
{"f16_of_f32", VECTOR, "f16$x_of_f32$x",
"$V f16$x_of_f32$x($F a)\n{\n    LANES($V, $L, @f16_of_f32(LANE(a, i)));\n}\n"},
{"odd_f32", SCALAR, "f32_of_f64_odd",
"/* Rounded to odd: of the two neighbours of an inexact value the one whose last bit is 1.\n"
" * Rounding that to 16 bits gives what rounding the double would have given. */\n"
"float f32_of_f64_odd(double a)\n{\n"
"    const float near = (float)a;\n"
"    const uint32_t bits = @f32_bits(near);\n"
"    const double size = fabs((double)near);\n"
"    if (bits & 1 || size == fabs(a) || a != a)\n"
"        return near;\n"
"    return @f32_of_bits(size > fabs(a) ? bits - 1 : bits + 1);\n}\n"},
{"bf16_of_f64", SCALAR, "bf16_of_f64",
"uint16_t bf16_of_f64(double a)\n{\n    return @bf16_of_f32(@odd_f32(a));\n}\n"},
{"bf16_of_f64", VECTOR, "bf16$x_of_f64$x",
"$V bf16$x_of_f64$x($D a)\n{\n    LANES($V, $L, @bf16_of_f64(LANE(a, i)));\n}\n"},
{"f16_of_f64", SCALAR, "f16_of_f64",
"uint16_t f16_of_f64(double a)\n{\n    return @f16_of_f32(@odd_f32(a));\n}\n"},
{"f16_of_f64", VECTOR, "f16$x_of_f64$x",
"$V f16$x_of_f64$x($D a)\n{\n    LANES($V, $L, @f16_of_f64(LANE(a, i)));\n}\n"},

/* ---------------------------------------------------------------------------- threads */
{"run", SCALAR, "pool_run",
"void pool_run(struct descent_pool *pool, void (*task)(void *, int64_t, int64_t),\n"
"                     void *ctx, int64_t count)\n{\n"
"    if (pool && count > 1)\n"
"        pool->run(pool, task, ctx, count);\n"
"    else\n"
"        task(ctx, 0, count);\n}\n"},
};
/* clang-format on */

/* ------------------------------------------------------------------------------ types */

bool c_is_new(CEmit *e, const char *name) { return c_names_add(e, &e->made, name); }

const char *c_vector_name(CEmit *e, CElem t, unsigned lanes)
{
    return lanes == 1 ? t.name : c_format(e, "%sx%u", t.name, lanes);
}

/* GNU C needs a power of two. */
const char *c_vector(CEmit *e, CElem t, unsigned lanes)
{
    const char *name = c_vector_name(e, t, lanes);
    if (lanes == 1)
        return t.type;
    if (c_is_new(e, name))
        text_printf(&e->types, "VECTOR(%s, %u, %s);\n", t.type, lanes, name);
    return name;
}

static CElem int_like(CElem t, bool is_signed)
{
    static const char *const names[2][4] = {{"u8", "u16", "u32", "u64"},
                                            {"i8", "i16", "i32", "i64"}};
    static const char *const types[2][4] = {
        {"uint8_t", "uint16_t", "uint32_t", "uint64_t"},
        {"int8_t", "int16_t", "int32_t", "int64_t"}};
    int i = t.bits == 8 ? 0 : t.bits == 16 ? 1 : t.bits == 32 ? 2 : 3;
    return (CElem){names[is_signed][i], types[is_signed][i], t.bits, false, false};
}

/* ---------------------------------------------------------------------------- helpers */

static const CElem f32 = {"f32", "float", 32, true, false},
                   mask = {"mask", "int32_t", 32, false, false};

static const char *repeated(CEmit *e, const char *what, unsigned count)
{
    const char *s = what;
    for (unsigned i = 1; i < count; i++)
        s = c_format(e, "%s, %s", s, what);
    return s;
}

static const char *like(CEmit *e, CElem t, bool is_signed, unsigned bits, unsigned lanes)
{
    t.bits = bits;
    return c_vector(e, int_like(t, is_signed), lanes);
}

static const char *wide_mask(CEmit *e, CElem t, unsigned lanes)
{
    return t.bits == 32 ? "m"
                        : c_format(e, "__builtin_convertvector(m, %s)",
                                   like(e, t, true, t.bits, lanes));
}

static const char *sign_text(CEmit *e, char sign, CElem t, unsigned lanes)
{
    CElem f64 = {"f64", "double", 64, true, false};
    switch (sign) {
    case 'N': return c_vector_name(e, t, lanes);
    case 'T': return t.type;
    case 'V': return c_vector(e, t, lanes);
    case 'x': return lanes == 1 ? "" : c_format(e, "x%u", lanes);
    case 'L': return c_format(e, "%u", lanes);
    case 'B': return c_format(e, "%u", t.bits);
    case 'S': return c_format(e, "%u", t.bits / 8);
    case 'f': return t.bits == 32 ? "f" : "";
    case 'A': return repeated(e, "a", lanes);
    case 'U': return like(e, t, false, t.bits, lanes);
    case 'I': return like(e, t, true, t.bits, lanes);
    case 'H': return like(e, t, false, 16, lanes);
    case 'K': return like(e, t, false, 32, lanes);
    case 'J': return like(e, t, false, 64, lanes);
    case 'M': return c_vector(e, mask, lanes);
    case 'F': return c_vector(e, f32, lanes);
    case 'D': return c_vector(e, f64, lanes);
    default: return wide_mask(e, t, lanes); /* W */
    }
}

/* @f32_NAME is NAME for floats, @NAME that for t. */
static const char *helper_of_lane(CEmit *e, const char **at, CElem t)
{
    const char *name = *at;
    while (ascii_is_alnum(**at) || **at == '_')
        ++*at;
    name = arena_strndup(e->arena, name, (size_t)(*at - name));
    return strncmp(name, "f32_", 4) == 0 ? c_helper(e, name + 4, f32, 1)
                                         : c_helper(e, name, t, 1);
}

static const char *fill_in(CEmit *e, const char *text, CElem t, unsigned lanes)
{
    Text to = {0};
    while (*text) {
        if (*text == '@') {
            text++;
            text_add(&to, helper_of_lane(e, &text, t));
        } else if (*text == '$') {
            text_add(&to, sign_text(e, text[1], t, lanes));
            text += 2;
        } else {
            text_add_bytes(&to, text++, 1);
        }
    }
    const char *made = arena_strdup(e->arena, to.bytes);
    text_free(&to);
    return made;
}

static const Helper *find_helper(const char *key, CElem t, unsigned lanes)
{
    unsigned shape = lanes == 1 ? SCALAR : VECTOR, kind = t.is_float ? FLOAT : INT;
    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++) {
        unsigned when = helpers[i].when;
        bool fits = (when & shape) && (!(when & (INT | FLOAT)) || (when & kind));
        if (fits && strcmp(helpers[i].key, key) == 0)
            return &helpers[i];
    }
    return NULL;
}

void c_add_helper(CEmit *e, unsigned lanes, const char *format, ...)
{
    va_list args;
    Text function = {0};
    va_start(args, format);
    text_vprintf(&function, format, args);
    va_end(args);
    text_add(&e->helpers, lanes > 1 ? e->dialect->vector_helper : e->dialect->helper);
    if (e->dialect->narrow)
        c_add_wide(e, function.bytes);
    else
        text_add(&e->helpers, function.bytes);
    text_free(&function);
}

/* A comment stays in front of the function. */
static void add_function(CEmit *e, const char *text, unsigned lanes)
{
    const char *end = strncmp(text, "/*", 2) ? text : strstr(text, "*/\n") + 3;
    text_add_bytes(&e->helpers, text, (size_t)(end - text));
    c_add_helper(e, lanes, "%s\n", end);
}

const char *c_helper(CEmit *e, const char *key, CElem t, unsigned lanes)
{
    const Helper *h = find_helper(key, t, lanes);
    assert(h && "a rule names a helper that is in the table");
    const char *name = fill_in(e, h->name, t, lanes);
    if (c_is_new(e, name)) {
        const char *text = fill_in(e, h->text, t, lanes);
        add_function(e, e->dialect->own_helper ? e->dialect->own_helper(e, name, text) : text,
                     lanes);
    }
    return name;
}
