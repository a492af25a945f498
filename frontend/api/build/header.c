/* The header of a library: what C and C++ programs need to call it, and nothing else. */
#include "frontend/api/build/build.h"

#include "runtime/dataset.h"
#include "runtime/number.h"
#include "support/guard.h"

#include <inttypes.h>
#include <string.h>

/* A parameter of a function, by the names that the header gives it. */
typedef struct Param {
    const ExportParam *made;
    const RtSpec *spec;       /* NULL: a block, the arena */
    const char *name, *upper; /* upper: SPAM_PREDICT_X */
    const char *group;        /* of an input: the data it was trained on; or NULL */
} Param;

typedef struct Function {
    const RtEntry *entry;
    const ExportFunction *made;
    const char *upper; /* SPAM_PREDICT */
    Param *params;
} Function;

static const char *c_type(Dtype t)
{
    static const char *const names[DTYPE_COUNT] = {
        [DTYPE_f32] = "float",     [DTYPE_f64] = "double",    [DTYPE_bf16] = "uint16_t",
        [DTYPE_f16] = "uint16_t",  [DTYPE_i1] = "uint8_t",    [DTYPE_i8] = "int8_t",
        [DTYPE_i16] = "int16_t",   [DTYPE_i32] = "int32_t",   [DTYPE_i64] = "int64_t",
        [DTYPE_ui8] = "uint8_t",   [DTYPE_ui16] = "uint16_t", [DTYPE_ui32] = "uint32_t",
        [DTYPE_ui64] = "uint64_t",
    };
    return names[t];
}

/* ------------------------------------------------------------------------------ names */

static const RtSpec *spec_of(const RtEntry *e, const ExportParam *p)
{
    return p->kind == EXPORT_OF_ARGUMENT ? &e->args[p->index]
           : p->kind == EXPORT_OF_RESULT ? &e->results[p->index]
                                         : NULL;
}

static const char *group_of(const Build *b, const RtEntry *e, const ExportParam *p)
{
    size_t before = 0;
    if (p->kind != EXPORT_OF_ARGUMENT || build_is_state(&e->args[p->index]))
        return NULL;
    for (uint32_t i = 0; i < p->index; i++)
        before += !build_is_state(&e->args[i]);
    return api_group(b->model, &b->o->sizes, before, e->args[p->index].name);
}

static const char *block_name(const Build *b)
{
    return b->o->train ? "state" : "weights";
}

/* The only argument of @init. */
static bool is_seed(const RtSpec *s, const ExportParam *p)
{
    return s->role == RT_ROLE_RNG && p->kind == EXPORT_OF_ARGUMENT;
}

const char *const *build_parameter_names(const Build *b, const RtEntry *e,
                                         const ExportFunction *f)
{
    const char **names = ARENA_ARRAY(b->arena, const char *, f->param_count + 1);
    const char **taken = ARENA_ARRAY(b->arena, const char *, f->param_count + 4);
    size_t count = 0;
    taken[count++] = "arena";
    taken[count++] = "pool";
    taken[count++] = block_name(b);
    for (size_t i = 0; i < f->param_count; i++) {
        const ExportParam *p = &f->params[i];
        const RtSpec *s = spec_of(e, p);
        if (s) {
            const char *name = is_seed(s, p) ? "seed" : s->name;
            names[i] = build_identifier(name, taken, count, b->arena);
            taken[count++] = names[i];
        } else {
            names[i] = p->kind == EXPORT_OF_BLOCK ? block_name(b) : "arena";
        }
    }
    return names;
}

static Function open_function(const Build *b, const BuildPart *p, size_t i)
{
    const ExportFunction *made = &p->layout.functions[i];
    Function f = {.entry = p->entries[i],
                  .made = made,
                  .upper = build_upper(made->symbol, b->arena),
                  .params = ARENA_ARRAY(b->arena, Param, made->param_count + 1)};
    const char *const *names = build_parameter_names(b, f.entry, made);
    for (size_t k = 0; k < made->param_count; k++) {
        const ExportParam *from = &made->params[k];
        const char *upper = build_upper(names[k], b->arena);
        f.params[k] = (Param){from, spec_of(f.entry, from), names[k],
                              arena_printf(b->arena, "%s_%s", f.upper, upper),
                              group_of(b, f.entry, from)};
    }
    return f;
}

/* -------------------------------------------------------------------------- constants */

