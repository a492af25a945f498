/* Each mistake of Inputs/wrong.cu is found: which, in which kernel, at which line. */
#include "tests/cuda/gpu.h"

#include <stdio.h>
#include <string.h>

enum { N = 64 };

typedef struct Mistake {
    const char *kernel;
    GpuShape shape;
    bool takes_input;
    const char *message; /* part of it; `*` stands for anything */
} Mistake;

static const Mistake mistakes[] = {
    {"past_end",
     {1, 1, 64, 1, 0},
     true,
     "kernel past_end, wrong.cu:5, block (0,0,0), thread (63,0,0): out of bounds: reads "
     "4 bytes "
     "at *: 256 bytes behind the begin of an allocation of 256 bytes"},
    {"past_shared",
     {1, 1, 32, 1, 0},
     false,
     "kernel past_shared, wrong.cu:11, block (0,0,0), thread (31,0,0): out of bounds: "
     "writes 4 "
     "bytes at *: 128 bytes behind the begin of 'past_shared.tile', 128 bytes of shared "
     "memory"},
    {"race",
     {1, 1, 64, 1, 0},
     true,
     "kernel race, wrong.cu:21, *: race: 4 bytes of race.tile at * are read here, and "
     "were "
     "written by thread * of the block without a barrier between"},
    {"race_in_warp",
     {1, 1, 32, 1, 0},
     true,
     "kernel race_in_warp, wrong.cu:28, *: race: "},
    {"overwritten",
     {1, 1, 64, 1, 0},
     true,
     "kernel overwritten, wrong.cu:37, *: race: * written here, and were read by "
     "thread "},
    {"race_of_blocks",
     {2, 1, 32, 1, 0},
     false,
     "kernel race_of_blocks, wrong.cu:44, block (1,0,0), thread (0,0,0): race: 4 bytes "
     "of the "
     "GPU's memory at * are written here, and were written by another block"},
    {"race_of_halves",
     {1, 1, 32, 1, 0},
     false,
     "kernel race_of_halves, wrong.cu:49, *, thread (1,0,0): race: 2 bytes "},
    {"unwritten",
     {1, 1, 64, 1, 0},
     false,
     "kernel unwritten, wrong.cu:58, *, thread (63,0,0): reads 4 bytes of unwritten.tile "
     "at * "
     "that the block has not written"},
    {"divergent",
     {1, 1, 64, 1, 0},
     false,
     "kernel divergent:64, *: the barrier is not reached by thread (32,0,0), which "
     "ended"},
    {"two_barriers",
     {1, 1, 64, 1, 0},
     false,
     "kernel two_barriers:73, *: the barrier is not reached by thread (0,0,0), which is "
     "at that "
     "of line 71"},
    {"absent_lane",
     {1, 1, 32, 1, 0},
     false,
     "kernel absent_lane:81, *: a shuffle reads lane 16, which does not take part"},
    {"lane_at_barrier",
     {1, 1, 32, 1, 0},
     false,
     "kernel lane_at_barrier:89, *: waits for lane 16 of its warp, which is at the "
     "barrier of "
     "line 90"},
    {"misaligned",
     {1, 1, 2, 1, 0},
     false,
     "kernel misaligned, wrong.cu:96, *: misaligned: the address "},
    {"past_copy",
     {1, 1, 9, 1, 0},
     true,
     "kernel past_copy, wrong.cu:*, *, thread (8,0,0): out of bounds: reads 32 bytes at "
     "*: 256"},
    {"past_struct",
     {1, 1, 9, 1, 0},
     true,
     "kernel past_struct, wrong.cu:112, *, thread (8,0,0): out of bounds: "},
    {"host_memory",
     {1, 1, 2, 1, 0},
     false,
     "kernel host_memory, wrong.cu:118, *: out of bounds: reads 4 bytes at 0x1000: no "
     "memory of "
     "the GPU"},
    {"not_the_last",
     {2, 1, 32, 1, 0},
     false,
     "kernel not_the_last, wrong.cu:137, block (1,0,0), *: race: 4 bytes of the GPU's memory "
     "at * are written here, and were read by another block"},
    {"unmet_before",
     {2, 1, 64, 1, 0},
     false,
     "kernel unmet_before, wrong.cu:149, block (1,0,0), thread (0,0,0): race: * read here, and "
     "were written by another block"},
    {"unmet_behind",
     {2, 1, 64, 1, 0},
     false,
     "kernel unmet_behind, wrong.cu:162, block (1,0,0), thread (40,0,0): race: * read here, and "
     "were written by another block"},
};

/* Whether the text holds the pattern's parts in this order. */
static bool matches(const char *text, const char *pattern)
{
    while (*pattern) {
        char part[200];
        size_t length = strcspn(pattern, "*");
        snprintf(part, sizeof part, "%.*s", (int)length, pattern);
        text = strstr(text, part);
        if (!text)
            return false;
        text += length;
        pattern += length + (pattern[length] == '*');
    }
    return true;
}

/* message: NULL for one that depends on the order. */
static void find(const Mistake *m, const char *order, const char *message)
{
    Gpu g = gpu_open(order, "tests/cuda/Inputs/wrong.cu");
    float x[N] = {0};
    CudaAddress dx = gpu_upload(&g, x, sizeof x), dy = gpu_alloc(&g, sizeof x);
    RtStatus st = m->takes_input
                      ? gpu_launch(&g, m->kernel, m->shape, GPU_ADDRESS(dx),
                                   GPU_ADDRESS(dy), GPU_INT(N), GPU_END)
                      : gpu_launch(&g, m->kernel, m->shape, GPU_ADDRESS(dy), GPU_END);
    assert_int_equal(st, RT_OK); /* it is not yet run */
    st = cuda_stream_wait(g.cuda, g.stream, g.diags);
    if (st != RT_FAILED || (message && !matches(gpu_error(&g), message)))
        fail_msg("%s, %s: '%s' is not '%s'", m->kernel, order, gpu_error(&g), m->message);
    /* and nothing works any more */
    assert_int_equal(cuda_alloc(g.cuda, 4, &dx, g.diags), RT_FAILED);
    gpu_close(&g);
}

static void each(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        find(&mistakes[i], "order=ascending", mistakes[i].message);
}

static void in_any_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        find(&mistakes[i], "order=descending", NULL);
        for (int seed = 1; seed < 4; seed++) {
            char order[40];
            snprintf(order, sizeof order, "order=random,seed=%d", seed);
            find(&mistakes[i], order, NULL);
        }
    }
}

/* With checked=N accesses of later launches are not looked at. */
static void in_the_first_launches(void **state)
{
    (void)state;
    static const char *const settings[] = {"checked=0", "checked=1"};
    for (int checked = 0; checked < 2; checked++) {
        Gpu g = gpu_open(settings[checked], "tests/cuda/Inputs/wrong.cu");
        float x[N] = {0};
        CudaAddress dx = gpu_upload(&g, x, sizeof x), dy = gpu_alloc(&g, sizeof x);
        gpu_launch(&g, "race", (GpuShape){1, 1, 64, 1, 0}, GPU_ADDRESS(dx), GPU_ADDRESS(dy),
                   GPU_INT(N), GPU_END);
        assert_int_equal(cuda_stream_wait(g.cuda, g.stream, g.diags),
                         checked ? RT_FAILED : RT_OK);
        gpu_close(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each),
                                       cmocka_unit_test(in_any_order),
                                       cmocka_unit_test(in_the_first_launches)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
