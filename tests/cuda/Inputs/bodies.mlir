// Reductions by bodies of their own, shared by the threads of a team: rows, columns, several warps,
// an init that is not neutral, a body that does not commute, results that something follows.
func.func @argmax(%x: tensor<40x300xf32>) -> (tensor<40xf32>, tensor<40xi32>) {
  %i = stablehlo.iota dim = 1 : tensor<40x300xi32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %r:2 = stablehlo.reduce(%x init: %low), (%i init: %zero) across dimensions = [1] : (tensor<40x300xf32>, tensor<40x300xi32>, tensor<f32>, tensor<i32>) -> (tensor<40xf32>, tensor<40xi32>) reducer(%u: tensor<f32>, %v: tensor<f32>) (%j: tensor<i32>, %k: tensor<i32>) {
    %g = stablehlo.compare GT, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %e = stablehlo.compare EQ, %u, %v : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %l = stablehlo.compare LT, %j, %k : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %b = stablehlo.and %e, %l : tensor<i1>
    %c = stablehlo.or %g, %b : tensor<i1>
    %y = stablehlo.select %c, %u, %v : tensor<i1>, tensor<f32>
    %z = stablehlo.select %c, %j, %k : tensor<i1>, tensor<i32>
    stablehlo.return %y, %z : tensor<f32>, tensor<i32>
  }
  return %r#0, %r#1 : tensor<40xf32>, tensor<40xi32>
}

// The last of equal ones, by 1024 threads; what follows is as long as the result.
func.func @last(%x: tensor<5000xi32>, %s: tensor<i32>) -> tensor<i32> {
  %i = stablehlo.iota dim = 0 : tensor<5000xi32>
  %low = stablehlo.constant dense<-100> : tensor<i32>
  %zero = stablehlo.constant dense<-1> : tensor<i32>
  %r:2 = stablehlo.reduce(%x init: %low), (%i init: %zero) across dimensions = [0] : (tensor<5000xi32>, tensor<5000xi32>, tensor<i32>, tensor<i32>) -> (tensor<i32>, tensor<i32>) reducer(%u: tensor<i32>, %v: tensor<i32>) (%j: tensor<i32>, %k: tensor<i32>) {
    %c = stablehlo.compare GT, %u, %v : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %y = stablehlo.select %c, %u, %v : tensor<i1>, tensor<i32>
    %z = stablehlo.select %c, %j, %k : tensor<i1>, tensor<i32>
    stablehlo.return %y, %z : tensor<i32>, tensor<i32>
  }
  %t = stablehlo.add %r#1, %s : tensor<i32>
  return %t : tensor<i32>
}

// x -> a x + b after x -> c x + d: associative, but not commutative.
func.func @chain(%a: tensor<3x70x2xi32>, %b: tensor<3x70x2xi32>, %p: tensor<i32>, %q: tensor<i32>) -> (tensor<3x2xi32>, tensor<3x2xi32>) {
  %r:2 = stablehlo.reduce(%a init: %p), (%b init: %q) across dimensions = [1] : (tensor<3x70x2xi32>, tensor<3x70x2xi32>, tensor<i32>, tensor<i32>) -> (tensor<3x2xi32>, tensor<3x2xi32>) reducer(%u: tensor<i32>, %v: tensor<i32>) (%j: tensor<i32>, %k: tensor<i32>) {
    %0 = stablehlo.multiply %u, %v : tensor<i32>
    %1 = stablehlo.multiply %v, %j : tensor<i32>
    %2 = stablehlo.add %1, %k : tensor<i32>
    stablehlo.return %0, %2 : tensor<i32>, tensor<i32>
  }
  return %r#0, %r#1 : tensor<3x2xi32>, tensor<3x2xi32>
}

// Two dimensions are folded around one that is kept; another shape follows.
func.func @around(%x: tensor<7x4x9xf32>, %z: tensor<f32>) -> tensor<4x4xf32> {
  %r = stablehlo.reduce(%x init: %z) across dimensions = [0, 2] : (tensor<7x4x9xf32>, tensor<f32>) -> tensor<4xf32> reducer(%u: tensor<f32>, %v: tensor<f32>) {
    %a = stablehlo.abs %v : tensor<f32>
    %b = stablehlo.abs %u : tensor<f32>
    %c = stablehlo.compare GE, %b, %a : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %y = stablehlo.select %c, %u, %v : tensor<i1>, tensor<f32>
    stablehlo.return %y : tensor<f32>
  }
  %m = stablehlo.broadcast_in_dim %r, dims = [0] : (tensor<4xf32>) -> tensor<4x4xf32>
  %n = stablehlo.broadcast_in_dim %r, dims = [1] : (tensor<4xf32>) -> tensor<4x4xf32>
  %s = stablehlo.subtract %m, %n : tensor<4x4xf32>
  return %s : tensor<4x4xf32>
}
