// Copies that go on beside the threads, and tensor cores: functions around the assembly,
// and kernels that use them. Needs sm_80.

#ifndef async_copy4
static __device__ __forceinline__ unsigned shared_address(const void *p)
{
    unsigned at;
    asm("{ .reg .u64 a; cvta.to.shared.u64 a, %1; cvt.u32.u64 %0, a; }"
        : "=r"(at)
        : "l"(p));
    return at;
}

static __device__ __forceinline__ void async_copy4(void *to, const void *from)
{
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(shared_address(to)),
                 "l"(from)
                 : "memory");
}

static __device__ __forceinline__ void async_copy16(void *to, const void *from)
{
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared_address(to)),
                 "l"(from)
                 : "memory");
}

static __device__ __forceinline__ void async_commit()
{
    asm volatile("cp.async.commit_group;" ::: "memory");
}

#define async_wait(left) asm volatile("cp.async.wait_group %0;" ::"n"(left) : "memory")

static __device__ __forceinline__ void mma_tf32(float *d, const unsigned *a,
                                                const unsigned *b)
{
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, "
                 "{%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

static __device__ __forceinline__ void mma_bf16(float *d, const unsigned *a,
                                                const unsigned *b)
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, "
                 "{%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

static __device__ __forceinline__ void mma_f16(float *d, const unsigned *a,
                                               const unsigned *b)
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, "
                 "{%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

static __device__ __forceinline__ void load_matrix4(unsigned *r, const void *row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared_address(row))
                 : "memory");
}
#endif

// y[16,8] = a[16,n] b[n,8], f32 rounded to tf32: one warp.
extern "C" __global__ void product_tf32(const float *a, const float *b, float *y, int n)
{
    int row = threadIdx.x / 4, column = threadIdx.x % 4;
    float d[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    for (int k = 0; k < n; k += 8) {
        unsigned x[4], w[2];
        for (int i = 0; i < 4; i++)
            x[i] = __float_as_uint(a[(row + i % 2 * 8) * n + k + column + i / 2 * 4]);
        for (int i = 0; i < 2; i++)
            w[i] = __float_as_uint(b[(k + column + i * 4) * 8 + row]);
        mma_tf32(d, x, w);
    }
    for (int i = 0; i < 4; i++)
        y[(row + i / 2 * 8) * 8 + column * 2 + i % 2] = d[i];
}

// The same of 16-bit elements, k = 16: `a` by rows through shared memory, `b` by columns.
extern "C" __global__ void product_16(const unsigned short *a, const unsigned short *b,
                                      float *y, int half)
{
    __shared__ __align__(16) unsigned short tile[16][16];
    int row = threadIdx.x / 4, column = threadIdx.x % 4, lane = threadIdx.x;
    async_copy16(&tile[lane / 2][lane % 2 * 8], a + 8 * lane);
    async_commit();
    async_wait(0);
    __syncwarp();
    unsigned x[4], w[2];
    load_matrix4(x, &tile[lane % 16][lane / 16 * 8]);
    for (int i = 0; i < 2; i++)
        w[i] = *(const unsigned *)(b + row * 16 + i * 8 + column * 2);
    float d[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    if (half)
        mma_f16(d, x, w);
    else
        mma_bf16(d, x, w);
    for (int i = 0; i < 4; i++)
        y[(row + i / 2 * 8) * 8 + column * 2 + i % 2] = d[i];
}

// Two buffers: the next part is on its way while one is summed.
extern "C" __global__ void sum_parts(const float *x, float *y, int parts)
{
    __shared__ float part[2][64];
    float sum = 0.0f;
    async_copy4(&part[0][threadIdx.x], x + threadIdx.x);
    async_commit();
    for (int p = 0; p < parts; p++) {
        if (p + 1 < parts)
            async_copy4(&part[(p + 1) % 2][threadIdx.x], x + (p + 1) * 64 + threadIdx.x);
        async_commit();
        async_wait(1);
        __syncthreads();
        sum += part[p % 2][63 - threadIdx.x];
        __syncthreads();
    }
    y[threadIdx.x] = sum;
}

// A mistake: it does not wait for the copy.
extern "C" __global__ void too_early(const float *x, float *y)
{
    __shared__ float part[64];
    async_copy4(&part[threadIdx.x], x + threadIdx.x);
    async_commit();
    __syncthreads();
    y[threadIdx.x] = part[63 - threadIdx.x];
}

// A mistake: the copy may be there before the others have read what was.
extern "C" __global__ void too_late(const float *x, float *y)
{
    __shared__ float part[64];
    part[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    y[threadIdx.x] = part[63 - threadIdx.x];
    async_copy4(&part[threadIdx.x], x + 64 + threadIdx.x);
    async_commit();
    __syncthreads();
    async_wait(0);
}

// A mistake: what is read may be old or new.
extern "C" __global__ void meanwhile(const float *x, float *y)
{
    __shared__ float part[64];
    part[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    async_copy4(&part[63 - threadIdx.x], x + 64 + threadIdx.x);
    async_commit();
    __syncthreads();
    y[threadIdx.x] = part[threadIdx.x];
    __syncthreads();
    async_wait(0);
}

// A mistake: these copies go to shared memory only.
extern "C" __global__ void not_shared(const float *x, float *y)
{
    async_copy4(y + threadIdx.x, x + threadIdx.x);
    async_commit();
    async_wait(0);
}
