// Ops that move elements; windows.mlir tells about the `judge:` lines.

func.func @shapes(%a: tensor<2x3x4xf32>, %b: tensor<2x1x4xf32>, %v: tensor<3xf32>) -> (tensor<4x2x3xf32>, tensor<6x4xf32>, tensor<2x3x4xf32>, tensor<2x4x4xf32>, tensor<5x2x3x4xf32>, tensor<3x2x4xf32>, tensor<1x2x2xf32>) {
  %r = stablehlo.transpose %a, dims = [2, 0, 1] : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  %s = stablehlo.reshape %a : (tensor<2x3x4xf32>) -> tensor<6x4xf32>
  %t = stablehlo.reverse %a, dims = [0, 2] : tensor<2x3x4xf32>
  %u = stablehlo.concatenate %a, %b, dim = 1 : (tensor<2x3x4xf32>, tensor<2x1x4xf32>) -> tensor<2x4x4xf32>
  %w = stablehlo.broadcast_in_dim %b, dims = [1, 2, 3] : (tensor<2x1x4xf32>) -> tensor<5x2x3x4xf32>
  %x = stablehlo.broadcast_in_dim %v, dims = [0] : (tensor<3xf32>) -> tensor<3x2x4xf32>
  %y = stablehlo.slice %a [1:2, 0:3:2, 1:4:2] : (tensor<2x3x4xf32>) -> tensor<1x2x2xf32>
  return %r, %s, %t, %u, %w, %x, %y : tensor<4x2x3xf32>, tensor<6x4xf32>, tensor<2x3x4xf32>, tensor<2x4x4xf32>, tensor<5x2x3x4xf32>, tensor<3x2x4xf32>, tensor<1x2x2xf32>
}

func.func @broadcast_order(%a: tensor<2x3xi8>) -> tensor<3x2x2xi8> {
  %r = stablehlo.broadcast_in_dim %a, dims = [1, 0] : (tensor<2x3xi8>) -> tensor<3x2x2xi8>
  return %r : tensor<3x2x2xi8>
}

