/* Lowering: fused graph functions to kernels. Private to passes/lower.
 *
 * A kernel asks for values where it needs them ("pull"): emit_value(e, v, p) makes the code that
 * computes value v of the fused function at point p, for W neighbouring elements at once (lanes).
 * Elementwise ops ask their operands at the same point, ops that move elements at another one, and
 * at the end stand loads from the kernel's arguments. How the points run over a kernel's results
 * (loops, tiles, chunks for the threads) is the schedule: one file for each kind of kernel. */
#ifndef PASSES_LOWER_LOWER_H
#define PASSES_LOWER_LOWER_H

#include "ir/build.h"
#include "ir/kbuild.h"
#include "ir/target.h"
#include "passes/lower/numbers.h"
#include "passes/pass.h"

/* An index in one dimension for all lanes: base + lane * step, or lanes[lane] if lanes is set. */
typedef struct Index {
    IrValue *base;          /* index */
    int64_t step;
    IrValue *lanes;         /* vector of i32 */
} Index;

/* Where a value of a shape is wanted. `linear` is the row-major position, `at` the index in each
 * dimension; each is computed from the other when first asked for. */
typedef struct Point {
    int rank;
    const int64_t *dims;
    Index *at;
    bool has_at, has_linear;
    Index linear;
    IrValue *mask;          /* vector of i1: lanes that exist; NULL: all */
    bool guarded;           /* mask comes from pad and the like: where it is 0 indices are wild */
    bool identity;          /* the point of the iteration itself */
} Point;

typedef struct Emit Emit;

/* What stands at the end of a chain: how to get value v at p. */
typedef IrValue *LeafFn(Emit *e, IrValue *v, Point *p, void *data);

typedef struct Leaf {
    LeafFn *get;
    void *data;
} Leaf;

typedef struct MemoEntry {
    uint32_t value;
    const Point *point;
    IrValue *result;
    int32_t next;
} MemoEntry;

/* The threads that go through a row together on a GPU (gpu/team.c): like one vector of `size` times W
 * lanes. On a CPU it is one thread. */
typedef struct Team {
    int64_t size;
    IrValue *first;         /* this thread's lanes among all: index; NULL: one thread */
    IrValue **shared;       /* teams of several warps: room for a value of each, for each fold */
    size_t folds;           /* done so far */
} Team;

struct Emit {
    PassContext *pass;
    IrModule *m;
    IrContext *c;
    IrBuilder b;
    Arena *arena;           /* lives as long as the kernel's making */
    const IrOp *graph;      /* the fused function */
    IrOp *kernel;           /* the function being made */
    int64_t lanes;          /* W */
    Team team;
    IrValue **memref;       /* by argument, then result, of the graph function */
    bool *only_identity;    /* by argument: read only at the iteration's own point */
    Leaf *leaf;             /* by value id; get is NULL if there is none */
    size_t value_count;
    uint32_t first_id;      /* of the values of the fused function */
    size_t id_count;
    MemoEntry *memo;        /* results by (value, point), with chains by value */
    size_t memo_count, memo_room;
    int32_t *memo_head;     /* by value id */
    Point *scalar;          /* the one point of all tensors of rank 0 */
    bool failed;
};

/* --------------------------------------------------------------------------------- emit/index.c */

Index index_const(Emit *e, int64_t value);
Index index_add(Emit *e, Index x, Index y);
Index index_add_const(Emit *e, Index x, int64_t c);
Index index_mul_const(Emit *e, Index x, int64_t c);
Index index_div_const(Emit *e, Index x, int64_t c);     /* x >= 0 */
Index index_rem_const(Emit *e, Index x, int64_t c);
Index index_negate(Emit *e, Index x);                   /* c - x is index_add_const of it */
Index index_from_value(Emit *e, IrValue *vector);       /* lanes of a vector of integers */
Index index_clamp(Emit *e, Index x, int64_t lo, int64_t hi);
IrValue *index_lanes(Emit *e, Index x);                 /* vector of i32 */
/* A power of two that divides v; 64 where a greater one does. */
int64_t index_unit(const IrValue *v);
/* Mask of the lanes with lo <= x < hi; of those below `rest`. */
IrValue *index_in_range(Emit *e, Index x, int64_t lo, int64_t hi);
IrValue *mask_below(Emit *e, IrValue *rest);
IrValue *mask_and(Emit *e, IrValue *x, IrValue *y);     /* either may be NULL */
/* The truth that all lanes of a mask share, where a branch serves them: on a GPU; or NULL. */
IrValue *mask_shared(const Emit *e, const IrValue *mask);

