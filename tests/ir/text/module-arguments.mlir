// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: module-arguments.mlir:3:1: error: a module takes no arguments
"builtin.module"() ({
^bb0(%x: tensor<2xf32>):
}) : () -> ()
