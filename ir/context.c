/* Contexts: the tables of names, types and places. Attributes are in attr.c. */
#include "ir/intern.h"

#include <assert.h>
#include <string.h>

static uint64_t hash_bytes(const unsigned char *p, size_t n)    /* FNV-1a, eight bytes at a time */
{
    uint64_t h = 0xcbf29ce484222325u ^ n;
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t w;
        memcpy(&w, p, 8);
        h = (h ^ w) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    for (; n; p++, n--)
        h = (h ^ *p) * 0x100000001b3u;
    return h ^ h >> 32;
}

static void grow_table(InternTable *t, Arena *a)
{
    size_t count = t->bucket_count ? t->bucket_count * 2 : 256;
    InternEntry **buckets = ARENA_ARRAY(a, InternEntry *, count);
    for (size_t i = 0; i < t->bucket_count; i++)
        for (InternEntry *e = t->buckets[i], *next; e; e = next) {
            next = e->next;
            e->next = buckets[e->hash & (count - 1)];
            buckets[e->hash & (count - 1)] = e;
        }
    t->buckets = buckets;
    t->bucket_count = count;
}

InternEntry *intern_find(InternTable *t, Arena *a, const void *key, size_t length)
{
    uint64_t hash = hash_bytes(key, length);
    if (t->count >= t->bucket_count)
        grow_table(t, a);
    InternEntry **bucket = &t->buckets[hash & (t->bucket_count - 1)];
    for (InternEntry *e = *bucket; e; e = e->next)
        if (e->hash == hash && e->length == length && !memcmp(e->key, key, length))
            return e;
    InternEntry *e = ARENA_NEW(a, InternEntry);
    *e = (InternEntry){*bucket, hash, length, (unsigned char *)arena_strndup(a, key, length), NULL};
    *bucket = e;
    t->count++;
    return e;
}

const void *intern_record(IrContext *c, InternTable *t, void *record, size_t size,
                          const InternArray *arrays, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const void *contents;
        memcpy(&contents, arrays[i].pointer, sizeof contents);
        text_add_bytes(&c->key, contents, arrays[i].bytes);
    }
    InternEntry *e = intern_find(t, c->arena, c->key.bytes, c->key.length);
    if (e->record)
        return e->record;
    for (size_t i = 0; i < count; i++) {
        const void *contents;
        memcpy(&contents, arrays[i].pointer, sizeof contents);
        contents = arena_copy(c->arena, contents, arrays[i].bytes);
        memcpy(arrays[i].pointer, &contents, sizeof contents);
    }
    return e->record = arena_copy(c->arena, record, size);
}

IrContext *ir_context_open(void)
{
    Arena *a = arena_open();
    IrContext *c = ARENA_NEW(a, IrContext);
    c->arena = a;
    return c;
}

void ir_context_close(IrContext *c)
{
    if (!c)
        return;
    text_free(&c->key);
    arena_close(c->arena);
}

Arena *ir_context_arena(IrContext *c)
{
    return c->arena;
}

/* -------------------------------------------------------------------------------------- names */

IrName ir_name_n(IrContext *c, const char *s, size_t length)
{
    InternEntry *e = intern_find(&c->names, c->arena, s, length);
    e->record = e->key;
    return e->record;
}

IrName ir_name(IrContext *c, const char *s)
{
    return ir_name_n(c, s, strlen(s));
}

IrName ir_namef(IrContext *c, const char *format, ...)
{
    Text t = {0};
    va_list args;
    va_start(args, format);
    text_vprintf(&t, format, args);
    va_end(args);
    IrName name = ir_name_n(c, t.bytes, t.length);
    text_free(&t);
    return name;
}

/* -------------------------------------------------------------------------------------- types */

