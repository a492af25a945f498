#include "check.h"

#include "runtime/status.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static RtStatus read_file(const char *path, size_t limit, RtFile *f, DiagList *d)
{
    return rt_file_read(path, limit, f, d);
}

static RtStatus write_text(const char *path, const char *text, DiagList *d)
{
    size_t half = strlen(text) / 2;
    RtPiece pieces[] = {{text, half}, {text + half, strlen(text) - half}};
    return rt_file_write(path, pieces, 2, d);
}

static void test_round_trip(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("round");
    RtFile f;
    assert_int_equal(write_text(path, "hello", d), RT_OK);
    assert_int_equal(write_text(path, "other text", d), RT_OK);
    assert_int_equal(read_file(path, RT_FILE_LIMIT, &f, d), RT_OK);
    assert_int_equal(f.size, 10);
    assert_string_equal((char *)f.bytes, "other text");
    rt_file_free(&f);
    assert_int_equal(write_text(path, "", d), RT_OK);
    assert_int_equal(read_file(path, RT_FILE_LIMIT, &f, d), RT_OK);
    assert_int_equal(f.size, 0);
    rt_file_free(&f);
    check_no_errors(d);
    diag_close(d);
}

static void test_gzip(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("a.gz");
    size_t size = 300000;
    char *bytes = malloc(size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * i >> 3);
    check_write_gz(path, bytes, size);
    RtFile f, packed;
    assert_int_equal(read_file(path, RT_FILE_LIMIT, &f, d), RT_OK);
    assert_int_equal(f.size, size);
    assert_memory_equal(f.bytes, bytes, size);
    rt_file_free(&f);
    /* a bomb */
    assert_int_equal(read_file(path, size - 1, &f, d), RT_BAD_INPUT);
    check_says(d, "larger than the limit of 299999 bytes");
    assert_null(f.bytes);
    /* two members, cut short, damaged */
    FILE *raw = fopen(path, "rb");
    packed.bytes = malloc(2 * size);
    packed.size = fread(packed.bytes, 1, size, raw);
    fclose(raw);
    memcpy(packed.bytes + packed.size, packed.bytes, packed.size);
    assert_int_equal(
        rt_gunzip("two", packed.bytes, 2 * packed.size, RT_FILE_LIMIT, &f, d), RT_OK);
    assert_int_equal(f.size, 2 * size);
    rt_file_free(&f);
    assert_int_equal(
        rt_gunzip("cut", packed.bytes, packed.size - 9, RT_FILE_LIMIT, &f, d),
        RT_BAD_INPUT);
    check_says(d, "cut: error: the gzip data is truncated");
    packed.bytes[packed.size - 6] ^= 1;
    assert_int_equal(rt_gunzip("bad", packed.bytes, packed.size, RT_FILE_LIMIT, &f, d),
                     RT_BAD_INPUT);
    check_says(d, "bad: error: the gzip data is damaged");
    free(packed.bytes);
    free(bytes);
    diag_close(d);
}

/* 1 MiB of zeros, again and again. */
static void test_gzip_bomb(void **state)
{
    (void)state;
    enum { MEMBER = 1 << 20, MEMBERS = 300 };
    DiagList *d = diag_open();
    const char *path = check_path("member.gz");
    char *zeros = calloc(MEMBER, 1);
    unsigned char member[4096], *all = malloc(MEMBERS * sizeof member);
    check_write_gz(path, zeros, MEMBER);
    FILE *raw = fopen(path, "rb");
    size_t size = fread(member, 1, sizeof member, raw);
    fclose(raw);
    for (size_t i = 0; i < MEMBERS; i++)
        memcpy(all + i * size, member, size);
    RtFile f;
    assert_int_equal(rt_gunzip("few", all, 255 * size, RT_FILE_LIMIT, &f, d), RT_OK);
    rt_file_free(&f);
    assert_int_equal(rt_gunzip("bomb", all, MEMBERS * size, RT_FILE_LIMIT, &f, d),
                     RT_BAD_INPUT);
    check_says(d, "bomb: error: it unpacks to more than 500 times its size");
    free(all);
    free(zeros);
    diag_close(d);
}

static void test_errors_of_reading(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    RtFile f;
    assert_int_equal(read_file(check_path("none"), 10, &f, d), RT_IO);
    check_says(d, "none: error: cannot open: No such file or directory");
    assert_int_equal(read_file(check_folder(), 10, &f, d), RT_IO);
    check_says(d, "cannot read: Is a directory");
    const char *path = check_path("eleven");
    check_write_text(path, "12345678901");
    assert_int_equal(read_file(path, 10, &f, d), RT_BAD_INPUT);
    check_says(d, "larger than the limit of 10 bytes");
    assert_int_equal(read_file(path, 11, &f, d), RT_OK);
    rt_file_free(&f);
    assert_int_equal(read_file("/dev/zero", 100000, &f, d), RT_BAD_INPUT);
    diag_close(d);
}

