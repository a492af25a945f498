// Reductions and windows. Each function is a case of tests/passes/gradient.c.

func.func @reduce_add_over_1_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<2x4xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.add across dimensions = [1]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

func.func @reduce_add_over_2_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.add across dimensions = [0, 2]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<3xf64>
  return %r : tensor<3xf64>
}

func.func @reduce_add_over_3_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<f64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.add across dimensions = [0, 1, 2]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<f64>
  return %r : tensor<f64>
}

func.func @reduce_maximum_over_1_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<2x4xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.maximum across dimensions = [1]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

func.func @reduce_maximum_over_2_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.maximum across dimensions = [0, 2]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<3xf64>
  return %r : tensor<3xf64>
}

func.func @reduce_maximum_over_3_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<f64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.maximum across dimensions = [0, 1, 2]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<f64>
  return %r : tensor<f64>
}

func.func @reduce_minimum_over_1_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<2x4xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.minimum across dimensions = [1]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

func.func @reduce_minimum_over_2_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.minimum across dimensions = [0, 2]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<3xf64>
  return %r : tensor<3xf64>
}

func.func @reduce_minimum_over_3_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<f64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.minimum across dimensions = [0, 1, 2]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<f64>
  return %r : tensor<f64>
}

func.func @reduce_multiply_over_1_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<2x4xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.multiply across dimensions = [1]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

func.func @reduce_multiply_over_2_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.multiply across dimensions = [0, 2]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<3xf64>
  return %r : tensor<3xf64>
}

func.func @reduce_multiply_over_3_of_3(%a: tensor<2x3x4xf64>, %i: tensor<f64>)
    -> (tensor<f64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.multiply across dimensions = [0, 1, 2]
    : (tensor<2x3x4xf64>, tensor<f64>) -> tensor<f64>
  return %r : tensor<f64>
}

func.func @reduce_multiply_with_zeros(%a: tensor<2x5xf64>) -> (tensor<2xf64>) {
  %m = stablehlo.constant dense<[[1.0, 0.0, 1.0, 1.0, 1.0], [1.0, 0.0, 1.0, 0.0, 1.0]]> : tensor<2x5xf64>
  %q = stablehlo.multiply %a, %m : tensor<2x5xf64>
  %i = stablehlo.constant dense<1.0> : tensor<f64>
  %r = stablehlo.reduce(%q init: %i) applies stablehlo.multiply across dimensions = [1]
    : (tensor<2x5xf64>, tensor<f64>) -> tensor<2xf64>
  return %r : tensor<2xf64>
}

func.func @reduce_of_one_element(%a: tensor<2x1xf64>) -> (tensor<2xf64>) {
  %i = stablehlo.constant dense<1.0> : tensor<f64>
  %r = stablehlo.reduce(%a init: %i) applies stablehlo.multiply across dimensions = [1]
    : (tensor<2x1xf64>, tensor<f64>) -> tensor<2xf64>
  return %r : tensor<2xf64>
}

func.func @reduce_of_no_elements(%a: tensor<2x0xf64>, %i: tensor<f64>) -> (tensor<2xf64>) {
  %r = stablehlo.reduce(%a init: %i) applies stablehlo.multiply across dimensions = [1]
    : (tensor<2x0xf64>, tensor<f64>) -> tensor<2xf64>
  return %r : tensor<2xf64>
}

func.func @reduce_window_add(%a: tensor<4x6xf64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x6xf64>
  %i = stablehlo.constant dense<0.0> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.add %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x6xf64>, tensor<f64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @reduce_window_add_overlapping_padded(%a: tensor<5x5xf64>) -> (tensor<5x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<5x5xf64>
  %i = stablehlo.constant dense<0.0> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 3, 2>, window_strides = array<i64: 1, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[1, 1], [0, 1]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.add %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<5x5xf64>, tensor<f64>) -> tensor<5x3xf64>
  return %r : tensor<5x3xf64>
}

