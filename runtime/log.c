#include "runtime/clock.h"
#include "runtime/json.h"
#include "runtime/number.h"
#include "runtime/train_internal.h"

#include <errno.h>
#include <math.h>
#include <string.h>

RtStatus rt_log_open(RtTrainer *t)
{
    const char *path = t->options->log;
    if (!path)
        return RT_OK;
    t->log = !strcmp(path, "-") ? stdout : fopen(path, t->options->resume ? "a" : "w");
    if (!t->log)
        return rt_fail_file(t->d, RT_IO, path, "cannot write: %s", strerror(errno));
    return RT_OK;
}

/* JSON has no NaN: such a number is null. */
static void put_value(FILE *to, double v)
{
    char text[RT_NUMBER_TEXT];
    fputs(isfinite(v) ? rt_number_text(v, 9, text) : "null", to);
}

static void put_number(FILE *to, const char *name, double v)
{
    fprintf(to, ",\"%s\":", name);
    put_value(to, v);
}

static void put_score(FILE *to, const char *loss, const char *metrics, const RtScore *s,
                      const RtMetricNames *names)
{
    put_number(to, loss, s->loss);
    fprintf(to, ",\"%s\":{", metrics);
    for (size_t k = 0; k < names->count; k++) {
        Text name = {0};
        rt_json_add_string(&name, names->names[k]);
        fprintf(to, k ? ",%s:" : "%s:", name.bytes);
        text_free(&name);
        put_value(to, s->metrics[k]);
    }
    fputc('}', to);
}

void rt_log_step(RtTrainer *t, const RtStarted *step, double loss)
{
    int64_t every = t->options->log_steps;
    if (!t->log || !every || step->step % every)
        return;
    fprintf(t->log, "{\"step\":%lld,\"epoch\":%lld", (long long)step->step,
            (long long)step->at.epoch + 1);
    put_number(t->log, "loss", loss);
    fputs("}\n", t->log);
}

void rt_log_epoch(RtTrainer *t, bool is_best)
{
    if (!t->log)
        return;
    const RtTrainReport *r = t->report;
    double seconds = rt_clock_seconds(t->epoch_ns);
    fprintf(t->log, "{\"epoch\":%lld,\"step\":%lld", (long long)r->epochs,
            (long long)r->steps);
    put_score(t->log, "loss", "metrics", &r->train, &r->metrics);
    if (r->test.known)
        put_score(t->log, "test_loss", "test_metrics", &r->test, &r->metrics);
    put_number(t->log, "seconds", seconds);
    put_number(t->log, "rows_per_second", (double)t->epoch_rows / seconds);
    fprintf(t->log, ",\"best\":%s}\n", is_best ? "true" : "false");
    fflush(t->log);
}

RtStatus rt_log_close(RtTrainer *t)
{
    if (!t->log || t->log == stdout)    /* whose end is not ours to look at */
        return RT_OK;
    bool bad = fflush(t->log) || ferror(t->log);
    bad |= fclose(t->log) != 0;
    t->log = NULL;
    return bad ? rt_fail_file(t->d, RT_IO, t->options->log,
                              "not all of the log could be written")
               : RT_OK;
}
