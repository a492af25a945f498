/* Identifiers: those of the model made fit for C, and no two alike. */
#include "backends/c/emit.h"
#include "support/ascii.h"

#include <ctype.h>
#include <string.h>

static size_t hash(const char *s)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

/* The slot of the name, or the free one for it. */
static const char **slot_of(const CNames *names, const char *name)
{
    size_t i = hash(name) & (names->size - 1);
    while (names->slots[i] && strcmp(names->slots[i], name))
        i = (i + 1) & (names->size - 1);
    return &names->slots[i];
}

static bool holds(const CNames *names, const char *name)
{
    return names->size && *slot_of(names, name);
}

static void grow(CEmit *e, CNames *names)
{
    CNames old = *names;
    names->size = old.size ? 2 * old.size : 64;
    names->slots = ARENA_ARRAY(e->arena, const char *, names->size);
    for (size_t i = 0; i < old.size; i++)
        if (old.slots[i])
            *slot_of(names, old.slots[i]) = old.slots[i];
}

static bool is_listed(const char *const *words, const char *name)
{
    for (; words && *words; words++)
        if (strcmp(*words, name) == 0)
            return true;
    return false;
}

static bool is_word(const CEmit *e, const char *name)
{
    return is_listed(c_words, name) || is_listed(e->dialect->words, name);
}

/* f32_load, u8x16 ...: helpers and vectors are named after the type of a lane, and may be
 * asked for later than the name. */
static bool is_helper(const char *name)
{
    static const char *const lanes[] = {"f32", "f64", "f16",  "bf16", "u8",  "u16",
                                        "u32", "u64", "i8",   "i16",  "i32", "i64",
                                        "bool", "mask"};
    for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++) {
        size_t n = strlen(lanes[i]);
        if (strncmp(lanes[i], name, n) == 0 &&
            (name[n] == '_' || (name[n] == 'x' && isdigit((unsigned char)name[n + 1]))))
            return true;
    }
    return false;
}

bool c_names_add(CEmit *e, CNames *names, const char *name)
{
    if (2 * names->count >= names->size)
        grow(e, names);
    const char **slot = slot_of(names, name);
    if (*slot)
        return false;
    *slot = name;
    names->count++;
    return true;
}

/* Letters, digits and underscores, a letter in front; none that a helper may have. */
static char *identifier(CEmit *e, const char *stem)
{
    char *name =
        arena_printf(e->arena, "%s%s", ascii_is_alpha(*stem) ? "" : "x", stem);
    for (char *s = name; *s; s++)
        if (!ascii_is_alnum(*s))
            *s = '_';
    return is_helper(name) ? arena_printf(e->arena, "x%s", name) : name;
}

const char *c_names_fresh(CEmit *e, CNames *names, const char *stem)
{
    const char *first = identifier(e, stem), *name = first;
    for (int i = 2;
         is_word(e, name) || holds(&e->globals, name) || !c_names_add(e, names, name);
         i++)
        name = arena_printf(e->arena, "%s_%d", first, i);
    return name;
}

const char *c_numbered(CEmit *e, const char *stem)
{
    for (;;) {
        const char *name = arena_printf(e->arena, "%s%zu", stem, e->numbered++);
        if (!holds(&e->globals, name) && c_names_add(e, &e->locals, name))
            return name;
    }
}

static bool is_part(char c) { return ascii_is_alnum(c) || c == '_'; }

bool c_mentions(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = strstr(text, name); at; at = strstr(at + 1, name))
        if ((at == text || !is_part(at[-1])) && !is_part(at[length]))
            return true;
    return false;
}
