/* A program on a machine that lacks instructions which its code uses says so, instead of
 * ending by SIGILL somewhere in the code. */
#include "runtime/native/native.h"

#include "runtime/processor.h"

#include <string.h>

RtStatus native_check_processor(const char *needs, Arena *arena, DiagList *d)
{
    char *words = arena_strdup(arena, needs), *next;
    const char *missing = "";
    for (char *w = strtok_r(words, " ", &next); w; w = strtok_r(NULL, " ", &next))
        if (!rt_processor_has(w))
            missing = arena_printf(arena, "%s%s%s", missing, *missing ? ", " : "", w);
    if (!*missing)
        return RT_OK;
    return rt_fail(d, RT_BAD_INPUT, (Place){0},
                   "this processor lacks %s, which this program was built to use; "
                   "`descent build --cpu` makes one for others",
                   missing);
}
