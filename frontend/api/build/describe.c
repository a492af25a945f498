#include "frontend/api/build/build.h"

#include "runtime/json.h"

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

void build_add_spec(Text *out, const RtSpec *s)
{
    build_add_field(out, "name", s->name);
    build_add_field(out, "role", rt_role_name(s->role));
    build_add_field(out, "dtype", dtype_name(s->dtype));
    if (s->alias >= 0)
        build_add_number(out, "alias", s->alias);
    if (s->range.below != 0)
        text_printf(out, "\"range\": [%.17g, %.17g], ", s->range.low, s->range.below);
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
