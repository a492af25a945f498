// Kernels as the backend prints them, by hand: what a GPU has, each at least once.

extern "C" __global__ void copy(const float *__restrict__ x, float *y, int n)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        y[i] = x[i];
}

extern "C" __global__ void __launch_bounds__(256)
copy4(const float4 *__restrict__ x, float4 *y, int n)
{
    int threads = gridDim.x * blockDim.x;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += threads)
        y[i] = x[i];
}

// Sums of rows: one block per row, lanes by shuffles, warps through shared memory.
extern "C" __global__ void __launch_bounds__(256) sum_rows(const float *__restrict__ x,
                                                           float *sums, int n)
{
    __shared__ float parts[8];
    float sum = 0;
    for (int i = threadIdx.x; i < n; i += blockDim.x)
        sum = __fadd_rn(sum, x[blockIdx.x * n + i]);
#pragma unroll
    for (int d = 16; d; d /= 2)
        sum += __shfl_xor_sync(0xffffffff, sum, d);
    if (threadIdx.x % 32 == 0)
        parts[threadIdx.x / 32] = sum;
    __syncthreads();
    if (threadIdx.x < 32) {
        sum = threadIdx.x < blockDim.x / 32 ? parts[threadIdx.x] : 0.0f;
        for (int d = 4; d; d /= 2)
            sum += __shfl_down_sync(0xffffffff, sum, d);
        if (threadIdx.x == 0)
            sums[blockIdx.x] = sum;
    }
}

extern "C" __global__ void transpose(const float *__restrict__ x, float *y, int rows,
                                     int columns)
{
    __shared__ float tile[32][33];
    int i = blockIdx.y * 32 + threadIdx.y, j = blockIdx.x * 32 + threadIdx.x;
    for (int k = 0; k < 32; k += 8)
        if (i + k < rows && j < columns)
            tile[threadIdx.y + k][threadIdx.x] = x[(i + k) * columns + j];
    __syncthreads();
    i = blockIdx.x * 32 + threadIdx.y;
    j = blockIdx.y * 32 + threadIdx.x;
    for (int k = 0; k < 32; k += 8)
        if (i + k < columns && j < rows)
            y[(i + k) * rows + j] = tile[threadIdx.x][threadIdx.y + k];
}

// The inclusive prefix sum of each warp, then of the block, in dynamic shared memory.
extern "C" __global__ void scan(const int *__restrict__ x, int *y)
{
    extern __shared__ int sums[];
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    int i = blockIdx.x * blockDim.x + threadIdx.x, sum = x[i];
    for (int d = 1; d < 32; d *= 2) {
        int other = __shfl_up_sync(0xffffffff, sum, d);
        if (lane >= d)
            sum += other;
    }
    if (lane == 31)
        sums[warp] = sum;
    __syncthreads();
    for (int w = 0; w < warp; w++)
        sum += sums[w];
    y[i] = sum;
}

// Lanes hand values on through shared memory, in their warp only; bytes; votes.
extern "C" __global__ void warps(const unsigned char *__restrict__ x, unsigned char *y,
                                 unsigned *votes)
{
    __shared__ unsigned char line[64];
    int lane = threadIdx.x % 32, base = threadIdx.x - lane;
    line[threadIdx.x] = x[threadIdx.x];
    __syncwarp();
    y[threadIdx.x] = line[base + (lane + 1) % 32];
    unsigned odd = __ballot_sync(0xffffffff, x[threadIdx.x] & 1);
    if (lane == 0)
        votes[threadIdx.x / 32] = odd;
    if (threadIdx.x < 16)       // some lanes of a warp
        y[threadIdx.x] += (unsigned char)(0 * __shfl_sync(0xffff, odd, 3, 16));
}

// One row of a softmax, and functions that are no operators.
static __device__ float largest(float a, float b)
{
    return fmaxf(a, b);
}

extern "C" __global__ void softmax(const float *__restrict__ x, float *y, int n)
{
    float most = __int_as_float(0xff800000), sum = 0;
    for (int i = threadIdx.x; i < n; i += 32)
        most = largest(most, x[blockIdx.x * n + i]);
    for (int d = 16; d; d /= 2)
        most = largest(most, __shfl_xor_sync(0xffffffff, most, d));
    for (int i = threadIdx.x; i < n; i += 32)
        sum += expf(x[blockIdx.x * n + i] - most);
    for (int d = 16; d; d /= 2)
        sum += __shfl_xor_sync(0xffffffff, sum, d);
    for (int i = threadIdx.x; i < n; i += 32)
        y[blockIdx.x * n + i] = __fdiv_rn(expf(x[blockIdx.x * n + i] - most), sum);
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

// A sum of all in one launch: the last block adds what the others left, in order.
extern "C" __global__ void sum_all(const float *__restrict__ x, float *y, float *parts,
                                   unsigned *counter, int n)
{
    __shared__ unsigned before;
    float sum = 0;
    if (threadIdx.x == 40 % blockDim.x) {
        for (int i = blockIdx.x; i < n; i += gridDim.x)
            sum += x[i];
        parts[blockIdx.x] = sum;
    }
    __syncthreads();
    if (threadIdx.x == 0)
        before = add_in_order(counter, 1);
    __syncthreads();
    if (before != gridDim.x - 1)
        return;
    if (threadIdx.x == 0)
        *counter = 0;
    if (threadIdx.x == blockDim.x - 1) {
        sum = 0;
        for (int i = 0; i < gridDim.x; i++)
            sum += parts[i];
        *y = sum;
    }
}
