// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: func: result 0 is memory of a workgroup
func.func private @main() -> memref<4xf32, #gpu.address_space<workgroup>>
