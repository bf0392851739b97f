// Convolutions and pooling by events, their gradients, and the derivative by the maps below. Included by real_bodies.h, for each width of floats.

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
