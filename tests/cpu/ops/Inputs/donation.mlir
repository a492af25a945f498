// Donated arguments: a result takes the memory of an argument, which others may still need.
// descent-diff runs each function with donation and without; the bits must be the same.

// judge:
func.func @unchanged(%a: tensor<70xf32> {tf.aliasing_output = 0 : i32}) -> tensor<70xf32> {
  return %a : tensor<70xf32>
}

// judge:
func.func @swap(%a: tensor<70xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<70xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<70xf32>, tensor<70xf32>) {
  return %b, %a : tensor<70xf32>, tensor<70xf32>
}

// judge:
func.func @rotate(%a: tensor<3x5xi32> {tf.aliasing_output = 0 : i32}, %b: tensor<3x5xi32> {tf.aliasing_output = 1 : i32}, %c: tensor<3x5xi32> {tf.aliasing_output = 2 : i32}) -> (tensor<3x5xi32>, tensor<3x5xi32>, tensor<3x5xi32>) {
  return %c, %a, %b : tensor<3x5xi32>, tensor<3x5xi32>, tensor<3x5xi32>
}

// judge:
func.func @swap_computed(%a: tensor<70xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<70xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<70xf32>, tensor<70xf32>) {
  %x = stablehlo.multiply %b, %b : tensor<70xf32>
  %y = stablehlo.negate %a : tensor<70xf32>
  return %x, %y : tensor<70xf32>, tensor<70xf32>
}

// judge: scale=2e-6
func.func @swap_apart(%a: tensor<8x8xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<8x8xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %x = stablehlo.dot_general %b, %b, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %y = stablehlo.transpose %a, dims = [1, 0] : (tensor<8x8xf32>) -> tensor<8x8xf32>
  return %x, %y : tensor<8x8xf32>, tensor<8x8xf32>
}

// judge:
func.func @old_value_too(%a: tensor<70xf32> {tf.aliasing_output = 0 : i32}) -> (tensor<70xf32>, tensor<70xf32>) {
  %x = stablehlo.add %a, %a : tensor<70xf32>
  return %x, %a : tensor<70xf32>, tensor<70xf32>
}

// judge:
func.func @returned_twice(%a: tensor<70xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<70xf32>, tensor<70xf32>) {
  return %a, %a : tensor<70xf32>, tensor<70xf32>
}

// judge:
func.func @one_value_for_two(%a: tensor<70xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<70xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<70xf32>, tensor<70xf32>, tensor<70xf32>) {
  %x = stablehlo.add %a, %b : tensor<70xf32>
  return %x, %x, %x : tensor<70xf32>, tensor<70xf32>, tensor<70xf32>
}

// judge:
func.func @into_another(%a: tensor<70xf32>, %b: tensor<70xf32> {tf.aliasing_output = 0 : i32}) -> (tensor<70xf32>, tensor<70xf32>) {
  %x = stablehlo.add %a, %a : tensor<70xf32>
  %y = stablehlo.multiply %b, %x : tensor<70xf32>
  return %x, %y : tensor<70xf32>, tensor<70xf32>
}

// The old value is read once the new one is ready.
// judge: scale=2e-6
func.func @read_later(%a: tensor<16x16xf32> {tf.aliasing_output = 0 : i32}) -> (tensor<16x16xf32>, tensor<16x16xf32>, tensor<16xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %x = stablehlo.multiply %a, %a : tensor<16x16xf32>
  %y = stablehlo.dot_general %x, %a, contracting_dims = [1] x [0] : (tensor<16x16xf32>, tensor<16x16xf32>) -> tensor<16x16xf32>
  %s = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0] : (tensor<16x16xf32>, tensor<f32>) -> tensor<16xf32>
  return %x, %y, %s : tensor<16x16xf32>, tensor<16x16xf32>, tensor<16xf32>
}

// Each new value needs the next one's old value: b's must wait for a's, c's for b's.
// judge: scale=2e-6
func.func @chain(%a: tensor<8x8xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<8x8xf32> {tf.aliasing_output = 1 : i32}, %c: tensor<8x8xf32> {tf.aliasing_output = 2 : i32}) -> (tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>) {
  %z = stablehlo.dot_general %c, %c, contracting_dims = [1] x [1] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %y = stablehlo.dot_general %b, %c, contracting_dims = [1] x [1] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %x = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  return %x, %y, %z : tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>
}

