/* Kernels as CUDA C, by the printer of backends/c: what is said otherwise on a GPU. */
#include "backends/cuda/assembly.h"
#include "backends/cuda/bulk.h"
#include "backends/cuda/cuda.h"
#include "backends/cuda/instruction.h"
#include "backends/cuda/traffic.h"

#include <inttypes.h>

/* --------------------------------------------------------------------------- the head */

static const char head[] =
    "/* Floats are computed as written: to be compiled with --fmad=false. */\n"
    "#ifdef __CUDACC_RTC__\n"
    "typedef signed char int8_t;\n"
    "typedef short int16_t;\n"
    "typedef int int32_t;\n"
    "typedef long long int64_t;\n"
    "typedef unsigned char uint8_t;\n"
    "typedef unsigned short uint16_t;\n"
    "typedef unsigned int uint32_t;\n"
    "typedef unsigned long long uint64_t;\n"
    "#define INT64_C(X) X##ll\n"
    "#define UINT64_C(X) X##ull\n"
    "#define INFINITY __builtin_bit_cast(float, 0x7f800000)\n" /* also in tables */
    "#define NAN __builtin_bit_cast(float, 0x7fffffff)\n"
    "#endif\n"
    "\n";

/* A GPU loads 16 bytes at once at most, and all memory begins at a multiple of these. */
static const char vectors[] =
    "#define VECTOR(T, N, NAME) \\\n"
    "    typedef struct __align__(N * sizeof(T) < 16 ? N * sizeof(T) : 16) { T lane[N]; } NAME\n"
    "#define LANE(V, I) (V).lane[I]\n"
    "#define EITHER(V, N, WHOLE, VALUE) LANES(V, N, VALUE)\n"
    "#define LANES(V, N, VALUE) \\\n"
    "    V r; \\\n"
    "    for (int i = 0; i < N; i++) \\\n"
    "        LANE(r, i) = VALUE; \\\n"
    "    return r\n"
    "\n";

/* -------------------------------------------------------------------------- the rules */

static void barrier(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)op, (void)rule;
    c_settle(e);
    c_line(e, "__syncthreads();");
}

/* All threads of the warp are here, and nowhere else: it stays where it is. */
static void shuffle(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const char *mode = ir_op_string(op, "mode");
    const char *value = c_operand_text(e, op, 0), *offset = c_operand_text(e, op, 1);
    const char *width = c_operand_text(e, op, 2);
    c_settle(e);
    bool index = mode[0] == 'i';
    c_define(e, op,
             c_atom(c_format(e, "__shfl_%s%ssync(0xffffffffu, %s, %s, %s)", index ? "" : mode,
                             index ? "" : "_", value, offset, width)));
    c_stable(e, ir_result(op, 0));
}

/* Named before the body was begun. */
static void named(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)e, (void)op, (void)rule;
}

static const CRule rules[OP_COUNT] = {
    [OP_gpu_barrier] = {.emit = barrier},
    [OP_gpu_shuffle] = {.emit = shuffle},
    [OP_async_copy] = {.emit = cuda_async_copy},
    [OP_async_group] = {.emit = cuda_async_group},
    [OP_async_wait] = {.emit = cuda_async_wait},
    [OP_ldmatrix] = {.emit = cuda_load_matrix},
    [OP_mma_sync] = {.emit = cuda_mma},
    [OP_matrix_cast] = {.emit = cuda_matrix_cast},
    [OP_warpgroup_zero] = {.emit = cuda_warpgroup_zero},
    [OP_warpgroup_mma] = {.emit = cuda_warpgroup_mma},
    [OP_warpgroup_wait] = {.emit = cuda_warpgroup_wait},
    [OP_fence_proxy] = {.emit = cuda_fence_proxy},
    [OP_memref_cast] = {.emit = named},
    [OP_tensor_map] = {.emit = cuda_tensor_map},
    [OP_tensor_load] = {.emit = cuda_tensor_load},
    [OP_barriers] = {.emit = named},
    [OP_barrier_init] = {.emit = cuda_barrier_init},
    [OP_barrier_fence] = {.emit = cuda_barrier_fence},
    [OP_barrier_arrive] = {.emit = cuda_barrier_arrive},
    [OP_barrier_wait] = {.emit = cuda_barrier_wait},
    [OP_memref_atomic_rmw] = {.emit = cuda_atomic_add},
    [OP_vector_slice] = {.emit = cuda_fragment_words},
    [OP_vector_extract] = {.emit = cuda_extract},
    [OP_vector_insert] = {.emit = cuda_insert},
    [OP_math_roundeven] = {c_formula, "roundeven", "rint$f($a)", C_ATOM, 0},
};

static const char *const words[] = {"threadIdx", "blockIdx", "blockDim", "gridDim", "warpSize",
                                    "rint", "rintf", "min", "max", "asked_for", NULL};

