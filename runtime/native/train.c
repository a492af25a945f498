/* main of a program that trains a model: the training loop over compiled entry points. It
 * gives the bits that `descent train` gives. Exit status as descent's; 130 stopped. */
#include "runtime/native/train.h"

#include "runtime/bind.h"
#include "runtime/start.h"
#include "runtime/clash.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As compiled code takes it. */
struct descent_pool {
    void (*run)(struct descent_pool *self, RtTask *task, void *ctx, int64_t count);
    RtPool *threads;
};

static void run_on_threads(struct descent_pool *self, RtTask *task, void *ctx,
                           int64_t count)
{
    rt_pool_run(self->threads, task, ctx, count);
}

extern const char descent_model[];

#define DECLARE(name) \
    extern __attribute__((weak)) void descent_##name( \
        void *arena, void *const *args, void *const *results, struct descent_pool *); \
    static void call_##name(void *arena, void *const *args, void *const *results, \
                            RtPool *threads) \
    { \
        struct descent_pool pool = {run_on_threads, threads}; \
        descent_##name(arena, args, results, &pool); \
    }
NATIVE_ENTRIES(DECLARE)
#undef DECLARE

static void link_entries(NativeTrainer *t)
{
#define LINK(name) t->entries[NATIVE_##name].call = call_##name;
    NATIVE_ENTRIES(LINK)
#undef LINK
}

/* ---------------------------------------------------------------------------- options */

typedef struct Options {
    const char *out, *weights, *checkpoint, *resume, *data_root, *json;
    const char **paths;     /* of the data */
    size_t path_count;      /* 0: as in the description */
    int64_t epochs, steps, threads;
    uint64_t seed;
    bool seeded, quiet, help;
} Options;

enum { EPOCHS = 256, STEPS, SEED, CHECKPOINT, RESUME, DATA, DATA_ROOT, JSON };

static const struct option options[] = {
    {"output", required_argument, NULL, 'o'},   {"weights", required_argument, NULL, 'w'},
    {"epochs", required_argument, NULL, EPOCHS},
    {"steps", required_argument, NULL, STEPS},  {"seed", required_argument, NULL, SEED},
    {"checkpoint", required_argument, NULL, CHECKPOINT},
    {"resume", required_argument, NULL, RESUME},
    {"data", required_argument, NULL, DATA},
    {"data-root", required_argument, NULL, DATA_ROOT},
    {"json", optional_argument, NULL, JSON},    {"threads", required_argument, NULL, 't'},
    {"quiet", no_argument, NULL, 'q'},          {"help", no_argument, NULL, 'h'},
    {0},
};

static uint64_t read_whole(const char *name, uint64_t least, uint64_t most, DiagList *d)
{
    char *end;
    errno = 0;
    uint64_t n = strtoull(optarg, &end, 10);
    if (*optarg < '0' || *optarg > '9' || *end || errno || n < least || n > most)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "--%s=%s: expected a whole number", name, optarg);
    return n;
}

static void take(int option, char *const *argv, Options *o, DiagList *d)
{
    switch (option) {
    case 'o': o->out = optarg; break;
    case 'w': o->weights = optarg; break;
    case 'q': o->quiet = true; break;
    case 'h': o->help = true; break;
    case 't': o->threads = (int64_t)read_whole("threads", 1, 4096, d); break;
    case EPOCHS: o->epochs = (int64_t)read_whole("epochs", 1, INT64_MAX, d); break;
    case STEPS: o->steps = (int64_t)read_whole("steps", 1, INT64_MAX, d); break;
    case SEED:
        o->seed = read_whole("seed", 0, UINT64_MAX, d);
        o->seeded = true;
        break;
    case CHECKPOINT: o->checkpoint = optarg; break;
    case RESUME: o->resume = optarg; break;
    case DATA: o->paths[o->path_count++] = optarg; break;
    case DATA_ROOT: o->data_root = optarg; break;
    case JSON: o->json = optarg ? optarg : "-"; break;
    default: native_bad_option(option, argv, d);
    }
}

