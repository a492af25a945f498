/* CSV text, with the header or without; the last byte chooses the separator. */
#include "runtime/csv.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char separators[] = {0, ';', '\t', ' '};
    uint8_t choice = size ? data[size - 1] : 0;
    RtCsvOptions options = {.separator = separators[choice % 4],
                            .no_header = choice & 128};
    RtTable t;
    DiagList *d = diag_open();
    if (!rt_csv_parse("fuzz.csv", (const char *)data, size, &options, &t, d))
        rt_table_free(&t);
    else if (!diag_errors(d))
        __builtin_trap();    /* a failure must say why */
    diag_close(d);
    return 0;
}
