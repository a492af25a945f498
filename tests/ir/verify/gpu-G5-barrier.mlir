// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.barrier: stands outside of a gpu.launch
func.func @main() {
  %c1 = arith.constant 1 : index
  scf.for %i = %c1 to %c1 step %c1 {
    gpu.barrier
  }
  return
}
