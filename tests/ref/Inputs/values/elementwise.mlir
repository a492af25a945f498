// Each function returns what an op gives and what it must give, in pairs.

func.func @integer_division() -> (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>, tensor<6xi32>) {
  %a = stablehlo.constant dense<[7, -7, 7, -7, 5, -2147483648]> : tensor<6xi32>
  %b = stablehlo.constant dense<[2, 2, -2, -2, 0, -1]> : tensor<6xi32>
  %q = stablehlo.divide %a, %b : tensor<6xi32>
  %r = stablehlo.remainder %a, %b : tensor<6xi32>
  %q_want = stablehlo.constant dense<[3, -3, -3, 3, -1, -2147483648]> : tensor<6xi32>
  %r_want = stablehlo.constant dense<[1, -1, 1, -1, 5, 0]> : tensor<6xi32>
  return %q, %q_want, %r, %r_want : tensor<6xi32>, tensor<6xi32>, tensor<6xi32>, tensor<6xi32>
}

func.func @unsigned_division() -> (tensor<3xui8>, tensor<3xui8>, tensor<3xui8>, tensor<3xui8>) {
  %a = stablehlo.constant dense<[250, 9, 255]> : tensor<3xui8>
  %b = stablehlo.constant dense<[3, 0, 255]> : tensor<3xui8>
  %q = stablehlo.divide %a, %b : tensor<3xui8>
  %r = stablehlo.remainder %a, %b : tensor<3xui8>
  %q_want = stablehlo.constant dense<[83, 255, 1]> : tensor<3xui8>
  %r_want = stablehlo.constant dense<[1, 9, 0]> : tensor<3xui8>
  return %q, %q_want, %r, %r_want : tensor<3xui8>, tensor<3xui8>, tensor<3xui8>, tensor<3xui8>
}

func.func @wide_unsigned() -> (tensor<2xui64>, tensor<2xui64>, tensor<2xi1>, tensor<2xi1>, tensor<2xui64>, tensor<2xui64>) {
  %a = stablehlo.constant dense<[18446744073709551615, 10]> : tensor<2xui64>
  %b = stablehlo.constant dense<[2, 3]> : tensor<2xui64>
  %q = stablehlo.divide %a, %b : tensor<2xui64>
  %q_want = stablehlo.constant dense<[9223372036854775807, 3]> : tensor<2xui64>
  %c = stablehlo.compare GT, %a, %b : (tensor<2xui64>, tensor<2xui64>) -> tensor<2xi1>
  %c_want = stablehlo.constant dense<true> : tensor<2xi1>
  %m = stablehlo.maximum %a, %b : tensor<2xui64>
  return %q, %q_want, %c, %c_want, %m, %a : tensor<2xui64>, tensor<2xui64>, tensor<2xi1>, tensor<2xi1>, tensor<2xui64>, tensor<2xui64>
}

func.func @wrapping() -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  %a = stablehlo.constant dense<[127, -128]> : tensor<2xi8>
  %b = stablehlo.constant dense<[1, -128]> : tensor<2xi8>
  %s = stablehlo.add %a, %b : tensor<2xi8>
  %s_want = stablehlo.constant dense<[-128, 0]> : tensor<2xi8>
  %n = stablehlo.negate %a : tensor<2xi8>
  %n_want = stablehlo.constant dense<[-127, -128]> : tensor<2xi8>
  %m = stablehlo.abs %a : tensor<2xi8>
  %m_want = stablehlo.constant dense<[127, -128]> : tensor<2xi8>
  return %s, %s_want, %n, %n_want, %m, %m_want : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

func.func @integer_power() -> (tensor<8xi32>, tensor<8xi32>) {
  %a = stablehlo.constant dense<[2, -3, 0, 1, -1, -1, 2, 0]> : tensor<8xi32>
  %b = stablehlo.constant dense<[10, 3, 0, -5, -3, -4, -1, 5]> : tensor<8xi32>
  %p = stablehlo.power %a, %b : tensor<8xi32>
  %want = stablehlo.constant dense<[1024, -27, 1, 1, -1, 1, 0, 0]> : tensor<8xi32>
  return %p, %want : tensor<8xi32>, tensor<8xi32>
}

