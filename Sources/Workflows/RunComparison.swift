import Emulator

/// Two runners held against each other over the same samples.
public struct RunComparison: Sendable, Equatable {
  /// Output spikes and readouts that differ, and samples whose checksums differ although their outputs do not.
  public var mismatches: Int
  public var samples: Int
  /// Samples of which both runners gave a checksum over all spikes.
  public var checksums: Int
  /// The first output spike or readout that differs.
  public var first: SpikeDifference?
  /// The first sample whose checksum over all spikes differs.
  public var firstChecksum: Int?

  /// Runs all samples on both and compares every output spike, every membrane of a readout and, where both have
  /// one, the checksum over all spikes and readouts.
  ///
  /// - Parameters:
  ///   - consumeExpected: takes the first runner's outcomes.
  ///   - consume: takes the second runner's outcomes.
  public static func run(
    _ provider: any SampleProvider, expected: any SampleRunner, actual: any SampleRunner, outputs: Int,
    readouts: Int,
    consumeExpected: (Int, SampleOutcome) throws -> Void = { _, _ in },
    consume: (Int, SampleOutcome) throws -> Void = { _, _ in }
  ) throws -> RunComparison {
    var comparison = SpikeComparison()
    var checksums = 0
    var checksumMismatches = 0
    var firstChecksum: Int?
    // Blocks keep memory small: the expected outcomes of one wait for the actual ones.
    let blockSize = 256
    for start in stride(from: 0, to: provider.count, by: blockSize) {
      let block = start..<min(start + blockSize, provider.count)
      var waiting: [SampleOutcome] = []
      try expected.run(block, of: provider) { index, outcome in
        waiting.append(outcome)
        try consumeExpected(index, outcome)
      }
      try actual.run(block, of: provider) { index, outcome in
        let reference = waiting[index - start]
        let before = comparison.mismatches
        comparison.compare(
          sample: index, expected: reference.outputs, actual: outcome.outputs, width: outputs)
        comparison.compareReadouts(
          sample: index, expected: reference.readouts, actual: outcome.readouts, width: readouts)
        if let left = reference.checksum, let right = outcome.checksum {
          checksums += 1
          if left != right && comparison.mismatches == before { checksumMismatches += 1 }
          if left != right && firstChecksum == nil { firstChecksum = index }
        }
        try consume(index, outcome)
      }
    }
    return RunComparison(
      mismatches: comparison.mismatches + checksumMismatches, samples: comparison.samples, checksums: checksums,
      first: comparison.first,
      firstChecksum: firstChecksum)
  }

  /// The first difference in words; nil where there is none.
  public var firstDifference: String? {
    if let first { return first.description }
    return firstChecksum.map {
      "sample \($0): the outputs agree, but the checksum over all spikes and readouts differs"
    }
  }
}
