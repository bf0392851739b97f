// Dense rows of the mesh emulator. Included by mesh_bodies.h.

typedef uint32_t u32x32 __attribute__((vector_size(128)));

// 32 weights of 8, 4 or 2 bits from the first of them on, low bits of a byte first.
INLINE i16x32 mesh_weights(const uint8_t *at, int bits) {
  if (bits == 8) {
    i8x32 bytes;
    memcpy(&bytes, at, 32);
    return __builtin_convertvector(bytes, i16x32);
  }
  if (bits == 4) {
    i8x16 bytes;
    memcpy(&bytes, at, 16);
    const i8x16 low = (i8x16)((u8x16)bytes << 4) >> 4, high = bytes >> 4;
    const i8x32 all = __builtin_shufflevector(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9, 25, 10,
                                              26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    return __builtin_convertvector(all, i16x32);
  }
  uint64_t word;
  memcpy(&word, at, 8);
  // Each byte four times, then its own two bits to the top.
  u8x16 bytes = {0};
  memcpy(&bytes, &word, 8);
  const i8x32 spread = (i8x32)__builtin_shufflevector(bytes, bytes, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5,
                                                      5, 5, 6, 6, 6, 6, 7, 7, 7, 7);
  const i16x32 wide = __builtin_convertvector(spread, i16x32);
  const i16x32 scale = {64, 16, 4, 1, 64, 16, 4, 1, 64, 16, 4, 1, 64, 16, 4, 1, 64, 16, 4, 1, 64, 16, 4, 1, 64, 16, 4, 1, 64, 16, 4, 1};
  // The product's low byte holds the two bits on top; a shift up and down keeps them with their sign.
  return (i16x32)(((wide * scale) << 8) >> 14);
}

// As above, reading no byte at or after `end`.
INLINE i16x32 mesh_weights_within(const uint8_t *at, int bits, const uint8_t *end) {
  const size_t bytes = 4 * (size_t)bits;
  if (__builtin_expect((size_t)(end - at) >= bytes, 1)) return mesh_weights(at, bits);
  uint8_t rest[32] = {0};
  memcpy(rest, at, (size_t)(end - at));
  return mesh_weights(rest, bits);
}

INLINE void mesh_add(int32_t *sums, i16x32 part, uint32_t factor) {
  u32x32 sum;
  memcpy(&sum, sums, sizeof sum);
  sum += (u32x32)__builtin_convertvector(part, i32x32) * factor;
  memcpy(sums, &sum, sizeof sum);
}

// Where the k-th row begins.
INLINE const uint8_t *mesh_row(const uint8_t *base, const ck_mesh_rows *rows, size_t k) {
  return base + (rows->offsets != NULL ? (int64_t)rows->offsets[k] : rows->origin + (int64_t)rows->indices[k] * rows->stride);
}

// Weights are at most 128 in magnitude, so that 255 of them fit a 16-bit sum: a tile takes at most 255 rows.
#define MESH_TILE(vectors)                                                                                               \
  INLINE void mesh_tile_##vectors(int32_t *sums, int bits, const uint8_t *base, const ck_mesh_rows *rows, size_t first,  \
                                  size_t end, uint32_t factor) {                                                         \
    i16x32 part[vectors];                                                                                                \
    for (int v = 0; v < vectors; v++) part[v] = (i16x32){0};                                                             \
    for (size_t k = first; k < end; k++) {                                                                               \
      const uint8_t *row = mesh_row(base, rows, k);                                                                      \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) part[v] += mesh_weights(row + 4 * bits * v, bits); \
    }                                                                                                                    \
    for (int v = 0; v < vectors; v++) mesh_add(sums + 32 * v, part[v], factor);                                          \
  }
#if CK_WIDTH >= 8
MESH_TILE(16)
#endif
#if CK_WIDTH >= 4
MESH_TILE(4)
#else
MESH_TILE(2)
#endif
MESH_TILE(1)

#if CK_WIDTH >= 4
// Rows of 8 bits two at a time: their bytes are interleaved and added in pairs, which takes fewer instructions than to widen each.
#if CK_WIDTH >= 8
#define MESH_PAIR_BYTES 64
typedef __m512i mesh_vector;
#define MESH_PAIR_LOAD(at) _mm512_loadu_si512(at)
#define MESH_PAIR_ADD(sum, a, b, unpack) _mm512_add_epi16(sum, _mm512_maddubs_epi16(_mm512_set1_epi8(1), _mm512_##unpack##_epi8(a, b)))
#define MESH_PAIR_ZERO _mm512_setzero_si512()
#else
#define MESH_PAIR_BYTES 32
typedef __m256i mesh_vector;
#define MESH_PAIR_LOAD(at) _mm256_loadu_si256((const __m256i *)(at))
#define MESH_PAIR_ADD(sum, a, b, unpack) _mm256_add_epi16(sum, _mm256_maddubs_epi16(_mm256_set1_epi8(1), _mm256_##unpack##_epi8(a, b)))
#define MESH_PAIR_ZERO _mm256_setzero_si256()
#endif

