/* scatter on a GPU, with no update waiting for one that goes elsewhere and each element
 * combining its own in their order: the bits are those of one update after the other.
 *
 *     gradient of a table of words : 10000x128, 2048 words
 *       launch: the input is copied
 *       launch: a warp for each word
 *                 is there the same word before? then that one's warp does the work
 *                 row = out[word];  for all its positions, in order: row += updates[it]
 *
 * The warp looks at the indices of 32 positions at a time; the next of the same word is
 * the least number that one of its threads has found. That needs windows that are the
 * same or have nothing in common. If they may overlap, or are few, there is a thread for
 * each element of the result, which looks at all positions in their order and takes what
 * reaches it.
 *
 * The limit: looking back is quadratic where windows differ. Each of n positions is
 * compared with those before it until one has its window, so n different words are n * n / 2
 * comparisons, by 32 at a time: little for thousands of words, too much for a million. */
#include "passes/lower/scatter.h"

enum {
    FEW = 4,  /* positions that every element may look at */
    WIDE = 4, /* elements of a thread that lie side by side */
    LOOK = 8  /* positions whose indices a thread reads before the team decides: together,
                 so that it waits for memory once */
};

static int64_t position_count(const Scatter *s)
{
    int64_t n = 1;
    for (int i = 0; i < s->batch_rank; i++)
        n *= s->updates->dims[s->batch_dims[i]];
    return n;
}

static bool is_chosen(const Scatter *s, int dimension)
{
    return listed(s->d.scatter_dims_to_operand_dims, s->d.map, dimension, NULL);
}

/* Whether windows are the same or have nothing in common. */
static bool are_apart(const Scatter *s)
{
    for (int i = 0; i < s->input->rank; i++)
        if (is_chosen(s, i) && s->window_size[i] != 1 &&
            s->window_size[i] != s->input->dims[i])
            return false;
    return true;
}

/* Whether neighbours of a window are neighbours everywhere, in whole vectors. */
static bool is_wide(const Scatter *s)
{
    int last = s->window_rank - 1, column = s->input->rank - 1;
    return last >= 0 && s->window_dims[last] == s->updates->rank - 1 &&
           s->input_dims[last] == column && !is_chosen(s, column) &&
           s->input->dims[column] % WIDE == 0 && s->window_size[column] % WIDE == 0;
}

/* -------------------------------------------------------------------------- positions */

/* Indices of some dimensions of updates from their row-major number. */
static void set_indices(Emit *e, Scatter *s, const int *dims, int rank, Index number)
{
    for (int i = rank - 1; i >= 0; i--) {
        int64_t size = s->updates->dims[dims[i]];
        s->at[dims[i]] = number;
        if (i && number.step)
            s->at[dims[i]] =
                (Index){.base = k_rem_index(&e->b, number.base, c_index(e, size)),
                        .step = number.step};
        else if (i)
            s->at[dims[i]] = index_rem_const(e, number, size);
        number = (Index){.base = k_div_index(&e->b, number.base, c_index(e, size))};
    }
}

/* A number that is in [0, most] anyway; clamped, so that it is known to be. */
static IrValue *bounded(Emit *e, IrValue *number, int64_t most)
{
    number = k_binary(&e->b, OP_arith_maxsi, number, c_index(e, 0));
    return k_min_index(&e->b, number, c_index(e, most));
}

/* s->at and s->start of a position; whether its window fits, or NULL. */
static IrValue *place(Emit *e, Scatter *s, IrValue *position)
{
    set_indices(e, s, s->batch_dims, s->batch_rank, (Index){.base = position});
    IrValue *fits = scatter_place(e, s);
    for (int i = 0; i < s->input->rank; i++)
        if (is_chosen(s, i))
            s->start[i] = bounded(e, s->start[i], s->input->dims[i] - s->window_size[i]);
    return fits;
}

/* Where the window of a position begins, as a number; -1 if it does not fit. */
static IrValue *window_number(Emit *e, Scatter *s, IrValue *position)
{
    size_t mark = memo_mark(e);
    IrValue *fits = place(e, s, position), *number = c_index(e, 0);
    for (int i = 0; i < s->input->rank; i++) {
        number = k_mul_index(&e->b, number, c_index(e, s->input->dims[i]));
        number = k_add_index(&e->b, number, s->start[i]);
    }
    memo_release(e, mark);
    return fits ? k_select(&e->b, fits, number, c_index(e, -1)) : number;
}

/* Whether one of the positions from `from` on, less than `end` and no more than a look has,
 * has the window. The same for all threads of the team, which look at some each. */
