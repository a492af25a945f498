/* The manual page and the completions, from the tables. docs/descent.1 and
 * scripts/completion hold what this prints; a test compares them. */
#include "frontend/cli/cli.h"

#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------ manual page */

/* In roff a dash is \-, and a line may not begin with a dot or quote. */
static void roff(const char *s, FILE *to)
{
    for (; *s; s++)
        if (*s == '-')
            fputs("\\-", to);
        else if (*s == '\\')
            fputs("\\e", to);
        else if (*s == '`')
            fputs("\\(dq", to);
        else
            fputc(*s, to);
}

static void man_option(const CliOption *o, FILE *to)
{
    char spelling[CLI_SPELLING];
    fputs(".TP\n.B ", to);
    cli_spelling(o, spelling);
    roff(spelling + strspn(spelling, " "), to);
    fputc('\n', to);
    roff(o->help, to);
    fputc('\n', to);
}

static void man_command(const CliCommand *c, FILE *to)
{
    fprintf(to, ".SS descent %s FILE\n", c->name);
    roff(c->text, to);
    fputc('\n', to);
    for (size_t i = 0; i < cli_option_count; i++)
        if ((cli_options[i].commands & c->bit) && cli_options[i].commands != CLI_ALL)
            man_option(&cli_options[i], to);
    if (!c->example)
        return;
    fputs(".PP\nExample: ", to);
    roff(c->example, to);
    fputc('\n', to);
}

static void man_surroundings(FILE *to)
{
    fputs(".SH ENVIRONMENT\n"
          ".TP\n.B CUDA_VISIBLE_DEVICES\nthe GPUs that are seen; the first is used\n"
          ".TP\n.B DESCENT_CUDA_DRIVER, DESCENT_NVRTC, DESCENT_NVDISASM\n"
          "libcuda.so.1, libnvrtc.so and nvdisasm, if others than those that are found\n"
          ".TP\n.B DESCENT_PERF_MAP\nif set, Linux's perf knows the CPU's kernels by name\n"
          ".TP\n.B CC\nlinks what build makes (cc)\n"
          ".SH FILES\n"
          ".TP\n.I ~/.cache/descent/cubin, $XDG_CACHE_HOME/descent/cubin\n"
          "compiled kernels of GPUs, at most 512 MB; may be removed at any time\n",
          to);
}

static void print_man(FILE *to)
{
    fputs(".TH DESCENT 1 \"\" \"Descent " DESCENT_VERSION "\" \"User Commands\"\n"
          ".SH NAME\ndescent \\- a compiler for deep learning\n"
          ".SH SYNOPSIS\n.B descent\n.I COMMAND FILE\n.RI [ OPTIONS ]\n"
          ".SH DESCRIPTION\n"
          "Compiles the description of a neural network (.dsc) or a StableHLO module "
          "(.mlir)\n"
          "to native code, and trains or runs it.\n"
          ".SH COMMANDS\n",
          to);
    for (size_t i = 0; i < cli_command_count; i++)
        if (cli_commands[i].run)
            man_command(&cli_commands[i], to);
    fputs(".SH OPTIONS OF ALL COMMANDS\n", to);
    for (size_t i = 0; i < cli_option_count; i++)
        if (cli_options[i].commands == CLI_ALL)
            man_option(&cli_options[i], to);
    fputs(".SH EXIT STATUS\n"
          ".TP\n0\ndone\n"
          ".TP\n1\nthe input is wrong, or a file or a GPU is missing: the message says where "
          "and why\n"
          ".TP\n2\nthe command line is wrong\n"
          ".TP\n3\nwell formed, but not supported\n"
          ".TP\n70\na defect of Descent; a file to report it with is written\n"
          ".TP\n130\nstopped by Ctrl\\-C; if a step was trained, its checkpoint is written\n",
          to);
    man_surroundings(to);
}

/* ------------------------------------------------------------------------------- bash */

static void print_names(const char *form, FILE *to)
{
    for (size_t i = 0; i < cli_command_count; i++)
        if (cli_commands[i].run)
            fprintf(to, form, cli_commands[i].name);
}

static void print_words(const char *words, FILE *to)
{
    for (const char *s = words; *s; s++)
        fputc(*s == '|' ? ' ' : *s, to);
}

/* "dump --format", or "* --cpu" if more than one command has it. */
static void bash_option(const CliOption *o, FILE *to)
{
    const char *command = "*";
    for (size_t i = 0; i < cli_command_count; i++)
        if (cli_commands[i].run && cli_commands[i].bit == o->commands)
            command = cli_commands[i].name;
    fprintf(to, "%s\\ --%s", command, o->name);
}

