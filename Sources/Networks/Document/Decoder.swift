/// How what the outputs gave becomes a class.
public enum Decoder: String, Sendable, Hashable, CaseIterable {
  /// The output with the most spikes over all ticks; ties go to the lowest index.
  case spikeCount = "spike_count"
  /// The output whose membrane was the greatest in any of the aligned ticks; ties go to the lowest index.
  case membraneMaximum = "membrane_maximum"
  /// The output with the greatest sum of membranes over the aligned ticks, which is the greatest mean, exactly; ties
  /// go to the lowest index.
  case membraneMean = "membrane_mean"

  /// What every output group must read for this decoder.
  public var reads: OutputReading {
    switch self {
    case .spikeCount: .spikes
    case .membraneMaximum, .membraneMean: .membranes
    }
  }

  /// What the outputs are ranked by: each output's spikes, its greatest membrane, or the sum of its membranes.
  ///
  /// - Parameters:
  ///   - spikes: aligned counts, [ticks][outputs]; looked at where `reads` is `.spikes`.
  ///   - membranes: aligned membranes of the readouts, [ticks][outputs]; looked at where `reads` is `.membranes`.
  ///   - outputs: how many outputs there are.
  public func scores(
    spikes: some Collection<UInt8>, membranes: some Collection<Int32>, outputs: Int
  ) -> [Int64] {
    switch self {
    case .spikeCount:
      Self.totals(spikes, outputs: outputs)
    case .membraneMean:
      // At most 2¹⁶ ticks of 32 bits.
      Self.totals(membranes, outputs: outputs)
    case .membraneMaximum:
      Self.maxima(membranes, outputs: outputs)
    }
  }

  /// The class that aligned results decide for: `scores`, then `classIndex(ofScores:)`.
  public func classIndex(
    spikes: some Collection<UInt8>, membranes: some Collection<Int32>, outputs: Int
  ) -> Int {
    classIndex(ofScores: scores(spikes: spikes, membranes: membranes, outputs: outputs))
  }

  /// The index of the greatest score, the lowest one of several, 0 when there are none: `[-1, 3, 3] → 1`.
  public func classIndex(ofScores scores: some Sequence<Int64>) -> Int {
    var best = 0
    var most: Int64?
    for (index, score) in scores.enumerated() where most.map({ score > $0 }) ?? true {
      best = index
      most = score
    }
    return best
  }

  /// The index of the chosen class, 0 when there are no outputs: `[1, 3, 3] → 1`.
  ///
  /// - Parameter counts: the spikes of each output over all ticks.
  public func classIndex(ofCounts counts: some Sequence<Int>) -> Int {
    classIndex(ofScores: counts.lazy.map(Int64.init))
  }

  private static func totals<Value: BinaryInteger>(_ values: some Collection<Value>, outputs: Int) -> [Int64] {
    guard outputs > 0 else { return [] }
    var totals = [Int64](repeating: 0, count: outputs)
    var output = 0
    for value in values {
      totals[output] &+= Int64(truncatingIfNeeded: value)
      output += 1
      if output == outputs { output = 0 }
    }
    return totals
  }

  private static func maxima(_ values: some Collection<Int32>, outputs: Int) -> [Int64] {
    guard outputs > 0 else { return [] }
    var maxima = [Int64](repeating: Int64(Int32.min), count: outputs)
    var output = 0
    for value in values {
      maxima[output] = max(maxima[output], Int64(value))
      output += 1
      if output == outputs { output = 0 }
    }
    return maxima
  }
}
