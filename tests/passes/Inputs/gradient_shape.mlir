// Ops that move elements. Each function is a case of tests/passes/gradient.c.

func.func @broadcast_of_a_scalar(%a: tensor<f64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.sine %a : tensor<f64>
  %r = stablehlo.broadcast_in_dim %q, dims = [] : (tensor<f64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @broadcast_of_a_row(%a: tensor<3xf64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.sine %a : tensor<3xf64>
  %r = stablehlo.broadcast_in_dim %q, dims = [1] : (tensor<3xf64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @broadcast_of_a_column(%a: tensor<2xf64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.sine %a : tensor<2xf64>
  %r = stablehlo.broadcast_in_dim %q, dims = [0] : (tensor<2xf64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @broadcast_of_size_1(%a: tensor<2x1x3xf64>) -> (tensor<2x4x5x3xf64>) {
  %q = stablehlo.sine %a : tensor<2x1x3xf64>
  %r = stablehlo.broadcast_in_dim %q, dims = [0, 1, 3]
    : (tensor<2x1x3xf64>) -> tensor<2x4x5x3xf64>
  return %r : tensor<2x4x5x3xf64>
}

func.func @broadcast_of_size_1_to_1(%a: tensor<1x3xf64>) -> (tensor<1x3xf64>) {
  %q = stablehlo.sine %a : tensor<1x3xf64>
  %r = stablehlo.broadcast_in_dim %q, dims = [0, 1] : (tensor<1x3xf64>) -> tensor<1x3xf64>
  return %r : tensor<1x3xf64>
}

func.func @broadcast_that_transposes(%a: tensor<2x3xf64>) -> (tensor<3x4x2xf64>) {
  %q = stablehlo.sine %a : tensor<2x3xf64>
  %r = stablehlo.broadcast_in_dim %q, dims = [2, 0] : (tensor<2x3xf64>) -> tensor<3x4x2xf64>
  return %r : tensor<3x4x2xf64>
}

func.func @broadcast_that_transposes_and_repeats(%a: tensor<2x1x3xf64>)
    -> (tensor<3x4x2x2xf64>) {
  %q = stablehlo.sine %a : tensor<2x1x3xf64>
  %r = stablehlo.broadcast_in_dim %q, dims = [3, 1, 0]
    : (tensor<2x1x3xf64>) -> tensor<3x4x2x2xf64>
  return %r : tensor<3x4x2x2xf64>
}

func.func @concatenate(%a: tensor<2x1xf64>, %b: tensor<2x3xf64>, %c: tensor<2x2xf64>)
    -> (tensor<2x6xf64>) {
  %q = stablehlo.sine %a : tensor<2x1xf64>
  %r = stablehlo.concatenate %q, %b, %c, dim = 1
    : (tensor<2x1xf64>, tensor<2x3xf64>, tensor<2x2xf64>) -> tensor<2x6xf64>
  return %r : tensor<2x6xf64>
}

func.func @dynamic_slice_at_1_2(%a: tensor<4x5xf64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %i = stablehlo.constant dense<1> : tensor<i32>
  %j = stablehlo.constant dense<2> : tensor<i32>
  %r = stablehlo.dynamic_slice %q, %i, %j, sizes = [2, 3]
    : (tensor<4x5xf64>, tensor<i32>, tensor<i32>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @dynamic_update_slice_at_1_2(%a: tensor<4x5xf64>, %u: tensor<2x3xf64>)
    -> (tensor<4x5xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %v = stablehlo.sine %u : tensor<2x3xf64>
  %i = stablehlo.constant dense<1> : tensor<i64>
  %j = stablehlo.constant dense<2> : tensor<i64>
  %r = stablehlo.dynamic_update_slice %q, %v, %i, %j
    : (tensor<4x5xf64>, tensor<2x3xf64>, tensor<i64>, tensor<i64>) -> tensor<4x5xf64>
  return %r : tensor<4x5xf64>
}

func.func @dynamic_slice_at_3_9(%a: tensor<4x5xf64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %i = stablehlo.constant dense<-3> : tensor<i32>
  %j = stablehlo.constant dense<9> : tensor<i32>
  %r = stablehlo.dynamic_slice %q, %i, %j, sizes = [2, 3]
    : (tensor<4x5xf64>, tensor<i32>, tensor<i32>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @dynamic_update_slice_at_3_9(%a: tensor<4x5xf64>, %u: tensor<2x3xf64>)
    -> (tensor<4x5xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %v = stablehlo.sine %u : tensor<2x3xf64>
  %i = stablehlo.constant dense<-3> : tensor<i64>
  %j = stablehlo.constant dense<9> : tensor<i64>
  %r = stablehlo.dynamic_update_slice %q, %v, %i, %j
    : (tensor<4x5xf64>, tensor<2x3xf64>, tensor<i64>, tensor<i64>) -> tensor<4x5xf64>
  return %r : tensor<4x5xf64>
}

func.func @pad(%a: tensor<2x3xf64>, %v: tensor<f64>) -> (tensor<3x5xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3xf64>
  %w = stablehlo.sine %v : tensor<f64>
  %r = stablehlo.pad %q, %w, low = [1, 0], high = [0, 2], interior = [0, 0]
    : (tensor<2x3xf64>, tensor<f64>) -> tensor<3x5xf64>
  return %r : tensor<3x5xf64>
}

func.func @pad_negative(%a: tensor<4x5xf64>, %v: tensor<f64>) -> (tensor<4x4xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %w = stablehlo.sine %v : tensor<f64>
  %r = stablehlo.pad %q, %w, low = [-1, 2], high = [1, -3], interior = [0, 0]
    : (tensor<4x5xf64>, tensor<f64>) -> tensor<4x4xf64>
  return %r : tensor<4x4xf64>
}

func.func @pad_interior(%a: tensor<2x3xf64>, %v: tensor<f64>) -> (tensor<5x8xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3xf64>
  %w = stablehlo.sine %v : tensor<f64>
  %r = stablehlo.pad %q, %w, low = [0, 1], high = [2, 0], interior = [1, 2]
    : (tensor<2x3xf64>, tensor<f64>) -> tensor<5x8xf64>
  return %r : tensor<5x8xf64>
}

func.func @pad_interior_and_negative(%a: tensor<3x4xf64>, %v: tensor<f64>)
    -> (tensor<6x4xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<3x4xf64>
  %w = stablehlo.sine %v : tensor<f64>
  %r = stablehlo.pad %q, %w, low = [-1, -2], high = [0, -1], interior = [2, 1]
    : (tensor<3x4xf64>, tensor<f64>) -> tensor<6x4xf64>
  return %r : tensor<6x4xf64>
}

func.func @reshape(%a: tensor<2x3xf64>) -> (tensor<3x2xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3xf64>
  %r = stablehlo.reshape %q : (tensor<2x3xf64>) -> tensor<3x2xf64>
  return %r : tensor<3x2xf64>
}

func.func @reverse(%a: tensor<2x3x2xf64>) -> (tensor<2x3x2xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x2xf64>
  %r = stablehlo.reverse %q, dims = [1, 2] : tensor<2x3x2xf64>
  return %r : tensor<2x3x2xf64>
}

func.func @slice(%a: tensor<4x5xf64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %r = stablehlo.slice %q [1:3, 2:5] : (tensor<4x5xf64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @slice_with_strides(%a: tensor<7x6xf64>) -> (tensor<2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<7x6xf64>
  %r = stablehlo.slice %q [1:6:3, 0:5:2] : (tensor<7x6xf64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @slice_of_nothing(%a: tensor<4x5xf64>) -> (tensor<0x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<4x5xf64>
  %r = stablehlo.slice %q [1:1, 2:5] : (tensor<4x5xf64>) -> tensor<0x3xf64>
  return %r : tensor<0x3xf64>
}

func.func @transpose(%a: tensor<2x3x4xf64>) -> (tensor<4x2x3xf64>) {
  %q = stablehlo.multiply %a, %a : tensor<2x3x4xf64>
  %r = stablehlo.transpose %q, dims = [2, 0, 1] : (tensor<2x3x4xf64>) -> tensor<4x2x3xf64>
  return %r : tensor<4x2x3xf64>
}
