// dot_general and convolution. Each function is a case of tests/passes/gradient.c.

func.func @dot_general_nn(%a: tensor<2x3xf64>, %b: tensor<3x4xf64>) -> (tensor<2x4xf64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0]
    : (tensor<2x3xf64>, tensor<3x4xf64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

func.func @dot_general_nt(%a: tensor<2x3xf64>, %b: tensor<4x3xf64>) -> (tensor<2x4xf64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1]
    : (tensor<2x3xf64>, tensor<4x3xf64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

func.func @dot_general_tn(%a: tensor<3x2xf64>, %b: tensor<3x4xf64>) -> (tensor<2x4xf64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0]
    : (tensor<3x2xf64>, tensor<3x4xf64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

func.func @dot_general_tt(%a: tensor<3x2xf64>, %b: tensor<4x3xf64>) -> (tensor<2x4xf64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [0] x [1]
    : (tensor<3x2xf64>, tensor<4x3xf64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

func.func @dot_general_of_vectors(%a: tensor<3xf64>, %b: tensor<3xf64>) -> (tensor<f64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0]
    : (tensor<3xf64>, tensor<3xf64>) -> tensor<f64>
  return %r : tensor<f64>
}

func.func @dot_general_outer_product(%a: tensor<2xf64>, %b: tensor<3xf64>)
    -> (tensor<2x3xf64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [] x []
    : (tensor<2xf64>, tensor<3xf64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

func.func @dot_general_matrix_and_vector(%a: tensor<2x3xf64>, %b: tensor<3xf64>)
    -> (tensor<2xf64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0]
    : (tensor<2x3xf64>, tensor<3xf64>) -> tensor<2xf64>
  return %r : tensor<2xf64>
}

func.func @dot_general_batch(%a: tensor<2x3x4xf64>, %b: tensor<2x4x5xf64>)
    -> (tensor<2x3x5xf64>) {
  %r = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1]
    : (tensor<2x3x4xf64>, tensor<2x4x5xf64>) -> tensor<2x3x5xf64>
  return %r : tensor<2x3x5xf64>
}

func.func @dot_general_batch_not_first(%a: tensor<3x2x4xf64>, %b: tensor<4x5x2xf64>)
    -> (tensor<2x3x5xf64>) {
  %r = stablehlo.dot_general %a, %b, batching_dims = [1] x [2], contracting_dims = [2] x [0]
    : (tensor<3x2x4xf64>, tensor<4x5x2xf64>) -> tensor<2x3x5xf64>
  return %r : tensor<2x3x5xf64>
}

func.func @dot_general_two_batches_in_another_order(%a: tensor<2x3x4x5xf64>, %b: tensor<3x4x2x5xf64>)
    -> (tensor<2x3x4x4xf64>) {
  %r = stablehlo.dot_general %a, %b, batching_dims = [0, 1] x [2, 0], contracting_dims = [3] x [3]
    : (tensor<2x3x4x5xf64>, tensor<3x4x2x5xf64>) -> tensor<2x3x4x4xf64>
  return %r : tensor<2x3x4x4xf64>
}

func.func @dot_general_two_contractions_in_another_order(%a: tensor<2x3x4xf64>, %b: tensor<4x5x3xf64>)
    -> (tensor<2x5xf64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1, 2] x [2, 0]
    : (tensor<2x3x4xf64>, tensor<4x5x3xf64>) -> tensor<2x5xf64>
  return %r : tensor<2x5xf64>
}

func.func @dot_general_several_free(%a: tensor<2x3x4x2xf64>, %b: tensor<5x4x2xf64>)
    -> (tensor<2x3x2x5x2xf64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [2] x [1]
    : (tensor<2x3x4x2xf64>, tensor<5x4x2xf64>) -> tensor<2x3x2x5x2xf64>
  return %r : tensor<2x3x2x5x2xf64>
}

func.func @dot_general_contraction_of_none(%a: tensor<2x0xf64>, %b: tensor<0x4xf64>)
    -> (tensor<2x4xf64>) {
  %r = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0]
    : (tensor<2x0xf64>, tensor<0x4xf64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

func.func @convolution_nhwc(%a: tensor<2x4x4x2xf64>, %k: tensor<3x3x2x3xf64>)
    -> (tensor<2x2x2x3xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<2x4x4x2xf64>, tensor<3x3x2x3xf64>) -> tensor<2x2x2x3xf64>
  return %r : tensor<2x2x2x3xf64>
}

func.func @convolution_1_dimension(%a: tensor<2x5x2xf64>, %k: tensor<3x2x3xf64>)
    -> (tensor<2x3x3xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f],
    window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<2x5x2xf64>, tensor<3x2x3xf64>) -> tensor<2x3x3xf64>
  return %r : tensor<2x3x3xf64>
}

func.func @convolution_no_dimension(%a: tensor<2x3xf64>, %k: tensor<3x4xf64>)
    -> (tensor<2x4xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, f]x[i, o]->[b, f],
    window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<2x3xf64>, tensor<3x4xf64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

func.func @convolution_3_dimensions(%a: tensor<1x3x2x3x1xf64>, %k: tensor<2x2x2x1x2xf64>)
    -> (tensor<1x2x1x2x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, 2, f]x[0, 1, 2, i, o]->[b, 0, 1, 2, f],
    window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x3x2x3x1xf64>, tensor<2x2x2x1x2xf64>) -> tensor<1x2x1x2x2xf64>
  return %r : tensor<1x2x1x2x2xf64>
}

