#include "frontend/api/build/build.h"

#include <ctype.h>
#include <string.h>

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

ApiKind api_kind_of(const char *path)
{
    for (int i = API_EXE + 1; i < API_KINDS; i++)
        if (ends_in(path, kinds[i].ending))
            return (ApiKind)i;
    return API_EXE;
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ------------------------------------------------------------------------ identifiers */

static bool is_reserved(const char *name)
{
    static const char *const words[] = {
        "alignas",      "alignof",   "and",           "and_eq",       "asm",
        "auto",         "bitand",    "bitor",         "bool",         "break",
        "case",         "catch",     "char",          "class",        "compl",
        "concept",      "const",     "const_cast",    "consteval",    "constexpr",
        "constinit",    "continue",  "co_await",      "co_return",    "co_yield",
        "decltype",     "default",   "delete",        "do",           "double",
        "dynamic_cast", "else",      "enum",          "explicit",     "export",
        "extern",       "false",     "float",         "for",          "friend",
        "goto",         "if",        "inline",        "int",          "long",
        "mutable",      "namespace", "new",           "noexcept",     "not",
        "not_eq",       "nullptr",   "operator",      "or",           "or_eq",
        "private",      "protected", "public",        "register",     "reinterpret_cast",
        "requires",     "restrict",  "return",        "short",        "signed",
        "sizeof",       "static",    "static_assert", "static_cast",  "struct",
        "switch",       "template",  "this",          "thread_local", "throw",
        "true",         "try",       "typedef",       "typeid",       "typename",
        "typeof",       "union",     "unsigned",      "using",        "virtual",
        "void",         "volatile",  "wchar_t",       "while",        "xor",
        "xor_eq",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i], name))
            return true;
    return false;
}

static bool is_taken(const char *name, const char *const *taken, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(taken[i], name))
            return true;
    return false;
}

const char *build_identifier(const char *name, const char *const *taken, size_t count,
                             Arena *arena)
{
    bool leads = isalpha((unsigned char)*name);
    char *plain = arena_printf(arena, leads ? "%s" : "x%s", name);
    for (char *s = plain; *s; s++)
        if (!isalnum((unsigned char)*s))
            *s = '_';
    if (is_reserved(plain))
        plain = arena_printf(arena, "%s_", plain);
    const char *out = plain;
    for (int i = 2; is_taken(out, taken, count); i++)
        out = arena_printf(arena, "%s_%d", plain, i);
    return out;
}

const char *build_upper(const char *name, Arena *arena)
{
    char *out = arena_strdup(arena, name);
    for (char *s = out; *s; s++)
        *s = (char)toupper((unsigned char)*s);
    return out;
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
    n.prefix = build_identifier(stem, NULL, 0, arena);
    n.upper = build_upper(n.prefix, arena);
    return n;
}
