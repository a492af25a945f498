// RUN: %descent-opt %s --pass=merge | %FileCheck %s
// RUN: %descent-opt %s --pass=merge --locations | %FileCheck %s --check-prefix=PLACES

// Names of functions and values do not count; constants and types do.
// CHECK-LABEL: @main(
// CHECK-NEXT: [[A:%.+]] = call @first(%x)
// CHECK-NEXT: [[B:%.+]] = call @first([[A]])
// CHECK-NEXT: [[C:%.+]] = call @other([[B]])
// CHECK-NEXT: call @public([[C]])
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = call @first(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %b = call @second(%a) : (tensor<2xf32>) -> tensor<2xf32>
  %c = call @other(%b) : (tensor<2xf32>) -> tensor<2xf32>
  %d = call @public(%c) : (tensor<2xf32>) -> tensor<2xf32>
  return %d : tensor<2xf32>
}

// CHECK: func.func private @first(
// PLACES: func.func private @first(
// PLACES: loc(fused["a.dsc":1:1, "a.dsc":2:1])
func.func private @first(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.constant dense<1.0> : tensor<2xf32>
  %s = stablehlo.add %x, %c : tensor<2xf32>
  return %s : tensor<2xf32>
} loc("a.dsc":1:1)

// CHECK-NOT: @second
func.func private @second(%y: tensor<2xf32>) -> tensor<2xf32> {
  %one = stablehlo.constant dense<1.0> : tensor<2xf32>
  %sum = stablehlo.add %y, %one : tensor<2xf32>
  return %sum : tensor<2xf32>
} loc("a.dsc":2:1)

// CHECK: func.func private @other(
func.func private @other(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.constant dense<2.0> : tensor<2xf32>
  %s = stablehlo.add %x, %c : tensor<2xf32>
  return %s : tensor<2xf32>
}

// A public function stays, whatever it is equal to.
// CHECK: @public(
func.func @public(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.constant dense<1.0> : tensor<2xf32>
  %s = stablehlo.add %x, %c : tensor<2xf32>
  return %s : tensor<2xf32>
}
