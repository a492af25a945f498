/* An entry point in the GPU's memory, ready to be called.
 *
 * Calls take turns at two sets of inputs and results, so that the inputs of one call come
 * in, on a stream of their own, while the call before it computes:
 *
 *     copies    in 0   in 1          in 2          in 3
 *     stream           call 0, out   call 1, out   call 2, out
 *
 * A batch of 128 MNIST images is 400 KB: 8 us over PCIe 5, as long as three kernels of
 * the step that it is for; the events that order the streams cost about 1 us each, on the
 * host only. Each turn has a CUDA graph of its own, as graphs hold addresses. */
#ifndef BACKENDS_CUDA_CODE_H
#define BACKENDS_CUDA_CODE_H

#include "backends/cuda/flight.h"
#include "backends/cuda/mirror.h"
#include "backends/cuda/profile.h"
#include "backends/cuda/program.h"
#include "runtime/program.h"

enum { CUDA_TURNS = 2 };

/* An argument or a result. */
typedef struct CudaSlot {
    size_t bytes;
    size_t offset;      /* in the block of a turn; of those that are not kept */
    bool kept;          /* the model keeps it: it is in a mirror */
    bool number;        /* of a result: it goes out with the other small ones */
    int donor;          /* of a result: the argument that it overwrites; or -1 */
    CudaMirror *mirror; /* of the last call */
} CudaSlot;

typedef struct CudaTurn {
    CudaAddress block;   /* inputs, results; numbers last */
    CudaAddress *now;    /* addresses of arguments and results, in this call */
    CudaAddress *before; /* and in the last */
    CudaEvent *filled;   /* the inputs are there */
    CudaEvent *last;     /* a flight's: the last call is done; NULL: there was none */
    CudaGraph *graph;    /* of the call at `before`; NULL: not captured yet */
    bool called;
} CudaTurn;

typedef struct CudaCode {
    const char *name;
    const CudaEntry *entry;
    size_t arg_count, result_count;
    CudaSlot *args, *results;
    size_t inputs; /* how many arguments are not kept */
    size_t block_bytes, numbers_at, numbers_bytes;
    CudaTurn turns[CUDA_TURNS];
    size_t calls;
} CudaCode;

/* What calls of all entries share. */
typedef struct CudaLine {
    const Cuda *gpu;
    CudaStream *stream, *copies;
    CudaProfile *profile; /* NULL: nobody asks how long launches take */
    CudaMirrors mirrors;
    CudaAddress scratch; /* the arena of calls, as large as any needs */
    size_t scratch_bytes;
} CudaLine;

/* Where arguments and results lie; takes no memory of the GPU. */
void cuda_code_layout(CudaCode *c, const RtEntry *e, Arena *arena);
RtStatus cuda_code_open(CudaCode *c, const Cuda *gpu, DiagList *d);
void cuda_code_close(CudaCode *c, const Cuda *gpu);
/* The scratch memory has moved: graphs hold addresses. */
void cuda_code_moved(CudaCode *c, const Cuda *gpu);
/* Puts a call on its way; f->done tells when it is done. If it fails nothing is. */
RtStatus cuda_code_start(CudaCode *c, CudaLine *l, void *const *args, CudaFlight *f,
                         DiagList *d);
/* Writes the numbers of a call that is done to the caller's results. */
void cuda_code_deliver(const CudaFlight *f);

#endif