func.func @shifts() -> (tensor<5xi8>, tensor<5xi8>, tensor<5xi8>, tensor<5xi8>, tensor<5xi8>, tensor<5xi8>) {
  %a = stablehlo.constant dense<[-128, -1, 3, 64, -5]> : tensor<5xi8>
  %b = stablehlo.constant dense<[1, 7, 8, 100, -1]> : tensor<5xi8>
  %l = stablehlo.shift_left %a, %b : tensor<5xi8>
  %l_want = stablehlo.constant dense<[0, -128, 0, 0, 0]> : tensor<5xi8>
  %r = stablehlo.shift_right_arithmetic %a, %b : tensor<5xi8>
  %r_want = stablehlo.constant dense<[-64, -1, 0, 0, -1]> : tensor<5xi8>
  %z = stablehlo.shift_right_logical %a, %b : tensor<5xi8>
  %z_want = stablehlo.constant dense<[64, 1, 0, 0, 0]> : tensor<5xi8>
  return %l, %l_want, %r, %r_want, %z, %z_want : tensor<5xi8>, tensor<5xi8>, tensor<5xi8>, tensor<5xi8>, tensor<5xi8>, tensor<5xi8>
}

func.func @bits() -> (tensor<3xi16>, tensor<3xi16>, tensor<3xi16>, tensor<3xi16>, tensor<3xi16>, tensor<3xi16>, tensor<2xi1>, tensor<2xi1>) {
  %a = stablehlo.constant dense<[0, -1, 256]> : tensor<3xi16>
  %p = stablehlo.popcnt %a : tensor<3xi16>
  %p_want = stablehlo.constant dense<[0, 16, 1]> : tensor<3xi16>
  %z = stablehlo.count_leading_zeros %a : tensor<3xi16>
  %z_want = stablehlo.constant dense<[16, 0, 7]> : tensor<3xi16>
  %n = stablehlo.not %a : tensor<3xi16>
  %n_want = stablehlo.constant dense<[-1, 0, -257]> : tensor<3xi16>
  %t = stablehlo.constant dense<[true, false]> : tensor<2xi1>
  %f = stablehlo.not %t : tensor<2xi1>
  %f_want = stablehlo.constant dense<[false, true]> : tensor<2xi1>
  return %p, %p_want, %z, %z_want, %n, %n_want, %f, %f_want : tensor<3xi16>, tensor<3xi16>, tensor<3xi16>, tensor<3xi16>, tensor<3xi16>, tensor<3xi16>, tensor<2xi1>, tensor<2xi1>
}

func.func @booleans() -> (tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>) {
  %a = stablehlo.constant dense<[false, false, true, true]> : tensor<4xi1>
  %b = stablehlo.constant dense<[false, true, false, true]> : tensor<4xi1>
  %or = stablehlo.add %a, %b : tensor<4xi1>
  %or_want = stablehlo.constant dense<[false, true, true, true]> : tensor<4xi1>
  %and = stablehlo.multiply %a, %b : tensor<4xi1>
  %and_want = stablehlo.constant dense<[false, false, false, true]> : tensor<4xi1>
  %less = stablehlo.compare LT, %a, %b : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
  %less_want = stablehlo.constant dense<[false, true, false, false]> : tensor<4xi1>
  return %or, %or_want, %and, %and_want, %less, %less_want : tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>
}

// NaN in either operand gives NaN; -0 is less than +0.
func.func @maximum_minimum() -> (tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>) {
  %a = stablehlo.constant dense<[0x7FC00000, 1.0, -0.0, 0.0, -2.0]> : tensor<5xf32>
  %b = stablehlo.constant dense<[1.0, 0x7FC00000, 0.0, -0.0, 0xFF800000]> : tensor<5xf32>
  %max = stablehlo.maximum %a, %b : tensor<5xf32>
  %max_want = stablehlo.constant dense<[0x7FC00000, 0x7FC00000, 0.0, 0.0, -2.0]> : tensor<5xf32>
  %min = stablehlo.minimum %a, %b : tensor<5xf32>
  %min_want = stablehlo.constant dense<[0x7FC00000, 0x7FC00000, -0.0, -0.0, 0xFF800000]> : tensor<5xf32>
  return %max, %max_want, %min, %min_want : tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>
}

