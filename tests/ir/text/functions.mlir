// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// Modules, functions, calls, attributes.
module @model attributes {descent.bools = array<i1: true, false>, descent.ints = array<i64: 1, -2>, descent.list = [1, 2 : i32, "s", @main, f32, unit, {a = 1 : i64, "b c" = -2.500000e+00 : f64}], descent.none = array<i64>, descent.opaque = #tf.shape<2x[3]>, mhlo.num_partitions = 1 : i32} {
  func.func public @main(%w: tensor<2xf32> {descent.name = "fc1.w", tf.aliasing_output = 0 : i32}, %arg0: tensor<f32>) -> (tensor<2xf32> {jax.result_info = "result['b']\22x"}) attributes {descent.kind = "loop"} {
    %0:2 = call @"<lambda>"(%w) : (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
    call @nothing() {mhlo.x} : () -> ()
    %sum = stablehlo.add %0#0, %0#1 : tensor<2xf32>
    return %sum : tensor<2xf32>
  }
  func.func private @"<lambda>"(%arg0: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
    return %arg0, %arg0 : tensor<2xf32>, tensor<2xf32>
  }
  func.func @nothing() {
    return {mhlo.x}
  }
}
