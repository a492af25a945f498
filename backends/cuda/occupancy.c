/* That registers are given to warps in units of 256 and warps to the four partitions of a
 * multiprocessor, and shared memory in units of 128 bytes, is said in the notes of the CUDA
 * C++ Programming Guide (13.0) to "Technical Specifications per Compute Capability", and in
 * the CUDA Occupancy Calculator. */
#include "backends/cuda/occupancy.h"
#include "ir/target.h"

#include <stddef.h>
#include <string.h>

enum {
    WARP = 32,
    PARTITIONS = 4,
    PARTITION_REGISTERS = IR_GPU_REGISTERS / PARTITIONS,
    REGISTER_UNIT = 256,
    SHARED_UNIT = 128
};

typedef struct Limits {
    const char *name;
    int threads, blocks, shared_kib; /* of a multiprocessor */
    int system_kib;                  /* of these, for each block */
} Limits;

static const Limits table[] = {
#define GPU(name, processors, threads, blocks, shared, system, ...) \
    {name, threads, blocks, shared, system},
#include "ir/gpus.def"
};

static const Limits *find(const char *architecture)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].name, architecture))
            return &table[i];
    return NULL;
}

static int64_t round_up(int64_t n, int64_t unit) { return (n + unit - 1) / unit * unit; }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t blocks_by_registers(int64_t warps, int registers)
{
    int64_t of_warp = round_up((int64_t)registers * WARP, REGISTER_UNIT);
    return of_warp ? PARTITION_REGISTERS / of_warp * PARTITIONS / warps : INT64_MAX;
}

static int64_t blocks_by_shared(const Limits *l, int64_t bytes)
{
    int64_t own = (int64_t)l->system_kib << 10,
            of_block = round_up(bytes + own, SHARED_UNIT);
    return of_block ? ((int64_t)l->shared_kib << 10) / of_block : INT64_MAX;
}

double cuda_theoretical_occupancy(const char *architecture, const CudaBlock *b)
{
    const Limits *l = find(architecture);
    if (!l || !b->threads)
        return -1;
    int64_t warps = (b->threads + WARP - 1) / WARP, room = l->threads / WARP;
    int64_t blocks = least(l->blocks, room / warps);
    blocks = least(blocks, blocks_by_registers(warps, b->registers));
    blocks = least(blocks, blocks_by_shared(l, b->shared_bytes));
    return (double)(blocks * warps) / (double)room;
}
