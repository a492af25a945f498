/** @file
 * What all headers of Descent share: how functions are exported, and how structs grow. */
#ifndef DESCENT_BASE_H
#define DESCENT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Marks the functions of the library; nothing else is visible outside of it. */
#if defined(__GNUC__)
#define DESCENT_API __attribute__((visibility("default")))
#else
#define DESCENT_API
#endif

/** An empty value of a struct that begins with `struct_size`: all fields are 0, which is
 * the default of each. Such a struct can get more fields at its end in later versions; a
 * program that was compiled before knows the size it had then.
 *
 *     descent_sizes sizes = DESCENT_INIT(descent_sizes);
 *     sizes.batch = 32;
 */
#ifdef __cplusplus
template <class T> inline T descent_init()
{
    T t{};
    t.struct_size = sizeof(T);
    return t;
}
#define DESCENT_INIT(T) (descent_init<T>())
#else
#define DESCENT_INIT(T) ((T){.struct_size = sizeof(T)})
#endif

/** The most dimensions that a tensor has. */
#define DESCENT_MAX_RANK 8

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the library that is running.
 * @return "0.1.0"; static */
DESCENT_API const char *descent_version(void);

#ifdef __cplusplus
}
#endif

#endif
