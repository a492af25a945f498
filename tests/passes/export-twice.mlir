// Two results cannot be one tensor of the state.
// RUN: %not %descent-aot %s --place=block 2>&1 | %FileCheck %s
// CHECK: error: @step has two results 'w'
func.func @step(%w: tensor<4xf32> {descent.name = "w", descent.role = "param"}) -> (tensor<4xf32> {descent.name = "w", descent.role = "param"}, tensor<4xf32> {descent.name = "w", descent.role = "param"}) {
  %0 = stablehlo.negate %w : tensor<4xf32>
  %1 = stablehlo.abs %w : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
