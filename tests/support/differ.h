/* Holds what the compiler makes of a module against the reference evaluator.
 *
 * A function runs with 1, 2 and 3 threads, on reproducible random inputs. Its results must
 * be as close to the reference as a rule asks, and the same bits for every number of
 * threads, and the same again if no argument is donated. Arguments that are not donated
 * must keep their values. Every buffer ends, or begins, at a page that cannot be touched:
 * an access outside of it ends the process with a message. */
#ifndef TESTS_SUPPORT_DIFFER_H
#define TESTS_SUPPORT_DIFFER_H

#include "ir/ir.h"
#include "ir/target.h"
#include "runtime/pool.h"

/* How a function is to be judged. Floats may differ by `ulp` values of their type or by
 * `scale` times the greatest value of the result (for sums); if both are 0 they must be
 * equal bits, or both NaN. Everything else must be equal. */
typedef struct DiffRule {
    double ulp, scale;
    double abs; /* floats may differ by so much in any case: what is 0 but for rounding */
    double low, high; /* of the inputs; 0, 0: -4, 4 */
    bool limits;      /* NaN, infinities, greatest and least values among the inputs */
    bool
        small_ints; /* integers from 0 .. 7 (random_graph.h), whatever the range of floats */
    bool gradient; /* the function is one's gradient (derive.h): whoever reads rules sees to it */
} DiffRule;

typedef struct Differ Differ;

/* What makes a program of kernels. `option` is the backend's own. */
typedef struct DiffBackend {
    IrTarget (*target)(const void *option, DiagList *d);
    /* NULL with diagnostics. */
    void *(*compile)(IrModule *kernels, const void *option, DiagList *d);
    void (*call)(void *program, const char *entry, void *arena, void *const *args,
                 void *const *results, RtPool *pool);
    void (*close)(void *program); /* accepts NULL */
    bool no_pool;                 /* it has no use for threads of ours: one run will do */
} DiffBackend;

/* Compiles a module, and once more without donations if it has any. The module is only
 * read, and outlives the differ. NULL with diagnostics. */
Differ *differ_open(IrModule *graph, const char *cpu, DiagList *d);
/* The same by another backend than backends/cpu; `option` outlives the call. */
Differ *differ_open_with(IrModule *graph, const DiffBackend *backend, const void *option,
                         DiagList *d);
/* The same for another machine (NULL: this process): the functions run in a process of
 * their own, without the pages that cannot be touched. See remote.h. */
Differ *differ_open_on(IrModule *graph, const char *target, const char *cpu, DiagList *d);
void differ_close(Differ *x); /* accepts NULL */

/* Runs one public function; adds to `report` what is wrong. */
bool differ_run(Differ *x, const IrOp *func, const DiffRule *rule, uint64_t seed,
                Text *report);

/* Whether the function can be run from outside. */
bool differ_is_entry(const IrOp *func);

#endif
