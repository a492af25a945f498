/* The fake NVRTC: CUDA C to a shared object, by the host's C++ compiler.
 *
 *     text                                what the compiler gets
 *     extern "C" __global__ void          the same, and at the end EMU_KERNEL(f, 256)
 *     __launch_bounds__(256) f(...)
 *     extern __shared__ float s[];        extern float s[];, and EMU_DYNAMIC(s)
 *
 * In its assembly, a gap is put behind every variable in shared memory, so that what is
 * written past one does not go to the next.
 *
 * The compiler is the one that DESCENT_EMULATOR_CXX names, or c++, g++, clang++. */
#define _GNU_SOURCE /* memmem, asprintf */
#include "backends/cuda/driver.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define API                            __attribute__((visibility("default")))
#define CUDA(field, symbol, arguments) API int symbol arguments;
#include "backends/cuda/nvrtc.def"

enum { OK, OUT_OF_MEMORY, INVALID_INPUT = 3, INVALID_OPTION = 5, COMPILATION = 6 };

__asm__(".section .rodata\n"
        ".hidden emu_header\n.hidden emu_header_end\n"
        ".globl emu_header\n.globl emu_header_end\n"
        "emu_header:\n.incbin \"" EMU_HEADER "\"\nemu_header_end:\n.previous\n");
extern const char emu_header[], emu_header_end[];

extern char **environ;

/* support/text.h is not here: this library stands alone. */
typedef struct Text {
    char *bytes;
    size_t length, room;
} Text;

/* By doubling: a sanitizer's realloc copies all, and assembly comes line by line. */
static void make_room(Text *t, size_t more)
{
    if (t->length + more < t->room)
        return;
    t->room = 2 * (t->length + more) + 64;
    t->bytes = realloc(t->bytes, t->room);
    if (!t->bytes)
        abort();
}

static void add_bytes(Text *t, const void *bytes, size_t length)
{
    make_room(t, length);
    memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
    t->bytes[t->length] = 0;
}

__attribute__((format(printf, 2, 3))) static void add(Text *t, const char *format, ...)
{
    char *s = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&s, format, args);
    va_end(args);
    if (length < 0)
        abort();
    add_bytes(t, s, (size_t)length);
    free(s);
}

typedef struct Program {
    char *name;
    Text text, log, code;
    Text definitions; /* -D of the options, for the compiler */
} Program;

static const int architectures[] = {75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121};
enum { ARCHITECTURES = sizeof architectures / sizeof *architectures };

int nvrtcVersion(int *major, int *minor)
{
    *major = 13;
    *minor = 0;
    return OK;
}

int nvrtcGetNumSupportedArchs(int *count)
{
    *count = ARCHITECTURES;
    return OK;
}

int nvrtcGetSupportedArchs(int *numbers)
{
    memcpy(numbers, architectures, sizeof architectures);
    return OK;
}

int nvrtcCreateProgram(void **out, const char *text, const char *name, int headers,
                       const char *const *header_texts, const char *const *header_names)
{
    (void)header_texts, (void)header_names;
    if (!out || !text || headers)
        return INVALID_INPUT;
    Program *p = calloc(1, sizeof *p);
    if (!p || !(p->name = strdup(name ? name : "default_program"))) {
        free(p);
        return OUT_OF_MEMORY;
    }
    add_bytes(&p->text, text, strlen(text));
    *out = p;
    return OK;
}

int nvrtcDestroyProgram(void **program)
{
    Program *p = *program;
    free(p->name);
    free(p->text.bytes);
    free(p->log.bytes);
    free(p->code.bytes);
    free(p->definitions.bytes);
    free(p);
    *program = NULL;
    return OK;
}

/* ------------------------------------------------------------------------ the options */

static bool is_known_architecture(const char *name)
{
    int number = atoi(name + strcspn(name, "0123456789"));
    for (int i = 0; i < ARCHITECTURES; i++)
        if (architectures[i] == number && !strncmp(name, "sm_", 3))
            return true;
    return false;
}

/* Those that NVRTC has and that mean nothing here. */
static bool is_harmless(const char *option)
{
    static const char *const known[] = {
        "--std=c++17",
        "-std=c++17",
        "--fmad=",
        "-fmad=",
        "--use_fast_math",
        "-lineinfo",
        "--generate-line-info",
        "-default-device",
        "--device-as-default-",
        "--restrict",
        "--extra-device-vectorization",
        "--ptxas-options",
        "-Xptxas",
        "--ftz=",
        "--prec-",
        "--maxrregcount",
        "-G",
        "--device-debug",
        "-w",
        "--no-source-include",
        "--minimal",
        "-diag-suppress",
        "--diag-suppress",
        "--split-compile",
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strncmp(option, known[i], strlen(known[i])))
            return true;
    return false;
}

