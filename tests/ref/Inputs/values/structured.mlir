// Each function returns what an op gives and what it must give, in pairs.

func.func @reduce() -> (tensor<2xf32>, tensor<2xf32>, tensor<f32>, tensor<f32>) {
  %a = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  %s_want = stablehlo.constant dense<[6.0, 15.0]> : tensor<2xf32>
  %b = stablehlo.constant dense<[1.0e8, 1.0, -1.0e8]> : tensor<3xf32>
  %t = stablehlo.reduce(%b init: %z) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
  %t_want = stablehlo.constant dense<1.0> : tensor<f32>
  return %s, %s_want, %t, %t_want : tensor<2xf32>, tensor<2xf32>, tensor<f32>, tensor<f32>
}

// The greatest and its index.
func.func @argmax() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xi32>, tensor<2xi32>) {
  %a = stablehlo.constant dense<[[1.0, 7.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %i = stablehlo.iota dim = 1 : tensor<2x3xi32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %r:2 = stablehlo.reduce(%a init: %low), (%i init: %zero) across dimensions = [1] : (tensor<2x3xf32>, tensor<2x3xi32>, tensor<f32>, tensor<i32>) -> (tensor<2xf32>, tensor<2xi32>) reducer(%u: tensor<f32>, %v: tensor<f32>) (%j: tensor<i32>, %k: tensor<i32>) {
    %c = stablehlo.compare GE, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %x = stablehlo.select %c, %u, %v : tensor<i1>, tensor<f32>
    %y = stablehlo.select %c, %j, %k : tensor<i1>, tensor<i32>
    stablehlo.return %x, %y : tensor<f32>, tensor<i32>
  }
  %max = stablehlo.constant dense<[7.0, 6.0]> : tensor<2xf32>
  %at = stablehlo.constant dense<[1, 2]> : tensor<2xi32>
  return %r#0, %max, %r#1, %at : tensor<2xf32>, tensor<2xf32>, tensor<2xi32>, tensor<2xi32>
}

// A body that swaps its accumulators, and one whose order shows: 10 - 1 - 2 - 3.
func.func @bodies() -> (tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>) {
  %a = stablehlo.constant dense<[1, 2, 3]> : tensor<3xi32>
  %x = stablehlo.constant dense<10> : tensor<i32>
  %y = stablehlo.constant dense<20> : tensor<i32>
  %r:2 = stablehlo.reduce(%a init: %x), (%a init: %y) across dimensions = [0] : (tensor<3xi32>, tensor<3xi32>, tensor<i32>, tensor<i32>) -> (tensor<i32>, tensor<i32>) reducer(%u: tensor<i32>, %v: tensor<i32>) (%j: tensor<i32>, %k: tensor<i32>) {
    stablehlo.return %j, %u : tensor<i32>, tensor<i32>
  }
  %s = stablehlo.reduce(%a init: %x) across dimensions = [0] : (tensor<3xi32>, tensor<i32>) -> tensor<i32> reducer(%u: tensor<i32>, %v: tensor<i32>) {
    %w = stablehlo.subtract %u, %v : tensor<i32>
    stablehlo.return %w : tensor<i32>
  }
  %s_want = stablehlo.constant dense<4> : tensor<i32>
  return %r#0, %y, %r#1, %x, %s, %s_want : tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>
}

func.func @windows() -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<5xf32>, tensor<5xf32>) {
  %a = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]> : tensor<3x3xf32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %m = "stablehlo.reduce_window"(%a, %low) <{window_dimensions = array<i64: 2, 2>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %x = stablehlo.maximum %u, %v : tensor<f32> stablehlo.return %x : tensor<f32> }) : (tensor<3x3xf32>, tensor<f32>) -> tensor<2x2xf32>
  %m_want = stablehlo.constant dense<[[5.0, 6.0], [8.0, 9.0]]> : tensor<2x2xf32>
  %b = stablehlo.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %s = "stablehlo.reduce_window"(%b, %z) <{window_dimensions = array<i64: 2>, base_dilations = array<i64: 2>, window_dilations = array<i64: 2>, padding = dense<[[1, 1]]> : tensor<1x2xi64>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %x = stablehlo.add %u, %v : tensor<f32> stablehlo.return %x : tensor<f32> }) : (tensor<3xf32>, tensor<f32>) -> tensor<5xf32>
  %s_want = stablehlo.constant dense<[0.0, 3.0, 0.0, 5.0, 0.0]> : tensor<5xf32>
  return %m, %m_want, %s, %s_want : tensor<2x2xf32>, tensor<2x2xf32>, tensor<5xf32>, tensor<5xf32>
}

