/* What a model needs. */
#include "frontend/lib/lib.h"

#include <stdio.h>

static descent_status give_entry(LibCall *call, const ApiCost *c, descent_entry_cost *out)
{
    descent_entry_cost one = {.flops = c->flops,
                              .traffic_bytes = c->bytes,
                              .scratch_bytes = c->arena,
                              .argument_bytes = c->arguments,
                              .result_bytes = c->results};
    snprintf(one.name, sizeof one.name, "%s", c->entry);
    descent_status st = lib_give(&one, sizeof one, out);
    return st ? lib_fail(call, st,
                         "'entries' has an element whose struct_size is not set")
              : DESCENT_OK;
}

/* Elements of an array of the caller's are as far apart as the first says. */
static descent_status give(LibCall *call, const ApiCheck *c, descent_cost *out,
                           descent_entry_cost *entries, size_t room)
{
    descent_cost all = {.batch = c->batch,
                        .parameters = c->parameters,
                        .parameter_bytes = c->parameter_bytes,
                        .state_bytes = c->state_bytes,
                        .peak_bytes = c->peak_bytes,
                        .entry_count = c->cost_count};
    descent_status st = lib_give(&all, sizeof all, out);
    if (st)
        return lib_fail(call, st, "'out' has no struct_size: DESCENT_INIT sets it");
    for (size_t i = 0; i < room && i < c->cost_count && !st; i++) {
        char *at = (char *)entries + i * entries->struct_size;
        st = give_entry(call, &c->costs[i], (descent_entry_cost *)at);
    }
    return st;
}

descent_status descent_model_cost(const descent_model *m, const descent_sizes *sizes,
                                  descent_cost *out, descent_entry_cost *entries,
                                  size_t room, descent_diagnostics *d)
{
    LIB_ENTER(call, m ? m->context : NULL, d);
    Arena *arena = arena_open();
    ApiSizes s;
    ApiCheck check = {0};
    descent_status st = lib_need(&call, "m", m, "out", out, NULL);
    if (!st && room)
        st = lib_need(&call, "entries", entries, NULL);
    if (!st)
        st = lib_sizes(&call, sizes, arena, &s);
    if (!st) {
        LibCall inner = lib_inner(&call, m);
        bool good = api_check(m->api, &s, NULL, NULL, false, &check, inner.d);
        st = lib_outer(&call, &inner, lib_good(&inner, good));
    }
    if (!st)
        st = give(&call, &check, out, entries, room);
    if (check.arena)
        api_check_free(&check);
    arena_close(arena);
    return lib_end(&call, st);
}
