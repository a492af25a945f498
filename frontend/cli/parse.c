/* A command line, by the tables. --name=value, --name value, -n value, -nvalue; `--` ends
 * the options. */
#include "frontend/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Place nowhere;

typedef struct Parse {
    const CliCommand *command;
    char **words;
    int count, next;
    const CliOption *alone;     /* stood without the value that may follow its `=` */
    CliArgs *out;
    DiagList *d;
} Parse;

#define usage(p, ...) diag_add((p)->d, DIAG_ERROR, DIAG_USAGE, nowhere, __VA_ARGS__)

static void *slot(const Parse *p, const CliOption *o)
{
    return (char *)p->out + o->at;
}

/* ---------------------------------------------------------------------------- options */

static const CliOption *find_long(const Parse *p, const char *name, size_t length)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        const CliOption *o = &cli_options[i];
        if ((o->commands & p->command->bit) && strlen(o->name) == length
            && !strncmp(o->name, name, length))
            return o;
    }
    return NULL;
}

static const CliOption *find_letter(const Parse *p, char letter)
{
    for (size_t i = 0; i < cli_option_count; i++)
        if ((cli_options[i].commands & p->command->bit) &&
            cli_options[i].letter == letter)
            return &cli_options[i];
    return NULL;
}

/* What other programs take as options, and here is said in the model's file. */
static bool is_of_train_block(const char *name)
{
    static const char *const words[] = {"lr", "learning-rate", "learning_rate",
                                        "optimizer", "loss", "metric", "metrics",
                                        "patience", "weight-decay", "data"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i], name))
            return true;
    return false;
}

static void report_unknown(Parse *p, const char *name)
{
    const char **names = ARENA_ARRAY(p->out->arena, const char *, cli_option_count);
    size_t count = 0;
    for (size_t i = 0; i < cli_option_count; i++)
        if (cli_options[i].commands & p->command->bit)
            names[count++] = cli_options[i].name;
    const char *near = text_nearest(name, names, count);
    if (p->command->bit == CLI_TRAIN && is_of_train_block(name))
        usage(p, "there is no option --%s: the train block of FILE says that", name);
    else if (p->command->bit == CLI_BUILD && !strcmp(name, "device"))
        diag_add(p->d, DIAG_ERROR, DIAG_UNSUPPORTED, nowhere,
                 "unsupported: native files for GPUs: `descent build` makes those of CPUs; "
                 "`descent run` and `descent train` take --device=cuda");
    else if (near)
        usage(p, "there is no option --%s; did you mean --%s?", name, near);
    else
        usage(p, "there is no option --%s; `descent %s --help` lists them", name,
              p->command->name);
}

/* ----------------------------------------------------------------------------- values */

static bool is_word_of(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *s = words; s; s = strchr(s, '|') ? strchr(s, '|') + 1 : NULL)
        if (strcspn(s, "|") == n && !strncmp(s, word, n))
            return true;
    return false;
}

/* The word that was meant; NULL: who knows. */
static const char *find_near(const char *value, const char *const *words, size_t count)
{
    for (size_t i = 0; !strcmp(value, "gpu") && i < count; i++)
        if (!strcmp(words[i], "cuda")) /* not cpu, which has as many letters of it */
            return words[i];
    return text_nearest(value, words, count);
}

static void report_choice(Parse *p, const CliOption *o, const char *value)
{
    char buffer[CLI_WORDS];
    const char *words = cli_words(o, buffer), *list[API_STAGES];
    size_t count = 0;
    char *s = strtok(arena_strdup(p->out->arena, words), "|");
    for (; s && count < API_STAGES; s = strtok(NULL, "|"))
        list[count++] = s;
    const char *near = find_near(value, list, count);
    if (near)
        usage(p, "--%s=%s: did you mean %s?", o->name, value, near);
    else
        usage(p, "--%s=%s: expected %s", o->name, value, words);
}

static bool parse_whole(const char *s, uint64_t most, uint64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoull(s, &end, 10);
    return *s >= '0' && *s <= '9' && !*end && !errno && *out <= most;
}

static void set_count(Parse *p, const CliOption *o, const char *value)
{
    uint64_t n;
    if (parse_whole(value, INT64_MAX, &n) && n > 0)
        *(int64_t *)slot(p, o) = (int64_t)n;
    else
        usage(p, "--%s=%s: expected a whole number from 1", o->name, value);
}

static void set_seed(Parse *p, const CliOption *o, const char *value)
{
    CliSeed *s = slot(p, o);
    s->given = parse_whole(value, UINT64_MAX, &s->value);
    if (!s->given)
        usage(p, "--%s=%s: expected a whole number from 0 to 2^64 - 1", o->name, value);
}

static void add_to_list(Parse *p, const CliOption *o, const char *value)
{
    CliList *l = slot(p, o);
    if (!l->items)
        l->items = ARENA_ARRAY(p->out->arena, const char *, p->count);
    l->items[l->count++] = value;
}