func.func @reduce_window_add_what_strides_leave_over(%a: tensor<7x6xf64>)
    -> (tensor<2x2xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<7x6xf64>
  %i = stablehlo.constant dense<0.0> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 3, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.add %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<7x6xf64>, tensor<f64>) -> tensor<2x2xf64>
  return %r : tensor<2x2xf64>
}

func.func @reduce_window_add_negative_padding(%a: tensor<7x6xf64>) -> (tensor<3x4xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<7x6xf64>
  %i = stablehlo.constant dense<0.0> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 1>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[-1, 0], [1, -2]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.add %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<7x6xf64>, tensor<f64>) -> tensor<3x4xf64>
  return %r : tensor<3x4xf64>
}

func.func @reduce_window_add_base_dilation(%a: tensor<3x4xf64>) -> (tensor<3x10xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<3x4xf64>
  %i = stablehlo.constant dense<0.0> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 2, 1>, base_dilations = array<i64: 2, 3>, window_dilations = array<i64: 1, 1>, padding = dense<[[1, 0], [0, 2]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.add %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<3x4xf64>, tensor<f64>) -> tensor<3x10xf64>
  return %r : tensor<3x10xf64>
}

func.func @reduce_window_add_nhwc(%a: tensor<1x4x4x2xf64>) -> (tensor<1x2x2x2xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<1x4x4x2xf64>
  %i = stablehlo.constant dense<0.0> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 1, 2, 2, 1>, window_strides = array<i64: 1, 2, 2, 1>, base_dilations = array<i64: 1, 1, 1, 1>, window_dilations = array<i64: 1, 1, 1, 1>, padding = dense<[[0, 0], [0, 0], [0, 0], [0, 0]]> : tensor<4x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.add %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<1x4x4x2xf64>, tensor<f64>) -> tensor<1x2x2x2xf64>
  return %r : tensor<1x2x2x2xf64>
}

func.func @reduce_window_maximum(%a: tensor<4x6xf64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x6xf64>
  %i = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.maximum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x6xf64>, tensor<f64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @reduce_window_maximum_overlapping_padded(%a: tensor<5x5xf64>)
    -> (tensor<5x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<5x5xf64>
  %i = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 3, 2>, window_strides = array<i64: 1, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[1, 1], [0, 1]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.maximum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<5x5xf64>, tensor<f64>) -> tensor<5x3xf64>
  return %r : tensor<5x3xf64>
}

func.func @reduce_window_maximum_what_strides_leave_over(%a: tensor<7x6xf64>)
    -> (tensor<2x2xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<7x6xf64>
  %i = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 3, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.maximum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<7x6xf64>, tensor<f64>) -> tensor<2x2xf64>
  return %r : tensor<2x2xf64>
}

func.func @reduce_window_maximum_negative_padding(%a: tensor<7x6xf64>)
    -> (tensor<3x4xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<7x6xf64>
  %i = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 1>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[-1, 0], [1, -2]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.maximum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<7x6xf64>, tensor<f64>) -> tensor<3x4xf64>
  return %r : tensor<3x4xf64>
}

func.func @reduce_window_maximum_base_dilation(%a: tensor<3x4xf64>) -> (tensor<3x10xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<3x4xf64>
  %i = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 2, 1>, base_dilations = array<i64: 2, 3>, window_dilations = array<i64: 1, 1>, padding = dense<[[1, 0], [0, 2]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.maximum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<3x4xf64>, tensor<f64>) -> tensor<3x10xf64>
  return %r : tensor<3x10xf64>
}

func.func @reduce_window_maximum_nhwc(%a: tensor<1x4x4x2xf64>) -> (tensor<1x2x2x2xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<1x4x4x2xf64>
  %i = stablehlo.constant dense<0xFFF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 1, 2, 2, 1>, window_strides = array<i64: 1, 2, 2, 1>, base_dilations = array<i64: 1, 1, 1, 1>, window_dilations = array<i64: 1, 1, 1, 1>, padding = dense<[[0, 0], [0, 0], [0, 0], [0, 0]]> : tensor<4x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.maximum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<1x4x4x2xf64>, tensor<f64>) -> tensor<1x2x2x2xf64>
  return %r : tensor<1x2x2x2xf64>
}

