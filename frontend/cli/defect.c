/* A defect of ours: the user gets a file that shows it again, and where to send it. What
 * follows may run in a signal handler, so it uses system calls only. */
#include "frontend/cli/cli.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define REPORT "descent-defect.txt"

/* A handler has no argument of ours. Set once, by cli_catch_defects. */
static char *const *command_line;

static void put(int to, const char *s)
{
    for (size_t left = strlen(s); left;) {
        ssize_t n = write(to, s, left);
        if (n <= 0)
            return;
        s += n;
        left -= (size_t)n;
    }
}

static void put_number(int to, int n)
{
    char digits[] = {' ', (char)('0' + n / 10 % 10), (char)('0' + n % 10), '\n', 0};
    put(to, digits);
}

static void put_command(int to)
{
    put(to, "# descent " DESCENT_VERSION "\n#");
    for (char *const *word = command_line; *word; word++) {
        put(to, " ");
        put(to, *word);
    }
    put(to, "\n");
}

static bool is_model(const char *word)
{
    size_t n = strlen(word);
    return (n > 4 && !strcmp(word + n - 4, ".dsc")) ||
           (n > 5 && !strcmp(word + n - 5, ".mlir"));
}

/* The model makes the report complete: compiling needs no data. */
static void put_models(int to)
{
    for (char *const *word = command_line; *word; word++) {
        char bytes[4096];
        int from = is_model(*word) ? open(*word, O_RDONLY) : -1;
        if (from < 0)
            continue;
        put(to, "\n");
        for (ssize_t n; (n = read(from, bytes, sizeof bytes - 1)) > 0;) {
            bytes[n] = 0;
            put(to, bytes);
        }
        close(from);
    }
}

static int open_report(void)
{
    int to = open(REPORT, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (to >= 0)
        put_command(to);
    return to;
}

static void close_report(int to)
{
    if (to >= 0) {
        put_models(to);
        close(to);
    }
    put(STDERR_FILENO,
        "descent: this is a defect of Descent, not of your model: please report it");
    put(STDERR_FILENO,
        to >= 0 ? ".\ndescent: " REPORT " holds all that is needed.\n" : ".\n");
}

void cli_report_defect(const DiagList *d)
{
    int to = open_report();
    for (size_t i = 0; i < diag_count(d) && to >= 0; i++) {
        put(to, "# ");
        put(to, diag_get(d, i)->message);
        put(to, "\n");
    }
    close_report(to);
}

static void die(int signal)
{
    int to = open_report();
    put(STDERR_FILENO, "descent: stopped by signal");
    put_number(STDERR_FILENO, signal);
    if (to >= 0) {
        put(to, "# signal");
        put_number(to, signal);
    }
    close_report(to);
    _exit(DIAG_INTERNAL);
}

/* Sanitizers say more about a crash than we can. */
#if defined __SANITIZE_ADDRESS__
enum { CATCH = false };
#else
enum { CATCH = true };
#endif

void cli_catch_defects(char *const *argv)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    static char own[1 << 16]; /* the defect may be that the stack ran out */
    command_line = argv;
    if (!CATCH)
        return;
    sigaltstack(&(stack_t){.ss_sp = own, .ss_size = sizeof own}, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction action = {.sa_handler = die, .sa_flags = SA_ONSTACK};
        sigaction(signals[i], &action, NULL);
    }
}
