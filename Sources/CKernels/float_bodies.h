// Kernels on floats: surrogate, adjoint, gradients, quantisation, optimiser. Included by bodies.h.

static void fast_sigmoid(float *restrict factors, const int32_t *restrict membrane, int32_t threshold, float inverse_threshold,
                         float slope, size_t n) {
  for (size_t j = 0; j < n; j++) {
    float distance = __builtin_fabsf((float)((int64_t)membrane[j] - threshold) * inverse_threshold);
    float d = 1.0f + slope * distance;
    factors[j] = 1.0f / (d * d);
  }
}

static void adjoint(float *restrict adjoint, const float *restrict upstream, size_t upstream_stride,
                    const float *restrict factors, const uint8_t *restrict spikes, const uint8_t *restrict saturated,
                    float decay, int zero_reset, size_t ticks, size_t stride) {
  const uint8_t cut = zero_reset ? 1 : 0;
  for (size_t j = 0; j < stride; j += CK_LANES) {
    f32x16 next = {0};
    for (size_t t = ticks; t-- > 0;) {
      const size_t at = t * stride + j;
      f32x16 g, f;
      u8x16 s, p;
      memcpy(&g, upstream + t * upstream_stride + j, sizeof g);
      memcpy(&f, factors + at, sizeof f);
      memcpy(&s, spikes + at, sizeof s);
      memcpy(&p, saturated + at, sizeof p);
      f32x16 kept = __builtin_convertvector((uint8_t)1 - (s & cut), f32x16) * next;
      next = (g * f + decay * kept) * __builtin_convertvector((uint8_t)1 - p, f32x16);
      memcpy(adjoint + at, &next, sizeof next);
    }
  }
}

#define MULTIPLY_TILE(rows)                                                                                            \
  INLINE void multiply_tile_##rows(float *c, size_t c_stride, const float *a, size_t a_stride, const float *b,         \
                                   size_t b_stride, size_t k) {                                                        \
    f32x16 sum[rows];                                                                                                  \
    for (int r = 0; r < rows; r++) sum[r] = (f32x16){0};                                                               \
    for (size_t p = 0; p < k; p++) {                                                                                   \
      f32x16 x;                                                                                                        \
      memcpy(&x, b + p * b_stride, sizeof x);                                                                          \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) sum[r] += a[(size_t)r * a_stride + p] * x;     \
    }                                                                                                                  \
    for (int r = 0; r < rows; r++) memcpy(c + (size_t)r * c_stride, &sum[r], sizeof sum[r]);                           \
  }
MULTIPLY_TILE(8)
MULTIPLY_TILE(4)
MULTIPLY_TILE(2)
MULTIPLY_TILE(1)

static void multiply(float *c, size_t c_stride, const float *a, size_t a_stride, const float *b, size_t b_stride, size_t m,
                     size_t k, size_t n) {
  size_t i = 0;
#if CK_WIDTH >= 8
  for (; i + 8 <= m; i += 8)
    for (size_t j = 0; j < n; j += 16) multiply_tile_8(c + i * c_stride + j, c_stride, a + i * a_stride, a_stride, b + j, b_stride, k);
#endif
#if CK_WIDTH >= 4
  for (; i + 4 <= m; i += 4)
    for (size_t j = 0; j < n; j += 16) multiply_tile_4(c + i * c_stride + j, c_stride, a + i * a_stride, a_stride, b + j, b_stride, k);
#endif
  for (; i + 2 <= m; i += 2)
    for (size_t j = 0; j < n; j += 16) multiply_tile_2(c + i * c_stride + j, c_stride, a + i * a_stride, a_stride, b + j, b_stride, k);
  for (; i < m; i++)
    for (size_t j = 0; j < n; j += 16) multiply_tile_1(c + i * c_stride + j, c_stride, a + i * a_stride, a_stride, b + j, b_stride, k);
}

// The row's columns stay in registers while the active frames of a few samples are walked.
#define GATHER_BLOCK(vectors)                                                                                              \
  INLINE void gather_block_##vectors(float *gradient, size_t stride, size_t column, size_t row, size_t rows, size_t words, \
                                     size_t count_stride, const ck_trace *traces, size_t samples) {                        \
    f32x16 sum[vectors];                                                                                                   \
    for (int v = 0; v < vectors; v++) memcpy(&sum[v], gradient + 16 * v, sizeof sum[v]);                                   \
    for (size_t s = 0; s < samples; s++) {                                                                                 \
      const ck_trace *trace = &traces[s];                                                                                  \
      for (size_t w = 0; w < words; w++) {                                                                                 \
        uint64_t mask = trace->masks[w * rows + row];                                                                      \
        while (mask) {                                                                                                     \
          size_t frame = 64 * w + (size_t)__builtin_ctzll(mask);                                                           \
          const float *from = trace->adjoint + frame * stride + column;                                                    \
          mask &= mask - 1;                                                                                                \
          if (trace->counts) {                                                                                             \
            const float count = (float)trace->counts[frame * count_stride + row];                                         \
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {                                         \
              f32x16 x;                                                                                                    \
              memcpy(&x, from + 16 * v, sizeof x);                                                                         \
              sum[v] += count * x;                                                                                         \
            }                                                                                                              \
          } else {                                                                                                         \
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {                                         \
              f32x16 x;                                                                                                    \
              memcpy(&x, from + 16 * v, sizeof x);                                                                         \
              sum[v] += x;                                                                                                 \
            }                                                                                                              \
          }                                                                                                                \
        }                                                                                                                  \
      }                                                                                                                    \
    }                                                                                                                      \
    for (int v = 0; v < vectors; v++) memcpy(gradient + 16 * v, &sum[v], sizeof sum[v]);                                   \
  }