static const CDialect dialect = {
    .name = "cuda",
    .helper = "static __device__ __forceinline__ ",
    .vector_helper = "static __device__ __forceinline__ ",
    .table = "__device__ __align__(16) const ",
    .buffer = "__align__(16) ",
    .unroll = "#pragma unroll",
    .typed = true,
    .narrow_index = true,
    .own_helper = cuda_helper,
    .rules = rules,
    .words = words,
};

/* ------------------------------------------------------------------------- the kernels */

enum { LAUNCH_ARGS = 12 };     /* of a launch's body, before its buffers */

/* bx = blockIdx.x ...; the sizes of grid and block are numbers. */
static void name_ids(CEmit *e, const IrOp *launch)
{
    static const char *const ids[] = {"blockIdx.x",  "blockIdx.y",  "blockIdx.z",
                                      "threadIdx.x", "threadIdx.y", "threadIdx.z"};
    enum { IDS = sizeof ids / sizeof *ids };
    const IrBlock *block = launch->regions[0].block;
    for (uint32_t i = 0; i < IDS; i++) {
        const IrValue *id = block->args[i], *size = block->args[IDS + i];
        if (e->facts[size->id].needed)
            c_alias(e, size, ir_operand(launch, i));
        if (!e->facts[id->id].needed)
            continue;
        const char *name = c_names_fresh(e, &e->locals, c_format(e, "%c%c", ids[i][0], ids[i][i < 3 ? 9 : 10]));
        c_line(e, "const %s %s = %s;", c_value_type(e, id), name, ids[i]);
        c_set(e, id, c_atom(name));
        e->values[id->id].range = C_BOUNDED | C_NATURAL;
    }
}

/* Bytes of a buffer that the threads of a block share, with what the next one's place wants. */
static int64_t shared_bytes(const IrValue *buffer)
{
    enum { ALIGNED = 16 };
    return (ir_bytes(buffer->type) + ALIGNED - 1) / ALIGNED * ALIGNED;
}

static int64_t block_bytes(const IrOp *launch)
{
    const IrBlock *block = launch->regions[0].block;
    int64_t sum = 0;
    for (uint32_t i = LAUNCH_ARGS; i < block->arg_count; i++)
        sum += shared_bytes(block->args[i]);
    for (const IrOp *op = block->first; op; op = op->next)
        sum += op->kind == OP_barriers ? shared_bytes(ir_result(op, 0)) : 0;
    return sum;
}

/* What a launch has to ask for: all, if it is more than every kernel has. */
static int64_t asked_bytes(const IrOp *launch)
{
    int64_t bytes = block_bytes(launch);
    return bytes > IR_GPU_STATIC_BYTES ? bytes : 0;
}

/* A buffer at a place of what is asked for; -1: it has a place of its own. */
static void name_buffer(CEmit *e, const IrValue *shared, const char *stem, int64_t at)
{
    const char *name = c_numbered(e, stem), *type = c_memory_elem(shared->type).type;
    if (at >= 0)
        c_line(e, "%s *const %s = (%s *)(asked_for + %" PRId64 ");", type, name, type, at);
    else
        c_line(e, "__shared__ __align__(16) %s %s[%" PRId64 "];", type, name,
               ir_elements(shared->type));
    e->values[shared->id] = (CValue){.is = c_atom(name), .type = c_format(e, "%s *", type)};
}

/* Barriers come last: in front of them is what must be aligned. */
static void name_shared(CEmit *e, const IrOp *launch)
{
    const IrBlock *block = launch->regions[0].block;
    int64_t at = 0;
    bool asked = asked_bytes(launch) > 0;
    if (asked)
        c_line(e, "extern __shared__ __align__(1024) unsigned char asked_for[];");
    for (uint32_t i = LAUNCH_ARGS; i < block->arg_count; i++) {
        name_buffer(e, block->args[i], "shared", asked ? at : -1);
        at += shared_bytes(block->args[i]);
    }
    for (const IrOp *op = block->first; op; op = op->next)
        if (op->kind == OP_barriers) {
            name_buffer(e, ir_result(op, 0), "barriers", asked ? at : -1);
            at += shared_bytes(ir_result(op, 0));
        }
}

/* What stands in front of the launches belongs to each of them. */
static void print_body(CEmit *e, const IrOp *func, const IrOp *launch)
{
    for (const IrOp *op = ir_func_block(func)->first; op != launch; op = op->next) {
        const CRule *rule = c_rule(e, op->kind);
        bool others = op->kind == OP_tensor_map && !cuda_map_is_of(op, launch);
        if (op->kind == OP_gpu_launch || others || !c_is_needed(e, op))
            continue;
        if (rule->emit && !op->region_count)
            rule->emit(e, op, rule);
        else
            c_fail(e, op, "stands outside of a launch");
    }
    name_ids(e, launch);
    name_shared(e, launch);
    c_block(e, launch->regions[0].block);
}

