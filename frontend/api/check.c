/* What a model needs: parameters, work, traffic, memory; and which layers need it. */
#include "frontend/api/cost.h"
#include "frontend/api/launches.h"
#include "frontend/api/model.h"
#include "frontend/api/target.h"

#include "support/ascii.h"

#include <string.h>

typedef struct Check {
    const ApiModel *model;
    ApiCheck *out;
    Arena *arena;
    RtEntry **specs;            /* per entry, as in out->costs */
    IrTarget target;
    Cuda *gpu;                  /* the one that is here; NULL: none was asked for */
} Check;

/* ----------------------------------------------------------------------------- layers */

static const char *find_line(const ApiModel *m, unsigned line)
{
    const char *s = m->text;
    for (unsigned i = 1; i < line && s; i++) {
        s = strchr(s, '\n');
        s = s ? s + 1 : NULL;
    }
    return s;
}

/* The length of a call as it is written: name(...), as far as the line goes. */
static size_t call_length(const char *s)
{
    size_t n = 0;
    int depth = 0;
    while (ascii_is_alnum(s[n]) || s[n] == '_' || s[n] == '.')
        n++;
    if (s[n] != '(')
        return n;
    do {
        depth += (s[n] == '(') - (s[n] == ')');
        n++;
    } while (depth && s[n] && s[n] != '\n');
    return n;
}

/* What stands at a place of the model; NULL if the place is elsewhere. */
static const char *written_at(const Check *c, Place at)
{
    enum { LONGEST = 26 };
    if (!at.file || !at.line || !at.column || strcmp(at.file, c->model->file))
        return NULL;
    const char *s = find_line(c->model, at.line);
    if (!s || strnlen(s, at.column) < at.column)
        return NULL;
    s += at.column - 1;
    size_t n = call_length(s);
    return n > LONGEST ? arena_printf(c->arena, "%.*s...", LONGEST - 3, s)
                       : arena_strndup(c->arena, s, n);
}

static ApiLayer *layer_at(Check *c, Place at)
{
    ApiCheck *o = c->out;
    for (size_t i = 0; i < o->layer_count; i++) {
        Place p = o->layers[i].at;
        if (p.line == at.line && p.column == at.column)
            return &o->layers[i];
    }
    const char *name = written_at(c, at);
    if (!name || !*name)
        return NULL;
    ApiLayer one = {
        .name = name, .at = {c->model->file, at.line, at.column}, .output = ""};
    ARENA_PUSH(c->arena, o->layers, o->layer_count, o->layer_room, one);
    return &o->layers[o->layer_count - 1];
}

/* A parameter belongs to the layer that uses it first. */
static int64_t new_parameters(const IrOp *op, const RtEntry *e, bool *seen)
{
    int64_t n = 0;
    for (uint32_t i = 0; i < op->operand_count; i++) {
        const IrValue *v = ir_operand(op, i);
        if (v->op || seen[v->index] || e->args[v->index].role != RT_ROLE_PARAM)
            continue;
        seen[v->index] = true;
        n += ir_elements(v->type);
    }
    return n;
}

/* Shapes as the language writes them: f32[32, 64]. */
static const char *type_text(Arena *a, IrType t)
{
    Text s = {0};
    text_printf(&s, "%s[", dtype_name(t->elem));
    for (int i = 0; i < t->rank; i++)
        text_printf(&s, i ? ", %lld" : "%lld", (long long)t->dims[i]);
    text_add(&s, "]");
    const char *copy = arena_strdup(a, s.bytes);
    text_free(&s);
    return copy;
}

static void find_layers(Check *c, const IrOp *func, const RtEntry *e)
{
    bool *seen = ARENA_ARRAY(c->arena, bool, e->arg_count + 1);
    for (IrOp *op = ir_func_block(func)->first; op; op = op->next) {
        ApiLayer *l = op->result_count ? layer_at(c, ir_loc_place(op->loc)) : NULL;
        if (!l)
            continue;
        l->flops += api_flops(op);
        l->parameters += new_parameters(op, e, seen);
        l->output = type_text(c->arena, ir_result(op, 0)->type);
    }
}

/* ------------------------------------------------------------------------------ costs */

static int64_t spec_bytes(const RtSpec *s)
{
    int64_t n = (int64_t)dtype_bytes(s->dtype);
    for (int i = 0; i < s->rank; i++)
        n *= s->dims[i];
    return n;
}

/* Memory of the arguments, and of the results that have their own. */
static void add_memory(ApiCost *cost, const RtEntry *e)
{
    for (size_t i = 0; i < e->result_count; i++)
        cost->results += spec_bytes(&e->results[i]);
    for (size_t i = 0; i < e->arg_count; i++) {
        cost->arguments += spec_bytes(&e->args[i]);
        if (e->args[i].alias >= 0)
            cost->results -= spec_bytes(&e->results[e->args[i].alias]);
    }
}

static bool open_costs(Check *c, IrModule *m, DiagList *d)
{
    bool good = true;
    size_t n = 0;
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next)
        n += api_is_entry(f);
    c->out->costs = ARENA_ARRAY(c->arena, ApiCost, n);
    c->specs = ARENA_ARRAY(c->arena, RtEntry *, n);
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next) {
        if (!api_is_entry(f))
            continue;
        RtEntry *e = api_spec(f, c->arena, d);
        ApiCost *cost = &c->out->costs[c->out->cost_count];
        c->specs[c->out->cost_count++] = e;
        good &= e != NULL;
        if (!e)
            continue;
        cost->entry = e->name;
        add_memory(cost, e);
    }
    return good;
}

static void count_flops(IrOp *op, void *sum)
{
    *(int64_t *)sum += api_flops(op);
}

