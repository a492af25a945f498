/** @file
 * Models as native files: what `descent build` makes, for programs that do without
 * Descent. */
#ifndef DESCENT_BUILD_H
#define DESCENT_BUILD_H

#include <descent/train.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a model becomes. */
typedef enum descent_build_kind {
    DESCENT_BUILD_BY_NAME = 0, /**< .so, .a, .o and .c say it; a program has no ending */
    DESCENT_BUILD_PROGRAM = 1, /**< needs libc and libm; reads and writes files */
    DESCENT_BUILD_SHARED = 2,  /**< a shared library, and its header */
    DESCENT_BUILD_STATIC = 3,  /**< a library for the linker, and its header */
    DESCENT_BUILD_OBJECT = 4,  /**< an object, and its header */
    DESCENT_BUILD_C = 5        /**< the same as C17, and its header */
} descent_build_kind;

/** How a model is built; the words in brackets are those of the command. */
typedef struct descent_build_options {
    size_t struct_size;         /**< sizeof(descent_build_options) */
    descent_build_kind kind;    /**< what it becomes [--kind] */
    const descent_sizes *sizes; /**< model, batch ...; NULL: a batch of 1 row */
    const char *entry;          /**< NULL: predict; of a module all that are public, for a
                                     program main [--entry] */
    const char *target;         /**< a triple; NULL: this machine's [--target] */
    const char *const *cpus;    /**< processors, "x86-64-v3" ...; of several in one file
                                     the best is chosen at start [--cpu] */
    size_t cpu_count;           /**< how many; 0: this machine, of another target the
                                     least */

    const descent_state *state; /**< weights that become part of it, with what is known of
                                     the scale of their data; only read; NULL: none */
    const char *weights;        /**< the same, in a file; NULL: none [--weights] */
    bool weights_apart;         /**< they are given when it runs [--weights-file] */

    bool train;            /**< the trainer in place of the model's answers [--train] */
    int64_t rows;          /**< of its data; 0: it is read to count them [--rows] */
    const char *data_root; /**< of relative paths in the description; NULL: its folder
                                [--data-root] */
} descent_build_options;

/** Writes a model as a native file, and beside it, for all kinds but programs, a header
 * NAME.h; docs/native.md tells what is in them. Either all is written or nothing. Programs
 * and shared libraries are linked by the C compiler of the machine: what CC names, or cc,
 * in a folder below TMPDIR. Until that is done signals that would end the process wait.
 * @param m the model, without custom ops
 * @param path what is written, with or without the ending of its kind
 * @param options NULL: by the name, for this machine, without weights
 * @param d may be NULL; messages speak of options as the command does
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT (no such kind, target, processor, model, size
 *     or entry point; a name whose ending says no kind; options that contradict each
 *     other), DESCENT_BAD_INPUT (weights that are missing or another model's; a file that
 *     cannot be read or written; the linker failed), DESCENT_UNSUPPORTED (a custom op;
 *     what no such file can hold) or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_build(const descent_model *m, const char *path,
                                         const descent_build_options *options,
                                         descent_diagnostics *d);

#ifdef __cplusplus
}
#endif

#endif
