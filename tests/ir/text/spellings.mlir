// RUN: %descent-opt --roundtrip %s | %FileCheck %s
// What may be written in more than one way.
"builtin.module"() <{sym_name = "m"}> ({
  // CHECK: module @m attributes {mhlo.x = 1 : i32} {
  // CHECK: func.func public @main(%arg0: tensor<2xf32> {descent.name = "x"}) -> (tensor<2xf32> {descent.name = "y"})
  "func.func"() <{function_type = (tensor<2xf32>) -> tensor<2xf32>, sym_name = "main", sym_visibility = "public", arg_attrs = [{descent.name = "x"}], res_attrs = [{descent.name = "y"}]}> ({
  ^bb0(%arg0: tensor<2xf32>):
    // CHECK-NEXT: %0 = stablehlo.exponential %arg0 : tensor<2xf32>
    %5 = "stablehlo.exponential"(%arg0) <{result_accuracy = #stablehlo.result_accuracy<mode = #stablehlo.result_accuracy_mode<DEFAULT>>}> : (tensor<2xf32>) -> tensor<2xf32>
    // CHECK-NEXT: %1 = stablehlo.multiply %0, %0 : tensor<2xf32>
    %6 = chlo.square %5 : tensor<2xf32> -> tensor<2xf32>
    // CHECK-NEXT: %2 = stablehlo.multiply %1, %1 : tensor<2xf32>
    %7 = "chlo.square"(%6) : (tensor<2xf32>) -> tensor<2xf32>
    // CHECK-NEXT: %3 = stablehlo.add %2, %2 : tensor<2xf32>
    %8 = stablehlo.add %7, %7 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    // CHECK-NEXT: stablehlo.compare {{ ?}}LT, %3, %3, {{ ?}}FLOAT :
    %9 = "stablehlo.compare"(%8, %8) {comparison_direction = #stablehlo<comparison_direction LT>, compare_type = #stablehlo<comparison_type FLOAT>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>
    // CHECK-NEXT: %cst = stablehlo.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
    %cst = stablehlo.constant dense<"0x0000803F00000040"> : tensor<2xf32>
    // CHECK-NEXT: %c = stablehlo.constant dense<255> : tensor<i32>
    %c = stablehlo.constant dense<0xFF> : tensor<i32>
    // CHECK-NEXT: %lines = stablehlo.constant dense<true> : tensor<2xi1>
    %lines = stablehlo.constant
      dense<[true,  // over several lines
             true]> : tensor<2xi1>
    // CHECK-NEXT: return %3 : tensor<2xf32>
    func.return %8 : tensor<2xf32>
  }) : () -> ()
}) {mhlo.x = 1 : i32} : () -> ()
