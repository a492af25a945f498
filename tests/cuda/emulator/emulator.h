/* The parts of the emulator of a GPU: what the fake libcuda.so.1 is made of.
 *
 *     settings.c   what is emulated: DESCENT_EMULATOR
 *     device.c     devices, contexts, words for errors
 *     memory.c     the GPU's memory: one range of addresses
 *     module.c     "cubins": shared objects that nvrtc.c made
 *     stream.c     queues of work, graphs, events
 *     launch.c     blocks, threads as fibers, barriers, shuffles
 *     count.c      calls, and those that are asked to fail
 *     async.c      copies to shared memory that are waited for
 *     bulk.c       the same of whole boxes, and barriers that count their bytes
 *     tensor.c     products of small matrices by a warp
 *     order.c      numbers that blocks count up, and what they know of each other by that
 *     check.c      every access of a kernel: bounds, races, what was never written
 *
 * It is a device, so there is one of it, in static variables; the driver's functions take
 * its lock. */
#ifndef TESTS_CUDA_EMULATOR_H
#define TESTS_CUDA_EMULATOR_H

#include "backends/cuda/driver.h"

#define EMU_API __attribute__((visibility("default")))

/* The numbers of CUDA that it returns. */
enum {
    EMU_OK = 0,
    EMU_INVALID_VALUE = 1,
    EMU_OUT_OF_MEMORY = 2,
    EMU_NOT_INITIALIZED = 3,
    EMU_NO_DEVICE = 100,
    EMU_INVALID_DEVICE = 101,
    EMU_INVALID_IMAGE = 200,
    EMU_INVALID_CONTEXT = 201,
    EMU_NO_BINARY = 209,
    EMU_ECC = 214,
    EMU_INVALID_HANDLE = 400,
    EMU_NOT_FOUND = 500,
    EMU_ILLEGAL_ADDRESS = 700,
    EMU_OUT_OF_RESOURCES = 701,
    EMU_MISALIGNED = 716,
    EMU_LAUNCH_FAILED = 719,
    EMU_NOT_SUPPORTED = 801,
    EMU_CAPTURE_UNSUPPORTED = 900,
    EMU_CAPTURE_INVALIDATED = 901,
    EMU_CAPTURE_UNMATCHED = 903,
};

/* --------------------------------------------------------------------------- settings */

typedef enum { EMU_ASCENDING, EMU_DESCENDING, EMU_RANDOM } EmuOrder;

/* Calls of the driver that are counted. */
typedef enum {
    EMU_STREAM_WAIT,
    EMU_EVENT_WAIT,
    EMU_COPY_IN,
    EMU_COPY_OUT,
    EMU_ALLOC,
    EMU_PIN,
    EMU_LAUNCH,
    EMU_CAPTURE,
    EMU_GRAPH_LAUNCH,
    EMU_KERNEL,             /* one that runs, in a graph or not */
    EMU_MODULE,             /* one that is loaded */
    EMU_COUNTED
} EmuCounted;

typedef struct EmuSettings {
    int devices;    /* 1 */
    int driver;     /* 13000: CUDA 13.0 */
    int capability; /* 90 */
    int sms;        /* 4: few, so that grids are small */
    size_t memory;  /* 1 << 30 bytes */
    EmuOrder order; /* of blocks, warps and lanes */
    uint64_t checked; /* accesses are checked in so many launches of a kernel: all */
    uint64_t seed;  /* of EMU_RANDOM */
    int counts;     /* 1: they are printed at the end */
    EmuCounted fail; /* "alloc:7": the seventh fails */
    unsigned long fail_at; /* 0: none */
} EmuSettings;

/* From the environment variable DESCENT_EMULATOR, a list as
 * "memory=1000000,order=random"; read when the driver starts. False: a word there is
 * not known. */
bool emu_settings_read(EmuSettings *out);

/* ----------------------------------------------------------------------------- device */

extern EmuSettings emu_settings;

