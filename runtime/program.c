#include "runtime/program.h"

#include <string.h>

static const char *const roles[] = {
    [RT_ROLE_PARAM] = "param", [RT_ROLE_STATE] = "state", [RT_ROLE_OPT] = "opt",
    [RT_ROLE_STEP] = "step", [RT_ROLE_RNG] = "rng", [RT_ROLE_INPUT] = "input",
    [RT_ROLE_LOSS] = "loss", [RT_ROLE_METRIC] = "metric", [RT_ROLE_OUTPUT] = "output",
};

const char *rt_role_name(RtRole role)
{
    return roles[role];
}

RtRole rt_role_parse(const char *name, RtRole otherwise)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (!strcmp(roles[i], name))
            return (RtRole)i;
    return otherwise;
}

bool rt_role_is_state(RtRole role)
{
    return role <= RT_ROLE_RNG;
}

int rt_entry_donor(const RtEntry *e, size_t i)
{
    for (size_t j = 0; j < e->arg_count; j++)
        if (e->args[j].alias == (int)i)
            return (int)j;
    return -1;
}

bool rt_entry_keeps_result(const RtEntry *e, size_t i)
{
    int from = rt_entry_donor(e, i);
    return rt_role_is_state(from < 0 ? e->results[i].role : e->args[from].role);
}

int64_t rt_entry_rows(const RtEntry *e)
{
    for (size_t i = 0; i < e->arg_count; i++)
        if (e->args[i].role == RT_ROLE_INPUT && e->args[i].rank)
            return e->args[i].dims[0];
    return 0;
}
