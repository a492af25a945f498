/* From a planned module to what runs: its kernels are cubins (parts.h), a host program is a
 * list of steps whose buffers are known but for where arena, arguments and results lie. */
#include "backends/cuda/program.h"

#include "backends/cuda/parts.h"
#include "ir/kbuild.h"

#include <stdlib.h>
#include <string.h>

typedef enum { IN_ARENA, IN_ARGUMENT, IN_RESULT, IN_CONSTANT } Base;

typedef struct Buffer {
    Base base;
    uint32_t index;
    uint64_t offset; /* bytes */
} Buffer;

typedef struct Step {
    CudaStep is;             /* a copy is from buffer 0 to buffer 1 */
    CudaFunction **function; /* known when the program is loaded */
    Buffer *buffers;
    uint32_t count;
} Step;

/* What a memref.global holds. The attribute is the module's: it is read when loading. */
typedef struct Constant {
    const IrOp *op;
    IrAttr value;
    size_t bytes;
    CudaAddress at;
} Constant;

struct CudaEntry {
    const CudaProgram *program;
    const char *name;
    Step *steps;
    size_t count, room;
};

struct CudaProgram {
    const Cuda *gpu;
    const CudaCompiler *compiler;
    const CudaCache *cache;
    Arena *arena;
    CudaKernels kernels;
    CudaParts parts;
    CudaModule **modules;     /* by part; NULL: not loaded */
    CudaFunction **functions; /* by kernel */
    Constant *constants;
    size_t constant_count, constant_room;
    CudaEntry *entries;
    size_t entry_count, entry_room;
};

/* ---------------------------------------------------------------------------- kernels */

static RtStatus compile(CudaProgram *p, IrModule *m, DiagList *d)
{
    Text source = {0};
    RtStatus st = cuda_print(m, p->arena, &p->kernels, &source, d) ? RT_OK : RT_FAILED;
    if (!st)
        p->parts = cuda_parts_share(&source, &p->kernels, p->arena);
    text_free(&source);
    p->modules = ARENA_ARRAY(p->arena, CudaModule *, p->parts.count);
    p->functions = ARENA_ARRAY(p->arena, CudaFunction *, p->kernels.count);
    return st ? st
              : cuda_parts_compile(&p->parts, p->cache, p->compiler,
                                   cuda_info(p->gpu)->architecture, d);
}

static void note_compiler(const CudaProgram *p, DiagList *d)
{
    const CudaInfo *gpu = cuda_info(p->gpu);
    int made = cuda_compiler_version(p->compiler), driver = gpu->driver_version;
    diag_note(d, (Place){0},
              "NVRTC of CUDA %d.%d (%s) made them for %s; the driver is of CUDA %d.%d: a "
              "newer driver, or an NVRTC of its version, may do",
              made / 1000, made % 1000 / 10, cuda_compiler_path(p->compiler),
              gpu->architecture, driver / 1000, driver % 1000 / 10);
}

/* What was kept on disk may be what this driver refuses, although its checksum is right: of
 * an NVRTC that was exchanged, or written by a faulty one. */
static RtStatus load_part(CudaProgram *p, size_t i, DiagList *d)
{
    const CudaPart *part = &p->parts.all[i];
    const char *architecture = cuda_info(p->gpu)->architecture;
    DiagList *said = diag_open();
    RtStatus st = cuda_module_open(p->gpu, part->cubin.bytes, &p->modules[i], said);
    if (st == RT_FAILED && part->kept) {
        diag_clear(said);
        st = cuda_parts_renew(&p->parts, i, p->cache, p->compiler, architecture, said);
        if (!st)
            st = cuda_module_open(p->gpu, part->cubin.bytes, &p->modules[i], said);
    }
    diag_append(d, said);
    if (st == RT_FAILED)
        note_compiler(p, d);
    diag_close(said);
    return st;
}

static RtStatus load_kernels(CudaProgram *p, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; !st && i < p->parts.count; i++)
        st = load_part(p, i, d);
    for (size_t i = 0; !st && i < p->kernels.count; i++) {
        const CudaKernel *k = &p->kernels.all[i];
        st = cuda_function(p->gpu, p->modules[p->parts.of[i]], k->name, &p->functions[i],
                           d);
        if (!st && k->shared_bytes)
            st = cuda_function_allow(p->gpu, p->functions[i], (int)k->shared_bytes, d);
    }
    return st;
}

