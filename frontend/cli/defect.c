/* A defect of ours: the user gets a file that shows it again, and where to send it. */
#include "frontend/cli/cli.h"

#include "runtime/file.h"

#include <string.h>

#define REPORT "descent-defect.txt"

static void add_command(int argc, char **argv, Text *t)
{
    text_add(t, "# descent " DESCENT_VERSION "\n#");
    for (int i = 0; i < argc; i++)
        text_printf(t, " %s", argv[i]);
    text_add(t, "\n");
}

static void add_messages(const DiagList *d, Text *t)
{
    for (size_t i = 0; i < diag_count(d); i++)
        text_printf(t, "# %s\n", diag_get(d, i)->message);
}

/* The file itself makes the report complete: compiling needs no data. */
static void add_source(const char *file, Text *t)
{
    RtFile f;
    DiagList *unheard = diag_open();
    if (file && !rt_file_read(file, RT_FILE_LIMIT, &f, unheard)) {
        text_add(t, "\n");
        text_add_bytes(t, f.bytes, f.size);
        rt_file_free(&f);
    }
    diag_close(unheard);
}

void cli_report_defect(int argc, char **argv, const char *file, const DiagList *d)
{
    Text t = {0};
    DiagList *problems = diag_open();
    add_command(argc, argv, &t);
    add_messages(d, &t);
    add_source(file, &t);
    RtPiece piece = {t.bytes, t.length};
    if (rt_file_write(REPORT, &piece, 1, problems))
        diag_print(problems, stderr);
    else
        fputs("descent: this is a defect of Descent, not of your model. " REPORT " holds the "
              "command, the\nmessages and the model: please report it with that file.\n", stderr);
    diag_close(problems);
    text_free(&t);
}
