#include "frontend/cli/cli.h"

#include <signal.h>
#include <unistd.h>

/* A handler has no argument of ours: the one global that changes. */
static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

/* A handler may not clean up, but nothing is there that must be. */
static void leave(int signal)
{
    static const char message[] = "descent: stopped before the first step: nothing was "
                                  "trained\n";
    (void)signal;
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(CLI_STOPPED);
}

static void catch(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler,
                               .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void cli_catch_interrupt(void)
{
    catch(leave);
}

void cli_note_interrupt(void)
{
    catch(note_interrupt);
}

volatile sig_atomic_t *cli_interrupted(void)
{
    return &interrupted;
}
