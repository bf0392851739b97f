// Sums of weight rows, and decays. Included by bodies.h.

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
