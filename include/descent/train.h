/** @file
 * Training: the state of a model, steps in a loop of the caller's, and a loop of ours
 * with callbacks. */
#ifndef DESCENT_TRAIN_H
#define DESCENT_TRAIN_H

#include <descent/program.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ----------------------------------------------------------------------------- state */

/** The named tensors of a model: parameters, running statistics, and while it is trained
 * the optimizer's, the count of steps and the state of the random numbers. */
typedef struct descent_state descent_state;

/** Makes the state that training begins with, by the model's @@init.
 * @param p the program; must outlive the state
 * @param seed of the random numbers: the same seed gives the same state
 * @param[out] out the state, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT (there is no @@init),
 *     DESCENT_UNSUPPORTED or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_state_create(descent_program *p, uint64_t seed,
                                                descent_state **out,
                                                descent_diagnostics *d);

/** Reads the state from a file: weights only, or all of it, as descent_state_save()
 * wrote.
 * @param c the context
 * @param path a safetensors file
 * @param[out] out the state, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT, DESCENT_IO or
 *     DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_state_open(descent_context *c, const char *path,
                                              descent_state **out,
                                              descent_diagnostics *d);

/** Replaces values by those of a file. Either all that the file has fit, or nothing
 * changes.
 * @param s the state
 * @param path a safetensors file; tensors that it lacks keep their values
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT (a tensor that the state
 *     does not have), DESCENT_BAD_SHAPE, DESCENT_IO or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_state_load(descent_state *s, const char *path,
                                              descent_diagnostics *d);

/** Replaces values by those of another state, as descent_state_load() does by those of a
 * file: what descent_train() gave goes on being trained when it is copied into a state of
 * descent_state_create().
 * @param s the state
 * @param from the other; tensors that it lacks keep their values
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT (a tensor that `s` does not
 *     have), DESCENT_BAD_SHAPE or DESCENT_NO_MEMORY; `s` is unchanged then */
DESCENT_API descent_status descent_state_copy(descent_state *s, const descent_state *from,
                                              descent_diagnostics *d);

/** What of a state is written. */
typedef enum descent_save {
    DESCENT_SAVE_WEIGHTS = 0, /**< parameters and running statistics: to be used */
    DESCENT_SAVE_ALL = 1 /**< all: to be trained on, bit for bit as without a pause */
} descent_save;

/** Writes a file; an old file stays until the new one is complete.
 * @param s the state
 * @param path a safetensors file
 * @param what weights, or all
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_IO or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_state_save(const descent_state *s, const char *path,
                                              descent_save what, descent_diagnostics *d);

/** Frees a state; calls and trainers with it must be gone before.
 * @param s may be NULL */
DESCENT_API void descent_state_destroy(descent_state *s);

/** How many tensors it has.
 * @param s NULL gives 0
 * @return 0 or more */
DESCENT_API size_t descent_state_count(const descent_state *s);

/** The name of a tensor.
 * @param s the state
 * @param index below descent_state_count()
 * @return "dense1.w"; NULL if there is none; lives as long as the state */
DESCENT_API const char *descent_state_name(const descent_state *s, size_t index);

/** A tensor.
 * @param s the state
 * @param index below descent_state_count()
 * @return NULL if there is none; not to be destroyed; lives as long as the state */
DESCENT_API descent_tensor *descent_state_tensor(const descent_state *s, size_t index);

/** A tensor by name.
 * @param s the state
 * @param name "dense1.w"
 * @return NULL if there is none; not to be destroyed; lives as long as the state */
DESCENT_API descent_tensor *descent_state_find(const descent_state *s, const char *name);

/** Raw data as the weights want it: scaled and standardized as the data that they were
 * trained on (`scale` and `standardize` of the description's data, `standardize` of
 * descent_train_options), and converted. The state knows that if descent_train() gave it,
 * or if it was read from a file that descent_train(), `descent train` or
 * descent_state_save() wrote; else the data is only converted.
 * @param s the state
 * @param input the data's name in the train block: `train net on mails(x, y)` has "x"
 * @param raw [rows, ...], of any element type
 * @param to [rows, ...], receives them in its element type and shape, such as that of an
 *     input of the model; rows have as many elements as those of raw
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_SHAPE, DESCENT_BAD_INPUT (a value
 *     that is not whole for a type of whole numbers; rows of another size than those of
 *     training) or DESCENT_NO_MEMORY; `to` is unchanged then */
DESCENT_API descent_status descent_state_prepare(const descent_state *s,
                                                 const char *input,
                                                 const descent_tensor *raw,
                                                 descent_tensor *to,
                                                 descent_diagnostics *d);