static IrValue *is_among(Emit *e, Scatter *s, IrValue *window, IrValue *from, IrValue *end)
{
    int64_t lanes = team_lanes(e);
    IrValue *last = k_add_index(&e->b, from, c_index(e, LOOK * lanes));
    IrValue *seen = k_int(&e->b, ir_scalar(e->c, DTYPE_i1), 0);
    IrOp *loop = k_for_begin(&e->b, team_lane(e, from), k_min_index(&e->b, last, end),
                             c_index(e, lanes), 1, &seen);
    IrValue *same = k_cmpi(&e->b, "eq", window_number(e, s, k_arg(loop, 0)), window);
    seen = k_binary(&e->b, OP_arith_ori, k_arg(loop, 1), same);
    k_for_end(&e->b, loop, 1, &seen);
    seen = k_broadcast(&e->b, ir_result(loop, 0), ir_vector(e->c, DTYPE_i1, 1));
    return team_fold(e, OP_or, DTYPE_i1, seen);
}

/* Whether no position before has the window; after a look that found it there is none. */
static IrValue *is_first(Emit *e, Scatter *s, IrValue *window, IrValue *position)
{
    IrType flag = ir_scalar(e->c, DTYPE_i1);
    IrValue *no = k_int(&e->b, flag, 0), *state[] = {c_index(e, 0), no};
    const IrType types[] = {ir_index(e->c), flag};
    IrOp *loop = k_while_begin(&e->b, 2, state, 2, types);
    IrValue *more = k_cmpi(&e->b, "slt", k_arg(loop, 0), position);
    state[0] = k_arg(loop, 0);
    state[1] = k_arg(loop, 1);
    IrValue *unseen = k_cmpi(&e->b, "eq", state[1], no);
    k_while_do(&e->b, loop, k_binary(&e->b, OP_arith_andi, more, unseen), 2, state);
    IrValue *from = bounded(e, k_while_arg(loop, 0), position_count(s));
    state[0] = k_add_index(&e->b, from, c_index(e, LOOK * team_lanes(e)));
    state[1] = is_among(e, s, window, from, position);
    k_while_end(&e->b, loop, 2, state);
    return k_cmpi(&e->b, "eq", ir_result(loop, 1), no);
}

/* The least number that a thread of the team has. */
static IrValue *least(Emit *e, IrValue *number)
{
    IrType word = ir_scalar(e->c, DTYPE_i32);
    IrValue *own = k_cast(&e->b, OP_arith_index_cast, number, word);
    own = k_broadcast(&e->b, own, ir_vector(e->c, DTYPE_i32, 1));
    return k_cast(&e->b, OP_arith_index_cast, team_fold(e, OP_minimum, DTYPE_i32, own),
                  ir_index(e->c));
}

/* The first position from `from` on whose window is `window`; the number of positions if
 * there is none. The same for all threads of the team, which look at one each. */
static IrValue *next_position(Emit *e, Scatter *s, IrValue *window, IrValue *from)
{
    int64_t count = position_count(s);
    IrValue *end = c_index(e, count), *state[] = {from, end};
    const IrType types[] = {end->type, end->type};
    IrOp *loop = k_while_begin(&e->b, 2, state, 2, types);
    IrValue *none = k_cmpi(&e->b, "eq", k_arg(loop, 1), end);
    IrValue *more = k_cmpi(&e->b, "slt", k_arg(loop, 0), end);
    state[0] = k_arg(loop, 0);
    state[1] = k_arg(loop, 1);
    k_while_do(&e->b, loop, k_binary(&e->b, OP_arith_andi, none, more), 2, state);
    IrValue *at = team_lane(e, bounded(e, k_while_arg(loop, 0), count));
    IrValue *exists = k_cmpi(&e->b, "slt", at, end);
    IrValue *other = window_number(e, s, k_min_index(&e->b, at, c_index(e, count - 1)));
    IrValue *hit =
        k_binary(&e->b, OP_arith_andi, exists, k_cmpi(&e->b, "eq", other, window));
    state[0] = k_add_index(&e->b, bounded(e, k_while_arg(loop, 0), count),
                           c_index(e, team_lanes(e)));
    state[1] = least(e, k_select(&e->b, hit, at, end));
    k_while_end(&e->b, loop, 2, state);
    return bounded(e, ir_result(loop, 1), count);
}

/* ---------------------------------------------------------------- a warp for a window */

typedef struct WindowTeam {
    Scatter *s;
    int64_t lanes;              /* elements of the window that a thread has */
    IrValue *position, *window; /* the first position of the window */
    IrValue *element;           /* the thread's first */
} WindowTeam;

