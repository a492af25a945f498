// A product of matrices that come in boxes, right (mistake 0) or with one mistake: bulk.c says which. The
// functions are those of backends/cuda/bulk.c, as the emulator has them.
//
//     out[64][64] = sum over tiles of a[64][64 k] * b[64][64 k];  threads 0 to 127 multiply, 128 sends

struct __align__(128) TensorMap { unsigned long long words[16]; };

enum {
    STAGES = 2, STAGE = 16384,
    NO_FENCE = 1, FEW_BYTES, MANY_BYTES, NO_WAIT, WRONG_PARITY, NO_EMPTY, EARLY_RELEASE, NO_RELEASE,
    BETWEEN_ATOMS, TWO_ARRIVALS, NO_BARRIER, NO_INIT, CHANGED
};

extern "C" __global__ void __launch_bounds__(160, 1) product(float *out, int tiles, int mistake,
                                                             const __grid_constant__ TensorMap a,
                                                             const __grid_constant__ TensorMap b)
{
    extern __shared__ __align__(1024) unsigned char stages[];
    unsigned long long *full = (unsigned long long *)(stages + STAGES * STAGE), *empty = full + STAGES;
    const int t = threadIdx.x, lane = t % 32;
    if (t == 0 && mistake != NO_INIT) {
        for (int i = 0; i < STAGES; i++) {
            barrier_init(full + i, 1);
            barrier_init(empty + i, 4);
        }
        if (mistake != NO_FENCE)
            barrier_fence();
    }
    if (mistake != NO_BARRIER)
        __syncthreads();
    if (t == 128) {
        for (int i = 0; i < tiles; i++) {
            const int stage = i % STAGES, odd = i / STAGES % 2;
            unsigned char *to = stages + stage * STAGE + (mistake == BETWEEN_ATOMS ? 512 : 0);
            if (mistake != NO_EMPTY)
                barrier_wait(empty + stage, !odd);
            barrier_expect(full + stage, mistake == FEW_BYTES    ? STAGE / 2
                                         : mistake == MANY_BYTES ? STAGE + 16
                                                                 : STAGE);
            bulk_copy(to, &a, full + stage, 64 * i, 0);
            bulk_copy(to + STAGE / 2, &b, full + stage, 64 * i, 0);
        }
    } else if (t < 128) {
        float sums[32] = {0};
        for (int i = 0; i < tiles; i++) {
            const int stage = i % STAGES, odd = i / STAGES % 2, before = (stage + STAGES - 1) % STAGES;
            const bool release = i > 0 && (lane == 0 || (mistake == TWO_ARRIVALS && lane == 1));
            if (mistake != NO_WAIT)
                barrier_wait(full + stage, mistake == WRONG_PARITY ? !odd : odd);
            if (mistake == CHANGED && t == 0 && i == 1)
                stages[0] = 1;
            unsigned long long x = matrix_descriptor(stages + stage * STAGE, 16, 1024);
            unsigned long long y = matrix_descriptor(stages + stage * STAGE + STAGE / 2, 16, 1024);
            wgmma_fence();
            for (int k = 0; k < 4; k++)
                wgmma(bf16, 64, 0, 0, sums, x + 2 * k, y + 2 * k);
            wgmma_commit();
            if (release && mistake == EARLY_RELEASE)
                barrier_arrive(empty + before);
            wgmma_wait(1);
            if (release && mistake != EARLY_RELEASE && mistake != NO_RELEASE)
                barrier_arrive(empty + before);
        }
        wgmma_wait(0);
        for (int i = 0; i < 32; i++)
            out[(t / 32 * 16 + lane / 4 + i / 2 % 2 * 8) * 64 + i / 4 * 8 + lane % 4 * 2 + i % 2] = sums[i];
    }
}
