/* The command. One table of commands and one of their options (table.c) drive parsing,
 * the help screens, the manual page and the shells' completion. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "frontend/api/api.h"

/* ---------------------------------------------------------------- what a line may say */

typedef struct CliList {
    const char **items;
    size_t count;
} CliList;

typedef struct CliSeed {
    bool given;
    uint64_t value;
} CliSeed;

/* NULL, 0 and false: not given. */
typedef struct CliArgs {
    const char *file;
    const char *after, *backend, *checkpoint, *cpu, *data_root, *device, *entry, *format, *json,
        *kind, *model, *output, *output_dir, *resume, *stage, *target, *trace, *verify,
        *weights;
    int64_t batch, epochs, rows, steps, steps_per_epoch, threads;
    CliSeed seed;
    CliList inputs, sizes;
    bool help, locations, profile, quiet, raw, tf32, times, train, weights_file;
    Arena *arena;
    int64_t start_ns;       /* when the command began */
} CliArgs;

/* ----------------------------------------------------------------------------- tables */

typedef enum {
    CLI_FLAG,           /* bool */
    CLI_TEXT,           /* const char * */
    CLI_FILE,           /* the same, a path */
    CLI_FOLDER,
    CLI_CHOICE,         /* const char *: one of the words of `value` */
    CLI_STAGE,          /* the same, one of the stages that api_stages lists */
    CLI_MAYBE,          /* const char *: the word `value`, after `=` or left out */
    CLI_OPTIONAL,       /* const char *: a path, "-" if left out */
    CLI_COUNT,          /* int64_t, at least 1 */
    CLI_SEED,           /* CliSeed */
    CLI_LIST,           /* CliList: may be given several times */
} CliKind;

typedef struct CliOption {
    unsigned commands;      /* CliCommand bits */
    const char *name;
    char letter;            /* 0: none */
    CliKind kind;
    const char *value; /* what stands for the value in help; the words of a CHOICE: a|b */
    size_t at;              /* in CliArgs */
    const char *help;
} CliOption;

typedef enum {
    CLI_CHECK = 1,
    CLI_DUMP = 2,
    CLI_TRAIN = 4,
    CLI_RUN = 8,
    CLI_BUILD = 16,
    CLI_ALL = 31
} CliCommandBit;

typedef struct CliCommand {
    const char *name;
    unsigned bit;           /* 0: not there yet */
    void (*run)(CliArgs *a, DiagList *d);
    const char *summary;    /* a line */
    const char *text;       /* a few lines */
    const char *example;
} CliCommand;

extern const CliCommand cli_commands[];
extern const size_t cli_command_count;
extern const CliOption cli_options[];
extern const size_t cli_option_count;

const CliCommand *cli_find_command(const char *name);   /* NULL if there is none */
/* "--output FILE" in a buffer of CLI_SPELLING characters. */
enum { CLI_SPELLING = 340 };
const char *cli_spelling(const CliOption *o, char out[CLI_SPELLING]);
/* The words of a choice, a|b; what stands for the value of another; NULL: takes none. */
enum { CLI_WORDS = 300 };
const char *cli_words(const CliOption *o, char out[CLI_WORDS]);

/* ---------------------------------------------------------------------------- parsing */

/* The words after the command's name. Reports every mistake; true if there is none. */
bool cli_parse(const CliCommand *c, int count, char **words, CliArgs *out, DiagList *d);
/* What the options about sizes and the machine say. False with a diagnostic. */
bool cli_sizes(const CliArgs *a, ApiSizes *out, DiagList *d);
/* The GPU of --device=cuda; NULL: the CPU is meant. False with a diagnostic. */
bool cli_open_device(const CliArgs *a, ApiDevice **out, DiagList *d);
/* Shows the profile, if one was asked for. Accepts NULL. */
void cli_close_device(const CliArgs *a, ApiDevice *device);

/* --------------------------------------------------------------------------- printing */

void cli_print_help(FILE *to);
void cli_print_command_help(const CliCommand *c, FILE *to);
/* The manual page ("man"), the completion of "bash" and "zsh"; false: no such thing. */
bool cli_generate(const char *what, FILE *to);
/* 12345678 as 12,345,678 / 1536 as 1.5 KB, in a buffer. */
enum { CLI_NUMBER = 40 };
const char *cli_number(int64_t n, char out[CLI_NUMBER]);
const char *cli_bytes(int64_t n, char out[CLI_NUMBER]);

/* 1234567 as 1.2 M; "-" if less than 0. */
const char *cli_amount(double n, char out[CLI_NUMBER]);
/* What was timed, to stderr: launches by entry point, the longest first. */
void cli_print_profile(const ApiProfile *p);
/* Of a kernel's name what the column of a table holds: what comes behind the name of its entry
 * point, or its end. NULL: a copy. */
const char *cli_kernel(const char *kernel, const char *entry, size_t width, char out[CLI_NUMBER]);
/* The line that a launch comes from; "std" if it is none of the model's. */
const char *cli_line(Place at, char out[CLI_NUMBER]);

/* An ApiPhase that prints what takes how long; ctx is not used. */
void cli_print_phase(void *ctx, const char *what, double seconds);

/* --------------------------------------------------------------------------- commands */

void cli_check(CliArgs *a, DiagList *d);
void cli_put_check(const char *path, const ApiCheck *c, DiagList *d);   /* as JSON; "-": stdout */
void cli_dump(CliArgs *a, DiagList *d);
void cli_train(CliArgs *a, DiagList *d);
void cli_run(CliArgs *a, DiagList *d);
void cli_build(CliArgs *a, DiagList *d);

/* The results of `run`: whether they can go where they should, asked before anything is
 * computed; and there they go. */
bool cli_check_output(const CliArgs *a, DiagList *d);
void cli_put_results(const CliArgs *a, const RtTensors *results, DiagList *d);

enum { CLI_STOPPED = 130 };     /* the exit status after Ctrl-C, as shells have it */
/* Ctrl-C ends the process at once, for nothing is trained yet: exit status 130. */
void cli_catch_interrupt(void);
/* From here on it is noted, for training to stop and save; pressed again it ends the
 * process. */
void cli_note_interrupt(void);
volatile sig_atomic_t *cli_interrupted(void);

/* A defect of ours, found by us (`d`) or by the processor (a signal: exit status 70):
 * writes what is needed to see it again to a file, and says so. */
void cli_catch_defects(char *const *argv);
void cli_report_defect(const DiagList *d);

#endif
