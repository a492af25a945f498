/* descent check: what a model needs. */
#include "frontend/cli/cli.h"

#include "runtime/memory.h"

#include <string.h>

static void print_layers(const ApiCheck *c)
{
    char a[CLI_NUMBER], b[CLI_NUMBER];
    if (!c->layer_count)
        return;
    printf("%-4s %-26s %-20s %11s %15s\n", "line", "layer", "output", "parameters",
           "operations");
    for (size_t i = 0; i < c->layer_count; i++) {
        const ApiLayer *l = &c->layers[i];
        printf("%-4u %-26s %-20s %11s %15s\n", l->at.line, l->name, l->output,
               cli_number(l->parameters, a), cli_number(l->flops, b));
    }
    putchar('\n');
}

static void print_costs(const ApiCheck *c)
{
    char a[CLI_NUMBER], b[CLI_NUMBER], m[CLI_NUMBER];
    printf("%-32s %16s %12s %16s\n", "a call of", "operations", "moved",
           "scratch memory");
    for (size_t i = 0; i < c->cost_count; i++)
        printf("@%-31s %16s %12s %16s\n", c->costs[i].entry,
               cli_number(c->costs[i].flops, a), cli_bytes(c->costs[i].bytes, b),
               cli_bytes(c->costs[i].arena, m));
}

static void print_check(const ApiCheck *c)
{
    char n[CLI_NUMBER], bytes[CLI_NUMBER];
    if (c->model)
        printf("model %s, batches of %lld\n\n", c->model, (long long)c->batch);
    print_layers(c);
    print_costs(c);
    printf("\nparameters   %s (%s)\n", cli_number(c->parameters, n),
           cli_bytes(c->parameter_bytes, bytes));
    printf("other state  %s (optimizer, running statistics, counters)\n",
           cli_bytes(c->state_bytes, bytes));
    if (c->peak)
        printf("peak memory  %s in %s; more is taken by the process itself\n"
               "             (at most 100 MB) and by the data set\n",
               cli_bytes(c->peak_bytes, bytes), c->peak);
}

static void warn_of_memory(const CliArgs *a, const ApiCheck *c, DiagList *d)
{
    char peak[CLI_NUMBER], here[CLI_NUMBER];
    int64_t available = rt_memory_available();
    if (c->peak && c->peak_bytes > available)
        diag_add(d, DIAG_WARNING, 0, (Place){a->file, 0, 0},
                 "%s needs %s of memory, %s are available here", c->peak,
                 cli_bytes(c->peak_bytes, peak), cli_bytes(available, here));
}

void cli_check(CliArgs *a, DiagList *d)
{
    ApiSizes sizes;
    ApiCheck check;
    if (!cli_sizes(a, &sizes, d))
        return;
    ApiModel *m = api_open(a->file, d);
    if (m && api_check(m, &sizes, a->cpu, &check, d)) {
        print_check(&check);
        warn_of_memory(a, &check, d);
    }
    if (m)
        api_check_free(&check);
    api_close(m);
}
