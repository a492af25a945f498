#include "runtime/clock.h"
#include "runtime/fields.h"
#include "runtime/train_internal.h"

#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { REDRAW_NS = 100000000, BAR = 16, COLUMNS = 80, NUMBER = 32 };

/* Which fields go first when a line is too long: those at the end of this list. */
enum { ALWAYS, LEFT, DRAWING, METRIC, SECONDS, TITLE, RATE };

#define BEST "  best"

void rt_display_open(RtTrainer *t)
{
    const char *log = t->options->log;
    FILE *to = log && !strcmp(log, "-") ? stderr : stdout;
    t->display = (RtDisplay){.to = t->options->quiet ? NULL : to,
                             .terminal = isatty(fileno(to)),
                             .looked_ns = rt_clock_ns()};
}

/* Four digits, zeros at the end too: the columns of the epochs stay in line. */
static const char *loss_text(double loss, char out[NUMBER])
{
    bool whole = fabs(loss) >= 1e3 && fabs(loss) < 1e4;
    snprintf(out, NUMBER, whole ? "%.4g" : "%#.4g", loss);
    return out;
}

static const char *metric_text(double v, char out[NUMBER])
{
    snprintf(out, NUMBER, "%.4f", v);
    return out;
}

/* "  loss 1.555 test 0.8233"; either side may be NULL. */
static void put_pair(RtFields *f, int rank, const char *name, const char *train,
                     const char *test)
{
    if (train || test)
        rt_fields_add(f, rank, "  %s%s%s%s%s", name, train ? " " : "",
                      train ? train : "", test ? " test " : "", test ? test : "");
}

/* Training and test score side by side: what differs is learnt by heart. */
static void put_scores(RtFields *f, const RtScore *train, const RtScore *test,
                       const RtMetricNames *names)
{
    char a[NUMBER], b[NUMBER];
    bool tested = test && test->known;
    put_pair(f, ALWAYS, "loss", loss_text(train->loss, a),
             tested ? loss_text(test->loss, b) : NULL);
    for (size_t k = 0; k < names->count; k++)
        put_pair(f, METRIC, names->names[k],
                 isnan(train->metrics[k]) ? NULL : metric_text(train->metrics[k], a),
                 tested && !isnan(test->metrics[k]) ? metric_text(test->metrics[k], b)
                                                    : NULL);
}

static double seconds_since(int64_t start)
{
    double s = rt_clock_seconds(start);
    return s > 1e-9 ? s : 1e-9;
}

static void put_rate(RtFields *f, double rows_per_second)
{
    if (rows_per_second >= 1e6)
        rt_fields_add(f, RATE, "  %.2fM rows/s", rows_per_second * 1e-6);
    else if (rows_per_second >= 1e4)
        rt_fields_add(f, RATE, "  %.1fk rows/s", rows_per_second * 1e-3);
    else
        rt_fields_add(f, RATE, "  %.0f rows/s", rows_per_second);
}

static void put_seconds(RtFields *f, double seconds)
{
    if (seconds < 1e-3)
        rt_fields_add(f, SECONDS, "  %.0f us", seconds * 1e6);
    else if (seconds < 1)
        rt_fields_add(f, SECONDS, "  %.*f ms", seconds < 0.01, seconds * 1e3);
    else
        rt_fields_add(f, SECONDS, "  %.2f s", seconds);
}

/* "digit: epoch  3/20" */
static void put_epoch(const RtTrainer *t, RtFields *f, int64_t epoch)
{
    char all[NUMBER] = "";
    if (t->options->title)
        rt_fields_add(f, TITLE, "%s: ", t->options->title);
    if (t->options->epochs)
        snprintf(all, sizeof all, "/%lld", (long long)t->options->epochs);
    int width = *all ? (int)strlen(all) - 1 : 0;
    rt_fields_add(f, ALWAYS, "epoch %*lld%s", width, (long long)epoch, all);
}

static void put_bar(RtFields *f, int64_t done, int64_t all)
{
    char bar[BAR + 1];
    int filled = (int)(done * BAR / all);
    for (int i = 0; i < BAR; i++)
        bar[i] = i < filled ? '=' : i == filled ? '>' : ' ';
    bar[BAR] = 0;
    rt_fields_add(f, DRAWING, " [%s]", bar);
    rt_fields_add(f, ALWAYS, " %lld/%lld", (long long)done, (long long)all);
}

static void put_time_left(const RtTrainer *t, RtFields *f)
{
    int64_t done = t->progress.step - t->first_step;
    double per_step = seconds_since(t->start_ns) / (double)(done ? done : 1);
    long long left =
        (long long)(per_step * (double)(t->last_step - t->progress.step) + 0.5);
    if (left >= 3600)
        rt_fields_add(f, LEFT, "  %lld:%02lld:%02lld left", left / 3600, left / 60 % 60,
                      left % 60);
    else
        rt_fields_add(f, LEFT, "  %lld:%02lld left", left / 60, left % 60);
}

/* Columns of the terminal but for those reserved; where there is none, what most have. */
static size_t width_of(const RtDisplay *s, size_t reserved)
{
    struct winsize size = {0};
    bool known = s->terminal && !ioctl(fileno(s->to), TIOCGWINSZ, &size) && size.ws_col;
    size_t width = known ? size.ws_col : COLUMNS;
    return width > reserved ? width - reserved : 0;
}

static void clear_line(RtDisplay *s)
{
    if (s->drawn)
        fputs("\r\033[K", s->to);    /* to the line's begin, and clear it */
    s->drawn = false;
}

/* A line that wrapped could not be drawn over: it is cut at the terminal's width. */
static void draw(RtDisplay *s, const RtFields *f)
{
    size_t room = width_of(s, 1);
    uint32_t dropped = 0;
    s->line.length = 0;
    rt_fields_print(f, room, &dropped, &s->line);
    clear_line(s);
    fwrite(s->line.bytes, 1, s->line.length < room ? s->line.length : room, s->to);
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
    RtFields f = {0};
    RtScore score = rt_sums_score(&t->progress.sums, t->report->metrics.count);
    put_epoch(t, &f, t->progress.at.epoch + 1);
    put_bar(&f, t->progress.at.batch + 1, t->batches);
    put_rate(&f, (double)t->epoch_rows / seconds_since(t->epoch_ns));
    put_scores(&f, &score, NULL, &t->report->metrics);
    if (t->last_step != INT64_MAX)
        put_time_left(t, &f);
    draw(s, &f);
}

void rt_display_epoch(RtTrainer *t, bool is_best)
{
    RtDisplay *s = &t->display;
    if (!s->to)
        return;
    double seconds = seconds_since(t->epoch_ns);
    RtFields f = {0};
    put_epoch(t, &f, t->report->epochs);
    put_scores(&f, &t->report->train, &t->report->test, &t->report->metrics);
    put_rate(&f, (double)t->epoch_rows / seconds);
    put_seconds(&f, seconds);
    s->line.length = 0;
    rt_fields_print(&f, width_of(s, strlen(BEST)), &s->dropped, &s->line);
    text_add(&s->line, is_best ? BEST "\n" : "\n");
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
