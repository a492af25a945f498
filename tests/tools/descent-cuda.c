/* Prints MLIR as CUDA C, or compiles that: the tool of tests.
 *
 *   descent-cuda FILE [--target=sm_90a] [--compile]
 *
 * FILE holds a graph, which is compiled to kernels first, or kernels. --compile: by NVRTC for the
 * target; what each kernel takes is printed, and a kernel that moves registers to memory, or takes
 * too many, is an error. Exit status: 0; 1 wrong input; 2 wrong command line; 3
 * unsupported; 70 a defect of ours. */
#include "backends/cuda/cuda.h"
#include "backends/cuda/nvrtc.h"
#include "backends/cuda/usage.h"
#include "passes/pass.h"
#include "runtime/file.h"

#include <stdio.h>
#include <string.h>

typedef struct Options {
    const char *file, *target;
    bool compile;
} Options;

static bool parse_option(const char *word, Options *o)
{
    if (!strncmp(word, "--target=", 9))
        return (o->target = word + 9);
    if (!strcmp(word, "--compile"))
        return (o->compile = true);
    if (word[0] == '-' || o->file)
        return false;
    return (o->file = word);
}

static void find_tensor(IrOp *op, void *found)
{
    const IrType t = op->kind == OP_func ? ir_func_type(op) : NULL;
    for (size_t i = 0; t && i < t->input_count + t->result_count; i++)
        if ((i < t->input_count ? t->inputs[i] : t->results[i - t->input_count])->kind ==
            IR_TENSOR)
            *(bool *)found = true;
}

static bool lower(IrModule *m, const Options *o, DiagList *d)
{
    bool is_graph = false;
    ir_walk(m->op, find_tensor, &is_graph);
    if (!is_graph)
        return true;
    IrTarget target = cuda_target(o->target ? o->target : "sm_90a", d);
    PassContext pass = {.target = &target, .diags = d};
    return diag_errors(d) == 0 && pass_run(m, &pass, NULL, NULL, NULL);
}

/* ------------------------------------------------------------------------------------ NVRTC */

enum {
    MOST_REGISTERS = 128,   /* of a thread: two blocks of 256 threads at a time */
    MOST_STACK = 64,        /* bytes: sine and cosine of great numbers have a table */
    MOST_MOVED = 32
};

static void judge(const CudaUsage *u, DiagList *d)
{
    printf("%s: %d registers, %d bytes moved, %d bytes shared\n", u->kernel, u->registers,
           u->spill_stores, u->shared);
    if (u->registers > MOST_REGISTERS || u->spill_stores > MOST_MOVED || u->stack > MOST_STACK)
        diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0},
                 "%s takes %d registers, %d bytes of stack, and moves %d bytes", u->kernel,
                 u->registers, u->stack, u->spill_stores);
}

static void compile(const Options *o, const Text *text, DiagList *d)
{
    const char *options[CUDA_OPTIONS + 1] = {CUDA_REPORT_USAGE};
    memcpy(options + 1, cuda_options, sizeof cuda_options);
    CudaSource s = {.name = "kernels.cu", .text = text->bytes,
                    .architecture = o->target ? o->target : "sm_90a", .options = options,
                    .option_count = CUDA_OPTIONS + 1};
    CudaCompiler *c = NULL;
    Text cubin = {0}, log = {0};
    CudaUsage *all = NULL;
    Arena *a = arena_open();
    bool good = !cuda_compiler_open(NULL, &c, d) &&
                !cuda_compile(c, &s, CUDA_CUBIN, &cubin, &log, d);
    size_t count = good ? cuda_usage_read(a, log.bytes, &all) : 0;
    for (size_t i = 0; i < count; i++)
        judge(&all[i], d);
    cuda_compiler_close(c);
    text_free(&cubin);
    text_free(&log);
    arena_close(a);
}

/* -------------------------------------------------------------------------------------- all */

static void run(const Options *o, DiagList *d)
{
    RtFile file = {0};
    Text text = {0};
    CudaKernels kernels = {0};
    if (rt_file_read(o->file, RT_FILE_LIMIT, &file, d) != RT_OK)
        return;
    IrContext *c = ir_context_open();
    IrModule *m = ir_parse(c, o->file, (const char *)file.bytes, file.size, d);
    bool made = m && lower(m, o, d) && cuda_print(m, ir_context_arena(c), &kernels, &text, d);
    if (made && o->compile)
        compile(o, &text, d);
    else if (made)
        fwrite(text.bytes, 1, text.length, stdout);
    text_free(&text);
    ir_module_close(m);
    ir_context_close(c);
    rt_file_free(&file);
}

int main(int argc, char **argv)
{
    Options o = {0};
    for (int i = 1; i < argc; i++)
        if (!parse_option(argv[i], &o))
            o.file = NULL, argc = 0;
    if (!o.file) {
        fputs("usage: descent-cuda FILE [--target=NAME] [--compile]\n", stderr);
        return DIAG_USAGE;
    }
    DiagList *d = diag_open();
    run(&o, d);
    diag_print(d, stderr);
    int status = diag_exit(d);
    diag_close(d);
    return status;
}
