/* Tensor maps, copies of whole boxes and the barriers that count their bytes, by PTX's
 * manual ("mbarrier", "Tensor copy", "Tensor swizzling modes") and the driver's
 * (cuTensorMapEncodeTiled).
 *
 * A phase of a barrier ends when as many threads have arrived as it was made for and as
 * many bytes have come as they said. A copy is done at once (order=ascending), or not
 * before nobody can go on without it (descending), or either (random): a kernel may rely
 * on neither. What it brings is read by wgmma, once the thread has seen the end of the
 * phase that counts its bytes, or by all behind a barrier of the block; where it goes,
 * products must be done, and their warps must have said so at a barrier that the thread
 * has waited for. That is kept for each 1024 bytes of a block's memory. */
#include "tests/cuda/emulator/api.h"

#include <stdlib.h>
#include <string.h>

enum {
    BARRIERS = 64,
    COPIES = 64,
    ATOM = 1024, /* bytes in which the order of chunks repeats */
    ATOMS = EMU_SHARED_MOST / ATOM,
    WARPS = EMU_THREADS / EMU_WARP,
    MOST_BYTES = (1 << 20) - 1,
    CHUNK = 16,
    LINE = 128,
    READING = UINT32_MAX
};

/* What a tensor map holds here: the driver's is opaque, too, and has 128 bytes. */
typedef struct Map {
    uint64_t magic;
    uintptr_t at;
    uint64_t sizes[2], stride;
    uint32_t box[2], element, swizzle;
} Map;

static const uint64_t magic = 0x6d6170206f662062;

typedef struct Barrier {
    uintptr_t at;
    unsigned maker;             /* the thread that made it, */
    uint32_t made;              /* when */
    bool fenced;                /* for copies */
    unsigned arrivals, missing; /* that a phase needs, that this one still does */
    int64_t bytes;              /* that are to come */
    unsigned phases;            /* that have ended */
    uint32_t known[WARPS]; /* until when products of a warp are done, for who waits */
} Barrier;

typedef struct Copy {
    Map map;
    uintptr_t to;
    int32_t column, row;
    unsigned barrier, phase, thread;
    int line;
} Copy;

/* What was copied there last, and which warps' products read it until when. */
typedef struct Atom {
    bool copied, pending;
    unsigned barrier, phase;
    uint32_t read[WARPS];
} Atom;

static struct {
    bool used;
    Barrier barriers[BARRIERS];
    unsigned barrier_count, copy_count;
    Copy copies[COPIES];
    Atom atoms[ATOMS];
    unsigned seen[EMU_THREADS][BARRIERS]; /* phases that the thread knows to have ended */
    uint32_t known[EMU_THREADS][WARPS];
    struct {
        unsigned barrier, parity;
    } waits[EMU_THREADS];
} here;

static EmuRun *const run = &emu_run;

EMU_API void emu_barrier_init(int line, const void *p, unsigned arrivals);
EMU_API void emu_barrier_fence(void);
EMU_API void emu_barrier_arrive(int line, const void *p, unsigned bytes);
EMU_API void emu_barrier_wait(int line, const void *p, unsigned parity);
EMU_API void emu_bulk_copy(int line, const void *to, const void *map, const void *barrier,
                           int column, int row);

#define FAIL(line, ...) emu_thread_fail(EMU_LAUNCH_FAILED, NULL, line, __VA_ARGS__)

/* ------------------------------------------------------------------------ tensor maps */

/* Bytes of the types that there are, by CU_TENSOR_MAP_DATA_TYPE_...; 0: not known here. */
static uint32_t element_bytes(int type)
{
    static const uint8_t bytes[] = {1, 2, 4, 4, 8, 8, 2, 4, 8, 2, 4, 4, 4};
    return type >= 0 && type < (int)sizeof bytes ? bytes[type] : 0;
}

