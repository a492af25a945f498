// Custom calls: their gradient, a kernel each, and a declared function in the host program.
// RUN: %descent-opt %s --pass=grad --pass=dce | %FileCheck %s --check-prefix=GRAD
// RUN: %descent-opt %s --pass=grad --pass=dce --pass=fuse --pass=merge | %FileCheck %s --check-prefix=FUSE
// RUN: %descent-opt %s --pass=grad --pass=dce --pass=fuse --pass=merge --pass=lower --pass=hoist --pass=plan | %FileCheck %s --check-prefix=PLAN

// What the loss does not depend on has zeros; integers, too. Operands that share a value add up.
// GRAD-LABEL: func.func @gradient
// GRAD: [[C:%[a-z]+]]:2 = stablehlo.custom_call @clip(%a, %n, %a)
// GRAD: [[ZERO:%.+]] = stablehlo.constant dense<0> : tensor<4xui8>
// GRAD: [[D:%.+]]:3 = stablehlo.custom_call @clip.backward(%a, %n, %a, [[C]]#0, [[C]]#1, {{%.+}}, [[ZERO]]) {descent.custom}
// GRAD-SAME: -> (tensor<4xf32>, tensor<4xi1>, tensor<4xf32>)
// GRAD: stablehlo.add [[D]]#0, [[D]]#2

// Each operand is a buffer in its place, each result is one, read or not.
// FUSE-LABEL: func.func @gradient
// FUSE: [[A:%.+]] = call @gradient.loop.0(%x)
// FUSE: [[C:%.+]]:2 = call @gradient.custom.1([[A]], %n, [[A]])
// FUSE: call @gradient.custom.5([[A]], %n, [[A]], [[C]]#0, [[C]]#1, {{%.+}}, {{%.+}})

// PLAN: func.func private @gradient.custom.1(memref<4xf32>, memref<4xi8>, memref<4xf32>, memref<4xf32> {descent.result}, memref<4xi8> {descent.result}, memref<2xi64> {descent.failure})
// PLAN-SAME: descent.custom = "clip"
// PLAN-SAME: descent.graph_type = (tensor<4xf32>, tensor<4xi1>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xui8>)
func.func @gradient(%x: tensor<4xf32>, %n: tensor<4xi1>) -> (tensor<f32>, tensor<4xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %a = stablehlo.add %x, %x : tensor<4xf32>
  %c:2 = stablehlo.custom_call @clip(%a, %n, %a) {descent.custom, descent.backward = "clip.backward"} : (tensor<4xf32>, tensor<4xi1>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xui8>)
  %s = stablehlo.reduce(%c#0 init: %z) applies stablehlo.add across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
  %g = stablehlo.custom_call @descent.gradient(%s, %x) : (tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  return %s, %g : tensor<f32>, tensor<4xf32>
}

// A call that nobody needs goes. Views and constants are computed for one that stays; what comes
// after it does not become part of it. Equal ones share a function, and the donated argument, which
// the call reads, is written after it.
// GRAD-LABEL: func.func @twice
// GRAD-COUNT-2: custom_call
// GRAD-NOT: custom_call
// FUSE-LABEL: func.func @twice
// FUSE: [[T:%.+]] = call @twice.loop.0(%x)
// FUSE: [[P:%.+]] = call @twice.custom.1([[T]])
// FUSE: [[Q:%.+]] = call @twice.custom.1([[P]])
// FUSE: call @twice.loop.3(
// FUSE: func.func private @gradient.custom.1({{.*}}) -> (tensor<4xf32>, tensor<4xui8>) attributes {descent.kind = "custom"}
// PLAN: func.func public @twice(%arg0: memref<192xi8>
// PLAN-SAME: descent.failure = [[AT:[0-9]+]] : i64
// PLAN: call @twice.loop.0(%arg1, [[T:%[a-z_0-9]+]])
// PLAN: call @twice.custom.1([[T]], [[P:%[a-z_0-9]+]], [[E:%[a-z_0-9]+]])
// PLAN: call @twice.custom.1([[P]], [[Q:%[a-z_0-9]+]], [[E]])
// PLAN: call @twice.loop.3([[Q]], %arg1)
func.func @twice(%x: tensor<4x4xf32> {tf.aliasing_output = 0 : i32}) -> tensor<4x4xf32> {
  %t = stablehlo.transpose %x, dims = [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %unused = stablehlo.custom_call @draw(%t) {descent.custom} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %p = stablehlo.custom_call @draw(%t) {descent.custom} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %q = stablehlo.custom_call @draw(%p) {descent.custom} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %r = stablehlo.negate %q : tensor<4x4xf32>
  return %r : tensor<4x4xf32>
}

// What an entry point calls itself does not make it a kernel.
// PLAN-LABEL: func.func public @named
// PLAN: call @named.loop.0(%arg1, %arg2)
func.func @named(%x: tensor<4xf32>) -> tensor<4xf32> attributes {descent.kind = "custom"} {
  %0 = stablehlo.negate %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
