/* Saving and loading the state of a trainer: C text at the end of its header.
 *
 * One mechanism serves all kinds and all targets: the code is the same for every model
 * but for tables, it needs a compiler, which whoever includes a header has, and the object
 * goes on calling nothing. It is files.h.in, where each identifier that begins with model_
 * or MODEL_ gets the model's prefix, and a few words stand for numbers and rows. */
#include "frontend/api/build/build.h"
#include "support/guard.h"
#include "support/ascii.h"

#include <inttypes.h>
#include <string.h>

extern const char build_files_text[], build_files_text_end[];
__asm__(".section .rodata\n"
        ".globl build_files_text, build_files_text_end\n"
        ".hidden build_files_text, build_files_text_end\n"
        "build_files_text:\n"
        ".incbin \"" BUILD_FILES "\"\n"
        "build_files_text_end:\n"
        ".byte 0\n"
        ".previous\n");

typedef struct Files {
    const Build *b;
    const ExportLayout *layout;
    const RtSpec **specs;       /* one for each slot */
    size_t *order;              /* of slots in a file */
    Text header, weights;       /* of a file with all of the state, with weights only */
} Files;

/* ------------------------------------------------------------------------ the tensors */

static const RtSpec *find_spec(const BuildPart *p, const char *name)
{
    for (size_t i = 0; i < p->entry_count; i++)
        for (size_t k = 0; k < p->entries[i]->result_count; k++) {
            const RtSpec *s = &p->entries[i]->results[k];
            if (build_is_state(s) && !strcmp(s->name, name))
                return s;
        }
    return NULL;
}

/* Larger elements first, so that all are aligned: rt_safetensors_header keeps that. */
static void sort(Files *f)
{
    size_t n = 0;
    for (size_t width = 8; width; width /= 2)
        for (size_t i = 0; i < f->layout->slot_count; i++)
            if (dtype_bytes(f->specs[i]->dtype) == width)
                f->order[n++] = i;
}

static void free_tensors(void *tensors) { rt_tensors_free(tensors); }
static void free_meta(void *meta) { rt_meta_free(meta); }

static bool make_header(const Files *f, bool all, Text *out)
{
    GuardHold held_tensors, held_meta;
    RtTensors tensors = {0};
    RtMeta meta = {0};
    char nothing = 0;       /* only shapes are looked at */
    DiagList *d = f->b->d;
    const RtMeta *data = &f->b->meta;
    RtStatus st = rt_meta_set(&meta, "descent.model",
                              api_train_block(f->b->model, &f->b->o->sizes)->model, d);
    for (size_t i = 0; i < data->count && !st; i++)
        st = rt_meta_set(&meta, data->keys[i], data->values[i], d);
    for (size_t i = 0; i < f->layout->slot_count && !st; i++) {
        const RtSpec *s = f->specs[f->order[i]];
        RtTensor t;
        if (!all && !build_is_weight(s))
            continue;
        st = rt_tensor_wrap(s->name, s->dtype, s->rank, s->dims, &nothing, &t, d);
        if (!st)
            st = rt_tensors_add(&tensors, &t, d);
    }
    guard_hold(&held_tensors, free_tensors, &tensors);
    guard_hold(&held_meta, free_meta, &meta);
    if (!st)
        st = rt_safetensors_header(&tensors, &meta, out, d);
    guard_drop(&held_meta);
    guard_drop(&held_tensors);
    rt_tensors_free(&tensors);
    rt_meta_free(&meta);
    return !st;
}

static size_t name_room(const Files *f)
{
    size_t most = strlen("data_offsets");
    for (size_t i = 0; i < f->layout->slot_count; i++)
        if (strlen(f->layout->slots[i].name) > most)
            most = strlen(f->layout->slots[i].name);
    return most + 1;
}

/* ------------------------------------------------------------------------------- text */

/* A string of C; ? could be part of a trigraph. */
static void add_string(Text *out, const char *s, size_t length)
{
    text_add(out, "\"");
    for (; length--; s++)
        if (*s == '"' || *s == '\\' || *s == '?')
            text_printf(out, "\\%c", *s);
        else if (*s < ' ' || *s > '~')
            text_printf(out, "\\%03o", (unsigned char)*s);
        else
            text_add_bytes(out, s, 1);
    text_add(out, "\"");
}

