/* The size of the tiles of a product on a GPU: of all that a block could compute, what a
 * small model of the machine says is done first. It counts clocks of one processor:
 *
 *     multiply-adds   as many as its lanes; more where a thread sums few elements: a
 *                     vector of shared memory is 16 bytes for each lane, at 128 bytes a
 *                     clock, of which four fifths can be hoped for
 *     copies          what a processor gets of the second cache
 *     a tile of k     a barrier, addresses; and no less than memory takes to answer, for
 *                     as many stages as wait for it
 *     a block         to begin, and to end with its sums
 *     parts           to write them, another launch, and to read them
 *
 * The numbers are those of an H100 by its documents and the disassembly of these
 * kernels; what matters is the order in which they put the tiles. */
#include "passes/lower/gpu/contract_shared.h"

#include <math.h>

enum {
    MOST_WARPS = 8,
    LEAST_WARPS = 2,
    MOST_PARTS = 256
};

/* Clocks, or bytes of a clock. */
static const double cache_bytes = 28, shared_bytes = 104, answer = 800,
                    begin_block = 1500, tile_of_k = 60, another_launch = 2500;

/* ------------------------------------------------------------------- what fits at all */

int64_t stage_line(const Tile *t, Where w)
{
    return t->width + (w == IN_B ? t->n : t->by_rows ? t->depth : t->m);
}

int64_t stage_side(const Tile *t, Where w)
{
    return stage_line(t, w) * (w == IN_A && t->by_rows ? t->m : t->depth);
}

int64_t stage_elements(const Tile *t)
{
    return stage_side(t, IN_A) + stage_side(t, IN_B);
}

int64_t shared_elements(const Tile *t)
{
    int64_t stages = t->stages * stage_elements(t),
            sums = t->groups > 1 ? t->groups * t->m * t->n : 0;
    return stages > sums ? stages : sums;
}

/* About: the sums, two sets of operands, addresses. */
static int64_t registers(const Tile *t, const Contraction *c, const Access access[2])
{
    int64_t words = (int64_t)dtype_bytes(c->elem) / 4, held = 0;
    int64_t sums = t->row_vectors * t->column_vectors * t->width * t->width;
    int64_t vectors_a = t->row_vectors * (t->by_rows ? t->width : 1);
    int64_t operands = 2 * (vectors_a + t->column_vectors) * t->width;
    for (int i = 0; i < 2; i++)
        held += access[i].async ? 0 : t->depth * (i ? t->n : t->m) / t->threads;
    return (sums + operands + held) * words + 24;
}

/* As many stages as fit, and are of use. */
static bool set_stages(Tile *t, const Contraction *c)
{
    enum { MOST = 4 };
    int64_t bytes = (int64_t)dtype_bytes(c->elem), tiles = ceil_div(c->k.size, t->depth);
    t->stages = IR_GPU_STATIC_BYTES / (stage_elements(t) * bytes);
    t->stages = t->stages < MOST ? t->stages : MOST;
    t->stages = t->stages <= tiles ? t->stages : tiles < 2 ? 2 : tiles;
    return t->stages >= 2 && shared_elements(t) * bytes <= IR_GPU_STATIC_BYTES;
}

/* What is unrolled fits the caches for instructions. */
static bool is_short(const Tile *t)
{
    enum { MOST = 1024 };
    int64_t sums = t->row_vectors * t->column_vectors * t->width * t->width;
    return t->depth / t->groups * sums <= MOST;
}

/* Two blocks share a processor: one works while the other waits. */
static bool set_tile(Tile *t, const Contraction *c, const Access access[2])
{
    enum { WARP = 32, MOST_REGISTERS = 216 };
    int64_t warps = t->warp_rows * t->warp_columns * t->groups;
    t->m = t->warp_rows * t->lane_rows * t->row_vectors * t->width;
    t->n = t->warp_columns * t->lane_columns * t->column_vectors * t->width;
    t->threads = WARP * warps;
    t->by_rows = access[0].wide_k && t->row_vectors <= 2; /* so many vectors of a */
    t->tiles_m = ceil_div(c->m.size, t->m);
    t->tiles_n = ceil_div(c->n.size, t->n);
    return warps >= LEAST_WARPS && warps <= MOST_WARPS &&
           t->depth * t->m <= COPIES * t->threads &&
           t->depth * t->n <= COPIES * t->threads && is_short(t) && set_stages(t, c) &&
           registers(t, c, access) <= MOST_REGISTERS &&
           2 * registers(t, c, access) * t->threads <= IR_GPU_REGISTERS;
}

/* ---------------------------------------------------------------------- what it costs */

static double at_least(double x, double least) { return x > least ? x : least; }

/* Of one tile of k, for a block that has the processor for itself. */
static double multiply_adds(const Tile *t, const Contraction *c)
{
    double lanes = 512.0 / (double)dtype_bytes(c->elem);
    double sums = (double)(t->row_vectors * t->column_vectors * t->width * t->width);
    double reads = 32 * 16 * (double)(t->row_vectors + t->column_vectors) / shared_bytes;
    double warps = (double)(t->threads / 32) * (double)(t->depth / t->groups);
    return warps * at_least(sums * 32 / lanes + reads / 8, reads);
}

