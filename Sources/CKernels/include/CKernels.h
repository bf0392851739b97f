// The vector kernels of training and of the integer forward pass, in three variants with one result.
//
// Every variant computes the same bits: integers are exact, and floats are computed in an order that does not depend on the width
// of a vector. Products of matrices use fused multiplications and additions, said in so many words in every variant; nothing else
// is contracted.
//
// Rows are padded to a multiple of CK_LANES elements; padding holds zeros. Buffers of floats and of 32-bit integers are aligned
// to 64 bytes, rows of weights to 16.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "CMeshKernels.h"
#include "CXyloKernels.h"

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

// ---- The kernels of the training engine.

// What stands for the derivative of a spike, numbered as the cases of Surrogate; CK_SURROGATE_NONE is a readout, whose
// derivative by its membrane comes from above.
enum {
  CK_SURROGATE_SIGMOID = 0,
  CK_SURROGATE_TRIANGULAR = 1,
  CK_SURROGATE_RECTANGULAR = 2,
  CK_SURROGATE_FAST_SIGMOID = 3,
  CK_SURROGATE_ARCTAN = 4,
  CK_SURROGATE_NONE = 5
};

// What a tick's flags say.
enum {
  CK_FLAG_SATURATED = 1,  // the sum was cut to the membrane's range
  CK_FLAG_RESTING = 2     // the neuron was refractory
};

// The neurons of one population in integers.
typedef struct ck_integer_neurons {
  ck_neurons neurons;       // passes is INT32_MAX where nothing spikes
  int32_t input_shift;      // the weighted input is shifted up by so much
  int32_t recurrent_shift;
  int32_t cap;              // most spikes a tick
  int32_t refractory;       // ticks of rest after a spike
  int32_t per_term;         // 1: the difference to the membrane is kept in 16 bits, term by term
  int32_t saturates;        // 1: arrivals are summed in 16 bits that saturate after every event; dense weights only
} ck_integer_neurons;

// One tick's rows of a population; n elements each.
typedef struct ck_integer_rows {
  const int32_t *last_membrane;  // u before the reset, of the tick before; only of neurons with cap 1 that never rest
  const uint8_t *last_spikes;
  const int32_t *input;
  const int32_t *recurrent;      // NULL: none
  const int32_t *bias;
  int32_t *membrane;             // receives u before the reset
  uint8_t *spikes;
  uint8_t *flags;
  int32_t *held;                 // u after the reset, kept from tick to tick; only of other neurons, and so what follows
  uint8_t *pending;              // spikes that are still to be subtracted
  uint16_t *left;                // ticks of rest that are left
} ck_integer_rows;

// The neurons of one population in floats.
typedef struct ck_real_neurons {
  double leak, threshold, input_scale;
  int32_t reset, cap, refractory;
  int32_t spikes;  // 0 for a readout
} ck_real_neurons;

// As ck_integer_rows, in floats; membranes less the threshold, those of readouts as they are.
typedef struct ck_real_rows {
  const void *last_membrane;
  const uint8_t *last_spikes;
  const void *input, *recurrent, *bias;
  void *membrane;
  void *residual;  // what the last membrane lost by rounding, kept from tick to tick
  uint8_t *spikes, *flags;
  void *held;
  uint8_t *pending;
  uint16_t *left;
} ck_real_rows;

// A 2-D cross-correlation over maps. Weights are [channel below][ky][kx][above].
typedef struct ck_convolution {
  size_t height, width, channels;  // of the maps below
  size_t below;                    // elements of a position of counts below
  size_t below_pitch;              // elements of a position of gradients below, padded
  size_t kernel, stride, padding;
  size_t out_height, out_width, out_channels;
  size_t above;                    // elements of a position above, padded
} ck_convolution;

