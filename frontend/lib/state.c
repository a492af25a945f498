/* The named tensors of a model. */
#include "frontend/lib/lib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In a file of all of a state: the roles of what is no weight. */
#define ROLE_KEY "descent.role."

static const char *const role_names[] = {
    [RT_ROLE_PARAM] = "param", [RT_ROLE_STATE] = "state", [RT_ROLE_OPT] = "opt",
    [RT_ROLE_STEP] = "step",   [RT_ROLE_RNG] = "rng",
};
enum { ROLES = sizeof role_names / sizeof *role_names };

/* ------------------------------------------------------------------------------ table */

descent_status lib_state_new(LibCall *call, descent_context *c, descent_state **out)
{
    descent_state *s = calloc(1, sizeof *s);
    if (!s)
        return lib_no_memory(call, sizeof *s);
    s->context = c;
    *out = s;
    return DESCENT_OK;
}

static bool make_room(descent_state *s)
{
    if (s->names.count < s->room)
        return true;
    size_t room = s->room ? 2 * s->room : 16;
    descent_tensor **tensors = realloc(s->tensors, room * sizeof(*tensors));
    if (tensors)
        s->tensors = tensors;
    RtRole *roles = realloc(s->roles, room * sizeof *roles);
    if (roles)
        s->roles = roles;
    if (!tensors || !roles)
        return false;
    s->room = room;
    return true;
}

descent_status lib_state_add(LibCall *call, descent_state *s, const char *name,
                             RtRole role, descent_tensor *t)
{
    RtTensor view;
    const RtTensor *v = &t->value;
    descent_status st = make_room(s) ? DESCENT_OK : lib_no_memory(call, sizeof *t);
    if (!st)
        st = lib_rt(call, rt_tensor_wrap(name, v->dtype, v->rank, v->dims, v->data, &view,
                                         call->d));
    if (!st)
        st = lib_rt(call, rt_tensors_add(&s->names, &view, call->d));
    if (st) {
        descent_tensor_destroy(t);
        return st;
    }
    s->tensors[s->names.count - 1] = t;
    s->roles[s->names.count - 1] = role;
    return DESCENT_OK;
}

void descent_state_destroy(descent_state *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->names.count; i++)
        descent_tensor_destroy(s->tensors[i]);
    rt_tensors_free(&s->names);
    rt_meta_free(&s->meta);
    free(s->tensors);
    free(s->roles);
    free(s);
}

size_t descent_state_count(const descent_state *s) { return s ? s->names.count : 0; }

const char *descent_state_name(const descent_state *s, size_t index)
{
    return s && index < s->names.count ? s->names.items[index].name : NULL;
}

descent_tensor *descent_state_tensor(const descent_state *s, size_t index)
{
    return s && index < s->names.count ? s->tensors[index] : NULL;
}

descent_tensor *descent_state_find(const descent_state *s, const char *name)
{
    const RtTensor *found = s && name ? rt_tensors_find(&s->names, name) : NULL;
    return found ? s->tensors[found - s->names.items] : NULL;
}

/* -------------------------------------------------------------------------- beginning */

static descent_status add_zeros(LibCall *call, descent_state *s, const RtSpec *specs,
                                size_t count)
{
    descent_status st = DESCENT_OK;
    for (size_t i = 0; i < count && !st; i++) {
        const RtSpec *spec = &specs[i];
        descent_tensor *t;
        if (!lib_is_kept(spec->role) || descent_state_find(s, spec->name))
            continue;
        st = lib_tensor_new(call, s->context, spec->dtype, spec->rank, spec->dims, &t);
        if (!st)
            st = lib_state_add(call, s, spec->name, spec->role, t);
    }
    return st;
}

/* The state of the random numbers that a seed stands for. A module may have made the
 * tensor too small for it. */
static void seed_rng(const RtEntry *init, descent_state *s, uint64_t seed)
{
    for (size_t i = 0; i < init->arg_count; i++) {
        const RtSpec *spec = &init->args[i];
        descent_tensor *t =
            spec->role == RT_ROLE_RNG ? descent_state_find(s, spec->name) : NULL;
        if (t && spec->dtype == DTYPE_ui64 && descent_tensor_bytes(t) >= sizeof seed)
            memcpy(t->value.data, &seed, sizeof seed);
    }
}

