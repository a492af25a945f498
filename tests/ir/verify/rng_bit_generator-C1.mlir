// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: rng_bit_generator: algorithm PHILOX (only THREE_FRY)
func.func @main(%k: tensor<2xui64>) {
  %s, %r = "stablehlo.rng_bit_generator"(%k) <{rng_algorithm = #stablehlo<rng_algorithm PHILOX>}> : (tensor<2xui64>) -> (tensor<2xui64>, tensor<4xui32>)
  return
}