func.func @pads(%a: tensor<3x4xf32>, %z: tensor<f32>) -> (tensor<6x5xf32>, tensor<2x2xf32>, tensor<4x8xf32>, tensor<2x4xf32>, tensor<1x0xf32>) {
  %r = stablehlo.pad %a, %z, low = [1, 0], high = [2, 1], interior = [0, 0] : (tensor<3x4xf32>, tensor<f32>) -> tensor<6x5xf32>
  %s = stablehlo.pad %a, %z, low = [-1, 1], high = [0, -3], interior = [0, 0] : (tensor<3x4xf32>, tensor<f32>) -> tensor<2x2xf32>
  %t = stablehlo.pad %a, %z, low = [-2, 2], high = [1, -1], interior = [1, 1] : (tensor<3x4xf32>, tensor<f32>) -> tensor<4x8xf32>
  %u = stablehlo.pad %a, %z, low = [-3, -2], high = [-2, -4], interior = [2, 2] : (tensor<3x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %v = stablehlo.pad %a, %z, low = [-5, -4], high = [3, 0], interior = [0, 0] : (tensor<3x4xf32>, tensor<f32>) -> tensor<1x0xf32>
  return %r, %s, %t, %u, %v : tensor<6x5xf32>, tensor<2x2xf32>, tensor<4x8xf32>, tensor<2x4xf32>, tensor<1x0xf32>
}

// judge: low=-3 high=9
func.func @dynamic(%a: tensor<5x6xf32>, %u: tensor<2x3xf32>, %i: tensor<i32>, %j: tensor<i32>, %k: tensor<ui8>) -> (tensor<2x3xf32>, tensor<5x6xf32>, tensor<1x6xf32>) {
  %r = stablehlo.dynamic_slice %a, %i, %j, sizes = [2, 3] : (tensor<5x6xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>
  %s = stablehlo.dynamic_update_slice %a, %u, %j, %i : (tensor<5x6xf32>, tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<5x6xf32>
  %t = stablehlo.dynamic_slice %a, %k, %k, sizes = [1, 6] : (tensor<5x6xf32>, tensor<ui8>, tensor<ui8>) -> tensor<1x6xf32>
  return %r, %s, %t : tensor<2x3xf32>, tensor<5x6xf32>, tensor<1x6xf32>
}

func.func @iotas() -> (tensor<3x4xi32>, tensor<3x4xf32>, tensor<4xui8>, tensor<5xbf16>, tensor<3xf16>, tensor<300xi8>) {
  %r = stablehlo.iota dim = 1 : tensor<3x4xi32>
  %s = stablehlo.iota dim = 0 : tensor<3x4xf32>
  %t = stablehlo.iota dim = 0 : tensor<4xui8>
  %u = stablehlo.iota dim = 0 : tensor<5xbf16>
  %v = stablehlo.iota dim = 0 : tensor<3xf16>
  %w = stablehlo.iota dim = 0 : tensor<300xi8>
  return %r, %s, %t, %u, %v, %w : tensor<3x4xi32>, tensor<3x4xf32>, tensor<4xui8>, tensor<5xbf16>, tensor<3xf16>, tensor<300xi8>
}

func.func @constants() -> (tensor<2x2xf32>, tensor<2xf32>, tensor<3xi64>, tensor<2xbf16>, tensor<3xi1>) {
  %r = stablehlo.constant dense<[[1.5, -2.0e-3], [0x7F800000, 0xFFC00000]]> : tensor<2x2xf32>
  %s = stablehlo.constant dense<"0x0000803F00000040"> : tensor<2xf32>
  %t = stablehlo.constant dense<-7> : tensor<3xi64>
  %u = stablehlo.constant dense<[0.1, 3.0e38]> : tensor<2xbf16>
  %v = stablehlo.constant dense<[true, false, true]> : tensor<3xi1>
  return %r, %s, %t, %u, %v : tensor<2x2xf32>, tensor<2xf32>, tensor<3xi64>, tensor<2xbf16>, tensor<3xi1>
}

func.func @empties(%a: tensor<0x3xf32>, %b: tensor<2x3xf32>, %z: tensor<f32>) -> (tensor<2x3xf32>, tensor<3xf32>, tensor<3x0xf32>, tensor<1x3xf32>, tensor<0x2xf32>) {
  %r = stablehlo.concatenate %a, %b, dim = 0 : (tensor<0x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %s = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0] : (tensor<0x3xf32>, tensor<f32>) -> tensor<3xf32>
  %t = stablehlo.transpose %a, dims = [1, 0] : (tensor<0x3xf32>) -> tensor<3x0xf32>
  %u = stablehlo.pad %a, %z, low = [1, 0], high = [0, 0], interior = [3, 0] : (tensor<0x3xf32>, tensor<f32>) -> tensor<1x3xf32>
  %v = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<0x3xf32>, tensor<2x3xf32>) -> tensor<0x2xf32>
  return %r, %s, %t, %u, %v : tensor<2x3xf32>, tensor<3xf32>, tensor<3x0xf32>, tensor<1x3xf32>, tensor<0x2xf32>
}

func.func private @twice(%a: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %r = stablehlo.add %a, %a : tensor<3xf32>
  return %r, %a : tensor<3xf32>, tensor<3xf32>
}

func.func @calls(%a: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %r:2 = call @twice(%a) : (tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  %s:2 = call @twice(%r#0) : (tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
  %t:2 = stablehlo.optimization_barrier %s#0, %r#1 : tensor<3xf32>, tensor<3xf32>
  return %t#0, %t#1 : tensor<3xf32>, tensor<3xf32>
}

// judge: low=0 high=1e19
func.func @random(%k: tensor<2xui64>) -> (tensor<2xui64>, tensor<4xui32>, tensor<2xui64>, tensor<3x5xui32>, tensor<2xui64>, tensor<ui32>, tensor<2xui64>, tensor<3x1x7xui32>, tensor<2xui64>, tensor<3x4x6xui32>) {
  %s0, %r0 = stablehlo.rng_bit_generator %k, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<4xui32>)
  %s1, %r1 = stablehlo.rng_bit_generator %s0, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<3x5xui32>)
  %s2, %r2 = stablehlo.rng_bit_generator %s1, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<ui32>)
  %s3, %r3 = stablehlo.rng_bit_generator %s2, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<3x1x7xui32>)
  %s4, %r4 = stablehlo.rng_bit_generator %s3, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<3x4x6xui32>)
  return %s0, %r0, %s1, %r1, %s2, %r2, %s3, %r3, %s4, %r4 : tensor<2xui64>, tensor<4xui32>, tensor<2xui64>, tensor<3x5xui32>, tensor<2xui64>, tensor<ui32>, tensor<2xui64>, tensor<3x1x7xui32>, tensor<2xui64>, tensor<3x4x6xui32>
}

// judge: low=0 high=1e19
func.func @random_wide(%k: tensor<2xui64>) -> (tensor<2xui64>, tensor<3x5xui64>, tensor<2xui64>, tensor<ui64>, tensor<2xui64>, tensor<7xui32>) {
  %s0, %r0 = stablehlo.rng_bit_generator %k, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<3x5xui64>)
  %s1, %r1 = stablehlo.rng_bit_generator %s0, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<ui64>)
  %s2, %r2 = stablehlo.rng_bit_generator %s1, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<7xui32>)
  return %s0, %r0, %s1, %r1, %s2, %r2 : tensor<2xui64>, tensor<3x5xui64>, tensor<2xui64>, tensor<ui64>, tensor<2xui64>, tensor<7xui32>
}

// judge: low=0 high=1e19
func.func @random_empty(%k: tensor<2xui64>) -> (tensor<2xui64>, tensor<0xui32>, tensor<2xui64>, tensor<3x0xui64>, tensor<2xui64>, tensor<1xui32>, tensor<2xui64>, tensor<1x1x1xui64>) {
  %s0, %r0 = stablehlo.rng_bit_generator %k, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<0xui32>)
  %s1, %r1 = stablehlo.rng_bit_generator %s0, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<3x0xui64>)
  %s2, %r2 = stablehlo.rng_bit_generator %s1, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<1xui32>)
  %s3, %r3 = stablehlo.rng_bit_generator %s2, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<1x1x1xui64>)
  return %s0, %r0, %s1, %r1, %s2, %r2, %s3, %r3 : tensor<2xui64>, tensor<0xui32>, tensor<2xui64>, tensor<3x0xui64>, tensor<2xui64>, tensor<1xui32>, tensor<2xui64>, tensor<1x1x1xui64>
}
