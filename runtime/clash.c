#include "runtime/clash.h"

#include <string.h>
#include <sys/stat.h>

static bool is_same_file(const char *a, const char *b)
{
    struct stat x, y;
    if (stat(a, &x) || stat(b, &y))
        return !strcmp(a, b);
    return S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool clashes(const char *output, const char *other, const char *what, DiagList *d)
{
    if (!output || !other || !is_same_file(output, other))
        return false;
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){output, 0, 0},
             "cannot write: it would replace %s", what);
    return true;
}

bool rt_no_clash(const char *const *outputs, size_t output_count,
                 const char *const *inputs, size_t input_count, DiagList *d)
{
    bool good = true;
    for (size_t i = 0; i < output_count; i++) {
        for (size_t k = 0; k < input_count; k++)
            good &= !clashes(outputs[i], inputs[k], "what is read from it", d);
        for (size_t k = 0; k < i; k++)
            good &= !clashes(outputs[i], outputs[k], "another output", d);
    }
    return good;
}