static void add_sizes(Text *out, const Param *p, const char *what, const int64_t *values)
{
    text_printf(out, "#define %s_%s {", p->upper, what);
    for (int i = 0; i < p->spec->rank; i++)
        text_printf(out, i ? ", %" PRId64 : "%" PRId64, values[i]);
    text_add(out, "}\n");
}

static void add_tensor_constants(Text *out, const Param *p)
{
    int64_t strides[RT_MAX_RANK], count = 1;
    for (int i = p->spec->rank; i-- > 0; count *= p->spec->dims[i])
        strides[i] = count;
    text_printf(out, "#define %s_COUNT %" PRId64 "\n", p->upper, count);
    text_printf(out, "#define %s_RANK %d\n", p->upper, p->spec->rank);
    if (!p->spec->rank)
        return;
    add_sizes(out, p, "SHAPE", p->spec->dims);
    add_sizes(out, p, "STRIDES", strides);
}

static void add_numbers(Text *out, const Param *p, const char *what, const double *values,
                        int64_t count)
{
    char number[RT_NUMBER_TEXT];
    text_printf(out, "#define %s_%s {", p->upper, what);
    for (int64_t i = 0; i < count; i++)
        text_printf(out, "%s%s%s", i ? "," : "", i % 4 ? " " : " \\\n    ",
                    rt_number_shortest(values[i], false, number));
    text_add(out, "}\n");
}

/* What is not known is left out, but not what there is no memory for. */
static bool is_known(RtStatus st)
{
    if (st == RT_NO_MEMORY)
        guard_raise(sizeof(double));
    return !st;
}

static void free_transform(void *transform) { rt_transform_free(transform); }

/* What training did to its data; to be freed, and dropped, if it is known. */
static bool take_transform(const Build *b, const Param *p, RtTransform *out,
                           GuardHold *hold)
{
    DiagList *ignored = diag_open();
    bool known = p->group && is_known(rt_transform_from_meta(&b->meta, b->o->weights,
                                                             p->group, out, ignored));
    diag_close(ignored);
    if (known)
        guard_hold(hold, free_transform, out);
    return known;
}

/* How raw values become the input. */
static void add_preparation(const Build *b, Text *out, const Param *p)
{
    char number[RT_NUMBER_TEXT];
    RtTransform t;
    GuardHold hold;
    if (!take_transform(b, p, &t, &hold))
        return;
    if (t.count || t.scale != 1)
        text_printf(out, "#define %s_SCALE %s\n", p->upper,
                    rt_number_shortest(t.scale, false, number));
    if (t.count) {
        add_numbers(out, p, "MEAN", t.mean, t.count);
        add_numbers(out, p, "DEVIATION", t.deviation, t.count);
    }
    guard_drop(&hold);
    rt_transform_free(&t);
}

/* C has no arrays of 0 bytes. */
static int64_t arena_room(int64_t bytes) { return bytes ? bytes : 64; }

static void add_constants(const Build *b, Text *out, const Function *f)
{
    text_printf(out, "#define %s_ARENA_BYTES %" PRId64 "\n", f->upper,
                arena_room(f->made->arena_bytes));
    for (size_t i = 0; i < f->made->param_count; i++)
        if (f->params[i].spec) {
            add_tensor_constants(out, &f->params[i]);
            add_preparation(b, out, &f->params[i]);
        }
}

/* No text of a model may end the comment that it stands in. */
static void add_plain(Text *out, const char *s)
{
    for (; *s; s++)
        text_add_bytes(out, (unsigned char)*s < ' ' || *s == '/' || *s == '\\' ? "_" : s,
                       1);
}

/* The tensors' places in their block. */
static void add_layout(const Build *b, const ExportLayout *l, Text *out)
{
    const char **taken = ARENA_ARRAY(b->arena, const char *, l->slot_count + 1);
    const char *what = b->o->train ? "The state: weights, what the optimizer keeps, the "
                                     "step, random numbers.\n * One"
                                   : "The weights: one";
    if (!l->block_bytes)
        return;
    text_printf(out,
                "\n/* %s block of memory, aligned to 64 bytes, with each tensor at its\n"
                " * offset, row by row. */\n#define %s_%s_BYTES %" PRId64 "\n",
                what, b->names.upper, build_upper(block_name(b), b->arena),
                l->block_bytes);
    if (b->o->train)
        text_printf(out, "#define %s_STATE_ALIGNMENT 64\n", b->names.upper);
    for (size_t i = 0; i < l->slot_count; i++) {
        taken[i] = build_identifier(l->slots[i].name, taken, i, b->arena);
        const char *name = build_upper(taken[i], b->arena);
        text_printf(out,
                    "#define %s_OFFSET_%s %" PRId64 "  /* ",
                    b->names.upper, name, l->slots[i].offset);
        add_plain(out, l->slots[i].name);
        text_printf(out, ", %" PRId64 " bytes */\n", l->slots[i].bytes);
    }
}

