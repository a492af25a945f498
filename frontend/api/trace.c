#include "frontend/api/trace.h"

#include "runtime/file.h"
#include "runtime/safetensors.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define STATE "state.safetensors"
#define GRAPH "graph.mlir"
#define LOSSES "losses.txt"

size_t api_trace_files(const char *folder, Arena *arena, const char **out)
{
    static const char *const names[API_TRACE_FILES] = {STATE, GRAPH, LOSSES};
    for (size_t i = 0; i < API_TRACE_FILES; i++)
        out[i] = arena_printf(arena, "%s/%s", folder, names[i]);
    return API_TRACE_FILES;
}

RtStatus api_trace_open(const char *folder, DiagList *d)
{
    if (!mkdir(folder, 0777) || errno == EEXIST)
        return RT_OK;
    return rt_fail_file(d, RT_IO, folder, "cannot be made: %s", strerror(errno));
}

RtStatus api_trace_graph(const char *folder, const ApiModel *m, const ApiSizes *s,
                         DiagList *d)
{
    static const char *const entries[] = {"train_step", NULL};
    Text path = {0}, text = {0};
    text_printf(&path, "%s/" GRAPH, folder);
    bool good = api_dump(m, s, entries, &(ApiDump){.stage = "simplified"}, &text, d);
    RtPiece piece = {text.bytes, text.length};
    RtStatus st = good ? rt_file_write(path.bytes, &piece, 1, d) : RT_BAD_INPUT;
    text_free(&text);
    text_free(&path);
    return st;
}

static RtStatus write_state(const ApiTrace *t, const RtTensors *state, DiagList *d)
{
    Text path = {0};
    text_printf(&path, "%s/" STATE, t->folder);
    RtStatus st = rt_safetensors_write(path.bytes, state, NULL, d);
    text_free(&path);
    return st;
}

/* The inputs under the names that the rows have, which are the entry's. */
static RtStatus view_batch(const ApiTrace *t, const RtBatch *batch, RtTensors *out,
                           DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < t->rows->count && !st; i++) {
        const RtTensor *all = &t->rows->inputs[i];
        RtTensor view, of = *all;
        of.dims[0] = batch->rows;
        st = rt_tensor_wrap(all->name, all->dtype, all->rank, of.dims, batch->inputs[i],
                            &view, d);
        if (!st)
            st = rt_tensors_add(out, &view, d);
    }
    return st;
}

RtStatus api_trace_step(void *ctx, int64_t step, const RtTensors *state,
                        const RtBatch *batch, DiagList *d)
{
    const ApiTrace *t = ctx;
    RtTensors inputs = {0};
    Text path = {0};
    text_printf(&path, "%s/batch-%04lld.safetensors", t->folder, (long long)step);
    RtStatus st = step ? RT_OK : write_state(t, state, d);
    if (!st)
        st = view_batch(t, batch, &inputs, d);
    if (!st)
        st = rt_safetensors_write(path.bytes, &inputs, NULL, d);
    rt_tensors_free(&inputs);
    text_free(&path);
    return st;
}

RtStatus api_trace_losses(const ApiTrace *t, const RtTrainReport *report, DiagList *d)
{
    Text path = {0}, lines = {0};
    text_printf(&path, "%s/" LOSSES, t->folder);
    for (size_t i = 0; i < report->loss_count; i++)
        text_printf(&lines, "%.9g\n", report->losses[i]);
    RtPiece piece = {lines.bytes, lines.length};
    RtStatus st = rt_file_write(path.bytes, &piece, 1, d);
    text_free(&lines);
    text_free(&path);
    return st;
}