// The sums of the low and of the high eight columns of every sixteen, put in order.
INLINE void mesh_pair_add(int32_t *sums, mesh_vector low, mesh_vector high, uint32_t factor) {
  int16_t lows[MESH_PAIR_BYTES / 2], highs[MESH_PAIR_BYTES / 2], all[MESH_PAIR_BYTES];
  memcpy(lows, &low, sizeof low);
  memcpy(highs, &high, sizeof high);
  for (int lane = 0; lane < MESH_PAIR_BYTES / 16; lane++) {
    memcpy(all + 16 * lane, lows + 8 * lane, 16);
    memcpy(all + 16 * lane + 8, highs + 8 * lane, 16);
  }
  for (int j = 0; j < MESH_PAIR_BYTES; j += 32) {
    i16x32 part;
    memcpy(&part, all + j, sizeof part);
    mesh_add(sums + j, part, factor);
  }
}

#define MESH_PAIRS(vectors)                                                                                              \
  INLINE void mesh_pairs_##vectors(int32_t *sums, const uint8_t *base, const ck_mesh_rows *rows, size_t first, size_t end, \
                                   uint32_t factor) {                                                                    \
    mesh_vector low[vectors], high[vectors];                                                                             \
    for (int v = 0; v < vectors; v++) low[v] = high[v] = MESH_PAIR_ZERO;                                                 \
    size_t k = first;                                                                                                    \
    for (; k + 2 <= end; k += 2) {                                                                                       \
      const uint8_t *one = mesh_row(base, rows, k), *two = mesh_row(base, rows, k + 1);                                  \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) {                                             \
        const mesh_vector a = MESH_PAIR_LOAD(one + MESH_PAIR_BYTES * v), b = MESH_PAIR_LOAD(two + MESH_PAIR_BYTES * v);  \
        low[v] = MESH_PAIR_ADD(low[v], a, b, unpacklo);                                                                  \
        high[v] = MESH_PAIR_ADD(high[v], a, b, unpackhi);                                                                \
      }                                                                                                                  \
    }                                                                                                                    \
    if (k < end) {                                                                                                       \
      const uint8_t *one = mesh_row(base, rows, k);                                                                      \
      for (int v = 0; v < vectors; v++) {                                                                                \
        const mesh_vector a = MESH_PAIR_LOAD(one + MESH_PAIR_BYTES * v);                                                 \
        low[v] = MESH_PAIR_ADD(low[v], a, MESH_PAIR_ZERO, unpacklo);                                                     \
        high[v] = MESH_PAIR_ADD(high[v], a, MESH_PAIR_ZERO, unpackhi);                                                   \
      }                                                                                                                  \
    }                                                                                                                    \
    for (int v = 0; v < vectors; v++) mesh_pair_add(sums + MESH_PAIR_BYTES * v, low[v], high[v], factor);                \
  }
#if CK_WIDTH >= 8
MESH_PAIRS(9)
MESH_PAIRS(8)
MESH_PAIRS(2)

// Loads of 64 bytes that cross lines of the cache take twice as long. Where all rows lie alike to those lines, whole lines are
// added from the one on that the first column is in, and what does not belong to the rows is left out. Returns whether that was so.
INLINE int mesh_dense_lines(int32_t *sums, size_t columns, const uint8_t *base, const ck_mesh_rows *rows, size_t first, size_t end,
                            uint32_t factor) {
  // With a stride below 0 the row of the last source would not be the one nearest to the end.
  if (rows->offsets != NULL || rows->stride < 0 || rows->stride % 64 != 0 || columns < 256) return 0;
  const size_t before = (size_t)(uintptr_t)(base + rows->origin) % 64, all = before + columns;
  uint32_t last = 0;
  for (size_t k = first; k < end; k++) last = rows->indices[k] > last ? rows->indices[k] : last;
  // Before the synapses of an image there are 64 bytes at least.
  if (rows->end - (base + rows->origin + (int64_t)last * rows->stride) < (int64_t)(columns + 512)) return 0;
  const uint8_t *const lines = base - before;
  for (size_t j = 0; j < all;) {
    int32_t part[576] = {0};
    const size_t left = all - j, width = left <= 128 ? 128 : left <= 512 || left > 576 ? 512 : 576;
    if (width == 128) mesh_pairs_2(part, lines + j, rows, first, end, factor);
    else if (width == 512) mesh_pairs_8(part, lines + j, rows, first, end, factor);
    else mesh_pairs_9(part, lines + j, rows, first, end, factor);
    const size_t from = j < before ? before : j, to = j + width < all ? j + width : all;
    for (size_t i = from; i < to; i++) sums[i - before] = (int32_t)((uint32_t)sums[i - before] + (uint32_t)part[i - j]);
    j += width;
  }
  return 1;
}
#else
MESH_PAIRS(4)
#endif
#endif

