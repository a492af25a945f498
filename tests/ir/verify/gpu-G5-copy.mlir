// RUN: %not %descent-opt %s 2>&1 | %FileCheck %s
// CHECK: error: nvgpu.device_async_create_group: stands outside of a gpu.launch
func.func @main() {
  %0 = "nvgpu.device_async_create_group"() : () -> !nvgpu.device.async.token
  return
}
