// The Xylo core, 32 neurons at once. Source: xylosim 0.1.3; what each line must give is told by XyloMachine in Swift.

typedef int32_t i32x32_row __attribute__((vector_size(128), aligned(2)));
typedef int16_t i16x32_row __attribute__((vector_size(64), aligned(2)));
typedef int8_t i8x32_row __attribute__((vector_size(32), aligned(1)));
typedef uint8_t u8x32_row __attribute__((vector_size(32), aligned(1)));

// Bit by bit: yes where mask is all ones, else no.
INLINE i32x32 xylo_choose(i32x32 mask, i32x32 yes, i32x32 no) { return (mask & yes) | (~mask & no); }

INLINE i32x32 xylo_load(const int16_t *from) {
  return __builtin_convertvector(*(const i16x32_row *)from, i32x32);
}

INLINE void xylo_store(int16_t *to, i32x32 value) {
  *(i16x32_row *)to = __builtin_convertvector(value, i16x32_row);
}

INLINE i32x32 xylo_saturated(i32x32 value) {
  value = xylo_choose(value > 32767, value - value + 32767, value);
  return xylo_choose(value < -32768, value - value - 32768, value);
}

// 40000 is -25536.
INLINE i32x32 xylo_wrapped(i32x32 value) { return (value << 16) >> 16; }

// value >> shift, or the sign where that is 0.
INLINE i32x32 xylo_loss(i32x32 value, i32x32 shift) {
  i32x32 loss = value >> shift;
  i32x32 sign = (value >> 31) - (value > 0);
  return xylo_choose(loss == 0, sign, loss);
}

// Adds weight << shift, count times; each addition saturates, so that all together do, as they have one sign.
INLINE void xylo_deliver(int16_t *currents, const int8_t *row, int32_t columns, int32_t factor) {
  for (int32_t at = 0; at < columns; at += CK_XYLO_LANES) {
    i32x32 weights = __builtin_convertvector(*(const i8x32_row *)(row + at), i32x32);
    xylo_store(currents + at, xylo_saturated(xylo_load(currents + at) + weights * factor));
  }
}

INLINE void xylo_update(const ck_xylo_neurons *neurons) {
  const int32_t lanes = neurons->lanes;
  for (int32_t at = 0; at < lanes; at += CK_XYLO_LANES) {
    i32x32 sum = xylo_load(neurons->currents + at);
    sum = xylo_wrapped(sum - xylo_loss(sum, xylo_load(neurons->current_shifts + at)));
    xylo_store(neurons->currents + at, sum);
    if (neurons->current_count == 2) {
      i32x32 second = xylo_load(neurons->currents + lanes + at);
      second = xylo_wrapped(second - xylo_loss(second, xylo_load(neurons->current_shifts + lanes + at)));
      xylo_store(neurons->currents + lanes + at, second);
      sum += second;
    }
    i32x32 membrane = xylo_load(neurons->membranes + at);
    i32x32 change = xylo_wrapped(-xylo_loss(membrane, xylo_load(neurons->membrane_shifts + at)));
    change = xylo_saturated(change + sum);
    change = xylo_saturated(change + xylo_load(neurons->biases + at));
    membrane = xylo_saturated(membrane + change);
    i32x32 threshold = *(const i32x32_row *)(neurons->thresholds + at);
    i32x32 fires = membrane >= threshold;
    i32x32 count = membrane - membrane;
    for (int32_t round = 0; round < neurons->most; round++) {
      int32_t any = __builtin_reduce_or(fires);
      if (any == 0) break;
      membrane = xylo_wrapped(membrane - (threshold & fires));
      count -= fires;
      fires = fires & (membrane >= threshold);
    }
    xylo_store(neurons->membranes + at, membrane);
    *(u8x32_row *)(neurons->counts + at) = __builtin_convertvector(count, u8x32_row);
  }
}

static void xylo_tick(const ck_xylo *core, const uint8_t *inputs) {
  const int32_t hidden = core->hidden.lanes * core->hidden.current_count;
  const int32_t readouts = core->readouts.lanes;
  for (int32_t source = 0; source < core->inputs; source++) {
    if (inputs[source] == 0) continue;
    int32_t count = inputs[source] > 15 ? 15 : inputs[source];
    xylo_deliver(
        core->hidden.currents, core->input_rows + (size_t)source * hidden, hidden, count << core->input_shift);
  }
  for (int32_t group = 0; group < core->hidden.lanes; group += 8) {
    uint64_t counts;
    memcpy(&counts, core->hidden.counts + group, 8);
    if (counts == 0) continue;
    for (int32_t source = group; source < group + 8; source++) {
      int32_t count = core->hidden.counts[source];
      if (count == 0) continue;
      if (core->recurrent_rows)
        xylo_deliver(
            core->hidden.currents, core->recurrent_rows + (size_t)source * hidden, hidden,
            count << core->recurrent_shift);
      if (core->output_rows)
        xylo_deliver(
            core->readouts.currents, core->output_rows + (size_t)source * readouts, readouts,
            count << core->output_shift);
    }
  }
  xylo_update(&core->hidden);
  xylo_update(&core->readouts);
}
