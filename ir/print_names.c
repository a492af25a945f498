/* Names of values, as MLIR gives them: hints (and what an op calls its results) made
 * unique with _0, _1 ...; all others are numbered. A region sees the names around it,
 * and what it names is free again behind it. */
#include "ir/print.h"
#include "support/ascii.h"

#include <ctype.h>
#include <string.h>

typedef struct Taken {
    struct Taken *next_in_bucket, *before;  /* before: the one taken last before this */
    const char *name;
    uint32_t bucket;
} Taken;

struct IrNames {
    Arena *arena;
    const char **name;          /* by value id */
    uint32_t count;
    Taken **bucket, *last;      /* of names that can be seen */
    uint32_t bucket_count;      /* a power of two */
};

/* What a region goes on counting from. */
typedef struct Counters {
    unsigned value, arg, conflict;
} Counters;

IrNames *ir_names_open(const IrModule *m)
{
    Arena *a = arena_open();
    IrNames *n = ARENA_NEW(a, IrNames);
    n->arena = a;
    n->count = m->value_count;
    n->name = ARENA_ARRAY(a, const char *, n->count);
    for (n->bucket_count = 64; n->bucket_count < n->count && n->bucket_count < 1u << 30;)
        n->bucket_count *= 2;
    n->bucket = ARENA_ARRAY(a, Taken *, n->bucket_count);
    return n;
}

void ir_names_close(IrNames *n)
{
    if (n)
        arena_close(n->arena);
}

const char *ir_names_get(const IrNames *n, const IrValue *v)
{
    return v->id < n->count && n->name[v->id] ? n->name[v->id] : "%?";
}

static uint32_t bucket_of(const IrNames *n, const char *s)
{
    uint32_t h = 2166136261u;
    while (*s)
        h = (h ^ (unsigned char)*s++) * 16777619u;
    return h & (n->bucket_count - 1);
}

static bool is_taken(const IrNames *n, const char *name)
{
    for (const Taken *t = n->bucket[bucket_of(n, name)]; t; t = t->next_in_bucket)
        if (!strcmp(t->name, name))
            return true;
    return false;
}

static const char *take(IrNames *n, Counters *c, const char *stem)
{
    const char *name = stem;
    while (is_taken(n, name))
        name = arena_printf(n->arena, "%s_%u", stem, c->conflict++);
    Taken *t = ARENA_NEW(n->arena, Taken);
    uint32_t at = bucket_of(n, name);
    *t = (Taken){n->bucket[at], n->last, name, at};
    n->bucket[at] = n->last = t;
    return name;
}

static void release(IrNames *n, Taken *until)
{
    for (; n->last != until; n->last = n->last->before)
        n->bucket[n->last->bucket] = n->last->next_in_bucket;
}

static bool only_digits(const char *s)
{
    return *s && !s[strspn(s, "0123456789")];
}

/* Whether a hint is one: not if it looks like the names we give (0, arg0). */
static bool is_hint(const char *hint)
{
    return hint && *hint && !only_digits(hint)
        && (strncmp(hint, "arg", 3) || !only_digits(hint + 3));
}

/* A hint as a name: letters, digits and $._- only; NULL if there is none. */
static const char *usable(IrNames *n, const char *hint)
{
    if (!is_hint(hint))
        return NULL;
    char *s =
        arena_printf(n->arena, "%s%s", isdigit((unsigned char)*hint) ? "_" : "", hint);
    for (char *p = s; *p; p++)
        if (!ascii_is_alnum(*p) && !strchr("$._-", *p))
            *p = '_';
    return s;
}

static const char *constant_name(IrNames *n, const IrOp *op)
{
    IrType t = op->results[0].type;
    IrAttr value = ir_op_attr(op, "value");
    if (op->kind == OP_constant)
        return dtype_is_float(t->elem) ? "cst" : "c";
    if (!value || (value->kind != IR_ATTR_INT && value->kind != IR_ATTR_BOOL))
        return "cst";
    if (t->kind == IR_SCALAR && t->elem == DTYPE_i1)
        return value->number ? "true" : "false";
    if (t->kind == IR_INDEX)
        return arena_printf(n->arena, "c%lld", (long long)value->number);
    return arena_printf(n->arena, "c%lld_%s", (long long)value->number,
                        dtype_name(t->elem));
}

/* What the op itself calls a result; NULL: nothing. */
static const char *own_name(IrNames *n, const IrOp *op, uint32_t i)
{
    switch (op->kind) {
    case OP_constant:
    case OP_arith_constant: return constant_name(n, op);
    case OP_rng_bit_generator: return i ? "output" : "output_state";
    case OP_gpu_shuffle: return i ? "valid" : "shuffleResult";
    case OP_memref_alloc: return "alloc";
    case OP_memref_cast: return "cast";
    case OP_memref_alloca: return "alloca";
    case OP_memref_view: return "view";
    case OP_memref_collapse_shape: return "collapse_shape";
    case OP_memref_expand_shape: return "expand_shape";
    default: return NULL;
    }
}

uint32_t ir_names_group(const IrOp *op, uint32_t first)
{
    bool each = op->kind == OP_rng_bit_generator || op->kind == OP_gpu_shuffle;
    uint32_t next = first + 1;
    while (next < op->result_count && !each && !is_hint(op->results[next].hint))
        next++;
    return next - first;
}

static void set(IrNames *n, const IrValue *v, const char *name)
{
    if (v->id < n->count)
        n->name[v->id] = name;
}

static void name_results(IrNames *n, Counters *c, const IrOp *op)
{
    for (uint32_t i = 0, size; i < op->result_count; i += size) {
        size = ir_names_group(op, i);
        const char *stem = usable(n, op->results[i].hint);
        if (!stem)
            stem = own_name(n, op, i);
        stem = stem ? take(n, c, stem) : arena_printf(n->arena, "%u", c->value++);
        for (uint32_t k = 0; k < size; k++)
            set(n, &op->results[i + k],
                size == 1 ? arena_printf(n->arena, "%%%s", stem)
                          : arena_printf(n->arena, "%%%s#%u", stem, k));
    }
}

static void name_region(IrNames *n, Counters c, const IrRegion *r)
{
    const IrBlock *b = r->block;
    if (!b)
        return;
    Taken *outside = n->last;
    for (uint32_t i = 0; i < b->arg_count; i++) {
        const char *stem = usable(n, b->args[i]->hint);
        if (!stem)
            stem = arena_printf(n->arena, "arg%u", c.arg++);
        set(n, b->args[i], arena_printf(n->arena, "%%%s", take(n, &c, stem)));
    }
    for (const IrOp *op = b->first; op; op = op->next)
        name_results(n, &c, op);
    for (const IrOp *op = b->first; op; op = op->next)
        for (uint32_t i = 0; i < op->region_count; i++)
            name_region(n, c, &op->regions[i]);
    release(n, outside);
}

void ir_names_assign(IrNames *n, const IrOp *op)
{
    release(n, NULL);
    for (uint32_t i = 0; i < op->region_count; i++)
        name_region(n, (Counters){0}, &op->regions[i]);
}
