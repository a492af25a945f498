/** @file
 * How functions report. A status says what kind of failure; a diagnostics object, if one
 * is given, says the rest: which argument, which line of the model, which shapes.
 *
 * No function ends the process, prints, or leaves half of an object behind: where the
 * status is not DESCENT_OK, what would have been made is NULL.
 *
 * DESCENT_NO_MEMORY may come from every function, whatever it needs memory for: a message
 * is enough. Nothing is lost then, what was there before can be used on, and the same call
 * succeeds as soon as there is memory. But LLVM, which makes machine code, ends the
 * process where it gets none. */
#ifndef DESCENT_STATUS_H
#define DESCENT_STATUS_H

#include <descent/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What became of a call. The numbers stay as they are. */
typedef enum descent_status {
    DESCENT_OK = 0,           /**< done */
    DESCENT_BAD_ARGUMENT = 1, /**< NULL, out of range, unknown: the caller's mistake */
    DESCENT_BAD_INPUT = 2,    /**< a model or a file is wrong */
    DESCENT_BAD_SHAPE = 3,    /**< a tensor has another type or shape than was wanted */
    DESCENT_UNSUPPORTED = 4,  /**< well formed, but not supported */
    DESCENT_NO_MEMORY = 5,    /**< the machine, or the caller's allocator, gave none */
    DESCENT_IO = 6,           /**< a file could not be read or written; no GPU */
    DESCENT_NOT_FINITE = 7,   /**< the loss became NaN or infinite */
    DESCENT_STOPPED = 8,      /**< a callback asked to stop */
    DESCENT_INTERNAL = 9,     /**< a defect of Descent */
    DESCENT_FAILED = 10       /**< a custom op said that it failed, or a GPU did */
} descent_status;

/** The name of a status.
 * @param status any value
 * @return "ok", "bad argument" ...; static, never NULL */
DESCENT_API const char *descent_status_name(descent_status status);

/** How grave a diagnostic is. */
typedef enum descent_severity {
    DESCENT_ERROR = 0,   /**< why a call failed */
    DESCENT_WARNING = 1, /**< the call did what was asked; it may not be what was meant */
    DESCENT_NOTE = 2,    /**< belongs to the error before it */
    DESCENT_DEBUG = 3    /**< how long each pass took: for the log of a context only */
} descent_severity;

/** One message. The strings belong to the diagnostics object. */
typedef struct descent_diagnostic {
    size_t struct_size;        /**< sizeof(descent_diagnostic), set by the caller */
    descent_severity severity; /**< error, warning or note */
    const char *file;          /**< the file that it is about; NULL: none */
    unsigned line;             /**< counted from 1; 0: the whole file */
    unsigned column;           /**< counted from 1; 0: the whole line */
    const char *message;       /**< what is wrong, what was found and what was wanted */
    const char *source;        /**< the line of the file; NULL: not known */
} descent_diagnostic;

/** Messages of calls, in order. One object serves one thread at a time; calls add to it
 * what they have to say. Every function that takes one accepts NULL. */
typedef struct descent_diagnostics descent_diagnostics;

/** Makes an empty object.
 * @param[out] out the object, to be destroyed by the caller
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_diagnostics_create(descent_diagnostics **out);

/** Frees it, and all strings it gave.
 * @param d may be NULL */
DESCENT_API void descent_diagnostics_destroy(descent_diagnostics *d);

/** Forgets the messages; strings it gave become invalid.
 * @param d may be NULL */
DESCENT_API void descent_diagnostics_clear(descent_diagnostics *d);

/** How many messages there are.
 * @param d may be NULL
 * @return 0 or more */
DESCENT_API size_t descent_diagnostics_count(const descent_diagnostics *d);

/** One message.
 * @param d the object
 * @param index below descent_diagnostics_count()
 * @param[out] out filled in, up to the struct_size that it has
 * @return DESCENT_OK or DESCENT_BAD_ARGUMENT */
DESCENT_API descent_status descent_diagnostics_get(const descent_diagnostics *d,
                                                   size_t index, descent_diagnostic *out);

/** All messages as text, as compilers write them: place, message, the line with a caret.
 * @param d may be NULL
 * @return ends in a newline unless empty; never NULL; valid until the object is changed
 *     */
DESCENT_API const char *descent_diagnostics_text(descent_diagnostics *d);

/** Frees text that a function handed out.
 * @param text may be NULL */
DESCENT_API void descent_text_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
