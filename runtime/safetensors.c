#include "runtime/safetensors.h"

#include "runtime/file.h"
#include "runtime/json.h"
#include "support/guard.h"

#include <stdlib.h>
#include <string.h>

enum { LENGTH_BYTES = 8, MOST_HEADER = 100 << 20, UNIT = 8 };

static const struct { const char *name; Dtype dtype; } types[] = {
    {"F32", DTYPE_f32}, {"F64", DTYPE_f64},  {"BF16", DTYPE_bf16}, {"F16", DTYPE_f16},
    {"BOOL", DTYPE_i1}, {"I8", DTYPE_i8},    {"I16", DTYPE_i16},   {"I32", DTYPE_i32},
    {"I64", DTYPE_i64}, {"U8", DTYPE_ui8},   {"U16", DTYPE_ui16},  {"U32", DTYPE_ui32},
    {"U64", DTYPE_ui64},
};

/* A tensor as the header describes it. */
typedef struct Entry {
    const char *name;
    Dtype dtype;
    int rank;
    int64_t dims[RT_MAX_RANK];
    size_t begin, end;
} Entry;

typedef struct Reader {
    const char *file;
    const unsigned char *data;
    size_t size;             /* of data */
    Entry *entries;
    size_t count;
    bool view;               /* tensors over the file's bytes, where these are aligned */
    DiagList *d;
} Reader;

__attribute__((format(printf, 3, 4)))
static RtStatus wrong(const Reader *r, const char *name, const char *format, ...)
{
    char what[300];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return rt_fail_file(r->d, RT_BAD_INPUT, r->file, "tensor '%.100s': %s", name, what);
}

static RtStatus read_dtype(const Reader *r, const RtJson *v, Entry *e)
{
    if (!v || v->kind != RT_JSON_STRING)
        return wrong(r, e->name, "'dtype' must be a string");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strcmp(types[i].name, v->string)) {
            e->dtype = types[i].dtype;
            return RT_OK;
        }
    return rt_fail_file(r->d, RT_UNSUPPORTED, r->file,
                        "unsupported: tensor '%.100s' has element type '%.20s'", e->name,
                        v->string);
}

static RtStatus read_shape(const Reader *r, const RtJson *v, Entry *e)
{
    if (!v || v->kind != RT_JSON_ARRAY)
        return wrong(r, e->name, "'shape' must be an array of sizes");
    for (const RtJson *p = v->child; p; p = p->next) {
        if (e->rank == RT_MAX_RANK)
            return rt_fail_file(r->d, RT_UNSUPPORTED, r->file,
                                "unsupported: tensor '%.100s' has more than %d sizes",
                                e->name, RT_MAX_RANK);
        if (!rt_json_whole(p, &e->dims[e->rank++]))
            return wrong(r, e->name, "'shape' must be an array of sizes");
    }
    return RT_OK;
}

static RtStatus read_offsets(const Reader *r, const RtJson *v, Entry *e)
{
    int64_t begin, end;
    size_t bytes;
    if (!v || v->kind != RT_JSON_ARRAY || v->count != 2
        || !rt_json_whole(v->child, &begin) || !rt_json_whole(v->child->next, &end)
        || begin > end)
        return wrong(r, e->name, "'data_offsets' must be two ascending offsets");
    if ((uint64_t)end > r->size)
        return wrong(r, e->name, "it ends at byte %lld of the data, which has %zu",
                     (long long)end, r->size);
    char shape[RT_SHAPE_TEXT];
    rt_shape_text(e->dtype, e->rank, e->dims, shape);
    if (!rt_shape_bytes(e->dtype, e->rank, e->dims, &bytes))
        return wrong(r, e->name, "the sizes %s are too large", shape);
    if ((size_t)(end - begin) != bytes)
        return wrong(r, e->name, "%s has %zu bytes, the offsets span %lld", shape, bytes,
                     (long long)(end - begin));
    e->begin = (size_t)begin;
    e->end = (size_t)end;
    return RT_OK;
}

