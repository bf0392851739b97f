import Networks
import Testing

/// Recorded behaviour, replayed bit for bit.
@Suite struct Conformance {
  @Test("every recorded case of the neuron law is met: spikes, membranes and currents of all ticks")
  func neuronLaw() throws {
    guard let folder = GoldenFolder.find("neuron") else { return }
    try folder.replayAll { file in
      let golden = try folder.decode(NeuronGolden.self, file)
      let interpreter = try NetworkInterpreter(golden.network())
      let trace = try interpreter.run(
        input: golden.inputCounts(), ticks: golden.ticks, totalTicks: golden.ticks,
        recording: [.membranes, .currents])
      let expected = golden.expected
      try compare(trace.spikes, Array(expected.spikes.joined()), "spikes", perTick: trace.neuronCount)
      try compare(trace.membranes, Array(expected.membranes.joined()), "membranes", perTick: trace.neuronCount)
      if let currents = expected.currents {
        try compare(trace.currents, Array(currents.joined()), "currents", perTick: currents.first?.count ?? 1)
      } else {
        try compare(trace.currents, [], "currents", perTick: 1)
      }
    }
  }

  /// Throws at the first difference, with its place.
  func compare<T: Equatable>(_ actual: [T], _ expected: [T], _ what: String, perTick: Int) throws {
    if actual.count != expected.count {
      throw GoldenMismatch(description: "\(actual.count) \(what) where \(expected.count) are recorded")
    }
    for (index, pair) in zip(actual, expected).enumerated() where pair.0 != pair.1 {
      throw GoldenMismatch(
        description: "\(what) differ at tick \(index / perTick), place \(index % perTick): "
          + "\(pair.0) where \(pair.1) is recorded")
    }
  }
}
