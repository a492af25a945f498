/* The table of contents of the compiler, and the loop over it. */
#include "passes/pass.h"

#include <assert.h>
#include <string.h>
#include <time.h>

/* clang-format off */
const PassInfo pass_pipeline[] = {
    {"inline",     pass_inline,   NULL,         false, "calls replaced by functions' bodies"},
    {"grad",       pass_grad,     "grad",       false, "gradients written out as ops"},
    {"fold",       pass_fold,     NULL,         false, "ops on constants computed now"},
    {"simplify",   pass_simplify, NULL,         true,  "local rewrites, exact unless relaxed"},
    {"cse",        pass_cse,      NULL,         false, "equal ops merged"},
    {"fold.2",     pass_fold,     NULL,         false, "constants brought together by these"},
    {"simplify.2", pass_simplify, NULL,         true,  "what folding and merging made possible"},
    {"legalize",   pass_legalize, NULL,         true,  "ops in the forms that kernels are made for"},
    {"cse.2",      pass_cse,      NULL,         false, "what these made equal, merged"},
    {"dce",        pass_dce,      "simplified", false, "unused ops and functions dropped"},
    {"attention",  pass_attention, NULL,        false, "on GPUs: softmax with the products around it outlined"},
    {"fuse",       pass_fuse,     NULL,         false, "groups of ops outlined as functions"},
    {"merge",      pass_merge,    "fused",      false, "functions that do the same made one"},
    {"lower",      pass_lower,    NULL,         true,  "loops, tiles and vectors over buffers"},
    {"hoist",      pass_hoist,    NULL,         false, "what a loop does not change moved in front of it"},
    {"batch",      pass_batch,    NULL,         false, "launches of a GPU that need not wait for each other"},
    {"cse.3",      pass_cse,      NULL,         false, "equal ops of kernels merged"},
    {"dce.2",      pass_dce,      "kernels",    false, "unused ops of kernels dropped"},
    {"plan",       pass_plan,     "plan",       false, "buffers placed in one arena"},
};
/* clang-format on */

const size_t pass_pipeline_count = sizeof pass_pipeline / sizeof *pass_pipeline;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* In debug builds: what a pass leaves must be well formed; anything else is a defect
 * of ours. */
static bool check(IrModule *m, PassContext *c, const PassInfo *pass)
{
#ifndef NDEBUG
    if (ir_verify(m, c->diags))
        return true;
    diag_add(c->diags, DIAG_ERROR, DIAG_INTERNAL, (Place){0},
             "the pass %s left a module that does not verify", pass->name);
    return false;
#else
    (void)m, (void)c, (void)pass;
    return true;
#endif
}

static bool run_one(IrModule *m, PassContext *c, const PassInfo *pass, PassHook *after,
                    void *data)
{
    double start = now();
    PassResult result = pass->run(m, c);
    double seconds = now() - start;
    if (result == PASS_FAILED)
        assert(diag_errors(c->diags));
    else if (!check(m, c, pass))
        result = PASS_FAILED;
    bool go_on = !after || after(data, pass, result, seconds, m);
    return go_on && result != PASS_FAILED;
}

static bool all_tensors(const IrType *types, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (types[i]->kind != IR_TENSOR)
            return false;
    return true;
}

/* The first op of the kernel level, or function that takes or gives what is no tensor. */
static void find_kernel(IrOp *op, void *found)
{
    const IrOp **first = found;
    IrType t = op->kind == OP_func ? ir_func_type(op) : NULL;
    bool kernel = t ? !all_tensors(t->inputs, t->input_count) ||
                          !all_tensors(t->results, t->result_count)
                    : ir_op_info(op->kind)->kernel;
    if (kernel && !*first)
        *first = op;
}

/* The passes make kernels, but take none: a dump of them can be read like a graph. */
static bool is_graph(IrModule *m, DiagList *d)
{
    const IrOp *kernel = NULL;
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next) {
        find_kernel(op, &kernel);
        ir_walk(op, find_kernel, &kernel);
    }
    if (kernel)
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(kernel->loc),
                 "unsupported: %s: the module holds kernels, but what is compiled are "
                 "graphs of stablehlo ops on tensors",
                 ir_op_info(kernel->kind)->name);
    return !kernel;
}

/* A dump of a stage says which functions are groups. It may have been edited since: they
 * are functions like others, and groups are made anew. */
static void forget_groups(IrModule *m)
{
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (f->kind == OP_func)
            ir_op_set_attr(f, "descent.kind", NULL);
}

bool pass_run(IrModule *m, PassContext *c, const char *last, PassHook *after, void *data)
{
    if (!is_graph(m, c->diags))
        return false;
    forget_groups(m);
    for (size_t i = 0; i < pass_pipeline_count; i++) {
        if (!run_one(m, c, &pass_pipeline[i], after, data))
            return false;
        if (last && !strcmp(pass_pipeline[i].name, last))
            break;
    }
    return true;
}