func.func @reduce_window_minimum(%a: tensor<4x6xf64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x6xf64>
  %i = stablehlo.constant dense<0x7FF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.minimum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x6xf64>, tensor<f64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @reduce_window_minimum_overlapping_padded(%a: tensor<5x5xf64>)
    -> (tensor<5x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<5x5xf64>
  %i = stablehlo.constant dense<0x7FF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 3, 2>, window_strides = array<i64: 1, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[1, 1], [0, 1]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.minimum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<5x5xf64>, tensor<f64>) -> tensor<5x3xf64>
  return %r : tensor<5x3xf64>
}

func.func @reduce_window_minimum_what_strides_leave_over(%a: tensor<7x6xf64>)
    -> (tensor<2x2xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<7x6xf64>
  %i = stablehlo.constant dense<0x7FF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 3, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.minimum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<7x6xf64>, tensor<f64>) -> tensor<2x2xf64>
  return %r : tensor<2x2xf64>
}

func.func @reduce_window_minimum_negative_padding(%a: tensor<7x6xf64>)
    -> (tensor<3x4xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<7x6xf64>
  %i = stablehlo.constant dense<0x7FF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 1>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[-1, 0], [1, -2]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.minimum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<7x6xf64>, tensor<f64>) -> tensor<3x4xf64>
  return %r : tensor<3x4xf64>
}

func.func @reduce_window_minimum_base_dilation(%a: tensor<3x4xf64>) -> (tensor<3x10xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<3x4xf64>
  %i = stablehlo.constant dense<0x7FF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 2, 1>, base_dilations = array<i64: 2, 3>, window_dilations = array<i64: 1, 1>, padding = dense<[[1, 0], [0, 2]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.minimum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<3x4xf64>, tensor<f64>) -> tensor<3x10xf64>
  return %r : tensor<3x10xf64>
}

func.func @reduce_window_minimum_nhwc(%a: tensor<1x4x4x2xf64>) -> (tensor<1x2x2x2xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<1x4x4x2xf64>
  %i = stablehlo.constant dense<0x7FF0000000000000> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 1, 2, 2, 1>, window_strides = array<i64: 1, 2, 2, 1>, base_dilations = array<i64: 1, 1, 1, 1>, window_dilations = array<i64: 1, 1, 1, 1>, padding = dense<[[0, 0], [0, 0], [0, 0], [0, 0]]> : tensor<4x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.minimum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<1x4x4x2xf64>, tensor<f64>) -> tensor<1x2x2x2xf64>
  return %r : tensor<1x2x2x2xf64>
}

func.func @reduce_window_add_window_dilation(%a: tensor<7x6xf64>) -> (tensor<6x1xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<7x6xf64>
  %i = stablehlo.constant dense<0.0> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 1, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 3, 2>, padding = dense<[[1, 1], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.add %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<7x6xf64>, tensor<f64>) -> tensor<6x1xf64>
  return %r : tensor<6x1xf64>
}

func.func @reduce_window_add_everything(%a: tensor<5x4xf64>) -> (tensor<4x2xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<5x4xf64>
  %i = stablehlo.constant dense<0.0> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 2, 3>, base_dilations = array<i64: 2, 1>, window_dilations = array<i64: 3, 2>, padding = dense<[[2, -1], [3, 2]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.add %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<5x4xf64>, tensor<f64>) -> tensor<4x2xf64>
  return %r : tensor<4x2xf64>
}

