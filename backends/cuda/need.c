#include "backends/cuda/need.h"

#include "runtime/number.h"
#include "runtime/tensor.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------- kept */

struct CudaKeptOne {
    char *name;
    size_t bytes;
};

RtStatus cuda_kept_join(CudaKept **list, const void *model, CudaKept **out, DiagList *d)
{
    CudaKept *k = *list;
    while (k && k->model != model)
        k = k->next;
    *out = k ? k : calloc(1, sizeof *k);
    if (!*out)
        return rt_no_memory(d, sizeof *k);
    if (!k) {
        **out = (CudaKept){.model = model, .next = *list};
        *list = *out;
    }
    (*out)->users++;
    return RT_OK;
}

void cuda_kept_leave(CudaKept **list, CudaKept *k)
{
    if (--k->users)
        return;
    while (*list != k)
        list = &(*list)->next;
    *list = k->next;
    cuda_kept_free(k);
    free(k);
}

void cuda_kept_cut(CudaKept *k, size_t count)
{
    while (k->count > count) {
        struct CudaKeptOne *last = &k->all[--k->count];
        k->bytes -= last->bytes;
        free(last->name);
    }
}

void cuda_kept_free(CudaKept *k)
{
    cuda_kept_cut(k, 0);
    free(k->all);
}

size_t cuda_kept_sum(const CudaKept *list)
{
    size_t sum = 0;
    for (; list; list = list->next)
        sum += list->bytes;
    return sum;
}

static bool is_known(const CudaKept *k, const char *name, size_t bytes)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->all[i].bytes == bytes && !strcmp(k->all[i].name, name))
            return true;
    return false;
}

/* There is room. */
static RtStatus add_kept(CudaKept *k, const RtSpec *specs, const CudaSlot *slots,
                         size_t count, DiagList *d)
{
    for (size_t i = 0; i < count; i++) {
        if (!slots[i].kept || is_known(k, specs[i].name, slots[i].bytes))
            continue;
        char *name = strdup(specs[i].name);
        if (!name)
            return rt_no_memory(d, strlen(specs[i].name));
        k->all[k->count++] = (struct CudaKeptOne){name, slots[i].bytes};
        k->bytes += slots[i].bytes;
    }
    return RT_OK;
}

RtStatus cuda_kept_add(CudaKept *k, RtEntry *const *entries, const CudaCode *codes,
                       size_t count, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < count && !st; i++) {
        const RtEntry *e = entries[i];
        size_t room = (k->count + e->arg_count + e->result_count + 1) * sizeof *k->all;
        struct CudaKeptOne *more = realloc(k->all, room);
        if (!more)
            return rt_no_memory(d, room);
        k->all = more;
        st = add_kept(k, e->args, codes[i].args, e->arg_count, d);
        if (!st)
            st = add_kept(k, e->results, codes[i].results, e->result_count, d);
    }
    return st;
}

/* -------------------------------------------------------------------------------- sum */

static size_t constants_of(IrModule *m)
{
    size_t sum = 0;
    for (const IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (op->kind == OP_memref_global && ir_op_attr(op, "initial_value"))
            sum += (size_t)ir_bytes(ir_op_attr(op, "initial_value")->type);
    return sum;
}

void cuda_need_add(CudaNeed *n, IrModule *m, RtEntry *const *entries,
                   const CudaCode *codes, size_t count)
{
    n->program += constants_of(m);
    for (size_t i = 0; i < count; i++) {
        size_t scratch =
            (size_t)ir_op_int(ir_module_func(m, entries[i]->name), "descent.arena_bytes");
        n->batch += CUDA_TURNS * codes[i].block_bytes;
        n->scratch = scratch > n->scratch ? scratch : n->scratch;
    }
}

size_t cuda_need_sum(const CudaNeed *n)
{
    return n->state + n->batch + n->scratch + n->program;
}

/* ---------------------------------------------------------------------------- largest */

enum { LARGEST = 4 };

typedef struct Large {
    size_t bytes;
    char what[RT_SHAPE_TEXT];
    const char *name; /* NULL: computed at `at` */
    Place at;
} Large;

static void keep_large(Large all[LARGEST], Large one)
{
    for (int i = 0; i < LARGEST; i++)
        if (one.bytes > all[i].bytes) {
            Large less = all[i];
            all[i] = one;
            one = less;
        }
}

static void look_at_specs(Large all[LARGEST], const RtEntry *e)
{
    for (size_t i = 0; i < e->arg_count; i++) {
        const RtSpec *s = &e->args[i];
        Large one = {.name = s->name};
        rt_shape_bytes(s->dtype, s->rank, s->dims, &one.bytes);
        rt_shape_text(s->dtype, s->rank, s->dims, one.what);
        keep_large(all, one);
    }
}

/* A buffer in the scratch memory is the model's where the kernel is that first takes
 * it. */
static void look_at_buffers(Large all[LARGEST], const IrOp *host)
{
    for (const IrOp *op = ir_func_block(host)->first; op; op = op->next) {
        if (op->kind != OP_memref_view)
            continue;
        const IrOp *first = op->next;
        while (first && first->kind != OP_call)
            first = first->next;
        IrType t = op->results->type;
        Large one = {.bytes = (size_t)ir_bytes(t),
                     .at = ir_loc_place(first ? first->loc : op->loc)};
        rt_shape_text(t->elem, t->rank, t->dims, one.what);
        keep_large(all, one);
    }
}

static void note_largest(IrModule *m, RtEntry *const *entries, size_t count, DiagList *d)
{
    Large all[LARGEST] = {0};
    char bytes[RT_NUMBER_TEXT];
    size_t most = 0; /* the entry with most scratch memory */
    for (size_t i = 0; i < count; i++)
        if (ir_op_int(ir_module_func(m, entries[i]->name), "descent.arena_bytes") >
            ir_op_int(ir_module_func(m, entries[most]->name), "descent.arena_bytes"))
            most = i;
    look_at_specs(all, entries[most]);
    look_at_buffers(all, ir_module_func(m, entries[most]->name));
    for (int i = 0; i < LARGEST && all[i].bytes; i++)
        diag_note(d, all[i].at, "%s%s%s%s of @%s takes %s", all[i].name ? "'" : "",
                  all[i].name ? all[i].name : "", all[i].name ? "': " : "", all[i].what,
                  entries[most]->name, rt_bytes_text((double)all[i].bytes, bytes));
}

RtStatus cuda_need_check(const CudaNeed *n, const Cuda *gpu, IrModule *m,
                         RtEntry *const *entries, size_t count, DiagList *d)
{
    char sum[RT_NUMBER_TEXT], left[RT_NUMBER_TEXT], kept[RT_NUMBER_TEXT],
        code[RT_NUMBER_TEXT], batch[RT_NUMBER_TEXT];
    size_t free = 0, total = 0;
    RtStatus st = cuda_memory(gpu, &free, &total, d);
    if (st || cuda_need_sum(n) <= free)
        return st;
    st = rt_fail(
        d, RT_NO_MEMORY, (Place){0},
        "cuda: out of memory: %s are needed, %s are free on %s; models keep %s, code "
        "takes %s, a batch %s: a smaller one needs less",
        rt_bytes_text((double)cuda_need_sum(n), sum), rt_bytes_text((double)free, left),
        cuda_info(gpu)->name, rt_bytes_text((double)n->state, kept),
        rt_bytes_text((double)n->program, code),
        rt_bytes_text((double)(n->batch + n->scratch), batch));
    note_largest(m, entries, count, d);
    return st;
}