int cuTensorMapEncodeTiled(void *out, int type, uint32_t rank, void *at,
                           const uint64_t *sizes, const uint64_t *strides,
                           const uint32_t *box, const uint32_t *steps, int interleave,
                           int swizzle, int promotion, int fill)
{
    Map m = {.magic = magic,
             .at = (uintptr_t)at,
             .element = element_bytes(type),
             .swizzle = (uint32_t)swizzle};
    if ((uintptr_t)out % 64 || rank != 2 || interleave || promotion < 0 ||
        promotion > 3 || fill || !m.element || m.at % CHUNK || swizzle < 0 || swizzle > 3)
        return EMU_INVALID_VALUE;
    m.stride = strides[0];
    bool good = m.stride % CHUNK == 0 && m.stride < (uint64_t)1 << 40;
    for (int i = 0; i < 2; i++) {
        m.sizes[i] = sizes[i];
        m.box[i] = box[i];
        good = good && sizes[i] && sizes[i] <= (uint64_t)1 << 32 && box[i] &&
               box[i] <= 256 && steps[i] == 1;
    }
    uint32_t line = box[0] * m.element;
    good = good && line % CHUNK == 0 && (!swizzle || line <= 16u << swizzle);
    memset(out, 0, 128);
    memcpy(out, &m, sizeof m);
    return good ? EMU_OK : EMU_INVALID_VALUE;
}

/* --------------------------------------------------------------------------- barriers */

static Barrier *find(int line, const void *p)
{
    for (unsigned i = 0; i < here.barrier_count; i++) {
        Barrier *b = &here.barriers[i];
        if (b->at != (uintptr_t)p)
            continue;
        if (b->maker != run->now->number && b->made >= run->block_sync)
            FAIL(
                line,
                "race: thread %u has made this barrier without a barrier of the block behind",
                b->maker);
        return b;
    }
    FAIL(line, "there is no barrier at %p", p);
}

static unsigned number_of(const Barrier *b) { return (unsigned)(b - here.barriers); }

void emu_barrier_init(int line, const void *p, unsigned arrivals)
{
    if ((uintptr_t)p % 8 || !emu_shared_holds((uintptr_t)p, 8))
        emu_thread_fail(EMU_MISALIGNED, NULL, line, "no place for a barrier: %p", p);
    if (!arrivals || arrivals > MOST_BYTES || here.barrier_count == BARRIERS)
        FAIL(line, "a barrier for %u arrivals, after %u barriers", arrivals,
             here.barrier_count);
    here.used = true;
    here.barriers[here.barrier_count++] = (Barrier){.at = (uintptr_t)p,
                                                    .maker = run->now->number,
                                                    .made = run->clock,
                                                    .arrivals = arrivals,
                                                    .missing = arrivals};
}

void emu_barrier_fence(void)
{
    for (unsigned i = 0; i < here.barrier_count; i++)
        here.barriers[i].fenced |= here.barriers[i].maker == run->now->number;
}

static void end_phase(Barrier *b)
{
    if (b->missing || b->bytes)
        return;
    b->phases++;
    b->missing = b->arrivals;
}

/* What the thread knows to be done is known to who waits. */
static void pass_on(Barrier *b)
{
    unsigned me = run->now->number;
    for (unsigned w = 0; w < WARPS; w++)
        if (b->known[w] < here.known[me][w])
            b->known[w] = here.known[me][w];
    b->known[me / EMU_WARP] = ++run->clock;
}

void emu_barrier_arrive(int line, const void *p, unsigned bytes)
{
    Barrier *b = find(line, p);
    b->bytes += bytes;
    if (b->bytes > MOST_BYTES)
        FAIL(line, "a barrier cannot wait for %lld bytes", (long long)b->bytes);
    if (!b->missing)
        FAIL(line, "more arrive at a barrier than the %u that it was made for",
             b->arrivals);
    pass_on(b);
    b->missing--;
    end_phase(b);
}

/* The phase of this parity that runs, or else the one before it, which has ended. */
static bool has_ended(const Barrier *b, unsigned parity)
{
    return b->phases % 2 != parity;
}

