/* Graphs, functions, and the models they become. */
#include "frontend/lib/graph.h"
#include "support/ascii.h"

#include <ctype.h>
#include <string.h>

/* ------------------------------------------------------------------------------ graph */

descent_status descent_graph_create(descent_context *c, const char *name,
                                    descent_graph **out, descent_diagnostics *d)
{
    LIB_ENTER(call, c, d);
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "c", c, NULL);
    if (!st) {
        Arena *arena = arena_open();
        descent_graph *g = ARENA_NEW(arena, descent_graph);
        *g = (descent_graph){.context = c,
                             .call = lib_begin(NULL, NULL),
                             .arena = arena,
                             .ir = ir_context_open()};
        g->module = ir_module_open(g->ir, name ? name : "graph");
        *out = g;
    }
    return lib_end(&call, st);
}

void descent_graph_destroy(descent_graph *g)
{
    if (!g)
        return;
    ir_module_close(g->module);
    ir_context_close(g->ir);
    diag_close(g->call.d);
    arena_close(g->arena);
}

void descent_at(descent_graph *g, const char *file, unsigned line)
{
    if (!g)
        return;
    GRAPH_ENTER(g, return);
    g->file = file ? ir_name(g->ir, file) : NULL;
    g->line = line;
}

/* -------------------------------------------------------------------------- functions */

static bool is_name(const char *s)
{
    size_t n = 0;
    while (ascii_is_alnum(s[n]) || s[n] == '_' || s[n] == '.')
        n++;
    return n && n < 200 && !s[n] && !isdigit((unsigned char)*s);
}

static bool check_name(descent_graph *g, const char *what, const char *name)
{
    if (name && is_name(name))
        return true;
    graph_mistake(g, "'%s' is no name of %s: letters, digits, '_' and '.' are",
                  name ? name : "(NULL)", what);
    return false;
}

descent_function *descent_function_create(descent_graph *g, const char *name)
{
    GRAPH_ENTER(g, return NULL);
    if (!g || !check_name(g, "a function", name))
        return NULL;
    if (ir_module_func(g->module, name)) {
        graph_mistake(g, "there is a function @%s already", name);
        return NULL;
    }
    descent_function *f = ARENA_NEW(g->arena, descent_function);
    f->graph = g;
    f->op = ir_func_new(g->module, name, false, ir_loc_unknown(g->ir), 0, NULL, 0, NULL);
    f->builder =
        ir_builder_at_end(g->module, ir_func_block(f->op), ir_loc_unknown(g->ir));
    f->op->loc = graph_at(f)->loc;
    ARENA_PUSH(g->arena, g->functions, g->function_count, g->function_room, f);
    return f;
}

static const char *const role_names[] = {"param", "state", "opt",    "step",  "rng",
                                         "input", "loss",  "metric", "output"};

static bool check_role(descent_graph *g, const char *name, descent_role role, bool result)
{
    bool kept = role <= DESCENT_RNG;
    bool fits =
        (unsigned)role <= DESCENT_OUTPUT && (kept || (role == DESCENT_INPUT) != result);
    if (!fits)
        graph_mistake(g, "'%s' has the role %s, which no %s has", name,
                      (unsigned)role <= DESCENT_OUTPUT ? role_names[role] : "(unknown)",
                      result ? "result" : "argument");
    return fits;
}

/* The argument of that name, or -1. */
static int find_argument(const descent_function *f, const char *name)
{
    const IrBlock *block = ir_func_block(f->op);
    for (uint32_t i = 0; i < block->arg_count; i++)
        if (!strcmp(block->args[i]->hint, name))
            return (int)i;
    return -1;
}

descent_value *descent_argument(descent_function *f, const char *name, descent_role role,
                                descent_dtype dtype, int rank, const int64_t *dims)
{
    GRAPH_ENTER(f->graph, return NULL);
    if (!f || !check_name(f->graph, "an argument", name) ||
        !check_role(f->graph, name, role, false))
        return NULL;
    descent_graph *g = f->graph;
    if (find_argument(f, name) >= 0)
        return graph_mistake(g, "@%s has an argument '%s' already", ir_func_name(f->op),
                             name);
    IrType t = graph_type(g, name, dtype, rank, dims);
    if (!t)
        return NULL;
    IrValue *v = ir_block_add_arg(ir_func_block(f->op), t, graph_at(f)->loc);
    v->hint = ir_name(g->ir, name);
    ARENA_PUSH(g->arena, f->roles, f->argument_count, f->argument_room, role);
    return graph_out(v);
}

