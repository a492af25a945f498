// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: memref.view: types do not go together: memref<64xi8>, index -> memref<4xf32, #gpu.address_space<workgroup>>
func.func @main(%a: memref<64xi8>) {
  %c1 = arith.constant 1 : index
  %m = memref.view %a[%c1][] : memref<64xi8> to memref<4xf32, #gpu.address_space<workgroup>>
  return
}
