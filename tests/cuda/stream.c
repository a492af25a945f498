/* Streams, graphs, events, memory: through the driver's interface, on the emulator,
 * which does what is on a stream as late as it may. */
#include "tests/cuda/gpu.h"

#include "backends/cuda/code.h"

#include <stdlib.h>
#include <string.h>

#define SOURCE "tests/cuda/Inputs/right.cu"
enum { N = 1000 };

static const GpuShape shape = {8, 1, 128, 1, 0};

static int *pinned(Gpu *g)
{
    void *p = NULL;
    assert_int_equal(cuda_host_alloc(g->cuda, N * sizeof(int), &p, g->diags), RT_OK);
    for (int i = 0; i < N; i++)
        ((int *)p)[i] = i;
    return p;
}

static void wait(Gpu *g)
{
    assert_int_equal(cuda_stream_wait(g->cuda, g->stream, g->diags), RT_OK);
}

/* Memory of the host is read and written when the stream gets there, whether it is pinned or
 * not: that a driver does the latter at once is nothing to count on. */
static void order(void **state)
{
    (void)state;
    for (int pin = 0; pin < 2; pin++) {
        Gpu g = gpu_open(NULL, NULL);
        int other[N] = {0}, back[N] = {0}, *p = pin ? pinned(&g) : other;
        CudaAddress a = gpu_alloc(&g, sizeof back);
        assert_int_equal(cuda_copy_in(g.cuda, g.stream, a, p, sizeof back, g.diags),
                         RT_OK);
        p[0] = 77; /* too early */
        gpu_download(&g, back, a, sizeof back);
        assert_int_equal(back[0], 77);
        assert_int_equal(cuda_fill(g.cuda, g.stream, a, 1, sizeof back, g.diags), RT_OK);
        assert_int_equal(cuda_copy_out(g.cuda, g.stream, p, a, sizeof back, g.diags),
                         RT_OK);
        assert_int_equal(p[0], 77); /* not yet */
        wait(&g);
        assert_int_equal(p[0], 0x01010101);
        cuda_host_free(g.cuda, pin ? p : NULL);
        gpu_close(&g);
    }
}

/* Memory that is freed while a copy needs it. */
static void freed_early(void **state)
{
    (void)state;
    for (int host = 0; host < 2; host++) {
        Gpu g = gpu_open(NULL, NULL);
        int *p = pinned(&g);
        CudaAddress a = gpu_alloc(&g, N * sizeof *p);
        assert_int_equal(cuda_copy_in(g.cuda, g.stream, a, p, N * sizeof *p, g.diags),
                         RT_OK);
        if (host)
            cuda_host_free(g.cuda, p);
        else
            cuda_free(g.cuda, a);
        assert_int_equal(cuda_stream_wait(g.cuda, g.stream, g.diags), RT_FAILED);
        assert_non_null(strstr(gpu_error(&g), host ? "pinned memory is freed that a copy"
                                                   : "when its memory was freed"));
        gpu_close(&g);
    }
}

/* What was captured is done at each launch of the graph, with what is then in memory. */
static void graph(void **state)
{
    (void)state;
    Gpu g = gpu_open(NULL, SOURCE);
    int *p = pinned(&g), back[N];
    CudaGraph *graph = NULL;
    CudaAddress a = gpu_alloc(&g, sizeof back), b = gpu_alloc(&g, sizeof back);
    assert_int_equal(cuda_fill(g.cuda, g.stream, b, 0, sizeof back, g.diags), RT_OK);
    assert_int_equal(cuda_capture_begin(g.cuda, g.stream, g.diags), RT_OK);
    assert_int_equal(cuda_copy_in(g.cuda, g.stream, a, p, sizeof back, g.diags), RT_OK);
    gpu_launch(&g, "copy", shape, GPU_ADDRESS(a), GPU_ADDRESS(b), GPU_INT(N), GPU_END);
    assert_int_equal(cuda_capture_end(g.cuda, g.stream, &graph, g.diags), RT_OK);
    gpu_download(&g, back, b, sizeof back);
    assert_int_equal(back[9], 0);
    for (int k = 0; k < 3; k++) {
        p[9] = 100 + k;
        assert_int_equal(cuda_graph_launch(g.cuda, g.stream, graph, g.diags), RT_OK);
        gpu_download(&g, back, b, sizeof back);
        assert_int_equal(back[9], 100 + k);
    }
    cuda_graph_close(g.cuda, graph);
    cuda_host_free(g.cuda, p);
    gpu_close(&g);
}