static IrType *element_types(Emit *e, const Scatter *s, bool with_index)
{
    IrType *types = ARENA_ARRAY(e->arena, IrType, s->count + 1);
    types[0] = ir_index(e->c);
    for (uint32_t i = 0; i < s->count; i++)
        types[i + with_index] = lane_type(e, ir_operand(s->op, i)->type->elem);
    return types;
}

/* The updates of a position, combined with what there is. */
static void combine(Emit *e, Scatter *s, Point *from, IrValue *const *old, IrValue **out)
{
    IrValue **new = ARENA_ARRAY(e->arena, IrValue *, s->count);
    for (uint32_t i = 0; i < s->count; i++)
        new[i] = emit_value(e, ir_operand(s->op, s->count + 1 + i), from);
    for (uint32_t i = 0; i < s->count; i++)
        out[i] = emit_combine(e, &s->op->regions[0], s->count, old, new, i);
}

static Point *window_points(Emit *e, const WindowTeam *t, IrValue *position,
                            Point **there)
{
    Point *from;
    place(e, t->s, position);
    set_indices(e, t->s, t->s->window_dims, t->s->window_rank,
                (Index){.base = t->element, .step = 1});
    scatter_points(e, t->s, &from, there);
    return from;
}

/* All positions of the window, in their order; state: the position, then what was
 * combined. */
static IrOp *combine_positions(Emit *e, WindowTeam *t, IrValue **state)
{
    Scatter *s = t->s;
    uint32_t n = s->count + 1;
    IrOp *loop = k_while_begin(&e->b, n, state, n, element_types(e, s, true));
    for (uint32_t i = 0; i < n; i++)
        state[i] = k_arg(loop, i);
    IrValue *more = k_cmpi(&e->b, "slt", state[0], c_index(e, position_count(s)));
    k_while_do(&e->b, loop, more, n, state);
    size_t mark = memo_mark(e);
    Point *there;
    for (uint32_t i = 0; i < n; i++)
        state[i] = k_while_arg(loop, i);
    state[0] = bounded(e, state[0], position_count(s) - 1);
    combine(e, s, window_points(e, t, state[0], &there), state + 1, state + 1);
    memo_release(e, mark);
    e->lanes = 1;
    state[0] =
        next_position(e, s, t->window, k_add_index(&e->b, state[0], c_index(e, 1)));
    e->lanes = t->lanes;
    k_while_end(&e->b, loop, n, state);
    return loop;
}

static IrValue *zero_of(Emit *e, IrType t)
{
    return dtype_is_float(t->elem) ? k_const(&e->b, t, 0) : k_int(&e->b, t, 0);
}

/* What there is of the window, for threads that have something of it. */
static void load_window(Emit *e, WindowTeam *t, IrValue *exists, Index at,
                        const Point *there, IrValue **out)
{
    Scatter *s = t->s;
    const IrType *types = element_types(e, s, false);
    IrOp *branch = k_if_begin(&e->b, exists, s->count, types);
    for (uint32_t i = 0; i < s->count; i++)
        out[i] = emit_load(e, scatter_target(e, i), ir_operand(s->op, i)->type->elem, at,
                           there, ir_elements(s->input));
    k_if_else(&e->b, branch, s->count, out);
    for (uint32_t i = 0; i < s->count; i++)
        out[i] = zero_of(e, types[i]);
    k_if_end(&e->b, branch, s->count, out);
    for (uint32_t i = 0; i < s->count; i++)
        out[i] = ir_result(branch, i);
}

/* Threads beyond the window read the updates of its last one, and store nothing. */
static void update_window(Emit *e, WindowTeam *t, IrValue *element, int64_t size)
{
    Scatter *s = t->s;
    IrValue **state = ARENA_ARRAY(e->arena, IrValue *, s->count + 1);
    IrValue *exists = k_cmpi(&e->b, "slt", element, c_index(e, size));
    Point *there;
    e->lanes = t->lanes;
    t->element = k_min_index(&e->b, element, c_index(e, size - t->lanes));
    window_points(e, t, t->position, &there);
    Index at = point_position(e, there);
    state[0] = t->position;
    load_window(e, t, exists, at, there, state + 1);
    IrOp *loop = combine_positions(e, t, state);
    IrOp *some = k_if_begin(&e->b, exists, 0, NULL);
    for (uint32_t i = 0; i < s->count; i++)
        emit_store(e, scatter_target(e, i), ir_operand(s->op, i)->type->elem, at, NULL,
                   ir_result(loop, i + 1));
    k_if_end(&e->b, some, 0, NULL);
    e->lanes = 1;
}