// And round in a circle, so that one of them must be saved.
// judge: scale=2e-6
func.func @circle(%a: tensor<8x8xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<8x8xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %x = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %y = stablehlo.dot_general %b, %a, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  return %x, %y : tensor<8x8xf32>, tensor<8x8xf32>
}

// What is read at other places than it is written cannot be done in place.
// judge:
func.func @moved(%a: tensor<9x9xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<64xf32> {tf.aliasing_output = 1 : i32}, %c: tensor<4x4xi8> {tf.aliasing_output = 2 : i32}, %d: tensor<40xi32> {tf.aliasing_output = 3 : i32}) -> (tensor<9x9xf32>, tensor<64xf32>, tensor<4x4xi8>, tensor<40xi32>) {
  %x = stablehlo.transpose %a, dims = [1, 0] : (tensor<9x9xf32>) -> tensor<9x9xf32>
  %y = stablehlo.reverse %b, dims = [0] : tensor<64xf32>
  %y1 = stablehlo.add %y, %b : tensor<64xf32>
  %s = stablehlo.slice %c [0:1, 0:4] : (tensor<4x4xi8>) -> tensor<1x4xi8>
  %t = stablehlo.slice %c [1:4, 0:4] : (tensor<4x4xi8>) -> tensor<3x4xi8>
  %z = stablehlo.concatenate %t, %s, dim = 0 : (tensor<3x4xi8>, tensor<1x4xi8>) -> tensor<4x4xi8>
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %p = stablehlo.pad %d, %zero, low = [1], high = [-1], interior = [0] : (tensor<40xi32>, tensor<i32>) -> tensor<40xi32>
  %q = stablehlo.add %p, %d : tensor<40xi32>
  return %x, %y1, %z, %q : tensor<9x9xf32>, tensor<64xf32>, tensor<4x4xi8>, tensor<40xi32>
}

// One loop that writes two donated arguments and reads both backwards.
// judge:
func.func @crossed(%a: tensor<100xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<100xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<100xf32>, tensor<100xf32>) {
  %ra = stablehlo.reverse %a, dims = [0] : tensor<100xf32>
  %rb = stablehlo.reverse %b, dims = [0] : tensor<100xf32>
  %x = stablehlo.add %a, %rb : tensor<100xf32>
  %y = stablehlo.multiply %x, %ra : tensor<100xf32>
  return %x, %y : tensor<100xf32>, tensor<100xf32>
}

// judge: ulp=4
func.func @rows(%a: tensor<6x30xf32> {tf.aliasing_output = 0 : i32}) -> (tensor<6x30xf32>, tensor<6xf32>) {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %m = stablehlo.reduce(%a init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<6x30xf32>, tensor<f32>) -> tensor<6xf32>
  %ms = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<6xf32>) -> tensor<6x30xf32>
  %d = stablehlo.subtract %a, %ms : tensor<6x30xf32>
  %e = stablehlo.exponential %d : tensor<6x30xf32>
  return %e, %m : tensor<6x30xf32>, tensor<6xf32>
}

// Scalars, among them a counter that others read.
// judge: scale=2e-6
func.func @scalars(%step: tensor<i64> {tf.aliasing_output = 0 : i32}, %x: tensor<f32> {tf.aliasing_output = 1 : i32}, %w: tensor<50xf32> {tf.aliasing_output = 2 : i32}) -> (tensor<i64>, tensor<f32>, tensor<50xf32>) {
  %one = stablehlo.constant dense<1> : tensor<i64>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %next = stablehlo.add %step, %one : tensor<i64>
  %t = stablehlo.convert %next : (tensor<i64>) -> tensor<f32>
  %sum = stablehlo.reduce(%w init: %z) applies stablehlo.add across dimensions = [0] : (tensor<50xf32>, tensor<f32>) -> tensor<f32>
  %new = stablehlo.add %x, %sum : tensor<f32>
  %scale = stablehlo.multiply %x, %t : tensor<f32>
  %scales = stablehlo.broadcast_in_dim %scale, dims = [] : (tensor<f32>) -> tensor<50xf32>
  %v = stablehlo.multiply %w, %scales : tensor<50xf32>
  return %next, %new, %v : tensor<i64>, tensor<f32>, tensor<50xf32>
}

// A constant, and what is computed from nothing that is donated.
// judge:
func.func @reset(%a: tensor<33xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<33xf32> {tf.aliasing_output = 1 : i32}, %c: tensor<f32>) -> (tensor<33xf32>, tensor<33xf32>, tensor<33xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<33xf32>
  %s = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<f32>) -> tensor<33xf32>
  %x = stablehlo.add %a, %b : tensor<33xf32>
  return %z, %s, %x : tensor<33xf32>, tensor<33xf32>, tensor<33xf32>
}