static void bash_values(FILE *to)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        const CliOption *o = &cli_options[i];
        char words[CLI_WORDS];
        if (o->kind != CLI_CHOICE && o->kind != CLI_STAGE)
            continue;
        fputs("        ", to);
        bash_option(o, to);
        fputs(") COMPREPLY=($(compgen -W '", to);
        print_words(cli_words(o, words), to);
        fputs("' -- \"$word\")); return ;;\n", to);
    }
    fputs("        *\\ --data-root|*\\ --output-dir|*\\ --trace)"
          " COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n", to);
}

static void bash_options(FILE *to)
{
    for (size_t i = 0; i < cli_command_count; i++) {
        if (!cli_commands[i].run)
            continue;
        fprintf(to, "        %s) options='", cli_commands[i].name);
        for (size_t k = 0; k < cli_option_count; k++)
            if (cli_options[k].commands & cli_commands[i].bit)
                fprintf(to, " --%s", cli_options[k].name);
        fputs("' ;;\n", to);
    }
}

static void print_bash(FILE *to)
{
    fputs("# Completion of `descent` for bash. Printed by `descent --generate bash`.\n"
          "_descent()\n{\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} "
          "options\n"
          "    [[ $word == = ]] && word=\n"
          "    [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        COMPREPLY=($(compgen -W '--help --version",
          to);
    print_names(" %s", to);
    fputs("' -- \"$word\"))\n        return\n    fi\n"
          "    case \"${COMP_WORDS[1]} $before\" in\n", to);
    bash_values(to);
    fputs("    esac\n    case ${COMP_WORDS[1]} in\n", to);
    bash_options(to);
    fputs("    esac\n"
          "    if [[ $word == -* ]]; then\n"
          "        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
          "    else\n"
          "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
          "    fi\n}\n"
          "complete -o filenames -F _descent descent\n", to);
}

/* -------------------------------------------------------------------------------- zsh */

/* The text of an option spec: brackets and colons have a meaning there. */
static void zsh_text(const char *s, FILE *to)
{
    for (; *s; s++)
        if (*s == '\'')
            fputs("'\\''", to);
        else if (*s == '[' || *s == ']' || *s == ':')
            fprintf(to, "\\%c", *s);
        else
            fputc(*s, to);
}

/* '--name=, or with a letter '(-n --name)'{-n+,--name=}', each without the other. */
static void zsh_names(const CliOption *o, const char *value, FILE *to)
{
    const char *joined = *value ? "+" : "";
    if (!o->letter)
        fprintf(to, "            '%s--%s%s", o->kind == CLI_LIST ? "*" : "", o->name,
                value);
    else if (o->kind == CLI_LIST)
        fprintf(to, "            '*'{-%c%s,--%s%s}'", o->letter, joined, o->name, value);
    else
        fprintf(to, "            '(-%c --%s)'{-%c%s,--%s%s}'", o->letter, o->name,
                o->letter, joined, o->name, value);
}

static void zsh_option(const CliOption *o, FILE *to)
{
    char buffer[CLI_WORDS];
    bool joined = o->kind != CLI_FLAG;
    bool optional = o->kind == CLI_OPTIONAL || o->kind == CLI_MAYBE;
    bool choice =
        o->kind == CLI_CHOICE || o->kind == CLI_STAGE || o->kind == CLI_MAYBE;
    zsh_names(o, optional ? "=-" : joined ? "=" : "", to);
    fputc('[', to);
    zsh_text(o->help, to);
    fputc(']', to);
    if (joined)
        fprintf(to, "%s%s", optional ? "::" : ":", choice ? o->name : o->value);
    if (choice) {
        fputs(":(", to);
        print_words(cli_words(o, buffer), to);
        fputc(')', to);
    } else if (o->kind == CLI_FOLDER) {
        fputs(":_files -/", to);
    } else if (o->value && !strcmp(o->value, "FILE")) {
        fputs(":_files", to);
    } else if (joined) {
        fputc(':', to);
    }
    fputs("' \\\n", to);
}

static void print_zsh(FILE *to)
{
    fputs("#compdef descent\n# Printed by `descent --generate zsh`.\n"
          "if ((CURRENT == 2)); then\n    compadd -- --help --version", to);
    print_names(" %s", to);
    fputs("\n    return\nfi\ncase $words[2] in\n", to);
    for (size_t i = 0; i < cli_command_count; i++) {
        if (!cli_commands[i].run)
            continue;
        fprintf(to,
                "    %s)\n        shift words; ((CURRENT--))\n        _arguments \\\n",
                cli_commands[i].name);
        for (size_t k = 0; k < cli_option_count; k++)
            if (cli_options[k].commands & cli_commands[i].bit)
                zsh_option(&cli_options[k], to);
        fputs("            '1:FILE:_files -g \"*.(dsc|mlir)\"' ;;\n", to);
    }
    fputs("esac\n", to);
}

bool cli_generate(const char *what, FILE *to)
{
    static const struct { const char *name; void (*print)(FILE *); } all[] = {
        {"man", print_man}, {"bash", print_bash}, {"zsh", print_zsh},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i].name, what)) {
            all[i].print(to);
            return true;
        }
    return false;
}
