/* descent check: what a model needs. */
#include "frontend/cli/cli.h"

#include <string.h>

static void print_layers(const ApiCheck *c)
{
    char a[CLI_NUMBER], b[CLI_NUMBER];
    if (!c->layer_count)
        return;
    printf("%-5s %-32s %-22s %12s %16s\n", "line", "layer", "output", "parameters", "operations");
    for (size_t i = 0; i < c->layer_count; i++) {
        const ApiLayer *l = &c->layers[i];
        printf("%-5u %-32s %-22s %12s %16s\n", l->at.line, l->name, l->output,
               cli_number(l->parameters, a), cli_number(l->flops, b));
    }
    putchar('\n');
}

static void print_costs(const ApiCheck *c)
{
    char a[CLI_NUMBER], b[CLI_NUMBER], m[CLI_NUMBER];
    printf("%-32s %16s %12s %16s\n", "a call of", "operations", "moved", "scratch memory");
    for (size_t i = 0; i < c->cost_count; i++)
        printf("@%-31s %16s %12s %16s\n", c->costs[i].entry, cli_number(c->costs[i].flops, a),
               cli_bytes(c->costs[i].bytes, b), cli_bytes(c->costs[i].arena, m));
}

/* The entry that needs the most memory. */
static const ApiCost *peak_entry(const ApiCheck *c)
{
    const ApiCost *peak = NULL;
    for (size_t i = 0; i < c->cost_count; i++) {
        const ApiCost *e = &c->costs[i];
        if (!peak || e->arena + e->arguments + e->results
                         > peak->arena + peak->arguments + peak->results)
            peak = e;
    }
    return peak;
}

static void print_peak(const ApiCheck *c)
{
    char sum[CLI_NUMBER], arena[CLI_NUMBER], args[CLI_NUMBER], results[CLI_NUMBER];
    const ApiCost *e = peak_entry(c);
    if (e)
        printf("peak memory  %s, in @%s: scratch %s, arguments %s, results %s\n",
               cli_bytes(e->arena + e->arguments + e->results, sum), e->entry,
               cli_bytes(e->arena, arena), cli_bytes(e->arguments, args),
               cli_bytes(e->results, results));
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
    print_peak(c);
}

void cli_check(CliArgs *a, DiagList *d)
{
    ApiSizes sizes;
    ApiCheck check;
    if (!cli_sizes(a, &sizes, d))
        return;
    ApiModel *m = api_open(a->file, d);
    if (m && api_check(m, &sizes, a->cpu, &check, d))
        print_check(&check);
    if (m)
        api_check_free(&check);
    api_close(m);
}
