// Kernels on floats of one width: REAL, its integer BITS of the same size, NAME(x) for the names. Included twice by bodies.h.

typedef REAL NAME(vector) __attribute__((vector_size(16 * sizeof(REAL))));
#define VECTOR NAME(vector)
#define FUSED(a, b, c) __builtin_elementwise_fma((REAL)(a), (REAL)(b), (REAL)(c))

// Some columns of the sums stay in registers while the active rows are walked.
#define SUM_COLUMNS(vectors)                                                                                           \
  INLINE void NAME(sum_columns_##vectors)(REAL *sums, const REAL *rows, size_t stride, const uint16_t *indices,        \
                                          size_t n, const uint8_t *counts) {                                           \
    VECTOR sum[vectors];                                                                                               \
    for (int v = 0; v < vectors; v++) sum[v] = (VECTOR){0};                                                            \
    for (size_t k = 0; k < n; k++) {                                                                                   \
      const REAL *from = rows + (size_t)indices[k] * stride;                                                           \
      const REAL count = counts ? (REAL)counts[indices[k]] : 1;                                                        \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {                                           \
        VECTOR row;                                                                                                    \
        memcpy(&row, from + 16 * v, sizeof row);                                                                       \
        sum[v] += counts ? count * row : row;                                                                          \
      }                                                                                                                \
    }                                                                                                                  \
    for (int v = 0; v < vectors; v++) memcpy(sums + 16 * v, &sum[v], sizeof sum[v]);                                   \
  }
SUM_COLUMNS(8)
SUM_COLUMNS(4)
SUM_COLUMNS(1)
#undef SUM_COLUMNS

static void NAME(sum_rows)(void *sums_, const void *rows_, size_t stride, const uint16_t *indices, size_t n,
                           const uint8_t *counts) {
  REAL *sums = sums_;
  const REAL *rows = rows_;
  size_t j = 0;
#if CK_WIDTH >= 8
  for (; j + 128 <= stride; j += 128) NAME(sum_columns_8)(sums + j, rows + j, stride, indices, n, counts);
#endif
#if CK_WIDTH >= 4
  for (; j + 64 <= stride; j += 64) NAME(sum_columns_4)(sums + j, rows + j, stride, indices, n, counts);
#endif
  for (; j < stride; j += 16) NAME(sum_columns_1)(sums + j, rows + j, stride, indices, n, counts);
}

static void NAME(current)(void *current_, void *before_, const void *input_, const void *recurrent_, double scale_, double decay_,
                          size_t n) {
  REAL *restrict current = current_, *restrict before = before_;
  const REAL *restrict input = input_, *restrict recurrent = recurrent_;
  const REAL scale = (REAL)scale_, decay = (REAL)decay_;
  for (size_t j = 0; j < n; j++) {
    REAL sum = current[j] + scale * input[j];
    if (recurrent) sum += recurrent[j];
    before[j] = sum;
    current[j] = decay * sum;
  }
}

// Membranes are recorded as their distance to the threshold, of readouts to 0: near it, where the derivative of a steep surrogate
// magnifies what rounding takes away, a float then says most. They are carried in doubles, of which `residual` keeps what the
// float cannot hold.
INLINE double NAME(origin)(const ck_real_neurons *neurons) { return neurons->spikes ? neurons->threshold : 0; }

