#include "frontend/api/data.h"

#include "frontend/api/call.h"
#include "frontend/api/clash.h"
#include "frontend/api/trace.h"

#include "backends/cpu/cpu.h"
#include "runtime/clock.h"
#include "support/guard.h"

#include <string.h>

/* lang/ has put the model file's folder before relative paths: another root takes its
 * place. */
static const char *path_below(Arena *a, const ApiModel *m, const char *root,
                              const char *path)
{
    const char *slash = strrchr(m->file, '/');
    size_t folder = slash ? (size_t)(slash - m->file) + 1 : 0;
    if (strncmp(path, m->file, folder))
        folder = 0;
    return path[folder] == '/' ? path : arena_printf(a, "%s/%s", root, path + folder);
}

static void move_paths(Arena *a, const ApiModel *m, const char *root, RtDataOptions *o)
{
    const char **paths = ARENA_ARRAY(a, const char *, o->path_count);
    for (size_t i = 0; i < o->path_count; i++)
        paths[i] = path_below(a, m, root, o->paths[i]);
    o->paths = paths;
}

static void close_program(void *program)
{
    api_program_close(program);
}

/* Runs @data.<name>(rng) -> columns. */
static RtStatus compute_table(const ApiModel *m, const ApiTrain *o, const LangData *data,
                              RtPool *pool, RtTensors *columns, DiagList *d)
{
    Arena *a = arena_open();
    const char *name = arena_printf(a, "data.%s", data->name);
    ApiTarget cpu = o->target;
    cpu.device = NULL;              /* the same rows, whatever trains on them */
    ApiProgram *p = api_program_open(m, &o->sizes, &cpu, d);
    GuardHold hold;
    guard_hold(&hold, close_program, p);
    const RtEntry *e = p ? api_program_entry(p, name, 0, d) : NULL;
    uint64_t rng[] = {data->options.seed, 0};
    void *args[] = {rng};
    RtStatus st = e ? api_call(e, args, pool, columns, d) : RT_BAD_INPUT;
    guard_drop(&hold);
    api_program_close(p);
    arena_close(a);
    return st;
}

/* The same by the reference evaluator; a logarithm may differ in its last bit. */
static RtStatus evaluate_table(const ApiModel *m, const ApiTrain *o, const LangData *data,
                               RtPool *pool, RtTensors *columns, DiagList *d)
{
    (void)pool;
    Arena *a = arena_open();
    IrContext *c = ir_context_open();
    const char *names[] = {arena_printf(a, "data.%s", data->name), NULL};
    IrModule *graph = api_lower(m, c, &o->sizes, names, d);
    const IrOp *func = graph ? ir_module_func(graph, names[0]) : NULL;
    const RtEntry *e = func ? api_spec(func, a, d) : NULL;
    uint64_t rng[] = {data->options.seed, 0};
    void *args[] = {rng};
    RtStatus st = e ? api_evaluate(func, e, args, columns, d) : RT_BAD_INPUT;
    ir_module_close(graph);
    ir_context_close(c);
    arena_close(a);
    return st;
}

/* Before hours of training, and before anything is written. */
static RtStatus check_outputs(const ApiModel *m, const ApiTrain *o,
                              const RtDataOptions *data, DiagList *d)
{
    enum { FILES = 3 };
    const char *log = o->log && strcmp(o->log, "-") ? o->log : NULL;
    const char *outputs[FILES + API_TRACE_FILES] = {o->out, o->checkpoint, log};
    size_t count = FILES;
    Arena *a = arena_open();
    if (o->trace)
        count += api_trace_files(o->trace, a, outputs + FILES);
    bool good = api_no_clash_with_model(outputs, count, m, d)
                && rt_no_clash(outputs, count, data->paths, data->path_count, d)
                /* but weights may be trained further in their place */
                && rt_no_clash(outputs + 1, count - 1, &o->start, 1, d);
    arena_close(a);
    return good ? RT_OK : RT_BAD_INPUT;
}

static RtStatus open_found(const ApiModel *m, const ApiTrain *o, const LangData *data,
                           RtPool *pool, RtDataset *out, DiagList *d)
{
    Arena *a = arena_open();
    RtDataOptions options = data->options;
    RtTensors columns = {0};
    if (!data->table && o->data_root)
        move_paths(a, m, o->data_root, &options);
    RtStatus st = check_outputs(m, o, &options, d);
    if (!st && data->table) {
        st = (cpu_makes_code() ? compute_table : evaluate_table)(m, o, data, pool,
                                                                 &columns, d);
        options.kind = RT_DATA_TENSORS;
        options.tensors = &columns;
    }
    if (!st)
        st = rt_dataset_open(&options, out, d);
    if (st == RT_IO)
        diag_note(d, data->at, "the data '%s' is read from there; relative paths begin "
                  "where this file is, or at --data-root", data->name);
    rt_tensors_free(&columns);
    arena_close(a);
    return st;
}

RtStatus api_data_open(const ApiModel *m, const ApiTrain *o, const LangTrain *block,
                       RtPool *pool, RtDataset *out, DiagList *d)
{
    int64_t start = rt_clock_ns();
    const LangData *data = lang_find_data(m->language, block->data);
    *out = (RtDataset){0};
    if (o->data)
        return rt_dataset_open(o->data, out, d);
    if (!data)
        return rt_fail(d, RT_BAD_INPUT, block->at,
                       "this train block names no data: write `train %s on DATA(...)`, "
                       "and declare `data DATA = ...`", block->model);
    RtStatus st = open_found(m, o, data, pool, out, d);
    api_phase(&o->target, "data", rt_clock_seconds(start));
    return st;
}