static void teams_for_positions(Emit *e, Scatter *s)
{
    int64_t count = position_count(s), size = ir_elements(s->updates) / count;
    WindowTeam t = {.s = s, .lanes = is_wide(s) ? WIDE : 1};
    int64_t warp = e->pass->target->warp, part = warp * t.lanes,
            parts = (size + part - 1) / part;
    IrValue *item;
    Grid g = grid_begin(e, count * parts, warp, 0, NULL, &item);
    t.position = k_div_index(&e->b, item, c_index(e, parts));
    t.window = window_number(e, s, t.position);
    IrValue *element =
        k_mul_index(&e->b, k_rem_index(&e->b, item, c_index(e, parts)), c_index(e, part));
    element =
        k_add_index(&e->b, element,
                    k_mul_index(&e->b, team_lane(e, c_index(e, 0)), c_index(e, t.lanes)));
    IrValue *fits = k_cmpi(&e->b, "sge", t.window, c_index(e, 0));
    IrValue *first = is_first(e, s, t.window, t.position);
    IrOp *branch = k_if_begin(&e->b, mask_and(e, fits, first), 0, NULL);
    update_window(e, &t, element, size);
    k_if_end(&e->b, branch, 0, NULL);
    grid_end(e, g);
}

static void copy_input(Emit *e, Scatter *s)
{
    int64_t count = ir_elements(s->input);
    IrValue *item;
    e->lanes = count % WIDE ? 1 : WIDE;
    Grid g = grid_begin(e, count / e->lanes, 1, 0, NULL, &item);
    scatter_copy(e, s, k_mul_index(&e->b, item, c_index(e, e->lanes)), NULL);
    grid_end(e, g);
    e->lanes = 1;
}

/* ------------------------------------------------------------ a thread for an element */

/* Whether the window of s->start has the element; then s->at is which of the window's it
 * is. */
static IrValue *reaches(Emit *e, Scatter *s, IrValue *fits, const Index *element)
{
    for (int i = 0, n = 0; i < s->input->rank; i++) {
        IrValue *at = k_sub_index(&e->b, element[i].base, s->start[i]);
        IrValue *low = k_cmpi(&e->b, "sge", at, c_index(e, 0));
        IrValue *high = k_cmpi(&e->b, "slt", at, c_index(e, s->window_size[i]));
        fits = mask_and(e, fits, k_binary(&e->b, OP_arith_andi, low, high));
        if (n < s->window_rank && s->input_dims[n] == i)
            s->at[s->window_dims[n++]] = (Index){.base = at};
    }
    return fits;
}

static void take_updates(Emit *e, Scatter *s, const Index *element, IrValue **values)
{
    uint32_t n = s->count;
    IrOp *loop = k_for_begin(&e->b, c_index(e, 0), c_index(e, position_count(s)),
                             c_index(e, 1), n, values);
    size_t mark = memo_mark(e);
    for (uint32_t i = 0; i < n; i++)
        values[i] = k_arg(loop, i + 1);
    IrValue *mine = reaches(e, s, place(e, s, k_arg(loop, 0)), element);
    IrOp *branch = k_if_begin(&e->b, mine, n, element_types(e, s, false));
    IrValue **new = ARENA_ARRAY(e->arena, IrValue *, n);
    combine(e, s, point_at(e, s->updates->rank, s->updates->dims, s->at, NULL), values,
            new);
    k_if_else(&e->b, branch, n, new);
    k_if_end(&e->b, branch, n, values);
    memo_release(e, mark);
    for (uint32_t i = 0; i < n; i++)
        values[i] = ir_result(branch, i);
    k_for_end(&e->b, loop, n, values);
    for (uint32_t i = 0; i < n; i++)
        values[i] = ir_result(loop, i);
}

static void threads_for_elements(Emit *e, Scatter *s)
{
    IrValue *item, **values = ARENA_ARRAY(e->arena, IrValue *, s->count);
    Grid g = grid_begin(e, ir_elements(s->input), 1, 0, NULL, &item);
    Point *p = point_linear(e, s->input->rank, s->input->dims,
                            (Index){.base = item, .step = 1}, NULL);
    p->identity = true;
    for (uint32_t i = 0; i < s->count; i++)
        values[i] = emit_value(e, ir_operand(s->op, i), p);
    take_updates(e, s, point_indices(e, p), values);
    for (uint32_t i = 0; i < s->count; i++)
        emit_store(e, scatter_target(e, i), ir_operand(s->op, i)->type->elem, p->linear,
                   NULL, values[i]);
    grid_end(e, g);
}

void scatter_teams(Emit *e, Scatter *s)
{
    if (!ir_elements(s->input))
        return;
    if (!are_apart(s) || position_count(s) <= FEW) {
        threads_for_elements(e, s);
        return;
    }
    copy_input(e, s);
    if (ir_elements(s->updates))
        teams_for_positions(e, s);
}
