// The scores are a result.
func.func @kept(%q: tensor<4x64x32xf32>, %k: tensor<4x64x32xf32>, %v: tensor<4x64x16xf32>) -> (tensor<4x64x16xf32>, tensor<4x64x64xf32>) {
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x64x32xf32>, tensor<4x64x32xf32>) -> tensor<4x64x64xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.reduce(%s init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<4x64x64xf32>, tensor<f32>) -> tensor<4x64xf32>
  %ls = stablehlo.broadcast_in_dim %l, dims = [0, 1] : (tensor<4x64xf32>) -> tensor<4x64x64xf32>
  %p = stablehlo.divide %s, %ls : tensor<4x64x64xf32>
  %y = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x64x64xf32>, tensor<4x64x16xf32>) -> tensor<4x64x16xf32>
  return %y, %p : tensor<4x64x16xf32>, tensor<4x64x64xf32>
}
// Rows and columns are folded.
func.func @both(%q: tensor<4x64x32xf32>, %k: tensor<4x64x32xf32>, %v: tensor<4x64x16xf32>) -> (tensor<4x64x16xf32>, tensor<4x64xf32>) {
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x64x32xf32>, tensor<4x64x32xf32>) -> tensor<4x64x64xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.reduce(%s init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<4x64x64xf32>, tensor<f32>) -> tensor<4x64xf32>
  %c = stablehlo.reduce(%s init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x64x64xf32>, tensor<f32>) -> tensor<4x64xf32>
  %ls = stablehlo.broadcast_in_dim %l, dims = [0, 1] : (tensor<4x64xf32>) -> tensor<4x64x64xf32>
  %p = stablehlo.divide %s, %ls : tensor<4x64x64xf32>
  %y = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x64x64xf32>, tensor<4x64x16xf32>) -> tensor<4x64x16xf32>
  return %y, %c : tensor<4x64x16xf32>, tensor<4x64xf32>
}
// What rows gave goes along the columns.
func.func @across(%q: tensor<4x64x32xf32>, %k: tensor<4x64x32xf32>, %v: tensor<4x64x16xf32>) -> tensor<4x64x16xf32> {
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x64x32xf32>, tensor<4x64x32xf32>) -> tensor<4x64x64xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.reduce(%s init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<4x64x64xf32>, tensor<f32>) -> tensor<4x64xf32>
  %ls = stablehlo.broadcast_in_dim %l, dims = [0, 2] : (tensor<4x64xf32>) -> tensor<4x64x64xf32>
  %p = stablehlo.divide %s, %ls : tensor<4x64x64xf32>
  %y = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x64x64xf32>, tensor<4x64x16xf32>) -> tensor<4x64x16xf32>
  return %y : tensor<4x64x16xf32>
}
// A depth that a schedule has no room for; a product without rows.
func.func @deep(%q: tensor<4x64x160xf32>, %k: tensor<4x64x160xf32>, %v: tensor<4x64x16xf32>, %one: tensor<4x1x32xf32>, %keys: tensor<4x64x32xf32>) -> (tensor<4x64x16xf32>, tensor<4x1x16xf32>) {
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x64x160xf32>, tensor<4x64x160xf32>) -> tensor<4x64x64xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.reduce(%s init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<4x64x64xf32>, tensor<f32>) -> tensor<4x64xf32>
  %ls = stablehlo.broadcast_in_dim %l, dims = [0, 1] : (tensor<4x64xf32>) -> tensor<4x64x64xf32>
  %p = stablehlo.divide %s, %ls : tensor<4x64x64xf32>
  %y = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x64x64xf32>, tensor<4x64x16xf32>) -> tensor<4x64x16xf32>
  %s1 = stablehlo.dot_general %one, %keys, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x1x32xf32>, tensor<4x64x32xf32>) -> tensor<4x1x64xf32>
  %l1 = stablehlo.reduce(%s1 init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<4x1x64xf32>, tensor<f32>) -> tensor<4x1xf32>
  %ls1 = stablehlo.broadcast_in_dim %l1, dims = [0, 1] : (tensor<4x1xf32>) -> tensor<4x1x64xf32>
  %p1 = stablehlo.divide %s1, %ls1 : tensor<4x1x64xf32>
  %y1 = stablehlo.dot_general %p1, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x1x64xf32>, tensor<4x64x16xf32>) -> tensor<4x1x16xf32>
  return %y, %y1 : tensor<4x64x16xf32>, tensor<4x1x16xf32>
}

// Two dense layers, and the gradient of a bias between them.
func.func @layers(%x: tensor<64x32xf32>, %w: tensor<32x48xf32>, %u: tensor<48x16xf32>) -> (tensor<64x16xf32>, tensor<48xf32>) {
  %s = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<64x32xf32>, tensor<32x48xf32>) -> tensor<64x48xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %t = stablehlo.tanh %s : tensor<64x48xf32>
  %b = stablehlo.reduce(%t init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<64x48xf32>, tensor<f32>) -> tensor<48xf32>
  %y = stablehlo.dot_general %t, %u, contracting_dims = [1] x [0] : (tensor<64x48xf32>, tensor<48x16xf32>) -> tensor<64x16xf32>
  return %y, %b : tensor<64x16xf32>, tensor<48xf32>
}
