#include "runtime/native/native.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 1, INPUT_FORMAT = 256, RAW, WEIGHTS };

static const struct option options[] = {
    {"input", required_argument, NULL, 'i'},
    {"input-format", required_argument, NULL, INPUT_FORMAT},
    {"output", required_argument, NULL, 'o'},
    {"format", required_argument, NULL, 'f'},
    {"raw", no_argument, NULL, RAW},
    {"weights-file", required_argument, NULL, WEIGHTS},
    {"threads", required_argument, NULL, 't'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static void usage(DiagList *d, const char *what)
{
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "%s; --help lists the options", what);
}

static void set_word(const char *name, const char *words, const char **out, DiagList *d)
{
    size_t n = strlen(optarg);
    const char *found = strstr(words, optarg);
    if (n && !strchr(optarg, '|') && found && (found == words || found[-1] == '|') &&
        (!found[n] || found[n] == '|'))
        *out = optarg;
    else
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "%s=%s: expected %s", name,
                 optarg, words);
}

static void set_threads(int64_t *out, DiagList *d)
{
    char *end;
    errno = 0;
    *out = strtol(optarg, &end, 10);
    if (*end || errno || *out < 1 || *out > 4096)
        usage(d, "--threads: expected a whole number from 1 to 4096");
}

static void take(int option, char *const *argv, NativeOptions *o, DiagList *d)
{
    switch (option) {
    case WORD:
    case 'i': o->inputs[o->input_count++] = optarg; break;
    case 'o': o->outputs[o->output_count++] = optarg; break;
    case 'f': set_word("--format", "json|csv|npy|bytes", &o->format, d); break;
    case 't': set_threads(&o->threads, d); break;
    case 'h': o->help = true; break;
    case RAW: o->raw = true; break;
    case WEIGHTS: o->weights = optarg; break;
    case INPUT_FORMAT:
        set_word("--input-format", "npy|csv|bytes", &o->input_format, d);
        break;
    default: native_bad_option(option, argv, d);
    }
}

bool native_options(const NativeModel *m, int argc, char **argv, NativeOptions *o,
                    DiagList *d)
{
    int option;
    *o = (NativeOptions){.threads = 1,
                         .inputs = ARENA_ARRAY(m->arena, const char *, argc),
                         .outputs = ARENA_ARRAY(m->arena, const char *, argc)};
    opterr = 0;
    /* "-": words that are no options come in their order among these; ":" tells what has
     * no value */
    while ((option = getopt_long(argc, argv, "-:i:o:f:t:h", options, NULL)) != -1)
        take(option, argv, o, d);
    for (; optind < argc; optind++)
        o->inputs[o->input_count++] = argv[optind];
    return !diag_errors(d);
}
