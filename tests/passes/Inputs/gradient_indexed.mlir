// gather and scatter. Each function is a case of tests/passes/gradient.c.

func.func @gather_of_rows(%a: tensor<4x3xf64>) -> (tensor<5x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[0], [2], [2], [3], [0]]> : tensor<5x1xi32>
  %r = "stablehlo.gather"(%q, %i)
    <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3>}>
    : (tensor<4x3xf64>, tensor<5x1xi32>) -> tensor<5x3xf64>
  return %r : tensor<5x3xf64>
}

func.func @gather_out_of_bounds(%a: tensor<4x3xf64>) -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[-1], [7], [3], [100]]> : tensor<4x1xi32>
  %r = "stablehlo.gather"(%q, %i)
    <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3>}>
    : (tensor<4x3xf64>, tensor<4x1xi32>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @gather_by_unsigned_bytes(%a: tensor<4x3xf64>) -> (tensor<3x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[1], [250], [3]]> : tensor<3x1xui8>
  %r = "stablehlo.gather"(%q, %i)
    <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3>}>
    : (tensor<4x3xf64>, tensor<3x1xui8>) -> tensor<3x3xf64>
  return %r : tensor<3x3xf64>
}

func.func @gather_without_vector_dimension(%a: tensor<4x3xf64>) -> (tensor<2x2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[0, 3], [3, 1]]> : tensor<2x2xi32>
  %r = "stablehlo.gather"(%q, %i)
    <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2>, slice_sizes = array<i64: 1, 3>}>
    : (tensor<4x3xf64>, tensor<2x2xi32>) -> tensor<2x2x3xf64>
  return %r : tensor<2x2x3xf64>
}

func.func @gather_of_windows_two_indices(%a: tensor<4x5xf64>) -> (tensor<3x2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %i = stablehlo.constant dense<[[2, 0, 3], [1, 3, 9]]> : tensor<2x3xi32>
  %r = "stablehlo.gather"(%q, %i)
    <{dimension_numbers = #stablehlo.gather<offset_dims = [1, 2], start_index_map = [1, 0], index_vector_dim = 0>, slice_sizes = array<i64: 2, 3>}>
    : (tensor<4x5xf64>, tensor<2x3xi32>) -> tensor<3x2x3xf64>
  return %r : tensor<3x2x3xf64>
}

func.func @gather_with_batches(%a: tensor<2x4x3xf64>) -> (tensor<2x2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x4x3xf64>
  %i = stablehlo.constant dense<[[[0], [3]], [[1], [1]]]> : tensor<2x2x1xi32>
  %r = "stablehlo.gather"(%q, %i)
    <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1, 3>}>
    : (tensor<2x4x3xf64>, tensor<2x2x1xi32>) -> tensor<2x2x3xf64>
  return %r : tensor<2x2x3xf64>
}

func.func @scatter_add(%a: tensor<4x3xf64>, %u: tensor<3x3xf64>) -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<3x3xf64>
  %i = stablehlo.constant dense<[[0], [2], [3]]> : tensor<3x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.add %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<3x1xi32>, tensor<3x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_add_repeated(%a: tensor<4x3xf64>, %u: tensor<4x3xf64>)
    -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[0], [2], [2], [0]]> : tensor<4x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.add %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<4x1xi32>, tensor<4x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_add_out_of_bounds(%a: tensor<4x3xf64>, %u: tensor<4x3xf64>)
    -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[-1], [2], [4], [0]]> : tensor<4x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.add %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<4x1xi32>, tensor<4x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_add_windows_partly_out_of_bounds(%a: tensor<4x5xf64>, %u: tensor<3x2x3xf64>)
    -> (tensor<4x5xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %v = stablehlo.sine %u : tensor<3x2x3xf64>
  %i = stablehlo.constant dense<[[1, 1], [3, 0], [2, 3]]> : tensor<3x2xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1, 2], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.add %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x5xf64>, tensor<3x2xi32>, tensor<3x2x3xf64>) -> tensor<4x5xf64>
  return %r : tensor<4x5xf64>
}

func.func @scatter_add_batches(%a: tensor<2x4x3xf64>, %u: tensor<2x2x3xf64>)
    -> (tensor<2x4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x4x3xf64>
  %v = stablehlo.sine %u : tensor<2x2x3xf64>
  %i = stablehlo.constant dense<[[[0], [3]], [[1], [2]]]> : tensor<2x2x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [2], inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 2>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.add %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<2x4x3xf64>, tensor<2x2x1xi32>, tensor<2x2x3xf64>) -> tensor<2x4x3xf64>
  return %r : tensor<2x4x3xf64>
}

func.func @scatter_maximum(%a: tensor<4x3xf64>, %u: tensor<3x3xf64>) -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<3x3xf64>
  %i = stablehlo.constant dense<[[0], [2], [3]]> : tensor<3x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.maximum %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<3x1xi32>, tensor<3x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_maximum_repeated(%a: tensor<4x3xf64>, %u: tensor<4x3xf64>)
    -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[0], [2], [2], [0]]> : tensor<4x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.maximum %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<4x1xi32>, tensor<4x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_maximum_out_of_bounds(%a: tensor<4x3xf64>, %u: tensor<4x3xf64>)
    -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[-1], [2], [4], [0]]> : tensor<4x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.maximum %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<4x1xi32>, tensor<4x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_maximum_windows_partly_out_of_bounds(%a: tensor<4x5xf64>, %u: tensor<3x2x3xf64>)
    -> (tensor<4x5xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %v = stablehlo.sine %u : tensor<3x2x3xf64>
  %i = stablehlo.constant dense<[[1, 1], [3, 0], [2, 3]]> : tensor<3x2xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1, 2], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.maximum %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x5xf64>, tensor<3x2xi32>, tensor<3x2x3xf64>) -> tensor<4x5xf64>
  return %r : tensor<4x5xf64>
}

