/* descent check --json: one object, for programs. Sizes are bytes. */
#include "frontend/cli/cli.h"

#include "runtime/file.h"
#include "runtime/json.h"

#include <inttypes.h>
#include <string.h>

/* "key": in front of a value; a comma unless it is the first of its object. */
static void add_key(Text *t, const char *key)
{
    char last = t->bytes[t->length - 1];
    text_printf(t, "%s\"%s\":", last == '{' ? "" : ",", key);
}

static void add_number(Text *t, const char *key, int64_t n)
{
    add_key(t, key);
    text_printf(t, "%" PRId64, n);
}

/* Less than 0: not known, and left out. */
static void add_known(Text *t, const char *key, double n)
{
    if (n < 0)
        return;
    add_key(t, key);
    text_printf(t, "%.4g", n);
}

static void add_string(Text *t, const char *key, const char *s)
{
    if (!s)
        return;
    add_key(t, key);
    rt_json_add_string(t, s);
}

static void open_list(Text *t, const char *key)
{
    add_key(t, key);
    text_add(t, "[");
}

/* The next element of a list. */
static void open_item(Text *t)
{
    text_add(t, t->bytes[t->length - 1] == '[' ? "{" : ",{");
}

static void add_layer(Text *t, const ApiLayer *l)
{
    open_item(t);
    add_number(t, "line", l->at.line);
    add_string(t, "layer", l->name);
    add_string(t, "output", l->output);
    add_number(t, "parameters", l->parameters);
    add_number(t, "operations", l->flops);
    text_add(t, "}");
}

static void add_sizes(Text *t, const char *key, const unsigned n[3])
{
    add_key(t, key);
    text_printf(t, "[%u,%u,%u]", n[0], n[1], n[2]);
}

static void add_launch(Text *t, const ApiLaunch *l)
{
    open_item(t);
    add_string(t, "file", l->at.file);
    add_number(t, "line", l->at.line);
    add_string(t, "kernel", l->kernel);
    if (l->kernel) {
        add_sizes(t, "grid", l->grid);
        add_sizes(t, "block", l->block);
    }
    add_number(t, "moved", l->bytes);
    if (l->flops >= 0)
        add_number(t, "operations", l->flops);
    if (l->measured) {
        add_number(t, "registers", l->registers);
        add_number(t, "shared", l->shared);
        add_number(t, "stack", l->stack);
        add_number(t, "spilled", l->spilled);
        add_known(t, "occupancy", l->occupancy);
    }
    text_add(t, "}");
}

static void add_cost(Text *t, const ApiCost *c, bool gpu)
{
    open_item(t);
    add_string(t, "entry", c->entry);
    add_number(t, "operations", c->flops);
    add_number(t, "moved", c->bytes);
    add_number(t, "scratch", c->arena);
    if (gpu) {
        open_list(t, "launches");
        for (size_t i = 0; i < c->launch_count; i++)
            add_launch(t, &c->launches[i]);
        text_add(t, "]");
    }
    text_add(t, "}");
}

static void add_check(Text *t, const ApiCheck *c)
{
    text_add(t, "{");
    add_string(t, "model", c->model);
    add_string(t, "gpu", c->gpu);
    add_number(t, "batch", c->batch);
    add_number(t, "parameters", c->parameters);
    add_number(t, "parameter_bytes", c->parameter_bytes);
    add_number(t, "state", c->state_bytes);
    add_string(t, "peak_of", c->peak);
    add_number(t, "peak", c->peak_bytes);
    open_list(t, "layers");
    for (size_t i = 0; i < c->layer_count; i++)
        add_layer(t, &c->layers[i]);
    text_add(t, "]");
    open_list(t, "entries");
    for (size_t i = 0; i < c->cost_count; i++)
        add_cost(t, &c->costs[i], c->gpu);
    text_add(t, "]}\n");
}

void cli_put_check(const char *path, const ApiCheck *c, DiagList *d)
{
    Text t = {0};
    add_check(&t, c);
    RtPiece piece = {t.bytes, t.length};
    if (strcmp(path, "-"))
        rt_file_write(path, &piece, 1, d);
    else
        fwrite(t.bytes, 1, t.length, stdout);
    text_free(&t);
}