static bool read_options(int argc, char **argv, Arena *arena, Options *o, DiagList *d)
{
    int option;
    o->paths = ARENA_ARRAY(arena, const char *, argc);
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":o:w:t:qh", options, NULL)) != -1)
        take(option, argv, o, d);
    if (optind < argc)
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "'%s' is no option; --help lists them", argv[optind]);
    return !diag_errors(d);
}

static void print_help(const NativeTrainer *t, const char *program)
{
    const char *slash = strrchr(program, '/');
    printf("usage: %s [OPTIONS]\n"
           "Trains the model %s (%s): %lld epochs of %lld rows, tested on %lld.\n\n",
           slash ? slash + 1 : program, t->name, t->source, (long long)t->epochs,
           (long long)t->train_rows, (long long)t->test_rows);
    fputs("  -o, --output FILE       weights to write (MODEL.safetensors)\n"
          "  -w, --weights FILE      weights to begin with\n"
          "      --epochs N          instead of the train block's\n"
          "      --steps N           stop after so many steps\n"
          "      --seed N            instead of the train block's\n"
          "      --checkpoint FILE   save all state there after each epoch\n"
          "      --resume FILE       go on from a checkpoint, and save there again\n"
          "      --data FILE         instead of the data below; once per file, in order\n"
          "      --data-root DIR     where relative paths of data begin (here)\n"
          "      --json[=FILE]       a JSON line per epoch (to stdout)\n"
          "  -t, --threads N         threads (the cores this process may use)\n"
          "  -q, --quiet             no progress\n\ndata:\n", stdout);
    for (size_t i = 0; i < t->data.path_count; i++)
        printf("  %s\n", t->data.paths[i]);
    if (t->entries[NATIVE_data].name)
        puts("  computed by the program");
}

/* --------------------------------------------------------------------------- training */

static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal_number)
{
    if (interrupted)
        _exit(130);
    interrupted = signal_number != 0;
}

/* An RtProvider over what was compiled. */
static const RtEntry *find_entry(void *ctx, const char *name, int64_t rows, DiagList *d)
{
    const NativeTrainer *t = ctx;
    for (int i = 0; i < NATIVE_ENTRY_COUNT; i++)
        if (t->entries[i].name && !strcmp(t->entries[i].name, name)
            && (i == NATIVE_init || t->rows[i] == rows))
            return &t->entries[i];
    rt_fail(d, RT_UNSUPPORTED, (Place){0},
            "unsupported: @%s for %lld rows, for which it was not built", name,
            (long long)rows);
    return NULL;
}

/* Whether there are entry points for the batches of so many rows. */
static bool fits(const NativeTrainer *t, NativeEntryName whole, int64_t rows)
{
    int64_t batch = t->rows[whole], last = batch ? rows % batch : 0;
    return !rows || (batch && batch <= rows && (!last || last == t->rows[whole + 1]));
}

/* Other data will do if its batches have the sizes that were compiled, and schedules do
 * not count on another number of them. */
static RtStatus check_rows(const NativeTrainer *t, const RtDataset *data, DiagList *d)
{
    bool counted = !t->counts_steps || rt_batches(data->train_rows, t->batch)
                                           == rt_batches(t->train_rows, t->batch);
    if (counted && fits(t, NATIVE_train_step, data->train_rows)
        && fits(t, NATIVE_eval_step, data->test_rows))
        return RT_OK;
    return rt_fail_file(d, RT_UNSUPPORTED, data->file,
                        "unsupported: %lld row%s to train on and %lld to test; this "
                        "program was built for %lld and %lld",
                        (long long)data->train_rows, text_plural(data->train_rows),
                        (long long)data->test_rows,
                        (long long)t->train_rows, (long long)t->test_rows);
}

static RtStatus check_options(NativeTrainer *t, const Options *o, DiagList *d)
{
    if (o->epochs && o->epochs != t->epochs && t->counts_epochs)
        return rt_fail(d, RT_UNSUPPORTED, (Place){0},
                       "unsupported: --epochs=%lld: a schedule of this program counts on "
                       "%lld; descent build --epochs makes another",
                       (long long)o->epochs, (long long)t->epochs);
    if (o->checkpoint && o->resume && strcmp(o->checkpoint, o->resume)) {
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "--resume FILE goes on writing to that file: leave out --checkpoint");
        return RT_BAD_INPUT;
    }
    if (!o->path_count)
        return RT_OK;
    if (o->path_count != t->data.path_count) {
        diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
                 "--data: the data is %zu file%s, %zu were given", t->data.path_count,
                 text_plural((long long)t->data.path_count), o->path_count);
        return RT_BAD_INPUT;
    }
    t->data.paths = o->paths;
    return RT_OK;
}

