/* Scores: all that is computed for the pairs of two sides (rows of q and of k) of a
 * batch, between products that make it and products that use it up. Private to
 * passes/attention and to the schedule in passes/lower, which looks at the outlined
 * functions with the same eyes.
 *
 *     s = dot_general q, k     inner product: a score for each pair  [batch, LEFT, RIGHT]
 *     t = s * scale, ...       elementwise
 *     m = reduce t             a fold: a value for each row          [batch, LEFT]
 *     p = exp(t - m)
 *     y = dot_general p, v     outer product: a side is summed over  [batch, LEFT, width]
 */
#ifndef PASSES_ATTENTION_ATTENTION_H
#define PASSES_ATTENTION_ATTENTION_H

#include "ir/build.h"

/* What a schedule has room for: k of an inner product and columns of an outer one;
 * products of a kernel, of either sort. */
enum { ATTENTION_DEPTH = 128, ATTENTION_PRODUCTS = 2 };

/* What a dimension stands for. Those of size 1 are ONE. */
enum { LABEL_NONE, LABEL_ONE, LABEL_LEFT, LABEL_RIGHT, LABEL_DEPTH, LABEL_BATCH };

typedef struct Labels {
    signed char of[IR_MAX_RANK]; /* LABEL_BATCH + i for the i-th of the batch */
} Labels;

typedef struct OpList {
    IrOp **items;
    size_t count, room;
} OpList;

typedef struct Scores {
    Arena *arena;
    Labels *labels;  /* by value id, of scores and of what folds give */
    bool *is_score;  /* by value id */
    bool *is_row;    /* by value id: made of what folds gave, elementwise and by views */
    int64_t side[2]; /* sizes of LEFT and RIGHT */
    int batch;
    int64_t batch_size[IR_MAX_RANK];
    int folded; /* the side that rows are folded over; NONE: there are no folds */
    OpList inner, folds, outer;
    bool ok;
    IrValue **all, **rows; /* the scores, the rows */
    size_t count, room, row_count, row_room;
    uint32_t *seen, stamp; /* by op id, while something is searched */
} Scores;

/* Room for the values and ops of a module as it is. */
Scores scores_open(IrModule *m, Arena *arena);
/* The scores around an op that makes some; false: it makes none, or they are needed
 * elsewhere too. What was found before is forgotten. */
bool scores_find(Scores *s, IrOp *inner);

static inline bool attention_is_narrow(Dtype t)
{
    return t == DTYPE_bf16 || t == DTYPE_f16;
}
/* What an operand of a product is read from: it, or what it was made of by a conversion
 * that loses nothing. */
IrValue *attention_read(IrValue *v);
/* Moves conversions of views of operands to where the arrays come from (narrow.c);
 * whether there were any. Scores are to be found again then. */
bool attention_raise(const Scores *s);

/* Elements of the batch. */
int64_t scores_batch(const Scores *s);
static inline int other_side(int side) { return LABEL_LEFT + LABEL_RIGHT - side; }
static inline int64_t side_size(const Scores *s, int side)
{
    return s->side[side - LABEL_LEFT];
}

/* The dimensions of operand i of a product, of which `scores` are those of the scores
 * that it makes or uses: DEPTH is what is summed over in an inner product, and the free
 * dimension in an outer. */
Labels inner_operand_labels(const IrOp *dot, uint32_t i, const Labels *scores);
/* Of an outer product: the operand that is scores; the side that is summed over; the
 * labels of its other operand and of its result. */
uint32_t outer_scores_operand(const Scores *s, const IrOp *dot);
int outer_summed(const Scores *s, const IrOp *dot);
Labels outer_operand_labels(const Scores *s, const IrOp *dot);
Labels outer_result_labels(const Scores *s, const IrOp *dot);

/* The labels of the result of a view, or of a conversion, from those of its operand; and
 * of a view the other way. false: it is none that keeps dimensions apart. New dimensions
 * of a broadcast are `fresh` (NONE: there may be none). */
bool labels_through(const IrOp *view, const Labels *from, int fresh, Labels *to);
bool labels_back(const IrOp *view, const Labels *to, Labels *from);
bool labels_equal(IrType t, const Labels *a, const Labels *b);

#endif
