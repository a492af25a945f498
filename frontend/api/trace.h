/* What training did, step by step, for those who want to check it: a folder with
 * state.safetensors (every argument of @train_step that is no input, before the first
 * step), graph.mlir (the simplified graph of @train_step, schedules included),
 * batch-0000.safetensors... (the inputs of each step) and losses.txt (the loss of each
 * step, one a line). */
#ifndef API_TRACE_H
#define API_TRACE_H

#include "frontend/api/api.h"

typedef struct ApiTrace {
    const char *folder;
    const RtRows *rows;         /* what batches are parts of */
} ApiTrace;

/* The paths of its files but the batches, in `arena`; returns how many. */
enum { API_TRACE_FILES = 3 };
size_t api_trace_files(const char *folder, Arena *arena, const char **out);
/* Makes the folder. */
RtStatus api_trace_open(const char *folder, DiagList *d);
RtStatus api_trace_graph(const char *folder, const ApiModel *m, const ApiSizes *s,
                         DiagList *d);
/* An RtWatch: ctx is an ApiTrace. */
RtStatus api_trace_step(void *ctx, int64_t step, const RtTensors *state,
                        const RtBatch *batch, DiagList *d);
RtStatus api_trace_losses(const ApiTrace *t, const RtTrainReport *report, DiagList *d);

#endif
