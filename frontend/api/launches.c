#include "frontend/api/launches.h"

#include "backends/cuda/cuda.h"
#include "backends/cuda/need.h"
#include "backends/cuda/occupancy.h"
#include "backends/cuda/parts.h"
#include "backends/cuda/usage.h"
#include "frontend/api/cost.h"

#include <string.h>

/* ---------------------------------------------------------------------- operations */

static void add_flops(IrOp *op, void *sum) { *(int64_t *)sum += api_flops(op); }

void api_note_flops(IrModule *m)
{
    for (IrOp *f = ir_module_block(m)->first; f; f = f->next) {
        int64_t sum = 0;
        if (f->kind != OP_func || !ir_op_attr(f, "descent.kind") ||
            !ir_func_type(f)->result_count)
            continue;
        ir_walk(f, add_flops, &sum);
        ir_op_set_attr(f, "descent.flops",
                       ir_attr_int(m->context, ir_scalar(m->context, DTYPE_i64), sum));
    }
}

/* ------------------------------------------------------------------------ launches */

typedef struct Reader {
    ApiCheck *out;
    IrSymbols symbols;
    CudaKernels kernels;
    CudaUsage *usage; /* of those that NVRTC told about */
    size_t usage_count;
    size_t code_bytes; /* 0: not known */
    const char *architecture;
} Reader;

static const CudaUsage *find_usage(const Reader *r, const char *kernel)
{
    for (size_t i = 0; i < r->usage_count; i++)
        if (!strcmp(r->usage[i].kernel, kernel))
            return &r->usage[i];
    return NULL;
}

static void measure(const Reader *r, ApiLaunch *l, int64_t asked_bytes)
{
    const CudaUsage *u = find_usage(r, l->kernel);
    if (!u)
        return;
    CudaBlock block = {.threads = l->block[0] * l->block[1] * l->block[2],
                       .registers = u->registers,
                       .shared_bytes = u->shared + asked_bytes};
    l->measured = true;
    l->registers = u->registers;
    l->stack = u->stack;
    l->spilled = u->spill_stores;
    l->shared = u->shared + asked_bytes;
    l->occupancy = cuda_theoretical_occupancy(r->architecture, &block);
}

static void add_launch(const Reader *r, ApiCost *cost, ApiLaunch l)
{
    ARENA_PUSH(r->out->arena, cost->launches, cost->launch_count, cost->launch_room, l);
}

/* Those of a function are side by side. */
static void add_kernels(const Reader *r, ApiCost *cost, const IrOp *func)
{
    for (size_t i = 0; i < r->kernels.count; i++) {
        const CudaKernel *k = &r->kernels.all[i];
        if (k->func != func)
            continue;
        ApiLaunch l = {
            .kernel = k->name, .at = k->at, .bytes = k->bytes, .flops = k->flops};
        memcpy(l.grid, k->grid, sizeof l.grid);
        memcpy(l.block, k->block, sizeof l.block);
        measure(r, &l, k->shared_bytes);
        add_launch(r, cost, l);
    }
}

static void read_entry(const Reader *r, ApiCost *cost, const IrOp *host)
{
    for (const IrOp *op = ir_func_block(host)->first; op; op = op->next) {
        if (op->kind == OP_call)
            add_kernels(r, cost, ir_symbols_callee(&r->symbols, op));
        else if (op->kind == OP_memref_copy)
            add_launch(r, cost,
                       (ApiLaunch){.at = cuda_place(op->loc, r->out->arena),
                                   .bytes = 2 * ir_bytes(ir_operand(op, 0)->type)});
    }
}

/* --------------------------------------------------------------------------- NVRTC */

static void read_reports(Reader *r, const CudaParts *p)
{
    Text all = {0};
    for (size_t i = 0; i < p->count; i++)
        text_add(&all, p->all[i].report.bytes); /* up to a zero: NVRTC's own */
    r->usage_count = cuda_usage_read(r->out->arena, all.bytes, &r->usage);
    r->code_bytes = cuda_parts_bytes(p);
    text_free(&all);
}

