// Kernels on integers: events, sums of weight rows, the neuron's tick. Included by bodies.h.

static size_t collect(const uint8_t *counts, size_t n, uint64_t bit, uint16_t *indices, uint64_t *masks, int *beyond_one) {
  size_t found = 0;
  uint64_t seen = 0;
  for (size_t base = 0; base < n; base += 8) {
    uint64_t word = 0;
    for (int k = 7; k >= 0; k--) word = word << 8 | counts[base + (size_t)k];
    seen |= word;
    // Bit 7 of each byte of `some` tells that the byte is not zero.
    uint64_t some = (((word & 0x7f7f7f7f7f7f7f7fULL) + 0x7f7f7f7f7f7f7f7fULL) | word) & 0x8080808080808080ULL;
    while (some) {
      size_t index = base + (size_t)(__builtin_ctzll(some) >> 3);
      indices[found++] = (uint16_t)index;
      masks[index] |= bit;
      some &= some - 1;
    }
  }
  if (seen & 0xfefefefefefefefeULL) *beyond_one = 1;
  return found;
}

// 32 columns a vector. Weights are at most 128 in magnitude, so that 255 of them fit a 16-bit sum.
#define SUM_BLOCK(vectors)                                                                                     \
  INLINE void sum_block_##vectors(int32_t *sums, const int8_t *rows, size_t stride, const uint16_t *indices, size_t n) { \
    i32x32 wide[vectors];                                                                                      \
    for (int v = 0; v < vectors; v++) wide[v] = (i32x32){0};                                                   \
    for (size_t first = 0; first < n; first += 255) {                                                          \
      size_t last = n - first < 255 ? n : first + 255;                                                         \
      i16x32 part[vectors];                                                                                    \
      for (int v = 0; v < vectors; v++) part[v] = (i16x32){0};                                                 \
      for (size_t k = first; k < last; k++) {                                                                  \
        const int8_t *row = rows + (size_t)indices[k] * stride;                                                \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)                                   \
            part[v] += __builtin_convertvector(*(const i8x32 *)(row + 32 * v), i16x32);                        \
      }                                                                                                        \
      for (int v = 0; v < vectors; v++) wide[v] += __builtin_convertvector(part[v], i32x32);                   \
    }                                                                                                          \
    for (int v = 0; v < vectors; v++) memcpy(sums + 32 * v, &wide[v], sizeof wide[v]);                         \
  }
SUM_BLOCK(4)
SUM_BLOCK(2)
SUM_BLOCK(1)

INLINE void sum_block_half(int32_t *sums, const int8_t *rows, size_t stride, const uint16_t *indices, size_t n) {
  i32x16 wide = {0};
  for (size_t k = 0; k < n; k++) wide += __builtin_convertvector(*(const i8x16 *)(rows + (size_t)indices[k] * stride), i32x16);
  memcpy(sums, &wide, sizeof wide);
}

static void sum_rows(int32_t *sums, const int8_t *rows, size_t stride, const uint16_t *indices, size_t n) {
  size_t j = 0;
#if CK_WIDTH >= 4
  for (; j + 128 <= stride; j += 128) sum_block_4(sums + j, rows + j, stride, indices, n);
#endif
  for (; j + 64 <= stride; j += 64) sum_block_2(sums + j, rows + j, stride, indices, n);
  for (; j + 32 <= stride; j += 32) sum_block_1(sums + j, rows + j, stride, indices, n);
  for (; j + 16 <= stride; j += 16) sum_block_half(sums + j, rows + j, stride, indices, n);
}

static void sum_rows_counts(int32_t *sums, const int8_t *rows, size_t stride, const uint16_t *indices, size_t n,
                            const uint8_t *counts) {
  for (size_t j = 0; j < stride; j += 16) {
    i32x16 wide = {0};
    for (size_t k = 0; k < n; k++) {
      size_t index = indices[k];
      // 128 · 255 fits 16 bits.
      i16x16 weight = __builtin_convertvector(*(const i8x16 *)(rows + index * stride + j), i16x16);
      wide += __builtin_convertvector(weight * (int16_t)counts[index], i32x16);
    }
    memcpy(sums + j, &wide, sizeof wide);
  }
}

