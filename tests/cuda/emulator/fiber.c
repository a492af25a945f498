#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "tests/cuda/emulator/fiber.h"

#include <sys/mman.h>

enum { GUARD = 4096 * 16 }; /* pages are of 64 KiB at most */

#if defined __x86_64__

enum { SAVED = 6, RETURN = 6, FRAME = 8 };
__asm__(".text\n"
        ".globl fiber_switch\n"
        ".hidden fiber_switch\n"
        ".type fiber_switch, @function\n"
        "fiber_switch:\n"
        "    push %rbp\n    push %rbx\n    push %r12\n"
        "    push %r13\n    push %r14\n    push %r15\n"
        "    mov %rsp, (%rdi)\n"
        "    mov %rsi, %rsp\n"
        "    pop %r15\n    pop %r14\n    pop %r13\n"
        "    pop %r12\n    pop %rbx\n    pop %rbp\n"
        "    ret\n"
        ".size fiber_switch, .-fiber_switch\n");

#elif defined __aarch64__

/* x19..x30, d8..d15; x30 is where it returns to. */
enum { SAVED = 20, RETURN = 11, FRAME = 20 };
__asm__(".text\n"
        ".globl fiber_switch\n"
        ".hidden fiber_switch\n"
        ".type fiber_switch, %function\n"
        "fiber_switch:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp]\n    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n    stp d14, d15, [sp, #144]\n"
        "    mov x9, sp\n    str x9, [x0]\n    mov sp, x1\n"
        "    ldp x19, x20, [sp]\n    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    ret\n"
        ".size fiber_switch, .-fiber_switch\n");

#else
#error "the emulator has no switch of stacks for this processor"
#endif

uintptr_t fiber_stack_open(void)
{
    char *p = mmap(NULL, EMU_STACK + GUARD, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return 0;
    mprotect(p, GUARD, PROT_NONE);
    return (uintptr_t)(p + GUARD);
}

void fiber_stack_close(uintptr_t stack)
{
    if (stack)
        munmap((char *)stack - GUARD, EMU_STACK + GUARD);
}

/* As if `start` had been called: with the stack aligned as the ABI has it on entry. */
void *fiber_begin(uintptr_t stack, void (*start)(void))
{
    void **sp = (void **)(stack + EMU_STACK) - FRAME;
    for (int i = 0; i < SAVED; i++)
        sp[i] = NULL;
    sp[RETURN] = (void *)(uintptr_t)start;
    return sp;
}
