#include "frontend/api/build/signals.h"

#include <pthread.h>

/* Not those that the caller ignores, or blocks: another thread may wait for them. */
void build_signals_hold(BuildSignals *s)
{
    static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    *s = (BuildSignals){0};
    sigemptyset(&s->held);
    pthread_sigmask(SIG_SETMASK, NULL, &s->before);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sigaction action;
        if (!sigaction(ends[i], NULL, &action) && action.sa_handler != SIG_IGN &&
            !sigismember(&s->before, ends[i]))
            sigaddset(&s->held, ends[i]);
    }
    pthread_sigmask(SIG_BLOCK, &s->held, NULL);
}

bool build_signals_wait(BuildSignals *s)
{
    const struct timespec moment = {.tv_nsec = 2000000};
    int signal = sigtimedwait(&s->held, NULL, &moment);
    if (signal > 0)
        s->came = signal;
    return signal > 0;
}

void build_signals_release(BuildSignals *s)
{
    pthread_sigmask(SIG_SETMASK, &s->before, NULL);
    if (s->came)
        raise(s->came);
}