/* Instructions beside them, four of which are issued in a clock. */
static double copies(const Tile *t, const Contraction *c, const Access access[2])
{
    double each = k_is_regular(c, t->depth) ? 4 : 14, n = 0;
    for (int i = 0; i < 2; i++) {
        bool wide = access[i].wide || (!i && t->by_rows);
        double unit = wide ? (double)t->width : 1;
        n += (double)(t->depth * (i ? t->n : t->m)) / unit *
             (each + (access[i].async ? 0 : 3));
    }
    return n / 32 / 4;
}

/* `blocks` on one processor at the same time. */
static double together(const Tile *t, const Contraction *c, const Access access[2],
                       double blocks)
{
    double tiles = (double)ceil_div(t->part, t->depth),
           bytes = (double)dtype_bytes(c->elem);
    double own = multiply_adds(t, c) + copies(t, c, access) + tile_of_k;
    double read = (double)((t->m + t->n) * t->depth) * bytes / cache_bytes;
    double warps = blocks * (double)t->threads / 32;
    double idle =
        warps < 8 ? 1 + (8 - warps) / 16 : 1; /* nothing to do while operands come */
    double one = at_least(at_least(blocks * own * idle, blocks * read),
                          answer / (double)(t->stages - 1));
    double sums = (double)(t->m * t->n) * blocks / 32;
    return begin_block + tiles * one + sums * (t->groups > 1 ? 2 : 1);
}

static double resident(const Tile *t, const IrTarget *target, const Contraction *c,
                       const Access access[2])
{
    int64_t bytes = shared_elements(t) * (int64_t)dtype_bytes(c->elem) + 1024;
    int64_t by_threads = smaller(target->resident_threads / t->threads, target->resident_blocks);
    int64_t by_memory = target->shared_bytes / bytes;
    int64_t by_registers = IR_GPU_REGISTERS / (registers(t, c, access) * t->threads);
    return (double)smaller(smaller(by_threads, by_memory), by_registers);
}

static double cost_of(const Tile *t, const IrTarget *target, const Contraction *c,
                      const Access access[2])
{
    double blocks = (double)(c->outer.size * t->tiles_m * t->tiles_n * t->parts);
    double processors = target->processors, most = resident(t, target, c, access);
    double waves = floor(blocks / (processors * most)),
           rest = blocks - waves * processors * most;
    double clocks = waves * together(t, c, access, most);
    if (rest > 0)
        clocks += together(t, c, access, ceil(rest / processors));
    double results =
        (double)(c->outer.size * c->m.size * c->n.size) * (double)dtype_bytes(c->elem);
    double bytes = results * (double)t->parts / (processors * cache_bytes);
    return t->parts == 1 ? clocks : clocks + another_launch + 3 * bytes;
}

/* ------------------------------------------------------------------------- the search */

typedef struct Search {
    const IrTarget *target;
    const Contraction *c;
    const Access *access;
    Tile best;
    double cost;
} Search;

static void consider_parts(Search *s, Tile t)
{
    int64_t tiles = ceil_div(s->c->k.size, t.depth);
    int64_t blocks = s->c->outer.size * t.tiles_m * t.tiles_n;
    int64_t most = 2 * s->target->processors / blocks + 1;
    most = most < MOST_PARTS ? most : MOST_PARTS;
    for (int64_t parts = 1; parts <= most && parts <= tiles; parts += 1 + parts / 4) {
        t.part = ceil_div(tiles, parts) * t.depth;
        t.parts = ceil_div(s->c->k.size, t.part);
        double cost = cost_of(&t, s->target, s->c, s->access);
        if (cost < s->cost) {
            s->cost = cost;
            s->best = t;
        }
    }
}

static void consider_warps(Search *s, Tile t)
{
    for (t.warp_rows = 1; t.warp_rows <= 4; t.warp_rows *= 2)
        for (t.warp_columns = 1; t.warp_columns <= 4; t.warp_columns *= 2)
            for (t.groups = 1; t.groups <= MOST_WARPS; t.groups *= 2)
                for (t.depth = 8; t.depth <= 64; t.depth *= 2)
                    if (t.depth >= 4 * t.groups && t.depth <= 16 * t.groups &&
                        set_tile(&t, s->c, s->access))
                        consider_parts(s, t);
}

Tile choose_tile(const IrTarget *target, const Contraction *c, const Access access[2])
{
    static const int8_t vectors[][2] = {{4, 4}, {4, 2}, {2, 2}, {2, 1}, {1, 2}, {1, 1}};
    Search s = {target, c, access, .cost = INFINITY};
    Tile t = {.width = 16 / (int64_t)dtype_bytes(c->elem)};
    for (t.lane_rows = 4; t.lane_rows <= 8; t.lane_rows *= 2)
        for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
            t.lane_columns = 32 / t.lane_rows;
            t.row_vectors = vectors[i][0];
            t.column_vectors = vectors[i][1];
            consider_warps(&s, t);
        }
    return s.best;
}
