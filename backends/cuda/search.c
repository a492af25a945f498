#include "backends/cuda/search.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A version of NVRTC: its file, and the folder of site-packages where PyPI's package
 * has it. */
static const struct {
    const char *file, *package;
} versions[] = {
    {"libnvrtc.so.13", "nvidia/cu13/lib"},
    {"libnvrtc.so.12", "nvidia/cuda_nvrtc/lib"},
};
enum { VERSIONS = sizeof versions / sizeof *versions };

static void add(CudaPaths *p, const char *path)
{
    ARENA_PUSH(p->arena, p->items, p->count, p->room, path);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static void add_toolkit(CudaPaths *p, const char *root)
{
    static const char *const folders[] = {"lib64", "lib"};
    for (int v = 0; root && v < VERSIONS; v++)
        for (int f = 0; f < 2; f++)
            add(p,
                arena_printf(p->arena, "%s/%s/%s", root, folders[f], versions[v].file));
}

static void add_matches(CudaPaths *p, const char *pattern)
{
    glob_t found;
    if (glob(pattern, 0, NULL, &found))
        return;
    for (size_t i = 0; i < found.gl_pathc; i++)
        add(p, arena_strdup(p->arena, found.gl_pathv[i]));
    globfree(&found);
}

/* Debian's Python has dist-packages. */
static void add_python(CudaPaths *p, const char *prefix)
{
    for (int v = 0; prefix && v < VERSIONS; v++)
        add_matches(p, arena_printf(p->arena, "%s/lib/python3*/*-packages/%s/%s", prefix,
                                    versions[v].package, versions[v].file));
}

/* The prefix of PREFIX/bin/python3, the first on PATH; NULL if there is none. */
static const char *python_prefix(Arena *a)
{
    const char *path = variable("PATH");
    while (path) {
        const char *colon = strchr(path, ':');
        size_t length = colon ? (size_t)(colon - path) : strlen(path);
        const char *folder = arena_strndup(a, path, length);
        if (!access(arena_printf(a, "%s/python3", folder), X_OK))
            return arena_printf(a, "%s/..", folder);
        path = colon ? colon + 1 : NULL;
    }
    return NULL;
}

void cuda_search_nvrtc(CudaPaths *p)
{
    for (int v = 0; v < VERSIONS; v++)
        add(p, versions[v].file);
    add_toolkit(p, variable("CUDA_HOME"));
    add_toolkit(p, variable("CUDA_PATH"));
    add_toolkit(p, "/usr/local/cuda");
    add_toolkit(p, variable("CONDA_PREFIX")); /* conda's own packages */
    add_python(p, variable("VIRTUAL_ENV"));
    add_python(p, variable("CONDA_PREFIX"));
    const char *python = python_prefix(p->arena), *home = variable("HOME");
    add_python(p, python);
    if (python) /* of Debian's python3, what pip installs */
        add_python(p, arena_printf(p->arena, "%s/local", python));
    if (home)
        add_python(p, arena_printf(p->arena, "%s/.local", home));
}
