/* The archive that programs are linked from, in this binary: whoever has it can build them,
 * wherever it lies. */
__asm__(".section .rodata\n"
        ".balign 16\n"
        ".globl build_runtime, build_runtime_end\n"
        ".hidden build_runtime, build_runtime_end\n"
        "build_runtime:\n"
        ".incbin \"" BUILD_RUNTIME "\"\n"
        "build_runtime_end:\n"
        ".byte 0\n"
        ".previous\n");
