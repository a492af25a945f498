#include "tests/cuda/emulator/emulator.h"

#include <stdlib.h>
#include <string.h>

static bool set_order(EmuSettings *s, const char *value)
{
    static const char *const names[] = {"ascending", "descending", "random"};
    for (int i = 0; i < 3; i++)
        if (!strcmp(value, names[i])) {
            s->order = (EmuOrder)i;
            return true;
        }
    return false;
}

static bool set(EmuSettings *s, const char *name, const char *value)
{
    const struct {
        const char *name;
        int *to;
    } numbers[] = {
        {"devices", &s->devices},
        {"driver", &s->driver},
        {"capability", &s->capability},
        {"sms", &s->sms},
        {"counts", &s->counts},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!strcmp(name, numbers[i].name)) {
            *numbers[i].to = atoi(value);
            return true;
        }
    if (!strcmp(name, "order"))
        return set_order(s, value);
    if (!strcmp(name, "fail"))
        return emu_count_fail(s, value);
    if (!strcmp(name, "memory"))
        s->memory = strtoull(value, NULL, 10);
    else if (!strcmp(name, "seed"))
        s->seed = strtoull(value, NULL, 10);
    else if (!strcmp(name, "checked"))
        s->checked = strtoull(value, NULL, 10);
    else
        return false;
    return true;
}

bool emu_settings_read(EmuSettings *out)
{
    *out = (EmuSettings){.devices = 1,
                         .driver = 13000,
                         .capability = 90,
                         .sms = 4,
                         .memory = (size_t)1 << 30,
                         .seed = 1,
                         .checked = UINT64_MAX};
    const char *list = getenv("DESCENT_EMULATOR");
    char *copy = strdup(list ? list : ""), *rest = NULL;
    bool good = copy;
    for (char *item = good ? strtok_r(copy, ", ", &rest) : NULL; item;
         item = strtok_r(NULL, ", ", &rest)) {
        char *value = strchr(item, '=');
        if (value)
            *value++ = 0;
        good = good && value && set(out, item, value);
    }
    free(copy);
    return good;
}
