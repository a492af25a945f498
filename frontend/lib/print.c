/* Models at a stage of the compiler: as text, or as models of their own. */
#include "frontend/lib/lib.h"

#include <stdlib.h>
#include <string.h>

const char *descent_stage(size_t index)
{
    const char *all[API_STAGES];
    return index < api_stages(all) ? all[index] : NULL;
}

static descent_status print(LibCall *call, const descent_model *m,
                            const descent_print_options *o, Text *out)
{
    Arena *arena = arena_open();
    ApiSizes sizes;
    ApiDump dump = {.stage = o->stage,
                    .after = o->after,
                    .cpu = o->cpu,
                    .dot = o->format == DESCENT_DOT,
                    .locations = o->locations};
    const char *entries[] = {o->entry, NULL};
    descent_status st = lib_sizes(call, o->sizes, arena, &sizes);
    if (!st && o->format != DESCENT_DOT && o->format != DESCENT_TEXT)
        st =
            lib_fail(call, DESCENT_BAD_ARGUMENT, "there is no format %d", (int)o->format);
    if (!st) {
        LibCall inner = lib_inner(call, m);
        bool good =
            api_dump(m->api, &sizes, o->entry ? entries : NULL, &dump, out, inner.d);
        st = lib_outer(call, &inner, lib_good(&inner, good));
    }
    arena_close(arena);
    return st;
}

/* For free(), which knows nothing of texts. */
static descent_status hand_out(LibCall *call, const Text *from, char **to)
{
    *to = malloc(from->length + 1);
    if (!*to)
        return lib_no_memory(call, from->length + 1);
    memcpy(*to, from->bytes ? from->bytes : "", from->length + 1);
    return DESCENT_OK;
}

descent_status descent_model_print(const descent_model *m,
                                   const descent_print_options *options, char **text,
                                   size_t *length, descent_diagnostics *d)
{
    LIB_ENTER(call, m ? m->context : NULL, d);
    descent_print_options o;
    Text out = {0};
    descent_status st = lib_need(&call, "text", text, NULL);
    if (!st)
        *text = NULL;
    if (!st)
        st = lib_need(&call, "m", m, NULL);
    if (!st)
        st = lib_take(&call, "options", options, &o, sizeof o);
    if (!st)
        st = print(&call, m, &o, &out);
    if (!st)
        st = hand_out(&call, &out, text);
    if (length)
        *length = st ? 0 : out.length;
    text_free(&out);
    return lib_end(&call, st);
}

/* ----------------------------------------------------------------- a model of its own */

static size_t pass_place(const char *pass, const char *stage)
{
    size_t i = 0;
    for (; i < pass_pipeline_count; i++) {
        const PassInfo *p = &pass_pipeline[i];
        if (pass ? !strcmp(p->name, pass) : p->stage && !strcmp(p->stage, stage))
            break;
    }
    return i;
}

/* Behind `lower` there are buffers and loops. Names that are none are reported by
 * others. */
static descent_status check_graph(LibCall *call, const descent_print_options *o)
{
    bool code = o->stage && api_stage_is_code(o->stage);
    size_t at = o->after || o->stage ? pass_place(o->after, o->stage) : 0;
    bool known = at < pass_pipeline_count;
    if (o->format == DESCENT_TEXT && !code &&
        (!known || at < pass_place("lower", NULL)))
        return DESCENT_OK;
    return lib_fail(call, DESCENT_UNSUPPORTED,
                    "unsupported: a model of what is no graph any longer (%s)",
                    o->after   ? o->after
                    : o->stage ? o->stage
                               : "dot");
}

descent_status descent_model_optimise(const descent_model *m,
                                      const descent_print_options *options,
                                      descent_model **out, descent_diagnostics *d)
{
    LIB_ENTER(call, m ? m->context : NULL, d);
    descent_print_options o;
    Text text = {0};
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "m", m, NULL);
    if (!st)
        st = lib_take(&call, "options", options, &o, sizeof o);
    if (!st)
        st = check_graph(&call, &o);
    o.locations = true;
    if (!st)
        st = print(&call, m, &o, &text);
    if (!st)
        st = lib_model_parse(&call, m->context, "optimised.mlir", text.bytes, text.length,
                             out);
    text_free(&text);
    return lib_end(&call, st);
}
