/* Devices, the context, words for errors. */
#include "tests/cuda/emulator/api.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EmuSettings emu_settings;

static struct {
    pthread_mutex_t lock;
    bool started;
    int contexts; /* how often it was retained */
    int error;    /* of the kernel that failed */
    char text[1024];
} here = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local bool current; /* this thread has the context */

/* ----------------------------------------------------------------------------- errors */

static const struct {
    int error;
    const char *name, *text;
} words[] = {
    {EMU_OK, "CUDA_SUCCESS", "no error"},
    {EMU_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {EMU_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {EMU_NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {EMU_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {EMU_INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {EMU_INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {EMU_INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {EMU_NO_BINARY, "CUDA_ERROR_NO_BINARY_FOR_GPU",
     "no kernel image is available for execution on the device"},
    {EMU_ECC, "CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"},
    {EMU_INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {EMU_NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {EMU_ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS",
     "an illegal memory access was encountered"},
    {EMU_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
     "too many resources requested for launch"},
    {EMU_MISALIGNED, "CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"},
    {EMU_LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {EMU_NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {EMU_CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
     "operation not permitted when stream is capturing"},
    {EMU_CAPTURE_INVALIDATED, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
     "operation failed due to a previous error during capture"},
    {EMU_CAPTURE_UNMATCHED, "CUDA_ERROR_STREAM_CAPTURE_UNMATCHED",
     "capture was not ended in the same stream as it began"},
};

void emu_fail(int error, const char *format, ...)
{
    if (here.error)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(here.text, sizeof here.text, format, args);
    va_end(args);
    here.error = error;
}

int emu_error(void) { return here.error; }

const char *emu_last_error(void) { return here.text; }

static int find_words(int error, size_t *at)
{
    for (*at = 0; *at < sizeof words / sizeof *words; ++*at)
        if (words[*at].error == error)
            return EMU_OK;
    return EMU_INVALID_VALUE;
}

int cuGetErrorName(int error, const char **name)
{
    size_t at;
    int found = find_words(error, &at);
    *name = found == EMU_OK ? words[at].name : NULL;
    return found;
}

/* More than a driver tells: what the kernel that failed did. */
int cuGetErrorString(int error, const char **text)
{
    size_t at;
    int found = find_words(error, &at);
    *text = found == EMU_OK ? words[at].text : NULL;
    if (error && error == here.error)
        *text = here.text;
    return found;
}

static int enter_any(void)
{
    pthread_mutex_lock(&here.lock);
    if (!here.started)
        return EMU_NOT_INITIALIZED;
    if (!here.contexts)
        return EMU_INVALID_CONTEXT;
    return here.error;
}

int emu_enter(void)
{
    int error = enter_any();
    return error ? error : current ? EMU_OK : EMU_INVALID_CONTEXT;
}

int emu_leave(int error)
{
    pthread_mutex_unlock(&here.lock);
    return error;
}

/* ---------------------------------------------------------------------------- devices */

int cuInit(unsigned flags)
{
    pthread_mutex_lock(&here.lock);
    bool good = !flags && emu_settings_read(&emu_settings);
    here.started = good;
    return emu_leave(!good                  ? EMU_INVALID_VALUE
                     : emu_settings.devices ? EMU_OK
                                            : EMU_NO_DEVICE);
}

/* May be asked before cuInit. */
int cuDriverGetVersion(int *version)
{
    EmuSettings s;
    bool good = emu_settings_read(&s);
    *version = s.driver;
    return good ? EMU_OK : EMU_INVALID_VALUE;
}

int cuDeviceGetCount(int *count)
{
    *count = emu_settings.devices;
    return EMU_OK;
}

static int check_device(int device)
{
    return !here.started                                  ? EMU_NOT_INITIALIZED
           : device >= 0 && device < emu_settings.devices ? EMU_OK
                                                          : EMU_INVALID_DEVICE;
}

int cuDeviceGet(int *device, int index)
{
    *device = index;
    return check_device(index);
}

int cuDeviceGetName(char *name, int size, int device)
{
    snprintf(name, (size_t)size, "Emulated GPU");
    return check_device(device);
}

int cuDeviceTotalMem_v2(size_t *bytes, int device)
{
    *bytes = emu_settings.memory;
    return check_device(device);
}

/* Of a capability that is not listed: the nearest before it. */
EmuProcessor emu_processor(void)
{
    static const struct {
        const char *name;
        EmuProcessor is;
    } all[] = {
#define GPU(name, sms, threads, blocks, kib, system_kib, async, tensor, fours)           \
    {name, {threads, blocks, (kib) << 10, ((kib) - (system_kib)) << 10}},
#include "ir/gpus.def"
    };
    size_t best = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (atoi(all[i].name + strlen("sm_")) <= emu_settings.capability)
            best = i;
    return all[best].is;
}

/* Those that backends/cuda asks for; what is not of the processor, as of an H100. */
int cuDeviceGetAttribute(int *value, int attribute, int device)
{
    EmuProcessor p = emu_processor();
    const struct {
        int attribute, value;
    } known[] = {
        {1, EMU_THREADS},
        {8, EMU_SHARED},
        {10, EMU_WARP},
        {12, 65536},
        {16, emu_settings.sms},
        {38, 50 << 20},
        {39, p.threads},
        {75, emu_settings.capability / 10},
        {76, emu_settings.capability % 10},
        {81, p.shared},
        {82, 65536},
        {97, p.block_shared},
        {106, p.blocks},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].attribute == attribute) {
            *value = known[i].value;
            return check_device(device);
        }
    return EMU_INVALID_VALUE;
}

/* ---------------------------------------------------------------------------- context */

int cuDevicePrimaryCtxRetain(void **context, int device)
{
    pthread_mutex_lock(&here.lock);
    int error = check_device(device);
    if (!error && !here.contexts && !emu_heap_open())
        error = EMU_OUT_OF_MEMORY;
    if (!error) {
        here.contexts++;
        *context = &here;
    }
    return emu_leave(error);
}

/* The last release takes all with it, the failure too. */
int cuDevicePrimaryCtxRelease_v2(int device)
{
    int error = enter_any();
    if (error == EMU_NOT_INITIALIZED || error == EMU_INVALID_CONTEXT)
        return emu_leave(error);
    if (!--here.contexts) {
        emu_stream_flush_all();
        emu_stream_close_all();
        emu_module_close_all();
        emu_launch_close();
        emu_heap_close();
        emu_count_close();
        here.error = 0;
        here.text[0] = 0;
    }
    return emu_leave(check_device(device));
}

int cuCtxSetCurrent(void *context)
{
    int error = enter_any();
    if (!error && context && context != &here)
        error = EMU_INVALID_CONTEXT;
    if (!error)
        current = context != NULL;
    return emu_leave(error);
}
