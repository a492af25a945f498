/* The attributes that each op may have. Those with a dialect's prefix (mhlo.x, descent.x)
 * are anyone's; any other must be here. */
#include "ir/verify.h"

#include <string.h>

#define ACCURACY "result_accuracy" /* how exact a result may be: ours are exact enough */

static const char *const of_op[OP_COUNT] = {
    [OP_module] = "sym_name sym_visibility",
    [OP_func] = "arg_attrs function_type res_attrs sym_name sym_visibility",
    [OP_call] = "callee",

    [OP_cbrt] = ACCURACY,
    [OP_cosine] = ACCURACY,
    [OP_exponential] = ACCURACY,
    [OP_exponential_minus_one] = ACCURACY,
    [OP_log] = ACCURACY,
    [OP_log_plus_one] = ACCURACY,
    [OP_logistic] = ACCURACY,
    [OP_rsqrt] = ACCURACY,
    [OP_sine] = ACCURACY,
    [OP_sqrt] = ACCURACY,
    [OP_tan] = ACCURACY,
    [OP_tanh] = ACCURACY,
    [OP_compare] = "compare_type comparison_direction",
    [OP_reduce_precision] = "exponent_bits mantissa_bits",

    [OP_constant] = "value",
    [OP_iota] = "iota_dimension",
    [OP_broadcast_in_dim] = "broadcast_dimensions",
    [OP_concatenate] = "dimension",
    [OP_dynamic_slice] = "slice_sizes",
    [OP_pad] = "edge_padding_high edge_padding_low interior_padding",
    [OP_reverse] = "dimensions",
    [OP_slice] = "limit_indices start_indices strides",
    [OP_transpose] = "permutation",

    [OP_gather] = "dimension_numbers indices_are_sorted slice_sizes",
    [OP_scatter] = "indices_are_sorted scatter_dimension_numbers unique_indices",
    [OP_reduce] = "dimensions",
    [OP_reduce_window] =
        "base_dilations padding window_dilations window_dimensions window_strides",
    [OP_select_and_scatter] = "padding window_dimensions window_strides",
    [OP_dot_general] = "algorithm dot_dimension_numbers precision_config",
    [OP_convolution] =
        "batch_group_count dimension_numbers feature_group_count lhs_dilation "
        "padding precision_config rhs_dilation window_reversal window_strides",
    [OP_rng_bit_generator] = "rng_algorithm",
    [OP_custom_call] =
        "api_version backend_config call_target_name called_computations "
        "has_side_effect operand_layouts output_operand_aliases result_layouts",

    [OP_gpu_launch] = "workgroup_attributions",
    [OP_gpu_shuffle] = "mode",
    [OP_async_copy] = "bypassL1 dstElements",
    [OP_async_wait] = "numGroups",
    [OP_ldmatrix] = "numTiles transpose",
    [OP_mma_sync] = "mmaShape tf32Enabled",
    [OP_warpgroup_mma] = "transposeA transposeB waitGroup",
    [OP_warpgroup_wait] = "group",
    [OP_fence_proxy] = "kind space",
    [OP_memref_alloc] = "alignment",
    [OP_memref_alloca] = "alignment",
    [OP_memref_collapse_shape] = "reassociation",
    [OP_memref_expand_shape] = "reassociation static_output_shape",
    [OP_memref_get_global] = "name",
    [OP_memref_global] = "alignment constant initial_value sym_name sym_visibility type",
    [OP_memref_load] = "nontemporal",
    [OP_memref_store] = "nontemporal",
    [OP_memref_atomic_rmw] = "kind",
    [OP_vector_load] = "nontemporal",
    [OP_vector_store] = "nontemporal",
    [OP_vector_reduction] = "fastmath kind",
    [OP_vector_extract] = "static_position",
    [OP_vector_insert] = "static_position",
    [OP_vector_slice] = "offsets sizes strides",
    [OP_vector_shuffle] = "mask",
    [OP_arith_constant] = "value",
    [OP_arith_cmpf] = "fastmath predicate",
    [OP_arith_cmpi] = "predicate",
};

/* What the ops of a class that are not above may have. */
static const char *words_of(IrOpKind kind)
{
    if (of_op[kind])
        return of_op[kind];
    return ir_op_info(kind)->class == IR_CLASS_ARITH ? "fastmath overflowFlags" : "";
}

/* Whether `word` is one of the words, which a blank each keeps apart. */
static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    while (*words) {
        size_t m = strcspn(words, " ");
        if (m == n && !memcmp(words, word, n))
            return true;
        words += m + (words[m] == ' ');
    }
    return false;
}

bool verify_attrs(const Infer *f)
{
    const char *words = words_of(f->op->kind);
    bool ok = true;
    for (uint32_t i = 0; i < f->op->attr_count; i++) {
        const char *name = f->op->attrs[i].name;
        if (!strchr(name, '.') && !has_word(words, name))
            ok = infer_fail(f, "has no attribute %s", name);
    }
    return ok;
}
