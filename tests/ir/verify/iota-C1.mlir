// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: iota: iota_dimension: no dimension 2 in a tensor of rank 2
func.func @main() {
  %r = stablehlo.iota dim = 2 : tensor<2x3xi32>
  return
}
