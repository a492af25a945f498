/* Boxes and their barriers, as the emulator has them: a product is right, each mistake
 * is found. */
#include "tests/cuda/gpu.h"

#include "support/dtype.h"

#include <string.h>

enum { SIDE = 64, TILES = 5, LINE = SIDE * TILES - 24, BYTES = 2 * 16384 + 32 };

/* Numbers that bf16 holds exactly, and so do their sums. */
static float number(int row, int k)
{
    return k < LINE ? (float)((row * 5 + k * 7) % 13 - 6) / 4 : 0;
}

static CudaTensorMap map_of(Gpu *g, int first)
{
    uint16_t x[SIDE * LINE];
    CudaTensorMap map;
    for (int i = 0; i < SIDE * LINE; i++)
        x[i] = dtype_bf16_from_f64(number(first + i / LINE, i % LINE));
    CudaBoxes boxes = {.at = gpu_upload(g, x, sizeof x),
                       .bf16 = true,
                       .lines = SIDE,
                       .line = LINE,
                       .box_lines = SIDE,
                       .box_line = SIDE};
    assert_int_equal(cuda_stream_wait(g->cuda, g->stream, g->diags), RT_OK);
    assert_int_equal(cuda_boxes_encode(g->cuda, &boxes, &map, g->diags), RT_OK);
    return map;
}

static RtStatus run(Gpu *g, int mistake, float *y)
{
    CudaTensorMap a = map_of(g, 0), b = map_of(g, 3);
    CudaAddress out = gpu_alloc(g, SIDE * SIDE * sizeof *y);
    CudaFunction *f = NULL;
    int tiles = TILES;
    CudaLaunch l = {.grid = {1, 1, 1},
                    .block = {160, 1, 1},
                    .shared_bytes = BYTES,
                    .arguments = (void *[]){&out, &tiles, &mistake, &a, &b}};
    assert_int_equal(cuda_function(g->cuda, g->module, "product", &f, g->diags), RT_OK);
    assert_int_equal(cuda_launch(g->cuda, g->stream, f, &l, g->diags), RT_OK);
    RtStatus st = cuda_stream_wait(g->cuda, g->stream, g->diags);
    if (!st)
        gpu_download(g, y, out, SIDE * SIDE * sizeof *y);
    return st;
}

static const char *const orders[] = {"order=ascending", "order=descending",
                                     "order=random,seed=1", "order=random,seed=2"};
enum { ORDERS = sizeof orders / sizeof *orders };

static void product(void **state)
{
    (void)state;
    for (int i = 0; i < ORDERS; i++) {
        Gpu g = gpu_open(orders[i], "tests/cuda/Inputs/bulk.cu");
        float y[SIDE * SIDE];
        if (run(&g, 0, y))
            fail_msg("%s: %s", orders[i], gpu_error(&g));
        for (int j = 0; j < SIDE * SIDE; j++) {
            float sum = 0;
            for (int k = 0; k < LINE; k++)
                sum += number(j / SIDE, k) * number(3 + j % SIDE, k);
            assert_true(y[j] == sum);
        }
        gpu_close(&g);
    }
}

/* By number; what is said of it depends on the order. */
static const struct {
    const char *name, *messages[3];
} mistakes[] = {
    {"no fence behind the barriers", {"without a fence"}},
    {"too few bytes", {"has ended without them", "race: wgmma reads"}},
    {"too many bytes", {"and 16 bytes are missing"}},
    {"no wait for a box", {"that the block has not written", "race: wgmma reads"}},
    {"the wrong parity", {"that the block has not written", "race: wgmma reads"}},
    {"no wait for an empty stage",
     {"more arrive at a barrier", "deadlock: ", "race: a box goes"}},
    {"a stage released while it is read", {"does not know that they are done"}},
    {"a stage not released",
     {"deadlock: phase 1 of barrier 0 does not end: 1 of 1 arrivals"}},
    {"a box between atoms", {"misaligned: a box"}},
    {"two arrivals of a warp", {"deadlock: "}},
    {"barriers not seen by all",
     {"without a barrier of the block behind", "there is no barrier"}},
    {"no barriers", {"there is no barrier at"}},
    {"a write to what came in a box", {"race: ", "has changed"}},
};

static bool is_found(const Gpu *g, size_t mistake)
{
    bool found = false;
    for (int i = 0; i < 3 && mistakes[mistake].messages[i]; i++)
        found |= strstr(gpu_error(g), mistakes[mistake].messages[i]) != NULL;
    return found;
}

static void each_mistake(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        for (int order = 0; order < ORDERS; order++) {
            Gpu g = gpu_open(orders[order], "tests/cuda/Inputs/bulk.cu");
            float y[SIDE * SIDE];
            if (run(&g, (int)i + 1, y) != RT_FAILED || !is_found(&g, i))
                fail_msg("%s, %s: %s", mistakes[i].name, orders[order], gpu_error(&g));
            gpu_close(&g);
        }
}

/* What cuTensorMapEncodeTiled refuses. */
static void wrong_maps(void **state)
{
    (void)state;
    Gpu g = gpu_open(NULL, NULL);
    CudaAddress at = gpu_alloc(&g, 4096);
    const CudaBoxes right = {
        .at = at, .lines = 8, .line = 64, .box_lines = 8, .box_line = 64};
    CudaBoxes wrong[] = {right, right, right, right, right};
    CudaTensorMap map;
    wrong[0].at += 8;        /* not a multiple of 16 */
    wrong[1].line = 60;      /* nor lines */
    wrong[2].box_line = 128; /* longer than a swizzle */
    wrong[3].box_lines = 257;
    wrong[4].lines = 0;
    assert_int_equal(cuda_boxes_encode(g.cuda, &right, &map, g.diags), RT_OK);
    for (int i = 0; i < 5; i++)
        assert_int_equal(cuda_boxes_encode(g.cuda, &wrong[i], &map, g.diags), RT_FAILED);
    assert_non_null(strstr(gpu_error(&g), "tensor map of a matrix"));
    gpu_close(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(product),
        cmocka_unit_test(each_mistake),
        cmocka_unit_test(wrong_maps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
