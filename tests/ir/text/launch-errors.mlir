// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// What launches have not, or have not so.
func.func @main(%n: index, %i: i32, %f: f32) {
  // CHECK: [[#@LINE+1]]:14: error: unsupported: async of gpu.launch
  gpu.launch async blocks(%a, %b, %c) in (%d = %n, %e = %n, %g = %n) threads(%h, %j, %k) in (%l = %n, %m = %n, %o = %n) {
    gpu.terminator
  }
  // CHECK: [[#@LINE+1]]:14: error: unsupported: clusters of gpu.launch
  gpu.launch clusters(%p, %q, %r) in (%s = %n, %t = %n, %u = %n) blocks(%a, %b, %c) in (%d = %n, %e = %n, %g = %n) threads(%h, %j, %k) in (%l = %n, %m = %n, %o = %n) {
    gpu.terminator
  }
  // CHECK: [[#@LINE+1]]:115: error: unsupported: dynamic_shared_memory_size of gpu.launch
  gpu.launch blocks(%a, %b, %c) in (%d = %n, %e = %n, %g = %n) threads(%h, %j, %k) in (%l = %n, %m = %n, %o = %n) dynamic_shared_memory_size %i {
    gpu.terminator
  }
  // CHECK: error: unsupported: private of gpu.launch
  gpu.launch blocks(%a, %b, %c) in (%d = %n, %e = %n, %g = %n) threads(%h, %j, %k) in (%l = %n, %m = %n, %o = %n) private(%p : memref<4xf32>) {
    gpu.terminator
  }
  // CHECK: error: unsupported: private of gpu.launch
  gpu.launch blocks(%a, %b, %c) in (%d = %n, %e = %n, %g = %n) threads(%h, %j, %k) in (%l = %n, %m = %n, %o = %n) workgroup(%p : memref<4xf32, #gpu.address_space<workgroup>>) private(%q : memref<4xf32>) {
    gpu.terminator
  }
  // CHECK: error: blocks of gpu.launch have three dimensions
  gpu.launch blocks(%a, %b) in (%d = %n, %e = %n, %g = %n) threads(%h, %j, %k) in (%l = %n, %m = %n, %o = %n) {
    gpu.terminator
  }
  // CHECK: error: threads of gpu.launch have three dimensions
  gpu.launch blocks(%a, %b, %c) in (%d = %n, %e = %n, %g = %n) threads(%h, %j, %k) in (%l = %n, %m = %n, %o = %n, %p = %n) {
    gpu.terminator
  }
  // CHECK: error: threads wanted, found {
  gpu.launch blocks(%a, %b, %c) in (%d = %n, %e = %n, %g = %n) {
    gpu.terminator
  }
  // CHECK: error: %a is defined twice
  gpu.launch blocks(%a, %b, %c) in (%d = %n, %e = %n, %g = %n) threads(%a, %j, %k) in (%l = %n, %m = %n, %o = %n) {
    gpu.terminator
  }
  // CHECK: error: unsupported: memory space private
  %p = memref.alloca() : memref<4xf32, #gpu.address_space<private>>
  // CHECK: error: workgroup wanted, found >
  %q = memref.alloca() : memref<4xf32, #gpu.address_space<>>
  // CHECK: error: unsupported: an encoding or a layout of a type
  %r = memref.alloca() : memref<4xf32, 3>
  // CHECK: error: unsupported: an encoding or a layout of a type
  %s = arith.constant dense<0> : tensor<4xi32, #gpu.address_space<workgroup>>
  // CHECK: error: unsupported: op gpu.block_id
  %t = gpu.block_id x
  // CHECK: error: gpu.shuffle has 3 operands, not 2
  %u, %v = "gpu.shuffle"(%f, %i) <{mode = #gpu<shuffle_mode xor>}> : (f32, i32) -> (f32, i1)
  // CHECK: error: operand 0 of gpu.shuffle is f32, but f64 is written here
  %w, %x = gpu.shuffle xor %f, %i, %i : f64
  return
}
