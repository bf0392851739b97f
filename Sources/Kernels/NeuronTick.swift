import CKernels
import FixedPoint
import NeuronCore

/// The neurons of one layer as the kernels take them: spike cap 1, no currents, no refractory time, one
/// threshold for all.
public struct NeuronTick: Sendable, Equatable {
  /// The membrane's decay.
  public let leak: DecayRule
  public let compare: Comparison
  public let reset: Reset
  /// The bounds of the membrane.
  public let lower: Int32
  public let upper: Int32
  public let threshold: Int32
  /// The greatest |Σ weight × count + bias| of one tick.
  public let greatestInput: Int64

  /// - Parameters:
  ///   - lower: at most 0.
  ///   - upper: at least 0.
  ///   - threshold: at least 1, below 2³¹ − 1.
  ///   - greatestInput: below 2³¹; the kernels sum a tick's input in 32 bits.
  public init(
    leak: DecayRule, compare: Comparison, reset: Reset, lower: Int32, upper: Int32, threshold: Int32,
    greatestInput: Int64
  ) {
    precondition(lower <= 0 && upper >= 0 && threshold >= 1 && threshold < .max)
    precondition(greatestInput >= 0 && greatestInput < 1 << 31)
    self.leak = leak
    self.compare = compare
    self.reset = reset
    self.lower = lower
    self.upper = upper
    self.threshold = threshold
    self.greatestInput = greatestInput
  }

  /// Whether the sums of a tick need more than 32 bits.
  var isWide: Bool {
    // With 16-bit membranes and thresholds no product or sum of the decay passes 2²⁶.
    !(lower >= -32768 && upper <= 32767 && threshold <= 32767 && greatestInput < 1 << 30)
  }

  /// The kernels' form. "Above θ" is "at least θ + 1" in integers.
  var raw: ck_neurons {
    let (kind, shift) = decay
    let passes = compare == .atLeast ? threshold : threshold + 1
    return ck_neurons(
      decay: kind, shift: shift, reset: Int32(reset.rawValue), lower: lower, upper: upper,
      threshold: threshold, passes: passes, wide: isWide ? 1 : 0)
  }

  private var decay: (kind: Int32, shift: Int32) {
    switch leak {
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

extension NeuronTick {
  /// The same neurons with another threshold.
  public func with(threshold: Int32) -> NeuronTick {
    NeuronTick(
      leak: leak, compare: compare, reset: reset, lower: lower, upper: upper, threshold: threshold,
      greatestInput: greatestInput)
  }
}
