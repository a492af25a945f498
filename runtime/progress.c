#include "runtime/clock.h"
#include "runtime/train_internal.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { REDRAW_NS = 100000000, BAR = 24 };

void rt_display_open(RtTrainer *t)
{
    const char *log = t->options->log;
    FILE *to = log && !strcmp(log, "-") ? stderr : stdout;
    t->display = (RtDisplay){.to = t->options->quiet ? NULL : to, .terminal = isatty(fileno(to))};
}

static void put_score(FILE *to, const char *prefix, const RtScore *s, const RtMetricNames *names)
{
    fprintf(to, "  %sloss %.4g", prefix, s->loss);
    for (size_t k = 0; k < names->count; k++)
        if (!isnan(s->metrics[k]))
            fprintf(to, "  %s%s %.4f", prefix, names->names[k], s->metrics[k]);
}

static double seconds_since(int64_t start)
{
    double s = rt_clock_seconds(start);
    return s > 1e-9 ? s : 1e-9;
}

static void put_rate(FILE *to, double rows_per_second)
{
    if (rows_per_second >= 1e6)
        fprintf(to, "  %.2fM rows/s", rows_per_second * 1e-6);
    else if (rows_per_second >= 1e4)
        fprintf(to, "  %.1fk rows/s", rows_per_second * 1e-3);
    else
        fprintf(to, "  %.0f rows/s", rows_per_second);
}

static void put_epoch(const RtTrainer *t, int64_t epoch)
{
    FILE *to = t->display.to;
    if (t->options->title)
        fprintf(to, "%s: ", t->options->title);
    if (t->options->epochs)
        fprintf(to, "epoch %lld/%lld", (long long)epoch, (long long)t->options->epochs);
    else
        fprintf(to, "epoch %lld", (long long)epoch);
}

static void put_bar(FILE *to, int64_t done, int64_t all)
{
    int filled = (int)(done * BAR / all);
    fputs(" [", to);
    for (int i = 0; i < BAR; i++)
        fputc(i < filled ? '=' : i == filled ? '>' : ' ', to);
    fprintf(to, "] %lld/%lld", (long long)done, (long long)all);
}

static void put_time_left(const RtTrainer *t)
{
    int64_t done = t->progress.step - t->first_step;
    double per_step = seconds_since(t->start_ns) / (double)(done ? done : 1);
    long long left = (long long)(per_step * (double)(t->last_step - t->progress.step) + 0.5);
    if (left >= 3600)
        fprintf(t->display.to, "  %lld:%02lld:%02lld left", left / 3600, left / 60 % 60, left % 60);
    else
        fprintf(t->display.to, "  %lld:%02lld left", left / 60, left % 60);
}

void rt_display_step(RtTrainer *t)
{
    RtDisplay *s = &t->display;
    if (!s->to || !s->terminal)
        return;
    int64_t now = rt_clock_ns();
    if (s->drawn_ns && now - s->drawn_ns < REDRAW_NS)
        return;
    s->drawn_ns = now;
    RtScore score = rt_sums_score(&t->progress.sums, t->report->metrics.count);
    fputs("\r\033[K", s->to);    /* to the line's begin, and clear it */
    put_epoch(t, t->progress.at.epoch + 1);
    put_bar(s->to, t->progress.at.batch + 1, t->batches);
    put_rate(s->to, (double)t->epoch_rows / seconds_since(t->epoch_ns));
    put_score(s->to, "", &score, &t->report->metrics);
    put_time_left(t);
    fflush(s->to);
}

static void clear_bar(RtDisplay *s)
{
    if (s->to && s->terminal && s->drawn_ns)
        fputs("\r\033[K", s->to);
    s->drawn_ns = 0;
}

void rt_display_epoch(RtTrainer *t, bool is_best)
{
    RtDisplay *s = &t->display;
    if (!s->to)
        return;
    clear_bar(s);
    put_epoch(t, t->report->epochs);
    put_score(s->to, "", &t->report->train, &t->report->metrics);
    if (t->report->test.known)
        put_score(s->to, "test ", &t->report->test, &t->report->metrics);
    double seconds = seconds_since(t->epoch_ns);
    put_rate(s->to, (double)t->epoch_rows / seconds);
    fprintf(s->to, "  %.2f s%s\n", seconds, is_best ? "  best" : "");
    fflush(s->to);
}

void rt_display_close(RtTrainer *t)
{
    clear_bar(&t->display);
    if (t->display.to)
        fflush(t->display.to);
}