// Overlapping windows select the 5 twice; equal elements: the first.
func.func @select_and_scatter() -> (tensor<5xf32>, tensor<5xf32>, tensor<4xf32>, tensor<4xf32>) {
  %a = stablehlo.constant dense<[1.0, 2.0, 5.0, 3.0, 4.0]> : tensor<5xf32>
  %s = stablehlo.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %z = stablehlo.constant dense<1.0> : tensor<f32>
  %r = "stablehlo.select_and_scatter"(%a, %s, %z) <{window_dimensions = array<i64: 3>, window_strides = array<i64: 2>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %x = stablehlo.compare GE, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1> stablehlo.return %x : tensor<i1> }, { ^bb0(%u: tensor<f32>, %v: tensor<f32>): %x = stablehlo.add %u, %v : tensor<f32> stablehlo.return %x : tensor<f32> }) : (tensor<5xf32>, tensor<2xf32>, tensor<f32>) -> tensor<5xf32>
  %r_want = stablehlo.constant dense<[1.0, 1.0, 31.0, 1.0, 1.0]> : tensor<5xf32>
  %b = stablehlo.constant dense<[2.0, 2.0, -1.0, -1.0]> : tensor<4xf32>
  %t = "stablehlo.select_and_scatter"(%b, %s, %z) <{window_dimensions = array<i64: 2>, window_strides = array<i64: 2>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %x = stablehlo.compare GE, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1> stablehlo.return %x : tensor<i1> }, { ^bb0(%u: tensor<f32>, %v: tensor<f32>): %x = stablehlo.add %u, %v : tensor<f32> stablehlo.return %x : tensor<f32> }) : (tensor<4xf32>, tensor<2xf32>, tensor<f32>) -> tensor<4xf32>
  %t_want = stablehlo.constant dense<[11.0, 1.0, 21.0, 1.0]> : tensor<4xf32>
  return %r, %r_want, %t, %t_want : tensor<5xf32>, tensor<5xf32>, tensor<4xf32>, tensor<4xf32>
}

// Indices beyond the end are clamped by gather; scatter leaves such windows out.
func.func @indexed() -> (tensor<3x2xi32>, tensor<3x2xi32>, tensor<3x2xi32>, tensor<3x2xi32>) {
  %a = stablehlo.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi32>
  %i = stablehlo.constant dense<[[2], [-1], [9]]> : tensor<3x1xi32>
  %g = "stablehlo.gather"(%a, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 2>}> : (tensor<3x2xi32>, tensor<3x1xi32>) -> tensor<3x2xi32>
  %g_want = stablehlo.constant dense<[[5, 6], [1, 2], [5, 6]]> : tensor<3x2xi32>
  %j = stablehlo.constant dense<[[2], [2], [9]]> : tensor<3x1xi32>
  %u = stablehlo.constant dense<[[10, 20], [30, 40], [50, 60]]> : tensor<3x2xi32>
  %s = "stablehlo.scatter"(%a, %j, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%x: tensor<i32>, %y: tensor<i32>): %z = stablehlo.add %x, %y : tensor<i32> stablehlo.return %z : tensor<i32> }) : (tensor<3x2xi32>, tensor<3x1xi32>, tensor<3x2xi32>) -> tensor<3x2xi32>
  %s_want = stablehlo.constant dense<[[1, 2], [3, 4], [45, 66]]> : tensor<3x2xi32>
  return %g, %g_want, %s, %s_want : tensor<3x2xi32>, tensor<3x2xi32>, tensor<3x2xi32>, tensor<3x2xi32>
}

func.func @contractions() -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xi8>, tensor<2xi8>, tensor<1x3x1xf32>, tensor<1x3x1xf32>, tensor<1x3x1xf32>, tensor<1x3x1xf32>) {
  %a = stablehlo.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = stablehlo.constant dense<[[5.0, 6.0], [7.0, 8.0]]> : tensor<2x2xf32>
  %d = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %d_want = stablehlo.constant dense<[[19.0, 22.0], [43.0, 50.0]]> : tensor<2x2xf32>
  %i = stablehlo.constant dense<[[100, 2], [3, -128]]> : tensor<2x2xi8>
  %e = stablehlo.dot_general %i, %i, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<2x2xi8>, tensor<2x2xi8>) -> tensor<2xi8>
  %e_want = stablehlo.constant dense<[20, 9]> : tensor<2xi8>
  %x = stablehlo.constant dense<[[[1.0], [2.0], [3.0]]]> : tensor<1x3x1xf32>
  %k = stablehlo.constant dense<[[[1.0]], [[10.0]], [[100.0]]]> : tensor<3x1x1xf32>
  %c = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {pad = [[1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x3x1xf32>, tensor<3x1x1xf32>) -> tensor<1x3x1xf32>
  %c_want = stablehlo.constant dense<[[[210.0], [321.0], [32.0]]]> : tensor<1x3x1xf32>
  %f = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {pad = [[1, 1]], reverse = [true]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x3x1xf32>, tensor<3x1x1xf32>) -> tensor<1x3x1xf32>
  %f_want = stablehlo.constant dense<[[[12.0], [123.0], [230.0]]]> : tensor<1x3x1xf32>
  return %d, %d_want, %e, %e_want, %c, %c_want, %f, %f_want : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xi8>, tensor<2xi8>, tensor<1x3x1xf32>, tensor<1x3x1xf32>, tensor<1x3x1xf32>, tensor<1x3x1xf32>
}

// Threefry's published test vector for a key and counter of zeros.
func.func @random() -> (tensor<2xui32>, tensor<2xui32>, tensor<2xui64>, tensor<2xui64>) {
  %k = stablehlo.constant dense<0> : tensor<2xui64>
  %s, %r = stablehlo.rng_bit_generator %k, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<2xui32>)
  %r_want = stablehlo.constant dense<[1797259609, 2579123966]> : tensor<2xui32>
  %s_want = stablehlo.constant dense<[0, 1]> : tensor<2xui64>
  %t:2 = stablehlo.optimization_barrier %s, %r : tensor<2xui64>, tensor<2xui32>
  return %t#1, %r_want, %t#0, %s_want : tensor<2xui32>, tensor<2xui32>, tensor<2xui64>, tensor<2xui64>
}
