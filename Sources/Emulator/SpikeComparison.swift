import Networks

/// Two recordings of spikes, and of readouts' membranes, held against each other, sample by sample.
public struct SpikeComparison: Sendable, Equatable {
  /// The number of (sample, tick, neuron) whose counts or membranes differ.
  public private(set) var mismatches = 0
  /// The number of samples compared.
  public private(set) var samples = 0
  /// The first difference in the order of samples, ticks and neurons.
  public private(set) var first: SpikeDifference?

  public init() {}

  /// Compares one sample's counts, [ticks][width].
  ///
  /// Where the lengths differ, every missing or surplus place counts as a mismatch.
  public mutating func compare(
    sample: Int, expected: some Collection<UInt8>, actual: some Collection<UInt8>, width: Int
  ) {
    samples += 1
    compare(sample, expected, actual, width, .spikes)
  }

  /// Compares the membranes of a sample's readouts, [ticks][width], beside its counts.
  public mutating func compareReadouts(
    sample: Int, expected: some Collection<Int32>, actual: some Collection<Int32>, width: Int
  ) {
    compare(sample, expected, actual, width, .membranes)
  }

  private mutating func compare<Value: BinaryInteger>(
    _ sample: Int, _ expected: some Collection<Value>, _ actual: some Collection<Value>, _ width: Int,
    _ reading: OutputReading
  ) {
    var left = expected.makeIterator()
    var right = actual.makeIterator()
    var place = 0
    while true {
      let a = left.next()
      let b = right.next()
      if a == nil && b == nil { break }
      if a != b {
        mismatches += 1
        if first == nil {
          first = SpikeDifference(
            sample: sample, tick: place / max(width, 1), neuron: place % max(width, 1), expected: Int(a ?? 0),
            actual: Int(b ?? 0), reading: reading)
        }
      }
      place += 1
    }
  }
}

/// One place in which two recordings differ.
public struct SpikeDifference: Sendable, Equatable, CustomStringConvertible {
  public var sample: Int
  public var tick: Int
  /// The output or neuron, as the recording numbers them.
  public var neuron: Int
  public var expected: Int
  public var actual: Int
  /// Whether spikes differ or the membranes of readouts, which are then numbered among the readouts.
  public var reading: OutputReading

  public init(
    sample: Int, tick: Int, neuron: Int, expected: Int, actual: Int, reading: OutputReading = .spikes
  ) {
    self.sample = sample
    self.tick = tick
    self.neuron = neuron
    self.expected = expected
    self.actual = actual
    self.reading = reading
  }

  public var description: String {
    switch reading {
    case .spikes: "sample \(sample), tick \(tick), neuron \(neuron): expected \(expected), got \(actual)"
    case .membranes:
      "sample \(sample), tick \(tick), readout \(neuron): expected the membrane \(expected), got \(actual)"
    }
  }
}
