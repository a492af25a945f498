// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// Elementwise ops of two operands.
module {
  func.func @add(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.add %a, %b : tensor<2x3xf32>
    return
  }
  func.func @atan2(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.atan2 %a, %b : tensor<2x3xf32>
    return
  }
  func.func @divide(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.divide %a, %b : tensor<2x3xf32>
    return
  }
  func.func @maximum(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.maximum %a, %b : tensor<2x3xf32>
    return
  }
  func.func @minimum(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.minimum %a, %b : tensor<2x3xf32>
    return
  }
  func.func @multiply(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.multiply %a, %b : tensor<2x3xf32>
    return
  }
  func.func @power(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.power %a, %b : tensor<2x3xf32>
    return
  }
  func.func @remainder(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.remainder %a, %b : tensor<2x3xf32>
    return
  }
  func.func @subtract(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
    %r = stablehlo.subtract %a, %b : tensor<2x3xf32>
    return
  }
  func.func @and(%n: tensor<4xi32>, %m: tensor<4xi32>) {
    %r = stablehlo.and %n, %m : tensor<4xi32>
    return
  }
  func.func @or(%n: tensor<4xi32>, %m: tensor<4xi32>) {
    %r = stablehlo.or %n, %m : tensor<4xi32>
    return
  }
  func.func @xor(%n: tensor<4xi32>, %m: tensor<4xi32>) {
    %r = stablehlo.xor %n, %m : tensor<4xi32>
    return
  }
  func.func @shift_left(%n: tensor<4xi32>, %m: tensor<4xi32>) {
    %r = stablehlo.shift_left %n, %m : tensor<4xi32>
    return
  }
  func.func @shift_right_arithmetic(%n: tensor<4xi32>, %m: tensor<4xi32>) {
    %r = stablehlo.shift_right_arithmetic %n, %m : tensor<4xi32>
    return
  }
  func.func @shift_right_logical(%n: tensor<4xi32>, %m: tensor<4xi32>) {
    %r = stablehlo.shift_right_logical %n, %m : tensor<4xi32>
    return
  }
}
