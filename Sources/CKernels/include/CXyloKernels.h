// The Xylo core without aliases, a tick a call.
#pragma once
#include <stdint.h>

// The neurons that a row is padded to a multiple of.
#define CK_XYLO_LANES 32

// Neurons of one kind, in columns of `lanes`; columns beyond the last neuron hold zeros, and thresholds of 2^31 - 1.
typedef struct ck_xylo_neurons {
  int32_t lanes;
  int32_t current_count;          // 1 or 2
  int32_t most;                   // the most spikes of a neuron in a tick
  int16_t *currents;              // [current_count][lanes]
  const int16_t *current_shifts;  // [current_count][lanes], 0–15
  int16_t *membranes;
  const int16_t *membrane_shifts;
  const int16_t *biases;
  const int32_t *thresholds;
  uint8_t *counts;                // spikes of the last tick
} ck_xylo_neurons;

typedef struct ck_xylo {
  int32_t inputs;
  int32_t input_shift, recurrent_shift, output_shift;
  ck_xylo_neurons hidden, readouts;
  // [source][currents of the targets][lanes of the targets]; recurrent_rows and output_rows may be NULL.
  const int8_t *input_rows, *recurrent_rows, *output_rows;
} ck_xylo;

typedef void ck_xylo_tick(const ck_xylo *core, const uint8_t *inputs);
