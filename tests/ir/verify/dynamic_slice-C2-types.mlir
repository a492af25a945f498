// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: dynamic_slice: start indices must be scalars of one integer type: tensor<i32> x tensor<i64>
func.func @main(%a: tensor<2x3xf32>, %i: tensor<i32>, %j: tensor<i64>) {
  %r = stablehlo.dynamic_slice %a, %i, %j, sizes = [1, 1] : (tensor<2x3xf32>, tensor<i32>, tensor<i64>) -> tensor<1x1xf32>
  return
}
