/* Calls functions of models whose names are none in C, as a C and as a C++ program. What
 * the headers may not be hurt by is included before them. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "class.h"
#include "int.h"

static float weights[INT_WEIGHTS_BYTES / sizeof(float)];

int main(void)
{
    float a[2] = {1, 2}, b[2] = {3, 4}, c[2] = {5, 6}, e[2] = {0, 0};
    float sum[2], mixed[2], power[2];
    int32_t d[2] = {2, 3};
    weights[INT_OFFSET_NAN / sizeof(float)] = 1;
    weights[INT_OFFSET_NAN_2 / sizeof(float)] = 2;
    weights[INT_OFFSET_A_B / sizeof(float)] = 3;
    weights[INT_OFFSET_A__B / sizeof(float)] = 10;
    int_int(weights, a, b, c, d, e, sum, mixed, power, NULL, NULL);
    if (sum[0] != 4 || sum[1] != 6 || mixed[0] != 70 || mixed[1] != 18 || power[0] != 1)
        return 1;
    int_Int_2(a, b, c, sum, NULL, NULL);
    if (sum[0] != 9 || sum[1] != 12)
        return 2;
    int_create(a, b, sum, NULL, NULL);
    if (sum[0] != 3 || sum[1] != 8)
        return 3;
    return CLASS_OFFSET_NAN == CLASS_OFFSET_NAN_2 || CLASS_STATE_BYTES <= 0
           || CLASS_TRAIN_STEP_DOUBLE__RANK || CLASS_TRAIN_STEP_DOUBLE_RANK;
}
