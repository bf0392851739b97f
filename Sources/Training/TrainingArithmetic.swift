import FixedPoint
import NeuronCore
import Targets

/// The integer arithmetic that a network is trained for: what its forward pass computes with.
public struct TrainingArithmetic: Sendable, Hashable {
  /// Bits of a membrane, 8–32, two's complement.
  public var membraneBits: Int
  /// Bits of the sum of one tick's input, 32 or 64.
  public var accumulatorBits: Int
  /// How arrivals may be summed; training sums exactly.
  public var accumulators: [Accumulator]
  /// How base, input and bias may be added; training adds exactly.
  public var sums: [SumRule]
  /// The kind of leak; its shift is a training option.
  public var leak: DecayKind
  /// The greatest shift of the leak, for kinds that have one.
  public var maximumLeakShift: Int
  public var compare: Comparison
  public var reset: Reset
  /// The widths that a weight may have, within 2–8.
  public var weightBits: [Int]
  /// The thresholds that training may choose.
  public var thresholds: ClosedRange<Int32>
  /// The biases that training may choose.
  public var biases: ClosedRange<Int32>
  /// The greatest count of an input in one tick, 1–255.
  public var maximumInputCount: Int
  /// The ticks from an input to the first layer, at least 0.
  public var inputDelay: Int
  /// The ticks from a layer to the next, at least 1.
  public var delay: Int
  /// The greatest start tick of a neuron.
  public var maximumStart: Int

  /// The arithmetic of the reference board, where nothing else is said.
  ///
  /// - Parameter thresholds: by default 1 to an eighth of the greatest membrane, so that the membrane has
  ///   room above the threshold for the input of a tick, and below 0 for inhibition; below 12 bits 1 to 255, or
  ///   half of the greatest membrane, because finer weights are worth more there.
  public init(
    membraneBits: Int = 16, leak: DecayKind = .floor, maximumLeakShift: Int = 31, compare: Comparison = .atLeast,
    reset: Reset = .subtractBeforeLeak, weightBits: [Int] = Array(2...8), thresholds: ClosedRange<Int32>? = nil,
    biases: ClosedRange<Int32>? = nil, maximumInputCount: Int = 255, accumulatorBits: Int = 64,
    accumulators: [Accumulator] = [.exact], sums: [SumRule] = [.exact], inputDelay: Int = 0, delay: Int = 1,
    maximumStart: Int = 65535
  ) {
    let top = Int32(truncatingIfNeeded: (Int64(1) << Int64(min(max(membraneBits, 2), 32) - 1)) - 1)
    self.membraneBits = membraneBits
    self.leak = leak
    self.maximumLeakShift = maximumLeakShift
    self.compare = compare
    self.reset = reset
    self.weightBits = weightBits
    self.thresholds = thresholds ?? 1...max(top / 8, min(top / 2, 255), 1)
    // A bias may fill the whole membrane, but not the 32 bits of a tick's input.
    self.biases = biases ?? -min(top, 1 << 24)...min(top, 1 << 24)
    self.maximumInputCount = maximumInputCount
    self.accumulatorBits = accumulatorBits
    self.accumulators = accumulators
    self.sums = sums
    self.inputDelay = inputDelay
    self.delay = delay
    self.maximumStart = maximumStart
  }

  /// The greatest membrane: 32767 at 16 bits.
  public var upper: Int32 { Int32(truncatingIfNeeded: (Int64(1) << Int64(membraneBits - 1)) - 1) }

  /// The least membrane: −32768 at 16 bits.
  public var lower: Int32 { -upper - 1 }

  /// The greatest magnitude of a weight of `bits` bits: 2 → 1, 4 → 7, 8 → 127.
  public static func weightLimit(bits: Int) -> Int { (1 << (bits - 1)) - 1 }

  /// Whether the leak's kind has a shift.
  public var leakHasShift: Bool { leak != .none && leak != .linear }

  /// The leak with a shift; kinds without one ignore it, and `linear` takes 2^shift as its amount.
  public func leakRule(shift: Int) -> DecayRule {
    let small = UInt8(truncatingIfNeeded: shift)
    return switch leak {
    case .none: .none
    case .floor: .floor(shift: small)
    case .towardZero: .towardZero(shift: small)
    case .atLeastOne: .atLeastOne(shift: small)
    case .atLeastOneFloor: .atLeastOneFloor(shift: small)
    case .multiply: .multiply(shift: small)
    case .linear: .linear(amount: 1 << UInt32(min(shift, 31)))
    }
  }
}
