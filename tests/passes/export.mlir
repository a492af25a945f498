// Functions for callers outside: weights at pointers, among the constants, in one block.
// RUN: %descent-aot %s --prefix=m_ --cpu=x86-64-v3 | %FileCheck %s --check-prefix=POINTER
// RUN: %descent-aot %s --prefix=m_ --cpu=x86-64-v3 --place=constant | %FileCheck %s --check-prefix=CONSTANT
// RUN: %descent-aot %s --prefix=m_ --cpu=x86-64-v3 --place=block | %FileCheck %s --check-prefix=BLOCK
// RUN: %descent-aot %s --entries --cpu=x86-64-v3 --place=constant | %FileCheck %s --check-prefix=ENTRY
// RUN: %descent-aot %s --prefix=m_ --cpu=x86-64-v3 --place=block --emit=layout | %FileCheck %s --check-prefix=LAYOUT
// What is printed is MLIR, and reads back:
// RUN: %descent-aot %s --prefix=m_ --cpu=x86-64-v3 --place=block | %mlir-opt -o /dev/null
// RUN: %descent-aot %s --entries --cpu=x86-64-v3 --place=constant | %mlir-opt -o /dev/null
// RUN: %descent-aot %s --prefix=m_ --cpu=x86-64-v3 --place=constant | %descent-opt - --roundtrip --verify-only

// Arguments, results, arena; an argument that a result overwrites is one pointer with it.
// POINTER-LABEL: func.func public @m_predict(%w: memref<4x3xf32>, %x: memref<2x4xf32>, %scores: memref<2x3xf32>, %arena: memref<0xi8>)
// POINTER-SAME: descent.arena_bytes = 0
// POINTER-SAME: descent.export = "m_predict"
// POINTER-NEXT: call @predict.host(%arena, %w, %x, %scores)
// POINTER-NEXT: return
// POINTER-LABEL: func.func public @m_step(%w: memref<4x3xf32>, %count: memref<i64>, %g: memref<4x3xf32>, %loss: memref<f32>, %arena:
// POINTER: call @step.host(%arena, %w, %count, %g, %loss)
// POINTER-LABEL: func.func public @m_keep(

// The old w is the constant, the new one the caller's: its place gets the old value first.
// CONSTANT: memref.global "private" constant @weights.w : memref<4x3xf32> = dense<
// CONSTANT-NOT: memref.global
// CONSTANT-LABEL: func.func public @m_predict(%x: memref<2x4xf32>, %scores: memref<2x3xf32>, %arena:
// CONSTANT-NEXT: [[W:%.+]] = memref.get_global @weights.w
// CONSTANT-NEXT: call @predict.host(%arena, [[W]], %x, %scores)
// CONSTANT-LABEL: func.func public @m_step(%count: memref<i64>, %g: memref<4x3xf32>, %w: memref<4x3xf32>, %loss:
// CONSTANT-NEXT: [[W:%.+]] = memref.get_global @weights.w
// CONSTANT-NEXT: memref.copy [[W]], %w
// CONSTANT-NEXT: call @step.host(%arena, %w, %count, %g, %loss)

// BLOCK: func.func private @predict.host(
// BLOCK-NOT: descent.entry
// BLOCK-LABEL: func.func public @m_predict(%state: memref<128xi8>, %x: memref<2x4xf32>, %scores: memref<2x3xf32>, %arena:
// BLOCK: [[W:%.+]] = memref.view %state[%c0][] : memref<128xi8> to memref<4x3xf32>
// BLOCK-NEXT: call @predict.host(%arena, [[W]], %x, %scores)
// In place: no copy.
// BLOCK-LABEL: func.func public @m_step(%state: memref<128xi8>, %g: memref<4x3xf32>, %loss: memref<f32>, %arena:
// BLOCK: [[W:%.+]] = memref.view %state[%c0]
// BLOCK-NOT: copy
// BLOCK: call @step.host(%arena, [[W]], {{%.+}}, %g, %loss)
// What overwrites nothing may not lie where it is read: through the arena.
// BLOCK-LABEL: func.func public @m_keep(%state: memref<128xi8>, %arena: memref<48xi8>)
// BLOCK: [[OLD:%.+]] = memref.view %state[
// BLOCK: [[NEW:%.+]] = memref.view %arena[%{{.+}}][] : memref<48xi8> to memref<4x3xf32>
// BLOCK: call @keep.host({{%.+}}, [[OLD]], [[NEW]])
// BLOCK: [[W:%.+]] = memref.view %state[
// BLOCK-NEXT: memref.copy [[NEW]], [[W]]
// The caller's rng stays; only results lie in the block, which comes behind the arguments.
// BLOCK-LABEL: func.func public @m_init(%rng: memref<2xi64>, %state: memref<128xi8>, %arena:

