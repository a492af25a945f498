// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: memref.alloca: types do not go together: -> memref<4xf32, #gpu.address_space<workgroup>>
func.func @main() {
  %c1 = arith.constant 1 : index
  %m = memref.alloca() : memref<4xf32, #gpu.address_space<workgroup>>
  return
}
