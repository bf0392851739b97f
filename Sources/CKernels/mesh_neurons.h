// Neurons of the mesh emulator. Included by mesh_bodies.h.

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
