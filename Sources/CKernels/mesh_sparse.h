// Sparse rows of the mesh emulator. Included by mesh_bodies.h.

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
