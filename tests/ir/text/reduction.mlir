// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// Reductions and windows: compact, with a body, of several operands.
module {
  func.func @reduce(%a: tensor<2x3xf32>, %f: tensor<f32>) {
    %r = stablehlo.reduce(%a init: %f) applies stablehlo.maximum across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
    return
  }
  func.func @body(%a: tensor<2x3xf32>, %f: tensor<f32>) {
    %r = stablehlo.reduce(%a init: %f) across dimensions = [0, 1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<f32>
     reducer(%l: tensor<f32>, %v: tensor<f32>)  {
      %t = stablehlo.add %v, %l : tensor<f32>
      stablehlo.return %t : tensor<f32>
    }
    return
  }
  func.func @two(%a: tensor<2x3xf32>, %f: tensor<f32>, %b: tensor<2x3xf32>) {
    %r:2 = stablehlo.reduce(%a init: %f), (%b init: %f) across dimensions = [1] : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<f32>, tensor<f32>) -> (tensor<2xf32>, tensor<2xf32>)
     reducer(%l: tensor<f32>, %v: tensor<f32>) (%w: tensor<f32>, %z: tensor<f32>)  {
      %t = stablehlo.add %l, %v : tensor<f32>
      stablehlo.return %t, %w : tensor<f32>, tensor<f32>
    }
    return
  }
  func.func @window(%a: tensor<2x3xf32>, %f: tensor<f32>) {
    %r = "stablehlo.reduce_window"(%a, %f) <{padding = dense<[[0, 0], [1, 0]]> : tensor<2x2xi64>, window_dimensions = array<i64: 1, 2>, window_strides = array<i64: 1, 1>}> ({
    ^bb0(%u: tensor<f32>, %v: tensor<f32>):
      %m = stablehlo.maximum %u, %v : tensor<f32>
      stablehlo.return %m : tensor<f32>
    }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
    return
  }
  func.func @window_plain(%a: tensor<2x3xf32>, %f: tensor<f32>) {
    %r = "stablehlo.reduce_window"(%a, %f) <{padding = dense<0> : tensor<2x2xi64>, window_dimensions = array<i64: 1, 2>}> ({
    ^bb0(%u: tensor<f32>, %v: tensor<f32>):
      %m = stablehlo.add %u, %v : tensor<f32>
      stablehlo.return %m : tensor<f32>
    }) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x2xf32>
    return
  }
  func.func @select_and_scatter(%x: tensor<1x5x5x2xf32>, %f: tensor<f32>) {
    %r = "stablehlo.select_and_scatter"(%x, %x, %f) <{window_dimensions = array<i64: 1, 1, 1, 1>}> ({
    ^bb0(%l: tensor<f32>, %v: tensor<f32>):
      %t = stablehlo.compare GE, %l, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %t : tensor<i1>
    }, {
    ^bb0(%u: tensor<f32>, %v: tensor<f32>):
      %m = stablehlo.add %u, %v : tensor<f32>
      stablehlo.return %m : tensor<f32>
    }) : (tensor<1x5x5x2xf32>, tensor<1x5x5x2xf32>, tensor<f32>) -> tensor<1x5x5x2xf32>
    return
  }
}