static IrType intern_type(IrContext *c, struct IrTypeRec t)
{
    const InternArray arrays[] = {
        INTERN_ARRAY(t.dims, (size_t)t.rank),
        INTERN_ARRAY(t.inputs, t.input_count),
        INTERN_ARRAY(t.results, t.result_count),
    };
    KEY_BEGIN(c);
    KEY_ADD(c, t.kind);
    KEY_ADD(c, t.elem);
    KEY_ADD(c, t.of_index);
    KEY_ADD(c, t.rank);
    KEY_ADD(c, t.shared);
    KEY_ADD(c, t.input_count);
    return intern_record(c, &c->types, &t, sizeof t, arrays, 3);
}

IrType ir_scalar(IrContext *c, Dtype elem)
{
    return intern_type(c, (struct IrTypeRec){.kind = IR_SCALAR, .elem = elem});
}

IrType ir_index(IrContext *c)
{
    return intern_type(c, (struct IrTypeRec){.kind = IR_INDEX, .elem = DTYPE_i64});
}

IrType ir_token(IrContext *c)
{
    return intern_type(c, (struct IrTypeRec){.kind = IR_TOKEN});
}

static IrType shaped(IrContext *c, IrTypeKind kind, Dtype elem, int rank, const int64_t *dims)
{
    assert(ir_dims_ok(elem, rank, dims));
    return intern_type(c, (struct IrTypeRec){.kind = kind, .elem = elem, .rank = rank, .dims = dims});
}

IrType ir_tensor(IrContext *c, Dtype elem, int rank, const int64_t *dims)
{
    return shaped(c, IR_TENSOR, elem, rank, dims);
}

IrType ir_memref(IrContext *c, Dtype elem, int rank, const int64_t *dims)
{
    return shaped(c, IR_MEMREF, elem, rank, dims);
}

IrType ir_shared_memref(IrContext *c, Dtype elem, int rank, const int64_t *dims)
{
    struct IrTypeRec r = *ir_memref(c, elem, rank, dims);
    r.shared = true;
    return intern_type(c, r);
}

IrType ir_vector(IrContext *c, Dtype elem, int64_t lanes)
{
    return shaped(c, IR_VECTOR, elem, 1, &lanes);
}

IrType ir_index_vector(IrContext *c, int64_t lanes)
{
    return intern_type(c, (struct IrTypeRec){
        .kind = IR_VECTOR, .elem = DTYPE_i64, .of_index = true, .rank = 1, .dims = &lanes});
}

IrType ir_fragment(IrContext *c, Dtype elem, int64_t rows, int64_t columns)
{
    return shaped(c, IR_VECTOR, elem, 2, (int64_t[]){rows, columns});
}

IrType ir_descriptor(IrContext *c, Dtype elem, int64_t rows, int64_t columns)
{
    return shaped(c, IR_DESCRIPTOR, elem, 2, (int64_t[]){rows, columns});
}

IrType ir_accumulator(IrContext *c, int64_t rows, int64_t columns)
{
    return shaped(c, IR_ACCUMULATOR, DTYPE_f32, 2, (int64_t[]){rows, columns});
}

IrType ir_unranked(IrContext *c, Dtype elem)
{
    return intern_type(c, (struct IrTypeRec){.kind = IR_UNRANKED, .elem = elem});
}

IrType ir_tensor_map(IrContext *c, Dtype elem, int64_t rows, int64_t columns)
{
    return shaped(c, IR_TENSOR_MAP, elem, 2, (int64_t[]){rows, columns});
}

IrType ir_barriers(IrContext *c, int64_t count)
{
    return shaped(c, IR_BARRIERS, DTYPE_i64, 1, &count);
}

IrType ir_function(IrContext *c, size_t inputs, const IrType *in, size_t results, const IrType *out)
{
    return intern_type(c, (struct IrTypeRec){
        .kind = IR_FUNCTION, .input_count = inputs, .inputs = in, .result_count = results,
        .results = out});
}

IrType ir_with_elem(IrContext *c, IrType t, Dtype elem)
{
    struct IrTypeRec r = *t;
    if (t->kind == IR_INDEX)
        r.kind = IR_SCALAR;
    r.elem = elem;
    r.of_index = false;
    return intern_type(c, r);
}