// ENTRY-LABEL: func.func public @predict(%arena: memref<0xi8>, %x: memref<2x4xf32>, %scores: memref<2x3xf32>)
// ENTRY-SAME: descent.alias = array<i64: -1>
// ENTRY-SAME: descent.entry
// ENTRY-LABEL: func.func public @step(%arena: memref<{{.*}}>, %count: memref<i64>, %g: memref<4x3xf32>, %w: memref<4x3xf32>, %loss:
// ENTRY-SAME: descent.alias = array<i64: -1, 0, -1>

// LAYOUT: block: 128 bytes
// LAYOUT-NEXT: w: 48 bytes at 0
// LAYOUT-NEXT: count: 8 bytes at 64
// LAYOUT-NEXT: m_predict: arena 0
// LAYOUT-NEXT: block 0: 128 bytes, read{{$}}
// LAYOUT-NEXT: argument 1: 32 bytes, read{{$}}
// LAYOUT-NEXT: result 0: 24 bytes, written
// LAYOUT-NEXT: arena 0: 0 bytes, written
// LAYOUT-NEXT: m_step: arena
// LAYOUT-NEXT: block 0: 128 bytes, read written

func.func @predict(%w: tensor<4x3xf32> {descent.name = "w", descent.role = "param"}, %x: tensor<2x4xf32> {descent.name = "x", descent.role = "input"}) -> (tensor<2x3xf32> {descent.name = "scores", descent.role = "output"}) {
  %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

func.func @step(%w: tensor<4x3xf32> {descent.name = "w", descent.role = "param", tf.aliasing_output = 0 : i32}, %count: tensor<i64> {descent.name = "count", descent.role = "step", tf.aliasing_output = 1 : i32}, %g: tensor<4x3xf32> {descent.name = "g", descent.role = "input"}) -> (tensor<4x3xf32> {descent.name = "w", descent.role = "param"}, tensor<i64> {descent.name = "count", descent.role = "step"}, tensor<f32> {descent.name = "loss", descent.role = "loss"}) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %one = stablehlo.constant dense<1> : tensor<i64>
  %new = stablehlo.subtract %w, %g : tensor<4x3xf32>
  %next = stablehlo.add %count, %one : tensor<i64>
  %loss = stablehlo.reduce(%g init: %zero) applies stablehlo.add across dimensions = [0, 1] : (tensor<4x3xf32>, tensor<f32>) -> tensor<f32>
  return %new, %next, %loss : tensor<4x3xf32>, tensor<i64>, tensor<f32>
}

func.func @keep(%w: tensor<4x3xf32> {descent.name = "w", descent.role = "param"}) -> (tensor<4x3xf32> {descent.name = "w", descent.role = "param"}) {
  %new = stablehlo.negate %w : tensor<4x3xf32>
  return %new : tensor<4x3xf32>
}

func.func @init(%rng: tensor<2xui64> {descent.name = "rng", descent.role = "rng"}) -> (tensor<4x3xf32> {descent.name = "w", descent.role = "param"}, tensor<i64> {descent.name = "count", descent.role = "step"}) {
  %w = stablehlo.constant dense<1.0> : tensor<4x3xf32>
  %count = stablehlo.constant dense<0> : tensor<i64>
  return %w, %count : tensor<4x3xf32>, tensor<i64>
}
