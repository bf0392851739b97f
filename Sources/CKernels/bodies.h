// The bodies of all kernels, compiled once for each variant. CK_WIDTH is how many vectors of CK_LANES a kernel keeps in
// registers; it changes the speed and never the result, because columns are independent of each other.
#include <string.h>

#include "CKernels.h"

#pragma clang fp contract(off)
// Functions with vector arguments are always inlined: there is no calling convention to disagree about.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

typedef float f32x16 __attribute__((vector_size(64)));
typedef int32_t i32x16 __attribute__((vector_size(64)));
typedef int16_t i16x16 __attribute__((vector_size(32)));
typedef int16_t i16x32 __attribute__((vector_size(64)));
typedef int8_t i8x16 __attribute__((vector_size(16)));
typedef int8_t i8x32 __attribute__((vector_size(32), aligned(16)));
typedef int8_t i8x32_unaligned __attribute__((vector_size(32)));
typedef int32_t i32x32 __attribute__((vector_size(128), aligned(64)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));

#include "integer_bodies.h"
#include "weight_bodies.h"
#include "event_bodies.h"
#include "population_bodies.h"
#include "coding_bodies.h"
#include "mesh_bodies.h"
#include "xylo_bodies.h"

#define REAL float
#define BITS int32_t
#define NAME(name) name##_f32
#define IS_DOUBLE 0
#include "real_bodies.h"
#undef REAL
#undef BITS
#undef NAME
#undef IS_DOUBLE
#define REAL double
#define BITS int64_t
#define NAME(name) name##_f64
#define IS_DOUBLE 1
#include "real_bodies.h"
#undef REAL
#undef BITS
#undef NAME
#undef IS_DOUBLE

static const ck_kernels variant = {
    .sum_rows = sum_rows,
    .sum_rows_counts = sum_rows_counts,
    .quantise = quantise,
    .quantisation_error = quantisation_error,
    .greatest_magnitude = greatest_magnitude,
    .adam = adam,
    .random_spikes = random_spikes,
    .events = events,
    .total = total,
    .pool = pool,
    .forward = forward,
    .reals_f32 = &reals_f32,
    .reals_f64 = &reals_f64,
    .mesh = &mesh_kernels,
    .xylo_tick = xylo_tick,
};
