// Currents and neurons in integers, and all ticks of a population. Included by bodies.h.

INLINE void current_loop(int rule, int32_t k, int32_t *restrict current, int32_t *restrict before, const int32_t *restrict input,
                         int32_t input_shift, const int32_t *restrict recurrent, int32_t recurrent_shift, size_t n) {
  for (size_t j = 0; j < n; j++) {
    int64_t sum = (int64_t)current[j] + ((int64_t)input[j] << input_shift);
    if (recurrent) sum += (int64_t)recurrent[j] << recurrent_shift;
    sum = sum > INT32_MAX ? INT32_MAX : sum < INT32_MIN ? INT32_MIN : sum;
    before[j] = (int32_t)sum;
    current[j] = (int32_t)decay_int64_t(rule, sum, k);
  }
}

#define FOR_EACH_DECAY(CASE)         \
  CASE(CK_DECAY_NONE)                \
  CASE(CK_DECAY_FLOOR)               \
  CASE(CK_DECAY_TOWARD_ZERO)         \
  CASE(CK_DECAY_AT_LEAST_ONE)        \
  CASE(CK_DECAY_AT_LEAST_ONE_FLOOR)  \
  CASE(CK_DECAY_MULTIPLY)            \
  CASE(CK_DECAY_LINEAR)

static void integer_current(int32_t decay, int32_t shift, int32_t *current, int32_t *before, const int32_t *input,
                            int32_t input_shift, const int32_t *recurrent, int32_t recurrent_shift, size_t n) {
#define CURRENT_CASE(rule) \
  case rule: current_loop(rule, shift, current, before, input, input_shift, recurrent, recurrent_shift, n); break;
  switch (decay) {
    FOR_EACH_DECAY(CURRENT_CASE)
    default: __builtin_trap();
  }
}

// Cap 1, never at rest, exact sums: the reset of the last tick follows from its membrane and spikes.
#define COMMON_TICK(INT)                                                                                               \
  INLINE void common_tick_##INT(int rule, const ck_integer_neurons *model, const ck_integer_rows *rows, int recurs,    \
                                size_t n) {                                                                            \
    const ck_neurons *neurons = &model->neurons;                                                                       \
    const int32_t *restrict last_membrane = rows->last_membrane;                                                       \
    const uint8_t *restrict last_spikes = rows->last_spikes;                                                           \
    const int32_t *restrict input = rows->input, *restrict recurrent = rows->recurrent, *restrict bias = rows->bias;   \
    int32_t *restrict membrane = rows->membrane;                                                                       \
    uint8_t *restrict spikes = rows->spikes, *restrict flags = rows->flags;                                            \
    const int32_t k = neurons->shift, by = model->input_shift, recurrent_by = model->recurrent_shift;                  \
    const INT lower = neurons->lower, upper = neurons->upper, passes = neurons->passes;                                \
    const INT gate = lower < -upper ? -upper : lower;                                                                  \
    const INT before = neurons->reset == CK_RESET_BEFORE_LEAK ? neurons->threshold : 0;                                \
    const INT after = neurons->reset == CK_RESET_AFTER_LEAK ? neurons->threshold : 0;                                  \
    const INT zero = neurons->reset == CK_RESET_ZERO ? -1 : 0;                                                         \
    for (size_t j = 0; j < n; j++) {                                                                                   \
      const INT last = last_membrane[j], spiked = -(INT)last_spikes[j];                                                \
      const INT held = last - (spiked & (before + (zero & last)));                                                     \
      INT sum = decay_##INT(rule, held, k) - (spiked & after) + ((INT)input[j] << by) + (INT)bias[j];                  \
      if (recurs) sum += (INT)recurrent[j] << recurrent_by;                                                            \
      const INT clamped = sum > upper ? upper : sum < lower ? lower : sum;                                             \
      membrane[j] = (int32_t)clamped;                                                                                  \
      spikes[j] = clamped >= passes;                                                                                   \
      flags[j] = (sum > upper) | (sum < gate);                                                                         \
    }                                                                                                                  \
  }
COMMON_TICK(int32_t)
COMMON_TICK(int64_t)

INLINE int64_t saturated_16(int64_t value) { return value > 32767 ? 32767 : value < -32768 ? -32768 : value; }