/* What a capture does not allow. */
static void spoilt_capture(void **state)
{
    (void)state;
    Gpu g = gpu_open(NULL, NULL);
    CudaGraph *graph = NULL;
    CudaAddress a = 0;
    assert_int_equal(cuda_capture_begin(g.cuda, g.stream, g.diags), RT_OK);
    assert_int_equal(cuda_stream_wait(g.cuda, g.stream, g.diags), RT_FAILED);
    assert_non_null(strstr(gpu_error(&g), "not permitted when stream is capturing"));
    assert_int_equal(cuda_capture_end(g.cuda, g.stream, &graph, g.diags), RT_FAILED);
    assert_null(graph);
    assert_int_equal(cuda_capture_begin(g.cuda, g.stream, g.diags), RT_OK);
    assert_int_equal(cuda_alloc(g.cuda, 4, &a, g.diags), RT_FAILED);
    assert_int_equal(cuda_capture_end(g.cuda, g.stream, &graph, g.diags), RT_FAILED);
    wait(&g); /* the stream is of use again */
    gpu_close(&g);
}

/* One stream waits for another only if it is told to. */
static void events(void **state)
{
    (void)state;
    Gpu g = gpu_open(NULL, NULL);
    int *p = pinned(&g), back[N];
    double seconds = -1;
    CudaStream *other = NULL;
    CudaEvent *begin = NULL, *copied = NULL;
    CudaAddress a = gpu_alloc(&g, sizeof back);
    assert_int_equal(cuda_stream_open(g.cuda, &other, g.diags), RT_OK);
    assert_int_equal(cuda_event_open(g.cuda, true, &begin, g.diags), RT_OK);
    assert_int_equal(cuda_event_open(g.cuda, true, &copied, g.diags), RT_OK);
    assert_int_equal(cuda_fill(g.cuda, g.stream, a, 0, sizeof back, g.diags), RT_OK);
    wait(&g);
    assert_int_equal(cuda_event_record(g.cuda, other, begin, g.diags), RT_OK);
    assert_int_equal(cuda_copy_in(g.cuda, other, a, p, sizeof back, g.diags), RT_OK);
    assert_int_equal(cuda_event_record(g.cuda, other, copied, g.diags), RT_OK);
    gpu_download(&g, back, a, sizeof back);
    assert_int_equal(back[9], 0);
    assert_int_equal(cuda_stream_after(g.cuda, g.stream, copied, g.diags), RT_OK);
    gpu_download(&g, back, a, sizeof back);
    assert_int_equal(back[9], 9);
    assert_int_equal(cuda_event_wait(g.cuda, copied, g.diags), RT_OK);
    assert_int_equal(cuda_event_seconds(g.cuda, begin, copied, &seconds, g.diags), RT_OK);
    assert_true(seconds >= 0 && seconds < 60);
    cuda_event_close(g.cuda, begin);
    cuda_event_close(g.cuda, copied);
    cuda_stream_close(g.cuda, other);
    cuda_host_free(g.cuda, p);
    gpu_close(&g);
}

static void memory(void **state)
{
    (void)state;
    Gpu g = gpu_open("memory=100000", NULL);
    CudaAddress a = gpu_alloc(&g, 40000), b = gpu_alloc(&g, 40000), c = 1;
    size_t free = 0, total = 0;
    assert_int_equal(cuda_memory(g.cuda, &free, &total, g.diags), RT_OK);
    assert_int_equal(total, 100000);
    assert_true(free < 20000);
    assert_int_equal(cuda_alloc(g.cuda, 40000, &c, g.diags), RT_NO_MEMORY);
    assert_int_equal(c, 0);
    assert_non_null(
        strstr(gpu_error(&g), "out of memory on Emulated GPU: 40000 bytes wanted, 1"));
    cuda_free(g.cuda, a);
    c = gpu_alloc(&g, 40000);
    assert_int_equal(a % 256 + b % 256 + c % 256, 0);
    assert_int_equal(cuda_alloc(g.cuda, 0, &a, g.diags), RT_OK);
    assert_int_equal(a, 0);
    cuda_free(g.cuda, 0);
    gpu_close(&g);
}

static void copies_out_of_bounds(void **state)
{
    (void)state;
    Gpu g = gpu_open(NULL, NULL);
    int x[N] = {0};
    CudaAddress a = gpu_alloc(&g, sizeof x);
    assert_int_equal(cuda_copy_in(g.cuda, g.stream, a + 4, x, sizeof x, g.diags),
                     RT_FAILED);
    assert_int_equal(cuda_copy_out(g.cuda, g.stream, x, a + 4, sizeof x, g.diags),
                     RT_FAILED);
    assert_int_equal(cuda_copy(g.cuda, g.stream, a, a + 4, sizeof x, g.diags), RT_FAILED);
    assert_int_equal(cuda_copy(g.cuda, g.stream, a, a + 4, 8, g.diags), RT_FAILED);
    assert_int_equal(cuda_fill(g.cuda, g.stream, a - 1, 0, 2, g.diags), RT_FAILED);
    assert_non_null(strstr(gpu_error(&g), "cuda: copy to the GPU: invalid argument "
                                          "(CUDA_ERROR_INVALID_VALUE, 1)"));
    gpu_close(&g);
}

