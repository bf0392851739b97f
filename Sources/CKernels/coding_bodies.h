// Kernels that turn values into spikes. Included by bodies.h.

typedef uint32_t u32x16 __attribute__((vector_size(64)));
typedef uint64_t u64x16 __attribute__((vector_size(128)));

// Sixteen blocks of Philox4x32-10 (Salmon et al. 2011), one a lane.
INLINE void philox(u32x16 c[4], uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; round++) {
    const u64x16 first = __builtin_convertvector(c[0], u64x16) * 0xD2511F53u;
    const u64x16 second = __builtin_convertvector(c[2], u64x16) * 0xCD9E8D57u;
    const u32x16 c1 = c[1], c3 = c[3];
    c[0] = __builtin_convertvector(second >> 32, u32x16) ^ c1 ^ key0;
    c[1] = __builtin_convertvector(second, u32x16);
    c[2] = __builtin_convertvector(first >> 32, u32x16) ^ c3 ^ key1;
    c[3] = __builtin_convertvector(first, u32x16);
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
}

static void random_spikes(uint8_t *output, const uint32_t *inputs, const uint32_t *limits, size_t n, size_t row, size_t ticks,
                          uint32_t sample, uint32_t draw, uint32_t key0, uint32_t key1) {
  for (size_t first = 0; first < n; first += 16) {
    u32x16 input, limit;
    memcpy(&input, inputs + first, sizeof input);
    memcpy(&limit, limits + first, sizeof limit);
    const size_t lanes = n - first < 16 ? n - first : 16;
    for (size_t tick = 0; tick < ticks; tick += 8) {
      u32x16 block[4] = {input, (u32x16){0} + (uint32_t)(tick / 8), (u32x16){0} + sample, (u32x16){0} + draw};
      philox(block, key0, key1);
      const size_t end = ticks - tick < 8 ? ticks - tick : 8;
      for (size_t half = 0; half < end; half++) {
        const u32x16 bits = half & 1 ? block[half / 2] >> 16 : block[half / 2] & 0xFFFF;
        const u8x16 spikes = __builtin_convertvector((bits < limit) & 1, u8x16);
        uint8_t bytes[16];
        memcpy(bytes, &spikes, sizeof bytes);
        uint8_t *to = output + (tick + half) * row;
        if (lanes == 16) {
          _Pragma("clang loop unroll(full)") for (size_t l = 0; l < 16; l++) to[inputs[first + l]] = bytes[l];
        } else {
          for (size_t l = 0; l < lanes; l++) to[inputs[first + l]] = bytes[l];
        }
      }
    }
  }
}
