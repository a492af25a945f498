// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: scf.for: what region 0 takes are not the operands
func.func @main(%i: index, %x: f32) {
  %r = "scf.for"(%i, %i, %i, %x) ({
  ^bb0(%k: index, %z: i32):
    "scf.yield"(%x) : (f32) -> ()
  }) : (index, index, index, f32) -> f32
  return
}
