// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: gpu.shuffle: stands outside of a gpu.launch
func.func @main() {
  %c1 = arith.constant 1 : index
  %o = arith.constant 1 : i32
  %v, %ok = gpu.shuffle xor %o, %o, %o : i32
  return
}
