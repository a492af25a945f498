/* Compiles the public functions of StableHLO files and compares their results with the
 * reference evaluator's: tests/support/differ.h tells how.
 *
 *   descent-diff FILE... [--target=TRIPLE] [--cpu=NAME] [--c=COMMAND] [--seed=N]
 *                [--only=NAME] [--lanes=N] [--ulp=N] [--scale=X] [--abs=X] [--low=X] [--high=X]
 *
 * A line `// judge: ulp=N scale=X abs=X low=X high=X limits small gradient` is the rule for
 * the next function; small: integers from 0 .. 7; gradient: it is the function's gradient that is
 * compiled (derive.h), written out by the pass, which passes-gradient holds to differences;
 * the options (at first --scale=1e-5) are the rule for functions without one. --c: by the C
 * backend, compiled by the command given ("gcc -O1"); its --cpu may be portable or scalar.
 * --cuda: on the GPU that there is, or the emulator; --tf32: products of f32 may cut operands there; --processors:
 * as if it had so many.
 * --lanes: kernels of so many lanes. Exit status: 0 they agree; 1 they do not, or wrong input; 2 wrong command line; 3 unsupported; 77 this
 * machine lacks the features of the CPU, or what links and emulates programs of the target
 * (remote.h). */
#include "backends/cpu/cpu.h"
#include "passes/pass.h"
#include "runtime/file.h"
#include "tests/c/compiled.h"
#include "tests/cuda/emulated.h"
#include "tests/support/derive.h"
#include "tests/support/differ.h"
#include "tests/support/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILES = 64, SKIPPED = 77 };

typedef struct Options {
    const char *files[MAX_FILES], *target, *cpu, *only, *c;
    size_t file_count;
    DiffRule rule;
    double seed, lanes, processors;
    bool cuda, tf32;
} Options;

/* ---------------------------------------------------------------------------------- lanes */

/* Kernels of so many lanes (--lanes), as other machines may want them. */
static IrTarget lanes_target(const void *option, DiagList *d)
{
    const Options *o = option;
    IrTarget t = cpu_target(o->cpu, d);
    t.lanes = (int)o->lanes;
    return t;
}

static void *lanes_compile(IrModule *kernels, const void *option, DiagList *d)
{
    const Options *o = option;
    CpuOptions options = {.cpu = o->cpu};
    return cpu_compile(kernels, &options, d);
}

static void lanes_call(void *program, const char *entry, void *arena, void *const *args,
                       void *const *results, RtPool *pool)
{
    cpu_entry(program, entry)(arena, args, results, pool);
}

static void lanes_close(void *program)
{
    cpu_program_close(program);
}

static const DiffBackend lanes_backend = {
    .target = lanes_target, .compile = lanes_compile, .call = lanes_call, .close = lanes_close};

/* ---------------------------------------------------------------------------------- rules */

/* NAME=NUMBER; the word ends at a space or the end of the line. */
static bool number(const char *word, const char *name, double *out)
{
    size_t n = strlen(name);
    if (strncmp(word, name, n) || word[n] != '=')
        return false;
    *out = strtod(word + n + 1, NULL);
    return true;
}

static bool rule_word(const char *word, DiffRule *r)
{
    if (!strncmp(word, "limits", 6))
        return r->limits = true;
    if (!strncmp(word, "small", 5))
        return r->small_ints = true;
    if (!strncmp(word, "gradient", 8))
        return r->gradient = true;
    return number(word, "ulp", &r->ulp) || number(word, "scale", &r->scale) ||
           number(word, "abs", &r->abs) || number(word, "low", &r->low) || number(word, "high", &r->high);
}

static DiffRule parse_rule(const char *line)
{
    DiffRule r = {0};
    for (const char *p = line; *p && *p != '\n'; p++)
        if (*p == ' ')
            rule_word(p + 1, &r);
    return r;
}

/* The rule written over function `name` in the text, or the one of the command line. */
static DiffRule rule_of(const Options *o, const char *text, const char *name)
{
    static const char mark[] = "// judge:";
    size_t length = strlen(name);
    for (const char *p = strstr(text, mark); p; p = strstr(p + 1, mark)) {
        const char *at = strchr(p, '@');
        if (at && !strncmp(at + 1, name, length) && at[1 + length] == '(')
            return parse_rule(p + sizeof mark - 1);
    }
    return o->rule;
}

/* ---------------------------------------------------------------------------------- files */

