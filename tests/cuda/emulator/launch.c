/* Runs the blocks of a launch, one after the other; in a block warp by warp, each lane up
 * to where it waits. Who never waits runs through, and its stack serves the next.
 *
 *     block:  every warp up to a barrier or the end; all at the same barrier: again
 *     warp:   every lane up to where it waits; lanes that wait for each other: again */
#include "tests/cuda/emulator/fiber.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EmuRun emu_run;

static struct {
    EmuThread threads[EMU_THREADS];
    uintptr_t stacks[EMU_THREADS]; /* that nobody has */
    size_t stack_count;
    void *sp;                    /* of the scheduler, while a thread runs */
    unsigned order[EMU_THREADS]; /* scratch of run_block */
    uint64_t random;             /* 0: the seed comes next */
} here;

static EmuRun *const run = &emu_run;

/* --------------------------------------------------------------------------- in order */

static uint64_t random_next(void)
{
    if (!here.random)
        here.random = emu_settings.seed * 2 + 1;
    here.random ^= here.random << 13; /* Marsaglia's xorshift64 */
    here.random ^= here.random >> 7;
    return here.random ^= here.random << 17;
}

static void swap(unsigned *a, unsigned *b)
{
    unsigned t = *a;
    *a = *b;
    *b = t;
}

/* 0..count-1 in the order that the settings ask for. */
static void order(unsigned *out, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        out[i] = emu_settings.order == EMU_DESCENDING ? count - 1 - i : i;
    for (unsigned i = count; emu_settings.order == EMU_RANDOM && i > 1; i--)
        swap(&out[i - 1], &out[random_next() % i]);
}

/* ---------------------------------------------------------------------------- threads */

static void leave_thread(void)
{
    EmuThread *t = run->now;
    run->now = NULL;
    fiber_switch(&t->sp, here.sp);
}

static void thread_body(void)
{
    const EmuLaunch *l = run->launch;
    l->function->kernel->call(l->arguments);
    emu_async_end();
    emu_wgmma_end();
    run->now->state = EMU_DONE;
    leave_thread();
}

static bool give_stack(EmuThread *t)
{
    t->stack = here.stack_count ? here.stacks[--here.stack_count] : fiber_stack_open();
    if (!t->stack)
        emu_fail(EMU_OUT_OF_RESOURCES, "no memory for the stacks of the threads");
    return t->stack;
}

static void take_stack(EmuThread *t)
{
    if (t->stack)
        here.stacks[here.stack_count++] = t->stack;
    t->stack = 0;
}

static void resume(EmuThread *t)
{
    if (t->state == EMU_FRESH) {
        if (!give_stack(t))
            return;
        t->sp = fiber_begin(t->stack, thread_body);
    }
    t->state = EMU_READY;
    run->now = t;
    fiber_switch(&here.sp, t->sp);
    if (t->state == EMU_DONE)
        take_stack(t);
}

static void vfail(const EmuThread *t, int error, const void *pc, int line,
                  const char *format, va_list args)
{
    char text[400], place[300];
    vsnprintf(text, sizeof text, format, args);
    const CudaFunction *f = run->launch->function;
    snprintf(place, sizeof place, ":%d", line);
    if (pc)
        snprintf(place, sizeof place, ", %s", emu_module_line(f->module, pc));
    emu_fail(error, "kernel %s%s, block (%u,%u,%u), thread (%u,%u,%u): %s", f->name,
             place, run->block.x, run->block.y, run->block.z, t->index.x, t->index.y,
             t->index.z, text);
}

void emu_thread_fail(int error, const void *pc, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfail(run->now, error, pc, line, format, args);
    va_end(args);
    leave_thread();
    abort(); /* nobody resumes it */
}

/* The same of a thread that waits, found by the scheduler. */
void emu_waiting_fail(const EmuThread *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfail(t, EMU_LAUNCH_FAILED, NULL, t->line, format, args);
    va_end(args);
}

/* ------------------------------------------------------------------------------ warps */

static EmuThread *lane_of(unsigned warp, unsigned lane)
{
    unsigned number = warp * EMU_WARP + lane;
    return number < run->count ? &run->threads[number] : NULL;
}

