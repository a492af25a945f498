/* Text of the model language: parsed, checked, and lowered if it is right. The number
 * of examples in a batch is small, so that sizes are what the text says. */
#include "frontend/lang/lang.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void lower(const LangProgram *p, DiagList *d)
{
    IrContext *c = ir_context_open();
    LangOptions options = {.entries = LANG_ALL, .batch = 3};
    IrModule *m = lang_lower(p, c, &options, d);
    if (!m && !diag_errors(d))
        __builtin_trap(); /* a failure must say why */
    ir_module_close(m);
    ir_context_close(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DiagList *d = diag_open();
    LangProgram *p = lang_parse("fuzz.dsc", (const char *)data, size, d);
    if (!diag_errors(d))
        lower(p, d);
    lang_close(p);
    diag_close(d);
    return 0;
}
