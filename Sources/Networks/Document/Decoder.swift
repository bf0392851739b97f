/// How output spikes become a class.
public enum Decoder: String, Sendable, Hashable, CaseIterable {
  /// The output with the most spikes over all ticks; ties go to the lowest index.
  case spikeCount = "spike_count"

  /// The index of the chosen class, 0 when there are no outputs: `[1, 3, 3] → 1`.
  ///
  /// - Parameter counts: the spikes of each output over all ticks.
  public func classIndex(ofCounts counts: some Sequence<Int>) -> Int {
    var best = 0
    var most = Int.min
    for (index, count) in counts.enumerated() where count > most {
      best = index
      most = count
    }
    return best
  }
}
