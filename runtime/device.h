/* A device with memory of its own, on which entry points run: a GPU. Callers have all
 * tensors in the host's memory, and the device keeps copies of those that it uses: where
 * one of them is read or written by the host, it says so here.
 *
 * Calls are done in the order in which they were started, and later: who starts the next
 * one before the numbers of the last are there never lets the device wait. */
#ifndef RUNTIME_DEVICE_H
#define RUNTIME_DEVICE_H

#include "runtime/program.h"
#include "runtime/tensor.h"

/* Calls that the training loop has under way at most: enough for the device to go on
 * while the host is held up for a moment, few enough to stop soon and to hold so many
 * batches. */
enum { RT_AHEAD = 8 };

typedef struct RtDevice {
    void *ctx;
    /* Starts a call as rt_entry_call does it. `out` is to be taken, once. Until then
     * inputs stay as they are (they may be read late, or at once where they are not in
     * memory of `alloc`), and what `changed` told of. What the model keeps (RT_ROLE_RNG
     * and before) stays on the device. */
    RtStatus (*start)(void *ctx, const RtEntry *e, void *const *args,
                      void *const *results, void **out, DiagList *d);
    /* Waits until that call is done, and writes losses, metrics and outputs to its
     * results. d may be NULL. */
    RtStatus (*take)(void *ctx, void *call, DiagList *d);
    /* The host is about to read blocks; has written one; is about to free it. */
    RtStatus (*fetch)(void *ctx, void *const *blocks, size_t count, DiagList *d);
    void (*changed)(void *ctx, void *block);
    void (*forget)(void *ctx, void *block);
    /* Memory of the host that is fast to copy from. */
    RtStatus (*alloc)(void *ctx, size_t bytes, void **out, DiagList *d);
    void (*free)(void *ctx, void *memory);
} RtDevice;

/* The same for tensors, where the device may be NULL: there is none. */
RtStatus rt_device_fetch(const RtDevice *device, const RtTensors *list, DiagList *d);
void rt_device_changed(const RtDevice *device, const RtTensors *list);
void rt_device_forget(const RtDevice *device, const RtTensors *list);
RtStatus rt_device_alloc(const RtDevice *device, size_t bytes, void **out, DiagList *d);
void rt_device_free(const RtDevice *device, void *memory);

#endif
