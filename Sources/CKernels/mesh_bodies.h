// Rows and neurons of the mesh emulator. Included by bodies.h.

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
  if (rows->offsets != NULL || rows->stride % 64 != 0 || columns < 256) return 0;
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

static void mesh_sparse_compact(int32_t *restrict sums, const uint8_t *base, const ck_mesh_row *rows, size_t n) {
  for (size_t k = 0; k < n; k++) {
    const uint8_t *at = base + rows[k].offset, *end = at + 2 * (size_t)rows[k].entries;
    const uint32_t factor = rows[k].factor;
    for (; at < end; at += 2) sums[at[0]] = (int32_t)((uint32_t)sums[at[0]] + (uint32_t)(int8_t)at[1] * factor);
  }
}

// The gap of an entry. As two bytes it would stay two loads.
INLINE size_t mesh_gap(const uint8_t *at) {
  uint16_t gap;
  memcpy(&gap, at, 2);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  gap = (uint16_t)(gap << 8 | gap >> 8);
#endif
  return gap;
}

// Adds one row, and fetches another meanwhile: rows lie far apart, so that the processor does not find the next by itself.
INLINE void mesh_wide_row(int32_t *sums, const uint8_t *at, size_t entries, uint32_t factor, const uint8_t *later) {
  int32_t *to = sums;
  size_t k = 0;
  for (; k + 16 <= entries; k += 16, at += 48, later += 48) {
    __builtin_prefetch(later);
    _Pragma("clang loop unroll(full)") for (int i = 0; i < 16; i++) {
      to += mesh_gap(at + 3 * i);
      *to = (int32_t)((uint32_t)*to + (uint32_t)(int8_t)at[3 * i + 2] * factor);
    }
  }
  for (; k < entries; k++, at += 3) {
    to += mesh_gap(at);
    *to = (int32_t)((uint32_t)*to + (uint32_t)(int8_t)at[2] * factor);
  }
}

static void mesh_sparse_wide(int32_t *sums, const uint8_t *base, const ck_mesh_row *rows, size_t n) {
  for (size_t k = 0; k < n; k++) {
    const uint8_t *row = base + rows[k].offset, *later = k + 2 < n ? base + rows[k + 2].offset : row;
    if (rows[k].factor == 1) mesh_wide_row(sums, row, rows[k].entries, 1, later);
    else mesh_wide_row(sums, row, rows[k].entries, rows[k].factor, later);
  }
}

// Appends the places of the bits of a word to a list, which has room for 64 more.
INLINE size_t mesh_list(uint32_t *list, uint64_t bits, uint32_t first) {
#if CK_WIDTH >= 8
  const size_t found = (size_t)__builtin_popcountll(bits);
  __m512i places = _mm512_add_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                                    _mm512_set1_epi32((int)first));
  for (int part = 0; part < 4; part++) {
    const uint16_t some = (uint16_t)(bits >> 16 * part);
    _mm512_storeu_si512(list, _mm512_maskz_compress_epi32(some, places));
    list += __builtin_popcount(some);
    places = _mm512_add_epi32(places, _mm512_set1_epi32(16));
  }
  return found;
#else
  size_t found = 0;
  for (; bits; bits &= bits - 1) list[found++] = first + (uint32_t)__builtin_ctzll(bits);
  return found;
#endif
}

static size_t mesh_active(const uint8_t *counts, size_t n, uint32_t *indices, uint64_t *seen, int32_t *clash, int32_t *beyond_one) {
  size_t found = 0;
  uint64_t twice = 0;
  u8x64 greatest = {0};
  for (size_t base = 0; base < n; base += 64) {
    u8x64 bytes = {0};
    if (n - base >= 64) memcpy(&bytes, counts + base, 64);
    else {
      uint8_t rest[64] = {0};
      memcpy(rest, counts + base, n - base);
      memcpy(&bytes, rest, 64);
    }
    greatest |= bytes;
    const bits64 bits = __builtin_convertvector(bytes != 0, bits64);
    uint64_t some;
    memcpy(&some, &bits, sizeof some);
    twice |= seen[base / 64] & some;
    seen[base / 64] |= some;
    if (some) found += mesh_list(indices + found, some, (uint32_t)base);
  }
  const bits64 large = __builtin_convertvector((greatest & 0xfe) != 0, bits64);
  uint64_t any;
  memcpy(&any, &large, sizeof any);
  if (any) *beyond_one = 1;
  if (twice) *clash = 1;
  return found;
}

