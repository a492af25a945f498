#include "check.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char folder[256];
static char *paths[256];
static size_t path_count;

const char *check_folder(void)
{
    if (!folder[0]) {
        const char *dir = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/descent-test-XXXXXX", dir ? dir : P_tmpdir);
        assert_non_null(mkdtemp(folder));
    }
    return folder;
}

static const char *join(const char *dir, const char *name)
{
    char *p = malloc(strlen(dir) + strlen(name) + 2);
    sprintf(p, "%s/%s", dir, name);
    assert_true(path_count < sizeof paths / sizeof *paths);
    return paths[path_count++] = p;
}

const char *check_path(const char *name)
{
    return join(check_folder(), name);
}

const char *check_data(const char *name)
{
    const char *dir = getenv("DESCENT_DATA");
    return join(dir ? dir : "../shared/data", name);
}

int check_files(void)
{
    int n = 0;
    DIR *d = opendir(check_folder());
    for (struct dirent *e; (e = readdir(d));)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

int check_cleanup(void **state)
{
    (void)state;
    if (folder[0]) {
        DIR *d = opendir(folder);
        for (struct dirent *e; (e = readdir(d));)
            if (e->d_name[0] != '.')
                unlink(join(folder, e->d_name));
        closedir(d);
        rmdir(folder);
        folder[0] = 0;
    }
    while (path_count)
        free(paths[--path_count]);
    return 0;
}

void check_write(const char *path, const void *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    fclose(f);
}

void check_write_text(const char *path, const char *text)
{
    check_write(path, text, strlen(text));
}

void check_write_gz(const char *path, const void *bytes, size_t size)
{
    gzFile f = gzopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(gzwrite(f, bytes, (unsigned)size), (int)size);
    gzclose(f);
}

int check_exists(const char *path)
{
    struct stat s;
    return !stat(path, &s);
}

void check_says(const DiagList *d, const char *text)
{
    char *printed = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&printed, &size);
    diag_print(d, f);
    fclose(f);
    int found = strstr(printed, text) != NULL;
    if (!found)
        print_error("expected: %s\nfound:\n%s\n", text, printed);
    free(printed);
    assert_true(found);
}

void check_no_errors(const DiagList *d)
{
    if (diag_errors(d))
        diag_print(d, stderr);
    assert_int_equal(diag_errors(d), 0);
}
