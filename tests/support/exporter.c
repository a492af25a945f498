#include "tests/support/exporter.h"

#include "backends/cpu/cpu.h"
#include "passes/pass.h"

#include <string.h>

/* Each byte from the one before: what stands for trained weights. */
const void *exporter_bytes(Arena *a, const char *name, IrType t)
{
    size_t size = (size_t)ir_bytes(t);
    unsigned char *bytes = arena_alloc(a, size + 1);
    uint32_t x = 1;
    for (const char *p = name; *p; p++)
        x = x * 31 + (unsigned char)*p;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)((x = x * 1664525 + 1013904223) >> 24);
    for (size_t i = 3; i < size && t->elem == DTYPE_f32; i += 4)
        bytes[i] = 0x3e; /* floats from 1/8 to 1/2 */
    for (size_t i = 0; i < size && t->elem == DTYPE_i1; i++)
        bytes[i] &= 1;
    return bytes;
}

static bool is(IrAttr a, const char *word) { return a && !strcmp(a->name, word); }

static ExportTensor place(const Exporter *x, const char *name, IrAttr role, IrType type,
                          bool is_result)
{
    bool weight = is(role, "param") || is(role, "state");
    bool kept = weight || is(role, "opt") || is(role, "step") || is(role, "rng");
    ExportTensor t = {.name = name, .place = EXPORT_POINTER};
    if (x->place == EXPORT_BLOCK && kept)
        t.place = EXPORT_BLOCK;
    if (x->place == EXPORT_BYTES && weight && !is_result) {
        t.place = EXPORT_BYTES;
        t.bytes = exporter_bytes(x->arena, name, type);
    }
    return t;
}

static const char *name_of(Exporter *x, IrAttr name, const char *kind, uint32_t i)
{
    return name ? name->name : arena_printf(x->arena, "%s%u", kind, i);
}

static ExportEntry entry(Exporter *x, const IrOp *f)
{
    IrType t = ir_func_type(f);
    ExportTensor *args = ARENA_ARRAY(x->arena, ExportTensor, t->input_count);
    ExportTensor *results = ARENA_ARRAY(x->arena, ExportTensor, t->result_count);
    for (uint32_t i = 0; i < t->input_count; i++) {
        const char *name = name_of(x, ir_func_arg_attr(f, i, "descent.name"), "arg", i);
        args[i] =
            place(x, name, ir_func_arg_attr(f, i, "descent.role"), t->inputs[i], false);
        if (!strcmp(ir_func_name(f), "init"))
            args[i].place = EXPORT_POINTER;
    }
    for (uint32_t i = 0; i < t->result_count; i++) {
        const char *name =
            name_of(x, ir_func_result_attr(f, i, "descent.name"), "out", i);
        results[i] = place(x, name, ir_func_result_attr(f, i, "descent.role"),
                           t->results[i], true);
    }
    const char *host = arena_strdup(x->arena, ir_func_name(f));
    return (ExportEntry){
        host, x->prefix ? arena_printf(x->arena, "%s%s", x->prefix, host) : NULL, args,
        results};
}

static bool is_public(const IrOp *op)
{
    IrAttr v = ir_op_attr(op, "sym_visibility");
    return op->kind == OP_func && !is(v, "private") && ir_func_block(op);
}

static void add_entries(Exporter *x, IrModule *m)
{
    bool known = x->entries != NULL;
    for (IrOp *op = ir_module_block(m)->first; op && !known; op = op->next)
        if (is_public(op))
            ARENA_PUSH(x->arena, x->entries, x->entry_count, x->entry_room, entry(x, op));
}

IrModule *exporter_plan(Exporter *x, const char *cpu)
{
    size_t errors = diag_errors(x->diags);
    IrTarget target = cpu_target_of(x->target, cpu, x->diags);
    PassContext pass = {.target = &target, .diags = x->diags};
    if (diag_errors(x->diags) != errors)
        return NULL;
    IrModule *m = ir_parse(x->context, x->file, x->text, x->length, x->diags);
    if (m)
        add_entries(x, m);
    if (m && pass_run(m, &pass, NULL, NULL, NULL))
        return m;
    ir_module_close(m);
    return NULL;
}

IrModule *exporter_export(Exporter *x, const char *cpu)
{
    IrModule *m = exporter_plan(x, cpu);
    if (m && pass_export(m, x->entry_count, x->entries, x->arena, &x->layout, x->diags) &&
        ir_verify(m, x->diags))
        return m;
    ir_module_close(m);
    return NULL;
}
