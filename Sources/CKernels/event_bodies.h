// Events of counts: lists, pooling, and convolutions of integers. Included by bodies.h.

typedef uint8_t u8x64 __attribute__((vector_size(64)));
typedef _Bool bits64 __attribute__((ext_vector_type(64)));

// Bit k tells whether byte k is not zero.
INLINE uint64_t nonzero_64(const uint8_t *counts) {
  u8x64 bytes;
  memcpy(&bytes, counts, sizeof bytes);
  const bits64 bits = __builtin_convertvector(bytes != 0, bits64);
  uint64_t word;
  memcpy(&word, &bits, sizeof word);
  return word;
}

static size_t events(const uint8_t *counts, size_t n, uint64_t bit, uint16_t *indices, uint64_t *masks, int *beyond_one) {
  size_t found = 0;
  uint8_t seen = 0;
  for (size_t base = 0; base < n; base += 64) {
    uint64_t some;
    if (n - base >= 64) some = nonzero_64(counts + base);
    else {
      uint8_t rest[64] = {0};
      memcpy(rest, counts + base, n - base);
      some = nonzero_64(rest);
    }
    while (some) {
      const size_t index = base + (size_t)__builtin_ctzll(some);
      seen |= counts[index];
      indices[found++] = (uint16_t)index;
      if (masks) masks[index] |= bit;
      some &= some - 1;
    }
  }
  if (seen & 0xfe) *beyond_one = 1;
  return found;
}

static size_t total(const uint8_t *counts, size_t n) {
  size_t sum = 0;
  for (size_t first = 0; first < n; first += 1 << 16) {
    const size_t end = n - first < 1 << 16 ? n : first + (1 << 16);
    uint32_t part = 0;
    for (size_t k = first; k < end; k++) part += counts[k];
    sum += part;
  }
  return sum;
}

static void pool(uint8_t *above, const uint8_t *below, size_t height, size_t width, size_t size, size_t step, size_t stride) {
  const size_t out_height = (height - size) / step + 1, out_width = (width - size) / step + 1;
  for (size_t y = 0; y < out_height; y++)
    for (size_t x = 0; x < out_width; x++) {
      uint8_t *to = above + (y * out_width + x) * stride;
      const uint8_t *window = below + (y * step * width + x * step) * stride;
      size_t c = 0;
      for (; c + 16 <= stride; c += 16) {
        u8x16 sum = {0};
        for (size_t v = 0; v < size; v++)
          for (size_t h = 0; h < size; h++) {
            u8x16 add;
            memcpy(&add, window + (v * width + h) * stride + c, sizeof add);
            sum += add;
          }
        memcpy(to + c, &sum, sizeof sum);
      }
      for (; c < stride; c++) {
        uint8_t sum = 0;
        for (size_t v = 0; v < size; v++)
          for (size_t h = 0; h < size; h++) sum += window[(v * width + h) * stride + c];
        to[c] = sum;
      }
    }
}

// The positions above that one position below reaches, along one axis: first..last, and its place in the kernel of `first`.
typedef struct reach {
  size_t first, end, tap;
} reach;

INLINE reach reached(size_t at, size_t kernel, size_t stride, size_t padding, size_t count) {
  const size_t shifted = at + padding;
  reach r;
  r.first = shifted + 1 <= kernel ? 0 : (shifted - kernel + stride) / stride;
  r.end = shifted / stride + 1;
  if (r.end > count) r.end = count;
  r.tap = shifted - r.first * stride;
  return r;
}

// index / divisor for index and divisor below 2¹⁶ by a product: the error of the inverse, below divisor / 2³², is too small to show.
INLINE uint64_t inverse(size_t divisor) { return ((1ULL << 32) + divisor - 1) / divisor; }
INLINE size_t divided(size_t index, uint64_t inverse) { return (size_t)(index * inverse >> 32); }

INLINE void integer_convolve_event(int32_t *sums, const int8_t *weights, const ck_convolution *g, size_t index, int32_t count) {
  const size_t above = g->above;
  const size_t p = index / g->below, c = index - p * g->below, y = p / g->width, x = p - y * g->width;
  const reach v = reached(y, g->kernel, g->stride, g->padding, g->out_height);
  const reach h = reached(x, g->kernel, g->stride, g->padding, g->out_width);
  size_t ky = v.tap;
  for (size_t oy = v.first; oy < v.end; oy++, ky -= g->stride) {
    size_t kx = h.tap;
    const int8_t *row = weights + (c * g->kernel + ky) * g->kernel * above;
    for (size_t ox = h.first; ox < h.end; ox++, kx -= g->stride) {
      int32_t *to = sums + (oy * g->out_width + ox) * above;
      const int8_t *from = row + kx * above;
      for (size_t j = 0; j < above; j += 16) {
        i32x16 sum;
        memcpy(&sum, to + j, sizeof sum);
        sum += __builtin_convertvector(*(const i8x16 *)(from + j), i32x16) * count;
        memcpy(to + j, &sum, sizeof sum);
      }
    }
  }
}

