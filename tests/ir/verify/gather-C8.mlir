// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gather: dimension 0 of the operand and 0 of the indices differ: tensor<2x3xf32> x tensor<4x1xi32>
func.func @main(%a: tensor<2x3xf32>, %i: tensor<4x1xi32>) {
  %r = "stablehlo.gather"(%a, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3>}> : (tensor<2x3xf32>, tensor<4x1xi32>) -> tensor<4x3xf32>
  return
}
