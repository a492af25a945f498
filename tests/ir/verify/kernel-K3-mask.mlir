// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: vector.maskedload: types do not go together: memref<4x8xf32>, index, index, vector<8xi1>, vector<4xf32> -> vector<4xf32>
func.func @main(%m: memref<4x8xf32>, %i: index, %k: vector<8xi1>, %p: vector<4xf32>) {
  %r = "vector.maskedload"(%m, %i, %i, %k, %p) : (memref<4x8xf32>, index, index, vector<8xi1>, vector<4xf32>) -> vector<4xf32>
  return
}
