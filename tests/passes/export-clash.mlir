// A tensor of the state has one size.
// RUN: %not %descent-aot %s --place=block 2>&1 | %FileCheck %s
// CHECK: export-clash.mlir:9:1: error: 'w' has 12 bytes in @second and 16 in another entry point: it cannot be one tensor of the state
// RUN: %descent-aot %s --place=pointer -o /dev/null
func.func @first(%w: tensor<4xf32> {descent.name = "w", descent.role = "param"}) -> tensor<4xf32> {
  %0 = stablehlo.negate %w : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @second(%w: tensor<3xf32> {descent.name = "w", descent.role = "param"}) -> tensor<3xf32> {
  %0 = stablehlo.negate %w : tensor<3xf32>
  return %0 : tensor<3xf32>
}
