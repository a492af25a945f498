/* What kernels take of a GPU, by NVIDIA's compiler:
 *
 *   cuda-usage FILE.cu ARCHITECTURE
 *
 * prints registers, bytes moved to memory and shared memory of each kernel of a text that `descent
 * dump --stage=cuda` has made. A kernel that takes too much is an error. Exit status: 0; 1 wrong
 * input, or there is no NVRTC; 2 wrong command line; 3 unsupported; 70 a defect of ours. */
#include "backends/cuda/cuda.h"
#include "backends/cuda/nvrtc.h"
#include "backends/cuda/usage.h"
#include "runtime/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_REGISTERS = 128,   /* of a thread; or as many as two blocks at a time can have: */
    MOST_OF_BLOCK = 32 << 10,
    ALL_REGISTERS = IR_GPU_REGISTERS,
    MOST_STACK = 64,        /* bytes: sine and cosine of great numbers have a table */
    MOST_MOVED = 32         /* bytes: it moves a few for one more block on a processor */
};

/* How many threads a block of the kernel has, as the text says. */
static int threads_of(const char *text, const char *kernel)
{
    const char *words = "__launch_bounds__(", *at = text;
    size_t length = strlen(kernel);
    while ((at = strstr(at, words))) {
        char *end;
        long threads = strtol(at += strlen(words), &end, 10);
        end += strcspn(end, ")");       /* past how many blocks there are at least */
        if (end[0] == ')' && end[1] == ' ' && !strncmp(end + 2, kernel, length) && end[2 + length] == '(')
            return (int)threads;
    }
    return 1024;
}

/* Warps that multiply by fours have a processor for themselves: their tile fills its memory. */
static bool is_by_fours(const char *text, const char *kernel)
{
    const char *at = strstr(text, kernel), *end = at ? strstr(at, "extern \"C\"") : NULL;
    const char *found = at ? strstr(at, " wgmma(") : NULL;
    return found && (!end || found < end);
}

static void judge(const CudaUsage *u, int threads, int most, DiagList *d)
{
    printf("%s: %d registers, %d bytes moved, %d bytes shared\n", u->kernel, u->registers,
           u->spill_stores, u->shared);
    bool many = u->registers > MOST_REGISTERS && u->registers * threads > most;
    if (many || u->spill_stores > MOST_MOVED || u->stack > MOST_STACK)
        diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0},
                 "%s takes %d registers for %d threads, %d bytes of stack, and moves %d bytes",
                 u->kernel, u->registers, threads, u->stack, u->spill_stores);
}

static void compile(const char *text, const char *architecture, DiagList *d)
{
    CudaSource s = cuda_source(text, architecture, true);
    CudaCompiler *c = NULL;
    Text cubin = {0}, log = {0};
    CudaUsage *all = NULL;
    Arena *a = arena_open();
    bool good = !cuda_compiler_open(NULL, &c, d) &&
                !cuda_compile(c, &s, CUDA_CUBIN, &cubin, &log, d);
    size_t count = good ? cuda_usage_read(a, log.bytes, &all) : 0;
    for (size_t i = 0; i < count; i++)
        judge(&all[i], threads_of(text, all[i].kernel),
              is_by_fours(text, all[i].kernel) ? ALL_REGISTERS : MOST_OF_BLOCK, d);
    cuda_compiler_close(c);
    text_free(&cubin);
    text_free(&log);
    arena_close(a);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: cuda-usage FILE.cu ARCHITECTURE\n", stderr);
        return DIAG_USAGE;
    }
    DiagList *d = diag_open();
    RtFile file = {0};
    Text text = {0};
    if (rt_file_read(argv[1], RT_FILE_LIMIT, &file, d) == RT_OK) {
        text_add_bytes(&text, (const char *)file.bytes, file.size);
        compile(text.bytes ? text.bytes : "", argv[2], d);
    }
    text_free(&text);
    rt_file_free(&file);
    diag_print(d, stderr);
    int status = diag_exit(d);
    diag_close(d);
    return status;
}