/* Whether all that a lane waits for have come; complains of those that never will. */
static bool has_come(const EmuThread *t, unsigned warp, unsigned lane)
{
    const EmuThread *other = t->mask >> lane & 1 ? lane_of(warp, lane) : NULL;
    if (!other || other->state == EMU_DONE)
        return true; /* lanes that ended are not waited for */
    if (other->state == EMU_AT_WARP && other->line == t->line && other->mask == t->mask)
        return true;
    if (other->state == EMU_AT_BLOCK)
        emu_waiting_fail(t,
                     "waits for lane %u of its warp, which is at the barrier of line %d",
                     lane, other->line);
    return false;
}

static bool group_is_complete(const EmuThread *t, unsigned warp)
{
    for (unsigned lane = 0; lane < EMU_WARP; lane++)
        if (!has_come(t, warp, lane))
            return false;
    return true;
}

/* What a lane and those that wait with it came for. */
static void release_group(const EmuThread *first, unsigned warp)
{
    void *lanes[EMU_WARP] = {0};
    EmuCombine *combine = first->combine;
    unsigned mask = first->mask;
    bool whole = true;
    for (unsigned i = 0; i < EMU_WARP; i++) {
        EmuThread *t = lane_of(warp, i);
        if (!t || t->state == EMU_DONE)
            continue;
        if (mask >> i & 1) {
            t->state = EMU_READY;
            lanes[i] = t->mine;
        } else {
            whole = false;
        }
    }
    if (combine)
        combine(lanes, mask);
    else if (
        whole) /* __syncwarp, which orders memory; of some lanes only: not told apart */
        run->warp_sync[warp] = ++run->clock;
}

/* Lanes that wait for the end of a phase may still come. */
static bool waits_for_phase(unsigned warp)
{
    bool any = false;
    for (unsigned i = 0; i < EMU_WARP; i++)
        any |= lane_of(warp, i) && lane_of(warp, i)->state == EMU_AT_PHASE;
    return any;
}

/* Lets those go on that have all whom they wait for; false if nobody waits. */
static bool release_warp(unsigned warp)
{
    const EmuThread *stuck = NULL;
    bool released = false;
    for (unsigned i = 0; i < EMU_WARP && !emu_error(); i++) {
        const EmuThread *t = lane_of(warp, i);
        if (!t || t->state != EMU_AT_WARP)
            continue;
        if (group_is_complete(t, warp)) {
            release_group(t, warp);
            released = true;
        } else {
            stuck = t;
        }
    }
    if (stuck && !released && !waits_for_phase(warp) && !emu_error())
        emu_waiting_fail(stuck,
                     "the lanes of mask %#x wait at different lines or for different "
                     "lanes",
                     stuck->mask);
    return released && !emu_error();
}

static void run_warp(unsigned warp)
{
    unsigned lanes[EMU_WARP];
    do {
        order(lanes, EMU_WARP);
        for (unsigned i = 0; i < EMU_WARP && !emu_error(); i++) {
            EmuThread *t = lane_of(warp, lanes[i]);
            if (t && t->state <= EMU_READY)
                resume(t);
        }
    } while (!emu_error() && release_warp(warp));
}

/* ----------------------------------------------------------------------------- blocks */

static void divergent(const EmuThread *t, const EmuThread *other)
{
    if (other->state == EMU_DONE)
        emu_waiting_fail(t, "the barrier is not reached by thread (%u,%u,%u), which ended",
                     other->index.x, other->index.y, other->index.z);
    else
        emu_waiting_fail(
            t,
            "the barrier is not reached by thread (%u,%u,%u), which is at that of "
            "line %d",
            other->index.x, other->index.y, other->index.z, other->line);
}

/* All of the block at the same barrier: it lets them go. All ended: false. */
static bool release_block(void)
{
    const EmuThread *waiting = NULL;
    for (unsigned i = 0; i < run->count; i++)
        if (run->threads[i].state == EMU_AT_BLOCK)
            waiting = &run->threads[i];
    if (!waiting)
        return false;
    for (unsigned i = 0; i < run->count; i++) {
        EmuThread *t = &run->threads[i];
        if (t->state != EMU_AT_BLOCK || t->line != waiting->line) {
            divergent(waiting, t);
            return false;
        }
    }
    for (unsigned i = 0; i < run->count; i++) {
        run->threads[i].state = EMU_READY;
        emu_async_barrier(i);
    }
    emu_bulk_barrier();
    run->block_sync = ++run->clock;
    return true;
}

