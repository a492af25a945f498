#include "backends/cuda/search.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file of CUDA: the folders of a toolkit where it is, and that of site-packages where
 * PyPI's package has it. */
typedef struct Wanted {
    const char *file, *toolkit[2], *package;
} Wanted;

static const Wanted nvrtc[] = {
    {"libnvrtc.so.13", {"lib64", "lib"}, "nvidia/cu13/lib"},
    {"libnvrtc.so.12", {"lib64", "lib"}, "nvidia/cuda_nvrtc/lib"},
    {0},
};
static const Wanted nvdisasm[] = {
    {"nvdisasm", {"bin"}, "nvidia/cu13/bin"},
    {"nvdisasm", {NULL}, "nvidia/cuda_nvdisasm/bin"},
    {0},
};

static void add(CudaPaths *p, const char *path)
{
    ARENA_PUSH(p->arena, p->items, p->count, p->room, path);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static void add_toolkit(CudaPaths *p, const Wanted *w, const char *root)
{
    for (; root && w->file; w++)
        for (int f = 0; f < 2 && w->toolkit[f]; f++)
            add(p, arena_printf(p->arena, "%s/%s/%s", root, w->toolkit[f], w->file));
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
static void add_python(CudaPaths *p, const Wanted *w, const char *prefix)
{
    for (; prefix && w->file; w++)
        add_matches(p, arena_printf(p->arena, "%s/lib/python3*/*-packages/%s/%s", prefix,
                                    w->package, w->file));
}

/* Folder i of PATH; NULL at its end. */
static const char *path_folder(Arena *a, int i)
{
    const char *path = variable("PATH");
    for (; path && i; i--) {
        path = strchr(path, ':');
        path = path ? path + 1 : NULL;
    }
    return path ? arena_strndup(a, path, strcspn(path, ":")) : NULL;
}

/* The prefix of PREFIX/bin/python3, the first on PATH; NULL if there is none. */
static const char *python_prefix(Arena *a)
{
    const char *folder;
    for (int i = 0; (folder = path_folder(a, i)); i++)
        if (!access(arena_printf(a, "%s/python3", folder), X_OK))
            return arena_printf(a, "%s/..", folder);
    return NULL;
}

static void add_everywhere(CudaPaths *p, const Wanted *w)
{
    add_toolkit(p, w, variable("CUDA_HOME"));
    add_toolkit(p, w, variable("CUDA_PATH"));
    add_toolkit(p, w, "/usr/local/cuda");
    add_toolkit(p, w, variable("CONDA_PREFIX")); /* conda's own packages */
    add_python(p, w, variable("VIRTUAL_ENV"));
    add_python(p, w, variable("CONDA_PREFIX"));
    const char *python = python_prefix(p->arena), *home = variable("HOME");
    add_python(p, w, python);
    if (python) /* of Debian's python3, what pip installs */
        add_python(p, w, arena_printf(p->arena, "%s/local", python));
    if (home)
        add_python(p, w, arena_printf(p->arena, "%s/.local", home));
}

void cuda_search_nvrtc(CudaPaths *p)
{
    for (const Wanted *w = nvrtc; w->file; w++)
        add(p, w->file);
    add_everywhere(p, nvrtc);
}

void cuda_search_nvdisasm(CudaPaths *p)
{
    const char *folder;
    for (int i = 0; (folder = path_folder(p->arena, i)); i++)
        add(p, arena_printf(p->arena, "%s/nvdisasm", folder));
    add_everywhere(p, nvdisasm);
}
