func.func @less(%x: tensor<5xi32>, %y: tensor<5xi32>) -> (tensor<5xi1>, tensor<5xi32>) {
  %0 = stablehlo.compare LT, %x, %y, SIGNED : (tensor<5xi32>, tensor<5xi32>) -> tensor<5xi1>
  %1 = stablehlo.minimum %x, %y : tensor<5xi32>
  return %0, %1 : tensor<5xi1>, tensor<5xi32>
}
func.func @half(%x: tensor<3xbf16>) -> tensor<3xbf16> {
  %0 = stablehlo.add %x, %x : tensor<3xbf16>
  return %0 : tensor<3xbf16>
}
