// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: iota: makes numbers, not tensor<2xi1>
func.func @main() {
  %r = stablehlo.iota dim = 0 : tensor<2xi1>
  return
}
