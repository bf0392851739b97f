// Surrogates, and the backward pass through the neurons. Included by real_bodies.h, for each width of floats.

// e^-x for x ≥ 0: x = n ln 2 - r with |r| ≤ ln 2 / 2, the Taylor polynomial of e^r, times 2^-n; beyond 700, of
// floats 86, the value there.
INLINE REAL NAME(decline)(REAL x) {
#if IS_DOUBLE
  const REAL magic = 6755399441055744.0, greatest = 700.0;
  const REAL log2e = 1.4426950408889634, high = 0.6931471803691238, low = 1.9082149292705877e-10;
#else
  const REAL magic = 12582912.0f, greatest = 86.0f;
  const REAL log2e = 1.44269504f, high = 0.693145752f, low = 1.42860677e-6f;
#endif
  const REAL y = x > greatest ? -greatest : -x;
  const REAL shifted = y * log2e + magic, n = shifted - magic;
  const REAL r = (y - n * high) - n * low;
#if IS_DOUBLE
  REAL sum = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
#else
  REAL sum = 1.0f / 5040.0f;
#endif
  sum = sum * r + (REAL)(1.0 / 720.0);
  sum = sum * r + (REAL)(1.0 / 120.0);
  sum = sum * r + (REAL)(1.0 / 24.0);
  sum = sum * r + (REAL)(1.0 / 6.0);
  sum = sum * r + (REAL)0.5;
  sum = sum * r + (REAL)1.0;
  sum = sum * r + (REAL)1.0;
  union {
    REAL value;
    BITS bits;
  } power = {.value = shifted}, one = {.value = 1};
  power.bits = (BITS)((IS_DOUBLE ? (uint64_t)power.bits << 52 : (uint64_t)(uint32_t)power.bits << 23) + (uint64_t)one.bits);
  return sum * power.value;
}

// The derivative of a spike by x. shape0 and shape1: sigmoid k; triangular 1/w; rectangular a/2, 1/a; fast sigmoid k;
// arctan π/2·α, α/2.
INLINE REAL NAME(surrogate)(int kind, REAL x, REAL shape0, REAL shape1) {
  const REAL distance = x < 0 ? -x : x;
  switch (kind) {
    case CK_SURROGATE_SIGMOID: {
      const REAL z = NAME(decline)(shape0 * distance), d = 1 + z;
      return shape0 * z / (d * d);
    }
    case CK_SURROGATE_TRIANGULAR: {
      const REAL height = 1 - distance * shape0;
      return height > 0 ? height * shape0 : 0;
    }
    case CK_SURROGATE_RECTANGULAR: return distance < shape0 ? shape1 : 0;
    case CK_SURROGATE_FAST_SIGMOID: {
      const REAL d = 1 + shape0 * distance;
      return 1 / (d * d);
    }
    case CK_SURROGATE_ARCTAN: {
      const REAL y = shape0 * x;
      return shape1 / (1 + y * y);
    }
    default: return 1;
  }
}

// The same for 16 lanes.
typedef BITS NAME(bits_vector) __attribute__((vector_size(16 * sizeof(BITS))));

INLINE VECTOR NAME(decline_16)(VECTOR x) {
#if IS_DOUBLE
  const REAL magic = 6755399441055744.0, greatest = 700.0;
  const REAL log2e = 1.4426950408889634, high = 0.6931471803691238, low = 1.9082149292705877e-10;
#else
  const REAL magic = 12582912.0f, greatest = 86.0f;
  const REAL log2e = 1.44269504f, high = 0.693145752f, low = 1.42860677e-6f;
#endif
  const VECTOR y = -__builtin_elementwise_min(x, (VECTOR){0} + greatest);
  const VECTOR shifted = y * log2e + magic, n = shifted - magic;
  const VECTOR r = (y - n * high) - n * low;
#if IS_DOUBLE
  VECTOR sum = (VECTOR){0} + (REAL)(1.0 / 6227020800.0);
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
#else
  VECTOR sum = (VECTOR){0} + (REAL)(1.0f / 5040.0f);
#endif
  sum = sum * r + (REAL)(1.0 / 720.0);
  sum = sum * r + (REAL)(1.0 / 120.0);
  sum = sum * r + (REAL)(1.0 / 24.0);
  sum = sum * r + (REAL)(1.0 / 6.0);
  sum = sum * r + (REAL)0.5;
  sum = sum * r + (REAL)1.0;
  sum = sum * r + (REAL)1.0;
  const VECTOR unit = (VECTOR){0} + (REAL)1;
  NAME(bits_vector) power, one;
  memcpy(&power, &shifted, sizeof power);
  memcpy(&one, &unit, sizeof one);
  power = (power << (IS_DOUBLE ? 52 : 23)) + one;
  VECTOR scale;
  memcpy(&scale, &power, sizeof scale);
  return sum * scale;
}

