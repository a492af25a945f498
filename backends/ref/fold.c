/* Folding elements into accumulators by a region. A body of one commutative op is applied
 * to widened elements and rounded at the end; any other body runs for each element. */
#include "backends/ref/eval.h"

#include "ir/build.h"

#include <string.h>

/* The data of x in the type that the body takes. */
static const void *data_as(Ref *r, const RefTensor *x, Dtype wanted)
{
    int64_t n = ir_elements(x->type);
    if (x->type->elem == wanted)
        return x->data;
    void *converted = ref_scratch(r, n, dtype_bytes(wanted));
    ref_convert_elements(x->type->elem, x->data, wanted, converted, n);
    return converted;
}

RefFold ref_fold_open(Ref *r, const IrRegion *body, size_t count, RefTensor *const *acc,
                      const RefTensor *const *x)
{
    RefFold f = {.r = r, .body = body, .count = count};
    f.one = count == 1 ? ref_binary_of(ir_body_op(body)) : NULL;
    if (f.one) {
        f.only = acc[0];
        f.sum = ref_wide(r, acc[0]);
        f.x = ref_wide(r, x[0]);
        return f;
    }
    f.arg = ref_scratch(r, (int64_t)count * 2, sizeof *f.arg);
    f.pairs = ref_scratch(r, (int64_t)count, sizeof *f.pairs);
    for (size_t i = 0; i < count; i++) {
        Dtype type = body->block->args[count + i]->type->elem;
        f.pairs[i] = (RefPair){acc[i], data_as(r, x[i], type), type, 0};
    }
    return f;
}

/* All results are read before an accumulator changes: they may be each other's arguments.
 */
static bool fold_by_region(RefFold *f, int64_t o, int64_t i)
{
    for (size_t k = 0; k < f->count; k++) {
        RefPair *p = &f->pairs[k];
        size_t size = dtype_bytes(p->acc->type->elem);
        f->arg[k] = (char *)p->acc->data + o * (int64_t)size;
        f->arg[f->count + k] = (char *)p->x + i * (int64_t)dtype_bytes(p->type);
    }
    if (!ref_region_run(f->r, f->body, f->arg))
        return false;
    for (size_t k = 0; k < f->count; k++)
        memcpy(&f->pairs[k].result, ref_region_result(f->r, f->body, (uint32_t)k),
               dtype_bytes(f->pairs[k].acc->type->elem));
    for (size_t k = 0; k < f->count; k++)
        memcpy(f->arg[k], &f->pairs[k].result, dtype_bytes(f->pairs[k].acc->type->elem));
    return true;
}

bool ref_fold(RefFold *f, int64_t o, int64_t i)
{
    if (!f->one)
        return fold_by_region(f, o, i);
    f->sum[o] = ref_apply(f->one, f->only->type->elem, f->sum[o], f->x[i]);
    return true;
}

void ref_fold_close(RefFold *f)
{
    if (f->one)
        ref_narrow(f->only, f->sum);
}