void emu_barrier_wait(int line, const void *p, unsigned parity)
{
    EmuThread *me = run->now;
    const Barrier *b = find(line, p);
    if (parity > 1)
        FAIL(line, "the parity of a phase is %u", parity);
    here.waits[me->number].barrier = number_of(b);
    here.waits[me->number].parity = parity;
    if (!has_ended(b, parity))
        emu_wait_for_phase(line);
    here.seen[me->number][number_of(b)] = b->phases;
    for (unsigned w = 0; w < WARPS; w++)
        if (here.known[me->number][w] < b->known[w])
            here.known[me->number][w] = b->known[w];
}

/* ----------------------------------------------------------------------------- copies */

static Atom *atom_of(uintptr_t at) { return &here.atoms[(at - emu_dynamic()) / ATOM]; }

static size_t box_bytes(const Map *m)
{
    return (size_t)m->box[0] * m->element * m->box[1];
}

/* Element (i, j) of the box goes there: the chunk's number in its line of 128 bytes is
 * changed by that of the line in its eight. */
static uintptr_t place(const Copy *c, uint32_t i, uint32_t j)
{
    size_t at = c->to - emu_dynamic() + (size_t)i * LINE + (size_t)j * c->map.element;
    return emu_dynamic() + (at ^ (at / LINE % 8 * CHUNK));
}

/* The element of the matrix, 0: it has no such. */
static uintptr_t source(const Copy *c, uint32_t i, uint32_t j)
{
    int64_t row = (int64_t)c->row + i, column = (int64_t)c->column + j;
    bool there = row >= 0 && column >= 0 && (uint64_t)row < c->map.sizes[1] &&
                 (uint64_t)column < c->map.sizes[0];
    return there ? c->map.at + (uint64_t)row * c->map.stride +
                       (uint64_t)column * c->map.element
                 : 0;
}

static void do_copy(const Copy *c)
{
    Barrier *b = &here.barriers[c->barrier];
    for (uint32_t i = 0; i < c->map.box[1]; i++)
        for (uint32_t j = 0; j < c->map.box[0]; j++) {
            uintptr_t from = source(c, i, j);
            if (from)
                memcpy((void *)place(c, i, j), (const void *)from, c->map.element);
            else
                memset((void *)place(c, i, j), 0, c->map.element);
        }
    emu_check_copied(c->to, box_bytes(&c->map), c->thread);
    for (uintptr_t at = c->to; at < c->to + box_bytes(&c->map); at += ATOM)
        atom_of(at)->pending = false;
    b->bytes -= (int64_t)box_bytes(&c->map);
    if (b->phases != c->phase || b->bytes < -MOST_BYTES)
        emu_fail(EMU_LAUNCH_FAILED,
                 "kernel %s:%d: the phase that was to wait for these %zu bytes has "
                 "ended without them",
                 run->launch->function->name, c->line, box_bytes(&c->map));
    end_phase(b);
}

static void check_goal(const Copy *c)
{
    for (uintptr_t at = c->to; at < c->to + box_bytes(&c->map); at += ATOM) {
        const Atom *a = atom_of(at);
        if (a->pending)
            FAIL(c->line, "race: two copies go to the same place");
        for (unsigned w = 0; w < WARPS; w++)
            if (a->read[w] == READING ||
                (a->read[w] >= run->block_sync && a->read[w] >= here.known[c->thread][w]))
                FAIL(
                    c->line,
                    "race: a box goes where products of warp %u read, of which this thread "
                    "does not know that they are done",
                    w);
    }
}

static void check_copy(const Copy *c, const void *map)
{
    const Map *m = &c->map;
    if ((uintptr_t)map % 128 || m->magic != magic)
        FAIL(c->line, "no tensor map");
    if (m->swizzle != 3 || m->box[0] * m->element != LINE)
        FAIL(c->line,
             "boxes whose lines are not 128 bytes swizzled by 128 are not emulated");
    if ((c->to - emu_dynamic()) % ATOM || !emu_shared_holds(c->to, box_bytes(m)))
        emu_thread_fail(EMU_MISALIGNED, NULL, c->line,
                        "misaligned: a box goes to a multiple of 1024 bytes "
                        "of the dynamic shared memory, and ends there");
    if (!here.barriers[c->barrier].fenced)
        FAIL(c->line, "copies do not see the barrier: it was made without a fence");
    for (uint32_t i = 0; i < m->box[1]; i++)
        for (uint32_t j = 0; j < m->box[0]; j++)
            if (source(c, i, j))
                emu_check_access(source(c, i, j), m->element, false, NULL);
}

