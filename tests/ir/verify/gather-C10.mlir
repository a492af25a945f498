// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gather: a slice of 2 in dimension 0, which the result does not have
func.func @main(%a: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  %r = "stablehlo.gather"(%a, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], operand_batching_dims = [], start_indices_batching_dims = [], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 2, 3>}> : (tensor<2x3xf32>, tensor<4x1xi32>) -> tensor<4x3xf32>
  return
}
