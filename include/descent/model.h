/** @file
 * Models: a description (.dsc) or a StableHLO module (.mlir), read and checked, not yet
 * compiled. What is inside, what it costs, and its text at any stage of the compiler. */
#ifndef DESCENT_MODEL_H
#define DESCENT_MODEL_H

#include <descent/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A file with models, or a graph that was built (graph.h). */
typedef struct descent_model descent_model;

/** Reads a file.
 * @param c the context
 * @param path ends in .dsc or .mlir
 * @param[out] out the model, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT, DESCENT_UNSUPPORTED,
 *     DESCENT_IO or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_model_load(descent_context *c, const char *path,
                                              descent_model **out,
                                              descent_diagnostics *d);

/** Reads text from memory.
 * @param c the context
 * @param name stands for the file in messages; ends in .dsc or .mlir. Relative paths of
 *     data are taken from its folder
 * @param text the description; copied
 * @param length its bytes
 * @param[out] out the model, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT, DESCENT_UNSUPPORTED or
 *     DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_model_parse(descent_context *c, const char *name,
                                               const char *text, size_t length,
                                               descent_model **out,
                                               descent_diagnostics *d);

/** Frees a model; its programs must be gone before.
 * @param m may be NULL */
DESCENT_API void descent_model_destroy(descent_model *m);

/* ------------------------------------------------------------------- what it holds */

/** How many models a description has.
 * @param m NULL gives 0
 * @return 0 for a StableHLO module, which has functions only (see program.h) */
DESCENT_API size_t descent_model_count(const descent_model *m);

/** The name of one of its models.
 * @param m the description
 * @param index below descent_model_count()
 * @return NULL if there is none; lives as long as the model */
DESCENT_API const char *descent_model_name(const descent_model *m, size_t index);

/** An input of a model, as its description declares it. */
typedef struct descent_input {
    size_t struct_size;             /**< sizeof(descent_input), set by the caller */
    const char *name;               /**< "x" */
    const char *type;               /**< as written: "f32[N, 57]" */
    descent_dtype dtype;            /**< element type */
    int rank;                       /**< number of sizes */
    int64_t dims[DESCENT_MAX_RANK]; /**< -1: a size that is free until it is compiled */
} descent_input;

/** How many inputs one of the models has.
 * @param m the description; NULL gives 0
 * @param index below descent_model_count()
 * @return 0 or more */
DESCENT_API size_t descent_model_input_count(const descent_model *m, size_t index);

/** An input of one of the models.
 * @param m the description
 * @param index below descent_model_count()
 * @param input below descent_model_input_count()
 * @param[out] out filled in, up to the struct_size that it has; its strings live as long
 *     as the model
 * @return DESCENT_OK or DESCENT_BAD_ARGUMENT */
DESCENT_API descent_status descent_model_input(const descent_model *m, size_t index,
                                               size_t input, descent_input *out);

/** The name of a free size of one of the models' inputs, in order: "N", "T" ...
 * @param m the description
 * @param index below descent_model_count()
 * @param size counted from 0
 * @return NULL if there is none; lives as long as the model */
DESCENT_API const char *descent_model_size(const descent_model *m, size_t index,
                                           size_t size);

/* --------------------------------------------------------------------------- sizes */

/** A size by name. */
typedef struct descent_size {
    const char *name; /**< as in the description: "T" */
    int64_t value;    /**< at least 1 */
} descent_size;

/** For which model and sizes a description becomes a graph. A StableHLO module has its
 * sizes already. */
typedef struct descent_sizes {
    size_t struct_size; /**< sizeof(descent_sizes) */
    const char *model;  /**< NULL: that of the train block, or the last one */
    int64_t batch;      /**< the first size of inputs; 0: the train block's, or 1 */
    const descent_size *sizes; /**< other sizes by name; NULL: none */
    size_t size_count;         /**< how many */
    int64_t steps_per_epoch;   /**< for learning-rate schedules; 0: 1 */
    int64_t epochs;            /**< for schedules; 0: the train block's */
} descent_sizes;