INLINE VECTOR NAME(surrogate_16)(int kind, VECTOR x, REAL shape0, REAL shape1) {
  const VECTOR distance = __builtin_elementwise_abs(x);
  switch (kind) {
    case CK_SURROGATE_SIGMOID: {
      const VECTOR z = NAME(decline_16)(shape0 * distance), d = 1 + z;
      return shape0 * z / (d * d);
    }
    case CK_SURROGATE_TRIANGULAR: return __builtin_elementwise_max(1 - distance * shape0, (VECTOR){0}) * shape0;
    case CK_SURROGATE_RECTANGULAR: return -__builtin_convertvector(distance < shape0, VECTOR) * shape1;
    case CK_SURROGATE_FAST_SIGMOID: {
      const VECTOR d = 1 + shape0 * distance;
      return 1 / (d * d);
    }
    case CK_SURROGATE_ARCTAN: {
      const VECTOR y = shape0 * x;
      return shape1 / (1 + y * y);
    }
    default: return (VECTOR){0} + (REAL)1;
  }
}

// Cap 1, never at rest, no current, detached.
INLINE void NAME(backward_common)(int kind, int integers, const ck_backward *call, size_t sample) {
  const REAL leak = (REAL)call->leak, threshold = (REAL)call->threshold;
  const REAL shape0 = (REAL)call->shape0, shape1 = (REAL)call->shape1;
  const REAL step = 1 / (REAL)call->integer_threshold, height = kind == CK_SURROGATE_NONE ? 1 : 1 / threshold;
  const int32_t integer_threshold = call->integer_threshold;
  const uint8_t cut = call->reset == CK_RESET_ZERO ? 1 : 0;
  const size_t n = call->n;
  REAL *next = (REAL *)call->next + sample * call->state_sample;
  REAL *bias = call->bias_sum ? (REAL *)call->bias_sum + sample * call->state_sample : NULL;
  for (size_t t = call->end; t-- > call->first;) {
    const REAL *upstream = (const REAL *)call->upstream + sample * call->upstream_sample + t * call->upstream_tick;
    const int32_t *whole = (const int32_t *)call->membranes + sample * call->membrane_sample + t * n;
    const REAL *real = (const REAL *)call->membranes + sample * call->membrane_sample + t * n;
    const uint8_t *spikes = call->spikes + sample * call->spike_sample + t * n;
    const uint8_t *flags = call->flags + sample * call->flag_sample + t * n;
    REAL *adjoint = (REAL *)call->adjoint + sample * call->adjoint_sample + t * call->adjoint_tick;
    for (size_t j = 0; j < n; j += CK_LANES) {
      VECTOR s, later, g;
      u8x16 fired;
      memcpy(&later, next + j, sizeof later);
      memcpy(&g, upstream + j, sizeof g);
      memcpy(&fired, spikes + j, sizeof fired);
      if (integers) {
        i32x16 u;
        memcpy(&u, whole + j, sizeof u);
        s = NAME(surrogate_16)(kind, __builtin_convertvector(u - integer_threshold, VECTOR) * step, shape0, shape1) * height;
      } else {
        VECTOR u;
        memcpy(&u, real + j, sizeof u);
        s = NAME(surrogate_16)(kind, u, shape0, shape1);
      }
      const VECTOR kept = __builtin_convertvector((uint8_t)1 - (fired & cut), VECTOR) * later;
      VECTOR e = g * s + leak * kept;
      if (integers) {
        u8x16 cuts;
        memcpy(&cuts, flags + j, sizeof cuts);
        e *= __builtin_convertvector((uint8_t)1 - cuts, VECTOR);
      }
      memcpy(next + j, &e, sizeof e);
      memcpy(adjoint + j, &e, sizeof e);
      if (bias) {
        VECTOR sum;
        memcpy(&sum, bias + j, sizeof sum);
        sum += e;
        memcpy(bias + j, &sum, sizeof sum);
      }
    }
  }
}

