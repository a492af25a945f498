#include "runtime/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

RtStatus rt_folder_make(Arena *a, const char *use, const char **out, DiagList *d)
{
    const char *root = getenv("TMPDIR");
    char *path = arena_printf(a, "%s/descent-XXXXXX", root && *root ? root : "/tmp");
    *out = mkdtemp(path);
    return *out ? RT_OK
                : rt_fail(d, RT_IO, (Place){0}, "cannot make a folder %s, %s: %s", use,
                          path, strerror(errno));
}
