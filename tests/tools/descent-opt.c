/* Reads MLIR text, runs passes over it and prints it: the tool of the text tests.
 *
 *   descent-opt FILE [--generic] [--locations] [--pass=NAME]... [--target=NAME]
 *               [--verify-only] [--roundtrip] [--relaxed]
 *
 * FILE is `-` for the standard input. Passes run in the order given, by their names in
 * pass_pipeline. --roundtrip prints, reads that again and fails if it prints
 * differently. --relaxed: simplify may also change rounding and signs of zeros. Exit
 * status: 0; 1 wrong input; 2 wrong command line; 3 unsupported; 70 a defect of ours. */
#include "passes/pass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PASSES = 32 };

typedef struct Options {
    const char *file;
    IrPrintOptions print;
    bool verify_only, roundtrip, relaxed;
    const PassInfo *passes[MAX_PASSES];
    size_t pass_count;
    const IrTarget *target;
} Options;

static const IrTarget targets[] = {
    {.name = "x86-64-v3", .vector_bits = 256, .vector_registers = 16, .fma = true,
     .l2_bytes = 1 << 20},
    {.name = "x86-64", .vector_bits = 128, .vector_registers = 16, .l2_bytes = 1 << 20},
    {.name = "x86-64-v4", .vector_bits = 512, .vector_registers = 32, .fma = true,
     .l2_bytes = 1 << 20},
    {.name = "sm_90a", .vector_bits = 128, .vector_registers = 32, .fma = true,
     .l2_bytes = 1 << 20, .lanes = 1, .threads = 1024, .warp = 32, .processors = 132,
     .resident_threads = 2048, .resident_blocks = 32,
     .shared_bytes = 227 << 10},
    {.name = "sm_80", .vector_bits = 128, .vector_registers = 32, .fma = true,
     .l2_bytes = 1 << 20, .lanes = 1, .threads = 1024, .warp = 32, .processors = 108,
     .resident_threads = 2048, .resident_blocks = 32,
     .shared_bytes = 163 << 10, .async_copies = true, .tensor_cores = true},
};

static const PassInfo *find_pass(const char *name)
{
    for (size_t i = 0; i < pass_pipeline_count; i++)
        if (!strcmp(pass_pipeline[i].name, name))
            return &pass_pipeline[i];
    fprintf(stderr, "descent-opt: there is no pass %s; there are:", name);
    for (size_t i = 0; i < pass_pipeline_count; i++)
        fprintf(stderr, " %s", pass_pipeline[i].name);
    fputc('\n', stderr);
    return NULL;
}

static const IrTarget *find_target(const char *name)
{
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (!strcmp(targets[i].name, name))
            return &targets[i];
    fprintf(stderr, "descent-opt: there is no target %s\n", name);
    return NULL;
}

static bool parse_option(const char *word, Options *o)
{
    if (!strcmp(word, "--generic"))
        return o->print.generic = true;
    if (!strcmp(word, "--locations"))
        return o->print.locations = true;
    if (!strcmp(word, "--verify-only"))
        return o->verify_only = true;
    if (!strcmp(word, "--roundtrip"))
        return o->roundtrip = true;
    if (!strcmp(word, "--relaxed"))
        return o->relaxed = true;
    if (!strncmp(word, "--target=", 9))
        return (o->target = find_target(word + 9));
    if (!strncmp(word, "--pass=", 7) && o->pass_count < MAX_PASSES)
        return (o->passes[o->pass_count++] = find_pass(word + 7));
    if ((word[0] == '-' && word[1]) || o->file)
        return false;
    o->file = word;
    return true;
}

static bool parse_options(int argc, char **argv, Options *o)
{
    o->target = targets;
    for (int i = 1; i < argc; i++)
        if (!parse_option(argv[i], o))
            return false;
    return o->file;
}

static bool read_all(FILE *f, Text *to)
{
    char buffer[1 << 16];
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, f)))
        text_add_bytes(to, buffer, n);
    return !ferror(f);
}

static bool read_file(const char *path, Text *to, DiagList *d)
{
    FILE *f = strcmp(path, "-") ? fopen(path, "rb") : stdin;
    bool good = f && read_all(f, to);
    if (!good)
        diag_error(d, (Place){path, 0, 0}, "cannot be read");
    if (f && f != stdin)
        fclose(f);
    return good;
}

static bool run_passes(const Options *o, IrModule *m, DiagList *d)
{
    PassContext context = {.target = o->target, .diags = d, .relaxed = o->relaxed};
    for (size_t i = 0; i < o->pass_count; i++) {
        if (o->passes[i]->run(m, &context) == PASS_FAILED)
            return false;
        if (!ir_verify(m, d)) {
            diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0},
                     "the pass %s left a module that does not verify",
                     o->passes[i]->name);
            return false;
        }
    }
    return true;
}

/* Whether what was printed, read and printed again is the same. */
static bool reads_back(const Options *o, IrContext *c, const Text *text, DiagList *d)
{
    Text again = {0};
    IrModule *m = ir_parse(c, "printed", text->bytes, text->length, d);
    if (m)
        ir_print(m, o->print, &again);
    bool same = m && !strcmp(again.bytes, text->bytes);
    if (!same)
        diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0},
                 "the text does not read back as it was printed:\n%s--- read and printed "
                 "again:\n%s",
                 text->bytes, m ? again.bytes : "(not at all)\n");
    ir_module_close(m);
    text_free(&again);
    return same;
}

static void process(const Options *o, IrContext *c, DiagList *d)
{
    Text in = {0}, out = {0};
    IrModule *m = NULL;
    if (read_file(o->file, &in, d))
        m = ir_parse(c, o->file, in.bytes ? in.bytes : "", in.length, d);
    if (m && run_passes(o, m, d) && !o->verify_only) {
        ir_print(m, o->print, &out);
        if (!o->roundtrip || reads_back(o, c, &out, d))
            fputs(out.bytes, stdout);
    }
    ir_module_close(m);
    text_free(&in);
    text_free(&out);
}

int main(int argc, char **argv)
{
    Options o = {0};
    if (!parse_options(argc, argv, &o)) {
        fprintf(stderr,
                "usage: descent-opt FILE [--generic] [--locations] [--pass=NAME]... "
                "[--target=NAME] [--verify-only] [--roundtrip]\n");
        return DIAG_USAGE;
    }
    IrContext *c = ir_context_open();
    DiagList *d = diag_open();
    process(&o, c, d);
    diag_print(d, stderr);
    int status = (int)diag_exit(d);
    diag_close(d);
    ir_context_close(c);
    return status;
}
