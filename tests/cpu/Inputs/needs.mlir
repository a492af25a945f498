// What calls functions of libm, or of a compiler's library where a machine lacks instructions.
func.func @floats(%a: tensor<67xf64>, %b: tensor<67xf64>) -> (tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>) {
  %0 = "stablehlo.exponential"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %1 = "stablehlo.exponential_minus_one"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %2 = "stablehlo.log"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %3 = "stablehlo.log_plus_one"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %4 = "stablehlo.sine"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %5 = "stablehlo.cosine"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %6 = "stablehlo.tan"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %7 = "stablehlo.tanh"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %8 = "stablehlo.cbrt"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %9 = "stablehlo.sqrt"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %10 = "stablehlo.rsqrt"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %11 = "stablehlo.logistic"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %12 = "stablehlo.ceil"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %13 = "stablehlo.floor"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %14 = "stablehlo.round_nearest_even"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %15 = "stablehlo.round_nearest_afz"(%a) : (tensor<67xf64>) -> tensor<67xf64>
  %16 = stablehlo.power %a, %b : tensor<67xf64>
  %17 = stablehlo.atan2 %a, %b : tensor<67xf64>
  %18 = stablehlo.remainder %a, %b : tensor<67xf64>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18 : tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>, tensor<67xf64>
}

func.func @integers(%a: tensor<67xi64>, %b: tensor<67xi64>) -> (tensor<67xi64>, tensor<67xi64>, tensor<67xi64>, tensor<67xi64>, tensor<67xf64>) {
  %0 = stablehlo.divide %a, %b : tensor<67xi64>
  %1 = stablehlo.remainder %a, %b : tensor<67xi64>
  %2 = stablehlo.popcnt %a : tensor<67xi64>
  %3 = stablehlo.count_leading_zeros %b : tensor<67xi64>
  %4 = stablehlo.convert %a : (tensor<67xi64>) -> tensor<67xf64>
  return %0, %1, %2, %3, %4 : tensor<67xi64>, tensor<67xi64>, tensor<67xi64>, tensor<67xi64>, tensor<67xf64>
}

func.func @halves(%a: tensor<67xf16>, %b: tensor<67xf64>) -> (tensor<67xbf16>, tensor<67xf16>, tensor<67xf16>, tensor<67xf16>, tensor<67xi64>) {
  %0 = stablehlo.convert %a : (tensor<67xf16>) -> tensor<67xbf16>
  %1 = stablehlo.convert %b : (tensor<67xf64>) -> tensor<67xf16>
  %2 = stablehlo.add %a, %a : tensor<67xf16>
  %3 = stablehlo.remainder %a, %a : tensor<67xf16>
  %4 = stablehlo.convert %a : (tensor<67xf16>) -> tensor<67xi64>
  return %0, %1, %2, %3, %4 : tensor<67xbf16>, tensor<67xf16>, tensor<67xf16>, tensor<67xf16>, tensor<67xi64>
}
