#include "runtime/device.h"

#include <stdlib.h>

static RtStatus fetch_all(const RtDevice *device, const RtTensors *list, void **blocks,
                          DiagList *d)
{
    for (size_t i = 0; i < list->count; i++)
        blocks[i] = list->items[i].data;
    return device->fetch(device->ctx, blocks, list->count, d);
}

RtStatus rt_device_fetch(const RtDevice *device, const RtTensors *list, DiagList *d)
{
    if (!device || !list->count)
        return RT_OK;
    void **blocks = calloc(list->count, sizeof *blocks);
    RtStatus st = blocks ? fetch_all(device, list, blocks, d)
                         : rt_no_memory(d, list->count * sizeof *blocks);
    free(blocks);
    return st;
}

void rt_device_changed(const RtDevice *device, const RtTensors *list)
{
    for (size_t i = 0; device && i < list->count; i++)
        device->changed(device->ctx, list->items[i].data);
}

void rt_device_forget(const RtDevice *device, const RtTensors *list)
{
    for (size_t i = 0; device && i < list->count; i++)
        device->forget(device->ctx, list->items[i].data);
}

RtStatus rt_device_alloc(const RtDevice *device, size_t bytes, void **out, DiagList *d)
{
    if (device)
        return device->alloc(device->ctx, bytes, out, d);
    *out = rt_alloc(bytes);
    return *out ? RT_OK : rt_no_memory(d, bytes);
}

void rt_device_free(const RtDevice *device, void *memory)
{
    if (device && memory)
        device->free(device->ctx, memory);
    else
        free(memory);
}
