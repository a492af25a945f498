// judge: low=0 high=9
func.func @strict(%a: tensor<1000xf32>) -> tensor<1000xf32> {
  %x = stablehlo.exponential %a : tensor<1000xf32>
  return %x : tensor<1000xf32>
}

// judge: ulp=8 low=0 high=9
func.func @loose(%a: tensor<1000xf32>) -> tensor<1000xf32> {
  %x = stablehlo.exponential %a : tensor<1000xf32>
  return %x : tensor<1000xf32>
}

func.func @nothing_said(%a: tensor<1000xf32>) -> tensor<1000xf32> {
  %x = stablehlo.exponential %a : tensor<1000xf32>
  return %x : tensor<1000xf32>
}
