#include "frontend/api/build/signals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

static int came;

static void note(int signal) { came = signal; }

/* One that would end the program waits, and has its effect afterwards. */
static void test_held(void **state)
{
    BuildSignals s;
    (void)state;
    signal(SIGTERM, note);
    build_signals_hold(&s);
    assert_false(build_signals_wait(&s));
    kill(getpid(), SIGTERM);
    assert_int_equal(came, 0);
    assert_true(build_signals_wait(&s));
    assert_int_equal(came, 0);
    build_signals_release(&s);
    assert_int_equal(came, SIGTERM);
    signal(SIGTERM, SIG_DFL);
}

/* Those that the caller blocks are the caller's: somebody else may wait for them. */
static void test_blocked(void **state)
{
    BuildSignals s;
    sigset_t blocked, pending;
    (void)state;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    build_signals_hold(&s);
    kill(getpid(), SIGTERM);
    assert_false(build_signals_wait(&s));
    build_signals_release(&s);
    sigpending(&pending);
    assert_true(sigismember(&pending, SIGTERM));
    assert_int_equal(sigwaitinfo(&blocked, NULL), SIGTERM);
    sigprocmask(SIG_UNBLOCK, &blocked, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_blocked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
