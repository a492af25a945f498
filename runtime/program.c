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
