/* What code may rely on about weights: that none is infinite or NaN. */
#include "frontend/api/model.h"

/* Whether calls write it: in place, or by a result of its name that goes to its home. */
static bool is_written(const IrOp *func, uint32_t i)
{
    IrAttr name = ir_func_arg_attr(func, i, "descent.name");
    bool written = ir_func_arg_attr(func, i, "tf.aliasing_output") != NULL;
    for (uint32_t r = 0; name && r < ir_func_type(func)->result_count; r++)
        written |= ir_func_result_attr(func, r, "descent.name") == name;
    return written;
}

static bool is_weight(const IrOp *func, uint32_t i)
{
    IrAttr role = ir_func_arg_attr(func, i, "descent.role");
    if (!role || role->kind != IR_ATTR_STRING)
        return false;
    RtRole is = rt_role_parse(role->name, RT_ROLE_INPUT);
    return is == RT_ROLE_PARAM || is == RT_ROLE_STATE;
}

void api_mark_finite(IrModule *m)
{
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        for (uint32_t i = 0; api_is_entry(f) && i < ir_func_block(f)->arg_count; i++)
            if (is_weight(f, i) && !is_written(f, i))
                ir_func_set_arg_attr(f, i, "descent.finite", ir_attr_unit(m->context));
}
