/* The accesses of kernels. They are compiled with -fsanitize=thread, which calls one of
 * the functions at the end before each access; its own runtime is not there, these are.
 * Of -fsanitize=alignment there is the one that is called where a pointer is misaligned.
 *
 * Of each 4 bytes of shared and of the GPU's memory a cell keeps the last write and the
 * last reads: when (the clock of the launch, which counts barriers), by which threads of
 * the block, which of the bytes. Two accesses of which one writes must be
 *
 *     by the same thread, or
 *     in the same block with a barrier between: of the block, or of the warp of both.
 *
 * Blocks run one after the other, so what was accessed in this launch but before this
 * block began is another block's.
 *
 * Where threads share 4 bytes only the last of them is known: a race on another byte
 * may be missed, none is invented. */
#include "tests/cuda/emulator/emulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct EmuCell {
    uint32_t written, read; /* the clock */
    uint16_t writer;
    uint16_t first, last;   /* the readers lie between; last may be ANOTHER_BLOCK */
    uint8_t write_mask : 4; /* the bytes of the last write */
    uint8_t known : 4;      /* the bytes that this block wrote */
    uint8_t read_mask;
} EmuCell;

enum { CELL = 4, ANOTHER_BLOCK = 0xffff };

static EmuRun *const run = &emu_run;

size_t emu_check_bytes(size_t size) { return (size / CELL + 1) * sizeof(EmuCell); }

/* ------------------------------------------------------------------------- one access */

typedef struct Access {
    const char *space; /* for messages */
    uintptr_t at;
    size_t size;
    const void *pc;
    bool shared; /* only of this block */
} Access;

__attribute__((noreturn, cold)) static void
race(const Access *a, const char *what, unsigned first, unsigned last, uint32_t clock)
{
    char who[64];
    if (clock < run->block_begin || last == ANOTHER_BLOCK)
        snprintf(who, sizeof who, "another block");
    else if (first == last)
        snprintf(who, sizeof who, "thread %u of the block", first);
    else
        snprintf(who, sizeof who, "threads %u to %u of the block", first, last);
    emu_thread_fail(
        EMU_LAUNCH_FAILED, a->pc, 0,
        "race: %zu bytes of %s at %#llx are %s by %s without a barrier between", a->size,
        a->space, (unsigned long long)a->at, what, who);
}

/* Whether what these threads did at the clock comes before what is done now. */
static inline bool is_before(const Access *a, uint32_t clock, unsigned first,
                             unsigned last)
{
    unsigned me = run->now->number;
    if (clock < (a->shared ? run->block_begin : run->launch_begin))
        return true;
    if (clock < run->block_begin || last == ANOTHER_BLOCK)
        return false;
    if (clock < run->block_sync || (first == me && last == me))
        return true;
    unsigned warp = me / EMU_WARP;
    return first / EMU_WARP == warp && last / EMU_WARP == warp &&
           clock < run->warp_sync[warp];
}

__attribute__((noreturn, cold)) static void unknown(const Access *a)
{
    emu_thread_fail(
        EMU_LAUNCH_FAILED, a->pc, 0,
        "reads %zu bytes of %s at %#llx that the block has not written before a "
        "barrier",
        a->size, a->space, (unsigned long long)a->at);
}

static inline void read_cell(const Access *a, EmuCell *c, unsigned mask)
{
    if (a->shared && (c->written < run->block_begin || (c->known & mask) != mask))
        unknown(a);
    if (c->write_mask & mask && !is_before(a, c->written, c->writer, c->writer))
        race(a, "read here, and were written", c->writer, c->writer, c->written);
    uint16_t me = (uint16_t)run->now->number, first = me, last = me;
    if (c->read_mask & mask && !is_before(a, c->read, c->first, c->last)) {
        mask &= c->read_mask;
        first = c->first < me ? c->first : me;
        last = c->read < run->block_begin ? ANOTHER_BLOCK : c->last > me ? c->last : me;
    }
    c->read = run->clock;
    c->first = first;
    c->last = last;
    c->read_mask = (uint8_t)mask;
}

