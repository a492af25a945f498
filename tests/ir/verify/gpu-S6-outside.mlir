// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.terminator: is not at the end of its block
func.func @main() {
  %c1 = arith.constant 1 : index
  gpu.terminator
  return
}
