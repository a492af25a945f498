/* What a launch moves between a GPU and its memory. Internal to backends/cuda. */
#ifndef BACKENDS_CUDA_TRAFFIC_H
#define BACKENDS_CUDA_TRAFFIC_H

#include "ir/ir.h"

/* Bytes that a launch in `func` reads and writes at least: each buffer once, however
 * often its elements are asked for; of a buffer that is read in part (rows of a table)
 * no more than its threads can ask for. */
int64_t cuda_traffic(const IrOp *func, const IrOp *launch);

#endif
