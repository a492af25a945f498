/* A trained network inside of a C program, as a function: nothing of Descent is needed to
 * run it, or to link it but the object. The object and its header are made of a model:
 *     descent train ../digits.dsc -q -o digits.safetensors
 *     descent build ../digits.dsc --model=classify --weights=digits.safetensors -o digit.o
 *     cc -std=c17 embedded.c digit.o -lm -o embedded
 *     ./embedded */
#include "digit.h"

#include <stdalign.h>
#include <stdio.h>

/* A three, in ink from 0 to 16. */
static const unsigned char scan[DIGIT_PREDICT_X_COUNT] = {
    // clang-format off
     0,  0,  7, 15, 13,  1,  0,  0,
     0,  8, 13,  6, 15,  4,  0,  0,
     0,  2,  1, 13, 13,  0,  0,  0,
     0,  0,  2, 15, 11,  1,  0,  0,
     0,  0,  0,  1, 12, 12,  1,  0,
     0,  0,  0,  0,  1, 10,  8,  0,
     0,  0,  8,  4,  5, 14,  9,  0,
     0,  0,  7, 13, 13,  9,  0,  0,
    // clang-format on
};

/* Memory for what the layers hand on. There is one because this program asks one question
 * at a time: threads that ask at once have one each. */
static alignas(64) unsigned char arena[DIGIT_PREDICT_ARENA_BYTES];

static int32_t read_digit(const unsigned char *ink)
{
    float x[DIGIT_PREDICT_X_COUNT];
    int32_t digit[DIGIT_PREDICT_OUT0_COUNT];
    for (int i = 0; i < DIGIT_PREDICT_X_COUNT; i++)
        x[i] = ink[i] * (float)DIGIT_PREDICT_X_SCALE; /* as in training: see the header */
    digit_predict(x, digit, arena, NULL);
    return digit[0];
}

int main(void)
{
    for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++)
            putchar(" .:-=+*#@"[scan[8 * y + x] / 2]);
        putchar('\n');
    }
    int32_t digit = read_digit(scan);
    printf("That is a %d.\n", (int)digit);
    return digit != 3;
}