INLINE void NAME(tick_loop)(const ck_real_neurons *neurons, const ck_real_rows *rows, int recurs, size_t n) {
  const REAL *restrict last_membrane = rows->last_membrane;
  const uint8_t *restrict last_spikes = rows->last_spikes;
  const REAL *restrict input = rows->input, *restrict recurrent = rows->recurrent, *restrict bias = rows->bias;
  REAL *restrict membrane = rows->membrane, *restrict residual = rows->residual;
  uint8_t *restrict spikes = rows->spikes, *restrict flags = rows->flags;
  const double leak = neurons->leak, threshold = neurons->threshold, scale = neurons->input_scale;
  const double before = neurons->reset == CK_RESET_BEFORE_LEAK ? threshold : 0;
  const double after = neurons->reset == CK_RESET_AFTER_LEAK ? threshold : 0;
  const double zero = neurons->reset == CK_RESET_ZERO ? 1 : 0;
  const double origin = NAME(origin)(neurons);
  const uint8_t may = neurons->spikes ? 1 : 0;
  for (size_t j = 0; j < n; j++) {
    const double spiked = (double)last_spikes[j];
    const double last = ((double)last_membrane[j] + (double)residual[j]) + origin;
    const double held = (last - spiked * before) * (1 - spiked * zero);
    double sum = leak * held - spiked * after + scale * (double)input[j] + (double)bias[j];
    if (recurs) sum += (double)recurrent[j];
    const double distance = sum - origin;
    const REAL rounded = (REAL)distance;
    membrane[j] = rounded;
    residual[j] = (REAL)(distance - (double)rounded);
    spikes[j] = (rounded >= 0) & may;
    flags[j] = 0;
  }
}

INLINE void NAME(full_tick)(const ck_real_neurons *neurons, const ck_real_rows *rows, size_t n) {
  const REAL *input = rows->input, *recurrent = rows->recurrent, *bias = rows->bias;
  REAL *membrane = rows->membrane, *held = rows->held, *residual = rows->residual;
  const double leak = neurons->leak, threshold = neurons->threshold, scale = neurons->input_scale;
  const double origin = NAME(origin)(neurons);
  for (size_t base = 0; base < n; base += CK_LANES) {
    double sums[CK_LANES];
    REAL rest[CK_LANES];
    int32_t spikes[CK_LANES], active[CK_LANES];
    for (size_t l = 0; l < CK_LANES; l++) {
      const size_t j = base + l;
      active[l] = rows->left[j] == 0;
      const double last = (double)held[j] + (double)residual[j];
      double sum = leak * last - (double)rows->pending[j] * threshold + scale * (double)input[j] + (double)bias[j];
      if (recurrent) sum += (double)recurrent[j];
      sums[l] = active[l] ? sum : last;
      rest[l] = (REAL)(sums[l] - origin);
      membrane[j] = rest[l];
      rows->flags[j] = active[l] ? 0 : CK_FLAG_RESTING;
      spikes[l] = 0;
    }
    for (int32_t s = 0; s < neurons->cap; s++) {
      int32_t any = 0;
      for (size_t l = 0; l < CK_LANES; l++) {
        const int32_t pass = active[l] & (rest[l] >= 0) & neurons->spikes;
        rest[l] -= pass ? (REAL)threshold : 0;
        spikes[l] += pass;
        any |= pass;
      }
      if (!any) break;
    }
    for (size_t l = 0; l < CK_LANES; l++) {
      const size_t j = base + l;
      rows->spikes[j] = (uint8_t)spikes[l];
      if (active[l]) {
        const int32_t reset = neurons->reset;
        const double kept = reset == CK_RESET_BEFORE_LEAK ? sums[l] - spikes[l] * threshold
            : reset == CK_RESET_ZERO && spikes[l] ? 0 : sums[l];
        held[j] = (REAL)kept;
        residual[j] = (REAL)(kept - (double)held[j]);
        rows->pending[j] = reset == CK_RESET_AFTER_LEAK ? (uint8_t)spikes[l] : 0;
        rows->left[j] = spikes[l] ? (uint16_t)neurons->refractory : 0;
      } else {
        rows->left[j]--;
      }
    }
  }
}

static void NAME(tick)(const ck_real_neurons *neurons, const ck_real_rows *rows, size_t n) {
  if (rows->held) NAME(full_tick)(neurons, rows, n);
  else if (rows->recurrent) NAME(tick_loop)(neurons, rows, 1, n);
  else NAME(tick_loop)(neurons, rows, 0, n);
}

static void NAME(convolve)(void *sums, const void *weights, const ck_convolution *g, const uint16_t *indices, size_t n,
                           const uint8_t *counts);