static void set_value(Parse *p, const CliOption *o, const char *value)
{
    char words[CLI_WORDS];
    switch (o->kind) {
    case CLI_FLAG: break;
    case CLI_COUNT: set_count(p, o, value); return;
    case CLI_SEED: set_seed(p, o, value); return;
    case CLI_LIST: add_to_list(p, o, value); return;
    case CLI_CHOICE: case CLI_STAGE: case CLI_MAYBE:
        if (!is_word_of(cli_words(o, words), value)) {
            report_choice(p, o, value);
            return;
        }
        break;
    case CLI_TEXT: case CLI_FILE: case CLI_FOLDER: case CLI_OPTIONAL:
        if (!*value)
            usage(p, "--%s: expected %s", o->name, o->value);
        break;
    }
    *(const char **)slot(p, o) = value;
}

/* ------------------------------------------------------------------------------ words */

/* value: what followed in the same word; NULL if nothing did. */
static void take_option(Parse *p, const CliOption *o, const char *value)
{
    if (o->kind == CLI_FLAG) {
        *(bool *)slot(p, o) = true;
        if (value)
            usage(p, "--%s takes no value", o->name);
        return;
    }
    if (!value && (o->kind == CLI_OPTIONAL || o->kind == CLI_MAYBE)) {
        *(const char **)slot(p, o) = o->kind == CLI_MAYBE ? o->value : "-";
        p->alone = o;
        return;
    }
    if (!value && p->next < p->count)
        value = p->words[p->next++];
    if (value)
        set_value(p, o, value);
    else
        usage(p, "--%s: expected %s", o->name, o->value);
}

static void parse_long(Parse *p, const char *word)
{
    size_t n = strcspn(word, "=");
    const CliOption *o = find_long(p, word, n);
    if (o)
        take_option(p, o, word[n] ? word + n + 1 : NULL);
    else
        report_unknown(p, arena_strndup(p->out->arena, word, n));
}

static void parse_short(Parse *p, const char *word)
{
    const CliOption *o = find_letter(p, *word);
    if (o)
        take_option(p, o, word[1] ? word + 1 : NULL);
    else
        usage(p, "there is no option -%c; `descent %s --help` lists them", *word,
              p->command->name);
}

/* One of the words may be the value of an option that takes it after `=` only. */
static void report_second_file(Parse *p, const char *word)
{
    bool takes_inputs = find_long(p, "input", strlen("input"));
    if (p->alone)
        usage(p, "one FILE was expected, '%s' is a second; the value of --%s follows a "
              "'=': --%s=%s", word, p->alone->name, p->alone->name, p->alone->value);
    else
        usage(p, "one FILE was expected, '%s' is a second%s", word,
              takes_inputs ? "; a model's input is given by --input" : "");
}

/* After a mistake the word may be the value of an option that was meant otherwise. */
static void parse_file(Parse *p, const char *word)
{
    if (!p->out->file)
        p->out->file = word;
    else if (!diag_errors(p->d))
        report_second_file(p, word);
}

bool cli_parse(const CliCommand *c, int count, char **words, CliArgs *out, DiagList *d)
{
    Parse p = {.command = c, .words = words, .count = count, .out = out, .d = d};
    bool options = true;
    while (p.next < count) {
        const char *word = words[p.next++];
        if (options && !strcmp(word, "--"))
            options = false;
        else if (options && word[0] == '-' && word[1] == '-')
            parse_long(&p, word + 2);
        else if (options && word[0] == '-' && word[1])
            parse_short(&p, word + 1);
        else
            parse_file(&p, word);
    }
    if (!out->file && !out->help && !diag_errors(d))
        usage(&p, "descent %s: which FILE? (`descent %s --help` shows how)", c->name,
              c->name);
    return !diag_errors(d);
}

/* NAME=N */
static bool parse_size(const CliArgs *a, const char *word, LangBinding *out, DiagList *d)
{
    uint64_t n;
    size_t length = strcspn(word, "=");
    if (length && word[length] && parse_whole(word + length + 1, INT64_MAX, &n)) {
        *out = (LangBinding){arena_strndup(a->arena, word, length), (int64_t)n};
        return true;
    }
    diag_add(d, DIAG_ERROR, DIAG_USAGE, nowhere, "--size=%s: expected NAME=N", word);
    return false;
}

bool cli_sizes(const CliArgs *a, ApiSizes *out, DiagList *d)
{
    LangBinding *bindings = ARENA_ARRAY(a->arena, LangBinding, a->sizes.count + 1);
    bool good = true;
    for (size_t i = 0; i < a->sizes.count; i++)
        good &= parse_size(a, a->sizes.items[i], &bindings[i], d);
    *out = (ApiSizes){.model = a->model, .batch = a->batch, .bindings = bindings,
                      .binding_count = a->sizes.count,
                      .steps_per_epoch = a->steps_per_epoch};
    return good;
}