#if CK_WIDTH >= 4
static uint32_t mesh_checksum(uint32_t sum, const uint8_t *bytes, size_t n) {
  uint64_t wide = sum;
  for (; n >= 8; n -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  sum = (uint32_t)wide;
  for (; n; n--, bytes++) sum = _mm_crc32_u8(sum, *bytes);
  return sum;
}
#else
#define mesh_checksum NULL
#endif

// ---- Neurons.

// How often a membrane that has passed its threshold passes it.
INLINE uint8_t mesh_count(const ck_mesh_neurons *s, int64_t membrane, int64_t threshold) {
  if (threshold <= 0) return (uint8_t)s->cap;
  const int64_t n = (membrane - s->above) / threshold;
  return (uint8_t)(n < s->cap ? n : s->cap);
}

// What the listed spikes leave behind, and their counts.
INLINE void mesh_settle(const ck_mesh_neurons *s, uint32_t first, uint32_t *spikes, uint8_t *counts, size_t n) {
  if (s->cap == 1) memset(counts, 1, n);
  else
    for (size_t k = 0; k < n; k++) {
      const uint32_t j = spikes[k];
      const int64_t u = s->membrane[j], theta = s->threshold[j];
      counts[k] = mesh_count(s, u, theta);
      if (s->reset == CK_RESET_ZERO) s->membrane[j] = 0;
      else if (s->reset == CK_RESET_BEFORE_LEAK) s->membrane[j] = (int32_t)(u - counts[k] * theta);
    }
  if (s->rest != NULL)
    for (size_t k = 0; k < n; k++) s->rest[spikes[k]] = (uint16_t)s->rest_ticks;
  if (first != 0)
    for (size_t k = 0; k < n; k++) spikes[k] += first;
}

typedef uint16_t u16x16 __attribute__((vector_size(32)));
typedef uint32_t u32x16 __attribute__((vector_size(64)));
typedef _Bool bits16 __attribute__((ext_vector_type(16)));

INLINE i32x16 mesh_select(i32x16 mask, i32x16 a, i32x16 b) { return (mask & a) | (~mask & b); }
INLINE i32x16 mesh_min(i32x16 a, i32x16 b) { return __builtin_elementwise_min(a, b); }
INLINE i32x16 mesh_max(i32x16 a, i32x16 b) { return __builtin_elementwise_max(a, b); }

// decay_int32_t on vectors.
INLINE i32x16 mesh_decay(int rule, i32x16 u, int32_t k) {
  const i32x16 negative = u >> 31, magnitude = (u ^ negative) - negative;
  i32x16 loss;
  switch (rule) {
    case CK_DECAY_FLOOR: return u - (u >> k);
    case CK_DECAY_TOWARD_ZERO: loss = magnitude >> k; break;
    case CK_DECAY_AT_LEAST_ONE: loss = mesh_min(mesh_max(magnitude >> k, (i32x16){0} + 1), magnitude); break;
    case CK_DECAY_AT_LEAST_ONE_FLOOR:
      loss = u >> k;
      // The sign of a positive u is 1, of 0 it is 0; a negative u never loses 0.
      return u - (loss - ((loss == 0) & (u > 0)));
    case CK_DECAY_MULTIPLY: return (u * (256 - (256 >> k))) >> 8;
    case CK_DECAY_LINEAR: loss = mesh_min(magnitude, (i32x16){0} + k); break;
    default: return u;
  }
  return u - ((loss ^ negative) - negative);
}

// What runs through a tick of 16 neurons after the other.
typedef struct mesh_constants {
  i32x16 lower, upper, by_threshold, above, all, one;
} mesh_constants;

INLINE mesh_constants mesh_constants_of(const ck_mesh_neurons *s) {
  const i32x16 zero = {0};
  const int single = s->cap == 1;
  return (mesh_constants){
      .lower = zero + (s->floor_threshold ? 0 : s->lower),
      .upper = zero + s->upper,
      .by_threshold = zero - s->floor_threshold,
      .above = zero + s->above,
      // What a spike takes off at once, where there is at most one.
      .all = zero - (single && s->reset == CK_RESET_ZERO),
      .one = zero - (single && s->reset == CK_RESET_BEFORE_LEAK),
  };
}

// 16 neurons, of which those in `used` are meant; `rule` and `rests` are constants in each expansion. Returns a bit for each
// that passes its threshold.
INLINE uint16_t mesh_sixteen(const ck_mesh_neurons *s, const mesh_constants *c, size_t first, int32_t *sums, i32x16 used, int partly,
                             i32x16 *moved, int rule, int rests) {
  i32x16 u, theta, bias, sum;
  memcpy(&u, s->membrane + first, 64);
  memcpy(&theta, s->threshold + first, 64);
  memcpy(&bias, s->bias + first, 64);
  memcpy(&sum, sums + first, 64);
  i32x16 p = mesh_decay(rule, u, s->shift) + sum + bias;
  p = mesh_min(mesh_max(p, c->lower - (theta & c->by_threshold)), c->upper);
  i32x16 passes = p - c->above >= theta;
  i32x16 v = p - (passes & ((p & c->all) | (theta & c->one)));
  if (rests) {
    u16x16 rest;
    memcpy(&rest, s->rest + first, 32);
    const i32x16 awake = __builtin_convertvector(rest, i32x16) == 0;
    u16x16 left = rest - (u16x16)__builtin_convertvector(awake + 1, i16x16);
    if (partly) left = (left & (u16x16)__builtin_convertvector(used, i16x16)) | (rest & ~(u16x16)__builtin_convertvector(used, i16x16));
    memcpy(s->rest + first, &left, 32);
    passes &= awake;
    v = mesh_select(awake, v, u);
    *moved |= ~awake & used;
  }
  i32x16 cleared = {0};
  if (partly) {
    v = mesh_select(used, v, u);
    passes &= used;
    cleared = ~used & sum;
  }
  *moved |= v ^ u;
  memcpy(s->membrane + first, &v, 64);
  memcpy(sums + first, &cleared, 64);
  const bits16 bits = __builtin_convertvector(passes, bits16);
  uint16_t word;
  memcpy(&word, &bits, sizeof word);
  return word;
}

INLINE size_t mesh_run_int32_t(const ck_mesh_neurons *neurons, size_t n, int32_t *sums, uint32_t first, uint32_t *spikes,
                               uint8_t *counts, int32_t *moved, int rule, int rests) {
  const ck_mesh_neurons copy = *neurons, *const s = &copy;
  const mesh_constants constants = mesh_constants_of(s);
  i32x16 any = {0}, every = ~any;
  size_t found = 0, j = 0;
  for (; j + 64 <= n; j += 64) {
    uint64_t word = 0;
    _Pragma("clang loop unroll(full)") for (int part = 0; part < 4; part++)
        word |= (uint64_t)mesh_sixteen(s, &constants, j + 16 * part, sums, every, 0, &any, rule, rests) << 16 * part;
    if (word) found += mesh_list(spikes + found, word, (uint32_t)j);
  }
  for (; j < n; j += 16) {
    const i32x16 places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const i32x16 used = places < (int32_t)(n - j < 16 ? n - j : 16);
    const uint64_t word = mesh_sixteen(s, &constants, j, sums, used, 1, &any, rule, rests);
    if (word) found += mesh_list(spikes + found, word, (uint32_t)j);
  }
  const bits16 bits = __builtin_convertvector(any, bits16);
  uint16_t word;
  memcpy(&word, &bits, sizeof word);
  if (word) *moved = 1;
  mesh_settle(s, first, spikes, counts, found);
  return found;
}

// Ticks beyond 32 bits, one neuron after the other.
INLINE size_t mesh_run_int64_t(const ck_mesh_neurons *s, size_t n, int64_t *sums, uint32_t first, uint32_t *spikes,
                               uint8_t *counts, int32_t *moved, int rule, int rests) {
  const int single = s->cap == 1, zero = single && s->reset == CK_RESET_ZERO, before = single && s->reset == CK_RESET_BEFORE_LEAK;
  size_t found = 0;
  for (size_t j = 0; j < n; j++) {
    const int64_t u = s->membrane[j], theta = s->threshold[j], lower = s->floor_threshold ? -theta : s->lower;
    int64_t p = decay_int64_t(rule, u, s->shift) + sums[j] + s->bias[j];
    sums[j] = 0;
    if (rests && s->rest[j] != 0) {
      s->rest[j]--;
      *moved = 1;
      continue;
    }
    p = p < lower ? lower : p;
    p = p > s->upper ? s->upper : p;
    if (p - s->above >= theta) {
      spikes[found++] = (uint32_t)j;
      p = zero ? 0 : before ? p - theta : p;
    }
    if (p != u) *moved = 1;
    s->membrane[j] = (int32_t)p;
  }
  mesh_settle(s, first, spikes, counts, found);
  return found;
}

#define MESH_TICK(INT)                                                                                                   \
  static size_t mesh_tick_##INT(const ck_mesh_neurons *s, size_t n, INT *sums, uint32_t first, uint32_t *spikes, uint8_t *counts, \
                                int32_t *moved) {                                                                        \
    switch (s->decay * 2 + (s->rest != NULL)) {                                                                          \
      MESH_CASE(INT, CK_DECAY_NONE)                                                                                      \
      MESH_CASE(INT, CK_DECAY_FLOOR)                                                                                     \
      MESH_CASE(INT, CK_DECAY_TOWARD_ZERO)                                                                               \
      MESH_CASE(INT, CK_DECAY_AT_LEAST_ONE)                                                                              \
      MESH_CASE(INT, CK_DECAY_AT_LEAST_ONE_FLOOR)                                                                        \
      MESH_CASE(INT, CK_DECAY_MULTIPLY)                                                                                  \
      MESH_CASE(INT, CK_DECAY_LINEAR)                                                                                    \
    }                                                                                                                    \
    return 0;                                                                                                            \
  }
#define MESH_CASE(INT, rule)                                                                       \
  case rule * 2: return mesh_run_##INT(s, n, sums, first, spikes, counts, moved, rule, 0);          \
  case rule * 2 + 1: return mesh_run_##INT(s, n, sums, first, spikes, counts, moved, rule, 1);

MESH_TICK(int32_t)
MESH_TICK(int64_t)

static const ck_mesh_kernels mesh_kernels = {
    .tick32 = mesh_tick_int32_t,
    .tick64 = mesh_tick_int64_t,
    .dense = mesh_dense,
    .checksum = mesh_checksum,
    .sparse_compact = mesh_sparse_compact,
    .sparse_wide = mesh_sparse_wide,
    .active = mesh_active,
};