/* --------------------------------------------------------------------------- comments */

static const char *direction(const ExportParam *p)
{
    return p->written ? p->read ? "in and out" : "out" : "in";
}

static const char *meaning(const RtSpec *s)
{
    return s->dtype == DTYPE_bf16  ? ", the 16 bits of each number"
           : s->dtype == DTYPE_f16 ? ", the 16 bits of each number"
           : s->dtype == DTYPE_i1  ? ", 0 or 1"
                                   : "";
}

/* (0 Bonn, 1 Ulm) */
static void add_words(Text *out, const RtColumn *c)
{
    for (size_t i = 0; i < c->class_count; i++) {
        text_printf(out, "%s%zu ", i ? ", " : " (", i);
        add_plain(out, c->classes[i]);
    }
    text_add(out, c->class_count ? ")\n" : "\n");
}

static void free_table(void *table) { rt_table_free(table); }

static void add_column_comment(const Build *b, Text *out, const Param *p)
{
    RtTable t = {0};
    GuardHold hold;
    DiagList *ignored = diag_open();
    bool known = p->group && is_known(rt_columns_from_meta(&b->meta, b->o->weights,
                                                           p->group, &t, ignored));
    guard_hold(&hold, free_table, &t);
    for (size_t i = 0; known && i < t.column_count; i++) {
        text_printf(out, " *              column %zu: ", i);
        add_plain(out, t.columns[i].name);
        add_words(out, &t.columns[i]);
    }
    guard_drop(&hold);
    rt_table_free(&t);
    diag_close(ignored);
}

/* x = (raw * SCALE - MEAN[i]) / DEVIATION[i] */
static void add_preparation_comment(const Build *b, Text *out, const Param *p)
{
    RtTransform t;
    GuardHold hold;
    if (!take_transform(b, p, &t, &hold))
        return;
    if (t.count)
        text_printf(out,
                    " *              element i of a row is (raw value * SCALE - MEAN[i])"
                    " / DEVIATION[i]\n");
    else if (t.scale != 1)
        text_add(out, " *              each element is its raw value * SCALE\n");
    guard_drop(&hold);
    rt_transform_free(&t);
}

static void add_tensor_comment(const Build *b, Text *out, const Param *p)
{
    char shape[RT_SHAPE_TEXT];
    text_printf(out, " *   %-10s %s, %s%s", p->name,
                rt_shape_text(p->spec->dtype, p->spec->rank, p->spec->dims, shape),
                direction(p->made), meaning(p->spec));
    if (is_seed(p->spec, p->made)) {
        text_add(out, ": {N, 0} is --seed=N of `descent train`");
    } else if (strcmp(p->name, p->spec->name)) {
        text_add(out, ": ");
        add_plain(out, p->spec->name);
    }
    text_add(out, "\n");
    add_preparation_comment(b, out, p);
    add_column_comment(b, out, p);
}

static void add_comment(const Build *b, Text *out, const Function *f)
{
    text_add(out, "\n/* @");
    add_plain(out, f->entry->name);
    text_add(out, " of ");
    add_plain(out, b->names.source);
    text_add(out, "\n *\n");
    for (size_t i = 0; i < f->made->param_count; i++)
        if (f->params[i].spec)
            add_tensor_comment(b, out, &f->params[i]);
        else if (f->made->params[i].kind == EXPORT_OF_BLOCK)
            text_printf(out, " *   %-10s %s, %s_%s_BYTES\n", block_name(b),
                        direction(f->made->params + i), b->names.upper,
                        build_upper(block_name(b), b->arena));
    text_printf(out, " *   %-10s %s_ARENA_BYTES to work in, aligned to 64%s\n", "arena",
                f->upper, f->made->arena_bytes ? "" : "; not used: may be NULL");
    text_printf(out,
                " *   %-10s who shares the work; NULL: the caller does it alone\n */\n",
                "pool");
}

/* -------------------------------------------------------------------------- functions */

const char *build_parameter_type(const Build *b, const RtEntry *e, const ExportParam *p)
{
    const RtSpec *s = spec_of(e, p);
    return arena_printf(b->arena, "%s%s *", p->written ? "" : "const ",
                        s ? c_type(s->dtype) : "void");
}

