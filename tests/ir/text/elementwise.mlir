// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// Elementwise ops with types of their own.
module {
  func.func @bitcast_convert(%a: tensor<2x3xf32>) {
    %r = stablehlo.bitcast_convert %a : (tensor<2x3xf32>) -> tensor<2x3xi32>
    return
  }
  func.func @clamp(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.clamp %a, %b, %a : tensor<2x3xf32>
    return
  }
  func.func @clamp_scalar(%f: tensor<f32>, %a: tensor<2x3xf32>) {
    %r = stablehlo.clamp %f, %a, %f : (tensor<f32>, tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
    return
  }
  func.func @compare(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.compare LT, %a, %b : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
    return
  }
  func.func @compare_total(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.compare GE, %a, %b, TOTALORDER : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
    return
  }
  func.func @compare_signed(%n: tensor<4xi32>, %m: tensor<4xi32>) {
    %r = stablehlo.compare NE, %n, %m, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    return
  }
  func.func @convert(%a: tensor<2x3xf32>) {
    %r = stablehlo.convert %a : (tensor<2x3xf32>) -> tensor<2x3xbf16>
    return
  }
  func.func @convert_same(%a: tensor<2x3xf32>) {
    %r = stablehlo.convert %a : tensor<2x3xf32>
    return
  }
  func.func @is_finite(%a: tensor<2x3xf32>) {
    %r = stablehlo.is_finite %a : (tensor<2x3xf32>) -> tensor<2x3xi1>
    return
  }
  func.func @reduce_precision(%a: tensor<2x3xf32>) {
    %r = stablehlo.reduce_precision %a, format = e5m10 : tensor<2x3xf32>
    return
  }
  func.func @select(%p: tensor<2x3xi1>, %a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.select %p, %a, %b : tensor<2x3xi1>, tensor<2x3xf32>
    return
  }
  func.func @select_scalar(%s: tensor<i1>, %a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.select %s, %a, %b : tensor<i1>, tensor<2x3xf32>
    return
  }
}
