// Products of matrices, and gradients gathered from active frames. Included by real_bodies.h, for each width of floats.

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