IrType ir_with_dims(IrContext *c, IrType t, int rank, const int64_t *dims)
{
    struct IrTypeRec r = *t;
    r.rank = rank;
    r.dims = dims;
    return intern_type(c, r);
}

int64_t ir_elements(IrType t)
{
    int64_t n = 1;
    for (int i = 0; i < t->rank; i++)
        n *= t->dims[i];
    return n;
}

int64_t ir_bytes(IrType t)
{
    return ir_elements(t) * (int64_t)dtype_bytes(t->elem);
}

bool ir_dims_ok(Dtype elem, int rank, const int64_t *dims)
{
    const int64_t most = INT64_C(1) << 47;      /* what a process can address */
    int64_t n = (int64_t)dtype_bytes(elem);
    if (rank < 0 || rank > IR_MAX_RANK)
        return false;
    for (int i = 0; i < rank; i++)
        if (dims[i] < 0 || __builtin_mul_overflow(n, dims[i] ? dims[i] : 1, &n) || n > most)
            return false;
    return true;
}

static void print_types(Text *to, size_t count, const IrType *types)
{
    for (size_t i = 0; i < count; i++) {
        text_add(to, i ? ", " : "");
        ir_type_print(to, types[i]);
    }
}

static void print_function(Text *to, IrType t)
{
    text_add(to, "(");
    print_types(to, t->input_count, t->inputs);
    bool bare = t->result_count == 1 && t->results[0]->kind != IR_FUNCTION;
    text_add(to, bare ? ") -> " : ") -> (");
    print_types(to, t->result_count, t->results);
    text_add(to, bare ? "" : ")");
}

/* !nvgpu.warpgroup.descriptor<tensor = memref<64x256xbf16, #gpu.address_space<workgroup>>>,
 * !nvgpu.warpgroup.accumulator<fragmented = vector<64x256xf32>> */
static void print_warpgroup(Text *to, IrType t)
{
    bool sums = t->kind == IR_ACCUMULATOR;
    text_printf(to, "!nvgpu.warpgroup.%s%lldx%lldx%s%s",
                sums ? "accumulator<fragmented = vector<" : "descriptor<tensor = memref<",
                (long long)t->dims[0], (long long)t->dims[1], dtype_name(t->elem),
                sums ? ">>" : ", #gpu.address_space<workgroup>>>");
}

/* Boxes are lines of 128 bytes, whose chunks lie as tensor cores want them; what is beyond the
 * memref is 0. */
static void print_bulk(Text *to, IrType t)
{
    static const char space[] = "#gpu.address_space<workgroup>";
    if (t->kind == IR_UNRANKED)
        text_printf(to, "memref<*x%s>", dtype_name(t->elem));
    else if (t->kind == IR_BARRIERS)
        text_printf(to, "!nvgpu.mbarrier.group<memorySpace = %s, num_barriers = %lld>", space,
                    (long long)t->dims[0]);
    else
        text_printf(to, "!nvgpu.tensormap.descriptor<tensor = memref<%lldx%lldx%s, %s>, "
                    "swizzle = swizzle_128b, l2promo = l2promo_128b, oob = zero, "
                    "interleave = none>", (long long)t->dims[0], (long long)t->dims[1],
                    dtype_name(t->elem), space);
}