/* What a multiprocessor of the emulated capability holds, as ir/gpus.def has it. */
typedef struct EmuProcessor {
    int threads, blocks;
    int shared, block_shared; /* bytes; of a block at most, of those that it asks for */
} EmuProcessor;
EmuProcessor emu_processor(void);

/* Every function of the driver begins with the first and ends with the second, which
 * returns what it is given. The first returns the error that is left from a kernel
 * that failed: from then on nothing works, as on a GPU. */
int emu_enter(void);
int emu_leave(int error);

/* Keeps the first error of kernels; its text is what cuGetErrorString then says. */
void emu_fail(int error, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* That error, or EMU_OK. */
int emu_error(void);
/* What failed, or "". For tests. */
EMU_API const char *emu_last_error(void);

/* ----------------------------------------------------------------------------- counts */

/* Counts a call. Returns EMU_OK, or the error that it is asked to have; of a kernel or a
 * wait, the device is lost with it. */
int emu_count(EmuCounted what);
bool emu_count_fail(EmuSettings *s, const char *text); /* false: no such call */
void emu_count_close(void);

/* ----------------------------------------------------------------------------- memory */

typedef struct EmuBlock {
    uintptr_t begin;
    size_t size;
} EmuBlock;

typedef struct EmuHeap {
    uintptr_t begin; /* of all memory of the GPU */
    size_t size;
    struct EmuCell *cells; /* what is known of each 4 bytes: check.c */
} EmuHeap;
extern EmuHeap emu_heap;

bool emu_heap_open(void);
void emu_heap_close(void);
/* The allocation that holds the address, or else the last one before it, or NULL. */
const EmuBlock *emu_heap_find(uintptr_t at);
bool emu_heap_holds(uintptr_t at, size_t size);

/* ---------------------------------------------------------------------------- modules */

typedef struct EmuKernel { /* device.h has the same */
    void (*call)(void **arguments);
    const unsigned *sizes;
    unsigned count, threads;
} EmuKernel;

/* A variable of shared memory. */
typedef struct EmuShared {
    const char *name;
    uintptr_t begin;
    size_t size;
    struct EmuCell *cells; /* during a launch */
} EmuShared;

struct CudaFunction {
    const char *name;
    const EmuKernel *kernel;
    CudaModule *module;
    EmuShared *shared; /* the last is dynamic, its size that of the launch */
    size_t shared_count;
    unsigned shared_bytes; /* without the dynamic */
    unsigned dynamic_limit;
    uint64_t launches; /* so far */
};

/* The file and line of an address in the module's code, "" if they cannot be found. */
const char *emu_module_line(const CudaModule *m, const void *address);
/* Whether the bytes lie in the module, but not in shared memory: constants, variables. */
bool emu_module_holds(const CudaModule *m, uintptr_t at, size_t size);

/* ----------------------------------------------------------------------------- launch */

typedef struct EmuIndex {
    unsigned x, y, z;
} EmuIndex;

typedef struct EmuLaunch {
    CudaFunction *function;
    EmuIndex grid, block;
    unsigned dynamic_bytes;
    void **arguments;
} EmuLaunch;

/* Shared memory of a block: of any GPU at most, and without asking. */
enum { EMU_SHARED_MOST = 232448, EMU_SHARED = 49152, EMU_THREADS = 1024, EMU_WARP = 32 };

/* Whether it can be launched at all: EMU_OK or the driver's error. */
int emu_launch_check(const EmuLaunch *l);
/* Runs all blocks; emu_fail tells what went wrong. */
void emu_launch_run(const EmuLaunch *l);
void emu_launch_close(void); /* frees what launches keep */

#define EMU_STACK ((size_t)128 << 10)

typedef enum { EMU_FRESH, EMU_READY, EMU_AT_WARP, EMU_AT_BLOCK, EMU_AT_PHASE, EMU_DONE } EmuState;
typedef void EmuCombine(void **lanes, unsigned mask);

typedef struct EmuThread {
    EmuState state;
    unsigned number; /* in its block */
    EmuIndex index;
    void *sp;        /* of its fiber while it waits */
    uintptr_t stack; /* EMU_STACK bytes, 0: none */
    int line;        /* where it waits */
    unsigned mask;   /* the lanes that it waits for */
    void *mine;
    EmuCombine *combine;
} EmuThread;

/* The launch that is running. The clock counts barriers: an access that was made
 * before the clock of a barrier came before all that follow it. */
typedef struct EmuRun {
    const EmuLaunch *launch; /* NULL: none */
    bool checked;            /* its accesses are */
    EmuIndex block;
    EmuThread *threads;
    unsigned count; /* of the block */
    EmuThread *now; /* who runs; NULL: the scheduler */
    uint32_t clock, launch_begin, block_begin, block_sync;
    uint32_t warp_sync[EMU_THREADS / EMU_WARP];
} EmuRun;
extern EmuRun emu_run;

/* Ends the thread that runs, and with it the launch: emu_fail with the kernel, block,
 * thread and place in front. pc: in the kernel's code; or NULL and a line. Does not
 * return. */
void emu_thread_fail(int error, const void *pc, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5), noreturn));

