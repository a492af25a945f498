// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: constant: attribute value is no tensor
func.func @main() {
  %r = "stablehlo.constant"() <{value = 1 : i32}> : () -> tensor<f32>
  return
}
