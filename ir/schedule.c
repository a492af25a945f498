#include "ir/schedule.h"

IrSchedule ir_schedule(const IrTarget *t)
{
    bool many = t->vector_registers >= 32;
    return (IrSchedule){
        .tile_vectors = many ? 4 : 2,
        .tile_rows = 14,
        .tile_sums = t->vector_registers * 3 / 4,   /* with more, LLVM's scheduler spills */
        .panel_bytes = t->l2_bytes / 2,
        .block_depth = 512,
        .staged_depth = 1024,
        .task_flops = 2000000,
        .serial_flops = 600000,
        .serial_bytes = 400000,
        .tasks = 16,
        .row_parts = 8,
        .dots_rows = 4,
        .dots_sums = many ? 16 : 8,
        .dots_columns = many ? 4 : 2,
        .dots_staged = 2,
        .dots_flops = 250000,
        .dots_width = 1024,
    };
}