void emu_bulk_copy(int line, const void *to, const void *map, const void *barrier,
                   int column, int row)
{
    const Barrier *b = find(line, barrier);
    Copy c = {.to = (uintptr_t)to,
              .column = column,
              .row = row,
              .barrier = number_of(b),
              .phase = b->phases,
              .thread = run->now->number,
              .line = line};
    memcpy(&c.map, map, sizeof c.map);
    check_copy(&c, map);
    check_goal(&c);
    for (uintptr_t at = c.to; at < c.to + box_bytes(&c.map); at += ATOM) {
        Atom *a = atom_of(at);
        *a = (Atom){
            .copied = true, .pending = true, .barrier = c.barrier, .phase = c.phase};
    }
    if (here.copy_count == COPIES || emu_is_early())
        do_copy(&c);
    else
        here.copies[here.copy_count++] = c;
}

/* -------------------------------------------------------------------------- scheduler */

static bool release_ended(void)
{
    bool any = false;
    for (unsigned i = 0; i < run->count; i++) {
        EmuThread *t = &run->threads[i];
        if (t->state != EMU_AT_PHASE ||
            !has_ended(&here.barriers[here.waits[i].barrier], here.waits[i].parity))
            continue;
        t->state = EMU_READY;
        any = true;
    }
    return any;
}

static void fail_waiting(void)
{
    for (unsigned i = 0; i < run->count && !emu_error(); i++) {
        const Barrier *b = &here.barriers[here.waits[i].barrier];
        if (run->threads[i].state == EMU_AT_PHASE)
            emu_waiting_fail(
                &run->threads[i],
                "deadlock: phase %u of barrier %u does not end: %u of %u arrivals and %lld "
                "bytes are missing",
                b->phases, number_of(b), b->missing, b->arrivals, (long long)b->bytes);
    }
}

bool emu_bulk_release(void)
{
    if (!here.used)
        return false;
    while (!release_ended()) {
        if (!here.copy_count || emu_error()) {
            fail_waiting();
            return false;
        }
        Copy first = here.copies[0];
        memmove(here.copies, here.copies + 1, --here.copy_count * sizeof first);
        do_copy(&first);
    }
    return !emu_error();
}

/* All threads of the block know what one of them does. */
void emu_bulk_barrier(void)
{
    for (unsigned b = 0; here.used && b < here.barrier_count; b++) {
        unsigned most = 0;
        for (unsigned i = 0; i < run->count; i++)
            most = here.seen[i][b] > most ? here.seen[i][b] : most;
        for (unsigned i = 0; i < run->count; i++)
            here.seen[i][b] = most;
    }
}

void emu_bulk_end(void)
{
    if (!here.used)
        return;
    for (unsigned b = 0; b < here.barrier_count && !emu_error(); b++)
        if (here.barriers[b].bytes)
            emu_fail(EMU_LAUNCH_FAILED,
                     "kernel %s: a block ends while barrier %u waits for %lld bytes",
                     run->launch->function->name, b, (long long)here.barriers[b].bytes);
    memset(&here, 0, sizeof here);
}

/* -------------------------------------------------------------------------- for wgmma */

bool emu_bulk_read(int line, uintptr_t at)
{
    const Atom *a = here.used ? atom_of(at) : NULL;
    if (!a || !a->copied)
        return false;
    if (a->pending)
        FAIL(line, "race: wgmma reads where a box is on its way");
    if (here.seen[run->now->number][a->barrier] <= a->phase)
        FAIL(line, "race: wgmma reads a box without having waited for its barrier");
    return true;
}

void emu_bulk_reading(unsigned warp, uintptr_t at, bool done)
{
    Atom *a = here.used ? atom_of(at) : NULL;
    if (a)
        a->read[warp] = done ? run->clock : READING;
}
