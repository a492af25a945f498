/* A workload compiled and ready to be called, step by step. */
#ifndef BENCH_SESSION_H
#define BENCH_SESSION_H

#include "bench/workload.h"
#include "frontend/api/api.h"
#include "runtime/bind.h"

enum { BENCH_EPISODE = 100 };   /* steps, then the initial state comes back */

typedef struct BenchSession {
    const BenchData *data;
    ApiModel *model;
    ApiProgram *program;
    RtPool *pool;
    RtTensors state, initial;
    RtBinding binding;
    void *arena;
    const float *first;         /* of the last step: the loss; of inference: its first result ... */
    int64_t first_count;        /* ... of so many elements */
} BenchSession;

/* Reads and compiles @train_step of the net (file), or @predict, with threads as the command line gives them (0: all cores).
 * phase: as in ApiTarget. The data must outlive the session. */
RtStatus bench_session_open(const BenchWorkload *w, const char *file, const BenchData *data,
                            unsigned threads, ApiPhase *phase, BenchSession *out, DiagList *d);
/* Memory for what an entry takes besides inputs. */
RtStatus bench_state(const RtEntry *e, RtTensors *state, DiagList *d);
/* Makes the initial state, to be called once before the first step. */
RtStatus bench_session_fill(BenchSession *s, const BenchWorkload *w, DiagList *d);
void bench_session_reset(BenchSession *s);          /* back to it */
void bench_session_step(BenchSession *s, int64_t i);    /* step i of an episode, from 0 */
void bench_session_close(BenchSession *s);          /* accepts one that failed to open */

#endif
