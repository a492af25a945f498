/* Each file of Inputs/errors is wrong, and its last lines say which messages it gives:
 *     # 3:5: error: +: shapes do not fit: f32[N, 16] and f32[N, 3]
 * Notes in the library come without line. DESCENT_BLESS=1 rewrites these lines, for
 * review. */
#include "tests/lang/check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define FOLDER "tests/lang/Inputs/errors/"
static const char marker[] = "\n# messages:\n";

static void describe(Text *to, const Diag *m, const char *file)
{
    static const char *const kinds[] = {"error", "warning", "note"};
    if (strcmp(m->place.file, file))
        text_printf(to, "# %s: %s: %s\n", m->place.file, kinds[m->kind], m->message);
    else
        text_printf(to, "# %u:%u: %s: %s\n", m->place.line, m->place.column,
                    kinds[m->kind], m->message);
}

static void bless(const char *path, const char *text, size_t length, const char *messages)
{
    FILE *f = fopen(path, "wb");
    fprintf(f, "%.*s%s%s", (int)length, text, marker, messages);
    fclose(f);
}

static void check_file(const char *path)
{
    char *text = check_read(path), *tail = strstr(text, marker);
    size_t length = tail ? (size_t)(tail - text) : strlen(text);
    Text got = {0};
    DiagList *d = diag_open();
    LangProgram *p = lang_parse(path, text, length, d);
    for (size_t i = 0; i < diag_count(d); i++)
        describe(&got, diag_get(d, i), path);
    if (getenv("DESCENT_BLESS"))
        bless(path, text, length, got.bytes ? got.bytes : "");
    else if (!tail || !got.bytes || strcmp(tail + sizeof marker - 1, got.bytes))
        fail_msg("%s gives:\n%s", path, got.bytes ? got.bytes : "nothing");
    assert_int_equal(diag_exit(d), DIAG_INPUT);
    lang_close(p);
    diag_close(d);
    text_free(&got);
    free(text);
}

static void test_files(void **state)
{
    (void)state;
    struct dirent **entries;
    int count = scandir(FOLDER, &entries, NULL, alphasort);
    assert_true(count > 10);
    for (int i = 0; i < count; i++) {
        char path[512];
        snprintf(path, sizeof path, FOLDER "%s", entries[i]->d_name);
        if (strstr(path, ".dsc"))
            check_file(path);
        free(entries[i]);
    }
    free(entries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
