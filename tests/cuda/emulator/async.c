/* cp.async: copies from the GPU's memory to shared memory that are done in groups,
 * when the thread waits for them; not before, so that a kernel that forgets to wait
 * reads what was there, or what nobody wrote. A GPU may do them at once, though: where
 * they go nobody may read or write from the call on. What is read must not change
 * meanwhile. */
#include "tests/cuda/emulator/emulator.h"

#include <stdlib.h>
#include <string.h>

typedef struct Copy {
    void *to;
    const void *from;
    size_t bytes, present; /* the rest is 0 */
    const void *pc;
    uint32_t began; /* the clock of the call */
    unsigned group;
} Copy;

typedef struct Queue {
    Copy *items;
    size_t count, room;
    unsigned group; /* that is open */
    bool unfenced;  /* copies that tensor cores of warps by fours do not see yet */
} Queue;

static Queue queues[EMU_THREADS];
static bool block_unfenced; /* a thread came to a barrier with such copies */

EMU_API void emu_async_copy(int line, void *to, const void *from, size_t bytes,
                            size_t present);
EMU_API void emu_fence_copies(void);
EMU_API void emu_async_commit(void);
EMU_API void emu_async_wait(unsigned left);

static Queue *mine(void) { return &queues[emu_run.now->number]; }

void emu_async_copy(int line, void *to, const void *from, size_t bytes, size_t present)
{
    const void *pc = __builtin_return_address(0);
    Queue *q = mine();
    if (((uintptr_t)to | (uintptr_t)from) % bytes)
        emu_thread_fail(EMU_MISALIGNED, pc, 0, "misaligned: a copy of %zu bytes", bytes);
    if (present > bytes)
        emu_thread_fail(EMU_LAUNCH_FAILED, pc, line, "%zu of %zu bytes are copied", present,
                        bytes);
    if (present)
        emu_check_access((uintptr_t)from, present, false, pc);
    if (q->count == q->room) {
        q->room = 2 * q->room + 16;
        q->items = realloc(q->items, q->room * sizeof *q->items);
        if (!q->items)
            abort();
    }
    uint32_t began = emu_check_begin_write((uintptr_t)to, bytes, pc);
    q->items[q->count++] = (Copy){to, from, bytes, present, pc, began, q->group};
}

void emu_async_commit(void) { mine()->group++; }

static void do_copy(const Copy *c)
{
    emu_check_end_write((uintptr_t)c->to, c->bytes, c->began, c->pc);
    if (c->present)
        memcpy(c->to, c->from, c->present);
    memset((char *)c->to + c->present, 0, c->bytes - c->present);
    mine()->unfenced = true;
}

/* Until all groups that were committed are done but the last `left`. */
void emu_async_wait(unsigned left)
{
    Queue *q = mine();
    size_t done = 0;
    while (done < q->count && q->items[done].group + left < q->group)
        do_copy(&q->items[done++]);
    memmove(q->items, q->items + done, (q->count -= done) * sizeof *q->items);
}

void emu_fence_copies(void) { mine()->unfenced = false; }

void emu_async_barrier(unsigned thread) { block_unfenced |= queues[thread].unfenced; }

bool emu_async_fenced(void) { return !block_unfenced && !mine()->unfenced; }

/* Of a thread, which has waited for all its copies: they would go on where others write. */
void emu_async_end(void)
{
    if (mine()->count)
        emu_thread_fail(EMU_LAUNCH_FAILED, NULL, 0, "ends with %zu copies that it did not wait for",
                        mine()->count);
    block_unfenced = false;
    mine()->unfenced = false;
    mine()->count = 0;
    mine()->group = 0;
}

void emu_async_close(void)
{
    for (int i = 0; i < EMU_THREADS; i++)
        free(queues[i].items);
    memset(queues, 0, sizeof queues);
}
