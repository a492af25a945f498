// Compilers ask for parentheses around a | b in front of ?.
// RUN: %descent-c %s | %FileCheck %s
// RUN: %descent-c %s | %clang -x c -std=c17 -Wall -Wextra -Werror -fsyntax-only -
// CHECK: f32_store(c_2, 0, ((v0 != v0) | (v1 != v1)) ? v0 : v1);
// CHECK: f32_store(c_2, 1, v0 < v1 ? v0 : v1);
module {
  func.func @pick(%a: memref<2xf32>, %b: memref<2xf32>, %c: memref<2xf32>) attributes {descent.export = "pick"} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %x = memref.load %a[%c0] : memref<2xf32>
    %y = memref.load %b[%c0] : memref<2xf32>
    %no = arith.cmpf uno, %x, %y : f32
    %one = arith.select %no, %x, %y : f32
    memref.store %one, %c[%c0] : memref<2xf32>
    %less = arith.cmpf olt, %x, %y : f32
    %least = arith.select %less, %x, %y : f32
    memref.store %least, %c[%c1] : memref<2xf32>
    return
  }
}
