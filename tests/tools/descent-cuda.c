/* Prints MLIR as CUDA C: the tool of the text tests.
 *
 *   descent-cuda FILE [--target=sm_90a]
 *
 * FILE holds a graph, which is compiled to kernels first, or kernels. Exit status: 0; 1 wrong input; 2 wrong command line; 3
 * unsupported; 70 a defect of ours. */
#include "backends/cuda/cuda.h"
#include "passes/pass.h"
#include "runtime/file.h"

#include <stdio.h>
#include <string.h>

typedef struct Options {
    const char *file, *target;
} Options;

static bool parse_option(const char *word, Options *o)
{
    if (!strncmp(word, "--target=", 9))
        return (o->target = word + 9);
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

static void run(const Options *o, DiagList *d)
{
    RtFile file = {0};
    Text text = {0};
    CudaKernels kernels = {0};
    if (rt_file_read(o->file, RT_FILE_LIMIT, &file, d) != RT_OK)
        return;
    IrContext *c = ir_context_open();
    IrModule *m = ir_parse(c, o->file, (const char *)file.bytes, file.size, d);
    if (m && lower(m, o, d) && cuda_print(m, ir_context_arena(c), &kernels, &text, d))
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
        fputs("usage: descent-cuda FILE [--target=NAME]\n",
              stderr);
        return DIAG_USAGE;
    }
    DiagList *d = diag_open();
    run(&o, d);
    diag_print(d, stderr);
    int status = diag_exit(d);
    diag_close(d);
    return status;
}
