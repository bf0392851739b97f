/// What a network did in one run, tick by tick.
///
/// Neurons are numbered through all populations in order; ticks are those of the run, not aligned.
public struct NetworkTrace: Sendable, Equatable {
  /// What a trace holds beside the spikes.
  public struct Recording: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// u after the reset.
    public static let membranes = Recording(rawValue: 1)
    /// U, after the clamp and before the reset: what training calls the membrane.
    public static let membranesBeforeReset = Recording(rawValue: 2)
    /// The synaptic currents, after their decay.
    public static let currents = Recording(rawValue: 4)
  }

  /// All ticks of the run.
  public let ticks: Int
  public let neuronCount: Int
  /// Spike counts, [ticks][neurons].
  public internal(set) var spikes: [UInt8]
  /// The membranes of the readouts after each tick, [ticks][readouts], in the order of output numbering.
  public internal(set) var readouts: [Int32] = []
  /// [ticks][neurons] where recorded, else empty.
  public internal(set) var membranes: [Int32] = []
  /// [ticks][neurons] where recorded, else empty.
  public internal(set) var membranesBeforeReset: [Int32] = []
  /// [ticks][population, neuron, current] of the populations that have currents; empty unless recorded.
  public internal(set) var currents: [Int32] = []

  init(ticks: Int, neuronCount: Int) {
    self.ticks = ticks
    self.neuronCount = neuronCount
    spikes = [UInt8](repeating: 0, count: ticks * neuronCount)
  }

  /// The spikes of one neuron in one tick.
  public subscript(tick tick: Int, neuron neuron: Int) -> UInt8 {
    spikes[tick * neuronCount + neuron]
  }

  /// The aligned spikes of the outputs, [ticks][outputs]: row t holds each output's spikes of tick
  /// t + its shift.
  ///
  /// - Parameter ticks: T; the run is at least T + depth ticks long.
  public func alignedOutputs(of network: Network, ticks: Int) -> [UInt8] {
    let outputs = network.outputNeurons
    var aligned: [UInt8] = []
    aligned.reserveCapacity(ticks * outputs.count)
    for tick in 0..<ticks {
      for output in outputs { aligned.append(self[tick: tick + output.shift, neuron: output.neuron]) }
    }
    return aligned
  }

  /// The aligned membranes of the readouts, [ticks][readouts]: row t holds each readout's membrane after tick
  /// t + its shift.
  ///
  /// - Parameter ticks: T; the run is at least T + depth ticks long.
  public func alignedReadouts(of network: Network, ticks: Int) -> [Int32] {
    let shifts = network.readoutNeurons.map(\.shift)
    var aligned: [Int32] = []
    aligned.reserveCapacity(ticks * shifts.count)
    for tick in 0..<ticks {
      for (place, shift) in shifts.enumerated() { aligned.append(readouts[(tick + shift) * shifts.count + place]) }
    }
    return aligned
  }

  /// How often each output spiked within its T aligned ticks.
  public func outputCounts(of network: Network, ticks: Int) -> [Int] {
    network.outputNeurons.map { output in
      (0..<ticks).reduce(0) { $0 + Int(self[tick: $1 + output.shift, neuron: output.neuron]) }
    }
  }

  /// The first tick and neuron whose spikes differ; `nil` when none do.
  ///
  /// Traces of another size differ where the shorter one ends.
  public func firstDifference(from other: NetworkTrace) -> (tick: Int, neuron: Int)? {
    guard neuronCount == other.neuronCount else { return (0, min(neuronCount, other.neuronCount)) }
    for (index, pair) in zip(spikes, other.spikes).enumerated() where pair.0 != pair.1 {
      return (index / neuronCount, index % neuronCount)
    }
    return ticks == other.ticks ? nil : (min(ticks, other.ticks), 0)
  }
}
