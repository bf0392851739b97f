// The kernels of the mesh emulator, in the same three variants as the others, with one result.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Consecutive neurons of one class: no currents, one exact sum a tick, started. All arrays are of these neurons.
typedef struct ck_mesh_neurons {
  int32_t decay;            // CK_DECAY_*
  int32_t shift;            // k; of CK_DECAY_LINEAR the amount, unsigned, in narrow ticks at most 2³¹ - 1
  int32_t reset;            // CK_RESET_*
  int32_t above;            // 1: u > θ passes, 0: u ≥ θ
  int32_t floor_threshold;  // 1: the floor is -θ, 0: lower
  int32_t lower, upper;
  int32_t cap;
  int32_t rest_ticks;
  const int32_t *threshold, *bias;
  int32_t *membrane;
  uint16_t *rest;           // the ticks of rest that are left; NULL where rest_ticks is 0
} ck_mesh_neurons;

// Dense rows of one shape.
typedef struct ck_mesh_rows {
  const uint64_t *offsets;  // where they begin behind the base; or NULL, and they begin at origin + indices · stride
  const uint32_t *indices;
  int64_t origin, stride;
  const uint8_t *counts;    // NULL: all 1
  size_t count;
  const uint8_t *end;       // no byte at or behind it is read
} ck_mesh_rows;

// A sparse row; `factor` is count · 2^shift.
typedef struct ck_mesh_row {
  uint64_t offset;
  uint32_t entries;
  uint32_t factor;
} ck_mesh_row;

typedef struct ck_mesh_kernels {
  // One tick of n neurons: the sums are used and cleared; spiking neurons, numbered from `first`, are listed ascending with
  // their counts. With CK_RESET_AFTER_LEAK the caller has taken n·θ of the last spikes off the sums. *moved becomes 1 when a
  // state has changed. In the first form every sum of the tick fits 32 bits, all arrays have room for 16 elements more, and the
  // list for 64; what stands there stays.
  size_t (*tick32)(const ck_mesh_neurons *neurons, size_t n, int32_t *sums, uint32_t first, uint32_t *spikes, uint8_t *counts,
                   int32_t *moved);
  size_t (*tick64)(const ck_mesh_neurons *neurons, size_t n, int64_t *sums, uint32_t first, uint32_t *spikes, uint8_t *counts,
                   int32_t *moved);
  // sums[j] += factor · Σ count · row[j] over dense rows of `columns` weights of 2, 4 or 8 bits; sums wrap.
  void (*dense)(int32_t *sums, size_t columns, int bits, const uint8_t *base, const ck_mesh_rows *rows, uint32_t factor);
  // sums[neuron] += factor · weight over sparse rows of (neuron u8, weight i8), or (gap u16, weight i8); sums wrap.
  void (*sparse_compact)(int32_t *sums, const uint8_t *base, const ck_mesh_row *rows, size_t n);
  void (*sparse_wide)(int32_t *sums, const uint8_t *base, const ck_mesh_row *rows, size_t n);
  // Lists the places of the counts that are not 0, with room for 64 more, and sets their bits in `seen`, ⌈n / 64⌉ words; *clash
  // becomes 1 where a bit was set before, *beyond_one where a count is above 1.
  size_t (*active)(const uint8_t *counts, size_t n, uint32_t *indices, uint64_t *seen, int32_t *clash, int32_t *beyond_one);
  // The register of a CRC-32C after n bytes more; NULL where the processor has no instruction for it.
  uint32_t (*checksum)(uint32_t sum, const uint8_t *bytes, size_t n);
} ck_mesh_kernels;