// All ticks of one population for one sample. Weights, sums, membranes, currents and biases are integers of 8 or 32 bits, or
// floats of one width; what is optional is NULL.
typedef struct ck_forward {
  size_t ticks, delay;
  size_t recurrent_delay;    // 0: not recurrent
  size_t sources;            // elements of a row of counts
  size_t count;              // neurons, padded
  int32_t merges;            // 1: ticks with equal counts share their sums, and a frame
  const uint8_t *counts;     // [ticks][sources]
  const ck_convolution *convolution;         // NULL: dense
  const ck_integer_neurons *integer_neurons;
  const ck_real_neurons *real_neurons;
  int32_t has_current, current_decay, current_shift;  // of integers
  double current_scale, current_leak;                 // of floats
  const void *weights, *recurrent, *bias;
  void *membranes;           // receives [1 + ticks][count], row 0 being before the first tick
  uint8_t *spikes;           // likewise
  uint8_t *flags;            // receives [ticks][count]
  void *currents;            // receives [ticks][count]
  // Workspace of one row each.
  void *sums, *recurrent_sums, *current, *residual;
  // Of a convolution in integers with stride 1: 16-bit sums [count], then weights of 8 bits; or NULL.
  int16_t *narrow;
  void *held;                // NULL for neurons that keep no state
  uint8_t *pending;
  uint16_t *left;
  uint16_t *indices;         // as long as the longest of both
  // What gradients need; NULL: nothing.
  uint64_t *masks;           // [words][sources]
  int32_t *frame_start;      // [ticks]
  uint8_t *frame_counts;     // [ticks][sources]
  uint64_t *recurrent_masks; // [words][count]
  uint8_t *recurrent_counts; // [ticks][count]
  // Results.
  size_t frames;
  size_t total;              // spikes
  int beyond_one;            // whether a count of the source was above 1
} ck_forward;

// Backpropagation through the ticks first..<end of a population, from the last to the first, for some samples.
typedef struct ck_backward {
  int32_t surrogate;   // CK_SURROGATE_*
  int32_t reset;       // CK_RESET_*
  int32_t attached;    // 1: through the reset
  int32_t cap;
  int32_t integers;    // 1: membranes and currents are 32-bit integers
  int32_t has_current;
  int32_t full;        // 0: cap 1, never at rest, no current, detached, of the sums only that of biases
  int32_t integer_threshold;
  double shape0, shape1;   // the surrogate's numbers
  double leak, threshold, current_leak;
  double unit;             // what one step of an integer membrane is worth
  size_t samples, first, end, n;
  const void *upstream;    // by spikes, of a readout by membranes
  size_t upstream_tick, upstream_sample;  // elements; upstream_tick 0: the same row in every tick
  const void *membranes;   // [tick][n] a sample, floats less the threshold
  const uint8_t *spikes;
  const uint8_t *flags;
  const void *currents;    // before their decay
  size_t membrane_sample, spike_sample, flag_sample, current_sample;
  void *adjoint;           // receives the derivative by the weighted input
  size_t adjoint_tick, adjoint_sample;
  void *next;              // [n] a sample: the derivative by the next executed tick's membrane
  void *next_current;
  void *bias_sum, *threshold_sum, *leak_sum, *current_sum_row;  // [n] a sample, or NULL
  size_t state_sample;     // elements between samples of the six above
} ck_backward;

// What one sample left behind for the gradient of one layer; the adjoint in the kernel's floats.
typedef struct ck_sample_trace {
  const uint64_t *masks;
  const void *adjoint;    // [frames][pitch]
  const uint8_t *counts;  // NULL when every active count is 1
} ck_sample_trace;

