/* Runs functions of a StableHLO file with the reference evaluator, for the judges.
 *
 *   descent-eval FILE --entry NAME --input A.npy ... --output-dir DIR
 *       writes DIR/out0.npy ...
 *   descent-eval FILE --all DIR
 *       every public function NAME: reads DIR/NAME.in0.npy ..., writes DIR/NAME.out0.npy ...
 *
 * The exit status is that of the command `descent`. */
#include "backends/ref/ref.h"
#include "runtime/file.h"
#include "runtime/npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_INPUTS = 1000 };

typedef struct Options {
    const char *file, *entry, *output_dir, *all;
    const char *inputs[MAX_INPUTS];
    size_t input_count;
} Options;

static bool parse_options(int argc, char **argv, Options *o)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (word[0] != '-') {
            o->file = word;
            continue;
        }
        if (!value)
            return false;
        i++;
        if (!strcmp(word, "--entry"))
            o->entry = value;
        else if (!strcmp(word, "--output-dir"))
            o->output_dir = value;
        else if (!strcmp(word, "--all"))
            o->all = value;
        else if (!strcmp(word, "--input") && o->input_count < MAX_INPUTS)
            o->inputs[o->input_count++] = value;
        else
            return false;
    }
    return o->file && (o->all || (o->entry && o->output_dir));
}

static bool type_fits(const RtTensor *t, IrType type)
{
    return t->dtype == type->elem && t->rank == type->rank &&
           (t->rank == 0 ||
            !memcmp(t->dims, type->dims, sizeof *t->dims * (size_t)t->rank));
}

static bool read_input(IrContext *c, const char *path, IrType type, Arena *a,
                       RefTensor *out, DiagList *d)
{
    RtTensor t = {0};
    if (rt_npy_read(path, &t, d) != RT_OK)
        return false;
    bool fits = type_fits(&t, type);
    if (fits)
        *out = (RefTensor){type, arena_copy(a, t.data, rt_tensor_bytes(&t))};
    else
        diag_error(d, (Place){path, 0, 0}, "the function wants %s", ir_type_str(c, type));
    rt_tensor_free(&t);
    return fits;
}

static bool write_output(const char *path, const RefTensor *r, DiagList *d)
{
    RtTensor t = {0};
    IrType type = r->type;
    bool ok = rt_tensor_wrap(NULL, type->elem, type->rank, type->dims, r->data, &t, d) ==
                  RT_OK &&
              rt_npy_write(path, &t, d) == RT_OK;
    rt_tensor_free(&t);
    return ok;
}

/* Where input or output i of a function lies. */
static const char *tensor_path(Arena *a, const Options *o, const IrOp *func,
                               const char *what, size_t i)
{
    if (o->all)
        return arena_printf(a, "%s/%s.%s%zu.npy", o->all, ir_func_name(func), what, i);
    if (!strcmp(what, "in"))
        return o->inputs[i];
    return arena_printf(a, "%s/%s%zu.npy", o->output_dir, what, i);
}

static bool run_function(IrModule *m, const IrOp *func, const Options *o, DiagList *d)
{
    IrType type = ir_func_type(func);
    Arena *a = arena_open();
    RefTensor *in = ARENA_ARRAY(a, RefTensor, type->input_count);
    RefTensor *out = ARENA_ARRAY(a, RefTensor, type->result_count);
    bool ok = o->all || o->input_count == type->input_count;
    if (!ok)
        diag_error(d, ir_loc_place(func->loc), "@%s wants %zu inputs, not %zu",
                   ir_func_name(func), type->input_count, o->input_count);
    for (size_t i = 0; ok && i < type->input_count; i++)
        ok = read_input(m->context, tensor_path(a, o, func, "in", i), type->inputs[i], a,
                        &in[i], d);
    ok = ok && ref_run(func, type->input_count, in, type->result_count, out, a, d);
    for (size_t i = 0; ok && i < type->result_count; i++)
        ok = write_output(tensor_path(a, o, func, "out", i), &out[i], d);
    arena_close(a);
    return ok;
}

static bool is_public(const IrOp *op)
{
    IrAttr visibility = op->kind == OP_func ? ir_op_attr(op, "sym_visibility") : NULL;
    return op->kind == OP_func && (!visibility || strcmp(visibility->name, "private"));
}

static void run_module(IrModule *m, const Options *o, DiagList *d)
{
    if (!o->all) {
        const IrOp *func = ir_module_func(m, o->entry);
        if (func)
            run_function(m, func, o, d);
        else
            diag_error(d, (Place){o->file, 0, 0}, "there is no function @%s", o->entry);
        return;
    }
    for (const IrOp *op = ir_module_block(m)->first; op; op = op->next)
        if (is_public(op))
            run_function(m, op, o, d);
}

int main(int argc, char **argv)
{
    Options o = {0};
    if (!parse_options(argc, argv, &o)) {
        fputs("usage: descent-eval FILE (--all DIR | --entry NAME --input A.npy ... "
              "--output-dir DIR)\n",
              stderr);
        return DIAG_USAGE;
    }
    DiagList *d = diag_open();
    IrContext *c = ir_context_open();
    IrModule *m = NULL;
    RtFile text = {0};
    if (rt_file_read(o.file, RT_FILE_LIMIT, &text, d) == RT_OK)
        m = ir_parse(c, o.file, (const char *)text.bytes, text.size, d);
    if (m)
        run_module(m, &o, d);
    int status = (int)diag_exit(d);
    diag_print(d, stderr);
    rt_file_free(&text);
    ir_module_close(m);
    ir_context_close(c);
    diag_close(d);
    return status;
}
