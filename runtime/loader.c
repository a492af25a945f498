/* A ring of batches between two threads, or gathered when asked for, without a thread.
 * `filled` counts the batches gathered since opening, `given` those handed out, `freed`
 * those of them that are no longer valid: their slots can be filled again. Both sides
 * look at the counters first and take the lock only to sleep or to wake the other; the
 * producer is woken when half of what it may be ahead is used up, so a small step does
 * not pay for a wake-up each time. */
#include "runtime/loader.h"

#include "runtime/device.h"
#include "runtime/random.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A batch of at most this many bytes, of a set of at most so many rows, is gathered when
 * it is asked for: that takes a few microseconds, no more than two threads need to agree
 * on it. */
enum { DEFAULT_AHEAD = 8, SMALL_BATCH = 64 << 10, SMALL_SET = 64 << 10 };

typedef struct Slot {
    RtBatch batch;
    void **inputs;
} Slot;

struct RtLoader {
    const RtRows *rows;
    int64_t batch, batches;
    bool shuffle;
    uint64_t seed;
    RtPosition next;           /* the producer's */
    int64_t order_epoch;       /* what `order` holds; -1 nothing */
    int64_t *order;
    size_t *row_bytes;         /* per input */
    const RtDevice *device;    /* whose memory the slots have */
    Slot *slots;
    int64_t keep, ahead;       /* batches that stay valid, and that are gathered ahead */
    int64_t ring;              /* slots, for both */
    int64_t given;             /* the consumer's */
    _Atomic int64_t filled, freed;
    atomic_bool closing, producer_sleeps, consumer_sleeps;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool started;
};

int64_t rt_batches(int64_t rows, int64_t batch)
{
    return rows / batch + (rows % batch != 0);
}

static void fix_order(RtLoader *l)
{
    if (l->order_epoch == l->next.epoch)
        return;
    rt_shuffle(l->seed, (uint64_t)l->next.epoch, l->order, l->rows->rows);
    l->order_epoch = l->next.epoch;
}

static void gather(RtLoader *l, Slot *s)
{
    int64_t first = l->next.batch * l->batch, count = l->rows->rows - first;
    if (count > l->batch)
        count = l->batch;
    s->batch = (RtBatch){l->next, count, l->next.batch + 1 == l->batches, s->inputs,
                         l->rows};
    if (l->shuffle)
        fix_order(l);
    for (size_t i = 0; i < l->rows->count; i++) {
        size_t n = l->row_bytes[i];
        const char *from = l->rows->inputs[i].data;
        char *to = s->inputs[i];
        if (!l->shuffle)
            memcpy(to, from + (size_t)first * n, (size_t)count * n);
        else
            for (int64_t r = 0; r < count; r++)
                memcpy(to + (size_t)r * n, from + (size_t)l->order[first + r] * n, n);
    }
    if (++l->next.batch == l->batches)
        l->next = (RtPosition){l->next.epoch + 1, 0};
}

static bool has_room(RtLoader *l)
{
    return atomic_load(&l->filled) - atomic_load(&l->freed) < l->ring;
}

static bool has_batch(RtLoader *l)
{
    return atomic_load(&l->filled) >= l->given;
}

/* Sleeps until `ready` or closing. The flag is set before the last look, and the other
 * side looks at the flag after its change: one of the two sees the other. */
static void sleep_until(RtLoader *l, bool (*ready)(RtLoader *), atomic_bool *sleeps)
{
    pthread_mutex_lock(&l->lock);
    atomic_store(sleeps, true);
    while (!ready(l) && !atomic_load(&l->closing))
        pthread_cond_wait(&l->wake, &l->lock);
    atomic_store(sleeps, false);
    pthread_mutex_unlock(&l->lock);
}

static void wake_if(RtLoader *l, atomic_bool *sleeps)
{
    if (!atomic_load(sleeps))
        return;
    pthread_mutex_lock(&l->lock);
    pthread_cond_broadcast(&l->wake);
    pthread_mutex_unlock(&l->lock);
}

static void *produce(void *arg)
{
    RtLoader *l = arg;
    while (!atomic_load(&l->closing)) {
        if (!has_room(l)) {
            sleep_until(l, has_room, &l->producer_sleeps);
            continue;
        }
        gather(l, &l->slots[atomic_load(&l->filled) % l->ring]);
        atomic_fetch_add(&l->filled, 1);
        wake_if(l, &l->consumer_sleeps);
    }
    return NULL;
}

const RtBatch *rt_loader_next(RtLoader *l)
{
    Slot *s = &l->slots[l->given++ % l->ring];
    if (!l->started) {
        gather(l, s);
        return &s->batch;
    }
    if (l->given > l->keep) {
        atomic_fetch_add(&l->freed, 1);
        if (atomic_load(&l->filled) - l->given < l->ahead / 2)
            wake_if(l, &l->producer_sleeps);
    }
    if (!has_batch(l))
        sleep_until(l, has_batch, &l->consumer_sleeps);
    return &s->batch;
}