// One decay by a rule that is a constant in each expansion; INT is int32_t or int64_t.
#define DECAY(INT)                                                                        \
  INLINE INT decay_##INT(int rule, INT u, int32_t k) {                                    \
    INT magnitude = u < 0 ? -u : u, sign = (u > 0) - (u < 0), loss;                       \
    switch (rule) {                                                                       \
      case CK_DECAY_FLOOR: return u - (u >> k);                                           \
      case CK_DECAY_TOWARD_ZERO: return u - sign * (magnitude >> k);                      \
      case CK_DECAY_AT_LEAST_ONE:                                                         \
        loss = magnitude >> k;                                                            \
        return u - sign * (loss > 1 ? loss : 1);                                          \
      case CK_DECAY_AT_LEAST_ONE_FLOOR:                                                   \
        loss = u >> k;                                                                    \
        return u - (loss != 0 ? loss : sign);                                             \
      case CK_DECAY_MULTIPLY: return (u * (INT)(256 - (256 >> k))) >> 8;                  \
      case CK_DECAY_LINEAR: return u - sign * (magnitude < (INT)(uint32_t)k ? magnitude : (INT)(uint32_t)k);  \
      default: return u;                                                                  \
    }                                                                                     \
  }
DECAY(int32_t)
DECAY(int64_t)

#define TICK_LOOP(INT)                                                                                              \
  INLINE void tick_loop_##INT(int rule, const ck_neurons *neurons, const int32_t *restrict last_membrane,           \
                              const uint8_t *restrict last_spikes, const int32_t *restrict input,                   \
                              const int32_t *restrict bias, int32_t *restrict membrane, uint8_t *restrict spikes,   \
                              uint8_t *restrict saturated, size_t n) {                                              \
    const int32_t k = neurons->shift;                                                                               \
    const INT lower = neurons->lower, upper = neurons->upper, passes = neurons->passes;                             \
    const INT before = neurons->reset == CK_RESET_BEFORE_LEAK ? neurons->threshold : 0;                             \
    const INT after = neurons->reset == CK_RESET_AFTER_LEAK ? neurons->threshold : 0;                               \
    const INT zero = neurons->reset == CK_RESET_ZERO ? -1 : 0;                                                      \
    for (size_t j = 0; j < n; j++) {                                                                                \
      const INT last = last_membrane[j], spiked = -(INT)last_spikes[j];                                             \
      const INT held = last - (spiked & (before + (zero & last)));                                                  \
      const INT sum = decay_##INT(rule, held, k) - (spiked & after) + (INT)input[j] + (INT)bias[j];                 \
      const INT clamped = sum > upper ? upper : sum < lower ? lower : sum;                                          \
      membrane[j] = (int32_t)clamped;                                                                               \
      spikes[j] = clamped >= passes;                                                                                \
      saturated[j] = (sum > upper) | (sum < -upper);                                                                \
    }                                                                                                               \
  }
TICK_LOOP(int32_t)
TICK_LOOP(int64_t)

#define TICK_CASE(rule)                                                                                                    \
  case rule:                                                                                                               \
    if (neurons->wide) tick_loop_int64_t(rule, neurons, last_membrane, last_spikes, input, bias, membrane, spikes, saturated, n); \
    else tick_loop_int32_t(rule, neurons, last_membrane, last_spikes, input, bias, membrane, spikes, saturated, n);        \
    break;

static void tick(const ck_neurons *neurons, const int32_t *last_membrane, const uint8_t *last_spikes, const int32_t *input,
                 const int32_t *bias, int32_t *membrane, uint8_t *spikes, uint8_t *saturated, size_t n) {
  switch (neurons->decay) {
    TICK_CASE(CK_DECAY_NONE)
    TICK_CASE(CK_DECAY_FLOOR)
    TICK_CASE(CK_DECAY_TOWARD_ZERO)
    TICK_CASE(CK_DECAY_AT_LEAST_ONE)
    TICK_CASE(CK_DECAY_AT_LEAST_ONE_FLOOR)
    TICK_CASE(CK_DECAY_MULTIPLY)
    TICK_CASE(CK_DECAY_LINEAR)
    default: __builtin_trap();
  }
}
