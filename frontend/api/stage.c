/* Stages: how far a graph goes through the pipeline, and its text there. */
#include "frontend/api/model.h"

#include "backends/cpu/cpu.h"

#include <string.h>

#define GRAPH "graph"
#define LLVM "llvm"
#define ASM "asm"

size_t api_stages(const char *out[API_STAGES])
{
    size_t n = 0;
    out[n++] = GRAPH;
    for (size_t i = 0; i < pass_pipeline_count && n < API_STAGES - 2; i++)
        if (pass_pipeline[i].stage)
            out[n++] = pass_pipeline[i].stage;
    out[n++] = LLVM;
    out[n++] = ASM;
    return n;
}

static bool is_native(const char *stage)
{
    return !strcmp(stage, LLVM) || !strcmp(stage, ASM);
}

/* The pass that ends a stage; NULL with a diagnostic. */
static const char *pass_of_stage(const char *stage, DiagList *d)
{
    for (size_t i = 0; i < pass_pipeline_count; i++)
        if (pass_pipeline[i].stage && !strcmp(pass_pipeline[i].stage, stage))
            return pass_pipeline[i].name;
    const char *all[API_STAGES], *near = text_nearest(stage, all, api_stages(all));
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "there is no stage '%s'%s%s%s", stage,
             near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return NULL;
}

static const char *known_pass(const char *name, DiagList *d)
{
    const char *names[64];
    size_t count = pass_pipeline_count < 64 ? pass_pipeline_count : 64;
    Text all = {0};
    for (size_t i = 0; i < count; i++) {
        names[i] = pass_pipeline[i].name;
        text_printf(&all, i ? ", %s" : "%s", names[i]);
        if (!strcmp(names[i], name)) {
            text_free(&all);
            return names[i];
        }
    }
    const char *near = text_nearest(name, names, count);
    if (near)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "there is no pass '%s'; did you mean '%s'?", name, near);
    else
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "there is no pass '%s'; there is: %s", name, all.bytes);
    text_free(&all);
    return NULL;
}

static void print_graphviz(IrModule *m, Text *out)
{
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        if (f->kind == OP_func && f->regions[0].block)
            ir_print_dot(f, out);
}

static bool print_stage(IrModule *m, const ApiDump *o, Text *out, DiagList *d)
{
    CpuOptions cpu = {.cpu = o->cpu};
    if (o->stage && !o->after && !strcmp(o->stage, LLVM))
        return cpu_print_llvm(m, &cpu, out, d);
    if (o->stage && !o->after && !strcmp(o->stage, ASM))
        return cpu_print_asm(m, &cpu, out, d);
    if (o->dot)
        print_graphviz(m, out);
    else
        ir_print(m, (IrPrintOptions){.locations = o->locations}, out);
    return true;
}

/* How far to run: *last is a pass, or NULL for all; false if there is no such pass or
 * stage. */
static bool find_end(const ApiDump *o, const char **last, DiagList *d)
{
    if (o->after)
        *last = known_pass(o->after, d);
    else if (is_native(o->stage))
        return true;
    else
        *last = pass_of_stage(o->stage, d);
    return *last != NULL;
}

static bool check_dump(const ApiDump *o, DiagList *d)
{
    if (!o->dot || o->after || !o->stage || !is_native(o->stage))
        return true;
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "the stage %s has no dot form",
             o->stage);
    return false;
}

bool api_dump(const ApiModel *m, const ApiSizes *s, const char *const *entries,
              const ApiDump *o, Text *out, DiagList *d)
{
    size_t errors = diag_errors(d);
    bool whole = !o->after && (!o->stage || !strcmp(o->stage, GRAPH));
    const char *last = NULL;
    if (!check_dump(o, d) || (!whole && !find_end(o, &last, d)))
        return false;
    IrTarget target = cpu_target(o->cpu, d);
    PassContext context = {.target = &target, .diags = d};
    IrContext *c = ir_context_open();
    IrModule *graph = diag_errors(d) == errors ? api_lower(m, c, s, entries, d) : NULL;
    bool good = graph && (whole || pass_run(graph, &context, last, NULL, NULL))
                && print_stage(graph, o, out, d);
    ir_module_close(graph);
    ir_context_close(c);
    return good;
}