static void add_tensor_rows(const Files *f, Text *out)
{
    for (size_t i = 0; i < f->layout->slot_count; i++) {
        const ExportSlot *slot = &f->layout->slots[f->order[i]];
        const RtSpec *s = f->specs[f->order[i]];
        text_add(out, i ? ",\n        {" : "        {");
        add_string(out, s->name, strlen(s->name));
        text_printf(out, ", \"%s\", %d, %" PRId64 ", %" PRId64 ", %d, {",
                    rt_safetensors_type(s->dtype), build_is_weight(s), slot->offset,
                    slot->bytes, s->rank);
        for (int k = 0; k < s->rank || !k; k++)
            text_printf(out, k ? ", %" PRId64 : "%" PRId64, s->rank ? s->dims[k] : 0);
        text_add(out, "}}");
    }
}

/* Cut behind commas: compilers limit the length of a string. */
static void add_header_rows(const Text *header, Text *out)
{
    enum { LENGTH = 60 };
    const char *s = header->bytes, *end = s + header->length;
    while (s < end) {
        size_t left = (size_t)(end - s);
        const char *cut = left > LENGTH ? memchr(s + LENGTH, ',', left - LENGTH) : NULL;
        size_t length = cut ? (size_t)(cut + 1 - s) : left;
        text_add(out, "        ");
        add_string(out, s, length);
        s += length;
        text_add(out, s < end ? ",\n" : "");
    }
}

/* ----------------------------------------------------------------------- the template */

static bool is(const char *word, size_t length, const char *wanted)
{
    return length == strlen(wanted) && !memcmp(word, wanted, length);
}

static void add_word(const Files *f, const char *word, size_t length, Text *out)
{
    bool lower = length > 6 && !memcmp(word, "model_", 6);
    bool upper = length > 6 && !memcmp(word, "MODEL_", 6);
    if (is(word, length, "MODEL_TENSOR_ROWS"))
        add_tensor_rows(f, out);
    else if (is(word, length, "MODEL_HEADER_ROWS"))
        add_header_rows(&f->header, out);
    else if (is(word, length, "MODEL_WEIGHTS_HEADER_ROWS"))
        add_header_rows(&f->weights, out);
    else if (is(word, length, "MODEL_TENSOR_COUNT"))
        text_printf(out, "%zu", f->layout->slot_count);
    else if (is(word, length, "MODEL_HEADER_SIZE"))
        text_printf(out, "%zu", f->header.length);
    else if (is(word, length, "MODEL_WEIGHTS_HEADER_SIZE"))
        text_printf(out, "%zu", f->weights.length);
    else if (is(word, length, "MODEL_NAME_SIZE"))
        text_printf(out, "%zu", name_room(f));
    else if (lower || upper)
        text_printf(out, "%s%.*s", lower ? f->b->names.prefix : f->b->names.upper,
                    (int)length - 5, word + 5);
    else
        text_add_bytes(out, word, length);
}

static bool is_part_of_word(char c)
{
    return ascii_is_alnum(c) || c == '_';
}

static void add_template(const Files *f, Text *out)
{
    for (const char *s = build_files_text; s < build_files_text_end;) {
        size_t length = 0;
        while (s + length < build_files_text_end && is_part_of_word(s[length]))
            length++;
        if (length)
            add_word(f, s, length, out);
        else
            text_add_bytes(out, s, length = 1);
        s += length;
    }
}

bool build_files(const Build *b, const BuildPart *p, Text *out)
{
    const ExportLayout *l = &p->layout;
    Files f = {.b = b, .layout = l,
               .specs = ARENA_ARRAY(b->arena, const RtSpec *, l->slot_count),
               .order = ARENA_ARRAY(b->arena, size_t, l->slot_count)};
    for (size_t i = 0; i < l->slot_count; i++)
        f.specs[i] = find_spec(p, l->slots[i].name);
    sort(&f);
    bool good = make_header(&f, true, &f.header) && make_header(&f, false, &f.weights);
    if (good)
        add_template(&f, out);
    text_free(&f.header);
    text_free(&f.weights);
    return good;
}
