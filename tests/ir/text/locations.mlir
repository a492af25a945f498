// RUN: %descent-opt --roundtrip --locations %s | %FileCheck %s
// Places: aliases used before they are defined, every kind, and the place in this file where none
// is given.
#loc1 = loc("mlp.dsc":7:9)

// CHECK: func.func @f(%a: tensor<f32> loc("mlp.dsc":7:9), %b: tensor<f32> loc("{{.*}}locations.mlir":[[#@LINE+1]]:51)) -> tensor<f32> {
func.func @f(%a: tensor<f32> loc("mlp.dsc":7:9),  %b: tensor<f32>) -> tensor<f32> {
  // CHECK: add %a, %b : tensor<f32> loc("relu"("mlp.dsc":7:9))
  %0 = stablehlo.add %a, %b : tensor<f32> loc(#loc3)
  // CHECK: add {{.*}} loc(callsite("dense"("nn.dsc":3:1) at "mlp.dsc":7:9))
  %1 = stablehlo.add %0, %b : tensor<f32> loc(#loc2)
  // CHECK: add {{.*}} loc(fused["mlp.dsc":7:9, "x"])
  %2 = stablehlo.add %1, %b : tensor<f32> loc(fused<"why">[#loc1, "x"])
  // CHECK: add {{.*}} loc("a.py":3:6)
  %3 = stablehlo.add %2, %b : tensor<f32> loc("a.py":3:6 to :98)
  // CHECK: return {{.*}} loc(unknown)
  return %3 : tensor<f32> loc(unknown)
}
#loc2 = loc(callsite("dense"("nn.dsc":3:1) at #loc1))
#loc3 = loc("relu"(#loc1))
