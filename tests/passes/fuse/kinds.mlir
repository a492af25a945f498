// What becomes one kernel, and of which kind.
// RUN: %descent-opt %s --pass=fuse | %FileCheck %s

// A chain is one loop; views belong to every reader.
// CHECK-LABEL: func.func @chain(
// CHECK-NEXT: call @chain.loop.{{[0-9]+}}(
// CHECK-NEXT: return
func.func @chain(%a: tensor<8x4xf32>, %b: tensor<4xf32>) -> tensor<8x4xf32> {
  %r = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<4xf32>) -> tensor<8x4xf32>
  %x = stablehlo.multiply %a, %r : tensor<8x4xf32>
  %y = stablehlo.tanh %x : tensor<8x4xf32>
  %z = stablehlo.add %y, %a : tensor<8x4xf32>
  return %z : tensor<8x4xf32>
}

// Bias, activation and a residual are the epilogue of a product.
// CHECK-LABEL: func.func @epilogue(
// CHECK-NEXT: call @epilogue.contraction.{{[0-9]+}}(
// CHECK-NEXT: return
func.func @epilogue(%a: tensor<8x4xf32>, %w: tensor<4x6xf32>, %b: tensor<6xf32>, %c: tensor<8x6xf32>) -> tensor<8x6xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<8x6xf32>
  %p = stablehlo.dot_general %a, %w, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x6xf32>) -> tensor<8x6xf32>
  %r = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<6xf32>) -> tensor<8x6xf32>
  %x = stablehlo.add %p, %r : tensor<8x6xf32>
  %y = stablehlo.maximum %x, %zero : tensor<8x6xf32>
  %z = stablehlo.add %y, %c : tensor<8x6xf32>
  return %z : tensor<8x6xf32>
}

// Two products that meet in an op stay two kernels: one of them is the epilogue's operand.
// CHECK-LABEL: func.func @two_products(
// CHECK-NEXT: call @two_products.contraction.
// CHECK-NEXT: call @two_products.contraction.
// CHECK-NEXT: return
func.func @two_products(%a: tensor<8x8xf32>, %b: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %p = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %q = stablehlo.dot_general %b, %a, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %r = stablehlo.add %p, %q : tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// Softmax is one kernel over rows.
// CHECK-LABEL: func.func @softmax(
// CHECK-NEXT: call @softmax.row.{{[0-9]+}}(
// CHECK-NEXT: return
func.func @softmax(%a: tensor<8x10xf32>) -> tensor<8x10xf32> {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%a init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<8x10xf32>, tensor<f32>) -> tensor<8xf32>
  %ms = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<8xf32>) -> tensor<8x10xf32>
  %d = stablehlo.subtract %a, %ms : tensor<8x10xf32>
  %e = stablehlo.exponential %d : tensor<8x10xf32>
  %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<8x10xf32>, tensor<f32>) -> tensor<8xf32>
  %ss = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<8xf32>) -> tensor<8x10xf32>
  %p = stablehlo.divide %e, %ss : tensor<8x10xf32>
  return %p : tensor<8x10xf32>
}

// A sum over the first dimension makes no rows: what uses it is another kernel.
// CHECK-LABEL: func.func @columns(
// CHECK-NEXT: call @columns.reduce.
// CHECK-NEXT: call @columns.loop.
// CHECK-NEXT: return
func.func @columns(%a: tensor<8x10xf32>) -> tensor<8x10xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %x = stablehlo.multiply %a, %a : tensor<8x10xf32>
  %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<8x10xf32>, tensor<f32>) -> tensor<10xf32>
  %ss = stablehlo.broadcast_in_dim %s, dims = [1] : (tensor<10xf32>) -> tensor<8x10xf32>
  %d = stablehlo.subtract %a, %ss : tensor<8x10xf32>
  return %d : tensor<8x10xf32>
}

// A value that a product reads in between keeps what follows apart: no cycle of kernels.
// CHECK-LABEL: func.func @no_cycle(
// CHECK-NEXT: call @no_cycle.loop.
// CHECK-NEXT: call @no_cycle.contraction.
// CHECK-NEXT: return
func.func @no_cycle(%a: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %x = stablehlo.tanh %a : tensor<8x8xf32>
  %p = stablehlo.dot_general %x, %a, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %z = stablehlo.add %x, %p : tensor<8x8xf32>
  return %z : tensor<8x8xf32>
}

// CHECK-LABEL: func.func @scatter(
// CHECK-NEXT: call @scatter.scatter.
// CHECK-NEXT: return
func.func @scatter(%a: tensor<5xi32>, %i: tensor<3x1xi32>, %u: tensor<3xi32>) -> tensor<5xi32> {
  %r = "stablehlo.scatter"(%a, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<i32>, %y: tensor<i32>):
    %s = stablehlo.add %x, %y : tensor<i32>
    stablehlo.return %s : tensor<i32>
  }) : (tensor<5xi32>, tensor<3x1xi32>, tensor<3xi32>) -> tensor<5xi32>
  return %r : tensor<5xi32>
}

// What goes into nothing but a pad is computed inside it.
// CHECK-LABEL: func.func @padded(
// CHECK-NEXT: call @padded.loop.
// CHECK-NEXT: return
func.func @padded(%a: tensor<4x4xf32>) -> tensor<6x6xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %x = stablehlo.abs %a : tensor<4x4xf32>
  %p = stablehlo.pad %x, %zero, low = [1, 1], high = [1, 1], interior = [0, 0] : (tensor<4x4xf32>, tensor<f32>) -> tensor<6x6xf32>
  return %p : tensor<6x6xf32>
}

// An argument comes back as it is.
// CHECK-LABEL: func.func @nothing(
// CHECK-NEXT: return %a
func.func @nothing(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}