static RtStatus read_entry(const Reader *r, const RtJson *v, Entry *e)
{
    *e = (Entry){.name = v->key};
    if (v->kind != RT_JSON_OBJECT)
        return wrong(r, e->name,
                     "expected an object with 'dtype', 'shape' and 'data_offsets'");
    RtStatus st = read_dtype(r, rt_json_get(v, "dtype"), e);
    if (!st)
        st = read_shape(r, rt_json_get(v, "shape"), e);
    if (!st)
        st = read_offsets(r, rt_json_get(v, "data_offsets"), e);
    return st;
}

static RtStatus read_meta(const Reader *r, const RtJson *v, RtMeta *meta)
{
    if (v->kind != RT_JSON_OBJECT)
        return rt_fail_file(r->d, RT_BAD_INPUT, r->file,
                            "'__metadata__' must be an object");
    RtStatus st = RT_OK;
    for (const RtJson *p = v->child; p && !st; p = p->next) {
        if (p->kind != RT_JSON_STRING)
            return rt_fail_file(r->d, RT_BAD_INPUT, r->file,
                                "'__metadata__' must hold strings only");
        if (meta)
            st = rt_meta_set(meta, p->key, p->string, r->d);
    }
    return st;
}

static int by_begin(const void *a, const void *b)
{
    const Entry *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const Entry *)a)->name, ((const Entry *)b)->name);
}

/* No two of a name; no overlap and no gap: each begins where the one before ends. */
static RtStatus check_entries(Reader *r)
{
    qsort(r->entries, r->count, sizeof *r->entries, by_name);
    for (size_t i = 0; i + 1 < r->count; i++)
        if (!strcmp(r->entries[i].name, r->entries[i + 1].name))
            return wrong(r, r->entries[i].name, "two tensors have this name");
    qsort(r->entries, r->count, sizeof *r->entries, by_begin);
    size_t at = 0;
    for (size_t i = 0; i < r->count; at = r->entries[i++].end)
        if (r->entries[i].begin != at)
            return wrong(r, r->entries[i].name, "its data begins at byte %zu, %s",
                         r->entries[i].begin,
                         r->entries[i].begin < at ? "inside of another tensor"
                                                  : "which leaves a gap");
    if (at != r->size)
        return rt_fail_file(r->d, RT_BAD_INPUT, r->file,
                            "%zu bytes of data, but the tensors have %zu", r->size, at);
    return RT_OK;
}

static RtStatus copy_tensor(const Reader *r, const Entry *e, RtTensor *out)
{
    RtStatus st = rt_tensor_create(e->name, e->dtype, e->rank, e->dims, out, r->d);
    if (st)
        return st;
    memcpy(out->data, r->data + e->begin, e->end - e->begin);
    rt_tensor_normalize(out);
    return RT_OK;
}

static RtStatus read_tensor(const Reader *r, const Entry *e, RtTensor *out)
{
    uintptr_t at = (uintptr_t)(r->data + e->begin);
    if (!r->view || e->dtype == DTYPE_i1 || at % dtype_bytes(e->dtype))
        return copy_tensor(r, e, out);
    return rt_tensor_wrap(e->name, e->dtype, e->rank, e->dims, (void *)at, out, r->d);
}

static RtStatus read_tensors(const Reader *r, RtTensors *out)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < r->count && !st; i++) {
        RtTensor t;
        st = read_tensor(r, &r->entries[i], &t);
        if (!st)
            st = rt_tensors_add(out, &t, r->d);
    }
    return st;
}

static RtStatus read_header(Reader *r, const RtJson *root, RtMeta *meta)
{
    if (root->kind != RT_JSON_OBJECT)
        return rt_fail_file(r->d, RT_BAD_INPUT, r->file,
                            "the header is not a JSON object");
    RtStatus st = RT_OK;
    if (!(r->entries = calloc(root->count + 1, sizeof *r->entries)))
        return rt_no_memory(r->d, root->count * sizeof *r->entries);
    for (const RtJson *p = root->child; p && !st; p = p->next)
        if (!strcmp(p->key, "__metadata__"))
            st = read_meta(r, p, meta);
        else
            st = read_entry(r, p, &r->entries[r->count++]);
    return st ? st : check_entries(r);
}