static bool run_functions(const Options *o, Differ *x, IrModule *m, const char *text)
{
    bool ok = true;
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next) {
        if (!differ_is_entry(op) || (o->only && !strstr(ir_func_name(op), o->only)))
            continue;
        Text report = {0};
        DiffRule rule = rule_of(o, text, ir_func_name(op));
        bool good = differ_run(x, op, &rule, (uint64_t)o->seed, &report);
        if (good)
            printf("%s: ok\n", ir_func_name(op));
        else
            fputs(report.bytes, stdout);
        text_free(&report);
        ok &= good;
    }
    return ok;
}

/* Whose rule says so. */
static bool write_gradients(const Options *o, IrModule *m, const char *text, DiagList *d)
{
    PassContext pass = {.diags = d};
    bool any = false;
    for (IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (differ_is_entry(op) && rule_of(o, text, ir_func_name(op)).gradient) {
            derive(m, op, 0, 1);
            any = true;
        }
    return !any || pass_run(m, &pass, "grad", NULL, NULL);
}

static bool run_file(const Options *o, const char *path, DiagList *d)
{
    RtFile file = {0};
    if (rt_file_read(path, RT_FILE_LIMIT, &file, d) != RT_OK)
        return false;
    Text text = {0};
    text_add_bytes(&text, (const char *)file.bytes, file.size);
    IrContext *c = ir_context_open();
    IrModule *m = ir_parse(c, path, text.bytes ? text.bytes : "", text.length, d);
    CompiledOption compiled = {o->c, o->cpu};
    EmulatedOption emulated = {o->tf32, (int)o->processors};
    bool good = m && write_gradients(o, m, text.bytes, d);
    Differ *x = !good      ? NULL
                : o->cuda  ? differ_open_with(m, &emulated_backend, &emulated, d)
                : o->c     ? differ_open_with(m, &compiled_backend, &compiled, d)
                : o->lanes ? differ_open_with(m, &lanes_backend, o, d)
                           : differ_open_on(m, o->target, o->cpu, d);
    bool ok = x && run_functions(o, x, m, text.bytes);
    differ_close(x);
    ir_module_close(m);
    ir_context_close(c);
    text_free(&text);
    rt_file_free(&file);
    return ok;
}

static bool parse_options(int argc, char **argv, Options *o)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (!strncmp(word, "--cpu=", 6))
            o->cpu = word + 6;
        else if (!strncmp(word, "--target=", 9))
            o->target = word + 9;
        else if (!strncmp(word, "--c=", 4))
            o->c = word + 4;
        else if (!strcmp(word, "--cuda"))
            o->cuda = true;
        else if (!strcmp(word, "--tf32"))
            o->tf32 = true;
        else if (!strncmp(word, "--only=", 7))
            o->only = word + 7;
        else if (!strncmp(word, "--", 2) &&
                 (number(word + 2, "seed", &o->seed) ||
                  number(word + 2, "processors", &o->processors) ||
                  number(word + 2, "lanes", &o->lanes) || rule_word(word + 2, &o->rule)))
            continue;
        else if (word[0] != '-' && o->file_count < MAX_FILES)
            o->files[o->file_count++] = word;
        else
            return false;
    }
    return o->file_count > 0;
}

static bool is_c_target(const char *name)
{
    return !strcmp(name, "portable") || !strcmp(name, "scalar");
}

int main(int argc, char **argv)
{
    Options o = {.seed = 1, .rule = {.scale = 1e-5}};
    if (!parse_options(argc, argv, &o)) {
        fputs(
            "usage: descent-diff FILE... [--target=TRIPLE] [--cpu=NAME] [--c=COMMAND] [--cuda] "
            "[--tf32] [--processors=N] [--seed=N] [--only=NAME] [--lanes=N] [--ulp=N] [--scale=X] [--abs=X] [--low=X] [--high=X]\n",
            stderr);
        return DIAG_USAGE;
    }
    if (o.target && !remote_possible(o.target)) {
        printf("there is no compiler or no emulator for %s\n", o.target);
        return SKIPPED;
    }
    if (!o.target && o.cpu && !(o.c && is_c_target(o.cpu)) && !cpu_can_run(o.cpu)) {
        printf("this machine is no %s\n", o.cpu);
        return SKIPPED;
    }
    DiagList *d = diag_open();
    bool ok = true;
    for (size_t i = 0; i < o.file_count; i++)
        ok &= run_file(&o, o.files[i], d);
    diag_print(d, stderr);
    int status = ok ? 0 : diag_exit(d) ? (int)diag_exit(d) : 1;
    diag_close(d);
    return status;
}
