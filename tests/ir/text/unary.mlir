// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// Elementwise ops of one operand.
module {
  func.func @abs(%a: tensor<2x3xf32>) {
    %r = stablehlo.abs %a : tensor<2x3xf32>
    return
  }
  func.func @cbrt(%a: tensor<2x3xf32>) {
    %r = stablehlo.cbrt %a : tensor<2x3xf32>
    return
  }
  func.func @ceil(%a: tensor<2x3xf32>) {
    %r = stablehlo.ceil %a : tensor<2x3xf32>
    return
  }
  func.func @cosine(%a: tensor<2x3xf32>) {
    %r = stablehlo.cosine %a : tensor<2x3xf32>
    return
  }
  func.func @exponential(%a: tensor<2x3xf32>) {
    %r = stablehlo.exponential %a : tensor<2x3xf32>
    return
  }
  func.func @exponential_minus_one(%a: tensor<2x3xf32>) {
    %r = stablehlo.exponential_minus_one %a : tensor<2x3xf32>
    return
  }
  func.func @floor(%a: tensor<2x3xf32>) {
    %r = stablehlo.floor %a : tensor<2x3xf32>
    return
  }
  func.func @log(%a: tensor<2x3xf32>) {
    %r = stablehlo.log %a : tensor<2x3xf32>
    return
  }
  func.func @log_plus_one(%a: tensor<2x3xf32>) {
    %r = stablehlo.log_plus_one %a : tensor<2x3xf32>
    return
  }
  func.func @logistic(%a: tensor<2x3xf32>) {
    %r = stablehlo.logistic %a : tensor<2x3xf32>
    return
  }
  func.func @negate(%a: tensor<2x3xf32>) {
    %r = stablehlo.negate %a : tensor<2x3xf32>
    return
  }
  func.func @round_nearest_afz(%a: tensor<2x3xf32>) {
    %r = stablehlo.round_nearest_afz %a : tensor<2x3xf32>
    return
  }
  func.func @round_nearest_even(%a: tensor<2x3xf32>) {
    %r = stablehlo.round_nearest_even %a : tensor<2x3xf32>
    return
  }
  func.func @rsqrt(%a: tensor<2x3xf32>) {
    %r = stablehlo.rsqrt %a : tensor<2x3xf32>
    return
  }
  func.func @sign(%a: tensor<2x3xf32>) {
    %r = stablehlo.sign %a : tensor<2x3xf32>
    return
  }
  func.func @sine(%a: tensor<2x3xf32>) {
    %r = stablehlo.sine %a : tensor<2x3xf32>
    return
  }
  func.func @sqrt(%a: tensor<2x3xf32>) {
    %r = stablehlo.sqrt %a : tensor<2x3xf32>
    return
  }
  func.func @tan(%a: tensor<2x3xf32>) {
    %r = stablehlo.tan %a : tensor<2x3xf32>
    return
  }
  func.func @tanh(%a: tensor<2x3xf32>) {
    %r = stablehlo.tanh %a : tensor<2x3xf32>
    return
  }
  func.func @erf(%a: tensor<2x3xf32>) {
    %r = chlo.erf %a : tensor<2x3xf32> -> tensor<2x3xf32>
    return
  }
  func.func @not(%n: tensor<4xi32>) {
    %r = stablehlo.not %n : tensor<4xi32>
    return
  }
  func.func @popcnt(%n: tensor<4xi32>) {
    %r = stablehlo.popcnt %n : tensor<4xi32>
    return
  }
  func.func @count_leading_zeros(%n: tensor<4xi32>) {
    %r = stablehlo.count_leading_zeros %n : tensor<4xi32>
    return
  }
  func.func @attributes(%a: tensor<2x3xf32>) {
    %r = stablehlo.abs %a {mhlo.note = "kept"} : tensor<2x3xf32>
    return
  }
}
