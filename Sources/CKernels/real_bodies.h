// Kernels on floats of one width: REAL, its integer BITS of the same size, NAME(x) for the names. Included twice by bodies.h.

typedef REAL NAME(vector) __attribute__((vector_size(16 * sizeof(REAL))));
#define VECTOR NAME(vector)

#include "real_neurons.h"
#include "real_backward.h"
#include "real_products.h"
#include "real_convolution.h"

static const ck_reals NAME(reals) = {
    .forward = NAME(forward),
    .backward = NAME(backward),
    .backward_recurrent = NAME(backward_recurrent),
    .multiply = NAME(multiply),
    .gather = NAME(gather),
    .sum_columns = NAME(sum_columns),
    .convolve_gradient = NAME(convolve_gradient),
    .convolve_adjoint = NAME(convolve_adjoint),
    .unpool = NAME(unpool),
};

#undef PRODUCT_TILE
#undef COLLECT_BLOCK
#undef GATHER
#undef GATHER_ROWS
#undef VECTOR
#undef FUSED
