#include "runtime/file.h"

#include "runtime/clock.h"
#include "runtime/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static RtStatus fail_errno(DiagList *d, const char *path, const char *what)
{
    return rt_fail_file(d, RT_IO, path, "cannot %s: %s", what, strerror(errno));
}

static RtStatus fail_too_large(DiagList *d, const char *path, size_t limit)
{
    return rt_fail_file(d, RT_BAD_INPUT, path, "larger than the limit of %zu bytes",
                        limit);
}

RtStatus rt_file_grow(RtFile *f, size_t *room, const char *path, size_t limit,
                      DiagList *d)
{
    if (f->size + 1 < *room)
        return RT_OK;
    if (f->size > limit)
        return fail_too_large(d, path, limit);
    size_t more = *room < 65536 ? 65536 : *room * 2;
    if (more > limit + 2)
        more = limit + 2;    /* one byte over the limit shows that there is too much */
    unsigned char *p = realloc(f->bytes, more);
    if (!p)
        return rt_no_memory(d, more);
    f->bytes = p;
    *room = more;
    return RT_OK;
}

RtStatus rt_file_finish(RtFile *f, const char *path, size_t limit, DiagList *d)
{
    if (f->size > limit)
        return fail_too_large(d, path, limit);
    f->bytes[f->size] = 0;
    return RT_OK;
}

static RtStatus read_all(int fd, const char *path, size_t limit, RtFile *f, DiagList *d)
{
    struct stat s;
    size_t room = 0;
    if (!fstat(fd, &s) && S_ISREG(s.st_mode) && s.st_size > 0 &&
        (size_t)s.st_size <= limit) {
        room = (size_t)s.st_size + 2;    /* room to see the end without another block */
        if (!(f->bytes = malloc(room)))
            return rt_no_memory(d, room);
    }
    for (;;) {
        RtStatus st = rt_file_grow(f, &room, path, limit, d);
        if (st)
            return st;
        ssize_t n = read(fd, f->bytes + f->size, room - f->size - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(d, path, "read");
        if (!n)
            return rt_file_finish(f, path, limit, d);
        f->size += (size_t)n;
    }
}

RtStatus rt_file_read(const char *path, size_t limit, RtFile *out, DiagList *d)
{
    *out = (RtFile){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(d, path, "open");
    RtFile f = {0};
    RtStatus st = read_all(fd, path, limit, &f, d);
    close(fd);
    if (!st && f.size >= 2 && f.bytes[0] == 0x1f && f.bytes[1] == 0x8b) {
        st = rt_gunzip(path, f.bytes, f.size, limit, out, d);
        rt_file_free(&f);
        return st;
    }
    if (st)
        rt_file_free(&f);
    *out = f;
    return st;
}

void rt_file_free(RtFile *f)
{
    free(f->bytes);
    *f = (RtFile){0};
}

static bool write_all(int fd, const RtPiece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned char *p = pieces[i].bytes;
        for (size_t left = pieces[i].size; left;) {
            ssize_t n = write(fd, p, left < 1u << 30 ? left : 1u << 30);
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0)
                return false;
            p += n;
            left -= (size_t)n;
        }
    }
    return true;
}

/* A device or a pipe cannot be renamed over. */
static RtStatus write_special(const char *path, const RtPiece *pieces, size_t count,
                              DiagList *d)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(d, path, "open for writing");
    bool good = write_all(fd, pieces, count);
    if (!good) {
        fail_errno(d, path, "write");
        close(fd);
        return RT_IO;
    }
    return close(fd) ? fail_errno(d, path, "write") : RT_OK;
}

/* The folder's entry must reach the disk as well; a file system that cannot sync a
 * folder does not make the write fail. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = strndup(slash ? path : ".", slash ? (size_t)(slash - path) + 1 : 1);
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

/* What the file has that is about to be replaced, or else what open gave it; a program is
 * one for everybody who may read it. The umask is the process's: to ask for it is to change
 * it, for other threads as well. */
static void set_mode(int fd, const struct stat *old, bool program)
{
    struct stat made;
    if (!old && (!program || fstat(fd, &made)))
        return;
    mode_t mode = (old ? old : &made)->st_mode & 07777;
    (void)!fchmod(fd, program ? mode | (mode & 0444) >> 2 : mode);
}

