/* The archives that programs are linked from, in this binary: whoever has it can build
 * them, wherever it lies. */
#include "frontend/api/build/build.h"

#define EMBED(name, bytes)                                                               \
    __asm__(".section .rodata\n"                                                         \
            ".balign 16\n"                                                               \
            ".globl " #name ", " #name "_end\n"                                          \
            ".hidden " #name ", " #name "_end\n" #name ":\n"                             \
            bytes #name "_end:\n"                                                        \
            ".byte 0\n"                                                                  \
            ".previous\n");                                                              \
    extern const unsigned char name[], name##_end[];

#define CONTENT(file) ".incbin \"" file "\"\n"

EMBED(build_runtime, CONTENT(BUILD_RUNTIME))
EMBED(build_run, CONTENT(BUILD_RUN))
EMBED(build_train, CONTENT(BUILD_TRAIN))
#ifdef BUILD_ZLIB
EMBED(build_zlib, CONTENT(BUILD_ZLIB))
#else
EMBED(build_zlib, "") /* there is none */
#endif

static BuildFile embedded(const char *name, const unsigned char *bytes,
                          const unsigned char *end)
{
    return (BuildFile){.name = name, .bytes = bytes, .size = (size_t)(end - bytes)};
}

bool build_link_program(bool train, const Text *objects, size_t count, Text *out,
                        DiagList *d)
{
    static const char *const words[] = {
        "-pie",
        "-s",
        "-Wl,--gc-sections",
        "-Wl,--build-id=none",
        "-Wl,-z,noexecstack",
        "-Wl,--as-needed",
        "-Wl,-z,relro,-z,now",
        NULL,
    };
    static const char *const names[] = {"0.o", "1.o", "2.o", "3.o", "4.o", "5.o", "6.o"};
    enum { FIRST = 4, MOST = sizeof names / sizeof *names };
    BuildFile main = train ? embedded("main.a", build_train, build_train_end)
                           : embedded("main.a", build_run, build_run_end);
    BuildFile files[FIRST + MOST] = {
        main,
        embedded("runtime.a", build_runtime, build_runtime_end),
        main, /* again: what runtime.a needs of it */
        train ? embedded("zlib.a", build_zlib, build_zlib_end) : (BuildFile){0},
    };
    for (size_t i = 0; i < count && i < MOST; i++)
        files[FIRST + i] = (BuildFile){
            .name = names[i], .bytes = objects[i].bytes, .size = objects[i].length};
    return build_link(words, files, FIRST + count, out, d);
}
