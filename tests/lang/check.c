#include "tests/lang/check.h"

#include <stdio.h>
#include <stdlib.h>

char *check_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("cannot open %s", path);
    fseek(f, 0, SEEK_END);
    size_t size = (size_t)ftell(f);
    rewind(f);
    char *text = malloc(size + 1);
    assert_int_equal(fread(text, 1, size, f), size);
    text[size] = 0;
    fclose(f);
    return text;
}

Parsed check_parse(const char *file, const char *text)
{
    Parsed p = {.d = diag_open()};
    p.p = lang_parse(file, text, strlen(text), p.d);
    return p;
}

Parsed check_lower(const char *text, const LangOptions *options)
{
    Parsed p = check_parse("test.dsc", text);
    LangOptions o = {.entries = LANG_ALL, .batch = 4};
    if (!diag_errors(p.d)) {
        p.c = ir_context_open();
        p.m = lang_lower(p.p, p.c, options ? options : &o, p.d);
    }
    if (!p.m) {
        diag_print(p.d, stderr);
        fail_msg("no module");
    }
    return p;
}

void check_close(Parsed *p)
{
    ir_module_close(p->m);
    ir_context_close(p->c);
    lang_close(p->p);
    diag_close(p->d);
}

static IrOp *function(IrModule *m, const char *name)
{
    IrOp *f = ir_module_func(m, name);
    if (!f)
        fail_msg("no function @%s", name);
    return f;
}

size_t check_count(IrModule *m, const char *func, IrOpKind kind)
{
    size_t count = 0;
    for (IrOp *op = ir_func_block(function(m, func))->first; op; op = op->next)
        count += op->kind == kind;
    return count;
}

uint32_t check_arg(IrModule *m, const char *func, const char *name)
{
    IrOp *f = function(m, func);
    for (uint32_t i = 0; i < ir_func_block(f)->arg_count; i++)
        if (!strcmp(ir_func_arg_attr(f, i, "descent.name")->name, name))
            return i;
    fail_msg("@%s has no argument %s", func, name);
    return 0;
}

uint32_t check_result(IrModule *m, const char *func, const char *name)
{
    IrOp *f = function(m, func);
    for (uint32_t i = 0; i < ir_func_type(f)->result_count; i++)
        if (!strcmp(ir_func_result_attr(f, i, "descent.name")->name, name))
            return i;
    fail_msg("@%s has no result %s", func, name);
    return 0;
}