/* Before hours of training. */
static RtStatus check_outputs(const NativeTrainer *t, const RtTrainOptions *loop,
                              DiagList *d)
{
    const char *log = loop->log && strcmp(loop->log, "-") ? loop->log : NULL;
    const char *outputs[] = {loop->out, loop->checkpoint, log};
    bool good = rt_no_clash(outputs, 3, t->data.paths, t->data.path_count, d)
                /* but weights may be trained further in their place */
                && rt_no_clash(outputs + 1, 2, &loop->start_file, 1, d);
    return good ? RT_OK : RT_BAD_INPUT;
}

static RtTrainOptions loop_options(NativeTrainer *t, const Options *o, const char *out,
                                   const char *checkpoint)
{
    bool asked = o->checkpoint || o->resume;
    return (RtTrainOptions){
        .entry = find_entry, .entry_ctx = t, .title = t->title, .max_steps = o->steps,
        .epochs = o->epochs ? o->epochs : o->steps ? 0 : t->epochs,
        .batch = t->batch, .eval_batch = t->eval_batch,
        .seed = o->seeded ? o->seed : t->seed, .patience = t->patience,
        .monitor = t->monitor, .monitor_max = t->monitor_max, .start_file = o->weights,
        .out = out, .checkpoint = checkpoint, .checkpoint_at_stop = !asked,
        .resume = o->resume != NULL, .log = o->json, .quiet = o->quiet,
        .stop = &interrupted,
    };
}

static void print_end(const RtTrainOptions *o, const RtTrainReport *r)
{
    FILE *to = o->log && !strcmp(o->log, "-") ? stderr : stdout;
    if (r->stopped)
        fprintf(to, "stopped after step %lld; --resume %s goes on\n", (long long)r->steps,
                o->checkpoint);
    if (r->best.known) {
        fprintf(to, "%s: the weights of epoch %lld, test loss %.4g", o->out,
                (long long)r->best_epoch, r->best.loss);
        for (size_t i = 0; i < r->metrics.count; i++)
            fprintf(to, ", %s %.4f", r->metrics.names[i], r->best.metrics[i]);
        fputc('\n', to);
    } else if (!r->stopped) {
        fprintf(to, "%s: the weights after step %lld\n", o->out, (long long)r->steps);
    }
}

typedef struct Training {
    RtDataset data;
    RtRows train, test;
    RtTensors start;
    RtMeta meta;
    RtPool *pool;
} Training;

/* Runs the entry point that computes the data. */
static RtStatus compute_table(NativeTrainer *t, RtPool *pool, RtDataset *out, DiagList *d)
{
    const RtEntry *e = &t->entries[NATIVE_data];
    uint64_t rng[] = {t->data.seed, 0};
    RtTensors state = {0};
    RtTensor seed;
    RtBinding b = {0};
    void *arena = rt_alloc(e->arena_bytes);
    int64_t count = sizeof rng / sizeof *rng;
    RtStatus st = arena ? rt_tensor_wrap(e->args[0].name, DTYPE_ui64, 1, &count, rng, &seed,
                                         d)
                        : rt_no_memory(d, e->arena_bytes);
    if (!st)
        st = rt_tensors_add(&state, &seed, d);
    if (!st)
        st = rt_bind(e, &state, &b, d);
    if (!st)
        e->call(arena, b.args, b.results, pool);
    t->data.tensors = &b.own;
    if (!st)
        st = rt_dataset_open(&t->data, out, d);
    rt_binding_free(&b);
    rt_tensors_free(&state);
    free(arena);
    return st;
}

