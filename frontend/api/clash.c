#include "frontend/api/clash.h"

#include "frontend/api/model.h"

bool api_no_clash_with_model(const char *const *outputs, size_t count, const ApiModel *m,
                             DiagList *d)
{
    bool good = rt_no_clash(outputs, count, &m->file, 1, d);
    size_t data = m->language ? lang_data_count(m->language) : 0;
    for (size_t i = 0; i < data && good; i++) {
        const RtDataOptions *o = &lang_data(m->language, i)->options;
        good = rt_no_clash(outputs, count, o->paths, o->path_count, d);
    }
    return good;
}