/** What a number stood for in the tables that the weights were trained on: of a target,
 * what class an answer is; of another column of words, what to give for a word. The state
 * knows it as it knows the scale, see descent_state_prepare().
 * @param s the state
 * @param input the data's name in the train block: `train net on mails(x, y)` has "y"
 * @param column counted from 0: which of the columns of `input`
 * @param number counted from 0
 * @param[out] word to be freed by descent_text_free()
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT (no such input or column, or it has no such
 *     word), DESCENT_BAD_INPUT (what the file said is damaged) or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_state_word(const descent_state *s, const char *input,
                                              size_t column, size_t number, char **word,
                                              descent_diagnostics *d);

/* ---------------------------------------------------------------------- step by step */

/** The most metrics that a train block has. */
#define DESCENT_MAX_METRICS 16

/** Loss and metrics of a batch, or means over many. */
typedef struct descent_score {
    size_t struct_size;                  /**< sizeof(descent_score), set by the caller */
    double loss;                         /**< NaN if there is none */
    size_t metric_count;                 /**< how many follow */
    double metrics[DESCENT_MAX_METRICS]; /**< in the order of descent_trainer_metric() */
} descent_score;

/** Trains step by step, with a loop and batches of the caller's. */
typedef struct descent_trainer descent_trainer;

/** Makes a trainer of a model that has a train block.
 * @param p the program, for the batch that is usual; must outlive the trainer
 * @param s the state, changed by each step; must outlive the trainer. One of weights
 *     only, as descent_train() gives and descent_state_open() reads, is there to be
 *     evaluated and predicted with; to train these, see descent_state_copy()
 * @param[out] out the trainer, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT (there is no train block,
 *     or the state is another model's), DESCENT_BAD_SHAPE or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_trainer_create(descent_program *p, descent_state *s,
                                                  descent_trainer **out,
                                                  descent_diagnostics *d);

/** Frees a trainer; not its state.
 * @param t may be NULL */
DESCENT_API void descent_trainer_destroy(descent_trainer *t);

/** The name of a metric.
 * @param t the trainer
 * @param index counted from 0
 * @return NULL if there is none; lives as long as the trainer */
DESCENT_API const char *descent_trainer_metric(const descent_trainer *t, size_t index);

/** Does one step: forward, backward and the optimizer, as one function.
 * @param t the trainer
 * @param inputs the data of the batch, in the order of the train block: `train net(x, y)`
 * @param count how many. Batches of another number of rows than before are compiled when
 *     they first come
 * @param[out] out loss and metrics before the step's update; may be NULL
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT (the state has weights
 *     only; or a label that the model has no class for, an index beyond its table),
 *     DESCENT_BAD_SHAPE, DESCENT_UNSUPPORTED or DESCENT_NO_MEMORY (for a number of rows
 *     that is new; the state stays as it is), DESCENT_NOT_FINITE (the loss is NaN or
 *     infinite; the state has been updated), or DESCENT_FAILED (a custom op; the state may
 *     have been updated in part) */
DESCENT_API descent_status descent_trainer_step(descent_trainer *t,
                                                descent_tensor *const *inputs,
                                                size_t count, descent_score *out,
                                                descent_diagnostics *d);

/** Loss and metrics of a batch; the state stays as it is.
 * @param t the trainer
 * @param inputs as in descent_trainer_step()
 * @param count how many
 * @param[out] out loss and metrics
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT (labels and indices, as in
 *     descent_trainer_step()), DESCENT_BAD_SHAPE, DESCENT_UNSUPPORTED, DESCENT_NO_MEMORY
 *     or DESCENT_FAILED (a custom op); a loss that is NaN is no error here */
DESCENT_API descent_status descent_trainer_evaluate(descent_trainer *t,
                                                    descent_tensor *const *inputs,
                                                    size_t count, descent_score *out,
                                                    descent_diagnostics *d);

/** The model's answers; the state stays as it is.
 * @param t the trainer
 * @param inputs those of the model
 * @param count how many
 * @param outputs receive the results
 * @param output_count how many
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT (an index beyond its
 *     table), DESCENT_BAD_SHAPE, DESCENT_UNSUPPORTED, DESCENT_NO_MEMORY or DESCENT_FAILED
 *     (a custom op) */
DESCENT_API descent_status descent_trainer_predict(
    descent_trainer *t, descent_tensor *const *inputs, size_t count,
    descent_tensor *const *outputs, size_t output_count, descent_diagnostics *d);

/* -------------------------------------------------------------------------- the loop */

