// Elementwise ops with types of their own, control, and what ends a gradient. Each function is a case of tests/passes/gradient.c.

func.func @erf(%a: tensor<2x3xf64>) -> (tensor<2x3xf64>) {
  %r = chlo.erf %a : tensor<2x3xf64> -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @clamp_scalar_bounds(%l: tensor<f64>, %a: tensor<3x4xf64>, %h: tensor<f64>)
    -> (tensor<3x4xf64>) {
  %lo = stablehlo.abs %l : tensor<f64>
  %lo2 = stablehlo.negate %lo : tensor<f64>
  %hi = stablehlo.abs %h : tensor<f64>
  %r = stablehlo.clamp %lo2, %a, %hi
    : (tensor<f64>, tensor<3x4xf64>, tensor<f64>) -> tensor<3x4xf64>
  return %r : tensor<3x4xf64>
}

func.func @clamp_bounds_per_element(%l: tensor<3x4xf64>, %a: tensor<3x4xf64>, %h: tensor<3x4xf64>)
    -> (tensor<3x4xf64>) {
  %r = stablehlo.clamp %l, %a, %h : tensor<3x4xf64>
  return %r : tensor<3x4xf64>
}

func.func @convert_to_f32_and_back(%a: tensor<3xf64>) -> (tensor<3xf64>) {
  %q = stablehlo.constant dense<[0.5, 0.25, 2.0]> : tensor<3xf64>
  %n = stablehlo.convert %q : (tensor<3xf64>) -> tensor<3xf32>
  %w = stablehlo.convert %n : (tensor<3xf32>) -> tensor<3xf64>
  %r = stablehlo.multiply %a, %w : tensor<3xf64>
  return %r : tensor<3xf64>
}

func.func @convert_to_the_same_type(%a: tensor<3xf64>) -> (tensor<3xf64>) {
  %r = stablehlo.convert %a : tensor<3xf64>
  return %r : tensor<3xf64>
}

func.func @reduce_precision_that_keeps_all_bits(%a: tensor<3xf64>) -> (tensor<3xf64>) {
  %r = stablehlo.reduce_precision %a, format = e11m52 : tensor<3xf64>
  return %r : tensor<3xf64>
}

func.func @select(%a: tensor<4xf64>, %b: tensor<4xf64>) -> (tensor<4xf64>) {
  %p = stablehlo.constant dense<[true, false, true, false]> : tensor<4xi1>
  %r = stablehlo.select %p, %a, %b : tensor<4xi1>, tensor<4xf64>
  return %r : tensor<4xf64>
}

func.func @select_by_a_scalar(%a: tensor<4xf64>, %b: tensor<4xf64>) -> (tensor<4xf64>) {
  %p = stablehlo.constant dense<false> : tensor<i1>
  %r = stablehlo.select %p, %a, %b : (tensor<i1>, tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>
  return %r : tensor<4xf64>
}

func.func @compare_and_select(%a: tensor<8xf64>, %b: tensor<8xf64>) -> (tensor<8xf64>) {
  %p = stablehlo.compare LT, %a, %b : (tensor<8xf64>, tensor<8xf64>) -> tensor<8xi1>
  %q = stablehlo.multiply %a, %b : tensor<8xf64>
  %r = stablehlo.select %p, %q, %b : tensor<8xi1>, tensor<8xf64>
  return %r : tensor<8xf64>
}

func.func @is_finite_and_integers_end_it(%a: tensor<4xf64>) -> (tensor<4xf64>) {
  %p = stablehlo.is_finite %a : (tensor<4xf64>) -> tensor<4xi1>
  %f = stablehlo.convert %p : (tensor<4xi1>) -> tensor<4xf64>
  %b = stablehlo.bitcast_convert %a : (tensor<4xf64>) -> tensor<4xi64>
  %c = stablehlo.and %b, %b : tensor<4xi64>
  %d = stablehlo.convert %c : (tensor<4xi64>) -> tensor<4xf64>
  %z = stablehlo.constant dense<0.0> : tensor<4xf64>
  %e = stablehlo.multiply %d, %z : tensor<4xf64>
  %g = stablehlo.add %f, %e : tensor<4xf64>
  %r = stablehlo.multiply %a, %g : tensor<4xf64>
  return %r : tensor<4xf64>
}

func.func @a_value_used_three_times(%a: tensor<4xf64>) -> (tensor<4xf64>) {
  %b = stablehlo.multiply %a, %a : tensor<4xf64>
  %c = stablehlo.multiply %b, %a : tensor<4xf64>
  %r = stablehlo.subtract %c, %a : tensor<4xf64>
  return %r : tensor<4xf64>
}

func.func @an_argument_that_is_not_used(%a: tensor<4xf64>, %b: tensor<4xf64>)
    -> (tensor<4xf64>) {
  %r = stablehlo.sine %b : tensor<4xf64>
  return %r : tensor<4xf64>
}

func.func @power_of_negative_numbers(%a: tensor<6xf64>) -> (tensor<6xf64>) {
  %y = stablehlo.constant dense<[0.0, 1.0, 2.0, 3.0, -1.0, -2.0]> : tensor<6xf64>
  %r = stablehlo.power %a, %y : tensor<6xf64>
  return %r : tensor<6xf64>
}

func.func @remainder_of_larger_numbers(%a: tensor<6xf64>, %b: tensor<6xf64>)
    -> (tensor<6xf64>) {
  %c = stablehlo.constant dense<9.0> : tensor<6xf64>
  %m = stablehlo.multiply %a, %c : tensor<6xf64>
  %r = stablehlo.remainder %m, %b : tensor<6xf64>
  return %r : tensor<6xf64>
}

func.func @optimization_barrier(%a: tensor<3xf64>, %b: tensor<2xf64>)
    -> (tensor<3xf64>, tensor<2xf64>) {
  %s = stablehlo.sine %a : tensor<3xf64>
  %r:2 = stablehlo.optimization_barrier %s, %b : tensor<3xf64>, tensor<2xf64>
  return %r#0, %r#1 : tensor<3xf64>, tensor<2xf64>
}

func.func @optimization_barrier_one_used(%a: tensor<3xf64>, %b: tensor<2xf64>)
    -> (tensor<3xf64>) {
  %s:2 = stablehlo.optimization_barrier %a, %b : tensor<3xf64>, tensor<2xf64>
  %r = stablehlo.sine %s#0 : tensor<3xf64>
  return %r : tensor<3xf64>
}

func.func @random_bits_end_it(%a: tensor<2xf64>) -> (tensor<2xf64>) {
  %s = stablehlo.bitcast_convert %a : (tensor<2xf64>) -> tensor<2xui64>
  %t, %u = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY
    : (tensor<2xui64>) -> (tensor<2xui64>, tensor<2xui64>)
  %v = stablehlo.convert %u : (tensor<2xui64>) -> tensor<2xf64>
  %z = stablehlo.constant dense<0.0> : tensor<2xf64>
  %w = stablehlo.multiply %v, %z : tensor<2xf64>
  %r = stablehlo.add %a, %w : tensor<2xf64>
  return %r : tensor<2xf64>
}

func.func @iota_and_constants(%a: tensor<3xf64>) -> (tensor<3xf64>) {
  %i = stablehlo.iota dim = 0 : tensor<3xf64>
  %r = stablehlo.multiply %a, %i : tensor<3xf64>
  return %r : tensor<3xf64>
}

func.func @softmax_cross_entropy(%a: tensor<3x4xf64>) -> (tensor<3xf64>) {
  %n = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
  %z = stablehlo.constant dense<0.0> : tensor<f64>
  %m = stablehlo.reduce(%a init: %n) applies stablehlo.maximum across dimensions = [1]
    : (tensor<3x4xf64>, tensor<f64>) -> tensor<3xf64>
  %mb = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<3xf64>) -> tensor<3x4xf64>
  %s = stablehlo.subtract %a, %mb : tensor<3x4xf64>
  %e = stablehlo.exponential %s : tensor<3x4xf64>
  %t = stablehlo.reduce(%e init: %z) applies stablehlo.add across dimensions = [1]
    : (tensor<3x4xf64>, tensor<f64>) -> tensor<3xf64>
  %r = stablehlo.log %t : tensor<3xf64>
  return %r : tensor<3xf64>
}
