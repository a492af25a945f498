// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %descent-opt --roundtrip --generic %s | %descent-opt - | diff - %t
// Constants: the shortest text that reads back, bits for NaN and infinity, bytes for long ones.
module {
  func.func @floats() {
    %r = stablehlo.constant dense<[0.699999988, 1.000000e-01, 9.99999974E-6, -2.500000e+00, 0x4996B438, 1.22070313E-4, 100000.5, 0x4B800000, 3.14159274, 1.17549435E-38, 1.000000e+10, -0.000000e+00, 0x7F800000, 0xFFC00000, 0x7FC00001]> : tensor<15xf32>
    return
  }
  func.func @doubles() {
    %r = stablehlo.constant dense<[0.69999999999999996, 1.000000e-01, 1.000000e-300, 0x4132D68700000000, 2.2204460492503131E-16, 3.1415926535897931, 0x7FF0000000000000]> : tensor<7xf64>
    return
  }
  func.func @halves() {
    %r = stablehlo.constant dense<[7.001950e-01, 9.997550e-02, 9.765620e-04, 6.550400e+04, 5.960460e-08]> : tensor<5xf16>
    return
  }
  func.func @brains() {
    %r = stablehlo.constant dense<[6.992180e-01, 1.000980e-01, 9.765620e-04, 3.004060e+38, 1.000000e+00]> : tensor<5xbf16>
    return
  }
  func.func @signed() {
    %r = stablehlo.constant dense<[-9223372036854775808, 9223372036854775807, 0]> : tensor<3xi64>
    return
  }
  func.func @small() {
    %r = stablehlo.constant dense<[-128, 127, -1]> : tensor<3xi8>
    return
  }
  func.func @unsigned() {
    %r = stablehlo.constant dense<[18446744073709551615, 0]> : tensor<2xui64>
    return
  }
  func.func @bools() {
    %r = stablehlo.constant dense<[true, false]> : tensor<2xi1>
    return
  }
  func.func @splat() {
    %r = stablehlo.constant dense<1.500000e+00> : tensor<1000x1000xf32>
    return
  }
  func.func @empty() {
    %r = stablehlo.constant dense<> : tensor<0x4xi32>
    return
  }
  func.func @nested() {
    %r = stablehlo.constant dense<[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]> : tensor<2x2x2xi16>
    return
  }
  func.func @bytes() {
    %r = stablehlo.constant dense<"0x0001020304050600010203040506000102030405060001020304050600010203040506000102030405060001020304050600010203040506000102030405060001020304050600010203040506000102030405060001020304050600010203040506000102"> : tensor<101xui8>
    return
  }
  func.func @bits() {
    %r = stablehlo.constant dense<"0x0100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100000100"> : tensor<101xi1>
    return
  }
}
