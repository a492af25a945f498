/* Stages: how far a graph goes through the pipeline, and its text there. */
#include "frontend/api/model.h"
#include "frontend/api/target.h"

#include "backends/cpu/cpu.h"
#include "backends/cuda/cuda.h"
#include "backends/cuda/disassemble.h"
#include "backends/cuda/nvrtc.h"

#include <string.h>

#define GRAPH "graph"
#define LLVM "llvm"
#define ASM "asm"
#define CUDA "cuda"
#define PTX "ptx"
#define SASS "sass"

size_t api_stages(const char *out[API_STAGES])
{
    size_t n = 0;
    out[n++] = GRAPH;
    for (size_t i = 0; i < pass_pipeline_count && n < API_STAGES - 5; i++)
        if (pass_pipeline[i].stage)
            out[n++] = pass_pipeline[i].stage;
    out[n++] = LLVM;
    out[n++] = ASM;
    out[n++] = CUDA;
    out[n++] = PTX;
    out[n++] = SASS;
    return n;
}

static bool is_for_gpus(const char *stage)
{
    return !strcmp(stage, CUDA) || !strcmp(stage, PTX) || !strcmp(stage, SASS);
}

static bool is_for_cpus(const char *stage)
{
    return !strcmp(stage, LLVM) || !strcmp(stage, ASM);
}

bool api_stage_is_code(const char *stage)
{
    return is_for_cpus(stage) || is_for_gpus(stage);
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

/* A target, and the GPU that it is; NULL: one by its name. */
typedef struct Device {
    IrTarget target;
    Cuda *gpu;
} Device;

static bool compile_cuda(const Device *to, const Text *kernels, CudaFormat format, Text *out,
                         DiagList *d)
{
    CudaSource s = cuda_source(kernels->bytes, to->target.name, false);
    CudaCompiler *c = NULL;
    const CudaInfo *info = to->gpu ? cuda_info(to->gpu) : NULL;
    bool good = !cuda_compiler_open(info, &c, d) && !cuda_compile(c, &s, format, out, NULL, d);
    cuda_compiler_close(c);
    return good;
}

static bool print_sass(const Device *to, const Text *kernels, Text *out, DiagList *d)
{
    Text cubin = {0};
    bool good = compile_cuda(to, kernels, CUDA_CUBIN, &cubin, d)
                && !cuda_disassemble(&cubin, out, d);
    text_free(&cubin);
    return good;
}

static bool print_cuda(IrModule *m, const char *stage, const Device *to, Text *out,
                       DiagList *d)
{
    Text kernels = {0};
    CudaKernels all = {0};
    Arena *arena = arena_open();
    bool text = !strcmp(stage, CUDA), good = cuda_print(m, arena, &all, text ? out : &kernels, d);
    if (good && !text)
        good = strcmp(stage, PTX) ? print_sass(to, &kernels, out, d)
                                  : compile_cuda(to, &kernels, CUDA_PTX, out, d);
    text_free(&kernels);
    arena_close(arena);
    return good;
}

static bool print_native(IrModule *m, const ApiDump *o, const Device *to, Text *out,
                         DiagList *d)
{
    CpuOptions cpu = {.cpu = o->cpu};
    if (is_for_gpus(o->stage))
        return print_cuda(m, o->stage, to, out, d);
    return strcmp(o->stage, LLVM) ? cpu_print_asm(m, &cpu, out, d)
                                  : cpu_print_llvm(m, &cpu, out, d);
}

static bool print_stage(IrModule *m, const ApiDump *o, const Device *to, Text *out,
                        DiagList *d)
{
    if (o->stage && !o->after && api_stage_is_code(o->stage))
        return print_native(m, o, to, out, d);
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
    else if (api_stage_is_code(o->stage))
        return true;
    else
        *last = pass_of_stage(o->stage, d);
    return *last != NULL;
}

/* NULL: the CPU's kernels. */
static const char *gpu_of(const ApiDump *o)
{
    bool named = o->device && strcmp(o->device, "cpu");
    bool asked = o->stage && !o->after && is_for_gpus(o->stage);
    return named ? o->device : asked ? "sm_80" : NULL;
}

static bool check_dump(const ApiDump *o, DiagList *d)
{
    if (o->after || !o->stage || !api_stage_is_code(o->stage))
        return true;
    bool on_cpu = is_for_cpus(o->stage), fits = !gpu_of(o) || !on_cpu;
    if (!fits || (o->device && !strcmp(o->device, "cpu") && !on_cpu))
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "there is no stage %s for the device %s",
                 o->stage, o->device);
    else if (o->dot)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "the stage %s has no dot form",
                 o->stage);
    else
        return true;
    return false;
}

bool api_dump(const ApiModel *m, const ApiSizes *s, const char *const *entries,
              const ApiDump *o, Text *out, DiagList *d)
{
    bool whole = !o->after && (!o->stage || !strcmp(o->stage, GRAPH));
    const char *last = NULL;
    if (!check_dump(o, d) || (!whole && !find_end(o, &last, d)))
        return false;
    Device to = {0};
    PassContext context = {.target = &to.target, .diags = d};
    IrContext *c = ir_context_open();
    bool found = api_target_choose(o->cpu, gpu_of(o), &to.target, &to.gpu, d);
    IrModule *graph = found ? api_lower(m, c, s, entries, d) : NULL;
    to.target.tf32 = o->tf32;
    bool good = graph && (whole || pass_run(graph, &context, last, NULL, NULL))
                && print_stage(graph, o, &to, out, d);
    ir_module_close(graph);
    ir_context_close(c);
    cuda_close(to.gpu);
    return good;
}
