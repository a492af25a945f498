#include "frontend/api/build/build.h"

#include "runtime/json.h"
#include "runtime/number.h"
#include "runtime/processor.h"

#include <float.h>
#include <inttypes.h>
#include <string.h>

void build_add_field(Text *out, const char *name, const char *value)
{
    text_printf(out, "\"%s\": ", name);
    rt_json_add_string(out, value);
    text_add(out, ", ");
}

void build_add_number(Text *out, const char *name, int64_t value)
{
    text_printf(out, "\"%s\": %" PRId64 ", ", name, value);
}

void build_add_strings(Text *out, const char *name, const char *const *words,
                       size_t count)
{
    text_printf(out, "\"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        text_add(out, i ? ", " : "");
        rt_json_add_string(out, words[i]);
    }
    text_add(out, "], ");
}

/* Of which weights are taken without a warning. */
void build_add_models(const Build *b, const char *model, Text *out)
{
    size_t count;
    const char *const *names = api_model_names(b->model, model, b->arena, &count);
    build_add_strings(out, "models", names, count);
}

/* ---------------------------------------------------------------------- the processor */

/* Whether a word with a blank behind it is in a text of such words. */
static bool holds(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; at && *at; at += strcspn(at, " ") + 1)
        if (strcspn(at, " ") == length && !strncmp(at, word, length))
            return true;
    return false;
}

/* The best version that fits is taken at start: the least must fit. */
void build_add_needs(const Build *b, Text *out)
{
    size_t count = b->o->cpu_count ? b->o->cpu_count : 1;
    Text used[BUILD_CPUS] = {0};
    for (size_t i = 0; i < count; i++)
        cpu_add_needs(b->o->target, b->o->cpu_count ? b->o->cpus[i] : NULL, &used[i]);
    const char *feature;
    for (size_t i = 0; (feature = rt_processor_feature(i)); i++) {
        bool all = true;
        for (size_t k = 0; k < count; k++)
            all &= holds(used[k].bytes, feature);
        if (all)
            text_printf(out, "%s ", feature);
    }
    for (size_t i = 0; i < count; i++)
        text_free(&used[i]);
}

void build_add_needs_field(const Build *b, Text *out)
{
    Text needs = {0};
    build_add_needs(b, &needs);
    build_add_field(out, "needs", needs.bytes ? needs.bytes : "");
    text_free(&needs);
}

/* ------------------------------------------------------------------------ the tensors */

/* JSON has no infinity: the largest double is as far away for every value. */
static const char *bound(double v, char out[RT_NUMBER_TEXT])
{
    return rt_number_text(v < -DBL_MAX ? -DBL_MAX : v > DBL_MAX ? DBL_MAX : v, 17, out);
}

static void add_range(Text *out, const RtRange *r)
{
    char low[RT_NUMBER_TEXT], below[RT_NUMBER_TEXT];
    text_printf(out, "\"range\": [%s, %s], ", bound(r->low, low), bound(r->below, below));
}

void build_add_spec(Text *out, const RtSpec *s)
{
    build_add_field(out, "name", s->name);
    build_add_field(out, "role", rt_role_name(s->role));
    build_add_field(out, "dtype", dtype_name(s->dtype));
    if (s->alias >= 0)
        build_add_number(out, "alias", s->alias);
    if (s->finite)
        build_add_number(out, "finite", 1);
    if (s->range.below != 0)
        add_range(out, &s->range);
    text_add(out, "\"shape\": [");
    for (int i = 0; i < s->rank; i++)
        text_printf(out, i ? ", %" PRId64 : "%" PRId64, s->dims[i]);
    text_add(out, "]");
}

void build_add_specs(Text *out, const char *name, const RtSpec *specs, size_t count)
{
    text_printf(out, "\"%s\": [", name);
    for (size_t i = 0; i < count; i++) {
        text_add(out, i ? ",\n  {" : "\n  {");
        build_add_spec(out, &specs[i]);
        text_add(out, "}");
    }
    text_add(out, "]");
}