// to[j] += count · from[j] in 16 bits.
INLINE void add_weights(int16_t *to, const int8_t *from, size_t n, int16_t count) {
  size_t j = 0;
  for (; j + 32 <= n; j += 32) {
    i16x32 sum;
    i8x32_unaligned row;
    memcpy(&sum, to + j, sizeof sum);
    memcpy(&row, from + j, sizeof row);
    sum += __builtin_convertvector(row, i16x32) * count;
    memcpy(to + j, &sum, sizeof sum);
  }
  if (j < n) {
    i16x16 sum;
    i8x16 row;
    memcpy(&sum, to + j, sizeof sum);
    memcpy(&row, from + j, sizeof row);
    sum += __builtin_convertvector(row, i16x16) * count;
    memcpy(to + j, &sum, sizeof sum);
  }
}

// Moves 16-bit sums to the 32-bit ones: the first time in their place, then added.
INLINE void flush_sums(int32_t *sums, int16_t *narrow, size_t n, int is_first) {
  for (size_t j = 0; j < n; j += 16) {
    i16x16 part;
    memcpy(&part, narrow + j, sizeof part);
    i32x16 sum = __builtin_convertvector(part, i32x16);
    if (!is_first) {
      i32x16 before;
      memcpy(&before, sums + j, sizeof before);
      sum += before;
    }
    memcpy(sums + j, &sum, sizeof sum);
  }
  memset(narrow, 0, n * sizeof *narrow);
}

// The neighbours above that a source reaches in a row see it through taps in falling order: with each row of taps turned round, both
// lie in a row. Sums of 16 bits, which no events until a flush can fill, are half the work.
static void integer_convolve_rows(int32_t *sums, const int8_t *turned, const ck_convolution *g, const uint16_t *indices, size_t n,
                                  const uint8_t *counts, int16_t *narrow) {
  const size_t kernel = g->kernel, above = g->above, row = g->out_width * above, all = g->out_height * row;
  const uint64_t by_below = inverse(g->below), by_width = inverse(g->width);
  int32_t bound = 0;
  int is_first = 1;
  for (size_t k = 0; k < n; k++) {
    const size_t index = indices[k], p = divided(index, by_below), c = index - p * g->below;
    const size_t y = divided(p, by_width), x = p - y * g->width;
    const int32_t count = counts[index];
    if (bound + 128 * count > INT16_MAX) {
      flush_sums(sums, narrow, all, is_first);
      bound = is_first = 0;
    }
    bound += 128 * count;
    const reach v = reached(y, kernel, 1, g->padding, g->out_height);
    const reach h = reached(x, kernel, 1, g->padding, g->out_width);
    if (h.first >= h.end) continue;
    const size_t reached_row = (h.end - h.first) * above;
    int16_t *to = narrow + v.first * row + h.first * above;
    const int8_t *from = turned + ((c * kernel + v.tap) * kernel + kernel - 1 - h.tap) * above;
    for (size_t oy = v.first; oy < v.end; oy++, to += row, from -= kernel * above) {
      if (reached_row == 160) add_weights(to, from, 160, (int16_t)count);
      else if (reached_row == 80) add_weights(to, from, 80, (int16_t)count);
      else add_weights(to, from, reached_row, (int16_t)count);
    }
  }
  flush_sums(sums, narrow, all, is_first);
}

static void integer_convolve(int32_t *sums, const int8_t *weights, const ck_convolution *g, const uint16_t *indices, size_t n,
                             const uint8_t *counts) {
  memset(sums, 0, g->out_height * g->out_width * g->above * sizeof *sums);
  for (size_t k = 0; k < n; k++) integer_convolve_event(sums, weights, g, indices[k], counts[indices[k]]);
}

// Each row of taps turned round.
static void turn_weights(int8_t *turned, const int8_t *weights, const ck_convolution *g) {
  const size_t kernel = g->kernel, above = g->above;
  for (size_t r = 0; r < g->channels * kernel; r++)
    for (size_t kx = 0; kx < kernel; kx++)
      memcpy(turned + (r * kernel + kernel - 1 - kx) * above, weights + (r * kernel + kx) * above, above);
}
