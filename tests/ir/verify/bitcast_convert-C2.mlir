// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: bitcast_convert: elements of different sizes: f32 and i16
func.func @main(%a: tensor<2x3xf32>) {
  %r = stablehlo.bitcast_convert %a : (tensor<2x3xf32>) -> tensor<2x3x2xi16>
  return
}
