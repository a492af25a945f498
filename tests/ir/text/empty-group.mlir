// RUN: %descent-opt --roundtrip %s > %t
// RUN: sed '/^\/\//d' %s | diff - %t
// RUN: %mlir-opt %t -o /dev/null
// A group of no copies is written in generic form: in the other one, what follows would be
// its operand.
module {
  func.func private @wait() {
    %c1 = arith.constant 1 : index
    gpu.launch blocks(%bx, %by, %bz) in (%gx = %c1, %gy = %c1, %gz = %c1) threads(%tx, %ty, %tz) in (%sx = %c1, %sy = %c1, %sz = %c1) {
      %0 = "nvgpu.device_async_create_group"() : () -> !nvgpu.device.async.token
      %1 = "nvgpu.device_async_create_group"() : () -> !nvgpu.device.async.token
      nvgpu.device_async_wait %0 {numGroups = 1 : i32}
      gpu.terminator
    }
    return
  }
}
