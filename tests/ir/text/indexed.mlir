// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// gather, scatter, random bits, barriers.
module {
  func.func @gather(%a: tensor<2x3xf32>, %j: tensor<4x1xi32>) {
    %r = "stablehlo.gather"(%a, %j) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3>}> : (tensor<2x3xf32>, tensor<4x1xi32>) -> tensor<4x3xf32>
    return
  }
  func.func @gather_batch(%q: tensor<4x5xf32>, %j: tensor<4x1xi32>) {
    %r = "stablehlo.gather"(%q, %j) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 1>, indices_are_sorted = true, slice_sizes = array<i64: 1, 1>}> : (tensor<4x5xf32>, tensor<4x1xi32>) -> tensor<4xf32>
    return
  }
  func.func @scatter(%a: tensor<2x3xf32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>) {
    %r = "stablehlo.scatter"(%a, %j1, %u1) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%l: tensor<f32>, %v: tensor<f32>):
      stablehlo.return %v : tensor<f32>
    }) : (tensor<2x3xf32>, tensor<1xi32>, tensor<3xf32>) -> tensor<2x3xf32>
    return
  }
  func.func @random(%seed: tensor<2xui64>) {
    %r, %w = stablehlo.rng_bit_generator %seed, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<4xui32>)
    return
  }
  func.func @barrier(%a: tensor<2x3xf32>, %f: tensor<f32>) {
    %r:2 = stablehlo.optimization_barrier %a, %f : tensor<2x3xf32>, tensor<f32>
    %w = stablehlo.add %r#0, %r#0 : tensor<2x3xf32>
    return
  }
}
