// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: func: argument 0 is tensor<3xf32>, but the type says tensor<2x3xf32>
"func.func"() <{function_type = (tensor<2x3xf32>) -> (), sym_name = "main"}> ({
  ^bb0(%a: tensor<3xf32>):
    "func.return"() : () -> ()
}) : () -> ()
