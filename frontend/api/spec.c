/* What an entry point takes and gives, read off the attributes of its graph function. */
#include "frontend/api/model.h"
#include "frontend/api/range.h"

#include <string.h>

static RtRole role_of(IrAttr role, RtRole otherwise)
{
    bool named = role && role->kind == IR_ATTR_STRING;
    return named ? rt_role_parse(role->name, otherwise) : otherwise;
}

static bool fill(RtSpec *s, IrType t, IrAttr name, const char *otherwise,
                 const IrOp *func, Arena *arena, DiagList *d)
{
    int most = (int)(sizeof s->dims / sizeof *s->dims);
    bool named = name && name->kind == IR_ATTR_STRING;
    s->name = arena_strdup(arena, named ? name->name : otherwise);
    s->dtype = t->elem;
    s->rank = t->rank;
    s->alias = -1;
    if (t->kind == IR_TENSOR && t->rank <= most) {
        memcpy(s->dims, t->dims, (size_t)t->rank * sizeof *t->dims);
        return true;
    }
    diag_add(
        d, DIAG_ERROR, DIAG_UNSUPPORTED, ir_loc_place(func->loc),
        "unsupported: '%s' of @%s is a %s: an entry point takes and gives tensors of at "
        "most %d dimensions",
        s->name, ir_func_name(func), ir_type_str(func->module->context, t), most);
    return false;
}

static bool fill_argument(RtSpec *s, const IrOp *func, uint32_t i, Arena *arena,
                          DiagList *d)
{
    IrAttr alias = ir_func_arg_attr(func, i, "tf.aliasing_output");
    s->role = role_of(ir_func_arg_attr(func, i, "descent.role"), RT_ROLE_INPUT);
    const IrValue *value = ir_func_block(func)->args[i];
    IrName hint = value->hint;
    bool good =
        fill(s, ir_func_type(func)->inputs[i], ir_func_arg_attr(func, i, "descent.name"),
             hint ? hint : arena_printf(arena, "arg%u", i), func, arena, d);
    if (alias && alias->kind == IR_ATTR_INT)
        s->alias = (int)alias->number;
    s->finite = ir_func_arg_attr(func, i, "descent.finite") != NULL;
    if (s->role == RT_ROLE_INPUT)
        s->range = api_range(value, arena);
    return good;
}

static bool fill_result(RtSpec *s, const IrOp *func, uint32_t i, Arena *arena,
                        DiagList *d)
{
    s->role = role_of(ir_func_result_attr(func, i, "descent.role"), RT_ROLE_OUTPUT);
    return fill(s, ir_func_type(func)->results[i],
                ir_func_result_attr(func, i, "descent.name"),
                arena_printf(arena, "out%u", i), func, arena, d);
}

RtEntry *api_spec(const IrOp *func, Arena *arena, DiagList *d)
{
    IrType t = ir_func_type(func);
    RtSpec *args = ARENA_ARRAY(arena, RtSpec, t->input_count);
    RtSpec *results = ARENA_ARRAY(arena, RtSpec, t->result_count);
    bool good = true;
    for (uint32_t i = 0; i < t->input_count; i++)
        good &= fill_argument(&args[i], func, i, arena, d);
    for (uint32_t i = 0; i < t->result_count; i++)
        good &= fill_result(&results[i], func, i, arena, d);
    RtEntry *e = ARENA_NEW(arena, RtEntry);
    *e = (RtEntry){.name = arena_strdup(arena, ir_func_name(func)), .args = args,
                   .results = results, .arg_count = t->input_count,
                   .result_count = t->result_count};
    return good ? e : NULL;
}
