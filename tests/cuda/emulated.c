#include "tests/cuda/emulated.h"

#include "backends/cuda/program.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Program {
    DiagList *diags;
    Arena *arena;
    Cuda *gpu;
    CudaCompiler *compiler;
    CudaStream *stream;
    CudaProgram *program;
    IrModule *module;
} Program;

static void close_program(void *program)
{
    Program *p = program;
    if (!p)
        return;
    cuda_program_close(p->program);
    cuda_stream_close(p->gpu, p->stream);
    cuda_compiler_close(p->compiler);
    cuda_close(p->gpu);
    ir_module_close(p->module);
    diag_close(p->diags);
    arena_close(p->arena);
}

static RtStatus open_gpu(Program *p, DiagList *d)
{
    RtStatus st = cuda_open(0, &p->gpu, d);
    if (!st)
        st = cuda_stream_open(p->gpu, &p->stream, d);
    if (!st)
        st = cuda_compiler_open(cuda_info(p->gpu), &p->compiler, d);
    return st;
}

static IrTarget target(const void *option, DiagList *d)
{
    const EmulatedOption *o = option;
    Cuda *gpu;
    if (cuda_open(0, &gpu, d))
        return (IrTarget){0};
    IrTarget t = cuda_target(cuda_info(gpu)->architecture, d);
    t.tf32 = o && o->tf32;
    if (o && o->processors)
        t.processors = o->processors;
    cuda_close(gpu);
    return t;
}

static void *compile(IrModule *kernels, const void *option, DiagList *d)
{
    (void)option;
    Arena *arena = arena_open();
    Program *p = ARENA_NEW(arena, Program);
    *p = (Program){.arena = arena, .diags = diag_open(), .module = ir_module_clone(kernels)};
    CudaCache cache = cuda_cache_default(arena);
    RtStatus st = open_gpu(p, d);
    if (!st)
        st = cuda_program_open(p->gpu, p->compiler, &cache, kernels, &p->program, d);
    if (!st)
        st = cuda_program_load(p->program, p->stream, d);
    if (!st)
        return p;
    close_program(p);
    return NULL;
}

/* A buffer of the host and what stands for it on the GPU. */
typedef struct Copy {
    void *host;
    size_t bytes;
    CudaAddress gpu;
} Copy;

/* The process ends: a test reads what it has printed. */
static void must(const Program *p, RtStatus st)
{
    if (!st)
        return;
    diag_print(p->diags, stdout);
    exit(EXIT_FAILURE);
}

static Copy copy_of(const Program *p, void *host, size_t bytes)
{
    Copy c = {host, bytes, 0};
    must(p, cuda_alloc(p->gpu, bytes, &c.gpu, p->diags));
    if (host && bytes)
        must(p, cuda_copy_in(p->gpu, p->stream, c.gpu, host, bytes, p->diags));
    return c;
}

static void copy_back(const Program *p, const Copy *c)
{
    if (c->host && c->bytes)
        must(p, cuda_copy_out(p->gpu, p->stream, c->host, c->gpu, c->bytes, p->diags));
    must(p, cuda_stream_wait(p->gpu, p->stream, p->diags));
    cuda_free(p->gpu, c->gpu);
}

static void call(void *program, const char *entry, void *arena, void *const *args,
                 void *const *results, RtPool *pool)
{
    (void)arena, (void)pool;
    const Program *p = program;
    const IrOp *func = ir_module_func(p->module, entry);
    const IrBlock *block = ir_func_block(func);
    size_t result_count, count = 0;
    ir_op_ints(func, "descent.alias", &result_count);
    Arena *scratch = arena_open();
    uint32_t *own, own_count = ir_own_results(func, scratch, &own);
    size_t arg_count = block->arg_count - own_count - 1;
    Copy *copies = ARENA_ARRAY(scratch, Copy, block->arg_count);
    CudaAddress *in = ARENA_ARRAY(scratch, CudaAddress, arg_count);
    CudaAddress *out = ARENA_ARRAY(scratch, CudaAddress, result_count);
    copies[count++] = copy_of(p, NULL, (size_t)ir_op_int(func, "descent.arena_bytes"));
    for (size_t i = 0; i < arg_count; i++, count++) {
        copies[count] = copy_of(p, args[i], (size_t)ir_bytes(block->args[1 + i]->type));
        in[i] = copies[count].gpu;
    }
    for (size_t i = 0; i < own_count; i++, count++) {
        copies[count] = copy_of(p, results[own[i]], (size_t)ir_bytes(block->args[count]->type));
        out[own[i]] = copies[count].gpu;
    }
    must(p, cuda_entry_run(cuda_program_entry(p->program, entry), p->stream, copies[0].gpu, in,
                           out, NULL, p->diags));
    for (size_t i = 0; i < count; i++)
        copy_back(p, &copies[i]);
    arena_close(scratch);
}

const DiffBackend emulated_backend = {
    .target = target, .compile = compile, .call = call, .close = close_program, .no_pool = true};
