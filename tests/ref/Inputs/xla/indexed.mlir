// gather and scatter; windows.mlir tells about the `judge:` lines.

// judge: low=-2 high=8
func.func @gather_rows(%a: tensor<5x3xf32>, %i: tensor<4x1xi32>, %j: tensor<2x3xui8>, %k: tensor<i64>) -> (tensor<4x3xf32>, tensor<2x3x3xf32>, tensor<3x4xf32>, tensor<3xf32>) {
  %r = "stablehlo.gather"(%a, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3>}> : (tensor<5x3xf32>, tensor<4x1xi32>) -> tensor<4x3xf32>
  %s = "stablehlo.gather"(%a, %j) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2>, slice_sizes = array<i64: 1, 3>}> : (tensor<5x3xf32>, tensor<2x3xui8>) -> tensor<2x3x3xf32>
  %t = "stablehlo.gather"(%a, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [0], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3>}> : (tensor<5x3xf32>, tensor<4x1xi32>) -> tensor<3x4xf32>
  %u = "stablehlo.gather"(%a, %k) <{dimension_numbers = #stablehlo.gather<offset_dims = [0], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 0>, slice_sizes = array<i64: 1, 3>}> : (tensor<5x3xf32>, tensor<i64>) -> tensor<3xf32>
  return %r, %s, %t, %u : tensor<4x3xf32>, tensor<2x3x3xf32>, tensor<3x4xf32>, tensor<3xf32>
}

// judge: low=-2 high=8
func.func @gather_windows(%a: tensor<5x4x3xi32>, %i: tensor<2x6xi64>, %j: tensor<6x2xi64>) -> (tensor<6x2x3xi32>, tensor<2x6x3x2xi32>) {
  %r = "stablehlo.gather"(%a, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1, 2], collapsed_slice_dims = [0], start_index_map = [0, 1], index_vector_dim = 0>, slice_sizes = array<i64: 1, 2, 3>}> : (tensor<5x4x3xi32>, tensor<2x6xi64>) -> tensor<6x2x3xi32>
  %s = "stablehlo.gather"(%a, %j) <{dimension_numbers = #stablehlo.gather<offset_dims = [0, 2, 3], collapsed_slice_dims = [], start_index_map = [2, 0], index_vector_dim = 1>, slice_sizes = array<i64: 2, 3, 2>}> : (tensor<5x4x3xi32>, tensor<6x2xi64>) -> tensor<2x6x3x2xi32>
  return %r, %s : tensor<6x2x3xi32>, tensor<2x6x3x2xi32>
}

// judge: low=-2 high=6
func.func @gather_batches(%a: tensor<3x2x4x5xf32>, %i: tensor<2x7x3x1xi32>, %b: tensor<3x4xf32>, %j: tensor<3x2xi32>) -> (tensor<2x7x3x5xf32>, tensor<3x2xf32>) {
  %r = "stablehlo.gather"(%a, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [3], collapsed_slice_dims = [2], operand_batching_dims = [0, 1], start_indices_batching_dims = [2, 0], start_index_map = [2], index_vector_dim = 3>, slice_sizes = array<i64: 1, 1, 1, 5>}> : (tensor<3x2x4x5xf32>, tensor<2x7x3x1xi32>) -> tensor<2x7x3x5xf32>
  %s = "stablehlo.gather"(%b, %j) <{dimension_numbers = #stablehlo.gather<offset_dims = [], collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1>}> : (tensor<3x4xf32>, tensor<3x2xi32>) -> tensor<3x2xf32>
  return %r, %s : tensor<2x7x3x5xf32>, tensor<3x2xf32>
}

// judge: low=-2 high=7
func.func @scatter_rows(%a: tensor<5x3xi32>, %i: tensor<8x1xi32>, %u: tensor<8x3xi32>, %j: tensor<8xui8>, %v: tensor<3x8xi32>) -> (tensor<5x3xi32>, tensor<5x3xi32>, tensor<5x3xi32>) {
  %r = "stablehlo.scatter"(%a, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%x: tensor<i32>, %y: tensor<i32>): %z = stablehlo.add %x, %y : tensor<i32> stablehlo.return %z : tensor<i32> }) : (tensor<5x3xi32>, tensor<8x1xi32>, tensor<8x3xi32>) -> tensor<5x3xi32>
  %s = "stablehlo.scatter"(%a, %j, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%x: tensor<i32>, %y: tensor<i32>): %z = stablehlo.maximum %x, %y : tensor<i32> stablehlo.return %z : tensor<i32> }) : (tensor<5x3xi32>, tensor<8xui8>, tensor<3x8xi32>) -> tensor<5x3xi32>
  %t = "stablehlo.scatter"(%a, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%x: tensor<i32>, %y: tensor<i32>): stablehlo.return %y : tensor<i32> }) : (tensor<5x3xi32>, tensor<8x1xi32>, tensor<8x3xi32>) -> tensor<5x3xi32>
  return %r, %s, %t : tensor<5x3xi32>, tensor<5x3xi32>, tensor<5x3xi32>
}