static RtStatus open_data(NativeTrainer *t, RtPool *pool, RtDataset *out, DiagList *d)
{
    RtStatus st = t->entries[NATIVE_data].name ? compute_table(t, pool, out, d)
                                               : rt_dataset_open(&t->data, out, d);
    if (st == RT_IO)
        diag_note(d, (Place){0},
                  "--data-root DIR says where relative paths of data begin, --data FILE "
                  "names other files");
    return st;
}

static RtStatus read_start(const NativeTrainer *t, const char *file, Training *x,
                           DiagList *d)
{
    RtMeta meta = {0};
    RtStatus st = rt_safetensors_read(file, &x->start, &meta, d);
    if (!st)
        rt_meta_check_model(&meta, file, t->models, t->model_count, d);
    rt_meta_free(&meta);
    return st;
}

static RtStatus open_training(NativeTrainer *t, const Options *o,
                              const RtTrainOptions *loop, Training *x, DiagList *d)
{
    const RtEntry *step = &t->entries[NATIVE_train_step];
    x->pool = rt_pool_open((unsigned)o->threads);
    RtStatus st = x->pool ? native_check_processor(t->needs, t->arena, d)
                          : rt_no_memory(d, 1);
    if (!st)
        st = check_options(t, o, d);
    if (!st)
        st = check_outputs(t, loop, d);
    if (!st)
        st = open_data(t, x->pool, &x->data, d);
    if (!st)
        st = check_rows(t, &x->data, d);
    if (!st)
        st = rt_dataset_bind(&x->data, step->args, step->arg_count, NULL, &x->train,
                             &x->test, d);
    if (!st)
        st = rt_meta_set(&x->meta, "descent.model", t->name, d);
    if (!st)
        st = rt_dataset_describe(&x->data, &x->meta, d);
    return !st && o->weights ? read_start(t, o->weights, x, d) : st;
}

static void close_training(Training *x)
{
    rt_rows_free(&x->train);
    rt_rows_free(&x->test);
    rt_dataset_free(&x->data);
    rt_tensors_free(&x->start);
    rt_meta_free(&x->meta);
    rt_pool_close(x->pool);
}

/* x.safetensors -> x.checkpoint */
static const char *checkpoint_of(const NativeTrainer *t, const Options *o,
                                 const char *out)
{
    const char *slash = strrchr(out, '/'), *dot = strrchr(slash ? slash : out, '.');
    int length = dot ? (int)(dot - out) : (int)strlen(out);
    return o->checkpoint ? o->checkpoint
           : o->resume   ? o->resume
                         : arena_printf(t->arena, "%.*s.checkpoint", length, out);
}

static void train(NativeTrainer *t, const Options *o, DiagList *d)
{
    Training x = {0};
    RtTrainReport report = {0};
    const char *out = o->out ? o->out : arena_printf(t->arena, "%s.safetensors", t->name);
    RtTrainOptions loop = loop_options(t, o, out, checkpoint_of(t, o, out));
    RtStatus st = open_training(t, o, &loop, &x, d);
    if (!st) {
        loop.pool = x.pool;
        loop.start = o->weights ? &x.start : NULL;
        loop.meta = &x.meta;
        signal(SIGINT, note_interrupt);
        signal(SIGTERM, note_interrupt);
        st = rt_train(&loop, &x.train, x.test.rows ? &x.test : NULL, &report, NULL, d);
        if ((!st || st == RT_STOPPED) && !o->quiet)
            print_end(&loop, &report);
    }
    rt_train_report_free(&report);
    close_training(&x);
}

int main(int argc, char **argv)
{
    DiagList *d = diag_open();
    rt_start();
    if (argc)
        diag_program(d, argv[0]);
    NativeTrainer t;
    Options o = {0};
    if (!native_trainer_open(descent_model, &t, d)
        && read_options(argc, argv, t.arena, &o, d)) {
        link_entries(&t);
        if (o.data_root)
            native_trainer_move(&t, o.data_root);
        if (o.help)
            print_help(&t, argv[0]);
        else
            train(&t, &o, d);
    }
    if (fflush(stdout) || ferror(stdout))
        diag_error(d, (Place){0}, "the standard output cannot be written");
    diag_print(d, stderr);
    int status = (int)diag_exit(d);
    native_trainer_close(&t);
    diag_close(d);
    return status ? status : interrupted ? 130 : 0;
}
