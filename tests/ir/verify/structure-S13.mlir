// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: func: argument 1 is memory of a workgroup
func.func @main(%a: memref<4xf32>, %b: memref<4xf32, #gpu.address_space<workgroup>>) {
  return
}