void ir_type_print(Text *to, IrType t)
{
    static const char *const open[] = {
        [IR_TENSOR] = "tensor<", [IR_VECTOR] = "vector<", [IR_MEMREF] = "memref<"};
    if (t->kind == IR_FUNCTION) {
        print_function(to, t);
        return;
    }
    if (t->kind == IR_TOKEN) {
        text_add(to, "!nvgpu.device.async.token");
        return;
    }
    if (t->kind == IR_DESCRIPTOR || t->kind == IR_ACCUMULATOR) {
        print_warpgroup(to, t);
        return;
    }
    if (t->kind == IR_UNRANKED || t->kind == IR_TENSOR_MAP || t->kind == IR_BARRIERS) {
        print_bulk(to, t);
        return;
    }
    const char *elem = t->kind == IR_INDEX || t->of_index ? "index" : dtype_name(t->elem);
    if (t->kind == IR_SCALAR || t->kind == IR_INDEX) {
        text_add(to, elem);
        return;
    }
    text_add(to, open[t->kind]);
    for (int i = 0; i < t->rank; i++)
        text_printf(to, "%lldx", (long long)t->dims[i]);
    text_printf(to, "%s%s>", elem, t->shared ? ", #gpu.address_space<workgroup>" : "");
}

const char *ir_type_str(IrContext *c, IrType t)
{
    Text text = {0};
    ir_type_print(&text, t);
    const char *s = ir_name_n(c, text.bytes, text.length);
    text_free(&text);
    return s;
}

/* ------------------------------------------------------------------------------------- places */

static IrLoc intern_loc(IrContext *c, struct IrLocRec l)
{
    const InternArray parts = INTERN_ARRAY(l.parts, l.count);
    KEY_BEGIN(c);
    KEY_ADD(c, l.kind);
    KEY_ADD(c, l.file);
    KEY_ADD(c, l.line);
    KEY_ADD(c, l.column);
    KEY_ADD(c, l.name);
    KEY_ADD(c, l.child);
    KEY_ADD(c, l.caller);
    return intern_record(c, &c->locs, &l, sizeof l, &parts, 1);
}

IrLoc ir_loc_unknown(IrContext *c)
{
    return intern_loc(c, (struct IrLocRec){.kind = IR_LOC_UNKNOWN});
}

IrLoc ir_loc_file(IrContext *c, const char *file, unsigned line, unsigned column)
{
    return intern_loc(c, (struct IrLocRec){
        .kind = IR_LOC_FILE, .file = ir_name(c, file), .line = line, .column = column});
}

IrLoc ir_loc_name(IrContext *c, const char *name, IrLoc child)
{
    return intern_loc(c, (struct IrLocRec){
        .kind = IR_LOC_NAME, .name = ir_name(c, name), .child = child});
}

IrLoc ir_loc_call(IrContext *c, IrLoc callee, IrLoc caller)
{
    return intern_loc(c, (struct IrLocRec){
        .kind = IR_LOC_CALL, .child = callee, .caller = caller});
}

/* A fused kernel of hundreds of ops keeps this many of their places. */
enum { MAX_PARTS = 64 };

static void add_part(IrLoc part, IrLoc *parts, size_t *count)
{
    if (part->kind == IR_LOC_FUSED) {
        for (size_t i = 0; i < part->count; i++)
            add_part(part->parts[i], parts, count);
        return;
    }
    if (part->kind == IR_LOC_UNKNOWN || *count == MAX_PARTS)
        return;
    for (size_t i = 0; i < *count; i++)
        if (parts[i] == part)
            return;
    parts[(*count)++] = part;
}

IrLoc ir_loc_fused(IrContext *c, size_t count, const IrLoc *parts)
{
    IrLoc flat[MAX_PARTS];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        add_part(parts[i], flat, &n);
    if (n == 0)
        return ir_loc_unknown(c);
    if (n == 1)
        return flat[0];
    return intern_loc(c, (struct IrLocRec){.kind = IR_LOC_FUSED, .count = n, .parts = flat});
}

Place ir_loc_place(IrLoc l)
{
    while (l)
        switch (l->kind) {
        case IR_LOC_FILE: return (Place){l->file, l->line, l->column};
        case IR_LOC_NAME: l = l->child; break;
        case IR_LOC_CALL: l = l->caller; break;
        case IR_LOC_FUSED: l = l->parts[0]; break;
        case IR_LOC_UNKNOWN: return (Place){0};
        }
    return (Place){0};
}
