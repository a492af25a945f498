/* What code may rely on about weights: that none is infinite or NaN. */
#include "frontend/api/model.h"

static bool is_kept_weight(const IrOp *func, uint32_t i)
{
    IrAttr role = ir_func_arg_attr(func, i, "descent.role");
    if (ir_func_arg_attr(func, i, "tf.aliasing_output"))
        return false;
    if (!role || role->kind != IR_ATTR_STRING)
        return false;
    RtRole is = rt_role_parse(role->name, RT_ROLE_INPUT);
    return is == RT_ROLE_PARAM || is == RT_ROLE_STATE;
}

void api_mark_finite(IrModule *m)
{
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        for (uint32_t i = 0; api_is_entry(f) && i < ir_func_block(f)->arg_count; i++)
            if (is_kept_weight(f, i))
                ir_func_set_arg_attr(f, i, "descent.finite", ir_attr_unit(m->context));
}