static void NAME(forward)(ck_forward *call) {
  const size_t n = call->count;
  forward_begin(call, sizeof(REAL));
  for (size_t j = 0; j < n; j++) ((REAL *)call->membranes)[j] = (REAL)-NAME(origin)(call->real_neurons);
  for (size_t tick = 0; tick < call->ticks; tick++) {
    const uint8_t *row;
    size_t found;
    int beyond_one = 0;
    if (arrivals(call, tick, &row, &found, &beyond_one)) {
      if (call->convolution) NAME(convolve)(call->sums, call->weights, call->convolution, call->indices, found, row);
      else NAME(sum_rows)(call->sums, call->weights, n, call->indices, found, beyond_one ? row : NULL);
    }
    const int recurs = call->recurrent_delay && tick >= call->recurrent_delay;
    if (recurs) {
      beyond_one = 0;
      row = own_arrivals(call, tick, &found, &beyond_one);
      NAME(sum_rows)(call->recurrent_sums, call->recurrent, n, call->indices, found, beyond_one ? row : NULL);
    }
    const REAL *input = call->sums, *recurrent = recurs ? call->recurrent_sums : NULL;
    if (call->has_current) {
      NAME(current)(call->current, (REAL *)call->currents + tick * n, input, recurrent, call->current_scale, call->current_leak, n);
      input = call->current;
      recurrent = NULL;
    }
    REAL *membrane = (REAL *)call->membranes + tick * n;
    uint8_t *spikes = call->spikes + tick * n;
    const ck_real_rows rows = {membrane, spikes, input, recurrent, call->bias, membrane + n, call->residual, spikes + n,
                               call->flags + tick * n, call->held, call->pending, call->left};
    NAME(tick)(call->real_neurons, &rows, n);
  }
  call->total = total(call->spikes + n, call->ticks * n);
}

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

#define PRODUCT_TILE(rows, columns)                                                                                        \
  INLINE void NAME(product_##rows##x##columns)(REAL *c, size_t c_stride, const REAL *a, size_t a_stride, const REAL *b,    \
                                               size_t b_stride, size_t k, int accumulate) {                                \
    VECTOR sum[rows][columns];                                                                                             \
    for (int r = 0; r < rows; r++)                                                                                         \
      for (int v = 0; v < columns; v++) {                                                                                  \
        if (accumulate) memcpy(&sum[r][v], c + (size_t)r * c_stride + 16 * v, sizeof sum[r][v]);                           \
        else sum[r][v] = (VECTOR){0};                                                                                      \
      }                                                                                                                    \
    for (size_t p = 0; p < k; p++) {                                                                                       \
      VECTOR x[columns];                                                                                                   \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < columns; v++)                                                 \
          memcpy(&x[v], b + p * b_stride + 16 * v, sizeof x[v]);                                                           \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {                                                  \
        const VECTOR y = (VECTOR){0} + a[(size_t)r * a_stride + p];                                                        \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < columns; v++)                                               \
            sum[r][v] = __builtin_elementwise_fma(y, x[v], sum[r][v]);                                                     \
      }                                                                                                                    \
    }                                                                                                                      \
    for (int r = 0; r < rows; r++)                                                                                         \
      for (int v = 0; v < columns; v++) memcpy(c + (size_t)r * c_stride + 16 * v, &sum[r][v], sizeof sum[r][v]);           \
  }
PRODUCT_TILE(8, 2)
PRODUCT_TILE(8, 1)
PRODUCT_TILE(4, 1)
PRODUCT_TILE(1, 1)

static void NAME(multiply)(void *c_, size_t c_stride, const void *a_, size_t a_stride, const void *b_, size_t b_stride, size_t m,
                           size_t k, size_t n, int accumulate) {
  REAL *c = c_;
  const REAL *a = a_, *b = b_;
  size_t i = 0;
#if CK_WIDTH >= 8 && !IS_DOUBLE
  for (; i + 8 <= m; i += 8) {
    size_t j = 0;
    for (; j + 32 <= n; j += 32)
      NAME(product_8x2)(c + i * c_stride + j, c_stride, a + i * a_stride, a_stride, b + j, b_stride, k, accumulate);
    for (; j < n; j += 16)
      NAME(product_8x1)(c + i * c_stride + j, c_stride, a + i * a_stride, a_stride, b + j, b_stride, k, accumulate);
  }
#endif
#if CK_WIDTH >= 4
  for (; i + 4 <= m; i += 4)
    for (size_t j = 0; j < n; j += 16)
      NAME(product_4x1)(c + i * c_stride + j, c_stride, a + i * a_stride, a_stride, b + j, b_stride, k, accumulate);
#endif
  for (; i < m; i++)
    for (size_t j = 0; j < n; j += 16)
      NAME(product_1x1)(c + i * c_stride + j, c_stride, a + i * a_stride, a_stride, b + j, b_stride, k, accumulate);
}

