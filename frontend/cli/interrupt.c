#include "frontend/cli/cli.h"

#include <signal.h>

/* A handler has no argument of ours: the one global that changes. */
static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

void cli_catch_interrupt(void)
{
    struct sigaction action = {.sa_handler = note_interrupt,
                               .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

volatile sig_atomic_t *cli_interrupted(void)
{
    return &interrupted;
}
