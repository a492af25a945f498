/* Binds an entry point to the state of a model: the pointers it is called with. */
#ifndef RUNTIME_BIND_H
#define RUNTIME_BIND_H

#include "runtime/program.h"
#include "runtime/tensor.h"

typedef struct RtBinding {
    const RtEntry *entry;
    void **args, **results;    /* what entry->call takes */
    void **copies;             /* per result: where it goes after the call, or NULL */
    RtTensors own;             /* results that are in nobody else's memory */
} RtBinding;

/* State values (parameters, state, optimizer, step, rng) are found in the table by name
 * and must agree in type and shape. Inputs are NULL until set. Results that are not
 * aliased get memory of the binding; one named like a state value is copied there after
 * each call, or written there at once if the entry does not read that value. */
RtStatus rt_bind(const RtEntry *entry, const RtTensors *state, RtBinding *out,
                 DiagList *d);
void rt_binding_free(RtBinding *b);

/* Sets the i-th input (counted among the inputs only). */
void rt_binding_input(RtBinding *b, size_t i, void *data);
size_t rt_binding_inputs(const RtBinding *b);
/* The memory of result i, valid after a call. */
void *rt_binding_result(const RtBinding *b, size_t i);
/* Calls it; allocates nothing. arena: entry->arena_bytes, aligned to 64. Fails as
 * rt_entry_call does. */
RtStatus rt_binding_call(RtBinding *b, void *arena, RtPool *pool, DiagList *d);
/* The same in two parts, as rt_entry_start. Calls of one binding share the memory of its
 * results: each is read before the next is taken. */
RtStatus rt_binding_start(RtBinding *b, void *arena, RtPool *pool, void **out,
                          DiagList *d);
RtStatus rt_binding_take(RtBinding *b, void *call, DiagList *d);

/* A zeroed table for all state results of an entry (usually @init). */
RtStatus rt_state_create(const RtEntry *entry, RtTensors *out, DiagList *d);
/* Runs @init with the seed: the rng argument is {seed, 0}. */
RtStatus rt_state_init(const RtEntry *init, uint64_t seed, RtPool *pool, RtTensors *out,
                       DiagList *d);
/* Fills the parameters and states that `entry` takes from a file's tensors, adding to
 * the table those it does not have yet; the table is untouched unless all fit. Reports
 * every name that is missing or has another type or shape, and, if `strict`, those that
 * nobody asked for. */
RtStatus rt_state_load(const RtEntry *entry, const char *file, const RtTensors *from,
                       bool strict, RtTensors *out, DiagList *d);

#endif
