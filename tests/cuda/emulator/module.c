/* What the fake NVRTC makes: shared objects. They are loaded from memory, and their
 * symbols tell which variables are shared memory and which kernel they belong to. */
#define _GNU_SOURCE /* memfd_create, dladdr */
#include "tests/cuda/emulator/api.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct CudaModule {
    CudaModule *next;
    int file; /* in memory */
    char path[64]; /* its name */
    void *library;
    uintptr_t base, begin, end; /* where it was loaded; its bytes */
    uintptr_t shared, shared_end, dynamic;
    EmuShared *variables; /* all that are shared; names "KERNEL.VARIABLE" */
    size_t variable_count;
    CudaFunction **functions; /* that were asked for */
    size_t function_count;
};

static CudaModule *modules;

enum { NVIDIA_MACHINE = 190 }; /* e_machine of a real cubin */

/* ---------------------------------------------------------------------------- the ELF */

/* Images have no size: an ELF ends with its table of sections, as linkers write them. */
static size_t image_size(const Elf64_Ehdr *h)
{
    return h->e_shoff + (size_t)h->e_shnum * h->e_shentsize;
}

static int check_image(const void *image)
{
    const Elf64_Ehdr *h = image;
    if (memcmp(h->e_ident, ELFMAG, SELFMAG) || h->e_ident[EI_CLASS] != ELFCLASS64)
        return EMU_INVALID_IMAGE;
    if (h->e_machine == NVIDIA_MACHINE)
        return EMU_NO_BINARY;
    return h->e_type == ET_DYN && h->e_shnum ? EMU_OK : EMU_INVALID_IMAGE;
}

/* The index of the section, 0 if there is none. */
static int find_section(const Elf64_Ehdr *h, const char *name, unsigned type)
{
    const Elf64_Shdr *sections = (const void *)((const char *)h + h->e_shoff);
    const char *names = (const char *)h + sections[h->e_shstrndx].sh_offset;
    for (int i = 1; i < h->e_shnum; i++)
        if (type ? sections[i].sh_type == type
                 : !strcmp(names + sections[i].sh_name, name))
            return i;
    return 0;
}

/* C++ names a static variable of a kernel _ZZ6kernelE8variable, with numbers behind it if
 * there are several: to "kernel.variable". One outside of kernels keeps its name. */
static char *variable_name(const char *symbol)
{
    char *end = NULL, *out = NULL;
    size_t kernel = strncmp(symbol, "_ZZ", 3) ? 0 : strtoul(symbol + 3, &end, 10);
    if (!kernel || strlen(end) < kernel + 1)
        return strdup(symbol);
    const char *variable = strpbrk(end + kernel, "0123456789");
    char *begin = NULL;
    size_t length = variable ? strtoul(variable, &begin, 10) : 0;
    if (!begin || strlen(begin) < length ||
        asprintf(&out, "%.*s.%.*s", (int)kernel, end, (int)length, begin) < 0)
        return strdup(symbol);
    return out;
}

static bool read_variables(CudaModule *m, const Elf64_Ehdr *h)
{
    const Elf64_Shdr *sections = (const void *)((const char *)h + h->e_shoff);
    int table = find_section(h, NULL, SHT_SYMTAB),
        shared = find_section(h, "emu_shared", 0);
    if (!table || !shared)
        return true;
    const Elf64_Sym *symbols =
        (const void *)((const char *)h + sections[table].sh_offset);
    const char *names = (const char *)h + sections[sections[table].sh_link].sh_offset;
    size_t count = sections[table].sh_size / sizeof *symbols;
    m->shared = m->base + sections[shared].sh_addr;
    m->shared_end = m->shared + sections[shared].sh_size;
    m->variables = calloc(count, sizeof *m->variables);
    for (size_t i = 0; m->variables && i < count; i++)
        if (symbols[i].st_shndx == shared &&
            ELF64_ST_TYPE(symbols[i].st_info) == STT_OBJECT)
            m->variables[m->variable_count++] =
                (EmuShared){.name = variable_name(names + symbols[i].st_name),
                            .begin = m->base + symbols[i].st_value,
                            .size = symbols[i].st_size};
    return m->variables;
}

/* ---------------------------------------------------------------------------- loading */