/* Memory that nobody writes, and that is no result's, is read as such. */
static void print_parameters(CEmit *e, const IrOp *func, const IrOp *launch, bool maps)
{
    const IrBlock *block = ir_func_block(func);
    for (uint32_t i = 0; i < block->arg_count; i++) {
        bool alone = !c_writes(e, func, i) && !ir_func_arg_attr(func, i, "descent.elementwise");
        text_printf(&e->functions, "\n    %s%s%s%s /* %s */", e->values[block->args[i]->id].type,
                    alone ? "__restrict__ " : "", e->parameters[i],
                    i + 1 == block->arg_count && !maps ? ")" : ",",
                    c_shape(e, block->args[i]->type));
    }
    cuda_print_maps(e, launch);
}

static void sizes(CEmit *e, const IrOp *launch, CudaKernel *k)
{
    for (uint32_t i = 0; i < 6; i++) {
        int64_t n = 0;
        if (!c_known(e, ir_operand(launch, i), &n))
            c_fail(e, launch, "a size that is no constant");
        *(i < 3 ? &k->grid[i] : &k->block[i - 3]) = (unsigned)n;
    }
}

/* Of several launches the first does the work that the function was made for. */
static int64_t flops_of(const IrOp *func, const IrOp *launch)
{
    const IrOp *op = ir_func_block(func)->first;
    while (op->kind != OP_gpu_launch)
        op = op->next;
    if (!ir_op_attr(func, "descent.flops"))
        return -1;
    return op == launch ? ir_op_int(func, "descent.flops") : 0;
}

Place cuda_place(IrLoc loc, Arena *arena)
{
    Place at = ir_loc_place(loc);
    if (at.file)
        at.file = arena_strdup(arena, at.file);
    return at;
}

/* How many blocks a processor shall have room for. The compiler does not see what a launch asks
 * for: without a word it would spare registers for blocks that find no memory. What it sees, it
 * fills: for a third block of 46 KB it gave threads 80 registers, and moved some to memory. Two
 * are enough for one to work while the other waits; they leave few threads 128 registers. */
static const char *least_blocks(const CudaKernel *k, const IrOp *launch)
{
    enum { LARGE = 32 << 10, FEW = 256 };
    bool two = block_bytes(launch) > LARGE && k->block[0] * k->block[1] * k->block[2] <= FEW;
    return k->shared_bytes ? ", 1" : two ? ", 2" : "";
}

static CudaKernel print_launch(CEmit *e, const IrOp *func, const IrOp *launch)
{
    Text body = {0};
    CudaKernel k = {.func = func,
                    .bytes = cuda_traffic(func, launch), .flops = flops_of(func, launch)};
    e->locals = (CNames){0};
    e->numbered = 0;
    e->source = func;
    e->out = &body;
    e->indent = 1;
    e->loops = 0;
    e->pending_count = 0;
    c_name_arguments(e, func);
    sizes(e, launch, &k);
    k.shared_bytes = (unsigned)asked_bytes(launch);
    cuda_find_maps(e, launch, &k);
    print_body(e, func, launch);
    k.name = c_names_fresh(e, &e->globals, c_function_stem(e, func));
    k.begin = e->functions.length;
    c_comment(e, func, &e->functions);
    text_printf(&e->functions, "extern \"C\" __global__ void __launch_bounds__(%u%s) %s(",
                k.block[0] * k.block[1] * k.block[2], least_blocks(&k, launch), k.name);
    print_parameters(e, func, launch, k.map_count);
    text_printf(&e->functions, "\n{\n%s}\n\n", body.bytes ? body.bytes : "");
    k.end = e->functions.length;
    text_free(&body);
    return k;
}

static void print_function(CEmit *e, const IrOp *func, Arena *arena, CudaKernels *kernels)
{
    c_mark_needed(e, func);
    for (const IrOp *op = ir_func_block(func)->first; op; op = op->next) {
        if (op->kind != OP_gpu_launch)
            continue;
        CudaKernel k = print_launch(e, func, op);
        k.name = arena_strdup(arena, k.name);
        k.at = cuda_place(func->loc, arena);
        ARENA_PUSH(arena, kernels->all, kernels->count, kernels->room, k);
    }
}

/* Behind what is in the text now. */
static void add_functions(const CEmit *e, CudaKernels *kernels, Text *out)
{
    for (size_t i = 0; i < kernels->count; i++) {
        kernels->all[i].begin += out->length;
        kernels->all[i].end += out->length;
    }
    c_add_part(out, &e->functions);
}

bool cuda_print(IrModule *m, Arena *arena, CudaKernels *kernels, Text *out, DiagList *d)
{
    CEmit e = c_begin(m, &dialect, d);
    for (const IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (op->kind == OP_func && ir_func_block(op) && !ir_op_attr(op, "descent.entry"))
            print_function(&e, op, arena, kernels);
    bool good = !e.failed;
    if (good) {
        text_add(out, head);
        if (e.types.length)
            text_printf(out, "%s%s\n", vectors, e.types.bytes);
        c_add_part(out, &e.helpers);
        c_add_part(out, &e.constants);
        text_add(out, e.constants.length ? "\n" : "");
        add_functions(&e, kernels, out);
    }
    c_end(&e);
    return good;
}
