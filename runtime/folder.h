/* Folders for what other programs read and write. */
#ifndef RUNTIME_FOLDER_H
#define RUNTIME_FOLDER_H

#include "runtime/status.h"
#include "support/arena.h"

/* Makes a new one in $TMPDIR, or /tmp; its path, in the arena. use: what for, for the message:
 * "to link in". */
RtStatus rt_folder_make(Arena *a, const char *use, const char **out, DiagList *d);

#endif
