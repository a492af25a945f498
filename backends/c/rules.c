/* How each kernel op becomes C. */
#include "backends/c/emit.h"

#define OPERATOR(LEVEL, NAME, FORMULA, FLAGS)                                            \
    {                                                                                    \
        c_index_op, NAME, FORMULA, LEVEL, FLAGS                                          \
    }
#define FLOATS(LEVEL, NAME, FORMULA)                                                     \
    {                                                                                    \
        c_formula, NAME, FORMULA, LEVEL, C_WHOLE                                         \
    }
#define CALLS(NAME, FORMULA, FLAGS)                                                      \
    {                                                                                    \
        c_formula, NAME, FORMULA, C_ATOM, FLAGS                                          \
    }
#define PLAIN(FUNCTION)                                                                  \
    {                                                                                    \
        FUNCTION, NULL, NULL, C_ATOM, 0                                                  \
    }
#define LIBM(NAME)                                                                       \
    {                                                                                    \
        c_formula, NAME, NAME "$f($a)", C_ATOM, 0                                        \
    }
#define LIBM2(NAME, FLAGS)                                                               \
    {                                                                                    \
        c_formula, NAME, NAME "$f($a, $b)", C_ATOM, FLAGS                                \
    }

const CRule c_rules[OP_COUNT] = {
    [OP_call] = PLAIN(c_call),
    [OP_scf_for] = PLAIN(c_for),
    [OP_scf_if] = PLAIN(c_if),
    [OP_scf_while] = PLAIN(c_while),
    [OP_scf_parallel] = PLAIN(c_parallel),

    [OP_memref_alloca] = PLAIN(c_alloca),
    [OP_memref_view] = PLAIN(c_view),
    [OP_memref_collapse_shape] = PLAIN(c_same_buffer),
    [OP_memref_expand_shape] = PLAIN(c_same_buffer),
    [OP_memref_get_global] = PLAIN(c_get_global),
    [OP_memref_load] = PLAIN(c_load),
    [OP_memref_store] = PLAIN(c_store),
    [OP_memref_copy] = PLAIN(c_copy),
    [OP_vector_load] = PLAIN(c_load),
    [OP_vector_store] = PLAIN(c_store),
    [OP_vector_maskedload] = PLAIN(c_masked_load),
    [OP_vector_maskedstore] = PLAIN(c_masked_store),
    [OP_vector_gather] = PLAIN(c_gather),
    [OP_vector_scatter] = PLAIN(c_scatter),

    [OP_vector_broadcast] = PLAIN(c_broadcast),
    [OP_vector_fma] = CALLS("fma", "fma$f($a, $b, $c)", 0),
    [OP_vector_reduction] = PLAIN(c_reduction),
    [OP_vector_create_mask] = PLAIN(c_create_mask),
    [OP_vector_extract] = PLAIN(c_extract),
    [OP_vector_insert] = PLAIN(c_insert),
    [OP_vector_shuffle] = PLAIN(c_shuffle),
    [OP_vector_step] = PLAIN(c_step),

    [OP_arith_constant] = PLAIN(c_constant),
    [OP_arith_addf] = FLOATS(C_SUM, "add", "$a + $b"),
    [OP_arith_subf] = FLOATS(C_SUM, "sub", "$a - $b"),
    [OP_arith_mulf] = FLOATS(C_PRODUCT, "mul", "$a * $b"),
    [OP_arith_divf] = FLOATS(C_PRODUCT, "div", "$a / $b"),
    [OP_arith_remf] = LIBM2("fmod", 0),
    [OP_arith_negf] = FLOATS(C_PREFIX, "neg", "-$a"),
    [OP_arith_maximumf] = CALLS("max", "@max($a, $b)", C_HELPER),
    [OP_arith_minimumf] = CALLS("min", "@min($a, $b)", C_HELPER),
    [OP_arith_cmpf] = PLAIN(c_compare),
    [OP_arith_addi] = OPERATOR(C_SUM, "add", "$a + $b", C_WRAPS | C_WHOLE),
    [OP_arith_subi] = OPERATOR(C_SUM, "sub", "$a - $b", C_WRAPS | C_WHOLE),
    [OP_arith_muli] = OPERATOR(C_PRODUCT, "mul", "$w$a * $b", C_WRAPS | C_WHOLE),
    [OP_arith_divsi] = OPERATOR(C_PRODUCT, "div_signed", "$a / $b", C_SIGNED | C_WHOLE),
    [OP_arith_divui] = OPERATOR(C_PRODUCT, "div", "$a / $b", C_UNSIGNED | C_WHOLE),
    [OP_arith_remsi] = OPERATOR(C_PRODUCT, "rem_signed", "$a % $b", C_SIGNED | C_WHOLE),
    [OP_arith_remui] = OPERATOR(C_PRODUCT, "rem", "$a % $b", C_UNSIGNED | C_WHOLE),
    [OP_arith_andi] = OPERATOR(C_BITS, "and", "$a & $b", C_WHOLE),
    [OP_arith_ori] = OPERATOR(C_BITS, "or", "$a | $b", C_WHOLE),
    [OP_arith_xori] = OPERATOR(C_BITS, "xor", "$a ^ $b", C_WHOLE),
    [OP_arith_shli] = OPERATOR(C_BITS, "shl", "$w$a << $b", C_SHIFT | C_WRAPS | C_WHOLE),
    [OP_arith_shrsi] =
        OPERATOR(C_BITS, "shr_signed", "$a >> $b", C_SHIFT | C_SIGNED | C_WHOLE),
    [OP_arith_shrui] =
        OPERATOR(C_BITS, "shr", "$a >> $b", C_SHIFT | C_UNSIGNED | C_WHOLE),
    [OP_arith_maxsi] = OPERATOR(C_ATOM, "max_signed", "@max($a, $b)", C_SIGNED),
    [OP_arith_maxui] = OPERATOR(C_ATOM, "max", "@max($a, $b)", C_UNSIGNED),
    [OP_arith_minsi] = OPERATOR(C_ATOM, "min_signed", "@min($a, $b)", C_SIGNED),
    [OP_arith_minui] = OPERATOR(C_ATOM, "min", "@min($a, $b)", C_UNSIGNED),
    [OP_arith_cmpi] = PLAIN(c_compare),
    [OP_arith_select] = PLAIN(c_select),
    [OP_arith_extf] = PLAIN(c_extend_float),
    [OP_arith_truncf] = PLAIN(c_truncate_float),
    [OP_arith_sitofp] = {c_int_to_float, NULL, NULL, C_ATOM, C_SIGNED},
    [OP_arith_uitofp] = PLAIN(c_int_to_float),
    [OP_arith_fptosi] = {c_float_to_int, NULL, NULL, C_ATOM, C_SIGNED},
    [OP_arith_fptoui] = PLAIN(c_float_to_int),
    [OP_arith_extsi] = {c_resize_int, NULL, NULL, C_ATOM, C_SIGNED},
    [OP_arith_extui] = PLAIN(c_resize_int),
    [OP_arith_trunci] = PLAIN(c_resize_int),
    [OP_arith_index_cast] = {c_resize_int, NULL, NULL, C_ATOM, C_SIGNED},
    [OP_arith_index_castui] = PLAIN(c_resize_int),
    [OP_arith_bitcast] = PLAIN(c_bitcast),

    [OP_math_absf] = {c_formula, "abs", "fabs$f($a)", C_ATOM, C_HELPER},
    [OP_math_absi] = CALLS("abs", "@abs($a)", 0),
    [OP_math_ceil] = LIBM("ceil"),
    [OP_math_floor] = LIBM("floor"),
    [OP_math_round] = LIBM("round"),
    [OP_math_roundeven] = CALLS("roundeven", "nearbyint$f($a)", 0),
    [OP_math_trunc] = LIBM("trunc"),
    [OP_math_sqrt] = LIBM("sqrt"),
    [OP_math_ctpop] = CALLS("ones", "@ones($a)", 0),
    [OP_math_ctlz] = CALLS("leading_zeros", "@leading_zeros($a)", 0),
    [OP_math_copysign] = LIBM2("copysign", C_HELPER),
    [OP_math_fma] = CALLS("fma", "fma$f($a, $b, $c)", 0),
    [OP_math_exp] = LIBM("exp"),
    [OP_math_expm1] = LIBM("expm1"),
    [OP_math_log] = LIBM("log"),
    [OP_math_log1p] = LIBM("log1p"),
    [OP_math_sin] = LIBM("sin"),
    [OP_math_cos] = LIBM("cos"),
    [OP_math_tan] = LIBM("tan"),
    [OP_math_tanh] = LIBM("tanh"),
    [OP_math_erf] = LIBM("erf"),
    [OP_math_cbrt] = LIBM("cbrt"),
    [OP_math_powf] = LIBM2("pow", 0),
    [OP_math_atan2] = LIBM2("atan2", 0),
};

