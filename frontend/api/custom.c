/* Custom ops: found by name, asked for types, bound to compiled code.
 *
 * A kernel that is only declared (passes/lower/custom.c) becomes a record of the function
 * and the types of the call, which compiled code hands to run(). */
#include "frontend/api/custom.h"

#include "runtime/program.h"

#include <string.h>

const descent_custom_op *api_custom_find(const ApiCustoms *list, const char *name)
{
    for (size_t i = 0; list && i < list->count; i++)
        if (!strcmp(list->ops[i]->name, name))
            return list->ops[i];
    return NULL;
}

/* ------------------------------------------------------------------------------ types */

static descent_type *types_of(Arena *arena, size_t count, const IrType *from)
{
    descent_type *to = ARENA_ARRAY(arena, descent_type, count);
    for (size_t i = 0; i < count; i++) {
        to[i].dtype = (descent_dtype)from[i]->elem;
        to[i].rank = from[i]->rank;
        to[i].elements = ir_elements(from[i]);
        for (int k = 0; k < from[i]->rank; k++)
            to[i].dims[k] = from[i]->dims[k];
    }
    return to;
}

static bool is_type(const descent_type *t)
{
    if ((unsigned)t->dtype >= DTYPE_COUNT || t->rank < 0 || t->rank > DESCENT_MAX_RANK)
        return false;
    for (int i = 0; i < t->rank; i++)
        if (t->dims[i] < 0)
            return false;
    return ir_dims_ok((Dtype)t->dtype, t->rank, t->dims);
}

static const char *list_types(IrContext *c, Arena *arena, size_t count,
                              const IrType *types)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text =
            arena_printf(arena, "%s%s%s", text, i ? ", " : "", ir_type_str(c, types[i]));
    return text;
}

static bool take_types(const descent_custom_op *op, IrContext *c, size_t count,
                       const descent_type *from, IrType *to, Place at, DiagList *d)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_type(&from[i])) {
            diag_error(
                d, at,
                "the shape function of the custom op '%s' gives result %zu no type "
                "that there is",
                op->name, i);
            return false;
        }
        to[i] = ir_tensor(c, (Dtype)from[i].dtype, from[i].rank, from[i].dims);
    }
    return true;
}

bool api_custom_types(const descent_custom_op *op, IrContext *c, size_t operand_count,
                      const IrType *operands, size_t result_count, IrType *results,
                      Place at, DiagList *d)
{
    Arena *arena = arena_open();
    descent_type *out = ARENA_ARRAY(arena, descent_type, result_count);
    int code = op->shape(op->user, types_of(arena, operand_count, operands),
                         operand_count, out, result_count);
    bool good = !code && take_types(op, c, result_count, out, results, at, d);
    if (code)
        diag_error(d, at,
                   "the custom op '%s' does not take (%s) to give %zu result%s: its shape "
                   "function returned %d",
                   op->name, list_types(c, arena, operand_count, operands), result_count,
                   text_plural((long long)result_count), code);
    arena_close(arena);
    return good;
}

/* ---------------------------------------------------------------------------- calling */

typedef struct Bound {
    RtCustom known_as;
    descent_custom_function *function;
    void *user;
    descent_custom_call call;
} Bound;

/* The buffers: operands, results, and an RtFailure. */
static int run(void *data, void *const *buffers)
{
    const Bound *b = data;
    void *const *results = buffers + b->call.operand_count;
    int code = b->function(b->user, &b->call, buffers, results);
    if (code)
        *(RtFailure *)results[b->call.result_count] = (RtFailure){&b->known_as, code};
    return code;
}

/* ---------------------------------------------------------------------------- binding */

/* A call of op's backward has the types (operands, results, results) -> operands. */
static bool is_backward_type(IrType t)
{
    size_t n = t->result_count, m = (t->input_count - n) / 2;
    bool good = t->input_count >= n && n + 2 * m == t->input_count;
    for (size_t i = 0; good && i < n; i++)
        good = t->inputs[i] == t->results[i];
    for (size_t i = 0; good && i < m; i++)
        good = t->inputs[n + i] == t->inputs[n + m + i];
    return good;
}

/* A function may count on the types that the shape function gave, whoever wrote the
 * graph. */
static bool check_types(const descent_custom_op *op, bool backward, IrContext *c,
                        IrType t, Arena *arena, Place at, DiagList *d)
{
    bool good = !backward || is_backward_type(t);
    size_t in = backward ? t->result_count : t->input_count;
    size_t out = !backward ? t->result_count : good ? (t->input_count - in) / 2 : 0;
    const IrType *given = backward ? t->inputs + in : t->results;
    IrType *wanted = ARENA_ARRAY(arena, IrType, out);
    if (good && !api_custom_types(op, c, in, t->inputs, out, wanted, at, d))
        return false;
    for (size_t i = 0; good && i < out; i++)
        good = given[i] == wanted[i];
    if (!good)
        diag_error(d, at,
                   "the types of this call of the custom op '%s' are not those that "
                   "its shape function gives",
                   op->name);
    return good;
}

/* The op whose gradient has this name; NULL: it is no such name. */
static const descent_custom_op *find_backward(const ApiCustoms *list, const char *name,
                                              Arena *arena)
{
    size_t length = strlen(name), tail = strlen(API_BACKWARD);
    if (length <= tail || strcmp(name + length - tail, API_BACKWARD))
        return NULL;
    return api_custom_find(list, arena_printf(arena, "%.*s", (int)(length - tail), name));
}

static bool bind(const ApiCustoms *list, const IrOp *func, Arena *arena, CpuOutside *out,
                 DiagList *d)
{
    const char *name = ir_op_string(func, "descent.custom");
    IrType t = ir_op_attr(func, "descent.graph_type")->type;
    Place at = ir_loc_place(func->loc);
    const descent_custom_op *forward = api_custom_find(list, name);
    const descent_custom_op *op = forward ? forward : find_backward(list, name, arena);
    Bound *b = ARENA_NEW(arena, Bound);
    if (!op || (!forward && !op->backward)) {
        diag_add(d, DIAG_ERROR, DIAG_UNSUPPORTED, at,
                 "unsupported: no custom op '%s' is registered", name);
        return false;
    }
    if (!check_types(op, !forward, func->module->context, t, arena, at, d))
        return false;
    *b = (Bound){
        .known_as = {arena_strdup(arena, name), at},
        .function = forward ? op->forward : op->backward,
        .user = op->user,
        .call = {t->input_count, types_of(arena, t->input_count, t->inputs),
                 t->result_count, types_of(arena, t->result_count, t->results)},
    };
    if (at.file)
        b->known_as.at.file = arena_strdup(arena, at.file);
    *out = (CpuOutside){arena_strdup(arena, ir_func_name(func)), run, b};
    return true;
}

bool api_custom_bind(const ApiCustoms *list, IrModule *m, Arena *arena, CpuOptions *out,
                     DiagList *d)
{
    CpuOutside *all = NULL;
    size_t count = 0, room = 0;
    bool good = true;
    for (const IrOp *op = ir_module_block(m)->first; op; op = op->next) {
        CpuOutside one;
        if (op->kind != OP_func || !ir_op_attr(op, "descent.custom"))
            continue;
        if (bind(list, op, arena, &one, d))
            ARENA_PUSH(arena, all, count, room, one);
        else
            good = false;
    }
    out->outside = all;
    out->outside_count = count;
    return good;
}
