// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: func: arg_attrs is no list of 1 dictionaries
"func.func"() <{function_type = (tensor<2x3xf32>) -> (), sym_name = "main", arg_attrs = [{}, {}]}> ({
  ^bb0(%a: tensor<2x3xf32>):
    "func.return"() : () -> ()
}) : () -> ()