static void begin_block(EmuIndex at)
{
    EmuIndex size = run->launch->block;
    run->block = at;
    run->block_begin = run->block_sync = ++run->clock;
    for (unsigned i = 0; i < run->count; i++)
        run->threads[i] = (EmuThread){
            .number = i,
            .index = {i % size.x, i / size.x % size.y, i / size.x / size.y},
        };
    for (unsigned w = 0; w * EMU_WARP < run->count; w++)
        run->warp_sync[w] = run->clock;
}

static void run_block(EmuIndex at)
{
    unsigned warps = (run->count + EMU_WARP - 1) / EMU_WARP;
    begin_block(at);
    do {
        order(here.order, warps);
        for (unsigned i = 0; i < warps && !emu_error(); i++)
            run_warp(here.order[i]);
    } while (!emu_error() && (emu_bulk_release() || (!emu_error() && release_block())));
    emu_bulk_end();
    for (unsigned i = 0; i < run->count; i++) /* of those that a failure left */
        take_stack(&run->threads[i]);
}

static EmuIndex index_of(size_t number, EmuIndex size)
{
    return (EmuIndex){(unsigned)(number % size.x), (unsigned)(number / size.x % size.y),
                      (unsigned)(number / size.x / size.y)};
}

/* Grids are large: their order is not kept in memory but made by a step without a common
 * divisor. */
static size_t step_of(size_t count)
{
    size_t step = 1 + random_next() % count;
    for (size_t a = step, b = count;;) {
        while (b) {
            size_t rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1)
            return step;
        a = ++step;
        b = count;
    }
}

static void run_blocks(void)
{
    EmuIndex grid = run->launch->grid;
    size_t count = (size_t)grid.x * grid.y * grid.z, step = 1, at = 0;
    if (emu_settings.order == EMU_DESCENDING)
        step = count - 1, at = count - 1;
    else if (emu_settings.order == EMU_RANDOM)
        step = step_of(count), at = random_next() % count;
    for (size_t i = 0; i < count && !emu_error(); i++, at = (at + step) % count)
        run_block(index_of(at, grid));
}

/* --------------------------------------------------------------------------- launches */

int emu_launch_check(const EmuLaunch *l)
{
    const CudaFunction *f = l->function;
    uint64_t threads = (uint64_t)l->block.x * l->block.y * l->block.z;
    unsigned most = f->kernel->threads ? f->kernel->threads : EMU_THREADS;
    if (!threads || !l->grid.x || !l->grid.y || !l->grid.z || l->grid.y > 65535 ||
        l->grid.z > 65535 || l->block.z > 64 || l->grid.x > 0x7fffffff)
        return EMU_INVALID_VALUE;
    if (threads > EMU_THREADS || l->dynamic_bytes > f->dynamic_limit)
        return EMU_INVALID_VALUE;
    return threads > most ? EMU_OUT_OF_RESOURCES : EMU_OK;
}

void emu_launch_run(const EmuLaunch *l)
{
    if (emu_error())
        return;
    run->launch = l;
    run->threads = here.threads;
    run->count = l->block.x * l->block.y * l->block.z;
    run->launch_begin = ++run->clock;
    run->checked = l->function->launches++ < emu_settings.checked;
    if (!run->checked || emu_check_begin(l))
        run_blocks();
    else
        emu_fail(EMU_OUT_OF_RESOURCES, "no memory for the checks of shared memory");
    emu_check_end(l);
    emu_order_end();
    run->launch = NULL;
}

void emu_launch_close(void)
{
    while (here.stack_count)
        fiber_stack_close(here.stacks[--here.stack_count]);
    here.random = 0;
    emu_async_close();
    emu_wgmma_close();
}

/* -------------------------------------------------------- what kernels call: device.h */

EMU_API EmuIndex emu_thread_index(void);
EMU_API EmuIndex emu_block_index(void);
EMU_API EmuIndex emu_block_size(void);
EMU_API EmuIndex emu_grid_size(void);
EMU_API void emu_barrier(int line);
EMU_API void emu_warp(int line, unsigned mask, void *mine, EmuCombine *f);
EMU_API unsigned long long emu_shuffle(int line, int kind, unsigned mask,
                                       unsigned long long bits, int argument, int width);
