/* Descriptions and modules. */
#include "frontend/lib/lib.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Takes `api` over, which may be NULL after an error. */
static descent_status wrap(LibCall *call, descent_context *c, ApiModel *api,
                           descent_model **out)
{
    if (!api)
        return lib_failed(call);
    descent_model *m = calloc(1, sizeof *m);
    if (!m) {
        api_close(api);
        return lib_no_memory(call, sizeof *m);
    }
    *m = (descent_model){c, api};
    *out = m;
    return DESCENT_OK;
}

descent_status descent_model_load(descent_context *c, const char *path,
                                  descent_model **out, descent_diagnostics *d)
{
    LIB_ENTER(call, c, d);
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "c", c, "path", path, NULL);
    if (!st) {
        LibCall inner = lib_inner(&call, NULL);
        st = wrap(&inner, c, api_open(path, inner.d), out);
        st = lib_outer(&call, &inner, st);
        if (st == DESCENT_BAD_INPUT && access(path, R_OK)) /* the driver has one status */
            st = DESCENT_IO;
    }
    return lib_end(&call, st);
}

descent_status lib_model_parse(LibCall *call, descent_context *c, const char *name,
                               const char *text, size_t length, descent_model **out)
{
    LibCall inner = lib_inner(call, NULL);
    descent_status st =
        wrap(&inner, c, api_open_text(name, text, length, inner.d), out);
    return lib_outer(call, &inner, st);
}

descent_status descent_model_parse(descent_context *c, const char *name, const char *text,
                                   size_t length, descent_model **out,
                                   descent_diagnostics *d)
{
    LIB_ENTER(call, c, d);
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "c", c, "name", name, "text", text, NULL);
    if (!st)
        st = lib_model_parse(&call, c, name, text, length, out);
    return lib_end(&call, st);
}

void descent_model_destroy(descent_model *m)
{
    if (!m)
        return;
    api_close(m->api);
    free(m);
}

/* A large module is not worth a copy, nor is one whose messages nobody sees. */
LibCall lib_inner(const LibCall *call, const descent_model *m)
{
    enum { LARGEST = 1 << 20 };
    LibCall inner = lib_begin(NULL, NULL);
    size_t length = 0;
    const char *text = m ? api_text(m->api, &length) : NULL;
    if (text && !call->own && length <= LARGEST)
        diag_source(inner.d, api_file(m->api), text, length);
    return inner;
}

descent_status lib_outer(LibCall *call, LibCall *inner, descent_status st)
{
    diag_append(call->d, inner->d);
    return lib_end(inner, st);
}

/* ---------------------------------------------------------------------- what it holds */

static const LangModel *model_at(const descent_model *m, size_t index)
{
    const LangProgram *p = m ? api_language(m->api) : NULL;
    return p && index < lang_model_count(p) ? lang_model(p, index) : NULL;
}

size_t descent_model_count(const descent_model *m)
{
    const LangProgram *p = m ? api_language(m->api) : NULL;
    return p ? lang_model_count(p) : 0;
}

const char *descent_model_name(const descent_model *m, size_t index)
{
    const LangModel *one = model_at(m, index);
    return one ? one->name : NULL;
}

size_t descent_model_input_count(const descent_model *m, size_t index)
{
    const LangModel *one = model_at(m, index);
    return one ? one->input_count : 0;
}

descent_status descent_model_input(const descent_model *m, size_t index, size_t input,
                                   descent_input *out)
{
    const LangModel *one = model_at(m, index);
    if (!one || input >= one->input_count)
        return DESCENT_BAD_ARGUMENT;
    const LangInput *in = &one->inputs[input];
    descent_input all = {.name = in->name,
                         .type = in->type,
                         .dtype = (descent_dtype)in->dtype,
                         .rank = in->rank};
    memcpy(all.dims, in->dims, sizeof all.dims);
    return lib_give(&all, sizeof all, out);
}

const char *descent_model_size(const descent_model *m, size_t index, size_t size)
{
    const LangModel *one = model_at(m, index);
    return one && size < one->size_count ? one->sizes[size] : NULL;
}

/* ------------------------------------------------------------------------------ sizes */

static descent_status take_bindings(LibCall *call, const descent_sizes *s, Arena *arena,
                                    ApiSizes *out)
{
    LangBinding *all = ARENA_ARRAY(arena, LangBinding, s->size_count + 1);
    descent_status st =
        s->size_count ? lib_need(call, "sizes->sizes", s->sizes, NULL) : DESCENT_OK;
    for (size_t i = 0; i < s->size_count && !st; i++) {
        st = lib_need(call, "sizes->sizes[].name", s->sizes[i].name, NULL);
        if (!st && s->sizes[i].value < 1)
            st = lib_fail(call, DESCENT_BAD_ARGUMENT,
                          "size %s is %lld: expected 1 or more", s->sizes[i].name,
                          (long long)s->sizes[i].value);
        if (!st)
            all[i] =
                (LangBinding){arena_strdup(arena, s->sizes[i].name), s->sizes[i].value};
    }
    out->bindings = all;
    out->binding_count = s->size_count;
    return st;
}

descent_status lib_sizes(LibCall *call, const descent_sizes *given, Arena *arena,
                         ApiSizes *out)
{
    descent_sizes s;
    descent_status st = lib_take(call, "sizes", given, &s, sizeof s);
    if (!st && (s.batch < 0 || s.steps_per_epoch < 0 || s.epochs < 0))
        st = lib_fail(call, DESCENT_BAD_ARGUMENT,
                      "'sizes' has a negative batch, steps_per_epoch or epochs");
    if (st)
        return st;
    *out = (ApiSizes){.model = s.model ? arena_strdup(arena, s.model) : NULL,
                      .batch = s.batch,
                      .steps_per_epoch = s.steps_per_epoch,
                      .epochs = s.epochs};
    return take_bindings(call, &s, arena, out);
}