static void kernels(void **state)
{
    (void)state;
    Gpu g = gpu_open(NULL, SOURCE);
    CudaFunction *f = NULL;
    CudaFunctionInfo i;
    CudaModule *m = NULL;
    int blocks = 0;
    assert_int_equal(cuda_function(g.cuda, g.module, "sum_rows", &f, g.diags), RT_OK);
    assert_int_equal(cuda_function_info(g.cuda, f, &i, g.diags), RT_OK);
    assert_int_equal(i.threads, 256);
    assert_int_equal(i.shared_bytes, 32);
    assert_int_equal(cuda_occupancy(g.cuda, f, 256, 0, &blocks, g.diags), RT_OK);
    assert_int_equal(blocks, 8);
    assert_int_equal(cuda_occupancy(g.cuda, f, 256, 100000, &blocks, g.diags), RT_OK);
    assert_int_equal(blocks, 2);
    CudaLaunch l = {.grid = {1, 1, 1}, .block = {512, 1, 1}}; /* more than its bounds */
    assert_int_equal(cuda_launch(g.cuda, g.stream, f, &l, g.diags), RT_FAILED);
    l.block[0] = 32;
    l.shared_bytes = 60000;
    assert_int_equal(cuda_launch(g.cuda, g.stream, f, &l, g.diags), RT_FAILED);
    assert_int_equal(cuda_function_allow(g.cuda, f, 60000, g.diags), RT_OK);
    assert_int_equal(cuda_function_allow(g.cuda, f, 300000, g.diags), RT_FAILED);
    assert_int_equal(cuda_function(g.cuda, g.module, "none", &f, g.diags), RT_FAILED);
    assert_int_equal(cuda_module_open(g.cuda, "garbage", &m, g.diags), RT_FAILED);
    assert_null(m);
    gpu_close(&g);
}

/* What GPUs have of shared memory for a block, as NVIDIA's tables tell. */
static void capabilities(void **state)
{
    (void)state;
    static const struct {
        const char *settings;
        int shared;
    } all[] = {{"capability=75", 64 << 10}, {"capability=80", 163 << 10},
               {"capability=86", 99 << 10}, {"capability=90", 227 << 10},
               {"capability=100", 227 << 10}, {"capability=120", 99 << 10}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        Gpu g = gpu_open(all[i].settings, SOURCE);
        CudaFunction *f = NULL;
        assert_int_equal(cuda_info(g.cuda)->block_shared_most, all[i].shared);
        assert_int_equal(cuda_function(g.cuda, g.module, "copy", &f, g.diags), RT_OK);
        assert_int_equal(cuda_function_allow(g.cuda, f, all[i].shared, g.diags), RT_OK);
        assert_int_equal(cuda_function_allow(g.cuda, f, all[i].shared + 1, g.diags),
                         RT_FAILED);
        gpu_close(&g);
    }
}

/* A call that could not be put together leaves nothing under way: its inputs may change. */
static void failed_call(void **state)
{
    (void)state;
    Gpu g = gpu_open("fail=copy-in:2", NULL);
    RtSpec input = {
        .role = RT_ROLE_INPUT, .dtype = DTYPE_i32, .rank = 1, .dims = {N}, .alias = -1};
    RtEntry e = {.name = "main", .arg_count = 2, .args = (RtSpec[]){input, input}};
    CudaLine line = {.gpu = g.cuda, .stream = g.stream};
    CudaFlight flight = {0};
    CudaCode code;
    Arena *arena = arena_open();
    int *p = pinned(&g), back[N];
    cuda_code_layout(&code, &e, arena);
    assert_int_equal(cuda_stream_open(g.cuda, &line.copies, g.diags), RT_OK);
    assert_int_equal(cuda_code_open(&code, g.cuda, g.diags), RT_OK);
    assert_int_equal(
        cuda_code_start(&code, &line, (void *[]){p, p}, &flight, g.diags), RT_FAILED);
    p[0] = 77;
    gpu_download(&g, back, code.turns[0].block, sizeof back);
    assert_int_equal(back[0], 0);
    cuda_code_close(&code, g.cuda);
    cuda_stream_close(g.cuda, line.copies);
    cuda_host_free(g.cuda, p);
    arena_close(arena);
    gpu_close(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order),          cmocka_unit_test(graph),
        cmocka_unit_test(freed_early),    cmocka_unit_test(capabilities),
        cmocka_unit_test(spoilt_capture), cmocka_unit_test(events),
        cmocka_unit_test(memory),         cmocka_unit_test(copies_out_of_bounds),
        cmocka_unit_test(kernels),        cmocka_unit_test(failed_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
