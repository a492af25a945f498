// Weights that stay as they are, are returned by name, are overwritten; and an input.
func.func public @main(%w: tensor<4xf32> {descent.name = "w", descent.role = "param"}, %s: tensor<4xf32> {descent.name = "s", descent.role = "state"}, %d: tensor<4xf32> {descent.name = "d", descent.role = "param", tf.aliasing_output = 1 : i32}, %x: tensor<4xf32> {descent.name = "x", descent.role = "input"}) -> (tensor<4xf32> {descent.name = "s", descent.role = "state"}, tensor<4xf32> {descent.name = "d", descent.role = "param"}) {
  %0 = stablehlo.multiply %w, %x : tensor<4xf32>
  %1 = stablehlo.add %0, %s : tensor<4xf32>
  %2 = stablehlo.add %0, %d : tensor<4xf32>
  return %1, %2 : tensor<4xf32>, tensor<4xf32>
}