func.func @scatter_maximum_batches(%a: tensor<2x4x3xf64>, %u: tensor<2x2x3xf64>)
    -> (tensor<2x4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x4x3xf64>
  %v = stablehlo.sine %u : tensor<2x2x3xf64>
  %i = stablehlo.constant dense<[[[0], [3]], [[1], [2]]]> : tensor<2x2x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [2], inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 2>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.maximum %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<2x4x3xf64>, tensor<2x2x1xi32>, tensor<2x2x3xf64>) -> tensor<2x4x3xf64>
  return %r : tensor<2x4x3xf64>
}

func.func @scatter_minimum(%a: tensor<4x3xf64>, %u: tensor<3x3xf64>) -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<3x3xf64>
  %i = stablehlo.constant dense<[[0], [2], [3]]> : tensor<3x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.minimum %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<3x1xi32>, tensor<3x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_minimum_repeated(%a: tensor<4x3xf64>, %u: tensor<4x3xf64>)
    -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[0], [2], [2], [0]]> : tensor<4x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.minimum %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<4x1xi32>, tensor<4x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_minimum_out_of_bounds(%a: tensor<4x3xf64>, %u: tensor<4x3xf64>)
    -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[-1], [2], [4], [0]]> : tensor<4x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.minimum %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<4x1xi32>, tensor<4x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_minimum_windows_partly_out_of_bounds(%a: tensor<4x5xf64>, %u: tensor<3x2x3xf64>)
    -> (tensor<4x5xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %v = stablehlo.sine %u : tensor<3x2x3xf64>
  %i = stablehlo.constant dense<[[1, 1], [3, 0], [2, 3]]> : tensor<3x2xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1, 2], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.minimum %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x5xf64>, tensor<3x2xi32>, tensor<3x2x3xf64>) -> tensor<4x5xf64>
  return %r : tensor<4x5xf64>
}

func.func @scatter_minimum_batches(%a: tensor<2x4x3xf64>, %u: tensor<2x2x3xf64>)
    -> (tensor<2x4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x4x3xf64>
  %v = stablehlo.sine %u : tensor<2x2x3xf64>
  %i = stablehlo.constant dense<[[[0], [3]], [[1], [2]]]> : tensor<2x2x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [2], inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 2>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.minimum %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<2x4x3xf64>, tensor<2x2x1xi32>, tensor<2x2x3xf64>) -> tensor<2x4x3xf64>
  return %r : tensor<2x4x3xf64>
}

func.func @scatter_replace(%a: tensor<4x3xf64>, %u: tensor<3x3xf64>) -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<3x3xf64>
  %i = stablehlo.constant dense<[[0], [2], [3]]> : tensor<3x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    stablehlo.return %y : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<3x1xi32>, tensor<3x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_replace_repeated(%a: tensor<4x3xf64>, %u: tensor<4x3xf64>)
    -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[0], [2], [2], [0]]> : tensor<4x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    stablehlo.return %y : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<4x1xi32>, tensor<4x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_replace_out_of_bounds(%a: tensor<4x3xf64>, %u: tensor<4x3xf64>)
    -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<4x3xf64>
  %i = stablehlo.constant dense<[[-1], [2], [4], [0]]> : tensor<4x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    stablehlo.return %y : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<4x1xi32>, tensor<4x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

func.func @scatter_replace_windows_partly_out_of_bounds(%a: tensor<4x5xf64>, %u: tensor<3x2x3xf64>)
    -> (tensor<4x5xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %v = stablehlo.sine %u : tensor<3x2x3xf64>
  %i = stablehlo.constant dense<[[1, 1], [3, 0], [2, 3]]> : tensor<3x2xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1, 2], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    stablehlo.return %y : tensor<f64>
  }) : (tensor<4x5xf64>, tensor<3x2xi32>, tensor<3x2x3xf64>) -> tensor<4x5xf64>
  return %r : tensor<4x5xf64>
}

func.func @scatter_replace_batches(%a: tensor<2x4x3xf64>, %u: tensor<2x2x3xf64>)
    -> (tensor<2x4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x4x3xf64>
  %v = stablehlo.sine %u : tensor<2x2x3xf64>
  %i = stablehlo.constant dense<[[[0], [3]], [[1], [2]]]> : tensor<2x2x1xi32>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [2], inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 2>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    stablehlo.return %y : tensor<f64>
  }) : (tensor<2x4x3xf64>, tensor<2x2x1xi32>, tensor<2x2x3xf64>) -> tensor<2x4x3xf64>
  return %r : tensor<2x4x3xf64>
}

func.func @scatter_add_without_vector_dimension(%a: tensor<4x3xf64>, %u: tensor<2x3xf64>)
    -> (tensor<4x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x3xf64>
  %v = stablehlo.sine %u : tensor<2x3xf64>
  %i = stablehlo.constant dense<[3, 1]> : tensor<2xi64>
  %r = "stablehlo.scatter"(%q, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f64>, %y: tensor<f64>):
    %m = stablehlo.add %x, %y : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x3xf64>, tensor<2xi64>, tensor<2x3xf64>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}