/* What is read, and where to. */
typedef struct Reading {
    Reader *reader;
    const unsigned char *bytes;
    size_t size;
    RtTensors *out;
    RtMeta *meta;
} Reading;

static RtStatus read_file(void *reading)
{
    const Reading *f = reading;
    Reader *r = f->reader;
    const unsigned char *bytes = f->bytes;
    size_t size = f->size;
    uint64_t length = 0;
    if (size < LENGTH_BYTES)
        return rt_fail_file(r->d, RT_BAD_INPUT, r->file,
                            "not a safetensors file: %zu bytes", size);
    for (int i = LENGTH_BYTES; i-- > 0;)
        length = length << 8 | bytes[i];
    if (length > MOST_HEADER || length > size - LENGTH_BYTES)
        return rt_fail_file(r->d, RT_BAD_INPUT, r->file,
                            "not a safetensors file, or truncated: "
                            "a header of %llu bytes in a file of %zu",
                            (unsigned long long)length, size);
    r->data = bytes + LENGTH_BYTES + length;
    r->size = size - LENGTH_BYTES - (size_t)length;
    const char *header = (const char *)bytes + LENGTH_BYTES;
    Arena *arena = arena_open();
    const RtJson *root = rt_json_parse(header, (size_t)length, arena);
    RtStatus st = root ? read_header(r, root, f->meta)
                       : rt_fail_file(r->d, RT_BAD_INPUT, r->file,
                                      "the header is not valid JSON");
    if (!st)
        st = read_tensors(r, f->out);
    arena_close(arena);
    return st;
}

static RtStatus parse(Reader *r, const void *bytes, size_t size, RtTensors *out,
                      RtMeta *meta)
{
    *out = (RtTensors){0};
    if (meta)
        *meta = (RtMeta){0};
    Reading f = {r, bytes, size, out, meta};
    RtStatus st = rt_guarded(read_file, &f, r->d);
    free(r->entries);
    if (st) {
        rt_tensors_free(out);
        if (meta)
            rt_meta_free(meta);
    }
    return st;
}

RtStatus rt_safetensors_parse(const char *file, const void *bytes, size_t size,
                              RtTensors *out, RtMeta *meta, DiagList *d)
{
    Reader r = {.file = file, .d = d};
    return parse(&r, bytes, size, out, meta);
}

RtStatus rt_safetensors_view(const char *file, const void *bytes, size_t size,
                             RtTensors *out, RtMeta *meta, DiagList *d)
{
    Reader r = {.file = file, .view = true, .d = d};
    return parse(&r, bytes, size, out, meta);
}

RtStatus rt_safetensors_read(const char *path, RtTensors *out, RtMeta *meta, DiagList *d)
{
    RtFile f;
    *out = (RtTensors){0};
    if (meta)
        *meta = (RtMeta){0};
    RtStatus st = rt_file_read(path, RT_FILE_LIMIT, &f, d);
    if (!st)
        st = rt_safetensors_parse(path, f.bytes, f.size, out, meta, d);
    rt_file_free(&f);
    return st;
}

const char *rt_safetensors_type(Dtype t)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].dtype == t)
            return types[i].name;
    return NULL;
}

static void describe(Text *out, const RtTensor *t, size_t begin)
{
    rt_json_add_string(out, t->name);
    text_printf(out, ":{\"dtype\":\"%s\",\"shape\":[", rt_safetensors_type(t->dtype));
    for (int i = 0; i < t->rank; i++)
        text_printf(out, i ? ",%lld" : "%lld", (long long)t->dims[i]);
    text_printf(out, "],\"data_offsets\":[%zu,%zu]}", begin, begin + rt_tensor_bytes(t));
}