/* ---------------------------------------------------------------------- host programs */

typedef struct Reader {
    CudaProgram *program;
    CudaEntry *entry;
    IrModule *module;
    IrSymbols symbols;
    Buffer *buffers; /* by value id */
    DiagList *diags;
} Reader;

static RtStatus defect(const Reader *r, const IrOp *op)
{
    diag_add(r->diags, DIAG_ERROR, DIAG_INTERNAL, ir_loc_place(op->loc),
             "cuda: %s in a host program", ir_op_info(op->kind)->name);
    return RT_FAILED;
}

static void name_arguments(Reader *r, const IrOp *func)
{
    const IrBlock *block = ir_func_block(func);
    uint32_t *results, own = ir_own_results(func, r->program->arena, &results);
    uint32_t args = block->arg_count - own;
    for (uint32_t i = 0; i < args; i++)
        r->buffers[block->args[i]->id] =
            (Buffer){.base = i ? IN_ARGUMENT : IN_ARENA, .index = i ? i - 1 : 0};
    for (uint32_t i = 0; i < own; i++)
        r->buffers[block->args[args + i]->id] =
            (Buffer){.base = IN_RESULT, .index = results[i]};
}

static RtStatus constant(Reader *r, const IrOp *get, Buffer *out)
{
    CudaProgram *p = r->program;
    const char *name = ir_op_string(get, "name");
    const IrOp *g = ir_module_block(r->module)->first;
    while (g &&
           !(g->kind == OP_memref_global && !strcmp(ir_op_string(g, "sym_name"), name)))
        g = g->next;
    IrAttr value = g ? ir_op_attr(g, "initial_value") : NULL;
    if (!value)
        return defect(r, get);
    size_t i = 0;
    while (i < p->constant_count && p->constants[i].op != g)
        i++;
    *out = (Buffer){.base = IN_CONSTANT, .index = (uint32_t)i};
    if (i < p->constant_count)
        return RT_OK;
    Constant one = {.op = g, .value = value, .bytes = (size_t)ir_bytes(value->type)};
    ARENA_PUSH(p->arena, p->constants, p->constant_count, p->constant_room, one);
    return RT_OK;
}

/* The elements of a constant, in the GPU's memory. */
static RtStatus upload(const CudaProgram *p, Constant *c, CudaStream *s, DiagList *d)
{
    RtStatus st = cuda_alloc(p->gpu, c->bytes, &c->at, d);
    char *copy = st ? NULL : malloc(c->bytes ? c->bytes : 1);
    if (!st && !copy)
        st = rt_no_memory(d, c->bytes);
    size_t piece = c->value->splat ? dtype_bytes(c->value->type->elem) : c->bytes;
    for (size_t i = 0; !st && i < c->bytes; i += piece)
        memcpy(copy + i, c->value->bytes, piece);
    if (!st)
        st = cuda_copy_in(p->gpu, s, c->at, copy, c->bytes, d);
    if (!st)
        st = cuda_stream_wait(p->gpu, s, d);
    free(copy);
    return st;
}

static RtStatus view(Reader *r, const IrOp *op)
{
    int64_t offset;
    Buffer b = r->buffers[ir_operand(op, 0)->id];
    if (!k_index_value(ir_operand(op, 1), &offset))
        return defect(r, op);
    b.offset += (uint64_t)offset;
    r->buffers[ir_result(op, 0)->id] = b;
    return RT_OK;
}

static void take_buffers(Reader *r, const IrOp *op, Step *s)
{
    s->count = op->operand_count;
    s->buffers = ARENA_ARRAY(r->program->arena, Buffer, s->count);
    for (uint32_t i = 0; i < s->count; i++)
        s->buffers[i] = r->buffers[ir_operand(op, i)->id];
}

