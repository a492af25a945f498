// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: arith.addi: operand 0 is not signless: ui32
func.func @main(%x: ui32) {
  %r = arith.addi %x, %x : ui32
  return
}
