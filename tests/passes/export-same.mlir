// One tensor of the block under two names of the graph: what overwrites it goes through the arena,
// because the other is still read.
// RUN: %descent-aot %s --prefix=m_ --cpu=x86-64-v3 --place=block | %FileCheck %s
// CHECK-LABEL: func.func public @m_step(%state: memref<64xi8>, %arena: memref<{{.*}}>)
// CHECK: [[OLD:%.+]] = memref.view %state[
// CHECK: [[AGAIN:%.+]] = memref.view %state[
// CHECK: [[NEW:%.+]] = memref.view %arena[
// CHECK-NEXT: memref.copy [[OLD]], [[NEW]]
// CHECK-NEXT: call @step.host({{%.+}}, [[NEW]], [[AGAIN]])
// CHECK: [[HOME:%.+]] = memref.view %state[
// CHECK-NEXT: memref.copy [[NEW]], [[HOME]]
func.func @step(%a: tensor<4xf32> {descent.name = "w", descent.role = "param", tf.aliasing_output = 0 : i32}, %b: tensor<4xf32> {descent.name = "w", descent.role = "param"}) -> (tensor<4xf32> {descent.name = "w", descent.role = "param"}) {
  %r = stablehlo.reverse %b, dims = [0] : tensor<4xf32>
  %sum = stablehlo.add %a, %r : tensor<4xf32>
  return %sum : tensor<4xf32>
}
