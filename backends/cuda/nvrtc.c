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

/* Why the last candidate that was there at all is not the one. */
typedef struct Refusal {
    const char *path;
    const char *missing; /* a function */
    int version;         /* too new */
} Refusal;

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

/* Opens a file; keeps it if it is fit. */
static bool open_path(CudaCompiler *c, const char *path, int driver, Refusal *why)
{
    c->library = cuda_library_open(path, NULL);
    if (!c->library)
        return false;
    *why = (Refusal){.path = path, .missing = fill(c)};
    if (!why->missing) {
        c->version = version_of(c);
        if (!driver || c->version / 1000 <= driver / 1000)
            return true;
        why->version = c->version;
    }
    cuda_library_close(c->library);
    c->library = NULL;
    return false;
}

static RtStatus too_new(const Refusal *why, int driver, DiagList *d)
{
    return rt_fail(
        d, RT_UNSUPPORTED, (Place){0},
        "unsupported: NVRTC is of CUDA %d.%d (%s), but the NVIDIA driver supports "
        "CUDA %d.%d and loads no code of a later major version; update the driver, "
        "or install NVRTC of CUDA %d (pip install nvidia-cuda-nvrtc-cu%d)",
        why->version / 1000, why->version % 1000 / 10, why->path, driver / 1000,
        driver % 1000 / 10, driver / 1000, driver / 1000);
}

static RtStatus none_found(const Refusal *why, int driver, DiagList *d)
{
    if (why->version)
        return too_new(why, driver, d);
    if (why->missing)
        return rt_fail(d, RT_UNSUPPORTED, (Place){0},
                       "unsupported: %s has no function %s: NVRTC of CUDA 12 or newer is "
                       "needed",
                       why->path, why->missing);
    return rt_fail(
        d, RT_IO, (Place){0},
        "cuda: NVRTC was not found: libnvrtc.so.13 or libnvrtc.so.12 in the "
        "loader's path, CUDA_HOME, CUDA_PATH, /usr/local/cuda or a Python "
        "environment; install a CUDA toolkit, or `pip install nvidia-cuda-nvrtc`, "
        "or name the file by DESCENT_NVRTC");
}

static RtStatus open_named(CudaCompiler *c, const char *path, int driver, DiagList *d)
{
    const char *reason = NULL;
    Refusal why = {0};
    if (open_path(c, path, driver, &why))
        return RT_OK;
    if (why.path)
        return none_found(&why, driver, d);
    cuda_library_close(cuda_library_open(path, &reason));
    return rt_fail(d, RT_IO, (Place){0}, "cuda: DESCENT_NVRTC names no NVRTC: %s",
                   reason);
}

static RtStatus open_any(CudaCompiler *c, int driver, DiagList *d)
{
    CudaPaths paths = {.arena = c->arena};
    Refusal why = {0};
    cuda_search_nvrtc(&paths);
    for (size_t i = 0; i < paths.count; i++)
        if (open_path(c, paths.items[i], driver, &why))
            return RT_OK;
    return none_found(&why, driver, d);
}

RtStatus cuda_compiler_open(int driver, CudaCompiler **out, DiagList *d)
{
    Arena *arena = arena_open();
    CudaCompiler *c = ARENA_NEW(arena, CudaCompiler);
    c->arena = arena;
    const char *named = getenv("DESCENT_NVRTC");
    RtStatus st =
        named && *named ? open_named(c, named, driver, d) : open_any(c, driver, d);
    if (!st)
        c->path = arena_strdup(arena, cuda_library_path(c->library));
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
    size_t size = 0;
    int error = size_of(program, &size);
    char *bytes = error || !size ? NULL : malloc(size);
    if (bytes)
        error = get(program, bytes);
    if (bytes && !error)
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

static RtStatus check_architecture(const CudaCompiler *c, const char *name, DiagList *d)
{
    int known[256], count = 0, wanted = atoi(name + strcspn(name, "0123456789"));
    if (c->api.architecture_count(&count) || count > 256 || c->api.architectures(known))
        return RT_OK; /* compiling will tell */
    for (int i = 0; i < count; i++)
        if (known[i] == wanted)
            return RT_OK;
    return rt_fail(
        d, RT_UNSUPPORTED, (Place){0},
        "unsupported: NVRTC of CUDA %d.%d (%s) does not know %s: install a newer "
        "one (pip install nvidia-cuda-nvrtc)",
        c->version / 1000, c->version % 1000 / 10, c->path, name);
}

RtStatus cuda_compile(const CudaCompiler *c, const CudaSource *s, CudaFormat format,
                      Text *out, Text *log, DiagList *d)
{
    RtStatus st = check_architecture(c, s->architecture, d);
    if (st)
        return st;
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
