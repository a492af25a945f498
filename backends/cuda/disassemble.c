#include "backends/cuda/disassemble.h"

#include "backends/cuda/search.h"
#include "runtime/file.h"
#include "runtime/folder.h"
#include "support/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* A folder of its own, with what goes in and what comes out. */
typedef struct Run {
    Arena *arena;
    const char *folder, *cubin, *text, *messages;
    DiagList *d;
} Run;

/* NULL: there is none. */
static const char *find(Arena *a)
{
    const char *named = getenv("DESCENT_NVDISASM");
    CudaPaths paths = {.arena = a};
    if (named && *named)
        return access(named, X_OK) ? NULL : named;
    cuda_search_nvdisasm(&paths);
    for (size_t i = 0; i < paths.count; i++)
        if (!access(paths.items[i], X_OK))
            return paths.items[i];
    return NULL;
}

static RtStatus open_folder(Run *r)
{
    RtStatus st = rt_folder_make(r->arena, "for nvdisasm", &r->folder, r->d);
    if (st)
        return st;
    r->cubin = arena_printf(r->arena, "%s/cubin", r->folder);
    r->text = arena_printf(r->arena, "%s/text", r->folder);
    r->messages = arena_printf(r->arena, "%s/messages", r->folder);
    return RT_OK;
}

static void close_folder(void *run)
{
    const Run *r = run;
    unlink(r->cubin);
    unlink(r->text);
    unlink(r->messages);
    rmdir(r->folder);
}

/* Its exit status, as waitpid has it; -1 and errno: it could not be started. */
static int start(const Run *r, const char *program)
{
    enum { FLAGS = O_WRONLY | O_CREAT | O_TRUNC };
    const char *words[] = {program, "--print-code", r->cubin, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, r->text, FLAGS, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, r->messages, FLAGS, 0600);
    int problem =
        posix_spawn(&child, program, &actions, NULL, (char **)(uintptr_t)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    while (!problem && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    errno = problem;
    return problem ? -1 : status;
}

static void add_file(const char *path, Text *out, DiagList *d)
{
    RtFile f = {0};
    if (!rt_file_read(path, RT_FILE_LIMIT, &f, d) && f.size)
        text_add_bytes(out, (const char *)f.bytes, f.size);
    rt_file_free(&f);
}

static RtStatus disassemble(Run *r, const char *program, const Text *cubin, Text *out)
{
    RtPiece piece = {cubin->bytes, cubin->length};
    RtStatus st = rt_file_write(r->cubin, &piece, 1, r->d);
    int status = st ? 0 : start(r, program);
    Text said = {0};
    if (status == -1) {
        st = rt_fail(r->d, RT_IO, (Place){0}, "cannot run %s: %s", program,
                     strerror(errno));
    } else if (status) {
        add_file(r->messages, &said, r->d);
        st = rt_fail(r->d, RT_FAILED, (Place){0},
                     "cuda: %s does not read the code: %.500s", program,
                     said.length ? said.bytes : "it says nothing");
    } else if (!st) {
        add_file(r->text, out, r->d);
    }
    text_free(&said);
    return st;
}

RtStatus cuda_disassemble(const Text *cubin, Text *out, DiagList *d)
{
    GuardHold folder;
    Run r = {.arena = arena_open(), .d = d};
    const char *program = find(r.arena);
    RtStatus st =
        program
            ? open_folder(&r)
            : rt_fail(d, RT_IO, (Place){0},
                      "cuda: NVIDIA's nvdisasm was not found, which the stage sass "
                      "needs: install it (pip install nvidia-cuda-nvdisasm, or a CUDA "
                      "toolkit), or name the program by DESCENT_NVDISASM");
    if (!st) {
        guard_hold(&folder, close_folder, &r);
        st = disassemble(&r, program, cubin, out);
        guard_drop(&folder);
        close_folder(&r);
    }
    arena_close(r.arena);
    return st;
}