// Kernels on floats of one width; void pointers are to such floats.
typedef struct ck_reals {
  // All ticks of a population in floats; weighted sums run over the sources in ascending order.
  void (*forward)(ck_forward *call);
  void (*backward)(const ck_backward *call);
  // The same, tick by tick: before each, the adjoint of `delay` ticks later times `weights`, [depth][n], is added to upstream.
  void (*backward_recurrent)(const ck_backward *call, const void *weights, size_t delay, size_t depth);
  // c = a b, or c += a b; by fused multiplications and additions, k ascending.
  void (*multiply)(void *c, size_t c_stride, const void *a, size_t a_stride, const void *b, size_t b_stride, size_t m, size_t k,
                   size_t n, int accumulate);
  // gradient[r][j] += scale · Σ over samples and frames of count · adjoint[frame][j]. The adjoints of consecutive samples lie
  // `frames` rows apart; no mask has a bit beyond.
  void (*gather)(void *gradient, size_t stride, size_t first, size_t count, size_t rows, size_t words, size_t frames,
                 size_t count_stride, size_t pitch, const ck_sample_trace *traces, size_t samples, double scale);
  // total[j] += scale · Σ over rows of values[row · row_stride + j], rows ascending.
  void (*sum_columns)(void *total, const void *values, size_t rows, size_t row_stride, size_t n, double scale);
  // gradient[channel][ky][kx][above] += count · adjoint, over the active counts. With stride 1, `padded` holds the adjoint with a
  // border of kernel - 1 zeros on each side, which stay, and `sorted` 2 n + channels + 1 elements; else both may be NULL.
  void (*convolve_gradient)(void *gradient, const void *adjoint, const ck_convolution *shape, const uint16_t *indices, size_t n,
                            const uint8_t *counts, void *padded, uint32_t *sorted);
  // below = the derivative by the maps below; `transposed` is [out channel][ky][kx][below_pitch], `work` holds 8 rows of it.
  void (*convolve_adjoint)(void *below, const void *adjoint, const void *transposed, const ck_convolution *shape, void *work);
  // below = what comes down through sum pooling; positions have `pitch` elements.
  void (*unpool)(void *below, const void *above, size_t height, size_t width, size_t size, size_t stride, size_t pitch);
} ck_reals;

typedef struct ck_kernels {
  // sums[j] = Σ rows[index][j] over the indices.
  void (*sum_rows)(int32_t *sums, const int8_t *rows, size_t stride, const uint16_t *indices, size_t n);
  // sums[j] = Σ counts[index] · rows[index][j] over the indices.
  void (*sum_rows_counts)(int32_t *sums, const int8_t *rows, size_t stride, const uint16_t *indices, size_t n, const uint8_t *counts);
  // quantised[i] = clamp(w[i] · scale, ±limit) to the nearest integer, ties to even.
  void (*quantise)(int8_t *quantised, const float *weights, size_t n, float scale, float limit);
  // Σ (w - quantised / scale)², with a fixed tree over CK_LANES lanes.
  double (*quantisation_error)(const float *weights, size_t n, float scale, float limit);
  // output[tick · row + input] = 1 where 16 random bits are below the input's limit, else 0, for n listed inputs: half `tick` mod 8
  // (low half first) of the Philox4x32-10 block with counter (input, tick / 8, sample, draw). `inputs` and `limits` hold a multiple
  // of CK_LANES elements.
  void (*random_spikes)(uint8_t *output, const uint32_t *inputs, const uint32_t *limits, size_t n, size_t row, size_t ticks,
                        uint32_t sample, uint32_t draw, uint32_t key0, uint32_t key1);
  // The greatest |w|.
  float (*greatest_magnitude)(const float *weights, size_t n);
  // One step of Adam with gradient g · gradient_scale; |w| > clip lets only gradients through that shrink w. Clears g.
  void (*adam)(float *weights, float *gradient, float *first, float *second, size_t n, float gradient_scale, float rate,
               float decay1, float decay2, float epsilon, float clip);
  // Lists the non-zero counts, as collect; `masks` may be NULL. n is a multiple of 8.
  size_t (*events)(const uint8_t *counts, size_t n, uint64_t bit, uint16_t *indices, uint64_t *masks, int *beyond_one);
  // The sum of all counts.
  size_t (*total)(const uint8_t *counts, size_t n);
  // above = sums over windows; positions have `stride` elements.
  void (*pool)(uint8_t *above, const uint8_t *below, size_t height, size_t width, size_t size, size_t step, size_t stride);
  // All ticks of a population in integers.
  void (*forward)(ck_forward *call);
  const ck_reals *reals_f32;
  const ck_reals *reals_f64;
  const ck_mesh_kernels *mesh;
  ck_xylo_tick *xylo_tick;
} ck_kernels;

// Tells the processor that the thread waits awake.
static inline void ck_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// The variant that runs on every machine.
const ck_kernels *ck_portable(void);
// The variants for x86-64-v3 and x86-64-v4; NULL where the processor or the platform has no such thing.
const ck_kernels *ck_v3(void);
const ck_kernels *ck_v4(void);
