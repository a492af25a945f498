// RUN: %descent-opt --roundtrip %s > %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// What occurs in StableHLO text, in the spellings that occur.
// plain elementwise: one type for all
func.func @f0(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.add %a, %b : tensor<2x3xf32>
  return
}
// predicate: function type when the types differ
func.func @f1(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.is_finite %a : (tensor<2x3xf32>) -> tensor<2x3xi1>
  return
}
// convert: both spellings; one type means no change
func.func @f2(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.convert %a : (tensor<2x3xf32>) -> tensor<2x3xbf16>
  return
}
func.func @f3(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.convert %a : tensor<2x3xf32>
  return
}
// compare: direction, operands, optional kind; the printer leaves double spaces
func.func @f4(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.compare  GE, %a, %b,  TOTALORDER : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
  return
}
func.func @f5(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.compare LT, %a, %b : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
  return
}
// select: types of predicate and result
func.func @f6(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.select %p, %a, %b : tensor<2x3xi1>, tensor<2x3xf32>
  return
}
func.func @f7(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.select %s, %a, %b : (tensor<i1>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
// clamp: one type, or a function type when the bounds are scalars
func.func @f8(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.clamp %f, %a, %f : (tensor<f32>, tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return
}
// constant: splat, nested list, empty, bool
func.func @f9(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.constant dense<[[1.5, -2.0e-3], [0x7F800000, 0xFFC00000]]> : tensor<2x2xf32>
  return
}
func.func @f10(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.constant dense<> : tensor<0x4xi32>
  return
}
func.func @f11(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.constant dense<[true, false]> : tensor<2xi1>
  return
}
// constant: a string of little-endian bytes (more than 100 elements; 1 byte is a splat for i1)
func.func @f12(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.constant dense<"0x0000803F00000040"> : tensor<2xf32>
  return
}
// constant: hex means bits for floats and a number for integers
func.func @f13(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.constant dense<0xFF> : tensor<i32>
  return
}
// broadcast_in_dim, iota, reshape
func.func @f14(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.broadcast_in_dim %f, dims = [] : (tensor<f32>) -> tensor<2x3xf32>
  return
}
func.func @f15(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.iota dim = 1 : tensor<2x3xi32>
  return
}
func.func @f16(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.reshape %a : (tensor<2x3xf32>) -> tensor<6xf32>
  return
}
// transpose, reverse
func.func @f17(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return
}
func.func @f18(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.reverse %a, dims = [1] : tensor<2x3xf32>
  return
}
// concatenate
func.func @f19(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.concatenate %a, %b, dim = 0 : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  return
}
// slice: start:limit, start:limit:stride
func.func @f20(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.slice %a [0:2, 0:3:2] : (tensor<2x3xf32>) -> tensor<2x2xf32>
  return
}
// pad: low and high may be negative
func.func @f21(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.pad %a, %f, low = [1, 0], high = [0, -1], interior = [0, 1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<3x4xf32>
  return
}
// dynamic_slice, dynamic_update_slice
func.func @f22(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.dynamic_slice %a, %i, %i, sizes = [1, 3] : (tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x3xf32>
  return
}
func.func @f23(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.dynamic_update_slice %a, %a, %i, %i : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>
  return
}
// dot_general: batching, precision and algorithm are optional
func.func @f24(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1], precision = [HIGHEST, DEFAULT] : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x2xf32>
  return
}
func.func @f25(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2xf32>
  return
}
// convolution: dimension letters, a window whose keys are all optional, then an attribute dictionary
func.func @f26(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[1, 1], [0, 1]], rhs_dilate = [1, 1]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x5x5x2xf32>, tensor<3x3x2x4xf32>) -> tensor<1x3x2x4xf32>
  return
}
// reduce with one op as its body
func.func @f27(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.reduce(%a init: %f) applies stablehlo.maximum across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  return
}
// reduce with a body and several operands: `reducer` groups (lhs, rhs) per operand
func.func @f28(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r:2 = stablehlo.reduce(%a init: %f), (%b init: %f) across dimensions = [1] : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<2xf32>, tensor<2xf32>) reducer(%u: tensor<f32>, %v: tensor<f32>) (%w: tensor<f32>, %z: tensor<f32>) { %m = stablehlo.add %u, %v : tensor<f32> stablehlo.return %m, %w : tensor<f32>, tensor<f32> }
  return
}
// reduce_window, select_and_scatter, sort, scatter, gather, if, case, map: generic form, properties in <{ }>, regions in parentheses
func.func @f29(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = "stablehlo.reduce_window"(%a, %f) <{window_dimensions = array<i64: 1, 2>, window_strides = array<i64: 1, 1>, padding = dense<[[0, 0], [1, 0]]> : tensor<2x2xi64>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %m = stablehlo.maximum %u, %v : tensor<f32> stablehlo.return %m : tensor<f32> }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  return
}
// padding may be a splat
func.func @f30(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = "stablehlo.reduce_window"(%a, %f) <{padding = dense<0> : tensor<2x2xi64>, window_dimensions = array<i64: 1, 2>}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): %m = stablehlo.add %u, %v : tensor<f32> stablehlo.return %m : tensor<f32> }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x2xf32>
  return
}
// gather: a parameter that is left out is empty or 0 (index_vector_dim too)
func.func @f31(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = "stablehlo.gather"(%a, %j) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3>}> : (tensor<2x3xf32>, tensor<4x1xi32>) -> tensor<4x3xf32>
  return
}
// scatter
func.func @f32(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = "stablehlo.scatter"(%a, %j1, %u1) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({ ^bb0(%u: tensor<f32>, %v: tensor<f32>): stablehlo.return %v : tensor<f32> }) : (tensor<2x3xf32>, tensor<1xi32>, tensor<3xf32>) -> tensor<2x3xf32>
  return
}
// sort with attributes in the old place, after the regions
// case and if: regions without arguments that use values from outside
// while: the names bound in the head are the arguments of both regions; values from outside may be used too
// calls: `call` directly in a function, `func.call` inside a region; symbols may be quoted
func.func @f36(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r:2 = call @"<lambda>"(%a) : (tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>)
  return
}
// one of several results: #
func.func @f37(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %two:2 = stablehlo.optimization_barrier %a, %b : tensor<2x3xf32>, tensor<2x3xf32>
  %r = stablehlo.add %two#0, %two#1 : tensor<2x3xf32>
  return
}
// reduce_precision, rng_bit_generator
func.func @f38(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.reduce_precision %a, format = e5m10 : tensor<2x3xf32>
  return
}
func.func @f39(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %st, %r = stablehlo.rng_bit_generator %seed, algorithm =  THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<4xui32>)
  return
}
// bitcast_convert; optimization_barrier with types per operand
func.func @f40(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = stablehlo.bitcast_convert %a : (tensor<2x3xf32>) -> tensor<2x3xi32>
  return
}
func.func @f41(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r:2 = stablehlo.optimization_barrier %a, %b : tensor<2x3xf32>, tensor<2x3xf32>
  return
}
// composite: name, operands, a dictionary, function type
// chlo unary ops write `operand type -> result type`
func.func @f43(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = chlo.erf %a : tensor<2x3xf32> -> tensor<2x3xf32>
  return
}
// generic form of a pretty op, with enum attributes
func.func @f44(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = "stablehlo.compare"(%a, %b) <{comparison_direction = #stablehlo<comparison_direction EQ>, compare_type = #stablehlo<comparison_type FLOAT>}> : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
  return
}
// generic dot_general and convolution carry #stablehlo.dot<...>, #stablehlo.conv<...>
func.func @f45(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = "stablehlo.dot_general"(%a, %b) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [1]>}> : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x2xf32>
  return
}
// a plain { } after the operands instead of <{ }>
func.func @f46(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %p: tensor<2x3xi1>, %s: tensor<i1>, %f: tensor<f32>, %i: tensor<i32>, %x: tensor<1x5x5x2xf32>, %k: tensor<3x3x2x4xf32>, %j: tensor<4x1xi32>, %j1: tensor<1xi32>, %u1: tensor<3xf32>, %seed: tensor<2xui64>) {
  %r = "stablehlo.transpose"(%a) {permutation = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return
}
func.func private @"<lambda>"(%a: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) { return %a, %a : tensor<2x3xf32>, tensor<2x3xf32> }
func.func private @f(%a: tensor<2x3xf32>) -> tensor<2x3xf32> { return %a : tensor<2x3xf32> }