static RtStatus call(Reader *r, const IrOp *op)
{
    CudaProgram *p = r->program;
    const IrOp *func = ir_symbols_callee(&r->symbols, op);
    if (ir_op_attr(func, "descent.custom"))
        return rt_fail(r->diags, RT_UNSUPPORTED, ir_loc_place(op->loc),
                       "unsupported: the custom op '%s' on a GPU",
                       ir_op_string(func, "descent.custom"));
    size_t i = 0;
    while (i < p->kernels.count && p->kernels.all[i].func != func)
        i++;
    for (; i < p->kernels.count && p->kernels.all[i].func == func; i++) {
        const CudaKernel *k = &p->kernels.all[i];
        Step s = {.is = {.kernel = k, .at = k->at}, .function = &p->functions[i]};
        take_buffers(r, op, &s);
        ARENA_PUSH(p->arena, r->entry->steps, r->entry->count, r->entry->room, s);
    }
    return RT_OK;
}

static void copy(Reader *r, const IrOp *op)
{
    Step s = {.is = {.bytes = (size_t)ir_bytes(ir_operand(op, 0)->type),
                     .at = cuda_place(op->loc, r->program->arena)}};
    take_buffers(r, op, &s);
    ARENA_PUSH(r->program->arena, r->entry->steps, r->entry->count, r->entry->room, s);
}

static RtStatus read_op(Reader *r, const IrOp *op)
{
    switch (op->kind) {
    case OP_arith_constant:
    case OP_return: return RT_OK;
    case OP_memref_view: return view(r, op);
    case OP_memref_get_global: return constant(r, op, &r->buffers[ir_result(op, 0)->id]);
    case OP_memref_collapse_shape:
    case OP_memref_expand_shape:
        r->buffers[ir_result(op, 0)->id] = r->buffers[ir_operand(op, 0)->id];
        return RT_OK;
    case OP_call: return call(r, op);
    case OP_memref_copy: copy(r, op); return RT_OK;
    default: return defect(r, op);
    }
}

static RtStatus read_entry(Reader *r, const IrOp *func)
{
    CudaProgram *p = r->program;
    RtStatus st = RT_OK;
    CudaEntry e = {.program = p, .name = arena_strdup(p->arena, ir_func_name(func))};
    r->entry = &e;
    name_arguments(r, func);
    for (const IrOp *op = ir_func_block(func)->first; op && !st; op = op->next)
        st = read_op(r, op);
    ARENA_PUSH(p->arena, p->entries, p->entry_count, p->entry_room, e);
    return st;
}

static RtStatus read_entries(CudaProgram *p, IrModule *m, DiagList *d)
{
    Arena *scratch = arena_open();
    Reader r = {.program = p,
                .module = m,
                .symbols = ir_symbols(m, scratch),
                .diags = d,
                .buffers = ARENA_ARRAY(scratch, Buffer, m->value_count)};
    RtStatus st = RT_OK;
    for (const IrOp *op = ir_module_block(m)->first; op && !st; op = op->next)
        if (op->kind == OP_func && ir_op_attr(op, "descent.entry"))
            st = read_entry(&r, op);
    arena_close(scratch);
    return st;
}

/* ----------------------------------------------------------------------------- public */

RtStatus cuda_program_open(const Cuda *gpu, const CudaCompiler *compiler,
                           const CudaCache *cache, IrModule *m, CudaProgram **out,
                           DiagList *d)
{
    Arena *arena = arena_open();
    CudaProgram *p = ARENA_NEW(arena, CudaProgram);
    *p = (CudaProgram){
        .gpu = gpu, .compiler = compiler, .cache = cache, .arena = arena};
    RtStatus st = compile(p, m, d);
    if (!st)
        st = read_entries(p, m, d);
    for (size_t i = 0; i < p->entry_count; i++)
        p->entries[i].program = p;
    *out = p;
    if (st) {
        cuda_program_close(p);
        *out = NULL;
    }
    return st;
}

size_t cuda_program_bytes(const CudaProgram *p) { return cuda_parts_bytes(&p->parts); }

RtStatus cuda_program_load(CudaProgram *p, CudaStream *s, DiagList *d)
{
    RtStatus st = load_kernels(p, d);
    for (size_t i = 0; i < p->constant_count && !st; i++)
        st = upload(p, &p->constants[i], s, d);
    cuda_parts_free(&p->parts);
    return st;
}

void cuda_program_close(CudaProgram *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->constant_count; i++)
        cuda_free(p->gpu, p->constants[i].at);
    for (size_t i = 0; i < p->parts.count; i++)
        cuda_module_close(p->gpu, p->modules[i]);
    cuda_parts_free(&p->parts);
    arena_close(p->arena);
}

