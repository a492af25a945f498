/* random-graph SEED [smooth]: prints the random graph of a seed. */
#include "tests/support/random_graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "smooth"))) {
        fputs("usage: random-graph SEED [smooth]\n", stderr);
        return DIAG_USAGE;
    }
    RandomGraphOptions options = {.differentiable = argc == 3};
    IrContext *c = ir_context_open();
    IrModule *m = random_graph(c, strtoull(argv[1], NULL, 10), options);
    Text text = {0};
    ir_print(m, (IrPrintOptions){0}, &text);
    fputs(text.bytes, stdout);
    text_free(&text);
    ir_module_close(m);
    ir_context_close(c);
    return 0;
}
