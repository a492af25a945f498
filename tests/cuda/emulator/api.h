/* The functions of libcuda.so.1 that the emulator has: those that backends/cuda
 * declares. */
#ifndef TESTS_CUDA_API_H
#define TESTS_CUDA_API_H

#include "tests/cuda/emulator/emulator.h"

#define CUDA(field, symbol, arguments) EMU_API int symbol arguments;
#include "backends/cuda/driver.def"

/* Does all that waits on any stream. */
int emu_stream_flush_all(void);
bool emu_stream_needs(uintptr_t at, size_t bytes); /* a copy there is still to be done */
/* EMU_CAPTURE_UNSUPPORTED while a stream captures in a way that forbids calls like
 * cuMemAlloc; the capture is then spoilt. */
int emu_stream_may_call(void);
void emu_stream_close_all(void);
void emu_module_close_all(void);

#endif
