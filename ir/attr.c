/* Attributes: immutable, interned. */
#include "ir/intern.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t elements_bytes(const struct IrAttrRec *a)
{
    if (a->kind != IR_ATTR_ELEMENTS)
        return 0;
    return a->splat ? dtype_bytes(a->type->elem) : (size_t)ir_bytes(a->type);
}

static IrAttr intern_attr(IrContext *c, struct IrAttrRec a)
{
    const InternArray arrays[] = {
        INTERN_ARRAY(a.items, a.count),
        INTERN_ARRAY(a.ints, a.count),
        INTERN_ARRAY(a.entries, a.count),
        {&a.bytes, elements_bytes(&a)},
    };
    KEY_BEGIN(c);
    KEY_ADD(c, a.kind);
    KEY_ADD(c, a.type);
    KEY_ADD(c, a.elem);
    KEY_ADD(c, a.number);
    KEY_ADD(c, a.real);
    KEY_ADD(c, a.name);
    KEY_ADD(c, a.value);
    KEY_ADD(c, a.splat);
    return intern_record(c, &c->attrs, &a, sizeof a, arrays, 4);
}

IrAttr ir_attr_unit(IrContext *c)
{
    return intern_attr(c, (struct IrAttrRec){.kind = IR_ATTR_UNIT});
}

IrAttr ir_attr_bool(IrContext *c, bool value)
{
    return intern_attr(c, (struct IrAttrRec){.kind = IR_ATTR_BOOL, .number = value});
}

IrAttr ir_attr_int(IrContext *c, IrType type, int64_t value)
{
    return intern_attr(c, (struct IrAttrRec){.kind = IR_ATTR_INT, .type = type, .number = value});
}

IrAttr ir_attr_i64(IrContext *c, int64_t value)
{
    return ir_attr_int(c, ir_scalar(c, DTYPE_i64), value);
}

IrAttr ir_attr_float(IrContext *c, IrType type, double value)
{
    return intern_attr(c, (struct IrAttrRec){.kind = IR_ATTR_FLOAT, .type = type, .real = value});
}

IrAttr ir_attr_string(IrContext *c, const char *s)
{
    return intern_attr(c, (struct IrAttrRec){.kind = IR_ATTR_STRING, .name = ir_name(c, s)});
}

IrAttr ir_attr_symbol(IrContext *c, const char *s)
{
    return intern_attr(c, (struct IrAttrRec){.kind = IR_ATTR_SYMBOL, .name = ir_name(c, s)});
}

IrAttr ir_attr_type(IrContext *c, IrType t)
{
    return intern_attr(c, (struct IrAttrRec){.kind = IR_ATTR_TYPE, .type = t});
}

IrAttr ir_attr_array(IrContext *c, size_t count, const IrAttr *items)
{
    return intern_attr(c, (struct IrAttrRec){.kind = IR_ATTR_ARRAY, .count = count, .items = items});
}

IrAttr ir_attr_ints(IrContext *c, Dtype elem, size_t count, const int64_t *ints)
{
    return intern_attr(c, (struct IrAttrRec){
        .kind = IR_ATTR_INTS, .elem = elem, .count = count, .ints = ints});
}

IrAttr ir_attr_i64s(IrContext *c, size_t count, const int64_t *ints)
{
    return ir_attr_ints(c, DTYPE_i64, count, ints);
}

static bool all_equal(const unsigned char *bytes, size_t size, int64_t count)
{
    for (int64_t i = 1; i < count; i++)
        if (memcmp(bytes, bytes + (size_t)i * size, size))
            return false;
    return true;
}

IrAttr ir_attr_elements(IrContext *c, IrType type, const void *bytes, bool splat)
{
    static const unsigned char zero[8];
    int64_t count = ir_elements(type);
    if (!count)
        bytes = zero;
    return intern_attr(c, (struct IrAttrRec){
        .kind = IR_ATTR_ELEMENTS, .type = type, .bytes = bytes,
        .splat = splat || all_equal(bytes, dtype_bytes(type->elem), count)});
}

IrAttr ir_attr_splat(IrContext *c, IrType type, double value)
{
    unsigned char bytes[8] = {0};
    dtype_store(type->elem, bytes, value);
    return ir_attr_elements(c, type, bytes, true);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const IrNamedAttr *)a)->name, ((const IrNamedAttr *)b)->name);
}

/* Entries with interned names, sorted, in memory of the context. */
static IrNamedAttr *sorted(IrContext *c, size_t count, const IrNamedAttr *entries)
{
    IrNamedAttr *copy = arena_copy(c->arena, entries, count * sizeof *entries);
    for (size_t i = 0; i < count; i++)
        copy[i].name = ir_name(c, copy[i].name);
    if (count)
        qsort(copy, count, sizeof *copy, by_name);
    return copy;
}

IrAttr ir_attr_dict(IrContext *c, size_t count, const IrNamedAttr *entries)
{
    return intern_attr(c, (struct IrAttrRec){
        .kind = IR_ATTR_DICT, .count = count, .entries = sorted(c, count, entries)});
}

IrAttr ir_attr_enum(IrContext *c, const char *name, const char *value)
{
    return intern_attr(c, (struct IrAttrRec){
        .kind = IR_ATTR_ENUM, .name = ir_name(c, name), .value = ir_name(c, value)});
}

IrAttr ir_attr_struct(IrContext *c, const char *name, size_t count, const IrNamedAttr *entries)
{
    return intern_attr(c, (struct IrAttrRec){
        .kind = IR_ATTR_STRUCT, .name = ir_name(c, name), .count = count,
        .entries = sorted(c, count, entries)});
}

IrAttr ir_attr_opaque(IrContext *c, const char *text)
{
    return intern_attr(c, (struct IrAttrRec){.kind = IR_ATTR_OPAQUE, .name = ir_name(c, text)});
}

IrAttr ir_attr_get(IrAttr a, const char *name)
{
    if (!a || (a->kind != IR_ATTR_DICT && a->kind != IR_ATTR_STRUCT))
        return NULL;
    for (size_t i = 0; i < a->count; i++)
        if (!strcmp(a->entries[i].name, name))
            return a->entries[i].value;
    return NULL;
}

const void *ir_elements_at(IrAttr a, int64_t i)
{
    assert(a->kind == IR_ATTR_ELEMENTS);
    return (const unsigned char *)a->bytes + (a->splat ? 0 : (size_t)i * dtype_bytes(a->type->elem));
}

double ir_elements_get(IrAttr a, int64_t i)
{
    return dtype_load(a->type->elem, ir_elements_at(a, i));
}

int64_t ir_elements_get_int(IrAttr a, int64_t i)
{
    return dtype_load_int(a->type->elem, ir_elements_at(a, i));
}
