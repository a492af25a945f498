// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: concatenate: nothing to concatenate
func.func @main() {
  %r = "stablehlo.concatenate"() <{dimension = 0 : i64}> : () -> tensor<2x3xf32>
  return
}
