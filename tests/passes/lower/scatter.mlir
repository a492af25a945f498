// scatter on a GPU: no update waits for one that goes elsewhere, each element combines its own in
// their order.
// RUN: %descent-opt %s --target=sm_90a --pass=fuse --pass=lower --pass=cse.3 --pass=dce.2 | %FileCheck %s

// Words: zeros in one launch; then a warp for each of 2048 words, 8 to a block, four columns to a
// thread. It looks whether it is the first, and then for the next of the same word.
// CHECK-LABEL: func.func private @words.scatter.0(
// CHECK: gpu.launch
// CHECK: vector.store {{.*}} vector<4xf32>
// CHECK: gpu.terminator
// CHECK: gpu.launch {{.*}} in (%{{.*}} = %c256{{.*}} threads({{.*}}) in (%{{.*}} = %c32{{.*}}, %{{.*}} = %c8
// CHECK: scf.for
// CHECK: arith.ori
// CHECK-COUNT-5: gpu.shuffle xor
// CHECK: scf.if
// CHECK: scf.while
// CHECK: vector.load {{.*}} vector<4xf32>
// CHECK: scf.while
// CHECK-COUNT-5: gpu.shuffle xor
// CHECK: vector.store {{.*}} vector<4xf32>
func.func @words(%i: tensor<2048x1xi32>, %u: tensor<2048x128xf32>) -> tensor<10000x128xf32> {
  %z = stablehlo.constant dense<0.0> : tensor<10000x128xf32>
  %0 = "stablehlo.scatter"(%z, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%p: tensor<f32>, %q: tensor<f32>): %r = stablehlo.add %p, %q : tensor<f32> stablehlo.return %r : tensor<f32> }) : (tensor<10000x128xf32>, tensor<2048x1xi32>, tensor<2048x128xf32>) -> tensor<10000x128xf32>
  return %0 : tensor<10000x128xf32>
}

// Windows that may overlap: a thread for each element looks at all of them.
// CHECK-LABEL: func.func private @overlapping.scatter.0(
// CHECK: gpu.launch
// CHECK-NOT: gpu.shuffle
// CHECK: scf.for {{.*}} iter_args
// CHECK: scf.if
// CHECK: arith.addf
// CHECK: gpu.terminator
// CHECK-NOT: gpu.launch
// CHECK: return
func.func @overlapping(%a: tensor<1000xf32>, %i: tensor<64x1xi32>, %u: tensor<64x3xf32>) -> tensor<1000xf32> {
  %0 = "stablehlo.scatter"(%a, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%p: tensor<f32>, %q: tensor<f32>): %r = stablehlo.add %p, %q : tensor<f32> stablehlo.return %r : tensor<f32> }) : (tensor<1000xf32>, tensor<64x1xi32>, tensor<64x3xf32>) -> tensor<1000xf32>
  return %0 : tensor<1000xf32>
}

// So it is for few windows: one launch, where copying the input would be another.
// CHECK-LABEL: func.func private @few.scatter.0(
// CHECK: gpu.launch
// CHECK: gpu.terminator
// CHECK-NOT: gpu.launch
// CHECK: return
func.func @few(%a: tensor<1000x64xf32>, %i: tensor<1x1xi32>, %u: tensor<1x64xf32>) -> tensor<1000x64xf32> {
  %0 = "stablehlo.scatter"(%a, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%p: tensor<f32>, %q: tensor<f32>): stablehlo.return %q : tensor<f32> }) : (tensor<1000x64xf32>, tensor<1x1xi32>, tensor<1x64xf32>) -> tensor<1000x64xf32>
  return %0 : tensor<1000x64xf32>
}
