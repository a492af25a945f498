// A function for others cannot have the name of one that the file has itself.
// RUN: %not %descent-c %s 2>&1 | %FileCheck %s
// CHECK: error: unsupported: the function would be called f32_load, as one of the file's own: another name of the output gives it another
// CHECK-NOT: error
func.func @load(%x: memref<1xf32>, %y: memref<1xf32>) attributes {descent.export = "f32_load"} {
  %c0 = arith.constant 0 : index
  %v = memref.load %x[%c0] : memref<1xf32>
  memref.store %v, %y[%c0] : memref<1xf32>
  return
}
// Which the file has not:
func.func @unload(%x: memref<1xf32>) attributes {descent.export = "f32_unload"} {
  return
}