static void NAME(backward_recurrent)(const ck_backward *call, const void *weights, size_t delay, size_t depth) {
  ck_backward one = *call;
  for (size_t t = call->end; t-- > call->first;) {
    if (t + delay < call->end)
      NAME(multiply)((REAL *)(uintptr_t)call->upstream + t * call->upstream_tick, call->upstream_sample,
                     (const REAL *)call->adjoint + (t + delay) * call->adjoint_tick, call->adjoint_sample, weights, call->n,
                     call->samples, depth, call->n, 1);
    one.first = t;
    one.end = t + 1;
    NAME(backward)(&one);
  }
}

// Some columns of a row stay in registers while its active frames are walked: those of the mask, whose bit f is frame f.
#define COLLECT_BLOCK(vectors)                                                                                             \
  INLINE void NAME(collect_##vectors)(REAL *gradient, const REAL *adjoint, size_t pitch, uint64_t mask,                    \
                                      const uint8_t *counts, size_t count_stride, REAL scale) {                            \
    VECTOR sum[vectors];                                                                                                   \
    for (int v = 0; v < vectors; v++) sum[v] = (VECTOR){0};                                                                \
    while (mask) {                                                                                                         \
      const size_t frame = (size_t)__builtin_ctzll(mask);                                                                  \
      const REAL *from = adjoint + frame * pitch;                                                                          \
      mask &= mask - 1;                                                                                                    \
      if (counts) {                                                                                                        \
        const REAL count = (REAL)counts[frame * count_stride];                                                             \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {                                             \
          VECTOR x;                                                                                                        \
          memcpy(&x, from + 16 * v, sizeof x);                                                                             \
          sum[v] += count * x;                                                                                             \
        }                                                                                                                  \
      } else {                                                                                                             \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {                                             \
          VECTOR x;                                                                                                        \
          memcpy(&x, from + 16 * v, sizeof x);                                                                             \
          sum[v] += x;                                                                                                     \
        }                                                                                                                  \
      }                                                                                                                    \
    }                                                                                                                      \
    _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {                                                 \
      VECTOR total;                                                                                                        \
      memcpy(&total, gradient + 16 * v, sizeof total);                                                                     \
      total += scale * sum[v];                                                                                             \
      memcpy(gradient + 16 * v, &total, sizeof total);                                                                     \
    }                                                                                                                      \
  }
COLLECT_BLOCK(8)
COLLECT_BLOCK(4)
COLLECT_BLOCK(2)
COLLECT_BLOCK(1)

// Rows of a gradient whose block of columns stays in the second cache while the samples pass by.
#define GATHER_ROWS 112

