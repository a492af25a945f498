/* wgmma: products of matrices in shared memory by four warps, by the layouts of PTX's manual
 * ("Asynchronous Warpgroup Level Matrix Instructions"), of which each warp computes its 16
 * rows. Operands are read at once; that nothing has changed them is looked at when the warp
 * waits for the product, and copies to them must have been fenced before a barrier. */
#include "tests/cuda/emulator/emulator.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 16, DEPTH = 16, MOST_COLUMNS = 256, WINDOW = 1 << 18, PENDING = 64 };

typedef struct Product {
    unsigned warp;
    int kind, columns;
    bool turned[2]; /* lines are k */
    uint64_t operand[2];
    float *sums; /* of the lane */
} Product;

typedef struct Pending {
    Product product;
    uint64_t hash;
    unsigned group;
} Pending;

typedef struct Queue {
    Pending items[PENDING];
    size_t count;
    unsigned group; /* that is open */
} Queue;

static Queue queues[EMU_THREADS / EMU_WARP];

EMU_API void emu_warp(int line, unsigned mask, void *mine, EmuCombine *f);
EMU_API uint64_t emu_descriptor(int line, const void *p, unsigned across, unsigned along);
EMU_API void emu_wgmma(int line, int kind, int columns, int turn_a, int turn_b, float *sums,
                       uint64_t a, uint64_t b);
EMU_API void emu_wgmma_commit(void);
EMU_API void emu_wgmma_wait(int line, unsigned left);

uintptr_t emu_dynamic(void)
{
    const CudaFunction *f = emu_run.launch->function;
    return f->shared[f->shared_count - 1].begin;
}

/* The GPU has 18 bits of an address in shared memory; here they are those in what the launch
 * asked for. */
uint64_t emu_descriptor(int line, const void *p, unsigned across, unsigned along)
{
    uintptr_t at = (uintptr_t)p - emu_dynamic();
    if (at >= WINDOW || at % 1024)
        emu_thread_fail(EMU_MISALIGNED, NULL, line,
                        "misaligned: a matrix that is not at a multiple of 1024 bytes of the "
                        "dynamic shared memory");
    return (uint64_t)(at >> 4) | (uint64_t)(across >> 4) << 16 | (uint64_t)(along >> 4) << 32 |
           (uint64_t)1 << 62;
}

/* Where element (i, k) lies, i a row of a or a column of b. */
static const uint16_t *element(uint64_t d, bool turned, int i, int k)
{
    size_t across = (size_t)(d >> 16 & 0x3fff) << 4, along = (size_t)(d >> 32 & 0x3fff) << 4;
    size_t at = (size_t)(d & 0x3fff) << 4;
    at += turned ? (size_t)(i / 64) * across + (size_t)(k / 8) * along + (size_t)(k % 8) * 128 +
                       (size_t)(i % 64) * 2
                 : (size_t)(i / 8) * along + (size_t)(i % 8) * 128 + (size_t)k * 2;
    at ^= (at >> 7 & 7) << 4;
    return (const uint16_t *)(emu_dynamic() + at);
}

/* The rows of a that the warp has among its four, or all columns of b. */
static uint64_t read_operand(const Product *p, int which, double *out)
{
    int count = which ? p->columns : ROWS, first = which ? 0 : (int)(p->warp % 4) * ROWS;
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < DEPTH; k++) {
            unsigned bits = *element(p->operand[which], p->turned[which], first + i, k);
            hash = (hash ^ bits) * 1099511628211u;
            if (out)
                out[i * DEPTH + k] = emu_widen(p->kind, bits);
        }
    return hash;
}

static uint64_t hash_of(const Product *p)
{
    return read_operand(p, 0, NULL) * 31 + read_operand(p, 1, NULL);
}

