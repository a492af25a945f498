/* Names of a model as names in C and C++. One rule for functions, parameters and macros:
 *
 *     what is no letter, digit or underscore becomes an underscore, before what does not
 *         begin with a letter comes an x:                       "3 d/w" -> x3_d_w
 *     capitals alone are for macros, but for one:               "NAN" -> nan, "X" -> X
 *     a word of C, C++ or their libraries gets an underscore:   "int" -> int_
 *     of names that differ in case only, too, the second gets a number: macros have them
 *         in capitals:                                          "W1", "w1" -> w1, w1_2 */
#include "frontend/api/build/build.h"
#include "support/ascii.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Keywords, types that the header's functions have, and macros in small letters. */
static const char *const words[] = {
    "I",         "alignas",      "alignof",       "and",         "and_eq",
    "asm",       "assert",       "auto",          "bitand",      "bitor",
    "bool",      "break",        "case",          "catch",       "char",
    "char16_t",  "char32_t",     "char8_t",       "class",       "co_await",
    "co_return", "co_yield",     "compl",         "complex",     "concept",
    "const",     "const_cast",   "consteval",     "constexpr",   "constinit",
    "continue",  "decltype",     "default",       "delete",      "do",
    "double",    "dynamic_cast", "else",          "enum",        "errno",
    "explicit",  "export",       "extern",        "false",       "float",
    "for",       "friend",       "goto",          "i386",        "if",
    "imaginary", "inline",       "int",           "int16_t",     "int32_t",
    "int64_t",   "int8_t",       "linux",         "long",        "mutable",
    "namespace", "new",          "noexcept",      "noreturn",    "not",
    "not_eq",    "nullptr",      "operator",      "or",          "or_eq",
    "private",   "protected",    "public",        "register",    "reinterpret_cast",
    "requires",  "restrict",     "return",        "short",       "signed",
    "sizeof",    "static",       "static_assert", "static_cast", "stderr",
    "stdin",     "stdout",       "struct",        "switch",      "template",
    "this",      "thread_local", "throw",         "true",        "try",
    "typedef",   "typeid",       "typename",      "typeof",      "typeof_unqual",
    "uint16_t",  "uint32_t",     "uint64_t",      "uint8_t",     "union",
    "unix",      "unsigned",     "using",         "virtual",     "void",
    "volatile",  "wchar_t",      "while",         "xor",         "xor_eq",
};

static int compare(const void *a, const void *b)
{
    return strcmp(a, *(const char *const *)b);
}

static bool is_word(const char *name)
{
    return bsearch(name, words, sizeof words / sizeof *words, sizeof *words, compare);
}

/* Functions of libc that a prefix and an entry could be the name of, by how they begin or
 * end. */
static bool is_of_libc(const char *symbol)
{
    static const char *const families[] = {
        "aio_",  "aligned_", "argp_",     "at_",     "call_",   "clock_", "cnd_",
        "dl_",   "dn_",      "inet_",     "malloc_", "mq_",     "mtx_",   "nl_",
        "open_", "posix_",   "pthread_",  "sched_",  "secure_", "sem_",   "shm_",
        "thrd_", "timer_",   "timespec_", "tss_",
    };
    size_t length = strlen(symbol);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (!strncmp(symbol, families[i], strlen(families[i])))
            return true;
    return length > 2 &&
           (!strcmp(symbol + length - 2, "_r") || !strcmp(symbol + length - 2, "_l"));
}

const char *build_plain(const char *name, Arena *arena)
{
    bool leads = ascii_is_alpha(*name);
    char *out = arena_printf(arena, leads ? "%s" : "x%s", name);
    for (char *s = out; *s; s++)
        if (!ascii_is_alnum(*s))
            *s = '_';
    return out;
}

/* In small letters if it has none. */
static const char *lower(const char *name, Arena *arena)
{
    for (const char *s = name; *s; s++)
        if (islower((unsigned char)*s))
            return name;
    if (!name[1])
        return name;
    char *out = arena_strdup(arena, name);
    for (char *s = out; *s; s++)
        *s = ascii_lower(*s);
    return out;
}

static const char *unique(const char *name, const char *const *taken, size_t count,
                          Arena *arena)
{
    const char *out = name;
    for (size_t i = 0, number = 2; i < count; i++)
        if (!strcasecmp(taken[i], out)) {
            out = arena_printf(arena, "%s_%zu", name, number++);
            i = (size_t)-1; /* from the first again */
        }
    return out;
}

const char *build_identifier(const char *name, const char *const *taken, size_t count,
                             Arena *arena)
{
    const char *out = lower(build_plain(name, arena), arena);
    return unique(is_word(out) ? arena_printf(arena, "%s_", out) : out, taken, count,
                  arena);
}

const char *build_symbol(const char *prefix, const char *entry, const char *const *taken,
                         size_t count, Arena *arena)
{
    const char *name = arena_printf(arena, "%s_%s", prefix, entry);
    name = build_identifier(name, NULL, 0, arena);
    return unique(is_of_libc(name) ? arena_printf(arena, "%s_", name) : name, taken,
                  count, arena);
}

const char *build_upper(const char *name, Arena *arena)
{
    char *out = arena_strdup(arena, name);
    for (char *s = out; *s; s++)
        *s = ascii_upper(*s);
    return out;
}

/* ------------------------------------------------------------------------ all of them */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names that are each fine may meet when they are put together: @a of b_c, @a_b of c. */
bool build_check_macros(const char *header, Place at, DiagList *d)
{
    static const char define[] = "#define ";
    Arena *arena = arena_open();
    const char **names = NULL, *twice = NULL;
    size_t count = 0, room = 0;
    for (const char *s = strstr(header, define); s; s = strstr(s, define)) {
        s += strlen(define);
        const char *name = arena_strndup(arena, s, strcspn(s, " \n("));
        ARENA_PUSH(arena, names, count, room, name);
    }
    if (count)
        qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 1; i < count; i++)
        if (!strcmp(names[i - 1], names[i]))
            twice = names[i];
    if (twice)
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, at,
                 "unsupported: names of functions and tensors that both give %s in the "
                 "header",
                 twice);
    arena_close(arena);
    return !twice;
}
