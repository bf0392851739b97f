import NeuronCore

/// Executes a network plainly: in every tick each neuron adds up, in the order of events, weight × count
/// of what its synapses bring from earlier ticks, and then does its tick.
///
/// It keeps no state between runs, so one interpreter serves many threads and samples. What it does is
/// what a network means; everything faster is tested equal to it. Source: docs/neuron.md.
public struct NetworkInterpreter: Sendable {
  public let network: Network
  let table: SynapseTable
  let offsets: [Int]
  /// The neuron of each readout.
  let readouts: [Int]
  let constants: [NeuronConstants]
  let initialStates: [NeuronState]

  /// - Throws: what `Network.validate()` finds.
  public init(_ network: Network) throws(NetworkError) {
    try network.validate()
    self.network = network
    table = SynapseTable(network)
    offsets = network.populationOffsets
    readouts = network.readoutNeurons.map(\.neuron)
    constants = network.populations.flatMap { population in
      (0..<population.size).map {
        // Starts are validated to be at least 0.
        NeuronConstants(
          threshold: population.threshold[$0], bias: population.bias[$0], start: UInt32(population.start[$0]))
      }
    }
    initialStates = network.populations.flatMap { population in
      (0..<population.size).map { NeuronState(initialMembrane: population.initialMembrane[$0]) }
    }
  }

  /// Runs one sample from a clear state.
  ///
  /// - Parameters:
  ///   - input: spike counts, [ticks][inputs]; after them the inputs are silent.
  ///   - ticks: T.
  ///   - totalTicks: how long to run; T + depth unless said. Deliveries beyond it are lost.
  ///   - recording: what the trace holds beside the spikes.
  /// - Throws: `wrongInputSize`, and `tooMany` for a trace of more than 2³² values.
  public func run(
    input: [UInt8], ticks: Int, totalTicks: Int? = nil, recording: NetworkTrace.Recording = []
  ) throws(NetworkError) -> NetworkTrace {
    try input.withUnsafeBufferPointer { (input) throws(NetworkError) in
      try run(input: input, ticks: ticks, totalTicks: totalTicks, recording: recording)
    }
  }

  /// The same from a buffer.
  public func run(
    input: UnsafeBufferPointer<UInt8>, ticks: Int, totalTicks: Int? = nil, recording: NetworkTrace.Recording = []
  ) throws(NetworkError) -> NetworkTrace {
    let expected = ticks.multipliedReportingOverflow(by: network.inputCount)
    if ticks < 0 || expected.overflow || expected.partialValue != input.count {
      throw .wrongInputSize(ticks: ticks, inputs: network.inputCount, actual: input.count)
    }
    // Without inputs, no input bounds the ticks.
    let (aligned, endless) = ticks.addingReportingOverflow(network.depth)
    let total = max(totalTicks ?? (endless ? .max : aligned), 0)
    let (cells, overflow) = total.multipliedReportingOverflow(by: constants.count)
    if overflow || cells > 1 << 32 {
      throw .tooMany("values in its trace", of: .network, count: overflow ? .max : cells, limit: 1 << 32)
    }
    var run = InterpreterRun(self, input: input, ticks: ticks, totalTicks: total, recording: recording)
    for tick in 0..<total { run.execute(tick) }
    return run.trace
  }
}
