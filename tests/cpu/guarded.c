/* An access outside of a guarded buffer ends the process, at either end. */
#include "tests/support/guarded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Exit status of a child that writes byte `at` of a buffer of 100. */
static int touch(bool before, ptrdiff_t at)
{
    pid_t child = fork();
    if (!child) {
        Guarded *g = guarded_open(arena_open());
        volatile char *p = guarded_alloc(g, 100, before);
        if (!freopen("/dev/null", "w", stderr))
            _exit(2);
        guarded_enter("f", "a test");
        p[at] = 1;
        guarded_leave();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_behind(void **state)
{
    (void)state;
    assert_int_equal(touch(false, 0), 0);
    assert_int_equal(touch(false, 99), 0);
    assert_int_equal(touch(false, 100), 1);
}

static void test_in_front(void **state)
{
    (void)state;
    assert_int_equal(touch(true, 0), 0);
    assert_int_equal(touch(true, 99), 0);
    assert_int_equal(touch(true, -1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_behind),
        cmocka_unit_test(test_in_front),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