static int read_option(Program *p, const char *option)
{
    static const char gpu[] = "--gpu-architecture=";
    bool good = is_harmless(option);
    if (!strncmp(option, gpu, strlen(gpu)))
        good = is_known_architecture(option + strlen(gpu));
    if (!strncmp(option, "-D", 2)) {
        add(&p->definitions, "#define %.*s %s\n", (int)strcspn(option + 2, "="),
            option + 2, strchr(option, '=') ? strchr(option, '=') + 1 : "1");
        good = true;
    }
    if (!good)
        add(&p->log, "nvrtc: error: invalid option or value: %s\n", option);
    return good ? OK : INVALID_OPTION;
}

/* --------------------------------------------------------------------------- the text */

static bool is_name(char c) { return isalnum((unsigned char)c) || c == '_'; }

static const char *skip_space(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return p;
}

/* Behind `__global__`: what EMU_KERNEL needs, to `out`. */
static void add_kernel(const char *p, Text *out)
{
    const char *bounds = "";
    int bounds_length = 0;
    for (;;) {
        p = skip_space(p);
        int length = 0;
        while (is_name(p[length]))
            length++;
        const char *next = skip_space(p + length);
        if (length == 17 && !strncmp(p, "__launch_bounds__", 17)) {
            bounds = next + 1;
            bounds_length = (int)strcspn(bounds, ")");
            p = bounds + bounds_length + 1;
        } else if (!length || *next == '(') {
            if (length)
                add(out, "EMU_KERNEL(%.*s%s%.*s)\n", length, p, bounds_length ? ", " : "",
                    bounds_length, bounds);
            return;
        } else {
            p = next; /* void */
        }
    }
}

static void add_kernels(const char *text, Text *out)
{
    static const char begin[] = "extern \"C\" __global__";
    for (const char *p = text; (p = strstr(p, begin)); p += strlen(begin))
        add_kernel(p + strlen(begin), out);
}

/* Blanks `__shared__` behind `extern`; the name is what stands before the bracket. */
static void find_dynamic(char *text, Text *out)
{
    static const char shared[] = "__shared__";
    for (char *p = text; (p = strstr(p, "extern")); p += 6) {
        char *at = (char *)skip_space(p + 6);
        if (strncmp(at, shared, strlen(shared)))
            continue;
        memset(at, ' ', strlen(shared));
        const char *end = at + strcspn(at, "[;");
        while (end > at && isspace((unsigned char)end[-1]))
            end--;
        const char *name = end;
        while (name > at && is_name(name[-1]))
            name--;
        char line[300];
        snprintf(line, sizeof line, "EMU_DYNAMIC(%.*s)\n", (int)(end - name), name);
        if (!out->length || !strstr(out->bytes, line))
            add(out, "%s", line);
    }
}

static void transform(Program *p, Text *out)
{
    Text tail = {0};
    find_dynamic(p->text.bytes, &tail);
    add_kernels(p->text.bytes, &tail);
    add_bytes(out, emu_header, (size_t)(emu_header_end - emu_header));
    if (p->definitions.length)
        add(out, "%s", p->definitions.bytes);
    add(out, "#line 1 \"%s\"\n%s\n#line 1 \"emulator\"\n", p->name, p->text.bytes);
    if (tail.length)
        add(out, "%s", tail.bytes);
    free(tail.bytes);
}

/* ----------------------------------------------------------------------- the compiler */

typedef struct Work {
    char folder[200], source[240], assembly[240], library[240], log[240];
} Work;

static bool open_work(Work *w)
{
    const char *base = getenv("TMPDIR");
    snprintf(w->folder, sizeof w->folder, "%s/descent-emulator-XXXXXX",
             base && *base && strlen(base) < 150 ? base : P_tmpdir);
    if (!mkdtemp(w->folder))
        return false;
    snprintf(w->source, sizeof w->source, "%s/kernels.cc", w->folder);
    snprintf(w->assembly, sizeof w->assembly, "%s/kernels.s", w->folder);
    snprintf(w->library, sizeof w->library, "%s/kernels.so", w->folder);
    snprintf(w->log, sizeof w->log, "%s/log", w->folder);
    return true;
}

static void close_work(const Work *w)
{
    const char *files[] = {w->source, w->assembly, w->library, w->log};
    for (int i = 0; i < 4; i++)
        unlink(files[i]);
    rmdir(w->folder);
}

static bool write_file(const char *path, const Text *t)
{
    FILE *f = fopen(path, "w");
    bool good = f && fwrite(t->bytes, 1, t->length, f) == t->length;
    return f && !fclose(f) && good;
}

static bool read_file(const char *path, Text *out)
{
    char bytes[1 << 16];
    FILE *f = fopen(path, "r");
    for (size_t n; f && (n = fread(bytes, 1, sizeof bytes, f));)
        add_bytes(out, bytes, n);
    return f && !fclose(f);
}

