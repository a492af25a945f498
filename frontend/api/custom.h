/* Custom ops: functions of the program that uses the library, as ops of a graph. */
#ifndef API_CUSTOM_H
#define API_CUSTOM_H

#include "backends/cpu/cpu.h"

#include <descent/custom.h>

/* Those that are registered. */
typedef struct ApiCustoms {
    const descent_custom_op **ops;
    size_t count, room;
} ApiCustoms;

/* NULL if there is none of that name; accepts NULL. */
const descent_custom_op *api_custom_find(const ApiCustoms *list, const char *name);

/* What follows the name of an op in that of its gradient. */
#define API_BACKWARD ".backward"

/* The types that the op gives to its results; false with an error at the place. `c` holds
 * the types. */
bool api_custom_types(const descent_custom_op *op, IrContext *c, size_t operand_count,
                      const IrType *operands, size_t result_count, IrType *results,
                      Place at, DiagList *d);

/* A function for each custom call of a module of kernels, its types checked; what is made
 * lies in the arena and must live as long as the code. */
bool api_custom_bind(const ApiCustoms *list, IrModule *m, Arena *arena, CpuOptions *out,
                     DiagList *d);

#endif