func.func @convolution_nchw(%a: tensor<2x2x4x4xf64>, %k: tensor<3x2x3x3xf64>)
    -> (tensor<2x3x2x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1],
    window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<2x2x4x4xf64>, tensor<3x2x3x3xf64>) -> tensor<2x3x2x2xf64>
  return %r : tensor<2x3x2x2xf64>
}

func.func @convolution_odd_layout(%a: tensor<4x3x2x2xf64>, %k: tensor<2x3x2x3xf64>)
    -> (tensor<3x2x4x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [0, 1, f, b]x[i, 0, 1, o]->[f, 0, 1, b],
    window = {stride = [2, 1], pad = [[1, 0], [0, 2]]}
    {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<4x3x2x2xf64>, tensor<2x3x2x3xf64>) -> tensor<3x2x4x2xf64>
  return %r : tensor<3x2x4x2xf64>
}

func.func @convolution_strides(%a: tensor<1x5x6x1xf64>, %k: tensor<2x3x1x2xf64>)
    -> (tensor<1x2x2x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {stride = [2, 3]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x5x6x1xf64>, tensor<2x3x1x2xf64>) -> tensor<1x2x2x2xf64>
  return %r : tensor<1x2x2x2xf64>
}

func.func @convolution_what_strides_leave_over(%a: tensor<1x6x7x1xf64>, %k: tensor<2x2x1x2xf64>)
    -> (tensor<1x2x2x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {stride = [3, 3]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x6x7x1xf64>, tensor<2x2x1x2xf64>) -> tensor<1x2x2x2xf64>
  return %r : tensor<1x2x2x2xf64>
}

