/* The GPU's memory is one range of addresses that is reserved when the driver starts.
 * Allocations lie in it in order, with a gap between. What the host may not touch it
 * can here: the range is ordinary memory. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, syscall */
#include "tests/cuda/emulator/api.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { GAP = 512, ALIGNMENT = 512, GARBAGE = 0xcd, GARBAGE_MOST = 64 << 20 };

EmuHeap emu_heap;

static struct {
    EmuBlock *blocks;         /* in the order of their addresses */
    size_t count, room, used; /* blocks; their bytes */
    EmuBlock *pinned;
    size_t pinned_count, pinned_room;
    size_t last; /* the block that was found last */
} here;

/* Not by mmap and munmap: AddressSanitizer's would clear gigabytes of its own for
 * them. */
static void *reserve(size_t bytes)
{
    long p = syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0L);
    return p == -1 ? NULL : (void *)p;
}

static void unreserve(void *p, size_t bytes)
{
    if (p)
        syscall(SYS_munmap, p, bytes);
}

/* Twice the memory, for the gaps. */
bool emu_heap_open(void)
{
    if (emu_heap.begin)
        return true;
    emu_heap.size = 2 * emu_settings.memory + (1 << 20);
    emu_heap.begin = (uintptr_t)reserve(emu_heap.size);
    emu_heap.cells = reserve(emu_check_bytes(emu_heap.size));
    return emu_heap.begin && emu_heap.cells;
}

void emu_heap_close(void)
{
    unreserve((void *)emu_heap.begin, emu_heap.size);
    unreserve(emu_heap.cells, emu_check_bytes(emu_heap.size));
    free(here.blocks);
    for (size_t i = 0; i < here.pinned_count; i++) /* nothing is freed after a failure */
        free((void *)here.pinned[i].begin);
    free(here.pinned);
    memset(&here, 0, sizeof here);
    emu_heap = (EmuHeap){0};
}

/* How many blocks begin at the address or before it. */
static size_t rank(uintptr_t at)
{
    size_t low = 0, high = here.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (here.blocks[middle].begin <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const EmuBlock *emu_heap_find(uintptr_t at)
{
    size_t n = rank(at);
    return n ? &here.blocks[n - 1] : NULL;
}

static bool holds(const EmuBlock *b, uintptr_t at, size_t size)
{
    return at - b->begin < b->size && size <= b->size - (at - b->begin);
}

bool emu_heap_holds(uintptr_t at, size_t size)
{
    if (here.last < here.count && holds(&here.blocks[here.last], at, size))
        return true;
    size_t n = rank(at);
    if (!n || !holds(&here.blocks[n - 1], at, size))
        return false;
    here.last = n - 1;
    return true;
}

static bool insert(EmuBlock **blocks, size_t *count, size_t *room, size_t at, EmuBlock b)
{
    if (*count == *room) {
        size_t wanted = *room ? 2 * *room : 64;
        EmuBlock *more = realloc(*blocks, wanted * sizeof **blocks);
        if (!more)
            return false;
        *blocks = more;
        *room = wanted;
    }
    memmove(*blocks + at + 1, *blocks + at, (*count - at) * sizeof **blocks);
    (*blocks)[at] = b;
    ++*count;
    return true;
}

static void erase(EmuBlock *blocks, size_t *count, size_t at)
{
    memmove(blocks + at, blocks + at + 1, (--*count - at) * sizeof *blocks);
}

static size_t rounded(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* The first gap that is large enough, and the number of the block behind it. */
static uintptr_t find_gap(size_t bytes, size_t *at)
{
    uintptr_t begin = (emu_heap.begin + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + GAP;
    for (*at = 0; *at < here.count; ++*at) {
        const EmuBlock *b = &here.blocks[*at];
        if (begin + bytes + GAP <= b->begin)
            return begin;
        begin = b->begin + rounded(b->size) + GAP;
    }
    return begin + bytes + GAP <= emu_heap.begin + emu_heap.size ? begin : 0;
}

static int allocate(CudaAddress *out, size_t bytes)
{
    size_t at;
    if (!out || !bytes)
        return EMU_INVALID_VALUE;
    if (bytes > emu_settings.memory || here.used + rounded(bytes) > emu_settings.memory)
        return EMU_OUT_OF_MEMORY;
    uintptr_t begin = find_gap(bytes, &at);
    EmuBlock b = {begin, bytes};
    if (!begin || !insert(&here.blocks, &here.count, &here.room, at, b))
        return EMU_OUT_OF_MEMORY;
    here.used += rounded(bytes);
    memset((void *)begin, GARBAGE, bytes < GARBAGE_MOST ? bytes : GARBAGE_MOST);
    *out = begin;
    return EMU_OK;
}

static int release(CudaAddress at)
{
    size_t n = rank((uintptr_t)at);
    if (!n || here.blocks[n - 1].begin != at)
        return EMU_INVALID_VALUE;
    here.used -= rounded(here.blocks[n - 1].size);
    memset((void *)(uintptr_t)at, GARBAGE,
           here.blocks[n - 1].size < GARBAGE_MOST ? here.blocks[n - 1].size
                                                  : GARBAGE_MOST);
    erase(here.blocks, &here.count, n - 1);
    return EMU_OK;
}

static int allocate_pinned(void **out, size_t bytes)
{
    void *p = bytes ? aligned_alloc(4096, (bytes + 4095) / 4096 * 4096) : NULL;
    EmuBlock b = {(uintptr_t)p, bytes};
    if (!p || !insert(&here.pinned, &here.pinned_count, &here.pinned_room, 0, b)) {
        free(p);
        return bytes ? EMU_OUT_OF_MEMORY : EMU_INVALID_VALUE;
    }
    *out = p;
    return EMU_OK;
}

static int release_pinned(void *p)
{
    size_t i = 0;
    while (i < here.pinned_count && here.pinned[i].begin != (uintptr_t)p)
        i++;
    if (i == here.pinned_count)
        return EMU_INVALID_VALUE;
    if (emu_stream_needs((uintptr_t)p, here.pinned[i].size))
        emu_fail(EMU_ILLEGAL_ADDRESS, "pinned memory is freed that a copy needs");
    erase(here.pinned, &here.pinned_count, i);
    free(p);
    return emu_error();
}

/* ------------------------------------------------------------- the driver's functions */

int cuMemGetInfo_v2(size_t *free, size_t *total)
{
    int error = emu_enter();
    *total = emu_settings.memory;
    *free = emu_settings.memory - here.used;
    return emu_leave(error);
}

int cuMemAlloc_v2(CudaAddress *out, size_t bytes)
{
    int error = emu_enter();
    if (!error)
        error = emu_stream_may_call();
    if (!error)
        error = emu_count(EMU_ALLOC);
    return emu_leave(error ? error : allocate(out, bytes));
}

/* What is under way may need it no more: kernels and copies that do are told so. */
int cuMemFree_v2(CudaAddress at)
{
    int error = emu_enter();
    return emu_leave(error ? error : release(at));
}

int cuMemHostAlloc(void **out, size_t bytes, unsigned flags)
{
    (void)flags;
    int error = emu_enter();
    if (!error)
        error = emu_count(EMU_PIN);
    return emu_leave(error ? error : allocate_pinned(out, bytes));
}

int cuMemFreeHost(void *at)
{
    int error = emu_enter();
    return emu_leave(error ? error : release_pinned(at));
}