const CudaEntry *cuda_program_entry(const CudaProgram *p, const char *name)
{
    for (size_t i = 0; i < p->entry_count; i++)
        if (!strcmp(p->entries[i].name, name))
            return &p->entries[i];
    return NULL;
}

const char *cuda_entry_name(const CudaEntry *e) { return e->name; }
size_t cuda_entry_steps(const CudaEntry *e) { return e->count; }
const CudaStep *cuda_entry_step(const CudaEntry *e, size_t i) { return &e->steps[i].is; }

typedef struct Places {
    const CudaProgram *program;
    CudaAddress arena;
    const CudaAddress *args, *results;
} Places;

static CudaAddress address(const Places *p, const Buffer *b)
{
    switch (b->base) {
    case IN_ARENA: return p->arena + b->offset;
    case IN_ARGUMENT: return p->args[b->index] + b->offset;
    case IN_RESULT: return p->results[b->index] + b->offset;
    default: return p->program->constants[b->index].at + b->offset;
    }
}

/* The maps of a launch, made of where its arguments lie now; a graph keeps them as it keeps
 * addresses. */
static RtStatus make_maps(const Step *step, const Places *p, CudaTensorMap *maps, DiagList *d)
{
    const CudaKernel *k = step->is.kernel;
    RtStatus st = RT_OK;
    for (unsigned i = 0; i < k->map_count && !st; i++) {
        const CudaMap *m = &k->maps[i];
        CudaBoxes boxes = {.at = address(p, &step->buffers[m->argument]),
                           .bf16 = m->elem == DTYPE_bf16,
                           .lines = (uint64_t)m->lines,
                           .line = (uint64_t)m->line,
                           .box_lines = m->box_lines,
                           .box_line = m->box_line};
        st = cuda_boxes_encode(p->program->gpu, &boxes, &maps[i], d);
    }
    return st;
}

static RtStatus launch(const Step *step, const Places *p, CudaStream *s, DiagList *d)
{
    enum { MOST = 512 - CUDA_MAPS * 16 }; /* 4 KB of parameters */
    CudaAddress values[MOST];
    CudaTensorMap maps[CUDA_MAPS];
    void *arguments[MOST + CUDA_MAPS];
    const CudaKernel *k = step->is.kernel;
    if (step->count > MOST)
        return rt_fail(d, RT_UNSUPPORTED, (Place){0},
                       "unsupported: a kernel of %u buffers", step->count);
    for (uint32_t i = 0; i < step->count; i++) {
        values[i] = address(p, &step->buffers[i]);
        arguments[i] = &values[i];
    }
    for (unsigned i = 0; i < k->map_count; i++)
        arguments[step->count + i] = &maps[i];
    CudaLaunch l = {.arguments = arguments, .shared_bytes = k->shared_bytes};
    memcpy(l.grid, k->grid, sizeof l.grid);
    memcpy(l.block, k->block, sizeof l.block);
    RtStatus st = make_maps(step, p, maps, d);
    if (!st)
        st = cuda_launch(p->program->gpu, s, *step->function, &l, d);
    if (st)
        diag_note(d, step->is.at, "the kernel '%s' was launched", k->name);
    return st;
}

static RtStatus copy_buffer(const Step *step, const Places *p, CudaStream *s, DiagList *d)
{
    CudaAddress from = address(p, &step->buffers[0]), to = address(p, &step->buffers[1]);
    return from == to ? RT_OK
                      : cuda_copy(p->program->gpu, s, to, from, step->is.bytes, d);
}

RtStatus cuda_entry_run(const CudaEntry *e, CudaStream *s, CudaAddress arena,
                        const CudaAddress *args, const CudaAddress *results,
                        CudaEvent *const *marks, DiagList *d)
{
    const Cuda *gpu = e->program->gpu;
    Places p = {e->program, arena, args, results};
    RtStatus st = marks ? cuda_event_record(gpu, s, marks[0], d) : RT_OK;
    for (size_t i = 0; i < e->count && !st; i++) {
        const Step *step = &e->steps[i];
        st = (step->is.kernel ? launch : copy_buffer)(step, &p, s, d);
        if (marks && !st)
            st = cuda_event_record(gpu, s, marks[i + 1], d);
    }
    return st;
}
