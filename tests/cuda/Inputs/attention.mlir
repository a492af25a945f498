// Causal attention and its gradient as JAX writes them (nn.dot_product_attention, jax.vjp).
module @jit_grads attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<1x2x24x16xf32>, %arg1: tensor<1x2x24x16xf32>, %arg2: tensor<1x2x24x16xf32>, %arg3: tensor<1x2x24x16xf32>) -> (tensor<1x2x24x16xf32> {jax.result_info = "result[0]"}, tensor<1x2x24x16xf32> {jax.result_info = "result[1]"}, tensor<1x2x24x16xf32> {jax.result_info = "result[2]"}, tensor<1x2x24x16xf32> {jax.result_info = "result[3]"}) {
    %0 = stablehlo.transpose %arg0, dims = [0, 2, 1, 3] : (tensor<1x2x24x16xf32>) -> tensor<1x24x2x16xf32>
    %1 = stablehlo.transpose %arg1, dims = [0, 2, 1, 3] : (tensor<1x2x24x16xf32>) -> tensor<1x24x2x16xf32>
    %2 = stablehlo.transpose %arg2, dims = [0, 2, 1, 3] : (tensor<1x2x24x16xf32>) -> tensor<1x24x2x16xf32>
    %3 = stablehlo.reshape %0 : (tensor<1x24x2x16xf32>) -> tensor<1x24x2x1x16xf32>
    %4 = stablehlo.dot_general %3, %1, batching_dims = [0, 2] x [0, 2], contracting_dims = [4] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x24x2x1x16xf32>, tensor<1x24x2x16xf32>) -> tensor<1x2x24x1x24xf32>
    %cst = stablehlo.constant dense<2.500000e-01> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x2x24x1x24xf32>
    %6 = stablehlo.multiply %4, %5 : tensor<1x2x24x1x24xf32>
    %c = stablehlo.constant dense<true> : tensor<i1>
    %7 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i1>) -> tensor<1x2x24x24xi1>
    %c_0 = stablehlo.constant dense<true> : tensor<i1>
    %8 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i1>) -> tensor<24x24xi1>
    %9 = call @tril(%8) : (tensor<24x24xi1>) -> tensor<24x24xi1>
    %10 = stablehlo.broadcast_in_dim %9, dims = [2, 3] : (tensor<24x24xi1>) -> tensor<1x1x24x24xi1>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0, 1, 2, 3] : (tensor<1x1x24x24xi1>) -> tensor<1x2x24x24xi1>
    %12 = stablehlo.and %7, %11 : tensor<1x2x24x24xi1>
    %cst_1 = stablehlo.constant dense<-2.38197633E+38> : tensor<f32>
    %13:2 = call @_where(%12, %6, %cst_1) : (tensor<1x2x24x24xi1>, tensor<1x2x24x1x24xf32>, tensor<f32>) -> (tensor<1x1x2x24x24xf32>, tensor<1x1x2x24x24xi1>)
    %cst_2 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %14 = stablehlo.reduce(%13#0 init: %cst_2) applies stablehlo.maximum across dimensions = [4] : (tensor<1x1x2x24x24xf32>, tensor<f32>) -> tensor<1x1x2x24xf32>
    %cst_3 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %15 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<1x1x2x24xf32>
    %16 = stablehlo.maximum %15, %14 : tensor<1x1x2x24xf32>
    %17 = stablehlo.broadcast_in_dim %16, dims = [0, 1, 2, 3] : (tensor<1x1x2x24xf32>) -> tensor<1x1x2x24x1xf32>
    %18 = stablehlo.broadcast_in_dim %17, dims = [0, 1, 2, 3, 4] : (tensor<1x1x2x24x1xf32>) -> tensor<1x1x2x24x24xf32>
    %19 = stablehlo.subtract %13#0, %18 : tensor<1x1x2x24x24xf32>
    %20 = stablehlo.exponential %19 : tensor<1x1x2x24x24xf32>
    %cst_4 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %21 = stablehlo.reduce(%20 init: %cst_4) applies stablehlo.add across dimensions = [4] : (tensor<1x1x2x24x24xf32>, tensor<f32>) -> tensor<1x1x2x24xf32>
    %22 = stablehlo.broadcast_in_dim %21, dims = [0, 1, 2, 3] : (tensor<1x1x2x24xf32>) -> tensor<1x1x2x24x1xf32>
    %23 = stablehlo.broadcast_in_dim %22, dims = [0, 1, 2, 3, 4] : (tensor<1x1x2x24x1xf32>) -> tensor<1x1x2x24x24xf32>
    %24 = stablehlo.divide %20, %23 : tensor<1x1x2x24x24xf32>
    %25 = stablehlo.multiply %22, %22 : tensor<1x1x2x24x1xf32>
    %cst_5 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %26 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<1x1x2x24x1xf32>
    %27 = stablehlo.divide %26, %25 : tensor<1x1x2x24x1xf32>
    %28 = stablehlo.dot_general %2, %24, batching_dims = [0, 2] x [1, 2], contracting_dims = [1] x [4], precision = [DEFAULT, DEFAULT] : (tensor<1x24x2x16xf32>, tensor<1x1x2x24x24xf32>) -> tensor<1x2x16x1x24xf32>
    %29 = stablehlo.transpose %28, dims = [3, 0, 4, 1, 2] : (tensor<1x2x16x1x24xf32>) -> tensor<1x1x24x2x16xf32>
    %30 = stablehlo.transpose %29, dims = [1, 2, 3, 0, 4] : (tensor<1x1x24x2x16xf32>) -> tensor<1x24x2x1x16xf32>
    %31 = stablehlo.reshape %30 : (tensor<1x24x2x1x16xf32>) -> tensor<1x24x2x16xf32>
    %32 = stablehlo.transpose %31, dims = [0, 2, 1, 3] : (tensor<1x24x2x16xf32>) -> tensor<1x2x24x16xf32>
    %33 = stablehlo.transpose %arg3, dims = [0, 2, 1, 3] : (tensor<1x2x24x16xf32>) -> tensor<1x24x2x16xf32>
    %34 = stablehlo.reshape %33 : (tensor<1x24x2x16xf32>) -> tensor<1x24x2x1x16xf32>
    %35 = stablehlo.transpose %34, dims = [3, 0, 1, 2, 4] : (tensor<1x24x2x1x16xf32>) -> tensor<1x1x24x2x16xf32>
    %36 = stablehlo.transpose %35, dims = [1, 3, 4, 0, 2] : (tensor<1x1x24x2x16xf32>) -> tensor<1x2x16x1x24xf32>
    %37 = stablehlo.dot_general %36, %2, batching_dims = [0, 1] x [0, 2], contracting_dims = [2] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x2x16x1x24xf32>, tensor<1x24x2x16xf32>) -> tensor<1x2x1x24x24xf32>
    %38 = stablehlo.transpose %37, dims = [2, 0, 1, 3, 4] : (tensor<1x2x1x24x24xf32>) -> tensor<1x1x2x24x24xf32>
    %39 = stablehlo.dot_general %36, %24, batching_dims = [0, 1] x [1, 2], contracting_dims = [3, 4] x [0, 3], precision = [DEFAULT, DEFAULT] : (tensor<1x2x16x1x24xf32>, tensor<1x1x2x24x24xf32>) -> tensor<1x2x16x24xf32>
    %40 = stablehlo.transpose %39, dims = [0, 3, 1, 2] : (tensor<1x2x16x24xf32>) -> tensor<1x24x2x16xf32>
    %41 = stablehlo.broadcast_in_dim %27, dims = [0, 1, 2, 3, 4] : (tensor<1x1x2x24x1xf32>) -> tensor<1x1x2x24x24xf32>
    %42 = stablehlo.multiply %38, %41 : tensor<1x1x2x24x24xf32>
    %43 = stablehlo.multiply %42, %20 : tensor<1x1x2x24x24xf32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %44 = stablehlo.reduce(%43 init: %cst_6) applies stablehlo.add across dimensions = [4] : (tensor<1x1x2x24x24xf32>, tensor<f32>) -> tensor<1x1x2x24xf32>
    %45 = stablehlo.reshape %44 : (tensor<1x1x2x24xf32>) -> tensor<1x1x2x24x1xf32>
    %46 = stablehlo.negate %45 : tensor<1x1x2x24x1xf32>
    %47 = stablehlo.broadcast_in_dim %22, dims = [0, 1, 2, 3, 4] : (tensor<1x1x2x24x1xf32>) -> tensor<1x1x2x24x24xf32>
    %48 = stablehlo.divide %38, %47 : tensor<1x1x2x24x24xf32>
    %cst_7 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %49 = stablehlo.reduce(%46 init: %cst_7) applies stablehlo.add across dimensions = [0, 1, 4] : (tensor<1x1x2x24x1xf32>, tensor<f32>) -> tensor<2x24xf32>
    %50 = stablehlo.broadcast_in_dim %49, dims = [2, 3] : (tensor<2x24xf32>) -> tensor<1x1x2x24xf32>
    %51 = stablehlo.broadcast_in_dim %50, dims = [0, 1, 2, 3] : (tensor<1x1x2x24xf32>) -> tensor<1x1x2x24x24xf32>
    %52 = stablehlo.add %48, %51 : tensor<1x1x2x24x24xf32>
    %53 = stablehlo.multiply %52, %20 : tensor<1x1x2x24x24xf32>
    %54 = call @_where_0(%13#1, %53) : (tensor<1x1x2x24x24xi1>, tensor<1x1x2x24x24xf32>) -> tensor<1x2x24x1x24xf32>
    %cst_8 = stablehlo.constant dense<2.500000e-01> : tensor<f32>
    %55 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<1x2x24x1x24xf32>
    %56 = stablehlo.multiply %54, %55 : tensor<1x2x24x1x24xf32>
    %57 = stablehlo.dot_general %56, %3, batching_dims = [0, 1] x [0, 2], contracting_dims = [2, 3] x [1, 3], precision = [DEFAULT, DEFAULT] : (tensor<1x2x24x1x24xf32>, tensor<1x24x2x1x16xf32>) -> tensor<1x2x24x16xf32>
    %58 = stablehlo.transpose %57, dims = [0, 2, 1, 3] : (tensor<1x2x24x16xf32>) -> tensor<1x24x2x16xf32>
    %59 = stablehlo.dot_general %56, %1, batching_dims = [0, 1] x [0, 2], contracting_dims = [4] x [1], precision = [DEFAULT, DEFAULT] : (tensor<1x2x24x1x24xf32>, tensor<1x24x2x16xf32>) -> tensor<1x2x24x1x16xf32>
    %60 = stablehlo.transpose %59, dims = [0, 2, 1, 3, 4] : (tensor<1x2x24x1x16xf32>) -> tensor<1x24x2x1x16xf32>
    %61 = stablehlo.reshape %60 : (tensor<1x24x2x1x16xf32>) -> tensor<1x24x2x16xf32>
    %62 = stablehlo.transpose %40, dims = [0, 2, 1, 3] : (tensor<1x24x2x16xf32>) -> tensor<1x2x24x16xf32>
    %63 = stablehlo.transpose %58, dims = [0, 2, 1, 3] : (tensor<1x24x2x16xf32>) -> tensor<1x2x24x16xf32>
    %64 = stablehlo.transpose %61, dims = [0, 2, 1, 3] : (tensor<1x24x2x16xf32>) -> tensor<1x2x24x16xf32>
    return %32, %64, %63, %62 : tensor<1x2x24x16xf32>, tensor<1x2x24x16xf32>, tensor<1x2x24x16xf32>, tensor<1x2x24x16xf32>
  }
  func.func private @tril(%arg0: tensor<24x24xi1>) -> tensor<24x24xi1> {
    %0 = stablehlo.iota dim = 0 : tensor<24x24xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<24x24xi32>
    %2 = stablehlo.add %0, %1 : tensor<24x24xi32>
    %3 = stablehlo.iota dim = 1 : tensor<24x24xi32>
    %4 = stablehlo.compare GE, %2, %3, SIGNED : (tensor<24x24xi32>, tensor<24x24xi32>) -> tensor<24x24xi1>
    %c_0 = stablehlo.constant dense<false> : tensor<i1>
    %5 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i1>) -> tensor<24x24xi1>
    %6 = stablehlo.select %4, %arg0, %5 : tensor<24x24xi1>, tensor<24x24xi1>
    return %6 : tensor<24x24xi1>
  }
  func.func private @_where(%arg0: tensor<1x2x24x24xi1>, %arg1: tensor<1x2x24x1x24xf32>, %arg2: tensor<f32>) -> (tensor<1x1x2x24x24xf32>, tensor<1x1x2x24x24xi1>) {
    %0 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<1x2x24x24xf32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [1, 2, 3, 4] : (tensor<1x2x24x24xi1>) -> tensor<1x1x2x24x24xi1>
    %2 = stablehlo.broadcast_in_dim %0, dims = [1, 2, 3, 4] : (tensor<1x2x24x24xf32>) -> tensor<1x1x2x24x24xf32>
    %3 = stablehlo.transpose %arg1, dims = [3, 0, 1, 2, 4] : (tensor<1x2x24x1x24xf32>) -> tensor<1x1x2x24x24xf32>
    %4 = stablehlo.select %1, %3, %2 : tensor<1x1x2x24x24xi1>, tensor<1x1x2x24x24xf32>
    return %4, %1 : tensor<1x1x2x24x24xf32>, tensor<1x1x2x24x24xi1>
  }
  func.func private @_where_0(%arg0: tensor<1x1x2x24x24xi1>, %arg1: tensor<1x1x2x24x24xf32>) -> tensor<1x2x24x1x24xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x1x2x24x24xf32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<1x1x2x24x24xi1>, tensor<1x1x2x24x24xf32>
    %2 = stablehlo.transpose %1, dims = [1, 2, 3, 0, 4] : (tensor<1x1x2x24x24xf32>) -> tensor<1x2x24x1x24xf32>
    return %2 : tensor<1x2x24x1x24xf32>
  }
}