// The last columns, fewer than 32: what is read beyond them is left out again.
INLINE void mesh_tail(int32_t *sums, size_t columns, int bits, const uint8_t *base, const ck_mesh_rows *rows, size_t first,
                      size_t end, uint32_t factor) {
  i16x32 part = {0};
  for (size_t k = first; k < end; k++) part += mesh_weights_within(mesh_row(base, rows, k), bits, rows->end);
  int32_t wide[32];
  const i32x32 all = __builtin_convertvector(part, i32x32);
  memcpy(wide, &all, sizeof wide);
  for (size_t j = 0; j < columns; j++) sums[j] = (int32_t)((uint32_t)sums[j] + (uint32_t)wide[j] * factor);
}

INLINE void mesh_dense_rows(int32_t *sums, size_t columns, int bits, const uint8_t *base, const ck_mesh_rows *listed,
                            uint32_t factor) {
  const ck_mesh_rows copy = *listed, *const rows = &copy;
  for (size_t first = 0; first < rows->count; first += 255) {
    const size_t end = rows->count - first < 255 ? rows->count : first + 255;
    size_t j = 0;
#if CK_WIDTH >= 8
    if (bits == 8) {
      if (mesh_dense_lines(sums, columns, base, rows, first, end, factor)) continue;
      for (; j + 512 <= columns; j += 512) mesh_pairs_8(sums + j, base + j, rows, first, end, factor);
      for (; j + 128 <= columns; j += 128) mesh_pairs_2(sums + j, base + j, rows, first, end, factor);
    }
    for (; j + 512 <= columns; j += 512) mesh_tile_16(sums + j, bits, base + j * bits / 8, rows, first, end, factor);
#endif
#if CK_WIDTH >= 4
#if CK_WIDTH < 8
    if (bits == 8)
      for (; j + 128 <= columns; j += 128) mesh_pairs_4(sums + j, base + j, rows, first, end, factor);
#endif
    for (; j + 128 <= columns; j += 128) mesh_tile_4(sums + j, bits, base + j * bits / 8, rows, first, end, factor);
#else
    for (; j + 64 <= columns; j += 64) mesh_tile_2(sums + j, bits, base + j * bits / 8, rows, first, end, factor);
#endif
    for (; j + 32 <= columns; j += 32) mesh_tile_1(sums + j, bits, base + j * bits / 8, rows, first, end, factor);
    if (j < columns) mesh_tail(sums + j, columns - j, bits, base + j * bits / 8, rows, first, end, factor);
  }
}

INLINE void mesh_dense_counts(int32_t *sums, size_t columns, int bits, const uint8_t *base, const ck_mesh_rows *rows,
                              uint32_t factor) {
  for (size_t j = 0; j < columns; j += 32) {
    u32x32 sum = {0};
    for (size_t k = 0; k < rows->count; k++) {
      // 128 · 255 fits 16 bits.
      const i16x32 part =
          mesh_weights_within(mesh_row(base, rows, k) + j * bits / 8, bits, rows->end) * (int16_t)rows->counts[k];
      sum += (u32x32)__builtin_convertvector(part, i32x32);
    }
    uint32_t wide[32];
    memcpy(wide, &sum, sizeof wide);
    const size_t n = columns - j < 32 ? columns - j : 32;
    for (size_t i = 0; i < n; i++) sums[j + i] = (int32_t)((uint32_t)sums[j + i] + wide[i] * factor);
  }
}

INLINE void mesh_dense_bits(int32_t *sums, size_t columns, int bits, const uint8_t *base, const ck_mesh_rows *rows,
                            uint32_t factor) {
  if (rows->counts != NULL) mesh_dense_counts(sums, columns, bits, base, rows, factor);
  else mesh_dense_rows(sums, columns, bits, base, rows, factor);
}

static void mesh_dense(int32_t *sums, size_t columns, int bits, const uint8_t *base, const ck_mesh_rows *rows,
                       uint32_t factor) {
  if (bits == 8) mesh_dense_bits(sums, columns, 8, base, rows, factor);
  else if (bits == 4) mesh_dense_bits(sums, columns, 4, base, rows, factor);
  else mesh_dense_bits(sums, columns, 2, base, rows, factor);
}
