/* Custom calls: functions from outside, which are only declared here.
 *
 *     func.func private @f.custom.0(%x: tensor<4xf32>) -> tensor<4xi1>
 *         attributes {descent.kind = "custom"} { custom_call @clip(%x) {descent.custom} }
 *  ->
 *     func.func private @f.custom.0(memref<4xf32>, memref<4xi8> {descent.result},
 *                                   memref<2xi64> {descent.failure})
 *         attributes {descent.custom = "clip",
 *                     descent.graph_type = (tensor<4xf32>) -> tensor<4xi1>, ...}
 *
 * If the function fails, it leaves in the last buffer what the caller of the host program wants to
 * know (runtime/program.h), and the host program ends. */
#include "passes/lower/lower.h"

void declare_custom(IrModule *m, IrName name, const IrOp *graph, Arena *arena)
{
    IrContext *c = m->context;
    IrType type = ir_func_type(graph);
    size_t n = type->input_count, count = n + type->result_count;
    const IrOp *call = ir_func_block(graph)->first;
    IrType *inputs = ARENA_ARRAY(arena, IrType, count + 1);
    for (size_t i = 0; i < count; i++)
        inputs[i] = memref_of(c, i < n ? type->inputs[i] : type->results[i - n]);
    inputs[count] = ir_memref(c, DTYPE_i64, 1, (int64_t[]){2});
    IrNamedAttr attrs[] = {
        {"sym_name", ir_attr_string(c, name)},
        {"sym_visibility", ir_attr_string(c, "private")},
        {"function_type", ir_attr_type(c, ir_function(c, count + 1, inputs, 0, NULL))},
        {"descent.kind", ir_op_attr(graph, "descent.kind")},
        {"descent.custom", ir_attr_string(c, ir_op_string(call, "call_target_name"))},
        {"descent.graph_type", ir_attr_type(c, type)},
    };
    IrOp *func = ir_op_new(m, OP_func, graph->loc, 0, NULL, 0, NULL,
                           sizeof attrs / sizeof *attrs, attrs);
    ir_block_append(ir_module_block(m), func);
    for (size_t i = n; i < count; i++)
        ir_func_set_arg_attr(func, (uint32_t)i, "descent.result", ir_attr_unit(c));
    ir_func_set_arg_attr(func, (uint32_t)count, "descent.failure", ir_attr_unit(c));
}
