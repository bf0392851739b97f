import NeuronCore

/// What the neurons and synapses of a target can compute, in the terms of docs/neuron.md.
public struct Arithmetic: Sendable, Hashable {
  /// Bits of a membrane, two's complement, 8–32: bounds of a population lie within.
  public var membraneBits: Int
  /// Bits of the sum of one tick's input: 32 or 64.
  public var accumulatorBits: Int
  /// The most synaptic currents of a neuron, 0–2.
  public var maximumCurrents: Int
  /// How arrivals may be summed.
  public var accumulators: [Accumulator]
  /// The decay rules of membranes and currents; the first is the one that training uses.
  public var leaks: [DecayKind]
  /// The greatest shift of a decay rule, 0–31.
  public var maximumLeakShift: Int
  /// How base, input and bias may be added.
  public var sums: [SumRule]
  /// How membranes may be compared with thresholds; the first is the one that training uses.
  public var compares: [Comparison]
  /// What a spike may do to the membrane; the first is the one that training uses.
  public var resets: [Reset]
  /// The greatest spike cap, spikes a tick, 1–255.
  public var maximumSpikeCap: Int
  /// The greatest refractory time in ticks, 0–65535.
  public var maximumRefractoryTicks: Int
  /// The widths in which a row of weights is stored, descending: of 8, 4 and 2 bits.
  public var weightBits: [Int]
  /// The greatest left shift of a row's weights, 0–7.
  public var maximumWeightShift: Int
  /// The delays between neurons in ticks, within 1–15.
  public var delays: ClosedRange<Int>
  /// The delays from inputs in ticks, within 0–14.
  public var inputDelays: ClosedRange<Int>
  /// The greatest count of one input event, 1–255.
  public var maximumInputCount: Int
  /// The greatest start tick of a neuron.
  public var maximumStart: Int

  public init(
    membraneBits: Int = 16, accumulatorBits: Int = 32, maximumCurrents: Int = 2,
    accumulators: [Accumulator] = [.exact], leaks: [DecayKind] = DecayKind.trainingFirst,
    maximumLeakShift: Int = 31, sums: [SumRule] = [.exact, .perTerm16],
    compares: [Comparison] = [.atLeast, .above],
    resets: [Reset] = [.subtractBeforeLeak, .subtractAfterLeak, .zero], maximumSpikeCap: Int = 255,
    maximumRefractoryTicks: Int = 65535, weightBits: [Int] = [8, 4, 2], maximumWeightShift: Int = 7,
    delays: ClosedRange<Int> = 1...15, inputDelays: ClosedRange<Int> = 0...14,
    maximumInputCount: Int = 255, maximumStart: Int = 65535
  ) {
    self.membraneBits = membraneBits
    self.accumulatorBits = accumulatorBits
    self.maximumCurrents = maximumCurrents
    self.accumulators = accumulators
    self.leaks = leaks
    self.maximumLeakShift = maximumLeakShift
    self.sums = sums
    self.compares = compares
    self.resets = resets
    self.maximumSpikeCap = maximumSpikeCap
    self.maximumRefractoryTicks = maximumRefractoryTicks
    self.weightBits = weightBits
    self.maximumWeightShift = maximumWeightShift
    self.delays = delays
    self.inputDelays = inputDelays
    self.maximumInputCount = maximumInputCount
    self.maximumStart = maximumStart
  }

  /// The membranes that `membraneBits` hold: 16 bits give −32768…32767.
  ///
  /// Widths outside 1–32, which no validated target has, are taken as the nearest of the two.
  public var membraneRange: ClosedRange<Int64> {
    let limit = Int64(1) << Int64(min(max(membraneBits, 1), 32) - 1)
    return -limit...(limit - 1)
  }

  /// The same without a sign: 8 bits give 0…255.
  public var unsignedMembraneRange: ClosedRange<Int64> {
    0...(Int64(1) << Int64(min(max(membraneBits, 1), 31)) - 1)
  }
}
