/* descent train: trains as the train block says. */
#include "frontend/cli/cli.h"

#include <string.h>

/* spam.dsc -> spam<ending>, in the current folder. */
static const char *named_after(const CliArgs *a, const char *file, const char *ending)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    const char *dot = strrchr(name, '.');
    int length = dot ? (int)(dot - name) : (int)strlen(name);
    return arena_printf(a->arena, "%.*s%s", length, name, ending);
}

static ApiTrain train_options(CliArgs *a)
{
    bool asked = a->checkpoint || a->resume;
    ApiTrain o = {
        .threads = (unsigned)a->threads, .epochs = a->epochs, .steps = a->steps,
        .seed = a->seed.given ? &a->seed.value : NULL, .data_root = a->data_root,
        .start = a->weights, .out = a->output, .log = a->json, .trace = a->trace,
        .checkpoint = a->checkpoint ? a->checkpoint : a->resume,
        .checkpoint_at_stop = !asked,
        .resume = a->resume != NULL, .quiet = a->quiet, .stop = cli_interrupted(),
        .begin = cli_note_interrupt,
        .target = {.cpu = a->cpu,
                   .tf32 = a->tf32,
                   .phase = a->times ? cli_print_phase : NULL},
    };
    if (!o.out)
        o.out = named_after(a, a->file, ".safetensors");
    if (!asked)
        o.checkpoint = named_after(a, o.out, ".checkpoint");
    return o;
}

static void print_score(FILE *to, const RtScore *s, const RtMetricNames *names)
{
    fprintf(to, "test loss %.4g", s->loss);
    for (size_t i = 0; i < names->count; i++)
        fprintf(to, ", %s %.4f", names->names[i], s->metrics[i]);
}

/* The weights' whereabouts, after the lines of progress and where they go. */
static void print_end(const CliArgs *a, const ApiTrain *o, const RtTrainReport *r)
{
    FILE *to = a->json && !strcmp(a->json, "-") ? stderr : stdout;
    if (r->stopped)
        fprintf(to, "stopped after step %lld; --resume %s goes on\n", (long long)r->steps,
                o->checkpoint);
    if (r->best.known) {
        fprintf(to, "%s: the weights of epoch %lld, ", o->out, (long long)r->best_epoch);
        print_score(to, &r->best, &r->metrics);
        fputc('\n', to);
    } else if (!r->stopped) {
        fprintf(to, "%s: the weights after step %lld\n", o->out, (long long)r->steps);
    }
}

static bool verified(const CliArgs *a, const ApiModel *m, const ApiTrain *o, DiagList *d)
{
    static const char *const entries[] = {"init", "train_step", "eval_step", "predict",
                                          NULL};
    if (!a->verify)
        return true;
    if (!api_verify(m, &o->sizes, entries, &o->target, d))
        return false;
    if (!a->quiet)
        fputs("verified: no pass changes a result\n", stderr);
    return true;
}

static void train(CliArgs *a, ApiModel *m, const ApiTrain *o, DiagList *d)
{
    RtTrainReport report;
    if (!verified(a, m, o, d))
        return;
    RtStatus st = api_train(m, o, &report, d);
    if (a->times && report.first_step_ns)
        cli_print_phase(NULL, "from the start to the end of the first step",
                        1e-9 * (double)(report.first_step_ns - a->start_ns));
    if ((!st || st == RT_STOPPED) && !a->quiet)
        print_end(a, o, &report);
    rt_train_report_free(&report);
}

void cli_train(CliArgs *a, DiagList *d)
{
    ApiTrain o = train_options(a);
    if (a->checkpoint && a->resume && strcmp(a->checkpoint, a->resume))
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "--resume FILE goes on writing to that file: leave out --checkpoint");
    if (diag_errors(d) || !cli_sizes(a, &o.sizes, d))
        return;
    cli_catch_interrupt();
    ApiModel *m = api_open(a->file, d);
    if (m && cli_open_device(a, &o.target.device, d))
        train(a, m, &o, d);
    cli_close_device(a, o.target.device);
    api_close(m);
}
