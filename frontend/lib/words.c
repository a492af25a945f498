/* What the numbers of classes are called. */
#include "frontend/lib/lib.h"

#include "runtime/dataset.h"

#include <stdlib.h>
#include <string.h>

static void free_table(void *table) { rt_table_free(table); }

static descent_status find_word(LibCall *call, const RtTable *t, const char *input,
                                size_t column, size_t number, char **out)
{
    const RtColumn *c = column < t->column_count ? &t->columns[column] : NULL;
    if (!c || !c->classes || number >= c->class_count)
        return lib_fail(call, DESCENT_BAD_ARGUMENT,
                        "'%s': no word is known for number %zu of column %zu", input,
                        number, column);
    *out = strdup(c->classes[number]); /* for free() */
    return *out ? DESCENT_OK : lib_no_memory(call, strlen(c->classes[number]) + 1);
}

descent_status descent_state_word(const descent_state *s, const char *input,
                                  size_t column, size_t number, char **word,
                                  descent_diagnostics *d)
{
    LIB_ENTER(call, s ? s->context : NULL, d);
    RtTable t = {0};
    GuardHold hold;
    descent_status st = lib_need(&call, "word", word, NULL);
    if (!st)
        *word = NULL;
    if (!st)
        st = lib_need(&call, "s", s, "input", input, NULL);
    guard_hold(&hold, free_table, &t);
    if (!st)
        st = lib_rt(&call, rt_columns_from_meta(&s->meta, NULL, input, &t, call.d));
    if (!st)
        st = find_word(&call, &t, input, column, number, word);
    guard_drop(&hold);
    rt_table_free(&t);
    return lib_end(&call, st);
}
