/* Stands in for libFuzzer where there is none: runs a fuzzer's function once over every file
 * of a folder (its seeds). Fails if the folder holds none. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads the whole file into memory of exactly its size, so that a read past its end shows. */
static uint8_t *read_file(const char *path, size_t size)
{
    FILE *f = fopen(path, "rb");
    uint8_t *bytes = malloc(size ? size : 1);
    if (!f || !bytes || fread(bytes, 1, size, f) != size) {
        perror(path);
        exit(1);
    }
    fclose(f);
    return bytes;
}

/* Returns whether the path is a file, and then has run it. */
static int replay(const char *path)
{
    struct stat s;
    if (stat(path, &s) || !S_ISREG(s.st_mode))
        return 0;
    printf("%s\n", path);
    fflush(stdout);
    uint8_t *bytes = read_file(path, (size_t)s.st_size);
    LLVMFuzzerTestOneInput(bytes, (size_t)s.st_size);
    free(bytes);
    return 1;
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    int count = 0;
    for (struct dirent *e; (e = readdir(folder));) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], e->d_name);
        count += replay(path);
    }
    closedir(folder);
    printf("%d inputs\n", count);
    return count ? 0 : 1;
}
