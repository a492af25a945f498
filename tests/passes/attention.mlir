// On GPUs scores are not kept: softmax and the products around it are outlined, forwards and in a
// gradient; what folds gave goes from kernel to kernel.
// RUN: %descent-opt --target=sm_90a --pass=attention %s | %FileCheck %s
// No scores (49,152 bytes) are among the buffers: y, dy and three values for each row are all.
// RUN: %descent-opt --target=sm_90a --pass=attention --pass=fuse --pass=lower --pass=plan %s | %FileCheck --check-prefix=PLAN %s
// PLAN: descent.arena_bytes = 19456
// On CPUs nothing changes.
// RUN: %descent-opt --target=x86-64-v4 --pass=attention %s | %FileCheck --check-prefix=CPU %s
// CPU-NOT: attention

// The gradient's part needs y in another way (through dy), so it has kernels of its own: one over
// rows, one over columns.
// CHECK-LABEL: func.func @gradient(
// CHECK: %[[F:.*]]:3 = call @gradient.attention.0(%q, %k, %v)
// CHECK: %dy = stablehlo.tanh %[[F]]#2
// CHECK: %[[R:.*]]:2 = call @gradient.attention.2(%dy, %v, %q, %k, %[[F]]#0, %[[F]]#1)
// CHECK: %[[C:.*]]:2 = call @gradient.attention.1({{.*}}, %[[R]]#0)
// CHECK: return %[[R]]#1, %[[C]]#1, %[[C]]#0
func.func @gradient(%q: tensor<4x64x32xf32>, %k: tensor<4x48x32xf32>, %v: tensor<4x48x16xf32>) -> (tensor<4x64x32xf32>, tensor<4x48x32xf32>, tensor<4x48x16xf32>) {
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x64x32xf32>, tensor<4x48x32xf32>) -> tensor<4x64x48xf32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%s init: %low) applies stablehlo.maximum across dimensions = [2] : (tensor<4x64x48xf32>, tensor<f32>) -> tensor<4x64xf32>
  %ms = stablehlo.broadcast_in_dim %m, dims = [0, 1] : (tensor<4x64xf32>) -> tensor<4x64x48xf32>
  %x = stablehlo.subtract %s, %ms : tensor<4x64x48xf32>
  %e = stablehlo.exponential %x : tensor<4x64x48xf32>
  %l = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<4x64x48xf32>, tensor<f32>) -> tensor<4x64xf32>
  %ls = stablehlo.broadcast_in_dim %l, dims = [0, 1] : (tensor<4x64xf32>) -> tensor<4x64x48xf32>
  %p = stablehlo.divide %e, %ls : tensor<4x64x48xf32>
  %y = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x64x48xf32>, tensor<4x48x16xf32>) -> tensor<4x64x16xf32>
  %dy = stablehlo.tanh %y : tensor<4x64x16xf32>
  %dv = stablehlo.dot_general %p, %dy, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<4x64x48xf32>, tensor<4x64x16xf32>) -> tensor<4x48x16xf32>
  %dp = stablehlo.dot_general %dy, %v, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x64x16xf32>, tensor<4x48x16xf32>) -> tensor<4x64x48xf32>
  %w = stablehlo.multiply %dp, %p : tensor<4x64x48xf32>
  %r = stablehlo.reduce(%w init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<4x64x48xf32>, tensor<f32>) -> tensor<4x64xf32>
  %rs = stablehlo.broadcast_in_dim %r, dims = [0, 1] : (tensor<4x64xf32>) -> tensor<4x64x48xf32>
  %d = stablehlo.subtract %dp, %rs : tensor<4x64x48xf32>
  %ds = stablehlo.multiply %d, %p : tensor<4x64x48xf32>
  %dq = stablehlo.dot_general %ds, %k, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x64x48xf32>, tensor<4x48x32xf32>) -> tensor<4x64x32xf32>
  %dk = stablehlo.dot_general %ds, %q, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<4x64x48xf32>, tensor<4x64x32xf32>) -> tensor<4x48x32xf32>
  return %dq, %dk, %dv : tensor<4x64x32xf32>, tensor<4x48x32xf32>, tensor<4x48x16xf32>
}

// The columns' kernel folds nothing; that of the rows gives what it needs beside dq, from what the
// first one folded.
// CHECK: func.func private @gradient.attention.0({{.*}}) -> (tensor<4x64xf32>, tensor<4x64xf32>, tensor<4x64x16xf32>) attributes {descent.kind = "attention"}
// CHECK: func.func private @gradient.attention.1({{.*}}) -> (tensor<4x48x16xf32>, tensor<4x48x32xf32>) attributes {descent.kind = "attention"}
// CHECK-NOT: stablehlo.reduce
// CHECK: func.func private @gradient.attention.2({{.*}}) -> (tensor<4x64xf32>, tensor<4x64x32xf32>) attributes {descent.kind = "attention"}
// CHECK-NOT: stablehlo.reduce{{.*}}maximum
// CHECK: stablehlo.reduce{{.*}}add
// CHECK-NOT: stablehlo.reduce
// CHECK: return

// Nothing is outlined where scores are a result, where columns are folded too, where a row's value
// goes along columns, where k is too long, where there are no rows, and where nothing is made of
// what is folded.
// RUN: %descent-opt --target=sm_90a --pass=attention %S/Inputs/no_attention.mlir | %FileCheck --check-prefix=NONE %s
// NONE-NOT: call
