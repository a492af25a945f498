/* descent run: an entry point on given tensors. */
#include "frontend/cli/cli.h"

#include "frontend/api/clash.h"

#include <string.h>

void cli_run(CliArgs *a, DiagList *d)
{
    ApiRun o = {
        .threads = (unsigned)a->threads, .entry = a->entry, .weights = a->weights,
        .reference = a->backend && !strcmp(a->backend, "ref"), .inputs = a->inputs.items,
        .input_count = a->inputs.count, .raw = a->raw,
        .target = {.cpu = a->cpu,
                   .tf32 = a->tf32,
                   .phase = a->times ? cli_print_phase : NULL},
    };
    RtTensors results = {0};
    if (!cli_sizes(a, &o.sizes, d) || !cli_check_output(a, d))
        return;
    ApiModel *m = api_open(a->file, d);
    if (m && api_no_clash_with_model(&a->output, 1, m, d)
        && cli_open_device(a, &o.target.device, d) && !api_run(m, &o, &results, d))
        cli_put_results(a, &results, d);
    rt_tensors_free(&results);
    cli_close_device(a, o.target.device);
    api_close(m);
}
