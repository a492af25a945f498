/* Numbers for people. */
#include "frontend/cli/cli.h"

#include "runtime/number.h"

#include <stdio.h>
#include <string.h>

const char *cli_number(int64_t n, char out[CLI_NUMBER])
{
    char digits[CLI_NUMBER];
    snprintf(digits, sizeof digits, "%lld", (long long)n);
    size_t length = strlen(digits), k = 0;
    for (size_t i = 0; i < length; i++) {
        if (i && digits[i - 1] != '-' && (length - i) % 3 == 0)
            out[k++] = ',';
        out[k++] = digits[i];
    }
    out[k] = 0;
    return out;
}

const char *cli_bytes(int64_t n, char out[CLI_NUMBER])
{
    return rt_bytes_text((double)n, out);
}

const char *cli_amount(double n, char out[CLI_NUMBER])
{
    static const char units[] = " kMGTP";
    int unit = 0;
    if (n < 0)
        return "-";
    for (; n >= 1000 && units[unit + 1]; unit++)
        n /= 1000;
    snprintf(out, CLI_NUMBER, unit ? "%.1f %c" : "%.0f", n, units[unit]);
    return out;
}

void cli_print_phase(void *ctx, const char *what, double seconds)
{
    (void)ctx;
    fprintf(stderr, "%10.3f ms  %s\n", 1e3 * seconds, what);
}
