#include "backends/cuda/nvrtc.h"

#include "backends/cuda/library.h"
#include "backends/cuda/search.h"

#include <stdlib.h>
#include <string.h>

typedef struct Api {
#define CUDA(field, symbol, arguments) int(*field) arguments;
#include "backends/cuda/nvrtc.def"
} Api;

struct CudaCompiler {
    Arena *arena;
    void *library;
    Api api;
    int version;
    const char *path;
};

static const CudaSymbol symbols[] = {
#define CUDA(field, symbol, arguments) {#symbol, offsetof(Api, field)},
#include "backends/cuda/nvrtc.def"
};

/* ---------------------------------------------------------------------------- opening */

static const char *fill(CudaCompiler *c)
{
    return cuda_library_fill(c->library, symbols, sizeof symbols / sizeof *symbols,
                             &c->api);
}

static int version_of(const CudaCompiler *c)
{
    int major = 0, minor = 0;
    c->api.version(&major, &minor);
    return 1000 * major + 10 * minor;
}

static bool knows(const CudaCompiler *c, const char *architecture)
{
    enum { MOST = 256 };
    int all[MOST], count = 0,
                   wanted = atoi(architecture + strcspn(architecture, "0123456789"));
    if (c->api.architecture_count(&count) || count > MOST || c->api.architectures(all))
        return true; /* compiling will tell */
    for (int i = 0; i < count; i++)
        if (all[i] == wanted)
            return true;
    return false;
}

static RtStatus unknown_architecture(const CudaCompiler *c, const char *name, DiagList *d)
{
    return rt_fail(
        d, RT_IO, (Place){0},
        "cuda: NVRTC of CUDA %d.%d (%s) does not know %s: install a newer one (pip "
        "install nvidia-cuda-nvrtc)",
        c->version / 1000, c->version % 1000 / 10, c->path, name);
}

static RtStatus too_new(const CudaCompiler *c, int driver, DiagList *d)
{
    return rt_fail(
        d, RT_IO, (Place){0},
        "cuda: NVRTC is of CUDA %d.%d (%s), but the NVIDIA driver supports "
        "CUDA %d.%d and loads no code of a later major version; update the driver, "
        "or install NVRTC of CUDA %d (pip install nvidia-cuda-nvrtc-cu%d)",
        c->version / 1000, c->version % 1000 / 10, c->path, driver / 1000,
        driver % 1000 / 10, driver / 1000, driver / 1000);
}

/* What NVRTC opens by name when it compiles, which the loader finds where it looks only: not in
 * the folder of a Python package. Once it is open, the loader knows it. */
static void open_builtins(const CudaCompiler *c)
{
    const char *slash = strrchr(c->path, '/');
    int folder = slash ? (int)(slash - c->path) : 0;
    const char *path =
        arena_printf(c->arena, "%.*s/libnvrtc-builtins.so.%d.%d", folder, c->path,
                     c->version / 1000, c->version % 1000 / 10);
    if (folder)
        cuda_library_close(cuda_library_open(path, NULL));
}

/* Whether the library can be used for the GPU (NULL: for any); else, if `d` is given,
 * an error that says why not. */
static RtStatus check_library(CudaCompiler *c, const CudaInfo *gpu, DiagList *d)
{
    const char *missing = fill(c);
    if (missing)
        return rt_fail(d, RT_IO, (Place){0},
                       "cuda: %s has no function %s: NVRTC of CUDA 12 or newer is needed",
                       c->path, missing);
    c->version = version_of(c);
    if (gpu && c->version / 1000 > gpu->driver_version / 1000)
        return too_new(c, gpu->driver_version, d);
    if (gpu && !knows(c, gpu->architecture))
        return unknown_architecture(c, gpu->architecture, d);
    open_builtins(c);
    return RT_OK;
}

/* Opens a file; keeps it if it is fit. One that is not *there is no error. */
static RtStatus open_path(CudaCompiler *c, const char *path, const CudaInfo *gpu,
                          bool *there, DiagList *d)
{
    c->library = cuda_library_open(path, NULL);
    *there = c->library != NULL;
    if (!*there)
        return RT_IO;
    c->path = arena_strdup(c->arena, cuda_library_path(c->library));
    RtStatus st = check_library(c, gpu, d);
    if (st) {
        cuda_library_close(c->library);
        c->library = NULL;
    }
    return st;
}

static RtStatus open_named(CudaCompiler *c, const char *path, const CudaInfo *gpu,
                           DiagList *d)
{
    const char *reason = NULL;
    bool there;
    RtStatus st = open_path(c, path, gpu, &there, d);
    if (there)
        return st;
    cuda_library_close(cuda_library_open(path, &reason));
    return rt_fail(d, RT_IO, (Place){0}, "cuda: DESCENT_NVRTC names no NVRTC: %s",
                   reason);
}

