/* What one call through the library costs more than the compiled function itself: a
 * function of four elements, called by its address and by descent_call_run, in turn. */
#include "frontend/lib/lib.h"

#include "runtime/clock.h"

#include <stdio.h>
#include <string.h>

static const char text[] =
    "func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {\n"
    "  %0 = stablehlo.add %x, %x : tensor<4xf32>\n"
    "  return %0 : tensor<4xf32>\n"
    "}\n";

enum { CALLS = 1000000, ROUNDS = 9 };

static double by_address(const descent_entry *e, void *arg, void *result)
{
    int64_t start = rt_clock_ns();
    for (int i = 0; i < CALLS; i++)
        e->rt->call(NULL, &arg, &result, NULL);
    return (double)(rt_clock_ns() - start) / CALLS;
}

static double by_call(descent_call *call)
{
    int64_t start = rt_clock_ns();
    for (int i = 0; i < CALLS; i++)
        descent_call_run(call, NULL);
    return (double)(rt_clock_ns() - start) / CALLS;
}

static double by_entry(const descent_entry *e, descent_tensor *x, descent_tensor *y)
{
    enum { FEWER = CALLS / 10 };
    int64_t start = rt_clock_ns();
    for (int i = 0; i < FEWER; i++)
        descent_entry_call(e, &x, 1, &y, 1, NULL);
    return (double)(rt_clock_ns() - start) / FEWER;
}

static double smaller(double a, double b) { return a < b ? a : b; }

/* The least of several rounds: the machine may do other things meanwhile. */
static void measure(const descent_entry *e, descent_call *call, descent_tensor *x,
                    descent_tensor *y)
{
    double least[3] = {1e9, 1e9, 1e9};
    for (int i = 0; i < ROUNDS; i++) {
        least[0] = smaller(least[0], by_address(e, x->value.data, y->value.data));
        least[1] = smaller(least[1], by_call(call));
        least[2] = smaller(least[2], by_entry(e, x, y));
    }
    printf("function by its address  %7.1f ns\n", least[0]);
    printf("descent_call_run         %7.1f ns\n", least[1]);
    printf("descent_entry_call       %7.1f ns\n", least[2]);
}

int main(void)
{
    descent_context *c = NULL;
    descent_model *m = NULL;
    descent_program *p = NULL;
    descent_call *call = NULL;
    descent_tensor *x = NULL, *y = NULL;
    int64_t dims[] = {4};
    descent_status st = descent_context_create(NULL, &c, NULL);
    if (!st)
        st = descent_model_parse(c, "call.mlir", text, strlen(text), &m, NULL);
    if (!st)
        st = descent_program_compile(m, NULL, &p, NULL);
    if (!st)
        st = descent_tensor_create(c, DESCENT_F32, 1, dims, &x, NULL);
    if (!st)
        st = descent_tensor_create(c, DESCENT_F32, 1, dims, &y, NULL);
    const descent_entry *e = descent_program_entry(p, 0);
    if (!st)
        st = descent_call_create(e, NULL, &call, NULL);
    if (!st)
        st = descent_call_set_argument(call, 0, x, NULL);
    if (!st)
        measure(e, call, x, y);
    descent_call_destroy(call);
    descent_tensor_destroy(x);
    descent_tensor_destroy(y);
    descent_program_destroy(p);
    descent_model_destroy(m);
    descent_context_destroy(c);
    return st != DESCENT_OK;
}
