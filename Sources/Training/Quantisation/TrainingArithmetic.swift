import FixedPoint
import NeuronCore
import Targets

/// The integer arithmetic that a network is trained for: what its forward pass computes with.
public struct TrainingArithmetic: Sendable, Hashable {
  /// Bits of a membrane, 8–32, two's complement.
  public var membraneBits: Int
  /// Bits of the sum of one tick's input, 32 or 64.
  public var accumulatorBits: Int
  /// How arrivals may be summed; training sums exactly, or by `saturatePerEvent` where the target has that alone.
  public var accumulators: [Accumulator]
  /// How base, input and bias may be added; `exact` where it is among them.
  public var sums: [SumRule]
  /// The decay rules of membranes and currents; the first one is used where a population leaks.
  public var leaks: [DecayKind]
  /// The greatest shift of a leak, for kinds that have one.
  public var maximumLeakShift: Int
  public var compare: Comparison
  /// What a spike may do to the membrane; the first one is used where a population does not say.
  public var resets: [Reset]
  /// The widths that a weight may have, within 2–8.
  public var weightBits: [Int]
  /// The greatest left shift of a projection's weights, 0–7.
  public var maximumWeightShift: Int
  /// The thresholds that training may choose.
  public var thresholds: ClosedRange<Int32>
  /// The biases that training may choose.
  public var biases: ClosedRange<Int32>
  /// The greatest count of an input in one tick, 1–255.
  public var maximumInputCount: Int
  /// The most spikes of a neuron in one tick, 1–255.
  public var maximumSpikeCap: Int
  public var maximumRefractoryTicks: Int
  /// The most synaptic currents of a neuron.
  public var maximumCurrents: Int
  /// The ticks from the inputs to a population.
  public var inputDelays: ClosedRange<Int>
  /// The ticks from a population to another or itself.
  public var delays: ClosedRange<Int>
  /// The greatest start tick of a neuron.
  public var maximumStart: Int
  /// What a chip with limits of its own asks for; nil for a grid of cores.
  public var chip: ChipRules?

  /// The arithmetic of the reference board, where nothing else is said.
  ///
  /// - Parameter thresholds: by default 1 to an eighth of the greatest membrane, so that the membrane has
  ///   room above the threshold for the input of a tick, and below 0 for inhibition; below 12 bits 1 to 255, or
  ///   half of the greatest membrane, because finer weights are worth more there.
  public init(
    membraneBits: Int = 16, leaks: [DecayKind] = DecayKind.trainingFirst, maximumLeakShift: Int = 31,
    compare: Comparison = .atLeast, resets: [Reset] = [.subtractBeforeLeak, .subtractAfterLeak, .zero],
    weightBits: [Int] = Array(2...8), maximumWeightShift: Int = 7, thresholds: ClosedRange<Int32>? = nil,
    biases: ClosedRange<Int32>? = nil, maximumInputCount: Int = 255, maximumSpikeCap: Int = 255,
    maximumRefractoryTicks: Int = 65535, maximumCurrents: Int = 2, accumulatorBits: Int = 64,
    accumulators: [Accumulator] = [.exact], sums: [SumRule] = [.exact], inputDelays: ClosedRange<Int> = 0...14,
    delays: ClosedRange<Int> = 1...15, maximumStart: Int = 65535
  ) {
    // Sums in 16 bits never bring a membrane beyond them.
    let bits = sums.contains(.exact) ? membraneBits : min(membraneBits, 16)
    let top = Int32(truncatingIfNeeded: (Int64(1) << Int64(min(max(bits, 2), 32) - 1)) - 1)
    self.membraneBits = membraneBits
    self.leaks = leaks
    self.maximumLeakShift = maximumLeakShift
    self.compare = compare
    self.resets = resets
    self.weightBits = weightBits
    self.maximumWeightShift = maximumWeightShift
    self.thresholds = thresholds ?? 1...max(top / 8, min(top / 2, 255), 1)
    // A bias may fill the whole membrane, but not the 32 bits of a tick's input.
    self.biases = biases ?? -min(top, 1 << 24)...min(top, 1 << 24)
    self.maximumInputCount = maximumInputCount
    self.maximumSpikeCap = maximumSpikeCap
    self.maximumRefractoryTicks = maximumRefractoryTicks
    self.maximumCurrents = maximumCurrents
    self.accumulatorBits = accumulatorBits
    self.accumulators = accumulators
    self.sums = sums
    self.inputDelays = inputDelays
    self.delays = delays
    self.maximumStart = maximumStart
  }

  /// The greatest membrane: 32767 at 16 bits.
  public var upper: Int32 {
    chip?.membranes.upperBound ?? Int32(truncatingIfNeeded: (Int64(1) << Int64(membraneBits - 1)) - 1)
  }

  /// The least membrane: −32768 at 16 bits, 0 without a sign.
  public var lower: Int32 { chip?.membranes.lowerBound ?? -upper - 1 }

  /// The greatest magnitude of a weight of `bits` bits: 2 → 1, 4 → 7, 8 → 127.
  public static func weightLimit(bits: Int) -> Int { (1 << (bits - 1)) - 1 }

  /// What readouts take for a threshold, which only carries their scale: small enough that a membrane of 32 times the
  /// unit of the float weights has room.
  var readoutScales: ClosedRange<Int32> { 1...max(min(upper, thresholds.upperBound) / 4, 1) }

  /// How base, input and bias are added.
  var sum: SumRule { sums.contains(.exact) ? .exact : sums.first ?? .exact }
}
