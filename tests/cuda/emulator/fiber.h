/* A thread of a kernel as a fiber: a stack of its own, and a switch that keeps what a
 * function must keep for its caller. */
#ifndef TESTS_CUDA_FIBER_H
#define TESTS_CUDA_FIBER_H

#include "tests/cuda/emulator/emulator.h"

/* EMU_STACK bytes with a page behind them that cannot be touched; 0: no memory. */
uintptr_t fiber_stack_open(void);
void fiber_stack_close(uintptr_t stack);

/* The stack pointer to switch to for `start` to begin there. It must not return. */
void *fiber_begin(uintptr_t stack, void (*start)(void));
/* Keeps the stack pointer in *from, goes on at `to`. */
void fiber_switch(void **from, void *to);

#endif
