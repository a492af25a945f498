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
 * block began is another block's. What orders blocks is in order.c.
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

/* All that follows is on the way of every access, so it becomes one function for each
 * size and way. */
#define INLINE static inline __attribute__((always_inline))
#define COLD   __attribute__((noreturn, cold, noinline)) static

typedef struct Access {
    uintptr_t at;
    size_t size;
    const void *pc;
    bool write;
    bool shared; /* of the block's memory, not of the GPU's */
} Access;

/* The shared variable that holds the address, or NULL. */
INLINE EmuShared *find_shared(uintptr_t at)
{
    const CudaFunction *f = run->launch->function;
    for (size_t i = 0; i < f->shared_count; i++)
        if (at - f->shared[i].begin < f->shared[i].size)
            return &f->shared[i];
    return NULL;
}

static const char *name_of(const Access *a)
{
    const EmuShared *s = a->shared ? find_shared(a->at) : NULL;
    return s ? s->name : "the GPU's memory";
}

COLD void race(Access a, const char *what, unsigned first, unsigned last, uint32_t clock)
{
    char who[64];
    if (clock < run->block_begin || last == ANOTHER_BLOCK)
        snprintf(who, sizeof who, "another block");
    else if (first == last)
        snprintf(who, sizeof who, "thread %u of the block", first);
    else
        snprintf(who, sizeof who, "threads %u to %u of the block", first, last);
    emu_thread_fail(
        EMU_LAUNCH_FAILED, a.pc, 0,
        "race: %zu bytes of %s at %#llx are %s here, and were %s by %s without a "
        "barrier between",
        a.size, name_of(&a), (unsigned long long)a.at, a.write ? "written" : "read", what,
        who);
}

COLD void unknown(Access a)
{
    emu_thread_fail(
        EMU_LAUNCH_FAILED, a.pc, 0,
        "reads %zu bytes of %s at %#llx that the block has not written before a "
        "barrier",
        a.size, name_of(&a), (unsigned long long)a.at);
}

/* Whether what these threads did at the clock comes before what is done now. */
INLINE bool is_before(bool shared, uint32_t clock, unsigned first, unsigned last)
{
    if (clock < (shared ? run->block_begin : run->launch_begin))
        return true;
    if (!shared && last == ANOTHER_BLOCK)
        return false;
    if (!shared && clock < run->block_begin)
        return emu_order_holds(clock, first, last);
    unsigned me = run->now->number, warp = me / EMU_WARP;
    if (clock < run->block_sync || (first == me && last == me))
        return true;
    return first / EMU_WARP == warp && last / EMU_WARP == warp &&
           clock < run->warp_sync[warp];
}

INLINE void read_cell(Access a, EmuCell *c, unsigned mask)
{
    if (a.shared && (c->written < run->block_begin || (c->known & mask) != mask))
        unknown(a);
    if (c->write_mask & mask && !is_before(a.shared, c->written, c->writer, c->writer))
        race(a, "written", c->writer, c->writer, c->written);
    uint16_t me = (uint16_t)run->now->number, first = me, last = me;
    if (c->read_mask & mask && !is_before(a.shared, c->read, c->first, c->last)) {
        mask &= c->read_mask;
        first = c->first < me ? c->first : me;
        last = c->read < run->block_begin ? ANOTHER_BLOCK : c->last > me ? c->last : me;
    }
    c->read = run->clock;
    c->first = first;
    c->last = last;
    c->read_mask = (uint8_t)mask;
}

INLINE void write_cell(Access a, EmuCell *c, unsigned mask)
{
    uint16_t me = (uint16_t)run->now->number;
    if (c->write_mask & mask && !is_before(a.shared, c->written, c->writer, c->writer))
        race(a, "written", c->writer, c->writer, c->written);
    if (c->read_mask & mask && !is_before(a.shared, c->read, c->first, c->last))
        race(a, "read", c->first, c->last, c->read);
    unsigned known = c->written < run->block_begin ? 0 : c->known;
    bool mine = c->writer == me && c->written == run->clock;
    c->write_mask = (mine ? c->write_mask | mask : mask) & 15;
    c->known = (known | mask) & 15;
    c->written = run->clock;
    c->writer = me;
}

INLINE void visit_cell(Access a, EmuCell *c, unsigned mask)
{
    if (a.write)
        write_cell(a, c, mask);
    else
        read_cell(a, c, mask);
}

/* The cells of an access; `offset` is from the memory's begin. */
INLINE void visit(Access a, EmuCell *cells, uintptr_t offset)
{
    EmuCell *c = &cells[offset / CELL];
    size_t low = offset % CELL, end = low + a.size;
    if (end <= CELL) {
        visit_cell(a, c, ((1u << a.size) - 1) << low);
        return;
    }
    for (; end > CELL; end -= CELL, low = 0)
        visit_cell(a, c++, 15u << low & 15);
    visit_cell(a, c, (1u << end) - 1);
}

/* ----------------------------------------------------------------------------- bounds */

/* Where an address is, in words: which variable or allocation is the nearest in front of
 * it. */
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