EMU_API unsigned emu_ballot(int line, unsigned mask, int predicate);
EMU_API void emu_trap(int line);

EmuIndex emu_thread_index(void) { return run->now->index; }
EmuIndex emu_block_index(void) { return run->block; }
EmuIndex emu_block_size(void) { return run->launch->block; }
EmuIndex emu_grid_size(void) { return run->launch->grid; }

void emu_barrier(int line)
{
    run->now->state = EMU_AT_BLOCK;
    run->now->line = line;
    leave_thread();
}

void emu_wait_for_phase(int line)
{
    run->now->state = EMU_AT_PHASE;
    run->now->line = line;
    leave_thread();
}

bool emu_is_early(void)
{
    return emu_settings.order == EMU_ASCENDING ||
           (emu_settings.order == EMU_RANDOM && random_next() % 2);
}

void emu_warp(int line, unsigned mask, void *mine, EmuCombine *f)
{
    EmuThread *t = run->now;
    if (!(mask >> t->number % EMU_WARP & 1))
        emu_thread_fail(EMU_LAUNCH_FAILED, NULL, line,
                        "the mask %#x has not its own lane %u", mask,
                        t->number % EMU_WARP);
    t->state = EMU_AT_WARP;
    t->line = line;
    t->mask = mask;
    t->mine = mine;
    t->combine = f;
    leave_thread();
}

/* The kinds of shuffles: __shfl_sync, up, down, xor. */
typedef struct Shuffle {
    uint64_t bits, result;
    int kind, argument, width;
    bool good; /* false: of a lane that is not there */
} Shuffle;

/* The lane that is read; one outside of the segment of `width` lanes: its own. */
static int source_of(const Shuffle *s, int lane)
{
    int begin = lane / s->width * s->width, end = begin + s->width;
    int source = s->kind == 0   ? begin + (s->argument & (s->width - 1))
                 : s->kind == 1 ? lane - s->argument
                 : s->kind == 2 ? lane + s->argument
                                : lane ^ s->argument;
    bool own = s->kind == 1 ? source < begin : source >= end;
    return own ? lane : source;
}

static void shuffle_lanes(void **lanes, unsigned mask)
{
    (void)mask;
    for (int i = 0; i < EMU_WARP; i++) {
        Shuffle *s = lanes[i];
        if (!s)
            continue;
        int source = source_of(s, i);
        Shuffle *from = source >= 0 && source < EMU_WARP ? lanes[source] : NULL;
        s->good = from != NULL;
        s->result = from ? from->bits : 0;
    }
}

unsigned long long emu_shuffle(int line, int kind, unsigned mask, unsigned long long bits,
                               int argument, int width)
{
    Shuffle s = {.bits = bits, .kind = kind, .argument = argument, .width = width};
    if (width < 1 || width > EMU_WARP || width & (width - 1))
        emu_thread_fail(EMU_LAUNCH_FAILED, NULL, line, "the width %d of a shuffle",
                        width);
    emu_warp(line, mask, &s, shuffle_lanes);
    if (!s.good)
        emu_thread_fail(EMU_LAUNCH_FAILED, NULL, line,
                        "a shuffle reads lane %d, which does not take part",
                        source_of(&s, (int)(run->now->number % EMU_WARP)));
    return s.result;
}

typedef struct Ballot {
    unsigned predicate, result;
} Ballot;

static void collect_votes(void **lanes, unsigned mask)
{
    (void)mask;
    unsigned votes = 0;
    for (int i = 0; i < EMU_WARP; i++)
        if (lanes[i] && ((Ballot *)lanes[i])->predicate)
            votes |= 1u << i;
    for (int i = 0; i < EMU_WARP; i++)
        if (lanes[i])
            ((Ballot *)lanes[i])->result = votes;
}

unsigned emu_ballot(int line, unsigned mask, int predicate)
{
    Ballot b = {.predicate = predicate != 0};
    emu_warp(line, mask, &b, collect_votes);
    return b.result;
}

void emu_trap(int line) { emu_thread_fail(EMU_LAUNCH_FAILED, NULL, line, "__trap()"); }
