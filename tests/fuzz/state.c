/* Files of weights and checkpoints as the header of a trainer reads them (state.dsc, built by
 * `descent build --train`). A file that is refused changes nothing. */
#define _GNU_SOURCE
#include "state/model.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[40], *state = malloc(MODEL_STATE_BYTES), before[MODEL_STATE_BYTES];
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (!state || fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    memset(state, 7, MODEL_STATE_BYTES);
    memcpy(before, state, sizeof before);
    if (model_load(state, path) && memcmp(state, before, sizeof before))
        __builtin_trap();
    free(state);
    close(fd);
    return 0;
}
