/* JSON (RFC 8259): the header of safetensors, metadata in it, the description that a
 * native program carries. Strict, with two limits: lists go at most RT_JSON_DEPTH deep,
 * and a string holds no character 0. */
#ifndef RUNTIME_JSON_H
#define RUNTIME_JSON_H

#include "support/arena.h"
#include "support/text.h"

#include <stdint.h>

enum { RT_JSON_DEPTH = 64 };

typedef enum {
    RT_JSON_NULL,
    RT_JSON_BOOL,
    RT_JSON_NUMBER,
    RT_JSON_STRING,
    RT_JSON_ARRAY,
    RT_JSON_OBJECT,
} RtJsonKind;

typedef struct RtJson RtJson;
struct RtJson {
    RtJsonKind kind;
    double number;         /* of a bool: 0 or 1 */
    const char *string;
    const char *key;       /* in an object */
    const RtJson *child;   /* the first element; in order, linked by next */
    const RtJson *next;
    size_t count;          /* of elements */
};

/* NULL if the text is no JSON. All of it lies in the arena. */
const RtJson *rt_json_parse(const char *text, size_t length, Arena *arena);
/* The first element of that key; NULL if there is none, or `v` is no object or NULL. */
const RtJson *rt_json_get(const RtJson *v, const char *key);
/* The string or number of an element; `otherwise` if there is none of that kind. */
const char *rt_json_get_string(const RtJson *v, const char *key, const char *otherwise);
double rt_json_get_number(const RtJson *v, const char *key, double otherwise);
/* A whole number from 0 to 2^53. */
bool rt_json_whole(const RtJson *v, int64_t *out);

/* A string with its quotes. */
void rt_json_add_string(Text *out, const char *s);

#endif
