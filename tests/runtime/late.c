#include "late.h"

#include "check.h"

typedef struct LateBlock {
    void *host;
    char *own; /* NULL: pinned memory of the host */
    size_t bytes;
    bool host_newer;
    struct LateBlock *next;
} LateBlock;

typedef struct LateCall {
    const RtEntry *e;
    void **args, **results; /* the device's; inputs in pinned memory: the host's */
    void **copies;          /* of inputs in other memory */
    void *const *to;        /* results of the host */
    bool done;
    struct LateCall *next;
} LateCall;

static size_t bytes_of(const RtSpec *s)
{
    size_t bytes = 0;
    assert_true(rt_shape_bytes(s->dtype, s->rank, s->dims, &bytes));
    return bytes;
}

static LateBlock *find(const Late *l, const void *host)
{
    LateBlock *b = l->blocks;
    while (b && !((char *)host >= (char *)b->host &&
                  (char *)host < (char *)b->host + b->bytes))
        b = b->next;
    return b;
}

static LateBlock *keep(Late *l, void *host, size_t bytes)
{
    LateBlock *b = find(l, host);
    if (b)
        return b;
    b = calloc(1, sizeof *b);
    *b = (LateBlock){host, calloc(1, bytes + 1), bytes, true, l->blocks};
    return l->blocks = b;
}

/* ------------------------------------------------------------------------------ calls */

static void do_call(LateCall *c)
{
    char arena[4096];
    const RtEntry *original = c->e->code;
    if (!c->done)
        original->call(arena, c->args, c->results, NULL);
    c->done = true;
}

static void do_all(Late *l, const LateCall *last)
{
    for (LateCall *c = l->calls; c; c = c->next) {
        do_call(c);
        if (c == last)
            return;
    }
}

static void *copy_of(const void *from, size_t bytes)
{
    void *to = calloc(1, bytes + 1);
    return from ? memcpy(to, from, bytes) : to;
}

static void *send_argument(Late *l, const RtSpec *s, void *host, void **copy)
{
    if (!rt_role_is_state(s->role)) {
        *copy = find(l, host) ? NULL : copy_of(host, bytes_of(s));
        return *copy ? *copy : host;
    }
    LateBlock *b = keep(l, host, bytes_of(s));
    if (b->host_newer) {
        do_all(l, NULL);
        memcpy(b->own, host, b->bytes);
    }
    b->host_newer = false;
    return b->own;
}

static void *place_result(Late *l, const RtEntry *e, size_t i, const LateCall *c,
                          void *host)
{
    int from = rt_entry_donor(e, i);
    if (from >= 0)
        return c->args[from];
    if (!rt_entry_keeps_result(e, i))
        return copy_of(NULL, bytes_of(&e->results[i]));
    LateBlock *b = keep(l, host, bytes_of(&e->results[i]));
    b->host_newer = false;
    return b->own;
}

static bool is_lost(const Late *l) { return l->fail_at && l->started >= l->fail_at; }

static RtStatus start(void *ctx, const RtEntry *e, void *const *args,
                      void *const *results, void **out, DiagList *d)
{
    Late *l = ctx;
    l->started++;
    if (is_lost(l))
        return rt_fail(d, RT_FAILED, (Place){0}, "the device is lost");
    LateCall *c = calloc(1, sizeof *c), **last = &l->calls;
    *c = (LateCall){e,
                    calloc(e->arg_count + 1, sizeof(void *)),
                    calloc(e->result_count + 1, sizeof(void *)),
                    calloc(e->arg_count + 1, sizeof(void *)),
                    results,
                    false,
                    NULL};
    for (size_t i = 0; i < e->arg_count; i++)
        c->args[i] = send_argument(l, &e->args[i], args[i], &c->copies[i]);
    for (size_t i = 0; i < e->result_count; i++)
        c->results[i] = place_result(l, e, i, c, results[i]);
    while (*last)
        last = &(*last)->next;
    *last = *out = c;
    l->most = ++l->under_way > l->most ? l->under_way : l->most;
    return RT_OK;
}

static void free_call(LateCall *c)
{
    for (size_t i = 0; i < c->e->arg_count; i++)
        free(c->copies[i]);
    for (size_t i = 0; i < c->e->result_count; i++)
        if (!rt_entry_keeps_result(c->e, i))
            free(c->results[i]);
    free(c->copies);
    free(c->args);
    free(c->results);
    free(c);
}

static RtStatus take(void *ctx, void *call, DiagList *d)
{
    Late *l = ctx;
    LateCall *c = call, **at = &l->calls;
    (void)d;
    do_all(l, c);
    for (size_t i = 0; i < c->e->result_count; i++)
        if (!rt_entry_keeps_result(c->e, i))
            memcpy(c->to[i], c->results[i], bytes_of(&c->e->results[i]));
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    l->under_way--;
    free_call(c);
    return RT_OK;
}

/* ----------------------------------------------------------------------------- memory */

static RtStatus fetch(void *ctx, void *const *blocks, size_t count, DiagList *d)
{
    Late *l = ctx;
    if (is_lost(l))
        return rt_fail(d, RT_FAILED, (Place){0}, "the device was lost");
    for (const LateCall *c = l->calls; c; c = c->next)
        l->waits += !c->done;
    do_all(l, NULL);
    for (size_t i = 0; i < count; i++) {
        const LateBlock *b = find(l, blocks[i]);
        if (b && !b->host_newer)
            memcpy(b->host, b->own, b->bytes);
    }
    return RT_OK;
}

static void changed(void *ctx, void *block)
{
    LateBlock *b = find(ctx, block);
    if (b)
        b->host_newer = true;
}

static void forget(void *ctx, void *block)
{
    Late *l = ctx;
    LateBlock **at = &l->blocks;
    while (*at && (*at)->host != block)
        at = &(*at)->next;
    LateBlock *b = *at;
    if (!b)
        return;
    *at = b->next;
    if (!b->own)
        free(b->host);
    free(b->own);
    free(b);
}

static RtStatus alloc(void *ctx, size_t bytes, void **out, DiagList *d)
{
    Late *l = ctx;
    (void)d;
    LateBlock *b = calloc(1, sizeof *b);
    *b = (LateBlock){calloc(1, bytes + 1), NULL, bytes + 1, false, l->blocks};
    l->blocks = b;
    *out = b->host;
    return RT_OK;
}

/* ----------------------------------------------------------------------------- public */

void late_open(Late *l)
{
    *l = (Late){.device = {l, start, take, fetch, changed, forget, alloc, forget}};
}

void late_close(Late *l)
{
    while (l->calls) { /* nobody wanted to know */
        LateCall *c = l->calls;
        l->calls = c->next;
        free_call(c);
    }
    assert_null(l->blocks);
}

const RtEntry *late_entry(Late *l, const RtEntry *e)
{
    static RtEntry entries[8]; /* of the tests, one after the other */
    static size_t next;
    RtEntry *out = &entries[next++ % 8];
    *out = *e;
    out->device = &l->device;
    out->code = (void *)e;
    return out;
}
