/* The reader of MLIR text: any bytes give a module or diagnostics; a module that was
 * read is printed, in both forms, as text that reads back to the same text. */
#include "ir/ir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(IrContext *c, IrModule *m, bool generic)
{
    IrPrintOptions o = {.generic = generic, .locations = generic};
    Text first = {0}, second = {0};
    DiagList *d = diag_open();
    ir_print(m, o, &first);
    IrModule *again = ir_parse(c, "printed", first.bytes, first.length, d);
    if (again)
        ir_print(again, o, &second);
    if (!again || strcmp(first.bytes, second.bytes)) {
        diag_print(d, stderr);
        fprintf(stderr, "%s---\n%s", first.bytes, second.bytes ? second.bytes : "");
        abort();
    }
    ir_module_close(again);
    diag_close(d);
    text_free(&first);
    text_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    IrContext *c = ir_context_open();
    DiagList *d = diag_open();
    IrModule *m = ir_parse(c, "fuzz.mlir", (const char *)data, size, d);
    if (!m && !diag_errors(d))
        abort();
    if (m) {
        check_round_trip(c, m, false);
        check_round_trip(c, m, true);
    }
    ir_module_close(m);
    diag_close(d);
    ir_context_close(c);
    return 0;
}