/* Whether a list of dimensions has d, and where (may be NULL). */
bool listed(const int64_t *list, size_t count, int64_t d, size_t *where);

Point *point_new(Emit *e, int rank, const int64_t *dims, const Point *mask_of);
Point *point_at(Emit *e, int rank, const int64_t *dims, const Index *at, const Point *mask_of);
Point *point_linear(Emit *e, int rank, const int64_t *dims, Index linear, const Point *mask_of);
Point *point_scalar(Emit *e);                           /* of a tensor of rank 0 */
const Index *point_indices(Emit *e, Point *p);
Index point_position(Emit *e, Point *p);

/* --------------------------------------------------------------------------------- emit/value.c */

IrType lane_type(Emit *e, Dtype graph_elem);            /* vector of W in registers */
IrType mask_type(Emit *e);
Dtype register_elem(Dtype graph_elem);                  /* signless */
Dtype memory_elem(Dtype graph_elem);                    /* i1 is kept as i8 */
IrType memref_of(IrContext *c, IrType tensor);
IrValue *emit_value(Emit *e, IrValue *v, Point *p);
/* A constant's elements in memory; one element if all are the same. */
IrValue *emit_constant_buffer(Emit *e, const IrOp *op);
IrValue *emit_scalar(Emit *e, IrValue *v);              /* rank 0: lane 0 of it, a scalar */
IrValue *emit_load(Emit *e, IrValue *memref, Dtype elem, Index position, const Point *p,
                   int64_t elements);
void emit_store(Emit *e, IrValue *memref, Dtype elem, Index position, IrValue *mask,
                IrValue *value);
/* A scalar; an i1 as memory has it. */
void emit_store_one(Emit *e, IrValue *memref, Dtype elem, IrValue *at, IrValue *scalar);
/* All that the fused function returns, computed at p before any of it is stored at `position`. */
void emit_results(Emit *e, Point *p, Index position);
size_t memo_mark(Emit *e);
void memo_release(Emit *e, size_t mark);                /* forgets what came after the mark */
void set_leaf(Emit *e, const IrValue *v, LeafFn *get, void *data);
void emit_unsupported(Emit *e, const IrOp *op, const char *what);
IrValue *c_index(Emit *e, int64_t value);

/* The place of a value of the fused function in arrays of id_count. */
static inline size_t value_slot(const Emit *e, const IrValue *v) { return v->id - e->first_id; }

/* Rules by op: emit/elementwise.c, emit/shape.c, emit/window.c, emit/random.c */
IrValue *emit_elementwise(Emit *e, const IrOp *op, IrValue *const *in);
IrValue *emit_convert(Emit *e, IrValue *x, Dtype from, Dtype to);
IrValue *emit_fma(Emit *e, IrValue *x, IrValue *y, IrValue *z);  /* fused if the target can */
IrValue *emit_neutral(Emit *e, IrOpKind by, Dtype elem);
IrValue *emit_combine(Emit *e, const IrRegion *body, size_t n, IrValue *const *lhs,
                      IrValue *const *rhs, size_t which);
IrValue *emit_shape(Emit *e, const IrOp *op, Point *p);
IrValue *emit_gather(Emit *e, const IrOp *op, Point *p);
IrValue *emit_reduce_window(Emit *e, const IrOp *op, uint32_t result, Point *p);
IrValue *emit_select_and_scatter(Emit *e, const IrOp *op, Point *p);
IrValue *emit_contraction(Emit *e, const IrOp *op, Point *p);
IrValue *emit_reduce_serial(Emit *e, const IrOp *op, uint32_t result, Point *p);
IrValue *emit_random(Emit *e, const IrOp *op, uint32_t result, Point *p);

/* -------------------------------------------------------------------------------------- cost.c */

/* In simple vector operations, about, for a vector of results: of an op by itself; of all that is
 * computed for some values, loads and stores included; whether to keep an op's result rather than
 * compute it again. The product of costs is at most 2^40. */
int64_t op_cost(const IrOp *op);
int64_t pulled_cost(Emit *e, size_t count, IrValue *const *values);
bool op_is_dear(const IrOp *op);
int64_t cost_times(int64_t a, int64_t b);

/* ------------------------------------------------------------------------------------ gpu/team.c */

/* Work shared out on a GPU: a team for each of `count` items, as many as there are, big enough for
 * rows of `width` elements that are folded to the types of `folds`. The builder is left where one
 * item is computed. Nothing in there may sit in a branch that not all threads of a team take. */
typedef struct Grid {
    IrOp *launch, *exists;
    size_t mark;
} Grid;
Grid grid_begin(Emit *e, int64_t count, int64_t width, size_t folds, const Dtype *elems,
                IrValue **item);
