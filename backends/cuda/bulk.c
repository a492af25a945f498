#include "backends/cuda/bulk.h"

#include "backends/cuda/assembly.h"

/* ----------------------------------------------------------------------- the wrappers
 *
 * PTX, "Parallel Synchronization and Communication Instructions: mbarrier" and "Data
 * Movement and Conversion Instructions: Tensor copy". Waiting acquires what arriving
 * released, both in the block. */

static const char init[] =
    "static __device__ __forceinline__ void barrier_init(uint64_t *barrier,\n"
    "                                                    uint32_t arrivals)\n"
    "{\n"
    "    asm volatile(\"mbarrier.init.shared::cta.b64 [%0], %1;\"\n"
    "                 :: \"r\"(shared_address(barrier)), \"r\"(arrivals) : \"memory\");\n"
    "}\n";

/* For copies, too: they are another proxy. */
static const char fence[] =
    "static __device__ __forceinline__ void barrier_fence()\n"
    "{\n"
    "    asm volatile(\"fence.mbarrier_init.release.cluster;\" ::: \"memory\");\n"
    "    asm volatile(\"fence.proxy.async.shared::cta;\" ::: \"memory\");\n"
    "}\n";

static const char expect[] =
    "static __device__ __forceinline__ void barrier_expect(uint64_t *barrier,\n"
    "                                                      uint32_t bytes)\n"
    "{\n"
    "    asm volatile(\"mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;\"\n"
    "                 :: \"r\"(shared_address(barrier)), \"r\"(bytes) : \"memory\");\n"
    "}\n";

static const char arrive[] =
    "static __device__ __forceinline__ void barrier_arrive(uint64_t *barrier)\n"
    "{\n"
    "    asm volatile(\"mbarrier.arrive.shared::cta.b64 _, [%0];\"\n"
    "                 :: \"r\"(shared_address(barrier)) : \"memory\");\n"
    "}\n";

/* The instruction itself waits, but not for ever. */
static const char wait[] =
    "static __device__ __forceinline__ void barrier_wait(uint64_t *barrier,\n"
    "                                                    uint32_t parity)\n"
    "{\n"
    "    uint32_t ended;\n"
    "    do {\n"
    "        asm volatile(\"{ .reg .pred p; \"\n"
    "                     \"mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2; \"\n"
    "                     \"selp.b32 %0, 1, 0, p; }\"\n"
    "                     : \"=r\"(ended)\n"
    "                     : \"r\"(shared_address(barrier)), \"r\"(parity) : \"memory\");\n"
    "    } while (!ended);\n"
    "}\n";

/* As the driver makes it; aligned as its own headers say since CUDA 13 (64 before). */
static const char map_type[] =
    "struct __align__(128) TensorMap { uint64_t words[16]; };\n";

static const char load[] =
    "static __device__ __forceinline__ void bulk_copy(void *to, const TensorMap *map,\n"
    "                                                 uint64_t *barrier, uint32_t column,\n"
    "                                                 uint32_t row)\n"
    "{\n"
    "    asm volatile(\"cp.async.bulk.tensor.2d.shared::cluster.global\"\n"
    "                 \".mbarrier::complete_tx::bytes \"\n"
    "                 \"[%0], [%1, {%3, %4}], [%2];\"\n"
    "                 :: \"r\"(shared_address(to)), \"l\"(map),\n"
    "                    \"r\"(shared_address(barrier)), \"r\"(column), \"r\"(row) : \"memory\");\n"
    "}\n";

/* ------------------------------------------------------------------------------ rules */

/* The barrier whose number is an operand. */
static const char *barrier(CEmit *e, const IrOp *op, uint32_t barriers, uint32_t number)
{
    return c_format(e, "%s + %s", c_operand_text(e, op, barriers),
                    c_bound(e, c_operand(e, op, number), C_PREFIX));
}

void cuda_barrier_init(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const char *which = barrier(e, op, 0, 2), *arrivals = c_operand_text(e, op, 1);
    cuda_define(e, "barrier_init", init);
    c_settle(e);
    c_line(e, "barrier_init(%s, %s);", which, arrivals);
}