void descent_result(descent_function *f, const char *name, descent_role role,
                    descent_value *value)
{
    GRAPH_ENTER(f->graph, return);
    if (!graph_ready1(f, "descent_result", value) ||
        !check_name(f->graph, "a result", name) ||
        !check_role(f->graph, name, role, true))
        return;
    descent_graph *g = f->graph;
    for (size_t i = 0; i < f->result_count; i++)
        if (!strcmp(f->results[i].name, name)) {
            graph_mistake(g, "@%s has a result '%s' already", ir_func_name(f->op), name);
            return;
        }
    GraphResult r = {ir_name(g->ir, name), role, graph_in(value)};
    ARENA_PUSH(g->arena, f->results, f->result_count, f->result_room, r);
}

/* ------------------------------------------------------------- calls and gradients */

static IrType *result_types(const descent_function *f)
{
    IrType *types = ARENA_ARRAY(f->graph->arena, IrType, f->result_count + 1);
    for (size_t i = 0; i < f->result_count; i++)
        types[i] = f->results[i].value->type;
    return types;
}

static bool check_call(descent_function *f, descent_function *callee,
                       descent_value *const *arguments, size_t count, size_t room)
{
    descent_graph *g = f->graph;
    if (!callee || callee->graph != g || callee == f) {
        if (callee || !diag_errors(g->call.d))
            graph_mistake(g, "the callee is NULL, of another graph, or the caller");
        return false;
    }
    const IrBlock *block = ir_func_block(callee->op);
    if (count != block->arg_count || room != callee->result_count) {
        graph_mistake(g, "%zu argument%s and %zu result%s: @%s has %u and %zu", count,
                      text_plural((long long)count), room, text_plural((long long)room),
                      ir_func_name(callee->op), block->arg_count, callee->result_count);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (graph_in(arguments[i])->type != block->args[i]->type) {
            graph_mistake(g, "'%s' of @%s is a %s, not a %s", block->args[i]->hint,
                          ir_func_name(callee->op),
                          ir_type_str(g->ir, block->args[i]->type),
                          ir_type_str(g->ir, graph_in(arguments[i])->type));
            return false;
        }
    return true;
}

void descent_call_function(descent_function *f, descent_function *callee,
                           descent_value *const *arguments, size_t count,
                           descent_value **results, size_t room)
{
    GRAPH_ENTER(f->graph, return);
    for (size_t i = 0; results && i < room; i++)
        results[i] = NULL;
    if (!graph_ready(f, "descent_call_function", count, arguments) ||
        !check_call(f, callee, arguments, count, room))
        return;
    if (room && !results) {
        graph_mistake(f->graph, "descent_call_function: 'results' is NULL");
        return;
    }
    IrNamedAttr attr = {"callee", ir_attr_symbol(f->graph->ir, ir_func_name(callee->op))};
    IrOp *op = ir_build(graph_at(f), OP_call, count, graph_list(arguments), room,
                        result_types(callee), 1, &attr);
    callee->called = true;
    for (size_t i = 0; i < room; i++)
        results[i] = graph_out(ir_result(op, (uint32_t)i));
}

void descent_gradient(descent_function *f, descent_value *loss, descent_value *const *wrt,
                      size_t count, descent_value **gradients)
{
    GRAPH_ENTER(f->graph, return);
    for (size_t i = 0; gradients && i < count; i++)
        gradients[i] = NULL;
    if (!graph_ready1(f, "descent_gradient", loss) ||
        !graph_ready(f, "descent_gradient", count, wrt))
        return;
    if (count && !gradients) {
        graph_mistake(f->graph, "descent_gradient: 'gradients' is NULL");
        return;
    }
    IrOp *op = ir_gradient(graph_at(f), graph_in(loss), count, graph_list(wrt));
    for (size_t i = 0; op && i < count; i++)
        gradients[i] = graph_out(ir_result(op, (uint32_t)i));
}

int descent_value_type(const descent_value *v, descent_dtype *dtype,
                       int64_t dims[DESCENT_MAX_RANK])
{
    if (!v)
        return 0;
    IrType t = ((const IrValue *)v)->type;
    if (dtype)
        *dtype = (descent_dtype)t->elem;
    if (dims && t->rank)
        memcpy(dims, t->dims, (size_t)t->rank * sizeof *dims);
    return t->rank;
}

/* -------------------------------------------------------------------------- finishing */

/* The argument that a result overwrites: kept in the state, of its name and type. */
static int donor(const descent_function *f, const GraphResult *r)
{
    int i = r->role <= DESCENT_RNG ? find_argument(f, r->name) : -1;
    bool same = i >= 0 && ir_func_block(f->op)->args[i]->type == r->value->type;
    return same ? i : -1;
}

static IrType function_type(const descent_function *f)
{
    const IrBlock *block = ir_func_block(f->op);
    IrType *in = ARENA_ARRAY(f->graph->arena, IrType, block->arg_count + 1);
    for (uint32_t i = 0; i < block->arg_count; i++)
        in[i] = block->args[i]->type;
    return ir_function(f->graph->ir, block->arg_count, in, f->result_count,
                       result_types(f));
}

static void name_argument(descent_function *f, uint32_t i)
{
    IrContext *c = f->graph->ir;
    const char *name = ir_func_block(f->op)->args[i]->hint;
    ir_func_set_arg_attr(f->op, i, "descent.name", ir_attr_string(c, name));
    ir_func_set_arg_attr(f->op, i, "descent.role",
                         ir_attr_string(c, role_names[f->roles[i]]));
}

static void name_result(descent_function *f, uint32_t i)
{
    IrContext *c = f->graph->ir;
    const GraphResult *r = &f->results[i];
    int from = donor(f, r);
    ir_func_set_result_attr(f->op, i, "descent.name", ir_attr_string(c, r->name));
    ir_func_set_result_attr(f->op, i, "descent.role",
                            ir_attr_string(c, role_names[r->role]));
    if (from >= 0)
        ir_func_set_arg_attr(f->op, (uint32_t)from, "tf.aliasing_output",
                             ir_attr_int(c, ir_scalar(c, DTYPE_i32), i));
}

/* Signature and return as far as the function is known now. */
static void close_function(descent_function *f)
{
    IrContext *c = f->graph->ir;
    IrValue **values = ARENA_ARRAY(f->graph->arena, IrValue *, f->result_count + 1);
    ir_func_set_type(f->op, function_type(f));
    ir_op_set_attr(f->op, "sym_visibility",
                   ir_attr_string(c, f->called ? "private" : "public"));
    ir_op_set_attr(f->op, "arg_attrs", NULL);
    ir_op_set_attr(f->op, "res_attrs", NULL);
    for (size_t i = 0; !f->called && i < f->argument_count; i++)
        name_argument(f, (uint32_t)i);
    for (size_t i = 0; !f->called && i < f->result_count; i++)
        name_result(f, (uint32_t)i);
    for (size_t i = 0; i < f->result_count; i++)
        values[i] = f->results[i].value;
    ir_return(graph_at(f), f->result_count, values);
    f->closed = true;
}

/* Those that were closed, for more to be built. */
static void reopen_functions(descent_graph *g)
{
    for (size_t i = 0; i < g->function_count; i++) {
        descent_function *f = g->functions[i];
        if (f->closed)
            ir_op_erase(ir_func_block(f->op)->last);
        f->closed = false;
    }
}

/* The module as text, through which each model gets an IR of its own. */
static bool print_graph(descent_graph *g, Text *out)
{
    reopen_functions(g); /* if there was no memory last time */
    for (size_t i = 0; i < g->function_count; i++)
        close_function(g->functions[i]);
    bool good = ir_verify(g->module, g->call.d);
    if (good)
        ir_print(g->module, (IrPrintOptions){.locations = true}, out);
    reopen_functions(g);
    return good;
}

/* What the graph has written down goes on to who finishes it. */
static descent_status report(descent_graph *g, LibCall *call)
{
    diag_append(call->d, g->call.d);
    descent_status st = lib_failed(call);
    return st == DESCENT_BAD_ARGUMENT ? DESCENT_BAD_INPUT : st;
}

descent_status descent_graph_finish(descent_graph *g, descent_model **out,
                                    descent_diagnostics *d)
{
    LIB_ENTER(call, g ? g->context : NULL, d);
    Text text = {0};
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "g", g, NULL);
    if (!st && !g->function_count && !diag_errors(g->call.d))
        graph_mistake(g, "the graph has no function");
    if (!st && (diag_errors(g->call.d) || !print_graph(g, &text)))
        st = report(g, &call);
    if (!st)
        st = lib_model_parse(&call, g->context, "graph.mlir", text.bytes, text.length,
                             out);
    text_free(&text);
    return lib_end(&call, st);
}