COLD void outside(Access a)
{
    char where[200];
    describe(a.at, where, sizeof where);
    emu_thread_fail(
        EMU_ILLEGAL_ADDRESS, a.pc, 0, "out of bounds: %s %zu bytes at %#llx: %s",
        a.write ? "writes" : "reads", a.size, (unsigned long long)a.at, where);
}

INLINE void check(uintptr_t at, size_t size, bool write, const void *pc)
{
    const EmuThread *t = run->now;
    if (!t || !size || (size <= EMU_STACK && at - t->stack <= EMU_STACK - size))
        return;
    Access a = {.at = at, .size = size, .pc = pc, .write = write};
    const EmuShared *s = find_shared(at);
    if (s) {
        if (s->size - (at - s->begin) < size)
            outside(a);
        a.shared = true;
        visit(a, s->cells, at - s->begin);
    } else if (at - emu_heap.begin < emu_heap.size) {
        if (!emu_heap_holds(at, size))
            outside(a);
        visit(a, emu_heap.cells, at - emu_heap.begin);
    } else if (!emu_module_holds(run->launch->function->module, at, size)) {
        outside(a);
    }
}

void emu_check_access(uintptr_t at, size_t size, bool write, const void *pc)
{
    if (!run->checked)
        return;
    if (write)
        check(at, size, true, pc);
    else
        check(at, size, false, pc);
}

bool emu_shared_holds(uintptr_t at, size_t size)
{
    const EmuShared *s = find_shared(at);
    return s && s->size - (at - s->begin) >= size;
}

void emu_check_copied(uintptr_t at, size_t size, unsigned thread)
{
    const EmuShared *s = find_shared(at);
    for (size_t i = 0; run->checked && i < size; i += CELL)
        s->cells[(at - s->begin + i) / CELL] = (EmuCell){
            .written = run->clock, .writer = (uint16_t)thread, .write_mask = 15, .known = 15};
}

/* --------------------------------------------------- writes that go on beside threads */

/* Whether somebody used these bytes since the write began: another thread, or its own one
 * after a barrier (what it did just before is not told apart from what it did just after). */
static bool is_since(uint32_t clock, unsigned first, unsigned last, uint32_t since)
{
    unsigned me = run->now->number;
    return clock > since || (clock == since && !(first == me && last == me));
}

/* at: when the write began, or NULL, now that it begins. */
static void look_at_cell(Access a, const EmuCell *c, unsigned mask, const uint32_t *at)
{
    bool writes = c->write_mask & mask, reads = c->read_mask & mask;
    if (writes && (at ? is_since(c->written, c->writer, c->writer, *at)
                      : !is_before(true, c->written, c->writer, c->writer)))
        race(a, "written", c->writer, c->writer, c->written);
    if (reads && (at ? is_since(c->read, c->first, c->last, *at)
                     : !is_before(true, c->read, c->first, c->last)))
        race(a, "read", c->first, c->last, c->read);
}

static void look_at(uintptr_t to, size_t size, const void *pc, const uint32_t *began)
{
    const EmuShared *s = find_shared(to);
    Access a = {.at = to, .size = size, .pc = pc, .write = true, .shared = true};
    if (!s || s->size - (to - s->begin) < size)
        outside(a);
    size_t low = (to - s->begin) % CELL, end = low + size;
    const EmuCell *c = &s->cells[(to - s->begin) / CELL];
    for (; end > CELL; end -= CELL, low = 0)
        look_at_cell(a, c++, 15u << low & 15, began);
    look_at_cell(a, c, ((1u << end) - 1) & 15u << low, began);
}

uint32_t emu_check_begin_write(uintptr_t to, size_t size, const void *pc)
{
    if (run->checked)
        look_at(to, size, pc, NULL);
    return run->clock;
}

void emu_check_end_write(uintptr_t to, size_t size, uint32_t began, const void *pc)
{
    if (!run->checked)
        return;
    look_at(to, size, pc, &began);
    check(to, size, true, pc);
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

/* The check is a function apart, so that a launch that is not checked just passes by. */
#define ACCESS(name, n, write)                                                           \
    EMU_API void __tsan_##name(void *p);                                                 \
    __attribute__((noinline)) static void check_##name(uintptr_t at, const void *pc)     \
    {                                                                                    \
        check(at, n, write, pc);                                                         \
    }                                                                                    \
    void __tsan_##name(void *p)                                                          \
    {                                                                                    \
        if (run->checked)                                                                \
            check_##name((uintptr_t)p, HERE);                                            \
    }
#define ACCESSES(n)                                                                      \
    ACCESS(read##n, n, false)                                                            \
    ACCESS(write##n, n, true)                                                            \
    ACCESS(unaligned_read##n, n, false)                                                  \
    ACCESS(unaligned_write##n, n, true)
ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

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
    Access a = {.at = (uintptr_t)at, .size = size, .pc = HERE, .write = true};
    const CudaFunction *f = run->launch->function;
    bool good = emu_heap_holds(a.at, size) || emu_module_holds(f->module, a.at, size);
    for (size_t i = 0; i < f->shared_count; i++)
        good |= a.at - f->shared[i].begin < f->shared[i].size;
    if (!good)
        outside(a);
}
