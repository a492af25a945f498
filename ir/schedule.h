/* How kernels are cut for a machine: sizes that fusion decides by and lowering follows. They come
 * from measurements (docs/architecture.md, Contractions); none depends on the number of threads. */
#ifndef IR_SCHEDULE_H
#define IR_SCHEDULE_H

#include "ir/target.h"

typedef struct IrSchedule {
    /* Contractions: tiles of registers. */
    int64_t tile_vectors;       /* registers that a tile is wide */
    int64_t tile_rows;          /* rows of a tile at most */
    int64_t tile_sums;          /* registers that hold sums */
    int64_t panel_bytes;        /* a block of k by a panel of columns */
    int64_t block_depth;        /* k of a block at most, where k is cut */
    int64_t staged_depth;       /* k of rows that are computed for a tile */
    int64_t task_flops;         /* a task has at least, */
    int64_t serial_flops;       /* if the whole is more than this, */
    int64_t serial_bytes;       /* or what is read for it */
    int64_t tasks;              /* where k is cut: about so many */
    int64_t row_parts;          /* of k for one row, at most; a power of two */

    /* Contractions: dot products. */
    int64_t dots_rows;          /* at most */
    int64_t dots_sums;          /* registers that hold sums */
    int64_t dots_columns;       /* computed side by side */
    int64_t dots_staged;        /* columns for which rows may be computed anew */
    int64_t dots_flops;         /* a task has at least */
    int64_t dots_width;         /* columns of a task at most */
} IrSchedule;

/* What suits a machine. */
IrSchedule ir_schedule(const IrTarget *t);

#endif
