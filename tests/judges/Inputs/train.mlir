// One step of linear regression: w -= 0.1 * dL/dw with L = mean((x w - y)^2), and a counter.
module @line {
  func.func public @train_step(
      %w: tensor<3xf32> {descent.name = "w", descent.role = "param", tf.aliasing_output = 1 : i32},
      %n: tensor<i32> {descent.name = "n", descent.role = "step", tf.aliasing_output = 2 : i32},
      %x: tensor<4x3xf32> {descent.name = "x", descent.role = "input"},
      %y: tensor<4xf32> {descent.name = "y", descent.role = "input"})
      -> (tensor<f32> {descent.role = "loss"}, tensor<3xf32>, tensor<i32>) {
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %quarter = stablehlo.constant dense<0.25> : tensor<f32>
    %rate = stablehlo.constant dense<0.05> : tensor<3xf32>
    %one = stablehlo.constant dense<1> : tensor<i32>
    %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<4x3xf32>, tensor<3xf32>) -> tensor<4xf32>
    %e = stablehlo.subtract %p, %y : tensor<4xf32>
    %q = stablehlo.multiply %e, %e : tensor<4xf32>
    %s = stablehlo.reduce(%q init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
    %loss = stablehlo.multiply %s, %quarter : tensor<f32>
    %g = stablehlo.dot_general %e, %x, contracting_dims = [0] x [0] : (tensor<4xf32>, tensor<4x3xf32>) -> tensor<3xf32>
    %d = stablehlo.multiply %g, %rate : tensor<3xf32>
    %v = stablehlo.subtract %w, %d : tensor<3xf32>
    %m = stablehlo.add %n, %one : tensor<i32>
    return %loss, %v, %m : tensor<f32>, tensor<3xf32>, tensor<i32>
  }
}