static inline void write_cell(const Access *a, EmuCell *c, unsigned mask)
{
    uint16_t me = (uint16_t)run->now->number;
    if (c->write_mask & mask && !is_before(a, c->written, c->writer, c->writer))
        race(a, "written here, and were written", c->writer, c->writer, c->written);
    if (c->read_mask & mask && !is_before(a, c->read, c->first, c->last))
        race(a, "written here, and were read", c->first, c->last, c->read);
    unsigned known = c->written < run->block_begin ? 0 : c->known;
    bool mine = c->writer == me && c->written == run->clock;
    c->write_mask = (mine ? c->write_mask | mask : mask) & 15;
    c->known = (known | mask) & 15;
    c->written = run->clock;
    c->writer = me;
}

/* The cells of an access; `offset` is from the memory's begin, which may be in the
 * midst of 4 bytes for all that matters. */
static inline void visit(const Access *a, EmuCell *cells, uintptr_t offset, bool write)
{
    uintptr_t end = offset + a->size;
    for (uintptr_t at = offset; at < end;) {
        unsigned low = at % CELL;
        unsigned high = end - (at - low) < CELL ? (unsigned)(end - (at - low)) : CELL;
        unsigned mask = ((1u << high) - 1) & ~((1u << low) - 1);
        if (write)
            write_cell(a, &cells[at / CELL], mask);
        else
            read_cell(a, &cells[at / CELL], mask);
        at += high - low;
    }
}

/* ----------------------------------------------------------------------------- bounds */

/* Where an address is, in words: which variable or allocation is the nearest in front
 * of it. */
static void describe(uintptr_t at, char *out, size_t room)
{
    const EmuBlock *b = emu_heap_find(at);
    const CudaFunction *f = run->launch->function;
    snprintf(out, room, "no memory of the GPU");
    if (at - emu_heap.begin < emu_heap.size && b)
        snprintf(out, room, "%zu bytes behind the begin of an allocation of %zu bytes",
                 (size_t)(at - b->begin), b->size);
    uintptr_t nearest = 4096;
    for (size_t i = 0; i < f->shared_count; i++) {
        const EmuShared *s = &f->shared[i];
        if (at - s->begin >= s->size + nearest)
            continue;
        nearest = at - s->begin - s->size;
        snprintf(out, room,
                 "%zu bytes behind the begin of '%s', %zu bytes of shared memory",
                 (size_t)(at - s->begin), s->name, s->size);
    }
}

__attribute__((noreturn, cold)) static void outside(const Access *a, bool write)
{
    char where[200];
    describe(a->at, where, sizeof where);
    emu_thread_fail(
        EMU_ILLEGAL_ADDRESS, a->pc, 0, "out of bounds: %s %zu bytes at %#llx: %s",
        write ? "writes" : "reads", a->size, (unsigned long long)a->at, where);
}

static inline bool visit_shared(Access *a, bool write)
{
    const CudaFunction *f = run->launch->function;
    for (size_t i = 0; i < f->shared_count; i++) {
        const EmuShared *s = &f->shared[i];
        uintptr_t offset = a->at - s->begin;
        if (offset >= s->size)
            continue;
        if (s->size - offset < a->size)
            outside(a, write);
        a->space = s->name;
        a->shared = true;
        visit(a, s->cells, offset, write);
        return true;
    }
    return false;
}

static inline bool visit_heap(Access *a, bool write)
{
    uintptr_t offset = a->at - emu_heap.begin;
    if (offset >= emu_heap.size)
        return false;
    if (!emu_heap_holds(a->at, a->size))
        outside(a, write);
    a->space = "the GPU's memory";
    visit(a, emu_heap.cells, offset, write);
    return true;
}

void emu_check_access(uintptr_t at, size_t size, bool write, const void *pc)
{
    const EmuThread *t = run->now;
    if (!t || !size || (size <= EMU_STACK && at - t->stack <= EMU_STACK - size))
        return;
    Access a = {.at = at, .size = size, .pc = pc};
    if (visit_shared(&a, write) || visit_heap(&a, write))
        return;
    if (!emu_module_holds(run->launch->function->module, at, size))
        outside(&a, write);
}

/* --------------------------------------------------------------------------- launches */

bool emu_check_begin(const EmuLaunch *l)
{
    CudaFunction *f = l->function;
    bool good = true;
    if (f->shared_count)
        f->shared[f->shared_count - 1].size = l->dynamic_bytes;
    for (size_t i = 0; i < f->shared_count; i++) {
        f->shared[i].cells = calloc(1, emu_check_bytes(f->shared[i].size));
        good = good && f->shared[i].cells;
    }
    return good;
}

