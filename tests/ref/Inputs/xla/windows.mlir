// Reductions and windows. `judge:` lines tell ref_vs_xla.py about the next function: ulp = how far
// results may be apart (0 if not said), scale = the same in parts of the greatest result, low and
// high = the range of the inputs, limits = put NaN, infinities and the like among them.

// judge: scale=1e-6
func.func @reduce_sum(%a: tensor<3x4x5xf32>, %z: tensor<f32>) -> (tensor<3x5xf32>, tensor<4xf32>, tensor<f32>) {
  %r = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [1] : (tensor<3x4x5xf32>, tensor<f32>) -> tensor<3x5xf32>
  %s = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0, 2] : (tensor<3x4x5xf32>, tensor<f32>) -> tensor<4xf32>
  %t = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0, 1, 2] : (tensor<3x4x5xf32>, tensor<f32>) -> tensor<f32>
  return %r, %s, %t : tensor<3x5xf32>, tensor<4xf32>, tensor<f32>
}

// judge: limits
func.func @reduce_max_min(%a: tensor<7x3xf32>, %b: tensor<7x3xui8>) -> (tensor<7xf32>, tensor<3xf32>, tensor<7xui8>, tensor<3xui8>) {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %high = stablehlo.constant dense<0x7F800000> : tensor<f32>
  %zero = stablehlo.constant dense<0> : tensor<ui8>
  %r = stablehlo.reduce(%a init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<7x3xf32>, tensor<f32>) -> tensor<7xf32>
  %s = stablehlo.reduce(%a init: %high) applies stablehlo.minimum across dimensions = [0] : (tensor<7x3xf32>, tensor<f32>) -> tensor<3xf32>
  %t = stablehlo.reduce(%b init: %zero) applies stablehlo.maximum across dimensions = [1] : (tensor<7x3xui8>, tensor<ui8>) -> tensor<7xui8>
  %u = stablehlo.reduce(%b init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<7x3xui8>, tensor<ui8>) -> tensor<3xui8>
  return %r, %s, %t, %u : tensor<7xf32>, tensor<3xf32>, tensor<7xui8>, tensor<3xui8>
}

func.func @reduce_logic(%a: tensor<5x3xi1>, %b: tensor<5x3xi32>, %c: tensor<5x3xi8>) -> (tensor<3xi1>, tensor<5xi1>, tensor<5xi32>, tensor<5xi8>) {
  %no = stablehlo.constant dense<false> : tensor<i1>
  %yes = stablehlo.constant dense<true> : tensor<i1>
  %one = stablehlo.constant dense<1> : tensor<i8>
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %r = stablehlo.reduce(%a init: %no) applies stablehlo.or across dimensions = [0] : (tensor<5x3xi1>, tensor<i1>) -> tensor<3xi1>
  %s = stablehlo.reduce(%a init: %yes) applies stablehlo.and across dimensions = [1] : (tensor<5x3xi1>, tensor<i1>) -> tensor<5xi1>
  %t = stablehlo.reduce(%b init: %zero) applies stablehlo.xor across dimensions = [1] : (tensor<5x3xi32>, tensor<i32>) -> tensor<5xi32>
  %u = stablehlo.reduce(%c init: %one) applies stablehlo.multiply across dimensions = [1] : (tensor<5x3xi8>, tensor<i8>) -> tensor<5xi8>
  return %r, %s, %t, %u : tensor<3xi1>, tensor<5xi1>, tensor<5xi32>, tensor<5xi8>
}

func.func @argmax(%a: tensor<4x6xf32>) -> (tensor<4xf32>, tensor<4xi32>) {
  %i = stablehlo.iota dim = 1 : tensor<4x6xi32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %r:2 = stablehlo.reduce(%a init: %low), (%i init: %zero) across dimensions = [1] : (tensor<4x6xf32>, tensor<4x6xi32>, tensor<f32>, tensor<i32>) -> (tensor<4xf32>, tensor<4xi32>) reducer(%u: tensor<f32>, %v: tensor<f32>) (%j: tensor<i32>, %k: tensor<i32>) {
    %c = stablehlo.compare GE, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %x = stablehlo.select %c, %u, %v : tensor<i1>, tensor<f32>
    %y = stablehlo.select %c, %j, %k : tensor<i1>, tensor<i32>
    stablehlo.return %x, %y : tensor<f32>, tensor<i32>
  }
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xi32>
}

func.func @pool_max(%a: tensor<2x5x6x3xf32>) -> (tensor<2x3x3x3xf32>, tensor<2x4x4x3xf32>) {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %r = "stablehlo.reduce_window"(%a, %low) <{window_dimensions = array<i64: 1, 2, 3, 1>, window_strides = array<i64: 1, 2, 2, 1>, padding = dense<[[0, 0], [0, 1], [1, 1], [0, 0]]> : tensor<4x2xi64>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %m = stablehlo.maximum %u, %v : tensor<f32> stablehlo.return %m : tensor<f32> }) : (tensor<2x5x6x3xf32>, tensor<f32>) -> tensor<2x3x3x3xf32>
  %s = "stablehlo.reduce_window"(%a, %low) <{window_dimensions = array<i64: 1, 2, 2, 1>, window_dilations = array<i64: 1, 1, 2, 1>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %m = stablehlo.maximum %u, %v : tensor<f32> stablehlo.return %m : tensor<f32> }) : (tensor<2x5x6x3xf32>, tensor<f32>) -> tensor<2x4x4x3xf32>
  return %r, %s : tensor<2x3x3x3xf32>, tensor<2x4x4x3xf32>
}

