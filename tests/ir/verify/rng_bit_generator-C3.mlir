// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: rng_bit_generator: bits of f32 (only ui32 and ui64)
func.func @main(%k: tensor<2xui64>) {
  %s, %r = "stablehlo.rng_bit_generator"(%k) <{rng_algorithm = #stablehlo<rng_algorithm THREE_FRY>}> : (tensor<2xui64>) -> (tensor<2xui64>, tensor<4xf32>)
  return
}
