/* What a program that `descent build` made is given: options, what the weights say about
 * the data, and a file. The input is text:
 *
 *     --input-format csv --raw              options
 *     descent.x.columns=["a","b"]           metadata, line by line
 *                                           an empty line
 *     a,b                                   the file: the input, or the weights */
#define _GNU_SOURCE
#include "runtime/native/native.h"

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char description[] =
    "{\"descent\": 1, \"model\": \"fuzz\", \"source\": \"fuzz.dsc\","
    " \"entry\": \"predict\","
    " \"separator\": \";\", \"header\": true, \"rows\": 2, \"arena\": 64,"
    " \"arguments\": [{\"role\": \"param\", \"name\": \"w\", \"dtype\": \"f32\","
    " \"shape\": [2, 3]},"
    " {\"role\": \"input\", \"name\": \"x\", \"dtype\": \"f32\", \"shape\": [2, 3]},"
    " {\"role\": \"input\", \"name\": \"k\", \"dtype\": \"i32\", \"range\": [0, 4],"
    " \"shape\": [2]}],"
    " \"results\": [{\"role\": \"output\", \"name\": \"y\", \"dtype\": \"f32\","
    " \"shape\": [2, 3]}, {\"name\": \"z\", \"dtype\": \"i1\", \"shape\": [2]}],"
    " \"meta\": {}}";

enum { MOST_WORDS = 20, MOST_LINES = 20 };

typedef struct Fuzz {
    NativeModel m;
    NativeOptions o;
    char *text;           /* of the options and the metadata */
    char *words[MOST_WORDS + 2];
    int word_count;
    RtMeta meta;
    char file[40];
    DiagList *d;
} Fuzz;

/* A line of the text, which loses its end. */
static char *next_line(char **at)
{
    char *line = *at;
    size_t n = strcspn(line, "\n");
    *at += n + (line[n] != 0);
    line[n] = 0;
    return line;
}

static void take_words(Fuzz *z, char *line)
{
    static char program[] = "fuzz";
    char *next;
    z->words[z->word_count++] = program;
    for (char *w = strtok_r(line, " ", &next); w && z->word_count <= MOST_WORDS;
         w = strtok_r(NULL, " ", &next))
        z->words[z->word_count++] = w;
}

static void take_meta(Fuzz *z, char *line)
{
    char *value = strchr(line, '=');
    if (!value)
        return;
    *value++ = 0;
    rt_meta_set(&z->meta, line, value, z->d);
}

/* Keeps the rest of the input in memory that has a path; returns its descriptor. */
static int open_file(Fuzz *z, const uint8_t *bytes, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
        abort();
    snprintf(z->file, sizeof z->file, "/proc/self/fd/%d", fd);
    return fd;
}

/* A failure must say why, and success must leave nothing out. */
static void check(const Fuzz *z, bool failed, bool whole)
{
    if (failed ? !diag_errors(z->d) : !whole)
        __builtin_trap();
}

static void try_weights(Fuzz *z)
{
    NativeWeights w;
    RtStatus st = native_weights_open(&z->m, NULL, z->file, &w, z->d);
    check(z, st, w.data[0]);
    native_weights_close(&w);
}

/* Other files are none of the fuzzer's. */
static void redirect(Fuzz *z)
{
    for (size_t i = 0; i < z->o.input_count; i++)
        z->o.inputs[i] = z->file;
    for (size_t i = 0; i < z->o.output_count; i++)
        z->o.outputs[i] = "/dev/null";
    if (!z->o.input_count)
        z->o.inputs[z->o.input_count++] = z->file;
}

static void try_inputs(Fuzz *z)
{
    RtTensors t = {0};
    int64_t rows;
    RtStatus st = native_read_inputs(&z->m, &z->o, &z->meta, &t, &rows, z->d);
    check(z, st, t.count == z->m.input_count);
    if (!st && z->o.output_count && !native_check_outputs(&z->m, &z->o, z->d))
        native_write_results(&z->o, &t, z->d);
    rt_tensors_free(&t);
}

static void try_help(Fuzz *z)
{
    FILE *nowhere = fopen("/dev/null", "w");
    if (nowhere)
        native_print_help(&z->m, &z->meta, "fuzz", nowhere);
    if (nowhere)
        fclose(nowhere);
}

static void run(Fuzz *z)
{
    optind = 0; /* begins again */
    if (!native_options(&z->m, z->word_count, z->words, &z->o, z->d)) {
        check(z, true, false);
        return;
    }
    redirect(z);
    if (z->o.help)
        try_help(z);
    else if (z->o.weights)
        try_weights(z);
    else
        try_inputs(z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *blank = memmem(data, size, "\n\n", 2);
    size_t head = blank ? (size_t)(blank - data) : size, skip = blank ? head + 2 : size;
    Fuzz z = {.d = diag_open(), .text = strndup((const char *)data, head)};
    char *at = z.text;
    int fd = open_file(&z, data + skip, size - skip);
    if (native_model_open(description, &z.m, z.d))
        abort();
    take_words(&z, next_line(&at));
    for (int i = 0; *at && i < MOST_LINES; i++)
        take_meta(&z, next_line(&at));
    run(&z);
    native_model_close(&z.m);
    rt_meta_free(&z.meta);
    diag_close(z.d);
    free(z.text);
    close(fd);
    return 0;
}
