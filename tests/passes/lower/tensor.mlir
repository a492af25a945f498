// RUN: %descent-opt --target=sm_80 --pass=legalize --pass=fuse --pass=lower --pass=cse.3 --pass=dce.2 %s > %t
// RUN: %FileCheck %s < %t
// RUN: %mlir-opt %t -o /dev/null
// RUN: %descent-opt --target=sm_90a --pass=legalize --pass=fuse --pass=lower %s | %FileCheck %s --check-prefix=NONE
// (Here sm_90a is a GPU without tensor cores.) Products of bf16 by tensor cores: 16 bytes of a operand's row are copied at once, what lies along the
// rows is turned round as it is loaded, and the sums of f32 are rounded once, behind the product.

// NONE-NOT: nvgpu
// CHECK-LABEL: func.func private @product.contraction.0(
// CHECK: workgroup(%[[S:.*]] : memref<49152xi8, #gpu.address_space<workgroup>>)
// CHECK: memref.view %[[S]][{{.*}}][] : memref<49152xi8, #gpu.address_space<workgroup>> to memref<12288xbf16, #gpu.address_space<workgroup>>
// CHECK: nvgpu.device_async_copy {{.*}}, 8 {bypassL1}
// CHECK: scf.for {{.*}} -> (vector<2x2xf32>
// CHECK: nvgpu.device_async_wait {{.*}} {numGroups = 1 : i32}
// CHECK: gpu.barrier
// CHECK: nvgpu.ldmatrix {{.*}} transpose = false{{.*}} -> vector<4x2xbf16>
// CHECK: nvgpu.ldmatrix {{.*}} transpose = true{{.*}} -> vector<4x2xbf16>
// CHECK-COUNT-64: nvgpu.mma.sync
// CHECK-NOT: nvgpu.mma.sync
// CHECK: gpu.barrier
// CHECK: arith.truncf {{.*}} : vector<4xf32> to vector<4xbf16>
func.func @product(%a: tensor<2048x512xbf16>, %b: tensor<512x2048xbf16>) -> tensor<2048x2048xbf16> {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2048x512xbf16>, tensor<512x2048xbf16>) -> tensor<2048x2048xbf16>
  return %0 : tensor<2048x2048xbf16>
}

// Few rows and columns, many k: blocks share them.
// CHECK-LABEL: func.func private @long.contraction.0(
// CHECK: gpu.launch {{.*}} in (%gx = %c1{{[_0-9]*}}, %gy = %c32
// CHECK: nvgpu.mma.sync
// CHECK: gpu.launch
func.func @long(%a: tensor<64x8192xf16>, %b: tensor<8192x64xf16>) -> tensor<64x64xf32> {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<64x8192xf16>, tensor<8192x64xf16>) -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}
