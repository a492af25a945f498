// Kernels with a mistake each, which the emulator must find: wrong.c names the lines.

extern "C" __global__ void past_end(const float *__restrict__ x, float *y, int n)
{
    y[threadIdx.x] = x[threadIdx.x + 1];
}

extern "C" __global__ void past_shared(float *y)
{
    __shared__ float tile[32], other[32];
    tile[threadIdx.x + 1] = threadIdx.x;
    other[threadIdx.x] = 0.0f;
    __syncthreads();
    y[threadIdx.x] = tile[threadIdx.x] + other[threadIdx.x];
}

extern "C" __global__ void race(const float *__restrict__ x, float *y)
{
    __shared__ float tile[64];
    tile[threadIdx.x] = x[threadIdx.x];
    y[threadIdx.x] = tile[threadIdx.x / 2];
}

extern "C" __global__ void race_in_warp(const float *__restrict__ x, float *y)
{
    __shared__ float tile[32];
    tile[threadIdx.x] = x[threadIdx.x];
    y[threadIdx.x] = tile[threadIdx.x / 2];
}

extern "C" __global__ void overwritten(const float *__restrict__ x, float *y)
{
    __shared__ float tile[64];
    tile[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    float sum = tile[(threadIdx.x + 1) % 64];
    tile[threadIdx.x] = sum;
    __syncthreads();
    y[threadIdx.x] = tile[threadIdx.x];
}

extern "C" __global__ void race_of_blocks(float *y)
{
    y[threadIdx.x] = blockIdx.x;
}

extern "C" __global__ void race_of_halves(unsigned short *y)
{
    y[threadIdx.x / 2] = threadIdx.x;
}

extern "C" __global__ void unwritten(float *y)
{
    __shared__ float tile[64];
    if (threadIdx.x < 63)
        tile[threadIdx.x] = 1.0f;
    __syncthreads();
    y[threadIdx.x] = tile[threadIdx.x];
}

extern "C" __global__ void divergent(float *y)
{
    if (threadIdx.x < 32)
        __syncthreads();
    y[threadIdx.x] = 0.0f;
}

extern "C" __global__ void two_barriers(float *y)
{
    if (threadIdx.x < 32)
        __syncthreads();
    else
        __syncthreads();
    y[threadIdx.x] = 0.0f;
}

extern "C" __global__ void absent_lane(float *y)
{
    float x = threadIdx.x;
    if (threadIdx.x < 16)
        x = __shfl_xor_sync(0xffff, x, 16);
    y[threadIdx.x] = x;
}

extern "C" __global__ void lane_at_barrier(float *y)
{
    float x = threadIdx.x;
    if (threadIdx.x < 16)
        x = __shfl_xor_sync(0xffffffff, x, 1);
    __syncthreads();
    y[threadIdx.x] = x;
}

extern "C" __global__ void misaligned(float *y)
{
    ((float4 *)(y + 1))[threadIdx.x].x = 0.0f;
}

struct Eight {
    float lane[8];
};

extern "C" __global__ void past_copy(const float *x, float *y)
{
    struct Eight mine;
    memcpy(&mine, x + 8 * threadIdx.x, sizeof mine);
    memcpy(y + 8 * threadIdx.x, &mine, sizeof mine);
}

extern "C" __global__ void past_struct(const struct Eight *x, struct Eight *y)
{
    y[threadIdx.x] = x[threadIdx.x];
}

extern "C" __global__ void host_memory(float *y)
{
    float mine[4] = {1.0f, 2.0f, 3.0f, 4.0f};
    y[threadIdx.x] = *(float *)0x1000 + mine[threadIdx.x % 4];
}

#ifndef add_in_order
static __device__ __forceinline__ unsigned add_in_order(unsigned *p, unsigned n)
{
    unsigned old;
    asm volatile("atom.acq_rel.gpu.add.u32 %0, [%1], %2;"
                 : "=r"(old) : "l"(p), "r"(n) : "memory");
    return old;
}
#endif

// Parts that blocks leave for the last one, and what they count up: a block that did not count
// itself, and threads that did not meet the one that counts, before and behind.
extern "C" __global__ void not_the_last(float *y)
{
    if (threadIdx.x)
        return;
    y[blockIdx.x] = 1.0f;
    add_in_order((unsigned *)y + 63, 1);
    y[2 + blockIdx.x] = y[1 - blockIdx.x];
}

extern "C" __global__ void unmet_before(float *y)
{
    if (threadIdx.x == 40)
        y[blockIdx.x] = 1.0f;
    if (threadIdx.x == 0) {
        add_in_order((unsigned *)y + 63, 1);
        if (blockIdx.x == 1)
            y[2] = y[0];
    }
}

extern "C" __global__ void unmet_behind(float *y)
{
    if (threadIdx.x == 0) {
        y[blockIdx.x] = 1.0f;
        add_in_order((unsigned *)y + 63, 1);
        if (blockIdx.x == 1)
            y[2] = y[0];
    }
    if (threadIdx.x == 40 && blockIdx.x == 1)
        y[3] = y[0];
}