void cuda_barrier_fence(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)op, (void)rule;
    cuda_define(e, "barrier_fence", fence);
    c_settle(e);
    c_line(e, "barrier_fence();");
}

void cuda_barrier_arrive(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    int64_t bytes;
    const char *which = barrier(e, op, 0, 2), *more = c_operand_text(e, op, 1);
    bool plain = c_known(e, ir_operand(op, 1), &bytes) && !bytes;
    cuda_define(e, plain ? "barrier_arrive" : "barrier_expect", plain ? arrive : expect);
    c_settle(e);
    if (plain)
        c_line(e, "barrier_arrive(%s);", which);
    else
        c_line(e, "barrier_expect(%s, %s);", which, more);
}

void cuda_barrier_wait(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const char *which = barrier(e, op, 0, 3), *parity = c_operand_text(e, op, 1);
    cuda_define(e, "barrier_wait", wait);
    c_settle(e);
    c_line(e, "barrier_wait(%s, %s);", which, parity);
}

void cuda_tensor_load(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    const char *to = c_operand_text(e, op, 0), *which = barrier(e, op, 1, 5);
    const char *map = c_operand_text(e, op, 2);
    const char *column = c_operand_text(e, op, 3), *row = c_operand_text(e, op, 4);
    cuda_define(e, "bulk_copy", load);
    c_settle(e);
    c_line(e, "bulk_copy(%s, &%s, %s, %s, %s);", to, map, which, column, row);
}

/* ------------------------------------------------------------------------ tensor maps */

bool cuda_map_is_of(const IrOp *map, const IrOp *launch)
{
    while (map && map->kind != OP_gpu_launch)
        map = map->next;
    return map == launch;
}

void cuda_tensor_map(CEmit *e, const IrOp *op, const CRule *rule)
{
    (void)rule;
    cuda_define(e, "TensorMap", map_type);
    c_set(e, ir_result(op, 0), c_atom(c_numbered(e, "map")));
}

/* The next map of the launch from `op` on. */
static const IrOp *next_map(const IrOp *op, const IrOp *launch)
{
    while (op != launch && !(op->kind == OP_tensor_map && cuda_map_is_of(op, launch)))
        op = op->next;
    return op == launch ? NULL : op;
}

static const IrOp *first_map(const IrOp *launch)
{
    return next_map(launch->block->first, launch);
}

/* The matrix is an argument, seen in another shape. */
static CudaMap describe(CEmit *e, const IrOp *map)
{
    const IrValue *matrix = ir_operand(ir_operand(map, 0)->op, 0), *v = matrix;
    while (ir_is(v, OP_memref_collapse_shape) || ir_is(v, OP_memref_expand_shape))
        v = ir_operand(v->op, 0);
    if (v->op)
        c_fail(e, map, "unsupported: a tensor map of what is no argument");
    IrType box = map->results[0].type;
    return (CudaMap){v->index,
                     box->elem,
                     matrix->type->dims[0],
                     matrix->type->dims[1],
                     (unsigned)box->dims[0],
                     (unsigned)box->dims[1]};
}

void cuda_find_maps(CEmit *e, const IrOp *launch, CudaKernel *k)
{
    k->map_count = 0;
    for (const IrOp *op = first_map(launch); op; op = next_map(op->next, launch)) {
        if (k->map_count == CUDA_MAPS) {
            c_fail(e, op, "unsupported: more than %d tensor maps", CUDA_MAPS);
            return;
        }
        k->maps[k->map_count++] = describe(e, op);
    }
}

void cuda_print_maps(CEmit *e, const IrOp *launch)
{
    for (const IrOp *op = first_map(launch); op;) {
        const IrOp *next = next_map(op->next, launch);
        IrType box = op->results[0].type;
        text_printf(&e->functions,
                    "\n    const __grid_constant__ TensorMap %s%s /* boxes of %s */",
                    e->values[ir_result(op, 0)->id].is.text, next ? "," : ")",
                    c_shape(e, box));
        op = next;
    }
}