/* The same for rows of which a thread goes through at most `part` elements. Of every `together`
 * items, which count is a multiple of, a block has some or none. */
Grid row_grid_begin(Emit *e, int64_t count, int64_t together, int64_t width, int64_t part,
                    size_t folds, const Dtype *elems, IrValue **item);
void grid_end(Emit *e, Grid g);
/* Values of `lanes` elements from here on; what was before is to be given back. */
typedef struct Lanes {
    int64_t lanes;
    Point *scalar;
} Lanes;
Lanes lanes_begin(Emit *e, int64_t lanes);
void lanes_end(Emit *e, Lanes before);
int64_t team_lanes(const Emit *e);                      /* of all its threads */
IrValue *team_lane(Emit *e, IrValue *i);                /* i + the thread's own first lane */
/* What one thread of the team does, between these; and a scalar that it stores. */
IrOp *team_lead_begin(Emit *e);
void team_lead_end(Emit *e, IrOp *lead);
void team_store(Emit *e, IrValue *memref, Dtype elem, IrValue *at, IrValue *scalar);
/* The scalar that another thread of the warp has (k_warp_shuffle), an integer or of 4 bytes and more. */
IrValue *team_exchange(Emit *e, const char *mode, IrValue *x, int64_t apart, int64_t width);
/* All lanes of a vector, of all threads, folded; the result is in every thread. */
IrValue *team_fold(Emit *e, IrOpKind by, Dtype elem, IrValue *vector);

/* ------------------------------------------------------------------------------ gpu/last_block.c */

/* A buffer of numbers that blocks count up, each 0 before a launch and behind it. */
IrValue *block_counters(Emit *e, int64_t count);
/* What the last one of `blocks` blocks does that come to the counter `at`, between these: all that
 * the threads of the others have written before is there. All threads of a block come here. */
IrOp *last_block_begin(Emit *e, IrOp *launch, IrValue *counters, IrValue *at, int64_t blocks);
void last_block_end(Emit *e, IrOp *last);

/* ------------------------------------------------------------------- schedules, one file a kind */

/* Each fills e->kernel's body. */
void lower_loop(Emit *e);
void lower_reduce(Emit *e);
void lower_row(Emit *e);
void lower_contraction(Emit *e);        /* on a CPU */
void lower_shared_tiles(Emit *e);       /* the same on a GPU */
bool lower_tensor_tiles(Emit *e);       /* the same on its tensor cores; false: not a product for them */
void lower_scatter(Emit *e);
void lower_attention(Emit *e);          /* on a GPU only; passes/attention makes no other */
/* Of a custom call there is no body. */
void declare_custom(IrModule *m, IrName name, const IrOp *graph, Arena *arena);

/* A further argument of the kernel: a buffer that the host program provides. */
IrValue *kernel_workspace(Emit *e, Dtype elem, int64_t elements);

/* A loop over [0, count) in chunks of `grain`, shared by the threads if there are several chunks:
 * the builder is left in the body, *from and *to are the chunk's bounds. */
typedef struct Chunks {
    IrOp *loop;
    bool parallel;
} Chunks;
Chunks chunks_begin(Emit *e, int64_t count, int64_t grain, IrValue **from, IrValue **to);
void chunks_end(Emit *e, Chunks c);

/* A loop over elements in squares, if there are transposes that gain by it (transpose.c); and what
 * lane i of row j of W vectors is to lane j of row i. */
bool lower_transposed(Emit *e, IrType type, int64_t grain);
bool lower_transposed_tiles(Emit *e, IrType type, int64_t cost);        /* the same on a GPU */
void transpose_registers(Emit *e, IrValue **rows);

/* Vectors over [from, to): body(e, data, j, mask) is emitted once for whole vectors, once for the
 * tail. `length` is the number if it is known, else -1. */
typedef void VectorBody(Emit *e, void *data, IrValue *j, IrValue *mask);
void vector_loop(Emit *e, IrValue *from, IrValue *to, int64_t length, VectorBody *body, void *data);

/* On a GPU: how many elements of `widest` bytes are moved at once, so that pieces fill a row. */
int64_t piece_lanes(int64_t widest, int64_t row);

/* One step of a fold by a graph op, in registers of type elem; the type in which values of a type
 * are folded (sums of bf16 and f16 are kept in f32); the kind of vector.reduction that folds lanes. */
IrValue *emit_fold(Emit *e, IrOpKind by, Dtype elem, IrValue *x, IrValue *y);
Dtype fold_elem(Dtype elem);
const char *reduction_kind(IrOpKind by, Dtype elem);

enum { TASK_COST = 64 * 1024 };     /* element operations that are worth a task of their own */

#endif
