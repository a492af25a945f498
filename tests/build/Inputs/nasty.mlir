// Names that are none in C or C++, that meet, or that mean something else there.
module {
  func.func @int(%arg0: tensor<2xf32> {descent.name = "int", descent.role = "input"},
      %arg1: tensor<2xf32> {descent.name = "Int", descent.role = "input"},
      %arg2: tensor<2xf32> {descent.name = "*/ 3\\d?\22/w", descent.role = "input"},
      %arg3: tensor<2xi32> {descent.name = "int32_t", descent.role = "input"},
      %arg4: tensor<2xf32> {descent.name = "M_PI", descent.role = "input"},
      %arg5: tensor<2xf32> {descent.name = "NAN", descent.role = "param"},
      %arg6: tensor<2xf32> {descent.name = "nan", descent.role = "param"},
      %arg7: tensor<2xf32> {descent.name = "a.b", descent.role = "param"},
      %arg8: tensor<2xf32> {descent.name = "a/*b", descent.role = "param"})
      -> (tensor<2xf32> {descent.name = "memcpy"}, tensor<2xf32> {descent.name = "expf"},
          tensor<2xf32> {descent.name = ""}) {
    %0 = stablehlo.add %arg0, %arg1 : tensor<2xf32>
    %1 = stablehlo.convert %arg3 : (tensor<2xi32>) -> tensor<2xf32>
    %2 = stablehlo.multiply %arg2, %1 : tensor<2xf32>
    %3 = stablehlo.add %arg5, %arg6 : tensor<2xf32>
    %4 = stablehlo.add %3, %arg7 : tensor<2xf32>
    %5 = stablehlo.multiply %4, %arg8 : tensor<2xf32>
    %6 = stablehlo.exponential %arg4 : tensor<2xf32>
    %7 = stablehlo.add %2, %5 : tensor<2xf32>
    return %0, %7, %6 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
  }
  func.func @Int(%arg0: tensor<2xf32> {descent.name = "arena"},
      %arg1: tensor<2xf32> {descent.name = "linux"},
      %arg2: tensor<2xf32> {descent.name = "Pool"}) -> tensor<2xf32> {
    %0 = stablehlo.add %arg0, %arg1 : tensor<2xf32>
    %1 = stablehlo.add %0, %arg2 : tensor<2xf32>
    return %1 : tensor<2xf32>
  }
  func.func @create(%arg0: tensor<2xf32> {descent.name = "class"},
      %arg1: tensor<2xf32> {descent.name = "M_PI"}) -> tensor<2xf32> {
    %0 = stablehlo.multiply %arg0, %arg1 : tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}
