/* One GPU of NVIDIA, through its driver: memory, modules, launches, streams, graphs.
 *
 * The driver is libcuda.so.1, opened at run time, or the file that the environment
 * variable DESCENT_CUDA_DRIVER names. CUDA's names stay in backends/cuda, and nothing of
 * CUDA is needed to compile this.
 *
 * Functions return RT_OK, or another status and have added an error: RT_NO_MEMORY where
 * the GPU's memory did not suffice, RT_FAILED where the driver refused a call or a kernel
 * failed (that is reported by whichever call comes next; after it the GPU is of no use to
 * this process), RT_IO where there is no driver or GPU, or one that is too old.
 *
 * What is put on a stream is done in order, later; memory of the host that a copy
 * reads or writes must stay until the stream was waited for. A thread other than the
 * one that opened the GPU calls cuda_use first. */
#ifndef BACKENDS_CUDA_DRIVER_H
#define BACKENDS_CUDA_DRIVER_H

#include "runtime/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct Cuda Cuda;
typedef uint64_t CudaAddress;         /* in the GPU's memory */
typedef struct CudaModule CudaModule; /* these are the driver's own */
typedef struct CudaFunction CudaFunction;
typedef struct CudaStream CudaStream;
typedef struct CudaEvent CudaEvent;
typedef struct CudaGraph CudaGraph;

/* ---------------------------------------------------------------------------- the GPU */

typedef struct CudaInfo {
    char name[256];
    int driver_version;    /* 12020: CUDA 12.2 */
    int major, minor;      /* compute capability */
    char architecture[16]; /* what to compile for: sm_80, sm_90a */
    int sms;               /* multiprocessors */
    int warp;              /* threads of a warp */
    int block_threads;     /* at most, of a block */
    int block_shared;      /* bytes of shared memory of a block without asking for more */
    int block_shared_most; /* with cuda_function_allow */
    int block_registers;
    int sm_threads, sm_blocks, sm_shared, sm_registers; /* that are on one SM at once */
    int l2_bytes;
    size_t memory; /* bytes */
} CudaInfo;

/* The GPU of this number, among those that CUDA_VISIBLE_DEVICES leaves. */
RtStatus cuda_open(int index, Cuda **out, DiagList *d);
void cuda_close(Cuda *gpu); /* accepts NULL; what was made on it must be closed before */
const CudaInfo *cuda_info(const Cuda *gpu);
/* Makes it the GPU of this thread. */
RtStatus cuda_use(const Cuda *gpu, DiagList *d);

/* ----------------------------------------------------------------------------- memory */

RtStatus cuda_memory(const Cuda *gpu, size_t *free, size_t *total, DiagList *d);
/* Aligned to 256; what it holds is not known. 0 bytes: address 0. */
RtStatus cuda_alloc(const Cuda *gpu, size_t bytes, CudaAddress *out, DiagList *d);
void cuda_free(const Cuda *gpu, CudaAddress at); /* accepts 0 */
/* Memory of the host that copies reach without a detour: only with it are they not waited
 * for. */
RtStatus cuda_host_alloc(const Cuda *gpu, size_t bytes, void **out, DiagList *d);
void cuda_host_free(const Cuda *gpu, void *at); /* accepts NULL */

RtStatus cuda_copy_in(const Cuda *gpu, CudaStream *s, CudaAddress to, const void *from,
                      size_t bytes, DiagList *d);
RtStatus cuda_copy_out(const Cuda *gpu, CudaStream *s, void *to, CudaAddress from,
                       size_t bytes, DiagList *d);
RtStatus cuda_copy(const Cuda *gpu, CudaStream *s, CudaAddress to, CudaAddress from,
                   size_t bytes, DiagList *d);
RtStatus cuda_fill(const Cuda *gpu, CudaStream *s, CudaAddress to, unsigned char value,
                   size_t bytes, DiagList *d);

/* ---------------------------------------------------------------------------- kernels */

/* image: a cubin, which may be freed afterwards. */
RtStatus cuda_module_open(const Cuda *gpu, const void *image, CudaModule **out,
                          DiagList *d);
