// RUN: %not %descent-opt %s --pass=grad 2>&1 | %FileCheck %s

// CHECK: model.dsc:4:5: error: unsupported: no gradient through stablehlo.reduce: it reduces several tensors at once; needed by the loss via stablehlo.sine
// CHECK: model.dsc:9:1: note: the gradient asked for here
func.func @argmax(%w: tensor<3xf32>) -> tensor<3xf32> {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %i = stablehlo.constant dense<0.0> : tensor<3xf32>
  %r:2 = stablehlo.reduce(%w init: %z), (%i init: %z) across dimensions = [0]
    : (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
    reducer(%u: tensor<f32>, %v: tensor<f32>) (%x: tensor<f32>, %y: tensor<f32>) {
    %m = stablehlo.maximum %u, %v : tensor<f32>
    stablehlo.return %m, %x : tensor<f32>, tensor<f32>
  } loc("model.dsc":4:5)
  %l = stablehlo.sine %r#0 : tensor<f32>
  %g = stablehlo.custom_call @descent.gradient(%l, %w) : (tensor<f32>, tensor<3xf32>) -> tensor<3xf32> loc("model.dsc":9:1)
  return %g : tensor<3xf32>
}

// CHECK: error: unsupported: no gradient through stablehlo.reduce_window: a dilated window of maximum or minimum; needed by the loss via stablehlo.reduce
func.func @dilated(%w: tensor<9xf32>) -> tensor<9xf32> {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %n = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %r = "stablehlo.reduce_window"(%w, %n) <{window_dimensions = array<i64: 3>, window_dilations = array<i64: 2>}> ({
  ^bb0(%u: tensor<f32>, %v: tensor<f32>):
    %m = stablehlo.maximum %u, %v : tensor<f32>
    stablehlo.return %m : tensor<f32>
  }) : (tensor<9xf32>, tensor<f32>) -> tensor<5xf32>
  %l = stablehlo.reduce(%r init: %z) applies stablehlo.add across dimensions = [0]
    : (tensor<5xf32>, tensor<f32>) -> tensor<f32>
  %g = stablehlo.custom_call @descent.gradient(%l, %w) : (tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
  return %g : tensor<9xf32>
}

// CHECK: op.c:12:1: error: unsupported: no gradient through stablehlo.custom_call: @draw has no backward function; needed by the loss via stablehlo.sine
func.func @forward_only(%w: tensor<f32>) -> tensor<f32> {
  %r = stablehlo.custom_call @draw(%w) {descent.custom} : (tensor<f32>) -> tensor<f32> loc("op.c":12:1)
  %l = stablehlo.sine %r : tensor<f32>
  %g = stablehlo.custom_call @descent.gradient(%l, %w) : (tensor<f32>, tensor<f32>) -> tensor<f32>
  return %g : tensor<f32>
}
