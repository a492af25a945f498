#include "frontend/api/clash.h"

#include "frontend/api/model.h"

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

bool api_no_clash(const char *const *outputs, size_t output_count,
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

bool api_no_clash_with_model(const char *const *outputs, size_t count, const ApiModel *m,
                             DiagList *d)
{
    bool good = api_no_clash(outputs, count, &m->file, 1, d);
    size_t data = m->language ? lang_data_count(m->language) : 0;
    for (size_t i = 0; i < data && good; i++) {
        const RtDataOptions *o = &lang_data(m->language, i)->options;
        good = api_no_clash(outputs, count, o->paths, o->path_count, d);
    }
    return good;
}
