/* Signals that end the program wait while files lie about that somebody must remove. */
#ifndef API_BUILD_SIGNALS_H
#define API_BUILD_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

typedef struct BuildSignals {
    sigset_t before;    /* the mask of this thread */
    sigset_t held;      /* those that end it */
    int came;           /* one of them that did come; 0: none */
} BuildSignals;

void build_signals_hold(BuildSignals *s);
/* Waits a moment; whether one of them has come. */
bool build_signals_wait(BuildSignals *s);
/* Back as it was; what came has its effect now. */
void build_signals_release(BuildSignals *s);

#endif