/* Names that are taken. helpers.c has more: those that begin with a type (names.c). */
/* clang-format off */
const char *const c_words[] = {
    /* keywords of C and C++ */
    "alignas", "alignof", "and", "asm", "auto", "bool", "break", "case", "catch",
    "char", "class", "const", "constexpr", "continue", "default", "delete", "do",
    "double", "else", "enum", "explicit", "export", "extern", "false", "float", "for",
    "friend", "goto", "if", "inline", "int", "long", "main", "mutable", "namespace",
    "new", "not", "nullptr", "operator", "or", "private", "protected", "public",
    "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct",
    "switch", "template", "this", "throw", "true", "try", "typedef", "typename",
    "typeof", "union", "unsigned", "using", "virtual", "void", "volatile", "while",
    "xor",
    /* of the headers, and macros of compilers */
    "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t",
    "uint64_t", "INT64_C", "UINT64_C", "NAN", "NULL", "INFINITY", "linux", "unix",
    "memcpy", "memmove", "signbit", "fabs", "fabsf", "fmod", "fmodf", "fma", "fmaf",
    "ceil", "ceilf", "floor", "floorf", "round", "roundf", "nearbyint", "nearbyintf",
    "trunc", "truncf", "sqrt", "sqrtf", "copysign", "copysignf", "exp", "expf", "expm1",
    "expm1f", "log", "logf", "log1p", "log1pf", "sin", "sinf", "cos", "cosf", "tan",
    "tanf", "tanh", "tanhf", "erf", "erff", "cbrt", "cbrtf", "pow", "powf", "atan2",
    "atan2f",
    /* of ours: prelude.c, and what functions call their own */
    "LANE", "LANES", "EITHER", "VECTOR", "HELPER", "VECTOR_HELPER", "DESCENT_VECTORS",
    "pool_run", "a", "b", "c", "i", "j", "k", "l", "m", "n", "r", "ctx", "begin", "end",
    "pool",
    NULL,
};
/* clang-format on */

const CDialect c_dialect = {
    .name = "c",
    .helper = "HELPER ",
    .vector_helper = "VECTOR_HELPER ",
    .narrow = true,
    .kernel = "static ",
    .table = "_Alignas(64) const ",
    .buffer = "_Alignas(64) ",
};
