#include "frontend/api/build/build.h"
#include "support/ascii.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *name, *ending;
} kinds[API_KINDS] = {
    [API_EXE] = {"exe", ""},         [API_SHARED] = {"shared", ".so"},
    [API_STATIC] = {"static", ".a"}, [API_OBJECT] = {"object", ".o"},
    [API_C] = {"c", ".c"},
};

bool api_kind_parse(const char *name, ApiKind *out)
{
    for (int i = 0; i < API_KINDS; i++)
        if (!strcmp(kinds[i].name, name)) {
            *out = (ApiKind)i;
            return true;
        }
    return false;
}

static bool ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n > k && !strcmp(s + n - k, end);
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* "x.h" has one, "v1.2" and ".x" have none. */
static bool has_ending(const char *path)
{
    const char *base = base_of(path), *dot = strrchr(base, '.');
    return dot > base && ascii_is_alpha(dot[1]);
}

bool api_kind_of(const char *path, ApiKind *out, DiagList *d)
{
    *out = API_EXE;
    for (int i = API_EXE + 1; i < API_KINDS; i++)
        if (ends_in(path, kinds[i].ending))
            *out = (ApiKind)i;
    if (*out != API_EXE || !has_ending(path))
        return true;
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){path, 0, 0},
             "the ending says no kind: .so, .a, .o and .c do, a program has none; "
             "--kind=exe writes a program with this name");
    return false;
}

/* -------------------------------------------------------------------------- the files */

/* libspam.so is used with spam.h and -lspam. */
static bool is_library(ApiKind kind, const char *stem)
{
    return (kind == API_SHARED || kind == API_STATIC) && !strncmp(stem, "lib", 3) &&
           stem[3];
}

BuildNames build_names(const ApiModel *m, const ApiBuild *o, Arena *arena)
{
    const char *ending = kinds[o->kind].ending;
    size_t length = strlen(o->out);
    if (*ending && ends_in(o->out, ending))
        length -= strlen(ending);
    const char *path = arena_strndup(arena, o->out, length), *stem = base_of(path);
    int folder = (int)(stem - path);
    BuildNames n = {.file = arena_printf(arena, "%s%s", path, ending),
                    .source = base_of(m->file)};
    if (is_library(o->kind, stem))
        stem += 3;
    if (o->kind != API_EXE)
        n.header = arena_printf(arena, "%.*s%s.h", folder, path, stem);
    n.prefix = build_plain(stem, arena);
    n.upper = build_upper(n.prefix, arena);
    return n;
}

bool build_check_header(const BuildNames *n, DiagList *d)
{
    static const char *const of_c[] = {
        "assert.h",    "complex.h",  "ctype.h",   "errno.h",       "fenv.h",
        "float.h",     "inttypes.h", "iso646.h",  "limits.h",      "locale.h",
        "math.h",      "setjmp.h",   "signal.h",  "stdalign.h",    "stdarg.h",
        "stdatomic.h", "stdbit.h",   "stdbool.h", "stdckdint.h",   "stddef.h",
        "stdint.h",    "stdio.h",    "stdlib.h",  "stdnoreturn.h", "string.h",
        "tgmath.h",    "threads.h",  "time.h",    "uchar.h",       "wchar.h",
        "wctype.h",
    };
    const char *name = n->header ? base_of(n->header) : NULL;
    for (size_t i = 0; name && i < sizeof of_c / sizeof *of_c; i++)
        if (!strcmp(name, of_c[i])) {
            diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){n->header, 0, 0},
                     "the header would have the name of one of C's: --output NAME gives "
                     "it another");
            return false;
        }
    if (!name || !strpbrk(name, "\"\\\n"))
        return true;
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){n->header, 0, 0},
             "no #include can have this name: --output NAME gives it another");
    return false;
}