/** What the loop tells after a step or an epoch. */
typedef struct descent_progress {
    int64_t step;               /**< steps done */
    int64_t epoch;              /**< counted from 1 */
    double loss;                /**< of the step; of an epoch: the mean over its rows */
    size_t metric_count;        /**< of epochs; 0 for steps */
    const char *const *metrics; /**< their names */
    const double *train;        /**< their means over the rows trained on */
    bool has_test;              /**< whether there is a test part */
    double test_loss;           /**< over the test part */
    const double *test;         /**< the metrics over the test part */
} descent_progress;

/** Is told how far the training is; valid during the call only.
 * user: as in the options. progress: see there.
 * Returns false to stop. */
typedef bool descent_progress_function(void *user, const descent_progress *progress);

/** Is shown a batch before the step that takes it: its tensors may be read and changed
 * (augmented) in place. user: as in the options. step: counted from 0. inputs: `count` of
 * them; valid during the call only. Returns false to stop. */
typedef bool descent_batch_function(void *user, int64_t step,
                                    descent_tensor *const *inputs, size_t count);

/** Rows of data by name. */
typedef struct descent_column {
    const char *name;       /**< as the inputs of the train block are called */
    descent_tensor *values; /**< the first size is the rows */
    bool target;            /**< never scaled or standardized */
} descent_column;

/** What the loop is asked to do. */
typedef struct descent_train_options {
    size_t struct_size; /**< sizeof(descent_train_options) */
    const descent_sizes *sizes; /**< model, batch ...; NULL: the train block's */
    const char *cpu;      /**< "x86-64-v3" ...; NULL: this machine */
    int64_t epochs;       /**< 0: the train block's */
    int64_t steps;        /**< at most; 0: no limit */
    const uint64_t *seed; /**< NULL: the train block's */

    const descent_column *columns; /**< the caller's data, copied; NULL: that of the
                                       block, `on DATA` */
    size_t column_count;           /**< how many */
    double test;           /**< of the columns: the part (below 1) or the number of rows
                                (from 1) to test on, drawn by the seed, or see test_last;
                                0: none */
    bool standardize;      /**< of the columns that are no targets: mean 0, deviation 1 */
    const char *data_root; /**< of relative paths in the description; NULL: its folder */

    const char *start;      /**< weights to begin with; NULL: those of @@init */
    const char *out;        /**< where the weights kept are written; NULL: nowhere */
    const char *checkpoint; /**< written after each epoch, and at the end; NULL: none */
    bool resume;            /**< go on from the checkpoint, bit for bit */

    descent_batch_function *on_batch;    /**< before each step; or NULL */
    descent_progress_function *on_step;  /**< after each step; or NULL */
    descent_progress_function *on_epoch; /**< after each epoch; or NULL */
    void *user;                          /**< handed to the callbacks */

    const descent_state *start_state; /**< weights to begin with, in place of a file
                                           `start`; only read; NULL: none */
    bool test_last; /**< the rows to test on are the last of the columns, as for rows of
                         the caller's own behind those to train on; not drawn */
    const char *device; /**< "cpu"; "cuda": a GPU of NVIDIA; NULL: "cpu" */
    int64_t device_number; /**< as in descent_compile_options */
    bool tf32;             /**< the same */
} descent_train_options;

/** What came of it. */
typedef struct descent_train_report {
    size_t struct_size; /**< sizeof(descent_train_report), set by the caller */
    int64_t steps;      /**< done in all, those before a resume included */
    int64_t epochs;     /**< the same */
    double seconds;     /**< of this run */
    bool stopped;       /**< by a callback */
    bool stopped_early; /**< by the train block's patience */
    double loss;        /**< of the last epoch, over the rows trained on */
    double test_loss;   /**< of the weights kept; NaN without a test part */
    int64_t best_epoch; /**< counted from 1; 0 without a test part */
    size_t metric_count; /**< how many follow */
    double metrics[DESCENT_MAX_METRICS]; /**< of the weights kept, over the test part;
                                              without one, over the rows of the last
                                              epoch; in the order of the train block */
} descent_train_report;

/** Trains a model as its train block says. The weights kept are those with the best test
 * score, or the last ones if there is no test part.
 * @param m a description with a train block
 * @param options NULL: as the train block says
 * @param[out] state parameters and running statistics of the weights kept, to be
 *     destroyed by the caller; may be NULL
 * @param[out] report may be NULL
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT, DESCENT_BAD_SHAPE,
 *     DESCENT_UNSUPPORTED, DESCENT_IO, DESCENT_NO_MEMORY, DESCENT_NOT_FINITE, or
 *     DESCENT_STOPPED (by a callback: state and report are there) */
DESCENT_API descent_status descent_train(descent_model *m,
                                         const descent_train_options *options,
                                         descent_state **state,
                                         descent_train_report *report,
                                         descent_diagnostics *d);

#ifdef __cplusplus
}
#endif

#endif
