/* A device with memory of its own, on which entry points run: a GPU. Callers have all tensors in
 * the host's memory, and the device keeps copies of those that it uses: where one of them is read
 * or written by the host, it says so here. The rest of the runtime needs nothing else of it. */
#ifndef RUNTIME_DEVICE_H
#define RUNTIME_DEVICE_H

#include "runtime/program.h"
#include "runtime/tensor.h"

typedef struct RtDevice {
    void *ctx;
    /* As rt_entry_call. Losses, metrics and outputs are in the host's memory afterwards; what the
     * model keeps (RT_ROLE_RNG and before) stays on the device. */
    RtStatus (*call)(void *ctx, const RtEntry *e, void *const *args, void *const *results,
                     DiagList *d);
    RtStatus (*fetch)(void *ctx, void *block, DiagList *d);     /* the host is about to read it */
    void (*changed)(void *ctx, void *block);                    /* the host has written it */
    void (*forget)(void *ctx, void *block);                     /* it is about to be freed */
} RtDevice;

/* The same for tensors, where the device may be NULL: there is none. */
RtStatus rt_device_fetch(const RtDevice *device, const RtTensors *list, DiagList *d);
void rt_device_changed(const RtDevice *device, const RtTensors *list);
void rt_device_forget(const RtDevice *device, const RtTensors *list);

#endif