// Windows of several elements that lie partly outside.
// judge: low=-2 high=6
func.func @scatter_windows(%a: tensor<5x6xi32>, %i: tensor<7x2xi64>, %u: tensor<7x2x3xi32>, %w: tensor<2xi32>, %v: tensor<2x3xi32>) -> (tensor<5x6xi32>, tensor<5x6xi32>) {
  %r = "stablehlo.scatter"(%a, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1, 2], inserted_window_dims = [], scatter_dims_to_operand_dims = [1, 0], index_vector_dim = 1>}> ({ ^bb0(%x: tensor<i32>, %y: tensor<i32>): %z = stablehlo.add %x, %y : tensor<i32> stablehlo.return %z : tensor<i32> }) : (tensor<5x6xi32>, tensor<7x2xi64>, tensor<7x2x3xi32>) -> tensor<5x6xi32>
  %s = "stablehlo.scatter"(%a, %w, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0, 1], inserted_window_dims = [], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 0>}> ({ ^bb0(%x: tensor<i32>, %y: tensor<i32>): %z = stablehlo.subtract %y, %x : tensor<i32> stablehlo.return %z : tensor<i32> }) : (tensor<5x6xi32>, tensor<2xi32>, tensor<2x3xi32>) -> tensor<5x6xi32>
  return %r, %s : tensor<5x6xi32>, tensor<5x6xi32>
}

// judge: low=-1 high=5
func.func @scatter_batches(%a: tensor<3x4x2xi32>, %i: tensor<5x3xi32>, %u: tensor<5x3x2xi32>) -> tensor<3x4x2xi32> {
  %r = "stablehlo.scatter"(%a, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [2], inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [1], scatter_dims_to_operand_dims = [1], index_vector_dim = 2>}> ({ ^bb0(%x: tensor<i32>, %y: tensor<i32>): %z = stablehlo.add %x, %y : tensor<i32> stablehlo.return %z : tensor<i32> }) : (tensor<3x4x2xi32>, tensor<5x3xi32>, tensor<5x3x2xi32>) -> tensor<3x4x2xi32>
  return %r : tensor<3x4x2xi32>
}

// judge: low=0 high=5
func.func @scatter_several(%a: tensor<5xi32>, %b: tensor<5xf32>, %i: tensor<3x1xi32>, %u: tensor<3xi32>, %v: tensor<3xf32>) -> (tensor<5xi32>, tensor<5xf32>) {
  %r:2 = "stablehlo.scatter"(%a, %b, %i, %u, %v) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%x: tensor<i32>, %p: tensor<f32>, %y: tensor<i32>, %q: tensor<f32>): %z = stablehlo.add %x, %y : tensor<i32> %m = stablehlo.maximum %p, %q : tensor<f32> stablehlo.return %z, %m : tensor<i32>, tensor<f32> }) : (tensor<5xi32>, tensor<5xf32>, tensor<3x1xi32>, tensor<3xi32>, tensor<3xf32>) -> (tensor<5xi32>, tensor<5xf32>)
  return %r#0, %r#1 : tensor<5xi32>, tensor<5xf32>
}
