/* A static library of one object. Written here, because ar makes no index of the symbols
 * in objects for other machines, without which linkers do not read it.
 *
 *     archive = "!<arch>\n" member("/", index) member("model.o/", object)
 *     index   = count { offset } { name "\0" }      32 bits each, the highest byte first
 *
 * Times and owners are 0: the same object gives the same archive. */
#include "frontend/api/build/build.h"

#include <string.h>

enum { MAGIC_BYTES = 8, HEAD_BYTES = 60 };

static void add_number(Text *out, size_t n)
{
    unsigned char bytes[] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16),
                             (unsigned char)(n >> 8), (unsigned char)n};
    text_add_bytes(out, bytes, sizeof bytes);
}

static void add_member(Text *out, const char *name, const void *bytes, size_t size)
{
    text_printf(out, "%-16s%-12d%-6d%-6d%-8s%-10zu`\n", name, 0, 0, 0, "644", size);
    text_add_bytes(out, bytes, size);
    if (size % 2)
        text_add(out, "\n");
}

void build_archive(const Text *object, const ExportLayout *layout, Text *out)
{
    size_t count = layout->function_count, names = 0;
    for (size_t i = 0; i < count; i++)
        names += strlen(layout->functions[i].symbol) + 1;
    size_t size = 4 + 4 * count + names;
    Text index = {0};
    add_number(&index, count);
    for (size_t i = 0; i < count; i++)
        add_number(&index, MAGIC_BYTES + HEAD_BYTES + size + size % 2);
    for (size_t i = 0; i < count; i++)
        text_add_bytes(&index, layout->functions[i].symbol,
                       strlen(layout->functions[i].symbol) + 1);
    text_add(out, "!<arch>\n");
    add_member(out, "/", index.bytes, index.length);
    add_member(out, "model.o/", object->bytes, object->length);
    text_free(&index);
}
