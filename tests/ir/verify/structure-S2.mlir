// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: func: two symbols have the name @main
func.func @main() {
  return
}
func.func @main() {
  return
}
