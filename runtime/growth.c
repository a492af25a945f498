#include "runtime/file.h"

/* A few megabytes may unpack to many gigabytes. Data seldom shrinks so much: of 1000
 * columns that are 0 but for one, to a 280th. */
RtStatus rt_file_check_growth(const RtFile *out, size_t packed, const char *path,
                              DiagList *d)
{
    const size_t free_size = (size_t)256 << 20, most_ratio = 500;
    if (out->size < free_size || out->size / most_ratio <= packed)
        return RT_OK;
    return rt_fail_file(d, RT_BAD_INPUT, path,
                        "it unpacks to more than %zu times its size, and more than %zu "
                        "MiB; if it is not damaged, unpack it with gunzip",
                        most_ratio, free_size >> 20);
}
