/* The pipeline: a table of passes over one module. */
#ifndef PASSES_PASS_H
#define PASSES_PASS_H

#include "ir/ir.h"
#include "ir/target.h"

/* What a pass is told. */
typedef struct PassContext {
    const IrTarget *target;     /* for lower and plan; may be NULL before them */
    DiagList *diags;
    bool relaxed;               /* simplify may also change signs of zeros, NaNs and rounding */
} PassContext;

typedef enum { PASS_UNCHANGED, PASS_CHANGED, PASS_FAILED } PassResult;  /* FAILED: see diags */

typedef PassResult PassFn(IrModule *m, PassContext *c);

typedef struct PassInfo {
    const char *name;           /* --after=NAME */
    PassFn *run;
    const char *stage;          /* that it ends: grad, simplified, fused, kernels, plan; or NULL */
    bool rounds;                /* may change how floats are rounded; else not a bit of a result */
    const char *summary;
} PassInfo;

extern const PassInfo pass_pipeline[];
extern const size_t pass_pipeline_count;

PassFn pass_inline, pass_grad, pass_simplify, pass_fold, pass_cse, pass_dce;
PassFn pass_legalize;           /* ops in the forms that kernels are made for */
PassFn pass_attention;          /* on GPUs: what softmax is between products becomes kernels */
PassFn pass_fuse;               /* outlines groups into private functions with descent.kind */
PassFn pass_merge;              /* private functions that are equal become one */
PassFn pass_lower;              /* fused graph -> kernel IR, in place */
PassFn pass_hoist;              /* kernels: invariants in front of their loops */
PassFn pass_batch;              /* launches of a GPU that need not wait for each other become one */
PassFn pass_plan;               /* buffers -> offsets of one arena */

/* Runs the passes on a graph, in order, until `last` (NULL: all) is done; groups that it
 * says to have are forgotten, kernels in it an error. `after` (may be NULL) is called after
 * each pass, with what it did; if it returns false the run stops and fails. In debug builds
 * (no NDEBUG) the module is verified after each pass. False with diagnostics. */
typedef bool PassHook(void *data, const PassInfo *pass, PassResult result, double seconds, IrModule *m);
bool pass_run(IrModule *m, PassContext *c, const char *last, PassHook *after, void *data);

#endif