// judge: low=-2 high=12
func.func @updated_in_part(%a: tensor<10x4xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<10x4xi32> {tf.aliasing_output = 1 : i32}, %i: tensor<i32>, %u: tensor<1x4xf32>, %j: tensor<3x1xi32>, %v: tensor<3x4xi32>) -> (tensor<10x4xf32>, tensor<10x4xi32>) {
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %x = stablehlo.dynamic_update_slice %a, %u, %i, %zero : (tensor<10x4xf32>, tensor<1x4xf32>, tensor<i32>, tensor<i32>) -> tensor<10x4xf32>
  %y = "stablehlo.scatter"(%b, %j, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%p: tensor<i32>, %q: tensor<i32>): %r = stablehlo.add %p, %q : tensor<i32> stablehlo.return %r : tensor<i32> }) : (tensor<10x4xi32>, tensor<3x1xi32>, tensor<3x4xi32>) -> tensor<10x4xi32>
  return %x, %y : tensor<10x4xf32>, tensor<10x4xi32>
}

// The operand of a scatter is its updates, too; and its old value is a result.
// judge: low=0 high=4
func.func @scattered_into_itself(%a: tensor<5x4xi32> {tf.aliasing_output = 0 : i32}, %i: tensor<5x1xi32>) -> (tensor<5x4xi32>, tensor<5x4xi32>) {
  %x = "stablehlo.scatter"(%a, %i, %a) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%p: tensor<i32>, %q: tensor<i32>): %r = stablehlo.add %p, %q : tensor<i32> stablehlo.return %r : tensor<i32> }) : (tensor<5x4xi32>, tensor<5x1xi32>, tensor<5x4xi32>) -> tensor<5x4xi32>
  %y = stablehlo.subtract %x, %a : tensor<5x4xi32>
  return %x, %y : tensor<5x4xi32>, tensor<5x4xi32>
}

// judge: low=0 high=1e18
func.func @random_state(%s: tensor<2xui64> {tf.aliasing_output = 0 : i32}) -> (tensor<2xui64>, tensor<20xui32>, tensor<7x3xui32>) {
  %t, %x = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<20xui32>)
  %u, %y = stablehlo.rng_bit_generator %t, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<7x3xui32>)
  return %u, %x, %y : tensor<2xui64>, tensor<20xui32>, tensor<7x3xui32>
}

// Adam on a tied weight: the gradient uses it twice, the update writes three arguments in place.
// judge: scale=1e-5
func.func @adam(%w: tensor<20x20xf32> {tf.aliasing_output = 0 : i32}, %m: tensor<20x20xf32> {tf.aliasing_output = 1 : i32}, %v: tensor<20x20xf32> {tf.aliasing_output = 2 : i32}, %step: tensor<i64> {tf.aliasing_output = 3 : i32}, %x: tensor<9x20xf32>) -> (tensor<20x20xf32>, tensor<20x20xf32>, tensor<20x20xf32>, tensor<i64>, tensor<f32>) {
  %one = stablehlo.constant dense<1> : tensor<i64>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %b1 = stablehlo.constant dense<0.9> : tensor<20x20xf32>
  %b1c = stablehlo.constant dense<0.1> : tensor<20x20xf32>
  %b2 = stablehlo.constant dense<0.99> : tensor<20x20xf32>
  %b2c = stablehlo.constant dense<0.01> : tensor<20x20xf32>
  %eps = stablehlo.constant dense<0.001> : tensor<20x20xf32>
  %next = stablehlo.add %step, %one : tensor<i64>
  %h = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<9x20xf32>, tensor<20x20xf32>) -> tensor<9x20xf32>
  %y = stablehlo.dot_general %h, %w, contracting_dims = [1] x [1] : (tensor<9x20xf32>, tensor<20x20xf32>) -> tensor<9x20xf32>
  %d = stablehlo.subtract %y, %x : tensor<9x20xf32>
  %dd = stablehlo.multiply %d, %d : tensor<9x20xf32>
  %loss = stablehlo.reduce(%dd init: %z) applies stablehlo.add across dimensions = [0, 1] : (tensor<9x20xf32>, tensor<f32>) -> tensor<f32>
  %g2 = stablehlo.dot_general %d, %h, contracting_dims = [0] x [0] : (tensor<9x20xf32>, tensor<9x20xf32>) -> tensor<20x20xf32>
  %dh = stablehlo.dot_general %d, %w, contracting_dims = [1] x [0] : (tensor<9x20xf32>, tensor<20x20xf32>) -> tensor<9x20xf32>
  %g1 = stablehlo.dot_general %x, %dh, contracting_dims = [0] x [0] : (tensor<9x20xf32>, tensor<9x20xf32>) -> tensor<20x20xf32>
  %g = stablehlo.add %g1, %g2 : tensor<20x20xf32>
  %m1 = stablehlo.multiply %m, %b1 : tensor<20x20xf32>
  %m2 = stablehlo.multiply %g, %b1c : tensor<20x20xf32>
  %mn = stablehlo.add %m1, %m2 : tensor<20x20xf32>
  %gg = stablehlo.multiply %g, %g : tensor<20x20xf32>
  %av = stablehlo.abs %v : tensor<20x20xf32>
  %v1 = stablehlo.multiply %av, %b2 : tensor<20x20xf32>
  %v2 = stablehlo.multiply %gg, %b2c : tensor<20x20xf32>
  %vn = stablehlo.add %v1, %v2 : tensor<20x20xf32>
  %root = stablehlo.sqrt %vn : tensor<20x20xf32>
  %safe = stablehlo.add %root, %eps : tensor<20x20xf32>
  %move = stablehlo.divide %mn, %safe : tensor<20x20xf32>
  %step_size = stablehlo.multiply %move, %b2c : tensor<20x20xf32>
  %wn = stablehlo.subtract %w, %step_size : tensor<20x20xf32>
  return %wn, %mn, %vn, %next, %loss : tensor<20x20xf32>, tensor<20x20xf32>, tensor<20x20xf32>, tensor<i64>, tensor<f32>
}