static RtStatus none_found(DiagList *d)
{
    return rt_fail(d, RT_IO, (Place){0},
                   "cuda: NVRTC was not found: libnvrtc.so.13 or libnvrtc.so.12 in the "
                   "loader's path, CUDA_HOME, CUDA_PATH, /usr/local/cuda or a Python "
                   "environment; install a CUDA toolkit, or `pip install "
                   "nvidia-cuda-nvrtc`, or name the file by DESCENT_NVRTC");
}

/* The first that is fit. If none is, those that were there say why. */
static RtStatus open_any(CudaCompiler *c, const CudaInfo *gpu, DiagList *d)
{
    CudaPaths paths = {.arena = c->arena};
    DiagList *why = diag_open();
    RtStatus st = RT_IO;
    bool there;
    cuda_search_nvrtc(&paths);
    for (size_t i = 0; i < paths.count && st; i++)
        st = open_path(c, paths.items[i], gpu, &there, why);
    if (st && diag_errors(why))
        diag_append(d, why);
    else if (st)
        st = none_found(d);
    diag_close(why);
    return st;
}

RtStatus cuda_compiler_open(const CudaInfo *gpu, CudaCompiler **out, DiagList *d)
{
    Arena *arena = arena_open();
    CudaCompiler *c = ARENA_NEW(arena, CudaCompiler);
    c->arena = arena;
    const char *named = getenv("DESCENT_NVRTC");
    RtStatus st = named && *named ? open_named(c, named, gpu, d) : open_any(c, gpu, d);
    if (st) {
        cuda_compiler_close(c);
        c = NULL;
    }
    *out = c;
    return st;
}

void cuda_compiler_close(CudaCompiler *c)
{
    if (!c)
        return;
    cuda_library_close(c->library);
    arena_close(c->arena);
}

int cuda_compiler_version(const CudaCompiler *c) { return c->version; }

const char *cuda_compiler_path(const CudaCompiler *c) { return c->path; }

/* -------------------------------------------------------------------------- compiling */

/* Adds what one of NVRTC's pairs of functions tells; its sizes count a final 0 of
 * texts. */
static int add_part(void *program, int (*size_of)(void *, size_t *),
                    int (*get)(void *, char *), bool text, Text *out)
{
    enum { NO_MEMORY = 1 };
    size_t size = 0;
    int error = size_of(program, &size);
    if (error || !size)
        return error;
    char *bytes = malloc(size);
    error = bytes ? get(program, bytes) : NO_MEMORY;
    if (!error)
        text_add_bytes(out, bytes, size - text);
    free(bytes);
    return error;
}

static int run(const CudaCompiler *c, const CudaSource *s, void *program)
{
    Arena *a = arena_open();
    const char **options = ARENA_ARRAY(a, const char *, s->option_count + 1);
    options[0] = arena_printf(a, "--gpu-architecture=%s", s->architecture);
    for (size_t i = 0; i < s->option_count; i++)
        options[i + 1] = s->options[i];
    int error = c->api.compile(program, (int)s->option_count + 1, options);
    arena_close(a);
    return error;
}

static int emit(const CudaCompiler *c, void *program, CudaFormat format, Text *out)
{
    return format == CUDA_CUBIN
               ? add_part(program, c->api.cubin_size, c->api.cubin, false, out)
               : add_part(program, c->api.ptx_size, c->api.ptx, true, out);
}

/* The code is ours, so this is no mistake of the user's. */
static RtStatus refused(const CudaSource *s, int error, const Text *log, DiagList *d)
{
    diag_add(d, DIAG_ERROR, DIAG_INTERNAL, (Place){0},
             "cuda: NVRTC does not compile %s (error %d)%s%s", s->name, error,
             log->length ? ":\n" : "", log->length ? log->bytes : "");
    return RT_FAILED;
}

RtStatus cuda_compile(const CudaCompiler *c, const CudaSource *s, CudaFormat format,
                      Text *out, Text *log, DiagList *d)
{
    if (!knows(c, s->architecture))
        return unknown_architecture(c, s->architecture, d);
    RtStatus st = RT_OK;
    Text said = {0};
    void *program = NULL;
    int error = c->api.create(&program, s->text, s->name, 0, NULL, NULL);
    if (!error)
        error = run(c, s, program);
    if (program)
        add_part(program, c->api.log_size, c->api.log, true, &said);
    if (!error)
        error = emit(c, program, format, out);
    if (program)
        c->api.destroy(&program);
    if (log && said.length)
        text_add_bytes(log, said.bytes, said.length);
    if (error)
        st = refused(s, error, &said, d);
    text_free(&said);
    return st;
}
