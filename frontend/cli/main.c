/* descent COMMAND FILE [OPTIONS]. Exit status: 0 done; 1 the input is wrong; 2 the
 * command line is; 3 unsupported; 70 a defect of ours; 130 stopped by Ctrl-C. */
#include "frontend/cli/cli.h"

#include "runtime/clock.h"
#include "runtime/start.h"

#include <string.h>

static void report_no_command(const char *name, DiagList *d)
{
    if (*name == '-') {
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "there is no option %s before the command, only --help and --version",
                 name);
        return;
    }
    enum { MOST = 16 };
    const char *names[MOST];
    for (size_t i = 0; i < cli_command_count && i < MOST; i++)
        names[i] = cli_commands[i].name;
    const char *near = text_nearest(name, names, cli_command_count);
    if (near)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "there is no command '%s'; did you mean '%s'?", name, near);
    else
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "there is no command '%s'; `descent --help` lists them", name);
}

/* descent help [COMMAND] */
static void help(const char *name, DiagList *d)
{
    const CliCommand *c = name ? cli_find_command(name) : NULL;
    if (!name)
        cli_print_help(stdout);
    else if (c && c->run)
        cli_print_command_help(c, stdout);
    else
        report_no_command(name, d);
}

static void run_command(const CliCommand *c, int count, char **words, CliArgs *a,
                        DiagList *d)
{
    if (!c->run)
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, (Place){0}, "unsupported: descent %s",
                 c->name);
    else if (!cli_parse(c, count, words, a, d))
        return;
    else if (a->help)
        cli_print_command_help(c, stdout);
    else
        c->run(a, d);
}

/* What needs no command; false: it is one. */
static bool run_plain(int argc, char **argv, DiagList *d)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (!*word) {
        cli_print_help(stderr);
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0}, "which command?");
    } else if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
        help(argc > 2 ? argv[2] : NULL, d);
    } else if (!strcmp(word, "--version")) {
        puts("descent " DESCENT_VERSION);
    } else if (!strcmp(word, "--generate") && argc == 3) {
        if (!cli_generate(argv[2], stdout))
            diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                     "--generate: man, bash or zsh");
    } else if (!cli_find_command(word)) {
        report_no_command(word, d);
    } else {
        return false;
    }
    return true;
}

/* Output that did not reach its file is an error, not a success. */
static void flush_output(DiagList *d)
{
    if (fflush(stdout) || ferror(stdout))
        diag_error(d, (Place){0}, "the standard output cannot be written");
}

int main(int argc, char **argv)
{
    DiagList *d = diag_open();
    rt_start();
    cli_catch_defects(argv);
    CliArgs a = {.arena = arena_open(), .start_ns = rt_clock_ns()};
    if (!run_plain(argc, argv, d))
        run_command(cli_find_command(argv[1]), argc - 2, argv + 2, &a, d);
    flush_output(d);
    diag_print(d, stderr);
    int status = (int)diag_exit(d);
    if (status == DIAG_INTERNAL)
        cli_report_defect(d);
    if (!status && *cli_interrupted())
        status = CLI_STOPPED;
    diag_close(d);
    arena_close(a.arena);
    return status;
}