static void describe_meta(Text *out, const RtMeta *meta)
{
    text_add(out, "\"__metadata__\":{");
    for (size_t i = 0; i < meta->count; i++) {
        text_add(out, i ? "," : "");
        rt_json_add_string(out, meta->keys[i]);
        text_add(out, ":");
        rt_json_add_string(out, meta->values[i]);
    }
    text_add(out, "}");
}

/* Tensors in the order of the file, larger elements first. */
static const RtTensor **file_order(const RtTensors *tensors)
{
    const RtTensor **order = calloc(tensors->count + 1, sizeof *order);
    size_t n = 0;
    for (size_t width = 8; order && width; width /= 2)
        for (size_t i = 0; i < tensors->count; i++)
            if (dtype_bytes(tensors->items[i].dtype) == width)
                order[n++] = &tensors->items[i];
    return order;
}

/* The header, padded with spaces so that the data begins at a multiple of UNIT. */
static void add_header(const RtTensor *const *order, size_t count, const RtMeta *meta,
                       Text *out)
{
    bool first = !meta || !meta->count;
    size_t at = 0;
    text_add(out, "{");
    if (!first)
        describe_meta(out, meta);
    for (size_t i = 0; i < count; at += rt_tensor_bytes(order[i++])) {
        text_add(out, first ? "" : ",");
        describe(out, order[i], at);
        first = false;
    }
    text_add(out, "}");
    text_indent(out, (int)((UNIT - out->length % UNIT) % UNIT));
}

static RtStatus check_names(const char *path, const RtTensors *tensors, DiagList *d)
{
    for (size_t i = 0; i < tensors->count; i++) {
        const char *name = tensors->items[i].name;
        if (!name || rt_tensors_find(tensors, name) != &tensors->items[i])
            return rt_fail_file(d, RT_BAD_INPUT, path, "cannot write: %s '%s'",
                                name ? "two tensors have the name"
                                     : "a tensor without a name",
                                name ? name : "");
    }
    return RT_OK;
}

typedef struct Writing {
    const char *path;
    const RtTensor **order;
    size_t count;
    const RtMeta *meta;
    RtPiece *pieces;
    DiagList *d;
} Writing;

static RtStatus write_file(void *writing)
{
    Writing *w = writing;
    unsigned char length[LENGTH_BYTES];
    Text header = {0};
    add_header(w->order, w->count, w->meta, &header);
    for (int i = 0; i < LENGTH_BYTES; i++)
        length[i] = (unsigned char)((uint64_t)header.length >> 8 * i);
    w->pieces[0] = (RtPiece){length, sizeof length};
    w->pieces[1] = (RtPiece){header.bytes, header.length};
    for (size_t i = 0; i < w->count; i++)
        w->pieces[i + 2] = (RtPiece){w->order[i]->data, rt_tensor_bytes(w->order[i])};
    RtStatus st = rt_file_write(w->path, w->pieces, w->count + 2, w->d);
    text_free(&header);
    return st;
}

RtStatus rt_safetensors_write(const char *path, const RtTensors *tensors,
                              const RtMeta *meta, DiagList *d)
{
    RtStatus st = check_names(path, tensors, d);
    if (st)
        return st;
    Writing w = {.path = path,
                 .order = file_order(tensors),
                 .count = tensors->count,
                 .meta = meta,
                 .pieces = calloc(tensors->count + 2, sizeof *w.pieces),
                 .d = d};
    st = w.order && w.pieces ? rt_guarded(write_file, &w, d)
                             : rt_no_memory(d, tensors->count * sizeof *w.pieces);
    free(w.order);
    free(w.pieces);
    return st;
}

RtStatus rt_safetensors_header(const RtTensors *tensors, const RtMeta *meta, Text *out,
                               DiagList *d)
{
    const RtTensor **order = file_order(tensors);
    if (!order)
        return rt_no_memory(d, tensors->count * sizeof *order);
    GuardHold hold;
    guard_hold(&hold, free, order);
    add_header(order, tensors->count, meta, out);
    guard_drop(&hold);
    free(order);
    return RT_OK;
}
