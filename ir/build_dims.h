/* Structured attributes from plain structs (private to ir/; the way back is in build.h).
 * */
#ifndef IR_BUILD_DIMS_H
#define IR_BUILD_DIMS_H

#include "ir/build.h"

IrAttr build_dot_attr(IrContext *c, const IrDotDims *d);
IrAttr build_conv_attr(IrContext *c, const IrConvDims *d);
IrAttr build_gather_attr(IrContext *c, const IrGatherDims *d);
IrAttr build_scatter_attr(IrContext *c, const IrScatterDims *d);
/* dense<[[low, high], ...]> : tensor<COUNTx2xi64> */
IrAttr build_padding_attr(IrContext *c, size_t count, const int64_t *low,
                          const int64_t *high);

#endif
