// Several entry points, a private function, CHLO, attributes of Descent and of JAX.
module @good attributes {descent.note = "kept"} {
  func.func private @erf_twice(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {descent.kind = "loop"} {
    %0 = chlo.erf %a : tensor<2x3xf32> -> tensor<2x3xf32>
    %1 = chlo.erf %0 : tensor<2x3xf32> -> tensor<2x3xf32>
    return %1 : tensor<2x3xf32>
  }
  func.func public @main(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
    %0 = call @erf_twice(%a) : (tensor<2x3xf32>) -> tensor<2x3xf32>
    return %0 : tensor<2x3xf32>
  }
  func.func @sum(%a: tensor<2x3xf32> {descent.name = "a"}, %h: tensor<2xbf16>) -> (tensor<f32> {descent.role = "loss"}, tensor<2xbf16>) {
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %0 = stablehlo.reduce(%a init: %zero) applies stablehlo.add across dimensions = [0, 1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<f32>
    %1 = stablehlo.add %h, %h : tensor<2xbf16>
    return %0, %1 : tensor<f32>, tensor<2xbf16>
  }
}
