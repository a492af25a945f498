/* What a step of training depends on besides the batch: a schedule may count epochs and
 * the steps in them, which are numbers of the graph then. */
#include "frontend/api/build/build.h"

#include <string.h>

static bool print_step(Build *b, const ApiSizes *sizes, Text *out)
{
    static const char *const names[] = {"train_step", NULL};
    IrModule *m = api_lower(b->model, b->context, sizes, names, b->d);
    if (m)
        ir_print(m, (IrPrintOptions){0}, out);
    ir_module_close(m);
    return m;
}

bool build_steps_differ(Build *b, const ApiSizes *one, const ApiSizes *two, bool *out)
{
    Text a = {0}, c = {0};
    bool good = print_step(b, one, &a) && print_step(b, two, &c);
    *out = good && (a.length != c.length || memcmp(a.bytes, c.bytes, a.length));
    text_free(&a);
    text_free(&c);
    return good;
}