func.func @rounding() -> (tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>) {
  %a = stablehlo.constant dense<[0.5, 1.5, 2.5, -0.5, -1.5, -2.5]> : tensor<6xf32>
  %even = stablehlo.round_nearest_even %a : tensor<6xf32>
  %even_want = stablehlo.constant dense<[0.0, 2.0, 2.0, -0.0, -2.0, -2.0]> : tensor<6xf32>
  %away = stablehlo.round_nearest_afz %a : tensor<6xf32>
  %away_want = stablehlo.constant dense<[1.0, 2.0, 3.0, -1.0, -2.0, -3.0]> : tensor<6xf32>
  %up = stablehlo.ceil %a : tensor<6xf32>
  %up_want = stablehlo.constant dense<[1.0, 2.0, 3.0, -0.0, -1.0, -2.0]> : tensor<6xf32>
  %down = stablehlo.floor %a : tensor<6xf32>
  %down_want = stablehlo.constant dense<[0.0, 1.0, 2.0, -1.0, -2.0, -3.0]> : tensor<6xf32>
  return %even, %even_want, %away, %away_want, %up, %up_want, %down, %down_want : tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>
}

func.func @signs() -> (tensor<5xf32>, tensor<5xf32>, tensor<3xi32>, tensor<3xi32>, tensor<4xf32>, tensor<4xf32>) {
  %a = stablehlo.constant dense<[-0.0, 0.0, -7.0, 0x7F800000, 0x7FC00000]> : tensor<5xf32>
  %s = stablehlo.sign %a : tensor<5xf32>
  %s_want = stablehlo.constant dense<[-0.0, 0.0, -1.0, 1.0, 0x7FC00000]> : tensor<5xf32>
  %i = stablehlo.constant dense<[-9, 0, 4]> : tensor<3xi32>
  %t = stablehlo.sign %i : tensor<3xi32>
  %t_want = stablehlo.constant dense<[-1, 0, 1]> : tensor<3xi32>
  %x = stablehlo.constant dense<[5.5, -5.5, 5.5, -5.5]> : tensor<4xf32>
  %y = stablehlo.constant dense<[2.0, 2.0, -2.0, -2.0]> : tensor<4xf32>
  %r = stablehlo.remainder %x, %y : tensor<4xf32>
  %r_want = stablehlo.constant dense<[1.5, -1.5, 1.5, -1.5]> : tensor<4xf32>
  return %s, %s_want, %t, %t_want, %r, %r_want : tensor<5xf32>, tensor<5xf32>, tensor<3xi32>, tensor<3xi32>, tensor<4xf32>, tensor<4xf32>
}

