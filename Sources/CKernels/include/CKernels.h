// The vector kernels of training and of the integer forward pass, in three variants with one result.
//
// Every variant computes the same bits: integers are exact, floats use separate IEEE multiplications and additions in an order
// that does not depend on the width of a vector, and no expression is contracted.
//
// Rows are padded to a multiple of CK_LANES elements; padding holds zeros. Buffers of floats and of 32-bit integers are aligned
// to 64 bytes, rows of weights to 16.
#pragma once
#include <stddef.h>
#include <stdint.h>

// The elements that a row is padded to a multiple of.
#define CK_LANES 16

// How a membrane decays, in the order and with the formulas of DecayRule.
enum {
  CK_DECAY_NONE = 0,
  CK_DECAY_FLOOR = 1,
  CK_DECAY_TOWARD_ZERO = 2,
  CK_DECAY_AT_LEAST_ONE = 3,
  CK_DECAY_AT_LEAST_ONE_FLOOR = 4,
  CK_DECAY_MULTIPLY = 5,
  CK_DECAY_LINEAR = 6
};

// What a spike does to the membrane, numbered as Reset.
enum { CK_RESET_ZERO = 0, CK_RESET_BEFORE_LEAK = 1, CK_RESET_AFTER_LEAK = 2 };

// The neurons of one layer: spike cap 1, no currents, no refractory time.
typedef struct ck_neurons {
  int32_t decay;      // CK_DECAY_*
  int32_t shift;      // k; of CK_DECAY_LINEAR the amount, unsigned
  int32_t reset;      // CK_RESET_*
  int32_t lower;      // the least membrane
  int32_t upper;      // the greatest membrane
  int32_t threshold;  // subtracted at a spike
  int32_t passes;     // the least membrane that spikes: threshold, or threshold + 1 for "above"
  int32_t wide;       // 0: every sum of the tick is known to fit 32 bits; 1: sums in 64 bits
} ck_neurons;

// What one sample left behind for the gradient of one layer.
typedef struct ck_trace {
  const uint64_t *masks;  // [words][rows]: bit f of word w is frame 64 w + f, set where the source was active
  const float *adjoint;   // [frames][stride]
  const uint8_t *counts;  // [frames][count_stride]: the counts, or NULL when every active count is 1
} ck_trace;

typedef struct ck_kernels {
  // Writes the indices of the non-zero counts, ascending, and sets `bit` in the mask of each. Returns how many there are.
  // *beyond_one becomes 1 if a count is above 1. `n` is a multiple of CK_LANES.
  size_t (*collect)(const uint8_t *counts, size_t n, uint64_t bit, uint16_t *indices, uint64_t *masks, int *beyond_one);
  // sums[j] = Σ rows[index][j] over the indices.
  void (*sum_rows)(int32_t *sums, const int8_t *rows, size_t stride, const uint16_t *indices, size_t n);
  // sums[j] = Σ counts[index] · rows[index][j] over the indices.
  void (*sum_rows_counts)(int32_t *sums, const int8_t *rows, size_t stride, const uint16_t *indices, size_t n, const uint8_t *counts);
  // One tick of n neurons. `membrane` is u before the reset; the reset of the last tick follows from the last u and spikes.
  // saturated[j] = 1 where the unclamped sum lies outside -upper...upper.
  void (*tick)(const ck_neurons *neurons, const int32_t *last_membrane, const uint8_t *last_spikes, const int32_t *input,
               const int32_t *bias, int32_t *membrane, uint8_t *spikes, uint8_t *saturated, size_t n);
  // factors[j] = 1 / (1 + slope |u/θ - 1|)²: the derivative of a spike by u/θ.
  void (*fast_sigmoid)(float *factors, const int32_t *membrane, int32_t threshold, float inverse_threshold, float slope, size_t n);
  // Backward in time: e[t] = (g[t] f[t] + decay (1 - s[t] if zero_reset) e[t+1]) unless saturated. g has `upstream_stride`
  // elements between ticks, 0 for the same g in every tick.
  void (*adjoint)(float *adjoint, const float *upstream, size_t upstream_stride, const float *factors, const uint8_t *spikes,
                  const uint8_t *saturated, float decay, int zero_reset, size_t ticks, size_t stride);
  // c[m][n] = Σ a[m][k] b[k][n], k ascending; strides in elements, n a multiple of CK_LANES.
  void (*multiply)(float *c, size_t c_stride, const float *a, size_t a_stride, const float *b, size_t b_stride, size_t m, size_t k,
                   size_t n);
  // gradient[r][j] += Σ over samples and frames of count · adjoint[frame][j], for rows first..<first + count.
  void (*gather)(float *gradient, size_t stride, size_t first, size_t count, size_t rows, size_t words, size_t count_stride,
                 const ck_trace *traces, size_t samples);
  // total[j] += Σ over rows of values[row][j].
  void (*sum_columns)(float *total, const float *values, size_t rows, size_t stride);
  // quantised[i] = clamp(w[i] · scale, ±limit) to the nearest integer, ties to even.
  void (*quantise)(int8_t *quantised, const float *weights, size_t n, float scale, float limit);
  // Σ (w - quantised / scale)², with a fixed tree over CK_LANES lanes.
  double (*quantisation_error)(const float *weights, size_t n, float scale, float limit);
  // The greatest |w|.
  float (*greatest_magnitude)(const float *weights, size_t n);
  // One step of Adam with gradient g · gradient_scale; |w| > clip lets only gradients through that shrink w. Clears g.
  void (*adam)(float *weights, float *gradient, float *first, float *second, size_t n, float gradient_scale, float rate,
               float decay1, float decay2, float epsilon, float clip);
} ck_kernels;

// The variant that runs on every machine.
const ck_kernels *ck_portable(void);
// The variants for x86-64-v3 and x86-64-v4; NULL where the processor or the platform has no such thing.
const ck_kernels *ck_v3(void);
const ck_kernels *ck_v4(void);
