/* rng_bit_generator: Threefry 2x32 with 20 rounds, counters laid out as XLA does.
 * Source: Salmon, Moraes, Dror, Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (SC
 * 2011). */
#include "backends/ref/eval.h"

#include "ir/build.h"

#include <string.h>

typedef struct Pair {
    uint32_t lo, hi;
} Pair;

static Pair split(uint64_t v) { return (Pair){(uint32_t)v, (uint32_t)(v >> 32)}; }

static uint32_t rotate(uint32_t v, unsigned by) { return v << by | v >> (32 - by); }

static Pair threefry(Pair key, Pair x)
{
    static const unsigned char rotation[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    uint32_t schedule[3] = {key.lo, key.hi, key.lo ^ key.hi ^ 0x1BD11BDA};
    x.lo += schedule[0];
    x.hi += schedule[1];
    for (unsigned group = 0; group < 5; group++) {
        for (unsigned i = 0; i < 4; i++) {
            x.lo += x.hi;
            x.hi = rotate(x.hi, rotation[group % 2][i]) ^ x.lo;
        }
        x.lo += schedule[(group + 1) % 3];
        x.hi += schedule[(group + 2) % 3] + group + 1;
    }
    return x;
}

/* One block of bits per element: its counter is the first counter plus its index. */
static void fill_64(uint64_t key, uint64_t counter, int64_t n, RefWide *out)
{
    for (int64_t i = 0; i < n; i++) {
        Pair bits = threefry(split(key), split(counter + (uint64_t)i));
        out[i].i = (int64_t)((uint64_t)bits.hi << 32 | bits.lo);
    }
}

/* Elements 2i and 2i+1 of the shared dimension have the halves of one block, whose
 * counter counts the positions of the shape with that dimension halved (rounded up).
 * Narrower types take the low bits. */
static void fill_32(uint64_t key, uint64_t counter, IrType t, RefWide *out)
{
    int shared = ir_rng_shared_dimension(t);
    int64_t n = ir_elements(t), inner = 1, size = t->rank ? t->dims[shared] : 1;
    int64_t half = (size + 1) / 2;
    for (int d = shared + 1; d < t->rank; d++)
        inner *= t->dims[d];
    for (int64_t i = 0; i < n; i++) {
        int64_t along = i / inner % size, outer = i / inner / size;
        int64_t block = (outer * half + along / 2) * inner + i % inner;
        Pair bits = threefry(split(key), split(counter + (uint64_t)block));
        out[i].i = along % 2 ? bits.hi : bits.lo;
    }
}

bool ref_rng_bit_generator(Ref *r, const IrOp *op)
{
    const RefTensor *state = ref_in(r, op, 0);
    RefTensor *next = ref_out(r, op, 0), *bits = ref_out(r, op, 1);
    Dtype t = bits->type->elem;
    int64_t n = ir_elements(bits->type);
    uint64_t key[2];
    const char *algorithm = ir_op_string(op, "rng_algorithm");
    if ((strcmp(algorithm, "THREE_FRY") && strcmp(algorithm, "DEFAULT")) ||
        ir_bytes(state->type) != sizeof key || !dtype_is_int(t))
        return ref_fail(r, op,
                        "unsupported: random bits other than integers by THREE_FRY from "
                        "a state of 16 bytes");
    memcpy(key, state->data, sizeof key);
    RefWide *out = ref_wide_new(r, n);
    if (dtype_bits(t) == 64)
        fill_64(key[0], key[1], n, out);
    else
        fill_32(key[0], key[1], bits->type, out);
    key[1] += (uint64_t)ir_rng_blocks(bits->type);
    ref_narrow(bits, out);
    memcpy(next->data, key, sizeof key);
    return true;
}