func.func @functions() -> (tensor<2xf64>, tensor<2xf64>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %a = stablehlo.constant dense<[0.0, 1.0]> : tensor<2xf64>
  %e = stablehlo.exponential %a : tensor<2xf64>
  %e_want = stablehlo.constant dense<[1.0, 2.718281828459045]> : tensor<2xf64>
  %b = stablehlo.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %l = stablehlo.logistic %b : tensor<2xf32>
  %l_want = stablehlo.constant dense<[0.5, 0.731058598]> : tensor<2xf32>
  %t = chlo.erf %b : tensor<2xf32> -> tensor<2xf32>
  %t_want = stablehlo.constant dense<[0.0, 0.842700779]> : tensor<2xf32>
  %z = stablehlo.constant dense<[0.0, -1.0]> : tensor<2xf32>
  %w = stablehlo.atan2 %b, %z : tensor<2xf32>
  %w_want = stablehlo.constant dense<[0.0, 2.3561945]> : tensor<2xf32>
  return %e, %e_want, %l, %l_want, %t, %t_want, %w, %w_want : tensor<2xf64>, tensor<2xf64>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// In the total order -NaN < -inf < -0 < +0 < NaN; otherwise nothing holds of NaN but NE.
func.func @compare_floats() -> (tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>) {
  %a = stablehlo.constant dense<[-0.0, 0x7FC00000, 0xFFC00000, 1.0]> : tensor<4xf32>
  %b = stablehlo.constant dense<[0.0, 0x7FC00000, 0xFF800000, 0x7FC00000]> : tensor<4xf32>
  %lt = stablehlo.compare LT, %a, %b, FLOAT : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  %none = stablehlo.constant dense<[false, false, false, false]> : tensor<4xi1>
  %ne = stablehlo.compare NE, %a, %b : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  %ne_want = stablehlo.constant dense<[false, true, true, true]> : tensor<4xi1>
  %total = stablehlo.compare LT, %a, %b, TOTALORDER : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  %total_want = stablehlo.constant dense<[true, false, true, true]> : tensor<4xi1>
  %same = stablehlo.compare EQ, %a, %b, TOTALORDER : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  %same_want = stablehlo.constant dense<[false, true, false, false]> : tensor<4xi1>
  return %lt, %none, %ne, %ne_want, %total, %total_want, %same, %same_want : tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>, tensor<4xi1>
}

func.func @float_to_integer() -> (tensor<6xi8>, tensor<6xi8>, tensor<6xui8>, tensor<6xui8>, tensor<6xi1>, tensor<6xi1>, tensor<3xi64>, tensor<3xi64>, tensor<3xui64>, tensor<3xui64>) {
  %a = stablehlo.constant dense<[2.9, -2.9, 300.0, -300.0, 0x7FC00000, 0.0]> : tensor<6xf32>
  %s = stablehlo.convert %a : (tensor<6xf32>) -> tensor<6xi8>
  %s_want = stablehlo.constant dense<[2, -2, 127, -128, 0, 0]> : tensor<6xi8>
  %u = stablehlo.convert %a : (tensor<6xf32>) -> tensor<6xui8>
  %u_want = stablehlo.constant dense<[2, 0, 255, 0, 0, 0]> : tensor<6xui8>
  %t = stablehlo.convert %a : (tensor<6xf32>) -> tensor<6xi1>
  %t_want = stablehlo.constant dense<[true, true, true, true, true, false]> : tensor<6xi1>
  %b = stablehlo.constant dense<[1.0e30, -1.0e30, 0x7F800000]> : tensor<3xf32>
  %w = stablehlo.convert %b : (tensor<3xf32>) -> tensor<3xi64>
  %w_want = stablehlo.constant dense<[9223372036854775807, -9223372036854775808, 9223372036854775807]> : tensor<3xi64>
  %v = stablehlo.convert %b : (tensor<3xf32>) -> tensor<3xui64>
  %v_want = stablehlo.constant dense<[18446744073709551615, 0, 18446744073709551615]> : tensor<3xui64>
  return %s, %s_want, %u, %u_want, %t, %t_want, %w, %w_want, %v, %v_want : tensor<6xi8>, tensor<6xi8>, tensor<6xui8>, tensor<6xui8>, tensor<6xi1>, tensor<6xi1>, tensor<3xi64>, tensor<3xi64>, tensor<3xui64>, tensor<3xui64>
}

// 2^24 + 1 lies half way between two f32; with a bit 2^53 further down it must round up, which
// going through f64 first would lose.
func.func @integer_to_float() -> (tensor<3xf32>, tensor<3xf32>, tensor<2xi8>, tensor<2xi8>, tensor<2xf32>, tensor<2xf32>) {
  %a = stablehlo.constant dense<[16777217, 16777219, 1152921573326323713]> : tensor<3xi64>
  %f = stablehlo.convert %a : (tensor<3xi64>) -> tensor<3xf32>
  %f_want = stablehlo.constant dense<[0x4B800000, 0x4B800002, 0x5D800001]> : tensor<3xf32>
  %b = stablehlo.constant dense<[300, -129]> : tensor<2xi32>
  %n = stablehlo.convert %b : (tensor<2xi32>) -> tensor<2xi8>
  %n_want = stablehlo.constant dense<[44, 127]> : tensor<2xi8>
  %u = stablehlo.constant dense<[18446744073709551615, 1]> : tensor<2xui64>
  %v = stablehlo.convert %u : (tensor<2xui64>) -> tensor<2xf32>
  %v_want = stablehlo.constant dense<[0x5F800000, 1.0]> : tensor<2xf32>
  return %f, %f_want, %n, %n_want, %v, %v_want : tensor<3xf32>, tensor<3xf32>, tensor<2xi8>, tensor<2xi8>, tensor<2xf32>, tensor<2xf32>
}

// bf16 has 8 significant bits: 256 + 1 is a tie and goes to even. f16 overflows at 65520.
func.func @narrow_floats() -> (tensor<2xbf16>, tensor<2xbf16>, tensor<3xf16>, tensor<3xf16>) {
  %a = stablehlo.constant dense<[256.0, 258.0]> : tensor<2xbf16>
  %b = stablehlo.constant dense<[1.0, 1.0]> : tensor<2xbf16>
  %s = stablehlo.add %a, %b : tensor<2xbf16>
  %s_want = stablehlo.constant dense<[256.0, 260.0]> : tensor<2xbf16>
  %c = stablehlo.constant dense<[65519.0, 65520.0, 1.0e-8]> : tensor<3xf64>
  %h = stablehlo.convert %c : (tensor<3xf64>) -> tensor<3xf16>
  %h_want = stablehlo.constant dense<[65504.0, 0x7C00, 0.0]> : tensor<3xf16>
  return %s, %s_want, %h, %h_want : tensor<2xbf16>, tensor<2xbf16>, tensor<3xf16>, tensor<3xf16>
}

func.func @choices() -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xi32>, tensor<3xi32>, tensor<4xi1>, tensor<4xi1>) {
  %p = stablehlo.constant dense<[true, false, true]> : tensor<3xi1>
  %a = stablehlo.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %b = stablehlo.constant dense<[4.0, 5.0, 6.0]> : tensor<3xf32>
  %s = stablehlo.select %p, %a, %b : tensor<3xi1>, tensor<3xf32>
  %s_want = stablehlo.constant dense<[1.0, 5.0, 3.0]> : tensor<3xf32>
  %no = stablehlo.constant dense<false> : tensor<i1>
  %t = stablehlo.select %no, %a, %b : (tensor<i1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %lo = stablehlo.constant dense<-1> : tensor<i32>
  %hi = stablehlo.constant dense<[5, 5, -3]> : tensor<3xi32>
  %x = stablehlo.constant dense<[-9, 9, 0]> : tensor<3xi32>
  %lows = stablehlo.constant dense<-1> : tensor<3xi32>
  %c = stablehlo.clamp %lows, %x, %hi : tensor<3xi32>
  %c_want = stablehlo.constant dense<[-1, 5, -3]> : tensor<3xi32>
  %y = stablehlo.constant dense<[1.0, 0x7F800000, 0x7FC00000, -0.0]> : tensor<4xf32>
  %f = stablehlo.is_finite %y : (tensor<4xf32>) -> tensor<4xi1>
  %f_want = stablehlo.constant dense<[true, false, false, true]> : tensor<4xi1>
  return %s, %s_want, %t, %b, %c, %c_want, %f, %f_want : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xi32>, tensor<3xi32>, tensor<4xi1>, tensor<4xi1>
}

func.func @reduce_precision() -> (tensor<7xf32>, tensor<7xf32>, tensor<2xi32>, tensor<2xi32>) {
  %a = stablehlo.constant dense<[1.5, 3.0, 65520.0, 65519.0, 1.0e-8, -0.0, 0x7FC00000]> : tensor<7xf32>
  %h = stablehlo.reduce_precision %a, format = e5m10 : tensor<7xf32>
  %want = stablehlo.constant dense<[1.5, 3.0, 0x7F800000, 65504.0, 0.0, -0.0, 0x7FC00000]> : tensor<7xf32>
  %b = stablehlo.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %c = stablehlo.bitcast_convert %b : (tensor<2xf32>) -> tensor<2xi32>
  %c_want = stablehlo.constant dense<[1065353216, -1073741824]> : tensor<2xi32>
  return %h, %want, %c, %c_want : tensor<7xf32>, tensor<7xf32>, tensor<2xi32>, tensor<2xi32>
}
