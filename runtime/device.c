#include "runtime/device.h"

RtStatus rt_device_fetch(const RtDevice *device, const RtTensors *list, DiagList *d)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; device && i < list->count && !st; i++)
        st = device->fetch(device->ctx, list->items[i].data, d);
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