func.func @convolution_padding(%a: tensor<1x4x4x1xf64>, %k: tensor<3x2x1x2xf64>)
    -> (tensor<1x5x6x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {pad = [[1, 2], [0, 3]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x4x4x1xf64>, tensor<3x2x1x2xf64>) -> tensor<1x5x6x2xf64>
  return %r : tensor<1x5x6x2xf64>
}

func.func @convolution_wide_padding(%a: tensor<1x2x2x1xf64>, %k: tensor<2x2x1x1xf64>)
    -> (tensor<1x3x7x1xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {stride = [2, 1], pad = [[3, 2], [2, 4]]}
    {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x2x2x1xf64>, tensor<2x2x1x1xf64>) -> tensor<1x3x7x1xf64>
  return %r : tensor<1x3x7x1xf64>
}

func.func @convolution_negative_padding(%a: tensor<1x5x6x1xf64>, %k: tensor<2x2x1x2xf64>)
    -> (tensor<1x3x4x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {pad = [[-1, 0], [1, -2]]}
    {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x5x6x1xf64>, tensor<2x2x1x2xf64>) -> tensor<1x3x4x2xf64>
  return %r : tensor<1x3x4x2xf64>
}

func.func @convolution_lhs_dilation(%a: tensor<1x3x4x1xf64>, %k: tensor<2x3x1x2xf64>)
    -> (tensor<1x5x10x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {pad = [[0, 1], [1, 1]], lhs_dilate = [2, 3]}
    {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x3x4x1xf64>, tensor<2x3x1x2xf64>) -> tensor<1x5x10x2xf64>
  return %r : tensor<1x5x10x2xf64>
}

func.func @convolution_rhs_dilation(%a: tensor<1x6x7x1xf64>, %k: tensor<2x3x1x2xf64>)
    -> (tensor<1x3x2x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {stride = [1, 2], rhs_dilate = [3, 2]}
    {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x6x7x1xf64>, tensor<2x3x1x2xf64>) -> tensor<1x3x2x2xf64>
  return %r : tensor<1x3x2x2xf64>
}

func.func @convolution_reversal(%a: tensor<1x4x5x2xf64>, %k: tensor<2x3x2x2xf64>)
    -> (tensor<1x3x3x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {reverse = [true, true]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x4x5x2xf64>, tensor<2x3x2x2xf64>) -> tensor<1x3x3x2xf64>
  return %r : tensor<1x3x3x2xf64>
}

func.func @convolution_reversal_of_one(%a: tensor<1x4x5x2xf64>, %k: tensor<2x3x2x2xf64>)
    -> (tensor<1x2x2x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {stride = [2, 2], reverse = [false, true]}
    {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x4x5x2xf64>, tensor<2x3x2x2xf64>) -> tensor<1x2x2x2xf64>
  return %r : tensor<1x2x2x2xf64>
}

func.func @convolution_feature_groups(%a: tensor<2x4x4x4xf64>, %k: tensor<2x2x2x6xf64>)
    -> (tensor<2x3x3x6xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {} {batch_group_count = 1 : i64, feature_group_count = 2 : i64}
    : (tensor<2x4x4x4xf64>, tensor<2x2x2x6xf64>) -> tensor<2x3x3x6xf64>
  return %r : tensor<2x3x3x6xf64>
}

func.func @convolution_depthwise(%a: tensor<2x4x4x3xf64>, %k: tensor<3x3x1x3xf64>)
    -> (tensor<2x4x4x3xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {pad = [[1, 1], [1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 3 : i64}
    : (tensor<2x4x4x3xf64>, tensor<3x3x1x3xf64>) -> tensor<2x4x4x3xf64>
  return %r : tensor<2x4x4x3xf64>
}

func.func @convolution_depthwise_with_a_multiplier_strides(%a: tensor<1x5x5x2xf64>, %k: tensor<3x3x1x4xf64>)
    -> (tensor<1x3x3x4xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {stride = [2, 2], pad = [[1, 1], [1, 1]]}
    {batch_group_count = 1 : i64, feature_group_count = 2 : i64}
    : (tensor<1x5x5x2xf64>, tensor<3x3x1x4xf64>) -> tensor<1x3x3x4xf64>
  return %r : tensor<1x3x3x4xf64>
}

func.func @convolution_feature_groups_nchw(%a: tensor<2x4x3x3xf64>, %k: tensor<6x2x2x2xf64>)
    -> (tensor<2x6x2x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1],
    window = {} {batch_group_count = 1 : i64, feature_group_count = 2 : i64}
    : (tensor<2x4x3x3xf64>, tensor<6x2x2x2xf64>) -> tensor<2x6x2x2xf64>
  return %r : tensor<2x6x2x2xf64>
}

func.func @convolution_batch_groups(%a: tensor<4x3x3x2xf64>, %k: tensor<2x2x2x6xf64>)
    -> (tensor<2x2x2x6xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {} {batch_group_count = 2 : i64, feature_group_count = 1 : i64}
    : (tensor<4x3x3x2xf64>, tensor<2x2x2x6xf64>) -> tensor<2x2x2x6xf64>
  return %r : tensor<2x2x2x6xf64>
}

func.func @convolution_batch_groups_odd_layout(%a: tensor<3x3x2x4xf64>, %k: tensor<2x2x2x4xf64>)
    -> (tensor<4x1x2x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [0, 1, f, b]x[i, 0, 1, o]->[f, 0, 1, b],
    window = {stride = [2, 1]} {batch_group_count = 2 : i64, feature_group_count = 1 : i64}
    : (tensor<3x3x2x4xf64>, tensor<2x2x2x4xf64>) -> tensor<4x1x2x2xf64>
  return %r : tensor<4x1x2x2xf64>
}

func.func @convolution_everything(%a: tensor<1x5x4x4xf64>, %k: tensor<2x3x2x4xf64>)
    -> (tensor<1x4x2x4xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {stride = [2, 3], pad = [[2, -1], [3, 2]], lhs_dilate = [2, 1], rhs_dilate = [3, 2], reverse = [true, false]}
    {batch_group_count = 1 : i64, feature_group_count = 2 : i64}
    : (tensor<1x5x4x4xf64>, tensor<2x3x2x4xf64>) -> tensor<1x4x2x4xf64>
  return %r : tensor<1x4x2x4xf64>
}

func.func @convolution_empty_batch(%a: tensor<0x4x4x1xf64>, %k: tensor<2x2x1x2xf64>)
    -> (tensor<0x3x3x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<0x4x4x1xf64>, tensor<2x2x1x2xf64>) -> tensor<0x3x3x2xf64>
  return %r : tensor<0x3x3x2xf64>
}

func.func @convolution_that_does_not_fit(%a: tensor<1x2x2x1xf64>, %k: tensor<3x3x1x2xf64>)
    -> (tensor<1x0x0x2xf64>) {
  %r = stablehlo.convolution(%a, %k) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<1x2x2x1xf64>, tensor<3x3x1x2xf64>) -> tensor<1x0x0x2xf64>
  return %r : tensor<1x0x0x2xf64>
}
