#include "runtime/clock.h"
#include "runtime/train_internal.h"

#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { REDRAW_NS = 100000000, BAR = 24 };

void rt_display_open(RtTrainer *t)
{
    const char *log = t->options->log;
    FILE *to = log && !strcmp(log, "-") ? stderr : stdout;
    t->display = (RtDisplay){.to = t->options->quiet ? NULL : to,
                             .terminal = isatty(fileno(to)),
                             .looked_ns = rt_clock_ns()};
}

/* Four digits, zeros at the end too: the columns of the epochs stay in line. */
static void put_loss(Text *line, const char *prefix, double loss)
{
    bool whole = fabs(loss) >= 1e3 && fabs(loss) < 1e4;
    text_printf(line, whole ? "  %sloss %.4g" : "  %sloss %#.4g", prefix, loss);
}

static void put_score(Text *line, const char *prefix, const RtScore *s,
                      const RtMetricNames *names)
{
    put_loss(line, prefix, s->loss);
    for (size_t k = 0; k < names->count; k++)
        if (!isnan(s->metrics[k]))
            text_printf(line, "  %s%s %.4f", prefix, names->names[k], s->metrics[k]);
}

static double seconds_since(int64_t start)
{
    double s = rt_clock_seconds(start);
    return s > 1e-9 ? s : 1e-9;
}

static void put_rate(Text *line, double rows_per_second)
{
    if (rows_per_second >= 1e6)
        text_printf(line, "  %.2fM rows/s", rows_per_second * 1e-6);
    else if (rows_per_second >= 1e4)
        text_printf(line, "  %.1fk rows/s", rows_per_second * 1e-3);
    else
        text_printf(line, "  %.0f rows/s", rows_per_second);
}

static void put_seconds(Text *line, double seconds)
{
    if (seconds < 1e-3)
        text_printf(line, "  %.0f us", seconds * 1e6);
    else if (seconds < 1)
        text_printf(line, "  %.*f ms", seconds < 0.01, seconds * 1e3);
    else
        text_printf(line, "  %.2f s", seconds);
}

static void put_epoch(const RtTrainer *t, Text *line, int64_t epoch)
{
    if (t->options->title)
        text_printf(line, "%s: ", t->options->title);
    text_printf(line, "epoch %lld", (long long)epoch);
    if (t->options->epochs)
        text_printf(line, "/%lld", (long long)t->options->epochs);
}

static void put_bar(Text *line, int64_t done, int64_t all)
{
    int filled = (int)(done * BAR / all);
    text_add(line, " [");
    for (int i = 0; i < BAR; i++)
        text_add(line, i < filled ? "=" : i == filled ? ">" : " ");
    text_printf(line, "] %lld/%lld", (long long)done, (long long)all);
}

static void put_time_left(const RtTrainer *t, Text *line)
{
    int64_t done = t->progress.step - t->first_step;
    double per_step = seconds_since(t->start_ns) / (double)(done ? done : 1);
    long long left =
        (long long)(per_step * (double)(t->last_step - t->progress.step) + 0.5);
    if (left >= 3600)
        text_printf(line, "  %lld:%02lld:%02lld left", left / 3600, left / 60 % 60,
                    left % 60);
    else
        text_printf(line, "  %lld:%02lld left", left / 60, left % 60);
}

static void clear_line(RtDisplay *s)
{
    if (s->drawn)
        fputs("\r\033[K", s->to);    /* to the line's begin, and clear it */
    s->drawn = false;
}

/* A line that wrapped could not be drawn over: it is cut at the terminal's width. */
static void draw(RtDisplay *s)
{
    struct winsize size = {0};
    size_t length = s->line.length;
    if (!ioctl(fileno(s->to), TIOCGWINSZ, &size) && size.ws_col && length >= size.ws_col)
        length = size.ws_col - 1u;
    clear_line(s);
    fwrite(s->line.bytes, 1, length, s->to);
    fflush(s->to);
    s->drawn = true;
}

void rt_display_step(RtTrainer *t)
{
    RtDisplay *s = &t->display;
    if (!s->to || !s->terminal)
        return;
    int64_t now = rt_clock_ns();
    if (now - s->looked_ns < REDRAW_NS)
        return;
    s->looked_ns = now;
    s->line.length = 0;
    RtScore score = rt_sums_score(&t->progress.sums, t->report->metrics.count);
    put_epoch(t, &s->line, t->progress.at.epoch + 1);
    put_bar(&s->line, t->progress.at.batch + 1, t->batches);
    put_rate(&s->line, (double)t->epoch_rows / seconds_since(t->epoch_ns));
    put_score(&s->line, "", &score, &t->report->metrics);
    if (t->last_step != INT64_MAX)
        put_time_left(t, &s->line);
    draw(s);
}

void rt_display_epoch(RtTrainer *t, bool is_best)
{
    RtDisplay *s = &t->display;
    if (!s->to)
        return;
    double seconds = seconds_since(t->epoch_ns);
    s->line.length = 0;
    put_epoch(t, &s->line, t->report->epochs);
    put_score(&s->line, "", &t->report->train, &t->report->metrics);
    if (t->report->test.known)
        put_score(&s->line, "test ", &t->report->test, &t->report->metrics);
    put_rate(&s->line, (double)t->epoch_rows / seconds);
    put_seconds(&s->line, seconds);
    text_add(&s->line, is_best ? "  best\n" : "\n");
    clear_line(s);
    fwrite(s->line.bytes, 1, s->line.length, s->to);
    fflush(s->to);
}

void rt_display_close(RtTrainer *t)
{
    if (t->display.to) {
        clear_line(&t->display);
        fflush(t->display.to);
    }
    text_free(&t->display.line);
}
