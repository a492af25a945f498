// Each function returns what an op gives and what it must give, in pairs.

func.func @iota_broadcast() -> (tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>) {
  %i = stablehlo.iota dim = 0 : tensor<2x3xi32>
  %i_want = stablehlo.constant dense<[[0, 0, 0], [1, 1, 1]]> : tensor<2x3xi32>
  %v = stablehlo.constant dense<[7, 8, 9]> : tensor<3xi32>
  %b = stablehlo.broadcast_in_dim %v, dims = [1] : (tensor<3xi32>) -> tensor<2x3xi32>
  %b_want = stablehlo.constant dense<[[7, 8, 9], [7, 8, 9]]> : tensor<2x3xi32>
  %w = stablehlo.constant dense<[[4], [5]]> : tensor<2x1xi32>
  %c = stablehlo.broadcast_in_dim %w, dims = [0, 1] : (tensor<2x1xi32>) -> tensor<2x3xi32>
  %c_want = stablehlo.constant dense<[[4, 4, 4], [5, 5, 5]]> : tensor<2x3xi32>
  return %i, %i_want, %b, %b_want, %c, %c_want : tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x3xi32>
}

func.func @moves() -> (tensor<3x2xi32>, tensor<3x2xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x2xi32>, tensor<2x2xi32>, tensor<3x3xi32>, tensor<3x3xi32>, tensor<6xi32>, tensor<6xi32>) {
  %a = stablehlo.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %t = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x3xi32>) -> tensor<3x2xi32>
  %t_want = stablehlo.constant dense<[[1, 4], [2, 5], [3, 6]]> : tensor<3x2xi32>
  %r = stablehlo.reverse %a, dims = [0, 1] : tensor<2x3xi32>
  %r_want = stablehlo.constant dense<[[6, 5, 4], [3, 2, 1]]> : tensor<2x3xi32>
  %s = stablehlo.slice %a [0:2, 0:3:2] : (tensor<2x3xi32>) -> tensor<2x2xi32>
  %s_want = stablehlo.constant dense<[[1, 3], [4, 6]]> : tensor<2x2xi32>
  %b = stablehlo.constant dense<[[7, 8, 9]]> : tensor<1x3xi32>
  %c = stablehlo.concatenate %b, %a, dim = 0 : (tensor<1x3xi32>, tensor<2x3xi32>) -> tensor<3x3xi32>
  %c_want = stablehlo.constant dense<[[7, 8, 9], [1, 2, 3], [4, 5, 6]]> : tensor<3x3xi32>
  %f = stablehlo.reshape %a : (tensor<2x3xi32>) -> tensor<6xi32>
  %f_want = stablehlo.constant dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi32>
  return %t, %t_want, %r, %r_want, %s, %s_want, %c, %c_want, %f, %f_want : tensor<3x2xi32>, tensor<3x2xi32>, tensor<2x3xi32>, tensor<2x3xi32>, tensor<2x2xi32>, tensor<2x2xi32>, tensor<3x3xi32>, tensor<3x3xi32>, tensor<6xi32>, tensor<6xi32>
}

// Padding may add between elements and cut off at the ends, also all of them.
func.func @pad() -> (tensor<8xi32>, tensor<8xi32>, tensor<3xi32>, tensor<3xi32>, tensor<1xi32>, tensor<1xi32>) {
  %a = stablehlo.constant dense<[1, 2, 3]> : tensor<3xi32>
  %z = stablehlo.constant dense<9> : tensor<i32>
  %p = stablehlo.pad %a, %z, low = [1], high = [2], interior = [1] : (tensor<3xi32>, tensor<i32>) -> tensor<8xi32>
  %p_want = stablehlo.constant dense<[9, 1, 9, 2, 9, 3, 9, 9]> : tensor<8xi32>
  %q = stablehlo.pad %a, %z, low = [-1], high = [-1], interior = [1] : (tensor<3xi32>, tensor<i32>) -> tensor<3xi32>
  %q_want = stablehlo.constant dense<[9, 2, 9]> : tensor<3xi32>
  %r = stablehlo.pad %a, %z, low = [-4], high = [2], interior = [0] : (tensor<3xi32>, tensor<i32>) -> tensor<1xi32>
  %r_want = stablehlo.constant dense<9> : tensor<1xi32>
  return %p, %p_want, %q, %q_want, %r, %r_want : tensor<8xi32>, tensor<8xi32>, tensor<3xi32>, tensor<3xi32>, tensor<1xi32>, tensor<1xi32>
}

// Start indices are clamped so that the slice fits.
func.func @dynamic() -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<4xi32>, tensor<4xi32>, tensor<2xi32>, tensor<2xi32>) {
  %a = stablehlo.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %u = stablehlo.constant dense<[8, 9]> : tensor<2xi32>
  %far = stablehlo.constant dense<100> : tensor<i64>
  %before = stablehlo.constant dense<-5> : tensor<i64>
  %huge = stablehlo.constant dense<18446744073709551615> : tensor<ui64>
  %s = stablehlo.dynamic_slice %a, %far, sizes = [2] : (tensor<4xi32>, tensor<i64>) -> tensor<2xi32>
  %s_want = stablehlo.constant dense<[3, 4]> : tensor<2xi32>
  %t = stablehlo.dynamic_slice %a, %before, sizes = [2] : (tensor<4xi32>, tensor<i64>) -> tensor<2xi32>
  %t_want = stablehlo.constant dense<[1, 2]> : tensor<2xi32>
  %d = stablehlo.dynamic_update_slice %a, %u, %far : (tensor<4xi32>, tensor<2xi32>, tensor<i64>) -> tensor<4xi32>
  %d_want = stablehlo.constant dense<[1, 2, 8, 9]> : tensor<4xi32>
  %v = stablehlo.dynamic_slice %a, %huge, sizes = [2] : (tensor<4xi32>, tensor<ui64>) -> tensor<2xi32>
  return %s, %s_want, %t, %t_want, %d, %d_want, %v, %s_want : tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<4xi32>, tensor<4xi32>, tensor<2xi32>, tensor<2xi32>
}

func.func @empty() -> (tensor<0x3xi32>, tensor<0x3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %e = stablehlo.constant dense<> : tensor<0x3xi32>
  %s = stablehlo.add %e, %e : tensor<0x3xi32>
  %r = stablehlo.reverse %s, dims = [0] : tensor<0x3xi32>
  %z = stablehlo.constant dense<5> : tensor<i32>
  %n = stablehlo.reduce(%r init: %z) applies stablehlo.add across dimensions = [0] : (tensor<0x3xi32>, tensor<i32>) -> tensor<3xi32>
  %n_want = stablehlo.constant dense<5> : tensor<3xi32>
  %a = stablehlo.constant dense<> : tensor<2x0xf32>
  %b = stablehlo.constant dense<> : tensor<0x2xf32>
  %d = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2x0xf32>, tensor<0x2xf32>) -> tensor<2x2xf32>
  %d_want = stablehlo.constant dense<0.0> : tensor<2x2xf32>
  return %r, %e, %n, %n_want, %d, %d_want : tensor<0x3xi32>, tensor<0x3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<2x2xf32>, tensor<2x2xf32>
}