static descent_status run_init(LibCall *call, const descent_entry *e, descent_state *s,
                               uint64_t seed)
{
    descent_call *c = NULL;
    descent_status st = add_zeros(call, s, e->rt->results, e->rt->result_count);
    if (!st)
        st = add_zeros(call, s, e->rt->args, e->rt->arg_count);
    if (st)
        return st;
    seed_rng(e->rt, s, seed);
    st = lib_call_new(call, e, s, &c);
    if (!st)
        st = lib_call_own_results(call, c);
    if (!st && !lib_call_is_set(c))
        st = lib_fail(call, DESCENT_BAD_INPUT,
                      "@%s takes more than the state of the random numbers", e->rt->name);
    if (!st)
        st = lib_call_run(call, c);
    descent_call_destroy(c);
    return st;
}

static descent_status open_state(LibCall *call, descent_program *p, uint64_t seed,
                                 descent_state **out)
{
    const descent_entry *init = NULL;
    descent_state *s = NULL;
    descent_status st = lib_need_entry(call, p, "init", 0, &init);
    if (!st)
        st = lib_state_new(call, p->context, &s);
    if (!st)
        st = run_init(call, init, s, seed);
    if (st)
        descent_state_destroy(s);
    else
        *out = s;
    return st;
}

descent_status descent_state_create(descent_program *p, uint64_t seed,
                                    descent_state **out, descent_diagnostics *d)
{
    LIB_ENTER(call, p ? p->context : NULL, d);
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "p", p, NULL);
    if (!st)
        st = open_state(&call, p, seed, out);
    return lib_end(&call, st);
}

/* ------------------------------------------------------------------------------ files */

/* All that a file says but the roles, which the state has as such. */
static descent_status copy_meta(LibCall *call, const RtMeta *from, RtMeta *to)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < from->count && !st; i++)
        if (strncmp(from->keys[i], ROLE_KEY, strlen(ROLE_KEY)))
            st = rt_meta_set(to, from->keys[i], from->values[i], call->d);
    return lib_rt(call, st);
}

/* NULL: the file does not say. */
static const char *role_text(const RtMeta *meta, const char *name)
{
    size_t length = strlen(ROLE_KEY);
    for (size_t i = 0; i < meta->count; i++)
        if (!strncmp(meta->keys[i], ROLE_KEY, length) &&
            !strcmp(meta->keys[i] + length, name))
            return meta->values[i];
    return NULL;
}

static RtRole role_in(const RtMeta *meta, const char *name)
{
    const char *role = role_text(meta, name);
    for (int i = 0; role && i < ROLES; i++)
        if (!strcmp(role, role_names[i]))
            return (RtRole)i;
    return RT_ROLE_PARAM;
}

static descent_status take_file(LibCall *call, descent_state *s, RtTensors *from,
                                const RtMeta *meta)
{
    descent_status st = DESCENT_OK;
    for (size_t i = 0; i < from->count && !st; i++) {
        const RtTensor *v = &from->items[i];
        descent_tensor *t;
        st = lib_tensor_new(call, s->context, v->dtype, v->rank, v->dims, &t);
        if (st)
            break;
        memcpy(t->value.data, v->data, rt_tensor_bytes(v));
        st = lib_state_add(call, s, v->name, role_in(meta, v->name), t);
    }
    return st;
}

descent_status descent_state_open(descent_context *c, const char *path,
                                  descent_state **out, descent_diagnostics *d)
{
    LIB_ENTER(call, c, d);
    RtTensors file = {0};
    RtMeta meta = {0};
    descent_status st = lib_need(&call, "out", out, NULL);
    if (!st)
        *out = NULL;
    if (!st)
        st = lib_need(&call, "c", c, "path", path, NULL);
    if (!st)
        st = lib_rt(&call, rt_safetensors_read(path, &file, &meta, call.d));
    if (!st)
        st = lib_state_new(&call, c, out);
    if (!st)
        st = take_file(&call, *out, &file, &meta);
    if (!st)
        st = copy_meta(&call, &meta, &(*out)->meta);
    if (st && out) {
        descent_state_destroy(*out);
        *out = NULL;
    }
    rt_tensors_free(&file);
    rt_meta_free(&meta);
    return lib_end(&call, st);
}

static descent_status check_fits(LibCall *call, const descent_state *s, const char *path,
                                 const RtTensor *v)
{
    char have[RT_SHAPE_TEXT], want[RT_SHAPE_TEXT];
    const descent_tensor *t = descent_state_find(s, v->name);
    if (!t)
        return lib_fail(call, DESCENT_BAD_INPUT, "%s: tensor '%s' is not the state's",
                        path, v->name);
    if (rt_tensor_same_shape(v, &t->value))
        return DESCENT_OK;
    return lib_fail(call, DESCENT_BAD_SHAPE, "%s: '%s' is %s, the state has %s", path,
                    v->name, rt_shape_text(v->dtype, v->rank, v->dims, have),
                    rt_shape_text(t->value.dtype, t->value.rank, t->value.dims, want));
}