void emu_check_end(const EmuLaunch *l)
{
    for (size_t i = 0; i < l->function->shared_count; i++) {
        free(l->function->shared[i].cells);
        l->function->shared[i].cells = NULL;
    }
}

/* ----------------------------------------------------- what the compiler's code calls */

#define HERE __builtin_return_address(0)

#define ACCESS(n)                                                                        \
    EMU_API void __tsan_read##n(void *p);                                                \
    EMU_API void __tsan_write##n(void *p);                                               \
    EMU_API void __tsan_unaligned_read##n(void *p);                                      \
    EMU_API void __tsan_unaligned_write##n(void *p);                                     \
    void __tsan_read##n(void *p) { emu_check_access((uintptr_t)p, n, false, HERE); }     \
    void __tsan_write##n(void *p) { emu_check_access((uintptr_t)p, n, true, HERE); }     \
    void __tsan_unaligned_read##n(void *p)                                               \
    {                                                                                    \
        emu_check_access((uintptr_t)p, n, false, HERE);                                  \
    }                                                                                    \
    void __tsan_unaligned_write##n(void *p)                                              \
    {                                                                                    \
        emu_check_access((uintptr_t)p, n, true, HERE);                                   \
    }
ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)

EMU_API void __tsan_read_range(void *p, size_t size);
EMU_API void __tsan_write_range(void *p, size_t size);
EMU_API void *__wrap_memcpy(void *to, const void *from, size_t size);
EMU_API void *__wrap_memmove(void *to, const void *from, size_t size);
EMU_API void *__wrap_memset(void *to, int value, size_t size);
EMU_API void __tsan_vptr_update(void **p, void *value);
EMU_API void __tsan_vptr_read(void **p);
EMU_API void __tsan_func_entry(void *pc);
EMU_API void __tsan_func_exit(void);
EMU_API void __tsan_init(void);
EMU_API void __wrap___ubsan_handle_type_mismatch_v1_abort(const void *place,
                                                          uintptr_t at);
EMU_API void emu_atomic(const void *at, unsigned size);

void __tsan_read_range(void *p, size_t size)
{
    emu_check_access((uintptr_t)p, size, false, HERE);
}

void __tsan_write_range(void *p, size_t size)
{
    emu_check_access((uintptr_t)p, size, true, HERE);
}

/* Of device.h, and as the linker names what clang makes of copies of structs. */
void *__wrap_memcpy(void *to, const void *from, size_t size)
{
    emu_check_access((uintptr_t)from, size, false, HERE);
    emu_check_access((uintptr_t)to, size, true, HERE);
    return memcpy(to, from, size);
}

void *__wrap_memmove(void *to, const void *from, size_t size)
{
    emu_check_access((uintptr_t)from, size, false, HERE);
    emu_check_access((uintptr_t)to, size, true, HERE);
    return memmove(to, from, size);
}

void *__wrap_memset(void *to, int value, size_t size)
{
    emu_check_access((uintptr_t)to, size, true, HERE);
    return memset(to, value, size);
}

void __tsan_vptr_update(void **p, void *value) { (void)p, (void)value; }
void __tsan_vptr_read(void **p) { (void)p; }
void __tsan_func_entry(void *pc) { (void)pc; }
void __tsan_func_exit(void) {}
void __tsan_init(void) {}

/* A GPU takes vectors only at a multiple of their size. The linker gives it this name,
 * for a program with UndefinedBehaviorSanitizer has one of the other. */
void __wrap___ubsan_handle_type_mismatch_v1_abort(const void *place, uintptr_t at)
{
    (void)place;
    emu_thread_fail(EMU_MISALIGNED, HERE, 0, "misaligned: the address %#llx",
                    (unsigned long long)at);
}

/* Atomics of several threads are no race; of an atomic and a plain access it is not
 * known. */
void emu_atomic(const void *at, unsigned size)
{
    Access a = {.at = (uintptr_t)at, .size = size, .pc = HERE};
    const CudaFunction *f = run->launch->function;
    bool good = emu_heap_holds(a.at, size) || emu_module_holds(f->module, a.at, size);
    for (size_t i = 0; i < f->shared_count; i++)
        good |= a.at - f->shared[i].begin < f->shared[i].size;
    if (!good)
        outside(&a, true);
}
