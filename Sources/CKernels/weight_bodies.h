// Kernels on master weights: quantisation, optimiser. Included by bodies.h.

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
