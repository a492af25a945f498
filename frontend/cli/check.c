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

static int64_t product(const unsigned n[3])
{
    return (int64_t)n[0] * n[1] * n[2];
}

/* What only NVRTC knows. */
static void print_measured(const ApiLaunch *l)
{
    char shared[CLI_NUMBER];
    if (!l->measured)
        printf(" %4s %9s %5s %4s", "-", "-", "-", "-");
    else
        printf(" %4d %9s %5d", l->registers, cli_bytes(l->shared, shared),
               l->spilled + l->stack);
    if (l->measured && l->occupancy >= 0)
        printf(" %3.0f%%", 100 * l->occupancy);
    else if (l->measured)
        printf(" %4s", "-");
}

/* The entry that the kernel was made for: others have it too where it is the same. */
static const char *owner(const ApiCheck *c, const char *kernel)
{
    const char *best = "";
    for (size_t i = 0; kernel && i < c->cost_count; i++) {
        const char *entry = c->costs[i].entry;
        size_t n = strlen(entry);
        if (!strncmp(kernel, entry, n) && kernel[n] == '_' && n > strlen(best))
            best = entry;
    }
    return best;
}

static void print_launch(const ApiCheck *c, const ApiLaunch *l)
{
    enum { WIDTH = 16 };
    char line[CLI_NUMBER], name[CLI_NUMBER], moved[CLI_NUMBER], flops[CLI_NUMBER];
    printf("%4s %-*.*s", cli_line(l->at, line), WIDTH, WIDTH,
           cli_kernel(l->kernel, owner(c, l->kernel), WIDTH, name));
    if (l->kernel) {
        printf(" %6lld %7lld", (long long)product(l->grid), (long long)product(l->block));
        print_measured(l);
    } else {
        printf("%41s", "");
    }
    printf(" %9s %7s\n", cli_bytes(l->bytes, moved), cli_amount((double)l->flops, flops));
}

static void print_launches(const ApiCheck *c)
{
    bool any = false;
    for (size_t i = 0; c->gpu && i < c->cost_count; i++) {
        const ApiCost *e = &c->costs[i];
        printf("\n@%s on %s: %zu launch%s\n", e->entry, c->gpu, e->launch_count,
               e->launch_count == 1 ? "" : "es");
        if (e->launch_count)
            printf("%4s %-16s %6s %7s %4s %9s %5s %4s %9s %7s\n", "line", "kernel",
                   "blocks", "threads", "regs", "shared", "spill", "full", "moved", "ops");
        for (size_t k = 0; k < e->launch_count; k++)
            print_launch(c, &e->launches[k]);
        any |= e->launch_count > 0;
    }
    if (any)
        puts("\n"
             "line: of the model (std: in the library); threads, shared memory: of a block;\n"
             "registers, spilled bytes (outside of registers): of a thread; full: threads at\n"
             "once, of those that a multiprocessor may have; moved: bytes, at least");
}

static void print_check(const ApiCheck *c)
{
    char n[CLI_NUMBER], bytes[CLI_NUMBER];
    if (c->model)
        printf("model %s, batches of %lld\n\n", c->model, (long long)c->batch);
    print_layers(c);
    print_costs(c);
    print_launches(c);
    printf("\nparameters   %s (%s)\n", cli_number(c->parameters, n),
           cli_bytes(c->parameter_bytes, bytes));
    printf("other state  %s (optimizer, running statistics, counters)\n",
           cli_bytes(c->state_bytes, bytes));
    if (c->peak && c->gpu)
        printf("peak memory  %s of the GPU's in %s; more is taken by the driver\n",
               cli_bytes(c->peak_bytes, bytes), c->peak);
    else if (c->peak)
        printf("peak memory  %s in %s; more is taken by the process itself\n"
               "             (at most 100 MB) and by the data set\n",
               cli_bytes(c->peak_bytes, bytes), c->peak);
}

static void warn_of_memory(const CliArgs *a, const ApiCheck *c, DiagList *d)
{
    char peak[CLI_NUMBER], here[CLI_NUMBER];
    int64_t available = c->gpu ? c->gpu_memory : rt_memory_available();
    if (c->gpu && !c->gpu_memory)
        return;
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
    if (m && api_check(m, &sizes, a->cpu, a->device, a->tf32, &check, d)) {
        if (a->json)
            cli_put_check(a->json, &check, d);
        else
            print_check(&check);
        warn_of_memory(a, &check, d);
    }
    if (m)
        api_check_free(&check);
    api_close(m);
}