static RtStatus open_slot(RtLoader *l, Slot *s, DiagList *d)
{
    s->inputs = calloc(l->rows->count + 1, sizeof *s->inputs);
    RtStatus st = s->inputs ? RT_OK : rt_no_memory(d, l->rows->count * sizeof *s->inputs);
    for (size_t i = 0; i < l->rows->count && !st; i++)
        st = rt_device_alloc(l->device, (size_t)l->batch * l->row_bytes[i],
                             &s->inputs[i], d);
    return st;
}

static RtStatus open_buffers(RtLoader *l, DiagList *d)
{
    int64_t n = l->rows->rows;
    l->row_bytes = calloc(l->rows->count + 1, sizeof *l->row_bytes);
    l->slots = calloc((size_t)l->ring, sizeof *l->slots);
    l->order = l->shuffle ? calloc((size_t)n, sizeof *l->order) : NULL;
    if (!l->row_bytes || !l->slots || (l->shuffle && !l->order))
        return rt_no_memory(d, (size_t)n * sizeof *l->order);
    RtStatus st = RT_OK;
    for (size_t i = 0; i < l->rows->count; i++)
        l->row_bytes[i] = rt_tensor_bytes(&l->rows->inputs[i]) / (size_t)n;
    for (int64_t i = 0; i < l->ring && !st; i++)
        st = open_slot(l, &l->slots[i], d);
    return st;
}

static int64_t choose_ahead(const RtLoader *l, int wanted)
{
    size_t bytes = 0;
    if (wanted > 0)
        return wanted;
    for (size_t i = 0; i < l->rows->count; i++)
        bytes += rt_tensor_bytes(&l->rows->inputs[i]) / (size_t)l->rows->rows *
                 (size_t)l->batch;
    return bytes <= SMALL_BATCH && l->rows->rows <= SMALL_SET ? 1 : DEFAULT_AHEAD;
}

static RtStatus check_options(const RtRows *rows, const RtLoaderOptions *o, DiagList *d)
{
    if (rows->rows < 1 || o->batch < 1)
        return rt_fail(d, RT_BAD_INPUT, (Place){0},
                       "cannot make batches of %lld from %lld row%s", (long long)o->batch,
                       (long long)rows->rows, text_plural(rows->rows));
    int64_t batches = rt_batches(rows->rows, o->batch);
    if (o->start.epoch < 0 || o->start.batch < 0 || o->start.batch >= batches)
        return rt_fail(d, RT_BAD_INPUT, (Place){0}, "no batch %lld in an epoch of %lld",
                       (long long)o->start.batch, (long long)batches);
    return RT_OK;
}

static void set_options(RtLoader *l, const RtRows *rows, const RtLoaderOptions *o)
{
    l->rows = rows;
    l->batch = o->batch < rows->rows ? o->batch : rows->rows;
    l->batches = rt_batches(rows->rows, l->batch);
    l->shuffle = o->shuffle;
    l->seed = o->seed;
    l->next = o->start;
    l->order_epoch = -1;
    l->keep = o->keep > 0 ? o->keep : 1;
    l->ahead = choose_ahead(l, o->ring);
    l->ring = l->keep - 1 + l->ahead;
    l->device = o->device;
}

RtStatus rt_loader_open(const RtRows *rows, const RtLoaderOptions *o, RtLoader **out,
                        DiagList *d)
{
    *out = NULL;
    RtStatus st = check_options(rows, o, d);
    if (st)
        return st;
    RtLoader *l = rt_alloc(sizeof *l);
    if (!l)
        return rt_no_memory(d, sizeof *l);
    set_options(l, rows, o);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->wake, NULL);
    st = open_buffers(l, d);
    if (st) {
        rt_loader_close(l);
        return st;
    }
    /* if no thread can be had, the batches are the same, only later */
    l->started = l->ahead > 1 && !pthread_create(&l->thread, NULL, produce, l);
    *out = l;
    return RT_OK;
}

static void free_slots(RtLoader *l)
{
    for (int64_t i = 0; l->slots && i < l->ring; i++) {
        for (size_t k = 0; l->slots[i].inputs && k < l->rows->count; k++)
            rt_device_free(l->device, l->slots[i].inputs[k]);
        free(l->slots[i].inputs);
    }
    free(l->slots);
}

void rt_loader_close(RtLoader *l)
{
    if (!l)
        return;
    if (l->started) {
        atomic_store(&l->closing, true);
        pthread_mutex_lock(&l->lock);
        pthread_cond_broadcast(&l->wake);
        pthread_mutex_unlock(&l->lock);
        pthread_join(l->thread, NULL);
    }
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->wake);
    free_slots(l);
    free(l->row_bytes);
    free(l->order);
    free(l);
}
