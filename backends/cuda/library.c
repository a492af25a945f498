#define _GNU_SOURCE /* dlinfo */
#include "backends/cuda/library.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

/* It stays in memory when it is closed: NVIDIA's libraries keep threads and memory that
 * would be lost with them. */
void *cuda_library_open(const char *path, const char **why)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library && why)
        *why = dlerror();
    return library;
}

const char *cuda_library_fill(void *library, const CudaSymbol *symbols, size_t count,
                              void *table)
{
    for (size_t i = 0; i < count; i++) {
        void *function = dlsym(library, symbols[i].name);
        if (!function)
            return symbols[i].name;
        memcpy((char *)table + symbols[i].offset, &function, sizeof function);
    }
    return NULL;
}

const char *cuda_library_path(void *library)
{
    struct link_map *map = NULL;
    return dlinfo(library, RTLD_DI_LINKMAP, &map) || !map ? "" : map->l_name;
}

void cuda_library_close(void *library)
{
    if (library)
        dlclose(library);
}
