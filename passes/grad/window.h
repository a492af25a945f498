/* The padding of the window op that takes adjoints back through another: shared by
 * reduce_window and convolution. */
#ifndef PASSES_GRAD_WINDOW_H
#define PASSES_GRAD_WINDOW_H

#include <stdint.h>

/* One dimension of a forward window op. */
typedef struct GradWindow {
    int64_t in, out, window; /* sizes */
    int64_t stride, in_dilation, window_dilation;
    int64_t pad_low;
} GradWindow;

/* The size with the elements `dilation` apart. */
static inline int64_t grad_dilated(int64_t size, int64_t dilation)
{
    return size ? (size - 1) * dilation + 1 : 0;
}

/* Windows over the dilated result with this padding (it may be negative) cover each
 * input element by the results that it went into. */
void grad_transposed_padding(const GradWindow *w, int64_t *low, int64_t *high);

#endif