func.func @reduce_window_maximum_from_a_number(%a: tensor<4x6xf64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x6xf64>
  %i = stablehlo.constant dense<1.5> : tensor<f64>
  %r = "stablehlo.reduce_window"(%q, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>, base_dilations = array<i64: 1, 1>, window_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.maximum %u, %v : tensor<f64>
    stablehlo.return %m : tensor<f64>
  }) : (tensor<4x6xf64>, tensor<f64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @select_and_scatter_ge(%a: tensor<4x6xf64>, %s: tensor<2x3xf64>, %i: tensor<f64>)
    -> (tensor<4x6xf64>) {
  %t = stablehlo.sine %s : tensor<2x3xf64>
  %r = "stablehlo.select_and_scatter"(%a, %t, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.compare GE, %u, %v : (tensor<f64>, tensor<f64>) -> tensor<i1>
    stablehlo.return %m : tensor<i1>
  }, {
  ^bb0(%u2: tensor<f64>, %v2: tensor<f64>):
    %m2 = stablehlo.add %u2, %v2 : tensor<f64>
    stablehlo.return %m2 : tensor<f64>
  }) : (tensor<4x6xf64>, tensor<2x3xf64>, tensor<f64>) -> tensor<4x6xf64>
  return %r : tensor<4x6xf64>
}

func.func @select_and_scatter_le_overlapping_padded(%a: tensor<5x5xf64>, %s: tensor<5x3xf64>, %i: tensor<f64>)
    -> (tensor<5x5xf64>) {
  %t = stablehlo.sine %s : tensor<5x3xf64>
  %r = "stablehlo.select_and_scatter"(%a, %t, %i) <{window_dimensions = array<i64: 3, 2>, window_strides = array<i64: 1, 2>, padding = dense<[[1, 1], [0, 1]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.compare LE, %u, %v : (tensor<f64>, tensor<f64>) -> tensor<i1>
    stablehlo.return %m : tensor<i1>
  }, {
  ^bb0(%u2: tensor<f64>, %v2: tensor<f64>):
    %m2 = stablehlo.add %u2, %v2 : tensor<f64>
    stablehlo.return %m2 : tensor<f64>
  }) : (tensor<5x5xf64>, tensor<5x3xf64>, tensor<f64>) -> tensor<5x5xf64>
  return %r : tensor<5x5xf64>
}

func.func @select_and_scatter_gt(%a: tensor<4x6xf64>, %s: tensor<2x2xf64>, %i: tensor<f64>)
    -> (tensor<4x6xf64>) {
  %t = stablehlo.sine %s : tensor<2x2xf64>
  %r = "stablehlo.select_and_scatter"(%a, %t, %i) <{window_dimensions = array<i64: 2, 3>, window_strides = array<i64: 2, 3>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.compare GT, %u, %v : (tensor<f64>, tensor<f64>) -> tensor<i1>
    stablehlo.return %m : tensor<i1>
  }, {
  ^bb0(%u2: tensor<f64>, %v2: tensor<f64>):
    %m2 = stablehlo.add %u2, %v2 : tensor<f64>
    stablehlo.return %m2 : tensor<f64>
  }) : (tensor<4x6xf64>, tensor<2x2xf64>, tensor<f64>) -> tensor<4x6xf64>
  return %r : tensor<4x6xf64>
}

func.func @select_and_scatter_lt(%a: tensor<4x6xf64>, %s: tensor<3x3xf64>, %i: tensor<f64>)
    -> (tensor<4x6xf64>) {
  %t = stablehlo.sine %s : tensor<3x3xf64>
  %r = "stablehlo.select_and_scatter"(%a, %t, %i) <{window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 1, 2>, padding = dense<[[0, 0], [0, 0]]> : tensor<2x2xi64>}> ({
  ^bb0(%u: tensor<f64>, %v: tensor<f64>):
    %m = stablehlo.compare LT, %u, %v : (tensor<f64>, tensor<f64>) -> tensor<i1>
    stablehlo.return %m : tensor<i1>
  }, {
  ^bb0(%u2: tensor<f64>, %v2: tensor<f64>):
    %m2 = stablehlo.add %u2, %v2 : tensor<f64>
    stablehlo.return %m2 : tensor<f64>
  }) : (tensor<4x6xf64>, tensor<3x3xf64>, tensor<f64>) -> tensor<4x6xf64>
  return %r : tensor<4x6xf64>
}
