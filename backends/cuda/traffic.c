#include "backends/cuda/traffic.h"

#include "ir/kbuild.h"

/* Of an argument of the function; what is more than it has, or is not known, is ALL. */
#define ALL INT64_MAX

typedef struct Moved {
    int64_t read, written;
} Moved;

typedef struct Traffic {
    const IrBlock *arguments;
    Moved *moved; /* by argument */
} Traffic;

static int64_t times(int64_t a, int64_t b) { return b && a > ALL / b ? ALL : a * b; }
static int64_t plus(int64_t a, int64_t b) { return a > ALL - b ? ALL : a + b; }

/* Notes what is moved of the argument that a buffer is, or is a view of; of each that it
 * may be, if branches choose one. Memory of the block or the thread does not count. */
static void add(Traffic *t, const IrValue *v, Moved moved)
{
    while (v->op && v->op->operand_count && ir_operand(v->op, 0)->type->kind == IR_MEMREF)
        v = ir_operand(v->op, 0);
    for (uint32_t r = 0; v->op && r < v->op->region_count; r++)
        add(t, ir_operand(v->op->regions[r].block->last, v->index), moved);
    if (v->op || v->block != t->arguments)
        return;
    Moved *m = &t->moved[v->index];
    *m = (Moved){plus(m->read, moved.read), plus(m->written, moved.written)};
}

/* How often a loop runs at most. A lower bound that differs from thread to thread is 0
 * at least. */
static int64_t trips(const IrOp *loop)
{
    int64_t lower = 0, upper, step;
    k_index_value(ir_operand(loop, 0), &lower);
    if (!k_index_value(ir_operand(loop, 1), &upper) ||
        !k_index_value(ir_operand(loop, 2), &step))
        return ALL;
    return upper > lower && step > 0 ? (upper - lower + step - 1) / step : 0;
}

static bool is_store(IrOpKind kind)
{
    return kind == OP_memref_store || kind == OP_vector_store ||
           kind == OP_vector_maskedstore || kind == OP_vector_scatter;
}

/* What one run of an access moves. */
static int64_t width(const IrOp *op)
{
    if (op->kind == OP_memref_store || op->kind == OP_vector_store)
        return ir_bytes(ir_operand(op, 0)->type);
    if (is_store(op->kind))
        return ir_bytes(ir_operand(op, op->operand_count - 1)->type);
    return op->result_count && op->results[0].type->kind != IR_TOKEN
               ? ir_bytes(op->results[0].type)
               : ALL;
}

/* Out of the matrix that the map was made of. */
static void count_box(Traffic *t, const IrOp *op, int64_t runs)
{
    const IrOp *map = ir_operand(op, 2)->op, *cast = ir_operand(map, 0)->op;
    add(t, ir_operand(cast, 0), (Moved){times(runs, ir_bytes(ir_operand(op, 0)->type)), 0});
}

static void count_access(Traffic *t, const IrOp *op, int64_t runs)
{
    if (op->result_count && op->results[0].type->kind == IR_MEMREF) /* a view */
        return;
    if (ir_op_info(op->kind)->traits & IR_TERMINATOR) /* says which buffer it is */
        return;
    if (op->kind == OP_tensor_load) {
        count_box(t, op, runs);
        return;
    }
    for (uint32_t i = 0; i < op->operand_count; i++) {
        const IrValue *v = ir_operand(op, i);
        if (v->type->kind != IR_MEMREF)
            continue;
        int64_t bytes = times(runs, width(op));
        add(t, v, is_store(op->kind) ? (Moved){0, bytes} : (Moved){bytes, 0});
    }
}

static void count_block(Traffic *t, const IrBlock *b, int64_t runs)
{
    for (const IrOp *op = b ? b->first : NULL; op; op = op->next) {
        int64_t inner = op->kind == OP_scf_for     ? times(runs, trips(op))
                        : op->kind == OP_scf_while ? ALL
                                                   : runs;
        count_access(t, op, runs);
        for (uint32_t i = 0; i < op->region_count; i++)
            count_block(t, op->regions[i].block, inner);
    }
}

int64_t cuda_traffic(const IrOp *func, const IrOp *launch)
{
    Arena *arena = arena_open();
    const IrBlock *arguments = ir_func_block(func);
    Traffic t = {arguments, ARENA_ARRAY(arena, Moved, arguments->arg_count)};
    int64_t threads = 1, sum = 0;
    for (uint32_t i = 0; i < 6; i++) {
        int64_t n = 1;
        k_index_value(ir_operand(launch, i), &n);
        threads = times(threads, n);
    }
    count_block(&t, launch->regions[0].block, threads);
    for (uint32_t i = 0; i < arguments->arg_count; i++) {
        int64_t bytes = ir_bytes(arguments->args[i]->type);
        const Moved *m = &t.moved[i];
        sum += (m->read < bytes ? m->read : bytes) +
               (m->written < bytes ? m->written : bytes);
    }
    arena_close(arena);
    return sum;
}
