// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: arith.mulf: types do not go together: i32, i32 -> i32
func.func @main(%x: i32) {
  %r = arith.mulf %x, %x : i32
  return
}
