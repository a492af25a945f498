/* What `descent build` makes below the command, piece by piece: exports the functions of
 * a StableHLO module and prints them, or writes an object.
 *
 *   descent-aot FILE [--place=pointer|constant|block] [--entries] [--prefix=P]
 *               [--target=TRIPLE] [--cpu=NAME[,NAME]...] [--emit=ir|layout|llvm|object]
 *               [-o OBJECT]
 *
 * Functions are exported as P and their name. --place says where arguments and results
 * are whose descent.role is param, state, opt, step or rng: each at a pointer of its own;
 * params and states among the constants (with values made from their names); all in one
 * block, but for the argument of @init. --entries: functions of the generic kind (no
 * prefix). Exit status as descent-opt's. */
#include "backends/cpu/cpu.h"
#include "runtime/file.h"
#include "tests/support/exporter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CPUS = 8 };

typedef struct Options {
    const char *file, *place, *prefix, *target, *emit, *out;
    char cpus[256];
    bool entries;
} Options;

static void print_layout(const ExportLayout *l, Text *out)
{
    static const char *const kinds[] = {"block", "argument", "result", "arena"};
    text_printf(out, "block: %" PRId64 " bytes\n", l->block_bytes);
    for (size_t i = 0; i < l->slot_count; i++)
        text_printf(out, "  %s: %" PRId64 " bytes at %" PRId64 "\n", l->slots[i].name,
                    l->slots[i].bytes, l->slots[i].offset);
    for (size_t i = 0; i < l->function_count; i++) {
        const ExportFunction *f = &l->functions[i];
        text_printf(out, "%s: arena %" PRId64 "\n", f->symbol, f->arena_bytes);
        for (size_t k = 0; k < f->param_count; k++)
            text_printf(out, "  %s %u: %" PRId64 " bytes,%s%s\n",
                        kinds[f->params[k].kind], f->params[k].index, f->params[k].bytes,
                        f->params[k].read ? " read" : "",
                        f->params[k].written ? " written" : "");
    }
}

static bool print(Exporter *x, const char *emit, size_t count, const CpuVersion *v,
                  Text *out)
{
    CpuOptions o = {.cpu = v->cpu, .target = x->target, .file = true};
    if (!strcmp(emit, "ir"))
        ir_print(v->kernels, (IrPrintOptions){0}, out);
    else if (!strcmp(emit, "layout"))
        print_layout(&x->layout, out);
    else if (!strcmp(emit, "llvm"))
        return cpu_print_llvm(v->kernels, &o, out, x->diags);
    else
        return cpu_emit_versions(count, v, &o, out, x->diags);
    return true;
}

static bool write_out(const char *path, const Text *out)
{
    FILE *f = path ? fopen(path, "wb") : stdout;
    bool good = f && fwrite(out->bytes, 1, out->length, f) == out->length;
    return f && (path ? fclose(f) : fflush(f)) == 0 && good;
}

static bool make(Exporter *x, Options *o)
{
    CpuVersion versions[MAX_CPUS] = {0};
    size_t count = 0;
    Text out = {0};
    bool good = true;
    char *next = NULL, *word = strtok_r(o->cpus, ",", &next);
    do {
        versions[count] = (CpuVersion){word, exporter_export(x, word)};
        good = versions[count++].kernels != NULL;
        word = strtok_r(NULL, ",", &next);
    } while (word && good && count < MAX_CPUS);
    good = good && print(x, o->emit, count, versions, &out) && write_out(o->out, &out);
    for (size_t i = 0; i < count; i++)
        ir_module_close(versions[i].kernels);
    text_free(&out);
    return good;
}

/* ---------------------------------------------------------------------------- command */

static bool option(const char *word, const char *name, const char **out)
{
    size_t n = strlen(name);
    if (strncmp(word, name, n) || word[n] != '=')
        return false;
    *out = word + n + 1;
    return true;
}

static bool parse_options(int argc, char **argv, Options *o)
{
    const char *cpus = "";
    for (int i = 1; i < argc; i++) {
        const char *w = argv[i];
        if (!strcmp(w, "--entries"))
            o->entries = true;
        else if (!strcmp(w, "-o") && i + 1 < argc)
            o->out = argv[++i];
        else if (option(w, "--place", &o->place) || option(w, "--prefix", &o->prefix) ||
                 option(w, "--target", &o->target) || option(w, "--emit", &o->emit) ||
                 option(w, "--cpu", &cpus))
            continue;
        else if (w[0] != '-' && !o->file)
            o->file = w;
        else
            return false;
    }
    snprintf(o->cpus, sizeof o->cpus, "%s", cpus);
    return o->file != NULL;
}

static ExportPlace place_of(const char *word)
{
    return !strcmp(word, "block")      ? EXPORT_BLOCK
           : !strcmp(word, "constant") ? EXPORT_BYTES
                                       : EXPORT_POINTER;
}

int main(int argc, char **argv)
{
    Options o = {.place = "pointer", .prefix = "", .emit = "ir"};
    if (!parse_options(argc, argv, &o)) {
        fputs("usage: descent-aot FILE [--place=pointer|constant|block] [--entries] "
              "[--prefix=P] [--target=TRIPLE] [--cpu=NAME[,NAME]...] "
              "[--emit=ir|layout|llvm|object] [-o OBJECT]\n",
              stderr);
        return DIAG_USAGE;
    }
    RtFile file = {0};
    Exporter x = {.file = o.file,
                  .place = place_of(o.place),
                  .prefix = o.entries ? NULL : o.prefix,
                  .target = o.target,
                  .context = ir_context_open(),
                  .arena = arena_open(),
                  .diags = diag_open()};
    bool good = rt_file_read(o.file, RT_FILE_LIMIT, &file, x.diags) == RT_OK;
    x.text = (const char *)file.bytes;
    x.length = file.size;
    good = good && make(&x, &o);
    diag_print(x.diags, stderr);
    int status = good ? 0 : diag_exit(x.diags) ? (int)diag_exit(x.diags) : 1;
    rt_file_free(&file);
    ir_context_close(x.context);
    arena_close(x.arena);
    diag_close(x.diags);
    return status;
}
