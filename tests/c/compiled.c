#include "tests/c/compiled.h"

#include "backends/c/c.h"
#include "backends/cpu/cpu.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Warnings are errors: the text is to be clean wherever it goes. */
#define FLAGS                                                                            \
    "-std=c17 -pedantic -Wall -Wextra -Wmissing-prototypes -Werror -fPIC -shared"

IrTarget compiled_target(const char *name, DiagList *d)
{
    return !name || strcmp(name, "portable") == 0 || strcmp(name, "scalar") == 0
               ? c_target(name, d)
                                                  : cpu_target(name, d);
}

static bool write_file(const char *path, const char *text, size_t length)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return false;
    bool ok = fwrite(text, 1, length, f) == length;
    return fclose(f) == 0 && ok;
}

static void fail(DiagList *d, const char *what)
{
    diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0}, "%s", what);
}

/* The folder holds nothing but the two files. DESCENT_KEEP_C: they stay, and it says
 * where. */
static void clean_up(const char *folder, const char *source, const char *object)
{
    if (getenv("DESCENT_KEEP_C")) {
        fprintf(stderr, "%s\n", source);
        return;
    }
    unlink(source);
    unlink(object);
    rmdir(folder);
}

void *compiled_load(const char *text, size_t length, const CompiledOption *o, DiagList *d)
{
    char folder[256], source[300], object[300], command[1200];
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/descent-c-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(folder)) {
        fail(d, "no folder for what is compiled");
        return NULL;
    }
    snprintf(source, sizeof source, "%s/program.c", folder);
    snprintf(object, sizeof object, "%s/program.so", folder);
    snprintf(command, sizeof command, "%s %s -o %s %s -lm", o->command, FLAGS, object,
             source);
    void *library = NULL;
    if (!write_file(source, text, length) || system(command) != 0)
        fail(d, "the C compiler refuses what was printed");
    else if (!(library = dlopen(object, RTLD_NOW | RTLD_LOCAL)))
        fail(d, dlerror());
    clean_up(folder, source, object);
    return library;
}

static IrTarget target(const void *option, DiagList *d)
{
    return compiled_target(((const CompiledOption *)option)->target, d);
}

static void *compile(IrModule *kernels, const void *option, DiagList *d)
{
    Text text = {0};
    void *library = NULL;
    if (c_print(kernels, NULL, &text, d))
        library = compiled_load(text.bytes, text.length, option, d);
    text_free(&text);
    return library;
}

/* A caller's pool as the file sees it. */
typedef struct Pool {
    void (*run)(struct Pool *self, RtTask *task, void *ctx, int64_t count);
    RtPool *threads;
} Pool;

static void run(Pool *self, RtTask *task, void *ctx, int64_t count)
{
    rt_pool_run(self->threads, task, ctx, count);
}

typedef void Entry(void *arena, void *const *args, void *const *results, Pool *pool);

static void call(void *program, const char *entry, void *arena, void *const *args,
                 void *const *results, RtPool *pool)
{
    char name[300];
    snprintf(name, sizeof name, "descent_%s", entry);
    Pool p = {run, pool};
    Entry *f = NULL;
    *(void **)&f = dlsym(program, name);
    if (!f) {
        fprintf(stderr, "there is no %s\n", name);
        abort();
    }
    f(arena, args, results, rt_pool_threads(pool) > 1 ? &p : NULL);
}

static void close_library(void *program)
{
    if (program)
        dlclose(program);
}

const DiffBackend compiled_backend = {
    .target = target, .compile = compile, .call = call, .close = close_library};