// Everything that a neuron may be, 16 at a time.
INLINE void full_tick(int rule, const ck_integer_neurons *model, const ck_integer_rows *rows, size_t n) {
  const ck_neurons *neurons = &model->neurons;
  const int64_t lower = neurons->lower, upper = neurons->upper, gate = lower < -upper ? -upper : lower;
  const int64_t threshold = neurons->threshold;
  for (size_t base = 0; base < n; base += CK_LANES) {
    int64_t rest[CK_LANES];
    int32_t spikes[CK_LANES], active[CK_LANES];
    for (size_t l = 0; l < CK_LANES; l++) {
      const size_t j = base + l;
      active[l] = rows->left[j] == 0;
      int64_t input = (int64_t)rows->input[j] << model->input_shift;
      if (rows->recurrent) input += (int64_t)rows->recurrent[j] << model->recurrent_shift;
      const int64_t held = rows->held[j], bias = rows->bias[j];
      const int64_t decayed = decay_int64_t(rule, held, neurons->shift) - rows->pending[j] * threshold;
      int64_t sum = decayed + input + bias;
      int cut = 0;
      if (model->per_term) {
        const int64_t difference = decayed - held, d0 = (int16_t)difference;
        const int64_t d1 = saturated_16(d0 + input), d2 = saturated_16(d1 + bias);
        sum = saturated_16(held + d2);
        cut = (d0 != difference) | (d1 != d0 + input) | (d2 != d1 + bias) | (sum != held + d2);
      }
      const int64_t clamped = sum > upper ? upper : sum < lower ? lower : sum;
      const int saturated = cut | (sum > upper) | (sum < gate);
      rows->flags[j] = active[l] ? (saturated ? CK_FLAG_SATURATED : 0) : CK_FLAG_RESTING;
      rest[l] = active[l] ? clamped : held;
      rows->membrane[j] = (int32_t)rest[l];
      spikes[l] = 0;
    }
    for (int32_t s = 0; s < model->cap; s++) {
      int32_t any = 0;
      for (size_t l = 0; l < CK_LANES; l++) {
        const int32_t pass = active[l] & (rest[l] >= neurons->passes);
        rest[l] -= pass ? threshold : 0;
        spikes[l] += pass;
        any |= pass;
      }
      if (!any) break;
    }
    for (size_t l = 0; l < CK_LANES; l++) {
      const size_t j = base + l;
      const int32_t spiked = spikes[l] > 0;
      rows->spikes[j] = (uint8_t)spikes[l];
      if (active[l]) {
        const int32_t reset = neurons->reset;
        rows->held[j] = reset == CK_RESET_BEFORE_LEAK ? (int32_t)rest[l] : reset == CK_RESET_ZERO && spiked ? 0 : rows->membrane[j];
        rows->pending[j] = reset == CK_RESET_AFTER_LEAK ? (uint8_t)spikes[l] : 0;
        rows->left[j] = spiked ? (uint16_t)model->refractory : 0;
      } else {
        rows->left[j]--;
      }
    }
  }
}

static void integer_tick(const ck_integer_neurons *model, const ck_integer_rows *rows, size_t n) {
#define INTEGER_TICK_CASE(rule)                                               \
  case rule:                                                                  \
    if (rows->held) full_tick(rule, model, rows, n);                          \
    else if (model->neurons.wide) {                                           \
      if (rows->recurrent) common_tick_int64_t(rule, model, rows, 1, n);      \
      else common_tick_int64_t(rule, model, rows, 0, n);                      \
    } else if (rows->recurrent) common_tick_int32_t(rule, model, rows, 1, n); \
    else common_tick_int32_t(rule, model, rows, 0, n);                        \
    break;
  switch (model->neurons.decay) {
    FOR_EACH_DECAY(INTEGER_TICK_CASE)
    default: __builtin_trap();
  }
}

// What sources bring, one event after the other, into 16 bits that saturate; a source's count is one event, which is the same as
// so many events in a row.
INLINE void deliver_saturating(int32_t *restrict sums, const int8_t *rows, size_t stride, const uint16_t *indices, size_t n,
                               const uint8_t *counts, int32_t shift) {
  for (size_t k = 0; k < n; k++) {
    const int8_t *restrict row = rows + (size_t)indices[k] * stride;
    // 255 · 128 · 2⁷ fits 32 bits.
    const int32_t factor = (int32_t)counts[indices[k]] << shift;
    for (size_t j = 0; j < stride; j++) {
      const int32_t sum = sums[j] + factor * row[j];
      sums[j] = sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum;
    }
  }
}

INLINE void decay_loop(int rule, int32_t k, int32_t *restrict current, int32_t *restrict before, size_t n) {
  for (size_t j = 0; j < n; j++) {
    before[j] = current[j];
    current[j] = (int32_t)decay_int64_t(rule, current[j], k);
  }
}

static void decay_current(int32_t decay, int32_t shift, int32_t *current, int32_t *before, size_t n) {
#define DECAY_CASE(rule) \
  case rule: decay_loop(rule, shift, current, before, n); break;
  switch (decay) {
    FOR_EACH_DECAY(DECAY_CASE)
    default: __builtin_trap();
  }
}

// The sources that are active in a tick: 0 where the sums of the tick before hold.
INLINE int arrivals(ck_forward *call, size_t tick, const uint8_t **row, size_t *found, int *beyond_one) {
  if (tick < call->delay) {
    if (tick > 0 && call->merges) return 0;
    if (call->masks) call->frame_start[call->frames++] = (int32_t)tick;
    *found = 0;
    *row = call->counts;
    return 1;
  }
  *row = call->counts + (tick - call->delay) * call->sources;
  if (tick > call->delay && call->merges && memcmp(*row, *row - call->sources, call->sources) == 0) return 0;
  if (call->masks) {
    const size_t frame = call->frames++;
    call->frame_start[frame] = (int32_t)tick;
    *found = events(*row, call->sources, 1ULL << (frame % 64), call->indices, call->masks + frame / 64 * call->sources, beyond_one);
    if (call->frame_counts) memcpy(call->frame_counts + frame * call->sources, *row, call->sources);
  } else {
    *found = events(*row, call->sources, 0, call->indices, NULL, beyond_one);
  }
  if (*beyond_one) call->beyond_one = 1;
  return 1;
}