static void multiply(void **lanes, unsigned mask)
{
    static double a[ROWS * DEPTH], b[MOST_COLUMNS * DEPTH];
    (void)mask;
    const Product *p = lanes[0];
    read_operand(p, 0, a);
    read_operand(p, 1, b);
    for (int row = 0; row < ROWS; row++)
        for (int column = 0; column < p->columns; column++) {
            const Product *lane = lanes[row % 8 * 4 + column % 8 / 2];
            float *d = &lane->sums[column / 8 * 4 + row / 8 * 2 + column % 2];
            double sum = *d;
            for (int k = 0; k < DEPTH; k++)
                sum += a[row * DEPTH + k] * b[column * DEPTH + k];
            *d = (float)sum;
        }
}

typedef void Visit(const Product *p, uintptr_t at, int line, const void *pc);

/* The share that a lane reads. */
static void visit_share(const Product *p, unsigned lane, Visit *visit, int line, const void *pc)
{
    for (int which = 0; which < 2; which++) {
        int count = which ? p->columns : ROWS, first = which ? 0 : (int)(p->warp % 4) * ROWS;
        for (int i = (int)lane; i < count * DEPTH; i += EMU_WARP)
            visit(p, (uintptr_t)element(p->operand[which], p->turned[which], first + i / DEPTH,
                                        i % DEPTH), line, pc);
    }
}

/* All are told when others write there. */
static void check_read(const Product *p, uintptr_t at, int line, const void *pc)
{
    if (!emu_bulk_read(line, at))
        emu_check_access(at, 2, false, pc);
    emu_bulk_reading(p->warp, at, false);
}

static void begin_read(const Product *p, uintptr_t at, int line, const void *pc)
{
    (void)line, (void)pc;
    emu_bulk_reading(p->warp, at, false);
}

static void end_read(const Product *p, uintptr_t at, int line, const void *pc)
{
    (void)line, (void)pc;
    emu_bulk_reading(p->warp, at, true);
}

void emu_wgmma(int line, int kind, int columns, int turn_a, int turn_b, float *sums, uint64_t a,
               uint64_t b)
{
    unsigned warp = emu_run.now->number / EMU_WARP, lane = emu_run.now->number % EMU_WARP;
    Product p = {warp, kind, columns, {turn_a, turn_b}, {a, b}, sums};
    Queue *q = &queues[warp];
    emu_check_warp(line);
    if (emu_run.count < (warp / 4 + 1) * 4 * EMU_WARP)
        emu_thread_fail(EMU_LAUNCH_FAILED, NULL, line, "wgmma in a block that has no warps by fours");
    if (!emu_async_fenced())
        emu_thread_fail(EMU_LAUNCH_FAILED, NULL, line,
                        "wgmma reads what was copied without a fence before the barrier");
    visit_share(&p, lane, check_read, line, __builtin_return_address(0));
    if (!lane && q->count < PENDING)
        q->items[q->count++] = (Pending){p, hash_of(&p), q->group};
    emu_warp(line, ~0u, &p, multiply);
}

void emu_wgmma_commit(void)
{
    if (emu_run.now->number % EMU_WARP == 0)
        queues[emu_run.now->number / EMU_WARP].group++;
}

void emu_wgmma_wait(int line, unsigned left)
{
    Queue *q = &queues[emu_run.now->number / EMU_WARP];
    size_t done = 0;
    if (emu_run.now->number % EMU_WARP)
        return;
    for (; done < q->count && q->items[done].group + left < q->group; done++)
        if (hash_of(&q->items[done].product) != q->items[done].hash)
            emu_thread_fail(EMU_LAUNCH_FAILED, NULL, line,
                            "an operand of wgmma has changed before it was done");
    for (size_t i = 0; i < done; i++)
        for (unsigned lane = 0; lane < EMU_WARP; lane++)
            visit_share(&q->items[i].product, lane, end_read, line, NULL);
    for (size_t i = done; i < q->count; i++)
        for (unsigned lane = 0; lane < EMU_WARP; lane++)
            visit_share(&q->items[i].product, lane, begin_read, line, NULL);
    memmove(q->items, q->items + done, (q->count -= done) * sizeof *q->items);
}

void emu_wgmma_close(void) { memset(queues, 0, sizeof queues); }

void emu_wgmma_end(void)
{
    if (emu_run.now->number % EMU_WARP == 0)
        queues[emu_run.now->number / EMU_WARP].count = 0;
}
