/* What the tests of the library share: a context, diagnostics, and what a call must
 * say. */
#ifndef TESTS_LIB_COMMON_H
#define TESTS_LIB_COMMON_H

#include <descent/descent.h>

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static descent_context *context;
static descent_diagnostics *diagnostics;

static inline int open_context(void **state)
{
    descent_context_options o = DESCENT_INIT(descent_context_options);
    (void)state;
    o.threads = 2;
    return descent_diagnostics_create(&diagnostics) ||
           descent_context_create(&o, &context, diagnostics);
}

static inline int close_context(void **state)
{
    (void)state;
    descent_context_destroy(context);
    descent_diagnostics_destroy(diagnostics);
    return 0;
}

/* Files are written in a folder of the test's own, which goes with them. */
static char own_folder[] = "/tmp/descent-lib-XXXXXX";

static inline int enter_folder(void)
{
    return !mkdtemp(own_folder) || chdir(own_folder);
}

static inline int leave_folder(void)
{
    DIR *folder = opendir(".");
    for (struct dirent *f; folder && (f = readdir(folder));)
        unlink(f->d_name);
    return !folder || closedir(folder) || rmdir(own_folder);
}

/* The call succeeds and says nothing. */
static inline void check_ok(descent_status st, const char *file, int line)
{
    if (st || descent_diagnostics_count(diagnostics)) {
        print_error("%s: %s", descent_status_name(st),
                    descent_diagnostics_text(diagnostics));
        descent_diagnostics_clear(diagnostics);
        _fail(file, line);
    }
}
#define OK(call) check_ok((call), __FILE__, __LINE__)

/* The call fails with this status, and its message holds this text. */
static inline void check_fails(descent_status want, const char *text, descent_status st,
                               const char *file, int line)
{
    const char *said = descent_diagnostics_text(diagnostics);
    if (st != want || !strstr(said, text)) {
        print_error("expected %s with '%s', got %s: %s", descent_status_name(want), text,
                    descent_status_name(st), said);
        descent_diagnostics_clear(diagnostics);
        _fail(file, line);
    }
    descent_diagnostics_clear(diagnostics);
}
#define FAILS(status, text, call)                                                        \
    check_fails((status), (text), (call), __FILE__, __LINE__)

/* A tensor of f32 over the elements of an array. */
static inline descent_tensor *floats(float *data, int rank, const int64_t *dims)
{
    descent_tensor *t = NULL;
    size_t bytes = sizeof *data;
    for (int i = 0; i < rank; i++)
        bytes *= (size_t)dims[i];
    OK(descent_tensor_view(context, DESCENT_F32, rank, dims, data, bytes, &t,
                           diagnostics));
    return t;
}
#define FLOATS(data, ...) floats((data), DESCENT_SHAPE(__VA_ARGS__))

static inline descent_model *parse(const char *name, const char *text)
{
    descent_model *m = NULL;
    OK(descent_model_parse(context, name, text, strlen(text), &m, diagnostics));
    return m;
}

/* y = 2 x + 1, to be learnt. */
static const char line_model[] = "data points = table(rows = 64, test = 16) {\n"
                                 "  x: f32[rows, 1] = uniform()\n"
                                 "  y: f32[rows, 1] = 2 * x + 1\n"
                                 "}\n"
                                 "model line(x: f32[N, 1]) -> f32[N, 1] {\n"
                                 "  x -> dense(1)\n"
                                 "}\n"
                                 "train line on points(x, y: f32[N, 1]) {\n"
                                 "  loss      = mse(line(x), y)\n"
                                 "  metric mae = mean(abs(line(x) - y))\n"
                                 "  optimizer = sgd(lr = 0.3)\n"
                                 "  batch = 16  epochs = 40  seed = 1\n"
                                 "}\n";

#endif