/* --------------------------------------------------------------------------- stages */

/** In which form a stage is printed. */
typedef enum descent_format {
    DESCENT_TEXT = 0, /**< MLIR; for the stages of code its own text */
    DESCENT_DOT = 1   /**< Graphviz; not for the stages of code */
} descent_format;

/** What is printed of a model. */
typedef struct descent_print_options {
    size_t struct_size;         /**< sizeof(descent_print_options) */
    const descent_sizes *sizes; /**< NULL: defaults */
    const char *stage;     /**< see descent_stage(); NULL: "graph", or up to `after` */
    const char *after;     /**< the pass to stop after, in place of a stage; or NULL */
    const char *entry;     /**< this entry point only; NULL: all */
    const char *cpu;       /**< "x86-64-v3" ...; NULL: this machine */
    descent_format format; /**< text or Graphviz */
    bool locations;        /**< with the places in the model */
} descent_print_options;

/** The stages, in the order in which a model goes through them: "graph", "grad" ...
 * "llvm", "asm", "cuda", "ptx", "sass"; the last two need NVIDIA's NVRTC, the last nvdisasm.
 * @param index counted from 0
 * @return NULL past the last; static */
DESCENT_API const char *descent_stage(size_t index);

/** Prints a model at a stage.
 * @param m the model
 * @param options NULL: the graph, as it comes from the description
 * @param[out] text ends with 0; to be freed by descent_text_free()
 * @param[out] length its bytes without the 0; may be NULL
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT (no such stage, pass or processor),
 *     DESCENT_BAD_INPUT, DESCENT_UNSUPPORTED or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_model_print(const descent_model *m,
                                               const descent_print_options *options,
                                               char **text, size_t *length,
                                               descent_diagnostics *d);

/** A model of its own from a stage of another: differentiated ("grad"), simplified
 * ("simplified") or fused ("fused").
 * @param m the model
 * @param options stage, after, entry and sizes are used
 * @param[out] out the model, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT, DESCENT_UNSUPPORTED (a
 *     stage that is no graph any longer) or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_model_optimise(const descent_model *m,
                                                  const descent_print_options *options,
                                                  descent_model **out,
                                                  descent_diagnostics *d);

/* ---------------------------------------------------------------------------- costs */

/** What a model needs, before anything is run. */
typedef struct descent_cost {
    size_t struct_size;      /**< sizeof(descent_cost), set by the caller */
    int64_t batch;           /**< rows that it was asked for */
    int64_t parameters;      /**< trained numbers */
    int64_t parameter_bytes; /**< their memory */
    int64_t state_bytes;     /**< the optimizer's and the model's other state */
    int64_t peak_bytes; /**< all that training, or the largest entry, keeps in memory */
    size_t entry_count; /**< how many entry points: see descent_entry_cost */
} descent_cost;

/** What one call of an entry point needs. */
typedef struct descent_entry_cost {
    size_t struct_size;     /**< sizeof(descent_entry_cost), set by the caller */
    char name[64];          /**< of the entry point, cut off if longer */
    int64_t flops;          /**< operations on floats */
    int64_t traffic_bytes;  /**< read and written by its kernels */
    int64_t scratch_bytes;  /**< of its arena */
    int64_t argument_bytes; /**< memory of its arguments */
    int64_t result_bytes;   /**< memory of the results that overwrite no argument */
} descent_entry_cost;

/** Computes what a model needs: all passes are run, but no code is made.
 * @param m the model
 * @param sizes NULL: defaults
 * @param[out] out filled in, up to the struct_size that it has
 * @param[out] entries the first `room` entry points, each with its struct_size set; may
 *     be NULL if room is 0
 * @param room how many
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT, DESCENT_UNSUPPORTED
 *     or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_model_cost(const descent_model *m,
                                              const descent_sizes *sizes,
                                              descent_cost *out,
                                              descent_entry_cost *entries, size_t room,
                                              descent_diagnostics *d);

#ifdef __cplusplus
}
#endif

#endif
