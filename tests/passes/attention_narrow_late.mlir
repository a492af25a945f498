// Where q is rounded behind what reads the rounded k: the one conversion of both is made there, and
// all who read it come behind it.
// RUN: %descent-opt --target=sm_80 --pass=legalize --pass=cse --pass=dce --pass=attention %s | %FileCheck %s
// CHECK-LABEL: func.func @late(
// CHECK-NEXT: %[[X:.*]] = stablehlo.convert %qkv : (tensor<1x64x3x2x16xf32>) -> tensor<1x64x3x2x16xbf16>
// CHECK: %[[K:.*]] = stablehlo.reshape
// CHECK-NEXT: %[[TWICE:.*]] = stablehlo.add %[[K]], %[[K]]
// CHECK-NEXT: %[[Y:.*]] = call @late.attention.0(%[[X]])
// CHECK-NEXT: return %[[Y]], %[[TWICE]]
func.func @late(%qkv: tensor<1x64x3x2x16xf32>) -> (tensor<1x64x2x16xbf16>, tensor<2x64x16xbf16>) {
  %t = stablehlo.transpose %qkv, dims = [2, 0, 3, 1, 4] : (tensor<1x64x3x2x16xf32>) -> tensor<3x1x2x64x16xf32>
  %q0 = stablehlo.slice %t [0:1, 0:1, 0:2, 0:64, 0:16] : (tensor<3x1x2x64x16xf32>) -> tensor<1x1x2x64x16xf32>
  %k0 = stablehlo.slice %t [1:2, 0:1, 0:2, 0:64, 0:16] : (tensor<3x1x2x64x16xf32>) -> tensor<1x1x2x64x16xf32>
  %v0 = stablehlo.slice %t [2:3, 0:1, 0:2, 0:64, 0:16] : (tensor<3x1x2x64x16xf32>) -> tensor<1x1x2x64x16xf32>
  %q1 = stablehlo.reshape %q0 : (tensor<1x1x2x64x16xf32>) -> tensor<2x64x16xf32>
  %k1 = stablehlo.reshape %k0 : (tensor<1x1x2x64x16xf32>) -> tensor<2x64x16xf32>
  %v1 = stablehlo.reshape %v0 : (tensor<1x1x2x64x16xf32>) -> tensor<2x64x16xf32>
  %k = stablehlo.convert %k1 : (tensor<2x64x16xf32>) -> tensor<2x64x16xbf16>
  %v = stablehlo.convert %v1 : (tensor<2x64x16xf32>) -> tensor<2x64x16xbf16>
  %twice = stablehlo.add %k, %k : tensor<2x64x16xbf16>
  %q = stablehlo.convert %q1 : (tensor<2x64x16xf32>) -> tensor<2x64x16xbf16>
  %s16 = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<2x64x16xbf16>, tensor<2x64x16xbf16>) -> tensor<2x64x64xbf16>
  %s = stablehlo.convert %s16 : (tensor<2x64x64xbf16>) -> tensor<2x64x64xf32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%s init: %low) applies stablehlo.maximum across dimensions = [2] : (tensor<2x64x64xf32>, tensor<f32>) -> tensor<2x64xf32>
  %ms = stablehlo.broadcast_in_dim %m, dims = [0, 1] : (tensor<2x64xf32>) -> tensor<2x64x64xf32>
  %x = stablehlo.subtract %s, %ms : tensor<2x64x64xf32>
  %e = stablehlo.exponential %x : tensor<2x64x64xf32>
  %l = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<2x64x64xf32>, tensor<f32>) -> tensor<2x64xf32>
  %ls = stablehlo.broadcast_in_dim %l, dims = [0, 1] : (tensor<2x64xf32>) -> tensor<2x64x64xf32>
  %p = stablehlo.divide %e, %ls : tensor<2x64x64xf32>
  %p16 = stablehlo.convert %p : (tensor<2x64x64xf32>) -> tensor<2x64x64xbf16>
  %y16 = stablehlo.dot_general %p16, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x64x64xbf16>, tensor<2x64x16xbf16>) -> tensor<2x64x16xbf16>
  %y = stablehlo.convert %y16 : (tensor<2x64x16xbf16>) -> tensor<2x64x16xf32>
  %yt = stablehlo.transpose %y, dims = [1, 0, 2] : (tensor<2x64x16xf32>) -> tensor<64x2x16xf32>
  %yr = stablehlo.reshape %yt : (tensor<64x2x16xf32>) -> tensor<1x64x2x16xf32>
  %out = stablehlo.convert %yr : (tensor<1x64x2x16xf32>) -> tensor<1x64x2x16xbf16>
  return %out, %twice : tensor<1x64x2x16xbf16>, tensor<2x64x16xbf16>
}