static descent_status replace(LibCall *call, descent_state *s, const char *path,
                              const RtTensors *from, const RtMeta *meta)
{
    descent_status st = DESCENT_OK;
    for (size_t i = 0; i < from->count && !st; i++)
        st = check_fits(call, s, path, &from->items[i]);
    if (!st)
        st = copy_meta(call, meta, &s->meta);
    for (size_t i = 0; i < from->count && !st; i++) {
        const RtTensor *v = &from->items[i];
        descent_tensor *to = descent_state_find(s, v->name);
        memcpy(to->value.data, v->data, rt_tensor_bytes(v));
        lib_tensor_changed(to);
    }
    return st;
}

descent_status descent_state_load(descent_state *s, const char *path,
                                  descent_diagnostics *d)
{
    LIB_ENTER(call, s ? s->context : NULL, d);
    RtTensors file = {0};
    RtMeta meta = {0};
    descent_status st = lib_need(&call, "s", s, "path", path, NULL);
    if (!st)
        st = lib_rt(&call, rt_safetensors_read(path, &file, &meta, call.d));
    if (!st)
        st = replace(&call, s, path, &file, &meta);
    rt_tensors_free(&file);
    rt_meta_free(&meta);
    return lib_end(&call, st);
}

descent_status descent_state_copy(descent_state *s, const descent_state *from,
                                  descent_diagnostics *d)
{
    LIB_ENTER(call, s ? s->context : NULL, d);
    descent_status st = lib_need(&call, "s", s, "from", from, NULL);
    if (!st)
        st = lib_state_fetch(&call, from);
    if (!st && s != from)
        st = replace(&call, s, "'from'", &from->names, &from->meta);
    return lib_end(&call, st);
}

static RtStatus set_role(RtMeta *meta, const char *name, RtRole role, DiagList *d)
{
    size_t room = strlen(ROLE_KEY) + strlen(name) + 1;
    char *key = malloc(room);
    if (!key)
        return rt_no_memory(d, room);
    snprintf(key, room, ROLE_KEY "%s", name);
    RtStatus st = rt_meta_set(meta, key, role_names[role], d);
    free(key);
    return st;
}

/* Views of what is to be written, and the roles of what is no weight. */
static descent_status select_tensors(LibCall *call, const descent_state *s,
                                     descent_save what, RtTensors *out, RtMeta *meta)
{
    RtStatus st = RT_OK;
    for (size_t i = 0; i < s->names.count && !st; i++) {
        const RtTensor *v = &s->names.items[i];
        bool is_weight = s->roles[i] == RT_ROLE_PARAM || s->roles[i] == RT_ROLE_STATE;
        RtTensor view;
        if (!is_weight && what == DESCENT_SAVE_WEIGHTS)
            continue;
        if (s->roles[i] != RT_ROLE_PARAM && what == DESCENT_SAVE_ALL)
            st = set_role(meta, v->name, s->roles[i], call->d);
        if (!st)
            st = rt_tensor_wrap(v->name, v->dtype, v->rank, v->dims, v->data, &view,
                                call->d);
        if (!st)
            st = rt_tensors_add(out, &view, call->d);
    }
    return lib_rt(call, st);
}

descent_status descent_state_save(const descent_state *s, const char *path,
                                  descent_save what, descent_diagnostics *d)
{
    LIB_ENTER(call, s ? s->context : NULL, d);
    RtTensors chosen = {0};
    RtMeta meta = {0};
    descent_status st = lib_need(&call, "s", s, "path", path, NULL);
    if (!st && what != DESCENT_SAVE_WEIGHTS && what != DESCENT_SAVE_ALL)
        st = lib_fail(&call, DESCENT_BAD_ARGUMENT,
                      "'what' is %d: expected weights or all", (int)what);
    if (!st)
        st = lib_state_fetch(&call, s);
    if (!st)
        st = copy_meta(&call, &s->meta, &meta);
    if (!st)
        st = select_tensors(&call, s, what, &chosen, &meta);
    if (!st)
        st = lib_rt(&call, rt_safetensors_write(path, &chosen, &meta, call.d));
    rt_tensors_free(&chosen);
    rt_meta_free(&meta);
    return lib_end(&call, st);
}