/* ----------------------------------------------------------------------------- checks */

/* Gives the launch's shared memory fresh cells. False: no memory. */
bool emu_check_begin(const EmuLaunch *l);
void emu_check_end(const EmuLaunch *l);
size_t emu_check_bytes(size_t size); /* of the cells for so many bytes */
/* An access of the thread that runs, by the code at `pc`. */
void emu_check_access(uintptr_t at, size_t size, bool write, const void *pc);
/* A write to shared memory that happens at any time between the two calls, which the thread
 * that runs makes; the first returns when that was. Nobody may use the bytes meanwhile. */
uint32_t emu_check_begin_write(uintptr_t to, size_t size, const void *pc);
void emu_check_end_write(uintptr_t to, size_t size, uint32_t began, const void *pc);

/* A thread that waits, found by the scheduler, waits in vain. */
void emu_waiting_fail(const EmuThread *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void emu_wait_for_phase(int line); /* until emu_bulk_release lets the thread go on */
/* Lets those go on whose phases have ended, if need be by doing copies. False: there are none. */
bool emu_bulk_release(void);
void emu_bulk_barrier(void); /* of the block */
void emu_bulk_end(void);     /* of a block */
/* Whether what wgmma reads there came in a box, which then is looked at. */
bool emu_bulk_read(int line, uintptr_t at);
/* A product of the warp has begun to read there, or is done. */
void emu_bulk_reading(unsigned warp, uintptr_t at, bool done);
/* Whether a copy is done at once. */
bool emu_is_early(void);
uintptr_t emu_dynamic(void); /* where the dynamic shared memory begins */
bool emu_shared_holds(uintptr_t at, size_t size);
/* So many bytes there are known, by a copy that a thread sent for. */
void emu_check_copied(uintptr_t at, size_t size, unsigned thread);

/* Whether what other blocks' threads did at the clock comes before what is done now,
 * because they and this block added to a number; forgets the launch's additions. */
bool emu_order_holds(uint32_t clock, unsigned first, unsigned last);
void emu_order_end(void);

/* Forgets the copies of the thread that ends, which nobody waits for any more. */
void emu_async_end(void);
void emu_wgmma_end(void); /* of a thread: forgets what it did not wait for */
void emu_wgmma_close(void); /* and of all, if a launch failed */
void emu_async_barrier(unsigned thread); /* that was there */
bool emu_async_fenced(void); /* what was copied is there for tensor cores */
void emu_async_close(void); /* frees what it keeps */
/* bf16 (1) or f16 (2). */
double emu_widen(int kind, unsigned bits);
void emu_check_warp(int line); /* all its lanes are there */

#endif
