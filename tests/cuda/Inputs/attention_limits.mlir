// Softmax of rows that are too long to be kept, in one pass or both folds in one: where a maximum is
// -inf so far or for ever, +inf or NaN. By row % 8: 0 hidden, 1 hidden in the first two tiles, 2 has
// an +inf, 3 a NaN, 4 hidden behind its first columns, 5 hidden, then +inf in the last column, 6 hidden
// but for the last two columns.
func.func @online(%q: tensor<200x16xf32>, %k: tensor<450x16xf32>, %v: tensor<450x16xf32>) -> tensor<200x16xf32> {
  %s0 = stablehlo.dot_general %q, %k, contracting_dims = [1] x [1] : (tensor<200x16xf32>, tensor<450x16xf32>) -> tensor<200x450xf32>
  %r = stablehlo.iota dim = 0 : tensor<200x450xi32>
  %c = stablehlo.iota dim = 1 : tensor<200x450xi32>
  %eight = stablehlo.constant dense<8> : tensor<200x450xi32>
  %rm = stablehlo.remainder %r, %eight : tensor<200x450xi32>
  %ninf = stablehlo.constant dense<0xFF800000> : tensor<200x450xf32>
  %pinf = stablehlo.constant dense<0x7F800000> : tensor<200x450xf32>
  %nan = stablehlo.constant dense<0x7FC00000> : tensor<200x450xf32>
  %row1 = stablehlo.constant dense<0> : tensor<200x450xi32>
  %col1 = stablehlo.constant dense<0> : tensor<200x450xi32>
  %a1 = stablehlo.compare EQ, %rm, %row1, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %b1 = stablehlo.compare GE, %c, %col1, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %c1 = stablehlo.and %a1, %b1 : tensor<200x450xi1>
  %x1 = stablehlo.select %c1, %ninf, %s0 : tensor<200x450xi1>, tensor<200x450xf32>
  %row2 = stablehlo.constant dense<1> : tensor<200x450xi32>
  %col2 = stablehlo.constant dense<130> : tensor<200x450xi32>
  %a2 = stablehlo.compare EQ, %rm, %row2, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %b2 = stablehlo.compare LT, %c, %col2, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %c2 = stablehlo.and %a2, %b2 : tensor<200x450xi1>
  %x2 = stablehlo.select %c2, %ninf, %x1 : tensor<200x450xi1>, tensor<200x450xf32>
  %row3 = stablehlo.constant dense<2> : tensor<200x450xi32>
  %col3 = stablehlo.constant dense<200> : tensor<200x450xi32>
  %a3 = stablehlo.compare EQ, %rm, %row3, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %b3 = stablehlo.compare EQ, %c, %col3, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %c3 = stablehlo.and %a3, %b3 : tensor<200x450xi1>
  %x3 = stablehlo.select %c3, %pinf, %x2 : tensor<200x450xi1>, tensor<200x450xf32>
  %row4 = stablehlo.constant dense<3> : tensor<200x450xi32>
  %col4 = stablehlo.constant dense<300> : tensor<200x450xi32>
  %a4 = stablehlo.compare EQ, %rm, %row4, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %b4 = stablehlo.compare EQ, %c, %col4, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %c4 = stablehlo.and %a4, %b4 : tensor<200x450xi1>
  %x4 = stablehlo.select %c4, %nan, %x3 : tensor<200x450xi1>, tensor<200x450xf32>
  %row5 = stablehlo.constant dense<4> : tensor<200x450xi32>
  %col5 = stablehlo.constant dense<10> : tensor<200x450xi32>
  %a5 = stablehlo.compare EQ, %rm, %row5, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %b5 = stablehlo.compare GT, %c, %col5, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %c5 = stablehlo.and %a5, %b5 : tensor<200x450xi1>
  %x5 = stablehlo.select %c5, %ninf, %x4 : tensor<200x450xi1>, tensor<200x450xf32>
  %row6 = stablehlo.constant dense<5> : tensor<200x450xi32>
  %col6 = stablehlo.constant dense<64> : tensor<200x450xi32>
  %a6 = stablehlo.compare EQ, %rm, %row6, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %b6 = stablehlo.compare LT, %c, %col6, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %c6 = stablehlo.and %a6, %b6 : tensor<200x450xi1>
  %x6 = stablehlo.select %c6, %ninf, %x5 : tensor<200x450xi1>, tensor<200x450xf32>
  %row7 = stablehlo.constant dense<5> : tensor<200x450xi32>
  %col7 = stablehlo.constant dense<449> : tensor<200x450xi32>
  %a7 = stablehlo.compare EQ, %rm, %row7, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %b7 = stablehlo.compare EQ, %c, %col7, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %c7 = stablehlo.and %a7, %b7 : tensor<200x450xi1>
  %x7 = stablehlo.select %c7, %pinf, %x6 : tensor<200x450xi1>, tensor<200x450xf32>
  %row8 = stablehlo.constant dense<6> : tensor<200x450xi32>
  %col8 = stablehlo.constant dense<448> : tensor<200x450xi32>
  %a8 = stablehlo.compare EQ, %rm, %row8, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %b8 = stablehlo.compare LT, %c, %col8, SIGNED : (tensor<200x450xi32>, tensor<200x450xi32>) -> tensor<200x450xi1>
  %c8 = stablehlo.and %a8, %b8 : tensor<200x450xi1>
  %x8 = stablehlo.select %c8, %ninf, %x7 : tensor<200x450xi1>, tensor<200x450xf32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%x8 init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<200x450xf32>, tensor<f32>) -> tensor<200xf32>
  %ms = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<200xf32>) -> tensor<200x450xf32>
  %d = stablehlo.subtract %x8, %ms : tensor<200x450xf32>
  %e = stablehlo.exponential %d : tensor<200x450xf32>
  %l = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<200x450xf32>, tensor<f32>) -> tensor<200xf32>
  %ls = stablehlo.broadcast_in_dim %l, dims = [0] : (tensor<200xf32>) -> tensor<200x450xf32>
  %p = stablehlo.divide %e, %ls : tensor<200x450xf32>
  %y = stablehlo.dot_general %p, %v, contracting_dims = [1] x [0] : (tensor<200x450xf32>, tensor<450x16xf32>) -> tensor<200x16xf32>
  return %y : tensor<200x16xf32>
}