/* Letters that nobody else chooses now, most likely. */
static void choose_name(char *out, size_t length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    uint64_t bits = rt_random((uint64_t)rt_clock_ns(), (uint64_t)getpid(), (uintptr_t)out);
    for (; length--; bits /= sizeof letters - 1)
        *out++ = letters[bits % (sizeof letters - 1)];
}

/* A new file in the same folder, and its name, which the caller frees; *name is NULL and
 * there is a diagnostic if there can be none. */
static RtStatus open_beside(const char *path, mode_t mode, char **name, int *fd,
                            DiagList *d)
{
    enum { LETTERS = 6, TRIES = 100 };
    size_t length = strlen(path);
    if (!(*name = calloc(length + LETTERS + 2, 1)))
        return rt_no_memory(d, length + LETTERS + 2);
    memcpy(*name, path, length);
    (*name)[length] = '.';
    *fd = -1;
    for (int i = 0; i < TRIES && *fd < 0 && (!i || errno == EEXIST); i++) {
        choose_name(*name + length + 1, LETTERS);
        *fd = open(*name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    }
    if (*fd >= 0)
        return RT_OK;
    RtStatus st = fail_errno(d, path, "create a temporary file beside it");
    free(*name);
    *name = NULL;
    return st;
}

static RtStatus write_beside(const char *path, const struct stat *old, bool program,
                             const RtPiece *pieces, size_t count, DiagList *d)
{
    char *name;
    int fd = -1;
    RtStatus st = open_beside(path, old ? 0600 : 0666, &name, &fd, d);
    if (st)
        return st;
    set_mode(fd, old, program);
    bool good = write_all(fd, pieces, count) && !fsync(fd);
    int problem = errno;
    if (close(fd) && good) {
        good = false;
        problem = errno;
    }
    if (good && rename(name, path)) {
        good = false;
        problem = errno;
    }
    if (good) {
        sync_folder(path);
    } else {
        unlink(name);
        errno = problem;
        st = fail_errno(d, path, "write");
    }
    free(name);
    return st;
}

/* How a path is written to: beside it (`real`, owned by the caller, is then the path
 * with its links followed), or directly (real is NULL). *old holds what is there now, if
 * `exists`. */
static RtStatus find_way(const char *path, char **real, struct stat *old, bool *exists,
                         DiagList *d)
{
    *real = NULL;
    struct stat link;
    *exists = !stat(path, old);
    if (!*exists && !lstat(path, &link))
        return rt_fail_file(d, RT_IO, path, "cannot write: it is a link that leads nowhere");
    if (!*exists)
        return (*real = strdup(path)) ? RT_OK : rt_no_memory(d, strlen(path));
    if (S_ISDIR(old->st_mode))
        return rt_fail_file(d, RT_IO, path, "cannot write: it is a folder");
    if (access(path, W_OK))
        return fail_errno(d, path, "write");
    if (S_ISREG(old->st_mode) && !(*real = realpath(path, NULL)))
        return fail_errno(d, path, "write");
    return RT_OK;
}

static RtStatus write_file(const char *path, bool program, const RtPiece *pieces,
                           size_t count, DiagList *d)
{
    struct stat old;
    bool exists;
    char *real;
    RtStatus st = find_way(path, &real, &old, &exists, d);
    if (!st)
        st = real ? write_beside(real, exists ? &old : NULL, program, pieces, count, d)
                  : write_special(path, pieces, count, d);
    free(real);
    return st;
}

RtStatus rt_file_write(const char *path, const RtPiece *pieces, size_t count, DiagList *d)
{
    return write_file(path, false, pieces, count, d);
}

RtStatus rt_file_write_program(const char *path, const RtPiece *pieces, size_t count,
                               DiagList *d)
{
    return write_file(path, true, pieces, count, d);
}

RtStatus rt_file_check_writable(const char *path, DiagList *d)
{
    struct stat old;
    bool exists;
    char *real;
    RtStatus st = find_way(path, &real, &old, &exists, d);
    if (!st && real) {
        char *name;
        int fd = -1;
        st = open_beside(real, 0600, &name, &fd, d);
        if (!st) {
            close(fd);
            unlink(name);
        }
        free(name);
    }
    free(real);
    return st;
}
