/* Linking by the C compiler of the machine, in a folder of its own: what the linker
 * leaves behind when it fails is nobody's output. */
#include "frontend/api/build/build.h"

#include "frontend/api/build/signals.h"
#include "runtime/file.h"
#include "runtime/folder.h"
#include "support/guard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define RESULT   "result"
#define MESSAGES "messages"

typedef struct Link {
    Arena *arena;
    const char *folder;
    const char **words; /* the command */
    size_t count, room;
    BuildSignals signals;
    DiagList *d;
} Link;

static const char *in_folder(const Link *l, const char *name)
{
    return arena_printf(l->arena, "%s/%s", l->folder, name);
}

static void add_word(Link *l, const char *word)
{
    ARENA_PUSH(l->arena, l->words, l->count, l->room, word);
}

/* $CC, which may have words of its own ("gcc -m64"), or cc. */
static void add_compiler(Link *l)
{
    const char *cc = getenv("CC");
    char *copy = arena_strdup(l->arena, cc && cc[strspn(cc, " ")] ? cc : "cc"), *next;
    for (char *w = strtok_r(copy, " ", &next); w; w = strtok_r(NULL, " ", &next))
        add_word(l, w);
}

static bool write_files(Link *l, const BuildFile *files, size_t count)
{
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        if (!files[i].size)
            continue;
        RtPiece piece = {files[i].bytes, files[i].size};
        good = !rt_file_write(in_folder(l, files[i].name), &piece, 1, l->d);
        if (!files[i].beside)
            add_word(l, in_folder(l, files[i].name));
    }
    return good;
}

static void report_exit(Link *l, int status)
{
    RtFile said = {0};
    DiagList *ignored = diag_open();
    rt_file_read(in_folder(l, MESSAGES), 1 << 20, &said, ignored);
    diag_error(l->d, (Place){0}, "'%s' could not link it (%s %d)%s%.2000s", l->words[0],
               WIFEXITED(status) ? "exit status" : "signal",
               WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
               said.size ? ":\n" : "", said.size ? (const char *)said.bytes : "");
    rt_file_free(&said);
    diag_close(ignored);
}

/* In a group of processes of its own, which is stopped as a whole. */
static int start(Link *l, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    for (int fd = 1; fd <= 2; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, in_folder(l, MESSAGES),
                                         O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, &l->signals.before);
    char **words = (char **)(uintptr_t)l->words;
    int problem = posix_spawnp(child, words[0], &actions, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return problem;
}

/* Until it ends, or is ended by a signal that came to us. */
static int wait_for(Link *l, pid_t child)
{
    int status = 0;
    for (pid_t ended = 0; !ended;) {
        ended = waitpid(child, &status, WNOHANG);
        if (!ended && build_signals_wait(&l->signals))
            kill(-child, SIGKILL);
    }
    return status;
}

static bool run(Link *l)
{
    pid_t child;
    add_word(l, NULL);
    int problem = start(l, &child);
    if (problem) {
        diag_error(
            l->d, (Place){0},
            "cannot link: '%s': %s; a C compiler is needed (cc, or what CC names), or "
            "--kind=object to link it elsewhere",
            l->words[0], strerror(problem));
        return false;
    }
    int status = wait_for(l, child);
    if (status)
        report_exit(l, status);
    return !status;
}

static void free_file(void *file) { rt_file_free(file); }

static bool read_result(Link *l, Text *out)
{
    RtFile f;
    GuardHold hold;
    if (access(in_folder(l, RESULT), R_OK)) {
        diag_error(l->d, (Place){0}, "'%s' says that it linked, but made no file",
                   l->words[0]);
        return false;
    }
    if (rt_file_read(in_folder(l, RESULT), RT_FILE_LIMIT, &f, l->d))
        return false;
    guard_hold(&hold, free_file, &f);
    text_add_bytes(out, f.bytes, f.size);
    guard_drop(&hold);
    rt_file_free(&f);
    return true;
}

static void empty_folder(const Link *l)
{
    DIR *folder = opendir(l->folder);
    for (struct dirent *f; folder && (f = readdir(folder));)
        unlink(in_folder(l, f->d_name));
    if (folder)
        closedir(folder);
}

/* A process that was ended may still be writing its last file. */
static void close_folder(void *link)
{
    const Link *l = link;
    empty_folder(l);
    for (int i = 0; rmdir(l->folder) && errno == ENOTEMPTY && i < 100; i++) {
        usleep(1000);
        empty_folder(l);
    }
}

static bool link_files(Link *l, const char *const *words, const BuildFile *files,
                       size_t count, Text *out)
{
    add_compiler(l);
    for (; *words; words++)
        add_word(l, *words);
    add_word(l, "-o");
    add_word(l, in_folder(l, RESULT));
    bool good = write_files(l, files, count);
    add_word(l, "-lc"); /* first: libm is only taken for what libc lacks */
    add_word(l, "-lm");
    return good && run(l) && read_result(l, out);
}

static void release_signals(void *link)
{
    Link *l = link;
    build_signals_release(&l->signals);
}

bool build_link(const char *const *words, const BuildFile *files, size_t count, Text *out,
                DiagList *d)
{
    Link l = {.arena = arena_open(), .d = d};
    GuardHold signals, folder;
    build_signals_hold(&l.signals);
    guard_hold(&signals, release_signals, &l);
    bool good = !rt_folder_make(l.arena, "to link in", &l.folder, d);
    if (good) {
        guard_hold(&folder, close_folder, &l);
        good = link_files(&l, words, files, count, out);
        guard_drop(&folder);
        close_folder(&l);
    }
    guard_drop(&signals);
    build_signals_release(&l.signals);
    arena_close(l.arena);
    return good;
}
