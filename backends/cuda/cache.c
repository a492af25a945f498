#include "backends/cuda/cache.h"

#include "runtime/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIMIT = 512 << 20 };
#define SUFFIX ".cubin"

typedef struct Header {
    char magic[8];
    uint64_t checksum; /* of all that follows it */
    uint64_t key_bytes, code_bytes;
} Header;

static const char magic[8] = "descubin";

CudaCache cuda_cache_default(Arena *a)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    CudaCache cache = {.limit = LIMIT};
    if (base && *base == '/') /* others are to be ignored, says XDG's standard */
        cache.folder = arena_printf(a, "%s/descent/cubin", base);
    else if (home && *home)
        cache.folder = arena_printf(a, "%s/.cache/descent/cubin", home);
    return cache;
}

/* FNV-1a. */
static uint64_t hash(uint64_t h, const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < size; i++)
        h = (h ^ p[i]) * 0x100000001b3;
    return h;
}

#define HASH_BEGIN 0xcbf29ce484222325

/* Two builds of NVRTC can have the same version: the file's size and time tell them
 * apart. */
static void key_of(const CudaCompiler *c, const CudaSource *s, Text *key)
{
    struct stat file = {0};
    const char *path = cuda_compiler_path(c);
    stat(path, &file);
    text_printf(key, "NVRTC %d %s %lld %lld\n%s\n%s\n", cuda_compiler_version(c), path,
                (long long)file.st_size, (long long)file.st_mtime, s->architecture,
                s->name);
    for (size_t i = 0; i < s->option_count; i++)
        text_printf(key, "%s\n", s->options[i]);
    text_printf(key, "\n%s", s->text);
}

static const char *path_of(Arena *a, const CudaCache *cache, const Text *key)
{
    return arena_printf(a, "%s/%016llx" SUFFIX, cache->folder,
                        (unsigned long long)hash(HASH_BEGIN, key->bytes, key->length));
}

/* ---------------------------------------------------------------------------- reading */

/* The checksum is taken of the sizes, the key and the code. */
static uint64_t checksum(const Header *h, const void *key, const void *code)
{
    uint64_t sum =
        hash(HASH_BEGIN, &h->key_bytes, sizeof *h - offsetof(Header, key_bytes));
    sum = hash(sum, key, h->key_bytes);
    return hash(sum, code, h->code_bytes);
}

static bool is_right(const RtFile *f, const Text *key)
{
    Header h;
    if (f->size < sizeof h)
        return false;
    memcpy(&h, f->bytes, sizeof h);
    size_t rest = f->size - sizeof h;
    if (memcmp(h.magic, magic, sizeof magic) || h.key_bytes != key->length ||
        h.key_bytes > rest || h.code_bytes != rest - h.key_bytes)
        return false;
    const unsigned char *its_key = f->bytes + sizeof h;
    return !memcmp(its_key, key->bytes, key->length) &&
           h.checksum == checksum(&h, its_key, its_key + h.key_bytes);
}

/* To open a pipe may take forever. */
static bool is_file(const char *path)
{
    struct stat st;
    return !stat(path, &st) && S_ISREG(st.st_mode);
}

/* Also marks it as used now. */
static bool read_entry(const char *path, const Text *key, Text *out, DiagList *quiet)
{
    RtFile f;
    if (!is_file(path) || rt_file_read(path, RT_FILE_LIMIT, &f, quiet))
        return false;
    bool right = is_right(&f, key);
    size_t begin = sizeof(Header) + key->length;
    if (right) {
        text_add_bytes(out, f.bytes + begin, f.size - begin);
        utimensat(AT_FDCWD, path, NULL, 0);
    }
    rt_file_free(&f);
    return right;
}

/* ---------------------------------------------------------------------------- writing */

static void make_folders(Arena *a, const char *folder)
{
    char *path = arena_strdup(a, folder);
    for (char *p = path + 1; *p; p++)
        if (*p == '/') {
            *p = 0;
            mkdir(path, 0700);
            *p = '/';
        }
    mkdir(path, 0700);
}

/* Where nothing is, or a file. */
static void write_entry(Arena *a, const CudaCache *cache, const char *path,
                        const Text *key, const char *code, size_t size, DiagList *quiet)
{
    Header h = {.key_bytes = key->length, .code_bytes = size};
    memcpy(h.magic, magic, sizeof magic);
    h.checksum = checksum(&h, key->bytes, code);
    RtPiece pieces[] = {{&h, sizeof h}, {key->bytes, key->length}, {code, size}};
    make_folders(a, cache->folder);
    if (is_file(path) || access(path, F_OK))
        rt_file_write(path, pieces, 3, quiet);
}

typedef struct Entry {
    const char *path;
    struct timespec used;
    uint64_t size;
} Entry;

typedef struct Entries {
    Entry *items;
    size_t count, room;
    uint64_t bytes;
} Entries;

static int by_age(const void *a, const void *b)
{
    const struct timespec *x = &((const Entry *)a)->used, *y = &((const Entry *)b)->used;
    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? -1 : 1;
    return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

static void list_entry(Arena *a, const char *folder, const char *name, Entries *e)
{
    size_t length = strlen(name), suffix = strlen(SUFFIX);
    Entry entry = {.path = arena_printf(a, "%s/%s", folder, name)};
    struct stat st;
    if (length < suffix || strcmp(name + length - suffix, SUFFIX) ||
        stat(entry.path, &st) || !S_ISREG(st.st_mode))
        return;
    entry.used = st.st_mtim;
    entry.size = (uint64_t)st.st_size;
    e->bytes += entry.size;
    ARENA_PUSH(a, e->items, e->count, e->room, entry);
}

/* Removes what was unused longest until the rest is within the limit. */
static void trim(Arena *a, const CudaCache *cache)
{
    Entries e = {0};
    DIR *folder = opendir(cache->folder);
    if (!folder)
        return;
    for (struct dirent *f; (f = readdir(folder));)
        list_entry(a, cache->folder, f->d_name, &e);
    closedir(folder);
    if (e.count)
        qsort(e.items, e.count, sizeof *e.items, by_age);
    for (size_t i = 0; i < e.count && e.bytes > cache->limit; i++)
        if (!unlink(e.items[i].path))
            e.bytes -= e.items[i].size;
}

/* --------------------------------------------------------------------------- together */

void cuda_cache_drop(const CudaCache *cache, const CudaCompiler *c, const CudaSource *s)
{
    Arena *a = arena_open();
    Text key = {0};
    if (cache->folder) {
        key_of(c, s, &key);
        const char *path = path_of(a, cache, &key);
        if (is_file(path))
            unlink(path);
    }
    text_free(&key);
    arena_close(a);
}

RtStatus cuda_cache_compile(const CudaCache *cache, const CudaCompiler *c,
                            const CudaSource *s, Text *out, bool *found, DiagList *d)
{
    Arena *a = arena_open();
    DiagList *quiet = diag_open(); /* a cache that fails is only slower */
    Text key = {0};
    const char *path = NULL;
    if (cache->folder) {
        key_of(c, s, &key);
        path = path_of(a, cache, &key);
    }
    size_t before = out->length;
    bool there = path && read_entry(path, &key, out, quiet);
    RtStatus st = there ? RT_OK : cuda_compile(c, s, CUDA_CUBIN, out, NULL, d);
    if (!st && !there && path) {
        write_entry(a, cache, path, &key, out->bytes + before, out->length - before,
                    quiet);
        trim(a, cache);
    }
    if (found)
        *found = there;
    text_free(&key);
    diag_close(quiet);
    arena_close(a);
    return st;
}
