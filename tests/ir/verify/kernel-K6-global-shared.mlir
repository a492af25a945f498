// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: memref.global: a constant in the memory of a workgroup
memref.global "private" constant @g : memref<4xf32, #gpu.address_space<workgroup>> = dense<1.000000e+00>
