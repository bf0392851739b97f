// Weighted sums, currents and neurons in floats: the forward pass. Included by real_bodies.h, for each width of floats.

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
