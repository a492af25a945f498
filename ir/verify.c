/* The verifier: structure here; the constraints of each op are in its shape rule
 * (infer*.c), in verify_body.c and in verify_kernel.c.
 *   S1 a module holds functions and globals, which are nowhere else.
 *   S2 each has a name, no two the same.
 *   S3 a function has a function type, and its body takes the arguments of that type.
 *   S4 arg_attrs and res_attrs are lists of dictionaries, as many as there are.
 *   S5 tf.aliasing_output names a result of the argument's type, no two the same.
 *   S6 a block ends in the terminator that goes with its op, and has no other.
 *   S7 an operand is defined before, in the same block or one around it.
 *   S8 results have the types that follow from operands and attributes.
 *   S9 a callee exists, and takes and gives the call's types; so for globals.
 *   S10 a function returns what its type says.
 *   S11 an op has no attributes that it does not know.
 *   S12 an op that needs a region has one.
 *   S13 a function takes and gives no memory of a workgroup: that is a launch's own. */
#include "ir/verify.h"

#include <stdlib.h>
#include <string.h>

typedef struct Verify {
    IrModule *module;
    DiagList *diags;
    Arena *scratch;
    const IrOp **symbols; /* well-formed functions and globals, in order */
    const IrOp **sorted;  /* the same by name */
    size_t symbol_count;
    const IrValue **visible; /* by id: the value, where it may be used */
} Verify;

static Infer at(const Verify *v, const IrOp *op)
{
    return (Infer){.op = op, .context = v->module->context, .diags = v->diags};
}

/* ---------------------------------------------------------------------------- symbols */

static IrName symbol_name(const IrOp *op) { return ir_op_attr(op, "sym_name")->name; }

