/* A process that is killed while it writes a file leaves the old file or the new one,
 * whole. Once at every call that writing makes (the linker puts ours in their place), and
 * at moments that a clock chooses. */
#include "check.h"

#include "runtime/random.h"
#include "runtime/safetensors.h"

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ----------------------------------------------------- the calls that change the disk */

static int calls_left = -1;     /* negative: nobody is killed */

static void count_call(void)
{
    if (calls_left >= 0 && calls_left-- == 0)
        raise(SIGKILL);
}

typedef int Call(int fd);
typedef ssize_t Write(int fd, const void *bytes, size_t size);
typedef int Rename(const char *from, const char *to);
typedef int SetMode(int fd, mode_t mode);
typedef int MakeTemporary(char *name);
Call __real_fsync, __wrap_fsync, __real_close, __wrap_close;
Write __real_write, __wrap_write;
Rename __real_rename, __wrap_rename;
SetMode __real_fchmod, __wrap_fchmod;
MakeTemporary __real_mkstemp, __wrap_mkstemp;

/* Half of what is asked for, so that a kill comes in the middle of the bytes too. */
ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
    count_call();
    return __real_write(fd, bytes, calls_left >= 0 && size > 4096 ? size / 2 : size);
}

int __wrap_fsync(int fd)
{
    count_call();
    return __real_fsync(fd);
}

int __wrap_close(int fd)
{
    count_call();
    return __real_close(fd);
}

int __wrap_rename(const char *from, const char *to)
{
    count_call();
    return __real_rename(from, to);
}

int __wrap_fchmod(int fd, mode_t mode)
{
    count_call();
    return __real_fchmod(fd, mode);
}

int __wrap_mkstemp(char *name)
{
    count_call();
    return __real_mkstemp(name);
}

/* ---------------------------------------------------------------------------- weights */

enum { SIZE = 1 << 16 };

static RtStatus write_weights(const char *path, float value, DiagList *d)
{
    RtTensors list = {0};
    for (int i = 0; i < 2; i++) {
        RtTensor t;
        assert_int_equal(rt_tensor_create(i ? "b" : "w", DTYPE_f32, 1,
                                          (int64_t[]){i ? 100 : SIZE}, &t, d), RT_OK);
        for (int64_t k = 0; k < t.dims[0]; k++)
            ((float *)t.data)[k] = value;
        assert_int_equal(rt_tensors_add(&list, &t, d), RT_OK);
    }
    RtStatus st = rt_safetensors_write(path, &list, NULL, d);
    rt_tensors_free(&list);
    return st;
}

/* The one value that all of the file has. */
static float read_weights(const char *path)
{
    DiagList *d = diag_open();
    RtTensors list;
    assert_int_equal(rt_safetensors_read(path, &list, NULL, d), RT_OK);
    assert_int_equal(list.count, 2);
    float value = *(float *)list.items[0].data;
    for (size_t i = 0; i < list.count; i++)
        for (int64_t k = 0; k < list.items[i].dims[0]; k++)
            assert_true(((float *)list.items[i].data)[k] == value);
    rt_tensors_free(&list);
    diag_close(d);
    return value;
}

/* ------------------------------------------------------------------------------ tests */

/* Writes 2 over 1 and dies at a call; false if it needed fewer. */
static bool killed_at(const char *path, int call)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        DiagList *d = diag_open();
        calls_left = call;
        _exit(write_weights(path, 2, d) != RT_OK);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        assert_int_equal(WTERMSIG(status), SIGKILL);
    else
        assert_int_equal(status, 0);
    return WIFSIGNALED(status);
}

static void test_killed_at_each_call(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("weights");
    int old = 0, new = 0;
    bool killed = true;
    for (int call = 0; killed; call++) {
        assert_int_equal(write_weights(path, 1, d), RT_OK);
        killed = killed_at(path, call);
        float value = read_weights(path);
        assert_true(value == 1 || value == 2);
        assert_true(killed || value == 2);
        assert_true(!new || value == 2);        /* once it is replaced it stays so */
        old += value == 1;
        new += value == 2;
    }
    /* mkstemp, fchmod, 3 writes, fsync, close, rename; the folder's fsync and close */
    assert_true(old >= 8);
    assert_true(new >= 2);
    check_no_errors(d);
    diag_close(d);
}

static void write_for_ever(const char *path)
{
    DiagList *d = diag_open();
    for (float value = 1; ; value++)
        if (write_weights(path, value, d))
            _exit(1);
}

static void test_killed_at_any_time(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("checkpoint");
    assert_int_equal(write_weights(path, 0, d), RT_OK);
    for (uint64_t i = 0; i < 40; i++) {
        struct timespec pause = {0, (long)(rt_random(1, 0, i) % 20000000)};
        int status;
        pid_t child = fork();
        assert_true(child >= 0);
        if (!child)
            write_for_ever(path);
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        read_weights(path);
    }
    check_no_errors(d);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_at_each_call),
        cmocka_unit_test(test_killed_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, check_cleanup);
}
