/* Every block of docs/language.md between ```dsc and ``` is a file that compiles. A
 * block after <!-- wrong --> is one that does not, and the text block after it shows
 * the messages. */
#include "tests/lang/check.h"

#include <stdio.h>
#include <stdlib.h>

static const char wrong[] = "<!-- wrong -->\n";

static bool is_wrong(const char *doc, const char *block)
{
    size_t n = sizeof wrong - 1;
    return (size_t)(block - doc) >= n && !memcmp(block - n, wrong, n);
}

/* The messages are those of the next ```text block. */
static void check_messages(const DiagList *d, const char *after)
{
    char *got;
    size_t size;
    FILE *f = open_memstream(&got, &size);
    diag_print(d, f);
    fclose(f);
    const char *wanted = strstr(after, "```text\n");
    assert_non_null(wanted);
    if (strncmp(wanted + 8, got, size) || strncmp(wanted + 8 + size, "```", 3))
        fail_msg("the messages are:\n%s", got);
    free(got);
}

static void compile(const char *doc, const char *block, const char *text, size_t length)
{
    unsigned line = 1;
    for (const char *s = doc; s < block; s++)
        line += *s == '\n';
    DiagList *d = diag_open();
    LangProgram *p = lang_parse("example.dsc", text, length, d);
    bool good = diag_errors(d) == 0;
    if (good == is_wrong(doc, block)) {
        diag_print(d, stderr);
        fail_msg("docs/language.md:%u: the example %s", line,
                 good ? "is right" : "is wrong");
    }
    if (!good)
        check_messages(d, text + length);
    lang_close(p);
    diag_close(d);
}

static void test_examples(void **state)
{
    (void)state;
    char *doc = check_read("docs/language.md");
    int count = 0;
    for (char *block = doc; (block = strstr(block, "```dsc\n")); count++) {
        char *text = block + 7, *end = strstr(text, "```");
        assert_non_null(end);
        compile(doc, block, text, (size_t)(end - text));
        block = end + 3;
    }
    assert_true(count >= 8);
    free(doc);
}

/* "fn name(" and the like at the beginning of a line of the library; NULL if not. */
static const char *declared_name(const char *line)
{
    static const char *const kinds[] = {"fn ", "layer ", "initializer ", "optimizer "};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strncmp(line, kinds[i], strlen(kinds[i])))
            return line + strlen(kinds[i]);
    return NULL;
}

/* All that the library declares is in the reference: `name` or `name(...)`. */
static void test_reference(void **state)
{
    (void)state;
    char *doc = check_read("docs/language.md"), *library = strstr(doc, "## Library");
    assert_non_null(library);
    for (size_t i = 0; i < lang_std_count; i++)
        for (const char *s = lang_std[i].text; s; s = strchr(s, '\n')) {
            s += *s == '\n';
            const char *name = declared_name(s);
            char called[64], alone[64];
            if (!name)
                continue;
            int length = (int)strcspn(name, "(");
            snprintf(called, sizeof called, "`%.*s(", length, name);
            snprintf(alone, sizeof alone, "`%.*s`", length, name);
            if (!strstr(library, called) && !strstr(library, alone))
                fail_msg("docs/language.md does not have %.*s", length, name);
        }
    free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
