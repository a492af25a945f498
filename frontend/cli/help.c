/* The help screens: each fits one of 80 by 24. */
#include "frontend/cli/cli.h"

#include <string.h>

void cli_print_help(FILE *to)
{
    fputs("descent: a compiler for deep learning\n\nusage: descent COMMAND FILE "
          "[OPTIONS]\n\n",
          to);
    for (size_t i = 0; i < cli_command_count; i++)
        fprintf(to, "  %-9s %s\n", cli_commands[i].name, cli_commands[i].summary);
    fputs(
        "\nFILE is a model description (.dsc) or a StableHLO module (.mlir).\n"
        "`descent COMMAND --help` lists the options of a command; `descent --version`.\n"
        "\n"
        "  descent check examples/digits.dsc\n"
        "  descent train examples/digits.dsc -o digits.safetensors\n"
        "  descent run   examples/digits.dsc -w digits.safetensors -i images.npy\n",
        to);
}

enum { COLUMN = 24, WIDTH = 80 - COLUMN - 3 };

/* A list of choices goes on in the next line if it has to. */
static void print_help_of(const char *help, FILE *to)
{
    while (strlen(help) > WIDTH) {
        int length = WIDTH;
        while (length && help[length - 1] != '|')
            length--;
        if (!length)
            break;
        fprintf(to, "%.*s\n%*s", length, help, COLUMN + 3, "");
        help += length;
    }
    fprintf(to, "%s\n", help);
}

/* A list of choices that is too long for its column is the help. */
static void print_option(const CliOption *o, FILE *to)
{
    char spelling[CLI_SPELLING], words[CLI_WORDS];
    CliOption named = *o;
    if (strlen(cli_spelling(o, spelling)) > COLUMN) {
        named.kind = CLI_TEXT;
        named.value = "NAME";
        named.help = cli_words(o, words);
    }
    fprintf(to, "  %-*s ", COLUMN, cli_spelling(&named, spelling));
    print_help_of(named.help, to);
}

void cli_print_command_help(const CliCommand *c, FILE *to)
{
    fprintf(to, "usage: descent %s FILE [OPTIONS]\n%s\n\n", c->name, c->text);
    for (size_t i = 0; i < cli_option_count; i++)
        if ((cli_options[i].commands & c->bit) && strcmp(cli_options[i].name, "help"))
            print_option(&cli_options[i], to);
    if (c->example)
        fprintf(to, "e.g. %s\n", c->example);
}