// judge: scale=1e-6
func.func @pool_sum(%a: tensor<6x5xf32>) -> (tensor<4x9xf32>, tensor<6x5xf32>, tensor<4x3xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %r = "stablehlo.reduce_window"(%a, %z) <{window_dimensions = array<i64: 3, 2>, base_dilations = array<i64: 1, 2>, padding = dense<[[0, 0], [0, 1]]> : tensor<2x2xi64>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %m = stablehlo.add %u, %v : tensor<f32> stablehlo.return %m : tensor<f32> }) : (tensor<6x5xf32>, tensor<f32>) -> tensor<4x9xf32>
  %s = "stablehlo.reduce_window"(%a, %z) <{window_dimensions = array<i64: 1, 5>, padding = dense<[[0, 0], [4, 0]]> : tensor<2x2xi64>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %m = stablehlo.add %u, %v : tensor<f32> stablehlo.return %m : tensor<f32> }) : (tensor<6x5xf32>, tensor<f32>) -> tensor<6x5xf32>
  %t = "stablehlo.reduce_window"(%a, %z) <{window_dimensions = array<i64: 2, 2>, padding = dense<[[-1, 0], [-1, 0]]> : tensor<2x2xi64>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %m = stablehlo.add %u, %v : tensor<f32> stablehlo.return %m : tensor<f32> }) : (tensor<6x5xf32>, tensor<f32>) -> tensor<4x3xf32>
  return %r, %s, %t : tensor<4x9xf32>, tensor<6x5xf32>, tensor<4x3xf32>
}

// The initial value is not neutral, and there is padding.
func.func @window_start(%a: tensor<5xi32>) -> tensor<6xi32> {
  %z = stablehlo.constant dense<10> : tensor<i32>
  %r = "stablehlo.reduce_window"(%a, %z) <{window_dimensions = array<i64: 2>, padding = dense<[[1, 1]]> : tensor<1x2xi64>}> ({ ^bb0(%u: tensor<i32>, %v: tensor<i32>): %m = stablehlo.add %u, %v : tensor<i32> stablehlo.return %m : tensor<i32> }) : (tensor<5xi32>, tensor<i32>) -> tensor<6xi32>
  return %r : tensor<6xi32>
}

// judge: scale=1e-6
func.func @unpool(%a: tensor<2x5x5x2xf32>, %s: tensor<2x3x3x2xf32>, %z: tensor<f32>) -> tensor<2x5x5x2xf32> {
  %r = "stablehlo.select_and_scatter"(%a, %s, %z) <{window_dimensions = array<i64: 1, 3, 3, 1>, window_strides = array<i64: 1, 2, 2, 1>, padding = dense<[[0, 0], [1, 1], [1, 1], [0, 0]]> : tensor<4x2xi64>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %c = stablehlo.compare GE, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1> stablehlo.return %c : tensor<i1> }, { ^bb0(%u: tensor<f32>, %v: tensor<f32>): %m = stablehlo.add %u, %v : tensor<f32> stablehlo.return %m : tensor<f32> }) : (tensor<2x5x5x2xf32>, tensor<2x3x3x2xf32>, tensor<f32>) -> tensor<2x5x5x2xf32>
  return %r : tensor<2x5x5x2xf32>
}

// Equal elements: which one is selected?
// judge: low=0 high=2
func.func @unpool_ties(%a: tensor<6x6xi32>, %s: tensor<3x3xi32>) -> (tensor<6x6xi32>, tensor<6x6xi32>) {
  %z = stablehlo.constant dense<0> : tensor<i32>
  %r = "stablehlo.select_and_scatter"(%a, %s, %z) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>}> ({ ^bb0(%u: tensor<i32>, %v: tensor<i32>): %c = stablehlo.compare GE, %u, %v : (tensor<i32>, tensor<i32>) -> tensor<i1> stablehlo.return %c : tensor<i1> }, { ^bb0(%u: tensor<i32>, %v: tensor<i32>): %m = stablehlo.add %u, %v : tensor<i32> stablehlo.return %m : tensor<i32> }) : (tensor<6x6xi32>, tensor<3x3xi32>, tensor<i32>) -> tensor<6x6xi32>
  %t = "stablehlo.select_and_scatter"(%a, %s, %z) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>}> ({ ^bb0(%u: tensor<i32>, %v: tensor<i32>): %c = stablehlo.compare LT, %u, %v : (tensor<i32>, tensor<i32>) -> tensor<i1> stablehlo.return %c : tensor<i1> }, { ^bb0(%u: tensor<i32>, %v: tensor<i32>): %m = stablehlo.maximum %u, %v : tensor<i32> stablehlo.return %m : tensor<i32> }) : (tensor<6x6xi32>, tensor<3x3xi32>, tensor<i32>) -> tensor<6x6xi32>
  return %r, %t : tensor<6x6xi32>, tensor<6x6xi32>
}