/* Runs a program, its messages to a file; false if it fails or is not there. */
static bool run(const char *const *words, const char *log, bool *there)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = 1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    int error = posix_spawnp(&child, words[0], &actions, NULL, (char **)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    *there = !error;
    if (!error)
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
    return !error && status == 0;
}

/* The bytes of each variable of emu_shared are one line, as `.zero 4224`. */
static bool add_gaps(const char *path)
{
    static const char gap[] = "\t.zero\t1024\n";
    Text text = {0}, out = {0};
    bool good = read_file(path, &text), shared = false;
    for (const char *line = text.bytes; good && line && *line;) {
        size_t length = strcspn(line, "\n");
        length += line[length] == '\n';
        const char *word = skip_space(line);
        if (!strncmp(word, ".section", 8) || !strncmp(word, ".text", 5) ||
            !strncmp(word, ".data", 5) || !strncmp(word, ".bss", 4))
            shared = memmem(line, length, "emu_shared", 10);
        add_bytes(&out, line, length);
        if (shared && !strncmp(word, ".zero", 5))
            add_bytes(&out, gap, strlen(gap));
        line += length;
    }
    good = good && write_file(path, &out);
    free(text.bytes);
    free(out.bytes);
    return good;
}

static bool compile_with(const char *compiler, const Work *w, bool *there)
{
    const char *compile[] = {
        compiler,
        "-std=gnu++17",
        "-O1",
        "-g1",
        "-gdwarf-4",
        "-fno-var-tracking", /* lines are enough: variables took most of the time */
        "-w",
        "-S",
        "-fPIC",
        "-march=native",
        "-fsanitize=thread,alignment",
        "-fno-sanitize-recover=alignment",
        "-ffp-contract=off",
        "-fno-strict-aliasing",
        "-fno-exceptions",
        "-fno-rtti",
        "-fno-stack-protector",
        "-fno-math-errno",
        w->source,
        "-o",
        w->assembly,
        NULL,
    };
    const char *link[] = {compiler,
                          "-shared",
                          "-nostdlib",
                          "-Wl,-Bsymbolic",
                          "-Wl,--wrap=__ubsan_handle_type_mismatch_v1_abort",
                          "-Wl,--wrap=memcpy,--wrap=memmove,--wrap=memset",
                          w->assembly,
                          "-lm",
                          "-lgcc",
                          "-o",
                          w->library,
                          NULL};
    return run(compile, w->log, there) && add_gaps(w->assembly) &&
           run(link, w->log, there);
}

/* Each that is there may be the only one. */
static bool compile(const Work *w)
{
    const char *named = getenv("DESCENT_EMULATOR_CXX");
    const char *compilers[] = {named && *named ? named : "c++", "g++", "clang++",
                               "clang++-19"};
    bool there = false, good = false;
    for (int i = 0; i < 4 && !there; i++)
        good = compile_with(compilers[i], w, &there);
    return good;
}

int nvrtcCompileProgram(void *program, int count, const char *const *options)
{
    Program *p = program;
    Work w;
    Text text = {0};
    for (int i = 0; i < count; i++)
        if (read_option(p, options[i]))
            return INVALID_OPTION;
    if (!open_work(&w))
        return OUT_OF_MEMORY;
    transform(p, &text);
    bool good =
        write_file(w.source, &text) && compile(&w) && read_file(w.library, &p->code);
    if (!good && !read_file(w.log, &p->log))
        add(&p->log, "no C++ compiler: c++, g++ or clang++\n");
    close_work(&w);
    free(text.bytes);
    return good ? OK : COMPILATION;
}

/* ------------------------------------------------------------------------ the results */

static int give(const Text *t, char *out)
{
    if (t->length)
        memcpy(out, t->bytes, t->length);
    return OK;
}

int nvrtcGetProgramLogSize(void *program, size_t *size)
{
    *size = ((Program *)program)->log.length + 1;
    return OK;
}

int nvrtcGetProgramLog(void *program, char *out)
{
    Program *p = program;
    out[p->log.length] = 0;
    return give(&p->log, out);
}

int nvrtcGetCUBINSize(void *program, size_t *size)
{
    *size = ((Program *)program)->code.length;
    return OK;
}

int nvrtcGetCUBIN(void *program, char *out)
{
    return give(&((Program *)program)->code, out);
}

static const char no_ptx[] = "// the emulator makes no PTX\n";

int nvrtcGetPTXSize(void *program, size_t *size)
{
    (void)program;
    *size = sizeof no_ptx;
    return OK;
}

int nvrtcGetPTX(void *program, char *out)
{
    (void)program;
    memcpy(out, no_ptx, sizeof no_ptx);
    return OK;
}
