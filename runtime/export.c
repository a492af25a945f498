#include "runtime/export.h"

#include "runtime/json.h"
#include "runtime/number.h"

#include <math.h>
#include <string.h>

static void put_value(const RtTensor *t, int64_t i, FILE *to)
{
    char number[RT_NUMBER_TEXT];
    const char *at = (const char *)t->data + (size_t)i * dtype_bytes(t->dtype);
    if (dtype_is_float(t->dtype))
        fputs(rt_number_shortest(dtype_load(t->dtype, at),
                                 t->dtype != DTYPE_f64, number), to);
    else if (t->dtype == DTYPE_ui64)
        fprintf(to, "%llu", (unsigned long long)dtype_load_int(t->dtype, at));
    else
        fprintf(to, "%lld", (long long)dtype_load_int(t->dtype, at));
}

/* -------------------------------------------------------------------------------- csv */

static int64_t rows_of(const RtTensor *t)
{
    return t->rank ? t->dims[0] : 1;
}

static int64_t columns_of(const RtTensor *t)
{
    int64_t n = 1;
    for (int i = 1; i < t->rank; i++)
        n *= t->dims[i];
    return n;
}

static RtStatus check_rows(const char *file, const RtTensors *tensors, DiagList *d)
{
    for (size_t i = 1; i < tensors->count; i++) {
        const RtTensor *a = &tensors->items[0], *b = &tensors->items[i];
        if (rows_of(a) != rows_of(b))
            return rt_fail_file(d, RT_BAD_INPUT, file,
                                "'%s' has %lld row%s and '%s' %lld: no table",
                                a->name, (long long)rows_of(a), text_plural(rows_of(a)),
                                b->name, (long long)rows_of(b));
    }
    return RT_OK;
}

/* In quotes where it must be: name = '"' { character | '""' } '"' */
static void put_csv_name(const char *name, FILE *to)
{
    if (!name[strcspn(name, ",\"\r\n")]) {
        fputs(name, to);
        return;
    }
    fputc('"', to);
    for (; *name; name++)
        fprintf(to, *name == '"' ? "\"\"" : "%c", *name);
    fputc('"', to);
}

static void put_header(const RtTensors *tensors, FILE *to)
{
    for (size_t i = 0; i < tensors->count; i++) {
        const RtTensor *t = &tensors->items[i];
        for (int64_t k = 0; k < columns_of(t); k++) {
            char name[300];
            snprintf(name, sizeof name, t->rank > 1 ? "%.200s.%lld" : "%.200s", t->name,
                     (long long)k);
            fputs(i || k ? "," : "", to);
            put_csv_name(name, to);
        }
    }
    fputs("\n", to);
}

static void put_row(const RtTensors *tensors, int64_t row, FILE *to)
{
    for (size_t i = 0; i < tensors->count; i++) {
        const RtTensor *t = &tensors->items[i];
        int64_t n = columns_of(t);
        for (int64_t k = 0; k < n; k++) {
            fputs(i || k ? "," : "", to);
            put_value(t, row * n + k, to);
        }
    }
    fputs("\n", to);
}

RtStatus rt_export_csv(const char *file, const RtTensors *tensors, FILE *to, DiagList *d)
{
    RtStatus st = check_rows(file, tensors, d);
    if (st || !tensors->count)
        return st;
    put_header(tensors, to);
    for (int64_t row = 0; row < rows_of(&tensors->items[0]); row++)
        put_row(tensors, row, to);
    return RT_OK;
}

/* ------------------------------------------------------------------------------- json */

static void put_json_value(const RtTensor *t, int64_t i, FILE *to)
{
    const char *at = (const char *)t->data + (size_t)i * dtype_bytes(t->dtype);
    if (t->dtype == DTYPE_i1)
        fputs(*at ? "true" : "false", to);
    else if (dtype_is_float(t->dtype) && !isfinite(dtype_load(t->dtype, at)))
        fputs("null", to);
    else
        put_value(t, i, to);
}

/* array = value | "[" [ array { "," array } ] "]"; *at: the next element */
static void put_array(const RtTensor *t, int level, int64_t *at, FILE *to)
{
    if (level == t->rank) {
        put_json_value(t, (*at)++, to);
        return;
    }
    fputs("[", to);
    for (int64_t i = 0; i < t->dims[level]; i++) {
        fputs(i ? ", " : "", to);
        put_array(t, level + 1, at, to);
    }
    fputs("]", to);
}

void rt_export_json(const RtTensors *tensors, FILE *to)
{
    fputs("{", to);
    for (size_t i = 0; i < tensors->count; i++) {
        int64_t at = 0;
        fputs(i ? ",\n " : "", to);
        Text name = {0};
        rt_json_add_string(&name, tensors->items[i].name);
        fprintf(to, "%s: ", name.bytes);
        text_free(&name);
        put_array(&tensors->items[i], 0, &at, to);
    }
    fputs("}\n", to);
}