GATHER_BLOCK(8)
GATHER_BLOCK(4)
GATHER_BLOCK(2)
GATHER_BLOCK(1)

static void gather(float *gradient, size_t stride, size_t first, size_t count, size_t rows, size_t words, size_t count_stride,
                   const ck_trace *traces, size_t samples) {
  // The adjoints of a few samples fit the first cache; the rows of the gradient then stay near as well.
  for (size_t s = 0; s < samples; s += 4) {
    size_t few = samples - s < 4 ? samples - s : 4;
    for (size_t row = first; row < first + count; row++) {
      float *to = gradient + row * stride;
      size_t j = 0;
#if CK_WIDTH >= 8
      for (; j + 128 <= stride; j += 128) gather_block_8(to + j, stride, j, row, rows, words, count_stride, traces + s, few);
#endif
#if CK_WIDTH >= 4
      for (; j + 64 <= stride; j += 64) gather_block_4(to + j, stride, j, row, rows, words, count_stride, traces + s, few);
#endif
      for (; j + 32 <= stride; j += 32) gather_block_2(to + j, stride, j, row, rows, words, count_stride, traces + s, few);
      for (; j + 16 <= stride; j += 16) gather_block_1(to + j, stride, j, row, rows, words, count_stride, traces + s, few);
    }
  }
}

static void sum_columns(float *restrict total, const float *restrict values, size_t rows, size_t stride) {
  for (size_t r = 0; r < rows; r++)
    for (size_t j = 0; j < stride; j++) total[j] += values[r * stride + j];
}

// 1.5 · 2²³: adding and subtracting it rounds |x| < 2²² to the nearest integer, ties to even.
#define ROUNDING 12582912.0f

INLINE float rounded(float weight, float scale, float limit) {
  float x = weight * scale;
  x = x > limit ? limit : x < -limit ? -limit : x;
  return (x + ROUNDING) - ROUNDING;
}

static void quantise(int8_t *restrict quantised, const float *restrict weights, size_t n, float scale, float limit) {
  for (size_t i = 0; i < n; i++) quantised[i] = (int8_t)(int32_t)rounded(weights[i], scale, limit);
}

static double quantisation_error(const float *weights, size_t n, float scale, float limit) {
  // Lane l sums the elements l, l + 16, …; the lanes are added pairwise at the end.
  double lanes[CK_LANES] = {0};
  const float inverse = 1.0f / scale;
  for (size_t i = 0; i < n; i += CK_LANES) {
    for (size_t l = 0; l < CK_LANES; l++) {
      float difference = weights[i + l] - rounded(weights[i + l], scale, limit) * inverse;
      float square = difference * difference;
      lanes[l] += (double)square;
    }
  }
  for (size_t half = CK_LANES / 2; half > 0; half /= 2)
    for (size_t l = 0; l < half; l++) lanes[l] += lanes[l + half];
  return lanes[0];
}

static float greatest_magnitude(const float *weights, size_t n) {
  float lanes[CK_LANES] = {0};
  for (size_t i = 0; i < n; i += CK_LANES) {
    for (size_t l = 0; l < CK_LANES; l++) {
      float magnitude = __builtin_fabsf(weights[i + l]);
      lanes[l] = magnitude > lanes[l] ? magnitude : lanes[l];
    }
  }
  float greatest = 0;
  for (size_t l = 0; l < CK_LANES; l++) greatest = lanes[l] > greatest ? lanes[l] : greatest;
  return greatest;
}

static void adam(float *restrict weights, float *restrict gradient, float *restrict first, float *restrict second, size_t n,
                 float gradient_scale, float rate, float decay1, float decay2, float epsilon, float clip) {
  const float rest1 = 1.0f - decay1, rest2 = 1.0f - decay2;
  for (size_t i = 0; i < n; i++) {
    const float w = weights[i];
    float g = gradient[i] * gradient_scale;
    // A step goes against g: beyond the clip, g must have the sign of w to bring it back.
    g = __builtin_fabsf(w) <= clip || w * g > 0.0f ? g : 0.0f;
    const float m = decay1 * first[i] + rest1 * g;
    const float v = decay2 * second[i] + rest2 * (g * g);
    first[i] = m;
    second[i] = v;
    weights[i] = w - rate * m / (__builtin_elementwise_sqrt(v) + epsilon);
    gradient[i] = 0.0f;
  }
}
