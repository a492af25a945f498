#define _GNU_SOURCE
#include "tests/support/remote.h"

#include "backends/cpu/cpu.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct Remote {
    Arena *arena;
    IrModule *kernels;
    char *folder;
    pid_t process;
    FILE *to, *from;
};

/* --------------------------------------------------------------------------- programs */

/* aarch64 of aarch64-linux-gnu */
static bool is_here(const char *target)
{
#if defined(__x86_64__)
    return !target || !strncmp(target, "x86_64", 6);
#else
    return !target;
#endif
}

static const char *compiler(Arena *a, const char *target)
{
    int length = target ? (int)strcspn(target, "-") : 0;
    return is_here(target) ? "cc" : arena_printf(a, "%.*s-linux-gnu-gcc", length, target);
}

/* NULL: none is needed. */
static const char *emulator(Arena *a, const char *target)
{
    int length = target ? (int)strcspn(target, "-") : 0;
    return is_here(target) ? NULL : arena_printf(a, "qemu-%.*s", length, target);
}

static bool installed(Arena *a, const char *program)
{
    return !program ||
           system(arena_printf(a, "command -v %s >/dev/null 2>&1", program)) == 0;
}

bool remote_possible(const char *target)
{
    Arena *a = arena_open();
    bool good = installed(a, compiler(a, target)) && installed(a, emulator(a, target));
    arena_close(a);
    return good;
}

/* ---------------------------------------------------------------------------- linking */

static char *path(const Remote *r, const char *name)
{
    return arena_printf(r->arena, "%s/%s", r->folder, name);
}

static bool write_file(const char *to, const Text *t)
{
    FILE *f = fopen(to, "wb");
    bool good = f && fwrite(t->bytes, 1, t->length, f) == t->length;
    return f && fclose(f) == 0 && good;
}

static bool is_entry(const IrOp *op)
{
    return op->kind == OP_func && ir_op_attr(op, "descent.entry");
}

static void print_table(const Remote *r, Text *out)
{
    Text table = {0};
    for (IrOp *op = ir_module_block(r->kernels)->first; op; op = op->next)
        if (is_entry(op)) {
            text_printf(out, "void descent_%s(void);\n", ir_func_name(op));
            text_printf(&table, "    descent_%s,\n", ir_func_name(op));
        }
    text_printf(out, "void (*const entries[])(void) = {\n%s};\n", table.bytes);
    text_free(&table);
}

static bool build(Remote *r, const char *target, const char *cpu, DiagList *d)
{
    Text object = {0}, table = {0};
    CpuOptions o = {.cpu = cpu, .target = target};
    print_table(r, &table);
    bool good = cpu_emit_object(r->kernels, &o, &object, d) &&
                write_file(path(r, "code.o"), &object) &&
                write_file(path(r, "table.c"), &table);
    if (good && system(arena_printf(r->arena,
                                    "%s -static -O1 -o %s %s %s "
                                    "tests/support/remote_main.c -lm",
                                    compiler(r->arena, target), path(r, "program"),
                                    path(r, "code.o"), path(r, "table.c")))) {
        diag_error(d, (Place){0}, "%s cannot link the object",
                   compiler(r->arena, target));
        good = false;
    }
    text_free(&object);
    text_free(&table);
    return good;
}

/* ---------------------------------------------------------------------------- running */

static bool start(Remote *r, const char *target)
{
    int in[2], out[2];
    const char *words[] = {emulator(r->arena, target), path(r, "program"), NULL};
    char *const *command = (char *const *)(words[0] ? words : words + 1);
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
        return false;
    r->process = fork();
    if (r->process == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        execvp(command[0], command);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    r->to = fdopen(in[1], "wb");
    r->from = fdopen(out[0], "rb");
    return r->process > 0 && r->to && r->from;
}

Remote *remote_open(IrModule *kernels, const char *target, const char *cpu, DiagList *d)
{
    Arena *arena = arena_open();
    Remote *r = ARENA_NEW(arena, Remote);
    *r = (Remote){.arena = arena,
                  .kernels = kernels,
                  .folder = arena_strdup(arena, P_tmpdir "/descent-remote-XXXXXX")};
    signal(SIGPIPE, SIG_IGN);
    if (mkdtemp(r->folder) && build(r, target, cpu, d) && start(r, target))
        return r;
    remote_close(r);
    return NULL;
}

void remote_close(Remote *r)
{
    static const char *const files[] = {"code.o", "table.c", "program"};
    if (!r)
        return;
    if (r->to)
        fclose(r->to);
    if (r->from)
        fclose(r->from);
    if (r->process > 0)
        waitpid(r->process, NULL, 0);
    for (int i = 0; i < 3; i++)
        remove(path(r, files[i]));
    rmdir(r->folder);
    arena_close(r->arena);
}

/* ------------------------------------------------------------------------------ calls */

static void send_number(Remote *r, int64_t n) { fwrite(&n, sizeof n, 1, r->to); }

static int64_t index_of(const Remote *r, const IrOp *host)
{
    int64_t n = 0;
    for (IrOp *op = ir_module_block(r->kernels)->first; op && op != host; op = op->next)
        n += is_entry(op);
    return n;
}

/* Sizes of arguments, then of results. */
static int64_t *sizes(Remote *r, const IrOp *host, size_t args, size_t results,
                      const int64_t *alias)
{
    IrType t = ir_func_type(host);
    int64_t *size = ARENA_ARRAY(r->arena, int64_t, args + results);
    for (size_t i = 0; i < args; i++)
        size[i] = ir_bytes(t->inputs[1 + i]);
    for (size_t i = 0, own = 1 + args; i < results; i++)
        size[args + i] = alias[i] < 0 ? ir_bytes(t->inputs[own++]) : size[alias[i]];
    return size;
}

static bool receive(Remote *r, void *to, int64_t size)
{
    return !size || fread(to, (size_t)size, 1, r->from) == 1;
}

bool remote_call(Remote *r, const IrOp *host, void *const *args, void *const *results,
                 unsigned threads)
{
    size_t count, own = 0;
    const int64_t *alias = ir_op_ints(host, "descent.alias", &count);
    for (size_t i = 0; i < count; i++)
        own += alias[i] < 0;
    size_t arg_count = ir_func_type(host)->input_count - 1 - own;
    int64_t *size = sizes(r, host, arg_count, count, alias);
    const int64_t head[] = {index_of(r, host), threads > 1,
                            ir_op_int(host, "descent.arena_bytes"), (int64_t)arg_count,
                            (int64_t)count};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        send_number(r, head[i]);
    for (size_t i = 0; i < arg_count + count; i++)
        send_number(r, size[i]);
    for (size_t i = 0; i < count; i++)
        send_number(r, alias[i]);
    for (size_t i = 0; i < arg_count; i++)
        fwrite(args[i], 1, (size_t)size[i], r->to);
    bool good = fflush(r->to) == 0;
    for (size_t i = 0; i < arg_count && good; i++)
        good = receive(r, args[i], size[i]);
    for (size_t i = 0; i < count && good; i++)
        if (alias[i] < 0)
            good = receive(r, results[i], size[arg_count + i]);
    return good;
}