#define GATHER(vectors)                                                                                              \
  INLINE void NAME(gather_##vectors)(REAL *gradient, size_t stride, size_t column, size_t first, size_t end,         \
                                     size_t rows, size_t words, size_t frames, size_t count_stride, size_t pitch,    \
                                     const ck_sample_trace *traces, size_t samples, REAL scale) {                    \
    /* 64 frames at a time, so that their columns fit the first cache: of as many samples as fit a word together, whose \
       adjoints are neighbours, or of one. */                                                                        \
    const size_t together = frames <= 32 ? 64 / frames : 1;                                                          \
    for (size_t s = 0, few; s < samples; s += few) {                                                                 \
      few = samples - s < together ? samples - s : together;                                                         \
      for (size_t k = 0; k < few; k++)                                                                               \
        if (traces[s + k].counts) few = 1;                                                                           \
      const ck_sample_trace *trace = &traces[s];                                                                     \
      for (size_t w = 0; w < words; w++) {                                                                           \
        const REAL *adjoint = (const REAL *)trace->adjoint + 64 * w * pitch + column;                                \
        for (size_t row = first; row < end; row++) {                                                                 \
          uint64_t mask = trace->masks[w * rows + row];                                                              \
          for (size_t k = 1; k < few; k++) mask |= trace[k].masks[row] << (k * frames);                              \
          if (!mask) continue;                                                                                       \
          const uint8_t *counts = trace->counts ? trace->counts + 64 * w * count_stride + row : NULL;                \
          NAME(collect_##vectors)(gradient + row * stride + column, adjoint, pitch, mask, counts, count_stride, scale); \
        }                                                                                                            \
      }                                                                                                              \
    }                                                                                                                \
  }
GATHER(8)
GATHER(4)
GATHER(2)
GATHER(1)

static void NAME(gather)(void *gradient_, size_t stride, size_t first, size_t count, size_t rows, size_t words, size_t frames,
                         size_t count_stride, size_t pitch, const ck_sample_trace *traces, size_t samples, double scale_) {
  REAL *gradient = gradient_;
  const REAL scale = (REAL)scale_;
  for (size_t row = first; row < first + count; row += GATHER_ROWS) {
    const size_t end = first + count - row < GATHER_ROWS ? first + count : row + GATHER_ROWS;
    size_t j = 0;
#define GATHER_COLUMNS(vectors)                                                                                          \
  for (; j + 16 * vectors <= stride; j += 16 * vectors)                                                                  \
    NAME(gather_##vectors)(gradient, stride, j, row, end, rows, words, frames, count_stride, pitch, traces, samples, scale);
#if CK_WIDTH >= 8
    GATHER_COLUMNS(8)
#endif
#if CK_WIDTH >= 4
    GATHER_COLUMNS(4)
#endif
    GATHER_COLUMNS(2)
    GATHER_COLUMNS(1)
#undef GATHER_COLUMNS
  }
}

static void NAME(sum_columns)(void *total_, const void *values_, size_t rows, size_t row_stride, size_t n, double scale_) {
  REAL *restrict total = total_;
  const REAL *restrict values = values_;
  const REAL scale = (REAL)scale_;
  for (size_t r = 0; r < rows; r++)
    for (size_t j = 0; j < n; j++) total[j] += scale * values[r * row_stride + j];
}

// One event's row additions, forward (sums from weights) or for the gradient (gradient from adjoints).
INLINE void NAME(spread)(int forward, REAL *to, const REAL *from, const ck_convolution *g, size_t index, REAL count, size_t above) {
  const size_t p = index / g->below, c = index - p * g->below, y = p / g->width, x = p - y * g->width;
  const reach v = reached(y, g->kernel, g->stride, g->padding, g->out_height);
  const reach h = reached(x, g->kernel, g->stride, g->padding, g->out_width);
  size_t ky = v.tap;
  for (size_t oy = v.first; oy < v.end; oy++, ky -= g->stride) {
    size_t kx = h.tap;
    for (size_t ox = h.first; ox < h.end; ox++, kx -= g->stride) {
      const size_t map = (oy * g->out_width + ox) * above, tap = ((c * g->kernel + ky) * g->kernel + kx) * above;
      for (size_t j = 0; j < above; j += 16) {
        VECTOR sum, row;
        memcpy(&sum, to + (forward ? map : tap) + j, sizeof sum);
        memcpy(&row, from + (forward ? tap : map) + j, sizeof row);
        sum += count * row;
        memcpy(to + (forward ? map : tap) + j, &sum, sizeof sum);
      }
    }
  }
}

static void NAME(convolve)(void *sums, const void *weights, const ck_convolution *g, const uint16_t *indices, size_t n,
                           const uint8_t *counts) {
  memset(sums, 0, g->out_height * g->out_width * g->above * sizeof(REAL));
  if (g->above == 16)
    for (size_t k = 0; k < n; k++) NAME(spread)(1, sums, weights, g, indices[k], (REAL)counts[indices[k]], 16);
  else if (g->above == 32)
    for (size_t k = 0; k < n; k++) NAME(spread)(1, sums, weights, g, indices[k], (REAL)counts[indices[k]], 32);
  else
    for (size_t k = 0; k < n; k++) NAME(spread)(1, sums, weights, g, indices[k], (REAL)counts[indices[k]], g->above);
}

// One row of a kernel's taps and a block of channels above stay in registers while a channel's events pass by. `sorted` has the place
// in the padded map and the count of each.
#define TAPS(kernel, vectors)                                                                                          \
  INLINE void NAME(taps_##kernel##x##vectors)(REAL *gradient, const REAL *padded, size_t above, const uint32_t *sorted, \
                                              size_t n) {                                                              \
    VECTOR sum[kernel][vectors];                                                                                       \
    for (int q = 0; q < kernel; q++)                                                                                   \
      for (int v = 0; v < vectors; v++) sum[q][v] = (VECTOR){0};                                                       \
    for (size_t k = 0; k < n; k++) {                                                                                   \
      const REAL *from = padded + (size_t)sorted[2 * k] * above;                                                       \
      const REAL count = (REAL)sorted[2 * k + 1];                                                                      \
      _Pragma("clang loop unroll(full)") for (int q = 0; q < kernel; q++)                                              \
          _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {                                       \
        VECTOR x;                                                                                                      \
        memcpy(&x, from + (size_t)q * above + 16 * v, sizeof x);                                                       \
        sum[q][v] += count * x;                                                                                        \
      }                                                                                                                \
    }                                                                                                                  \
    for (int q = 0; q < kernel; q++)                                                                                   \
      for (int v = 0; v < vectors; v++) {                                                                              \
        VECTOR total;                                                                                                  \
        REAL *to = gradient + (size_t)(kernel - 1 - q) * above + 16 * v;                                               \
        memcpy(&total, to, sizeof total);                                                                              \
        total += sum[q][v];                                                                                            \
        memcpy(to, &total, sizeof total);                                                                              \
      }                                                                                                                \
  }
TAPS(3, 2)
TAPS(3, 1)
TAPS(5, 2)
TAPS(5, 1)
#undef TAPS

// The events of each channel together, and the adjoint with a border, so that no tap lies outside.
static void NAME(convolve_gradient_rows)(REAL *gradient, const REAL *adjoint, const ck_convolution *g, const uint16_t *indices,
                                         size_t n, const uint8_t *counts, REAL *padded, uint32_t *sorted) {
  const size_t kernel = g->kernel, above = g->above, border = kernel - 1, width = g->out_width + 2 * border;
  const uint64_t by_below = inverse(g->below), by_width = inverse(g->width);
  for (size_t y = 0; y < g->out_height; y++)
    memcpy(padded + ((y + border) * width + border) * above, adjoint + y * g->out_width * above,
           g->out_width * above * sizeof(REAL));
  uint32_t *starts = sorted + 2 * n;
  for (size_t c = 0; c <= g->channels; c++) starts[c] = 0;
  for (size_t k = 0; k < n; k++) starts[indices[k] - divided(indices[k], by_below) * g->below]++;
  for (size_t c = 0, start = 0; c <= g->channels; c++) {
    const uint32_t found = starts[c];
    starts[c] = (uint32_t)start;
    start += found;
  }
  for (size_t k = 0; k < n; k++) {
    const size_t index = indices[k], p = divided(index, by_below), c = index - p * g->below;
    const size_t y = divided(p, by_width), x = p - y * g->width, at = starts[c]++;
    sorted[2 * at] = (uint32_t)((y + g->padding) * width + x + g->padding);
    sorted[2 * at + 1] = counts[index];
  }
  for (size_t c = 0, first = 0; c < g->channels; first = starts[c], c++) {
    const size_t found = starts[c] - first;
    if (!found) continue;
    for (size_t ky = 0; ky < kernel; ky++) {
      REAL *to = gradient + (c * kernel + ky) * kernel * above;
      const REAL *from = padded + (border - ky) * width * above;
      size_t j = 0;
      if (kernel == 5) {
        for (; j + 32 <= above; j += 32) NAME(taps_5x2)(to + j, from + j, above, sorted + 2 * first, found);
        if (j < above) NAME(taps_5x1)(to + j, from + j, above, sorted + 2 * first, found);
      } else {
        for (; j + 32 <= above; j += 32) NAME(taps_3x2)(to + j, from + j, above, sorted + 2 * first, found);
        if (j < above) NAME(taps_3x1)(to + j, from + j, above, sorted + 2 * first, found);
      }
    }
  }
}

static void NAME(convolve_gradient)(void *gradient, const void *adjoint, const ck_convolution *g, const uint16_t *indices,
                                    size_t n, const uint8_t *counts, void *padded, uint32_t *sorted) {
  if (padded && (g->kernel == 5 || g->kernel == 3)) {
    NAME(convolve_gradient_rows)(gradient, adjoint, g, indices, n, counts, padded, sorted);
    return;
  }
  for (size_t k = 0; k < n; k++) NAME(spread)(0, gradient, adjoint, g, indices[k], (REAL)counts[indices[k]], g->above);
}

static void NAME(convolve_adjoint)(void *below_, const void *adjoint_, const void *transposed, const ck_convolution *g,
                                   void *work_) {
  REAL *below = below_, *work = work_;
  const REAL *adjoint = adjoint_;
  const size_t positions = g->out_height * g->out_width, pitch = g->below_pitch;
  const size_t row = g->kernel * pitch, columns = g->kernel * row;
  memset(below, 0, g->height * g->width * pitch * sizeof(REAL));
  for (size_t first = 0; first < positions; first += 8) {
    const size_t few = positions - first < 8 ? positions - first : 8;
    NAME(multiply)(work, columns, adjoint + first * g->above, g->above, transposed, columns, few, g->out_channels, columns, 0);
    for (size_t p = 0; p < few; p++) {
      const size_t oy = (first + p) / g->out_width, ox = (first + p) - oy * g->out_width;
      // The taps of a kernel row that lie inside the map are neighbours in both.
      const size_t left = ox * g->stride, skipped = left < g->padding ? g->padding - left : 0;
      const size_t x = left + skipped - g->padding;
      const size_t taps = g->kernel - skipped < g->width - x ? g->kernel - skipped : g->width - x;
      for (size_t ky = 0; ky < g->kernel; ky++) {
        const size_t y = oy * g->stride + ky;
        if (y < g->padding || y - g->padding >= g->height) continue;
        REAL *to = below + ((y - g->padding) * g->width + x) * pitch;
        const REAL *from = work + p * columns + ky * row + skipped * pitch;
        for (size_t i = 0; i < taps * pitch; i += 16) {
          VECTOR sum, add;
          memcpy(&sum, to + i, sizeof sum);
          memcpy(&add, from + i, sizeof add);
          sum += add;
          memcpy(to + i, &sum, sizeof sum);
        }
      }
    }
  }
}

static void NAME(unpool)(void *below_, const void *above_, size_t height, size_t width, size_t size, size_t stride, size_t pitch) {
  REAL *below = below_;
  const REAL *above = above_;
  const size_t out_height = (height - size) / stride + 1, out_width = (width - size) / stride + 1;
  if (size == stride && height == out_height * size && width == out_width * size && pitch % 16 == 0) {
    // Windows that tile the maps: every position below has one above.
    for (size_t y = 0; y < height; y++)
      for (size_t x = 0; x < out_width; x++) {
        REAL *to = below + (y * width + x * size) * pitch;
        const REAL *from = above + (y / size * out_width + x) * pitch;
        for (size_t c = 0; c < pitch; c += 16) {
          VECTOR row;
          memcpy(&row, from + c, sizeof row);
          for (size_t h = 0; h < size; h++) memcpy(to + h * pitch + c, &row, sizeof row);
        }
      }
    return;
  }
  memset(below, 0, height * width * pitch * sizeof(REAL));
  for (size_t y = 0; y < out_height; y++)
    for (size_t x = 0; x < out_width; x++)
      for (size_t v = 0; v < size; v++)
        for (size_t h = 0; h < size; h++)
          for (size_t c = 0; c < pitch; c++)
            below[((y * stride + v) * width + x * stride + h) * pitch + c] += above[(y * out_width + x) * pitch + c];
}

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
