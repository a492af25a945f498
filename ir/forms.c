#include "ir/forms.h"

#include <string.h>

#define CAST " $.$D : $0 to $R"
#define MASKED " $.[$*], $., $.$D : $0, $b, $a"
#define INDEXED " $.[$*] [$.], $., $.$D : $0, $c, $b, $a"

/* Forms of their own; what is not here has that of its class. */
static const char *const forms[OP_COUNT] = {
    [OP_erf] = " $.$D : $0 -> $R",
    [OP_yield] = "$? $*$D : $T",
    [OP_bitcast_convert] = " $.$D : $F",
    [OP_clamp] = " $., $., $.$D : $S",
    [OP_compare] = " <enum comparison_direction>, $., $.<type compare_type>$D : $F",
    [OP_convert] = " $.$D : $S",
    [OP_is_finite] = " $.$D : $F",
    [OP_reduce_precision] = " $., format = <format exponent_bits>$D : $S",
    [OP_select] = " $., $., $.$D : $P",
    [OP_constant] = "$D <value value>",
    [OP_iota] = " dim = <int iota_dimension>$D : $R",
    [OP_broadcast_in_dim] = " $., dims = <ints broadcast_dimensions>$D : $F",
    [OP_concatenate] = " $*, dim = <int dimension>$D : $F",
    [OP_dynamic_slice] = " $*, sizes = <ints slice_sizes>$D : $F",
    [OP_dynamic_update_slice] = " $*$D : $F",
    [OP_pad] = " $., $., low = <ints edge_padding_low>, high = <ints edge_padding_high>,"
               " interior = <ints interior_padding>$D : $F",
    [OP_reshape] = " $.$D : $F",
    [OP_reverse] = " $., dims = <ints dimensions>$D : $S",
    [OP_slice] = " $. <slice start_indices>$D : $F",
    [OP_transpose] = " $., dims = <ints permutation>$D : $F",
    [OP_dot_general] = " $., $., <dot dot_dimension_numbers>$D : $F",
    [OP_convolution] = "($., $.) dim_numbers = <conv dimension_numbers>,"
                       " window = <window window_strides>$D : $F",
    [OP_rng_bit_generator] = " $., algorithm = <enum rng_algorithm>$D : $F",
    [OP_optimization_barrier] = "$D$? $* : $T",
    [OP_custom_call] = " <symbol call_target_name>($*)$D : $F",

    [OP_scf_yield] = "$D$? $* : $T",
    [OP_scf_reduce] = "$D",
    [OP_gpu_terminator] = "$D",
    [OP_gpu_barrier] = "$D",
    [OP_gpu_shuffle] = "  <mode mode> $., $., $.$D : $0", /* MLIR has two blanks */
    [OP_async_group] = " $*$D",
    [OP_async_wait] = " $.$D",
    [OP_ldmatrix] = " $.[$*]$D : $0 -> $R",
    [OP_mma_sync] = "($., $., $.)$D : $F",
    [OP_memref_alloc] = "()$D : $R",
    [OP_memref_alloca] = "()$D : $R",
    [OP_memref_view] = " $.[$.][]$D : $0 to $R",
    [OP_memref_cast] = CAST,
    [OP_memref_collapse_shape] = " $. <groups reassociation>$D : $0 into $R",
    [OP_memref_expand_shape] = " $. <groups reassociation> output_shape"
                               " <ints static_output_shape>$D : $0 into $R",
    [OP_memref_get_global] = " <symbol name>$D : $R",
    [OP_memref_load] = " $.[$*]$D : $0",
    [OP_memref_store] = " $., $.[$*]$D : $1",
    [OP_memref_atomic_rmw] = " <word kind> $., $.[$*]$D : ($0, $1) -> $R",
    [OP_memref_copy] = " $., $.$D : $0 to $1",
    [OP_vector_load] = " $.[$*]$D : $0, $R",
    [OP_vector_store] = " $., $.[$*]$D : $1, $0",
    [OP_vector_maskedload] = MASKED " into $R",
    [OP_vector_maskedstore] = MASKED,
    [OP_vector_gather] = INDEXED " into $R",
    [OP_vector_scatter] = INDEXED,
    [OP_vector_broadcast] = CAST,
    [OP_vector_fma] = " $., $., $.$D : $A",
    [OP_vector_reduction] = " <kind kind>, $*$D : $0 into $R",
    [OP_vector_create_mask] = " $*$D : $R",
    [OP_vector_extract] = " $.<lane static_position>$D : $R from $0",
    [OP_vector_insert] = " $., $. <lane static_position>$D : $0 into $R",
    [OP_vector_slice] = " $.$D : $0 to $R",
    [OP_vector_shuffle] = " $., $. <ints mask>$D : $0, $1",
    [OP_vector_step] = "$D : $R",
    [OP_arith_constant] = "$D <value value>",
    [OP_arith_cmpi] = " <word predicate>, $., $.$D : $0",
    [OP_arith_cmpf] = " <word predicate>, $., $.$D : $0",
    [OP_arith_select] = " $., $., $.$D : $P",
    [OP_arith_extf] = CAST,
    [OP_arith_truncf] = CAST,
    [OP_arith_sitofp] = CAST,
    [OP_arith_uitofp] = CAST,
    [OP_arith_fptosi] = CAST,
    [OP_arith_fptoui] = CAST,
    [OP_arith_extsi] = CAST,
    [OP_arith_extui] = CAST,
    [OP_arith_trunci] = CAST,
    [OP_arith_index_cast] = CAST,
    [OP_arith_index_castui] = CAST,
    [OP_arith_bitcast] = CAST,
    [OP_math_fma] = " $., $., $.$D : $A",
};

const char *ir_op_form(IrOpKind kind)
{
    const IrOpInfo *info = ir_op_info(kind);
    if (forms[kind])
        return forms[kind];
    if (info->class == IR_CLASS_UNARY)
        return " $.$D : $S";
    if (info->class == IR_CLASS_BINARY)
        return " $., $.$D : $S";
    if (info->class == IR_CLASS_ARITH)
        return info->operands == 1 ? " $.$D : $A" : " $., $.$D : $A";
    return NULL;
}

const char *const *ir_form_attrs(const char *kind, size_t length)
{
    static const struct { const char *kind, *attrs[6]; } more[] = {
        {"slice", {"limit_indices", "strides"}},
        {"format", {"mantissa_bits"}},
        {"dot", {"precision_config"}},
        {"window", {"padding", "lhs_dilation", "rhs_dilation", "window_reversal"}},
    };
    static const char *const none[] = {NULL};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (strlen(more[i].kind) == length && !memcmp(more[i].kind, kind, length))
            return more[i].attrs;
    return none;
}

/* In the order of their numbers. */
static const char *const integer_predicates[] = {
    "eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge", NULL};
static const char *const float_predicates[] = {
    "false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord",
    "ueq", "ugt", "uge", "ult", "ule", "une", "uno", "true", NULL};

static const char *const *predicates(IrOpKind kind)
{
    return kind == OP_arith_cmpi ? integer_predicates : float_predicates;
}

const char *ir_predicate_name(IrOpKind kind, int64_t number)
{
    const char *const *names = predicates(kind);
    for (int64_t i = 0; names[i]; i++)
        if (i == number)
            return names[i];
    return NULL;
}

int64_t ir_predicate_number(IrOpKind kind, const char *name)
{
    const char *const *names = predicates(kind);
    for (int64_t i = 0; names[i]; i++)
        if (!strcmp(names[i], name))
            return i;
    return -1;
}