INLINE void NAME(backward_full)(int kind, int integers, const ck_backward *call, size_t sample) {
  const REAL leak = (REAL)call->leak, threshold = (REAL)call->threshold, decay = (REAL)call->current_leak;
  const REAL shape0 = (REAL)call->shape0, shape1 = (REAL)call->shape1, unit = (REAL)call->unit;
  const REAL step = 1 / (REAL)call->integer_threshold, height = 1 / threshold;
  const REAL kappa = call->attached ? 1 : 0, origin = kind == CK_SURROGATE_NONE ? 0 : threshold;
  const int zero = call->reset == CK_RESET_ZERO;
  const REAL by_spike = call->reset == CK_RESET_AFTER_LEAK ? 1 : call->reset == CK_RESET_BEFORE_LEAK ? leak : 0;
  const REAL before = call->reset == CK_RESET_BEFORE_LEAK ? threshold : 0;
  const size_t n = call->n, state = sample * call->state_sample;
  REAL *restrict next = (REAL *)call->next + state, *restrict next_current = (REAL *)call->next_current + state;
  REAL *restrict bias = call->bias_sum ? (REAL *)call->bias_sum + state : NULL;
  REAL *restrict threshold_sum = call->threshold_sum ? (REAL *)call->threshold_sum + state : NULL;
  REAL *restrict leak_sum = call->leak_sum ? (REAL *)call->leak_sum + state : NULL;
  REAL *restrict current_sum = call->current_sum_row ? (REAL *)call->current_sum_row + state : NULL;
  for (size_t t = call->end; t-- > call->first;) {
    const REAL *restrict upstream = (const REAL *)call->upstream + sample * call->upstream_sample + t * call->upstream_tick;
    const int32_t *restrict whole = (const int32_t *)call->membranes + sample * call->membrane_sample + t * n;
    const REAL *restrict real = (const REAL *)call->membranes + sample * call->membrane_sample + t * n;
    const uint8_t *restrict spikes = call->spikes + sample * call->spike_sample + t * n;
    const uint8_t *restrict flags = call->flags + sample * call->flag_sample + t * n;
    REAL *restrict adjoint = (REAL *)call->adjoint + sample * call->adjoint_sample + t * call->adjoint_tick;
    for (size_t j = 0; j < n; j += CK_LANES) {
      // Over the thresholds that a tick may pass: the sum of the surrogates, the same times their numbers, the first.
      REAL all[CK_LANES], numbered[CK_LANES], first[CK_LANES];
      if (kind == CK_SURROGATE_NONE) {
        for (size_t l = 0; l < CK_LANES; l++) all[l] = first[l] = 1, numbered[l] = 0;
      } else {
        for (size_t l = 0; l < CK_LANES; l++) all[l] = first[l] = numbered[l] = 0;
        for (int32_t k = 1; k <= call->cap; k++)
          for (size_t l = 0; l < CK_LANES; l++) {
            REAL s;
            if (integers)
              s = NAME(surrogate)(kind, (REAL)((int64_t)whole[j + l] - (int64_t)k * call->integer_threshold) * step, shape0, shape1) * height;
            else s = NAME(surrogate)(kind, real[j + l] - (REAL)(k - 1) * threshold, shape0, shape1);
            all[l] += s;
            numbered[l] += (REAL)k * s;
            if (k == 1) first[l] = s;
          }
      }
      for (size_t l = 0; l < CK_LANES; l++) {
        const size_t i = j + l;
        const int resting = flags[i] & CK_FLAG_RESTING;
        const REAL u = integers ? (REAL)whole[i] * unit : real[i] + origin, spiked = (REAL)spikes[i], later = next[i];
        const REAL delta = FUSED(-kappa * by_spike * threshold, later, upstream[i]);
        const REAL through_reset = zero ? -kappa * leak * u * later : 0;
        const REAL sent = FUSED(delta, all[l], through_reset * first[l]);
        const REAL kept = zero && spikes[i] ? 0 : later;
        REAL e = FUSED(leak, kept, sent) * (flags[i] & CK_FLAG_SATURATED ? (REAL)0 : (REAL)1);
        if (leak_sum) leak_sum[i] += resting ? 0 : (u - before * spiked) * kept;
        if (threshold_sum) threshold_sum[i] -= resting ? 0 : delta * numbered[l] + through_reset * first[l] + by_spike * spiked * later;
        next[i] = resting ? later : e;
        e = resting ? 0 : e;
        if (bias) bias[i] += e;
        if (call->has_current) {
          const REAL c = e + decay * next_current[i];
          next_current[i] = c;
          if (current_sum) {
            const size_t at = sample * call->current_sample + t * n + i;
            current_sum[i] += c * (integers ? (REAL)((const int32_t *)call->currents)[at] * unit : ((const REAL *)call->currents)[at]);
          }
          e = decay * c;
        }
        adjoint[i] = e;
      }
    }
  }
}

static void NAME(backward)(const ck_backward *call) {
  for (size_t sample = 0; sample < call->samples; sample++) {
#define BACKWARD_CASE(kind)                                                    \
  case kind:                                                                   \
    if (call->full && call->integers) NAME(backward_full)(kind, 1, call, sample);    \
    else if (call->full) NAME(backward_full)(kind, 0, call, sample);                 \
    else if (call->integers) NAME(backward_common)(kind, 1, call, sample);           \
    else NAME(backward_common)(kind, 0, call, sample);                               \
    break;
    switch (call->surrogate) {
      BACKWARD_CASE(CK_SURROGATE_SIGMOID)
      BACKWARD_CASE(CK_SURROGATE_TRIANGULAR)
      BACKWARD_CASE(CK_SURROGATE_RECTANGULAR)
      BACKWARD_CASE(CK_SURROGATE_FAST_SIGMOID)
      BACKWARD_CASE(CK_SURROGATE_ARCTAN)
      BACKWARD_CASE(CK_SURROGATE_NONE)
      default: __builtin_trap();
    }
#undef BACKWARD_CASE
  }
}