static void test_nothing_lost_when_the_disk_is_full(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("kept");
    assert_int_equal(write_text(path, "precious", d), RT_OK);
    int files = check_files();
    struct rlimit old, small = {4096, 0};
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    char *big = calloc(1, 100000);
    RtPiece piece = {big, 100000};
    RtStatus st = rt_file_write(path, &piece, 1, d);
    setrlimit(RLIMIT_FSIZE, &old);
    free(big);
    assert_int_equal(st, RT_IO);
    check_says(d, "kept: error: cannot write: File too large");
    assert_int_equal(check_files(), files);
    RtFile f;
    assert_int_equal(read_file(path, 100, &f, d), RT_OK);
    assert_string_equal((char *)f.bytes, "precious");
    rt_file_free(&f);
    diag_clear(d);
    assert_int_equal(write_text("/dev/full", "x", d), RT_IO);
    check_says(d, "/dev/full: error: cannot write: No space left on device");
    diag_close(d);
}

static void test_errors_of_writing(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    assert_int_equal(write_text(check_folder(), "x", d), RT_IO);
    check_says(d, "cannot write: it is a folder");
    assert_int_equal(write_text(check_path("no/such/folder"), "x", d), RT_IO);
    check_says(d, "cannot create a temporary file beside it: No such file or directory");
    const char *nowhere = check_path("nowhere");
    assert_int_equal(symlink("nobody", nowhere), 0);
    assert_int_equal(write_text(nowhere, "x", d), RT_IO);
    check_says(d, "nowhere: error: cannot write: it is a link that leads nowhere");
    unlink(nowhere);
    if (geteuid() != 0) {
        const char *path = check_path("locked");
        check_write_text(path, "old");
        chmod(path, 0444);
        assert_int_equal(write_text(path, "new", d), RT_IO);
        check_says(d, "cannot write: Permission denied");
    }
    diag_close(d);
}

static void test_check_writable(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("maybe");
    int files = check_files();
    assert_int_equal(rt_file_check_writable(path, d), RT_OK);
    assert_int_equal(rt_file_check_writable("/dev/null", d), RT_OK);
    assert_int_equal(check_files(), files);
    check_no_errors(d);
    assert_int_equal(rt_file_check_writable(check_path("no/folder"), d), RT_IO);
    check_says(d, "no/folder: error: cannot create a temporary file beside it");
    assert_int_equal(rt_file_check_writable(check_folder(), d), RT_IO);
    diag_close(d);
}

/* In place of libc's. Who asks for the umask sets it, for all threads of the process: what
 * another makes at that moment would be everybody's to write. */
static size_t umasks;

mode_t umask(mode_t mask)
{
    umasks++;
    return (mode_t)syscall(SYS_umask, mask);
}

static void test_modes_and_links(void **state)
{
    (void)state;
    DiagList *d = diag_open();
    const char *path = check_path("mode"), *link_path = check_path("link");
    struct stat s;
    check_write_text(path, "old");
    chmod(path, 0640);
    assert_int_equal(symlink("mode", link_path), 0);
    assert_int_equal(write_text(link_path, "new", d), RT_OK);
    lstat(link_path, &s);
    assert_true(S_ISLNK(s.st_mode));
    stat(path, &s);
    assert_int_equal(s.st_mode & 0777, 0640);
    assert_int_equal(s.st_size, 3);
    mode_t mask = umask(027);
    const char *fresh = check_path("fresh"), *program = check_path("program");
    RtPiece piece = {"x", 1};
    size_t before = umasks;
    assert_int_equal(write_text(fresh, "x", d), RT_OK);
    assert_int_equal(rt_file_write_program(program, &piece, 1, d), RT_OK);
    assert_int_equal(umasks, before);
    umask(mask);
    stat(fresh, &s);
    assert_int_equal(s.st_mode & 0777, 0640);
    stat(program, &s);
    assert_int_equal(s.st_mode & 0777, 0750);
    check_no_errors(d);
    diag_close(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_gzip_bomb),
        cmocka_unit_test(test_errors_of_reading),
        cmocka_unit_test(test_nothing_lost_when_the_disk_is_full),
        cmocka_unit_test(test_errors_of_writing), cmocka_unit_test(test_check_writable),
        cmocka_unit_test(test_modes_and_links),
    };
    return cmocka_run_group_tests(tests, NULL, check_cleanup);
}