void cuda_module_close(const Cuda *gpu, CudaModule *m); /* accepts NULL */
/* Lives as long as the module. */
RtStatus cuda_function(const Cuda *gpu, CudaModule *m, const char *name,
                       CudaFunction **out, DiagList *d);

typedef struct CudaFunctionInfo {
    int threads;      /* of a block, at most */
    int registers;    /* of a thread */
    int local_bytes;  /* of a thread: what did not fit into registers */
    int shared_bytes; /* of a block, without what a launch adds */
} CudaFunctionInfo;

RtStatus cuda_function_info(const Cuda *gpu, CudaFunction *f, CudaFunctionInfo *out,
                            DiagList *d);
/* Lets launches add so many bytes of shared memory; needed where all of a block is
 * more than CudaInfo.block_shared. */
RtStatus cuda_function_allow(const Cuda *gpu, CudaFunction *f, int shared_bytes,
                             DiagList *d);
/* How many blocks of so many threads one SM runs at once. */
RtStatus cuda_occupancy(const Cuda *gpu, CudaFunction *f, int threads,
                        size_t shared_bytes, int *blocks, DiagList *d);

/* A matrix of 16-bit floats, as kernels copy boxes of it: made for the tensor core products of
 * sm_90a, in lines of at most 128 bytes that are swizzled by as many. */
typedef struct CudaBoxes {
    CudaAddress at;                 /* a multiple of 16 */
    bool bf16;                      /* else f16 */
    uint64_t lines, line;           /* elements of a line: a multiple of 8 */
    uint32_t box_lines, box_line;
} CudaBoxes;

/* The driver's own form of it, that a kernel takes as a parameter. */
typedef struct CudaTensorMap {
    _Alignas(128) uint64_t words[16];
} CudaTensorMap;

RtStatus cuda_boxes_encode(const Cuda *gpu, const CudaBoxes *boxes, CudaTensorMap *out,
                         DiagList *d);

typedef struct CudaLaunch {
    unsigned grid[3], block[3];
    unsigned shared_bytes; /* besides what the kernel declares */
    void **arguments;      /* a pointer to the value of each parameter; read at once */
} CudaLaunch;

RtStatus cuda_launch(const Cuda *gpu, CudaStream *s, CudaFunction *f, const CudaLaunch *l,
                     DiagList *d);

/* --------------------------------------------------------- streams, graphs and events */

RtStatus cuda_stream_open(const Cuda *gpu, CudaStream **out, DiagList *d);
void cuda_stream_close(const Cuda *gpu, CudaStream *s); /* accepts NULL */
/* Until all that is on it is done. */
RtStatus cuda_stream_wait(const Cuda *gpu, CudaStream *s, DiagList *d);
/* What comes on `s` waits for what was on another stream when the event was recorded
 * there. */
RtStatus cuda_stream_after(const Cuda *gpu, CudaStream *s, CudaEvent *e, DiagList *d);

/* From here on what is put on the stream is kept instead of done; the end makes a
 * graph of it, that can be launched as a whole, any number of times. Addresses and
 * arguments are those of the capture. d: NULL at the end of one that failed already. */
RtStatus cuda_capture_begin(const Cuda *gpu, CudaStream *s, DiagList *d);
RtStatus cuda_capture_end(const Cuda *gpu, CudaStream *s, CudaGraph **out, DiagList *d);
RtStatus cuda_graph_launch(const Cuda *gpu, CudaStream *s, CudaGraph *g, DiagList *d);
void cuda_graph_close(const Cuda *gpu, CudaGraph *g); /* accepts NULL */

/* timed: cuda_event_seconds can be asked. */
RtStatus cuda_event_open(const Cuda *gpu, bool timed, CudaEvent **out, DiagList *d);
void cuda_event_close(const Cuda *gpu, CudaEvent *e); /* accepts NULL */
RtStatus cuda_event_record(const Cuda *gpu, CudaStream *s, CudaEvent *e, DiagList *d);
RtStatus cuda_event_wait(const Cuda *gpu, CudaEvent *e, DiagList *d);
/* Between two events that were waited for. */
RtStatus cuda_event_seconds(const Cuda *gpu, CudaEvent *begin, CudaEvent *end,
                            double *seconds, DiagList *d);

#endif
