/* One call of an entry point. */
#ifndef API_CALL_H
#define API_CALL_H

#include "ir/ir.h"
#include "runtime/program.h"
#include "runtime/tensor.h"

/* Calls it with memory of its own for scratch and results, which take the entry's names.
 * Arguments that the entry overwrites are copied first: `args` stays as it is. */
RtStatus api_call(const RtEntry *e, void *const *args, RtPool *pool, RtTensors *results,
                  DiagList *d);
/* The same of an entry that is a graph still, by the reference evaluator. */
RtStatus api_evaluate(const IrOp *func, const RtEntry *e, void *const *args, RtTensors *results,
                      DiagList *d);

#endif
