// An exported function is declared and has plain pointers; a constant without `private` is seen by
// the linker. Names that C does not have are made fit, and stay apart.
// RUN: %descent-c %s --header=spam.h | %FileCheck %s
module {
  memref.global constant @descent_model : memref<3xi8> = dense<[1, -1, 0]>
  memref.global "private" constant @weights.fc1.w : memref<2xbf16> = dense<[1.0, -2.5]>
  memref.global "private" constant @nobody.asks : memref<2xf32> = dense<[1.0, -2.5]>
  func.func private @double(%arg0: memref<2xbf16>, %arg1: memref<2xbf16>, %arg2: memref<2xbf16> {descent.result}) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    scf.for %i = %c0 to %c2 step %c1 {
      %a = memref.load %arg0[%i] : memref<2xbf16>
      %b = memref.load %arg1[%i] : memref<2xbf16>
      %r = arith.mulf %a, %b : bf16
      memref.store %r, %arg2[%i] : memref<2xbf16>
    }
    return
  }
  func.func @spam_predict(%x: memref<2xbf16>, %y: memref<2xbf16>, %arena: memref<64xi8>) attributes {descent.export = "spam_predict"} {
    %c0 = arith.constant 0 : index
    %w = memref.get_global @weights.fc1.w : memref<2xbf16>
    %t = memref.view %arena[%c0][] : memref<64xi8> to memref<2xbf16>
    call @double(%x, %w, %t) : (memref<2xbf16>, memref<2xbf16>, memref<2xbf16>) -> ()
    memref.copy %t, %y : memref<2xbf16> to memref<2xbf16>
    return
  }
}
// CHECK: #include "spam.h"
// CHECK-NOT: struct descent_pool {
// CHECK: extern const uint8_t descent_model[];
// CHECK-NEXT: _Alignas(64) const uint8_t descent_model[3] = {
// CHECK-NEXT: 1, 255, 0,
// CHECK-NEXT: };
// CHECK-NEXT: static _Alignas(64) const uint16_t weights_fc1_w[2] = {
// CHECK-NEXT: 0x3f80, 0xc020,
// CHECK-NEXT: };
// CHECK-NOT: nobody_asks
// CHECK: static void double_kernel(
// CHECK: const uint16_t t3 = bf16_of_f32(f32_of_bf16(u16_load(in0, i)) * f32_of_bf16(u16_load(in1, i)));
// CHECK-NEXT: u16_store(out2, i, t3);
// CHECK: void spam_predict(
// CHECK: struct descent_pool *pool);
// CHECK: void spam_predict(