// Running statistics of a batch: the normalisation uses the batch's, the state moves towards them.
// judge: scale=1e-5
func.func @running_mean(%mean: tensor<12xf32> {tf.aliasing_output = 1 : i32}, %x: tensor<40x12xf32>) -> (tensor<40x12xf32>, tensor<12xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %inv = stablehlo.constant dense<0.025> : tensor<12xf32>
  %keep = stablehlo.constant dense<0.9> : tensor<12xf32>
  %take = stablehlo.constant dense<0.1> : tensor<12xf32>
  %s = stablehlo.reduce(%x init: %z) applies stablehlo.add across dimensions = [0] : (tensor<40x12xf32>, tensor<f32>) -> tensor<12xf32>
  %m = stablehlo.multiply %s, %inv : tensor<12xf32>
  %ms = stablehlo.broadcast_in_dim %m, dims = [1] : (tensor<12xf32>) -> tensor<40x12xf32>
  %old = stablehlo.broadcast_in_dim %mean, dims = [1] : (tensor<12xf32>) -> tensor<40x12xf32>
  %c = stablehlo.subtract %x, %ms : tensor<40x12xf32>
  %y = stablehlo.multiply %c, %old : tensor<40x12xf32>
  %k = stablehlo.multiply %mean, %keep : tensor<12xf32>
  %t = stablehlo.multiply %m, %take : tensor<12xf32>
  %n = stablehlo.add %k, %t : tensor<12xf32>
  return %y, %n : tensor<40x12xf32>, tensor<12xf32>
}

// Large enough for several threads, one half of the memory read by the other's writer.
// judge:
func.func @large(%a: tensor<400x500xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<400x500xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<400x500xf32>, tensor<400x500xf32>) {
  %x = stablehlo.add %a, %b : tensor<400x500xf32>
  %r = stablehlo.reverse %a, dims = [0, 1] : tensor<400x500xf32>
  %y = stablehlo.subtract %r, %b : tensor<400x500xf32>
  return %x, %y : tensor<400x500xf32>, tensor<400x500xf32>
}

// Nothing to write.
// judge:
func.func @empty(%a: tensor<0x3xf32> {tf.aliasing_output = 0 : i32}, %b: tensor<3xf32> {tf.aliasing_output = 1 : i32}) -> (tensor<0x3xf32>, tensor<3xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %x = stablehlo.add %a, %a : tensor<0x3xf32>
  %s = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0] : (tensor<0x3xf32>, tensor<f32>) -> tensor<3xf32>
  return %x, %s : tensor<0x3xf32>, tensor<3xf32>
}
