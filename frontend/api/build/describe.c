#include "frontend/api/build/build.h"

#include "runtime/json.h"
#include "runtime/number.h"

#include <float.h>
#include <inttypes.h>

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