/* In lines of 90 characters. */
static void add_parameter(Text *out, size_t *start, int indent, const char *words)
{
    if (out->length - *start + strlen(words) > 90) {
        out->bytes[out->length - 1] = '\n'; /* was the blank */
        *start = out->length;
        text_indent(out, indent);
    }
    text_add(out, words);
}

static void add_function(const Build *b, Text *out, const Function *f)
{
    size_t start = out->length;
    text_printf(out, "void %s(", f->made->symbol);
    int indent = (int)(out->length - start);
    for (size_t i = 0; i < f->made->param_count; i++) {
        const Param *p = &f->params[i];
        add_parameter(out, &start, indent,
                      arena_printf(b->arena, "%s%s, ",
                                   build_parameter_type(b, f->entry, p->made), p->name));
    }
    add_parameter(out, &start, indent, "struct descent_pool *pool);\n");
}

static const char opening[] =
    " * It is called from any thread, and from several at once if each has an arena and\n"
    " * results of its own. It allocates nothing and keeps nothing between calls. "
    "Tensors lie\n"
    " * row by row: element [i][j] is at i * STRIDES[0] + j * STRIDES[1]. They need the\n"
    " * alignment of their type only; 64 bytes are fastest. No result may overlap "
    "another\n"
    " * argument. The code is linked with libm. */\n";

static const char pool[] =
    "#ifndef DESCENT_POOL\n"
    "#define DESCENT_POOL\n"
    "/* Threads that share the work of one call. `run` has task(ctx, begin, end) called "
    "for\n"
    " * ranges that are not empty and together hold each index from 0 to count - 1 once, "
    "by\n"
    " * any threads, and returns when all of them are done. The results are the same "
    "bits\n"
    " * whoever does it. */\n"
    "struct descent_pool {\n"
    "    void (*run)(struct descent_pool *self,\n"
    "                void (*task)(void *ctx, int64_t begin, int64_t end), void *ctx,\n"
    "                int64_t count);\n"
    "};\n"
    "#endif\n";

/* Memory that is enough for each of the functions. */
static void add_arena(const Build *b, const ExportLayout *l, Text *out)
{
    int64_t most = 0;
    for (size_t i = 0; i < l->function_count; i++)
        if (l->functions[i].arena_bytes > most)
            most = l->functions[i].arena_bytes;
    if (b->o->train)
        text_printf(out,
                    "\n/* An arena for any of the functions. */\n"
                    "#define %s_ARENA_BYTES %" PRId64 "\n",
                    b->names.upper, arena_room(most));
}

/* A string in lines of 90 characters. */
static void add_string(Text *out, const char *words, size_t length)
{
    enum { LINE = 78 };
    while (length) {
        size_t n = length < LINE ? length : LINE;
        while (n < length && words[n - 1] != ' ')
            n--;
        text_printf(out, " \\\n    \"%.*s\"", (int)n, words);
        words += n;
        length -= n;
    }
    text_add(out, "\n");
}

/* Of C its compiler knows. */
static void add_needs(const Build *b, Text *out)
{
    Text needs = {0};
    if (b->o->kind != API_C)
        build_add_needs(b, &needs);
    if (needs.length) {
        text_printf(out,
                    "\n/* The instructions beyond those of x86-64 that the code may use, "
                    "by LLVM's names: a\n * processor that lacks one cannot run it "
                    "(SIGILL). */\n#define %s_NEEDS",
                    b->names.upper);
        add_string(out, needs.bytes, needs.length - 1);
    }
    text_free(&needs);
}

bool build_header(const Build *b, const BuildPart *p, Text *out)
{
    const char *upper = b->names.upper;
    text_add(out, "/* ");
    add_plain(out, b->names.source);
    text_add(out, ", compiled by Descent.\n *\n");
    text_add(out, opening);
    text_printf(out,
                "#ifndef %s_H\n#define %s_H\n\n#include <stdint.h>\n\n"
                "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n",
                upper, upper);
    text_add(out, pool);
    add_needs(b, out);
    add_layout(b, &p->layout, out);
    add_arena(b, &p->layout, out);
    for (size_t i = 0; i < p->entry_count; i++) {
        Function f = open_function(b, p, i);
        add_comment(b, out, &f);
        add_constants(b, out, &f);
        add_function(b, out, &f);
    }
    text_add(out, "\n#ifdef __cplusplus\n}\n#endif\n");
    bool good = !b->o->train || build_files(b, p, out);
    text_add(out, "\n#endif\n");
    return good && build_check_macros(out->bytes, api_at(b->model->file), b->d);
}
