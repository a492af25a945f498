// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: dynamic_slice: has no operand
func.func @main() {
  %r = "stablehlo.dynamic_slice"() <{slice_sizes = array<i64>}> : () -> tensor<2x3xf32>
  return
}
