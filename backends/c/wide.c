/* Vectors of more than 16 bytes go to helpers by pointer: without AVX gcc says of such a
 * parameter that its ABI has changed once, also where nothing is passed in the end.
 *
 *     u64x4 u64x4_not(u64x4 a)        u64x4 u64x4_not_wide(const u64x4 *a_at)
 *     {                               {
 *         ...                             u64x4 a = *a_at;
 *     }                                   ...
 *                                     }
 *                                     #define u64x4_not(A) u64x4_not_wide((u64x4[]){A})
 */
#include "backends/c/emit.h"

#include <stdio.h>
#include <string.h>

/* How long the name of the type is, if the parameter is such a vector; else 0. */
static int wide_type(const char *param)
{
    unsigned bits = 32, lanes = 0;
    int length = 0;
    if (sscanf(param, "maskx%u%n", &lanes, &length) != 1 &&
        sscanf(param, "%*[a-z]%ux%u%n", &bits, &lanes, &length) != 2)
        return 0;
    return param[length] == ' ' && bits * lanes > 128 ? length : 0;
}

/* The parameters, the loads in front of the body, and the macro's two lists. */
typedef struct Wide {
    Text params, loads, names, arguments;
    bool any;
} Wide;

static void add_param(Wide *w, const char *param, int length, unsigned i)
{
    const char *comma = i ? ", " : "";
    char letter = (char)('A' + i);
    int type = wide_type(param);
    const char *name = param + type + 1;
    int rest = length - type - 1;
    text_printf(&w->names, "%s%c", comma, letter);
    if (type) {
        text_printf(&w->params, "%sconst %.*s *%.*s_at", comma, type, param, rest, name);
        text_printf(&w->loads, "    %.*s %.*s = *%.*s_at;\n", type, param, rest, name,
                    rest, name);
        text_printf(&w->arguments, "%s(%.*s[]){%c}", comma, type, param, letter);
        w->any = true;
    } else {
        text_printf(&w->params, "%s%.*s", comma, length, param);
        text_printf(&w->arguments, "%s%c", comma, letter);
    }
}

static Wide take_params(const char *params, size_t length)
{
    Wide w = {0};
    unsigned i = 0;
    for (const char *at = params, *end = params + length; at < end; i++) {
        const char *comma = strstr(at, ", ");
        const char *stop = comma && comma < end ? comma : end;
        add_param(&w, at, (int)(stop - at), i);
        at = stop + 2;
    }
    return w;
}

static void free_wide(Wide *w)
{
    text_free(&w->params);
    text_free(&w->loads);
    text_free(&w->names);
    text_free(&w->arguments);
}

static const char *name_before(CEmit *e, const char *function, const char *open)
{
    const char *name = open;
    while (name > function && name[-1] != ' ')
        name--;
    return arena_strndup(e->arena, name, (size_t)(open - name));
}

void c_add_wide(CEmit *e, const char *function)
{
    const char *open = strchr(function, '('), *body = strstr(open, "{\n") + 2;
    Wide w = take_params(open + 1, strcspn(open + 1, ")"));
    const char *name = name_before(e, function, open);
    if (w.any) {
        c_is_new(e, c_format(e, "%s_wide", name));
        text_printf(&e->helpers, "%.*s_wide(%s)\n{\n%s%.*s", (int)(open - function),
                    function, w.params.bytes, w.loads.bytes, (int)strlen(body) - 1, body);
        text_printf(&e->helpers, "#define %s(%s) %s_wide(%s)\n\n", name, w.names.bytes,
                    name, w.arguments.bytes);
    } else {
        text_add(&e->helpers, function);
    }
    free_wide(&w);
}