/* Each call of a kernel reads its operands and writes its results once. */
static void count_bytes(IrOp *op, void *sum)
{
    if (op->kind != OP_call)
        return;
    for (uint32_t i = 0; i < op->operand_count; i++)
        *(int64_t *)sum += ir_bytes(ir_operand(op, i)->type);
    for (uint32_t i = 0; i < op->result_count; i++)
        *(int64_t *)sum += ir_bytes(ir_result(op, i)->type);
}

/* The entry whose body says what the layers are: the model alone, without loss and
 * gradient. */
static bool is_model_body(const Check *c, const char *entry)
{
    return !strcmp(entry, c->model->language ? "predict" : "main") ||
           c->out->cost_count == 1;
}

static bool after_pass(void *data, const PassInfo *pass, PassResult result,
                       double seconds, IrModule *m)
{
    Check *c = data;
    (void)result, (void)seconds;
    for (size_t i = 0; pass->stage && i < c->out->cost_count; i++) {
        ApiCost *cost = &c->out->costs[i];
        IrOp *func = ir_module_func(m, cost->entry);
        if (!strcmp(pass->stage, "simplified"))
            ir_walk(func, count_flops, &cost->flops);
        if (!strcmp(pass->stage, "simplified") && is_model_body(c, cost->entry))
            find_layers(c, func, c->specs[i]);
        if (!strcmp(pass->stage, "fused"))
            ir_walk(func, count_bytes, &cost->bytes);
        if (!strcmp(pass->stage, "plan"))
            cost->arena = ir_op_int(func, "descent.arena_bytes");
    }
    if (c->target.threads)
        api_note_flops(m);
    return true;
}

/* ---------------------------------------------------------------------------- summary */

/* @train_step, else the first entry. */
static size_t main_entry(const Check *c)
{
    for (size_t i = 0; i < c->out->cost_count; i++)
        if (!strcmp(c->out->costs[i].entry, "train_step"))
            return i;
    return 0;
}

static void sum_state(Check *c)
{
    const RtEntry *e = c->out->cost_count ? c->specs[main_entry(c)] : NULL;
    for (size_t i = 0; e && i < e->arg_count; i++) {
        const RtSpec *s = &e->args[i];
        if (s->role == RT_ROLE_PARAM) {
            c->out->parameters += spec_bytes(s) / (int64_t)dtype_bytes(s->dtype);
            c->out->parameter_bytes += spec_bytes(s);
        } else if (s->role != RT_ROLE_INPUT) {
            c->out->state_bytes += spec_bytes(s);
        }
    }
}

static int64_t entry_bytes(const ApiCost *e)
{
    return e->arena + e->arguments + e->results;
}

/* The entries of training share scratch memory; the best weights so far are kept. */
static void find_training_peak(Check *c)
{
    ApiCheck *o = c->out;
    size_t at = main_entry(c);
    int64_t scratch = 0;
    for (size_t i = 0; i < o->cost_count; i++)
        scratch = o->costs[i].arena > scratch ? o->costs[i].arena : scratch;
    o->peak = "training";
    o->peak_bytes = scratch + o->costs[at].arguments + o->costs[at].results;
    for (size_t i = 0; i < c->specs[at]->arg_count; i++) {
        const RtSpec *s = &c->specs[at]->args[i];
        if (s->role == RT_ROLE_PARAM || s->role == RT_ROLE_STATE)
            o->peak_bytes += spec_bytes(s);
    }
}

static void find_peak(Check *c)
{
    ApiCheck *o = c->out;
    for (size_t i = 0; i < o->cost_count; i++) {
        if (!strcmp(o->costs[i].entry, "train_step")) {
            find_training_peak(c);
            return;
        }
        if (!o->peak || entry_bytes(&o->costs[i]) > o->peak_bytes) {
            o->peak = arena_printf(c->arena, "@%s", o->costs[i].entry);
            o->peak_bytes = entry_bytes(&o->costs[i]);
        }
    }
}

static void describe(Check *c, const ApiSizes *s, DiagList *d)
{
    const LangModel *model = c->model->language ? api_model(c->model, s, d) : NULL;
    c->out->model = model ? arena_strdup(c->arena, model->name) : NULL;
    int64_t rows = c->out->cost_count ? rt_entry_rows(c->specs[0]) : 0;
    c->out->batch = rows ? rows : 1;
}

static bool choose_target(Check *c, const char *cpu, const char *device, DiagList *d)
{
    bool good = api_target_choose(cpu, device, &c->target, &c->gpu, d);
    if (c->gpu)
        c->out->gpu_memory = (int64_t)cuda_info(c->gpu)->memory;
    return good;
}

bool api_check(const ApiModel *m, const ApiSizes *s, const char *cpu, const char *device, bool tf32,
               ApiCheck *out, DiagList *d)
{
    *out = (ApiCheck){.arena = arena_open()};
    Check c = {.model = m, .out = out, .arena = out->arena};
    PassContext context = {.target = &c.target, .diags = d};
    IrContext *ir = ir_context_open();
    IrModule *module = choose_target(&c, cpu, device, d) ? api_lower(m, ir, s, NULL, d) : NULL;
    c.target.tf32 = tf32;
    bool good = module && open_costs(&c, module, d)
                && pass_run(module, &context, NULL, after_pass, &c);
    if (good && c.target.threads)
        good = api_check_launches(module, &c.target, c.specs, c.gpu ? cuda_info(c.gpu) : NULL, out,
                                  d);
    else if (good)
        find_peak(&c);
    if (good) {
        sum_state(&c);
        describe(&c, s, d);
    }
    ir_module_close(module);
    ir_context_close(ir);
    cuda_close(c.gpu);
    return good;
}

void api_check_free(ApiCheck *c)
{
    arena_close(c->arena);
    *c = (ApiCheck){0};
}
