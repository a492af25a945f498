/* descent dump: a model at a stage of its compilation. */
#include "frontend/cli/cli.h"

#include "frontend/api/clash.h"
#include "runtime/file.h"

#include <string.h>

static void write_dump(const CliArgs *a, const Text *text, DiagList *d)
{
    RtPiece piece = {text->bytes, text->length};
    if (a->output)
        rt_file_write(a->output, &piece, 1, d);
    else if (text->length)
        fwrite(text->bytes, 1, text->length, stdout);
}

void cli_dump(CliArgs *a, DiagList *d)
{
    ApiDump dump = {.stage = a->stage,
                    .after = a->after,
                    .cpu = a->cpu,
                    .device = a->device,
                    .tf32 = a->tf32,
                    .locations = a->locations,
                    .dot = a->format && !strcmp(a->format, "dot")};
    const char *entries[] = {a->entry, NULL};
    ApiSizes sizes;
    Text text = {0};
    if (!cli_sizes(a, &sizes, d))
        return;
    ApiModel *m = api_open(a->file, d);
    if (m && api_no_clash_with_model(&a->output, 1, m, d)
        && api_dump(m, &sizes, a->entry ? entries : NULL, &dump, &text, d))
        write_dump(a, &text, d);
    text_free(&text);
    api_close(m);
}
