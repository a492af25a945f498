/* Makes functions once that do the same: nets repeat their blocks, and each kernel less is code less
 * to make.
 *
 *     call @step.loop.0(%x)              call @step.loop.0(%x)
 *     call @step.loop.7(%y)              call @step.loop.0(%y)
 *
 * A private function is compared with those before it that have the same hash; names, of the
 * functions and of their values, do not count. The calls of one that is equal go to the first, which
 * has the places of both.
 *
 * Needs: a verified module, private functions that call none.  Keeps: order. */
#include "passes/equal.h"
#include "passes/pass.h"

#include <string.h>

typedef struct Merge {
    Arena *arena;
    uint64_t *hashes;       /* of the functions kept so far */
    IrOp **kept;
    size_t count, hash_count, room, hash_room;
    IrOp **instead;         /* by id of a function: the one that is called instead */
    IrSymbols symbols;
    PassEqual equal;
} Merge;

static bool is_mergeable(const IrOp *f)
{
    return f->kind == OP_func && ir_func_block(f) && ir_op_attr(f, "sym_visibility") &&
           !strcmp(ir_op_string(f, "sym_visibility"), "private");
}

static void hash_op(IrOp *op, void *data)
{
    uint64_t *h = data;
    *h = pass_mix(*h, op->kind);
    for (uint32_t i = 0; i < op->attr_count; i++)
        *h = pass_mix(*h, (uintptr_t)op->attrs[i].value);
    for (uint32_t i = 0; i < op->result_count; i++)
        *h = pass_mix(*h, (uintptr_t)op->results[i].type);
}

static uint64_t hash(IrOp *func)
{
    uint64_t h = (uintptr_t)ir_func_type(func);
    ir_walk(func, hash_op, &h);
    return h;
}

/* All but the name. */
static bool same_attrs(const IrOp *a, const IrOp *b)
{
    if (a->attr_count != b->attr_count)
        return false;
    for (uint32_t i = 0; i < a->attr_count; i++)
        if (a->attrs[i].name != b->attrs[i].name ||
            (a->attrs[i].value != b->attrs[i].value && strcmp(a->attrs[i].name, "sym_name")))
            return false;
    return true;
}

static IrOp *find(Merge *m, IrOp *func, uint64_t h)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->hashes[i] == h && same_attrs(m->kept[i], func) &&
            pass_equal_regions(&m->equal, m->kept[i], func))
            return m->kept[i];
    return NULL;
}

static bool find_equal(Merge *m, IrModule *module)
{
    bool any = false;
    for (IrOp *f = ir_module_block(module)->first; f; f = f->next) {
        uint64_t h = is_mergeable(f) ? hash(f) : 0;
        IrOp *first = h ? find(m, f, h) : NULL;
        if (first) {
            IrLoc places[2] = {first->loc, f->loc};
            first->loc = ir_loc_fused(module->context, 2, places);
            m->instead[f->id] = first;
            any = true;
        } else if (h) {
            ARENA_PUSH(m->arena, m->kept, m->count, m->room, f);
            ARENA_PUSH(m->arena, m->hashes, m->hash_count, m->hash_room, h);
        }
    }
    return any;
}

static void redirect(IrOp *op, void *data)
{
    Merge *m = data;
    IrOp *callee = op->kind == OP_call ? ir_symbols_callee(&m->symbols, op) : NULL;
    IrOp *instead = callee ? m->instead[callee->id] : NULL;
    if (instead)
        ir_op_set_attr(op, "callee",
                       ir_attr_symbol(op->module->context, ir_func_name(instead)));
}

static void drop_merged(Merge *m, IrModule *module)
{
    for (IrOp *f = ir_module_block(module)->first, *next; f; f = next) {
        next = f->next;
        if (m->instead[f->id])
            ir_op_erase(f);
    }
}

PassResult pass_merge(IrModule *module, PassContext *c)
{
    (void)c;
    Arena *arena = arena_open();
    Merge m = {.arena = arena,
               .instead = ARENA_ARRAY(arena, IrOp *, module->op_count),
               .symbols = ir_symbols(module, arena),
               .equal.number = ARENA_ARRAY(arena, uint32_t, module->value_count)};
    bool changed = find_equal(&m, module);
    if (changed) {
        ir_walk(module->op, redirect, &m);
        drop_merged(&m, module);
    }
    arena_close(arena);
    return changed ? PASS_CHANGED : PASS_UNCHANGED;
}