static RtStatus compile(Reader *r, const Text *source, const CudaInfo *gpu, DiagList *d)
{
    CudaCompiler *c = NULL;
    CudaParts parts = cuda_parts_share(source, &r->kernels, r->out->arena);
    RtStatus st = cuda_compiler_open(gpu, &c, d);
    if (!st)
        st = cuda_parts_report(&parts, c, r->architecture, d);
    if (!st)
        read_reports(r, &parts);
    cuda_compiler_close(c);
    cuda_parts_free(&parts);
    return st;
}

static RtStatus warn(const DiagList *said, DiagList *d)
{
    diag_add(d, DIAG_WARNING, 0, (Place){0},
             "registers, shared memory and occupancy are not known: %s",
             diag_get(said, 0)->message);
    return RT_OK;
}

/* Without an NVRTC that fits the rest is shown all the same. */
static bool find_all_usage(Reader *r, const Text *source, const CudaInfo *gpu,
                           DiagList *d)
{
    DiagList *said = diag_open();
    RtStatus st = compile(r, source, gpu, said);
    if (st == RT_IO)
        st = warn(said, d);
    else
        diag_append(d, said);
    diag_close(said);
    return !st;
}

/* -------------------------------------------------------------------------- memory */

static RtStatus find_memory(const Reader *r, IrModule *m, RtEntry *const *entries,
                            size_t count, int64_t *out, DiagList *d)
{
    CudaNeed need = {.program = r->code_bytes};
    CudaKept kept = {0};
    CudaCode *codes = ARENA_ARRAY(r->out->arena, CudaCode, count);
    for (size_t i = 0; i < count; i++)
        cuda_code_layout(&codes[i], entries[i], r->out->arena);
    cuda_need_add(&need, m, entries, codes, count);
    RtStatus st = cuda_kept_add(&kept, entries, codes, count, d);
    need.state = kept.bytes;
    cuda_kept_free(&kept);
    *out = (int64_t)cuda_need_sum(&need);
    return st;
}

/* Of training, whose entries are there together; or of the entry that needs most. */
static RtStatus find_peak(const Reader *r, IrModule *m, RtEntry *const *specs,
                          DiagList *d)
{
    ApiCheck *o = r->out;
    RtEntry **training = ARENA_ARRAY(o->arena, RtEntry *, o->cost_count);
    size_t count = 0;
    bool trains = false;
    RtStatus st = RT_OK;
    for (size_t i = 0; i < o->cost_count && !st; i++) {
        int64_t bytes;
        st = find_memory(r, m, &specs[i], 1, &bytes, d);
        if (!o->peak || bytes > o->peak_bytes) {
            o->peak = arena_printf(o->arena, "@%s", specs[i]->name);
            o->peak_bytes = bytes;
        }
        trains |= !strcmp(specs[i]->name, "train_step");
        if (strcmp(specs[i]->name, "predict"))
            training[count++] = specs[i];
    }
    if (!trains || st)
        return st;
    o->peak = "training";
    return find_memory(r, m, training, count, &o->peak_bytes, d);
}

bool api_check_launches(IrModule *m, const IrTarget *target, RtEntry *const *specs,
                        const CudaInfo *gpu, ApiCheck *out, DiagList *d)
{
    Text source = {0};
    Reader r = {.out = out,
                .symbols = ir_symbols(m, out->arena),
                .architecture = arena_strdup(out->arena, target->name)};
    bool good = cuda_print(m, out->arena, &r.kernels, &source, d);
    if (good && r.kernels.count)
        good = find_all_usage(&r, &source, gpu, d);
    for (size_t i = 0; i < out->cost_count && good; i++)
        read_entry(&r, &out->costs[i], ir_module_func(m, out->costs[i].entry));
    if (good)
        good = !find_peak(&r, m, specs, d);
    text_free(&source);
    out->gpu = r.architecture;
    return good;
}
