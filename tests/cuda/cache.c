/* Cubins on disk: found again, and compiled again where anything is not as it was. */
#include "tests/cuda/gpu.h"

#include "backends/cuda/cache.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct World {
    Arena *arena;
    DiagList *diags;
    CudaCompiler *compiler;
    CudaCache cache;
    const char *root;
} World;

static World open_world(void)
{
    World w = {.arena = arena_open(), .diags = diag_open()};
    char *root = arena_strdup(w.arena, P_tmpdir "/descent-cache-XXXXXX");
    assert_non_null(mkdtemp(root));
    w.root = root;
    w.cache = (CudaCache){arena_printf(w.arena, "%s/a/b", root), 1 << 30};
    assert_int_equal(cuda_compiler_open(NULL, &w.compiler, w.diags), RT_OK);
    return w;
}

/* The one entry of the folder, or the n-th; NULL: there are fewer. */
static const char *entry(const World *w, int n)
{
    DIR *folder = opendir(w->cache.folder);
    const char *path = NULL;
    for (struct dirent *f; folder && !path && (f = readdir(folder));)
        if (f->d_name[0] != '.' && !n--)
            path = arena_printf(w->arena, "%s/%s", w->cache.folder, f->d_name);
    if (folder)
        closedir(folder);
    return path;
}

static void close_world(World *w)
{
    for (const char *path; (path = entry(w, 0));)
        assert_int_equal(remove(path), 0);
    rmdir(w->cache.folder);
    rmdir(arena_printf(w->arena, "%s/a", w->root));
    assert_int_equal(rmdir(w->root), 0);
    cuda_compiler_close(w->compiler);
    diag_close(w->diags);
    arena_close(w->arena);
}

/* Compiles; whether it was found. The code is a shared object of the emulator. */
static bool compile(const World *w, const char *text, const char *option)
{
    Text out = {0};
    bool found = false;
    CudaSource s = {.name = "x.cu",
                    .text = text,
                    .architecture = "sm_80",
                    .options = &option,
                    .option_count = option ? 1 : 0};
    assert_int_equal(
        cuda_cache_compile(&w->cache, w->compiler, &s, &out, &found, w->diags), RT_OK);
    assert_true(out.length > 4 && !memcmp(out.bytes, "\177ELF", 4));
    text_free(&out);
    return found;
}

static const char one[] = "extern \"C\" __global__ void f(float *x) { *x = 1; }";
static const char two[] = "extern \"C\" __global__ void f(float *x) { *x = 2; }";

static void found_again(void **state)
{
    (void)state;
    World w = open_world();
    assert_false(compile(&w, one, NULL));
    assert_true(compile(&w, one, NULL));
    assert_false(compile(&w, two, NULL));
    assert_false(compile(&w, one, "--fmad=false"));
    assert_true(compile(&w, one, "--fmad=false"));
    assert_true(compile(&w, two, NULL));
    assert_non_null(entry(&w, 2));
    assert_null(entry(&w, 3));
    assert_int_equal(diag_count(w.diags), 0);
    close_world(&w);
}

/* Changes a byte at `at` (from the end if negative), or cuts the file there. */
static void damage(const World *w, long at, bool cut)
{
    const char *path = entry(w, 0);
    FILE *f = fopen(path, "r+");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, at < 0 ? SEEK_END : SEEK_SET), 0);
    at = ftell(f);
    int c = fgetc(f);
    fseek(f, at, SEEK_SET);
    fputc(c ^ 1, f);
    fclose(f);
    if (cut)
        assert_int_equal(truncate(path, at), 0);
}

static void damaged(void **state)
{
    (void)state;
    static const struct {
        long at;
        bool cut;
    } cases[] = {{-1, false}, {0, false}, {20, false}, {40, false}, {-1000, false},
                 {0, true},   {20, true}, {50, true},  {-1, true}};
    World w = open_world();
    assert_false(compile(&w, one, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        damage(&w, cases[i].at, cases[i].cut);
        assert_false(compile(&w, one, NULL));
        assert_true(compile(&w, one, NULL));
    }
    assert_null(entry(&w, 1)); /* no temporary files */
    assert_int_equal(diag_count(w.diags), 0);
    close_world(&w);
}

/* The one that was used least recently goes. */
static void bounded(void **state)
{
    (void)state;
    World w = open_world();
    struct stat st;
    assert_false(compile(&w, one, NULL));
    assert_int_equal(stat(entry(&w, 0), &st), 0);
    w.cache.limit = (uint64_t)st.st_size * 5 / 2; /* two and a half */
    assert_false(compile(&w, two, NULL));
    usleep(20000); /* file systems count time in steps */
    assert_true(compile(&w, one, NULL));
    usleep(20000);
    assert_false(compile(&w, one, "--fmad=false"));
    assert_null(entry(&w, 2));
    assert_true(compile(&w, one, NULL));
    assert_false(compile(&w, two, NULL));
    close_world(&w);
}

/* A folder that cannot be made, and none: all is compiled, and nothing is said. */
static void unusable(void **state)
{
    (void)state;
    World w = open_world();
    CudaCache good = w.cache;
    w.cache.folder = "/dev/null/cubin";
    assert_false(compile(&w, one, NULL));
    assert_false(compile(&w, one, NULL));
    w.cache.folder = NULL;
    assert_false(compile(&w, one, NULL));
    assert_int_equal(diag_count(w.diags), 0);
    w.cache = good;
    close_world(&w);
}

/* A pipe in an entry's place would be waited for, a folder cannot be read: they stay. */
static void no_files(void **state)
{
    (void)state;
    World w = open_world();
    assert_false(compile(&w, one, NULL));
    const char *path = entry(&w, 0);
    for (int pipe = 0; pipe < 2; pipe++) {
        assert_int_equal(remove(path), 0);
        assert_int_equal(pipe ? mkfifo(path, 0600) : mkdir(path, 0700), 0);
        alarm(60);
        assert_false(compile(&w, one, NULL));
        w.cache.limit = 1;
        assert_false(compile(&w, two, NULL)); /* looks at all entries */
        alarm(0);
        assert_string_equal(entry(&w, 0), path);
        w.cache.limit = 1 << 30;
    }
    assert_int_equal(diag_count(w.diags), 0);
    close_world(&w);
}

static void dropped(void **state)
{
    (void)state;
    World w = open_world();
    CudaSource s = {.name = "x.cu", .text = one, .architecture = "sm_80"};
    CudaCache none = {0};
    assert_false(compile(&w, one, NULL));
    assert_false(compile(&w, two, NULL));
    cuda_cache_drop(&w.cache, w.compiler, &s);
    cuda_cache_drop(&none, w.compiler, &s);
    assert_true(compile(&w, two, NULL));
    assert_false(compile(&w, one, NULL));
    close_world(&w);
}

static void places(void **state)
{
    (void)state;
    Arena *a = arena_open();
    setenv("HOME", "/h", 1);
    setenv("XDG_CACHE_HOME", "/x", 1);
    assert_string_equal(cuda_cache_default(a).folder, "/x/descent/cubin");
    setenv("XDG_CACHE_HOME", "", 1);
    assert_string_equal(cuda_cache_default(a).folder, "/h/.cache/descent/cubin");
    unsetenv("HOME");
    assert_null(cuda_cache_default(a).folder);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_again), cmocka_unit_test(damaged),
        cmocka_unit_test(bounded),     cmocka_unit_test(unusable),
        cmocka_unit_test(no_files),    cmocka_unit_test(dropped),
        cmocka_unit_test(places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
