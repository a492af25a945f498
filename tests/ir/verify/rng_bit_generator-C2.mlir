// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: rng_bit_generator: the state is no tensor<2xui64>: tensor<3xui64>
func.func @main(%k: tensor<3xui64>) {
  %s, %r = "stablehlo.rng_bit_generator"(%k) <{rng_algorithm = #stablehlo<rng_algorithm THREE_FRY>}> : (tensor<3xui64>) -> (tensor<3xui64>, tensor<4xui32>)
  return
}
