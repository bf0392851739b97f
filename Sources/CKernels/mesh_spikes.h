// Lists of spikes, and the checksum over them. Included by mesh_bodies.h.

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