/* Kernels call the emulator: its functions become visible to what is loaded from now
 * on. */
static void show_emulator(void)
{
    Dl_info self;
    if (dladdr(&modules, &self))
        dlopen(self.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

static void find_bytes(CudaModule *m)
{
    struct link_map *map = NULL;
    dlinfo(m->library, RTLD_DI_LINKMAP, &map);
    m->base = map->l_addr;
    const Elf64_Ehdr *h = (const void *)m->base;
    const Elf64_Phdr *parts = (const void *)(m->base + h->e_phoff);
    m->begin = m->base;
    for (int i = 0; i < h->e_phnum; i++)
        if (parts[i].p_type == PT_LOAD &&
            m->base + parts[i].p_vaddr + parts[i].p_memsz > m->end)
            m->end = m->base + parts[i].p_vaddr + parts[i].p_memsz;
}

static int load(CudaModule *m, const void *image)
{
    size_t size = image_size(image);
    m->file = memfd_create("cubin", MFD_CLOEXEC);
    if (m->file < 0 || write(m->file, image, size) != (ssize_t)size)
        return EMU_OUT_OF_MEMORY;
    snprintf(m->path, sizeof m->path, "/proc/%d/fd/%d", getpid(), m->file);
    show_emulator();
    m->library = dlopen(m->path, RTLD_NOW | RTLD_LOCAL);
    if (!m->library)
        return EMU_INVALID_IMAGE;
    find_bytes(m);
    m->dynamic = (uintptr_t)dlsym(m->library, "emu_dynamic");
    return read_variables(m, image) ? EMU_OK : EMU_OUT_OF_MEMORY;
}

/* A library with a unique symbol of C++ stays. The loader knows it by its name, which no
 * other may have then: its file stays open. */
static bool is_loaded(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    if (library)
        dlclose(library);
    return library;
}

static void close_function(CudaFunction *f)
{
    free(f->shared);
    free((char *)f->name);
    free(f);
}

static void close_module(CudaModule *m)
{
    for (size_t i = 0; i < m->function_count; i++)
        close_function(m->functions[i]);
    for (size_t i = 0; i < m->variable_count; i++)
        free((char *)m->variables[i].name);
    free(m->functions);
    free(m->variables);
    if (m->library)
        dlclose(m->library);
    if (m->file >= 0 && !is_loaded(m->path))
        close(m->file);
    free(m);
}

void emu_module_close_all(void)
{
    while (modules) {
        CudaModule *m = modules;
        modules = m->next;
        close_module(m);
    }
}

int cuModuleLoadData(CudaModule **out, const void *image)
{
    int error = emu_enter();
    if (!error)
        error = emu_count(EMU_MODULE);
    if (!error)
        error = image ? check_image(image) : EMU_INVALID_VALUE;
    CudaModule *m = error ? NULL : calloc(1, sizeof *m);
    if (!m)
        return emu_leave(error ? error : EMU_OUT_OF_MEMORY);
    m->file = -1;
    error = load(m, image);
    if (error) {
        close_module(m);
        return emu_leave(error);
    }
    m->next = modules;
    modules = m;
    *out = m;
    return emu_leave(EMU_OK);
}

int cuModuleUnload(CudaModule *module)
{
    int error = emu_enter();
    if (!error)
        error = emu_stream_flush_all();
    for (CudaModule **m = &modules; *m; m = &(*m)->next)
        if (*m == module) {
            *m = module->next;
            close_module(module);
            return emu_leave(error);
        }
    return emu_leave(EMU_INVALID_HANDLE);
}

bool emu_module_holds(const CudaModule *m, uintptr_t at, size_t size)
{
    bool shared = at + size > m->shared && at < m->shared_end;
    return at >= m->begin && at + size <= m->end && !shared &&
           at - m->dynamic >= EMU_SHARED_MOST;
}

const char *emu_module_line(const CudaModule *m, const void *address)
{
    static char line[200];
    char command[100];
    snprintf(command, sizeof command, "addr2line -s -e /proc/%d/fd/%d %#lx", getpid(),
             m->file, (unsigned long)((uintptr_t)address - 1 - m->base));
    FILE *f = popen(command, "r");
    if (!f || !fgets(line, sizeof line, f))
        strcpy(line, "?");
    if (f)
        pclose(f);
    line[strcspn(line, " \n")] = 0; /* " (discriminator 2)" */
    return line;
}

/* -------------------------------------------------------------------------- functions */

static bool belongs_to(const EmuShared *v, const char *kernel)
{
    size_t length = strlen(kernel);
    return !strchr(v->name, '.') ||
           (!strncmp(v->name, kernel, length) && v->name[length] == '.');
}

static bool add_shared(CudaFunction *f)
{
    const CudaModule *m = f->module;
    f->shared = calloc(m->variable_count + 1, sizeof *f->shared);
    for (size_t i = 0; f->shared && i < m->variable_count; i++)
        if (belongs_to(&m->variables[i], f->name)) {
            f->shared[f->shared_count++] = m->variables[i];
            f->shared_bytes += (unsigned)m->variables[i].size;
        }
    if (f->shared)
        f->shared[f->shared_count++] =
            (EmuShared){.name = "the dynamic shared memory", .begin = m->dynamic};
    f->dynamic_limit = f->shared_bytes < EMU_SHARED ? EMU_SHARED - f->shared_bytes : 0;
    return f->shared;
}

static CudaFunction *make_function(CudaModule *m, const char *name,
                                   const EmuKernel *kernel)
{
    CudaFunction *f = calloc(1, sizeof *f);
    CudaFunction **more =
        realloc(m->functions, (m->function_count + 1) * sizeof *m->functions);
    if (more)
        m->functions = more;
    if (!f || !more) {
        free(f);
        return NULL;
    }
    *f = (CudaFunction){.name = strdup(name), .kernel = kernel, .module = m};
    if (!f->name || !add_shared(f)) {
        close_function(f);
        return NULL;
    }
    return m->functions[m->function_count++] = f;
}

static int find_function(CudaModule *m, const char *name, CudaFunction **out)
{
    char symbol[600];
    for (size_t i = 0; i < m->function_count; i++)
        if (!strcmp(m->functions[i]->name, name)) {
            *out = m->functions[i];
            return EMU_OK;
        }
    snprintf(symbol, sizeof symbol, "emu_kernel_%s", name);
    const EmuKernel *kernel = dlsym(m->library, symbol);
    if (!kernel)
        return EMU_NOT_FOUND;
    *out = make_function(m, name, kernel);
    return *out ? EMU_OK : EMU_OUT_OF_MEMORY;
}

int cuModuleGetFunction(CudaFunction **out, CudaModule *module, const char *name)
{
    int error = emu_enter();
    return emu_leave(error ? error : find_function(module, name, out));
}

/* There are no registers: what it says of them is not worth anything. */
int cuFuncGetAttribute(int *value, int attribute, CudaFunction *f)
{
    int error = emu_enter();
    switch (attribute) {
    case 0: *value = f->kernel->threads ? (int)f->kernel->threads : EMU_THREADS; break;
    case 1: *value = (int)f->shared_bytes; break;
    case 3: *value = 0; break;
    case 4: *value = 32; break;
    case 8: *value = (int)f->dynamic_limit; break;
    default: error = EMU_INVALID_VALUE;
    }
    return emu_leave(error);
}

int cuFuncSetAttribute(CudaFunction *f, int attribute, int value)
{
    int error = emu_enter();
    if (!error && (attribute != 8 || value < 0 ||
                   value > emu_processor().block_shared - (int)f->shared_bytes))
        error = EMU_INVALID_VALUE;
    if (!error)
        f->dynamic_limit = (unsigned)value;
    return emu_leave(error);
}

int cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, CudaFunction *f, int threads,
                                                size_t dynamic_bytes)
{
    int error = emu_enter();
    EmuProcessor p = emu_processor();
    int system = p.shared - p.block_shared;
    int most = p.shared / ((int)f->shared_bytes + (int)dynamic_bytes + (system ? system : 1));
    if (!error && threads <= 0)
        error = EMU_INVALID_VALUE;
    if (!error) {
        *blocks = p.threads / threads < p.blocks ? p.threads / threads : p.blocks;
        *blocks = most < *blocks ? most : *blocks;
    }
    return emu_leave(error);
}
