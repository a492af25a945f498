// A small trainer as the language makes it: convolution, batch norm, dropout, Adam.
module @small {
  func.func public @train_step(%conv2d1.w: tensor<3x3x1x16xf32> {descent.name = "conv2d1.w", descent.role = "param", tf.aliasing_output = 0 : i32}, %conv2d1.b: tensor<16xf32> {descent.name = "conv2d1.b", descent.role = "param", tf.aliasing_output = 1 : i32}, %batch_norm1.scale: tensor<16xf32> {descent.name = "batch_norm1.scale", descent.role = "param", tf.aliasing_output = 2 : i32}, %batch_norm1.shift: tensor<16xf32> {descent.name = "batch_norm1.shift", descent.role = "param", tf.aliasing_output = 3 : i32}, %dense1.w: tensor<1024x96xf32> {descent.name = "dense1.w", descent.role = "param", tf.aliasing_output = 4 : i32}, %dense1.b: tensor<96xf32> {descent.name = "dense1.b", descent.role = "param", tf.aliasing_output = 5 : i32}, %dense2.w: tensor<96x10xf32> {descent.name = "dense2.w", descent.role = "param", tf.aliasing_output = 6 : i32}, %dense2.b: tensor<10xf32> {descent.name = "dense2.b", descent.role = "param", tf.aliasing_output = 7 : i32}, %batch_norm1.running_mean: tensor<16xf32> {descent.name = "batch_norm1.running_mean", descent.role = "state", tf.aliasing_output = 8 : i32}, %batch_norm1.running_variance: tensor<16xf32> {descent.name = "batch_norm1.running_variance", descent.role = "state", tf.aliasing_output = 9 : i32}, %conv2d1.w.m: tensor<3x3x1x16xf32> {descent.name = "conv2d1.w.m", descent.role = "opt", tf.aliasing_output = 10 : i32}, %conv2d1.w.v: tensor<3x3x1x16xf32> {descent.name = "conv2d1.w.v", descent.role = "opt", tf.aliasing_output = 11 : i32}, %conv2d1.b.m: tensor<16xf32> {descent.name = "conv2d1.b.m", descent.role = "opt", tf.aliasing_output = 12 : i32}, %conv2d1.b.v: tensor<16xf32> {descent.name = "conv2d1.b.v", descent.role = "opt", tf.aliasing_output = 13 : i32}, %batch_norm1.scale.m: tensor<16xf32> {descent.name = "batch_norm1.scale.m", descent.role = "opt", tf.aliasing_output = 14 : i32}, %batch_norm1.scale.v: tensor<16xf32> {descent.name = "batch_norm1.scale.v", descent.role = "opt", tf.aliasing_output = 15 : i32}, %batch_norm1.shift.m: tensor<16xf32> {descent.name = "batch_norm1.shift.m", descent.role = "opt", tf.aliasing_output = 16 : i32}, %batch_norm1.shift.v: tensor<16xf32> {descent.name = "batch_norm1.shift.v", descent.role = "opt", tf.aliasing_output = 17 : i32}, %dense1.w.m: tensor<1024x96xf32> {descent.name = "dense1.w.m", descent.role = "opt", tf.aliasing_output = 18 : i32}, %dense1.w.v: tensor<1024x96xf32> {descent.name = "dense1.w.v", descent.role = "opt", tf.aliasing_output = 19 : i32}, %dense1.b.m: tensor<96xf32> {descent.name = "dense1.b.m", descent.role = "opt", tf.aliasing_output = 20 : i32}, %dense1.b.v: tensor<96xf32> {descent.name = "dense1.b.v", descent.role = "opt", tf.aliasing_output = 21 : i32}, %dense2.w.m: tensor<96x10xf32> {descent.name = "dense2.w.m", descent.role = "opt", tf.aliasing_output = 22 : i32}, %dense2.w.v: tensor<96x10xf32> {descent.name = "dense2.w.v", descent.role = "opt", tf.aliasing_output = 23 : i32}, %dense2.b.m: tensor<10xf32> {descent.name = "dense2.b.m", descent.role = "opt", tf.aliasing_output = 24 : i32}, %dense2.b.v: tensor<10xf32> {descent.name = "dense2.b.v", descent.role = "opt", tf.aliasing_output = 25 : i32}, %step: tensor<i64> {descent.name = "step", descent.role = "step", tf.aliasing_output = 26 : i32}, %rng: tensor<2xui64> {descent.name = "rng", descent.role = "rng", tf.aliasing_output = 27 : i32}, %x: tensor<32x8x8x1xf32> {descent.name = "x", descent.role = "input"}, %y: tensor<32x10xf32> {descent.name = "y", descent.role = "input"}) -> (tensor<3x3x1x16xf32> {descent.name = "conv2d1.w", descent.role = "param"}, tensor<16xf32> {descent.name = "conv2d1.b", descent.role = "param"}, tensor<16xf32> {descent.name = "batch_norm1.scale", descent.role = "param"}, tensor<16xf32> {descent.name = "batch_norm1.shift", descent.role = "param"}, tensor<1024x96xf32> {descent.name = "dense1.w", descent.role = "param"}, tensor<96xf32> {descent.name = "dense1.b", descent.role = "param"}, tensor<96x10xf32> {descent.name = "dense2.w", descent.role = "param"}, tensor<10xf32> {descent.name = "dense2.b", descent.role = "param"}, tensor<16xf32> {descent.name = "batch_norm1.running_mean", descent.role = "state"}, tensor<16xf32> {descent.name = "batch_norm1.running_variance", descent.role = "state"}, tensor<3x3x1x16xf32> {descent.name = "conv2d1.w.m", descent.role = "opt"}, tensor<3x3x1x16xf32> {descent.name = "conv2d1.w.v", descent.role = "opt"}, tensor<16xf32> {descent.name = "conv2d1.b.m", descent.role = "opt"}, tensor<16xf32> {descent.name = "conv2d1.b.v", descent.role = "opt"}, tensor<16xf32> {descent.name = "batch_norm1.scale.m", descent.role = "opt"}, tensor<16xf32> {descent.name = "batch_norm1.scale.v", descent.role = "opt"}, tensor<16xf32> {descent.name = "batch_norm1.shift.m", descent.role = "opt"}, tensor<16xf32> {descent.name = "batch_norm1.shift.v", descent.role = "opt"}, tensor<1024x96xf32> {descent.name = "dense1.w.m", descent.role = "opt"}, tensor<1024x96xf32> {descent.name = "dense1.w.v", descent.role = "opt"}, tensor<96xf32> {descent.name = "dense1.b.m", descent.role = "opt"}, tensor<96xf32> {descent.name = "dense1.b.v", descent.role = "opt"}, tensor<96x10xf32> {descent.name = "dense2.w.m", descent.role = "opt"}, tensor<96x10xf32> {descent.name = "dense2.w.v", descent.role = "opt"}, tensor<10xf32> {descent.name = "dense2.b.m", descent.role = "opt"}, tensor<10xf32> {descent.name = "dense2.b.v", descent.role = "opt"}, tensor<i64> {descent.name = "step", descent.role = "step"}, tensor<2xui64> {descent.name = "rng", descent.role = "rng"}, tensor<f32> {descent.name = "loss", descent.role = "loss"}, tensor<f32> {descent.name = "gap", descent.role = "metric"}) {
    %0 = stablehlo.convolution(%x, %conv2d1.w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<32x8x8x1xf32>, tensor<3x3x1x16xf32>) -> tensor<32x8x8x16xf32>
    %1 = stablehlo.broadcast_in_dim %conv2d1.b, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %2 = stablehlo.add %0, %1 : tensor<32x8x8x16xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.reduce(%2 init: %cst) applies stablehlo.add across dimensions = [0, 1, 2] : (tensor<32x8x8x16xf32>, tensor<f32>) -> tensor<16xf32>
    %cst_0 = stablehlo.constant dense<2.048000e+03> : tensor<16xf32>
    %4 = stablehlo.divide %3, %cst_0 : tensor<16xf32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %6 = stablehlo.subtract %2, %5 : tensor<32x8x8x16xf32>
    %7 = stablehlo.multiply %6, %6 : tensor<32x8x8x16xf32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %8 = stablehlo.reduce(%7 init: %cst_1) applies stablehlo.add across dimensions = [0, 1, 2] : (tensor<32x8x8x16xf32>, tensor<f32>) -> tensor<16xf32>
    %cst_2 = stablehlo.constant dense<2.048000e+03> : tensor<16xf32>
    %9 = stablehlo.divide %8, %cst_2 : tensor<16xf32>
    %cst_3 = stablehlo.constant dense<0.899999976> : tensor<16xf32>
    %10 = stablehlo.multiply %cst_3, %batch_norm1.running_mean : tensor<16xf32>
    %cst_4 = stablehlo.constant dense<1.000000e-01> : tensor<16xf32>
    %11 = stablehlo.multiply %cst_4, %4 : tensor<16xf32>
    %12 = stablehlo.add %10, %11 : tensor<16xf32>
    %cst_5 = stablehlo.constant dense<0.899999976> : tensor<16xf32>
    %13 = stablehlo.multiply %cst_5, %batch_norm1.running_variance : tensor<16xf32>
    %cst_6 = stablehlo.constant dense<0.100048855> : tensor<16xf32>
    %14 = stablehlo.multiply %cst_6, %9 : tensor<16xf32>
    %15 = stablehlo.add %13, %14 : tensor<16xf32>
    %cst_7 = stablehlo.constant dense<9.99999974E-6> : tensor<16xf32>
    %16 = stablehlo.add %9, %cst_7 : tensor<16xf32>
    %17 = stablehlo.rsqrt %16 : tensor<16xf32>
    %18 = stablehlo.multiply %batch_norm1.scale, %17 : tensor<16xf32>
    %19 = stablehlo.broadcast_in_dim %18, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %20 = stablehlo.multiply %6, %19 : tensor<32x8x8x16xf32>
    %21 = stablehlo.broadcast_in_dim %batch_norm1.shift, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %22 = stablehlo.add %20, %21 : tensor<32x8x8x16xf32>
    %cst_8 = stablehlo.constant dense<0.000000e+00> : tensor<32x8x8x16xf32>
    %23 = stablehlo.compare LE, %22, %cst_8, FLOAT : (tensor<32x8x8x16xf32>, tensor<32x8x8x16xf32>) -> tensor<32x8x8x16xi1>
    %cst_9 = stablehlo.constant dense<0.000000e+00> : tensor<32x8x8x16xf32>
    %24 = stablehlo.select %23, %cst_9, %22 : tensor<32x8x8x16xi1>, tensor<32x8x8x16xf32>
    %25 = stablehlo.reshape %24 : (tensor<32x8x8x16xf32>) -> tensor<32x1024xf32>
    %output_state, %output = stablehlo.rng_bit_generator %rng, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<32x1024xui32>)
    %c = stablehlo.constant dense<8> : tensor<32x1024xui32>
    %26 = stablehlo.shift_right_logical %output, %c : tensor<32x1024xui32>
    %27 = stablehlo.convert %26 : (tensor<32x1024xui32>) -> tensor<32x1024xf32>
    %cst_10 = stablehlo.constant dense<5.96046448E-8> : tensor<32x1024xf32>
    %28 = stablehlo.multiply %27, %cst_10 : tensor<32x1024xf32>
    %cst_11 = stablehlo.constant dense<3.000000e-01> : tensor<32x1024xf32>
    %29 = stablehlo.compare GE, %28, %cst_11, FLOAT : (tensor<32x1024xf32>, tensor<32x1024xf32>) -> tensor<32x1024xi1>
    %cst_12 = stablehlo.constant dense<0.699999988> : tensor<32x1024xf32>
    %30 = stablehlo.divide %25, %cst_12 : tensor<32x1024xf32>
    %cst_13 = stablehlo.constant dense<0.000000e+00> : tensor<32x1024xf32>
    %31 = stablehlo.select %29, %30, %cst_13 : tensor<32x1024xi1>, tensor<32x1024xf32>
    %32 = stablehlo.dot_general %31, %dense1.w, contracting_dims = [1] x [0] : (tensor<32x1024xf32>, tensor<1024x96xf32>) -> tensor<32x96xf32>
    %33 = stablehlo.broadcast_in_dim %dense1.b, dims = [1] : (tensor<96xf32>) -> tensor<32x96xf32>
    %34 = stablehlo.add %32, %33 : tensor<32x96xf32>
    %cst_14 = stablehlo.constant dense<5.000000e-01> : tensor<32x96xf32>
    %35 = stablehlo.multiply %cst_14, %34 : tensor<32x96xf32>
    %cst_15 = stablehlo.constant dense<0.707106769> : tensor<32x96xf32>
    %36 = stablehlo.multiply %34, %cst_15 : tensor<32x96xf32>
    %37 = chlo.erf %36 : tensor<32x96xf32> -> tensor<32x96xf32>
    %cst_16 = stablehlo.constant dense<1.000000e+00> : tensor<32x96xf32>
    %38 = stablehlo.add %cst_16, %37 : tensor<32x96xf32>
    %39 = stablehlo.multiply %35, %38 : tensor<32x96xf32>
    %40 = stablehlo.dot_general %39, %dense2.w, contracting_dims = [1] x [0] : (tensor<32x96xf32>, tensor<96x10xf32>) -> tensor<32x10xf32>
    %41 = stablehlo.broadcast_in_dim %dense2.b, dims = [1] : (tensor<10xf32>) -> tensor<32x10xf32>
    %42 = stablehlo.add %40, %41 : tensor<32x10xf32>
    %cst_17 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %43 = stablehlo.reduce(%42 init: %cst_17) applies stablehlo.maximum across dimensions = [1] : (tensor<32x10xf32>, tensor<f32>) -> tensor<32xf32>
    %44 = stablehlo.reshape %43 : (tensor<32xf32>) -> tensor<32x1xf32>
    %45 = stablehlo.bitcast_convert %44 : (tensor<32x1xf32>) -> tensor<32x1xui32>
    %46 = stablehlo.bitcast_convert %45 : (tensor<32x1xui32>) -> tensor<32x1xf32>
    %47 = stablehlo.broadcast_in_dim %46, dims = [0, 1] : (tensor<32x1xf32>) -> tensor<32x10xf32>
    %48 = stablehlo.subtract %42, %47 : tensor<32x10xf32>
    %49 = stablehlo.exponential %48 : tensor<32x10xf32>
    %cst_18 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %50 = stablehlo.reduce(%49 init: %cst_18) applies stablehlo.add across dimensions = [1] : (tensor<32x10xf32>, tensor<f32>) -> tensor<32xf32>
    %51 = stablehlo.reshape %50 : (tensor<32xf32>) -> tensor<32x1xf32>
    %52 = stablehlo.broadcast_in_dim %51, dims = [0, 1] : (tensor<32x1xf32>) -> tensor<32x10xf32>
    %53 = stablehlo.divide %49, %52 : tensor<32x10xf32>
    %54 = stablehlo.subtract %53, %y : tensor<32x10xf32>
    %55 = stablehlo.multiply %54, %54 : tensor<32x10xf32>
    %cst_19 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %56 = stablehlo.reduce(%55 init: %cst_19) applies stablehlo.add across dimensions = [0, 1] : (tensor<32x10xf32>, tensor<f32>) -> tensor<f32>
    %cst_20 = stablehlo.constant dense<3.200000e+02> : tensor<f32>
    %57 = stablehlo.divide %56, %cst_20 : tensor<f32>
    %58 = stablehlo.subtract %53, %y : tensor<32x10xf32>
    %59 = stablehlo.abs %58 : tensor<32x10xf32>
    %cst_21 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %60 = stablehlo.reduce(%59 init: %cst_21) applies stablehlo.add across dimensions = [0, 1] : (tensor<32x10xf32>, tensor<f32>) -> tensor<f32>
    %cst_22 = stablehlo.constant dense<3.200000e+02> : tensor<f32>
    %61 = stablehlo.divide %60, %cst_22 : tensor<f32>
    %62:8 = stablehlo.custom_call @descent.gradient(%57, %conv2d1.w, %conv2d1.b, %batch_norm1.scale, %batch_norm1.shift, %dense1.w, %dense1.b, %dense2.w, %dense2.b) : (tensor<f32>, tensor<3x3x1x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<1024x96xf32>, tensor<96xf32>, tensor<96x10xf32>, tensor<10xf32>) -> (tensor<3x3x1x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<1024x96xf32>, tensor<96xf32>, tensor<96x10xf32>, tensor<10xf32>)
    %c_23 = stablehlo.constant dense<1> : tensor<i64>
    %63 = stablehlo.add %step, %c_23 : tensor<i64>
    %cst_24 = stablehlo.constant dense<0.899999976> : tensor<3x3x1x16xf32>
    %64 = stablehlo.multiply %cst_24, %conv2d1.w.m : tensor<3x3x1x16xf32>
    %cst_25 = stablehlo.constant dense<1.000000e-01> : tensor<3x3x1x16xf32>
    %65 = stablehlo.multiply %cst_25, %62#0 : tensor<3x3x1x16xf32>
    %66 = stablehlo.add %64, %65 : tensor<3x3x1x16xf32>
    %cst_26 = stablehlo.constant dense<9.990000e-01> : tensor<3x3x1x16xf32>
    %67 = stablehlo.multiply %cst_26, %conv2d1.w.v : tensor<3x3x1x16xf32>
    %68 = stablehlo.multiply %62#0, %62#0 : tensor<3x3x1x16xf32>
    %cst_27 = stablehlo.constant dense<1.000000e-03> : tensor<3x3x1x16xf32>
    %69 = stablehlo.multiply %cst_27, %68 : tensor<3x3x1x16xf32>
    %70 = stablehlo.add %67, %69 : tensor<3x3x1x16xf32>
    %cst_28 = stablehlo.constant dense<9.000000e-01> : tensor<f64>
    %71 = stablehlo.convert %63 : (tensor<i64>) -> tensor<f64>
    %72 = stablehlo.power %cst_28, %71 : tensor<f64>
    %cst_29 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %73 = stablehlo.subtract %cst_29, %72 : tensor<f64>
    %74 = stablehlo.convert %73 : (tensor<f64>) -> tensor<f32>
    %cst_30 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %75 = stablehlo.divide %cst_30, %74 : tensor<f32>
    %76 = stablehlo.broadcast_in_dim %75, dims = [] : (tensor<f32>) -> tensor<3x3x1x16xf32>
    %77 = stablehlo.multiply %76, %66 : tensor<3x3x1x16xf32>
    %cst_31 = stablehlo.constant dense<0.99899999999999999> : tensor<f64>
    %78 = stablehlo.convert %63 : (tensor<i64>) -> tensor<f64>
    %79 = stablehlo.power %cst_31, %78 : tensor<f64>
    %cst_32 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %80 = stablehlo.subtract %cst_32, %79 : tensor<f64>
    %81 = stablehlo.convert %80 : (tensor<f64>) -> tensor<f32>
    %82 = stablehlo.broadcast_in_dim %81, dims = [] : (tensor<f32>) -> tensor<3x3x1x16xf32>
    %83 = stablehlo.divide %70, %82 : tensor<3x3x1x16xf32>
    %84 = stablehlo.sqrt %83 : tensor<3x3x1x16xf32>
    %cst_33 = stablehlo.constant dense<9.99999993E-9> : tensor<3x3x1x16xf32>
    %85 = stablehlo.add %84, %cst_33 : tensor<3x3x1x16xf32>
    %86 = stablehlo.divide %77, %85 : tensor<3x3x1x16xf32>
    %87 = stablehlo.subtract %conv2d1.w, %86 : tensor<3x3x1x16xf32>
    %c_34 = stablehlo.constant dense<1> : tensor<i64>
    %88 = stablehlo.add %step, %c_34 : tensor<i64>
    %cst_35 = stablehlo.constant dense<0.899999976> : tensor<16xf32>
    %89 = stablehlo.multiply %cst_35, %conv2d1.b.m : tensor<16xf32>
    %cst_36 = stablehlo.constant dense<1.000000e-01> : tensor<16xf32>
    %90 = stablehlo.multiply %cst_36, %62#1 : tensor<16xf32>
    %91 = stablehlo.add %89, %90 : tensor<16xf32>
    %cst_37 = stablehlo.constant dense<9.990000e-01> : tensor<16xf32>
    %92 = stablehlo.multiply %cst_37, %conv2d1.b.v : tensor<16xf32>
    %93 = stablehlo.multiply %62#1, %62#1 : tensor<16xf32>
    %cst_38 = stablehlo.constant dense<1.000000e-03> : tensor<16xf32>
    %94 = stablehlo.multiply %cst_38, %93 : tensor<16xf32>
    %95 = stablehlo.add %92, %94 : tensor<16xf32>
    %cst_39 = stablehlo.constant dense<9.000000e-01> : tensor<f64>
    %96 = stablehlo.convert %88 : (tensor<i64>) -> tensor<f64>
    %97 = stablehlo.power %cst_39, %96 : tensor<f64>
    %cst_40 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %98 = stablehlo.subtract %cst_40, %97 : tensor<f64>
    %99 = stablehlo.convert %98 : (tensor<f64>) -> tensor<f32>
    %cst_41 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %100 = stablehlo.divide %cst_41, %99 : tensor<f32>
    %101 = stablehlo.broadcast_in_dim %100, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %102 = stablehlo.multiply %101, %91 : tensor<16xf32>
    %cst_42 = stablehlo.constant dense<0.99899999999999999> : tensor<f64>
    %103 = stablehlo.convert %88 : (tensor<i64>) -> tensor<f64>
    %104 = stablehlo.power %cst_42, %103 : tensor<f64>
    %cst_43 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %105 = stablehlo.subtract %cst_43, %104 : tensor<f64>
    %106 = stablehlo.convert %105 : (tensor<f64>) -> tensor<f32>
    %107 = stablehlo.broadcast_in_dim %106, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %108 = stablehlo.divide %95, %107 : tensor<16xf32>
    %109 = stablehlo.sqrt %108 : tensor<16xf32>
    %cst_44 = stablehlo.constant dense<9.99999993E-9> : tensor<16xf32>
    %110 = stablehlo.add %109, %cst_44 : tensor<16xf32>
    %111 = stablehlo.divide %102, %110 : tensor<16xf32>
    %112 = stablehlo.subtract %conv2d1.b, %111 : tensor<16xf32>
    %c_45 = stablehlo.constant dense<1> : tensor<i64>
    %113 = stablehlo.add %step, %c_45 : tensor<i64>
    %cst_46 = stablehlo.constant dense<0.899999976> : tensor<16xf32>
    %114 = stablehlo.multiply %cst_46, %batch_norm1.scale.m : tensor<16xf32>
    %cst_47 = stablehlo.constant dense<1.000000e-01> : tensor<16xf32>
    %115 = stablehlo.multiply %cst_47, %62#2 : tensor<16xf32>
    %116 = stablehlo.add %114, %115 : tensor<16xf32>
    %cst_48 = stablehlo.constant dense<9.990000e-01> : tensor<16xf32>
    %117 = stablehlo.multiply %cst_48, %batch_norm1.scale.v : tensor<16xf32>
    %118 = stablehlo.multiply %62#2, %62#2 : tensor<16xf32>
    %cst_49 = stablehlo.constant dense<1.000000e-03> : tensor<16xf32>
    %119 = stablehlo.multiply %cst_49, %118 : tensor<16xf32>
    %120 = stablehlo.add %117, %119 : tensor<16xf32>
    %cst_50 = stablehlo.constant dense<9.000000e-01> : tensor<f64>
    %121 = stablehlo.convert %113 : (tensor<i64>) -> tensor<f64>
    %122 = stablehlo.power %cst_50, %121 : tensor<f64>
    %cst_51 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %123 = stablehlo.subtract %cst_51, %122 : tensor<f64>
    %124 = stablehlo.convert %123 : (tensor<f64>) -> tensor<f32>
    %cst_52 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %125 = stablehlo.divide %cst_52, %124 : tensor<f32>
    %126 = stablehlo.broadcast_in_dim %125, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %127 = stablehlo.multiply %126, %116 : tensor<16xf32>
    %cst_53 = stablehlo.constant dense<0.99899999999999999> : tensor<f64>
    %128 = stablehlo.convert %113 : (tensor<i64>) -> tensor<f64>
    %129 = stablehlo.power %cst_53, %128 : tensor<f64>
    %cst_54 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %130 = stablehlo.subtract %cst_54, %129 : tensor<f64>
    %131 = stablehlo.convert %130 : (tensor<f64>) -> tensor<f32>
    %132 = stablehlo.broadcast_in_dim %131, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %133 = stablehlo.divide %120, %132 : tensor<16xf32>
    %134 = stablehlo.sqrt %133 : tensor<16xf32>
    %cst_55 = stablehlo.constant dense<9.99999993E-9> : tensor<16xf32>
    %135 = stablehlo.add %134, %cst_55 : tensor<16xf32>
    %136 = stablehlo.divide %127, %135 : tensor<16xf32>
    %137 = stablehlo.subtract %batch_norm1.scale, %136 : tensor<16xf32>
    %c_56 = stablehlo.constant dense<1> : tensor<i64>
    %138 = stablehlo.add %step, %c_56 : tensor<i64>
    %cst_57 = stablehlo.constant dense<0.899999976> : tensor<16xf32>
    %139 = stablehlo.multiply %cst_57, %batch_norm1.shift.m : tensor<16xf32>
    %cst_58 = stablehlo.constant dense<1.000000e-01> : tensor<16xf32>
    %140 = stablehlo.multiply %cst_58, %62#3 : tensor<16xf32>
    %141 = stablehlo.add %139, %140 : tensor<16xf32>
    %cst_59 = stablehlo.constant dense<9.990000e-01> : tensor<16xf32>
    %142 = stablehlo.multiply %cst_59, %batch_norm1.shift.v : tensor<16xf32>
    %143 = stablehlo.multiply %62#3, %62#3 : tensor<16xf32>
    %cst_60 = stablehlo.constant dense<1.000000e-03> : tensor<16xf32>
    %144 = stablehlo.multiply %cst_60, %143 : tensor<16xf32>
    %145 = stablehlo.add %142, %144 : tensor<16xf32>
    %cst_61 = stablehlo.constant dense<9.000000e-01> : tensor<f64>
    %146 = stablehlo.convert %138 : (tensor<i64>) -> tensor<f64>
    %147 = stablehlo.power %cst_61, %146 : tensor<f64>
    %cst_62 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %148 = stablehlo.subtract %cst_62, %147 : tensor<f64>
    %149 = stablehlo.convert %148 : (tensor<f64>) -> tensor<f32>
    %cst_63 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %150 = stablehlo.divide %cst_63, %149 : tensor<f32>
    %151 = stablehlo.broadcast_in_dim %150, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %152 = stablehlo.multiply %151, %141 : tensor<16xf32>
    %cst_64 = stablehlo.constant dense<0.99899999999999999> : tensor<f64>
    %153 = stablehlo.convert %138 : (tensor<i64>) -> tensor<f64>
    %154 = stablehlo.power %cst_64, %153 : tensor<f64>
    %cst_65 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %155 = stablehlo.subtract %cst_65, %154 : tensor<f64>
    %156 = stablehlo.convert %155 : (tensor<f64>) -> tensor<f32>
    %157 = stablehlo.broadcast_in_dim %156, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %158 = stablehlo.divide %145, %157 : tensor<16xf32>
    %159 = stablehlo.sqrt %158 : tensor<16xf32>
    %cst_66 = stablehlo.constant dense<9.99999993E-9> : tensor<16xf32>
    %160 = stablehlo.add %159, %cst_66 : tensor<16xf32>
    %161 = stablehlo.divide %152, %160 : tensor<16xf32>
    %162 = stablehlo.subtract %batch_norm1.shift, %161 : tensor<16xf32>
    %c_67 = stablehlo.constant dense<1> : tensor<i64>
    %163 = stablehlo.add %step, %c_67 : tensor<i64>
    %cst_68 = stablehlo.constant dense<0.899999976> : tensor<1024x96xf32>
    %164 = stablehlo.multiply %cst_68, %dense1.w.m : tensor<1024x96xf32>
    %cst_69 = stablehlo.constant dense<1.000000e-01> : tensor<1024x96xf32>
    %165 = stablehlo.multiply %cst_69, %62#4 : tensor<1024x96xf32>
    %166 = stablehlo.add %164, %165 : tensor<1024x96xf32>
    %cst_70 = stablehlo.constant dense<9.990000e-01> : tensor<1024x96xf32>
    %167 = stablehlo.multiply %cst_70, %dense1.w.v : tensor<1024x96xf32>
    %168 = stablehlo.multiply %62#4, %62#4 : tensor<1024x96xf32>
    %cst_71 = stablehlo.constant dense<1.000000e-03> : tensor<1024x96xf32>
    %169 = stablehlo.multiply %cst_71, %168 : tensor<1024x96xf32>
    %170 = stablehlo.add %167, %169 : tensor<1024x96xf32>
    %cst_72 = stablehlo.constant dense<9.000000e-01> : tensor<f64>
    %171 = stablehlo.convert %163 : (tensor<i64>) -> tensor<f64>
    %172 = stablehlo.power %cst_72, %171 : tensor<f64>
    %cst_73 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %173 = stablehlo.subtract %cst_73, %172 : tensor<f64>
    %174 = stablehlo.convert %173 : (tensor<f64>) -> tensor<f32>
    %cst_74 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %175 = stablehlo.divide %cst_74, %174 : tensor<f32>
    %176 = stablehlo.broadcast_in_dim %175, dims = [] : (tensor<f32>) -> tensor<1024x96xf32>
    %177 = stablehlo.multiply %176, %166 : tensor<1024x96xf32>
    %cst_75 = stablehlo.constant dense<0.99899999999999999> : tensor<f64>
    %178 = stablehlo.convert %163 : (tensor<i64>) -> tensor<f64>
    %179 = stablehlo.power %cst_75, %178 : tensor<f64>
    %cst_76 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %180 = stablehlo.subtract %cst_76, %179 : tensor<f64>
    %181 = stablehlo.convert %180 : (tensor<f64>) -> tensor<f32>
    %182 = stablehlo.broadcast_in_dim %181, dims = [] : (tensor<f32>) -> tensor<1024x96xf32>
    %183 = stablehlo.divide %170, %182 : tensor<1024x96xf32>
    %184 = stablehlo.sqrt %183 : tensor<1024x96xf32>
    %cst_77 = stablehlo.constant dense<9.99999993E-9> : tensor<1024x96xf32>
    %185 = stablehlo.add %184, %cst_77 : tensor<1024x96xf32>
    %186 = stablehlo.divide %177, %185 : tensor<1024x96xf32>
    %187 = stablehlo.subtract %dense1.w, %186 : tensor<1024x96xf32>
    %c_78 = stablehlo.constant dense<1> : tensor<i64>
    %188 = stablehlo.add %step, %c_78 : tensor<i64>
    %cst_79 = stablehlo.constant dense<0.899999976> : tensor<96xf32>
    %189 = stablehlo.multiply %cst_79, %dense1.b.m : tensor<96xf32>
    %cst_80 = stablehlo.constant dense<1.000000e-01> : tensor<96xf32>
    %190 = stablehlo.multiply %cst_80, %62#5 : tensor<96xf32>
    %191 = stablehlo.add %189, %190 : tensor<96xf32>
    %cst_81 = stablehlo.constant dense<9.990000e-01> : tensor<96xf32>
    %192 = stablehlo.multiply %cst_81, %dense1.b.v : tensor<96xf32>
    %193 = stablehlo.multiply %62#5, %62#5 : tensor<96xf32>
    %cst_82 = stablehlo.constant dense<1.000000e-03> : tensor<96xf32>
    %194 = stablehlo.multiply %cst_82, %193 : tensor<96xf32>
    %195 = stablehlo.add %192, %194 : tensor<96xf32>
    %cst_83 = stablehlo.constant dense<9.000000e-01> : tensor<f64>
    %196 = stablehlo.convert %188 : (tensor<i64>) -> tensor<f64>
    %197 = stablehlo.power %cst_83, %196 : tensor<f64>
    %cst_84 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %198 = stablehlo.subtract %cst_84, %197 : tensor<f64>
    %199 = stablehlo.convert %198 : (tensor<f64>) -> tensor<f32>
    %cst_85 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %200 = stablehlo.divide %cst_85, %199 : tensor<f32>
    %201 = stablehlo.broadcast_in_dim %200, dims = [] : (tensor<f32>) -> tensor<96xf32>
    %202 = stablehlo.multiply %201, %191 : tensor<96xf32>
    %cst_86 = stablehlo.constant dense<0.99899999999999999> : tensor<f64>
    %203 = stablehlo.convert %188 : (tensor<i64>) -> tensor<f64>
    %204 = stablehlo.power %cst_86, %203 : tensor<f64>
    %cst_87 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %205 = stablehlo.subtract %cst_87, %204 : tensor<f64>
    %206 = stablehlo.convert %205 : (tensor<f64>) -> tensor<f32>
    %207 = stablehlo.broadcast_in_dim %206, dims = [] : (tensor<f32>) -> tensor<96xf32>
    %208 = stablehlo.divide %195, %207 : tensor<96xf32>
    %209 = stablehlo.sqrt %208 : tensor<96xf32>
    %cst_88 = stablehlo.constant dense<9.99999993E-9> : tensor<96xf32>
    %210 = stablehlo.add %209, %cst_88 : tensor<96xf32>
    %211 = stablehlo.divide %202, %210 : tensor<96xf32>
    %212 = stablehlo.subtract %dense1.b, %211 : tensor<96xf32>
    %c_89 = stablehlo.constant dense<1> : tensor<i64>
    %213 = stablehlo.add %step, %c_89 : tensor<i64>
    %cst_90 = stablehlo.constant dense<0.899999976> : tensor<96x10xf32>
    %214 = stablehlo.multiply %cst_90, %dense2.w.m : tensor<96x10xf32>
    %cst_91 = stablehlo.constant dense<1.000000e-01> : tensor<96x10xf32>
    %215 = stablehlo.multiply %cst_91, %62#6 : tensor<96x10xf32>
    %216 = stablehlo.add %214, %215 : tensor<96x10xf32>
    %cst_92 = stablehlo.constant dense<9.990000e-01> : tensor<96x10xf32>
    %217 = stablehlo.multiply %cst_92, %dense2.w.v : tensor<96x10xf32>
    %218 = stablehlo.multiply %62#6, %62#6 : tensor<96x10xf32>
    %cst_93 = stablehlo.constant dense<1.000000e-03> : tensor<96x10xf32>
    %219 = stablehlo.multiply %cst_93, %218 : tensor<96x10xf32>
    %220 = stablehlo.add %217, %219 : tensor<96x10xf32>
    %cst_94 = stablehlo.constant dense<9.000000e-01> : tensor<f64>
    %221 = stablehlo.convert %213 : (tensor<i64>) -> tensor<f64>
    %222 = stablehlo.power %cst_94, %221 : tensor<f64>
    %cst_95 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %223 = stablehlo.subtract %cst_95, %222 : tensor<f64>
    %224 = stablehlo.convert %223 : (tensor<f64>) -> tensor<f32>
    %cst_96 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %225 = stablehlo.divide %cst_96, %224 : tensor<f32>
    %226 = stablehlo.broadcast_in_dim %225, dims = [] : (tensor<f32>) -> tensor<96x10xf32>
    %227 = stablehlo.multiply %226, %216 : tensor<96x10xf32>
    %cst_97 = stablehlo.constant dense<0.99899999999999999> : tensor<f64>
    %228 = stablehlo.convert %213 : (tensor<i64>) -> tensor<f64>
    %229 = stablehlo.power %cst_97, %228 : tensor<f64>
    %cst_98 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %230 = stablehlo.subtract %cst_98, %229 : tensor<f64>
    %231 = stablehlo.convert %230 : (tensor<f64>) -> tensor<f32>
    %232 = stablehlo.broadcast_in_dim %231, dims = [] : (tensor<f32>) -> tensor<96x10xf32>
    %233 = stablehlo.divide %220, %232 : tensor<96x10xf32>
    %234 = stablehlo.sqrt %233 : tensor<96x10xf32>
    %cst_99 = stablehlo.constant dense<9.99999993E-9> : tensor<96x10xf32>
    %235 = stablehlo.add %234, %cst_99 : tensor<96x10xf32>
    %236 = stablehlo.divide %227, %235 : tensor<96x10xf32>
    %237 = stablehlo.subtract %dense2.w, %236 : tensor<96x10xf32>
    %c_100 = stablehlo.constant dense<1> : tensor<i64>
    %238 = stablehlo.add %step, %c_100 : tensor<i64>
    %cst_101 = stablehlo.constant dense<0.899999976> : tensor<10xf32>
    %239 = stablehlo.multiply %cst_101, %dense2.b.m : tensor<10xf32>
    %cst_102 = stablehlo.constant dense<1.000000e-01> : tensor<10xf32>
    %240 = stablehlo.multiply %cst_102, %62#7 : tensor<10xf32>
    %241 = stablehlo.add %239, %240 : tensor<10xf32>
    %cst_103 = stablehlo.constant dense<9.990000e-01> : tensor<10xf32>
    %242 = stablehlo.multiply %cst_103, %dense2.b.v : tensor<10xf32>
    %243 = stablehlo.multiply %62#7, %62#7 : tensor<10xf32>
    %cst_104 = stablehlo.constant dense<1.000000e-03> : tensor<10xf32>
    %244 = stablehlo.multiply %cst_104, %243 : tensor<10xf32>
    %245 = stablehlo.add %242, %244 : tensor<10xf32>
    %cst_105 = stablehlo.constant dense<9.000000e-01> : tensor<f64>
    %246 = stablehlo.convert %238 : (tensor<i64>) -> tensor<f64>
    %247 = stablehlo.power %cst_105, %246 : tensor<f64>
    %cst_106 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %248 = stablehlo.subtract %cst_106, %247 : tensor<f64>
    %249 = stablehlo.convert %248 : (tensor<f64>) -> tensor<f32>
    %cst_107 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %250 = stablehlo.divide %cst_107, %249 : tensor<f32>
    %251 = stablehlo.broadcast_in_dim %250, dims = [] : (tensor<f32>) -> tensor<10xf32>
    %252 = stablehlo.multiply %251, %241 : tensor<10xf32>
    %cst_108 = stablehlo.constant dense<0.99899999999999999> : tensor<f64>
    %253 = stablehlo.convert %238 : (tensor<i64>) -> tensor<f64>
    %254 = stablehlo.power %cst_108, %253 : tensor<f64>
    %cst_109 = stablehlo.constant dense<1.000000e+00> : tensor<f64>
    %255 = stablehlo.subtract %cst_109, %254 : tensor<f64>
    %256 = stablehlo.convert %255 : (tensor<f64>) -> tensor<f32>
    %257 = stablehlo.broadcast_in_dim %256, dims = [] : (tensor<f32>) -> tensor<10xf32>
    %258 = stablehlo.divide %245, %257 : tensor<10xf32>
    %259 = stablehlo.sqrt %258 : tensor<10xf32>
    %cst_110 = stablehlo.constant dense<9.99999993E-9> : tensor<10xf32>
    %260 = stablehlo.add %259, %cst_110 : tensor<10xf32>
    %261 = stablehlo.divide %252, %260 : tensor<10xf32>
    %262 = stablehlo.subtract %dense2.b, %261 : tensor<10xf32>
    %c_111 = stablehlo.constant dense<1> : tensor<i64>
    %263 = stablehlo.add %step, %c_111 : tensor<i64>
    return %87, %112, %137, %162, %187, %212, %237, %262, %12, %15, %66, %70, %91, %95, %116, %120, %141, %145, %166, %170, %191, %195, %216, %220, %241, %245, %263, %output_state, %57, %61 : tensor<3x3x1x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<1024x96xf32>, tensor<96xf32>, tensor<96x10xf32>, tensor<10xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x3x1x16xf32>, tensor<3x3x1x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<1024x96xf32>, tensor<1024x96xf32>, tensor<96xf32>, tensor<96xf32>, tensor<96x10xf32>, tensor<96x10xf32>, tensor<10xf32>, tensor<10xf32>, tensor<i64>, tensor<2xui64>, tensor<f32>, tensor<f32>
  }
  func.func public @eval_step(%conv2d1.w: tensor<3x3x1x16xf32> {descent.name = "conv2d1.w", descent.role = "param"}, %conv2d1.b: tensor<16xf32> {descent.name = "conv2d1.b", descent.role = "param"}, %batch_norm1.scale: tensor<16xf32> {descent.name = "batch_norm1.scale", descent.role = "param"}, %batch_norm1.shift: tensor<16xf32> {descent.name = "batch_norm1.shift", descent.role = "param"}, %dense1.w: tensor<1024x96xf32> {descent.name = "dense1.w", descent.role = "param"}, %dense1.b: tensor<96xf32> {descent.name = "dense1.b", descent.role = "param"}, %dense2.w: tensor<96x10xf32> {descent.name = "dense2.w", descent.role = "param"}, %dense2.b: tensor<10xf32> {descent.name = "dense2.b", descent.role = "param"}, %batch_norm1.running_mean: tensor<16xf32> {descent.name = "batch_norm1.running_mean", descent.role = "state"}, %batch_norm1.running_variance: tensor<16xf32> {descent.name = "batch_norm1.running_variance", descent.role = "state"}, %x: tensor<32x8x8x1xf32> {descent.name = "x", descent.role = "input"}, %y: tensor<32x10xf32> {descent.name = "y", descent.role = "input"}) -> (tensor<f32> {descent.name = "loss", descent.role = "loss"}, tensor<f32> {descent.name = "gap", descent.role = "metric"}) {
    %0 = stablehlo.convolution(%x, %conv2d1.w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<32x8x8x1xf32>, tensor<3x3x1x16xf32>) -> tensor<32x8x8x16xf32>
    %1 = stablehlo.broadcast_in_dim %conv2d1.b, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %2 = stablehlo.add %0, %1 : tensor<32x8x8x16xf32>
    %3 = stablehlo.broadcast_in_dim %batch_norm1.running_mean, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %4 = stablehlo.subtract %2, %3 : tensor<32x8x8x16xf32>
    %cst = stablehlo.constant dense<9.99999974E-6> : tensor<16xf32>
    %5 = stablehlo.add %batch_norm1.running_variance, %cst : tensor<16xf32>
    %6 = stablehlo.rsqrt %5 : tensor<16xf32>
    %7 = stablehlo.multiply %batch_norm1.scale, %6 : tensor<16xf32>
    %8 = stablehlo.broadcast_in_dim %7, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %9 = stablehlo.multiply %4, %8 : tensor<32x8x8x16xf32>
    %10 = stablehlo.broadcast_in_dim %batch_norm1.shift, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %11 = stablehlo.add %9, %10 : tensor<32x8x8x16xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<32x8x8x16xf32>
    %12 = stablehlo.compare LE, %11, %cst_0, FLOAT : (tensor<32x8x8x16xf32>, tensor<32x8x8x16xf32>) -> tensor<32x8x8x16xi1>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<32x8x8x16xf32>
    %13 = stablehlo.select %12, %cst_1, %11 : tensor<32x8x8x16xi1>, tensor<32x8x8x16xf32>
    %14 = stablehlo.reshape %13 : (tensor<32x8x8x16xf32>) -> tensor<32x1024xf32>
    %15 = stablehlo.dot_general %14, %dense1.w, contracting_dims = [1] x [0] : (tensor<32x1024xf32>, tensor<1024x96xf32>) -> tensor<32x96xf32>
    %16 = stablehlo.broadcast_in_dim %dense1.b, dims = [1] : (tensor<96xf32>) -> tensor<32x96xf32>
    %17 = stablehlo.add %15, %16 : tensor<32x96xf32>
    %cst_2 = stablehlo.constant dense<5.000000e-01> : tensor<32x96xf32>
    %18 = stablehlo.multiply %cst_2, %17 : tensor<32x96xf32>
    %cst_3 = stablehlo.constant dense<0.707106769> : tensor<32x96xf32>
    %19 = stablehlo.multiply %17, %cst_3 : tensor<32x96xf32>
    %20 = chlo.erf %19 : tensor<32x96xf32> -> tensor<32x96xf32>
    %cst_4 = stablehlo.constant dense<1.000000e+00> : tensor<32x96xf32>
    %21 = stablehlo.add %cst_4, %20 : tensor<32x96xf32>
    %22 = stablehlo.multiply %18, %21 : tensor<32x96xf32>
    %23 = stablehlo.dot_general %22, %dense2.w, contracting_dims = [1] x [0] : (tensor<32x96xf32>, tensor<96x10xf32>) -> tensor<32x10xf32>
    %24 = stablehlo.broadcast_in_dim %dense2.b, dims = [1] : (tensor<10xf32>) -> tensor<32x10xf32>
    %25 = stablehlo.add %23, %24 : tensor<32x10xf32>
    %cst_5 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %26 = stablehlo.reduce(%25 init: %cst_5) applies stablehlo.maximum across dimensions = [1] : (tensor<32x10xf32>, tensor<f32>) -> tensor<32xf32>
    %27 = stablehlo.reshape %26 : (tensor<32xf32>) -> tensor<32x1xf32>
    %28 = stablehlo.bitcast_convert %27 : (tensor<32x1xf32>) -> tensor<32x1xui32>
    %29 = stablehlo.bitcast_convert %28 : (tensor<32x1xui32>) -> tensor<32x1xf32>
    %30 = stablehlo.broadcast_in_dim %29, dims = [0, 1] : (tensor<32x1xf32>) -> tensor<32x10xf32>
    %31 = stablehlo.subtract %25, %30 : tensor<32x10xf32>
    %32 = stablehlo.exponential %31 : tensor<32x10xf32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %33 = stablehlo.reduce(%32 init: %cst_6) applies stablehlo.add across dimensions = [1] : (tensor<32x10xf32>, tensor<f32>) -> tensor<32xf32>
    %34 = stablehlo.reshape %33 : (tensor<32xf32>) -> tensor<32x1xf32>
    %35 = stablehlo.broadcast_in_dim %34, dims = [0, 1] : (tensor<32x1xf32>) -> tensor<32x10xf32>
    %36 = stablehlo.divide %32, %35 : tensor<32x10xf32>
    %37 = stablehlo.subtract %36, %y : tensor<32x10xf32>
    %38 = stablehlo.multiply %37, %37 : tensor<32x10xf32>
    %cst_7 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %39 = stablehlo.reduce(%38 init: %cst_7) applies stablehlo.add across dimensions = [0, 1] : (tensor<32x10xf32>, tensor<f32>) -> tensor<f32>
    %cst_8 = stablehlo.constant dense<3.200000e+02> : tensor<f32>
    %40 = stablehlo.divide %39, %cst_8 : tensor<f32>
    %41 = stablehlo.subtract %36, %y : tensor<32x10xf32>
    %42 = stablehlo.abs %41 : tensor<32x10xf32>
    %cst_9 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %43 = stablehlo.reduce(%42 init: %cst_9) applies stablehlo.add across dimensions = [0, 1] : (tensor<32x10xf32>, tensor<f32>) -> tensor<f32>
    %cst_10 = stablehlo.constant dense<3.200000e+02> : tensor<f32>
    %44 = stablehlo.divide %43, %cst_10 : tensor<f32>
    return %40, %44 : tensor<f32>, tensor<f32>
  }
  func.func public @predict(%conv2d1.w: tensor<3x3x1x16xf32> {descent.name = "conv2d1.w", descent.role = "param"}, %conv2d1.b: tensor<16xf32> {descent.name = "conv2d1.b", descent.role = "param"}, %batch_norm1.scale: tensor<16xf32> {descent.name = "batch_norm1.scale", descent.role = "param"}, %batch_norm1.shift: tensor<16xf32> {descent.name = "batch_norm1.shift", descent.role = "param"}, %dense1.w: tensor<1024x96xf32> {descent.name = "dense1.w", descent.role = "param"}, %dense1.b: tensor<96xf32> {descent.name = "dense1.b", descent.role = "param"}, %dense2.w: tensor<96x10xf32> {descent.name = "dense2.w", descent.role = "param"}, %dense2.b: tensor<10xf32> {descent.name = "dense2.b", descent.role = "param"}, %batch_norm1.running_mean: tensor<16xf32> {descent.name = "batch_norm1.running_mean", descent.role = "state"}, %batch_norm1.running_variance: tensor<16xf32> {descent.name = "batch_norm1.running_variance", descent.role = "state"}, %x: tensor<32x8x8x1xf32> {descent.name = "x", descent.role = "input"}) -> (tensor<32x10xf32> {descent.name = "out0", descent.role = "output"}) {
    %0 = stablehlo.convolution(%x, %conv2d1.w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]], lhs_dilate = [1, 1], rhs_dilate = [1, 1], reverse = [false, false]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<32x8x8x1xf32>, tensor<3x3x1x16xf32>) -> tensor<32x8x8x16xf32>
    %1 = stablehlo.broadcast_in_dim %conv2d1.b, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %2 = stablehlo.add %0, %1 : tensor<32x8x8x16xf32>
    %3 = stablehlo.broadcast_in_dim %batch_norm1.running_mean, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %4 = stablehlo.subtract %2, %3 : tensor<32x8x8x16xf32>
    %cst = stablehlo.constant dense<9.99999974E-6> : tensor<16xf32>
    %5 = stablehlo.add %batch_norm1.running_variance, %cst : tensor<16xf32>
    %6 = stablehlo.rsqrt %5 : tensor<16xf32>
    %7 = stablehlo.multiply %batch_norm1.scale, %6 : tensor<16xf32>
    %8 = stablehlo.broadcast_in_dim %7, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %9 = stablehlo.multiply %4, %8 : tensor<32x8x8x16xf32>
    %10 = stablehlo.broadcast_in_dim %batch_norm1.shift, dims = [3] : (tensor<16xf32>) -> tensor<32x8x8x16xf32>
    %11 = stablehlo.add %9, %10 : tensor<32x8x8x16xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<32x8x8x16xf32>
    %12 = stablehlo.compare LE, %11, %cst_0, FLOAT : (tensor<32x8x8x16xf32>, tensor<32x8x8x16xf32>) -> tensor<32x8x8x16xi1>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<32x8x8x16xf32>
    %13 = stablehlo.select %12, %cst_1, %11 : tensor<32x8x8x16xi1>, tensor<32x8x8x16xf32>
    %14 = stablehlo.reshape %13 : (tensor<32x8x8x16xf32>) -> tensor<32x1024xf32>
    %15 = stablehlo.dot_general %14, %dense1.w, contracting_dims = [1] x [0] : (tensor<32x1024xf32>, tensor<1024x96xf32>) -> tensor<32x96xf32>
    %16 = stablehlo.broadcast_in_dim %dense1.b, dims = [1] : (tensor<96xf32>) -> tensor<32x96xf32>
    %17 = stablehlo.add %15, %16 : tensor<32x96xf32>
    %cst_2 = stablehlo.constant dense<5.000000e-01> : tensor<32x96xf32>
    %18 = stablehlo.multiply %cst_2, %17 : tensor<32x96xf32>
    %cst_3 = stablehlo.constant dense<0.707106769> : tensor<32x96xf32>
    %19 = stablehlo.multiply %17, %cst_3 : tensor<32x96xf32>
    %20 = chlo.erf %19 : tensor<32x96xf32> -> tensor<32x96xf32>
    %cst_4 = stablehlo.constant dense<1.000000e+00> : tensor<32x96xf32>
    %21 = stablehlo.add %cst_4, %20 : tensor<32x96xf32>
    %22 = stablehlo.multiply %18, %21 : tensor<32x96xf32>
    %23 = stablehlo.dot_general %22, %dense2.w, contracting_dims = [1] x [0] : (tensor<32x96xf32>, tensor<96x10xf32>) -> tensor<32x10xf32>
    %24 = stablehlo.broadcast_in_dim %dense2.b, dims = [1] : (tensor<10xf32>) -> tensor<32x10xf32>
    %25 = stablehlo.add %23, %24 : tensor<32x10xf32>
    %cst_5 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %26 = stablehlo.reduce(%25 init: %cst_5) applies stablehlo.maximum across dimensions = [1] : (tensor<32x10xf32>, tensor<f32>) -> tensor<32xf32>
    %27 = stablehlo.reshape %26 : (tensor<32xf32>) -> tensor<32x1xf32>
    %28 = stablehlo.bitcast_convert %27 : (tensor<32x1xf32>) -> tensor<32x1xui32>
    %29 = stablehlo.bitcast_convert %28 : (tensor<32x1xui32>) -> tensor<32x1xf32>
    %30 = stablehlo.broadcast_in_dim %29, dims = [0, 1] : (tensor<32x1xf32>) -> tensor<32x10xf32>
    %31 = stablehlo.subtract %25, %30 : tensor<32x10xf32>
    %32 = stablehlo.exponential %31 : tensor<32x10xf32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %33 = stablehlo.reduce(%32 init: %cst_6) applies stablehlo.add across dimensions = [1] : (tensor<32x10xf32>, tensor<f32>) -> tensor<32xf32>
    %34 = stablehlo.reshape %33 : (tensor<32xf32>) -> tensor<32x1xf32>
    %35 = stablehlo.broadcast_in_dim %34, dims = [0, 1] : (tensor<32x1xf32>) -> tensor<32x10xf32>
    %36 = stablehlo.divide %32, %35 : tensor<32x10xf32>
    return %36 : tensor<32x10xf32>
  }
  func.func public @init(%rng: tensor<2xui64> {descent.name = "rng", descent.role = "rng", tf.aliasing_output = 27 : i32}) -> (tensor<3x3x1x16xf32> {descent.name = "conv2d1.w", descent.role = "param"}, tensor<16xf32> {descent.name = "conv2d1.b", descent.role = "param"}, tensor<16xf32> {descent.name = "batch_norm1.scale", descent.role = "param"}, tensor<16xf32> {descent.name = "batch_norm1.shift", descent.role = "param"}, tensor<1024x96xf32> {descent.name = "dense1.w", descent.role = "param"}, tensor<96xf32> {descent.name = "dense1.b", descent.role = "param"}, tensor<96x10xf32> {descent.name = "dense2.w", descent.role = "param"}, tensor<10xf32> {descent.name = "dense2.b", descent.role = "param"}, tensor<16xf32> {descent.name = "batch_norm1.running_mean", descent.role = "state"}, tensor<16xf32> {descent.name = "batch_norm1.running_variance", descent.role = "state"}, tensor<3x3x1x16xf32> {descent.name = "conv2d1.w.m", descent.role = "opt"}, tensor<3x3x1x16xf32> {descent.name = "conv2d1.w.v", descent.role = "opt"}, tensor<16xf32> {descent.name = "conv2d1.b.m", descent.role = "opt"}, tensor<16xf32> {descent.name = "conv2d1.b.v", descent.role = "opt"}, tensor<16xf32> {descent.name = "batch_norm1.scale.m", descent.role = "opt"}, tensor<16xf32> {descent.name = "batch_norm1.scale.v", descent.role = "opt"}, tensor<16xf32> {descent.name = "batch_norm1.shift.m", descent.role = "opt"}, tensor<16xf32> {descent.name = "batch_norm1.shift.v", descent.role = "opt"}, tensor<1024x96xf32> {descent.name = "dense1.w.m", descent.role = "opt"}, tensor<1024x96xf32> {descent.name = "dense1.w.v", descent.role = "opt"}, tensor<96xf32> {descent.name = "dense1.b.m", descent.role = "opt"}, tensor<96xf32> {descent.name = "dense1.b.v", descent.role = "opt"}, tensor<96x10xf32> {descent.name = "dense2.w.m", descent.role = "opt"}, tensor<96x10xf32> {descent.name = "dense2.w.v", descent.role = "opt"}, tensor<10xf32> {descent.name = "dense2.b.m", descent.role = "opt"}, tensor<10xf32> {descent.name = "dense2.b.v", descent.role = "opt"}, tensor<i64> {descent.name = "step", descent.role = "step"}, tensor<2xui64> {descent.name = "rng", descent.role = "rng"}) {
    %output_state, %output = stablehlo.rng_bit_generator %rng, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<3x3x1x16xui32>)
    %c = stablehlo.constant dense<8> : tensor<3x3x1x16xui32>
    %0 = stablehlo.shift_right_logical %output, %c : tensor<3x3x1x16xui32>
    %1 = stablehlo.convert %0 : (tensor<3x3x1x16xui32>) -> tensor<3x3x1x16xf32>
    %cst = stablehlo.constant dense<5.96046448E-8> : tensor<3x3x1x16xf32>
    %2 = stablehlo.multiply %1, %cst : tensor<3x3x1x16xf32>
    %cst_0 = stablehlo.constant dense<2.000000e+00> : tensor<3x3x1x16xf32>
    %3 = stablehlo.multiply %cst_0, %2 : tensor<3x3x1x16xf32>
    %cst_1 = stablehlo.constant dense<1.000000e+00> : tensor<3x3x1x16xf32>
    %4 = stablehlo.subtract %3, %cst_1 : tensor<3x3x1x16xf32>
    %cst_2 = stablehlo.constant dense<0.198029503> : tensor<3x3x1x16xf32>
    %5 = stablehlo.multiply %cst_2, %4 : tensor<3x3x1x16xf32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_4 = stablehlo.constant dense<1.000000e+00> : tensor<16xf32>
    %cst_5 = stablehlo.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_7 = stablehlo.constant dense<1.000000e+00> : tensor<16xf32>
    %output_state_8, %output_9 = stablehlo.rng_bit_generator %output_state, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<1024x96xui32>)
    %c_10 = stablehlo.constant dense<8> : tensor<1024x96xui32>
    %6 = stablehlo.shift_right_logical %output_9, %c_10 : tensor<1024x96xui32>
    %7 = stablehlo.convert %6 : (tensor<1024x96xui32>) -> tensor<1024x96xf32>
    %cst_11 = stablehlo.constant dense<5.96046448E-8> : tensor<1024x96xf32>
    %8 = stablehlo.multiply %7, %cst_11 : tensor<1024x96xf32>
    %cst_12 = stablehlo.constant dense<2.000000e+00> : tensor<1024x96xf32>
    %9 = stablehlo.multiply %cst_12, %8 : tensor<1024x96xf32>
    %cst_13 = stablehlo.constant dense<1.000000e+00> : tensor<1024x96xf32>
    %10 = stablehlo.subtract %9, %cst_13 : tensor<1024x96xf32>
    %cst_14 = stablehlo.constant dense<0.073192507> : tensor<1024x96xf32>
    %11 = stablehlo.multiply %cst_14, %10 : tensor<1024x96xf32>
    %cst_15 = stablehlo.constant dense<0.000000e+00> : tensor<96xf32>
    %output_state_16, %output_17 = stablehlo.rng_bit_generator %output_state_8, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<96x10xui32>)
    %c_18 = stablehlo.constant dense<8> : tensor<96x10xui32>
    %12 = stablehlo.shift_right_logical %output_17, %c_18 : tensor<96x10xui32>
    %13 = stablehlo.convert %12 : (tensor<96x10xui32>) -> tensor<96x10xf32>
    %cst_19 = stablehlo.constant dense<5.96046448E-8> : tensor<96x10xf32>
    %14 = stablehlo.multiply %13, %cst_19 : tensor<96x10xf32>
    %cst_20 = stablehlo.constant dense<2.000000e+00> : tensor<96x10xf32>
    %15 = stablehlo.multiply %cst_20, %14 : tensor<96x10xf32>
    %cst_21 = stablehlo.constant dense<1.000000e+00> : tensor<96x10xf32>
    %16 = stablehlo.subtract %15, %cst_21 : tensor<96x10xf32>
    %cst_22 = stablehlo.constant dense<0.237915471> : tensor<96x10xf32>
    %17 = stablehlo.multiply %cst_22, %16 : tensor<96x10xf32>
    %cst_23 = stablehlo.constant dense<0.000000e+00> : tensor<10xf32>
    %c_24 = stablehlo.constant dense<0> : tensor<i64>
    %cst_25 = stablehlo.constant dense<0.000000e+00> : tensor<3x3x1x16xf32>
    %cst_26 = stablehlo.constant dense<0.000000e+00> : tensor<3x3x1x16xf32>
    %cst_27 = stablehlo.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_28 = stablehlo.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_29 = stablehlo.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_30 = stablehlo.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_31 = stablehlo.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_32 = stablehlo.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_33 = stablehlo.constant dense<0.000000e+00> : tensor<1024x96xf32>
    %cst_34 = stablehlo.constant dense<0.000000e+00> : tensor<1024x96xf32>
    %cst_35 = stablehlo.constant dense<0.000000e+00> : tensor<96xf32>
    %cst_36 = stablehlo.constant dense<0.000000e+00> : tensor<96xf32>
    %cst_37 = stablehlo.constant dense<0.000000e+00> : tensor<96x10xf32>
    %cst_38 = stablehlo.constant dense<0.000000e+00> : tensor<96x10xf32>
    %cst_39 = stablehlo.constant dense<0.000000e+00> : tensor<10xf32>
    %cst_40 = stablehlo.constant dense<0.000000e+00> : tensor<10xf32>
    return %5, %cst_3, %cst_4, %cst_5, %11, %cst_15, %17, %cst_23, %cst_6, %cst_7, %cst_25, %cst_26, %cst_27, %cst_28, %cst_29, %cst_30, %cst_31, %cst_32, %cst_33, %cst_34, %cst_35, %cst_36, %cst_37, %cst_38, %cst_39, %cst_40, %c_24, %output_state_16 : tensor<3x3x1x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<1024x96xf32>, tensor<96xf32>, tensor<96x10xf32>, tensor<10xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x3x1x16xf32>, tensor<3x3x1x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<1024x96xf32>, tensor<1024x96xf32>, tensor<96xf32>, tensor<96xf32>, tensor<96x10xf32>, tensor<96x10xf32>, tensor<10xf32>, tensor<10xf32>, tensor<i64>, tensor<2xui64>
  }
}
