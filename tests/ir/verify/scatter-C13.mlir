// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: scatter: update_window_dims: no dimension 2 in a tensor of rank 2
func.func @main(%a: tensor<2x3xf32>, %i: tensor<4x1xi32>, %u: tensor<4x3xf32>) {
  %r = "stablehlo.scatter"(%a, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [2], inserted_window_dims = [0], input_batching_dims = [], scatter_indices_batching_dims = [], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %z = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %z : tensor<f32>
  }) : (tensor<2x3xf32>, tensor<4x1xi32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  return
}