func.func @folds(%q: tensor<130x16xbf16>, %k: tensor<450x16xbf16>, %v: tensor<450x16xbf16>) -> tensor<130x16xf32> {
  %s0 = stablehlo.dot_general %q, %k, contracting_dims = [1] x [1] : (tensor<130x16xbf16>, tensor<450x16xbf16>) -> tensor<130x450xf32>
  %r = stablehlo.iota dim = 0 : tensor<130x450xi32>
  %c = stablehlo.iota dim = 1 : tensor<130x450xi32>
  %eight = stablehlo.constant dense<8> : tensor<130x450xi32>
  %rm = stablehlo.remainder %r, %eight : tensor<130x450xi32>
  %ninf = stablehlo.constant dense<0xFF800000> : tensor<130x450xf32>
  %pinf = stablehlo.constant dense<0x7F800000> : tensor<130x450xf32>
  %nan = stablehlo.constant dense<0x7FC00000> : tensor<130x450xf32>
  %row1 = stablehlo.constant dense<0> : tensor<130x450xi32>
  %col1 = stablehlo.constant dense<0> : tensor<130x450xi32>
  %a1 = stablehlo.compare EQ, %rm, %row1, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %b1 = stablehlo.compare GE, %c, %col1, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %c1 = stablehlo.and %a1, %b1 : tensor<130x450xi1>
  %x1 = stablehlo.select %c1, %ninf, %s0 : tensor<130x450xi1>, tensor<130x450xf32>
  %row2 = stablehlo.constant dense<1> : tensor<130x450xi32>
  %col2 = stablehlo.constant dense<130> : tensor<130x450xi32>
  %a2 = stablehlo.compare EQ, %rm, %row2, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %b2 = stablehlo.compare LT, %c, %col2, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %c2 = stablehlo.and %a2, %b2 : tensor<130x450xi1>
  %x2 = stablehlo.select %c2, %ninf, %x1 : tensor<130x450xi1>, tensor<130x450xf32>
  %row3 = stablehlo.constant dense<2> : tensor<130x450xi32>
  %col3 = stablehlo.constant dense<200> : tensor<130x450xi32>
  %a3 = stablehlo.compare EQ, %rm, %row3, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %b3 = stablehlo.compare EQ, %c, %col3, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %c3 = stablehlo.and %a3, %b3 : tensor<130x450xi1>
  %x3 = stablehlo.select %c3, %pinf, %x2 : tensor<130x450xi1>, tensor<130x450xf32>
  %row4 = stablehlo.constant dense<3> : tensor<130x450xi32>
  %col4 = stablehlo.constant dense<300> : tensor<130x450xi32>
  %a4 = stablehlo.compare EQ, %rm, %row4, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %b4 = stablehlo.compare EQ, %c, %col4, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %c4 = stablehlo.and %a4, %b4 : tensor<130x450xi1>
  %x4 = stablehlo.select %c4, %nan, %x3 : tensor<130x450xi1>, tensor<130x450xf32>
  %row5 = stablehlo.constant dense<4> : tensor<130x450xi32>
  %col5 = stablehlo.constant dense<10> : tensor<130x450xi32>
  %a5 = stablehlo.compare EQ, %rm, %row5, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %b5 = stablehlo.compare GT, %c, %col5, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %c5 = stablehlo.and %a5, %b5 : tensor<130x450xi1>
  %x5 = stablehlo.select %c5, %ninf, %x4 : tensor<130x450xi1>, tensor<130x450xf32>
  %row6 = stablehlo.constant dense<5> : tensor<130x450xi32>
  %col6 = stablehlo.constant dense<64> : tensor<130x450xi32>
  %a6 = stablehlo.compare EQ, %rm, %row6, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %b6 = stablehlo.compare LT, %c, %col6, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %c6 = stablehlo.and %a6, %b6 : tensor<130x450xi1>
  %x6 = stablehlo.select %c6, %ninf, %x5 : tensor<130x450xi1>, tensor<130x450xf32>
  %row7 = stablehlo.constant dense<5> : tensor<130x450xi32>
  %col7 = stablehlo.constant dense<449> : tensor<130x450xi32>
  %a7 = stablehlo.compare EQ, %rm, %row7, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %b7 = stablehlo.compare EQ, %c, %col7, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %c7 = stablehlo.and %a7, %b7 : tensor<130x450xi1>
  %x7 = stablehlo.select %c7, %pinf, %x6 : tensor<130x450xi1>, tensor<130x450xf32>
  %row8 = stablehlo.constant dense<6> : tensor<130x450xi32>
  %col8 = stablehlo.constant dense<448> : tensor<130x450xi32>
  %a8 = stablehlo.compare EQ, %rm, %row8, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %b8 = stablehlo.compare LT, %c, %col8, SIGNED : (tensor<130x450xi32>, tensor<130x450xi32>) -> tensor<130x450xi1>
  %c8 = stablehlo.and %a8, %b8 : tensor<130x450xi1>
  %x8 = stablehlo.select %c8, %ninf, %x7 : tensor<130x450xi1>, tensor<130x450xf32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%x8 init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<130x450xf32>, tensor<f32>) -> tensor<130xf32>
  %ms = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<130xf32>) -> tensor<130x450xf32>
  %d = stablehlo.subtract %x8, %ms : tensor<130x450xf32>
  %e = stablehlo.exponential %d : tensor<130x450xf32>
  %l = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<130x450xf32>, tensor<f32>) -> tensor<130xf32>
  %ls = stablehlo.broadcast_in_dim %l, dims = [0] : (tensor<130xf32>) -> tensor<130x450xf32>
  %p = stablehlo.divide %e, %ls : tensor<130x450xf32>
  %pb = stablehlo.convert %p : (tensor<130x450xf32>) -> tensor<130x450xbf16>
  %y = stablehlo.dot_general %pb, %v, contracting_dims = [1] x [0] : (tensor<130x450xbf16>, tensor<450x16xbf16>) -> tensor<130x16xf32>
  return %y : tensor<130x16xf32>
}