// The population's own spikes that arrive in a tick.
INLINE const uint8_t *own_arrivals(ck_forward *call, size_t tick, size_t *found, int *beyond_one) {
  const uint8_t *row = call->spikes + (1 + tick - call->recurrent_delay) * call->count;
  uint64_t *masks = call->recurrent_masks ? call->recurrent_masks + tick / 64 * call->count : NULL;
  *found = events(row, call->count, 1ULL << (tick % 64), call->indices, masks, beyond_one);
  if (call->recurrent_counts) memcpy(call->recurrent_counts + tick * call->count, row, call->count);
  return row;
}

INLINE void forward_begin(ck_forward *call, size_t element) {
  call->frames = call->total = 0;
  call->beyond_one = 0;
  const size_t words = (call->ticks + 63) / 64;
  if (call->masks) memset(call->masks, 0, words * call->sources * sizeof(uint64_t));
  if (call->recurrent_masks) memset(call->recurrent_masks, 0, words * call->count * sizeof(uint64_t));
  memset(call->membranes, 0, call->count * element);
  memset(call->spikes, 0, call->count);
  if (call->current) memset(call->current, 0, call->count * element);
  if (call->residual) memset(call->residual, 0, call->count * element);
  if (call->held) {
    memset(call->held, 0, call->count * element);
    memset(call->pending, 0, call->count);
    memset(call->left, 0, call->count * sizeof(uint16_t));
  }
}

static void forward(ck_forward *call) {
  const size_t n = call->count;
  forward_begin(call, sizeof(int32_t));
  int16_t *narrow = call->narrow;
  int8_t *turned = narrow ? (int8_t *)(narrow + n) : NULL;
  if (narrow) {
    memset(narrow, 0, n * sizeof *narrow);
    turn_weights(turned, call->weights, call->convolution);
  }
  const int saturates = call->integer_neurons->saturates;
  // The list of active sources stays where a tick is as the one before: nothing else is listed then.
  const uint8_t *row = call->counts;
  size_t found = 0;
  for (size_t tick = 0; tick < call->ticks; tick++) {
    int beyond_one = 0;
    const int is_new = arrivals(call, tick, &row, &found, &beyond_one);
    int32_t *gathered = call->has_current ? call->current : call->sums;
    if (saturates) {
      if (!call->has_current) memset(gathered, 0, n * sizeof *gathered);
      deliver_saturating(gathered, call->weights, n, call->indices, found, row, call->integer_neurons->input_shift);
    } else if (is_new) {
      if (narrow) integer_convolve_rows(call->sums, turned, call->convolution, call->indices, found, row, narrow);
      else if (call->convolution) integer_convolve(call->sums, call->weights, call->convolution, call->indices, found, row);
      else if (beyond_one) sum_rows_counts(call->sums, call->weights, n, call->indices, found, row);
      else sum_rows(call->sums, call->weights, n, call->indices, found);
    }
    const int recurs = call->recurrent_delay && tick >= call->recurrent_delay;
    if (recurs) {
      beyond_one = 0;
      row = own_arrivals(call, tick, &found, &beyond_one);
      if (saturates)
        deliver_saturating(gathered, call->recurrent, n, call->indices, found, row, call->integer_neurons->recurrent_shift);
      else if (beyond_one) sum_rows_counts(call->recurrent_sums, call->recurrent, n, call->indices, found, row);
      else sum_rows(call->recurrent_sums, call->recurrent, n, call->indices, found);
    }
    const int32_t *input = call->sums, *recurrent = recurs && !saturates ? call->recurrent_sums : NULL;
    if (call->has_current && saturates) {
      decay_current(call->current_decay, call->current_shift, call->current, (int32_t *)call->currents + tick * n, n);
      input = call->current;
    } else if (call->has_current) {
      integer_current(call->current_decay, call->current_shift, call->current, (int32_t *)call->currents + tick * n, input,
                      call->integer_neurons->input_shift, recurrent, call->integer_neurons->recurrent_shift, n);
      input = call->current;
      recurrent = NULL;
    }
    ck_integer_neurons neurons = *call->integer_neurons;
    if (call->has_current || saturates) neurons.input_shift = 0;
    int32_t *membrane = (int32_t *)call->membranes + tick * n;
    uint8_t *spikes = call->spikes + tick * n;
    const ck_integer_rows rows = {membrane, spikes, input, recurrent, call->bias, membrane + n, spikes + n,
                                  call->flags + tick * n, call->held, call->pending, call->left};
    integer_tick(&neurons, &rows, n);
  }
  call->total = total(call->spikes + n, call->ticks * n);
}