static int by_name(const void *a, const void *b)
{
    const IrOp *x = *(const IrOp *const *)a, *y = *(const IrOp *const *)b;
    int order = strcmp(symbol_name(x), symbol_name(y));
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

static const IrOp *symbol_find(const Verify *v, IrName name, IrOpKind kind)
{
    size_t low = 0, high = v->symbol_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(symbol_name(v->sorted[middle]), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < v->symbol_count && symbol_name(v->sorted[low]) == name;
    return found && v->sorted[low]->kind == kind ? v->sorted[low] : NULL;
}

/* A list of dictionaries, one for each argument or result. */
static bool dicts_fit(const Infer *f, const char *name, size_t count)
{
    IrAttr a = ir_op_attr(f->op, name);
    if (!a)
        return true;
    bool fits = a->kind == IR_ATTR_ARRAY && a->count == count;
    for (size_t i = 0; fits && i < count; i++)
        fits = a->items[i]->kind == IR_ATTR_DICT;
    return fits ||
           infer_fail(f, "%s is no list of %zu dictionaries", name, count); /* S4 */
}

static bool donations_fit(const Verify *v, const Infer *f)
{
    IrType t = ir_func_type(f->op);
    const uint32_t none = UINT32_MAX;
    uint32_t *donor = ARENA_ARRAY(v->scratch, uint32_t, t->result_count);
    for (size_t i = 0; i < t->result_count; i++)
        donor[i] = none;
    for (uint32_t i = 0; i < t->input_count; i++) {
        IrAttr a = ir_func_arg_attr(f->op, i, "tf.aliasing_output");
        if (!a)
            continue;
        if (a->kind != IR_ATTR_INT || a->number < 0 ||
            (size_t)a->number >= t->result_count) /* S5 */
            return infer_fail(
                f, "tf.aliasing_output of argument %u is none of the %zu results", i,
                t->result_count);
        if (t->results[a->number] != t->inputs[i]) /* S5 */
            return infer_fail(
                f, "argument %u is donated to result %lld of another type: %s -> %s", i,
                (long long)a->number, infer_str(f, t->inputs[i]),
                infer_str(f, t->results[a->number]));
        if (donor[a->number] != none) /* S5 */
            return infer_fail(f, "arguments %u and %u are both donated to result %lld",
                              donor[a->number], i, (long long)a->number);
        donor[a->number] = i;
    }
    return true;
}

static bool args_fit(const Infer *f)
{
    IrType t = ir_func_type(f->op);
    const IrBlock *body = ir_func_block(f->op);
    if (!body)
        return true;
    if (body->arg_count != t->input_count) /* S3 */
        return infer_fail(f, "the body takes %u arguments, but the type says %zu",
                          body->arg_count, t->input_count);
    for (uint32_t i = 0; i < body->arg_count; i++)
        if (body->args[i]->type != t->inputs[i]) /* S3 */
            return infer_fail(f, "argument %u is %s, but the type says %s", i,
                              infer_str(f, body->args[i]->type),
                              infer_str(f, t->inputs[i]));
    return true;
}

static bool memory_fits(const Infer *f, const char *what, size_t count,
                        const IrType *types)
{
    for (size_t i = 0; i < count; i++)
        if (types[i]->shared) /* S13 */
            return infer_fail(f, "%s %zu is memory of a workgroup", what, i);
    return true;
}

static bool func_fits(const Verify *v, const Infer *f)
{
    IrAttr a = ir_op_attr(f->op, "function_type");
    if (!a || a->kind != IR_ATTR_TYPE || a->type->kind != IR_FUNCTION) /* S3 */
        return infer_fail(f, "function_type is no function type");
    IrAttr visibility = ir_op_attr(f->op, "sym_visibility");
    if (visibility && visibility->kind != IR_ATTR_STRING)
        return infer_fail(f, "sym_visibility is no string");
    IrType t = a->type;
    return args_fit(f) && memory_fits(f, "argument", t->input_count, t->inputs) &&
           memory_fits(f, "result", t->result_count, t->results) &&
           dicts_fit(f, "arg_attrs", t->input_count) &&
           dicts_fit(f, "res_attrs", t->result_count) && donations_fit(v, f);
}

static bool symbol_fits(const Verify *v, const IrOp *op)
{
    Infer f = at(v, op);
    IrAttr name = ir_op_attr(op, "sym_name");
    if (op->kind != OP_func && op->kind != OP_memref_global) /* S1 */
        return infer_fail(&f, "stands outside of a function");
    if (!name || name->kind != IR_ATTR_STRING) /* S2 */
        return infer_fail(&f, "sym_name is no string");
    return op->kind == OP_memref_global ? verify_kernel(&f) : func_fits(v, &f);
}

/* Sorts the symbols; whether no two have the same name. */
static bool names_differ(Verify *v)
{
    bool ok = true;
    v->sorted = arena_copy(v->scratch, v->symbols, v->symbol_count * sizeof *v->symbols);
    if (v->symbol_count)
        qsort(v->sorted, v->symbol_count, sizeof *v->sorted, by_name);
    for (size_t i = 1; i < v->symbol_count; i++)
        if (symbol_name(v->sorted[i - 1]) == symbol_name(v->sorted[i])) { /* S2 */
            Infer f = at(v, v->sorted[i]);
            ok = infer_fail(&f, "two symbols have the name @%s",
                            symbol_name(v->sorted[i]));
        }
    return ok;
}

/* Enters what is well formed; whether all is. */
static bool symbols_open(Verify *v)
{
    const IrBlock *block = ir_module_block(v->module);
    bool ok = true;
    size_t room = 0;
    for (const IrOp *op = block ? block->first : NULL; op; op = op->next)
        room++;
    v->symbols = ARENA_ARRAY(v->scratch, const IrOp *, room);
    for (const IrOp *op = block ? block->first : NULL; op; op = op->next)
        if (symbol_fits(v, op))
            v->symbols[v->symbol_count++] = op;
        else
            ok = false;
    return names_differ(v) && ok;
}

/* ----------------------------------------------------------------------------- one op */

static bool call_fits(const Verify *v, const Infer *f)
{
    const IrOp *op = f->op;
    IrAttr callee = ir_op_attr(op, "callee");
    if (!callee || callee->kind != IR_ATTR_SYMBOL) /* S9 */
        return infer_fail(f, "callee is no symbol");
    const IrOp *func = symbol_find(v, callee->name, OP_func);
    if (!func) /* S9 */
        return infer_fail(f, "there is no function @%s", callee->name);
    IrType t = ir_func_type(func);
    bool fits =
        t->input_count == op->operand_count && t->result_count == op->result_count;
    for (uint32_t i = 0; fits && i < op->operand_count; i++)
        fits = t->inputs[i] == infer_in(f, i);
    for (uint32_t i = 0; fits && i < op->result_count; i++)
        fits = t->results[i] == op->results[i].type;
    return fits || infer_fail(f, "the call does not fit @%s : %s", callee->name, /* S9 */
                              infer_str(f, t));
}

static bool global_fits(const Verify *v, const Infer *f)
{
    IrAttr name = ir_op_attr(f->op, "name");
    if (!name || name->kind != IR_ATTR_SYMBOL) /* S9 */
        return infer_fail(f, "name is no symbol");
    const IrOp *global = symbol_find(v, name->name, OP_memref_global);
    if (!global) /* S9 */
        return infer_fail(f, "there is no global @%s", name->name);
    IrType t = ir_op_attr(global, "type")->type;
    return t == f->op->results[0].type || /* S9 */
           infer_fail(f, "@%s is %s, not %s", name->name, infer_str(f, t),
                      infer_str(f, f->op->results[0].type));
}

static bool return_fits(const Infer *f)
{
    const IrOp *func = f->op->block->region->op;
    if (func->kind != OP_func) /* S6 */
        return true;
    IrType t = ir_func_type(func);
    bool fits = t->result_count == f->op->operand_count;
    for (uint32_t i = 0; fits && i < f->op->operand_count; i++)
        fits = t->results[i] == infer_in(f, i);
    return fits ||
           infer_fail(f, "the values do not fit @%s : %s", symbol_name(func), /* S10 */
                      infer_str(f, t));
}

/* Results have the types that follow. */
static bool types_fit(const Verify *v, Infer *f)
{
    bool ok = true;
    f->types = ARENA_ARRAY(v->scratch, IrType, f->op->result_count);
    if (!ir_infer(f->op, f->types, v->diags))
        return false;
    for (uint32_t i = 0; i < f->op->result_count; i++)
        if (f->types[i] != f->op->results[i].type) /* S8 */
            ok = infer_fail(f, "result %u is %s, but should be %s", i,
                            infer_str(f, f->op->results[i].type),
                            infer_str(f, f->types[i]));
    return ok;
}

/* Each region is there, except the second one of scf.if without results. */
static bool regions_exist(const Infer *f)
{
    for (uint32_t i = 0; i < f->op->region_count; i++)
        if (!f->op->regions[i].block &&
            !(f->op->kind == OP_scf_if && i == 1 && !f->op->result_count)) /* S12 */
            return infer_fail(f, "region %u is empty", i);
    return true;
}

static bool op_fits(const Verify *v, const IrOp *op)
{
    Infer f = at(v, op);
    if (!verify_attrs(&f) || !regions_exist(&f)) /* S11, S12 */
        return false;
    if (ir_op_info(op->kind)->kernel)
        return verify_kernel(&f) &&
               (op->kind != OP_memref_get_global || global_fits(v, &f));
    if (!types_fit(v, &f))
        return false;
    switch (op->kind) {
    case OP_call: return call_fits(v, &f);
    case OP_return: return return_fits(&f);
    default: return !op->region_count || verify_body(&f);
    }
}

/* --------------------------------------------------------------------------- the walk */

/* What ends region i of an op. */
static IrOpKind end_of(const IrOp *op, uint32_t i)
{
    switch (op->kind) {
    case OP_func: return OP_return;
    case OP_scf_parallel: return OP_scf_reduce;
    case OP_scf_while: return i == 0 ? OP_scf_condition : OP_scf_yield;
    case OP_gpu_launch: return OP_gpu_terminator;
    default: return ir_op_info(op->kind)->kernel ? OP_scf_yield : OP_yield;
    }
}

static bool ends_fit(const Verify *v, const IrOp *owner, uint32_t region)
{
    const IrBlock *block = owner->regions[region].block;
    const char *end = ir_op_info(end_of(owner, region))->name;
    bool ok = true;
    for (const IrOp *op = block->first; op; op = op->next)
        if (op != block->last && ir_op_info(op->kind)->traits & IR_TERMINATOR) { /* S6 */
            Infer f = at(v, op);
            ok = infer_fail(&f, "is not at the end of its block");
        }
    if (!block->last || block->last->kind != end_of(owner, region)) { /* S6 */
        Infer f = at(v, block->last ? block->last : owner);
        ok = infer_fail(&f, "the block must end in %s", end);
    }
    return ok;
}

static bool operands_visible(const Verify *v, const IrOp *op)
{
    for (uint32_t i = 0; i < op->operand_count; i++)
        if (v->visible[ir_operand(op, i)->id] != ir_operand(op, i)) { /* S7 */
            Infer f = at(v, op);
            return infer_fail(&f, "operand %u is not defined here", i);
        }
    return true;
}

static void show_results(const Verify *v, const IrOp *op, bool visible)
{
    for (uint32_t i = 0; i < op->result_count; i++)
        v->visible[op->results[i].id] = visible ? &op->results[i] : NULL;
}

static bool region_fits(const Verify *v, const IrOp *owner, uint32_t region);

static bool op_and_regions_fit(const Verify *v, const IrOp *op)
{
    bool ok = true;
    if (op->kind == OP_func || op->kind == OP_module ||
        op->kind == OP_memref_global) { /* S1 */
        Infer f = at(v, op);
        return infer_fail(&f, "stands inside of a function");
    }
    for (uint32_t i = 0; i < op->region_count; i++)
        if (op->regions[i].block)
            ok &= region_fits(v, op, i);
    return ok && op_fits(v, op);
}

static bool region_fits(const Verify *v, const IrOp *owner, uint32_t region)
{
    const IrBlock *block = owner->regions[region].block;
    bool ok = ends_fit(v, owner, region);
    for (uint32_t i = 0; i < block->arg_count; i++)
        v->visible[block->args[i]->id] = block->args[i];
    for (const IrOp *op = block->first; op; op = op->next) {
        ok &= operands_visible(v, op) && op_and_regions_fit(v, op);
        show_results(v, op, true);
    }
    for (const IrOp *op = block->first; op; op = op->next)
        show_results(v, op, false);
    for (uint32_t i = 0; i < block->arg_count; i++)
        v->visible[block->args[i]->id] = NULL;
    return ok;
}

static bool module_fits(Verify *v)
{
    Infer f = at(v, v->module->op);
    bool ok = verify_attrs(&f); /* S11 */
    ok &= symbols_open(v);
    for (size_t i = 0; i < v->symbol_count; i++) {
        f.op = v->symbols[i];
        ok &= verify_attrs(&f); /* S11 */
        if (f.op->kind == OP_func && ir_func_block(f.op))
            ok &= region_fits(v, f.op, 0);
    }
    return ok;
}

bool ir_verify(IrModule *m, DiagList *d)
{
    Verify v = {.module = m, .diags = d, .scratch = arena_open()};
    v.visible = ARENA_ARRAY(v.scratch, const IrValue *, m->value_count);
    bool ok = module_fits(&v);
    arena_close(v.scratch);
    return ok;
}
