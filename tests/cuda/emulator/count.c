/* How often the driver was called, and calls that fail because they are asked to:
 * DESCENT_EMULATOR=counts=1,fail=alloc:7 */
#include "tests/cuda/emulator/emulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the failure is: of that call, or of the device, which stays in it. */
static const struct {
    const char *name;
    int error;
    const char *fatal;
} rows[EMU_COUNTED] = {
    [EMU_STREAM_WAIT] = {"stream-wait", EMU_ECC, "uncorrectable ECC error encountered"},
    [EMU_EVENT_WAIT] = {"event-wait", EMU_ECC, "uncorrectable ECC error encountered"},
    [EMU_COPY_IN] = {"copy-in", EMU_INVALID_VALUE, NULL},
    [EMU_COPY_OUT] = {"copy-out", EMU_INVALID_VALUE, NULL},
    [EMU_ALLOC] = {"alloc", EMU_OUT_OF_MEMORY, NULL},
    [EMU_PIN] = {"pin", EMU_OUT_OF_MEMORY, NULL},
    [EMU_LAUNCH] = {"launch", EMU_OUT_OF_RESOURCES, NULL},
    [EMU_CAPTURE] = {"capture", EMU_OUT_OF_MEMORY, NULL},
    [EMU_GRAPH_LAUNCH] = {"graph-launch", EMU_OUT_OF_RESOURCES, NULL},
    [EMU_KERNEL] = {"kernel", EMU_ILLEGAL_ADDRESS,
                    "an illegal memory access was encountered"},
    [EMU_MODULE] = {"module", EMU_INVALID_IMAGE, NULL},
};

static unsigned long counts[EMU_COUNTED];

int emu_count(EmuCounted what)
{
    if (++counts[what] != emu_settings.fail_at || what != emu_settings.fail)
        return EMU_OK;
    if (rows[what].fatal)
        emu_fail(rows[what].error, "%s", rows[what].fatal);
    return rows[what].error;
}

bool emu_count_fail(EmuSettings *s, const char *text)
{
    size_t length = strcspn(text, ":");
    for (int i = 0; i < EMU_COUNTED; i++)
        if (!strncmp(text, rows[i].name, length) && !rows[i].name[length]) {
            s->fail = (EmuCounted)i;
            s->fail_at = text[length] ? strtoul(text + length + 1, NULL, 10) : 1;
            return true;
        }
    return false;
}

void emu_count_close(void)
{
    for (int i = 0; emu_settings.counts && i < EMU_COUNTED; i++)
        fprintf(stderr, i ? " %s=%lu" : "emulator: %s=%lu", rows[i].name, counts[i]);
    if (emu_settings.counts)
        fputc('\n', stderr);
    memset(counts, 0, sizeof counts);
}
