/* Which values an input may have, read off its graph. */
#ifndef API_RANGE_H
#define API_RANGE_H

#include "ir/ir.h"
#include "runtime/program.h"

/* The narrowest range of the lookups by a value: rows of a gather, and the classes that it
 * is compared with (`one_hot`); there negative ones are in no class, which may be meant. */
RtRange api_range(const IrValue *v, Arena *arena);

#endif
