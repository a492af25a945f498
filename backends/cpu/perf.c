/* perf's map is a line a function: address, size, name; the object knows the sizes, the JIT the
 * addresses. It is a help for those who measure: what fails is left out of it. */
#include "backends/cpu/perf.h"

#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/Object.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void add_symbol(FILE *map, LLVMOrcLLJITRef jit, LLVMSymbolIteratorRef s)
{
    LLVMOrcExecutorAddress address = 0;
    const char *name = LLVMGetSymbolName(s);
    uint64_t size = LLVMGetSymbolSize(s);
    if (!size || !name)
        return;
    LLVMErrorRef error = LLVMOrcLLJITLookup(jit, &address, name);
    if (error)
        LLVMConsumeError(error);
    else
        fprintf(map, "%" PRIx64 " %" PRIx64 " %s\n", (uint64_t)address, size, name);
}

static void add_object(FILE *map, LLVMOrcLLJITRef jit, LLVMMemoryBufferRef object)
{
    char *message = NULL;
    LLVMBinaryRef binary = LLVMCreateBinary(object, NULL, &message);
    if (!binary) {
        LLVMDisposeMessage(message);
        return;
    }
    LLVMSymbolIteratorRef s = LLVMObjectFileCopySymbolIterator(binary);
    for (; !LLVMObjectFileIsSymbolIteratorAtEnd(binary, s); LLVMMoveToNextSymbol(s))
        add_symbol(map, jit, s);
    LLVMDisposeSymbolIterator(s);
    LLVMDisposeBinary(binary);
}

unsigned cpu_perf_copy(const LLVMMemoryBufferRef *objects, unsigned count,
                       LLVMMemoryBufferRef *copies)
{
    if (!getenv("DESCENT_PERF_MAP"))
        return 0;
    for (unsigned i = 0; i < count; i++)
        copies[i] = LLVMCreateMemoryBufferWithMemoryRangeCopy(
            LLVMGetBufferStart(objects[i]), LLVMGetBufferSize(objects[i]), "object");
    return count;
}

void cpu_perf_map(LLVMOrcLLJITRef jit, const LLVMMemoryBufferRef *copies, unsigned count)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/perf-%ld.map", (long)getpid());
    FILE *map = count ? fopen(path, "a") : NULL;
    for (unsigned i = 0; i < count; i++) {
        if (map)
            add_object(map, jit, copies[i]);
        LLVMDisposeMemoryBuffer(copies[i]);
    }
    if (map)
        fclose(map);
}
