// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: scf.for: what region 0 yields are not the results
func.func @main(%i: index, %x: f32, %y: i32) {
  %r = "scf.for"(%i, %i, %i, %x) ({
  ^bb0(%k: index, %z: f32):
    "scf.yield"(%y) : (i32) -> ()
  }) : (index, index, index, f32) -> f32
  return
}
