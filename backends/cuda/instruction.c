/* Helpers of backends/c for which a GPU has an instruction. The text for all machines stays beside it:
 * older GPUs take it, and the emulator, where there is no __CUDA_ARCH__. */
#include "backends/cuda/instruction.h"

#include <string.h>

typedef struct Instruction {
    const char *helper;
    int architecture;       /* the first that has it */
    const char *lines;
} Instruction;

/* Of two zeros, and of NaN, these make what the helpers make; but a NaN's bits. */
static const Instruction instructions[] = {
    {"f32_max", 800,
     "    float r;\n"
     "    asm(\"max.NaN.f32 %0, %1, %2;\" : \"=f\"(r) : \"f\"(a), \"f\"(b));\n"},
    {"f32_min", 800,
     "    float r;\n"
     "    asm(\"min.NaN.f32 %0, %1, %2;\" : \"=f\"(r) : \"f\"(a), \"f\"(b));\n"},
    {"bf16_of_f32", 800,
     "    uint16_t r;\n"
     "    asm(\"cvt.rn.bf16.f32 %0, %1;\" : \"=h\"(r) : \"f\"(a));\n"},
    {"f16_of_f32", 750,
     "    uint16_t r;\n"
     "    asm(\"cvt.rn.f16.f32 %0, %1;\" : \"=h\"(r) : \"f\"(a));\n"},
    {"f32_of_f16", 750,
     "    float r;\n"
     "    asm(\"cvt.f32.f16 %0, %1;\" : \"=f\"(r) : \"h\"(a));\n"},
};

const char *cuda_helper(CEmit *e, const char *name, const char *text)
{
    size_t i = 0, count = sizeof instructions / sizeof *instructions;
    while (i < count && strcmp(instructions[i].helper, name))
        i++;
    if (i == count)
        return text;
    const char *body = strstr(text, "{\n") + 2, *end = strrchr(text, '}');
    return c_format(e, "%.*s#if __CUDA_ARCH__ >= %d\n%s    return r;\n#else\n%.*s#endif\n%s",
                    (int)(body - text), text, instructions[i].architecture, instructions[i].lines,
                    (int)(end - body), body, end);
}
