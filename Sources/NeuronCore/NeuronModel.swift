import FixedPoint

/// Everything that the neurons of one population share: the parametrised neuron without its
/// threshold, bias, start and initial membrane.
///
/// Source: docs/neuron.md, "Parameters". `NeuronModel.lif(leak:)` makes the usual one.
public struct NeuronModel: Hashable, Sendable {
  /// The least membrane value.
  public var lowerBound: MembraneFloor
  /// The greatest membrane value, at least 0.
  public var upperBound: Int32
  /// How the arrivals of a tick are summed.
  public var accumulator: Accumulator
  /// The decay of each synaptic current; none, one or two.
  public var currents: CurrentDecays
  /// The membrane's decay.
  public var leak: DecayRule
  /// How base, input and bias are added.
  public var sum: SumRule
  /// When a membrane passes its threshold.
  public var compare: Comparison
  /// What a spike does to the membrane.
  public var reset: Reset
  /// The most spikes a neuron sends in one tick, 1–255.
  public var spikeCap: UInt8
  /// The ticks after a spike in which the membrane rests.
  public var refractoryTicks: UInt16

  public init(
    lowerBound: MembraneFloor = .value(-32768), upperBound: Int32 = 32767,
    accumulator: Accumulator = .exact, currents: CurrentDecays = .none,
    leak: DecayRule = .none, sum: SumRule = .exact, compare: Comparison = .atLeast,
    reset: Reset = .subtractAfterLeak, spikeCap: UInt8 = 1, refractoryTicks: UInt16 = 0
  ) {
    self.lowerBound = lowerBound
    self.upperBound = upperBound
    self.accumulator = accumulator
    self.currents = currents
    self.leak = leak
    self.sum = sum
    self.compare = compare
    self.reset = reset
    self.spikeCap = spikeCap
    self.refractoryTicks = refractoryTicks
  }
}

/// The least membrane value of a population.
public enum MembraneFloor: Hashable, Sendable {
  /// A fixed value, at most 0.
  case value(Int32)
  /// Minus each neuron's own threshold.
  case minusThreshold

  /// The floor of a neuron with this threshold: `.minusThreshold` at θ = 40 gives −40.
  @inlinable
  public func resolved(threshold: Int32) -> Int64 {
    switch self {
    case .value(let value): Int64(value)
    case .minusThreshold: -Int64(threshold)
    }
  }
}

/// How the arrivals of one tick are summed.
public enum Accumulator: UInt8, Hashable, Sendable, CaseIterable {
  /// Never wraps; order does not matter.
  case exact = 0
  /// 16 bits that wrap: `32767 + 1 → -32768`.
  case wrap16 = 1
  /// 16 bits that saturate after every event, so the order of events matters.
  case saturatePerEvent = 2
}

/// How base, input and bias become the next membrane.
public enum SumRule: UInt8, Hashable, Sendable, CaseIterable {
  /// One exact sum.
  case exact = 0
  /// The difference is kept in 16 bits, term by term (Xylo).
  case perTerm16 = 1
}

/// When a membrane passes its threshold.
public enum Comparison: UInt8, Hashable, Sendable, CaseIterable {
  /// u ≥ θ.
  case atLeast = 0
  /// u > θ.
  case above = 1

  /// Whether `membrane` passes `threshold`.
  @inlinable
  public func passes(_ membrane: Int64, threshold: Int64) -> Bool {
    self == .atLeast ? membrane >= threshold : membrane > threshold
  }
}

/// What a spike does to the membrane.
public enum Reset: UInt8, Hashable, Sendable, CaseIterable {
  /// The membrane becomes 0.
  case zero = 0
  /// The threshold is subtracted once per spike, at once.
  case subtractBeforeLeak = 1
  /// The threshold is subtracted once per spike in the next executed tick, after the leak.
  case subtractAfterLeak = 2
}

/// The decays of up to two synaptic currents.
public enum CurrentDecays: Hashable, Sendable {
  /// Input goes straight into the membrane.
  case none
  case one(DecayRule)
  case two(DecayRule, DecayRule)

  /// How many currents there are, 0–2.
  @inlinable
  public var count: Int {
    switch self {
    case .none: 0
    case .one: 1
    case .two: 2
    }
  }

  /// The decay of current 0 or 1; `.none` (no decay) where there is no such current.
  @inlinable
  public func decay(of index: Int) -> DecayRule {
    switch self {
    case .none: .none
    case .one(let first): index == 0 ? first : .none
    case .two(let first, let second): index == 0 ? first : second
    }
  }
}

/// What each neuron has of its own.
public struct NeuronConstants: Hashable, Sendable {
  /// θ in units of the membrane's least significant bit.
  public var threshold: Int32
  /// Added in every executed tick outside the refractory time.
  public var bias: Int32
  /// The first executed tick.
  public var start: UInt32

  public init(threshold: Int32, bias: Int32 = 0, start: UInt32 = 0) {
    self.threshold = threshold
    self.bias = bias
    self.start = start
  }
}

/// What one neuron carries from tick to tick.
public struct NeuronState: Hashable, Sendable {
  /// u, after the reset of the last executed tick.
  public var membrane: Int32
  /// The synaptic currents, after their decay.
  public var current0: Int32
  public var current1: Int32
  /// The spikes of the last executed tick that are still to be subtracted (`subtractAfterLeak`).
  public var pendingSpikes: UInt8
  /// The refractory ticks that are left.
  public var refractoryLeft: UInt16

  public init(initialMembrane: Int32 = 0) {
    membrane = initialMembrane
    current0 = 0
    current1 = 0
    pendingSpikes = 0
    refractoryLeft = 0
  }
}
