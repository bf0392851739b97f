import CKernels
import FixedPoint
import NeuronCore

/// The neurons of one population in integers, as the kernels take them: one threshold for all, at most one
/// current, which `current` moves.
public struct IntegerNeurons: Sendable {
  let raw: ck_integer_neurons
  /// Whether the state after the reset is kept in rows of its own: caps above 1, rest after a spike, sums by term.
  public let keepsState: Bool
  /// The current's decay; nil without one.
  public let currentLeak: DecayRule?
  /// Whether membranes, or their distances to the threshold, may pass 2³⁰.
  public let isWide: Bool

  /// - Parameters:
  ///   - model: with at most one current, and with the accumulator `exact`, `saturatePerEvent` (dense weights only), or
  ///     `wrap16` where no sum leaves 16 bits.
  ///   - threshold: 1 or more.
  ///   - spikes: false for a readout.
  ///   - inputShift, recurrentShift: powers of two that the sums are multiplied with, 0–30.
  ///   - greatestInput: the greatest |Σ weight × count + bias| of one tick.
  public init(
    model: NeuronModel, threshold: Int32, spikes: Bool, inputShift: Int, recurrentShift: Int, greatestInput: Int64
  ) {
    precondition(threshold >= 1 && (0...30).contains(inputShift) && (0...30).contains(recurrentShift))
    let lower = Int32(truncatingIfNeeded: max(model.lowerBound.resolved(threshold: threshold), -1 << 31))
    // With 16-bit membranes and thresholds no product or sum of the decay passes 2²⁶.
    let narrow = lower >= -32768 && model.upperBound <= 32767 && threshold <= 32767 && greatestInput < 1 << 30
    isWide = !narrow
    let (decay, shift) = KernelSet.decay(model.leak, isWide: isWide)
    let passes = model.compare == .atLeast || threshold == .max ? threshold : threshold + 1
    // Readouts of 32-bit membranes end at 2³¹ − 2, so that nothing passes.
    let upper = spikes ? model.upperBound : min(model.upperBound, .max - 1)
    raw = ck_integer_neurons(
      neurons: ck_neurons(
        decay: decay, shift: shift, reset: Int32(model.reset.rawValue), lower: lower, upper: upper,
        threshold: threshold, passes: spikes ? passes : .max, wide: isWide ? 1 : 0),
      input_shift: Int32(inputShift), recurrent_shift: Int32(recurrentShift), cap: Int32(model.spikeCap),
      refractory: Int32(model.refractoryTicks), per_term: model.sum == .perTerm16 ? 1 : 0,
      saturates: model.accumulator == .saturatePerEvent ? 1 : 0)
    keepsState = model.spikeCap > 1 || model.refractoryTicks > 0 || model.sum == .perTerm16
    if case .one(let rule) = model.currents { currentLeak = rule } else { currentLeak = nil }
  }
}

extension KernelSet {
  static func decay(_ rule: DecayRule, isWide: Bool) -> (kind: Int32, shift: Int32) {
    switch rule {
    case .none: (Int32(CK_DECAY_NONE), 0)
    case .floor(let shift): (Int32(CK_DECAY_FLOOR), Int32(shift))
    case .towardZero(let shift): (Int32(CK_DECAY_TOWARD_ZERO), Int32(shift))
    case .atLeastOne(let shift): (Int32(CK_DECAY_AT_LEAST_ONE), Int32(shift))
    case .atLeastOneFloor(let shift): (Int32(CK_DECAY_AT_LEAST_ONE_FLOOR), Int32(shift))
    case .multiply(let shift): (Int32(CK_DECAY_MULTIPLY), Int32(shift))
    case .linear(let amount):
      // A narrow membrane is emptied by any amount beyond its own range.
      (Int32(CK_DECAY_LINEAR), isWide ? Int32(bitPattern: amount) : Int32(min(amount, 1 << 30)))
    }
  }
}
